/*
 * Configurations of SONATA: files joined into one tree, variables filled in, the command line, faults.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "io/sonata/config.h"
#include "scratch.h"

static sonata_config read_with(const char *path, const char *const *sets, size_t n)
{
  sonata_config config;
  if (sonata_config_read(path, sets, n, &config) != LOLIGO_OK) fail_msg("%s", loligo_error_message());
  return config;
}

static void assert_refused_with(const char *path, const char *const *sets, size_t n, const char *message)
{
  sonata_config config;
  assert_int_equal(sonata_config_read(path, sets, n, &config), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), message);
  loligo_error_clear();
  sonata_config_free(&config);
}

static void assert_refused(const char *path, const char *text, const char *message)
{
  scratch_write(path, text);
  assert_refused_with(path, NULL, 0, message);
}

/* The node below keys that stand apart by slashes. */
static const tree_node *find(const sonata_config *config, const char *keys)
{
  char word[64];
  const tree_node *node = config->root;
  for (; *keys && node; keys += strlen(word) + (keys[strlen(word)] == '/')) {
    snprintf(word, sizeof word, "%.*s", (int)strcspn(keys, "/"), keys);
    node = tree_find(node, word);
  }
  assert_non_null(node);
  return node;
}

static void assert_text(const sonata_config *config, const char *keys, const char *text)
{
  assert_string_equal(find(config, keys)->text, text);
}

static void write_split_circuit(void)
{
  mkdir("c", 0700);
  scratch_write("c/simulation.json", "{\n"
                                     "\t\"manifest\": {\"$OUT\": \"$BASE/out\", \"$BASE\": \"${configdir}\"},\n"
                                     " \"run\":{\"tstop\": 3e3, \"dt\": 0.1},\n"
                                     " \"output\": {\"output_dir\": \"$OUT\"},\n"
                                     " \"network\": \"circuit_config.json\"}\n");
  scratch_write("c/circuit_config.json", "{\"manifest\": {\"$NET\": \"./network\"},\n"
                                         " \"run\": {\"dt\": 1, \"dL\": 20},\n"
                                         " \"networks\": {\"nodes\": [{\"nodes_file\": \"${NET}/v1_nodes.h5\"}]}}\n");
}

static void files_are_joined(void **state)
{
  (void)state;
  write_split_circuit();
  sonata_config config = read_with("c/simulation.json", NULL, 0);
  assert_text(&config, "run/tstop", "3e3");
  assert_text(&config, "run/dt", "0.1");
  assert_text(&config, "run/dL", "20");
  const tree_node *file = tree_find(find(&config, "networks/nodes")->children[0], "nodes_file");
  assert_string_equal(file->text, "./network/v1_nodes.h5");
  assert_string_equal(file->mark.origin, "c/circuit_config.json");
  assert_int_equal(file->mark.line, 3);
  assert_int_equal(file->mark.column, 40);
  char path[PATH_MAX];
  assert_int_equal(sonata_config_path(&config, "nodes_file", file, path), LOLIGO_OK);
  assert_string_equal(path, "c/./network/v1_nodes.h5");
  assert_int_equal(sonata_config_path(&config, "output_dir", find(&config, "output/output_dir"), path), LOLIGO_OK);
  assert_string_equal(path, "c/./out");
  sonata_config_free(&config);
}

static void a_third_file_may_name_both(void **state)
{
  (void)state;
  write_split_circuit();
  scratch_write("c/config.json", "{\"network\": \"./circuit_config.json\", \"simulation\": \"simulation.json\"}");
  sonata_config config = read_with("c/config.json", NULL, 0);
  assert_text(&config, "run/tstop", "3e3");
  assert_int_equal(find(&config, "networks/nodes")->n, 1);
  sonata_config_free(&config);
}

