/*
 * data: a mapping by name. The format of an entry decides which keys it has besides, and reads its samples at once: a
 * file that is cut short in its last byte is a mistake of the model as any other.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "base/text.h"
#include "io/hdf5/digest.h"
#include "io/model_file/data_format.h"
#include "io/model_file/read.h"
#include "io/model_file/value.h"

enum { WHAT_SIZE = 64, NOTE_SIZE = 512 };

static const char WHAT[] = "data";

/* -- what formats share -- */

loligo_status data_limit(const data_request *request, uint64_t n, uint64_t *wanted)
{
  *wanted = request->limit ? request->limit : n;
  if (*wanted <= n) return LOLIGO_OK;
  const tree_node *node = decode_child(request->entry, data_table, offsetof(data_section, limit));
  return tree_fail(node->mark, "%s: %llu samples are wanted, but there are %llu", node->key,
                   (unsigned long long)*wanted, (unsigned long long)n);
}

loligo_status data_allocate(void **array, uint64_t n_rows, uint64_t n_columns, size_t element_size)
{
  size_t n;
  if (__builtin_mul_overflow(n_rows, n_columns, &n)) n = SIZE_MAX / element_size;
  *array = memory_allocate(n, element_size, "samples to learn from");
  return *array ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

tree_node *data_item(tree_node *node, size_t i)
{
  return node->kind == TREE_LIST ? node->children[i] : node;
}

loligo_status data_items(const char *key, tree_node *node, size_t *n)
{
  *n = node->kind == TREE_LIST ? node->n : 1;
  if (node->kind != TREE_MAPPING && *n > 0) return LOLIGO_OK;
  return tree_fail(node->mark, "%s must be a text or a list of these", key);
}

/* -- an entry -- */

/* Digest of an array; the bytes behind its last whole word count as a word that ends in zeros. */
static uint64_t digest_array(const char *name, const void *bytes, uint64_t size)
{
  uint64_t last = 0, words = size / sizeof last;
  if (!bytes) return 0;
  memcpy(&last, (const char *)bytes + words * sizeof last, size % sizeof last);
  const uint64_t key = hash_mix(text_hash(name) ^ size);
  return digest_words(key, 0, words, bytes) + digest_words(key, words, 1, &last);
}

static uint64_t digest_set(const dataset *set)
{
  const uint64_t events = set->first_event ? set->first_event[set->n] : 0;
  uint64_t digest = hash_mix(set->n ^ hash_mix(set->n_values));
  digest += digest_array("bytes", set->bytes, set->n * set->n_values);
  digest += digest_array("values", set->values, set->n * set->n_values * sizeof *set->values);
  digest += digest_array("first", set->first_event, (set->n + 1) * sizeof *set->first_event);
  digest += digest_array("time", set->event_time, events * sizeof *set->event_time);
  digest += digest_array("cell", set->event_cell, events * sizeof *set->event_cell);
  digest += digest_array("labels", set->labels, set->n * set->n_labels * sizeof *set->labels);
  digest += digest_array("targets", set->targets, set->n * set->target_steps * set->n_targets * sizeof *set->targets);
  return digest;
}

static loligo_status find_format(const tree_node *entry, const data_format **found)
{
  const loligo_param *row = decode_row(data_table, offsetof(data_section, format));
  const tree_node *node = tree_find(entry, row->name);
  if (!node) return decode_fail_missing(entry, row, WHAT);
  LOLIGO_TRY(value_expect_text(row->name, node));
  *found = data_format_find(node->text);
  if (*found) return LOLIGO_OK;
  return tree_locate(node->mark, NULL, registry_unknown_in(&data_format_registry, row->name, node->text, WHAT));
}

static loligo_status read_noise(const model_reader *reader, const data_section *section, dataset *set)
{
  noise_section noise;
  if (!section->noise) return LOLIGO_OK;
  LOLIGO_TRY(decode_section("noise", noise_table, section->noise, &noise));
  if (dataset_has_events(set)) return tree_fail(section->noise->mark, "noise is added to values; these are events");
  return dataset_set_noise(set, (dataset_noise){noise.std, noise.fixed}, reader->network->seed);
}

static loligo_status read_samples(const data_format *format, const data_section *section, const data_request *request,
                                  dataset *set)
{
  char note[NOTE_SIZE];
  set->scale = section->scale;
  set->shift = section->shift;
  LOLIGO_TRY(format->read(request, set));
  LOLIGO_TRY(read_noise(request->reader, section, set));
  set->digest = digest_set(set);
  snprintf(note, sizeof note, "data.%s", set->name);
  return listed_files_note(request->reader->files, note, set->digest);
}

static loligo_status read_entry(const model_reader *reader, tree_node *entry, dataset *set)
{
  const data_format *format;
  data_section section = {.format = NULL};
  char what[WHAT_SIZE];
  decoded values[DECODE_MAX_ROWS];
  LOLIGO_TRY(read_check_name(entry->key, entry->key_mark, "dataset"));
  set->name = memory_string(entry->key);
  if (!set->name) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(value_expect_mapping(WHAT, entry));
  LOLIGO_TRY(find_format(entry, &format));
  snprintf(what, sizeof what, "%s %s", format->name, WHAT);
  const decode_form form = {.what = what, .tables = {data_table, format->keys}, .n_tables = 2};
  LOLIGO_TRY(decode_mapping(&form, entry, values));
  decode_store(data_table, values, &section);
  const data_request request = {reader, entry, values + data_table.n, section.limit};
  return read_samples(format, &section, &request, set);
}

loligo_status read_data(model_reader *reader, tree_node *data)
{
  settings *settings = reader->settings;
  bool any = false;
  LOLIGO_TRY(value_expect_mapping(WHAT, data));
  settings->data = memory_allocate(data->n, sizeof *settings->data, "samples to learn from");
  if (!settings->data) return LOLIGO_MACHINE_ERROR;
  settings->n_data = data->n;
  for (size_t i = 0; i < data->n; i++)
    LOLIGO_TRY(mistakes_keep(read_entry(reader, data->children[i], &settings->data[i]), &any));
  return mistakes_told(any);
}

loligo_status read_data_named(const model_reader *reader, const tree_node *node, size_t *number)
{
  fault_names names = {.n = 0};
  if (reader->lacks_data) return LOLIGO_INPUT_ERROR;
  for (size_t i = 0; i < reader->settings->n_data; i++) {
    *number = i;
    if (strcmp(reader->settings->data[i].name, node->text) == 0) return LOLIGO_OK;
    fault_names_add(&names, reader->settings->data[i].name);
  }
  return read_fail_unknown(node, WHAT, node->key ? node->key : WHAT, &names);
}
