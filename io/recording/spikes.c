/*
 * spikes: all, none, or those of selected cells, in one file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "io/model_file/read.h"
#include "io/model_file/recording_kind.h"
#include "io/model_file/selections.h"
#include "io/results/result_writer.h"
#include "io/results/spike_recorder.h"
#include "network/machine.h"

/* Steps times cells of a run that records spikes: a step and a cell fit one number of 64 bits. */
#define MOST_SPIKES 0x1p62

static loligo_status select_all(const model_reader *reader, spike_recording *wanted)
{
  const size_t n = reader->network->n_populations;
  wanted->cells.items = memory_allocate(n, sizeof *wanted->cells.items, "recorded populations");
  if (!wanted->cells.items) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < n; i++)
    wanted->cells.items[i] = (loligo_selection){.population = i, .last = reader->network->populations[i].size};
  wanted->cells.n = n;
  return LOLIGO_OK;
}

static int by_population(const void *a, const void *b)
{
  const loligo_selection *x = a, *y = b;
  return (x->population > y->population) - (x->population < y->population);
}

static loligo_status select_listed(const model_reader *reader, tree_node *list, spike_recording *wanted)
{
  if (list->n == 0) return LOLIGO_OK;
  selections *cells = &wanted->cells;
  LOLIGO_TRY(selections_read(reader, list, list->key, SELECTION_JOINS, cells));
  qsort(cells->items, cells->n, sizeof *cells->items, by_population);
  return LOLIGO_OK;
}

static loligo_status select_spikes(const model_reader *reader, tree_node *node, spike_recording *wanted)
{
  const bool is_word = node->kind == TREE_SCALAR;
  if (is_word && strcmp(node->text, "all") == 0) return select_all(reader, wanted);
  if (is_word && strcmp(node->text, "none") == 0) return LOLIGO_OK;
  if (node->kind == TREE_LIST) return select_listed(reader, node, wanted);
  return tree_fail(node->mark, "%s must be all, none, or a list of populations and selections", node->key);
}

static loligo_status read_spikes(const model_reader *reader, tree_node *node, void **out)
{
  spike_recording *wanted = *out = memory_allocate(1, sizeof *wanted, "recorded populations");
  if (!wanted) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(select_spikes(reader, node, wanted));
  wanted->duration = reader->settings->duration;
  const double steps = (double)wanted->duration, cells = (double)reader->network->n_cells;
  if (wanted->cells.n == 0 || steps * cells < MOST_SPIKES) return LOLIGO_OK;
  return tree_fail(node->mark, "%s: %.3g steps of %.3g cells are too many to record; run a shorter duration", node->key,
                   steps, cells);
}

static loligo_status move(stream *stream, void **out)
{
  spike_recording *wanted = *out = *out ? *out : memory_allocate(1, sizeof *wanted, "recorded populations");
  if (!wanted) return LOLIGO_MACHINE_ERROR;
  stream_move(stream, &wanted->duration, sizeof wanted->duration);
  return selections_move(stream, &wanted->cells);
}

static void free_wanted(void *of_spikes)
{
  spike_recording *wanted = of_spikes;
  if (wanted) selections_free(&wanted->cells);
  memory_free(wanted);
}

enum { SPIKE_BYTES = 16 };

static void print_size(const void *of_spikes, char text[RECORDING_SIZE_TEXT])
{
  const spike_recording *wanted = of_spikes;
  if (wanted->cells.n)
    snprintf(text, RECORDING_SIZE_TEXT, "%d bytes per recorded spike", SPIKE_BYTES);
  else
    snprintf(text, RECORDING_SIZE_TEXT, "none");
}

static double expect_bytes(const void *of_spikes, const loligo_network *network, const double *rates, double seconds)
{
  const spike_recording *wanted = of_spikes;
  double spikes = 0;
  (void)network;
  for (size_t i = 0; i < wanted->cells.n; i++) {
    const loligo_selection *of = &wanted->cells.items[i];
    spikes += (double)selection_count(of) * (rates ? rates[of->population] : MACHINE_RATE) * seconds;
  }
  return spikes * SPIKE_BYTES;
}

/* -- writing -- */

typedef struct spike_result {
  const result_place *place;
  const spike_recording *wanted;
  spike_recorder *recorder; /* NULL: not open */
} spike_result;

static size_t count(const void *of_spikes)
{
  const spike_recording *wanted = of_spikes;
  return wanted->cells.n > 0;
}

static void print_name(const loligo_network *network, const void *wanted, size_t i, char *name)
{
  (void)network, (void)wanted, (void)i;
  snprintf(name, H5_PATH_SIZE, "%s", SPIKE_RECORDER_FILE);
}

static result_need need(const void *wanted, size_t i, const result_rank *rank)
{
  (void)i;
  return spike_recording_need(wanted, rank);
}

static loligo_status attach(const result_place *place, const void *wanted, size_t i, loligo_simulation *simulation,
                            const uint64_t *recorded, void **out)
{
  (void)i, (void)simulation, (void)recorded;
  spike_result *result = *out = memory_allocate(1, sizeof *result, "recorders");
  if (result) *result = (spike_result){.place = place, .wanted = wanted};
  return loligo_agree(place->context, result ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
}

static loligo_status open(void *self, const char *folder, unsigned n_parts)
{
  spike_result *result = self;
  const result_place *place = result->place;
  spike_recording part = *result->wanted;
  part.duration /= n_parts;
  return spike_recorder_open(place->context, folder, place->file->network, &part, place->provenance, &result->recorder);
}

static loligo_status add(void *self, const loligo_interval *interval)
{
  spike_result *result = self;
  return spike_recorder_add(result->recorder, interval->spikes, interval->n_spikes);
}

static uint64_t waiting(const void *self)
{
  const spike_result *result = self;
  return spike_recorder_waiting(result->recorder);
}

static loligo_status flush(void *self, bool stays_open)
{
  spike_result *result = self;
  return spike_recorder_flush(result->recorder, stays_open);
}

static loligo_status append(void *self, const char *path)
{
  spike_result *result = self;
  return spike_recorder_append(result->recorder, path);
}

static uint64_t written(const void *self)
{
  const spike_result *result = self;
  return spike_recorder_written(result->recorder);
}

static loligo_status close(void *self, bool complete)
{
  spike_result *result = self;
  spike_recorder *recorder = result->recorder;
  result->recorder = NULL;
  return spike_recorder_close(recorder, complete);
}

static const result_writer writer = {.count = count,
                                     .print_name = print_name,
                                     .need = need,
                                     .attach = attach,
                                     .open = open,
                                     .add = add,
                                     .waiting = waiting,
                                     .flush = flush,
                                     .append = append,
                                     .written = written,
                                     .close = close,
                                     .detach = memory_free};

const recording_kind recording_kind_spikes = {
    .name = "spikes",
    .summary = "all, none, or a list of populations and selections",
    .fallback = "all",
    .read = read_spikes,
    .move = move,
    .size_label = "spike file",
    .print_size = print_size,
    .bytes = expect_bytes,
    .writer = &writer,
    .free = free_wanted,
};
