/*
 * Purpose: describe the flat datasets of a checkpoint by tables, one column a dataset, and hold them against a network.
 */
#include "io/checkpoint/catalog.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/least.h"
#include "base/memory.h"
#include "model/synapse/synapse_model.h"
#include "network/description.h"
#include "network/rule/rule.h"

enum { EXPECTED_NUMBERS = 8 }; /* of a cell, where they are no numbers of synapses */

static const char POPULATION_NAME[] = "/populations/name", POPULATION_MODEL[] = "/populations/model",
                  POPULATION_CELLS[] = "/populations/cells", FIELD_POPULATION[] = "/fields/population",
                  FIELD_NAME[] = "/fields/name", FIELD_UNITS[] = "/fields/units",
                  FIELD_DESCRIPTION[] = "/fields/description", FIELD_DATASET[] = "/fields/dataset",
                  FIELD_FIRST[] = "/fields/first", LIST_POPULATION[] = "/lists/population",
                  LIST_PROJECTION[] = "/lists/projection", LIST_NAME[] = "/lists/name",
                  LIST_DESCRIPTION[] = "/lists/description", LIST_DATASET[] = "/lists/dataset";

const char *catalog_dataset(loligo_field_type type)
{
  return type == LOLIGO_INT64 ? "/values/int64" : "/values/float64";
}

hid_t catalog_type(loligo_field_type type)
{
  return type == LOLIGO_INT64 ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE;
}

const char *catalog_list_dataset(loligo_cell_list_type type)
{
  return type == LOLIGO_LIST_UINT32 ? "/lists/uint32" : "/lists/float64";
}

hid_t catalog_list_number(loligo_cell_list_type type)
{
  return type == LOLIGO_LIST_UINT32 ? H5T_NATIVE_UINT32 : H5T_NATIVE_DOUBLE;
}

loligo_status catalog_init(catalog *catalog, const loligo_network *network, const loligo_simulation *simulation)
{
  *catalog = (struct catalog){.network = network,
                              .n = loligo_simulation_field_count(simulation),
                              .n_lists = loligo_simulation_list_count(simulation)};
  catalog->entries = memory_allocate(catalog->n, sizeof *catalog->entries, "the fields of a checkpoint");
  catalog->lists = memory_allocate(catalog->n_lists, sizeof *catalog->lists, "the lists of a checkpoint");
  if (!catalog->entries || !catalog->lists) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < catalog->n_lists; i++) catalog->lists[i] = loligo_simulation_list(simulation, i);
  for (size_t i = 0; i < catalog->n; i++) {
    loligo_field field = loligo_simulation_field(simulation, i);
    uint64_t *n_values = &catalog->n_values[field.type];
    catalog->entries[i] = (catalog_entry){field, *n_values};
    *n_values += network->populations[field.population].size;
  }
  return LOLIGO_OK;
}

void catalog_free(catalog *catalog)
{
  memory_free(catalog->entries);
  memory_free(catalog->lists);
  *catalog = (struct catalog){0};
}

/* -- writing -- */

static void draft_numbers(h5_draft *draft, const char *path, const char *help, uint64_t n, const uint64_t *numbers)
{
  h5_draft_array(draft, path, H5T_NATIVE_UINT64, n, numbers);
  h5_draft_text_attribute(draft, path, "description", help);
}

static void draft_populations(const loligo_network *network, h5_draft *draft, uint64_t *numbers, const char **texts)
{
  const size_t n = network->n_populations;
  for (size_t p = 0; p < n; p++) texts[p] = network->populations[p].name;
  h5_draft_texts(draft, POPULATION_NAME, n, texts);
  for (size_t p = 0; p < n; p++) texts[p] = loligo_model_name(network->populations[p].model);
  h5_draft_texts(draft, POPULATION_MODEL, n, texts);
  for (size_t p = 0; p < n; p++) numbers[p] = network->populations[p].size;
  draft_numbers(draft, POPULATION_CELLS, "number of cells", n, numbers);
}

