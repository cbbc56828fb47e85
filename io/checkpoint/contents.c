/*
 * Cells of a population may interleave between ranks in any way; in the file they stand in the order of their index.
 * Each rank moves one stretch of about equal length (tiles), whether of doubles or of integers, as levels are.
 */
#include "io/checkpoint/contents.h"

#include <stdbool.h>

#include "base/memory.h"
#include "io/checkpoint/plan.h"
#include "io/hdf5/digest.h"
#include "io/hdf5/global_sort.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/tiles.h"
#include "model/neuron/model.h"
#include "network/description.h"

#define FLIGHTS "/spikes_in_flight/"

enum { FLIGHT_COLUMNS = CHECKPOINT_FLIGHT_BYTES / sizeof(int64_t), FLIGHTS_AT_ONCE = 1 << 16 };
enum { STEP, POPULATION, INDEX, SIGNAL, NEGATIVE };

static const struct {
  const char *path, *help;
} flight_columns[FLIGHT_COLUMNS] = {[STEP] = {FLIGHTS "step", "time stamp of the signal in steps"},
                                    [POPULATION] = {FLIGHTS "population", "number of the source's population"},
                                    [INDEX] = {FLIGHTS "index", "index of the source within its population"},
                                    [SIGNAL] = {FLIGHTS "signal", "which of the model's signals; 0: spike"},
                                    [NEGATIVE] = {FLIGHTS "negative", "1: the end of a level"}};

void contents_field_path(const loligo_network *network, const loligo_field *field, char *path)
{
  h5_path(path, "/populations/%s/%s", network->populations[field->population].name, field->name);
}

hid_t contents_field_type(const loligo_field *field)
{
  return field->type == LOLIGO_INT64 ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE;
}

/* -- draft -- */

void contents_draft(h5_draft *draft, const loligo_network *network, const loligo_simulation *simulation)
{
  char path[H5_PATH_SIZE];
  for (size_t i = 0; i < loligo_simulation_field_count(simulation); i++) {
    loligo_field field = loligo_simulation_field(simulation, i);
    contents_field_path(network, &field, path);
    h5_draft_series(draft, path, contents_field_type(&field),
                    (h5_shape){1, network->populations[field.population].size, 1});
    h5_draft_text_attribute(draft, path, "units", *field.unit ? field.unit : "1");
    h5_draft_text_attribute(draft, path, "description", field.help);
  }
  for (size_t c = 0; c < FLIGHT_COLUMNS; c++) {
    h5_draft_series(draft, flight_columns[c].path, H5T_NATIVE_INT64, (h5_shape){1, 0, 1});
    h5_draft_text_attribute(draft, flight_columns[c].path, "description", flight_columns[c].help);
  }
}

/* -- fields -- */

/** One field on its way between its owners and the file. */
typedef struct passage {
  const loligo_field *field;
  char path[H5_PATH_SIZE];
  h5_series series;
  tiles tiles;
  h5_block block;    /* this rank's stretch of the dataset */
  uint64_t *stretch; /* [block.rows] doubles or integers */
} passage;

