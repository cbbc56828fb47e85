/*
 * Every rank gets everything by one call of MPI for as many steps as fit into one.
 */
#include "sim/graded/graded.h"

#include <string.h>

#include "base/heartbeat.h"
#include "base/memory.h"

static const char WHAT[] = "graded signals";

/* Values at once, unless one step has more; and the most that one may have, so that counts of MPI hold. */
enum { MANY_AT_ONCE = 1 << 22, MOST_AT_ONCE = 1 << 27 };

loligo_sampler_spec graded_spec(size_t population, uint64_t size, size_t variable)
{
  return (loligo_sampler_spec){.target = {.population = population, .last = size},
                               .variable = variable,
                               .start = 1,
                               .stop = INT64_MAX,
                               .every = 1};
}

size_t graded_cells(const graded *graded)
{
  return graded->sampler->cells.n;
}

size_t graded_steps(const graded *graded)
{
  return graded->sampler->n_frames;
}

int64_t graded_first_step(const graded *graded)
{
  return graded->sampler->grid.start + graded->sampler->first_frame;
}

double *graded_values(const graded *graded)
{
  return graded->sampler->values;
}

void graded_forget(const graded *graded)
{
  loligo_sampler_clear(graded->sampler);
}

loligo_status graded_begin(const graded *graded, int64_t first, size_t n)
{
  loligo_sampler *sampler = graded->sampler;
  sampler->n_frames = 0;
  return n > 0 ? sampler_reserve(sampler, first - 1, first - 1 + (int64_t)n) : LOLIGO_OK;
}

/** A gathering; cells lie rank by rank. */
typedef struct gathering {
  int *counts, *places; /* [ranks] values of each at once, and where they begin */
  uint64_t *index;      /* [cells of all ranks] */
  uint64_t *n;          /* [ranks] cells */
  double *received;     /* [cells of all ranks][steps at once] rank by rank, step by step */
  uint64_t n_cells;
  size_t at_once; /* steps */
} gathering;

static void gathering_free(gathering *g)
{
  memory_free(g->counts);
  memory_free(g->places);
  memory_free(g->index);
  memory_free(g->n);
  memory_free(g->received);
}

/* The rank of the decomposition that rank r of the context is. */
static int place_of(const graded_owners *owners, int r)
{
  return owners->ranks == owners->context->size ? r : owners->rank;
}

static loligo_status count_cells(const graded *graded, const graded_owners *owners, gathering *g)
{
  const size_t ranks = (size_t)owners->context->size, population = graded->sampler->group->population;
  g->counts = memory_allocate(ranks, sizeof *g->counts, WHAT);
  g->places = memory_allocate(ranks, sizeof *g->places, WHAT);
  g->n = memory_allocate(ranks, sizeof *g->n, WHAT);
  if (!g->counts || !g->places || !g->n) return LOLIGO_MACHINE_ERROR;
  for (size_t r = 0; r < ranks; r++) {
    g->n[r] = loligo_decomposition_count(owners->decomposition, population, place_of(owners, (int)r));
    g->n_cells += g->n[r];
  }
  if (g->n_cells <= MOST_AT_ONCE) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR, "%s of %llu cells are more than all ranks can hear", WHAT,
                     (unsigned long long)g->n_cells);
}

static loligo_status make_room(const graded *graded, const graded_owners *owners, size_t n_steps, gathering *g)
{
  const size_t population = graded->sampler->group->population;
  LOLIGO_TRY(count_cells(graded, owners, g));
  g->at_once = 1 + MANY_AT_ONCE / (g->n_cells + 1);
  if (g->at_once > n_steps) g->at_once = n_steps;
  g->index = memory_allocate(g->n_cells, sizeof *g->index, WHAT);
  g->received = memory_allocate(g->n_cells * g->at_once, sizeof *g->received, WHAT);
  if (!g->index || !g->received) return LOLIGO_MACHINE_ERROR;
  uint64_t *at = g->index;
  for (int r = 0; r < owners->context->size; at += g->n[r++])
    loligo_decomposition_cells(owners->decomposition, population, place_of(owners, r), at);
  return LOLIGO_OK;
}

/* n steps from number `first` on. Collective. */
static void gather_steps(const graded *graded, const graded_owners *owners, gathering *g, size_t first, size_t n)
{
  const loligo_context *context = owners->context;
  int place = 0;
  for (int r = 0; r < context->size; place += g->counts[r++]) {
    g->places[r] = place;
    g->counts[r] = (int)(g->n[r] * n);
  }
  const size_t n_local = graded_cells(graded);
  heartbeat_await(true);
  MPI_Allgatherv(graded_values(graded) + first * n_local, (int)(n * n_local), MPI_DOUBLE, g->received, g->counts,
                 g->places, MPI_DOUBLE, context->comm);
  heartbeat_await(false);
}

static void take_steps(const gathering *g, int ranks, size_t first, size_t n, const graded_table *table)
{
  const uint64_t *index = g->index;
  const double *value = g->received;
  for (int r = 0; r < ranks; index += g->n[r++])
    for (size_t k = 0; k < n; k++) {
      double *row = table->values + (first + k) * table->width + table->column;
      for (uint64_t c = 0; c < g->n[r]; c++) row[index[c]] = *value++;
    }
}

loligo_status graded_gather(const graded *graded, const graded_owners *owners, size_t first, const graded_table *table)
{
  gathering g = {.counts = NULL};
  const size_t n = graded_steps(graded);
  const loligo_status status = loligo_agree(owners->context, make_room(graded, owners, n - first, &g));
  for (; status == LOLIGO_OK && first < n; first += g.at_once) {
    const size_t some = n - first < g.at_once ? n - first : g.at_once;
    gather_steps(graded, owners, &g, first, some);
    take_steps(&g, owners->context->size, first, some, table);
  }
  gathering_free(&g);
  return status;
}
