/*
 * Counts times prices.
 */
#include "network/energy.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

static const double PJ = 1e-12;

/* Of a change of a weight, as in the rule stdp: a trace decays by an exponential (15 + 14), then both. */
static const loligo_operations WEIGHT_UPDATE = {20, 20, 0};

/* 32 bits that an event, or a change of a weight, reads and writes. */
enum { WORDS_TOUCHED = 2 };

#define PRICE_ROW(key, help)                                                                                           \
  {#key, LOLIGO_PARAM_REAL, "pJ", "", LOLIGO_RANGE_NON_NEGATIVE, NULL, help, offsetof(energy_prices, key)},
static const loligo_param price_rows[] = {ENERGY_PRICES(PRICE_ROW)};
const loligo_param_table energy_price_table = {price_rows, sizeof price_rows / sizeof *price_rows};

/* -- counts -- */

loligo_status energy_counts_init(energy_counts *counts, size_t most_models)
{
  *counts = (energy_counts){.updates = memory_allocate(most_models, sizeof *counts->updates, "counts of updates")};
  return counts->updates ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void energy_counts_free(energy_counts *counts)
{
  memory_free(counts->updates);
  *counts = (energy_counts){0};
}

static energy_updates *updates_of(energy_counts *counts, const char *model)
{
  for (size_t i = 0; i < counts->n_models; i++)
    if (strcmp(counts->updates[i].model, model) == 0) return &counts->updates[i];
  energy_updates *added = &counts->updates[counts->n_models++];
  *added = (energy_updates){.model = model, .is_known = true};
  return added;
}

void energy_count_updates(energy_counts *counts, const loligo_model *model, size_t integrator, uint64_t n)
{
  energy_updates *updates = updates_of(counts, model->name);
  updates->n += n;
  updates->is_known &= model->operations != NULL;
  if (!model->operations) return;
  const loligo_operations *each = &model->operations[integrator];
  updates->operations.adds += (double)n * each->adds;
  updates->operations.muls += (double)n * each->muls;
  updates->operations.divisions += (double)n * each->divisions;
}

/* -- joules -- */

/* What is not done takes nothing, whatever its price. */
static double times(double n, double price)
{
  return n > 0 ? n * price : 0;
}

static double operations_pj(const energy_prices *p, const loligo_operations *of)
{
  return times(of->adds, p->fp32_add_pJ) + times(of->muls, p->fp32_mul_pJ) + times(of->divisions, p->fp32_div_pJ);
}

static double event_pj(const energy_prices *p)
{
  if (!isnan(p->synaptic_event_pJ)) return p->synaptic_event_pJ;
  return p->int32_add_pJ + WORDS_TOUCHED * p->sram_8kB_pJ_per_32bit;
}

static double weight_update_pj(const energy_prices *p)
{
  if (!isnan(p->weight_update_pJ)) return p->weight_update_pJ;
  return operations_pj(p, &WEIGHT_UPDATE) + WORDS_TOUCHED * p->sram_8kB_pJ_per_32bit;
}

static double updates_pj(const energy_prices *p, const energy_updates *updates)
{
  if (!isnan(p->cell_update_pJ)) return times((double)updates->n, p->cell_update_pJ);
  return updates->is_known ? operations_pj(p, &updates->operations) : times((double)updates->n, NAN);
}

/* Why there is no number, for the first time. */
static void give_reason(energy_joule *joule, double pj, const char *what, const char *model, const char *mend)
{
  if (!isnan(pj) || *joule->reason) return;
  snprintf(joule->reason, sizeof joule->reason, "what %s%s%s takes is not known; %s", what, model ? " of " : "",
           model ? model : "", mend);
}

static double add_updates(const energy_prices *p, const energy_counts *counts, energy_joule *joule)
{
  double pj = times((double)counts->weight_updates, weight_update_pj(p));
  give_reason(joule, pj, "a change of a weight", NULL, "set energy.weight_update_pJ");
  for (size_t i = 0; i < counts->n_models; i++) {
    const double of_model = updates_pj(p, &counts->updates[i]);
    give_reason(joule, of_model, "an update", counts->updates[i].model,
                "set energy.cell_update_pJ, or let its table say its operations");
    pj += of_model;
  }
  return pj;
}

energy_joule energy_reckon(const energy_prices *p, const energy_counts *counts)
{
  energy_joule joule = {.reason = ""};
  const uint64_t n_events = counts->has_events_in_macs ? 0 : counts->synaptic_events;
  const double events = times((double)n_events, event_pj(p));
  const double mac = times((double)counts->mac, p->fp32_add_pJ + p->fp32_mul_pJ);
  give_reason(&joule, events, "a synaptic event", NULL, "set energy.synaptic_event_pJ");
  give_reason(&joule, mac, "a multiply-add", NULL, "set energy.fp32_add_pJ and energy.fp32_mul_pJ");
  joule.events = PJ * (events + mac);
  joule.updates = PJ * add_updates(p, counts, &joule);
  joule.memory = PJ * times(8 * counts->dram_bytes, p->dram_pJ_per_bit);
  joule.network = PJ * times(8 * (double)counts->network_bytes, p->network_pJ_per_bit);
  joule.sum = joule.events + joule.updates + joule.memory + joule.network;
  return joule;
}
