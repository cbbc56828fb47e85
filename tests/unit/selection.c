/*
 * Selections against brute force: whatever stretches are given, count, membership, order and look-up are those of the
 * set of cells; a cell in two of them is refused; projections and memory never see a list of the cells.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loligo/loligo.h"
#include "network/description.h"
#include "network/rule/rule.h"
#include "network/selection.h"

#define OK(call) assert_int_equal((call), LOLIGO_OK)

enum { SIZE = 60, TRIALS = 2000, MOST = 5, LINKS = 4096 };

static loligo_population population = {.name = "E", .size = SIZE};

static uint64_t below(uint64_t n)
{
  return (uint64_t)rand() % n;
}

static loligo_selection random_selection(loligo_stretch stretches[MOST])
{
  const size_t n = 1 + below(MOST);
  for (size_t i = 0; i < n; i++) {
    const uint64_t first = below(SIZE);
    stretches[i] = (loligo_stretch){.first = first, .last = first + below(SIZE - first + 1), .every = below(9)};
  }
  return (loligo_selection){.stretches = stretches, .n_stretches = n};
}

/* How often each cell is selected; returns how many are. */
static uint64_t mark(const loligo_selection *given, int times[SIZE])
{
  uint64_t n = 0;
  memset(times, 0, SIZE * sizeof *times);
  for (size_t i = 0; i < given->n_stretches; i++) {
    const loligo_stretch *s = &given->stretches[i];
    for (uint64_t c = s->first; c < s->last; c += s->every ? s->every : 1) n += times[c]++ == 0;
  }
  return n;
}

static void check_against(const loligo_selection *taken, const int times[SIZE], uint64_t n)
{
  uint64_t before = 0;
  assert_int_equal(selection_count(taken), n);
  for (uint64_t c = 0; c < SIZE; c++) {
    assert_int_equal(selection_holds(taken, c), times[c] > 0);
    assert_int_equal(selection_before(taken, c), before);
    if (times[c] == 0) continue;
    assert_int_equal(selection_cell(taken, before), c);
    assert_true(c >= taken->first && c < taken->last);
    before++;
  }
}

static void are_as_the_set_of_their_cells(void **state)
{
  (void)state;
  int taken_ones = 0, refused = 0, times[SIZE];
  srand(1);
  for (int trial = 0; trial < TRIALS; trial++) {
    loligo_stretch stretches[MOST];
    const loligo_selection given = random_selection(stretches);
    const uint64_t n = mark(&given, times);
    bool twice = false;
    for (uint64_t c = 0; c < SIZE; c++) twice |= times[c] > 1;
    loligo_selection taken;
    const loligo_status status = selection_take(&given, &population, SELECTION_REFUSES, &taken);
    assert_int_equal(status, twice ? LOLIGO_INPUT_ERROR : LOLIGO_OK);
    if (!twice) check_against(&taken, times, n);
    *(twice ? &refused : &taken_ones) += 1;
    selection_free(&taken);
    loligo_error_clear();
  }
  assert_true(taken_ones > TRIALS / 10 && refused > TRIALS / 10);
}

/* Of any cells; in one stretch where they are equally far from one another. */
static void are_found_for_cells(void **state)
{
  (void)state;
  int times[SIZE];
  srand(3);
  for (int trial = 0; trial < TRIALS; trial++) {
    loligo_stretch stretches[MOST];
    const loligo_selection given = random_selection(stretches);
    const uint64_t n = mark(&given, times);
    uint64_t cells[SIZE];
    size_t n_cells = 0;
    for (uint64_t c = 0; c < SIZE; c++)
      if (times[c]) cells[n_cells++] = c;
    loligo_selection found;
    OK(selection_of_cells(cells, n_cells, &found));
    check_against(&found, times, n);
    if (given.n_stretches == 1) assert_true(found.n_stretches <= 1);
    selection_free(&found);
  }
}

static void pairs_meet_where_they_share_a_cell(void **state)
{
  (void)state;
  srand(2);
  for (int trial = 0; trial < TRIALS; trial++) {
    loligo_stretch of_a[MOST], of_b[MOST];
    int times_a[SIZE], times_b[SIZE];
    const loligo_selection given_a = random_selection(of_a), given_b = random_selection(of_b);
    loligo_selection a, b;
    const bool good = selection_take(&given_a, &population, SELECTION_REFUSES, &a) == LOLIGO_OK;
    const bool both = selection_take(&given_b, &population, SELECTION_REFUSES, &b) == LOLIGO_OK && good;
    mark(&given_a, times_a);
    mark(&given_b, times_b);
    bool meet = false;
    for (uint64_t c = 0; c < SIZE; c++) meet |= times_a[c] && times_b[c];
    if (both) assert_int_equal(selection_meets(&a, &b), meet);
    selection_free(&a);
    selection_free(&b);
    loligo_error_clear();
  }
}

