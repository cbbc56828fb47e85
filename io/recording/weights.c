/*
 * weights: recordings by name, each of which makes one file of the weights of a plastic projection.
 */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "base/text.h"
#include "io/model_file/decode.h"
#include "io/model_file/read.h"
#include "io/model_file/recording_kind.h"
#include "io/model_file/selections.h"
#include "io/model_file/value.h"
#include "io/recording/clock.h"
#include "io/results/result_writer.h"
#include "io/results/weight_recorder.h"
#include "model/synapse/synapse_model.h"
#include "network/rule/rule.h"

typedef struct weight_section {
  tree_node *projection, *targets, *sources;
  double interval, start, stop; /* ms */
} weight_section;

#define TO(member) offsetof(weight_section, member)

static const char WHAT[] = "recordings of weights", RECORDING[] = "weight recording";
static const loligo_param entry_rows[] = {
    {"projection", LOLIGO_PARAM_NODE, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "name of one whose synapses are plastic",
     TO(projection)},
    {"targets", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "cells whose synapses are recorded: " SELECTIONS_HELP "; left out: all", TO(targets)},
    {"sources", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "of these synapses those from such cells, likewise", TO(sources)},
    {"interval", LOLIGO_PARAM_REAL, "ms", "1000", LOLIGO_RANGE_POSITIVE, NULL, "between frames, a multiple of dt",
     TO(interval)},
    {"start", LOLIGO_PARAM_REAL, "ms", "0", LOLIGO_RANGE_NON_NEGATIVE, NULL, "of the first frame", TO(start)},
    {"stop", LOLIGO_PARAM_REAL, "ms", "", LOLIGO_RANGE_POSITIVE, NULL, "end, half open; left out: the duration",
     TO(stop)},
};
static const loligo_param_table weight_entries = {entry_rows, sizeof entry_rows / sizeof *entry_rows};

/* -- reading -- */

static bool is_plastic(const loligo_projection *projection)
{
  return synapse_model_changes(projection->synapse);
}

/* Whether projection i is meant: has the name, and the target population that was said. */
static bool is_meant(const model_reader *reader, size_t i, const tree_node *node, const loligo_selection *targets)
{
  const loligo_projection *projection = &reader->network->projections[i];
  return strcmp(projection->name, node->text) == 0 && (targets->last == 0 || targets->population == projection->target);
}

/* Of projections with one name, that onto the population of the targets. */
static loligo_status find_projection(const model_reader *reader, const tree_node *node, weight_recording *recording)
{
  const loligo_network *network = reader->network;
  size_t n_named = 0, n_meant = 0;
  LOLIGO_TRY(value_expect_text(node->key, node));
  for (size_t i = 0; i < network->n_projections; i++) {
    n_named += strcmp(network->projections[i].name, node->text) == 0;
    if (!is_meant(reader, i, node, &recording->targets)) continue;
    recording->projection = i;
    n_meant++;
  }
  if (n_named == 0) return read_fail_unknown_projection(reader, node, RECORDING, is_plastic);
  if (n_meant == 0)
    return tree_fail(node->mark, "projection '%s' has no synapses onto '%s'", node->text,
                     network->populations[recording->targets.population].name);
  if (n_meant > 1)
    return tree_fail(node->mark, "projection '%s' has several targets; say whose weights by targets", node->text);
  const loligo_projection *found = &network->projections[recording->projection];
  if (is_plastic(found)) return read_check_name(node->text, node->mark, "projection");
  return tree_fail(node->mark,
                   "projection '%s' has %s synapses, whose weights stay as they are; list it in record.connectivity",
                   node->text, found->synapse->name);
}

/* What `node` selects of a population, or all of it. */
static loligo_status read_sources(const model_reader *reader, const tree_node *node, size_t population,
                                  loligo_selection *selection)
{
  const loligo_population *of = &reader->network->populations[population];
  if (!node) {
    *selection = (loligo_selection){.population = population, .last = of->size};
    return LOLIGO_OK;
  }
  LOLIGO_TRY(selections_read_one(reader, node, node->key, selection));
  if (selection->population == population) return LOLIGO_OK;
  return tree_fail(node->mark, "%s must be cells of '%s', from which the projection comes", node->key, of->name);
}

