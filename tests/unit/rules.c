/*
 * Connection rules: their exact laws on tiny networks by enumeration, degree distributions on larger ones, the
 * switches, and that what a target gets does not depend on which other targets are asked for.
 *
 * Statistical tests use fixed seeds and would reject a true law with a probability below 1e-5.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loligo/network.h"
#include "network/description.h"
#include "network/rule/rule.h"

/* Standard normal quantile of 1 - 3.4e-6. */
static const double Z = 4.5;

/** A synapse as generated. */
typedef struct link {
  uint64_t target, source, item, k;
  double weight; /* of an explicit edge, else 0 */
} link;

typedef struct links {
  link *list; /* [n] */
  size_t n, capacity;
  const uint64_t *index; /* of the targets asked for */
} links;

/** What to build: sizes, rule and switches. */
typedef struct setup {
  const char *rule;
  double argument;
  uint64_t n_sources, n_targets; /* one population of n_sources cells if n_targets is 0 */
  bool no_autapses, no_multapses;
  uint64_t seed;
  const loligo_edge *edges; /* [n_edges] */
  uint64_t n_edges;
} setup;

static loligo_status add_projection(loligo_network *network, const setup *setup)
{
  bool recurrent = setup->n_targets == 0;
  loligo_projection_spec spec = {.target = recurrent ? 0 : 1,
                                 .rule = setup->rule,
                                 .argument = setup->argument,
                                 .no_autapses = setup->no_autapses,
                                 .no_multapses = setup->no_multapses,
                                 .weight = loligo_constant(1),
                                 .delay = loligo_constant(1),
                                 .edges = setup->edges,
                                 .n_edges = setup->n_edges};
  const rule *rule = rule_find(setup->rule);
  const loligo_named_value neighbors = {"neighbors", loligo_constant(2)};
  spec.rule_params = &neighbors;
  spec.n_rule_params = rule && rule->params.n ? 1 : 0;
  if (rule && rule->takes_kernel) spec.probability = (loligo_kernel){"constant", 1, 0};
  return loligo_network_add_projection(network, &spec);
}

static loligo_network *populations(const setup *setup)
{
  loligo_network *network = loligo_network_create(0.1, setup->seed);
  const loligo_model *model = loligo_model_find("iaf_psc_exp");
  const loligo_positions scattered = {.kind = LOLIGO_SCATTERED, .n_axes = 2, .extent = {1, 1}};
  loligo_network_add_population(network, "A", model, setup->n_sources, NULL);
  if (setup->n_targets) loligo_network_add_population(network, "B", model, setup->n_targets, NULL);
  for (size_t i = 0; i < network->n_populations; i++) loligo_network_set_positions(network, i, &scattered);
  return network;
}

static loligo_network *build(const setup *setup)
{
  loligo_network *network = populations(setup);
  if (add_projection(network, setup) != LOLIGO_OK) fail_msg("%s", loligo_error_message());
  return network;
}

static uint64_t targets_of(const setup *setup)
{
  return setup->n_targets ? setup->n_targets : setup->n_sources;
}

static loligo_status collect(void *self, const rule_batch *batch)
{
  links *links = self;
  for (size_t k = 0; k < batch->n; k++) {
    uint64_t position = batch->target ? batch->target[k] : batch->one_target;
    if (position == RULE_ELSEWHERE) continue;
    if (links->n == links->capacity) {
      links->capacity = 2 * links->capacity + 16;
      links->list = realloc(links->list, links->capacity * sizeof *links->list);
    }
    uint64_t source = batch->source ? batch->source[k] : batch->one_source;
    links->list[links->n++] =
        (link){links->index[position], source, batch->item, k, batch->edges ? batch->edges[k].weight : 0};
  }
  return LOLIGO_OK;
}

static void generate(const loligo_network *network, const uint64_t *index, uint64_t n, links *links)
{
  const loligo_projection *projection = &network->projections[0];
  rule_context context = rule_context_of(network, projection);
  links->index = index;
  assert_int_equal(projection->rule->generate(&context, (rule_targets){index, n}, collect, links), LOLIGO_OK);
}

static int compare_words(uint64_t a, uint64_t b)
{
  return (a > b) - (a < b);
}

static int by_target(const void *a, const void *b)
{
  const link *x = a, *y = b;
  int order = compare_words(x->target, y->target);
  if (order == 0) order = compare_words(x->source, y->source);
  if (order == 0) order = compare_words(x->item, y->item);
  return order ? order : compare_words(x->k, y->k);
}

static void sort(links *links)
{
  if (links->n) qsort(links->list, links->n, sizeof *links->list, by_target);
}

/* Adds the links of one target. */
static void generate_one(const loligo_network *network, uint64_t target, links *links)
{
  generate(network, &target, 1, links);
}

/* All links of a setup, sorted; the caller frees the list. */
static links all_links(const setup *setup)
{
  loligo_network *network = build(setup);
  uint64_t n = targets_of(setup), *index = malloc((n + 1) * sizeof *index);
  for (uint64_t i = 0; i < n; i++) index[i] = i;
  links links = {0};
  generate(network, index, n, &links);
  sort(&links);
  free(index);
  loligo_network_destroy(network);
  return links;
}

