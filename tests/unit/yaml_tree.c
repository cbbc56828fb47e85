/*
 * The tree of a YAML text: places, anchors, merge keys, faults; overrides; and the way back to text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "io/yaml/canonical.h"
#include "io/yaml/overrides.h"
#include "io/yaml/yaml_tree.h"

static const tree_mark START = {"m.yaml", 1, 1};

static tree_node *parse(const char *text)
{
  tree_node *root;
  if (tree_parse(text, START, &root) != LOLIGO_OK) fail_msg("%s", loligo_error_message());
  return root;
}

static void assert_fails(loligo_status status, const char *message)
{
  assert_int_equal(status, LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), message);
  loligo_error_clear();
}

static void assert_parse_fails(const char *text, const char *message)
{
  tree_node *root;
  assert_fails(tree_parse(text, START, &root), message);
  assert_null(root);
}

static void assert_mark(tree_mark mark, unsigned line, unsigned column)
{
  assert_string_equal(mark.origin, "m.yaml");
  assert_int_equal(mark.line, line);
  assert_int_equal(mark.column, column);
}

static void nodes_know_their_place(void **state)
{
  (void)state;
  tree_node *root = parse("a: 1\nb:\n  - x\n  - {c: 'y z'}\n");
  assert_int_equal(root->kind, TREE_MAPPING);
  assert_mark(tree_find(root, "a")->mark, 1, 4);
  const tree_node *list = tree_find(root, "b");
  assert_mark(list->key_mark, 2, 1);
  assert_int_equal(list->kind, TREE_LIST);
  assert_int_equal(list->n, 2);
  assert_string_equal(list->children[0]->text, "x");
  assert_mark(list->children[0]->mark, 3, 5);
  const tree_node *c = tree_find(list->children[1], "c");
  assert_string_equal(c->text, "y z");
  assert_true(c->quoted);
  assert_mark(c->key_mark, 4, 6);
  assert_mark(c->mark, 4, 9);
  assert_null(tree_find(root, "c"));
  tree_free(root);
}

static void nothing_is_null(void **state)
{
  (void)state;
  tree_node *root = parse("{a: , b: ~, c: null, d: 'null', e: [], f: x}");
  for (size_t i = 0; i < root->n; i++) assert_int_equal(tree_is_null(root->children[i]), i < 3);
  tree_free(root);
  root = parse("# nothing but a comment\n");
  assert_true(tree_is_null(root));
  tree_free(root);
}

static void aliases_are_copies(void **state)
{
  (void)state;
  tree_node *root = parse("a: &x {p: 1}\nb: *x\nc: [*x, &y z, *y]\n");
  const tree_node *b = tree_find(root, "b"), *c = tree_find(root, "c");
  assert_ptr_not_equal(b, tree_find(root, "a"));
  assert_string_equal(tree_find(b, "p")->text, "1");
  assert_mark(tree_find(b, "p")->mark, 1, 11);
  assert_mark(b->key_mark, 2, 1);
  assert_string_equal(tree_find(c->children[0], "p")->text, "1");
  assert_string_equal(c->children[2]->text, "z");
  tree_free(root);
}

static void merge_keys_fill_what_is_missing(void **state)
{
  (void)state;
  tree_node *root = parse("a: &a {p: 1, q: 2}\nb: &b {q: 3, r: 4}\nc: {q: 0, <<: *a}\nd: {<<: [*a, *b]}\n");
  const tree_node *c = tree_find(root, "c"), *d = tree_find(root, "d");
  assert_int_equal(c->n, 2);
  assert_string_equal(tree_find(c, "q")->text, "0");
  assert_string_equal(tree_find(c, "p")->text, "1");
  assert_int_equal(d->n, 3);
  assert_string_equal(tree_find(d, "q")->text, "2");
  assert_string_equal(tree_find(d, "r")->text, "4");
  tree_free(root);
}

static void faults_are_told_with_their_place(void **state)
{
  (void)state;
  assert_parse_fails("a: 1\nb: 2\na: 3\n",
                     "m.yaml:3:1: duplicate key 'a', given twice, first in line 1; keep one of them");
  assert_parse_fails("{p: {a: 1, a: 2}}",
                     "m.yaml:1:12: duplicate key 'a', given twice, first in line 1; keep one of them");
  assert_parse_fails("a: *b\n", "m.yaml:1:4: unknown alias 'b'; no anchor &b stands before it");
  assert_parse_fails("a: &a [*a]\n", "m.yaml:1:8: unknown alias 'a'; no anchor &a stands before it");
  assert_parse_fails("? [a]\n: 1\n", "m.yaml:1:3: a key must be a name, not a list or a mapping");
  assert_parse_fails("a: {<<: 3}\n", "m.yaml:1:9: the merge key << takes a mapping or a list of mappings");
  assert_parse_fails("a: 1\n---\nb: 1\n", "m.yaml:2:1: a second document begins here; a model is one document");
  assert_parse_fails("a: {b: 1\n",
                     "m.yaml:2:1: not YAML: did not find expected ',' or '}' while parsing a flow mapping");
  assert_parse_fails("a: 'b\n", "m.yaml:2:1: not YAML: found unexpected end of stream while scanning a quoted scalar");
  assert_parse_fails("a:\n\tb: 1\n", "m.yaml:2:1: not YAML: found character that cannot start any token while scanning "
                                     "for the next token; indent by spaces, not by a tab");
  assert_parse_fails("\xEF\xBB\xBF\xC3\xA4: {E[0:5].I_e: 1}\n",
                     "m.yaml:1:6: not YAML: did not find expected ',' or '}' while parsing a flow mapping; a name with "
                     "[ ] in it stands in quotes here");
  assert_parse_fails("a: @b\n", "m.yaml:1:4: not YAML: found character that cannot start any token while scanning for "
                                "the next token; what begins with it stands in quotes");
  assert_parse_fails("a: \xff\n", "m.yaml:1:1: not YAML: invalid leading UTF-8 octet");
}

static void endless_nesting_is_refused(void **state)
{
  (void)state;
  char text[2001];
  memset(text, '[', 2000);
  text[2000] = '\0';
  assert_parse_fails(text, "m.yaml:1:101: nested deeper than 100 levels");
}

/* Keys of a mapping so large that a table finds them. */
static void many_keys_are_found(void **state)
{
  (void)state;
  enum { N = 1000 };
  static char text[16 * N];
  for (int i = 0; i < N; i++) sprintf(text + strlen(text), "k%d: %d\n", i, i);
  tree_node *root = parse(text);
  tree_node *taken = tree_find(root, "k7");
  tree_take(root, taken);
  tree_free(taken);
  for (int i = 0; i < N; i++) {
    char key[8], value[8];
    snprintf(key, sizeof key, "k%d", i);
    snprintf(value, sizeof value, "%d", i);
    const tree_node *child = tree_find(root, key);
    if (i == 7)
      assert_null(child);
    else
      assert_string_equal(child->text, value);
  }
  tree_free(root);
  sprintf(text + strlen(text), "k500: 1\n");
  assert_parse_fails(text, "m.yaml:1001:1: duplicate key 'k500', given twice, first in line 501; keep one of them");
}

