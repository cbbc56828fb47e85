/*
 * Sources and inputs that repeat themselves: what came in the first period comes in each, drawn or given, whatever the
 * period is to the steps that are drawn ahead, on any number of ranks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loligo/loligo.h"

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    if ((call) != LOLIGO_OK) fail_msg("%s: %s", #call, loligo_error_message());                                        \
  } while (0)

enum { PERIOD = 37, PERIODS = 4, STEPS = PERIOD * PERIODS, CELLS = 5, DRAWN = 0, GIVEN, RELAYS, POPULATIONS };

/** Spikes by population, stamp and cell. */
typedef struct raster {
  int count[POPULATIONS][STEPS + 1][CELLS];
} raster;

static loligo_status listen(void *self, const loligo_interval *interval)
{
  raster *seen = self;
  for (size_t i = 0; i < interval->n_spikes; i++) {
    const loligo_spike *s = &interval->spikes[i];
    seen->count[s->population][s->step][s->index]++;
  }
  return LOLIGO_OK;
}

static loligo_network *make_network(double repeat)
{
  static const double times[] = {1, 5, PERIOD}, brought[] = {2, PERIOD};
  loligo_network *network = loligo_network_create(1, 1);
  OK(loligo_network_add_population(network, "drawn", loligo_model_find("poisson_source"), CELLS, NULL));
  OK(loligo_network_set_param(network, DRAWN, "rate", loligo_constant(200)));
  OK(loligo_network_add_population(network, "given", loligo_model_find("spike_source"), CELLS, NULL));
  OK(loligo_network_set_trains(network, GIVEN, times, NULL, 3));
  OK(loligo_network_add_population(network, "relays", loligo_model_find("parrot"), CELLS, NULL));
  OK(loligo_network_set_repeat(network, DRAWN, repeat));
  OK(loligo_network_set_repeat(network, GIVEN, repeat));
  loligo_input_spec spec = {.name = "noise",
                            .model = "poisson",
                            .target = {.population = RELAYS, .last = CELLS},
                            .weight = 1,
                            .repeat = repeat,
                            .params = (const loligo_named_value[]){{"rate", loligo_constant(300)}},
                            .n_params = 1};
  OK(loligo_network_add_input(network, &spec));
  spec.name = "pattern";
  spec.model = "spikes";
  spec.target.last = 1;
  spec.n_params = 0;
  spec.times = brought;
  spec.n_times = 2;
  OK(loligo_network_add_input(network, &spec));
  return network;
}

static void run(const loligo_network *network, raster *seen)
{
  loligo_context context;
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  memset(seen, 0, sizeof *seen);
  loligo_context_init(&context, MPI_COMM_WORLD);
  OK(loligo_decomposition_create(network, "round_robin", context.size, &decomposition));
  OK(loligo_simulation_create(&context, network, decomposition, "auto", NULL, &simulation));
  OK(loligo_simulation_observe(simulation, (loligo_observer){seen, listen}));
  OK(loligo_simulation_run(simulation, STEPS));
  MPI_Allreduce(MPI_IN_PLACE, seen, sizeof *seen / sizeof(int), MPI_INT, MPI_SUM, context.comm);
  loligo_simulation_destroy(simulation);
  loligo_decomposition_destroy(decomposition);
  loligo_context_free(&context);
}

static int count_of(const raster *seen, size_t population, int first, int last)
{
  int n = 0;
  for (int step = first; step <= last; step++)
    for (int c = 0; c < CELLS; c++) n += seen->count[population][step][c];
  return n;
}

static void each_period_is_the_first(void **state)
{
  (void)state;
  static raster once, again;
  loligo_network *network = make_network(PERIOD);
  run(network, &again);
  loligo_network_destroy(network);
  network = make_network(0);
  run(network, &once);
  loligo_network_destroy(network);
  for (size_t p = 0; p < POPULATIONS; p++) {
    assert_true(count_of(&again, p, 1, PERIOD) > 10);
    for (int step = 1; step <= STEPS; step++)
      assert_memory_equal(again.count[p][step], once.count[p][(step - 1) % PERIOD + 1], sizeof once.count[p][step]);
  }
  assert_true(count_of(&once, GIVEN, PERIOD + 1, STEPS) == 0);
  assert_true(again.count[RELAYS][PERIOD][0] > 0 && count_of(&once, DRAWN, PERIOD + 1, STEPS) > 0);
}

static void refused(loligo_status status, const char *message)
{
  assert_int_equal(status, LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), message);
  loligo_error_clear();
}

static void what_cannot_repeat_is_refused(void **state)
{
  (void)state;
  loligo_network *network = make_network(0);
  refused(loligo_network_set_repeat(network, RELAYS, 10),
          "repeat is for sources that keep no state, which model parrot is not");
  refused(loligo_network_set_repeat(network, DRAWN, 2.5), "repeat 2.5 ms is not a multiple of dt 1 ms");
  refused(loligo_network_set_repeat(network, GIVEN, 10),
          "the spike at 37 ms would never come: all begins anew after repeat, 10 ms");
  loligo_network_destroy(network);
}

int main(int argc, char **argv)
{
  MPI_Init(&argc, &argv);
  const struct CMUnitTest tests[] = {cmocka_unit_test(each_period_is_the_first),
                                     cmocka_unit_test(what_cannot_repeat_is_refused)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  MPI_Finalize();
  return failed;
}
