/*
 * Lists whose rows any rank can read: what all find together is what one finds alone, and each gets the edges onto its
 * cells, whether an index tells rows or not.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "loligo/loligo.h"
#include "network/description.h"
#include "network/edge_list.h"
#include "network/machine.h"
#include "network/projection.h"
#include "partition/cost.h"
#include "partition/decomposition.h"
#include "partition/edges.h"
#include "partition/survey.h"
#include "sim/cost_time.h"

enum { CELLS = 29, ROWS = 700 };

#define OK(call) assert_int_equal((call), LOLIGO_OK)

static loligo_context context;

/* -- a list in memory, of which every third row is no edge -- */

typedef enum kind { DECIMALS, APART, MANY_DIGITS, IMPOSSIBLE } kind;

typedef struct rows {
  kind kind;
  bool has_index, index_lies;
  int n_reads;
} rows;

static double weight_of(kind kind, uint64_t row)
{
  static const double apart[] = {1e-6, 2.5e9, -3e-5, 7e8, -4e9};
  switch (kind) {
  case DECIMALS:
  case IMPOSSIBLE:
    return 0.25 * (double)(row % 7) - 0.5;
  case APART:
    return apart[row % 5];
  default:
    return sin((double)row);
  }
}

/* Sorted by target, as files are. */
static loligo_edge edge_of(const rows *r, uint64_t row)
{
  const uint64_t target = row * CELLS / ROWS;
  return (loligo_edge){.source = row % CELLS,
                       .target = r->kind == IMPOSSIBLE && row == 400 ? CELLS : target,
                       .weight = weight_of(r->kind, row),
                       .delay = 0.1 * (double)(1 + row % 13)};
}

static bool is_edge(uint64_t row)
{
  return row % 3 != 2;
}

static loligo_status read_rows(void *self, uint64_t first, size_t n_rows, loligo_edge *edges, size_t *n)
{
  rows *r = self;
  r->n_reads++;
  *n = 0;
  assert_true(first + n_rows <= ROWS);
  for (uint64_t row = first; row < first + n_rows; row++)
    if (is_edge(row)) edges[(*n)++] = edge_of(r, row);
  return LOLIGO_OK;
}

static loligo_status find_rows(void *self, const uint64_t *cells, uint64_t n_cells, edge_rows **found, size_t *n,
                               bool *tells)
{
  const rows *r = self;
  *tells = r->has_index;
  *found = memory_allocate(n_cells, sizeof **found, "rows");
  *n = 0;
  for (uint64_t c = 0; r->has_index && c < n_cells; c++) {
    if (r->index_lies && cells[c] == 7) continue;
    edge_rows *rows = &(*found)[(*n)++];
    *rows = (edge_rows){(cells[c] * ROWS + CELLS - 1) / CELLS, ((cells[c] + 1) * ROWS + CELLS - 1) / CELLS};
  }
  return LOLIGO_OK;
}

static edge_source source_of(rows *r)
{
  return (edge_source){
      .self = r, .name = "rows", .format = "memory", .n_rows = ROWS, .read = read_rows, .find = find_rows};
}

static loligo_network *network_of(rows *r)
{
  loligo_network *network = loligo_network_create(0.1, 1);
  OK(loligo_network_add_population(network, "E", loligo_model_find("iaf_psc_exp"), CELLS, NULL));
  const loligo_projection_spec spec = {.rule = "explicit", .any_sign = true};
  OK(projection_add_listed(network, &spec, source_of(r)));
  return network;
}

/* -- what is found -- */

static void assert_same_list(const edge_list *a, const edge_list *b)
{
  assert_int_equal(a->n, b->n);
  assert_int_equal(a->digest, b->digest);
  assert_memory_equal(&a->weights.low, &b->weights.low, sizeof a->weights.low);
  assert_memory_equal(&a->weights.high, &b->weights.high, sizeof a->weights.high);
  assert_memory_equal(&a->delays.low, &b->delays.low, sizeof a->delays.low);
  assert_memory_equal(&a->delays.high, &b->delays.high, sizeof a->delays.high);
  assert_memory_equal(a->in_degree, b->in_degree, CELLS * sizeof *a->in_degree);
  for (int sign = 0; sign < SIGNS; sign++) {
    assert_int_equal(a->sets[sign].kind, b->sets[sign].kind);
    assert_memory_equal(&a->sets[sign].high, &b->sets[sign].high, sizeof(double));
    assert_int_equal(a->n_apart[sign], b->n_apart[sign]);
    if (a->n_apart[sign]) assert_memory_equal(a->apart[sign], b->apart[sign], a->n_apart[sign] * sizeof(double));
  }
}

