/**
 * Ports: what a synapse addresses. A port is one accumulator of one local cell.
 *
 * Those of narrow accumulators are numbered apart from those of wide ones: first the first narrow accumulator of each
 * population, then the second of those that have one, and so on. Each of these sections is cut into blocks of at most
 * 65,536 ports, through which the 16-bit target of a synapse counts.
 *
 * A source nearly always reaches one receptor of a population, so the sums that its spikes touch lie close together.
 * With all receptors of a population in the same blocks the cortical microcircuit needs 1 % more memory and half as
 * much time again for delivery. Within a section the ports of a block of cells lie one behind the other
 * (port_of_cell()).
 */
#ifndef LOLIGO_SIM_LAYOUT_PORTS_H
#define LOLIGO_SIM_LAYOUT_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/layout/fixed_point.h"

enum { BLOCK_PORTS = 65536, PORT_BLOCKS = 256 };

/** The ports of an accumulator: one behind the other, in the order of the local cells of its population. */
typedef struct port_range {
  uint64_t first, n;
  uint64_t section; /* first port of its section; narrow only, like `block` */
  uint64_t block;   /* number of the section's first block */
  bool wide;
} port_range;

typedef struct port_layout {
  const fixed_point *format;        /* owned elsewhere */
  port_range *ranges;               /* [format->n_accumulators] */
  uint64_t n_narrow, n_wide;        /* ports of either kind */
  uint64_t block_base[PORT_BLOCKS]; /* [n_blocks] first port of each block */
  uint64_t n_blocks;
} port_layout;

/**
 * Numbers the ports of this rank. Where there are more blocks than a delay run can name, all accumulators are wide. Not
 * collective; ports_free() also after a failure.
 *
 * @param n_cells  [format->n_populations] local cells
 */
loligo_status ports_init(port_layout *layout, const fixed_point *format, const uint64_t *n_cells);
void ports_free(port_layout *layout);

/** Whether the synapses of a pathway are wide on this rank: so are all accumulators that they go to. */
static inline bool ports_are_wide(const port_layout *layout, const pathway *way)
{
  const accumulator_range *sums = &way->sums[way->sums[POSITIVE].n ? POSITIVE : NEGATIVE];
  return sums->n && layout->ranges[sums->first].wide;
}

/** The port of the l-th local cell of the population that a range belongs to. Those of the cells of a block of cells
 * lie one behind the other. */
static inline uint64_t port_of_cell(const port_range *range, uint64_t l)
{
  return range->first + l;
}

/** Which local cell has a port of the range. */
static inline uint64_t port_cell(const port_range *range, uint64_t port)
{
  return port - range->first;
}

/** Block of a port of a narrow range. */
static inline uint64_t port_block(const port_range *range, uint64_t port)
{
  return range->block + (port - range->section) / BLOCK_PORTS;
}

/** Where it stands in its block. */
static inline uint32_t port_in_block(const port_range *range, uint64_t port)
{
  return (uint32_t)((port - range->section) % BLOCK_PORTS);
}

/** The accumulator that a port of a wide range belongs to. */
size_t ports_wide_accumulator(const port_layout *layout, uint64_t port);

#endif
