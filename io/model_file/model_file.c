/*
 * A model file is read twice: on rank 0 as the user wrote it, which checks it and makes it canonical; and on all ranks
 * from the canonical tree, so that all hold the same network, bit for bit, and know where its parts stand in the file.
 * What goes between is one block of bytes, a bundle: sizes, the text as given and as used, the packed tree, the numbers
 * of the listed files.
 */
#include "io/model_file/model_file.h"

#include <errno.h>
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/comm.h"
#include "base/file.h"
#include "base/memory.h"
#include "io/model_file/decode.h"
#include "io/model_file/read.h"
#include "io/model_file/recording_kind.h"
#include "io/yaml/canonical.h"
#include "io/yaml/overrides.h"
#include "io/yaml/tree_pack.h"
#include "loligo/decomposition.h"
#include "partition/partitioner.h"
#include "sim/exchange/exchange.h"

static const char STANDARD_INPUT[] = "-";

/* All that the ranks need: text as given, canonical text and tree, packed listed files, each from a multiple of 8
 * bytes. */
typedef struct bundle {
  char *bytes;
  uint64_t given_size, used_size, tree_size, files_size; /* padded */
} bundle;

static size_t bundle_size(const bundle *bundle)
{
  return bundle->given_size + bundle->used_size + bundle->tree_size + bundle->files_size;
}

static char *bundle_used(const bundle *bundle)
{
  return bundle->bytes + bundle->given_size;
}

static char *bundle_tree(const bundle *bundle)
{
  return bundle_used(bundle) + bundle->used_size;
}

static char *bundle_files(const bundle *bundle)
{
  return bundle_tree(bundle) + bundle->tree_size;
}

static uint64_t padded_text_size(const char *text)
{
  return (strlen(text) + 8) / 8 * 8;
}

/* What rank 0 has read. */
typedef struct draft {
  char *given, *used; /* texts, owned */
  tree_node *root;    /* owned */
  listed_files files;
} draft;

static void draft_free(draft *draft)
{
  listed_files_free(&draft->files);
  tree_free(draft->root);
  memory_free(draft->used);
  memory_free(draft->given);
}

static loligo_status bundle_pack(bundle *bundle, const draft *draft, const tree_origins *origins)
{
  bundle->given_size = padded_text_size(draft->given);
  bundle->used_size = padded_text_size(draft->used);
  bundle->tree_size = tree_packed_size(draft->root);
  bundle->files_size = listed_files_packed_size(&draft->files);
  bundle->bytes = memory_allocate(bundle_size(bundle), 1, "the model file");
  if (!bundle->bytes) return LOLIGO_MACHINE_ERROR;
  strcpy(bundle->bytes, draft->given);
  strcpy(bundle_used(bundle), draft->used);
  tree_pack(draft->root, origins, bundle_tree(bundle));
  listed_files_pack(&draft->files, bundle_files(bundle));
  return LOLIGO_OK;
}

