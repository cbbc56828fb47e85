/*
 * A model file is read twice: on rank 0 as the user wrote it, which checks it and turns it into its canonical text; and
 * on all ranks from that text, so that all hold the same network, bit for bit. What goes between is one block of bytes,
 * a bundle: sizes, both texts, the numbers of the listed files.
 */
#include "io/model_file/model_file.h"

#include <errno.h>
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "io/model_file/decode.h"
#include "io/model_file/read.h"
#include "io/yaml/canonical.h"
#include "io/yaml/overrides.h"
#include "loligo/decomposition.h"
#include "sim/exchange.h"

enum { BROADCAST_PIECE = 1 << 30 };

/* All that the ranks need: text as given, canonical text, packed listed files, each from a multiple of 8 bytes. */
typedef struct bundle {
  char *bytes;
  uint64_t given_size, used_size, files_size; /* padded */
} bundle;

static size_t bundle_size(const bundle *bundle)
{
  return bundle->given_size + bundle->used_size + bundle->files_size;
}

static char *bundle_used(const bundle *bundle)
{
  return bundle->bytes + bundle->given_size;
}

static char *bundle_files(const bundle *bundle)
{
  return bundle_used(bundle) + bundle->used_size;
}

static uint64_t padded_text_size(const char *text)
{
  return (strlen(text) + 8) / 8 * 8;
}

static loligo_status bundle_pack(bundle *bundle, const char *given, const char *used, const listed_files *files)
{
  bundle->given_size = padded_text_size(given);
  bundle->used_size = padded_text_size(used);
  bundle->files_size = listed_files_packed_size(files);
  bundle->bytes = memory_allocate(bundle_size(bundle), 1, "the model file");
  if (!bundle->bytes) return LOLIGO_MACHINE_ERROR;
  strcpy(bundle->bytes, given);
  strcpy(bundle_used(bundle), used);
  listed_files_pack(files, bundle_files(bundle));
  return LOLIGO_OK;
}

static loligo_status broadcast(const loligo_context *context, bundle *bundle)
{
  uint64_t sizes[] = {bundle->given_size, bundle->used_size, bundle->files_size};
  MPI_Bcast(sizes, 3, MPI_UINT64_T, 0, context->comm);
  bundle->given_size = sizes[0];
  bundle->used_size = sizes[1];
  bundle->files_size = sizes[2];
  const size_t size = bundle_size(bundle);
  if (context->rank != 0) bundle->bytes = memory_allocate(size, 1, "the model file");
  LOLIGO_TRY(loligo_agree(context, bundle->bytes ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  for (size_t at = 0; at < size; at += BROADCAST_PIECE) {
    const size_t piece = size - at < BROADCAST_PIECE ? size - at : BROADCAST_PIECE;
    MPI_Bcast(bundle->bytes + at, (int)piece, MPI_BYTE, 0, context->comm);
  }
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
  LOLIGO_TRY(read_method("partition", partition_table, section.partition, loligo_partitioner_name, NULL,
                         &settings->partition));
  LOLIGO_TRY(
      read_method("exchange", exchange_table, section.exchange, exchange_method_name, "auto", &settings->exchange));
  LOLIGO_TRY(read_output(reader, section.output));
  return read_checkpoint(reader, section.checkpoint);
}

/* Fills network and settings of `file` from a tree, which becomes canonical. */
static loligo_status read_tree(const char *path, tree_node *root, listed_files *files, model_file *file)
{
  model_reader reader = {.path = path, .files = files, .settings = &file->settings};
  const loligo_status status = read_sections(&reader, root);
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
    n += got;
  } while (got > 0);
  (*text)[n] = '\0';
  if (ferror(stream)) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: cannot read: %s", path, strerror(errno));
  if (strlen(*text) < n) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: not a text file: it holds a zero byte", path);
  return LOLIGO_OK;
}

/* The whole text, with end; freed with memory_free(), even after a failure. */
static loligo_status read_text(const char *path, char **text)
{
  FILE *stream = fopen(path, "r");
  if (!stream) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: cannot open: %s", path, strerror(errno));
  const loligo_status status = read_stream(stream, path, text);
  fclose(stream);
  return status;
}

static loligo_status canonicalise(const char *path, tree_node *root, const char *const *overrides, size_t n_overrides,
                                  listed_files *files, char **used)
{
  model_file scratch = {0};
  loligo_status status = LOLIGO_OK;
  for (size_t i = 0; i < n_overrides && status == LOLIGO_OK; i++) status = override_apply(root, overrides[i]);
  if (status == LOLIGO_OK) status = read_tree(path, root, files, &scratch);
  if (status == LOLIGO_OK) status = canonical_write(root, used);
  model_file_free(&scratch);
  return status;
}

/* Reads what the user wrote into a bundle. */
static loligo_status bundle_read(bundle *bundle, const char *path, const char *const *overrides, size_t n_overrides)
{
  char *given = NULL, *used = NULL;
  tree_node *root = NULL;
  listed_files files = {0};
  loligo_status status = read_text(path, &given);
  if (status == LOLIGO_OK) status = tree_parse(given, (tree_mark){path, 1, 1}, &root);
  if (status == LOLIGO_OK) status = canonicalise(path, root, overrides, n_overrides, &files, &used);
  if (status == LOLIGO_OK) status = bundle_pack(bundle, given, used, &files);
  listed_files_free(&files);
  tree_free(root);
  memory_free(used);
  memory_free(given);
  return status;
}

static loligo_status read_canonical(const bundle *bundle, model_file *file)
{
  static const char path[] = "used parameters";
  tree_node *root = NULL;
  listed_files files = {0};
  loligo_status status = listed_files_unpack(&files, bundle_files(bundle));
  if (status == LOLIGO_OK) status = tree_parse(bundle_used(bundle), (tree_mark){path, 1, 1}, &root);
  if (status == LOLIGO_OK) status = read_tree(path, root, &files, file);
  file->lists_digest = listed_files_digest(&files);
  tree_free(root);
  listed_files_free(&files);
  return status;
}

/* Network, settings and texts from a bundle, which is freed. */
static loligo_status unbundle(bundle *bundle, model_file *file)
{
  loligo_status status = read_canonical(bundle, file);
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
  bundle bundle = {0};
  *file = (model_file){0};
  LOLIGO_TRY(bundle_read(&bundle, path, overrides, n_overrides));
  return unbundle(&bundle, file);
}

loligo_status model_file_read(const loligo_context *context, const char *path, const char *const *overrides,
                              size_t n_overrides, model_file *file)
{
  bundle bundle = {0};
  *file = (model_file){0};
  loligo_status status = LOLIGO_OK;
  if (context->rank == 0) status = bundle_read(&bundle, path, overrides, n_overrides);
  LOLIGO_TRY(loligo_agree(context, status));
  status = broadcast(context, &bundle);
  if (status != LOLIGO_OK) {
    memory_free(bundle.bytes);
    return status;
  }
  status = loligo_agree(context, unbundle(&bundle, file));
  if (status != LOLIGO_OK) model_file_free(file);
  return status;
}

static void free_settings(settings *settings)
{
  for (size_t i = 0; i < settings->n_states; i++) {
    memory_free(settings->states[i].name);
    memory_free(settings->states[i].variables);
  }
  memory_free(settings->states);
  memory_free(settings->spikes);
  memory_free(settings->connectivity);
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
  *file = (model_file){0};
}
