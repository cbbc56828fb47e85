/*
 * A variable is worked out when it is first met, and known from then on. One that is met while it is worked out leads
 * to itself.
 */
#include "io/sonata/manifest.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "io/model_file/value.h"

static const char CONFIGDIR[] = "${configdir}", WORKINGDIR[] = "${workingdir}";

typedef enum variable_state { UNTOUCHED, AT_WORK, KNOWN } variable_state;

typedef struct manifest {
  tree_node *variables;   /* the mapping; NULL: none */
  variable_state *states; /* [variables->n] */
} manifest;

/* The name of a variable within a text. */
typedef struct name {
  const char *text;
  size_t n;
} name;

/* A text that grows up to the longest path. */
typedef struct filled {
  char text[PATH_MAX];
  size_t n;
} filled;

static loligo_status append(filled *out, const tree_node *node, name part)
{
  if (part.n >= sizeof out->text - out->n)
    return tree_fail(node->mark, "'%.40s' becomes longer than %zu bytes with its variables", node->text,
                     sizeof out->text - 1);
  memcpy(out->text + out->n, part.text, part.n);
  out->n += part.n;
  out->text[out->n] = '\0';
  return LOLIGO_OK;
}

/* Takes a name with what is around it, $NAME or ${NAME}, off *text. */
static name take_name(const char **text)
{
  const char *at = *text + (**text == '$');
  const bool is_braced = *at == '{';
  name found = {at + is_braced, 0};
  while (isalnum((unsigned char)found.text[found.n]) || found.text[found.n] == '_') found.n++;
  *text = found.text + found.n;
  *text += is_braced && **text == '}';
  return found;
}

static bool are_same(name a, name b)
{
  return a.n == b.n && strncmp(a.text, b.text, a.n) == 0;
}

/* Whether a key of a manifest is the variable. */
static bool is_called(name wanted, const char *key)
{
  return are_same(take_name(&key), wanted);
}

/* Number of the variable, or that of all. */
static size_t find_variable(const manifest *m, name wanted)
{
  const size_t n = m->variables ? m->variables->n : 0;
  size_t i = 0;
  while (i < n && !is_called(wanted, m->variables->children[i]->key)) i++;
  return i;
}

static loligo_status append_built_in(const manifest *m, filled *out, const tree_node *node, name wanted)
{
  char folder[PATH_MAX], word[PATH_MAX];
  fault_names names = {.n = 0};
  if (is_called(wanted, CONFIGDIR)) return append(out, node, (name){".", 1});
  if (is_called(wanted, WORKINGDIR) && getcwd(folder, sizeof folder))
    return append(out, node, (name){folder, strlen(folder)});
  for (size_t i = 0; m->variables && i < m->variables->n; i++) fault_names_add(&names, m->variables->children[i]->key);
  fault_names_add(&names, CONFIGDIR);
  fault_names_add(&names, WORKINGDIR);
  snprintf(word, sizeof word, "$%.*s", (int)wanted.n, wanted.text);
  return tree_locate(node->mark, NULL, fault_unknown("variable", word, &names));
}

static loligo_status fill_in(const manifest *m, tree_node *scalar);

/* Works out a variable of the manifest. */
static loligo_status know(const manifest *m, size_t i)
{
  tree_node *value = m->variables->children[i];
  if (m->states[i] == KNOWN) return LOLIGO_OK;
  if (m->states[i] == AT_WORK) return tree_fail(value->mark, "the variable %s leads to itself", value->key);
  m->states[i] = AT_WORK;
  LOLIGO_TRY(value_expect_text(value->key, value));
  LOLIGO_TRY(fill_in(m, value));
  m->states[i] = KNOWN;
  return LOLIGO_OK;
}

static loligo_status append_variable(const manifest *m, filled *out, const tree_node *node, name wanted)
{
  const size_t i = find_variable(m, wanted);
  if (!m->variables || i == m->variables->n) return append_built_in(m, out, node, wanted);
  LOLIGO_TRY(know(m, i));
  const char *value = m->variables->children[i]->text;
  return append(out, node, (name){value, strlen(value)});
}

static loligo_status fill_in(const manifest *m, tree_node *scalar)
{
  filled out = {.n = 0};
  const char *at = scalar->text;
  if (!strchr(at, '$')) return LOLIGO_OK;
  while (*at) {
    const name plain = {at, strcspn(at, "$")};
    LOLIGO_TRY(append(&out, scalar, plain));
    at += plain.n;
    if (*at) LOLIGO_TRY(append_variable(m, &out, scalar, take_name(&at)));
  }
  return tree_set_text(scalar, out.text);
}

static loligo_status fill_in_all(const manifest *m, tree_node *node)
{
  if (node == m->variables) return LOLIGO_OK;
  if (node->kind == TREE_SCALAR) return fill_in(m, node);
  for (size_t i = 0; i < node->n; i++) LOLIGO_TRY(fill_in_all(m, node->children[i]));
  return LOLIGO_OK;
}

loligo_status manifest_fill_in(tree_node *root)
{
  manifest m = {.variables = tree_find(root, "manifest")};
  if (m.variables) LOLIGO_TRY(value_expect_mapping("manifest", m.variables));
  const size_t n = m.variables ? m.variables->n : 0;
  m.states = memory_allocate(n, sizeof *m.states, "a manifest");
  loligo_status status = m.states ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < n && status == LOLIGO_OK; i++) status = know(&m, i);
  if (status == LOLIGO_OK) status = fill_in_all(&m, root);
  memory_free(m.states);
  return status;
}
