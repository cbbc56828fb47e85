/* Target: named parameters. Each line of the input is the value of one: of a, b, c and so on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mistakes.h"
#include "fuzz.h"
#include "io/model_file/expression.h"
#include "io/model_file/parameters.h"

enum { MOST = 26 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc, (void)argv;
  fuzz_begin();
  return 0;
}

static void add(tree_node *mapping, const char *text)
{
  const tree_mark mark = {"model.yaml", (unsigned)mapping->n + 1, 1};
  const char name[] = {(char)('a' + mapping->n), '\0'};
  tree_node *node = tree_create(TREE_SCALAR, text, mark);
  node->is_verbatim = true;
  fuzz_expect(tree_add(mapping, name, mark, node) == LOLIGO_OK, "room for a parameter");
}

/* What a parameter came to is a number that reads back, with a unit, as the same text. */
static void expect_value(const tree_node *node)
{
  measure value;
  char again[MEASURE_SIZE];
  fuzz_expect(measure_parse(node->text, &value) == LOLIGO_OK, "a value that reads back");
  measure_print(&value, again);
  fuzz_expect(!node->formula || strcmp(node->text, again) == 0, "the same value again");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  char *text = calloc(size + 1, 1), *rest = text;
  tree_node *mapping = tree_create(TREE_MAPPING, NULL, (tree_mark){"model.yaml", 1, 1});
  parameters set;
  memcpy(text, data, size);
  while (mapping->n < MOST && rest) add(mapping, strsep(&rest, "\n"));
  mistakes_begin("model.yaml");
  if (fuzz_ended(mistakes_settle(parameters_open(&set, mapping))))
    for (size_t i = 0; i < mapping->n; i++) expect_value(mapping->children[i]);
  parameters_close(&set);
  tree_free(mapping);
  free(text);
  return 0;
}
