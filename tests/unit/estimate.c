/* What a network will need, against what it is found to hold once it is built. */
#include <math.h>

#include "built.h"
#include "loligo/network.h"
#include "loligo/partition.h"
#include "model/input/input_model.h"
#include "model/synapse/synapse_model.h"
#include "network/description.h"
#include "network/rule/rule.h"
#include "sim/estimate.h"
#include "sim/plasticity/modulator.h"
#include "sim/synapses/synapse_word.h"

enum { CELLS = 400 };

#define OK(call) assert_int_equal((call), LOLIGO_OK)

static loligo_network *network_of(const char *model)
{
  loligo_network *network = loligo_network_create(0.1, 1);
  OK(loligo_network_add_population(network, "A", loligo_model_find(model), CELLS, NULL));
  return network;
}

static void project(loligo_network *network, const char *rule, double argument, loligo_distribution weight,
                    loligo_distribution delay)
{
  const loligo_projection_spec spec = {
      .name = rule, .rule = rule, .argument = argument, .weight = weight, .delay = delay};
  if (loligo_network_add_projection(network, &spec) != LOLIGO_OK) fail_msg("%s", loligo_error_message());
}

static const cost_recording nothing;

static estimate estimate_of(const loligo_network *network, int ranks)
{
  estimate estimate;
  OK(estimate_network(network, &nothing, ranks, &estimate));
  return estimate;
}

/** What all ranks hold. */
typedef struct holding {
  double synapses, synapse_bytes;
} holding;

/* Words of a row, headers included. */
static size_t words_of_row(const uint32_t *row)
{
  const uint32_t *at = row;
  while (true) {
    const delay_run s = delay_run_read(at);
    at = s.end;
    if (s.last) return (size_t)(at - row);
  }
}

/* With the index of sources, where there is any row. */
static void add_rank(const built *built, holding *sum)
{
  const row_table *table = synapses_table(&built->synapses, 0, 0);
  const packed_rows *packed = built_packed(&built->synapses, 0);
  sum->synapses += (double)built->synapses.n_synapses;
  if (table->index.n_rows) sum->synapse_bytes += (double)((CELLS / 64 + 1) * 2 * sizeof(uint64_t));
  if (packed) {
    sum->synapse_bytes += packed_index_bytes(packed->index.n_buckets, packed->index.groups);
    sum->synapse_bytes += (double)(packed->n * packed->shape.halves * sizeof *packed->halves);
  }
  for (uint64_t s = 0; s < CELLS; s++) {
    const uint32_t *row = built_row(&built->synapses, 0, s);
    if (row) sum->synapse_bytes += (double)(words_of_row(row) * sizeof *row + sizeof row);
  }
}

static holding hold(const loligo_network *network, int ranks)
{
  holding sum = {0, 0};
  loligo_decomposition *decomposition;
  OK(loligo_decomposition_create(network, "round_robin", ranks, &decomposition));
  for (int rank = 0; rank < ranks; rank++) {
    built built;
    OK(built_init(&built, network, decomposition, rank));
    add_rank(&built, &sum);
    built_free(&built);
  }
  loligo_decomposition_destroy(decomposition);
  return sum;
}

static void synapses_and_their_bytes_are_foreseen(void **state)
{
  (void)state;
  const loligo_distribution gap = {.kind = LOLIGO_UNIFORM, .low = 0.1, .high = 2}, one = loligo_constant(1);
  const struct {
    const char *rule;
    double argument;
    loligo_distribution weight, delay;
    double within; /* relative */
  } cases[] = {{"all_to_all", 0, loligo_constant(5), one, 0.001},
               {"fixed_indegree", 50, loligo_constant(5), one, 0.02},
               {"fixed_outdegree", 50, {.kind = LOLIGO_LOGNORMAL, .mean = 1, .std = 4}, one, 0.02},
               {"fixed_total_number", 300, loligo_constant(5), one, 0.05},
               {"pairwise_bernoulli", 0.2, loligo_constant(5), gap, 0.02}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    for (int ranks = 1; ranks <= 4; ranks += 3) {
      loligo_network *network = network_of("iaf_psc_exp");
      project(network, cases[c].rule, cases[c].argument, cases[c].weight, cases[c].delay);
      const estimate told = estimate_of(network, ranks);
      const holding held = hold(network, ranks);
      assert_true(fabs(told.synapses - held.synapses) <= 0.03 * held.synapses);
      if (fabs(told.synapse_bytes - held.synapse_bytes) > cases[c].within * held.synapse_bytes)
        fail_msg("%s on %d ranks: %g bytes, not %g", cases[c].rule, ranks, told.synapse_bytes, held.synapse_bytes);
      assert_true(told.least_bytes <= told.cell_bytes + told.synapse_bytes);
      loligo_network_destroy(network);
    }
  }
}

/* A cell costs its index, its variables and the sum of its level; parameters that differ from cell to cell cost the
 * derived constants. Fourths of them are exact. */
static void cells_cost_their_columns(void **state)
{
  (void)state;
  loligo_network *network = network_of("hh_psc_exp");
  const loligo_model *model = network->populations[0].model;
  const double column = CELLS * sizeof(double), plain = estimate_of(network, 4).cell_bytes;
  assert_true(plain == column * (double)(2 + model->n_variables));
  assert_true(estimate_of(network, 4).least_bytes == plain);
  OK(loligo_network_set_param(network, 0, "I_e", (loligo_distribution){.kind = LOLIGO_UNIFORM, .low = 1, .high = 2}));
  assert_true(estimate_of(network, 4).cell_bytes == plain + column * (double)model->n_derived);
  const double cells = estimate_of(network, 4).cell_bytes;
  const loligo_named_value sd = {"sd", loligo_constant(1)};
  const loligo_input_spec noise = {
      .name = "n", .model = "noise_current", .target = {.population = 0, .last = CELLS}, .params = &sd, .n_params = 1};
  OK(loligo_network_add_input(network, &noise));
  const double drawn = estimate_of(network, 4).cell_bytes - cells, wanted = column * CURRENT_STEPS;
  assert_true(drawn >= wanted && drawn < 1.01 * wanted);
  loligo_network_destroy(network);
}

