#include "io/sonata/components.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "io/model_file/text_file.h"
#include "io/model_file/value.h"

typedef struct component {
  char *path; /* owned, as below */
  tree_node *params;
  uint64_t digest;
} component;

static loligo_status read_component(component *made)
{
  char *text = NULL;
  loligo_status status = text_file_read(made->path, "dynamics_params", &text);
  if (status == LOLIGO_OK) {
    made->digest = text_hash(text);
    status = tree_parse(text, (tree_mark){made->path, 1, 1}, &made->params);
  }
  memory_free(text);
  LOLIGO_TRY(status);
  return value_expect_mapping("dynamics_params", made->params);
}

static void free_component(component *one)
{
  memory_free(one->path);
  tree_free(one->params);
}

/* Takes over what the component owns, even after a failure. */
static loligo_status add(components *components, component one)
{
  loligo_status status = one.path ? read_component(&one) : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK)
    status =
        memory_grow((void **)&components->items, &components->capacity, components->n + 1, sizeof one, "JSON files");
  if (status == LOLIGO_OK)
    components->items[components->n++] = one;
  else
    free_component(&one);
  return status;
}

loligo_status components_find(components *components, const char *folder, const char *name, const tree_node **params)
{
  char path[PATH_MAX];
  if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
    return loligo_fail(LOLIGO_INPUT_ERROR, "dynamics_params: the path '%.40s...' is too long", path);
  for (size_t i = 0; i < components->n; i++) {
    *params = components->items[i].params;
    if (strcmp(components->items[i].path, path) == 0) return LOLIGO_OK;
  }
  LOLIGO_TRY(add(components, (component){.path = memory_string(path)}));
  *params = components->items[components->n - 1].params;
  return LOLIGO_OK;
}

uint64_t components_digest(const components *components)
{
  uint64_t digest = 0;
  for (size_t i = 0; i < components->n; i++) digest = hash_mix(digest ^ components->items[i].digest);
  return digest;
}

void components_free(components *components)
{
  for (size_t i = 0; i < components->n; i++) free_component(&components->items[i]);
  memory_free(components->items);
  *components = (struct components){0};
}