static void ranges_join_where_they_may(void **state)
{
  (void)state;
  const loligo_stretch stretches[] = {{.first = 15, .last = 30}, {.first = 7, .last = 8}, {.first = 10, .last = 20}};
  const loligo_selection given = {.stretches = stretches, .n_stretches = 3};
  loligo_selection taken;
  OK(selection_take(&given, &population, SELECTION_JOINS, &taken));
  assert_int_equal(taken.n_stretches, 2);
  assert_int_equal(selection_count(&taken), 21);
  selection_free(&taken);
  assert_int_equal(selection_take(&given, &population, SELECTION_REFUSES, &taken), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), "cell 15 of 'E' is selected twice");
  loligo_error_clear();
}

static void large_ones_take_no_memory(void **state)
{
  (void)state;
  const loligo_population many = {.name = "E", .size = 100000000};
  const loligo_stretch stretches[] = {{.first = 0, .last = 100000000, .every = 10},
                                      {.first = 5, .last = 100000000, .every = 10}};
  const loligo_selection given = {.stretches = stretches, .n_stretches = 2};
  loligo_selection taken;
  OK(selection_take(&given, &many, SELECTION_REFUSES, &taken));
  assert_int_equal(taken.n_stretches, 2);
  assert_int_equal(selection_count(&taken), 20000000);
  assert_int_equal(selection_cell(&taken, 19999999), 99999995);
  assert_int_equal(selection_before(&taken, 50000001), 10000001);
  selection_free(&taken);
}

/* -- projections -- */

typedef struct link {
  uint64_t source, target;
} link;

typedef struct links {
  link list[LINKS];
  size_t n;
} links;

static loligo_status add_links(void *self, const rule_batch *batch)
{
  links *links = self;
  for (size_t k = 0; k < batch->n; k++) {
    const uint64_t target = batch->target ? batch->target[k] : batch->one_target;
    if (target == RULE_ELSEWHERE) continue;
    assert_in_range(links->n, 0, LINKS - 1);
    links->list[links->n++] = (link){batch->source ? batch->source[k] : batch->one_source, target};
  }
  return LOLIGO_OK;
}

enum { WHOLE_SOURCES = 40, WHOLE_TARGETS = 31 };

/* Cells of the whole populations. */
static uint64_t any_cell(uint64_t number)
{
  return number;
}

static uint64_t odd_cell(uint64_t number)
{
  return 2 * number + 1;
}

static uint64_t mixed_cell(uint64_t number)
{
  return number / 2 * 3 + number % 2;
}

/* A cell lies at its number in the whole population. */
static void place(loligo_network *network, size_t population, uint64_t n, uint64_t (*cell)(uint64_t))
{
  double listed[2 * WHOLE_SOURCES] = {0};
  for (uint64_t i = 0; i < n; i++) listed[2 * i] = (double)cell(i);
  const loligo_positions positions = {.kind = LOLIGO_PLACED, .n_axes = 2, .listed = listed};
  OK(loligo_network_set_positions(network, population, &positions));
}

static loligo_network *network_of(uint64_t n_sources, uint64_t n_targets, const loligo_projection_spec *spec)
{
  const bool is_whole = n_sources == WHOLE_SOURCES;
  loligo_network *network = loligo_network_create(0.1, 7);
  OK(loligo_network_add_population(network, "S", loligo_model_find("iaf_psc_exp"), n_sources, NULL));
  OK(loligo_network_add_population(network, "T", loligo_model_find("iaf_psc_exp"), n_targets, NULL));
  place(network, 0, n_sources, is_whole ? any_cell : odd_cell);
  place(network, 1, n_targets, is_whole ? any_cell : mixed_cell);
  OK(loligo_network_add_projection(network, spec));
  return network;
}

static void generate(const loligo_network *network, const uint64_t *index, uint64_t n, links *links)
{
  links->n = 0;
  OK(rule_generate(network, &network->projections[0], (rule_targets){index, n}, add_links, links));
}

