/*
 * The choice of an exchange method: the one of least expected cost.
 *
 * That follows from how many ranks listen to a cell and to how many ranks a rank sends, which the routes tell. Where an
 * allgather is cheapest whatever they are, or targets lie anywhere so that both are known, none are built.
 */
#include "sim/exchange/exchange.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/comm.h"
#include "base/memory.h"
#include "network/rule/rule.h"

uint64_t exchange_most_records = INT_MAX;

loligo_status exchange_admit(uint64_t n)
{
  if (n <= exchange_most_records) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR,
                     "a rank has to send or take %llu spikes in one interval, but MPI counts to %llu; use more ranks",
                     (unsigned long long)n, (unsigned long long)exchange_most_records);
}

/** What rank 0 finds, so that no last bit of a logarithm divides the ranks. */
typedef struct choice {
  size_t method; /* number in the registry */
  bool is_final; /* routes would not change it */
  char reason[sizeof((exchange *)0)->reason];
} choice;

/** What a choice is made from. */
typedef struct grounds {
  const machine *machine;
  exchange_load load;
  bool is_measured; /* by the routes; else expected */
  bool is_spread;   /* targets lie anywhere, so that what is expected is so */
} grounds;

/* Whether every rank has a cell of each population that is a target. */
static bool targets_are_on_all_ranks(const bool *is_target, const loligo_network *network,
                                     const loligo_decomposition *decomposition, int ranks)
{
  for (size_t p = 0; p < network->n_populations; p++)
    for (int r = 0; is_target[p] && r < ranks; r++)
      if (loligo_decomposition_count(decomposition, p, r) == 0) return false;
  return true;
}

/* Whether the targets of each cell are drawn from cells on all ranks. */
static loligo_status find_spread(const loligo_network *network, const loligo_decomposition *decomposition, int ranks,
                                 bool *is_spread)
{
  *is_spread = false;
  for (size_t i = 0; i < network->n_projections; i++)
    if (!rule_spreads(&network->projections[i])) return LOLIGO_OK;
  bool *is_target = memory_allocate(network->n_populations, sizeof *is_target, "spike exchange");
  if (!is_target) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < network->n_projections; i++) is_target[network->projections[i].target] = true;
  *is_spread = targets_are_on_all_ranks(is_target, network, decomposition, ranks);
  memory_free(is_target);
  return LOLIGO_OK;
}

/* What is known before there are routes. */
static loligo_status find_grounds(const loligo_network *network, const loligo_decomposition *decomposition, int ranks,
                                  double interval, grounds *grounds)
{
  double *synapses = memory_allocate(network->n_populations, sizeof *synapses, "spike exchange"); /* by source */
  if (!synapses) return LOLIGO_MACHINE_ERROR;
  exchange_count_sent(network, synapses);
  grounds->load = exchange_expected(network, ranks, synapses, interval, NULL);
  memory_free(synapses);
  return find_spread(network, decomposition, ranks, &grounds->is_spread);
}

/* No connectivity is cheaper for a directed method: hardly a record, to one rank. */
static double least_directed_seconds(exchange_load load, const machine *machine)
{
  load.listeners = 0;
  load.partners = 1;
  return exchange_seconds_neighbor(&load, machine);
}

const exchange_method *exchange_cheapest(const exchange_load *load, const machine *machine)
{
  const exchange_method *cheapest = &exchange_method_allgather;
  for (size_t m = 0; load->ranks > 1 && exchange_method_at(m); m++) {
    const exchange_method *method = exchange_method_at(m);
    if (method->seconds && method->seconds(load, machine) < cheapest->seconds(load, machine)) cheapest = method;
  }
  return cheapest;
}

static void print_costs(FILE *out, const grounds *grounds)
{
  const exchange_load *load = &grounds->load;
  fprintf(out, "auto: expected seconds per model second at %g Hz:", load->rate);
  for (size_t m = 0; exchange_method_at(m); m++)
    if (exchange_method_at(m)->seconds)
      fprintf(out, " %s %.2g,", exchange_method_at(m)->name, exchange_method_at(m)->seconds(load, grounds->machine));
  fprintf(out, " where a cell has targets on %s%.4g of %.0f ranks", grounds->is_measured ? "" : "about ",
          load->listeners, load->ranks);
}

