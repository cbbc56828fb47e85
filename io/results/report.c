/*
 * Purpose: the run in one small file that people and programs read.
 *
 * Text goes to a hidden name, is synced, and takes its name last: who finds report.yml finds all of it.
 */
#include "io/results/report.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "io/results/output.h"
#include "io/results/time_grid.h"
#include "network/description.h"
#include "network/projection.h"
#include "network/schedule.h"
#include "network/selection.h"

static const char REPORT_FILE[] = "report.yml";

/* A YAML double-quoted scalar of n bytes of a text. */
static void print_quoted_n(FILE *out, const char *text, size_t n)
{
  fputc('"', out);
  for (const unsigned char *c = (const unsigned char *)text, *end = c + n; c < end; c++) {
    if (*c == '"' || *c == '\\') {
      fprintf(out, "\\%c", *c);
    } else if (*c < 0x20) {
      fprintf(out, "\\x%02x", *c);
    } else {
      fputc(*c, out);
    }
  }
  fputc('"', out);
}

static void print_quoted(FILE *out, const char *text)
{
  print_quoted_n(out, text, strlen(text));
}

/* A YAML key: quoted where a reader might take it for something else. */
static void print_name(FILE *out, const char *name)
{
  static const char *const words[] = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"};
  bool plain = isalpha((unsigned char)*name);
  for (const char *c = name; *c; c++) plain = plain && (isalnum((unsigned char)*c) || *c == '_');
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) plain = plain && strcasecmp(name, words[i]) != 0;
  if (plain) {
    fputs(name, out);
  } else {
    print_quoted(out, name);
  }
}

static void print_text(FILE *out, const char *key, const char *text)
{
  fprintf(out, "%s: ", key);
  print_quoted(out, text);
  fputc('\n', out);
}

/* `null` for what has no value. */
static void print_number(FILE *out, const char *key, double value)
{
  if (isfinite(value)) {
    fprintf(out, "%s: %.10g\n", key, value);
  } else {
    fprintf(out, "%s: null\n", key);
  }
}

static double model_time_ms(const run_report *report, int64_t steps)
{
  return time_grid_ms(time_grid_of(report->network->dt), steps);
}

uint64_t report_population_cells(const run_report *report, size_t population)
{
  return report->dry ? report->dry->cells[population] : report->network->populations[population].size;
}

uint64_t report_cells(const run_report *report)
{
  uint64_t sum = 0;
  for (size_t p = 0; p < report->network->n_populations; p++) sum += report_population_cells(report, p);
  return sum;
}

static void print_outcome(FILE *out, const run_report *report)
{
  fprintf(out, "status: %s\n", report->status);
  if (report->message) print_text(out, "message", report->message);
  if (report->dry) fprintf(out, "dry: true\nrank: %d\n", report->dry->rank);
  fprintf(out, "ranks: %d\n", report->provenance->ranks);
  fprintf(out, "cells: %" PRIu64 "\n", report_cells(report));
}

static void print_times(FILE *out, const run_report *report)
{
  print_number(out, "build_seconds", report->build_seconds);
  print_number(out, "run_seconds", report->run_seconds);
}

static void print_memory(FILE *out, const run_report *report)
{
  fprintf(out, "peak_memory_bytes: {max: %" PRIu64 ", sum: %" PRIu64 "}\n", report->peak_max, report->peak_sum);
}

static void print_totals(FILE *out, const run_report *report)
{
  const loligo_statistics *statistics = report->statistics;
  double seconds = model_time_ms(report, report->steps) * 1e-3;
  double run_seconds = seconds - model_time_ms(report, report->first_step) * 1e-3;
  fprintf(out, "synapses: %" PRIu64 "\n", statistics ? statistics->synapses : 0);
  fprintf(out, "spikes: %" PRIu64 "\n", statistics ? statistics->spikes : 0);
  fprintf(out, "synaptic_events: %" PRIu64 "\n", statistics ? statistics->synaptic_events : 0);
  if (statistics && statistics->n_weights) fprintf(out, "plastic_events: %" PRIu64 "\n", statistics->plastic_events);
  print_number(out, "model_time_ms", seconds * 1e3);
  fprintf(out, "spikes_checksum: \"%016" PRIx64 "\"\n", statistics ? statistics->spikes_checksum : 0);
  print_number(out, "real_time_factor", run_seconds > 0 ? report->run_seconds / run_seconds : NAN);
  print_times(out, report);
  print_number(out, "bytes_per_synapse", report->bytes_per_synapse);
  print_memory(out, report);
  if (statistics) print_number(out, "max_weight_error", statistics->max_weight_error);
  if (statistics) print_number(out, "weight_error_bound", statistics->weight_error_bound);
}

