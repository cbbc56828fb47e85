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
#include "io/checkpoint/flights.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_read.h"
#include "network/description.h"

static const char FORMAT[] = "loligo checkpoint", PLASTIC_EVENTS[] = "/totals/plastic_events",
                  WEIGHT_UPDATES[] = "/totals/weight_updates", NETWORK_BYTES[] = "/totals/network_bytes",
                  DIGEST[] = "/digest";
enum { VERSION = 3, VERSION_WITH_LISTS = 4 }; /* a file without lists is what it was before there were any */

/* -- writing -- */

static void draft_totals(h5_draft *draft, size_t n_populations, const header_state *state)
{
  h5_draft_array(draft, "/totals/population_spikes", H5T_NATIVE_UINT64, n_populations, state->spikes);
  h5_draft_scalar(draft, "/totals/spikes_checksum", H5T_NATIVE_UINT64, &state->checksum);
  h5_draft_scalar(draft, "/totals/synaptic_events", H5T_NATIVE_UINT64, &state->synaptic_events);
  h5_draft_scalar(draft, WEIGHT_UPDATES, H5T_NATIVE_UINT64, &state->weight_updates);
  h5_draft_scalar(draft, NETWORK_BYTES, H5T_NATIVE_UINT64, &state->network_bytes);
}

static uint32_t version_of(const catalog *catalog)
{
  return catalog->n_lists > 0 ? VERSION_WITH_LISTS : VERSION;
}

void header_draft_begin(h5_draft *draft, const char *path, const checkpoint_plan *plan, uint32_t version, int64_t step)
{
  char name[H5_PATH_SIZE];
  h5_draft_create(draft, path);
  h5_draft_text_attribute(draft, "/", "format", FORMAT);
  h5_draft_attribute(draft, "/", "version", H5T_NATIVE_UINT32, 0, &version);
  h5_draft_attribute(draft, "/", "step", H5T_NATIVE_INT64, 0, &step);
  h5_draft_attribute(draft, "/", "dt", H5T_NATIVE_DOUBLE, 0, &plan->network->dt);
  provenance_write(plan->provenance, draft);
  h5_draft_group(draft, "/notes");
  for (size_t i = 0; i < plan->n_notes; i++) {
    h5_path(name, "/notes/%s", plan->notes[i].name);
    h5_draft_text(draft, name, plan->notes[i].value);
  }
  h5_draft_scalar(draft, DIGEST, H5T_NATIVE_UINT64, &(uint64_t){0});
}

loligo_status header_draft(const char *path, const checkpoint_plan *plan, const catalog *catalog,
                           const header_state *state)
{
  h5_draft draft;
  header_draft_begin(&draft, path, plan, version_of(catalog), state->step);
  draft_totals(&draft, plan->network->n_populations, state);
  if (catalog->n_lists > 0) h5_draft_scalar(&draft, PLASTIC_EVENTS, H5T_NATIVE_UINT64, &state->plastic_events);
  catalog_draft(catalog, &draft);
  flights_draft(&draft);
  return h5_draft_close(&draft);
}

loligo_status header_complete(const char *path, uint64_t digest)
{
  h5_draft draft;
  h5_draft_open(&draft, path);
  h5_draft_set_scalar(&draft, DIGEST, H5T_NATIVE_UINT64, &digest);
  LOLIGO_TRY(h5_draft_close(&draft));
  return provenance_complete(path);
}

/* -- reading -- */

static h5_place root(const char *attribute)
{
  return (h5_place){"/", attribute};
}

/* One that this program reads. */
static loligo_status check_format(const h5_reader *reader, uint32_t *version)
{
  char *format;
  LOLIGO_TRY(h5_read_text(reader, root("format"), &format));
  const bool known = strcmp(format, FORMAT) == 0;
  memory_free(format);
  if (!known) return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: is no checkpoint of loligo", reader->path);
  LOLIGO_TRY(h5_read(reader, root("version"), H5T_NATIVE_UINT32, 1, version));
  if (*version >= VERSION && *version <= HEADER_OF_TRAINING) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR,
                     "%s: is a checkpoint of version %" PRIu32 ", and this program reads versions %d to %d: go on "
                     "with the loligo that wrote it, or start anew",
                     reader->path, *version, VERSION, HEADER_OF_TRAINING);
}

static loligo_status read_step(const h5_reader *reader, int64_t *step)
{
  LOLIGO_TRY(h5_read(reader, root("step"), H5T_NATIVE_INT64, 1, step));
  if (*step >= 0) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: stands before the first step", reader->path);
}

/** Where texts go, and how many notes went there. */
typedef struct text_sink {
  const h5_reader *reader;
  FILE *out;
  uint64_t n_notes;
} text_sink;

/* Appends a text and its 0. */
static loligo_status copy_text(const text_sink *sink, const char *dataset)
{
  char *text;
  LOLIGO_TRY(h5_read_text(sink->reader, (h5_place){dataset, NULL}, &text));
  fwrite(text, strlen(text) + 1, 1, sink->out);
  memory_free(text);
  return LOLIGO_OK;
}

static loligo_status copy_note(void *self, const char *name)
{
  text_sink *sink = self;
  char path[H5_PATH_SIZE];
  h5_path(path, "/notes/%s", name);
  fwrite(name, strlen(name) + 1, 1, sink->out);
  sink->n_notes++;
  return copy_text(sink, path);
}

