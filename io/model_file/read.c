/*
 * What the readers of sections share: names, units of weights, listed files.
 */
#include "io/model_file/read.h"
#include "io/model_file/value.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/file.h"
#include "base/memory.h"
#include "io/model_file/decode.h"
#include "model/neuron/elsewhere.h"
#include "model/neuron/model.h"

loligo_status read_fail_unknown(const tree_node *node, const char *key, const char *what, const fault_names *names)
{
  return tree_locate(node->mark, NULL, fault_unknown_in(key, node->text, what, names));
}

loligo_status read_fail_unknown_projection(const model_reader *reader, const tree_node *node, const char *what,
                                           bool (*is_known)(const loligo_projection *projection))
{
  const loligo_network *network = reader->network;
  fault_names names = {.n = 0};
  if (reader->lacks_projections) return LOLIGO_INPUT_ERROR;
  for (size_t i = 0; i < network->n_projections; i++)
    if (!is_known || is_known(&network->projections[i])) fault_names_add(&names, network->projections[i].name);
  return read_fail_unknown(node, "projection", what, &names);
}

loligo_status read_fail_elsewhere(const model_elsewhere *model, const tree_node *node, const char *what)
{
  char text[MODEL_ELSEWHERE_BYTES];
  model_elsewhere_print(model, text);
  return tree_fail(node->mark, "unknown %s '%s' in %s; %s", node->key, node->text, what, text);
}

loligo_status read_fail_several(const tree_node *node, const char *key)
{
  return tree_fail(node->mark, "%s: a list of values needs a target of one population; write an input for each", key);
}

loligo_status read_check_name(const char *name, tree_mark mark, const char *what)
{
  bool is_good = *name && *name != '.' && strpbrk(name, "/[]") == NULL;
  for (const char *c = name; *c; c++) is_good = is_good && !iscntrl((unsigned char)*c);
  if (is_good && strlen(name) > LOLIGO_NAME_BYTES) {
    return tree_fail(mark, "the name '%.32s...' of a %s has %zu bytes; take at most %d", name, what, strlen(name),
                     LOLIGO_NAME_BYTES);
  }
  if (is_good) return LOLIGO_OK;
  return tree_fail(mark, "'%s' cannot be the name of a %s in a file; leave out / [ ] and a leading dot", name, what);
}

loligo_status read_weight_unit(const loligo_population *target, const tree_node *target_node,
                               const tree_node *receptor_node, const char *what, const char **unit)
{
  const loligo_model *model = target->model;
  if (model->n_receptors == 0) {
    return tree_fail(target_node->mark, "target '%s' is of model %s, which receives no spikes", target->name,
                     model->name);
  }
  int receptor = 0;
  if (receptor_node) {
    LOLIGO_TRY(value_expect_text(receptor_node->key, receptor_node));
    receptor = model_receptor_index(model, receptor_node->text);
  }
  if (receptor < 0) {
    fault_names names = {.n = 0};
    for (size_t i = 0; i < model->n_receptors; i++) fault_names_add(&names, model->receptors[i].name);
    return read_fail_unknown(receptor_node, receptor_node->key, what, &names);
  }
  *unit = receptor_unit(model->receptors[receptor].kind);
  return LOLIGO_OK;
}

loligo_status read_open_file(const model_reader *reader, tree_node *node, const char *key, char *name, FILE **stream)
{
  char absolute[PATH_MAX];
  LOLIGO_TRY(value_expect_text(key, node));
  const char *slash = strrchr(reader->path, '/'), *why = strerror(ENAMETOOLONG);
  const int folder = slash && *node->text != '/' ? (int)(slash + 1 - reader->path) : 0;
  const int length = snprintf(name, PATH_MAX, "%.*s%s", folder, reader->path, node->text);
  *stream = length < PATH_MAX ? file_stream(name, &why) : NULL;
  if (!*stream) return tree_fail(node->mark, "%s: cannot open '%s': %s", key, name, why);
  loligo_status status = LOLIGO_OK;
  if (!realpath(name, absolute)) status = tree_fail(node->mark, "%s: cannot open '%s': %s", key, name, strerror(errno));
  if (status == LOLIGO_OK) status = tree_set_text(node, absolute);
  if (status != LOLIGO_OK) fclose(*stream);
  return status;
}