static void print_reason(const grounds *grounds, char *reason, size_t size)
{
  const bool alone = grounds->load.ranks == 1;
  snprintf(reason, size, "%s", alone ? "auto: one rank" : "auto");
  FILE *out = alone ? NULL : fmemopen(reason, size, "w");
  if (!out) return;
  print_costs(out, grounds);
  fclose(out);
}

static choice choose(const grounds *grounds)
{
  const exchange_load *load = &grounds->load;
  const exchange_method *method = exchange_cheapest(load, grounds->machine);
  choice c = {0};
  while (exchange_method_at(c.method) != method) c.method++;
  if (!method->needs_routes)
    c.is_final = grounds->is_spread || load->ranks == 1 ||
                 method->seconds(load, grounds->machine) <= least_directed_seconds(*load, grounds->machine);
  print_reason(grounds, c.reason, sizeof c.reason);
  return c;
}

/* Collective. */
static choice choose_together(const loligo_context *context, const grounds *grounds)
{
  choice c = {0};
  if (context->rank == 0) c = choose(grounds);
  comm_broadcast(context, &c, sizeof c);
  return c;
}

/* Replaces what was expected by what the routes are. Collective. */
static void measure(grounds *grounds, const routes *routes, uint64_t n_cells, const loligo_context *context)
{
  exchange_load *load = &grounds->load;
  uint64_t listeners = 0;
  for (uint64_t lid = 0; lid < n_cells; lid++) listeners += routes_count(routes, lid);
  int partners = routes->n_destinations;
  MPI_Allreduce(MPI_IN_PLACE, &listeners, 1, MPI_UINT64_T, MPI_SUM, context->comm);
  MPI_Allreduce(MPI_IN_PLACE, &partners, 1, MPI_INT, MPI_MAX, context->comm);
  load->listeners = load->cells > 0 ? (double)listeners / load->cells : 0;
  load->partners = partners;
  grounds->is_measured = true;
}

/* Chooses the method; the routes are there if it needs them. Collective. */
static loligo_status decide(exchange *exchange, const machine *machine, double interval, const loligo_context *context,
                            const loligo_decomposition *decomposition, const cells *cells, const synapses *synapses)
{
  grounds grounds = {.machine = machine};
  loligo_status status = LOLIGO_OK;
  if (context->rank == 0) status = find_grounds(synapses->network, decomposition, context->size, interval, &grounds);
  LOLIGO_TRY(loligo_agree(context, status));
  choice c = choose_together(context, &grounds);
  if (!c.is_final) {
    LOLIGO_TRY(routes_init(&exchange->routes, context, decomposition, cells, synapses));
    measure(&grounds, &exchange->routes, cells->n, context);
    c = choose_together(context, &grounds);
  }
  exchange->method = exchange_method_at(c.method);
  memcpy(exchange->reason, c.reason, sizeof exchange->reason);
  if (!exchange->method->needs_routes) routes_free(&exchange->routes);
  return LOLIGO_OK;
}

loligo_status exchange_init(exchange *exchange, const char *name, const machine *machine, double interval,
                            const loligo_context *context, const loligo_decomposition *decomposition,
                            const cells *cells, const synapses *synapses)
{
  *exchange = (struct exchange){.method = exchange_method_find(name), .reason = "as the model says"};
  bool automatic = strcmp(name, "auto") == 0;
  if (!exchange->method && !automatic) return registry_unknown(&exchange_method_registry, name);
  if (automatic)
    LOLIGO_TRY(decide(exchange, machine, interval, context, decomposition, cells, synapses));
  else if (exchange->method->needs_routes)
    LOLIGO_TRY(routes_init(&exchange->routes, context, decomposition, cells, synapses));
  return loligo_agree(context, exchange->method->create(context, &exchange->routes, &exchange->state));
}

void exchange_free(exchange *exchange)
{
  if (exchange->state) exchange->method->destroy(exchange->state);
  routes_free(&exchange->routes);
  *exchange = (struct exchange){0};
}

loligo_status exchange_run(exchange *exchange, const outbox *sent, unsigned *flags, record_list *received)
{
  const loligo_status status = exchange->method->run(exchange->state, sent, flags, received);
  exchange->n_exchanges++;
  exchange->n_second_rounds += (*flags & EXCHANGE_OVERFLOW) != 0;
  return status;
}
