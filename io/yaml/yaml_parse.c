/*
 * Events of libyaml to a tree of nodes. A node is hung into the tree before it is filled, so that after a failure the
 * root frees all. Anchors keep copies: an alias may outlive what it named (a merged mapping). What is left out of the
 * tree is kept as the events that it is made of, so that libyaml, which takes most of the time, reads it once.
 */
#include <stdint.h>
#include <string.h>
#include <yaml.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "base/name_table.h"
#include "base/text.h"
#include "io/yaml/yaml_tree.h"

enum { MAX_DEPTH = 100 };

typedef struct anchor {
  char *name;
  tree_node *node; /* owned copy */
} anchor;

/** What is needed of an event. */
typedef struct item {
  yaml_event_type_t type;
  tree_mark mark;
  const char *text;   /* of a scalar or an alias; lives as long as the item is the current one */
  const char *anchor; /* or NULL; likewise */
  bool quoted, is_verbatim;
} item;

/** How an item that is kept begins; its text and a 0 follow. */
typedef struct kept_item {
  uint32_t line, column, n_bytes;
  uint8_t type, quoted, is_verbatim;
} kept_item;

typedef struct reader {
  yaml_parser_t parser;
  yaml_event_t event;
  item item; /* the current one */
  tree_mark start;
  anchor *anchors; /* [n_anchors] */
  size_t n_anchors, capacity;
  name_table anchor_names; /* to the latest anchor of each name */
  size_t n_copied;         /* nodes */
  int depth;
  bool is_line;     /* the text has one line; libyaml ends it in the next one */
  const char *text; /* what is parsed */
  const char *key;  /* of the list that is left out, else NULL */
  tree_stretch *list;
  bool has_anchors; /* in that list: it cannot be left out */
  const char *kept; /* items that are read in place of a text; NULL: none */
} reader;

static tree_mark mark_of(const reader *r, yaml_mark_t mark)
{
  if (r->start.line == 0 || (r->is_line && mark.line > 0)) return r->start;
  return (tree_mark){r->start.origin, (unsigned)mark.line + r->start.line, (unsigned)mark.column + r->start.column};
}

/* The byte where a character stands; all of them count but a byte order mark. */
static const char *byte_of(const char *text, size_t character)
{
  text = text_behind_mark(text);
  for (; character > 0; character--) do
      text++;
    while (((unsigned char)*text & 0xC0) == 0x80);
  return text;
}

/* Characters of UTF-16 cannot be counted as bytes. */
static bool is_utf16(const char *text)
{
  return text_begins(text, "\xFF\xFE") || text_begins(text, "\xFE\xFF");
}

/* How to mend the character at which YAML stops. */
static const char *mend_of(const reader *r, yaml_mark_t mark)
{
  if (r->parser.error == YAML_READER_ERROR || is_utf16(r->text)) return "";
  switch (*byte_of(r->text, mark.index)) {
  case '\t':
    return "; indent by spaces, not by a tab";
  case '[':
    return "; a name with [ ] in it stands in quotes here";
  case '%':
  case '@':
  case '`':
    return "; what begins with it stands in quotes";
  default:
    return "";
  }
}

static loligo_status fail_syntax(const reader *r)
{
  const yaml_parser_t *parser = &r->parser;
  if (parser->error == YAML_MEMORY_ERROR) return loligo_fail(LOLIGO_MACHINE_ERROR, "out of memory for the model file");
  const yaml_mark_t mark = parser->error == YAML_READER_ERROR ? parser->mark : parser->problem_mark;
  const char *context = parser->context ? parser->context : "";
  return tree_fail(mark_of(r, mark), "not YAML: %s%s%s%s", parser->problem, *context ? " " : "", context,
                   mend_of(r, mark));
}

/* Characters of a text. */
static size_t count_characters(const char *text)
{
  size_t n = 0;
  for (; *text; text++) n += ((unsigned char)*text & 0xC0) != 0x80;
  return n;
}

/* Whether a scalar stands in its line as its text is: nothing in it is escaped or folded. */
static bool is_verbatim(const yaml_event_t *event, bool quoted)
{
  const yaml_mark_t start = event->start_mark, end = event->end_mark;
  const size_t n = count_characters((const char *)event->data.scalar.value) + (quoted ? 2 : 0);
  return start.line == end.line && end.column - start.column == n;
}

