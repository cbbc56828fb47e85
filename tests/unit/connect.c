/* Rows as they are built, word for word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "loligo/decomposition.h"
#include "sim/synapses/connect.h"
#include "sim/synapses/synapse_word.h"

enum { CELLS = 20 };

#define OK(call) assert_int_equal((call), LOLIGO_OK)

/* Ports beyond those that blocks can name: a constant that would be narrow is built as wide synapses. */
static void where_ports_are_too_many_rows_are_wide(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(0.1, 1);
  OK(loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_exp"), CELLS, NULL));
  loligo_projection_spec spec = {.rule = "all_to_all", .weight = loligo_constant(5), .delay = loligo_constant(1)};
  OK(loligo_network_add_projection(network, &spec));
  loligo_decomposition *decomposition;
  OK(loligo_decomposition_create(network, "block", 1, &decomposition));
  fixed_point format;
  cells cells;
  port_layout ports;
  synapses synapses;
  OK(fixed_point_init(&format, network));
  OK(cells_init(&cells, network, decomposition, 0));
  OK(ports_init(&ports, &format, &(uint64_t){(uint64_t)BLOCK_PORTS * PORT_BLOCKS + 1}));
  assert_false(format.accumulators[0].wide);
  OK(connect_build(&(connect_plan){.network = network, .cells = &cells, .ports = &ports}, &synapses));
  assert_int_equal(synapses.n_synapses, CELLS * CELLS);
  for (uint64_t source = 0; source < CELLS; source++) {
    const segment s = segment_read(synapses_row(&synapses, 0, 0, source));
    assert_true(s.wide && s.last);
    assert_int_equal(s.count, CELLS);
    assert_int_equal(s.gap, 10);
    for (uint32_t k = 0; k < CELLS; k++) {
      assert_int_equal(wide_port(s.synapses + 2 * k), k);
      assert_int_equal(wide_quanta(s.synapses + 2 * k), 1);
    }
  }
  synapses_free(&synapses);
  ports_free(&ports);
  cells_free(&cells);
  fixed_point_free(&format);
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(where_ports_are_too_many_rows_are_wide),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
