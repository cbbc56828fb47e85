/*
 * Tree to YAML through libyaml's emitter, which knows what must be quoted. The same tree always gives the same text.
 */
#include "io/yaml/canonical.h"

#include <string.h>
#include <yaml.h>

#include "base/memory.h"

static const char WHAT[] = "the used parameters";

struct canonical {
  yaml_emitter_t emitter;
  long_text text; /* owned */
  bool failed;
  bool is_empty_list; /* a list was begun and has no items yet: its style depends on that */
};

static int append(void *self, unsigned char *bytes, size_t n)
{
  canonical *out = self;
  return long_text_append(&out->text, (const char *)bytes, n) == LOLIGO_OK;
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

static bool emit_list_start(yaml_emitter_t *emitter, yaml_sequence_style_t style)
{
  yaml_event_t event;
  return yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, style) && yaml_emitter_emit(emitter, &event);
}

static bool emit_list_end(yaml_emitter_t *emitter)
{
  yaml_event_t event;
  return yaml_sequence_end_event_initialize(&event) && yaml_emitter_emit(emitter, &event);
}

static bool emit_mapping_start(yaml_emitter_t *emitter)
{
  yaml_event_t event;
  return yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE) &&
         yaml_emitter_emit(emitter, &event);
}

static bool emit_mapping_end(yaml_emitter_t *emitter)
{
  yaml_event_t event;
  return yaml_mapping_end_event_initialize(&event) && yaml_emitter_emit(emitter, &event);
}

static bool emit_node(yaml_emitter_t *emitter, const tree_node *node);

static bool emit_entry(yaml_emitter_t *emitter, const tree_node *entry)
{
  return emit_scalar(emitter, entry->key, false) && emit_node(emitter, entry);
}

static bool emit_node(yaml_emitter_t *emitter, const tree_node *node)
{
  if (node->kind == TREE_SCALAR) return emit_scalar(emitter, node->text, node->quoted);
  const bool is_list = node->kind == TREE_LIST;
  if (!(is_list ? emit_list_start(emitter, list_style(node)) : emit_mapping_start(emitter))) return false;
  for (size_t i = 0; i < node->n; i++)
    if (!(is_list ? emit_node : emit_entry)(emitter, node->children[i])) return false;
  return is_list ? emit_list_end(emitter) : emit_mapping_end(emitter);
}

static bool begin(yaml_emitter_t *emitter)
{
  yaml_event_t event;
  return yaml_emitter_open(emitter) && yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1) &&
         yaml_emitter_emit(emitter, &event) && emit_mapping_start(emitter);
}

static bool end(yaml_emitter_t *emitter)
{
  yaml_event_t event;
  return emit_mapping_end(emitter) && yaml_document_end_event_initialize(&event, 1) &&
         yaml_emitter_emit(emitter, &event) && yaml_emitter_close(emitter);
}

static void note(canonical *out, bool good)
{
  out->failed = out->failed || !good;
}

canonical *canonical_open(void)
{
  canonical *out = memory_small(sizeof *out, WHAT);
  if (!out) return NULL;
  out->failed = !yaml_emitter_initialize(&out->emitter);
  if (out->failed) return out;
  yaml_emitter_set_output(&out->emitter, append, out);
  yaml_emitter_set_unicode(&out->emitter, 1);
  yaml_emitter_set_width(&out->emitter, 120);
  note(out, begin(&out->emitter));
  return out;
}

void canonical_add(canonical *out, const tree_node *entry)
{
  if (!out->failed) note(out, emit_entry(&out->emitter, entry));
}

void canonical_begin_list(canonical *out, const char *key)
{
  out->is_empty_list = true;
  if (!out->failed) note(out, emit_scalar(&out->emitter, key, false));
}

/* Its style follows from whether anything is in it. */
static void start_list(canonical *out, yaml_sequence_style_t style)
{
  if (out->is_empty_list && !out->failed) note(out, emit_list_start(&out->emitter, style));
  out->is_empty_list = false;
}

void canonical_item(canonical *out, const tree_node *item)
{
  start_list(out, YAML_BLOCK_SEQUENCE_STYLE);
  if (!out->failed) note(out, emit_node(&out->emitter, item));
}

void canonical_end_list(canonical *out)
{
  start_list(out, YAML_FLOW_SEQUENCE_STYLE);
  if (!out->failed) note(out, emit_list_end(&out->emitter));
}

loligo_status canonical_close(canonical *out, long_text *text)
{
  if (text && !out->failed) note(out, end(&out->emitter) && long_text_end(&out->text) == LOLIGO_OK);
  const bool failed = out->failed;
  yaml_emitter_delete(&out->emitter);
  if (text && !failed)
    *text = out->text;
  else
    long_text_free(&out->text);
  memory_free(out);
  return failed ? loligo_fail(LOLIGO_MACHINE_ERROR, "out of memory for %s", WHAT) : LOLIGO_OK;
}
