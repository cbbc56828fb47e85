/*
 * Each file has a manifest of its own, so that its variables are filled in before it is joined with others.
 */
#include "io/sonata/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/model_file/text_file.h"
#include "io/model_file/value.h"
#include "io/sonata/manifest.h"
#include "io/yaml/overrides.h"

static const char CIRCUIT[] = "circuit_config.json", NETWORK[] = "network", SIMULATION[] = "simulation";

/* What --set changes. */
typedef struct settings_to_come {
  const char *const *overrides; /* [n] */
  size_t n;
} settings_to_come;

/* Whether the files that are read depend on it. */
static bool is_early(const char *override)
{
  static const char *const keys[] = {"manifest", NETWORK, SIMULATION};
  const size_t n = strcspn(override, ".=");
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (strlen(keys[i]) == n && strncmp(override, keys[i], n) == 0) return true;
  return false;
}

static loligo_status apply(tree_node *root, const settings_to_come *sets, bool early)
{
  for (size_t i = 0; i < sets->n; i++)
    if (is_early(sets->overrides[i]) == early) LOLIGO_TRY(override_apply(root, sets->overrides[i]));
  return LOLIGO_OK;
}

/* -- files -- */

static loligo_status parse_file(const char *path, tree_node **root)
{
  char *text = NULL;
  loligo_status status = text_file_read(path, "a configuration", &text);
  if (status == LOLIGO_OK) status = tree_parse(text, (tree_mark){path, 1, 1}, root);
  memory_free(text);
  LOLIGO_TRY(status);
  return value_expect_mapping("the configuration", *root);
}

/* Whether two paths lead to the same file. */
static bool are_same(const char *a, const char *b)
{
  char of_a[PATH_MAX], of_b[PATH_MAX];
  return realpath(a, of_a) && realpath(b, of_b) && strcmp(of_a, of_b) == 0;
}

/* Reads one more file into *root, which is the caller's also after a failure; `named_by` unless it is the first. */
static loligo_status load(sonata_config *config, const char *path, const tree_node *named_by,
                          const settings_to_come *sets, tree_node **root)
{
  *root = NULL;
  for (size_t i = 0; i < config->n_files; i++)
    if (are_same(config->files[i], path)) return tree_fail(named_by->mark, "'%s' includes itself", named_by->text);
  if (config->n_files == SONATA_MOST_FILES)
    return tree_fail(named_by->mark, "a configuration has at most %d files", SONATA_MOST_FILES);
  char *name = memory_string(path);
  if (!name) return LOLIGO_MACHINE_ERROR;
  config->files[config->n_files++] = name;
  LOLIGO_TRY(parse_file(name, root));
  if (sets) LOLIGO_TRY(apply(*root, sets, true));
  return manifest_fill_in(*root);
}

loligo_status sonata_config_path(const sonata_config *config, const char *key, const tree_node *node,
                                 char path[PATH_MAX])
{
  LOLIGO_TRY(value_expect_text(key, node));
  const char *origin = node->mark.line > 0 ? node->mark.origin : config->files[0];
  const char *slash = strrchr(origin, '/');
  const int folder = slash && *node->text != '/' ? (int)(slash + 1 - origin) : 0;
  if (snprintf(path, PATH_MAX, "%.*s%s", folder, origin, node->text) < PATH_MAX) return LOLIGO_OK;
  return tree_fail(node->mark, "%s: the path is too long", key);
}

/* The same path of a file that is there. */
static loligo_status find_file(const sonata_config *config, const char *key, const tree_node *node, char name[PATH_MAX])
{
  const char *why;
  LOLIGO_TRY(sonata_config_path(config, key, node, name));
  const int descriptor = file_open(name, &why);
  if (descriptor < 0) return tree_fail(node->mark, "%s: cannot open '%s': %s", key, name, why);
  close(descriptor);
  return LOLIGO_OK;
}

loligo_status sonata_config_file(const sonata_config *config, const char *key, const tree_node *node,
                                 char path[PATH_MAX])
{
  char name[PATH_MAX];
  LOLIGO_TRY(find_file(config, key, node, name));
  if (realpath(name, path)) return LOLIGO_OK;
  return tree_fail(node->mark, "%s: cannot open '%s': %s", key, name, strerror(errno));
}

/* -- joining -- */

/* Moves what `other` has and `root` has not; sections that both have are joined likewise. */
static loligo_status join(tree_node *root, tree_node *other)
{
  for (size_t i = 0; i < other->n;) {
    tree_node *child = other->children[i], *known = tree_find(root, child->key);
    if (known && known->kind == TREE_MAPPING && child->kind == TREE_MAPPING) LOLIGO_TRY(join(known, child));
    if (known) {
      i++;
      continue;
    }
    tree_take(other, child);
    char *key = child->key;
    child->key = NULL;
    const loligo_status status = tree_add(root, key, child->key_mark, child);
    memory_free(key);
    LOLIGO_TRY(status);
  }
  return LOLIGO_OK;
}

static loligo_status include_named(sonata_config *config, const tree_node *named_by)
{
  char path[PATH_MAX];
  tree_node *other;
  LOLIGO_TRY(find_file(config, named_by->key, named_by, path));
  loligo_status status = load(config, path, named_by, NULL, &other);
  if (status == LOLIGO_OK) status = join(config->root, other);
  tree_free(other);
  return status;
}

/* Joins the file that a key names, unless there is none. */
static loligo_status include(sonata_config *config, const char *key)
{
  const tree_node *named_by = tree_find(config->root, key);
  return named_by ? include_named(config, named_by) : LOLIGO_OK;
}

/* A configuration that says nothing of its network has it beside itself. */
static loligo_status add_circuit(sonata_config *config)
{
  char path[PATH_MAX];
  tree_node *root = config->root;
  const tree_mark mark = {config->files[config->n_files - 1], 1, 1};
  if (tree_find(root, "networks") || tree_find(root, NETWORK)) return LOLIGO_OK;
  tree_node *name = tree_create(TREE_SCALAR, CIRCUIT, mark);
  if (!name) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(tree_add(root, NETWORK, mark, name));
  if (sonata_config_path(config, NETWORK, name, path) == LOLIGO_OK && access(path, F_OK) == 0) return LOLIGO_OK;
  return tree_fail(mark, "missing key '%s', and there is no %s beside this file", NETWORK, CIRCUIT);
}

static loligo_status read_files(sonata_config *config, const char *path, const settings_to_come *sets)
{
  LOLIGO_TRY(load(config, path, NULL, sets, &config->root));
  LOLIGO_TRY(include(config, SIMULATION));
  LOLIGO_TRY(add_circuit(config));
  LOLIGO_TRY(include(config, NETWORK));
  return apply(config->root, sets, false);
}

loligo_status sonata_config_read(const char *path, const char *const *overrides, size_t n_overrides,
                                 sonata_config *config)
{
  const settings_to_come sets = {overrides, n_overrides};
  *config = (sonata_config){.root = NULL};
  return read_files(config, path, &sets);
}

void sonata_config_free(sonata_config *config)
{
  tree_free(config->root);
  for (size_t i = 0; i < config->n_files; i++) memory_free(config->files[i]);
  *config = (sonata_config){.root = NULL};
}