static void all_find_what_one_finds(void **state)
{
  (void)state;
  for (kind kind = DECIMALS; kind < IMPOSSIBLE; kind++) {
    rows r = {.kind = kind};
    loligo_network *alone = network_of(&r), *together = network_of(&r);
    OK(edges_survey(NULL, alone));
    r.n_reads = 0;
    OK(edges_survey(&context, together));
    assert_true(r.n_reads > 0);
    assert_same_list(together->projections[0].list, alone->projections[0].list);
    assert_memory_equal(together->projections[0].receptor, alone->projections[0].receptor, 2 * sizeof(int));
    assert_int_equal(together->projections[0].list->sets[POSITIVE].kind == WEIGHTS_APART, kind == APART);
    loligo_network_destroy(alone);
    loligo_network_destroy(together);
  }
}

static void an_impossible_edge_is_told_by_all(void **state)
{
  (void)state;
  rows r = {.kind = IMPOSSIBLE};
  loligo_network *network = network_of(&r);
  assert_int_equal(edges_survey(&context, network), LOLIGO_INPUT_ERROR);
  loligo_error_clear();
  loligo_network_destroy(network);
}

/* -- who gets what -- */

static int compare(const void *a, const void *b)
{
  const loligo_edge *x = a, *y = b;
  if (x->target != y->target) return x->target < y->target ? -1 : 1;
  return (x->source > y->source) - (x->source < y->source);
}

/* Those of a rank, in the order of a list that is here. */
static size_t expected_edges(const rows *r, const loligo_decomposition *decomposition, loligo_edge *edges)
{
  size_t n = 0;
  for (uint64_t row = 0; row < ROWS; row++) {
    const loligo_edge edge = edge_of(r, row);
    if (is_edge(row) && loligo_decomposition_rank(decomposition, 0, edge.target) == context.rank) edges[n++] = edge;
  }
  qsort(edges, n, sizeof *edges, compare);
  return n;
}

static loligo_status spread(loligo_network *network, const char *partitioner, loligo_decomposition **decomposition)
{
  partition_costs costs;
  const machine machine = machine_assumed;
  const cost_setting setting = {.machine = &machine};
  OK(edges_survey(&context, network));
  OK(edges_gather_for(&context, network, partitioner));
  OK(cost_of_cells(network, &setting, context.size, &costs));
  OK(decomposition_create(&costs, partitioner, context.size, decomposition));
  partition_costs_free(&costs);
  return edges_spread(&context, network, *decomposition, context.rank);
}

static void each_gets_the_edges_onto_its_cells(void **state)
{
  (void)state;
  for (size_t i = 0; loligo_partitioner_name(i); i++) {
    for (int has_index = 0; has_index < 2; has_index++) {
      rows r = {.kind = MANY_DIGITS, .has_index = has_index};
      loligo_edge wanted[ROWS];
      loligo_decomposition *decomposition;
      loligo_network *network = network_of(&r);
      OK(spread(network, loligo_partitioner_name(i), &decomposition));
      const edge_list *list = network->projections[0].list;
      assert_true(list->is_here);
      assert_int_equal(list->n_here, expected_edges(&r, decomposition, wanted));
      for (uint64_t e = 0; e < list->n_here; e++) {
        assert_int_equal(list->here[e].target, wanted[e].target);
        assert_int_equal(list->here[e].source, wanted[e].source);
      }
      loligo_decomposition_destroy(decomposition);
      loligo_network_destroy(network);
    }
  }
}

static void an_index_that_lacks_edges_is_refused(void **state)
{
  (void)state;
  rows r = {.kind = DECIMALS, .has_index = true, .index_lies = true};
  loligo_decomposition *decomposition;
  loligo_network *network = network_of(&r);
  assert_int_equal(spread(network, "block", &decomposition), LOLIGO_INPUT_ERROR);
  loligo_error_clear();
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_find_what_one_finds),
      cmocka_unit_test(an_impossible_edge_is_told_by_all),
      cmocka_unit_test(each_gets_the_edges_onto_its_cells),
      cmocka_unit_test(an_index_that_lacks_edges_is_refused),
  };
  MPI_Init(&argc, &argv);
  loligo_context_init(&context, MPI_COMM_WORLD);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  loligo_context_free(&context);
  MPI_Finalize();
  return failed;
}
