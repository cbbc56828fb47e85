/* The update: cells get what arrives for them at their step, block by block, and what they do is found and sampled. */
#include <math.h>

#include "built.h"
#include "loligo/network.h"
#include "loligo/partition.h"
#include "sim/cells/update.h"

enum { CELLS = 700, STEPS = 12, DELAY = 1 };

#define OK(call) assert_int_equal((call), LOLIGO_OK)

static const double dt = 0.1, weight = 0.5, threshold = -55, rest = -70;

/** Cells of whom each integrates what it gets at once, and what their update works on. */
typedef struct subject {
  loligo_network *network;
  loligo_decomposition *decomposition;
  built built;
  inputs inputs;
  sums sums;
  bool has_listeners[2];
  signal_list found;
  workbench *bench;
  update_plan plan;
} subject;

/* Delta synapses, no leak to speak of, no refractory time; the sources only give the receptors their accumulators. */
static loligo_network *make_network(void)
{
  loligo_network *network = loligo_network_create(dt, 1);
  OK(loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_delta"), CELLS, NULL));
  OK(loligo_network_set_param(network, 0, "tau_m", loligo_constant(1e9)));
  OK(loligo_network_set_param(network, 0, "t_ref", loligo_constant(0)));
  OK(loligo_network_set_init(network, 0, "V_m", loligo_constant(rest)));
  const loligo_projection_spec spec = {
      .rule = "one_to_one", .weight = loligo_constant(weight), .delay = loligo_constant(DELAY)};
  OK(loligo_network_add_projection(network, &spec));
  return network;
}

static void subject_open(subject *s)
{
  memset(s, 0, sizeof *s);
  s->network = make_network();
  OK(loligo_decomposition_create(s->network, "block", 1, &s->decomposition));
  OK(built_init(&s->built, s->network, s->decomposition, 0));
  OK(inputs_init(&s->inputs, s->network, &s->built.cells));
  OK(sums_init(&s->sums, STEPS, &s->built.ports));
  OK(workbench_create(&s->built.cells, &s->bench));
  s->plan = (update_plan){.network = s->network,
                          .cells = &s->built.cells,
                          .ports = &s->built.ports,
                          .inputs = &s->inputs,
                          .bench = s->bench,
                          .has_listeners = s->has_listeners};
}

static void subject_close(subject *s)
{
  signal_list_free(&s->found);
  workbench_destroy(s->bench);
  sums_free(&s->sums);
  inputs_free(&s->inputs);
  built_free(&s->built);
  loligo_decomposition_destroy(s->decomposition);
  loligo_network_destroy(s->network);
}

/* So many weights arrive at cell l at the end of step k. */
static void arrive(subject *s, int64_t k, uint64_t l, int32_t n)
{
  assert_int_equal(s->built.format.n_accumulators, 1);
  const double quanta = n * weight / accumulator_quantum(&s->built.format.accumulators[0]);
  assert_true(quanta == rint(quanta));
  s->sums.rows[k].narrow[s->built.ports.ranges[0].first + l] += (int32_t)quanta;
}

static double potential(const subject *s, uint64_t l)
{
  return s->built.cells.groups[0].state[0][l];
}

/* Each cell its own, in all blocks; what was taken does not arrive again. */
static void cells_get_what_arrives_for_them(void **state)
{
  (void)state;
  subject s;
  subject_open(&s);
  update_start(&s.plan, 0);
  for (uint64_t l = 0; l < CELLS; l++) {
    arrive(&s, 0, l, (int32_t)(l % 7));
    arrive(&s, 3, l, (int32_t)(l % 5));
  }
  for (int64_t first = 0; first < 2 * STEPS; first += STEPS)
    OK(update_cells(&s.plan, first, STEPS, s.sums.rows, &s.found));
  for (uint64_t l = 0; l < CELLS; l++)
    assert_true(fabs(potential(&s, l) - rest - weight * (double)(l % 7 + l % 5)) < 1e-6);
  assert_int_equal(s.found.n, 0);
  subject_close(&s);
}

/* Sums of 32 bits and what was carried over from them arrive together. */
static void carried_sums_arrive_too(void **state)
{
  (void)state;
  subject s;
  subject_open(&s);
  update_start(&s.plan, 0);
  arrive(&s, 2, 300, 4);
  OK(sum_row_carry(&s.sums.rows[2]));
  arrive(&s, 2, 300, 3);
  OK(update_cells(&s.plan, 0, STEPS, s.sums.rows, &s.found));
  assert_false(s.sums.rows[2].has_carried);
  assert_true(fabs(potential(&s, 300) - rest - 7 * weight) < 1e-6);
  assert_true(fabs(potential(&s, 299) - rest) < 1e-6);
  subject_close(&s);
}

/* Stamped with the end of the step, with index and local id; those of one step in the order of cells. */
static void spikes_are_found_with_their_cell_and_step(void **state)
{
  (void)state;
  const uint64_t firing[] = {0, 63, 64, 255, 256, 511, 512, CELLS - 1};
  enum { N = sizeof firing / sizeof *firing, FIRST = 100 };
  const int32_t enough = (int32_t)((threshold - rest) / weight) + 1;
  subject s;
  subject_open(&s);
  update_start(&s.plan, 0);
  for (size_t i = 0; i < N; i++) {
    arrive(&s, 1, firing[i], enough);
    arrive(&s, 5, firing[N - 1 - i], enough);
  }
  OK(update_cells(&s.plan, FIRST, STEPS, s.sums.rows, &s.found));
  OK(signal_list_sort(&s.found, FIRST + 1, STEPS));
  assert_int_equal(s.found.n, 2 * N);
  for (size_t i = 0; i < 2 * N; i++) {
    const cell_signal *spike = &s.found.sorted[i];
    assert_int_equal(spike->at.step, FIRST + (i < N ? 2 : 6));
    assert_int_equal(spike->at.population, 0);
    assert_int_equal(spike->at.index, firing[i % N]);
    assert_int_equal(spike->lid, firing[i % N]);
    assert_int_equal(spike->signal, 0);
    assert_false(spike->negative);
  }
  subject_close(&s);
}

/* Frames at grid times: 0 before the first step, then behind each. */
static void samplers_see_every_grid_time(void **state)
{
  (void)state;
  subject s;
  loligo_sampler sampler, *list[] = {&sampler};
  const loligo_sampler_spec spec = {.target = {.first = 250, .last = 260}, .stop = STEPS + 1, .every = 1};
  subject_open(&s);
  sampler_init(&sampler, &spec, &s.built.cells);
  s.plan.samplers = list;
  s.plan.n_samplers = 1;
  for (int64_t k = 0; k < STEPS; k++) arrive(&s, k, 255, 1);
  OK(sampler_reserve(&sampler, -1, 0));
  update_start(&s.plan, 0);
  OK(sampler_reserve(&sampler, 0, STEPS));
  OK(update_cells(&s.plan, 0, STEPS, s.sums.rows, &s.found));
  const loligo_samples samples = loligo_sampler_frames(&sampler);
  assert_int_equal(samples.n_frames, STEPS + 1);
  for (size_t f = 0; f < samples.n_frames; f++)
    for (size_t c = 0; c < samples.n_cells; c++)
      assert_true(fabs(samples.values[f * samples.n_cells + c] - rest - (c == 5 ? weight * (double)f : 0)) < 1e-6);
  sampler_free(&sampler);
  subject_close(&s);
}

static void a_state_that_is_not_finite_is_told(void **state)
{
  (void)state;
  subject s;
  subject_open(&s);
  update_start(&s.plan, 0);
  s.built.cells.groups[0].state[0][600] = NAN;
  loligo_error_clear();
  assert_int_equal(update_cells(&s.plan, 0, 1, s.sums.rows, &s.found), LOLIGO_NUMERICS_ERROR);
  assert_non_null(strstr(loligo_error_message(), "population A, cell 600: V_m is no longer finite at 0.1 ms"));
  loligo_error_clear();
  subject_close(&s);
}

/* A list that cannot grow. */
static void lack_of_memory_is_told(void **state)
{
  (void)state;
  subject s;
  subject_open(&s);
  update_start(&s.plan, 0);
  for (uint64_t l = 0; l < CELLS; l++) arrive(&s, 0, l, 100);
  loligo_error_clear();
  inject_allocation_fault(2);
  assert_int_equal(update_cells(&s.plan, 0, 1, s.sums.rows, &s.found), LOLIGO_MACHINE_ERROR);
  inject_allocation_fault(0);
  loligo_error_clear();
  subject_close(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cells_get_what_arrives_for_them),           cmocka_unit_test(carried_sums_arrive_too),
      cmocka_unit_test(spikes_are_found_with_their_cell_and_step), cmocka_unit_test(samplers_see_every_grid_time),
      cmocka_unit_test(a_state_that_is_not_finite_is_told),        cmocka_unit_test(lack_of_memory_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
