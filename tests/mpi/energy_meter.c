/*
 * The energy counters of a node are read once, whatever its ranks; what it cannot tell, none of them does.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <mpi.h>

#include "run/consumption.h"

static loligo_context context;
static char root[64];

static const char *path_of(const char *file)
{
  static char path[256];
  snprintf(path, sizeof path, "%s/intel-rapl:0%s%s", root, *file ? "/" : "", file);
  return path;
}

/* By rank 0, before all others go on. */
static void put(const char *file, const char *text)
{
  MPI_Barrier(context.comm);
  if (context.rank == 0) {
    FILE *out = fopen(path_of(file), "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
  }
  MPI_Barrier(context.comm);
}

static int set_up(void **state)
{
  (void)state;
  snprintf(root, sizeof root, "/tmp/loligo_meter.XXXXXX");
  const bool is_made = context.rank != 0 || (mkdtemp(root) && mkdir(path_of(""), 0700) == 0);
  MPI_Bcast(root, sizeof root, MPI_CHAR, 0, context.comm);
  put("name", "package-0\n");
  put("max_energy_range_uj", "99999999\n");
  put("energy_uj", "5000000\n");
  return is_made ? 0 : -1;
}

static int tear_down(void **state)
{
  static const char *const files[] = {"name", "max_energy_range_uj", "energy_uj", ""};
  (void)state;
  MPI_Barrier(context.comm);
  for (size_t i = 0; context.rank == 0 && i < sizeof files / sizeof files[0]; i++) remove(path_of(files[i]));
  return context.rank == 0 ? rmdir(root) : 0;
}

static void a_node_is_read_once(void **state)
{
  (void)state;
  energy_meter meter;
  report_energy energy = {.reason = "not yet"};
  meter_start(&meter, &context, root);
  assert_int_equal(meter_reads(&meter), context.rank == 0);
  put("energy_uj", "7500000");
  meter_stop(&meter);
  meter_gather(&meter, &context, &energy);
  assert_true(fabs(energy.package_joule - 2.5) < 1e-9);
  assert_string_equal(energy.reason, "");
}

static void what_is_lost_is_told_on_all_ranks(void **state)
{
  (void)state;
  energy_meter meter;
  report_energy energy;
  meter_start(&meter, &context, root);
  put("energy_uj", "?");
  meter_stop(&meter);
  meter_gather(&meter, &context, &energy);
  assert_true(isnan(energy.package_joule));
  assert_non_null(strstr(energy.reason, "it holds no number"));
}

static void without_counters_there_is_no_number(void **state)
{
  (void)state;
  energy_meter meter;
  report_energy energy;
  meter_start(&meter, &context, "/nowhere");
  assert_false(meter_reads(&meter));
  meter_stop(&meter);
  meter_gather(&meter, &context, &energy);
  assert_true(isnan(energy.package_joule));
  assert_string_equal(energy.reason, "no readable powercap");
}

static void what_never_began_took_nothing_that_is_known(void **state)
{
  (void)state;
  const energy_meter meter = {.is_started = false};
  report_energy energy;
  meter_gather(&meter, &context, &energy);
  assert_true(isnan(energy.package_joule));
  assert_string_equal(energy.reason, "there was nothing to do");
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_node_is_read_once, set_up, tear_down),
      cmocka_unit_test_setup_teardown(what_is_lost_is_told_on_all_ranks, set_up, tear_down),
      cmocka_unit_test_setup_teardown(without_counters_there_is_no_number, set_up, tear_down),
      cmocka_unit_test(what_never_began_took_nothing_that_is_known),
  };
  MPI_Init(&argc, &argv);
  loligo_context_init(&context, MPI_COMM_WORLD);
  const int failures = cmocka_run_group_tests(tests, NULL, NULL);
  loligo_context_free(&context);
  MPI_Finalize();
  return failures;
}