static void print_differences(FILE *out, const char *lines)
{
  fprintf(out, "differences:%s\n", *lines ? "" : " []");
  while (*lines) {
    const size_t n = strcspn(lines, "\n");
    fputs("  - ", out);
    print_quoted_n(out, lines, n);
    fputc('\n', out);
    lines += n + (lines[n] == '\n');
  }
}

static void print_origin(FILE *out, const run_report *report)
{
  const report_origin *origin = &report->origin;
  if (origin->checkpoint) {
    print_number(out, "began_at_ms", model_time_ms(report, origin->step));
    print_text(out, "began_from", origin->checkpoint);
    fprintf(out, "began_from_digest: \"%016" PRIx64 "\"\n", origin->digest);
    print_differences(out, origin->differences);
  }
  if (report->first_step > origin->step)
    print_number(out, "resumed_from_ms", model_time_ms(report, report->first_step));
}

static void print_checkpoints(FILE *out, const run_report *report)
{
  if (!report->settings->checkpoint.enabled) return;
  fprintf(out, "checkpoints: {written: %" PRIu64, report->checkpoints);
  if (report->checkpoint) {
    fprintf(out, ", last: ");
    print_quoted(out, report->checkpoint->path);
    fprintf(out, ", bytes: %" PRIu64 ", seconds: %.6g", report->checkpoint->bytes, report->checkpoint->seconds);
  }
  fprintf(out, "}\n");
}

static void print_value(FILE *out, const loligo_distribution *value, double scale)
{
  if (value->kind == LOLIGO_CONSTANT)
    fprintf(out, "%.10g", value->mean * scale);
  else
    fputs(value->kind == LOLIGO_LIST ? "a list" : "a law", out);
}

/* What changed, or is to change; values as in used_parameters.yml. */
static void print_schedule(FILE *out, const run_report *report)
{
  const loligo_network *network = report->network;
  char key[SCHEDULE_KEY_BYTES];
  if (network->n_changes > 0) fprintf(out, "schedule:\n");
  for (size_t i = 0; i < network->n_changes; i++) {
    const scheduled_change *change = &network->changes[i];
    schedule_print_key(network, change, key);
    fprintf(out, "  - {at_ms: %.10g, key: ", model_time_ms(report, change->step));
    print_quoted(out, key);
    fprintf(out, ", cells: %" PRIu64 ", value: ", selection_count(&change->cells));
    print_value(out, &change->value, schedule_is_time(network, change) ? network->dt : 1);
    fprintf(out, ", made: %s}\n", change->step < report->steps ? "true" : "false");
  }
}

static void print_methods(FILE *out, const run_report *report)
{
  const loligo_statistics *statistics = report->statistics;
  fprintf(out, "partition: %s\n", report->settings->partition);
  fprintf(out, "exchange: {method: %s, reason: ", statistics ? statistics->exchange : report->settings->exchange);
  print_quoted(out, statistics ? statistics->exchange_reason : "not built");
  fprintf(out, ", exchanges: %" PRIu64 ", second_rounds: %" PRIu64 "}\n", statistics ? statistics->exchanges : 0,
          statistics ? statistics->second_rounds : 0);
}

/* What a dry run is for: what its rank keeps; and what was done in place of the others. */
static void print_dry(FILE *out, const run_report *report)
{
  const dry_account *account = report->dry ? report->dry->account : NULL;
  if (!account) return;
  fprintf(out, "kept_memory_bytes: %" PRIu64 "\n", report->dry->kept_bytes);
  fprintf(out, "processor_seconds: {build: %.6g, run: %.6g}\n", report->dry->build_processor_seconds,
          report->dry->run_processor_seconds);
  fprintf(out,
          "other_ranks: {records_received: %" PRIu64 ", records_sent: %" PRIu64
          ", seconds: %.6g, routes_seconds: %.6g}\n",
          account->received, account->sent, account->seconds, account->routes_processor_seconds);
}

static void print_phases(FILE *out, const run_report *report)
{
  fprintf(out, "phases:\n");
  for (size_t i = 0; i < loligo_phase_count() && i < REPORT_MAX_PHASES; i++) {
    fprintf(out, "  %s: {min: %.6g, mean: %.6g, max: %.6g}\n", loligo_phase_name(i), report->phase_min[i],
            report->phase_mean[i], report->phase_max[i]);
  }
}