/* Elements of a list that was left out, counted; each must be the one of the whole tree, at its place. */
typedef struct comparison {
  const tree_node *whole; /* list */
  size_t n;
} comparison;

static void assert_same_tree(const tree_node *a, const tree_node *b)
{
  assert_int_equal(a->kind, b->kind);
  assert_int_equal(a->n, b->n);
  assert_mark(a->mark, b->mark.line, b->mark.column);
  if (a->key) assert_string_equal(a->key, b->key);
  if (a->key) assert_mark(a->key_mark, b->key_mark.line, b->key_mark.column);
  if (a->text) assert_string_equal(a->text, b->text);
  for (size_t i = 0; i < a->n; i++) assert_same_tree(a->children[i], b->children[i]);
}

static loligo_status compare_next(void *self, tree_node *element)
{
  comparison *c = self;
  assert_true(c->n < c->whole->n);
  assert_same_tree(element, c->whole->children[c->n++]);
  tree_free(element);
  return LOLIGO_OK;
}

/* Parses with and without the list under `long`. */
static void assert_left_out(const char *text, bool is_left_out)
{
  tree_node *whole = parse(text), *around;
  tree_stretch list;
  assert_int_equal(tree_parse_around(text, START, "long", &list, &around), LOLIGO_OK);
  assert_int_equal(list.items.text != NULL, is_left_out);
  assert_int_equal(around->n, whole->n);
  if (is_left_out) {
    comparison c = {.whole = tree_find(whole, "long")};
    assert_int_equal(tree_parse_elements(&list, compare_next, &c), LOLIGO_OK);
    assert_int_equal(c.n, c.whole->n);
    assert_int_equal(tree_find(around, "long")->n, 0);
  } else {
    assert_same_tree(around, whole);
  }
  tree_stretch_free(&list);
  tree_free(whole);
  tree_free(around);
}

