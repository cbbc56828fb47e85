/*
 * report.yml has every key that others read, says null where there is no number, and takes its name only when it is
 * whole.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/results/report.h"

#include "network/description.h"

static char directory[] = "/tmp/loligo_report.XXXXXX";
static char text[8192];
static loligo_population populations[] = {
    {.name = "E", .size = 3200}, {.name = "no", .size = 0}, {.name = "a: \"b\"", .size = 1}};
static loligo_network network = {.dt = 0.1, .populations = populations, .n_populations = 3, .n_cells = 3201};
static settings run_settings = {.partition = "balanced", .exchange = "auto"};
static uint64_t spikes[] = {119801, 0, 5};
static loligo_statistics statistics = {.synapses = 319482,
                                       .spikes = 119806,
                                       .synaptic_events = 77,
                                       .population_spikes = spikes,
                                       .spikes_checksum = 0xabc,
                                       .exchange = "allgather",
                                       .exchange_reason = "few ranks",
                                       .exchanges = 667,
                                       .second_rounds = 2};
static provenance origin = {
    .command_line = "loligo run \"my model.yaml\"", .version = "0.1.0", .revision = "r1", .ranks = 2};

static int set_up(void **state)
{
  (void)state;
  return mkdtemp(directory) ? 0 : -1;
}

static int tear_down(void **state)
{
  (void)state;
  char path[128];
  snprintf(path, sizeof path, "%s/report.yml", directory);
  unlink(path);
  snprintf(path, sizeof path, "%s/used_parameters.yml", directory);
  unlink(path);
  return rmdir(directory);
}

static run_report report_of(const loligo_statistics *counted)
{
  return (run_report){.status = counted ? "complete" : "failed",
                      .message = counted ? NULL : "no \"space\"",
                      .network = &network,
                      .settings = &run_settings,
                      .provenance = &origin,
                      .statistics = counted,
                      .steps = counted ? 10000 : 0,
                      .build_seconds = 0.25,
                      .run_seconds = 0.5,
                      .peak_max = (uint64_t)5 << 32,
                      .peak_sum = (uint64_t)9 << 32,
                      .bytes_per_synapse = counted ? 9.5 : NAN};
}

static void read_text(const char *name)
{
  char path[128];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
}

static void assert_line(const char *line)
{
  char wanted[1024];
  snprintf(wanted, sizeof wanted, "\n%s\n", line);
  if (!strstr(text, wanted)) fail_msg("no line '%s' in:\n%s", line, text);
}

static void a_run_is_reported(void **state)
{
  (void)state;
  run_report report = report_of(&statistics);
  assert_int_equal(report_write(&report, directory), LOLIGO_OK);
  read_text("report.yml");
  assert_int_equal(strncmp(text, "status: complete\nranks: 2\n", 26), 0);
  const char *const lines[] = {"cells: 3201",
                               "synapses: 319482",
                               "spikes: 119806",
                               "synaptic_events: 77",
                               "model_time_ms: 1000",
                               "spikes_checksum: \"0000000000000abc\"",
                               "real_time_factor: 0.5",
                               "build_seconds: 0.25",
                               "run_seconds: 0.5",
                               "bytes_per_synapse: 9.5",
                               "peak_memory_bytes: {max: 21474836480, sum: 38654705664}",
                               "partition: balanced",
                               "exchange: {method: allgather, reason: \"few ranks\", exchanges: 667, second_rounds: 2}",
                               "  update: {min: 0, mean: 0, max: 0}",
                               "  E: {cells: 3200, spikes: 119801, rate_hz: 37.4378}",
                               "  \"no\": {cells: 0, spikes: 0, rate_hz: null}",
                               "  \"a: \\\"b\\\"\": {cells: 1, spikes: 5, rate_hz: 5}",
                               "command_line: \"loligo run \\\"my model.yaml\\\"\""};
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) assert_line(lines[i]);
  assert_null(strstr(text, "message"));
}

static void energy_is_reported(void **state)
{
  (void)state;
  energy_updates updates[] = {{"iaf_psc_exp", 400, {0, 0, 0}, true}, {"no", 3, {0, 0, 0}, false}};
  report_energy energy = {.counts = {.synaptic_events = 77,
                                     .weight_updates = 5,
                                     .dram_bytes = 1e10,
                                     .network_bytes = 48,
                                     .updates = updates,
                                     .n_models = 2},
                          .joule = {.events = 0.5, .updates = NAN, .memory = 1.5, .network = 0, .sum = NAN},
                          .package_joule = NAN,
                          .reason = "no readable powercap"};
  run_report report = report_of(&statistics);
  snprintf(energy.joule.reason, sizeof energy.joule.reason, "it is \"no\"");
  run_settings.energy = (energy_assumptions){0, technology_at(0)->prices};
  report.energy = &energy;
  assert_int_equal(report_write(&report, directory), LOLIGO_OK);
  read_text("report.yml");
  assert_line(
      "energy:\n"
      "  counts: {synaptic_events: 77, cell_updates: {iaf_psc_exp: 400, \"no\": 3}, weight_updates: 5, mac: 0, "
      "dram_bytes: 10000000000, network_bytes: 48}\n"
      "  assumptions: {table: cmos45, synaptic_event_pJ: null, cell_update_pJ: null, weight_update_pJ: null, "
      "fp32_add_pJ: 0.9, fp32_mul_pJ: 3.7, fp32_div_pJ: 22.1, int32_add_pJ: 0.1, sram_8kB_pJ_per_32bit: 5, "
      "dram_pJ_per_bit: 20, network_pJ_per_bit: 10}\n"
      "  joule: {events: 0.5, updates: null, memory: 1.5, network: 0, sum: null, reason: \"it is \\\"no\\\"\"}\n"
      "  measured: {rapl_package_joule: null, reason: \"no readable powercap\"}");
  energy.joule = (energy_joule){.sum = 2};
  energy.package_joule = 12.5;
  *energy.reason = '\0';
  assert_int_equal(report_write(&report, directory), LOLIGO_OK);
  read_text("report.yml");
  assert_line("  joule: {events: 0, updates: 0, memory: 0, network: 0, sum: 2}");
  assert_line("  measured: {rapl_package_joule: 12.5}");
}

static void a_run_that_was_never_built_is_reported(void **state)
{
  (void)state;
  run_report report = report_of(NULL);
  assert_int_equal(report_write(&report, directory), LOLIGO_OK);
  read_text("report.yml");
  assert_line("message: \"no \\\"space\\\"\"");
  assert_line("synapses: 0");
  assert_line("real_time_factor: null");
  assert_line("bytes_per_synapse: null");
  assert_line("  E: {cells: 3200, spikes: 0, rate_hz: null}");
}

static void used_parameters_name_their_origin(void **state)
{
  (void)state;
  static char used[] = "simulation: {duration: 1 s}\n";
  model_file file = {.used = {.text = used, .n = sizeof used - 1}};
  assert_int_equal(used_parameters_write(&file, &origin, directory), LOLIGO_OK);
  read_text("used_parameters.yml");
  assert_int_equal(text[0], '#');
  const char *second = strchr(text, '\n') + 1;
  assert_string_equal(second, file.used.text);
  assert_non_null(strstr(text, "loligo 0.1.0, revision r1"));
}

static void a_missing_directory_is_the_machines_trouble(void **state)
{
  (void)state;
  run_report report = report_of(NULL);
  assert_int_equal(report_write(&report, "/nowhere"), LOLIGO_MACHINE_ERROR);
  assert_string_equal(loligo_error_message(), "cannot write /nowhere/report.yml: No such file or directory");
  loligo_error_clear();
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_run_is_reported),
      cmocka_unit_test(energy_is_reported),
      cmocka_unit_test(a_run_that_was_never_built_is_reported),
      cmocka_unit_test(used_parameters_name_their_origin),
      cmocka_unit_test(a_missing_directory_is_the_machines_trouble),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
