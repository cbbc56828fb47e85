/*
 * Bytes from and to main memory, against what cells and synapses are made of: of a network that no cache holds, of one
 * that caches do, and of one that only its machine does not.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "loligo/loligo.h"
#include "network/description.h"
#include "sim/traffic.h"

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    loligo_status ok_ = (call);                                                                                        \
    if (ok_ != LOLIGO_OK) fail_msg("%s", loligo_error_message());                                                      \
  } while (0)

static void project(loligo_network *network, const char *synapse, double weight)
{
  const loligo_named_value wmax[] = {{"Wmax", loligo_constant(100)}};
  const loligo_projection_spec spec = {.source = 0,
                                       .target = 0,
                                       .rule = "fixed_indegree",
                                       .argument = 1000,
                                       .weight = loligo_constant(weight),
                                       .delay = loligo_constant(1.5),
                                       .synapse = synapse,
                                       .synapse_params = synapse ? wmax : NULL,
                                       .n_synapse_params = synapse != NULL};
  OK(loligo_network_add_projection(network, &spec));
}

/* Cells with static synapses onto exc and inh, and plastic ones. */
static traffic traffic_of(uint64_t size, const machine *machine)
{
  loligo_network *network = loligo_network_create(0.1, 3);
  traffic bytes;
  OK(loligo_network_add_population(network, "E", loligo_model_find("iaf_psc_exp"), size, NULL));
  project(network, NULL, 20);
  project(network, NULL, -20);
  project(network, "stdp", 20);
  OK(traffic_init(&bytes, network, machine));
  loligo_network_destroy(network);
  return bytes;
}

/* Of a cell: its index, four variables that are also written, and two sums of 32 and one of 64 bits, read and cleared.
 */
enum { CELL_BYTES = 8 + 2 * 4 * 8 + 2 * (4 + 4 + 8), PLASTIC_BYTES = 2 * 6 };

static void large_networks_lie_in_memory(void **state)
{
  (void)state;
  traffic bytes = traffic_of(1000000, &machine_assumed);
  assert_true(bytes.update[0] == CELL_BYTES);
  assert_true(fabs(bytes.plastic_event - PLASTIC_BYTES) < 1e-9);
  assert_true(bytes.event >= 2 && bytes.event <= 4);
  traffic_free(&bytes);
}

static void small_networks_lie_in_caches(void **state)
{
  (void)state;
  traffic bytes = traffic_of(10, &machine_assumed);
  assert_true(bytes.update[0] == 0 && bytes.event == 0 && bytes.plastic_event == 0);
  traffic_free(&bytes);
}

static void a_machine_without_caches_keeps_no_cells(void **state)
{
  (void)state;
  machine machine = machine_assumed;
  machine.cells.cache = 0;
  traffic bytes = traffic_of(10, &machine);
  assert_true(bytes.update[0] == CELL_BYTES && bytes.event == 0);
  traffic_free(&bytes);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(large_networks_lie_in_memory),
      cmocka_unit_test(small_networks_lie_in_caches),
      cmocka_unit_test(a_machine_without_caches_keeps_no_cells),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