static loligo_status copy_texts(text_sink *sink)
{
  LOLIGO_TRY(copy_text(sink, "/provenance/used_parameters"));
  return h5_read_children(sink->reader, "/notes", copy_note, sink);
}

static loligo_status read_texts(const h5_reader *reader, header_texts *texts)
{
  char *bytes = NULL;
  size_t size = 0;
  text_sink sink = {reader, open_memstream(&bytes, &size), 0};
  if (!sink.out) return loligo_fail(LOLIGO_MACHINE_ERROR, "out of memory for the texts of %s", reader->path);
  loligo_status status = copy_texts(&sink);
  bool is_whole = fclose(sink.out) == 0;
  texts->n_notes = sink.n_notes;
  texts->size = size;
  texts->bytes = status == LOLIGO_OK && is_whole ? memory_allocate(size, 1, "the texts of a checkpoint") : NULL;
  if (texts->bytes) memcpy(texts->bytes, bytes, size);
  free(bytes);
  if (status != LOLIGO_OK || texts->bytes) return status;
  return loligo_fail(LOLIGO_MACHINE_ERROR, "out of memory for the texts of %s", reader->path);
}

static loligo_status read_header(const h5_reader *reader, header_texts *texts)
{
  uint32_t version;
  LOLIGO_TRY(check_format(reader, &version));
  LOLIGO_TRY(read_step(reader, &texts->step));
  LOLIGO_TRY(h5_read(reader, root("dt"), H5T_NATIVE_DOUBLE, 1, &texts->dt));
  return read_texts(reader, texts);
}

loligo_status header_read(const char *path, header_texts *texts)
{
  h5_reader reader;
  *texts = (header_texts){0};
  LOLIGO_TRY(h5_reader_open(&reader, path));
  loligo_status status = read_header(&reader, texts);
  h5_reader_close(&reader);
  return status;
}

/* -- comparing -- */

static loligo_status match_dt(const h5_reader *reader, const loligo_network *network)
{
  double dt;
  LOLIGO_TRY(h5_read(reader, root("dt"), H5T_NATIVE_DOUBLE, 1, &dt));
  if (dt == network->dt) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: dt is %g ms there, %g ms in the model", reader->path, dt, network->dt);
}

static loligo_status read_counts(const h5_reader *reader, const char *dataset, uint64_t n, uint64_t *values)
{
  return h5_read(reader, (h5_place){dataset, NULL}, H5T_NATIVE_UINT64, n, values);
}

/* What checkpoints of earlier versions do not have is counted from there on. */
static loligo_status read_later_count(const h5_reader *reader, const char *dataset, uint64_t *value)
{
  bool found;
  *value = 0;
  LOLIGO_TRY(h5_find(reader, dataset, &found));
  return found ? read_counts(reader, dataset, 1, value) : LOLIGO_OK;
}

loligo_status header_digest(const h5_reader *reader, uint64_t *digest)
{
  return read_counts(reader, DIGEST, 1, digest);
}

static loligo_status read_totals(const h5_reader *reader, size_t n_populations, header_state *state, uint64_t *digest)
{
  LOLIGO_TRY(read_step(reader, &state->step));
  LOLIGO_TRY(read_counts(reader, "/totals/population_spikes", n_populations, state->spikes));
  LOLIGO_TRY(read_counts(reader, "/totals/spikes_checksum", 1, &state->checksum));
  LOLIGO_TRY(read_counts(reader, "/totals/synaptic_events", 1, &state->synaptic_events));
  LOLIGO_TRY(read_later_count(reader, WEIGHT_UPDATES, &state->weight_updates));
  LOLIGO_TRY(read_later_count(reader, NETWORK_BYTES, &state->network_bytes));
  return header_digest(reader, digest);
}

static loligo_status check_is_of(const h5_reader *reader, bool training, bool *has_lists)
{
  uint32_t version;
  LOLIGO_TRY(check_format(reader, &version));
  *has_lists = version == VERSION_WITH_LISTS;
  if ((version == HEADER_OF_TRAINING) == training) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: is the checkpoint of a %s", reader->path,
                     training ? "simulation" : "training");
}

loligo_status header_is_of_training(const h5_reader *reader)
{
  bool has_lists;
  return check_is_of(reader, true, &has_lists);
}

static loligo_status match(const h5_reader *reader, const catalog *catalog, header_state *state, uint64_t *digest)
{
  bool has_lists;
  LOLIGO_TRY(check_is_of(reader, false, &has_lists));
  LOLIGO_TRY(match_dt(reader, catalog->network));
  LOLIGO_TRY(catalog_match(catalog, reader, has_lists));
  state->plastic_events = 0;
  if (has_lists) LOLIGO_TRY(read_counts(reader, PLASTIC_EVENTS, 1, &state->plastic_events));
  return read_totals(reader, catalog->network->n_populations, state, digest);
}

loligo_status header_match(const char *path, const catalog *catalog, header_state *state, uint64_t *digest)
{
  h5_reader reader;
  LOLIGO_TRY(h5_reader_open(&reader, path));
  loligo_status status = match(&reader, catalog, state, digest);
  h5_reader_close(&reader);
  return status;
}
