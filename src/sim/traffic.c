/*
 * By the bytes that the cost model has for the structures.
 */
#include "sim/traffic.h"

#include "base/memory.h"
#include "sim/cells/cells.h"
#include "sim/cost_model.h"
#include "sim/layout/sums.h"
#include "sim/plasticity/plastic_table.h"

/* Read, then written. */
enum { BOTH_WAYS = 2 };

static double cell_bytes(const cost_tables *t, size_t population, bool all_wide)
{
  const loligo_population *of = &t->network->populations[population];
  const double written = (double)of->model->n_variables * sizeof(double);
  return cells_bytes_each(of, false) + written + BOTH_WAYS * sums_row_bytes_of_cell(t->format, population, all_wide);
}

static double event_bytes(const cost_tables *t, const cost_need *need)
{
  double synapses = 0;
  for (size_t i = 0; i < t->tables.first[t->network->n_populations]; i++) synapses += t->loads[i].synapses;
  return synapses > 0 ? (need->kept[COST_SYNAPSES] + need->kept[COST_PACKED]) / synapses : 0;
}

static double plastic_event_bytes(const cost_tables *t)
{
  const size_t table = t->tables.first[t->network->n_populations];
  double synapses = 0, bytes = 0;
  for (size_t i = t->ways.first[table]; i < t->ways.first[table + 1]; i++) {
    const pathway *way = &t->format->pathways[t->ways.item[i]];
    const loligo_projection *projection = &t->network->projections[way->projection];
    const double n = cost_per_source(t, way, (double)t->network->populations[way->target].size) *
                     (double)t->network->populations[way->source].size;
    synapses += n;
    bytes += plastic_table_bytes(t->network, projection, n, 0, 0) *
             (projection->synapse->kind == SYNAPSE_PLASTIC ? BOTH_WAYS : 1);
  }
  return synapses > 0 ? bytes / synapses : 0;
}

/* What caches hold takes nothing. */
static void leave_in_caches(traffic *traffic, const cost_tables *t, const cost_need *need)
{
  const double cells = machine_cells_in_memory(t->setting.machine, need->kept[COST_CELLS]);
  const double rows =
      machine_rows_in_memory(need->kept[COST_SYNAPSES] + need->kept[COST_PACKED] + need->kept[COST_DELAY_RUNS] +
                             need->kept[COST_ROWS] + need->kept[COST_INDEX] + need->kept[COST_PLASTIC]);
  traffic->event *= rows;
  traffic->plastic_event *= rows;
  for (size_t p = 0; p < t->network->n_populations; p++) traffic->update[p] *= cells;
}

static loligo_status estimate(traffic *traffic, cost_tables *t)
{
  const loligo_network *network = t->network;
  double *cells = memory_allocate(network->n_populations, sizeof *cells, "estimate of bytes");
  if (!cells) return LOLIGO_MACHINE_ERROR;
  for (size_t p = 0; p < network->n_populations; p++) cells[p] = (double)network->populations[p].size;
  const cost_need need = cost_of_rank(t, 1, cells);
  traffic->event = event_bytes(t, &need);
  traffic->plastic_event = plastic_event_bytes(t);
  for (size_t p = 0; p < network->n_populations; p++) traffic->update[p] = cell_bytes(t, p, need.all_wide);
  leave_in_caches(traffic, t, &need);
  memory_free(cells);
  return LOLIGO_OK;
}

loligo_status traffic_init(traffic *traffic, const loligo_network *network, const machine *machine)
{
  fixed_point format = {0};
  cost_tables tables = {0};
  const cost_setting setting = {.machine = machine};
  *traffic = (struct traffic){.update = memory_allocate(network->n_populations, sizeof(double), "estimate of bytes")};
  if (!traffic->update) return LOLIGO_MACHINE_ERROR;
  loligo_status status = fixed_point_init(&format, network);
  if (status == LOLIGO_OK) status = cost_tables_init(&tables, network, &format, &setting);
  if (status == LOLIGO_OK) status = estimate(traffic, &tables);
  cost_tables_free(&tables);
  fixed_point_free(&format);
  return status;
}

void traffic_free(traffic *traffic)
{
  memory_free(traffic->update);
  *traffic = (struct traffic){0};
}