/* Largest chi-square that a true law yields, after Wilson & Hilferty (1931, 10.1073/pnas.17.12.684). */
static double chi_square_bound(double freedom)
{
  double spread = 2 / (9 * freedom);
  return freedom * pow(1 - spread + Z * sqrt(spread), 3);
}

/** Compares counts with expectations, pooling neighbours until 10 are expected. */
static void assert_counts(const double *observed, const double *expected, size_t n)
{
  double statistic = 0, o = 0, e = 0, left = 0;
  size_t cells = 0;
  for (size_t i = 0; i < n; i++) left += expected[i];
  for (size_t i = 0; i < n; i++) {
    o += observed[i];
    e += expected[i];
    left -= expected[i];
    if (i + 1 < n && (e < 10 || left < 10)) continue;
    statistic += (o - e) * (o - e) / e;
    cells++;
    o = e = 0;
  }
  assert_true(cells > 1);
  if (statistic > chi_square_bound((double)cells - 1))
    fail_msg("chi-square %g of %zu cells is above %g", statistic, cells, chi_square_bound((double)cells - 1));
}

static double log_choose(double n, double k)
{
  return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

static double binomial(double n, double p, double k)
{
  return k > n ? 0 : exp(log_choose(n, k) + k * log(p) + (n - k) * log1p(-p));
}

static double hypergeometric(double total, double marked, double n, double k)
{
  return k > n || k > marked ? 0
                             : exp(log_choose(marked, k) + log_choose(total - marked, n - k) - log_choose(total, n));
}

/* --- exact laws by enumeration
 * ------------------------------------------------------------------------------------------------- */

enum { MAX_OUTCOMES = 256, MAX_PAIRS = 16, DRAWS = 6000 };

/** How often each network occurred. */
typedef struct outcomes {
  unsigned char counts[MAX_OUTCOMES][MAX_PAIRS]; /* synapses of each pair */
  double times[MAX_OUTCOMES];
  size_t n;
} outcomes;

static void note(outcomes *outcomes, const unsigned char counts[MAX_PAIRS])
{
  size_t i = 0;
  while (i < outcomes->n && memcmp(outcomes->counts[i], counts, MAX_PAIRS) != 0) i++;
  assert_true(i < MAX_OUTCOMES);
  if (i == outcomes->n) memcpy(outcomes->counts[outcomes->n++], counts, MAX_PAIRS);
  outcomes->times[i]++;
}

static void draw_outcomes(setup setup, outcomes *outcomes)
{
  for (setup.seed = 1; setup.seed <= DRAWS; setup.seed++) {
    unsigned char counts[MAX_PAIRS] = {0};
    links links = all_links(&setup);
    for (size_t i = 0; i < links.n; i++) counts[links.list[i].target * setup.n_sources + links.list[i].source]++;
    note(outcomes, counts);
    free(links.list);
  }
}

/* In proportion to the number of sequences that make the same network: 1 / product of factorials; Bernoulli: (p / (1 -
 * p))^synapses. */
static double relative_probability(const setup *setup, const unsigned char counts[MAX_PAIRS])
{
  double value = 1, odds = setup->argument / (1 - setup->argument);
  bool bernoulli = strcmp(setup->rule, "pairwise_bernoulli") == 0;
  for (size_t pair = 0; pair < MAX_PAIRS; pair++)
    value *= bernoulli ? pow(odds, counts[pair]) : 1 / tgamma(counts[pair] + 1);
  return value;
}

static void assert_law(setup setup, size_t n_outcomes)
{
  static outcomes outcomes;
  memset(&outcomes, 0, sizeof outcomes);
  draw_outcomes(setup, &outcomes);
  if (outcomes.n != n_outcomes)
    fail_msg("%s %g: %zu networks occur instead of %zu", setup.rule, setup.argument, outcomes.n, n_outcomes);
  double expected[MAX_OUTCOMES], sum = 0;
  for (size_t i = 0; i < outcomes.n; i++) sum += expected[i] = relative_probability(&setup, outcomes.counts[i]);
  for (size_t i = 0; i < outcomes.n; i++) expected[i] *= DRAWS / sum;
  assert_counts(outcomes.times, expected, outcomes.n);
}

static void test_exact_laws(void **state)
{
  (void)state;
  assert_law((setup){"fixed_indegree", 2, 3, 2, .seed = 1}, 36);
  assert_law((setup){"fixed_indegree", 2, 3, 2, .no_multapses = true}, 9);
  assert_law((setup){"fixed_indegree", 1, 3, .no_autapses = true}, 8);
  assert_law((setup){"fixed_indegree", 2, 4, .no_autapses = true, .no_multapses = true}, 81);
  assert_law((setup){"fixed_outdegree", 2, 2, 3, .seed = 1}, 36);
  assert_law((setup){"fixed_outdegree", 2, 2, 3, .no_multapses = true}, 9);
  assert_law((setup){"fixed_outdegree", 1, 3, .no_autapses = true}, 8);
  assert_law((setup){"fixed_outdegree", 2, 4, .no_autapses = true, .no_multapses = true}, 81);
  assert_law((setup){"fixed_total_number", 2, 2, 2, .seed = 1}, 10);
  assert_law((setup){"fixed_total_number", 2, 2, 2, .no_multapses = true}, 6);
  assert_law((setup){"fixed_total_number", 2, 3, .no_autapses = true}, 21);
  assert_law((setup){"fixed_total_number", 3, 3, .no_autapses = true, .no_multapses = true}, 20);
  assert_law((setup){"pairwise_bernoulli", 0.3, 2, 2, .seed = 1}, 16);
  assert_law((setup){"pairwise_bernoulli", 0.4, 3, .no_autapses = true}, 64);
}

/* --- degrees
 * -------------------------------------------------------------------------------------------------------------------
 */

enum { MAX_DEGREE = 4096 };

/* Number of synapses by source, or by target. */
static double *degrees(const links *links, uint64_t n, bool by_source)
{
  double *degree = calloc(n, sizeof *degree);
  for (size_t i = 0; i < links->n; i++) degree[by_source ? links->list[i].source : links->list[i].target]++;
  return degree;
}

static void assert_all_equal(double *degree, uint64_t n, double value)
{
  for (uint64_t i = 0; i < n; i++) assert_true(degree[i] == value);
  free(degree);
}

/* law(k): probability of degree k. */
static void assert_degrees(double *degree, uint64_t n, double (*law)(const setup *, double), const setup *setup)
{
  static double observed[MAX_DEGREE], expected[MAX_DEGREE];
  memset(observed, 0, sizeof observed);
  for (uint64_t i = 0; i < n; i++) {
    assert_true(degree[i] < MAX_DEGREE);
    observed[(size_t)degree[i]]++;
  }
  for (size_t k = 0; k < MAX_DEGREE; k++) expected[k] = (double)n * law(setup, (double)k);
  assert_counts(observed, expected, MAX_DEGREE);
  free(degree);
}

/* Degree on the side that a rule leaves free: every cell of the other side makes `argument` choices among `allowed`. */
static double free_degree(const setup *setup, double k)
{
  bool indegree = strcmp(setup->rule, "fixed_indegree") == 0;
  double choosers = (double)(indegree ? targets_of(setup) : setup->n_sources) - setup->no_autapses;
  double allowed = (double)(indegree ? setup->n_sources : targets_of(setup)) - setup->no_autapses;
  if (setup->no_multapses) return binomial(choosers, setup->argument / allowed, k);
  return binomial(choosers * setup->argument, 1 / allowed, k);
}

static double total_number_degree(const setup *setup, double k)
{
  double sources = (double)setup->n_sources - setup->no_autapses, targets = (double)targets_of(setup);
  if (setup->no_multapses) return hypergeometric(sources * targets, sources, setup->argument, k);
  return binomial(setup->argument, 1 / targets, k);
}

static double bernoulli_degree(const setup *setup, double k)
{
  return binomial((double)setup->n_sources - setup->no_autapses, setup->argument, k);
}

static void assert_switches(const setup *setup, const links *links)
{
  for (size_t i = 0; i < links->n; i++) {
    const link *l = &links->list[i];
    assert_true(l->source < setup->n_sources && l->target < targets_of(setup));
    if (setup->no_autapses) assert_true(l->source != l->target);
    if (setup->no_multapses && i > 0) assert_false(l->source == l[-1].source && l->target == l[-1].target);
  }
}

static void check_indegree(setup setup)
{
  links links = all_links(&setup);
  assert_switches(&setup, &links);
  assert_all_equal(degrees(&links, targets_of(&setup), false), targets_of(&setup), setup.argument);
  assert_degrees(degrees(&links, setup.n_sources, true), setup.n_sources, free_degree, &setup);
  free(links.list);
}

static void test_fixed_indegree(void **state)
{
  (void)state;
  check_indegree((setup){"fixed_indegree", 100, 1000, 700, .seed = 1});
  check_indegree((setup){"fixed_indegree", 100, 1000, 700, .no_multapses = true, .seed = 2});
  check_indegree((setup){"fixed_indegree", 650, 1000, 300, .no_multapses = true, .seed = 3});
  check_indegree((setup){"fixed_indegree", 400, 500, .no_multapses = true, .no_autapses = true, .seed = 4});
  check_indegree((setup){"fixed_indegree", 50, 500, .no_autapses = true, .seed = 5});
}

static void check_outdegree(setup setup)
{
  links links = all_links(&setup);
  assert_switches(&setup, &links);
  assert_all_equal(degrees(&links, setup.n_sources, true), setup.n_sources, setup.argument);
  assert_degrees(degrees(&links, targets_of(&setup), false), targets_of(&setup), free_degree, &setup);
  free(links.list);
}

static void test_fixed_outdegree(void **state)
{
  (void)state;
  check_outdegree((setup){"fixed_outdegree", 400, 500, 1000, .seed = 1});
  check_outdegree((setup){"fixed_outdegree", 40, 500, 1000, .seed = 7});
  check_outdegree((setup){"fixed_outdegree", 300, 700, .seed = 8});
  check_outdegree((setup){"fixed_outdegree", 400, 500, 1000, .no_multapses = true, .seed = 2});
  check_outdegree((setup){"fixed_outdegree", 700, 500, 1000, .no_multapses = true, .seed = 3});
  check_outdegree((setup){"fixed_outdegree", 300, 700, .no_multapses = true, .no_autapses = true, .seed = 4});
  check_outdegree((setup){"fixed_outdegree", 300, 700, .no_autapses = true, .seed = 5});
  check_outdegree((setup){"fixed_outdegree", 20, 2000, 1000, .no_multapses = true, .seed = 6});
}

static void check_total_number(setup setup)
{
  links links = all_links(&setup);
  assert_switches(&setup, &links);
  assert_true((double)links.n == setup.argument);
  assert_degrees(degrees(&links, targets_of(&setup), false), targets_of(&setup), total_number_degree, &setup);
  struct setup mirrored = setup;
  mirrored.n_sources = targets_of(&setup);
  if (setup.n_targets) mirrored.n_targets = setup.n_sources;
  assert_degrees(degrees(&links, setup.n_sources, true), setup.n_sources, total_number_degree, &mirrored);
  free(links.list);
}

static void test_fixed_total_number(void **state)
{
  (void)state;
  check_total_number((setup){"fixed_total_number", 100003, 900, 1000, .seed = 1});
  check_total_number((setup){"fixed_total_number", 100003, 900, 1000, .no_multapses = true, .seed = 2});
  check_total_number((setup){"fixed_total_number", 300000, 500, 1000, .no_multapses = true, .seed = 3});
  check_total_number((setup){"fixed_total_number", 77777, 600, .no_multapses = true, .no_autapses = true, .seed = 4});
  check_total_number((setup){"fixed_total_number", 77777, 600, .no_autapses = true, .seed = 5});
  check_total_number((setup){"fixed_total_number", 1500, 600, 700, .seed = 6});
}

static void check_bernoulli(setup setup)
{
  links links = all_links(&setup);
  setup.no_multapses = true;
  assert_switches(&setup, &links);
  assert_degrees(degrees(&links, targets_of(&setup), false), targets_of(&setup), bernoulli_degree, &setup);
  struct setup mirrored = setup;
  mirrored.n_sources = targets_of(&setup);
  assert_degrees(degrees(&links, setup.n_sources, true), setup.n_sources, bernoulli_degree, &mirrored);
  free(links.list);
}

static void test_pairwise_bernoulli(void **state)
{
  (void)state;
  check_bernoulli((setup){"pairwise_bernoulli", 0.02, 3200, 800, .seed = 1});
  check_bernoulli((setup){"pairwise_bernoulli", 0.7, 500, 600, .seed = 2});
  check_bernoulli((setup){"pairwise_bernoulli", 0.1, 900, .no_autapses = true, .seed = 3});
}

/* Numbers of one source's synapses onto the first targets: variance of the binomial or hypergeometric law. */
static void check_spread(setup setup, uint64_t first, double variance)
{
  links links = all_links(&setup);
  double *count = calloc(setup.n_sources, sizeof *count), n = (double)setup.n_sources;
  for (size_t i = 0; i < links.n; i++) count[links.list[i].source] += links.list[i].target < first;
  double mean = setup.argument * (double)first / (double)setup.n_targets, sum = 0, square = 0;
  for (uint64_t s = 0; s < setup.n_sources; s++) {
    sum += count[s] - mean;
    square += (count[s] - mean) * (count[s] - mean);
  }
  assert_true(fabs(sum / n) < Z * sqrt(variance / n));
  assert_true(fabs(square / n / variance - 1) < Z * sqrt(2 / n));
  free(count);
  free(links.list);
}

static void test_outdegree_is_spread_over_the_tree(void **state)
{
  (void)state;
  double k = 300, n = 1000, first = 380, p = first / n;
  check_spread((setup){"fixed_outdegree", k, 4000, 1000, .seed = 7}, 380, k * p * (1 - p));
  check_spread((setup){"fixed_outdegree", k, 4000, 1000, .no_multapses = true, .seed = 8}, 380,
               k * p * (1 - p) * (n - k) / (n - 1));
}

/* Fraction of the synapses within the first `first` targets, or for one population on the same side of it as their
 * source. */
static void check_split(setup setup, uint64_t first, double fraction)
{
  double inside = 0, n = 0;
  for (setup.seed = 1; setup.seed <= 100; setup.seed++) {
    links links = all_links(&setup);
    for (size_t i = 0; i < links.n; i++) {
      bool source_first = setup.n_targets || links.list[i].source < first;
      inside += (links.list[i].target < first) == source_first;
    }
    n += (double)links.n;
    free(links.list);
  }
  assert_true(fabs(inside - n * fraction) < Z * sqrt(n * fraction * (1 - fraction)));
}

/* How many synapses each pair of a source and a target has, where both shuffled and walked orders are long enough. */
static void check_pairs(setup setup)
{
  links links = all_links(&setup);
  const uint64_t n_targets = targets_of(&setup);
  static double observed[MAX_DEGREE], expected[MAX_DEGREE];
  double *pair = calloc(setup.n_sources * n_targets, sizeof *pair);
  memset(observed, 0, sizeof observed);
  for (size_t i = 0; i < links.n; i++) pair[links.list[i].source * n_targets + links.list[i].target]++;
  for (uint64_t i = 0; i < setup.n_sources * n_targets; i++) observed[(size_t)pair[i]]++;
  for (size_t k = 0; k < MAX_DEGREE; k++)
    expected[k] = (double)(setup.n_sources * n_targets) * binomial(setup.argument, 1 / (double)n_targets, (double)k);
  assert_counts(observed, expected, MAX_DEGREE);
  free(pair);
  free(links.list);
}

static void test_pairs_of_outdegree(void **state)
{
  (void)state;
  check_pairs((setup){"fixed_outdegree", 100, 300, 400, .seed = 1});
  check_pairs((setup){"fixed_outdegree", 600, 300, 400, .seed = 2});
  check_pairs((setup){"fixed_outdegree", 3000, 64, .seed = 3});
}

/* What a few targets get of a network whose sources nobody could look at: an end shows that none did. */
static void test_outdegree_takes_no_time_for_sources_elsewhere(void **state)
{
  (void)state;
  const uint64_t many = UINT64_C(1) << 40, index[] = {0, 1, 12345678901, many / 3, many - 2, many - 1};
  enum { FEW = sizeof index / sizeof *index, K = 4000 };
  const setup setup = {"fixed_outdegree", K, many, .seed = 5};
  loligo_network *network = build(&setup);
  links links = {0}, part = {0};
  generate(network, index, FEW, &links);
  assert_true(fabs((double)links.n - FEW * K) < Z * sqrt(FEW * K));
  for (size_t i = 0; i < links.n; i++) assert_true(links.list[i].source < many);
  for (size_t t = 0; t < FEW; t++) generate_one(network, index[t], &part);
  sort(&links);
  sort(&part);
  assert_int_equal(part.n, links.n);
  for (size_t i = 0; i < part.n; i++) assert_true(by_target(&links.list[i], &part.list[i]) == 0);
  free(part.list);
  free(links.list);
  loligo_network_destroy(network);
}

static void test_outdegree_splits_by_allowed_targets(void **state)
{
  (void)state;
  check_split((setup){"fixed_outdegree", 100, 130, 129, .no_multapses = true}, 64, 64. / 129);
  check_split((setup){"fixed_outdegree", 100, 130, 129, .no_multapses = false}, 64, 64. / 129);
  check_split((setup){"fixed_outdegree", 100, 130, .no_autapses = true}, 65, 64. / 129);
  check_split((setup){"fixed_outdegree", 100, 130, .no_autapses = true, .no_multapses = true}, 65, 64. / 129);
}

/* --- rules without chance
 * ------------------------------------------------------------------------------------------------------ */

static void test_one_to_one(void **state)
{
  (void)state;
  links links = all_links(&(setup){"one_to_one", 0, 50, 50, .seed = 1});
  assert_int_equal(links.n, 50);
  for (size_t i = 0; i < 50; i++) assert_true(links.list[i].target == i && links.list[i].source == i);
  free(links.list);
  links = all_links(&(setup){"one_to_one", 0, 50, .no_autapses = true});
  assert_int_equal(links.n, 0);
}

static void test_all_to_all(void **state)
{
  (void)state;
  links links = all_links(&(setup){"all_to_all", 0, 7, 5, .seed = 1});
  assert_int_equal(links.n, 35);
  for (size_t i = 0; i < 35; i++) assert_true(links.list[i].target == i / 7 && links.list[i].source == i % 7);
  free(links.list);
  links = all_links(&(setup){"all_to_all", 0, 6, .no_autapses = true});
  assert_int_equal(links.n, 30);
  for (size_t i = 0; i < 30; i++) {
    uint64_t target = i / 5, source = i % 5;
    assert_true(links.list[i].target == target && links.list[i].source == source + (source >= target));
  }
  free(links.list);
}

static const loligo_edge EDGES[] = {{2, 3, 0.5, 1}, {0, 1, 1.5, 1}, {1, 3, 2.5, 2}, {2, 3, 3.5, 2}, {3, 0, 4.5, 3}};

static void test_explicit(void **state)
{
  (void)state;
  links links = all_links(&(setup){"explicit", 0, 4, 4, .edges = EDGES, .n_edges = 5});
  static const link expected[] = {
      {0, 3, 0, 0, 4.5}, {1, 0, 1, 0, 1.5}, {3, 1, 3, 0, 2.5}, {3, 2, 3, 1, 0.5}, {3, 2, 3, 2, 3.5}};
  assert_int_equal(links.n, 5);
  for (size_t i = 0; i < 5; i++) {
    assert_int_equal(links.list[i].target, expected[i].target);
    assert_int_equal(links.list[i].source, expected[i].source);
    assert_true(links.list[i].weight == expected[i].weight);
  }
  free(links.list);
}

/* --- independence of the ranks
 * ------------------------------------------------------------------------------------------------- */

/* Adds what the targets that belong to `part` of n_parts get; they are dealt out cyclically or in one piece. */
static void generate_part(const loligo_network *network, uint64_t n, uint64_t part, uint64_t n_parts, bool cyclic,
                          links *links)
{
  uint64_t *index = malloc((n + 1) * sizeof *index), count = 0;
  for (uint64_t i = 0; i < n; i++)
    if ((cyclic ? i % n_parts : i * n_parts / n) == part) index[count++] = i;
  generate(network, index, count, links);
  free(index);
}

static void assert_same(const links *a, const links *b, const char *rule)
{
  if (a->n != b->n) fail_msg("%s: %zu synapses instead of %zu", rule, b->n, a->n);
  for (size_t i = 0; i < a->n; i++)
    if (by_target(&a->list[i], &b->list[i]) != 0) fail_msg("%s: synapse %zu differs", rule, i);
}

static void check_parts(const setup *setup, uint64_t n_parts, bool cyclic)
{
  links whole = all_links(setup), parts = {0};
  loligo_network *network = build(setup);
  for (uint64_t part = 0; part < n_parts; part++)
    generate_part(network, targets_of(setup), part, n_parts, cyclic, &parts);
  sort(&parts);
  assert_same(&whole, &parts, setup->rule);
  loligo_network_destroy(network);
  free(whole.list);
  free(parts.list);
}

static void check_independence(setup setup)
{
  for (int switches = 0; switches < 4; switches++) {
    setup.no_autapses = switches & 1;
    setup.no_multapses = switches & 2;
    setup.seed = 99;
    check_parts(&setup, 2, true);
    check_parts(&setup, 3, false);
    check_parts(&setup, 3, true);
    check_parts(&setup, targets_of(&setup), false);
    check_parts(&setup, 2 * targets_of(&setup), true);
  }
}

static void test_targets_are_independent(void **state)
{
  (void)state;
  static const struct {
    const char *rule;
    double argument;
  } rules[] = {{"one_to_one", 0},           {"all_to_all", 0},
               {"fixed_indegree", 20},      {"fixed_indegree", 120},
               {"fixed_outdegree", 20},     {"fixed_outdegree", 120},
               {"fixed_total_number", 200}, {"fixed_total_number", 9000},
               {"pairwise_bernoulli", 0.1}, {"pairwise_bernoulli", 0.8}};
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
    check_independence((setup){rules[i].rule, rules[i].argument, 150, 150, .seed = 1});
    check_independence((setup){rules[i].rule, rules[i].argument, 150, .seed = 1});
  }
  setup listed = {"explicit", 0, 4, 4, .edges = EDGES, .n_edges = 5};
  check_parts(&listed, 2, true);
  check_parts(&listed, 3, false);
}

