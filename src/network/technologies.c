/*
 * Technologies: a table and a line in the list each. A price that is left out is not known, or lies within one of the
 * upper three.
 *
 * Divisions are in none of the sources: they stand for 4 additions and 5 multiplications, the Newton steps of one. What
 * a bit takes from rank to rank is an assumption too, of the order of a link between nodes.
 */
#include <math.h>

#include "network/energy.h"

#define AS_A_WHOLE(event, update, weight)                                                                              \
  .synaptic_event_pJ = event, .cell_update_pJ = update, .weight_update_pJ = weight
#define BY_OPERATIONS AS_A_WHOLE(NAN, NAN, NAN)
#define NO_OPERATIONS                                                                                                  \
  .fp32_add_pJ = NAN, .fp32_mul_pJ = NAN, .fp32_div_pJ = NAN, .int32_add_pJ = NAN, .sram_8kB_pJ_per_32bit = NAN

static const technology technology_cmos45 = {
    .name = "cmos45",
    .summary = "45 nm, 0.9 V: Horowitz 2014 (10.1109/ISSCC.2014.6757323), main memory 1.3 nJ for 64 bits",
    .prices = {BY_OPERATIONS, .fp32_add_pJ = 0.9, .fp32_mul_pJ = 3.7, .fp32_div_pJ = 22.1, .int32_add_pJ = 0.1,
               .sram_8kB_pJ_per_32bit = 5, .dram_pJ_per_bit = 20, .network_pJ_per_bit = 10},
};

static const technology technology_cmos7 = {
    .name = "cmos7",
    .summary = "7 nm: Jouppi et al. 2021 (10.1109/ISCA52012.2021.00010), main memory as at 45 nm",
    .prices = {BY_OPERATIONS, .fp32_add_pJ = 0.38, .fp32_mul_pJ = 1.31, .fp32_div_pJ = 8.07, .int32_add_pJ = 0.03,
               .sram_8kB_pJ_per_32bit = 3.75, .dram_pJ_per_bit = 20, .network_pJ_per_bit = 10},
};

static const technology technology_loihi = {
    .name = "loihi",
    .summary =
        "neuromorphic, 14 nm: Davies et al. 2018 (10.1109/MM.2018.112130359), memory within its events and updates",
    .prices = {AS_A_WHOLE(23.6, 81, 120), NO_OPERATIONS, .dram_pJ_per_bit = 0, .network_pJ_per_bit = 10},
};

#define TECHNOLOGIES(X)                                                                                                \
  X(technology, cmos45)                                                                                                \
  X(technology, cmos7)                                                                                                 \
  X(technology, loihi)

#define ADDRESS(kind, name) &kind##_##name,
static const void *const technologies[] = {TECHNOLOGIES(ADDRESS)};
const registry technology_registry = {"energy table", technologies, sizeof technologies / sizeof *technologies};
