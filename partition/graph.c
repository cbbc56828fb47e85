/*
 * graph: blocks of cells that talk to each other much go to the same rank, at equal time and memory per rank.
 *
 * The vertices are blocks of consecutive cells of a population, weighted by seconds and by bytes; the edges are the
 * synapses expected between blocks. METIS cuts few of them (Karypis & Kumar 1998, 10.1137/S1064827595287997). Random
 * networks look the same from everywhere and gain nothing; networks of areas or with explicit synapses do.
 */
#include "partition/partitioner.h"

#ifndef LOLIGO_HAVE_METIS

static loligo_status split(const partition_costs *costs, int ranks, placement *placements)
{
  (void)costs, (void)ranks, (void)placements;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "partition method 'graph' needs a build with METIS; use block, round_robin or balanced");
}

#else

#include <assert.h>
#include <math.h>
#include <metis.h>
#include <stdbool.h>

#include "base/lower_bound.h"
#include "base/memory.h"
#include "network/edge_list.h"
#include "network/rule/rule.h"

enum { BLOCKS_PER_RANK = 16, ENOUGH_BLOCKS = 2048, SEED = 1 };

/* Between 2 blocks per rank METIS takes seconds and a GiB by then, and both grow with the square. */
enum { MOST_RANKS = 4096 };

/* METIS adds weights in 32 bits. */
static const double WEIGHT_SUM = 1 << 30;

typedef struct block {
  size_t population;
  uint64_t first, last; /* half open */
} block;

typedef struct block_graph {
  const loligo_network *network;
  const partition_costs *costs;
  partition_share all;
  block *blocks;       /* [n] by population */
  size_t *first_block; /* [populations + 1] */
  size_t n;
  float *synapses; /* [n][n] expected in either direction, symmetric */
} block_graph;

/* By which a population is divided into blocks. */
static double burden_of(const block_graph *g, size_t population)
{
  return cost_burden(cost_of_population(g->costs, population), g->all);
}

static double total_burden(const block_graph *g)
{
  double total = 0;
  for (size_t i = 0; i < g->network->n_populations; i++) total += burden_of(g, i);
  return total;
}

/* Blocks of a population: in proportion to its burden, so that all weigh about the same. */
static uint64_t count_blocks(const block_graph *g, size_t population, double wanted)
{
  uint64_t size = g->network->populations[population].size;
  if (size == 0) return 0;
  const uint64_t n = (uint64_t)fmax(1, round(wanted * burden_of(g, population)));
  return n < size ? n : size;
}

static loligo_status cut_blocks(block_graph *g, int ranks)
{
  const loligo_network *network = g->network;
  uint64_t enough = ranks > ENOUGH_BLOCKS / 2 ? 2 * (uint64_t)ranks : ENOUGH_BLOCKS;
  uint64_t all = (uint64_t)ranks * BLOCKS_PER_RANK < enough ? (uint64_t)ranks * BLOCKS_PER_RANK : enough;
  const double burden = total_burden(g), wanted = burden > 0 ? (double)all / burden : 0;
  g->first_block = memory_allocate(network->n_populations + 1, sizeof *g->first_block, "partition graph");
  g->blocks = memory_allocate(all + network->n_populations, sizeof *g->blocks, "partition graph");
  if (!g->first_block || !g->blocks) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < network->n_populations; i++) {
    uint64_t n = count_blocks(g, i, wanted), size = network->populations[i].size;
    for (uint64_t b = 0; b < n; b++) g->blocks[g->n++] = (block){i, size * b / n, size * (b + 1) / n};
    g->first_block[i + 1] = g->n;
  }
  return LOLIGO_OK;
}

static void connect(block_graph *g, size_t a, size_t b, double synapses)
{
  if (a == b) return;
  g->synapses[a * g->n + b] += (float)synapses;
  g->synapses[b * g->n + a] += (float)synapses;
}

static double width(const block *block)
{
  return (double)(block->last - block->first);
}

static double overlap(const block *a, const block *b)
{
  uint64_t first = a->first > b->first ? a->first : b->first, last = a->last < b->last ? a->last : b->last;
  return first < last ? (double)(last - first) : 0;
}

