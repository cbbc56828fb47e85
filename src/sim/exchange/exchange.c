/*
 * The choice of an exchange method.
 *
 * Allgather costs every rank the whole network's spikes; directed exchange costs a block per pair of ranks, or per pair
 * that has connections. Which is least follows from how many ranks listen to a cell.
 */
#include "sim/exchange/exchange.h"

#include <stdio.h>
#include <string.h>

enum { FEW_RANKS = 8 };

/* Collective: needs the routes. */
static const exchange_method *choose(exchange *exchange, const loligo_context *context, uint64_t n_cells)
{
  uint64_t sums[2] = {exchange->routes.first[n_cells], n_cells};
  int partners = exchange->routes.n_destinations, most;
  MPI_Allreduce(MPI_IN_PLACE, sums, 2, MPI_UINT64_T, MPI_SUM, context->comm);
  MPI_Allreduce(&partners, &most, 1, MPI_INT, MPI_MAX, context->comm);
  double listeners = sums[1] ? (double)sums[0] / (double)sums[1] : 0;
  const exchange_method *method = &exchange_method_alltoall;
  if (listeners > context->size / 4.0)
    method = &exchange_method_allgather;
  else if (most <= context->size / 4)
    method = &exchange_method_neighbor;
  snprintf(exchange->reason, sizeof exchange->reason,
           "auto: a cell has targets on %.1f of %d ranks on average, a rank sends to at most %d", listeners,
           context->size, most);
  return method;
}

loligo_status exchange_init(exchange *exchange, const char *name, const loligo_context *context,
                            const loligo_decomposition *decomposition, const cells *cells, const synapses *synapses)
{
  *exchange = (struct exchange){.method = exchange_method_find(name), .reason = "as the model says"};
  bool automatic = strcmp(name, "auto") == 0;
  if (!exchange->method && !automatic) return registry_unknown(&exchange_method_registry, name);
  if (automatic && context->size <= FEW_RANKS) {
    exchange->method = &exchange_method_allgather;
    snprintf(exchange->reason, sizeof exchange->reason, "auto: %d rank%s, everybody's spikes are few", context->size,
             context->size == 1 ? "" : "s");
  }
  if (!exchange->method || exchange->method->needs_routes)
    LOLIGO_TRY(routes_init(&exchange->routes, context, decomposition, cells, synapses));
  if (!exchange->method) exchange->method = choose(exchange, context, cells->n);
  return loligo_agree(context, exchange->method->create(context, &exchange->routes, &exchange->state));
}

void exchange_free(exchange *exchange)
{
  if (exchange->state) exchange->method->destroy(exchange->state);
  routes_free(&exchange->routes);
  *exchange = (struct exchange){0};
}