static void test_items_are_distinct(void **state)
{
  (void)state;
  links links = all_links(&(setup){"fixed_outdegree", 200, 300, 1000, .seed = 5});
  link *by_item = links.list;
  for (size_t i = 0; i < links.n; i++) {
    uint64_t item = by_item[i].item;
    by_item[i] = (link){item, by_item[i].k, 0, 0, 0};
  }
  sort(&links);
  for (size_t i = 1; i < links.n; i++) assert_true(by_target(&by_item[i - 1], &by_item[i]) < 0);
  free(links.list);
}

static void test_seeds_and_repetition(void **state)
{
  (void)state;
  setup setup = {"fixed_indegree", 10, 100, 100, .seed = 1};
  links first = all_links(&setup), again = all_links(&setup);
  assert_same(&first, &again, setup.rule);
  setup.seed = 2;
  links other = all_links(&setup);
  size_t same = 0;
  for (size_t i = 0; i < first.n; i++) same += first.list[i].source == other.list[i].source;
  assert_true(same < first.n / 4);
  free(first.list);
  free(again.list);
  free(other.list);
}

static loligo_status refuse(void *self, const rule_batch *batch)
{
  (void)batch;
  ++*(int *)self;
  return LOLIGO_MACHINE_ERROR;
}

static void test_error_of_sink_ends_generation(void **state)
{
  (void)state;
  const uint64_t index[] = {0, 1, 2, 3};
  for (size_t i = 0; rule_at(i); i++) {
    setup setup = {rule_at(i)->name, rule_at(i)->argument ? 1 : 0, 4, 4, .edges = EDGES, .n_edges = 5};
    if (rule_at(i)->is_recurrent) setup.n_targets = 0;
    loligo_network *network = build(&setup);
    rule_context context = rule_context_of(network, &network->projections[0]);
    int calls = 0;
    assert_int_equal(rule_at(i)->generate(&context, (rule_targets){index, 4}, refuse, &calls), LOLIGO_MACHINE_ERROR);
    assert_int_equal(calls, 1);
    loligo_network_destroy(network);
  }
}

