/** What one rank builds of a network: cells, ports and synapses. Not collective, so that a test can look at all ranks.
 */
#ifndef LOLIGO_TESTS_BUILT_H
#define LOLIGO_TESTS_BUILT_H

#include <stdlib.h>
#include <string.h>

#include "loligo/decomposition.h"
#include "scarce.h"
#include "sim/cells/cells.h"
#include "sim/layout/fixed_point.h"
#include "sim/layout/ports.h"
#include "sim/synapses/connect.h"

typedef struct built {
  fixed_point format;
  cells cells;
  port_layout ports;
  synapses synapses;
} built;

static inline connect_plan built_plan(const built *built, const loligo_network *network)
{
  return (connect_plan){.network = network, .cells = &built->cells, .ports = &built->ports};
}

static inline loligo_status built_ports(built *built)
{
  uint64_t *n_cells = calloc(built->cells.n_groups + 1, sizeof *n_cells);
  if (!n_cells) return loligo_fail(LOLIGO_MACHINE_ERROR, "out of memory");
  for (size_t g = 0; g < built->cells.n_groups; g++) n_cells[g] = built->cells.groups[g].n;
  const loligo_status status = ports_init(&built->ports, &built->format, n_cells);
  free(n_cells);
  return status;
}

/** built_free() also after a failure. */
static inline loligo_status built_init_stored(built *built, const loligo_network *network,
                                              const loligo_decomposition *decomposition, int rank,
                                              connect_storage storage)
{
  memset(built, 0, sizeof *built);
  LOLIGO_TRY(fixed_point_init(&built->format, network));
  LOLIGO_TRY(cells_init(&built->cells, network, decomposition, rank));
  LOLIGO_TRY(built_ports(built));
  connect_plan plan = built_plan(built, network);
  plan.storage = storage;
  memset(&built->synapses, -1, sizeof built->synapses);
  return connect_build(&plan, &built->synapses);
}

/** The same as a simulation does it. */
static inline loligo_status built_init(built *built, const loligo_network *network,
                                       const loligo_decomposition *decomposition, int rank)
{
  return built_init_stored(built, network, decomposition, rank, CONNECT_SMALLEST);
}

/** Row of a source for its spikes, NULL without one; packed synapses of its population, NULL where there are none. */
static inline const uint32_t *built_row(const synapses *synapses, size_t population, uint64_t index)
{
  return row_table_find(synapses_table(synapses, population, 0), index);
}

static inline const packed_rows *built_packed(const synapses *synapses, size_t population)
{
  return row_table_packed(synapses_table(synapses, population, 0));
}

static inline void built_free(built *built)
{
  synapses_free(&built->synapses);
  ports_free(&built->ports);
  cells_free(&built->cells);
  fixed_point_free(&built->format);
}

#endif