static void draft_fields(const catalog *catalog, h5_draft *draft, uint64_t *numbers, const char **texts)
{
  const catalog_entry *entries = catalog->entries;
  const size_t n = catalog->n;
  for (size_t i = 0; i < n; i++) numbers[i] = entries[i].field.population;
  draft_numbers(draft, FIELD_POPULATION, "number of the row in /populations", n, numbers);
  for (size_t i = 0; i < n; i++) texts[i] = entries[i].field.name;
  h5_draft_texts(draft, FIELD_NAME, n, texts);
  for (size_t i = 0; i < n; i++) texts[i] = *entries[i].field.unit ? entries[i].field.unit : "1";
  h5_draft_texts(draft, FIELD_UNITS, n, texts);
  for (size_t i = 0; i < n; i++) texts[i] = entries[i].field.help;
  h5_draft_texts(draft, FIELD_DESCRIPTION, n, texts);
  for (size_t i = 0; i < n; i++) texts[i] = catalog_dataset(entries[i].field.type);
  h5_draft_texts(draft, FIELD_DATASET, n, texts);
  for (size_t i = 0; i < n; i++) numbers[i] = entries[i].first;
  draft_numbers(draft, FIELD_FIRST, "row of the dataset that holds the value of cell 0; those of the others follow", n,
                numbers);
}

/* How many numbers synapses have in lists of a type: a weight each, and some an eligibility. */
static double expected_of_synapses(const loligo_network *network, loligo_cell_list_type type)
{
  double n = 0;
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    const synapse_model *synapse = projection->synapse;
    const rule_context context = rule_context_of(network, projection);
    if (synapse->kind == SYNAPSE_PLASTIC && (type == LOLIGO_LIST_UINT32 || synapse->modulator_trace))
      n += projection->rule->expected(&context);
  }
  return n;
}

/* How many numbers lists of a type will have is not known: a guess, for the size of chunks. */
static uint64_t expected_numbers(const catalog *catalog, loligo_cell_list_type type)
{
  uint64_t n = (uint64_t)expected_of_synapses(catalog->network, type);
  if (type == LOLIGO_LIST_UINT32) return n;
  for (size_t i = 0; i < catalog->n_lists; i++)
    if (catalog->lists[i].type == type)
      n += EXPECTED_NUMBERS * catalog->network->populations[catalog->lists[i].population].size;
  return n;
}

static void draft_list_datasets(const catalog *catalog, h5_draft *draft)
{
  uint64_t cells = 0;
  for (size_t i = 0; i < catalog->n_lists; i++)
    cells += catalog->network->populations[catalog->lists[i].population].size;
  h5_draft_series(draft, CATALOG_LIST_LENGTHS, H5T_NATIVE_UINT64, (h5_shape){1, cells, 1});
  h5_draft_text_attribute(draft, CATALOG_LIST_LENGTHS, "description",
                          "how many numbers each cell has, list behind list in the order of the tables");
  for (int type = 0; type < CATALOG_LIST_TYPES; type++) {
    const char *dataset = catalog_list_dataset((loligo_cell_list_type)type);
    const uint64_t numbers = expected_numbers(catalog, (loligo_cell_list_type)type);
    h5_draft_series(draft, dataset, catalog_list_number((loligo_cell_list_type)type), (h5_shape){1, numbers, 1});
    h5_draft_text_attribute(draft, dataset, "description", "numbers of cells, list behind list");
  }
}

static void draft_lists(const catalog *catalog, h5_draft *draft, uint64_t *numbers, const char **texts)
{
  const loligo_cell_list *lists = catalog->lists;
  const size_t n = catalog->n_lists;
  if (n == 0) return;
  for (size_t i = 0; i < n; i++) numbers[i] = lists[i].population;
  draft_numbers(draft, LIST_POPULATION, "number of the row in /populations", n, numbers);
  for (size_t i = 0; i < n; i++) texts[i] = lists[i].projection;
  h5_draft_texts(draft, LIST_PROJECTION, n, texts);
  for (size_t i = 0; i < n; i++) texts[i] = lists[i].name;
  h5_draft_texts(draft, LIST_NAME, n, texts);
  for (size_t i = 0; i < n; i++) texts[i] = lists[i].help;
  h5_draft_texts(draft, LIST_DESCRIPTION, n, texts);
  for (size_t i = 0; i < n; i++) texts[i] = catalog_list_dataset(lists[i].type);
  h5_draft_texts(draft, LIST_DATASET, n, texts);
  draft_list_datasets(catalog, draft);
}