static void the_circuit_may_lie_beside_the_simulation(void **state)
{
  (void)state;
  write_split_circuit();
  scratch_write("c/alone.json", "{\"run\": {\"tstop\": 10}}");
  sonata_config config = read_with("c/alone.json", NULL, 0);
  assert_int_equal(find(&config, "networks/nodes")->n, 1);
  sonata_config_free(&config);
  assert_refused("alone.json", "{\"run\": {\"tstop\": 10}}",
                 "alone.json:1:1: missing key 'network', and there is no circuit_config.json beside this file");
}

static void the_command_line_comes_last(void **state)
{
  (void)state;
  write_split_circuit();
  static const char *const sets[] = {"run.tstop=500", "networks.nodes.0.nodes_file=a.h5", "manifest.$OUT=there",
                                     "partition.method=block"};
  sonata_config config = read_with("c/simulation.json", sets, 4);
  assert_text(&config, "run/tstop", "500");
  assert_text(&config, "output/output_dir", "there");
  assert_text(&config, "partition/method", "block");
  char path[PATH_MAX];
  const tree_node *file = tree_find(find(&config, "networks/nodes")->children[0], "nodes_file");
  assert_int_equal(sonata_config_path(&config, "nodes_file", file, path), LOLIGO_OK);
  assert_string_equal(path, "c/a.h5");
  sonata_config_free(&config);
  static const char *const wrong[] = {"run.tstop"};
  assert_refused_with("c/simulation.json", wrong, 1, "--set run.tstop: no '='; write --set a.b=value");
}

static void files_that_are_wrong_are_refused(void **state)
{
  (void)state;
  assert_refused("w.json", "[1]", "w.json:1:1: the configuration must be a mapping, not a list");
  assert_refused("w.json", "{\"network\": \"none.json\"}",
                 "w.json:1:13: network: cannot open 'none.json': No such file or directory");
  assert_refused("w.json", "{\"network\": \"w.json\"}", "w.json:1:13: 'w.json' includes itself");
  assert_refused("w.json", "{\"a\": 1, \"a\": 2, \"networks\": {}}",
                 "w.json:1:10: duplicate key 'a', given twice, first in line 1; keep one of them");
  assert_refused_with("none.json", NULL, 0, "none.json: cannot open: No such file or directory");
}

static void variables_that_are_wrong_are_refused(void **state)
{
  (void)state;
  assert_refused("w.json", "{\"manifest\": {\"$A\": \"$B/x\",\n \"$B\": \"${A}\"}, \"networks\": {}}",
                 "w.json:1:21: the variable $A leads to itself");
  assert_refused("w.json", "{\"manifest\": {\"$BASE\": \".\"},\n \"networks\": \"$BASES/x\"}",
                 "w.json:2:14: unknown variable '$BASES'; did you mean '$BASE'?");
  assert_refused("w.json", "{\"manifest\": {\"$A\": [1]}, \"networks\": {}}",
                 "w.json:1:21: $A must be one value, not a list");
  assert_refused("w.json", "{\"networks\": \"a$\"}",
                 "w.json:1:14: unknown variable '$'; known: ${configdir}, ${workingdir}");
  char text[1024] = "{\"manifest\": {\"$A0\": \"0123456789\"", more[64];
  for (int i = 1; i < 12; i++) {
    snprintf(more, sizeof more, ",\n \"$A%d\": \"$A%d$A%d$A%d$A%d\"", i, i - 1, i - 1, i - 1, i - 1);
    strcat(text, more);
  }
  strcat(text, "}}");
  assert_refused("w.json", text, "w.json:6:9: '$A4$A4$A4$A4' becomes longer than 4095 bytes with its variables");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(files_are_joined),
      cmocka_unit_test(a_third_file_may_name_both),
      cmocka_unit_test(the_circuit_may_lie_beside_the_simulation),
      cmocka_unit_test(the_command_line_comes_last),
      cmocka_unit_test(files_that_are_wrong_are_refused),
      cmocka_unit_test(variables_that_are_wrong_are_refused),
  };
  return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
