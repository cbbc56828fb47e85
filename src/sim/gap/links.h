/** Gap junctions as the ranks of their cells list them, while they are found. */
#ifndef LOLIGO_SIM_GAP_LINKS_H
#define LOLIGO_SIM_GAP_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/context.h"
#include "loligo/decomposition.h"
#include "network/description.h"
#include "sim/cells/cells.h"

/** A junction between a local cell and another one. */
typedef struct gap_link {
  uint64_t own, other; /* global ids */
  uint32_t projection;
  uint32_t is_mirrored; /* own is the source's end: the link comes from the rank of the other */
  double conductance;   /* nS */
} gap_link;

typedef struct gap_links {
  gap_link *items; /* [n] by own, then projection, then other */
  size_t n, capacity;
} gap_links;

/** Lists those of all local cells. Collective; MACHINE on all ranks. gap_links_free() also then. */
loligo_status gap_links_init(gap_links *links, const loligo_context *context, const loligo_network *network,
                             const loligo_decomposition *decomposition, const cells *cells);
void gap_links_free(gap_links *links);

#endif
