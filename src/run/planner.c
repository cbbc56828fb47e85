/*
 * Puts together what was told, what can be measured, and what follows.
 */
#include "run/planner.h"

#include <math.h>

#include "base/memory.h"
#include "io/model_file/machine_file.h"
#include "io/model_file/recording_kind.h"
#include "io/results/recorders.h"
#include "loligo/network.h"
#include "run/rates.h"

/* A job is asked for more than is planned; no less than some seconds to start in. */
static const double MEMORY_MARGIN = 1.15, TIME_MARGIN = 1.5, LEAST_SECONDS = 60;

loligo_status planner_init(planner *p, const model_file *model, const planner_spec *spec)
{
  *p = (planner){.model = model, .machine = model->settings.machine};
  if (spec->machine) LOLIGO_TRY(machine_file_read(spec->machine, &p->machine));
  LOLIGO_TRY(rates_read(model->network, spec->rates, spec->n_rates, &p->rates));
  if (spec->measure_ms > 0) LOLIGO_TRY(rates_measure(spec->context, model->network, spec->measure_ms, p->rates));
  const bool told = spec->n_rates || spec->measure_ms > 0;
  const cost_setting setting = {&p->machine, told ? p->rates : NULL, model->settings.exchange, recorders_cost(model)};
  return planning_init(&p->planning, model->network, &setting);
}

void planner_free(planner *p)
{
  planning_free(&p->planning);
  memory_free(p->rates);
}

/* -- files -- */

static double model_seconds(const planner *p)
{
  return (double)p->model->settings.duration * loligo_network_dt(p->model->network) / 1000;
}

double planner_bytes(const planner *p, size_t i)
{
  const recording_kind *kind = recording_kind_at(i);
  const void *wanted = p->model->settings.recorded[i];
  return kind->bytes && wanted ? kind->bytes(wanted, p->model->network, p->rates, model_seconds(p)) : 0;
}

double planner_bytes_per_second(const planner *p)
{
  double sum = 0;
  for (size_t i = 0; recording_kind_at(i); i++) sum += planner_bytes(p, i);
  return model_seconds(p) > 0 ? sum / model_seconds(p) : 0;
}

/* -- ranks -- */

loligo_status planner_plan(planner *p, int ranks, plan *plan)
{
  const double seconds = planner_bytes_per_second(p) / (1e9 * p->machine.disk.bandwidth);
  LOLIGO_TRY(plan_network(&p->planning, p->model->settings.partition, ranks, plan));
  for (int i = 0; i < PLAN_COUNT; i++) plan->ranks[i].time.seconds[COST_IN_WRITE] = seconds;
  return LOLIGO_OK;
}

double planner_rank_bytes(const planner *p)
{
  return 0x1p30 * p->machine.node.memory / fmax(p->machine.node.cores, 1);
}

planner_job planner_job_of(const planner *p, const plan *plan, int ranks)
{
  const plan_rank *most = &plan->ranks[PLAN_MOST];
  const int cores = machine_node_ranks(&p->machine, ranks);
  const double seconds = most->time.build_seconds + model_seconds(p) * cost_time_sum(&most->time);
  return (planner_job){.nodes = (ranks + cores - 1) / cores,
                       .ranks = ranks,
                       .ranks_per_node = cores,
                       .cpu_mebibytes = ceil(MEMORY_MARGIN * cost_peak(&most->need) / 0x1p20),
                       .seconds = LEAST_SECONDS + TIME_MARGIN * seconds};
}
