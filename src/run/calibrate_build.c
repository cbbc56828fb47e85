/*
 * One small network, built again and again with one thing more that is drawn: what it takes longer is what that takes.
 */
#include "run/calibrate_build.h"

#include <math.h>

#include "loligo/network.h"
#include "run/calibrate_trial.h"

enum { CELLS = 4000, DEGREE = 80, LOOKS = 9 };

static const double DT = 0.1, DELAY = 1, NS = 1e9;

/** What is drawn. */
typedef struct draws {
  bool distinct, degrees, values;
} draws;

static loligo_status fill_network(loligo_network *network, draws draws)
{
  const loligo_distribution law = {.kind = LOLIGO_NORMAL, .mean = -65, .std = 5};
  const loligo_projection_spec spec = {.rule = draws.degrees ? "pairwise_bernoulli" : "fixed_indegree",
                                       .argument = draws.degrees ? DEGREE / (double)CELLS : DEGREE,
                                       .no_multapses = draws.distinct,
                                       .weight = loligo_constant(1e-3),
                                       .delay = loligo_constant(DELAY)};
  LOLIGO_TRY(loligo_network_add_population(network, "cells", loligo_model_find("iaf_psc_exp"), CELLS, NULL));
  if (draws.values) LOLIGO_TRY(loligo_network_set_init(network, 0, "V_m", law));
  return loligo_network_add_projection(network, &spec);
}

/* NULL where it cannot be. */
static loligo_network *network_of(draws draws)
{
  loligo_network *network = loligo_network_create(DT, 1);
  if (network && fill_network(network, draws) == LOLIGO_OK) return network;
  loligo_network_destroy(network);
  return NULL;
}

/* The least of several looks at one phase. */
static loligo_status time_phase(draws draws, timer_phase phase, double *seconds)
{
  *seconds = INFINITY;
  for (int i = 0; i < LOOKS; i++) {
    trial trial;
    const loligo_status status = trial_open(&trial, network_of(draws));
    *seconds = fmin(*seconds, trial.build_seconds[phase]);
    trial_close(&trial);
    LOLIGO_TRY(status);
  }
  return LOLIGO_OK;
}

static double each_ns(double more, double less, double n)
{
  return NS * fmax(more - less, 0) / n;
}

loligo_status calibrate_build(machine *machine)
{
  double plain, distinct, degrees, without, with;
  LOLIGO_TRY(time_phase((draws){.distinct = false}, PHASE_build_synapses, &plain));
  LOLIGO_TRY(time_phase((draws){.distinct = true}, PHASE_build_synapses, &distinct));
  LOLIGO_TRY(time_phase((draws){.distinct = true, .degrees = true}, PHASE_build_synapses, &degrees));
  LOLIGO_TRY(time_phase((draws){.values = false}, PHASE_build_cells, &without));
  LOLIGO_TRY(time_phase((draws){.values = true}, PHASE_build_cells, &with));
  machine->build.synapse = each_ns(plain, 0, (double)CELLS * DEGREE);
  machine->build.distinct = each_ns(distinct, plain, (double)CELLS * DEGREE);
  machine->build.degree = each_ns(degrees, distinct, CELLS);
  machine->build.value = each_ns(with, without, CELLS);
  return LOLIGO_OK;
}
