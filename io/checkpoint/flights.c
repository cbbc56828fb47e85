/*
 * In the file they stand in order, so that it does not depend on who sent what. They are read in rounds, of each of
 * which every rank reads its share: the simulation passes them on to whom they concern.
 */
#include "io/checkpoint/flights.h"

#include <stdbool.h>

#include "base/least.h"
#include "base/memory.h"
#include "io/checkpoint/plan.h"
#include "io/hdf5/digest.h"
#include "io/hdf5/global_sort.h"
#include "model/neuron/model.h"
#include "network/description.h"

#define FLIGHTS "/spikes_in_flight/"

enum { FLIGHT_COLUMNS = CHECKPOINT_FLIGHT_BYTES / sizeof(int64_t) };
enum { STEP, POPULATION, INDEX, SIGNAL, NEGATIVE };

static const struct {
  const char *path, *help;
} flight_columns[FLIGHT_COLUMNS] = {[STEP] = {FLIGHTS "step", "time stamp of the signal in steps"},
                                    [POPULATION] = {FLIGHTS "population", "number of the source's population"},
                                    [INDEX] = {FLIGHTS "index", "index of the source within its population"},
                                    [SIGNAL] = {FLIGHTS "signal", "which of the model's signals; 0: spike"},
                                    [NEGATIVE] = {FLIGHTS "negative", "1: the end of a level"}};

void flights_draft(h5_draft *draft)
{
  for (size_t c = 0; c < FLIGHT_COLUMNS; c++) {
    h5_draft_series(draft, flight_columns[c].path, H5T_NATIVE_INT64, (h5_shape){1, 0, 1});
    h5_draft_text_attribute(draft, flight_columns[c].path, "description", flight_columns[c].help);
  }
}

/* -- writing -- */

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

loligo_status flights_write(h5_file *file, const loligo_simulation *simulation, uint64_t *digest)
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

/* -- reading -- */

/** What a rank reads of the list in one round: its share, and the last one before it. */
typedef struct flight_share {
  h5_block block; /* of its share */
  uint64_t lead;  /* 1: one more was read, that before it */
  int64_t columns[FLIGHT_COLUMNS][FLIGHTS_AT_ONCE + 1];
  loligo_flight flights[FLIGHTS_AT_ONCE + 1];
} flight_share;

/** Which flights may be in the list: those of a network, in the order of steps up to that of the checkpoint. */
typedef struct flight_bounds {
  const loligo_network *network;
  int64_t first_step, last_step;
} flight_bounds;

/* Of all ranks in a round; but for the last, a multiple of their number. */
static uint64_t flights_at_once(const loligo_context *context)
{
  const uint64_t size = (uint64_t)context->size, share = FLIGHTS_OF_ALL / size;
  return (share > FLIGHTS_AT_ONCE ? FLIGHTS_AT_ONCE : share > 0 ? share : 1) * size;
}

/* Reads this rank's share of the round of rows `first` ... `end` - 1. */
static loligo_status read_share(h5_series series[FLIGHT_COLUMNS], uint64_t first, uint64_t end, flight_share *share,
                                uint64_t *digest)
{
  const loligo_context *context = series->file->context;
  const uint64_t size = (uint64_t)context->size, most = (end - first + size - 1) / size;
  const uint64_t row = least(first + (uint64_t)context->rank * most, end);
  share->block = (h5_block){row, least(end - row, most), 0, 1};
  share->lead = share->block.rows > 0 && row > 0;
  const h5_block read = {row - share->lead, share->block.rows + share->lead, 0, 1};
  for (size_t c = 0; c < FLIGHT_COLUMNS; c++) {
    LOLIGO_TRY(h5_series_read(&series[c], read, share->columns[c]));
    *digest += digest_words(text_hash(flight_columns[c].path), row, share->block.rows, share->columns[c] + share->lead);
  }
  return LOLIGO_OK;
}

static bool is_below(int64_t value, uint64_t end)
{
  return value >= 0 && (uint64_t)value < end;
}

/* Makes the i-th flight of its numbers; the step is the earliest of the next one. */
static loligo_status take_flight(flight_bounds *bounds, flight_share *share, uint64_t i, const char *path)
{
  int64_t number[FLIGHT_COLUMNS];
  for (size_t c = 0; c < FLIGHT_COLUMNS; c++) number[c] = share->columns[c][i];
  const loligo_network *network = bounds->network;
  const loligo_population *source =
      is_below(number[POPULATION], network->n_populations) ? &network->populations[number[POPULATION]] : NULL;
  bool is_good = number[STEP] >= bounds->first_step && number[STEP] <= bounds->last_step && source &&
                 is_below(number[INDEX], source->size) && is_below(number[SIGNAL], source->model->n_signals + 1) &&
                 is_below(number[NEGATIVE], 2);
  if (!is_good)
    return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: " FLIGHTS " has a signal that no cell can have sent", path);
  bounds->first_step = number[STEP];
  share->flights[i] = (loligo_flight){.step = number[STEP],
                                      .population = (uint32_t)number[POPULATION],
                                      .index = (uint64_t)number[INDEX],
                                      .signal = (int32_t)number[SIGNAL],
                                      .negative = number[NEGATIVE] != 0};
  return LOLIGO_OK;
}

static loligo_status take_share(flight_bounds bounds, flight_share *share, const char *path)
{
  for (uint64_t i = 0; i < share->lead + share->block.rows; i++) LOLIGO_TRY(take_flight(&bounds, share, i, path));
  return LOLIGO_OK;
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

static loligo_status restore_share(h5_file *file, const loligo_network *network, loligo_simulation *simulation,
                                   flight_share *share)
{
  const flight_bounds bounds = {network, 0, loligo_simulation_step(simulation)};
  LOLIGO_TRY(loligo_agree(file->context, take_share(bounds, share, file->path)));
  return loligo_simulation_restore_flights(simulation, share->flights + share->lead, share->block.rows);
}

static loligo_status read_columns(h5_series series[FLIGHT_COLUMNS], const loligo_network *network,
                                  loligo_simulation *simulation, flight_share *share, uint64_t *digest)
{
  h5_file *file = series->file;
  const uint64_t rows = series->rows, at_once = flights_at_once(file->context);
  LOLIGO_TRY(check_columns(series));
  for (uint64_t first = 0; first < rows; first += at_once) {
    LOLIGO_TRY(read_share(series, first, least(first + at_once, rows), share, digest));
    if (simulation) LOLIGO_TRY(restore_share(file, network, simulation, share));
  }
  return LOLIGO_OK;
}

loligo_status flights_read(h5_file *file, const loligo_network *network, loligo_simulation *simulation,
                           uint64_t *digest)
{
  h5_series series[FLIGHT_COLUMNS] = {0};
  flight_share *share = memory_allocate(1, sizeof *share, "a checkpoint");
  loligo_status status = loligo_agree(file->context, share ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = open_columns(file, series);
  if (status == LOLIGO_OK) status = read_columns(series, network, simulation, share, digest);
  close_columns(series);
  memory_free(share);
  return status;
}
