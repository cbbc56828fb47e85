/*
 * Purpose: say in a checkpoint what it is, and find out whether it fits.
 */
#include "io/checkpoint/header.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "io/checkpoint/contents.h"
#include "io/hdf5/h5.h"
#include "io/results/sonata.h"

static const char FORMAT[] = "loligo checkpoint";
static const uint32_t VERSION = 2;

/* -- writing -- */

static void draft_populations(h5_draft *draft, const loligo_network *network)
{
  char path[SONATA_PATH_SIZE];
  for (size_t p = 0; p < network->n_populations; p++) {
    const loligo_population *population = &network->populations[p];
    sonata_path(path, "/populations/%s", population->name);
    h5_draft_group(draft, path);
    h5_draft_attribute(draft, path, "number", H5T_NATIVE_UINT64, 0, &(uint64_t){p});
    h5_draft_attribute(draft, path, "cells", H5T_NATIVE_UINT64, 0, &population->size);
    h5_draft_text_attribute(draft, path, "model", loligo_model_name(population->model));
  }
}

static void draft_totals(h5_draft *draft, size_t n_populations, const header_state *state)
{
  h5_draft_array(draft, "/totals/population_spikes", H5T_NATIVE_UINT64, n_populations, state->spikes);
  h5_draft_scalar(draft, "/totals/spikes_checksum", H5T_NATIVE_UINT64, &state->checksum);
  h5_draft_scalar(draft, "/totals/synaptic_events", H5T_NATIVE_UINT64, &state->synaptic_events);
  h5_draft_scalar(draft, "/digest", H5T_NATIVE_UINT64, &(uint64_t){0});
}

loligo_status header_draft(const char *path, const checkpoint_plan *plan, const header_state *state)
{
  char name[SONATA_PATH_SIZE];
  h5_draft draft;
  h5_draft_create(&draft, path);
  h5_draft_text_attribute(&draft, "/", "format", FORMAT);
  h5_draft_attribute(&draft, "/", "version", H5T_NATIVE_UINT32, 0, &VERSION);
  h5_draft_attribute(&draft, "/", "step", H5T_NATIVE_INT64, 0, &state->step);
  h5_draft_attribute(&draft, "/", "dt", H5T_NATIVE_DOUBLE, 0, &plan->network->dt);
  provenance_write(plan->provenance, &draft);
  h5_draft_group(&draft, "/notes");
  for (size_t i = 0; i < plan->n_notes; i++) {
    sonata_path(name, "/notes/%s", plan->notes[i].name);
    h5_draft_text(&draft, name, plan->notes[i].value);
  }
  h5_draft_group(&draft, "/populations");
  draft_populations(&draft, plan->network);
  draft_totals(&draft, plan->network->n_populations, state);
  contents_draft(&draft, plan->network, plan->simulation);
  return h5_draft_close(&draft);
}

loligo_status header_complete(const char *path, uint64_t digest)
{
  h5_draft draft;
  h5_draft_open(&draft, path);
  h5_draft_set_scalar(&draft, "/digest", H5T_NATIVE_UINT64, &digest);
  LOLIGO_TRY(h5_draft_close(&draft));
  return provenance_complete(path);
}

/* -- reading -- */

static hid_t open_to_read(const char *path)
{
  hid_t access = h5_access_properties(), file = H5Fopen(path, H5F_ACC_RDONLY, access);
  H5Pclose(access);
  return file;
}

static loligo_status fail_item(const char *path, const char *item)
{
  return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: is no good checkpoint: %s cannot be read", path, item);
}

static bool read_attribute(hid_t file, const char *object, const char *name, hid_t type, void *value)
{
  hid_t attribute = H5Aopen_by_name(file, object, name, H5P_DEFAULT, H5P_DEFAULT);
  if (attribute < 0) return false;
  bool good = H5Aread(attribute, type, value) >= 0;
  H5Aclose(attribute);
  return good;
}

/* A text of variable length; free() it. NULL if it cannot be read. */
static char *read_text_attribute(hid_t file, const char *object, const char *name)
{
  char *text = NULL, *copy;
  hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  bool good = read_attribute(file, object, name, type, &text);
  H5Tclose(type);
  if (!good || !text) return NULL;
  copy = strdup(text);
  H5free_memory(text);
  return copy;
}