static void long_lists_may_be_left_out(void **state)
{
  (void)state;
  assert_left_out("a: 1\nlong:\n  - x\n  - {c: 'y z'}\n  -\n    d: 4\n    e: [5,\n      6]\n\n# end\nb: 2\n", true);
  assert_left_out("long:\n- x: |\n    y\n     z\n- - 1\n  - 2\n", true);
  assert_left_out("\xEF\xBB\xBF# \u00b5\u2028 \ng: \u00e9\nlong:\n  # \u20ac\n  - \u00e9: \U0001F991\n  - 2\nb: 3",
                  true);
  assert_left_out("# c\r\nlong:\r\n  - a: 1\r\n    b: 2\r\n  - 3\r\nb: 4\r\n", true);
  assert_left_out("b: &x {c: 1}\nlong:\n  - <<: {d: 1}\n", true);
  assert_left_out("long: [1, 2]\n", false);
  assert_left_out("{long: [1, 2]}\n", false);
  assert_left_out("a: {long: \n  [1]}\nb:\n  long:\n  - 1\n", false);
  assert_left_out("b: &x {c: 1}\nlong:\n  - *x\n", false);
  assert_left_out("long:\n  - &x {c: 1}\nb: *x\n", false);
  assert_left_out("a: 1\n", false);
}

static loligo_status refuse(void *self, tree_node *element)
{
  (void)self;
  const loligo_status status = tree_fail(element->mark, "no");
  tree_free(element);
  return status;
}

static void faults_in_long_lists_have_their_place(void **state)
{
  (void)state;
  tree_node *root;
  tree_stretch list;
  assert_fails(tree_parse_around("a: 1\nlong:\n  - {b: 1\n  - 2\n", START, "long", &list, &root),
               "m.yaml:5:1: not YAML: did not find expected ',' or '}' while parsing a flow mapping");
  assert_int_equal(tree_parse_around("a: 1\nlong:\n  - {b: 1}\n  - {c: 2, c: 3}\n", START, "long", &list, &root),
                   LOLIGO_OK);
  comparison none = {0};
  assert_fails(tree_parse_elements(&list, refuse, &none), "m.yaml:3:5: no");
  tree_stretch_free(&list);
  tree_free(root);
}

static tree_node *overridden(const char *text, const char *override)
{
  tree_node *root = parse(text);
  if (override_apply(root, override) != LOLIGO_OK) fail_msg("%s", loligo_error_message());
  return root;
}

static void overrides_replace_and_create(void **state)
{
  (void)state;
  tree_node *root = overridden("a: {b: 1}\nl: [{c: 1}, {c: 2}]\n", "a.b={x: [2 ms]}");
  const tree_node *x = tree_find(tree_find(tree_find(root, "a"), "b"), "x");
  assert_string_equal(x->children[0]->text, "2 ms");
  assert_int_equal(x->mark.line, 0);
  tree_free(root);
  root = overridden("a: {b: 1}\nl: [{c: 1}, {c: 2}]\n", "l.1.c=x=y");
  assert_string_equal(tree_find(tree_find(root, "l")->children[1], "c")->text, "x=y");
  assert_string_equal(tree_find(tree_find(root, "l")->children[0], "c")->text, "1");
  tree_free(root);
  root = overridden("a:\n", "a.b.c=3");
  assert_string_equal(tree_find(tree_find(tree_find(root, "a"), "b"), "c")->text, "3");
  tree_free(root);
  root = overridden("", "a=3");
  assert_string_equal(tree_find(root, "a")->text, "3");
  tree_free(root);
}

static void overrides_change_one_of_two_aliases(void **state)
{
  (void)state;
  tree_node *root = overridden("a: &x {p: 1}\nb: *x\n", "b.p=2");
  assert_string_equal(tree_find(tree_find(root, "a"), "p")->text, "1");
  assert_string_equal(tree_find(tree_find(root, "b"), "p")->text, "2");
  tree_free(root);
}

static void assert_override_fails(const char *override, const char *message)
{
  tree_node *root = parse("a: {b: 1}\nl: [1, 2]\n");
  assert_fails(override_apply(root, override), message);
  tree_free(root);
}