static void print_populations(FILE *out, const run_report *report)
{
  const loligo_network *network = report->network;
  const double seconds = (model_time_ms(report, report->steps) - model_time_ms(report, report->origin.step)) * 1e-3;
  fprintf(out, "populations:%s\n", network->n_populations ? "" : " {}");
  for (size_t i = 0; i < network->n_populations; i++) {
    uint64_t spikes = report->statistics ? report->statistics->population_spikes[i] : 0;
    const uint64_t cells = report_population_cells(report, i);
    double cell_seconds = (double)cells * seconds;
    fprintf(out, "  ");
    print_name(out, network->populations[i].name);
    fprintf(out, ": {cells: %" PRIu64 ", spikes: %" PRIu64 ", rate_hz: ", cells, spikes);
    if (cell_seconds > 0) {
      fprintf(out, "%.6g}\n", (double)spikes / cell_seconds);
    } else {
      fprintf(out, "null}\n");
    }
  }
}

static void print_weights(FILE *out, const run_report *report)
{
  const loligo_statistics *statistics = report->statistics;
  if (!statistics || statistics->n_weights == 0) return;
  fprintf(out, "plastic_projections:\n");
  for (size_t i = 0; i < statistics->n_weights; i++) {
    const loligo_weights *weights = &statistics->weights[i];
    const loligo_projection *projection = &report->network->projections[weights->projection];
    fprintf(out, "  - {name: ");
    print_name(out, projection->name);
    fprintf(out, ", target: ");
    print_name(out, report->network->populations[projection->target].name);
    fprintf(out, ", synapses: %" PRIu64 ", unit: \"%s\"", weights->synapses,
            projection_weight_unit(report->network, projection));
    if (weights->synapses > 0)
      fprintf(out, ", mean: %.8g, sd: %.6g, at_zero: %.6g, at_wmax: %.6g", weights->mean, weights->sd, weights->at_zero,
              weights->at_max);
    fprintf(out, "}\n");
  }
}

/* -- energy -- */

static void print_member(FILE *out, const char *key, double value)
{
  if (isfinite(value))
    fprintf(out, "%s: %.10g", key, value);
  else
    fprintf(out, "%s: null", key);
}

static void print_counts(FILE *out, const energy_counts *counts)
{
  fprintf(out, "  counts: {synaptic_events: %" PRIu64 ", cell_updates: {", counts->synaptic_events);
  for (size_t i = 0; i < counts->n_models; i++) {
    if (i > 0) fputs(", ", out);
    print_name(out, counts->updates[i].model);
    fprintf(out, ": %" PRIu64, counts->updates[i].n);
  }
  fprintf(out, "}, weight_updates: %" PRIu64 ", mac: %" PRIu64 ", dram_bytes: %.0f, network_bytes: %" PRIu64 "}\n",
          counts->weight_updates, counts->mac, counts->dram_bytes, counts->network_bytes);
}

static void print_assumptions(FILE *out, const energy_assumptions *assumed)
{
  fprintf(out, "  assumptions: {table: %s", technology_at(assumed->technology)->name);
  for (size_t i = 0; i < energy_price_table.n; i++) {
    const loligo_param *row = &energy_price_table.rows[i];
    fputs(", ", out);
    print_member(out, row->name, energy_price(&assumed->prices, row));
  }
  fprintf(out, "}\n");
}

static void print_reason(FILE *out, const char *reason)
{
  if (*reason) {
    fputs(", reason: ", out);
    print_quoted(out, reason);
  }
  fprintf(out, "}\n");
}

static void print_joule(FILE *out, const energy_joule *joule)
{
  fputs("  joule: {", out);
  print_member(out, "events", joule->events);
  print_member(out, ", updates", joule->updates);
  print_member(out, ", memory", joule->memory);
  print_member(out, ", network", joule->network);
  print_member(out, ", sum", joule->sum);
  print_reason(out, joule->reason);
}

static void print_energy(FILE *out, const run_report *report)
{
  const report_energy *energy = report->energy;
  if (!energy) return;
  fprintf(out, "energy:\n");
  print_counts(out, &energy->counts);
  print_assumptions(out, &report->settings->energy);
  print_joule(out, &energy->joule);
  fputs("  measured: {", out);
  print_member(out, "rapl_package_joule", energy->package_joule);
  print_reason(out, energy->reason);
}

static void print_provenance(FILE *out, const provenance *provenance)
{
  print_text(out, "version", provenance->version);
  print_text(out, "revision", provenance->revision);
  print_text(out, "compiler", provenance->compiler);
  print_text(out, "mpi", provenance->mpi);
  print_text(out, "mpi_io", provenance->mpi_io);
  print_text(out, "hdf5", provenance->hdf5);
  if (provenance->models && *provenance->models) print_text(out, "models", provenance->models);
  print_text(out, "host", provenance->host);
  print_text(out, "started", provenance->started);
  print_text(out, "command_line", provenance->command_line);
}

static void print_learned(FILE *out, const char *key, double value)
{
  fputs("  ", out);
  print_number(out, key, value);
}

