/*
 * Both texts are canonical: values are in base units, and keys that an older program did not know are added with their
 * defaults. So the two trees are walked side by side.
 */
#include "io/model_file/compare.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "io/model_file/defaults.h"
#include "io/yaml/yaml_tree.h"
#include "network/rule/rule.h"

enum { KEY_SIZE = 512 };

/* What cannot change any number of a result, and what a run may go on without. */
static const char DURATION[] = "simulation.duration";
static const char *const FREE_KEYS[] = {"simulation.watchdog",
                                        "simulation.machine",
                                        "simulation.allow_coarse_dt",
                                        "partition",
                                        "exchange",
                                        "output",
                                        "checkpoint",
                                        "energy",
                                        "simulation.duration",
                                        "simulation.models",
                                        "learning.epochs",
                                        "parameters"};
enum { WITHOUT_EFFECT = 8 };

static const char *const RECORDINGS[] = {"record.state.", "record.weights."};
static const char *const STATE_KEYS[] = {"simulation.dt", "simulation.seed"}; /* beside populations and projections */

typedef struct comparison {
  bool goes_on;                             /* whether a run may go on; else whether two results should be the same */
  bool learns;                              /* in trials that last as long as the duration says */
  const char *duration_then, *duration_now; /* texts */
  model_difference_teller tell;
  void *self;
} comparison;

static bool is_free(const comparison *c, const char *key)
{
  const size_t n = c->goes_on ? sizeof FREE_KEYS / sizeof FREE_KEYS[0] : WITHOUT_EFFECT;
  if (c->learns && strcmp(key, DURATION) == 0) return false;
  for (size_t i = 0; i < n; i++)
    if (strcmp(key, FREE_KEYS[i]) == 0) return true;
  return false;
}

static const char *value_text(const tree_node *node)
{
  if (!node) return "not given";
  return node->kind == TREE_SCALAR ? node->text : node->kind == TREE_LIST ? "a list" : "a mapping";
}

/* Whether it decides which cells and synapses there are, or how state is counted. */
static bool shapes_state(const char *key)
{
  static const char populations[] = "populations.", projections[] = "projections", network[] = "network";
  for (size_t i = 0; i < sizeof STATE_KEYS / sizeof STATE_KEYS[0]; i++)
    if (strcmp(key, STATE_KEYS[i]) == 0) return true;
  if (text_begins(key, projections) || text_begins(key, network)) return true;
  if (!text_begins(key, populations)) return false;
  const char *own = strchr(key + strlen(populations), '.');
  return !own || strcmp(own, ".model") == 0 || strcmp(own, ".size") == 0;
}

static loligo_status tell(const comparison *c, const char *key, const tree_node *then, const tree_node *now)
{
  return c->tell(c->self, *key ? key : "the model", value_text(then), value_text(now));
}

static const char *text_of(const tree_node *mapping, const char *key)
{
  const tree_node *child = tree_find(mapping, key);
  return child && child->text ? child->text : "";
}

/* Whether a window of time ends with the run, or begins behind its end. */
static bool is_open(const tree_node *window, const char *duration)
{
  const char *start = text_of(window, "start"), *stop = text_of(window, "stop");
  return strcmp(stop, duration) == 0 || (strcmp(stop, start) == 0 && strtod(start, NULL) >= strtod(duration, NULL));
}

static bool is_of_recording(const char *key)
{
  for (size_t i = 0; i < sizeof RECORDINGS / sizeof RECORDINGS[0]; i++)
    if (text_begins(key, RECORDINGS[i])) return true;
  return false;
}

/* What samples are made of; their digest tells whether they are the same. What is made of them is told by other keys.
 */
static bool is_of_samples(const char *key, const char *name)
{
  static const char data[] = "data.";
  static const char *const others[] = {"scale", "shift", "noise"};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
    if (strcmp(name, others[i]) == 0) return false;
  return text_begins(key, data) && !strchr(key + strlen(data), '.');
}

/* What differs in a mapping although the model is the same: the end of a recording that ends with the run, where files
 * lie, and how samples are read. */
static bool may_differ(const comparison *c, const char *key, const char *name, const tree_node *then,
                       const tree_node *now)
{
  if (strcmp(name, "stop") == 0 && is_of_recording(key))
    return is_open(then, c->duration_then) && is_open(now, c->duration_now);
  if (is_of_samples(key, name)) return true;
  const rule *rule = rule_find(name);
  const bool is_file = strcmp(name, "file") == 0 || strcmp(name, "table") == 0 || text_ends(name, "_file") ||
                       text_ends(name, "_dir") || (rule && rule->lists_edges);
  return is_file && *text_of(then, name) == '/' && *text_of(now, name) == '/';
}

static loligo_status compare(const comparison *c, const char *key, const tree_node *then, const tree_node *now);