static bool read_dataset(hid_t file, const char *path, hid_t type, uint64_t n, void *values)
{
  hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
  if (dataset < 0) return false;
  hid_t space = H5Dget_space(dataset);
  bool good = (uint64_t)H5Sget_simple_extent_npoints(space) == n &&
              H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
  H5Sclose(space);
  H5Dclose(dataset);
  return good;
}

/* Appends a text and its 0 to `out`. */
static bool copy_text(hid_t file, const char *path, FILE *out)
{
  char *text = NULL;
  hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  bool good = read_dataset(file, path, type, 1, &text) && text;
  H5Tclose(type);
  if (!good) return false;
  fwrite(text, strlen(text) + 1, 1, out);
  H5free_memory(text);
  return true;
}

/** Where texts go, and how many notes went there. */
typedef struct text_sink {
  hid_t file;
  FILE *out;
  uint64_t n_notes;
} text_sink;

static herr_t copy_note(hid_t group, const char *name, const H5L_info_t *info, void *data)
{
  text_sink *sink = data;
  char path[SONATA_PATH_SIZE];
  (void)group, (void)info;
  sonata_path(path, "/notes/%s", name);
  fwrite(name, strlen(name) + 1, 1, sink->out);
  sink->n_notes++;
  return copy_text(sink->file, path, sink->out) ? 0 : -1;
}

static bool copy_texts(text_sink *sink)
{
  if (!copy_text(sink->file, "/provenance/used_parameters", sink->out)) return false;
  hid_t notes = H5Gopen2(sink->file, "/notes", H5P_DEFAULT);
  if (notes < 0) return false;
  bool good = H5Literate(notes, H5_INDEX_NAME, H5_ITER_INC, NULL, copy_note, sink) >= 0;
  H5Gclose(notes);
  return good;
}

static loligo_status check_format(hid_t file, const char *path)
{
  uint32_t version;
  char *format = read_text_attribute(file, "/", "format");
  bool known = format && strcmp(format, FORMAT) == 0;
  free(format);
  if (!known || !read_attribute(file, "/", "version", H5T_NATIVE_UINT32, &version))
    return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: is no checkpoint of loligo", path);
  if (version == VERSION) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR,
                     "%s: is a checkpoint of version %" PRIu32 ", this program reads version %" PRIu32, path, version,
                     VERSION);
}

static loligo_status read_texts(hid_t file, const char *path, header_texts *texts)
{
  char *bytes = NULL;
  size_t size = 0;
  text_sink sink = {file, open_memstream(&bytes, &size), 0};
  if (!sink.out) return loligo_fail(LOLIGO_MACHINE_ERROR, "out of memory for the texts of %s", path);
  bool good = copy_texts(&sink);
  good = fclose(sink.out) == 0 && good;
  loligo_status status = good ? LOLIGO_OK : fail_item(path, "/notes");
  texts->bytes = good ? memory_allocate(size, 1, "the texts of a checkpoint") : NULL;
  texts->size = size;
  texts->n_notes = sink.n_notes;
  if (texts->bytes) memcpy(texts->bytes, bytes, size);
  free(bytes);
  return status == LOLIGO_OK && !texts->bytes ? LOLIGO_MACHINE_ERROR : status;
}

static loligo_status read_header(hid_t file, const char *path, header_texts *texts)
{
  LOLIGO_TRY(check_format(file, path));
  if (!read_attribute(file, "/", "step", H5T_NATIVE_INT64, &texts->step)) return fail_item(path, "step");
  if (!read_attribute(file, "/", "dt", H5T_NATIVE_DOUBLE, &texts->dt)) return fail_item(path, "dt");
  return read_texts(file, path, texts);
}

loligo_status header_read(const char *path, header_texts *texts)
{
  *texts = (header_texts){0};
  hid_t file = open_to_read(path);
  if (file < 0) return h5_fail("open", path);
  loligo_status status = read_header(file, path, texts);
  H5Fclose(file);
  return status;
}

/* -- comparing -- */

