/*
 * The cells at both ends of a junction have it, so what a rank hears from another one and what it tells it follow from
 * its own junctions alone: of each of the other's cells at their other ends, and of each of its own there.
 */
#include "sim/gap/gap.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/heartbeat.h"
#include "base/lower_bound.h"
#include "base/memory.h"
#include "loligo/network.h"
#include "network/gap.h"
#include "sim/gap/links.h"

static const char WHAT[] = "gap junctions";

enum { TAG = 1 }; /* of messages; no others go from rank to rank within a step */

/** A cell and the rank that hears of it, or that it is on. */
typedef struct far_cell {
  int rank;
  uint64_t gid;
} far_cell;

/** Its lists while they are made. */
typedef struct layout {
  const loligo_context *context;
  const loligo_network *network;
  const loligo_decomposition *decomposition;
  const cells *cells;
  gap_links links;
  uint64_t *own;          /* [coupled cells] gids, ascending */
  int *rank;              /* [links.n] of the other cell */
  far_cell *heard, *told; /* [n_heard, n_told] by rank, then gid, each once */
  size_t n_heard, n_told;
} layout;

static int by_rank(const void *a, const void *b)
{
  const far_cell *x = a, *y = b;
  if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
  return (x->gid > y->gid) - (x->gid < y->gid);
}

/* Sorts cells, and keeps each once for a rank; returns how many are left. */
static size_t order(far_cell *cells, size_t n)
{
  size_t kept = 0;
  if (n > 0) qsort(cells, n, sizeof *cells, by_rank);
  for (size_t i = 0; i < n; i++)
    if (kept == 0 || by_rank(&cells[kept - 1], &cells[i]) != 0) cells[kept++] = cells[i];
  return kept;
}

static int rank_of(const layout *l, uint64_t gid)
{
  const size_t population = loligo_network_population_of(l->network, gid);
  return loligo_decomposition_rank(l->decomposition, population, gid - l->network->populations[population].first_gid);
}

static loligo_status list_far(layout *l)
{
  const size_t n = l->links.n;
  l->rank = memory_allocate(n, sizeof *l->rank, WHAT);
  l->heard = memory_allocate(n, sizeof *l->heard, WHAT);
  l->told = memory_allocate(n, sizeof *l->told, WHAT);
  if (!l->rank || !l->heard || !l->told) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < n; i++) {
    const gap_link *link = &l->links.items[i];
    l->rank[i] = rank_of(l, link->other);
    if (l->rank[i] == l->context->rank) continue;
    l->heard[l->n_heard++] = (far_cell){l->rank[i], link->other};
    l->told[l->n_told++] = (far_cell){l->rank[i], link->own};
  }
  l->n_heard = order(l->heard, l->n_heard);
  l->n_told = order(l->told, l->n_told);
  return LOLIGO_OK;
}

static loligo_status place_cells(gap_junctions *gap, layout *l)
{
  const gap_link *links = l->links.items;
  for (size_t i = 0; i < l->links.n; i++) gap->n_cells += i == 0 || links[i].own != links[i - 1].own;
  l->own = memory_allocate(gap->n_cells, sizeof *l->own, WHAT);
  gap->cells = memory_allocate(gap->n_cells, sizeof *gap->cells, WHAT);
  gap->first = memory_allocate(gap->n_cells + 1, sizeof *gap->first, WHAT);
  gap->junctions = memory_allocate(l->links.n, sizeof *gap->junctions, WHAT);
  if (!l->own || !gap->cells || !gap->first || !gap->junctions) return LOLIGO_MACHINE_ERROR;
  size_t c = 0;
  for (size_t i = 0; i < l->links.n; i++) {
    if (i > 0 && links[i].own == links[i - 1].own) continue;
    const cell_group *group = &l->cells->groups[loligo_network_population_of(l->network, links[i].own)];
    const uint64_t index = links[i].own - l->network->populations[group->population].first_gid;
    gap->cells[c] = (gap_cell){group, cell_group_lower_bound(group, index)};
    l->own[c] = links[i].own;
    gap->first[c++] = i;
  }
  gap->first[c] = l->links.n;
  return LOLIGO_OK;
}

static void join(gap_junctions *gap, const layout *l)
{
  for (size_t i = 0; i < l->links.n; i++) {
    const gap_link *link = &l->links.items[i];
    const far_cell other = {l->rank[i], link->other};
    gap_junction *junction = &gap->junctions[i];
    junction->conductance = link->conductance;
    if (other.rank == l->context->rank) {
      junction->other = lower_bound(l->own, gap->n_cells, other.gid);
      continue;
    }
    const far_cell *found = bsearch(&other, l->heard, l->n_heard, sizeof other, by_rank);
    junction->other = gap->n_cells + (size_t)(found - l->heard);
  }
}

/* -- partners -- */

static size_t end_of_rank(const far_cell *cells, size_t first, size_t n)
{
  size_t end = first;
  while (end < n && cells[end].rank == cells[first].rank) end++;
  return end;
}

static loligo_status list_partners(gap_junctions *gap, const layout *l)
{
  gap->partners = memory_allocate((size_t)l->context->size, sizeof *gap->partners, WHAT);
  if (!gap->partners) return LOLIGO_MACHINE_ERROR;
  for (size_t heard = 0, told = 0; heard < l->n_heard; gap->n_partners++) {
    const size_t heard_end = end_of_rank(l->heard, heard, l->n_heard);
    const size_t told_end = end_of_rank(l->told, told, l->n_told);
    gap->partners[gap->n_partners] =
        (gap_partner){l->heard[heard].rank, heard, heard_end - heard, told, told_end - told};
    heard = heard_end;
    told = told_end;
  }
  return l->n_heard <= INT_MAX && l->n_told <= INT_MAX
             ? LOLIGO_OK
             : loligo_fail(LOLIGO_MACHINE_ERROR, "%s: more than 2^31 cells of other ranks", WHAT);
}