static loligo_status read_synapses(const model_reader *reader, const weight_section *section,
                                   weight_recording *recording)
{
  const loligo_network *network = reader->network;
  if (section->targets)
    LOLIGO_TRY(selections_read_one(reader, section->targets, section->targets->key, &recording->targets));
  LOLIGO_TRY(find_projection(reader, section->projection, recording));
  const loligo_projection *projection = &network->projections[recording->projection];
  if (!section->targets)
    recording->targets =
        (loligo_selection){.population = projection->target, .last = network->populations[projection->target].size};
  LOLIGO_TRY(read_sources(reader, section->sources, projection->source, &recording->sources));
  recording->synapses = (double)selection_count(&recording->targets) * (double)selection_count(&recording->sources) *
                        rule_synapses_per_pair(network, projection);
  return LOLIGO_OK;
}

static loligo_status complete(const model_reader *reader, tree_node *mapping, weight_section *section)
{
  const decode_form form = {.what = RECORDING, .tables = {weight_entries}, .n_tables = 1};
  const loligo_param *stop = decode_row(weight_entries, offsetof(weight_section, stop));
  if (isnan(section->stop)) section->stop = fmax(reader->duration, section->start);
  return decode_complete_number(&form, mapping, stop, section->stop);
}

/* `recording` is zeroed and is freed with the settings. */
static loligo_status read_recording(const model_reader *reader, tree_node *mapping, weight_recording *recording)
{
  weight_section section = {.stop = NAN};
  LOLIGO_TRY(read_check_name(mapping->key, mapping->key_mark, RECORDING));
  LOLIGO_TRY(decode_section(RECORDING, weight_entries, mapping, &section));
  LOLIGO_TRY(read_synapses(reader, &section, recording));
  LOLIGO_TRY(complete(reader, mapping, &section));
  LOLIGO_TRY(tree_blame(mapping, read_clock(reader, section.interval, section.start, section.stop, &recording->clock)));
  recording->name = memory_string(mapping->key);
  return recording->name ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status make_recordings(weight_recordings *wanted, size_t n)
{
  wanted->items = memory_allocate(n, sizeof *wanted->items, WHAT);
  wanted->n = wanted->items ? n : 0;
  return wanted->items ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status read_weights(const model_reader *reader, tree_node *mapping, void **out)
{
  weight_recordings *wanted = *out = memory_allocate(1, sizeof *wanted, WHAT);
  if (!wanted) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(value_expect_mapping(mapping->key, mapping));
  LOLIGO_TRY(make_recordings(wanted, mapping->n));
  bool any = false;
  for (size_t i = 0; i < mapping->n; i++)
    LOLIGO_TRY(mistakes_keep(read_recording(reader, mapping->children[i], &wanted->items[i]), &any));
  return mistakes_told(any);
}

static loligo_status move_recording(stream *stream, weight_recording *recording)
{
  stream_move(stream, &recording->projection, sizeof recording->projection);
  stream_move(stream, &recording->clock, sizeof recording->clock);
  stream_move(stream, &recording->synapses, sizeof recording->synapses);
  LOLIGO_TRY(selection_move(stream, &recording->targets));
  LOLIGO_TRY(selection_move(stream, &recording->sources));
  return stream_text(stream, (const char **)&recording->name, NULL);
}

static loligo_status move(stream *stream, void **out)
{
  weight_recordings *wanted = *out = *out ? *out : memory_allocate(1, sizeof *wanted, WHAT);
  if (!wanted) return LOLIGO_MACHINE_ERROR;
  size_t n = wanted->n;
  stream_move(stream, &n, sizeof n);
  if (stream->reads) LOLIGO_TRY(make_recordings(wanted, n));
  for (size_t i = 0; i < n; i++) LOLIGO_TRY(move_recording(stream, &wanted->items[i]));
  return LOLIGO_OK;
}

static void begin_at(void *of_weights, int64_t step)
{
  weight_recordings *wanted = of_weights;
  for (size_t i = 0; i < wanted->n; i++) frame_clock_begin_at(&wanted->items[i].clock, step);
}

static void free_wanted(void *of_weights)
{
  weight_recordings *wanted = of_weights;
  for (size_t i = 0; wanted && i < wanted->n; i++) {
    memory_free(wanted->items[i].name);
    selection_free(&wanted->items[i].targets);
    selection_free(&wanted->items[i].sources);
  }
  if (wanted) memory_free(wanted->items);
  memory_free(wanted);
}

static double bytes_of(const weight_recording *recording)
{
  return (double)frame_clock_count(&recording->clock) * recording->synapses * sizeof(float);
}

static double count_bytes(const weight_recordings *wanted)
{
  double bytes = 0;
  for (size_t i = 0; i < wanted->n; i++) bytes += bytes_of(&wanted->items[i]);
  return bytes;
}

static void print_size(const void *of_weights, char text[RECORDING_SIZE_TEXT])
{
  text_bytes(count_bytes(of_weights), text);
}

static double expect_bytes(const void *of_weights, const loligo_network *network, const double *rates, double seconds)
{
  (void)network, (void)rates, (void)seconds;
  return count_bytes(of_weights);
}

/* -- writing -- */

typedef struct weight_result {
  const result_place *place;
  const weight_recording *recording;
  loligo_weight_sampler *sampler; /* it belongs to the simulation */
  weight_recorder *recorder;      /* NULL: not open */
} weight_result;

static size_t count(const void *of_weights)
{
  const weight_recordings *wanted = of_weights;
  return wanted->n;
}

static const weight_recording *recording_at(const void *of_weights, size_t i)
{
  const weight_recordings *wanted = of_weights;
  return &wanted->items[i];
}

static void print_name(const loligo_network *network, const void *wanted, size_t i, char *name)
{
  (void)network;
  weight_recorder_name(name, recording_at(wanted, i));
}

static result_frames frames_of(const void *wanted, size_t i)
{
  const weight_recording *recording = recording_at(wanted, i);
  return (result_frames){recording->clock.steps, recording->synapses * sizeof(double)};
}

static result_need need(const void *wanted, size_t i, const result_rank *rank)
{
  return weight_recording_need(recording_at(wanted, i), rank);
}

static bool file_size(const loligo_network *network, const void *wanted, size_t i, char *name, double *bytes)
{
  if (i >= count(wanted)) return false;
  print_name(network, wanted, i, name);
  *bytes = bytes_of(recording_at(wanted, i));
  return true;
}

/* The frame of a checkpoint's step is taken behind it: none is ever owed. */
static loligo_status attach(const result_place *place, const void *wanted, size_t i, loligo_simulation *simulation,
                            const uint64_t *recorded, void **out)
{
  (void)recorded;
  weight_result *result = *out = memory_allocate(1, sizeof *result, WHAT);
  if (!result) return loligo_agree(place->context, LOLIGO_MACHINE_ERROR);
  const weight_recording *recording = recording_at(wanted, i);
  *result = (weight_result){.place = place, .recording = recording};
  const loligo_weight_sampler_spec spec = {.projection = recording->projection,
                                           .targets = recording->targets,
                                           .sources = recording->sources,
                                           .start = recording->clock.steps.start,
                                           .stop = recording->clock.steps.stop,
                                           .every = recording->clock.steps.every};
  return loligo_agree(place->context, loligo_simulation_sample_weights(simulation, &spec, &result->sampler));
}

static loligo_status open(void *self, const char *folder, unsigned n_parts)
{
  weight_result *result = self;
  const result_place *place = result->place;
  const weight_recorder_spec spec = {result->recording, loligo_weight_sampler_synapses(result->sampler), n_parts};
  return weight_recorder_open(place->context, folder, place->file->network, &spec, place->provenance,
                              &result->recorder);
}

static uint64_t waiting(const void *self)
{
  const weight_result *result = self;
  const loligo_samples samples = loligo_weight_sampler_frames(result->sampler);
  return samples.n_frames * samples.n_cells * sizeof *samples.values;
}

static loligo_status flush(void *self, bool stays_open)
{
  weight_result *result = self;
  const loligo_samples samples = loligo_weight_sampler_frames(result->sampler);
  LOLIGO_TRY(weight_recorder_write(result->recorder, &samples, stays_open));
  loligo_weight_sampler_clear(result->sampler);
  return LOLIGO_OK;
}

static loligo_status append(void *self, const char *path)
{
  weight_result *result = self;
  return weight_recorder_append(result->recorder, path);
}

static uint64_t written(const void *self)
{
  const weight_result *result = self;
  return weight_recorder_written(result->recorder);
}

static loligo_status close(void *self, bool complete)
{
  weight_result *result = self;
  weight_recorder *recorder = result->recorder;
  result->recorder = NULL;
  return weight_recorder_close(recorder, complete);
}

static const result_writer writer = {.count = count,
                                     .print_name = print_name,
                                     .frames = frames_of,
                                     .need = need,
                                     .attach = attach,
                                     .open = open,
                                     .waiting = waiting,
                                     .flush = flush,
                                     .append = append,
                                     .written = written,
                                     .close = close,
                                     .detach = memory_free};

const recording_kind recording_kind_weights = {
    .name = "weights",
    .summary = "recordings of weights of plastic synapses, by name, each written to NAME.weight.h5",
    .fallback = "{}",
    .entries = &weight_entries,
    .read = read_weights,
    .move = move,
    .begin_at = begin_at,
    .size_label = "weight files",
    .print_size = print_size,
    .bytes = expect_bytes,
    .file_size = file_size,
    .writer = &writer,
    .free = free_wanted,
};