static void an_empty_network_costs_nothing(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(0.1, 1);
  const estimate told = estimate_of(network, 5);
  assert_true(told.synapses == 0 && told.cell_bytes == 0 && told.synapse_bytes == 0 && told.least_bytes == 0);
  assert_null(told.rounded);
  loligo_network_destroy(network);
}

/* Keys while a table is built come on top of what is kept; the more tables come later, the less. */
static void building_costs_its_keys(void **state)
{
  (void)state;
  loligo_network *network = network_of("iaf_psc_exp");
  project(network, "fixed_indegree", 50, loligo_constant(5), loligo_constant(1));
  const estimate told = estimate_of(network, 1);
  assert_true(told.build_bytes > 0 && told.build_bytes <= 50.0 * CELLS * sizeof(uint16_t));
  loligo_network_destroy(network);
}

static void the_first_rounded_projection_is_named(void **state)
{
  (void)state;
  loligo_network *network = network_of("iaf_psc_exp");
  project(network, "all_to_all", 0, loligo_constant(1.25), loligo_constant(1));
  assert_null(estimate_of(network, 1).rounded);
  assert_true(estimate_of(network, 1).weight_error == 0);
  const loligo_edge edges[] = {{0, 1, 1 / 3.0, 1}, {0, 2, 1 / 7.0, 1}};
  const loligo_projection_spec thirds = {.name = "thirds", .rule = "explicit", .edges = edges, .n_edges = 2};
  OK(loligo_network_add_projection(network, &thirds));
  assert_string_equal(estimate_of(network, 1).rounded, "thirds");
  assert_true(estimate_of(network, 1).weight_error > 0);
  loligo_network_destroy(network);
}

/* Bytes of synapses that learn, all to all, in so many projections. */
static double bytes_of_learning(const char *synapse, size_t n_params, int n_projections)
{
  const loligo_named_value params[] = {{SYNAPSE_WMAX, loligo_constant(9)}, {SYNAPSE_MODULATOR, loligo_constant(0)}};
  const loligo_projection_spec spec = {.rule = "all_to_all",
                                       .synapse = synapse,
                                       .synapse_params = params,
                                       .n_synapse_params = n_params,
                                       .weight = loligo_constant(5),
                                       .delay = loligo_constant(1)};
  loligo_network *network = network_of("iaf_psc_exp");
  for (int i = 0; i < n_projections; i++) OK(loligo_network_add_projection(network, &spec));
  const double bytes = estimate_of(network, 1).synapse_bytes;
  loligo_network_destroy(network);
  return bytes;
}

/* An eligibility each, and the modulator's spikes. */
static void modulated_synapses_cost_four_bytes_more(void **state)
{
  (void)state;
  const double more = bytes_of_learning("stdp_dopamine", 2, 1) - bytes_of_learning("stdp", 1, 1);
  const double least = 4.0 * CELLS * CELLS + modulator_bytes(10);
  assert_true(more >= least && more < least + 4 * CELLS);
}

static void a_modulator_is_kept_once(void **state)
{
  (void)state;
  const double one = bytes_of_learning("stdp_dopamine", 2, 1), three = bytes_of_learning("stdp_dopamine", 2, 3);
  const double more = bytes_of_learning("stdp", 1, 3) - bytes_of_learning("stdp", 1, 1);
  assert_float_equal(three - one, more + 2 * 4.0 * CELLS * CELLS, 1);
}

static cost_records a_byte_a_cell(const void *self, const double *rates, int ranks, const double *cells)
{
  (void)self, (void)rates;
  return (cost_records){.kept = cells[0], .passing = ranks};
}

static void who_records_is_counted(void **state)
{
  (void)state;
  const cost_recording recording = {.records = a_byte_a_cell};
  loligo_network *network = network_of("iaf_psc_exp");
  estimate with, without = estimate_of(network, 4);
  OK(estimate_network(network, &recording, 4, &with));
  assert_float_equal(with.recording_bytes, CELLS, 1e-9);
  assert_float_equal(with.least_bytes - without.least_bytes, CELLS, 1e-6);
  assert_true(without.recording_bytes == 0);
  loligo_network_destroy(network);
}

static loligo_status guess(void *self)
{
  estimate estimate;
  return estimate_network(self, &nothing, 2, &estimate);
}

static void estimates_tell_that_there_is_no_memory(void **state)
{
  (void)state;
  loligo_network *network = network_of("iaf_psc_exp");
  project(network, "all_to_all", 0, loligo_constant(1.25), loligo_constant(1));
  fails_without_memory(guess, network);
  loligo_network_destroy(network);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(synapses_and_their_bytes_are_foreseen),
      cmocka_unit_test(cells_cost_their_columns),
      cmocka_unit_test(an_empty_network_costs_nothing),
      cmocka_unit_test(building_costs_its_keys),
      cmocka_unit_test(the_first_rounded_projection_is_named),
      cmocka_unit_test(who_records_is_counted),
      cmocka_unit_test(estimates_tell_that_there_is_no_memory),
      cmocka_unit_test(modulated_synapses_cost_four_bytes_more),
      cmocka_unit_test(a_modulator_is_kept_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
