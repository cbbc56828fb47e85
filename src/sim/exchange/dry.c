/*
 * The other ranks of a dry one.
 *
 * Spikes of a population are drawn from one sequence of random numbers per interval: the next cell and step that has
 * one lies a geometric gap ahead. So the cost is that of the spikes, not of the cells, and they come in the order of
 * cells, as those of real ranks do.
 */
#include "sim/exchange/dry.h"

#include <math.h>
#include <stdio.h>

#include "base/lower_bound.h"
#include "base/memory.h"
#include "base/random/random.h"
#include "base/timer.h"
#include "base/vector.h"
#include "sim/exchange/drawn_routes.h"
#include "sim/exchange/parcels.h"

typedef struct dry {
  const dry_rank *rank;
  const cells *cells;
  const synapses *synapses;
  const loligo_network *network;
  const routes *routes;
  parcels parcels;
  int *identity; /* [ranks] the partner that is rank r is number r */
  dry_account account;
} dry;

/** An interval that is being filled with records. */
typedef struct filling {
  const dry *dry;
  int64_t first_step, last_step; /* stamps lie in (first_step, last_step] */
  record_list *received;
  size_t capacity; /* records that there is room for */
} filling;

/* -- records of others -- */

static loligo_status add(filling *f, const loligo_flight *flight)
{
  const uint64_t gid = f->dry->network->populations[flight->population].first_gid + flight->index;
  const size_t n = f->received->n;
  if (n == f->capacity) {
    LOLIGO_TRY(record_list_resize(f->received, 2 * n + 64));
    f->capacity = f->received->n;
    f->received->n = n;
  }
  f->received->items[f->received->n++] =
      spike_record_make(gid, flight->signal, flight->negative, flight->step - f->first_step);
  return LOLIGO_OK;
}

/* Whether a signal of a cell of another rank would come here. */
static bool is_wanted(const dry *d, const loligo_flight *flight)
{
  return synapses_listen(d->synapses, flight->population, flight->signal, flight->index) &&
         !cell_group_holds(&d->cells->groups[flight->population], flight->index);
}

static loligo_status add_level(filling *f, loligo_flight flight)
{
  if (!is_wanted(f->dry, &flight)) return LOLIGO_OK;
  LOLIGO_TRY(add(f, &flight));
  flight.negative = true;
  return add(f, &flight);
}

static loligo_status add_drawn(filling *f, loligo_flight spike)
{
  const int n_signals = synapses_signals(f->dry->synapses, spike.population);
  if (is_wanted(f->dry, &spike)) LOLIGO_TRY(add(f, &spike));
  for (spike.signal = 1; spike.signal < n_signals; spike.signal++) LOLIGO_TRY(add_level(f, spike));
  return LOLIGO_OK;
}

/* Sites without a spike before the next one, each of which has one with 1 - exp(log_none). */
static double draw_gap(random_stream *stream, double log_none)
{
  return floor(vector_log(random_stream_uniform(stream)) / log_none);
}

static bool has_any_row(const synapses *synapses, size_t population)
{
  for (int signal = 0; signal < synapses_signals(synapses, population); signal++)
    if (!row_table_is_empty(synapses_table(synapses, population, signal))) return true;
  return synapses->plastic[population].n_rows > 0;
}

static loligo_status draw_population(filling *f, size_t population)
{
  const loligo_network *network = f->dry->network;
  const loligo_population *p = &network->populations[population];
  const double chance = f->dry->rank->rates[population] * network->dt / 1000;
  const uint64_t n_steps = (uint64_t)(f->last_step - f->first_step);
  const double sites = (double)p->size * (double)n_steps;
  random_stream stream;
  if (chance <= 0 || !has_any_row(f->dry->synapses, population)) return LOLIGO_OK;
  const double log_none = vector_log1p(-fmin(chance, 1 - 0x1p-40));
  random_stream_init(&stream, random_key_make(network->seed, RANDOM_DRY, p->name, ""), (uint64_t)f->first_step, 0);
  for (double at = draw_gap(&stream, log_none); at < sites; at += 1 + draw_gap(&stream, log_none)) {
    const uint64_t site = (uint64_t)at;
    const loligo_flight spike = {.step = f->first_step + 1 + (int64_t)(site % n_steps),
                                 .population = (uint32_t)population,
                                 .index = site / n_steps};
    LOLIGO_TRY(add_drawn(f, spike));
  }
  return LOLIGO_OK;
}

/** What was recorded up to a step. */
typedef struct moment {
  const loligo_flight *recorded;
  int64_t step;
} moment;

