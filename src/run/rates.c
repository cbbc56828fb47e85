/*
 * Rates by the names of populations, and by a rank that is built for it.
 */
#include "run/rates.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "loligo/network.h"
#include "loligo/partition.h"
#include "network/machine.h"
#include "partition/cost.h"
#include "partition/values.h"
#include "sim/simulation.h"

static loligo_status fail_unknown(const loligo_network *network, const char *rate)
{
  fault_names names = {.n = 0};
  for (size_t p = 0; p < network->n_populations; p++) fault_names_add(&names, network->populations[p].name);
  return fault_unknown_in("population", rate, "--rate", &names);
}

static loligo_status set_rate(const loligo_network *network, const char *text, double *rates)
{
  const char *equals = strrchr(text, '=');
  char *end, *name = equals ? memory_string(text) : NULL;
  if (!equals) return loligo_fail(LOLIGO_INPUT_ERROR, "--rate takes POPULATION=HZ, not '%s'", text);
  if (!name) return LOLIGO_MACHINE_ERROR;
  name[equals - text] = '\0';
  errno = 0;
  const double rate = strtod(equals + 1, &end), most = 1000 / network->dt;
  const int64_t population = loligo_network_find(network, name);
  loligo_status status = LOLIGO_OK;
  if (population < 0)
    status = fail_unknown(network, name);
  else if (errno || end == equals + 1 || *end || !(rate >= 0 && rate <= most))
    status =
        loligo_fail(LOLIGO_INPUT_ERROR,
                    "--rate takes a number of Hz from 0 to %g, which is one spike in each step, not '%s'", most, text);
  else
    rates[population] = rate;
  memory_free(name);
  return status;
}

loligo_status rates_read(const loligo_network *network, const char *const *told, size_t n, double **rates)
{
  double *all = *rates = memory_allocate(network->n_populations, sizeof *all, "rates");
  if (!all) return LOLIGO_MACHINE_ERROR;
  for (size_t p = 0; p < network->n_populations; p++) all[p] = fmin(MACHINE_RATE, 1000 / network->dt);
  for (size_t i = 0; i < n; i++) LOLIGO_TRY(set_rate(network, told[i], all));
  return LOLIGO_OK;
}

/* -- measuring -- */

enum { PASSES = 3, MOST_RANKS = 1 << 20 };

/* Synapses of a rank that is built in about a second. */
static const double SMALL = 3e7;

/** A rank whose spikes are counted. */
typedef struct probe {
  loligo_network *network;
  loligo_decomposition *decomposition;
  dry_rank dry;
  loligo_simulation *simulation;
  double *rates;    /* [populations] what is found; the others follow */
  uint64_t *before; /* [populations] spikes of the first half */
} probe;

static int small_ranks(const loligo_network *network)
{
  double synapses = 0;
  int ranks = 1;
  for (size_t i = 0; i < network->n_projections; i++) synapses += cost_synapses(network, &network->projections[i]);
  while (ranks < MOST_RANKS && synapses / ranks > SMALL) ranks *= 2;
  return ranks;
}

static loligo_status count_spikes(const probe *probe, uint64_t *spikes)
{
  loligo_statistics statistics;
  LOLIGO_TRY(loligo_simulation_statistics(probe->simulation, &statistics));
  memcpy(spikes, statistics.population_spikes, probe->network->n_populations * sizeof *spikes);
  free(statistics.population_spikes);
  return LOLIGO_OK;
}

static void take_rates(const probe *probe, const uint64_t *after, double seconds)
{
  for (size_t p = 0; p < probe->network->n_populations; p++) {
    const double cells = (double)loligo_decomposition_count(probe->decomposition, p, probe->dry.rank);
    const double spikes = (double)(after[p] - probe->before[p]);
    if (cells > 0) probe->rates[p] = fmin(spikes / cells / seconds, 1000 / probe->network->dt);
  }
}

static loligo_status measure_once(const probe *probe, int64_t half, uint64_t *after)
{
  LOLIGO_TRY(loligo_simulation_reset(probe->simulation, 0, probe->network->seed));
  LOLIGO_TRY(loligo_simulation_run(probe->simulation, half));
  LOLIGO_TRY(count_spikes(probe, probe->before));
  LOLIGO_TRY(loligo_simulation_run(probe->simulation, half));
  LOLIGO_TRY(count_spikes(probe, after));
  take_rates(probe, after, (double)half * probe->network->dt / 1000);
  return LOLIGO_OK;
}

static loligo_status measure_until_settled(const probe *probe, int64_t half)
{
  const int passes = probe->dry.ranks == 1 ? 1 : PASSES;
  uint64_t *after = memory_allocate(probe->network->n_populations, sizeof *after, "rates");
  loligo_status status = after ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  for (int i = 0; i < passes && status == LOLIGO_OK; i++) status = measure_once(probe, half, after);
  memory_free(after);
  return status;
}

static loligo_status open_probe(probe *probe, const loligo_context *context)
{
  loligo_network *network = probe->network;
  probe->before = memory_allocate(network->n_populations, sizeof *probe->before, "rates");
  if (!probe->before) return LOLIGO_MACHINE_ERROR;
  probe->dry = (dry_rank){.ranks = small_ranks(network), .rates = probe->rates};
  LOLIGO_TRY(loligo_decomposition_create(network, "balanced", probe->dry.ranks, &probe->decomposition));
  LOLIGO_TRY(values_spread(context, network, probe->decomposition, probe->dry.rank));
  return simulation_create_dry(context, network, probe->decomposition, &probe->dry, NULL, &probe->simulation);
}

loligo_status rates_measure(const loligo_context *context, loligo_network *network, double ms, double *rates)
{
  probe probe = {.network = network, .rates = rates};
  const int64_t half = loligo_steps(ms, network->dt) / 2;
  if (half < 1)
    return loligo_fail(LOLIGO_INPUT_ERROR, "--measure takes a time of at least two steps of %g ms, not %g ms",
                       network->dt, ms);
  loligo_status status = open_probe(&probe, context);
  if (status == LOLIGO_OK) status = measure_until_settled(&probe, half);
  loligo_simulation_destroy(probe.simulation);
  loligo_decomposition_destroy(probe.decomposition);
  memory_free(probe.before);
  return status;
}
