/*
 * Spikes of inputs are counted ahead for several steps, in bytes: each cell gets those of its step, also where they are
 * more than a byte holds, and those from the start on and before the stop alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "loligo/loligo.h"
#include "network/description.h"
#include "sim/cells/inputs.h"

enum { CELLS = 300, FIRST = 3, LAST = 290, STEPS = 16, START = 2, STOP = 12 };

static const double dt = 0.1, weight = 0.5;
static const int per_step[STEPS] = {4, 1, 0, 0, 2, 300, 7, 255, 256, 3, 0, 1, 5, 70000, 2, 2};

/* One input with per_step[k] spikes that arrive at the end of step k, all of them at cells FIRST ... LAST - 1. */
static loligo_network *make_network(void)
{
  loligo_network *network = loligo_network_create(dt, 1);
  assert_int_equal(loligo_network_add_population(network, "cells", loligo_model_find("iaf_psc_exp"), CELLS, NULL),
                   LOLIGO_OK);
  size_t n = 0;
  for (int k = 0; k < STEPS; k++) n += (size_t)per_step[k];
  double *times = malloc(n * sizeof *times);
  assert_non_null(times);
  n = 0;
  for (int k = 0; k < STEPS; k++)
    for (int spike = 0; spike < per_step[k]; spike++) times[n++] = (k + 1) * dt;
  const loligo_input_spec spec = {.name = "given",
                                  .model = "spikes",
                                  .target = {.population = 0, .first = FIRST, .last = LAST},
                                  .weight = weight,
                                  .start = START * dt,
                                  .stop = STOP * dt,
                                  .times = times,
                                  .n_times = n};
  assert_int_equal(loligo_network_add_input(network, &spec), LOLIGO_OK);
  free(times);
  return network;
}

static void check_step(const inputs *inputs, const cell_group *group, uint64_t first, int64_t step)
{
  double exc[LOLIGO_BLOCK_CELLS] = {0}, inh[LOLIGO_BLOCK_CELLS] = {0};
  double *arriving[2] = {exc, inh};
  const size_t n = CELLS - first < LOLIGO_BLOCK_CELLS ? CELLS - first : LOLIGO_BLOCK_CELLS;
  const input_cells block = {group, first, n, step, 0};
  inputs_add_spikes(inputs, &block, arriving);
  for (size_t i = 0; i < n; i++) {
    const bool reached = first + i >= FIRST && first + i < LAST && step + 1 >= START && step + 1 < STOP;
    assert_true(exc[i] == (reached ? weight * per_step[step] : 0) && inh[i] == 0);
  }
}

static void each_step_gets_its_spikes(void **state)
{
  (void)state;
  loligo_network *network = make_network();
  uint64_t index[CELLS];
  for (uint64_t i = 0; i < CELLS; i++) index[i] = i;
  cell_group group = {.model = network->populations[0].model, .n = CELLS, .block = LOLIGO_BLOCK_CELLS, .index = index};
  const cells cells = {.groups = &group, .n_groups = 1, .n = CELLS};
  inputs inputs;
  assert_int_equal(inputs_init(&inputs, network, &cells), LOLIGO_OK);
  for (int64_t step = 0; step < STEPS; step++) {
    check_step(&inputs, &group, 0, step);
    check_step(&inputs, &group, LOLIGO_BLOCK_CELLS, step);
  }
  inputs_free(&inputs);
  loligo_network_destroy(network);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(each_step_gets_its_spikes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
