/*
 * A model file is read on rank 0, which checks it and makes it canonical. The others get what came of it: shared
 * objects with models, the network with the places of its parts, the settings.
 */
#include "io/model_file/model_file.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "base/text.h"
#include "io/model_file/decode.h"
#include "io/model_file/entry_overrides.h"
#include "io/model_file/network_format.h"
#include "io/model_file/raw.h"
#include "io/model_file/read.h"
#include "io/model_file/read_learning.h"
#include "io/model_file/text_file.h"
#include "loligo/decomposition.h"
#include "model/neuron/library.h"
#include "network/edge_list.h"
#include "network/index.h"
#include "network/transfer.h"
#include "partition/partitioner.h"
#include "partition/survey.h"
#include "sim/exchange/exchange.h"

static const char MODEL[] = "the model";

/* Edges of a list that one process looks at all together. */
enum { MOST_GATHERED = 1 << 26 };

static loligo_status read_output(model_reader *reader, tree_node *node)
{
  output_section section;
  LOLIGO_TRY(decode_section("output", output_table, node, &section));
  reader->settings->output = memory_string(section.directory);
  return reader->settings->output ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* What only a simulation has. */
static loligo_status read_simulated(model_reader *reader, const model_section *section)
{
  settings *settings = reader->settings;
  bool any = false;
  LOLIGO_TRY(mistakes_keep(read_record(reader, section->record), &any));
  LOLIGO_TRY(mistakes_keep(
      read_method("partition", partition_table, section->partition, &partitioner_registry, NULL, &settings->partition),
      &any));
  LOLIGO_TRY(mistakes_keep(read_method("exchange", exchange_table, section->exchange, &exchange_method_registry, "auto",
                                       &settings->exchange),
                           &any));
  return mistakes_told(any);
}

static loligo_status read_settings(model_reader *reader, const model_section *section)
{
  bool any = false;
  LOLIGO_TRY(mistakes_keep(read_learning(reader, section), &any));
  if (!section->learning) LOLIGO_TRY(mistakes_keep(read_simulated(reader, section), &any));
  LOLIGO_TRY(mistakes_keep(read_output(reader, section->output), &any));
  LOLIGO_TRY(mistakes_keep(read_checkpoint(reader, section->checkpoint), &any));
  LOLIGO_TRY(mistakes_keep(read_energy(reader, section->energy), &any));
  return mistakes_told(any);
}

/* A network of files has populations of its own. */
static loligo_status read_all_populations(model_reader *reader, const model_section *section, const tree_node *root)
{
  bool any = false, lacks_network = false;
  if (!section->populations && !section->network) {
    reader->lacks_populations = true;
    return decode_fail_missing(root, decode_row(model_table, offsetof(model_section, populations)), MODEL);
  }
  if (section->network) LOLIGO_TRY(mistakes_keep(read_network(reader, section->network), &lacks_network));
  if (section->populations) LOLIGO_TRY(mistakes_keep(read_populations(reader, section->populations), &any));
  reader->lacks_populations |= lacks_network;
  return mistakes_told(any || lacks_network);
}

static loligo_status read_cells(model_reader *reader, const model_section *section, const tree_node *root)
{
  bool any = false;
  LOLIGO_TRY(mistakes_keep(read_simulation(reader, section->simulation), &any));
  LOLIGO_TRY(mistakes_keep(read_all_populations(reader, section, root), &any));
  if (any) return mistakes_told(any);
  /* A time step that the models cannot do with is none that delays and intervals must fit. */
  LOLIGO_TRY(mistakes_keep(read_check_dt(reader, section->simulation), &reader->lacks_dt));
  reader->lacks_duration = reader->lacks_dt;
  return mistakes_told(reader->lacks_dt);
}

/* Reads the sections and writes them as they are used, in the order of their table. */
static loligo_status read_sections(model_reader *reader, tree_node *root)
{
  model_section section = {.parameters = NULL};
  size_t next = 0;
  bool any = false;
  const loligo_status status = decode_section(MODEL, model_table, root, &section);
  if (!mistakes_is_told(status)) LOLIGO_TRY(status);
  LOLIGO_TRY(mistakes_keep(status, &any));
  LOLIGO_TRY(mistakes_keep(parameters_open(&reader->parameters, section.parameters), &any));
  LOLIGO_TRY(parameters_apply(&reader->parameters, root->key, root));
  LOLIGO_TRY(mistakes_keep(read_cells(reader, &section, root), &any));
  for (; root->children[next] != section.projections; next++) canonical_add(reader->used, root->children[next]);
  LOLIGO_TRY(mistakes_keep(read_projections(reader, section.projections), &any));
  LOLIGO_TRY(mistakes_keep(read_inputs(reader, section.inputs), &reader->lacks_inputs));
  any |= reader->lacks_inputs;
  LOLIGO_TRY(mistakes_keep(read_schedule(reader, section.schedule), &any));
  if (!any) LOLIGO_TRY(mistakes_keep(read_check_schedule(reader), &any));
  if (section.data) LOLIGO_TRY(mistakes_keep(read_data(reader, section.data), &reader->lacks_data));
  any |= reader->lacks_data;
  LOLIGO_TRY(mistakes_keep(read_settings(reader, &section), &any));
  while (++next < root->n) canonical_add(reader->used, root->children[next]);
  LOLIGO_TRY(mistakes_told(any));
  return parameters_warn(&reader->parameters, reader->settings);
}

/* Fills `file` from a tree and what it leaves out. */
static loligo_status read_tree(const char *path, tree_node *root, const tree_stretch *projections,
                               entry_overrides *of_entries, listed_files *files, model_file *file)
{
  model_reader reader = {
      .path = path, .files = files, .settings = &file->settings, .projections = *projections, .overrides = of_entries};
  reader.used = canonical_open();
  if (!reader.used) return LOLIGO_MACHINE_ERROR;
  loligo_status status = read_sections(&reader, root);
  const loligo_status written = canonical_close(reader.used, status == LOLIGO_OK ? &file->used : NULL);
  if (status == LOLIGO_OK) status = written;
  parameters_close(&reader.parameters);
  name_table_free(&reader.lost);
  branches_free(&reader.branches);
  memory_free(reader.rows);
  memory_free(reader.values);
  file->network = reader.network;
  if (status == LOLIGO_OK) network_forget_names(file->network);
  return status;
}

/* Whether an override replaces the section of that key. */
static bool is_replaced(const char *key, const char *const *overrides, size_t n_overrides)
{
  const size_t length = strlen(key);
  for (size_t i = 0; i < n_overrides; i++)
    if (strncmp(overrides[i], key, length) == 0 && overrides[i][length] == '=') return true;
  return false;
}

/* Those of entries of the list of projections wait until these are read. */
static loligo_status override_tree(tree_node *root, const char *list, const char *const *overrides, size_t n_overrides,
                                   entry_overrides *of_entries)
{
  bool any = false;
  for (size_t i = 0; i < n_overrides; i++) {
    const tree_node *section = tree_find(root, list);
    const bool is_entry = section && section->kind == TREE_LIST && entry_overrides_is(overrides[i], list);
    LOLIGO_TRY(is_entry ? entry_overrides_add(of_entries, overrides[i])
                        : mistakes_keep(parameters_override(root, overrides[i]), &any));
  }
  return mistakes_told(any);
}

static loligo_status read_text_as_model(const char *path, const char *const *overrides, size_t n_overrides,
                                        listed_files *files, model_file *file)
{
  const tree_mark start = {path, 1, 1};
  const char *long_list = decode_row(model_table, offsetof(model_section, projections))->name;
  tree_node *root;
  tree_stretch projections = {0};
  entry_overrides of_entries = {.n = 0};
  bool any = false;
  if (is_replaced(long_list, overrides, n_overrides))
    LOLIGO_TRY(tree_parse(file->given.text, start, &root));
  else
    LOLIGO_TRY(tree_parse_around(file->given.text, start, long_list, &projections, &root));
  loligo_status status = mistakes_keep(override_tree(root, long_list, overrides, n_overrides, &of_entries), &any);
  long_text_rest(&file->given);
  if (status == LOLIGO_OK) status = read_tree(path, root, &projections, &of_entries, files, file);
  entry_overrides_free(&of_entries);
  tree_stretch_free(&projections);
  tree_free(root);
  return status;
}

/* A file of another format becomes the tree of a model. */
static loligo_status read_run_as_model(const network_format *format, const char *path, const char *const *overrides,
                                       size_t n_overrides, listed_files *files, model_file *file)
{
  network_run run;
  const tree_stretch none = {0};
  entry_overrides of_entries = {.n = 0};
  loligo_status status = format->read_run(path, overrides, n_overrides, &run);
  file->settings.warnings = run.warnings;
  run.warnings = NULL;
  if (status == LOLIGO_OK) status = read_tree(path, run.root, &none, &of_entries, files, file);
  entry_overrides_free(&of_entries);
  format->free_run(&run);
  return status;
}

static loligo_status read_given(const char *path, const char *const *overrides, size_t n_overrides, listed_files *files,
                                model_file *file)
{
  LOLIGO_TRY(text_file_keep(path, &file->given));
  const network_format *format = network_format_of_run(path, file->given.text);
  if (format) return read_run_as_model(format, path, overrides, n_overrides, files, file);
  return read_text_as_model(path, overrides, n_overrides, files, file);
}

static loligo_status print_data(const settings *settings, char **lines)
{
  enum { DIGEST_BYTES = 18 };
  size_t size = 1, used = 0;
  for (uint64_t i = 0; i < settings->n_data; i++) size += strlen(settings->data[i].name) + DIGEST_BYTES;
  *lines = memory_allocate(size, 1, "digests of data");
  for (uint64_t i = 0; *lines && i < settings->n_data; i++) {
    const dataset *set = &settings->data[i];
    used += (size_t)snprintf(*lines + used, size - used, "%s%s %016" PRIx64, used ? "\n" : "", set->name, set->digest);
  }
  return *lines ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status read_all(const char *path, const char *const *overrides, size_t n_overrides, listed_files *files,
                              model_file *file)
{
  mistakes_begin(path);
  const loligo_status status = mistakes_settle(read_given(path, overrides, n_overrides, files, file));
  long_text_rest(&file->given);
  LOLIGO_TRY(status);
  file->lists_digest = listed_files_digest(files);
  LOLIGO_TRY(print_data(&file->settings, &file->data));
  return listed_files_raw(files, &file->libraries);
}

/* Edges of files that any rank can read may be too many for one process. */
static loligo_status gather_edges(loligo_network *network)
{
  for (size_t i = 0; i < network->n_projections; i++) {
    edge_list *list = network->projections[i].list;
    if (list && (!list->source.read || list->n <= MOST_GATHERED)) LOLIGO_TRY(edge_list_gather(list));
  }
  return LOLIGO_OK;
}

/* Looks at the edges that are still unknown, all ranks together; NULL context: one process without MPI. */
static loligo_status survey_edges(const loligo_context *context, model_file *file)
{
  loligo_network *network = file->network;
  bool *was_unknown = memory_allocate(network->n_projections, sizeof *was_unknown, "edges");
  loligo_status status = was_unknown ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  if (context) status = loligo_agree(context, status);
  for (size_t i = 0; status == LOLIGO_OK && i < network->n_projections; i++)
    was_unknown[i] = network->projections[i].list && network->projections[i].list->is_unknown;
  if (status == LOLIGO_OK) status = edges_survey(context, network);
  for (size_t i = 0; status == LOLIGO_OK && i < network->n_projections; i++)
    if (was_unknown[i]) file->lists_digest = hash_mix(file->lists_digest ^ network->projections[i].list->digest);
  memory_free(was_unknown);
  return status;
}

loligo_status model_file_read_alone(const char *path, const char *const *overrides, size_t n_overrides,
                                    model_file *file)
{
  listed_files files = {0};
  *file = (model_file){0};
  loligo_status status = read_all(path, overrides, n_overrides, &files, file);
  if (status == LOLIGO_OK) status = survey_edges(NULL, file);
  if (status == LOLIGO_OK) status = gather_edges(file->network);
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

/* Those who did not open a source that any rank can read make the same. */
static loligo_status move_source(stream *stream, edge_source *source)
{
  const char *name = source->format;
  loligo_status status = stream_text(stream, &name, NULL);
  if (status == LOLIGO_OK && name) status = network_format_find(name)->move(stream, source);
  if (stream->reads) memory_free((void *)name);
  return status;
}

static loligo_status move_sources(stream *stream, const loligo_network *network)
{
  for (size_t i = 0; i < network->n_projections; i++)
    if (network->projections[i].list) LOLIGO_TRY(move_source(stream, &network->projections[i].list->source));
  return LOLIGO_OK;
}

static loligo_status transfer(const loligo_context *context, const listed_files *files, model_file *file)
{
  stream stream;
  LOLIGO_TRY(stream_open(&stream, context));
  stream_move(&stream, &file->lists_digest, sizeof file->lists_digest);
  loligo_status status = move_libraries(&stream, files);
  if (status == LOLIGO_OK) status = network_transfer(&stream, &file->network);
  if (status == LOLIGO_OK) status = move_sources(&stream, file->network);
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
  if (status == LOLIGO_OK) status = survey_edges(context, file);
  listed_files_free(&files);
  if (status != LOLIGO_OK) model_file_free(file);
  return status;
}

void model_file_free(model_file *file)
{
  loligo_network_destroy(file->network);
  settings_free(&file->settings);
  long_text_free(&file->given);
  long_text_free(&file->used);
  memory_free(file->libraries);
  memory_free(file->data);
  *file = (model_file){0};
}

void model_file_mute(model_file *file)
{
  settings *settings = &file->settings;
  settings_free_recorded(settings);
  settings->checkpoint = (checkpoint_settings){.keep = settings->checkpoint.keep};
}