static void add_expected(block_graph *g, const loligo_projection *projection)
{
  double synapses = cost_synapses(g->network, projection);
  double sources = (double)g->network->populations[projection->source].size;
  double targets = (double)g->network->populations[projection->target].size;
  const bool is_diagonal = projection->rule->diagonal && !projection->sources && !projection->targets;
  for (size_t s = g->first_block[projection->source]; s < g->first_block[projection->source + 1]; s++) {
    for (size_t t = g->first_block[projection->target]; t < g->first_block[projection->target + 1]; t++) {
      const block *source = &g->blocks[s], *target = &g->blocks[t];
      double share =
          is_diagonal ? overlap(source, target) / targets : width(source) / sources * (width(target) / targets);
      connect(g, s, t, synapses * share);
    }
  }
}

/* Block of a cell: the last of its population that begins at or before it. */
static size_t find_block(const block_graph *g, size_t population, uint64_t index)
{
  const size_t first = g->first_block[population], n = g->first_block[population + 1] - first;
  return first + upper_bound_of_field(&g->blocks[first].first, sizeof *g->blocks, n, index) - 1;
}

static void add_edges(block_graph *g, const loligo_projection *projection)
{
  const edge_list *list = projection->list;
  assert(list->is_here && list->n_here == list->n);
  for (uint64_t e = 0; e < list->n; e++) {
    const loligo_edge *edge = &list->here[e];
    connect(g, find_block(g, projection->source, edge->source), find_block(g, projection->target, edge->target), 1);
  }
}

static loligo_status add_synapses(block_graph *g)
{
  g->synapses = memory_allocate(g->n * g->n, sizeof *g->synapses, "partition graph");
  if (!g->synapses) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < g->network->n_projections; i++) {
    if (g->network->projections[i].rule->lists_edges)
      add_edges(g, &g->network->projections[i]);
    else
      add_expected(g, &g->network->projections[i]);
  }
  return LOLIGO_OK;
}

enum { CONSTRAINTS = 2 };

/* Seconds and bytes that differ by no more of themselves are balanced by either. */
static const double ALIKE = 0.05;

/** The graph as METIS takes it. */
typedef struct metis_graph {
  idx_t *start;    /* [n + 1] */
  idx_t *neighbor; /* [start[n]] */
  idx_t *synapses; /* [start[n]] scaled */
  idx_t *cost;     /* [n][constraints] scaled: seconds and bytes, or where both are alike one of them */
  idx_t constraints;
  idx_t *part; /* [n] result */
} metis_graph;

static void metis_graph_free(metis_graph *m)
{
  memory_free(m->start);
  memory_free(m->neighbor);
  memory_free(m->synapses);
  memory_free(m->cost);
  memory_free(m->part);
}

static double synapse_scale(const block_graph *g)
{
  double sum = 0;
  for (size_t i = 0; i < g->n * g->n; i++) sum += g->synapses[i];
  return sum > 0 ? WEIGHT_SUM / sum : 0;
}

static size_t count_neighbors(const block_graph *g, double scale)
{
  size_t n = 0;
  for (size_t i = 0; i < g->n * g->n; i++) n += g->synapses[i] * scale >= 1;
  return n;
}