void catalog_draft(const catalog *catalog, h5_draft *draft)
{
  const size_t n = largest(largest(catalog->n, catalog->n_lists), catalog->network->n_populations);
  uint64_t *numbers = memory_allocate(n, sizeof *numbers, "the tables of a checkpoint");
  const char **texts = memory_allocate(n, sizeof *texts, "the tables of a checkpoint");
  if (numbers && texts) {
    draft_populations(catalog->network, draft, numbers, texts);
    draft_fields(catalog, draft, numbers, texts);
    draft_lists(catalog, draft, numbers, texts);
  } else if (draft->status == LOLIGO_OK) {
    draft->status = LOLIGO_MACHINE_ERROR;
  }
  memory_free(numbers);
  memory_free(texts);
  for (int type = 0; type < CATALOG_TYPES; type++) {
    const char *dataset = catalog_dataset(type);
    h5_draft_series(draft, dataset, catalog_type(type), (h5_shape){1, catalog->n_values[type], 1});
    h5_draft_text_attribute(draft, dataset, "description", "values of cells, field behind field as /fields tells");
  }
}

/* -- comparing -- */

/** A table as a file holds it; the columns are as long as each other. */
typedef struct stored_populations {
  h5_texts name, model;
  uint64_t *cells;
} stored_populations;

typedef struct stored_fields {
  h5_texts name, dataset;
  uint64_t *population, *first;
} stored_fields;

static loligo_status read_numbers(const h5_reader *reader, const char *dataset, uint64_t n, uint64_t **numbers)
{
  *numbers = memory_allocate(n, sizeof **numbers, "the tables of a checkpoint");
  return *numbers ? h5_read(reader, (h5_place){dataset, NULL}, H5T_NATIVE_UINT64, n, *numbers) : LOLIGO_MACHINE_ERROR;
}

/* n texts, as many as there are names. */
static loligo_status read_texts(const h5_reader *reader, const char *dataset, uint64_t n, h5_texts *texts)
{
  LOLIGO_TRY(h5_read_texts(reader, dataset, texts));
  if (texts->n == n) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: %s is no list of %" PRIu64 " texts", reader->path, dataset, n);
}

static const char *text_at(const h5_texts *texts, size_t i)
{
  return texts->bytes + i * texts->size;
}

static bool holds(const h5_texts *texts, size_t i, const char *text)
{
  return i < texts->n && strcmp(text_at(texts, i), text) == 0;
}

/* Row of the population with the number p here, or of the one of its name; that behind the last without one. */
static size_t find_population(const stored_populations *stored, const loligo_network *network, size_t p)
{
  if (holds(&stored->name, p, network->populations[p].name)) return p;
  size_t row = 0;
  while (row < stored->name.n && !holds(&stored->name, row, network->populations[p].name)) row++;
  return row;
}

static loligo_status match_population(const stored_populations *stored, const loligo_network *network, size_t p,
                                      const char *path)
{
  const loligo_population *population = &network->populations[p];
  const char *model = loligo_model_name(population->model);
  const size_t row = find_population(stored, network, p);
  if (row == stored->name.n)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds no population %s", path, population->name);
  if (stored->cells[row] != population->size)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: population %s has %" PRIu64 " cells there, %" PRIu64 " in the model",
                       path, population->name, stored->cells[row], population->size);
  if (row != p)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: population %s is number %zu there, %zu in the model", path,
                       population->name, row, p);
  if (holds(&stored->model, row, model)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: population %s is made of %s there, of %s in the model", path,
                     population->name, text_at(&stored->model, row), model);
}

static loligo_status compare_populations(const stored_populations *stored, const loligo_network *network,
                                         const char *path)
{
  for (size_t p = 0; p < network->n_populations; p++) LOLIGO_TRY(match_population(stored, network, p, path));
  if (stored->name.n == network->n_populations) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds %" PRIu64 " populations, the model %zu", path, stored->name.n,
                     network->n_populations);
}

static loligo_status match_populations(const h5_reader *reader, const loligo_network *network)
{
  stored_populations stored = {0};
  loligo_status status = h5_read_texts(reader, POPULATION_NAME, &stored.name);
  if (status == LOLIGO_OK) status = read_texts(reader, POPULATION_MODEL, stored.name.n, &stored.model);
  if (status == LOLIGO_OK) status = read_numbers(reader, POPULATION_CELLS, stored.name.n, &stored.cells);
  if (status == LOLIGO_OK) status = compare_populations(&stored, network, reader->path);
  memory_free(stored.name.bytes);
  memory_free(stored.model.bytes);
  memory_free(stored.cells);
  return status;
}

static loligo_status match_field(const stored_fields *stored, const catalog *catalog, size_t i, const char *path)
{
  const loligo_field *field = &catalog->entries[i].field;
  const bool is_same = holds(&stored->name, i, field->name) && stored->population[i] == field->population &&
                       holds(&stored->dataset, i, catalog_dataset(field->type)) &&
                       stored->first[i] == catalog->entries[i].first;
  if (is_same) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds no %s of population %s, or holds it elsewhere", path, field->name,
                     catalog->network->populations[field->population].name);
}