/* The child of that key, or of that position in a list. */
static const tree_node *child_like(const tree_node *parent, const tree_node *child, size_t position)
{
  if (child->key) return tree_find(parent, child->key);
  return position < parent->n ? parent->children[position] : NULL;
}

/* As --set calls it, of which a list of targets may make several: the name; left out, it holds the position in the
 * file. Empty: it has none. */
static const char *element_name(const tree_node *element)
{
  static const char left_out[] = "projection ";
  const char *name = text_of(element, "name");
  return name + (text_begins(name, left_out) ? strlen(left_out) : 0);
}

static loligo_status compare_child(const comparison *c, const char *key, size_t position, const tree_node *then,
                                   const tree_node *now)
{
  char below[KEY_SIZE], number[24];
  const tree_node *child = then ? then : now;
  const char *name = child->key ? child->key : element_name(child);
  if (!*name || (then && now && !child->key && strcmp(name, element_name(now)) != 0)) {
    snprintf(number, sizeof number, "%zu", position);
    name = number;
  }
  snprintf(below, sizeof below, "%s%s%s", key, *key ? "." : "", name);
  return compare(c, below, then, now);
}

static loligo_status compare_children(const comparison *c, const char *key, const tree_node *then, const tree_node *now)
{
  for (size_t i = 0; i < then->n; i++) {
    const tree_node *old = then->children[i];
    if (c->goes_on && old->key && may_differ(c, key, old->key, then, now)) continue;
    LOLIGO_TRY(compare_child(c, key, i, old, child_like(now, old, i)));
  }
  for (size_t i = 0; i < now->n; i++) {
    const tree_node *new = now->children[i];
    if (c->goes_on && new->key && is_of_samples(key, new->key)) continue;
    if (!child_like(then, new, i)) LOLIGO_TRY(compare_child(c, key, i, NULL, new));
  }
  return LOLIGO_OK;
}

/* A section that is missing, or holds nothing. */
static bool is_empty(const tree_node *node)
{
  return !node || (node->kind != TREE_SCALAR && node->n == 0);
}

static loligo_status compare(const comparison *c, const char *key, const tree_node *then, const tree_node *now)
{
  if (is_free(c, key) || (is_empty(then) && is_empty(now))) return LOLIGO_OK;
  if (!then || !now || then->kind != now->kind) return tell(c, key, then, now);
  if (then->kind != TREE_SCALAR) return compare_children(c, key, then, now);
  return strcmp(then->text, now->text) == 0 ? LOLIGO_OK : tell(c, key, then, now);
}

static const char *duration_of(const tree_node *root)
{
  const tree_node *simulation = tree_find(root, "simulation");
  return simulation ? text_of(simulation, "duration") : "";
}

static loligo_status compare_texts(comparison *c, const char *const origin[2], const char *then, const char *now)
{
  tree_node *old = NULL, *new = NULL;
  if (strcmp(then, now) == 0) return LOLIGO_OK;
  loligo_status status = tree_parse(then, (tree_mark){origin[0], 1, 1}, &old);
  if (status == LOLIGO_OK) status = tree_parse(now, (tree_mark){origin[1], 1, 1}, &new);
  if (status == LOLIGO_OK) status = defaults_complete(old);
  if (status == LOLIGO_OK) status = defaults_complete(new);
  if (status == LOLIGO_OK) {
    c->learns = tree_find(new, "learning") != NULL;
    c->duration_then = duration_of(old);
    c->duration_now = duration_of(new);
    status = compare(c, "", old, new);
  }
  tree_free(old);
  tree_free(new);
  return status;
}

static loligo_status refuse(void *self, const char *key, const char *then, const char *now)
{
  (void)self;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s was %s and is %s now", key, then, now);
}

static loligo_status refuse_or_list(void *differences, const char *key, const char *then, const char *now)
{
  if (shapes_state(key)) return refuse(NULL, key, then, now);
  fprintf(differences, "%s was %s and is %s now\n", key, then, now);
  return LOLIGO_OK;
}

static const char *const ORIGINS[] = {"the checkpoint", "used parameters"};

loligo_status model_file_compare(const char *then, const char *now)
{
  comparison c = {.goes_on = true, .tell = refuse};
  return compare_texts(&c, ORIGINS, then, now);
}

loligo_status model_file_compare_state(const char *then, const char *now, FILE *differences)
{
  comparison c = {.goes_on = true, .tell = refuse_or_list, .self = differences};
  return compare_texts(&c, ORIGINS, then, now);
}

loligo_status model_file_differences(const char *const origin[2], const char *const text[2],
                                     model_difference_teller tell, void *self)
{
  comparison c = {.tell = tell, .self = self};
  return compare_texts(&c, origin, text[0], text[1]);
}