static loligo_status metis_graph_allocate(metis_graph *m, size_t n, size_t n_neighbors)
{
  m->start = memory_allocate(n + 1, sizeof *m->start, "partition graph");
  m->neighbor = memory_allocate(n_neighbors, sizeof *m->neighbor, "partition graph");
  m->synapses = memory_allocate(n_neighbors, sizeof *m->synapses, "partition graph");
  m->cost = memory_allocate(CONSTRAINTS * n, sizeof *m->cost, "partition graph");
  m->part = memory_allocate(n, sizeof *m->part, "partition graph");
  return m->start && m->neighbor && m->synapses && m->cost && m->part ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static void fill_neighbors(metis_graph *m, const block_graph *g, double scale)
{
  idx_t next = 0;
  for (size_t a = 0; a < g->n; a++) {
    for (size_t b = 0; b < g->n; b++) {
      double synapses = g->synapses[a * g->n + b] * scale;
      if (synapses < 1) continue;
      m->neighbor[next] = (idx_t)b;
      m->synapses[next++] = (idx_t)synapses;
    }
    m->start[a + 1] = next;
  }
}

static idx_t scaled(double part, double all)
{
  return all > 0 ? (idx_t)(part / all * 0.5 * WEIGHT_SUM) + 1 : 1;
}

static partition_share cost_of_block(const block_graph *g, const block *block)
{
  const double share = width(block) / (double)g->network->populations[block->population].size;
  const partition_share all = cost_of_population(g->costs, block->population);
  return (partition_share){share * all.seconds, share * all.bytes};
}

/* Whether blocks that take long take as much more memory; METIS finds less good cuts under two constraints. */
static bool are_alike(const block_graph *g)
{
  for (size_t b = 0; b < g->n; b++) {
    const partition_share cost = cost_of_block(g, &g->blocks[b]);
    const double seconds = cost.seconds * g->all.bytes, bytes = cost.bytes * g->all.seconds;
    if (fabs(seconds - bytes) > ALIKE * fmax(seconds, bytes)) return false;
  }
  return true;
}

static void fill_costs(metis_graph *m, const block_graph *g)
{
  m->constraints = are_alike(g) ? 1 : CONSTRAINTS;
  for (size_t b = 0; b < g->n; b++) {
    const partition_share cost = cost_of_block(g, &g->blocks[b]);
    m->cost[(size_t)m->constraints * b] = scaled(cost.seconds, g->all.seconds);
    if (m->constraints > 1) m->cost[CONSTRAINTS * b + 1] = scaled(cost.bytes, g->all.bytes);
  }
}

static loligo_status run_metis(metis_graph *m, size_t n, int ranks)
{
  idx_t vertices = (idx_t)n, parts = ranks, cut = 0, options[METIS_NOPTIONS];
  METIS_SetDefaultOptions(options);
  options[METIS_OPTION_SEED] = SEED;
  int outcome = METIS_PartGraphKway(&vertices, &m->constraints, m->start, m->neighbor, m->cost, NULL, m->synapses,
                                    &parts, NULL, NULL, options, &cut, m->part);
  return outcome == METIS_OK ? LOLIGO_OK : loligo_fail(LOLIGO_MACHINE_ERROR, "METIS could not partition the network");
}

/* Without more blocks than ranks there is nothing to choose. */
static loligo_status assign(metis_graph *m, const block_graph *g, int ranks)
{
  double scale = synapse_scale(g);
  LOLIGO_TRY(metis_graph_allocate(m, g->n, count_neighbors(g, scale)));
  for (size_t b = 0; b < g->n; b++) m->part[b] = (idx_t)(b % (size_t)ranks);
  if (ranks == 1 || g->n <= (size_t)ranks) return LOLIGO_OK;
  fill_neighbors(m, g, scale);
  fill_costs(m, g);
  return run_metis(m, g->n, ranks);
}

static loligo_status place(const block_graph *g, const idx_t *part, int ranks, placement *placements)
{
  for (size_t i = 0; i < g->network->n_populations; i++) {
    size_t n = g->first_block[i + 1] - g->first_block[i];
    LOLIGO_TRY(placement_ranges(&placements[i], g->network->populations[i].size, ranks, n));
    for (size_t b = g->first_block[i]; b < g->first_block[i + 1]; b++)
      placement_append(&placements[i], g->blocks[b].first, (int)part[b]);
  }
  return LOLIGO_OK;
}

static loligo_status split_graph(block_graph *g, metis_graph *m, int ranks, placement *placements)
{
  LOLIGO_TRY(cut_blocks(g, ranks));
  LOLIGO_TRY(add_synapses(g));
  LOLIGO_TRY(assign(m, g, ranks));
  return place(g, m->part, ranks, placements);
}

static loligo_status split(const partition_costs *costs, int ranks, placement *placements)
{
  if (ranks > MOST_RANKS)
    return loligo_fail(
        LOLIGO_INPUT_ERROR,
        "partition method 'graph' splits among at most %d ranks, not %d; use block, which keeps cells of a "
        "population together, or balanced",
        MOST_RANKS, ranks);
  block_graph graph = {.network = costs->network, .costs = costs, .all = cost_of_all(costs)};
  metis_graph metis = {0};
  loligo_status status = split_graph(&graph, &metis, ranks, placements);
  metis_graph_free(&metis);
  memory_free(graph.blocks);
  memory_free(graph.first_block);
  memory_free(graph.synapses);
  return status;
}

#endif

const partitioner partitioner_graph = {
    .name = "graph", .summary = "blocks that talk much go together, by METIS", .split = split, .looks_at_edges = true};