static loligo_status make_room(gap_junctions *gap, const layout *l)
{
  gap->n_others = l->n_heard;
  gap->n_told = l->n_told;
  gap->potential = memory_allocate(gap->n_cells + gap->n_others, sizeof *gap->potential, WHAT);
  gap->told = memory_allocate(gap->n_told, sizeof *gap->told, WHAT);
  gap->telling = memory_allocate(gap->n_told, sizeof *gap->telling, WHAT);
  gap->requests = memory_allocate(2 * gap->n_partners, sizeof *gap->requests, WHAT);
  if (!gap->potential || !gap->told || !gap->telling || !gap->requests) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < gap->n_told; i++) gap->told[i] = lower_bound(l->own, gap->n_cells, l->told[i].gid);
  for (size_t i = 0; i < 2 * gap->n_partners; i++) gap->requests[i] = MPI_REQUEST_NULL;
  return LOLIGO_OK;
}

static void prepare_messages(gap_junctions *gap, const loligo_context *context)
{
  for (size_t p = 0; p < gap->n_partners; p++) {
    const gap_partner *partner = &gap->partners[p];
    MPI_Recv_init(gap->potential + gap->n_cells + partner->first, (int)partner->n, MPI_DOUBLE, partner->rank, TAG,
                  context->comm, &gap->requests[p]);
    MPI_Send_init(gap->telling + partner->first_told, (int)partner->n_told, MPI_DOUBLE, partner->rank, TAG,
                  context->comm, &gap->requests[gap->n_partners + p]);
  }
}

/* -- conductances -- */

static loligo_status sum_conductances(const gap_junctions *gap, const layout *l)
{
  for (size_t c = 0; c < gap->n_cells; c++) {
    const gap_cell *cell = &gap->cells[c];
    double *sum = &cell->group->coupling.conductance[cell->position];
    for (size_t i = gap->first[c]; i < gap->first[c + 1]; i++) *sum += gap->junctions[i].conductance;
    LOLIGO_TRY(gap_check_stable(l->network, cell->group->population, cell->group->index[cell->position], *sum));
  }
  return LOLIGO_OK;
}

static loligo_status lay_out(gap_junctions *gap, layout *l)
{
  LOLIGO_TRY(list_far(l));
  LOLIGO_TRY(place_cells(gap, l));
  LOLIGO_TRY(list_partners(gap, l));
  LOLIGO_TRY(make_room(gap, l));
  join(gap, l);
  return sum_conductances(gap, l);
}

loligo_status gap_init(gap_junctions *gap, const loligo_context *context, const loligo_network *network,
                       const loligo_decomposition *decomposition, const cells *cells)
{
  *gap = (gap_junctions){0};
  layout l = {.context = context, .network = network, .decomposition = decomposition, .cells = cells};
  loligo_status status = gap_links_init(&l.links, context, network, decomposition, cells);
  if (status == LOLIGO_OK) status = loligo_agree(context, lay_out(gap, &l));
  if (status == LOLIGO_OK) prepare_messages(gap, context);
  gap_links_free(&l.links);
  memory_free(l.own);
  memory_free(l.rank);
  memory_free(l.heard);
  memory_free(l.told);
  return status;
}

void gap_free(gap_junctions *gap)
{
  for (size_t i = 0; gap->requests && i < 2 * gap->n_partners; i++)
    if (gap->requests[i] != MPI_REQUEST_NULL) MPI_Request_free(&gap->requests[i]);
  memory_free(gap->cells);
  memory_free(gap->first);
  memory_free(gap->junctions);
  memory_free(gap->potential);
  memory_free(gap->partners);
  memory_free(gap->told);
  memory_free(gap->telling);
  memory_free(gap->requests);
  *gap = (gap_junctions){0};
}

/* -- at work -- */

static double *before_of(const gap_cell *cell)
{
  return &cell->group->coupling.before[cell->position];
}

static double potential_of(const gap_cell *cell)
{
  return cell->group->state[0][cell->position];
}

void gap_start(const gap_junctions *gap)
{
  for (size_t c = 0; c < gap->n_cells; c++) *before_of(&gap->cells[c]) = potential_of(&gap->cells[c]);
}

static void swap(gap_junctions *gap)
{
  for (size_t i = 0; i < gap->n_told; i++) gap->telling[i] = gap->potential[gap->told[i]];
  gap->n_steps++;
  if (gap->n_partners == 0) return;
  const int n = 2 * (int)gap->n_partners;
  heartbeat_await(true);
  MPI_Startall(n, gap->requests);
  MPI_Waitall(n, gap->requests, MPI_STATUSES_IGNORE);
  heartbeat_await(false);
}

void gap_step(gap_junctions *gap)
{
  for (size_t c = 0; c < gap->n_cells; c++) {
    const double now = potential_of(&gap->cells[c]);
    double *before = before_of(&gap->cells[c]);
    gap->potential[c] = 1.5 * now - 0.5 * *before;
    *before = now;
  }
  swap(gap);
  for (size_t c = 0; c < gap->n_cells; c++) {
    const gap_cell *cell = &gap->cells[c];
    double sum = 0;
    for (size_t i = gap->first[c]; i < gap->first[c + 1]; i++)
      sum += gap->junctions[i].conductance * gap->potential[gap->junctions[i].other];
    cell->group->coupling.current[cell->position] = sum;
  }
}

void gap_pass(gap_junctions *gap, int64_t n_steps)
{
  while (gap->n_steps < n_steps) swap(gap);
}
