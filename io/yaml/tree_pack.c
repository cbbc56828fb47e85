/*
 * Depth first; of each node a header, its key, its text and its numbers, each padded to 8 bytes, then its children.
 */
#include "io/yaml/tree_pack.h"

#include <string.h>

#include "base/memory.h"

typedef struct packed_mark {
  uint32_t origin; /* 0: the path; else the number of an override, from 1 */
  uint32_t line, column;
} packed_mark;

typedef struct packed_node {
  uint32_t kind, quoted;
  packed_mark mark, key_mark;
  uint64_t key_bytes, text_bytes; /* with end; 0: none */
  uint64_t n_numbers, n_children;
} packed_node;

static size_t padded(size_t bytes)
{
  return (bytes + 7) / 8 * 8;
}

static packed_mark pack_mark(tree_mark mark, const tree_origins *origins)
{
  packed_mark packed = {0, mark.line, mark.column};
  for (size_t i = 0; i < origins->n_overrides; i++)
    if (mark.origin == origins->overrides[i]) packed.origin = (uint32_t)i + 1;
  return packed;
}

static tree_mark unpack_mark(packed_mark packed, const tree_origins *origins)
{
  const char *origin = packed.origin ? origins->overrides[packed.origin - 1] : origins->path;
  return (tree_mark){origin, packed.line, packed.column};
}

static size_t text_bytes(const char *text)
{
  return text ? strlen(text) + 1 : 0;
}

/* Children are left out where their numbers say all. */
static size_t packed_children(const tree_node *node)
{
  return node->kind == TREE_LIST && node->numbers ? 0 : node->n;
}

static size_t packed_numbers(const tree_node *node)
{
  return node->kind == TREE_LIST ? node->n_numbers : 0;
}

size_t tree_packed_size(const tree_node *node)
{
  size_t bytes = sizeof(packed_node) + padded(text_bytes(node->key)) + padded(text_bytes(node->text)) +
                 packed_numbers(node) * sizeof(double);
  for (size_t i = 0; i < packed_children(node); i++) bytes += tree_packed_size(node->children[i]);
  return bytes;
}

static char *put(char *at, const void *bytes, size_t n)
{
  if (n) memcpy(at, bytes, n);
  return at + padded(n);
}

static char *pack_node(const tree_node *node, const tree_origins *origins, char *at)
{
  const packed_node header = {.kind = node->kind,
                              .quoted = node->quoted,
                              .mark = pack_mark(node->mark, origins),
                              .key_mark = pack_mark(node->key_mark, origins),
                              .key_bytes = text_bytes(node->key),
                              .text_bytes = text_bytes(node->text),
                              .n_numbers = packed_numbers(node),
                              .n_children = packed_children(node)};
  at = put(at, &header, sizeof header);
  at = put(at, node->key, header.key_bytes);
  at = put(at, node->text, header.text_bytes);
  at = put(at, header.n_numbers ? node->numbers : NULL, header.n_numbers * sizeof(double));
  for (size_t i = 0; i < header.n_children; i++) at = pack_node(node->children[i], origins, at);
  return at;
}

void tree_pack(const tree_node *root, const tree_origins *origins, char *bytes)
{
  pack_node(root, origins, bytes);
}

/* What is left to unpack. */
typedef struct unpacker {
  const char *at;
  const tree_origins *origins;
} unpacker;

static const char *take(unpacker *in, size_t n)
{
  const char *bytes = n ? in->at : NULL;
  in->at += padded(n);
  return bytes;
}

static loligo_status unpack_numbers(unpacker *in, const packed_node *header, tree_node *list)
{
  if (header->n_numbers == 0) return LOLIGO_OK;
  list->numbers = memory_allocate(header->n_numbers, sizeof *list->numbers, "the model file");
  if (!list->numbers) return LOLIGO_MACHINE_ERROR;
  list->n_numbers = header->n_numbers;
  memcpy(list->numbers, take(in, header->n_numbers * sizeof(double)), header->n_numbers * sizeof(double));
  return LOLIGO_OK;
}

static loligo_status unpack_child(unpacker *in, tree_node *parent);

static loligo_status unpack_content(unpacker *in, const packed_node *header, tree_node *node)
{
  node->quoted = header->quoted;
  if (node->kind == TREE_LIST) LOLIGO_TRY(unpack_numbers(in, header, node));
  for (uint64_t i = 0; i < header->n_children; i++) LOLIGO_TRY(unpack_child(in, node));
  return LOLIGO_OK;
}

/* Header, key and text of the next node; NULL after loligo_fail(). */
static tree_node *unpack_node(unpacker *in, packed_node *header, const char **key)
{
  memcpy(header, take(in, sizeof *header), sizeof *header);
  *key = take(in, header->key_bytes);
  const char *text = take(in, header->text_bytes);
  return tree_create((tree_kind)header->kind, text, unpack_mark(header->mark, in->origins));
}

static loligo_status unpack_child(unpacker *in, tree_node *parent)
{
  packed_node header;
  const char *key;
  tree_node *child = unpack_node(in, &header, &key);
  if (!child) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(tree_add(parent, key, unpack_mark(header.key_mark, in->origins), child));
  return unpack_content(in, &header, child);
}

loligo_status tree_unpack(const char *bytes, const tree_origins *origins, tree_node **root)
{
  unpacker in = {bytes, origins};
  packed_node header;
  const char *key;
  *root = unpack_node(&in, &header, &key);
  if (!*root) return LOLIGO_MACHINE_ERROR;
  const loligo_status status = unpack_content(&in, &header, *root);
  if (status == LOLIGO_OK) return LOLIGO_OK;
  tree_free(*root);
  *root = NULL;
  return status;
}