static item item_of(const reader *r)
{
  const yaml_event_t *event = &r->event;
  item item = {.type = event->type, .mark = mark_of(r, event->start_mark)};
  switch (event->type) {
  case YAML_SCALAR_EVENT:
    item.text = (const char *)event->data.scalar.value;
    item.anchor = (const char *)event->data.scalar.anchor;
    item.quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    item.is_verbatim = is_verbatim(event, item.quoted);
    break;
  case YAML_ALIAS_EVENT:
    item.text = (const char *)event->data.alias.anchor;
    break;
  case YAML_SEQUENCE_START_EVENT:
    item.anchor = (const char *)event->data.sequence_start.anchor;
    break;
  case YAML_MAPPING_START_EVENT:
    item.anchor = (const char *)event->data.mapping_start.anchor;
    break;
  default:
    break;
  }
  return item;
}

static void take_kept(reader *r)
{
  kept_item kept;
  memcpy(&kept, r->kept, sizeof kept);
  r->item = (item){.type = (yaml_event_type_t)kept.type,
                   .mark = {r->start.origin, kept.line, kept.column},
                   .text = r->kept + sizeof kept,
                   .quoted = kept.quoted,
                   .is_verbatim = kept.is_verbatim};
  r->kept += sizeof kept + kept.n_bytes + 1;
}

static loligo_status keep(long_text *items, const item *item)
{
  const char *text = item->text ? item->text : "";
  const kept_item kept = {.line = item->mark.line,
                          .column = item->mark.column,
                          .n_bytes = (uint32_t)strlen(text),
                          .type = (uint8_t)item->type,
                          .quoted = item->quoted,
                          .is_verbatim = item->is_verbatim};
  LOLIGO_TRY(long_text_append(items, (const char *)&kept, sizeof kept));
  return long_text_append(items, text, kept.n_bytes + 1);
}

static loligo_status next_item(reader *r)
{
  if (r->kept) {
    take_kept(r);
    return LOLIGO_OK;
  }
  yaml_event_delete(&r->event);
  memset(&r->event, 0, sizeof r->event);
  if (!yaml_parser_parse(&r->parser, &r->event)) return fail_syntax(r);
  r->item = item_of(r);
  return LOLIGO_OK;
}