static bool is_past(const void *of_moment, uint64_t place)
{
  const moment *moment = of_moment;
  return moment->recorded[place].step <= moment->step;
}

static loligo_status add_recorded(filling *f)
{
  const dry_rank *rank = f->dry->rank;
  const moment begin = {rank->recorded, f->first_step};
  size_t i = lower_bound_where(rank->n_recorded, is_past, &begin);
  for (; i < rank->n_recorded && rank->recorded[i].step <= f->last_step; i++)
    if (is_wanted(f->dry, &rank->recorded[i])) LOLIGO_TRY(add(f, &rank->recorded[i]));
  return LOLIGO_OK;
}

static loligo_status add_others(filling *f)
{
  if (f->dry->rank->recorded) return add_recorded(f);
  for (size_t p = 0; p < f->dry->network->n_populations; p++) LOLIGO_TRY(draw_population(f, p));
  return LOLIGO_OK;
}

/* -- the method -- */

static void destroy(void *state)
{
  dry *d = state;
  parcels_free(&d->parcels);
  memory_free(d->identity);
  memory_free(d);
}

static void count_sent(dry *d, const outbox *sent)
{
  for (size_t i = 0; i < sent->n; i++) d->account.sent += routes_count(d->routes, sent->lids[i]);
}

static loligo_status fill(dry *d, const outbox *sent, record_list *received)
{
  LOLIGO_TRY(record_list_resize(received, sent->n));
  for (size_t i = 0; i < sent->n; i++) received->items[i] = sent->records[i];
  filling f = {d, sent->first_step, sent->last_step, received, sent->n};
  LOLIGO_TRY(add_others(&f));
  d->account.received += received->n - sent->n;
  return LOLIGO_OK;
}

/* As the ranks of a run would agree upon where all send the same. */
static loligo_status grow_blocks(parcels *parcels, int wanted)
{
  if (wanted <= parcels->level) return LOLIGO_OK;
  LOLIGO_TRY(parcels_reserve(parcels, wanted));
  parcels->level = wanted;
  return LOLIGO_OK;
}

static loligo_status run(void *state, const outbox *sent, unsigned *flags, record_list *received)
{
  dry *d = state;
  unsigned in_headers = *flags;
  int wanted;
  LOLIGO_TRY(parcels_pack(&d->parcels, d->routes, d->identity, sent, &in_headers, &wanted));
  LOLIGO_TRY(grow_blocks(&d->parcels, wanted));
  const double since = timer_now(), processor_since = timer_processor();
  count_sent(d, sent);
  const loligo_status status = fill(d, sent, received);
  d->account.seconds += timer_now() - since;
  d->account.processor_seconds += timer_processor() - processor_since;
  return status;
}

/* Records alone: whose blocks they would share is not known. */
static uint64_t sent_bytes(const void *state)
{
  return ((const dry *)state)->account.sent * sizeof(spike_record);
}

static const exchange_method method = {.name = "dry",
                                       .summary = "one rank alone; the spikes of all others are made up",
                                       .needs_routes = true,
                                       .destroy = destroy,
                                       .run = run,
                                       .sent_bytes = sent_bytes};

static loligo_status allocate(dry *d, int ranks)
{
  d->identity = memory_allocate((size_t)ranks, sizeof *d->identity, "spike exchange");
  if (!d->identity) return LOLIGO_MACHINE_ERROR;
  for (int r = 0; r < ranks; r++) d->identity[r] = r;
  return parcels_init(&d->parcels, ranks);
}

loligo_status dry_init(exchange *exchange, const dry_rank *rank, const loligo_decomposition *decomposition,
                       const cells *cells, const synapses *synapses)
{
  *exchange = (struct exchange){.method = &method};
  snprintf(exchange->reason, sizeof exchange->reason, "rank %d of %d alone, with %s spikes of the others", rank->rank,
           rank->ranks, rank->recorded ? "recorded" : "drawn");
  const double since = timer_processor();
  LOLIGO_TRY(drawn_routes_init(&exchange->routes, synapses->network, decomposition, rank->ranks, cells));
  dry *d = exchange->state = memory_allocate(1, sizeof *d, "spike exchange");
  if (!d) return LOLIGO_MACHINE_ERROR;
  *d = (dry){.rank = rank,
             .cells = cells,
             .synapses = synapses,
             .network = synapses->network,
             .routes = &exchange->routes,
             .account = {.routes_processor_seconds = timer_processor() - since}};
  return allocate(d, rank->ranks);
}

const dry_account *dry_account_of(const exchange *exchange)
{
  return exchange->method == &method && exchange->state ? &((const dry *)exchange->state)->account : NULL;
}
