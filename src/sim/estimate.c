/*
 * Expected memory of a simulation: that of its mean rank, as often as there are ranks.
 */
#include "sim/estimate.h"

#include <math.h>

#include "base/memory.h"
#include "base/node.h"
#include "base/text.h"
#include "sim/cells/cells.h"
#include "sim/cost_model.h"

/* Cells that cannot be done without. */
static double least_cell_bytes(const loligo_network *network)
{
  double sum = 0;
  for (size_t p = 0; p < network->n_populations; p++)
    sum += (double)network->populations[p].size * cells_bytes_each(&network->populations[p], true);
  return sum;
}

/* All ranks as the mean one. */
static void estimate_ranks(const cost_need *need, double ranks, estimate *sum)
{
  sum->synapses = ranks * need->synapses;
  sum->cell_bytes = ranks * (need->kept[COST_CELLS] + need->kept[COST_SUMS]);
  sum->synapse_bytes = ranks * (need->kept[COST_SYNAPSES] + need->kept[COST_DELAY_RUNS] + need->kept[COST_ROWS] +
                                need->kept[COST_PACKED] + need->kept[COST_PLASTIC]);
  sum->index_bytes = ranks * need->kept[COST_INDEX];
  sum->exchange_bytes = ranks * (need->kept[COST_ROUTES] + need->kept[COST_EXCHANGE] + need->kept[COST_CALENDAR]);
  sum->list_bytes = ranks * need->kept[COST_LISTS];
  sum->recording_bytes = ranks * need->kept[COST_RECORDING];
  sum->build_bytes = ranks * fmax(need->draft_bytes, need->asking_bytes);
  sum->least_bytes = ranks * (need->kept[COST_SYNAPSES] + need->kept[COST_PACKED] + need->kept[COST_PLASTIC] +
                              need->kept[COST_INDEX] + need->kept[COST_RECORDING]);
}

static loligo_status estimate_mean_rank(const loligo_network *network, const fixed_point *format,
                                        const cost_recording *recording, int ranks, cost_need *need)
{
  cost_tables tables;
  const cost_setting setting = {.machine = &machine_assumed, .recording = *recording};
  double *cells = memory_allocate(network->n_populations, sizeof *cells, "an estimate");
  if (!cells) return LOLIGO_MACHINE_ERROR;
  for (size_t p = 0; p < network->n_populations; p++) cells[p] = (double)network->populations[p].size / ranks;
  const loligo_status status = cost_tables_init(&tables, network, format, &setting);
  if (status == LOLIGO_OK) *need = cost_of_rank(&tables, ranks, cells);
  cost_tables_free(&tables);
  memory_free(cells);
  return status;
}

static loligo_status estimate_with(const loligo_network *network, const fixed_point *format,
                                   const cost_recording *recording, int ranks, estimate *estimate)
{
  cost_need need;
  *estimate = (struct estimate){.weight_error = format->error_bound};
  LOLIGO_TRY(estimate_mean_rank(network, format, recording, ranks, &need));
  estimate_ranks(&need, ranks, estimate);
  estimate->least_bytes += least_cell_bytes(network);
  if (format->rounded < network->n_projections) estimate->rounded = network->projections[format->rounded].name;
  return LOLIGO_OK;
}

loligo_status estimate_network(const loligo_network *network, const cost_recording *recording, int ranks,
                               estimate *estimate)
{
  fixed_point format;
  loligo_status status = fixed_point_init(&format, network);
  if (status == LOLIGO_OK) status = estimate_with(network, &format, recording, ranks, estimate);
  fixed_point_free(&format);
  return status;
}

loligo_status estimate_admit(const loligo_context *context, const loligo_network *network, const fixed_point *format,
                             const cost_recording *recording, int ranks)
{
  estimate need;
  char needed[TEXT_BYTES_SIZE], there[TEXT_BYTES_SIZE];
  const int neighbours = node_place_of(context).size;
  const uint64_t available = memory_available();
  loligo_status status = estimate_with(network, format, recording, ranks, &need);
  if (status == LOLIGO_OK && need.least_bytes * neighbours / ranks > (double)available) {
    text_bytes(need.least_bytes, needed);
    text_bytes((double)available, there);
    status =
        loligo_fail(LOLIGO_MACHINE_ERROR,
                    "out of memory: the network needs at least %s, of which %d of %d ranks share a machine with %s; "
                    "use more machines or a smaller network",
                    needed, neighbours, ranks, there);
  }
  return loligo_agree(context, status);
}