static loligo_status compare_fields(const stored_fields *stored, const catalog *catalog, const char *path)
{
  for (size_t i = 0; i < catalog->n; i++) LOLIGO_TRY(match_field(stored, catalog, i, path));
  if (stored->name.n == catalog->n) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds %" PRIu64 " fields, the model %zu", path, stored->name.n,
                     catalog->n);
}

static loligo_status match_fields(const h5_reader *reader, const catalog *catalog)
{
  stored_fields stored = {0};
  loligo_status status = h5_read_texts(reader, FIELD_NAME, &stored.name);
  if (status == LOLIGO_OK) status = read_texts(reader, FIELD_DATASET, stored.name.n, &stored.dataset);
  if (status == LOLIGO_OK) status = read_numbers(reader, FIELD_POPULATION, stored.name.n, &stored.population);
  if (status == LOLIGO_OK) status = read_numbers(reader, FIELD_FIRST, stored.name.n, &stored.first);
  if (status == LOLIGO_OK) status = compare_fields(&stored, catalog, reader->path);
  memory_free(stored.name.bytes);
  memory_free(stored.dataset.bytes);
  memory_free(stored.population);
  memory_free(stored.first);
  return status;
}

static loligo_status match_values(const h5_reader *reader, const catalog *catalog, loligo_field_type type)
{
  const char *dataset = catalog_dataset(type);
  uint64_t extent[2];
  LOLIGO_TRY(h5_read_extent(reader, dataset, catalog_type(type), 1, extent));
  if (extent[0] == catalog->n_values[type]) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: %s is no list of %" PRIu64 " values", reader->path, dataset,
                     catalog->n_values[type]);
}

typedef struct stored_lists {
  h5_texts projection, name, dataset;
  uint64_t *population;
} stored_lists;

static loligo_status match_list(const stored_lists *stored, const catalog *catalog, size_t i, const char *path)
{
  const loligo_cell_list *list = &catalog->lists[i];
  const bool is_same = holds(&stored->name, i, list->name) && holds(&stored->projection, i, list->projection) &&
                       holds(&stored->dataset, i, catalog_list_dataset(list->type)) &&
                       stored->population[i] == list->population;
  if (is_same) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds no %s of population %s for projection '%s', or holds it elsewhere",
                     path, list->name, catalog->network->populations[list->population].name, list->projection);
}

static loligo_status compare_lists(const stored_lists *stored, const catalog *catalog, const char *path)
{
  for (size_t i = 0; i < catalog->n_lists; i++) LOLIGO_TRY(match_list(stored, catalog, i, path));
  if (stored->name.n == catalog->n_lists) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds %" PRIu64 " lists of plastic synapses, the model %zu", path,
                     stored->name.n, catalog->n_lists);
}

static loligo_status match_stored_lists(const h5_reader *reader, const catalog *catalog)
{
  stored_lists stored = {0};
  loligo_status status = h5_read_texts(reader, LIST_NAME, &stored.name);
  if (status == LOLIGO_OK) status = read_texts(reader, LIST_PROJECTION, stored.name.n, &stored.projection);
  if (status == LOLIGO_OK) status = read_texts(reader, LIST_DATASET, stored.name.n, &stored.dataset);
  if (status == LOLIGO_OK) status = read_numbers(reader, LIST_POPULATION, stored.name.n, &stored.population);
  if (status == LOLIGO_OK) status = compare_lists(&stored, catalog, reader->path);
  memory_free(stored.name.bytes);
  memory_free(stored.projection.bytes);
  memory_free(stored.dataset.bytes);
  memory_free(stored.population);
  return status;
}

static loligo_status match_lists(const h5_reader *reader, const catalog *catalog, bool has_lists)
{
  if (has_lists) return match_stored_lists(reader, catalog);
  if (catalog->n_lists == 0) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds nothing of plastic synapses, which the model has", reader->path);
}

loligo_status catalog_match(const catalog *catalog, const h5_reader *reader, bool has_lists)
{
  LOLIGO_TRY(match_populations(reader, catalog->network));
  LOLIGO_TRY(match_fields(reader, catalog));
  LOLIGO_TRY(match_lists(reader, catalog, has_lists));
  for (int type = 0; type < CATALOG_TYPES; type++) LOLIGO_TRY(match_values(reader, catalog, type));
  return LOLIGO_OK;
}