loligo_status read_listed_file(const model_reader *reader, tree_node *node, const char *key, const csv_format *format,
                               const listed_file **file)
{
  char name[PATH_MAX];
  FILE *stream;
  LOLIGO_TRY(read_open_file(reader, node, key, name, &stream));
  return listed_files_read(reader->files, node->text, name, stream, format, file);
}

loligo_status read_blame_file(const tree_node *node, loligo_status status)
{
  enum { MESSAGE_BYTES = 1024 };
  char message[MESSAGE_BYTES];
  if (status == LOLIGO_OK || !node) return status;
  fault_take_message(message, sizeof message);
  return tree_fail(node->mark, "%s", message);
}

/* The child of a list that holds spike times, if `mapping` has one. */
static const tree_node *listed_time(const tree_node *mapping, uint64_t at)
{
  const tree_node *times = decode_child(mapping, trains_table, offsetof(trains_section, times));
  return times && times->kind == TREE_LIST && at < times->n ? times->children[at] : NULL;
}

loligo_status read_blame(const model_reader *reader, const tree_node *mapping, const listed_file *file,
                         loligo_status status)
{
  uint64_t at;
  if (status != LOLIGO_INPUT_ERROR || !loligo_network_refused(reader->network, &at)) return tree_blame(mapping, status);
  if (file) return listed_file_locate(file, at, status);
  const tree_node *time = listed_time(mapping, at);
  return time ? tree_locate(time->mark, NULL, status) : tree_blame(mapping, status);
}

static loligo_status copy_columns(const listed_file *file, read_trains *trains)
{
  trains->times = memory_allocate(file->n_rows, sizeof *trains->times, "spike times");
  trains->owners = memory_allocate(file->n_rows, sizeof *trains->owners, "spike times");
  if (!trains->times || !trains->owners) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < file->n_rows; i++) {
    trains->owners[i] = (uint64_t)file->values[2 * i];
    trains->times[i] = file->values[2 * i + 1];
  }
  trains->n = file->n_rows;
  return LOLIGO_OK;
}

static loligo_status copy_list(const real_list *list, read_trains *trains)
{
  trains->times = memory_allocate(list->n, sizeof *trains->times, "spike times");
  if (!trains->times) return LOLIGO_MACHINE_ERROR;
  if (list->n) memcpy(trains->times, list->values, list->n * sizeof *trains->times);
  trains->n = list->n;
  return LOLIGO_OK;
}

loligo_status read_trains_load(const model_reader *reader, const char *what, const trains_section *section,
                               const tree_node *mapping, read_trains *trains)
{
  const loligo_param *list_row = decode_row(trains_table, offsetof(trains_section, times));
  const loligo_param *file_row = decode_row(trains_table, offsetof(trains_section, file));
  tree_node *file_node = tree_find(mapping, file_row->name);
  const bool has_list = tree_find(mapping, list_row->name) != NULL;
  *trains = (read_trains){0};
  if (has_list && file_node) {
    return tree_fail(file_node->key_mark, "%s takes either '%s' or '%s', not both", what, list_row->name,
                     file_row->name);
  }
  if (has_list) return copy_list(&section->times, trains);
  if (!file_node)
    return tree_fail(mapping->mark, "missing key '%s' (or '%s') in %s", list_row->name, file_row->name, what);
  LOLIGO_TRY(read_listed_file(reader, file_node, file_row->name, &csv_trains, &trains->file));
  return copy_columns(trains->file, trains);
}

void read_trains_free(read_trains *trains)
{
  memory_free(trains->times);
  memory_free(trains->owners);
}

loligo_status read_method(const char *what, loligo_param_table table, tree_node *section, const registry *methods,
                          const char *extra, char **method)
{
  method_section values = {0};
  LOLIGO_TRY(decode_section(what, table, section, &values));
  fault_names names = {.n = 0};
  if (extra) fault_names_add(&names, extra);
  registry_names(methods, &names);
  const tree_node *node = decode_child(section, table, offsetof(method_section, method));
  for (size_t i = 0; i < names.n; i++) {
    if (strcmp(values.method, names.name[i]) != 0) continue;
    *method = memory_string(values.method);
    return *method ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  }
  return read_fail_unknown(node, node->key, what, &names);
}