/* --- expectations and checks
 * --------------------------------------------------------------------------------------------------- */

static double expected(const setup *setup)
{
  loligo_network *network = build(setup);
  rule_context context = rule_context_of(network, &network->projections[0]);
  double value = network->projections[0].rule->expected(&context);
  loligo_network_destroy(network);
  return value;
}

static void test_expected_numbers(void **state)
{
  (void)state;
  assert_true(expected(&(setup){"one_to_one", 0, 6, 6, .seed = 1}) == 6);
  assert_true(expected(&(setup){"one_to_one", 0, 6, .no_autapses = true}) == 0);
  assert_true(expected(&(setup){"all_to_all", 0, 6, 4, .seed = 1}) == 24);
  assert_true(expected(&(setup){"all_to_all", 0, 6, .no_autapses = true}) == 30);
  assert_true(expected(&(setup){"fixed_indegree", 3, 6, 4, .seed = 1}) == 12);
  assert_true(expected(&(setup){"fixed_outdegree", 3, 6, 4, .seed = 1}) == 18);
  assert_true(expected(&(setup){"fixed_total_number", 17, 6, 4, .seed = 1}) == 17);
  assert_true(expected(&(setup){"pairwise_bernoulli", 0.5, 6, .no_autapses = true}) == 15);
  assert_true(expected(&(setup){"explicit", 0, 4, 4, .edges = EDGES, .n_edges = 5}) == 5);
}

