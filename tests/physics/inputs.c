/*
 * Currents and given spikes from outside the network against their definitions.
 */
#include "cell.h"
#include "model/input/input_model.h"

static const double pi = 3.14159265358979323846;
static const double dt = 0.1;

typedef struct prepared {
  const input_model *model;
  void *shared;
} prepared;

static prepared prepare(const char *name, input_setup setup)
{
  prepared p = {input_model_find(name), NULL};
  assert_non_null(p.model);
  setup.dt = dt;
  assert_int_equal(p.model->prepare(&setup, &p.shared), LOLIGO_OK);
  return p;
}

static void release(prepared p)
{
  p.model->release(p.shared);
}

static double current(prepared p, int64_t step)
{
  return p.model->current(p.shared, step);
}

/* Spikes that reach cell `index` at the end of a step. */
static int spikes_at(prepared p, int64_t step, uint64_t index)
{
  poisson_row rows[POISSON_STEPS];
  p.model->count(p.shared, step - step % POISSON_STEPS, 1, &index, rows);
  return rows[step % POISSON_STEPS][0];
}

static void constant_and_sine_currents(void **state)
{
  (void)state;
  const prepared dc = prepare("dc", (input_setup){.param = (const double[]){200}});
  const prepared sine = prepare("sine", (input_setup){.param = (const double[]){1000, 500, 20, 0.3}});
  for (int64_t k = 0; k < 100000; k += 7) {
    const double t = ((double)k + 0.5) * dt * 1e-3;
    assert_near(current(dc, k), 200, 0);
    assert_near(current(sine, k), 500 + 1000 * sin(2 * pi * 20 * t + 0.3), 1e-8);
  }
  release(dc);
  release(sine);
}

static void periodic_currents(void **state)
{
  (void)state;
  const double param[] = {300, 50, 8};
  const prepared square = prepare("square", (input_setup){.param = param});
  const prepared sawtooth = prepare("sawtooth", (input_setup){.param = param});
  const prepared triangle = prepare("triangle", (input_setup){.param = param});
  for (int64_t k = 0; k < 1000; k++) {
    const int64_t in_period = k % 80;
    const double x = ((double)in_period + 0.5) / 80;
    assert_near(current(square, k), in_period < 40 ? 350 : -250, 0);
    assert_near(current(sawtooth, k), -250 + 600 * x, 1e-9);
    assert_near(current(triangle, k), in_period < 40 ? -250 + 1200 * x : 350 - 1200 * (x - 0.5), 1e-9);
  }
  release(square);
  release(sawtooth);
  release(triangle);
}

static void piecewise_constant_current(void **state)
{
  (void)state;
  double times[] = {1, 2.04, 5, 7.15}, amplitudes[] = {10, -20, 0, 5}; /* 7.15 / 0.1 is 71.49999999999999 */
  const real_list lists[] = {{times, 4}, {amplitudes, 4}};
  const prepared steps = prepare("steps", (input_setup){.lists = lists});
  for (int64_t k = 0; k < 100; k++)
    assert_near(current(steps, k), k < 10 ? 0 : k < 20 ? 10 : k < 50 ? -20 : k < 72 ? 0 : 5, 0);
  release(steps);
}

static void wrong_steps_are_refused(void **state)
{
  (void)state;
  double times[] = {1, 5, 5.01}, amplitudes[] = {10, -20, 0};
  const real_list unequal[] = {{times, 3}, {amplitudes, 2}}, descending[] = {{times, 3}, {amplitudes, 3}};
  const input_model *steps = input_model_find("steps");
  void *shared = NULL;
  loligo_error_clear();
  assert_int_equal(steps->prepare(&(input_setup){.lists = unequal, .dt = dt}, &shared), LOLIGO_INPUT_ERROR);
  assert_non_null(strstr(loligo_error_message(), "amplitudes"));
  loligo_error_clear();
  assert_int_equal(steps->prepare(&(input_setup){.lists = descending, .dt = dt}, &shared), LOLIGO_INPUT_ERROR);
  assert_non_null(strstr(loligo_error_message(), "ascend"));
}

