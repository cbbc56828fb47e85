/*
 * Frames come as the columns of each rank; tiles turn them into rectangles, which are appended as they are.
 */
#include "io/results/frames.h"

#include "base/least.h"
#include "base/memory.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_append.h"

uint64_t frame_clock_count(const frame_clock *clock)
{
  return (uint64_t)frame_grid_before(&clock->steps, clock->steps.stop);
}

void frame_clock_begin_at(frame_clock *clock, int64_t step)
{
  frame_grid *steps = &clock->steps;
  steps->start += frame_grid_before(steps, step) * steps->every;
  if (steps->start > steps->stop) steps->start = steps->stop;
}

void frame_clock_times(const frame_clock *clock, uint64_t first, uint64_t n, double times[3])
{
  times[0] = time_grid_ms(clock->grid, clock->steps.start + (int64_t)first * clock->steps.every);
  times[2] = time_grid_ms(clock->grid, clock->steps.every);
  times[1] = times[0] + (double)n * times[2];
}

bool frames_has_file(int writer, const loligo_context *context)
{
  return writer == FRAMES_SHARED || writer == context->rank;
}

static hid_t data_type(bool float64)
{
  return float64 ? H5T_NATIVE_DOUBLE : H5T_NATIVE_FLOAT;
}

void frames_draft(h5_draft *draft, const char *group, const frame_clock *clock, bool float64, const char *unit,
                  uint64_t columns, unsigned n_parts)
{
  const h5_shape shape = {2, frame_clock_count(clock) / (n_parts ? n_parts : 1), columns};
  char path[H5_PATH_SIZE];
  double times[3];
  h5_path(path, "%s/data", group);
  h5_draft_series(draft, path, data_type(float64), shape);
  h5_draft_text_attribute(draft, path, "units", unit);
  frame_clock_times(clock, 0, 0, times);
  h5_path(path, "%s/mapping/time", group);
  h5_draft_array(draft, path, H5T_NATIVE_DOUBLE, 3, times);
  h5_draft_text_attribute(draft, path, "units", "ms");
}

loligo_status frames_open_data(frames *frames, h5_file *file, const char *group)
{
  char path[H5_PATH_SIZE];
  h5_path(path, "%s/data", group);
  LOLIGO_TRY(h5_series_open(&frames->data, file, path, data_type(frames->float64)));
  h5_path(path, "%s/mapping/time", group);
  return h5_series_open(&frames->time, file, path, H5T_NATIVE_DOUBLE);
}

loligo_status frames_open_columns(frames *frames, const loligo_context *context, uint64_t columns, uint64_t n_local,
                                  const uint64_t *column, uint64_t first)
{
  if (frames->writer == FRAMES_SHARED)
    return tiles_init(&frames->tiles, context, columns, n_local, column, first, TILES_COLUMNS);
  return tiles_init_on(&frames->tiles, context, frames->writer, columns, n_local, column, first);
}

void frames_close(frames *frames)
{
  h5_series_close(&frames->data);
  h5_series_close(&frames->time);
  tiles_free(&frames->tiles);
}

uint64_t frames_most_numbers(const frames *frames)
{
  return tiles_most_numbers(&frames->tiles);
}

loligo_status frame_room_init(frame_room *room, uint64_t most)
{
  room->wide = memory_allocate(most, sizeof *room->wide, "recorded numbers to write");
  room->narrow = memory_allocate(most, sizeof *room->narrow, "recorded numbers to write");
  return room->wide && room->narrow ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

double frame_room_bytes(uint64_t most)
{
  const frame_room *room = NULL;
  return (double)most * (sizeof *room->wide + sizeof *room->narrow);
}

void frame_room_free(frame_room *room)
{
  memory_free(room->wide);
  memory_free(room->narrow);
  *room = (frame_room){NULL, NULL};
}

static bool has_file(const frames *frames)
{
  return frames_has_file(frames->writer, frames->tiles.context);
}

/* Makes room for n more; who has no file counts them. */
static loligo_status extend(frames *frames, uint64_t n)
{
  if (has_file(frames)) return h5_series_extend(&frames->data, 1, n);
  frames->data.rows += n;
  return LOLIGO_OK;
}

/* Writes this rank's tile of some frames, from row `first` of the file on. */
static loligo_status write_tile(const frames *frames, const frame_room *room, uint64_t first, tile own)
{
  h5_block block = {first + own.row, own.rows, own.column, own.columns};
  if (frames->float64) return h5_series_put(&frames->data, block, room->wide);
  uint64_t n = own.rows * own.columns;
  for (uint64_t i = 0; i < n; i++) room->narrow[i] = (float)room->wide[i];
  return h5_series_put(&frames->data, block, room->narrow);
}

/* Moves the last frames, whatever this rank fails in, and writes its own tiles. Collective, but for errors. */
static loligo_status write_tiles(const frames *frames, const frame_room *room, const loligo_samples *samples,
                                 loligo_status status)
{
  const uint64_t n = samples->n_frames, first = frames->data.rows - n, most = frames->tiles.rows_at_once;
  for (uint64_t done = 0; done < n; done += most) {
    const uint64_t rows = least(n - done, most);
    const tile own = tiles_of_rank(&frames->tiles, frames->tiles.context->rank, rows);
    tiles_exchange(&frames->tiles, rows, samples->values + done * samples->n_cells * (1 + samples->n_more), room->wide);
    if (status == LOLIGO_OK && has_file(frames)) status = write_tile(frames, room, first + done, own);
  }
  return status;
}

static loligo_status write_times(frames *frames)
{
  double times[3];
  frame_clock_times(&frames->clock, frames->first_frame, frames->data.rows, times);
  return h5_series_write(&frames->time, (h5_block){0, frames->time.file->context->rank == 0 ? 3 : 0, 0, 1}, times);
}

loligo_status frames_write(frames *frames, const frame_room *room, const loligo_samples *samples)
{
  frames->first_frame = (uint64_t)samples->first_frame - frames->data.rows;
  const loligo_status extended = extend(frames, samples->n_frames);
  if (frames->writer == FRAMES_SHARED) LOLIGO_TRY(extended);
  const loligo_status status = write_tiles(frames, room, samples, extended);
  if (extended != LOLIGO_OK || !has_file(frames)) return status;
  LOLIGO_TRY(h5_file_agree(frames->data.file, status));
  return write_times(frames);
}

loligo_status frames_append(frames *frames, const char *path)
{
  LOLIGO_TRY(h5_series_append(&frames->data, 1, frame_clock_count(&frames->clock), path));
  return write_times(frames);
}

void frames_share_count(frames *frames)
{
  if (frames->writer == FRAMES_SHARED) return;
  MPI_Bcast(&frames->data.rows, 1, MPI_UINT64_T, frames->writer, frames->tiles.context->comm);
}
