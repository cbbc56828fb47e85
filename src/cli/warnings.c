/*
 * Warnings about a model.
 */
#include "cli/warnings.h"

#include <stdio.h>
#include <string.h>

#include "network/description.h"
#include "network/plasticity.h"
#include "network/projection.h"

static void warn_of_rounding(const estimate *estimate)
{
  if (!estimate->rounded) return;
  fprintf(
      stderr,
      "warning: weights of '%s' have more than nine digits and are rounded, by at most %.2g of the largest; give fewer "
      "digits to have them exact\n",
      estimate->rounded, estimate->weight_error);
}

static void print_lines(const char *lines)
{
  while (lines && *lines) {
    const int length = (int)strcspn(lines, "\n");
    fprintf(stderr, "warning: %.*s\n", length, lines);
    lines += length + 1;
  }
}

void warnings_print(const model_file *model, const estimate *estimate)
{
  print_lines(model->settings.warnings);
  if (estimate) warn_of_rounding(estimate);
}

void warnings_print_of_draws(const model_file *model)
{
  print_lines(model->settings.draw_warnings);
}

static void warn_of_silence(const run_report *report, const loligo_projection *projection)
{
  const uint64_t *spikes = report->statistics->population_spikes;
  const loligo_population *populations = report->network->populations;
  char text[PROJECTION_TEXT_BYTES];
  projection_print(projection, text);
  if (spikes[projection->target] == 0 && projection->synapse->kind == SYNAPSE_PLASTIC)
    fprintf(stderr, "warning: %s: target '%s' never spiked, so no weight can have grown by it\n", text,
            populations[projection->target].name);
  if (!projection->synapse->modulator_trace) return;
  const size_t modulator = plasticity_modulator(projection);
  if (spikes[modulator] == 0)
    fprintf(stderr, "warning: %s: its modulator '%s' never spiked, so its synapses had no third factor\n", text,
            populations[modulator].name);
}

void warnings_print_after(const run_report *report)
{
  const loligo_statistics *statistics = report->statistics;
  for (size_t i = 0; statistics && i < statistics->n_weights; i++)
    if (statistics->weights[i].synapses > 0)
      warn_of_silence(report, &report->network->projections[statistics->weights[i].projection]);
}
