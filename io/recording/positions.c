/*
 * Purpose: where the cells of populations lie, so that what is recorded can be drawn and read in space.
 *
 * nodes.h5 in the layout of SONATA (developer guide, github.com/AllenInstitute/sonata): x, y and z in um as attributes
 * of one node group. It is written once, by rank 0, whose description holds all of it.
 */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "io/hdf5/h5_draft.h"
#include "io/model_file/read.h"
#include "io/model_file/recording_kind.h"
#include "io/results/output.h"
#include "io/results/result_writer.h"
#include "io/results/sonata.h"
#include "network/positions.h"

#define NODES_FILE "nodes.h5"

/* Populations whose positions are written. */
typedef struct positions_recording {
  uint64_t n_values; /* coordinates in all; 0: none */
} positions_recording;

static loligo_status read_positions_wanted(const model_reader *reader, tree_node *node, void **out)
{
  positions_recording *wanted = *out = memory_allocate(1, sizeof *wanted, "positions");
  if (!wanted) return LOLIGO_MACHINE_ERROR;
  const bool is_all = node->text && strcmp(node->text, "all") == 0;
  if (!is_all && !(node->text && strcmp(node->text, "none") == 0))
    return tree_fail(node->mark, "%s must be all or none", node->key);
  for (size_t i = 0; is_all && i < reader->network->n_populations; i++) {
    const loligo_population *population = &reader->network->populations[i];
    wanted->n_values += population->size * population->positions.n_axes;
  }
  return LOLIGO_OK;
}

static loligo_status move(stream *stream, void **out)
{
  positions_recording *wanted = *out = *out ? *out : memory_allocate(1, sizeof *wanted, "positions");
  if (!wanted) return LOLIGO_MACHINE_ERROR;
  stream_move(stream, &wanted->n_values, sizeof wanted->n_values);
  return LOLIGO_OK;
}

static void print_size(const void *of_positions, char text[RECORDING_SIZE_TEXT])
{
  const positions_recording *wanted = of_positions;
  *text = '\0';
  if (wanted->n_values > 0) text_bytes((double)wanted->n_values * sizeof(double), text);
}

static size_t count(const void *of_positions)
{
  const positions_recording *wanted = of_positions;
  return wanted->n_values > 0;
}

static void print_name(const loligo_network *network, const void *wanted, size_t i, char *name)
{
  (void)network, (void)wanted, (void)i;
  snprintf(name, H5_PATH_SIZE, "%s", NODES_FILE);
}

/* One coordinate of a population. */
typedef struct coordinate {
  cell_places places;
  size_t axis;
} coordinate;

static void fill_some(const coordinate *coordinate, uint64_t from, size_t n, double *values)
{
  uint64_t index[PLACES_AT_ONCE];
  place_columns at;
  for (size_t k = 0; k < n; k++) index[k] = from + k;
  cell_places_find(&coordinate->places, n, index, at);
  memcpy(values, at[coordinate->axis], n * sizeof *values);
}

static void fill(const void *self, uint64_t from, size_t n, void *values)
{
  for (size_t done = 0; done < n; done += PLACES_AT_ONCE)
    fill_some(self, from + done, n - done < PLACES_AT_ONCE ? n - done : PLACES_AT_ONCE, (double *)values + done);
}

static void draft_population(h5_draft *draft, const loligo_population *population, uint64_t seed)
{
  static const char *const names[] = {"x", "y", "z"};
  char path[H5_PATH_SIZE];
  h5_path(path, "/nodes/%s/node_id", population->name);
  h5_draft_count(draft, path, 0, population->size);
  h5_path(path, "/nodes/%s/node_type_id", population->name);
  h5_draft_zeros(draft, path, H5T_NATIVE_UINT64, population->size);
  h5_path(path, "/nodes/%s/node_group_id", population->name);
  h5_draft_zeros(draft, path, H5T_NATIVE_UINT64, population->size);
  h5_path(path, "/nodes/%s/node_group_index", population->name);
  h5_draft_count(draft, path, 0, population->size);
  for (size_t a = 0; a < population->positions.n_axes; a++) {
    const coordinate coordinate = {.places = cell_places_of(population, seed), .axis = a};
    h5_path(path, "/nodes/%s/0/%s", population->name, names[a]);
    h5_draft_pieces(draft, path, H5T_NATIVE_DOUBLE, population->size, fill, &coordinate);
    h5_draft_text_attribute(draft, path, "units", "um");
  }
}

static loligo_status draft_file(const result_place *place, const char *path)
{
  const loligo_network *network = place->file->network;
  h5_draft draft;
  h5_draft_create(&draft, path);
  sonata_root(&draft);
  provenance_write(place->provenance, &draft);
  h5_draft_group(&draft, "/nodes");
  for (size_t i = 0; i < network->n_populations; i++)
    if (network->populations[i].positions.kind != LOLIGO_NO_POSITIONS)
      draft_population(&draft, &network->populations[i], network->seed);
  LOLIGO_TRY(h5_draft_close(&draft));
  return provenance_complete(path);
}

static loligo_status write(const result_place *place, const void *wanted, const char *folder,
                           const loligo_simulation *simulation)
{
  (void)wanted, (void)simulation;
  loligo_status status = LOLIGO_OK;
  if (place->context->rank == 0) {
    char *path = output_path(folder, NODES_FILE);
    status = path ? draft_file(place, path) : LOLIGO_MACHINE_ERROR;
    memory_free(path);
  }
  return loligo_agree(place->context, status);
}

static void free_wanted(void *wanted)
{
  memory_free(wanted);
}

static const result_writer writer = {.count = count, .print_name = print_name, .write = write};

const recording_kind recording_kind_positions = {
    .name = "positions",
    .summary = "all or none: where cells lie, of populations that say so, in nodes.h5",
    .fallback = "all",
    .read = read_positions_wanted,
    .move = move,
    .size_label = "positions file",
    .print_size = print_size,
    .writer = &writer,
    .free = free_wanted,
};