static void test_edge_cases(void **state)
{
  (void)state;
  assert_int_equal(all_links(&(setup){"fixed_indegree", 0, 6, 4, .seed = 1}).n, 0);
  assert_int_equal(all_links(&(setup){"fixed_outdegree", 0, 6, 4, .seed = 1}).n, 0);
  assert_int_equal(all_links(&(setup){"fixed_total_number", 0, 6, 4, .seed = 1}).n, 0);
  assert_int_equal(all_links(&(setup){"fixed_total_number", 0, 0, .seed = 1}).n, 0);
  assert_int_equal(all_links(&(setup){"pairwise_bernoulli", 0, 6, 4, .seed = 1}).n, 0);
  assert_int_equal(all_links(&(setup){"pairwise_bernoulli", 1, 0, .no_autapses = true}).n, 0);
  assert_int_equal(all_links(&(setup){"all_to_all", 0, 0, .seed = 1}).n, 0);
  assert_int_equal(all_links(&(setup){"all_to_all", 0, 1, .no_autapses = true}).n, 0);
  assert_int_equal(all_links(&(setup){"explicit", 0, 4, 4, .seed = 1}).n, 0);
  links links = all_links(&(setup){"pairwise_bernoulli", 1, 9, .no_autapses = true});
  assert_int_equal(links.n, 72);
  free(links.list);
  links = all_links(&(setup){"fixed_total_number", 72, 9, .no_autapses = true, .no_multapses = true});
  assert_int_equal(links.n, 72);
  free(links.list);
}

