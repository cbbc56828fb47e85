/** Ports: what a synapse addresses. A port is one receptor of one local cell: number receptor * cells + lid. */
#ifndef LOLIGO_SIM_PORTS_H
#define LOLIGO_SIM_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BLOCK_PORTS = 65536, PORT_BLOCKS = 64 };

/** Ports of this rank, cut into blocks of at most 65,536 that a 16-bit target can count through. */
typedef struct port_layout {
  uint64_t n_cells;
  size_t n_receptors; /* of the model that has most */
  uint64_t blocks_per_receptor;
} port_layout;

static inline port_layout port_layout_of(uint64_t n_cells, size_t n_receptors)
{
  return (port_layout){n_cells, n_receptors, (n_cells + BLOCK_PORTS - 1) / BLOCK_PORTS};
}

static inline uint64_t port_count(const port_layout *layout)
{
  return layout->n_cells * layout->n_receptors;
}

static inline uint64_t port_number(const port_layout *layout, size_t receptor, uint64_t lid)
{
  return receptor * layout->n_cells + lid;
}

static inline uint64_t port_block(const port_layout *layout, size_t receptor, uint64_t lid)
{
  return receptor * layout->blocks_per_receptor + lid / BLOCK_PORTS;
}

/** First port of a block. */
static inline uint64_t port_block_base(const port_layout *layout, uint64_t block)
{
  return block / layout->blocks_per_receptor * layout->n_cells + block % layout->blocks_per_receptor * BLOCK_PORTS;
}

/** Whether a segment header can name all blocks; if not, all synapses are wide. */
static inline bool port_blocks_fit(const port_layout *layout)
{
  return layout->n_receptors * layout->blocks_per_receptor <= PORT_BLOCKS;
}

#endif
