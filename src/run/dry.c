/*
 * What a dry run needs beside what every run needs.
 */
#include "run/dry.h"

#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "model/synapse/synapse_model.h"
#include "network/description.h"
#include "network/gap.h"
#include "network/projection.h"
#include "sim/plan.h"

char *dry_run_output(const char *directory)
{
  static const char ending[] = ".dry";
  size_t n = strlen(directory);
  while (n > 1 && directory[n - 1] == '/') n--;
  char *name = memory_allocate(n + sizeof ending, 1, "the output directory");
  if (name) snprintf(name, n + sizeof ending, "%.*s%s", (int)n, directory, ending);
  return name;
}

/* -- the rank -- */

static loligo_status choose_rank(dry_run *dry, const dry_spec *spec, const partition_costs *costs,
                                 const loligo_decomposition *decomposition)
{
  const loligo_network *network = costs->network;
  dry->rank.rank = spec->rank;
  dry->rank.ranks = spec->ranks;
  int least;
  if (spec->rank == DRY_WORST) LOLIGO_TRY(plan_find_ranks(costs, decomposition, spec->ranks, &least, &dry->rank.rank));
  dry->cells = memory_allocate(network->n_populations, sizeof *dry->cells, "cells");
  if (!dry->cells) return LOLIGO_MACHINE_ERROR;
  for (size_t p = 0; p < network->n_populations; p++)
    dry->cells[p] = loligo_decomposition_count(decomposition, p, dry->rank.rank);
  return LOLIGO_OK;
}

/* -- what the others do -- */

static loligo_status fail_signals(const loligo_projection *projection)
{
  char text[PROJECTION_TEXT_BYTES];
  projection_print(projection, text);
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s passes on more than spikes, which no file of spikes holds; use --rate",
                     text);
}

static loligo_status check_signals(const loligo_network *network)
{
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    for (size_t k = 0; k < projection->synapse->n_pathways; k++)
      if (projection->pathways[k].signal > 0) return fail_signals(projection);
  }
  return LOLIGO_OK;
}

static loligo_status read_spikes(dry_run *dry, const char *path, const loligo_network *network)
{
  static const loligo_flight none;
  LOLIGO_TRY(check_signals(network));
  LOLIGO_TRY(spike_list_read(&dry->spikes, path, network));
  dry->rank.recorded = dry->spikes.n ? dry->spikes.items : &none;
  dry->rank.n_recorded = dry->spikes.n;
  return LOLIGO_OK;
}

loligo_status dry_run_init(dry_run *dry, const dry_spec *spec, model_file *model, const partition_costs *costs,
                           const loligo_decomposition *decomposition)
{
  const loligo_network *network = model->network;
  *dry = (dry_run){0};
  if (gap_couples(network))
    return loligo_fail(LOLIGO_INPUT_ERROR, "gap junctions couple potentials of cells on all ranks, which a rank alone "
                                           "has not; a dry run cannot have them");
  LOLIGO_TRY(rates_read(network, spec->rates, spec->n_rates, &dry->rates));
  dry->rank.rates = dry->rates;
  if (spec->spikes) LOLIGO_TRY(read_spikes(dry, spec->spikes, network));
  LOLIGO_TRY(choose_rank(dry, spec, costs, decomposition));
  model_file_mute(model);
  dry->report = (report_dry){.rank = dry->rank.rank, .cells = dry->cells};
  return LOLIGO_OK;
}

void dry_run_free(dry_run *dry)
{
  memory_free(dry->rates);
  memory_free(dry->cells);
  spike_list_free(&dry->spikes);
  *dry = (dry_run){0};
}
