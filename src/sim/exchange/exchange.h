/**
 * Spike exchange: once per interval every rank gets the spikes that have a target on it.
 *
 * A method is one file, src/sim/exchange/NAME.c, and one line in registry.c. All of them deliver the same set of
 * records (some deliver more: spikes without a target here, which are harmless), in any order: what is summed does not
 * depend on it.
 */
#ifndef LOLIGO_SIM_EXCHANGE_EXCHANGE_H
#define LOLIGO_SIM_EXCHANGE_EXCHANGE_H

#include "base/registry.h"
#include "loligo/context.h"
#include "loligo/status.h"
#include "sim/exchange/routes.h"
#include "sim/spikes/spikes.h"

/** What rides along with every exchange: each rank says its flags, each gets the union of all. */
enum exchange_flag {
  EXCHANGE_STOP = 1,     /* somebody asked to stop */
  EXCHANGE_FAILED = 2,   /* somebody failed: all ranks call loligo_agree() next */
  EXCHANGE_OVERFLOW = 4, /* within a method: somebody's records do not fit the fixed block */
  EXCHANGE_PAUSE = 8     /* somebody asked to pause */
};

/** Records of local spikes of an interval with the local cells that sent them. */
typedef struct outbox {
  const spike_record *records; /* [n] */
  const uint64_t *lids;        /* [n] */
  size_t n;
  int64_t first_step, last_step; /* stamps lie in (first_step, last_step], offsets count from first_step */
} outbox;

typedef struct exchange_method {
  const char *name, *summary; /* summary: one line */
  bool needs_routes;
  /** Collective. `routes` outlives the state. */
  loligo_status (*create)(const loligo_context *context, const routes *routes, void **state);
  void (*destroy)(void *state);
  /**
   * Sends and receives. Collective.
   *
   * @param flags     in: of this rank; out: of all ranks
   * @param received  replaced by records for this rank
   * @return          of this rank alone: a failure is announced with the next exchange
   */
  loligo_status (*run)(void *state, const outbox *sent, unsigned *flags, record_list *received);
} exchange_method;

REGISTRY_OF(exchange_method);

typedef struct exchange {
  const exchange_method *method;
  void *state;
  routes routes;
  char reason[160]; /* why this method */
} exchange;

/**
 * Sets up the method of that name, or for "auto" the one that fits the connectivity. Collective; exchange_free() also
 * after a failure.
 */
loligo_status exchange_init(exchange *exchange, const char *name, const loligo_context *context,
                            const loligo_decomposition *decomposition, const cells *cells, const synapses *synapses);
void exchange_free(exchange *exchange);

static inline loligo_status exchange_run(exchange *exchange, const outbox *sent, unsigned *flags, record_list *received)
{
  return exchange->method->run(exchange->state, sent, flags, received);
}

extern const exchange_method exchange_method_allgather, exchange_method_alltoall, exchange_method_neighbor;

/* What the fixed blocks of all methods share: word 0 holds flags and count, records follow; what does not fit goes
 * separately. */

static inline uint64_t block_header(unsigned flags, size_t count)
{
  return (uint64_t)count << 8 | flags;
}
static inline unsigned block_flags(uint64_t header)
{
  return (unsigned)(header & 0xff);
}
static inline size_t block_count(uint64_t header)
{
  return (size_t)(header >> 8);
}

#endif