/* passage_close() also after a failure. */
static loligo_status passage_open(passage *p, h5_file *file, const loligo_network *network, const loligo_field *field)
{
  const loligo_context *context = file->context;
  uint64_t n = network->populations[field->population].size, share = n / (uint64_t)context->size + 1;
  *p = (passage){.field = field};
  contents_field_path(network, field, p->path);
  LOLIGO_TRY(h5_series_open(&p->series, file, p->path, contents_field_type(field)));
  LOLIGO_TRY(tiles_init(&p->tiles, context, n, field->n_cells, field->index, 0, share));
  tile own = tiles_of_rank(&p->tiles, context->rank, 1);
  p->block = (h5_block){own.column, own.rows * own.columns, 0, 1};
  p->stretch = memory_allocate(p->block.rows, sizeof *p->stretch, "a checkpoint");
  return loligo_agree(context, p->stretch ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
}

static void passage_close(passage *p)
{
  h5_series_close(&p->series);
  tiles_free(&p->tiles);
  memory_free(p->stretch);
}

static uint64_t digest_stretch(const passage *p)
{
  return digest_words(text_hash(p->path), p->block.row, p->block.rows, p->stretch);
}

static loligo_status write_values(passage *p, uint64_t rows, uint64_t *digest)
{
  tiles_exchange(&p->tiles, 1, p->field->values, p->stretch);
  *digest += digest_stretch(p);
  LOLIGO_TRY(h5_series_extend(&p->series, 1, rows));
  return h5_series_write(&p->series, p->block, p->stretch);
}

static loligo_status write_field(h5_file *file, const loligo_network *network, const loligo_field *field,
                                 uint64_t *digest)
{
  passage p;
  loligo_status status = passage_open(&p, file, network, field);
  if (status == LOLIGO_OK) status = write_values(&p, network->populations[field->population].size, digest);
  passage_close(&p);
  return status;
}

static loligo_status read_field(h5_file *file, const loligo_network *network, const loligo_field *field, bool restores,
                                uint64_t *digest)
{
  passage p;
  loligo_status status = passage_open(&p, file, network, field);
  if (status == LOLIGO_OK) status = h5_series_read(&p.series, p.block, p.stretch);
  if (status == LOLIGO_OK) *digest += digest_stretch(&p);
  if (status == LOLIGO_OK && restores) tiles_return(&p.tiles, 1, p.stretch, field->values);
  passage_close(&p);
  return status;
}

/* -- signals on their way -- */

static int compare_flights(const void *a, const void *b)
{
  const loligo_flight *x = a, *y = b;
  if (x->step != y->step) return x->step < y->step ? -1 : 1;
  if (x->population != y->population) return x->population < y->population ? -1 : 1;
  if (x->index != y->index) return x->index < y->index ? -1 : 1;
  if (x->signal != y->signal) return x->signal < y->signal ? -1 : 1;
  return (int)x->negative - (int)y->negative;
}

static int64_t flight_value(const loligo_flight *flight, size_t column)
{
  const int64_t values[FLIGHT_COLUMNS] = {[STEP] = flight->step,
                                          [POPULATION] = flight->population,
                                          [INDEX] = (int64_t)flight->index,
                                          [SIGNAL] = flight->signal,
                                          [NEGATIVE] = flight->negative};
  return values[column];
}

/* This rank's stretch of all of them in order: the file does not depend on who sent what. */
static loligo_status sort_flights(const loligo_context *context, const loligo_simulation *simulation,
                                  record_array *flights)
{
  flights->n = loligo_simulation_flight_count(simulation);
  LOLIGO_TRY(loligo_agree(context, record_array_reserve(flights, flights->n, sizeof(loligo_flight))));
  loligo_simulation_flights(simulation, flights->items);
  return global_sort(context, flights, sizeof(loligo_flight), compare_flights);
}

static loligo_status open_columns(h5_file *file, h5_series series[FLIGHT_COLUMNS])
{
  for (size_t c = 0; c < FLIGHT_COLUMNS; c++)
    LOLIGO_TRY(h5_series_open(&series[c], file, flight_columns[c].path, H5T_NATIVE_INT64));
  return LOLIGO_OK;
}

static void close_columns(h5_series series[FLIGHT_COLUMNS])
{
  for (size_t c = 0; c < FLIGHT_COLUMNS; c++)
    if (series[c].file) h5_series_close(&series[c]);
}

static loligo_status write_columns(h5_series series[FLIGHT_COLUMNS], const record_array *flights, int64_t *column,
                                   uint64_t *digest)
{
  const loligo_flight *items = flights->items;
  uint64_t total;
  h5_block block = h5_block_of_rank(series->file->context, 0, flights->n, &total);
  LOLIGO_TRY(h5_series_extend(series, FLIGHT_COLUMNS, total));
  for (size_t c = 0; c < FLIGHT_COLUMNS; c++) {
    for (size_t i = 0; i < flights->n; i++) column[i] = flight_value(&items[i], c);
    *digest += digest_words(text_hash(flight_columns[c].path), block.row, block.rows, column);
    LOLIGO_TRY(h5_series_write(&series[c], block, column));
  }
  return LOLIGO_OK;
}

static loligo_status write_flights(h5_file *file, const loligo_simulation *simulation, uint64_t *digest)
{
  h5_series series[FLIGHT_COLUMNS] = {0};
  record_array flights = {0};
  int64_t *column = NULL;
  loligo_status status = sort_flights(file->context, simulation, &flights);
  if (status == LOLIGO_OK) {
    column = memory_allocate(flights.n, sizeof *column, "a checkpoint");
    status = loligo_agree(file->context, column ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  }
  if (status == LOLIGO_OK) status = open_columns(file, series);
  if (status == LOLIGO_OK) status = write_columns(series, &flights, column, digest);
  close_columns(series);
  memory_free(column);
  record_array_free(&flights);
  return status;
}

/** What a piece of the list is read into. */
typedef struct flight_piece {
  int64_t columns[FLIGHT_COLUMNS][FLIGHTS_AT_ONCE];
  loligo_flight flights[FLIGHTS_AT_ONCE];
} flight_piece;

/** Which flights may be in the list: those of a network, in the order of steps up to that of the checkpoint. */
typedef struct flight_bounds {
  const loligo_network *network;
  int64_t first_step, last_step;
} flight_bounds;

/* The same piece on all ranks; digested by one. */
static loligo_status read_piece(h5_series series[FLIGHT_COLUMNS], uint64_t first, uint64_t n, flight_piece *piece,
                                uint64_t *digest)
{
  for (size_t c = 0; c < FLIGHT_COLUMNS; c++) {
    LOLIGO_TRY(h5_series_read(&series[c], (h5_block){first, n, 0, 1}, piece->columns[c]));
    if (series->file->context->rank == 0)
      *digest += digest_words(text_hash(flight_columns[c].path), first, n, piece->columns[c]);
  }
  return LOLIGO_OK;
}

static bool is_below(int64_t value, uint64_t end)
{
  return value >= 0 && (uint64_t)value < end;
}

/* Makes the i-th flight of its numbers; the step is the earliest of the next one. */
static loligo_status take_flight(flight_bounds *bounds, flight_piece *piece, uint64_t i, const char *path)
{
  int64_t number[FLIGHT_COLUMNS];
  for (size_t c = 0; c < FLIGHT_COLUMNS; c++) number[c] = piece->columns[c][i];
  const loligo_network *network = bounds->network;
  const loligo_population *source =
      is_below(number[POPULATION], network->n_populations) ? &network->populations[number[POPULATION]] : NULL;
  bool is_good = number[STEP] >= bounds->first_step && number[STEP] <= bounds->last_step && source &&
                 is_below(number[INDEX], source->size) && is_below(number[SIGNAL], source->model->n_signals + 1) &&
                 is_below(number[NEGATIVE], 2);
  if (!is_good)
    return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: " FLIGHTS " has a signal that no cell can have sent", path);
  bounds->first_step = number[STEP];
  piece->flights[i] = (loligo_flight){.step = number[STEP],
                                      .population = (uint32_t)number[POPULATION],
                                      .index = (uint64_t)number[INDEX],
                                      .signal = (int32_t)number[SIGNAL],
                                      .negative = number[NEGATIVE] != 0};
  return LOLIGO_OK;
}

static loligo_status restore_piece(loligo_simulation *simulation, flight_bounds *bounds, flight_piece *piece,
                                   uint64_t n, const char *path)
{
  for (uint64_t i = 0; i < n; i++) LOLIGO_TRY(take_flight(bounds, piece, i, path));
  return loligo_simulation_restore_flights(simulation, piece->flights, n);
}

static loligo_status check_columns(h5_series series[FLIGHT_COLUMNS])
{
  const char *path = series->file->path;
  for (size_t c = 0; c < FLIGHT_COLUMNS; c++)
    if (series[c].n_axes != 1 || series[c].rows != series->rows)
      return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: %s is no list as long as %s", path, flight_columns[c].path,
                         flight_columns[0].path);
  return LOLIGO_OK;
}

/* Restores them where `simulation` is not NULL. */
static loligo_status read_columns(h5_series series[FLIGHT_COLUMNS], loligo_simulation *simulation,
                                  flight_bounds *bounds, flight_piece *piece, uint64_t *digest)
{
  const h5_file *file = series->file;
  LOLIGO_TRY(check_columns(series));
  for (uint64_t at = 0; at < series->rows; at += FLIGHTS_AT_ONCE) {
    uint64_t n = series->rows - at < FLIGHTS_AT_ONCE ? series->rows - at : FLIGHTS_AT_ONCE;
    LOLIGO_TRY(read_piece(series, at, n, piece, digest));
    if (simulation) LOLIGO_TRY(loligo_agree(file->context, restore_piece(simulation, bounds, piece, n, file->path)));
  }
  return LOLIGO_OK;
}

static loligo_status read_flights(h5_file *file, loligo_simulation *simulation, flight_bounds *bounds, uint64_t *digest)
{
  h5_series series[FLIGHT_COLUMNS] = {0};
  flight_piece *piece = memory_allocate(1, sizeof *piece, "a checkpoint");
  loligo_status status = loligo_agree(file->context, piece ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = open_columns(file, series);
  if (status == LOLIGO_OK) status = read_columns(series, simulation, bounds, piece, digest);
  close_columns(series);
  memory_free(piece);
  return status;
}

/* -- all of it -- */

static void add_up(const loligo_context *context, uint64_t *digest)
{
  MPI_Allreduce(MPI_IN_PLACE, digest, 1, MPI_UINT64_T, MPI_SUM, context->comm);
}

loligo_status contents_write(h5_file *file, const loligo_network *network, const loligo_simulation *simulation,
                             uint64_t *digest)
{
  *digest = 0;
  for (size_t i = 0; i < loligo_simulation_field_count(simulation); i++) {
    loligo_field field = loligo_simulation_field(simulation, i);
    LOLIGO_TRY(write_field(file, network, &field, digest));
  }
  LOLIGO_TRY(write_flights(file, simulation, digest));
  add_up(file->context, digest);
  return LOLIGO_OK;
}

loligo_status contents_read(h5_file *file, const loligo_network *network, loligo_simulation *simulation,
                            const loligo_snapshot *snapshot, uint64_t *digest)
{
  *digest = 0;
  for (size_t i = 0; i < loligo_simulation_field_count(simulation); i++) {
    loligo_field field = loligo_simulation_field(simulation, i);
    LOLIGO_TRY(read_field(file, network, &field, snapshot != NULL, digest));
  }
  flight_bounds bounds = {.network = network};
  if (snapshot) bounds.last_step = snapshot->step;
  if (snapshot) loligo_simulation_restore(simulation, snapshot);
  LOLIGO_TRY(read_flights(file, snapshot ? simulation : NULL, &bounds, digest));
  add_up(file->context, digest);
  return LOLIGO_OK;
}
