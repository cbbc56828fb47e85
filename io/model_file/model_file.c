/*
 * A model file is read on rank 0, which checks it and makes it canonical. The others get what came of it: shared
 * objects with models, the network with the places of its parts, the settings.
 */
#include "io/model_file/model_file.h"

#include <stddef.h>
#include <string.h>

#include "base/memory.h"
#include "io/model_file/decode.h"
#include "io/model_file/raw.h"
#include "io/model_file/read.h"
#include "io/model_file/text_file.h"
#include "io/yaml/overrides.h"
#include "model/neuron/library.h"
#include "network/index.h"
#include "network/transfer.h"
#include "partition/partitioner.h"
#include "sim/exchange/exchange.h"

static loligo_status read_output(model_reader *reader, tree_node *node)
{
  output_section section;
  LOLIGO_TRY(decode_section("output", output_table, node, &section));
  reader->settings->output = memory_string(section.directory);
  return reader->settings->output ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status read_settings(model_reader *reader, const model_section *section)
{
  settings *settings = reader->settings;
  LOLIGO_TRY(read_record(reader, section->record));
  LOLIGO_TRY(
      read_method("partition", partition_table, section->partition, &partitioner_registry, NULL, &settings->partition));
  LOLIGO_TRY(read_method("exchange", exchange_table, section->exchange, &exchange_method_registry, "auto",
                         &settings->exchange));
  LOLIGO_TRY(read_output(reader, section->output));
  return read_checkpoint(reader, section->checkpoint);
}

/* Reads the sections and writes them as they are used, in the order of their table. */
static loligo_status read_sections(model_reader *reader, tree_node *root)
{
  model_section section;
  size_t next = 0;
  LOLIGO_TRY(decode_section("the model", model_table, root, &section));
  LOLIGO_TRY(read_simulation(reader, section.simulation));
  LOLIGO_TRY(read_populations(reader, section.populations));
  LOLIGO_TRY(read_check_dt(reader, section.simulation));
  for (; root->children[next] != section.projections; next++) canonical_add(reader->used, root->children[next]);
  LOLIGO_TRY(read_projections(reader, section.projections));
  LOLIGO_TRY(read_inputs(reader, section.inputs));
  LOLIGO_TRY(read_settings(reader, &section));
  while (++next < root->n) canonical_add(reader->used, root->children[next]);
  return LOLIGO_OK;
}

/* Fills `file` from a tree and what it leaves out. */
static loligo_status read_tree(const char *path, tree_node *root, const tree_stretch *projections, listed_files *files,
                               model_file *file)
{
  model_reader reader = {.path = path, .files = files, .settings = &file->settings, .projections = *projections};
  reader.used = canonical_open();
  if (!reader.used) return LOLIGO_MACHINE_ERROR;
  loligo_status status = read_sections(&reader, root);
  const loligo_status written = canonical_close(reader.used, status == LOLIGO_OK ? &file->used : NULL);
  if (status == LOLIGO_OK) status = written;
  memory_free(reader.rows);
  memory_free(reader.values);
  file->network = reader.network;
  if (status == LOLIGO_OK) network_forget_names(file->network);
  return status;
}

/* Whether an override changes or replaces the section of that key. */
static bool is_overridden(const char *key, const char *const *overrides, size_t n_overrides)
{
  const size_t length = strlen(key);
  for (size_t i = 0; i < n_overrides; i++)
    if (strncmp(overrides[i], key, length) == 0 && strchr(".=", overrides[i][length])) return true;
  return false;
}

static loligo_status read_all(const char *path, const char *const *overrides, size_t n_overrides, listed_files *files,
                              model_file *file)
{
  const tree_mark start = {path, 1, 1};
  const char *long_list = decode_row(model_table, offsetof(model_section, projections))->name;
  tree_node *root;
  tree_stretch projections = {0};
  LOLIGO_TRY(text_file_read(path, "the model file", &file->given));
  if (is_overridden(long_list, overrides, n_overrides))
    LOLIGO_TRY(tree_parse(file->given, start, &root));
  else
    LOLIGO_TRY(tree_parse_around(file->given, start, long_list, &projections, &root));
  loligo_status status = LOLIGO_OK;
  for (size_t i = 0; i < n_overrides && status == LOLIGO_OK; i++) status = override_apply(root, overrides[i]);
  if (status == LOLIGO_OK) status = read_tree(path, root, &projections, files, file);
  tree_free(root);
  LOLIGO_TRY(status);
  file->lists_digest = listed_files_digest(files);
  return listed_files_raw(files, &file->libraries);
}

loligo_status model_file_read_alone(const char *path, const char *const *overrides, size_t n_overrides,
                                    model_file *file)
{
  listed_files files = {0};
  *file = (model_file){0};
  const loligo_status status = read_all(path, overrides, n_overrides, &files, file);
  listed_files_free(&files);
  if (status != LOLIGO_OK) model_file_free(file);
  return status;
}

/* A shared object, or on ranks that read NULL. */
static loligo_status move_library(stream *stream, const listed_file *file)
{
  const char *path = file ? file->path : NULL;
  void *bytes = file ? (void *)raw_bytes(file->values) : NULL;
  uint64_t n = file ? raw_size(file->values) : 0;
  stream_move(stream, &n, sizeof n);
  loligo_status status = stream_text(stream, &path, NULL);
  if (status == LOLIGO_OK) status = stream_array(stream, &bytes, n, 1, "a shared object");
  if (file) return status;
  if (status == LOLIGO_OK) status = model_library_load(path, bytes, n);
  memory_free(bytes);
  memory_free((void *)path);
  return status;
}

static loligo_status move_libraries(stream *stream, const listed_files *files)
{
  uint64_t n = 0;
  for (size_t i = 0; i < files->n; i++) n += !files->files[i].format;
  stream_move(stream, &n, sizeof n);
  for (uint64_t i = 0; stream->reads && i < n; i++) LOLIGO_TRY(move_library(stream, NULL));
  for (size_t i = 0; i < files->n; i++)
    if (!files->files[i].format) LOLIGO_TRY(move_library(stream, &files->files[i]));
  return LOLIGO_OK;
}

static loligo_status transfer(const loligo_context *context, const listed_files *files, model_file *file)
{
  stream stream;
  LOLIGO_TRY(stream_open(&stream, context));
  stream_move(&stream, &file->lists_digest, sizeof file->lists_digest);
  loligo_status status = move_libraries(&stream, files);
  if (status == LOLIGO_OK) status = network_transfer(&stream, &file->network);
  if (status == LOLIGO_OK) status = settings_transfer(&stream, &file->settings);
  return loligo_agree(context, stream_close(&stream, status));
}

loligo_status model_file_read(const loligo_context *context, const char *path, const char *const *overrides,
                              size_t n_overrides, model_file *file)
{
  listed_files files = {0};
  loligo_status status = LOLIGO_OK;
  *file = (model_file){0};
  if (context->rank == 0) status = read_all(path, overrides, n_overrides, &files, file);
  status = loligo_agree(context, status);
  if (status == LOLIGO_OK && context->size > 1) status = transfer(context, &files, file);
  listed_files_free(&files);
  if (status != LOLIGO_OK) model_file_free(file);
  return status;
}

void model_file_free(model_file *file)
{
  loligo_network_destroy(file->network);
  settings_free(&file->settings);
  memory_free(file->given);
  memory_free(file->used);
  memory_free(file->libraries);
  *file = (model_file){0};
}

void model_file_mute(model_file *file)
{
  settings *settings = &file->settings;
  settings_free_recorded(settings);
  settings->checkpoint = (checkpoint_settings){.keep = settings->checkpoint.keep};
}