static loligo_status match_population(hid_t file, const char *path, const loligo_network *network, size_t p)
{
  const loligo_population *population = &network->populations[p];
  const char *model = loligo_model_name(population->model);
  char group[SONATA_PATH_SIZE];
  uint64_t number, cells;
  sonata_path(group, "/populations/%s", population->name);
  if (H5Lexists(file, group, H5P_DEFAULT) <= 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds no population %s", path, population->name);
  if (!read_attribute(file, group, "number", H5T_NATIVE_UINT64, &number) ||
      !read_attribute(file, group, "cells", H5T_NATIVE_UINT64, &cells))
    return fail_item(path, group);
  if (cells != population->size)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: population %s has %" PRIu64 " cells there, %" PRIu64 " in the model",
                       path, population->name, cells, population->size);
  if (number != p)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: population %s is number %" PRIu64 " there, %zu in the model", path,
                       population->name, number, p);
  char *found = read_text_attribute(file, group, "model");
  loligo_status status = LOLIGO_OK;
  if (!found || strcmp(found, model) != 0)
    status = loligo_fail(LOLIGO_INPUT_ERROR, "%s: population %s is made of %s there, of %s in the model", path,
                         population->name, found ? found : "nothing", model);
  free(found);
  return status;
}

static loligo_status match_populations(hid_t file, const char *path, const loligo_network *network)
{
  H5G_info_t info = {0};
  if (H5Gget_info_by_name(file, "/populations", &info, H5P_DEFAULT) < 0) return fail_item(path, "/populations");
  for (size_t p = 0; p < network->n_populations; p++) LOLIGO_TRY(match_population(file, path, network, p));
  if (info.nlinks == network->n_populations) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds %" PRIu64 " populations, the model %zu", path,
                     (uint64_t)info.nlinks, network->n_populations);
}

static loligo_status match_field(hid_t file, const char *path, const loligo_network *network, const loligo_field *field)
{
  char dataset[SONATA_PATH_SIZE];
  const loligo_population *population = &network->populations[field->population];
  contents_field_path(network, field, dataset);
  if (H5Lexists(file, dataset, H5P_DEFAULT) <= 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds no %s of population %s", path, field->name, population->name);
  hid_t id = H5Dopen2(file, dataset, H5P_DEFAULT);
  if (id < 0) return fail_item(path, dataset);
  hid_t space = H5Dget_space(id);
  hssize_t n = H5Sget_simple_extent_npoints(space);
  H5Sclose(space);
  H5Dclose(id);
  if (n < 0) return fail_item(path, dataset);
  if ((uint64_t)n == population->size) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: %s of population %s has %lld values for %" PRIu64 " cells", path,
                     field->name, population->name, (long long)n, population->size);
}

static loligo_status match_dt(hid_t file, const char *path, const loligo_network *network)
{
  double dt;
  if (!read_attribute(file, "/", "dt", H5T_NATIVE_DOUBLE, &dt)) return fail_item(path, "dt");
  if (dt == network->dt) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: dt is %g ms there, %g ms in the model", path, dt, network->dt);
}

static loligo_status read_totals(hid_t file, const char *path, size_t n_populations, header_state *state,
                                 uint64_t *digest)
{
  bool good = read_attribute(file, "/", "step", H5T_NATIVE_INT64, &state->step) &&
              read_dataset(file, "/totals/population_spikes", H5T_NATIVE_UINT64, n_populations, state->spikes) &&
              read_dataset(file, "/totals/spikes_checksum", H5T_NATIVE_UINT64, 1, &state->checksum) &&
              read_dataset(file, "/totals/synaptic_events", H5T_NATIVE_UINT64, 1, &state->synaptic_events) &&
              read_dataset(file, "/digest", H5T_NATIVE_UINT64, 1, digest);
  return good ? LOLIGO_OK : fail_item(path, "/totals");
}

static loligo_status match(hid_t file, const char *path, const loligo_network *network,
                           const loligo_simulation *simulation, header_state *state, uint64_t *digest)
{
  LOLIGO_TRY(check_format(file, path));
  LOLIGO_TRY(match_dt(file, path, network));
  LOLIGO_TRY(match_populations(file, path, network));
  for (size_t i = 0; i < loligo_simulation_field_count(simulation); i++) {
    loligo_field field = loligo_simulation_field(simulation, i);
    LOLIGO_TRY(match_field(file, path, network, &field));
  }
  return read_totals(file, path, network->n_populations, state, digest);
}

loligo_status header_match(const char *path, const loligo_network *network, const loligo_simulation *simulation,
                           header_state *state, uint64_t *digest)
{
  hid_t file = open_to_read(path);
  if (file < 0) return h5_fail("open", path);
  loligo_status status = match(file, path, network, simulation, state, digest);
  H5Fclose(file);
  return status;
}