/* A rule between some cells is the rule between populations of just these, whichever targets are asked for. */
static void rules_number_selected_cells_anew(void **state)
{
  (void)state;
  static links whole, part;
  const loligo_named_value params[] = {{"neighbors", loligo_constant(4)}, {"rewire", loligo_constant(0.2)}};
  const loligo_stretch odd[] = {{.first = 1, .last = WHOLE_SOURCES, .every = 2}};
  const loligo_stretch mixed[] = {{.first = 0, .last = 30, .every = 3}, {.first = 1, .last = 30, .every = 3}};
  const loligo_selection sources = {.population = 0, .stretches = odd, .n_stretches = 1};
  const loligo_selection targets = {.population = 1, .stretches = mixed, .n_stretches = 2};
  uint64_t small[20], large[WHOLE_TARGETS];
  for (uint64_t i = 0; i < 20; i++) small[i] = i;
  for (uint64_t i = 0; i < WHOLE_TARGETS; i++) large[i] = i;
  for (size_t r = 0; rule_at(r); r++) {
    if (rule_at(r)->lists_edges) continue;
    const bool is_recurrent = rule_at(r)->is_recurrent;
    const char letter = rule_at(r)->argument ? *rule_at(r)->argument : 'K';
    for (int strict = 0; strict < 2; strict++) {
      loligo_projection_spec spec = {.name = "p",
                                     .source = is_recurrent,
                                     .target = 1,
                                     .rule = rule_at(r)->name,
                                     .argument = letter == 'p'   ? 0.4
                                                 : letter == 'N' ? 101
                                                                 : 5,
                                     .rule_params = params,
                                     .n_rule_params = rule_at(r)->params.n,
                                     .no_multapses = strict,
                                     .weight = loligo_constant(1),
                                     .delay = loligo_constant(1)};
      if (rule_at(r)->takes_kernel) spec.probability = (loligo_kernel){"linear", 0.9, 12};
      if (rule_at(r)->takes_mask) spec.mask = (loligo_mask){.kind = LOLIGO_MASK_RING, .inner = 1, .outer = 30};
      loligo_network *plain = network_of(20, 20, &spec);
      spec.sources = is_recurrent ? &targets : &sources;
      spec.targets = &targets;
      loligo_network *selected = network_of(WHOLE_SOURCES, WHOLE_TARGETS, &spec);
      generate(plain, small, 20, &whole);
      generate(selected, large, WHOLE_TARGETS, &part);
      assert_int_equal(whole.n, part.n);
      assert_true(whole.n > 0);
      for (size_t k = 0; k < whole.n; k++) {
        assert_int_equal(part.list[k].source, (is_recurrent ? mixed_cell : odd_cell)(whole.list[k].source));
        assert_int_equal(part.list[k].target, mixed_cell(whole.list[k].target));
      }
      loligo_network_destroy(plain);
      loligo_network_destroy(selected);
    }
  }
}

static void overlapping_cells_with_autapses_alone(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(0.1, 7);
  OK(loligo_network_add_population(network, "S", loligo_model_find("iaf_psc_exp"), 40, NULL));
  const loligo_selection low = {.last = 20}, high = {.first = 20, .last = 40}, middle = {.first = 10, .last = 30};
  loligo_projection_spec spec = {.rule = "all_to_all",
                                 .no_autapses = true,
                                 .sources = &low,
                                 .targets = &middle,
                                 .weight = loligo_constant(1),
                                 .delay = loligo_constant(1)};
  assert_int_equal(loligo_network_add_projection(network, &spec), LOLIGO_INPUT_ERROR);
  assert_non_null(strstr(loligo_error_message(), "the same cells or share none"));
  loligo_error_clear();
  spec.targets = &high;
  OK(loligo_network_add_projection(network, &spec));
  spec.targets = &low;
  OK(loligo_network_add_projection(network, &spec));
  const rule_context apart = rule_context_of(network, &network->projections[0]);
  const rule_context same = rule_context_of(network, &network->projections[1]);
  assert_true(apart.projection->rule->expected(&apart) == 400 && same.projection->rule->expected(&same) == 380);
  loligo_network_destroy(network);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(are_as_the_set_of_their_cells),
      cmocka_unit_test(are_found_for_cells),
      cmocka_unit_test(pairs_meet_where_they_share_a_cell),
      cmocka_unit_test(ranges_join_where_they_may),
      cmocka_unit_test(large_ones_take_no_memory),
      cmocka_unit_test(rules_number_selected_cells_anew),
      cmocka_unit_test(overlapping_cells_with_autapses_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
