/*
 * Energy counters, in a folder like that of the kernel: which are packages, what comes round, and what cannot be read.
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

#include "run/rapl.h"

static char root[] = "/tmp/loligo_rapl.XXXXXX";

static const char *const folders[] = {"intel-rapl:0", "intel-rapl:1", "intel-rapl:0:0", "intel-rapl:2",
                                      "intel-rapl-mmio:0"};
static const char *const names[] = {"package-0", "package-1", "core", "psys", "package-0"};
static const char *const files[] = {"name", "energy_uj", "max_energy_range_uj"};
enum { FOLDERS = sizeof folders / sizeof folders[0], FILES = sizeof files / sizeof files[0] };

static const char *path_of(const char *folder, const char *file)
{
  static char path[256];
  snprintf(path, sizeof path, "%s/%s%s%s", root, folder, *file ? "/" : "", file);
  return path;
}

static void put(const char *folder, const char *file, const char *text)
{
  FILE *out = fopen(path_of(folder, file), "w");
  assert_non_null(out);
  fputs(text, out);
  fclose(out);
}

/* All counters stand at 1000 uJ, of 9999. */
static int set_up(void **state)
{
  (void)state;
  strcpy(root + strlen(root) - 6, "XXXXXX");
  if (!mkdtemp(root)) return -1;
  for (int i = 0; i < FOLDERS; i++) {
    mkdir(path_of(folders[i], ""), 0700);
    put(folders[i], "name", names[i]);
    put(folders[i], "energy_uj", "1000\n");
    put(folders[i], "max_energy_range_uj", "9999\n");
  }
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  for (int i = 0; i < FOLDERS; i++) {
    for (int k = 0; k < FILES; k++) remove(path_of(folders[i], files[k]));
    rmdir(path_of(folders[i], ""));
  }
  return rmdir(root);
}

static void assert_near(double joule, double micro)
{
  if (!(fabs(joule - 1e-6 * micro) < 1e-12)) fail_msg("%g J instead of %g uJ", joule, micro);
}

static void packages_are_added_up(void **state)
{
  (void)state;
  rapl rapl;
  rapl_open(&rapl, root);
  assert_string_equal(rapl.reason, "");
  assert_int_equal(rapl.n, 2);
  for (int i = 0; i < FOLDERS; i++) put(folders[i], "energy_uj", i == 1 ? "5000" : "1300");
  rapl_sample(&rapl);
  assert_near(rapl.joule, 300 + 4000);
  rapl_sample(&rapl);
  assert_near(rapl.joule, 300 + 4000);
}

static void a_counter_comes_round(void **state)
{
  (void)state;
  rapl rapl;
  rapl_open(&rapl, root);
  put("intel-rapl:0", "energy_uj", "999");
  rapl_sample(&rapl);
  assert_near(rapl.joule, 9999);
  put("intel-rapl:0", "energy_uj", "1001");
  rapl_sample(&rapl);
  put("intel-rapl:0", "energy_uj", "0");
  rapl_sample(&rapl);
  assert_near(rapl.joule, 9999 + 2 + 8999);
}

static void what_cannot_be_read_has_a_reason(void **state)
{
  (void)state;
  rapl rapl;
  remove(path_of("intel-rapl:1", "energy_uj"));
  rapl_open(&rapl, root);
  assert_string_equal(rapl.reason, "energy_uj of powercap cannot be read: No such file or directory");
  put("intel-rapl:1", "energy_uj", "what?");
  rapl_open(&rapl, root);
  assert_string_equal(rapl.reason, "energy_uj of powercap cannot be read: it holds no number");
}

static void what_is_lost_later_has_a_reason(void **state)
{
  (void)state;
  rapl rapl;
  rapl_open(&rapl, root);
  remove(path_of("intel-rapl:1", "energy_uj"));
  rapl_sample(&rapl);
  assert_non_null(strstr(rapl.reason, "energy_uj"));
  const double joule = rapl.joule;
  put("intel-rapl:0", "energy_uj", "2000");
  rapl_sample(&rapl);
  assert_true(rapl.joule == joule);
}

static void without_packages_there_is_no_number(void **state)
{
  (void)state;
  rapl rapl;
  put("intel-rapl:0", "name", "dram");
  put("intel-rapl:1", "name", "dram");
  rapl_open(&rapl, root);
  assert_string_equal(rapl.reason, "no readable powercap");
  rapl_open(&rapl, "/nowhere");
  assert_string_equal(rapl.reason, "no readable powercap");
  rapl_sample(&rapl);
  assert_true(rapl.joule == 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(packages_are_added_up, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_counter_comes_round, set_up, tear_down),
      cmocka_unit_test_setup_teardown(what_cannot_be_read_has_a_reason, set_up, tear_down),
      cmocka_unit_test_setup_teardown(what_is_lost_later_has_a_reason, set_up, tear_down),
      cmocka_unit_test_setup_teardown(without_packages_there_is_no_number, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