static void assert_refused(setup setup, const char *message)
{
  loligo_network *network = populations(&setup);
  loligo_error_clear();
  assert_int_equal(add_projection(network, &setup), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), message);
  assert_int_equal(network->n_projections, 0);
  loligo_error_clear();
  loligo_network_destroy(network);
}

static void test_checks(void **state)
{
  (void)state;
  assert_refused((setup){"fixed_indegre", 1, 6, 4, .seed = 1},
                 "unknown rule 'fixed_indegre'; did you mean 'fixed_indegree'?");
  assert_refused(
      (setup){"zzz", 1, 6, 4, .seed = 1},
      "unknown rule 'zzz'; known: one_to_one, all_to_all, fixed_indegree, fixed_outdegree, fixed_total_number, "
      "pairwise_bernoulli, symmetric_pairwise_bernoulli, distance_bernoulli, small_world, explicit");
  assert_refused((setup){"fixed_indegree", 2.5, 6, 4, .seed = 1},
                 "fixed_indegree must be a whole number >= 0, not 2.5");
  assert_refused((setup){"fixed_outdegree", -1, 6, 4, .seed = 1},
                 "fixed_outdegree must be a whole number >= 0, not -1");
  assert_refused((setup){"fixed_total_number", NAN, 6, 4, .seed = 1},
                 "fixed_total_number must be a whole number >= 0, not nan");
  assert_refused((setup){"fixed_indegree", 7, 6, 4, .no_multapses = true},
                 "fixed_indegree: 7 without multapses, but a target has only 6 allowed sources");
  assert_refused((setup){"fixed_indegree", 6, 6, .no_autapses = true, .no_multapses = true},
                 "fixed_indegree: 6 without multapses, but a target has only 5 allowed sources");
  assert_refused((setup){"fixed_indegree", 1, 0, 4, .seed = 1},
                 "fixed_indegree: 1, but there is no source to draw from");
  assert_refused((setup){"fixed_indegree", 1, 1, .no_autapses = true},
                 "fixed_indegree: 1, but there is no source to draw from");
  assert_refused((setup){"fixed_outdegree", 5, 6, 4, .no_multapses = true},
                 "fixed_outdegree: 5 without multapses, but a source has only 4 allowed targets");
  assert_refused((setup){"fixed_outdegree", 1, 1, .no_autapses = true},
                 "fixed_outdegree: 1, but there is no target to draw from");
  const uint64_t cells = UINT64_C(1) << 34;
  assert_refused((setup){"fixed_outdegree", 1, cells, .no_autapses = true},
                 "fixed_outdegree without multapses or autapses is limited to 2^68 pairs of cells; allow both");
  assert_refused((setup){"fixed_outdegree", 0x1p19 + 1, cells, cells, .seed = 1},
                 "fixed_outdegree: 9.00722e+15 synapses are too many; take at most 2^53 in all");
  assert_refused((setup){"fixed_total_number", 25, 6, 4, .no_multapses = true},
                 "fixed_total_number: 25 without multapses, but there are only 24 allowed pairs");
  assert_refused((setup){"fixed_total_number", 1, 0, 4, .seed = 1},
                 "fixed_total_number: 1, but there is no pair of cells to connect");
  assert_refused((setup){"pairwise_bernoulli", 1.5, 6, 4, .seed = 1},
                 "pairwise_bernoulli must be a probability between 0 and 1, not 1.5");
  assert_refused((setup){"one_to_one", 0, 6, 4, .seed = 1},
                 "one_to_one needs populations of equal size, but the source has 6 cells and the target 4");
}

