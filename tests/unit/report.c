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
  char wanted[256];
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
      cmocka_unit_test(a_run_that_was_never_built_is_reported),
      cmocka_unit_test(used_parameters_name_their_origin),
      cmocka_unit_test(a_missing_directory_is_the_machines_trouble),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
