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
#include "sim/exchange/block_size.h"
#include "sim/exchange/cost.h"
#include "sim/exchange/routes.h"
#include "sim/spikes/spikes.h"

/** What rides along with every exchange: each rank says its flags, each gets the union of all. */
enum exchange_flag {
  EXCHANGE_STOP = 1,     /* somebody asked to stop */
  EXCHANGE_FAILED = 2,   /* somebody failed: all ranks call loligo_agree() next */
  EXCHANGE_OVERFLOW = 4, /* out: somebody's records did not fit their block and took a second round */
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
  /** Expected seconds per model second, for "auto"; NULL where it shall not choose the method. */
  double (*seconds)(const exchange_load *load, const machine *machine);
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
  /** Bytes that this rank has handed to others so far. Not collective. */
  uint64_t (*sent_bytes)(const void *state);
} exchange_method;

REGISTRY_OF(exchange_method);

typedef struct exchange {
  const exchange_method *method;
  void *state;
  routes routes;
  uint64_t n_exchanges, n_second_rounds; /* so far; the same on all ranks */
  uint64_t bytes_apart;                  /* of what its method has sent, those that do not count (modulo 2^64) */
  char reason[256];                      /* why this method */
} exchange;

/** The method of least expected cost; allgather on one rank. Not collective. */
const exchange_method *exchange_cheapest(const exchange_load *load, const machine *machine);

/**
 * Sets up the method of that name, or for "auto" the one of least expected cost. Collective; exchange_free() also after
 * a failure.
 *
 * @param machine   by whose table it is chosen
 * @param interval  ms between exchanges
 */
loligo_status exchange_init(exchange *exchange, const char *name, const machine *machine, double interval,
                            const loligo_context *context, const loligo_decomposition *decomposition,
                            const cells *cells, const synapses *synapses);
void exchange_free(exchange *exchange);

/** One exchange, as the method's run() says. Collective. */
loligo_status exchange_run(exchange *exchange, const outbox *sent, unsigned *flags, record_list *received);

/** Bytes that this rank has handed to others since exchange_count_bytes_from(), and those told there. Not collective.
 */
static inline uint64_t exchange_sent_bytes(const exchange *exchange)
{
  return exchange->method->sent_bytes(exchange->state) - exchange->bytes_apart;
}
static inline void exchange_count_bytes_from(exchange *exchange, uint64_t bytes)
{
  exchange->bytes_apart = exchange->method->sent_bytes(exchange->state) - bytes;
}

/** Bytes that the blocks of a method take, on a rank of that many: one to each, one from each, and its place. */
static inline double exchange_bytes(int ranks)
{
  return (2.0 * (double)(block_words(0) * sizeof(uint64_t)) + 20) * ranks;
}

extern const exchange_method exchange_method_allgather, exchange_method_alltoall, exchange_method_neighbor;

/** Most records that a rank sends or gets in one exchange: what MPI can count. Tests lower it. */
extern uint64_t exchange_most_records;

/** MACHINE where there are more. Not collective. */
loligo_status exchange_admit(uint64_t n);

/* What the blocks of all methods share: word 0 holds flags, the level of block_size that the sender wishes for, and
 * how many records it sends; they follow, and what does not fit goes separately. */

static inline uint64_t block_header(unsigned flags, int wanted, uint64_t count)
{
  return count << 16 | (uint64_t)wanted << 8 | flags;
}
static inline unsigned block_flags(uint64_t header)
{
  return (unsigned)(header & 0xff);
}
static inline int block_wanted(uint64_t header)
{
  return (int)(header >> 8 & 0xff);
}
static inline uint64_t block_count(uint64_t header)
{
  return header >> 16;
}

/** Records of `n` that lie in a block of that level. */
static inline size_t block_holds(int level, uint64_t n)
{
  return n < block_room(level) ? (size_t)n : block_room(level);
}

#endif
