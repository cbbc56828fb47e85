/* The table of a machine: what lies between its points, and its file. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mistakes.h"
#include "base/param.h"
#include "io/model_file/machine_file.h"
#include "model/neuron/model.h"
#include "network/machine.h"

/* Every number of the table has one row, whose default is what is assumed. */
static void sections_cover_the_table(void **state)
{
  (void)state;
  bool is_told[sizeof(machine) / sizeof(double)] = {false};
  machine_section section;
  size_t rows = 0;
  for (size_t i = 0; machine_section_at(i, &section); i++) {
    for (size_t k = 0; k < section.table.n; k++, rows++) {
      const loligo_param *row = &section.table.rows[k];
      const double assumed = *(const double *)((const char *)&machine_assumed + row->offset);
      assert_false(is_told[row->offset / sizeof(double)]);
      is_told[row->offset / sizeof(double)] = true;
      if (*row->fallback) assert_true(param_default(row) == assumed);
    }
  }
  size_t n_changing = 0;
  for (size_t i = 0; i < synapse_model_registry.n; i++) n_changing += synapse_model_has_time(synapse_model_at(i));
  assert_int_equal(rows, sizeof(machine) / sizeof(double) - 3 * MACHINE_MODELS + loligo_model_registry.n +
                             input_model_registry.n + n_changing);
}

static void rows_are_met_where_they_are_measured(void **state)
{
  (void)state;
  double ns[MACHINE_ROW_COUNT];
  for (int i = 0; i < MACHINE_ROW_COUNT; i++) ns[i] = 1 + i;
  for (int i = 0; i < MACHINE_ROW_COUNT; i++) {
    const machine_rows rows = machine_rows_at(i);
    const double at = machine_rows_ns(ns, &rows);
    const bool is_single = i % MACHINE_LENGTHS == 0; /* one synapse has one delay */
    assert_float_equal(at, is_single && machine_row_is_spread(i) ? ns[i - MACHINE_LENGTHS] : ns[i], 1e-9);
  }
}

static void between_rows_it_goes_in_powers(void **state)
{
  (void)state;
  double ns[MACHINE_ROW_COUNT];
  for (int i = 0; i < MACHINE_ROW_COUNT; i++) ns[i] = 1000 / machine_rows_at(i).synapses;
  double last = INFINITY;
  for (double length = 1; length <= 1000; length *= 1.3) {
    const machine_rows one = {length, 1, 1e5, 0}, many = {length, length / 2, 1e12, 0};
    assert_float_equal(machine_rows_ns(ns, &one), 1000 / length, 1e-9 * 1000);
    assert_float_equal(machine_rows_ns(ns, &many), 1000 / length, 1e-9 * 1000);
    assert_true(machine_rows_ns(ns, &one) < last);
    last = machine_rows_ns(ns, &one);
  }
  const machine_rows longer = {1e7, 1e9, 0, 0}, none = {0, 0, 0, 0};
  assert_float_equal(machine_rows_ns(ns, &longer), 1, 1e-9);
  assert_float_equal(machine_rows_ns(ns, &none), 1000, 1e-6);
}

/* Of rows longer than those measured, a delay has more synapses to share what it takes. */
static void delays_are_shared_by_the_synapses_of_a_row(void **state)
{
  (void)state;
  double ns[MACHINE_ROW_COUNT];
  for (int i = 0; i < MACHINE_ROW_COUNT; i++) ns[i] = machine_row_is_spread(i) ? 3 : 1;
  const double most = machine_rows_at(2 * MACHINE_LENGTHS - 1).runs - 1;
  for (double synapses = 1000; synapses < 1e6; synapses *= 3) {
    const machine_rows rows = {synapses, 31, 0, 0};
    assert_float_equal(machine_rows_ns(ns, &rows), pow(3, 30 / most * 1000 / synapses), 1e-9);
  }
}

static void models_that_were_not_measured_go_by_their_cost(void **state)
{
  (void)state;
  const loligo_model *hh = loligo_model_find("hh_psc_exp"), *plain = loligo_model_find("iaf_psc_exp");
  loligo_model outside = *hh;
  machine machine = machine_assumed;
  assert_true(machine_update_ns(&machine, hh) == hh->cost * machine_update_ns(&machine, plain));
  outside.name = "mine";
  for (size_t i = 0; i < loligo_model_registry.n; i++) machine.update[i] = loligo_model_at(i) == plain ? 3 : 7;
  assert_true(machine_update_ns(&machine, hh) == 7 && machine_update_ns(&machine, plain) == 3);
  assert_true(machine_update_ns(&machine, &outside) == hh->cost * 3);
  for (size_t i = 0; i < input_model_registry.n; i++) assert_true(machine_input_ns(&machine, input_model_at(i)) > 0);
}

static void a_process_grows_with_its_node(void **state)
{
  (void)state;
  machine machine = machine_assumed;
  machine.process.memory = 10;
  machine.process.peer = 2;
  machine.node.cores = 4;
  assert_true(machine_process_bytes(&machine, 1) == 10 * 0x1p20);
  assert_true(machine_process_bytes(&machine, 3) == 14 * 0x1p20);
  assert_true(machine_process_bytes(&machine, 4000) == 16 * 0x1p20);
}

/* -- its file -- */

static loligo_status read_text(const char *text, machine *machine)
{
  FILE *stream = fmemopen((void *)text, strlen(text), "r");
  assert_non_null(stream);
  mistakes_begin("machine.yaml");
  const loligo_status status = mistakes_settle(machine_stream_read(stream, "machine.yaml", machine));
  fclose(stream);
  return status;
}

