/*
 * Tree to YAML through libyaml's emitter, which knows what must be quoted. The same tree always gives the same text.
 */
#include "io/yaml/canonical.h"

#include <string.h>
#include <yaml.h>

#include "base/memory.h"

typedef struct buffer {
  char *text;
  size_t n, capacity;
} buffer;

static int append(void *self, unsigned char *bytes, size_t n)
{
  buffer *out = self;
  if (memory_grow((void **)&out->text, &out->capacity, out->n + n + 1, 1, "the used parameters") != LOLIGO_OK) return 0;
  memcpy(out->text + out->n, bytes, n);
  out->n += n;
  out->text[out->n] = '\0';
  return 1;
}

static bool emit_scalar(yaml_emitter_t *emitter, const char *text, bool quoted)
{
  yaml_event_t event;
  const yaml_scalar_style_t style = quoted ? YAML_SINGLE_QUOTED_SCALAR_STYLE : YAML_ANY_SCALAR_STYLE;
  return yaml_scalar_event_initialize(&event, NULL, NULL, (yaml_char_t *)text, (int)strlen(text), 1, 1, style) &&
         yaml_emitter_emit(emitter, &event);
}

static yaml_sequence_style_t list_style(const tree_node *list)
{
  for (size_t i = 0; i < list->n; i++) {
    if (list->children[i]->kind != TREE_SCALAR) return YAML_BLOCK_SEQUENCE_STYLE;
  }
  return YAML_FLOW_SEQUENCE_STYLE;
}

static bool emit_start(yaml_emitter_t *emitter, const tree_node *node)
{
  yaml_event_t event;
  const int made = node->kind == TREE_LIST
                       ? yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, list_style(node))
                       : yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE);
  return made && yaml_emitter_emit(emitter, &event);
}

static bool emit_end(yaml_emitter_t *emitter, const tree_node *node)
{
  yaml_event_t event;
  const int made =
      node->kind == TREE_LIST ? yaml_sequence_end_event_initialize(&event) : yaml_mapping_end_event_initialize(&event);
  return made && yaml_emitter_emit(emitter, &event);
}

static bool emit_node(yaml_emitter_t *emitter, const tree_node *node)
{
  if (node->kind == TREE_SCALAR) return emit_scalar(emitter, node->text, node->quoted);
  if (!emit_start(emitter, node)) return false;
  for (size_t i = 0; i < node->n; i++) {
    const tree_node *child = node->children[i];
    if (node->kind == TREE_MAPPING && !emit_scalar(emitter, child->key, false)) return false;
    if (!emit_node(emitter, child)) return false;
  }
  return emit_end(emitter, node);
}

static bool emit_document(yaml_emitter_t *emitter, const tree_node *root)
{
  yaml_event_t event;
  if (!yaml_emitter_open(emitter)) return false;
  if (!yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1) || !yaml_emitter_emit(emitter, &event)) {
    return false;
  }
  if (!emit_node(emitter, root)) return false;
  if (!yaml_document_end_event_initialize(&event, 1) || !yaml_emitter_emit(emitter, &event)) return false;
  return yaml_emitter_close(emitter);
}

loligo_status canonical_write(const tree_node *root, char **text)
{
  buffer out = {0};
  yaml_emitter_t emitter;
  bool written = false;
  if (yaml_emitter_initialize(&emitter)) {
    yaml_emitter_set_output(&emitter, append, &out);
    yaml_emitter_set_unicode(&emitter, 1);
    yaml_emitter_set_width(&emitter, 120);
    written = emit_document(&emitter, root);
  }
  yaml_emitter_delete(&emitter);
  if (!written) {
    memory_free(out.text);
    return loligo_fail(LOLIGO_MACHINE_ERROR, "out of memory for the used parameters");
  }
  *text = out.text;
  return LOLIGO_OK;
}