static loligo_status broadcast(const loligo_context *context, bundle *bundle)
{
  uint64_t sizes[] = {bundle->given_size, bundle->used_size, bundle->tree_size, bundle->files_size};
  MPI_Bcast(sizes, 4, MPI_UINT64_T, 0, context->comm);
  bundle->given_size = sizes[0];
  bundle->used_size = sizes[1];
  bundle->tree_size = sizes[2];
  bundle->files_size = sizes[3];
  const size_t size = bundle_size(bundle);
  if (context->rank != 0) bundle->bytes = memory_allocate(size, 1, "the model file");
  LOLIGO_TRY(loligo_agree(context, bundle->bytes ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  comm_broadcast(context, bundle->bytes, size);
  return LOLIGO_OK;
}

static loligo_status read_output(model_reader *reader, tree_node *node)
{
  output_section section;
  LOLIGO_TRY(decode_section("output", output_table, node, &section));
  reader->settings->output = memory_string(section.directory);
  return reader->settings->output ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status read_sections(model_reader *reader, tree_node *root)
{
  model_section section;
  settings *settings = reader->settings;
  LOLIGO_TRY(decode_section("the model", model_table, root, &section));
  LOLIGO_TRY(read_simulation(reader, section.simulation));
  LOLIGO_TRY(read_populations(reader, section.populations));
  LOLIGO_TRY(read_check_dt(reader, section.simulation));
  LOLIGO_TRY(read_projections(reader, section.projections));
  LOLIGO_TRY(read_inputs(reader, section.inputs));
  LOLIGO_TRY(read_record(reader, section.record));
  LOLIGO_TRY(
      read_method("partition", partition_table, section.partition, &partitioner_registry, NULL, &settings->partition));
  LOLIGO_TRY(read_method("exchange", exchange_table, section.exchange, &exchange_method_registry, "auto",
                         &settings->exchange));
  LOLIGO_TRY(read_output(reader, section.output));
  return read_checkpoint(reader, section.checkpoint);
}

/* Fills network and settings of `file` from a tree, which becomes canonical. */
static loligo_status read_tree(const char *path, tree_node *root, listed_files *files, model_file *file)
{
  model_reader reader = {.path = path, .files = files, .settings = &file->settings};
  const loligo_status status = read_sections(&reader, root);
  memory_free(reader.rows);
  memory_free(reader.values);
  file->network = reader.network;
  return status;
}

static loligo_status read_stream(FILE *stream, const char *path, char **text)
{
  enum { PIECE = 1 << 16 };
  size_t capacity = 0, n = 0, got;
  do {
    LOLIGO_TRY(memory_grow((void **)text, &capacity, n + PIECE + 1, 1, "the model file"));
    got = fread(*text + n, 1, PIECE, stream);
    if (memchr(*text + n, 0, got))
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s: not a text file: it holds a zero byte", path);
    n += got;
  } while (got > 0);
  (*text)[n] = '\0';
  if (ferror(stream)) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: cannot read: %s", path, strerror(errno));
  return LOLIGO_OK;
}

/* The whole text, with end; freed with memory_free(), even after a failure. */
static loligo_status read_text(const char *path, char **text)
{
  const char *why;
  if (strcmp(path, STANDARD_INPUT) == 0) return read_stream(stdin, path, text);
  FILE *stream = file_stream(path, &why);
  if (!stream) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: cannot open: %s", path, why);
  const loligo_status status = read_stream(stream, path, text);
  fclose(stream);
  return status;
}

/* Reads what the user wrote: canonical then, with network and settings. Free both, also after a failure. */
static loligo_status draft_read(draft *draft, const tree_origins *origins, model_file *file)
{
  LOLIGO_TRY(read_text(origins->path, &draft->given));
  LOLIGO_TRY(tree_parse(draft->given, (tree_mark){origins->path, 1, 1}, &draft->root));
  for (size_t i = 0; i < origins->n_overrides; i++) LOLIGO_TRY(override_apply(draft->root, origins->overrides[i]));
  LOLIGO_TRY(read_tree(origins->path, draft->root, &draft->files, file));
  return canonical_write(draft->root, &draft->used);
}

static loligo_status bundle_read(bundle *bundle, const tree_origins *origins)
{
  draft draft = {0};
  model_file scratch = {0};
  loligo_status status = draft_read(&draft, origins, &scratch);
  model_file_free(&scratch);
  if (status == LOLIGO_OK) status = bundle_pack(bundle, &draft, origins);
  draft_free(&draft);
  return status;
}

static loligo_status read_canonical(const bundle *bundle, const tree_origins *origins, model_file *file)
{
  tree_node *root = NULL;
  listed_files files = {0};
  loligo_status status = listed_files_unpack(&files, bundle_files(bundle));
  if (status == LOLIGO_OK) status = tree_unpack(bundle_tree(bundle), origins, &root);
  if (status == LOLIGO_OK) status = read_tree(origins->path, root, &files, file);
  file->lists_digest = listed_files_digest(&files);
  if (status == LOLIGO_OK) status = listed_files_raw(&files, &file->libraries);
  tree_free(root);
  listed_files_free(&files);
  return status;
}

/* Network, settings and texts from a bundle, which is freed. */
static loligo_status unbundle(bundle *bundle, const tree_origins *origins, model_file *file)
{
  loligo_status status = read_canonical(bundle, origins, file);
  if (status == LOLIGO_OK) {
    file->given = memory_string(bundle->bytes);
    file->used = memory_string(bundle_used(bundle));
    if (!file->given || !file->used) status = LOLIGO_MACHINE_ERROR;
  }
  memory_free(bundle->bytes);
  if (status != LOLIGO_OK) model_file_free(file);
  return status;
}

loligo_status model_file_read_alone(const char *path, const char *const *overrides, size_t n_overrides,
                                    model_file *file)
{
  draft draft = {0};
  *file = (model_file){0};
  loligo_status status = draft_read(&draft, &(tree_origins){path, overrides, n_overrides}, file);
  file->lists_digest = listed_files_digest(&draft.files);
  if (status == LOLIGO_OK) status = listed_files_raw(&draft.files, &file->libraries);
  file->given = draft.given;
  file->used = draft.used;
  draft.given = draft.used = NULL;
  draft_free(&draft);
  if (status != LOLIGO_OK) model_file_free(file);
  return status;
}

loligo_status model_file_read(const loligo_context *context, const char *path, const char *const *overrides,
                              size_t n_overrides, model_file *file)
{
  const tree_origins origins = {path, overrides, n_overrides};
  bundle bundle = {0};
  *file = (model_file){0};
  loligo_status status = LOLIGO_OK;
  if (context->rank == 0) status = bundle_read(&bundle, &origins);
  LOLIGO_TRY(loligo_agree(context, status));
  status = broadcast(context, &bundle);
  if (status != LOLIGO_OK) {
    memory_free(bundle.bytes);
    return status;
  }
  status = loligo_agree(context, unbundle(&bundle, &origins, file));
  if (status != LOLIGO_OK) model_file_free(file);
  return status;
}

static void free_recordings(settings *settings)
{
  for (size_t i = 0; settings->recorded && i < recording_kind_registry.n; i++)
    recording_kind_at(i)->free(settings->recorded[i]);
  memory_free(settings->recorded);
}

static void free_settings(settings *settings)
{
  free_recordings(settings);
  memory_free(settings->partition);
  memory_free(settings->exchange);
  memory_free(settings->output);
  memory_free(settings->coarse_dt);
}

void model_file_free(model_file *file)
{
  loligo_network_destroy(file->network);
  free_settings(&file->settings);
  memory_free(file->given);
  memory_free(file->used);
  memory_free(file->libraries);
  *file = (model_file){0};
}

void model_file_mute(model_file *file)
{
  settings *settings = &file->settings;
  free_recordings(settings);
  settings->recorded = NULL;
  settings->checkpoint = (checkpoint_settings){.keep = settings->checkpoint.keep};
}