static void what_is_printed_is_read(void **state)
{
  (void)state;
  const machine_origin origin = {"host \"a\"", "CPU \\ 1\n", "0.1", 3};
  machine given = machine_assumed, found;
  char *text;
  size_t size;
  for (size_t i = 0; i < loligo_model_registry.n; i++) given.update[i] = 0.1 * (double)(i + 1);
  given.deliver[3] = 1. / 3;
  given.network.latency = 1234.5;
  FILE *out = open_memstream(&text, &size);
  machine_file_print(out, &given, &origin);
  fclose(out);
  if (read_text(text, &found) != LOLIGO_OK) fail_msg("%s\n%s", loligo_error_message(), text);
  assert_memory_equal(&found, &given, sizeof given);
  free(text);
}

static void what_is_left_out_is_assumed(void **state)
{
  (void)state;
  machine found;
  assert_int_equal(read_text("# nothing\n", &found), LOLIGO_OK);
  assert_memory_equal(&found, &machine_assumed, sizeof found);
  assert_int_equal(read_text("network: {latency: 2 us, bandwidth: 12.5}\nnode:\n  cores: 96\n", &found), LOLIGO_OK);
  assert_true(found.network.latency == 2000 && found.network.bandwidth == 12.5 && found.node.cores == 96);
}

static void slips_are_told_with_their_place(void **state)
{
  (void)state;
  const struct {
    const char *text, *words[3];
  } cases[] = {
      {"netwrok: {latency: 1}\n", {"machine.yaml:1:1:", "'netwrok'", "did you mean 'network'?"}},
      {"network:\n  latencey: 1\n", {"machine.yaml:2:3:", "'latencey'", "did you mean 'latency'?"}},
      {"update:\n  iaf_psc_epx: 1\n", {"machine.yaml:2:3:", "'iaf_psc_epx'", "did you mean 'iaf_psc_exp'?"}},
      {"exchange:\n  byte: -1\n", {"machine.yaml:2:9:", "byte", ">= 0"}},
      {"deliver:\n  r10: 0\n", {"machine.yaml:2:8:", "r10", "> 0"}},
      {"disk:\n  bandwidth: 3 mV\n", {"machine.yaml:2:14:", "bandwidth", "mV"}},
      {"node: 3\n", {"machine.yaml:1:7:", "node", "mapping"}},
      {"node: {cores: [1]}\n", {"machine.yaml:1:15:", "cores", "not a list"}},
      {"node: {\n", {"machine.yaml:", "", ""}},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    machine found;
    assert_int_equal(read_text(cases[i].text, &found), LOLIGO_INPUT_ERROR);
    for (int w = 0; w < 3; w++)
      if (!strstr(loligo_error_message(), cases[i].words[w]))
        fail_msg("no %s in: %s", cases[i].words[w], loligo_error_message());
    loligo_error_clear();
  }
}

/* Where they were measured they are as measured; longer ones take as long for each synapse. */
static void spikes_enter_each_packed_synapse(void **state)
{
  (void)state;
  machine machine = machine_assumed;
  machine_rows rows = machine_rows_at(MACHINE_ROW_r100_d100);
  rows.packed = 1;
  assert_float_equal(machine_enter_ns(&machine, &rows), machine.enter[MACHINE_ROW_r100_d100], 1e-6);
  assert_float_equal(machine_deliver_ns(&machine, &rows), machine.deliver[MACHINE_ROW_r100_d100], 1e-9);
  rows.runs = 4;
  assert_float_equal(machine_enter_ns(&machine, &rows), machine.enter[MACHINE_ROW_r100_d100], 1e-6);
  rows.synapses = 300;
  assert_float_equal(machine_enter_ns(&machine, &rows), 3 * machine.enter[MACHINE_ROW_r100_d100], 1e-6);
  assert_float_equal(machine_deliver_ns(&machine, &rows), machine.deliver[MACHINE_ROW_r100_d100], 1e-9);
  rows.packed = 0;
  assert_float_equal(machine_enter_ns(&machine, &rows), machine_rows_ns(machine.enter, &rows), 1e-9);
}

static void many_synapses_take_longer_to_build(void **state)
{
  (void)state;
  machine machine = machine_assumed;
  machine.build.synapse = 10;
  machine.build.synapse_far = 30;
  assert_true(machine_synapse_ns(&machine, 0) == 10 && machine_synapse_ns(&machine, 0x1p20) == 10);
  assert_float_equal(machine_synapse_ns(&machine, 0x1p24), 20, 1e-9);
  assert_true(machine_synapse_ns(&machine, 0x1p28) == 30 && machine_synapse_ns(&machine, 1e12) == 30);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sections_cover_the_table),
      cmocka_unit_test(rows_are_met_where_they_are_measured),
      cmocka_unit_test(many_synapses_take_longer_to_build),
      cmocka_unit_test(spikes_enter_each_packed_synapse),
      cmocka_unit_test(between_rows_it_goes_in_powers),
      cmocka_unit_test(delays_are_shared_by_the_synapses_of_a_row),
      cmocka_unit_test(models_that_were_not_measured_go_by_their_cost),
      cmocka_unit_test(a_process_grows_with_its_node),
      cmocka_unit_test(what_is_printed_is_read),
      cmocka_unit_test(what_is_left_out_is_assumed),
      cmocka_unit_test(slips_are_told_with_their_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