static void test_checks_of_explicit_edges(void **state)
{
  (void)state;
  assert_refused((setup){"explicit", 0, 3, 4, .edges = EDGES, .n_edges = 5},
                 "explicit: edge 3,0 has no source; the population has 3 cells");
  assert_refused((setup){"explicit", 0, 4, 3, .edges = EDGES, .n_edges = 5},
                 "explicit: edge 2,3 has no target; the population has 3 cells");
  assert_refused((setup){"explicit", 0, 4, 4, .no_multapses = true, .edges = EDGES, .n_edges = 5},
                 "explicit: edge 2,3 is listed twice, but multapses is false");
  const loligo_edge own = {1, 1, 1, 1};
  assert_refused((setup){"explicit", 0, 4, .no_autapses = true, .edges = &own, .n_edges = 1},
                 "explicit: edge 1,1 is an autapse, but autapses is false");
  const loligo_edge off_grid = {0, 1, 1, 0.15}, nan_weight = {0, 1, NAN, 1};
  assert_refused((setup){"explicit", 0, 4, 4, .edges = &off_grid, .n_edges = 1},
                 "delay 0.15 ms is not a multiple of dt 0.1 ms");
  assert_refused((setup){"explicit", 0, 4, 4, .edges = &nan_weight, .n_edges = 1},
                 "weight must be a finite number, not nan");
}