static void print_losses(FILE *out, const report_learning *learning)
{
  print_learned(out, "loss", learning->loss);
  print_learned(out, "accuracy", learning->accuracy);
  if (isfinite(learning->information_bits)) print_learned(out, "information_bits", learning->information_bits);
  print_learned(out, "training_loss", learning->training_loss);
  print_learned(out, "training_accuracy", learning->training_accuracy);
  fprintf(out, "  images: %" PRIu64 "\n", learning->images);
  print_learned(out, "images_per_second", learning->images_per_second);
}

static void print_rewards(FILE *out, const report_learning *learning)
{
  print_learned(out, "reward", learning->reward);
  print_learned(out, "training_reward", learning->training_reward);
}

static void print_learning(FILE *out, const run_report *report)
{
  const report_learning *learning = report->learning;
  fprintf(out, "learning:\n  method: %s\n", learning->method);
  if (learning->environment) fprintf(out, "  environment: %s\n", learning->environment);
  print_learned(out, "epochs", learning->epochs);
  fprintf(out, "  updates: %" PRIu64 "\n", learning->updates);
  if (learning->environment)
    print_rewards(out, learning);
  else
    print_losses(out, learning);
  fprintf(out, "  weights: %" PRIu64 "\n", learning->weights);
  fprintf(out, "  weights_checksum: \"%016" PRIx64 "\"\n", learning->weights_checksum);
  fprintf(out, "  trial_bytes: %" PRIu64 "\n  tape_bytes: %" PRIu64 "\n", learning->trial_bytes, learning->tape_bytes);
  if (!learning->began_from) return;
  fputs("  ", out);
  print_text(out, "began_from", learning->began_from);
}

static void print_sizes(FILE *out, const loligo_network *network)
{
  fprintf(out, "populations:%s\n", network->n_populations ? "" : " {}");
  for (size_t i = 0; i < network->n_populations; i++) {
    fprintf(out, "  ");
    print_name(out, network->populations[i].name);
    fprintf(out, ": {cells: %" PRIu64 "}\n", network->populations[i].size);
  }
}

/* Of a training. */
static void print_trained(FILE *out, const run_report *report)
{
  print_times(out, report);
  print_memory(out, report);
  print_checkpoints(out, report);
  print_learning(out, report);
  print_sizes(out, report->network);
  print_energy(out, report);
  print_provenance(out, report->provenance);
}

static void print_report(FILE *out, const void *content)
{
  const run_report *report = content;
  print_outcome(out, report);
  if (report->learning) {
    print_trained(out, report);
    return;
  }
  print_totals(out, report);
  print_origin(out, report);
  print_checkpoints(out, report);
  print_methods(out, report);
  print_dry(out, report);
  print_phases(out, report);
  print_populations(out, report);
  print_schedule(out, report);
  print_weights(out, report);
  print_energy(out, report);
  print_provenance(out, report->provenance);
}

static void print_brief(FILE *out, const void *content)
{
  const run_report *report = content;
  print_outcome(out, report);
  print_origin(out, report);
  print_provenance(out, report->provenance);
}

/* A model file with its origin on top. */
typedef struct used_parameters {
  const model_file *file;
  const provenance *provenance;
} used_parameters;

static void print_used(FILE *out, const void *content)
{
  const used_parameters *used = content;
  fprintf(out, "# used parameters of a run by loligo %s, revision %s; run again they give the same spikes\n",
          used->provenance->version, used->provenance->revision);
  long_text_print(&used->file->used, out);
}

/* Prints DIRECTORY/.NAME and renames it to DIRECTORY/NAME. */
static loligo_status write_file(const char *directory, const char *name, void (*print)(FILE *, const void *),
                                const void *content)
{
  char hidden[64];
  snprintf(hidden, sizeof hidden, ".%s", name);
  char *path = output_path(directory, name), *draft = output_path(directory, hidden);
  loligo_status status = path && draft ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK && (!file_print(draft, print, content) || rename(draft, path))) {
    status = loligo_fail(LOLIGO_MACHINE_ERROR, "cannot write %s: %s", path, strerror(errno));
    unlink(draft);
  }
  memory_free(draft);
  memory_free(path);
  return status;
}

loligo_status report_write(const run_report *report, const char *directory)
{
  return write_file(directory, REPORT_FILE, print_report, report);
}

loligo_status report_write_brief(const run_report *report, const char *directory)
{
  return write_file(directory, REPORT_FILE, print_brief, report);
}

loligo_status used_parameters_write(const model_file *file, const provenance *provenance, const char *directory)
{
  return write_file(directory, "used_parameters.yml", print_used, &(used_parameters){file, provenance});
}