/* A copy for an anchor, alias or merge key that stands at `mark`. */
static loligo_status copy_node(reader *r, const tree_node *node, tree_mark mark, tree_node **copy)
{
  *copy = NULL;
  r->n_copied += tree_size(node);
  if (r->n_copied > TREE_MAX_COPIED) {
    return tree_fail(mark, "aliases copy more than %d million values up to here; use fewer, or a list in a file",
                     TREE_MAX_COPIED / 1000000);
  }
  *copy = tree_copy(node);
  return *copy ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* Remembers a complete node under `name` (taken over); a later anchor of the same name hides an earlier one. */
static loligo_status add_anchor(reader *r, char *name, const tree_node *node)
{
  tree_node *copy;
  loligo_status status = copy_node(r, node, node->mark, &copy);
  if (status == LOLIGO_OK) {
    status = memory_grow((void **)&r->anchors, &r->capacity, r->n_anchors + 1, sizeof *r->anchors, "YAML anchors");
  }
  if (status != LOLIGO_OK) {
    tree_free(copy);
    memory_free(name);
    return status;
  }
  r->anchors[r->n_anchors] = (anchor){name, copy};
  return name_table_set(&r->anchor_names, 0, name, r->n_anchors++);
}

static loligo_status copy_alias(reader *r, tree_node *node)
{
  const char *name = r->item.text;
  const size_t found = name_table_find(&r->anchor_names, 0, name);
  if (found == NAME_TABLE_NONE) {
    return tree_fail(r->item.mark, "unknown alias '%s'; no anchor &%s stands before it", name, name);
  }
  tree_node *copy;
  LOLIGO_TRY(copy_node(r, r->anchors[found].node, r->item.mark, &copy));
  tree_replace(node, copy);
  return LOLIGO_OK;
}

static loligo_status parse_value(reader *r, tree_node *node);

/* Hangs a new node under `parent` and fills it from the current event. */
static loligo_status parse_child(reader *r, tree_node *parent, const char *key, tree_mark key_mark)
{
  tree_node *child = tree_create(TREE_SCALAR, NULL, r->item.mark);
  if (!child) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(tree_add(parent, key, key_mark, child));
  return parse_value(r, child);
}

static loligo_status parse_list(reader *r, tree_node *list)
{
  list->kind = TREE_LIST;
  for (;;) {
    LOLIGO_TRY(next_item(r));
    if (r->item.type == YAML_SEQUENCE_END_EVENT) return LOLIGO_OK;
    LOLIGO_TRY(parse_child(r, list, NULL, list->mark));
  }
}

/* Keeps what the list that has begun is made of, its end included. */
static loligo_status skip_list(reader *r)
{
  r->list->origin = r->start.origin;
  for (int depth = 1; depth > 0;) {
    LOLIGO_TRY(next_item(r));
    const yaml_event_type_t type = r->item.type;
    depth += type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT;
    depth -= type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT;
    r->has_anchors = r->has_anchors || type == YAML_ALIAS_EVENT || r->item.anchor;
    if (!r->has_anchors) LOLIGO_TRY(keep(&r->list->items, &r->item));
  }
  return long_text_end(&r->list->items);
}

/* Whether the value that has begun is the list to be left out. */
static bool is_left_out(const reader *r, const char *key)
{
  return r->key && r->depth == 1 && strcmp(r->key, key) == 0 && r->item.type == YAML_SEQUENCE_START_EVENT &&
         r->event.data.sequence_start.style == YAML_BLOCK_SEQUENCE_STYLE && !r->item.anchor;
}

static loligo_status skip_child(reader *r, tree_node *mapping, const char *key, tree_mark key_mark)
{
  tree_node *child = tree_create(TREE_LIST, NULL, r->item.mark);
  if (!child) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(tree_add(mapping, key, key_mark, child));
  return skip_list(r);
}

/* Where mistakes are kept, what stands under a key that was there before is read and dropped. */
static loligo_status parse_twin(reader *r, const tree_node *first, tree_mark mark)
{
  bool any;
  loligo_status status = tree_fail(mark, "duplicate key '%s', given twice, first in line %u; keep one of them",
                                   first->key, first->key_mark.line);
  if (!mistakes_are_kept()) return status;
  LOLIGO_TRY(mistakes_keep(status, &any));
  LOLIGO_TRY(next_item(r));
  tree_node *dropped = tree_create(TREE_SCALAR, NULL, r->item.mark);
  if (!dropped) return LOLIGO_MACHINE_ERROR;
  status = parse_value(r, dropped);
  tree_free(dropped);
  return status;
}

static loligo_status parse_entry(reader *r, tree_node *mapping, const char *key, tree_mark key_mark)
{
  const tree_node *first = tree_find(mapping, key);
  if (first) return parse_twin(r, first, key_mark);
  LOLIGO_TRY(next_item(r));
  return is_left_out(r, key) ? skip_child(r, mapping, key, key_mark) : parse_child(r, mapping, key, key_mark);
}

/* Adds copies of the entries of `source` that `mapping` does not have. */
static loligo_status merge_mapping(reader *r, tree_node *mapping, const tree_node *source, tree_mark mark)
{
  if (source->kind != TREE_MAPPING) return tree_fail(mark, "the merge key << takes a mapping or a list of mappings");
  for (size_t i = 0; i < source->n; i++) {
    const tree_node *entry = source->children[i];
    if (tree_find(mapping, entry->key)) continue;
    tree_node *copy;
    LOLIGO_TRY(copy_node(r, entry, mark, &copy));
    LOLIGO_TRY(tree_add(mapping, entry->key, entry->key_mark, copy));
  }
  return LOLIGO_OK;
}

static loligo_status resolve_merge(reader *r, tree_node *mapping)
{
  tree_node *merged = tree_find(mapping, "<<");
  if (!merged) return LOLIGO_OK;
  tree_take(mapping, merged);
  loligo_status status = LOLIGO_OK;
  if (merged->kind == TREE_LIST) {
    for (size_t i = 0; i < merged->n && status == LOLIGO_OK; i++) {
      status = merge_mapping(r, mapping, merged->children[i], merged->mark);
    }
  } else {
    status = merge_mapping(r, mapping, merged, merged->mark);
  }
  tree_free(merged);
  return status;
}

static loligo_status parse_mapping(reader *r, tree_node *mapping)
{
  mapping->kind = TREE_MAPPING;
  for (;;) {
    LOLIGO_TRY(next_item(r));
    if (r->item.type == YAML_MAPPING_END_EVENT) return resolve_merge(r, mapping);
    const tree_mark key_mark = r->item.mark;
    if (r->item.type != YAML_SCALAR_EVENT) return tree_fail(key_mark, "a key must be a name, not a list or a mapping");
    char *key = memory_string(r->item.text);
    if (!key) return LOLIGO_MACHINE_ERROR;
    const loligo_status status = parse_entry(r, mapping, key, key_mark);
    memory_free(key);
    LOLIGO_TRY(status);
  }
}

static loligo_status parse_scalar(const reader *r, tree_node *scalar)
{
  scalar->quoted = r->item.quoted;
  scalar->is_verbatim = r->item.is_verbatim;
  return tree_set_text(scalar, r->item.text);
}

static loligo_status parse_collection(reader *r, tree_node *node)
{
  if (++r->depth > MAX_DEPTH) return tree_fail(r->item.mark, "nested deeper than %d levels", MAX_DEPTH);
  memory_free(node->text);
  node->text = NULL;
  LOLIGO_TRY(r->item.type == YAML_MAPPING_START_EVENT ? parse_mapping(r, node) : parse_list(r, node));
  r->depth--;
  return LOLIGO_OK;
}

/* Fills a node from the current event and those that belong to it. */
static loligo_status parse_value(reader *r, tree_node *node)
{
  if (r->item.type == YAML_ALIAS_EVENT) return copy_alias(r, node);
  const char *anchor_name = r->item.anchor;
  char *name = anchor_name ? memory_string(anchor_name) : NULL;
  if (anchor_name && !name) return LOLIGO_MACHINE_ERROR;
  const loligo_status status = r->item.type == YAML_SCALAR_EVENT ? parse_scalar(r, node) : parse_collection(r, node);
  if (name && status == LOLIGO_OK) return add_anchor(r, name, node);
  memory_free(name);
  return status;
}

/* Stream start, document start, root, document end, stream end. */
static loligo_status parse_document(reader *r, tree_node *root)
{
  LOLIGO_TRY(next_item(r));
  LOLIGO_TRY(next_item(r));
  if (r->item.type == YAML_STREAM_END_EVENT) return LOLIGO_OK;
  LOLIGO_TRY(next_item(r));
  root->mark = r->item.mark;
  LOLIGO_TRY(parse_value(r, root));
  LOLIGO_TRY(next_item(r));
  LOLIGO_TRY(next_item(r));
  if (r->item.type != YAML_STREAM_END_EVENT) {
    return tree_fail(r->item.mark, "a second document begins here; a model is one document");
  }
  return LOLIGO_OK;
}

static void close_reader(reader *r)
{
  for (size_t i = 0; i < r->n_anchors; i++) {
    memory_free(r->anchors[i].name);
    tree_free(r->anchors[i].node);
  }
  memory_free(r->anchors);
  name_table_free(&r->anchor_names);
  yaml_event_delete(&r->event);
  yaml_parser_delete(&r->parser);
}

static loligo_status parse_bytes(reader *r, const char *bytes, size_t n, tree_node **root)
{
  *root = tree_create(TREE_SCALAR, "", r->start);
  if (!*root) return LOLIGO_MACHINE_ERROR;
  r->text = bytes;
  loligo_status status = LOLIGO_OK;
  if (yaml_parser_initialize(&r->parser)) {
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)bytes, n);
    status = parse_document(r, *root);
    close_reader(r);
  } else {
    status = loligo_fail(LOLIGO_MACHINE_ERROR, "out of memory for the model file");
  }
  if (status == LOLIGO_OK) return LOLIGO_OK;
  tree_free(*root);
  *root = NULL;
  return status;
}