static void faults_of_overrides(void **state)
{
  (void)state;
  assert_override_fails("a.b", "--set a.b: no '='; write --set a.b=value");
  assert_override_fails("=1", "--set =1: an empty key; write --set a.b=value");
  assert_override_fails("a..b=1", "--set a..b=1: an empty key; write --set a.b=value");
  assert_override_fails("a.b.c=1", "--set a.b.c=1: 'b' has the value '1' and so no key 'c'");
  assert_override_fails("l.x=1", "--set l.x=1: 'x' is not a number, but 'l' is a list; address its elements from 0");
  assert_override_fails("l.-1=1", "--set l.-1=1: '-1' is not a number, but 'l' is a list; address its elements from 0");
  assert_override_fails("l.2=1", "--set l.2=1: no element 2 in 'l'; it has 2, counted from 0");
  assert_override_fails("a=[", "--set a=[: not YAML: did not find expected node content while parsing a flow node");
}

static char *write(const tree_node *root)
{
  long_text text = {0};
  canonical *out = canonical_open();
  for (size_t i = 0; i < root->n; i++) canonical_add(out, root->children[i]);
  assert_int_equal(canonical_close(out, &text), LOLIGO_OK);
  return text.text; /* short ones are in memory */
}

static void assert_written(const char *text, const char *expected)
{
  tree_node *root = parse(text);
  char *written = write(root);
  assert_string_equal(written, expected);
  tree_free(root);
  root = parse(written);
  char *again = write(root);
  assert_string_equal(again, written);
  tree_free(root);
  memory_free(written);
  memory_free(again);
}

static void trees_are_written_as_yaml(void **state)
{
  (void)state;
  assert_written("{a: {b: 1 ms, c: [x, y]}, d: [{e: 1}, [2]], f: {}, g: []}",
                 "a:\n  b: 1 ms\n  c: [x, y]\nd:\n- e: 1\n- [2]\nf: {}\ng: []\n");
  assert_written("{a: \"E[0:50]\", b: 'null', 'c: d': \"\\u00e9 # {\", e: '', f: \"l\\nm\"}",
                 "a: 'E[0:50]'\nb: 'null'\n'c: d': 'é # {'\ne: ''\nf: 'l\n\n  m'\n");
}

static void blame_goes_to_what_the_message_names(void **state)
{
  (void)state;
  tree_node *root = parse("{rate: 1,\n weight: 2,\n rule: {all: 3},\n word: one_to_one}\n");
  assert_fails(tree_blame(root, loligo_fail(LOLIGO_INPUT_ERROR, "weight is wrong, not rate")),
               "m.yaml:2:10: weight is wrong, not rate");
  assert_fails(tree_blame(root, loligo_fail(LOLIGO_INPUT_ERROR, "all: rate")), "m.yaml:3:14: all: rate");
  assert_fails(tree_blame(root, loligo_fail(LOLIGO_INPUT_ERROR, "one_to_one of weight")),
               "m.yaml:4:8: one_to_one of weight");
  assert_fails(tree_blame(root, loligo_fail(LOLIGO_INPUT_ERROR, "weights")), "m.yaml:1:1: weights");
  assert_int_equal(tree_blame(root, LOLIGO_OK), LOLIGO_OK);
  assert_int_equal(tree_blame(root, loligo_fail(LOLIGO_MACHINE_ERROR, "rate")), LOLIGO_MACHINE_ERROR);
  assert_string_equal(loligo_error_message(), "rate");
  loligo_error_clear();
  tree_free(root);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nodes_know_their_place),
      cmocka_unit_test(nothing_is_null),
      cmocka_unit_test(aliases_are_copies),
      cmocka_unit_test(merge_keys_fill_what_is_missing),
      cmocka_unit_test(faults_are_told_with_their_place),
      cmocka_unit_test(endless_nesting_is_refused),
      cmocka_unit_test(many_keys_are_found),
      cmocka_unit_test(long_lists_may_be_left_out),
      cmocka_unit_test(faults_in_long_lists_have_their_place),
      cmocka_unit_test(overrides_replace_and_create),
      cmocka_unit_test(overrides_change_one_of_two_aliases),
      cmocka_unit_test(faults_of_overrides),
      cmocka_unit_test(trees_are_written_as_yaml),
      cmocka_unit_test(blame_goes_to_what_the_message_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