static void refuse_spec(loligo_network *network, loligo_projection_spec spec, const char *message)
{
  spec.weight = spec.delay = loligo_constant(1);
  assert_int_equal(loligo_network_add_projection(network, &spec), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), message);
  loligo_error_clear();
}

static void refuse_param(loligo_network *network, const char *rule, const char *name, loligo_distribution value,
                         const char *message)
{
  const loligo_named_value params[] = {{"neighbors", loligo_constant(2)}, {name, value}};
  const bool is_first = strcmp(name, params[0].name) == 0;
  refuse_spec(network,
              (loligo_projection_spec){.rule = rule, .rule_params = params + is_first, .n_rule_params = 2 - is_first},
              message);
}

static void test_checks_of_params(void **state)
{
  (void)state;
  const setup setup = {.n_sources = 8};
  loligo_network *network = populations(&setup);
  const loligo_distribution some = {.kind = LOLIGO_UNIFORM, .low = 0, .high = 1};
  const double values[] = {0.5};
  refuse_param(network, "small_world", "rewir", loligo_constant(0.5),
               "unknown parameter 'rewir' in small_world; did you mean 'rewire'?");
  refuse_param(network, "fixed_indegree", "neighbors", loligo_constant(2),
               "unknown parameter 'neighbors' in fixed_indegree; known: none");
  refuse_param(network, "small_world", "rewire", some, "rewire must be one number, no distribution and no list");
  refuse_param(network, "small_world", "rewire", loligo_list(values, 1),
               "rewire must be one number, no distribution and no list");
  refuse_param(network, "small_world", "rewire", loligo_constant(1.5), "rewire must be between 0 and 1, not 1.5");
  refuse_param(network, "small_world", "neighbors", loligo_constant(2.5), "neighbors must be a whole number, not 2.5");
  refuse_spec(network, (loligo_projection_spec){.rule = "small_world"}, "missing key 'neighbors' in small_world");
  refuse_spec(network,
              (loligo_projection_spec){.rule = "fixed_indegree",
                                       .argument = 2,
                                       .probability = {"gaussian", 0.5, 1},
                                       .mask = {.kind = LOLIGO_MASK_RADIUS, .outer = 1}},
              "a probability by the distance is not for rule fixed_indegree; it is for: distance_bernoulli");
  assert_int_equal(network->n_projections, 0);
  loligo_network_destroy(network);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_exact_laws),
      cmocka_unit_test(test_fixed_indegree),
      cmocka_unit_test(test_fixed_outdegree),
      cmocka_unit_test(test_fixed_total_number),
      cmocka_unit_test(test_pairwise_bernoulli),
      cmocka_unit_test(test_outdegree_is_spread_over_the_tree),
      cmocka_unit_test(test_outdegree_splits_by_allowed_targets),
      cmocka_unit_test(test_pairs_of_outdegree),
      cmocka_unit_test(test_outdegree_takes_no_time_for_sources_elsewhere),
      cmocka_unit_test(test_one_to_one),
      cmocka_unit_test(test_all_to_all),
      cmocka_unit_test(test_explicit),
      cmocka_unit_test(test_targets_are_independent),
      cmocka_unit_test(test_items_are_distinct),
      cmocka_unit_test(test_seeds_and_repetition),
      cmocka_unit_test(test_error_of_sink_ends_generation),
      cmocka_unit_test(test_expected_numbers),
      cmocka_unit_test(test_edge_cases),
      cmocka_unit_test(test_checks),
      cmocka_unit_test(test_checks_of_explicit_edges),
      cmocka_unit_test(test_checks_of_params),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