static void spikes_arrive_at_their_times(void **state)
{
  (void)state;
  const double times[] = {0.1, 1, 7.52, 7.54, 7.56};
  const prepared spikes = prepare("spikes", (input_setup){.times = times, .n_times = 5});
  for (int64_t arrival = 1; arrival < 100; arrival++) {
    const int expected = arrival == 1 || arrival == 10 || arrival == 76 ? 1 : arrival == 75 ? 2 : 0;
    for (uint64_t cell = 0; cell < 1000; cell += 333) assert_int_equal(spikes_at(spikes, arrival - 1, cell), expected);
  }
  release(spikes);
}

static void owned_spikes_reach_their_cell_alone(void **state)
{
  (void)state;
  const double times[] = {1, 1, 1, 1, 2, 3};
  const uint64_t owners[] = {900, 5, 5, 210, 5, 0};
  const prepared spikes = prepare("spikes", (input_setup){.times = times, .owners = owners, .n_times = 6});
  uint64_t index[LOLIGO_BLOCK_CELLS];
  poisson_row rows[POISSON_STEPS];
  for (size_t i = 0; i < LOLIGO_BLOCK_CELLS; i++) index[i] = 5 + i;
  spikes.model->count(spikes.shared, 8, LOLIGO_BLOCK_CELLS, index, rows);
  for (size_t i = 0; i < LOLIGO_BLOCK_CELLS; i++) {
    assert_int_equal(rows[1][i], i == 0 ? 2 : i == 205 ? 1 : 0);
    assert_int_equal(rows[0][i] + rows[2][i] + rows[3][i], 0);
  }
  assert_int_equal(spikes_at(spikes, 9, 900), 1);
  assert_int_equal(spikes_at(spikes, 19, 5), 1);
  assert_int_equal(spikes_at(spikes, 19, 6), 0);
  assert_int_equal(spikes_at(spikes, 29, 0), 1);
  release(spikes);
}

static void spikes_before_the_first_step_are_refused(void **state)
{
  (void)state;
  static const double wrong[] = {0, 0.04, -3, NAN, 1e30};
  for (int i = 0; i < 5; i++) {
    void *shared = NULL;
    loligo_error_clear();
    const input_setup setup = {.times = &wrong[i], .n_times = 1, .dt = dt};
    assert_int_equal(input_model_find("spikes")->prepare(&setup, &shared), LOLIGO_INPUT_ERROR);
    assert_null(shared);
    assert_non_null(strstr(loligo_error_message(), "times"));
  }
}

static void spike_source_emits_its_trains(void **state)
{
  (void)state;
  const double times[] = {1, 2, 2};
  const uint64_t owners[] = {1, 0, 0};
  cell_block cells;
  cell_open(&cells, "spike_source", 3, dt);
  const loligo_model_setup setup = {.times = times, .owners = owners, .n_times = 3, .dt = dt};
  void *shared = NULL;
  assert_int_equal(cells.model->prepare(&setup, &shared), LOLIGO_OK);
  cells.block.shared = shared;
  for (int k = 1; k < 40; k++) {
    cell_step(&cells);
    assert_int_equal(cells.spike[0], k == 20 ? 2 : 0);
    assert_int_equal(cells.spike[1], k == 10);
    assert_int_equal(cells.spike[2], 0);
  }
  cells.model->release(shared);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(constant_and_sine_currents),
      cmocka_unit_test(periodic_currents),
      cmocka_unit_test(piecewise_constant_current),
      cmocka_unit_test(wrong_steps_are_refused),
      cmocka_unit_test(spikes_arrive_at_their_times),
      cmocka_unit_test(owned_spikes_reach_their_cell_alone),
      cmocka_unit_test(spikes_before_the_first_step_are_refused),
      cmocka_unit_test(spike_source_emits_its_trains),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
