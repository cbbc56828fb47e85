/** Which ranks hold a target of each local cell. */
#ifndef LOLIGO_SIM_EXCHANGE_ROUTES_H
#define LOLIGO_SIM_EXCHANGE_ROUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/context.h"
#include "loligo/decomposition.h"
#include "sim/cells/cells.h"
#include "sim/synapses/synapses.h"

typedef struct routes {
  uint64_t *first; /* [cells] the listeners of local cell lid are told by gaps[first[lid]] and those before
                      gaps[end[lid]] */
  uint64_t *end;   /* [cells] in the same memory */
  uint8_t *gaps; /* ranks between one listener and the next, ascending, the first counted from rank 0: as many bytes of
                    255 as it takes, and the rest */
  int *sources;  /* [n_sources] ranks whose spikes this rank needs, ascending */
  int n_sources;
  int *destinations; /* [n_destinations] ranks that need spikes of this one, ascending */
  int n_destinations;
} routes;

/** Walks through the listeners of a cell: `rank` is right after each next that returns true. */
typedef struct listeners {
  const uint8_t *at, *end;
  int rank;
} listeners;

static inline listeners routes_listeners(const routes *routes, uint64_t lid)
{
  return (listeners){routes->gaps + routes->first[lid], routes->gaps + routes->end[lid], -1};
}

static inline bool listeners_next(listeners *l)
{
  if (l->at == l->end) return false;
  l->rank++;
  for (; *l->at == UINT8_MAX; l->at++) l->rank += UINT8_MAX;
  l->rank += *l->at++;
  return true;
}

static inline uint64_t routes_count(const routes *routes, uint64_t lid)
{
  uint64_t n = 0;
  for (uint64_t i = routes->first[lid]; i < routes->end[lid]; i++) n += routes->gaps[i] < UINT8_MAX;
  return n;
}

/** Bytes of the gap from a listener, -1 before the first, to the next one; and these. */
static inline size_t listener_bytes(int before, int rank)
{
  return (size_t)(rank - before - 1) / UINT8_MAX + 1;
}

static inline void listener_put(uint8_t *at, int before, int rank)
{
  const size_t n = listener_bytes(before, rank);
  for (size_t i = 0; i + 1 < n; i++) at[i] = UINT8_MAX;
  at[n - 1] = (uint8_t)((rank - before - 1) % UINT8_MAX);
}

/** Makes room to tell where the listeners of each cell are: none as yet. MACHINE without memory. */
loligo_status routes_allocate(routes *routes, uint64_t n_cells);

/** Bytes that are expected for so many cells with so many listeners in all among all ranks. */
double routes_bytes(double n_cells, double listeners, int ranks);

/** The most bytes of requests that a rank holds at once while routes are made, where it wants so many sources and so
 * many listeners ask for its cells. */
double routes_asking_bytes(double wanted, double asked);

/** Bytes of requests at which a slice of sources ends, about. Tests lower it. */
extern uint64_t routes_slice_bytes;

/** Tells the owner of every source with a row here that this rank listens. Collective; routes_free() also after a
 * failure. */
loligo_status routes_init(routes *routes, const loligo_context *context, const loligo_decomposition *decomposition,
                          const cells *cells, const synapses *synapses);
void routes_free(routes *routes);

#endif
