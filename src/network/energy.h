/**
 * What a run takes in energy: counts of what was done, times assumed prices. It is what hardware of some technology
 * would take for these operations, not what this machine takes, whose idle power, caches and instructions are not in
 * it. Not collective, all of it.
 */
#ifndef LOLIGO_NETWORK_ENERGY_H
#define LOLIGO_NETWORK_ENERGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/param.h"
#include "base/registry.h"
#include "loligo/model_interface.h"

/* Key, what takes so many pJ. */
#define ENERGY_PRICES(X)                                                                                               \
  X(synaptic_event_pJ, "a synaptic event as a whole, in place of its operations")                                      \
  X(cell_update_pJ, "an update of a cell as a whole, in place of those of its model")                                  \
  X(weight_update_pJ, "a change of a plastic weight as a whole, likewise")                                             \
  X(fp32_add_pJ, "an addition of floating point")                                                                      \
  X(fp32_mul_pJ, "a multiplication")                                                                                   \
  X(fp32_div_pJ, "a division, or a square root")                                                                       \
  X(int32_add_pJ, "an addition of integers")                                                                           \
  X(sram_8kB_pJ_per_32bit, "32 bits read from a memory of 8 kB, or written")                                           \
  X(dram_pJ_per_bit, "a bit from or to main memory")                                                                   \
  X(network_pJ_per_bit, "a bit from rank to rank")

/** pJ; NAN: not given. */
typedef struct energy_prices {
#define ENERGY_MEMBER(key, help) double key;
  ENERGY_PRICES(ENERGY_MEMBER)
#undef ENERGY_MEMBER
} energy_prices;

/** The rows of all prices, optional, into an energy_prices. */
extern const loligo_param_table energy_price_table;

/** The price of a row. */
static inline double energy_price(const energy_prices *prices, const loligo_param *row)
{
  return *(const double *)((const char *)prices + row->offset);
}

/** Prices of one technology; the summary names source and year. */
typedef struct technology {
  const char *name, *summary;
  energy_prices prices;
} technology;

REGISTRY_OF(technology);

/** What a run assumes. */
typedef struct energy_assumptions {
  size_t technology; /* number in the registry */
  energy_prices prices;
} energy_assumptions;

/** Updates of the cells of one model. */
typedef struct energy_updates {
  const char *model;
  uint64_t n;
  loligo_operations operations; /* of all of them */
  bool is_known;                /* the model says its operations */
} energy_updates;

/** What was done; who has done it fills it. */
typedef struct energy_counts {
  uint64_t synaptic_events, weight_updates;
  uint64_t mac;            /* multiply-adds of matrices */
  bool has_events_in_macs; /* products of matrices did what spikes set off: it is not reckoned twice */
  uint64_t network_bytes;
  double dram_bytes;       /* estimated */
  energy_updates *updates; /* [n_models] owned */
  size_t n_models;
} energy_counts;

/** Counts of nothing, with room for updates of so many models. energy_counts_free() also after a failure (MACHINE). */
loligo_status energy_counts_init(energy_counts *counts, size_t most_models);
void energy_counts_free(energy_counts *counts);

/** Adds n updates of cells of a model by the integrator of that number (0 where it has no choice). */
void energy_count_updates(energy_counts *counts, const loligo_model *model, size_t integrator, uint64_t n);

enum { ENERGY_REASON_BYTES = 256 };

/** J; NAN where a price is not known of what was done. */
typedef struct energy_joule {
  double events, updates, memory, network, sum;
  char reason[ENERGY_REASON_BYTES]; /* of the first NAN; "": there is none */
} energy_joule;

/**
 * Events are synaptic events, each an integer that is read from a small memory, added to and written there (unless
 * multiply-adds did what they are), and multiply-adds; updates those of cells, by the operations of their models, and
 * of weights, by those of a pair rule.
 */
energy_joule energy_reckon(const energy_prices *prices, const energy_counts *counts);

#endif