loligo_status tree_parse(const char *text, tree_mark mark, tree_node **root)
{
  reader r = {.start = mark};
  return parse_bytes(&r, text, strlen(text), root);
}

loligo_status tree_parse_line(const char *text, tree_mark mark, tree_node **root)
{
  reader r = {.start = mark, .is_line = true};
  return parse_bytes(&r, text, strlen(text), root);
}

loligo_status tree_parse_around(const char *text, tree_mark mark, const char *key, tree_stretch *list, tree_node **root)
{
  reader r = {.start = mark, .key = key, .list = list};
  *list = (tree_stretch){0};
  loligo_status status = parse_bytes(&r, text, strlen(text), root);
  if (status == LOLIGO_OK && !r.has_anchors) return LOLIGO_OK;
  tree_stretch_free(list);
  if (!r.has_anchors) return status;
  loligo_error_clear();
  tree_free(*root);
  return tree_parse(text, mark, root);
}

void tree_stretch_free(tree_stretch *list)
{
  long_text_free(&list->items);
  *list = (tree_stretch){0};
}

loligo_status tree_parse_elements(const tree_stretch *list, tree_sink sink, void *self)
{
  reader r = {.start = {.origin = list->origin}, .depth = 1, .kept = list->items.text};
  for (;;) {
    LOLIGO_TRY(next_item(&r));
    if (r.item.type == YAML_SEQUENCE_END_EVENT) return LOLIGO_OK;
    tree_node *element = tree_create(TREE_SCALAR, NULL, r.item.mark);
    if (!element) return LOLIGO_MACHINE_ERROR;
    const loligo_status status = parse_value(&r, element);
    if (status != LOLIGO_OK) {
      tree_free(element);
      return status;
    }
    LOLIGO_TRY(sink(self, element));
  }
}
