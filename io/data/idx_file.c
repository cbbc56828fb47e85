/*
 * A header of big-endian words, then bytes, through zlib, which hands on what is not packed.
 */
#include "io/data/idx_file.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/least.h"
#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/data_format.h"
#include "io/model_file/read.h"

enum { WORD = 4, UNSIGNED_BYTES = 8, PIECE = 1 << 20, SHAPE_BYTES = 96 };

/* -- one file -- */

/* A file that is read from its beginning. */
typedef struct idx_source {
  gzFile file;
  const char *path;
  uint64_t at; /* bytes of the content that were read */
  bool is_cut; /* the file ended before its packing did */
} idx_source;

static loligo_status fail(const idx_source *source, uint64_t at, const char *what)
{
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: byte %llu%s: %s", source->path, (unsigned long long)at,
                     gzdirect(source->file) ? "" : " of the content", what);
}

/* Where a packed file is damaged zlib knows by its own bytes; its words begin with the number of the file. */
static loligo_status fail_damage(const idx_source *source, const char *words)
{
  const char *why = strstr(words, ">: ");
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: byte %lld: damaged: %s", source->path, (long long)gzoffset(source->file),
                     why ? why + strlen(">: ") : words);
}

/* Reads up to n bytes; fewer at the end of the content, also where the file is cut short. */
static loligo_status take(idx_source *source, void *bytes, unsigned n, unsigned *got)
{
  int error;
  const int read = gzread(source->file, bytes, n);
  *got = read > 0 ? (unsigned)read : 0;
  source->at += *got;
  const char *words = gzerror(source->file, &error);
  source->is_cut = error == Z_BUF_ERROR;
  if (error == Z_OK || error == Z_BUF_ERROR) return LOLIGO_OK;
  if (error == Z_MEM_ERROR) return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: no memory to unpack it", source->path);
  return fail_damage(source, words);
}

static loligo_status take_word(idx_source *source, uint32_t *word)
{
  uint8_t bytes[WORD] = {0};
  unsigned got;
  LOLIGO_TRY(take(source, bytes, WORD, &got));
  *word = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
  return got == WORD ? LOLIGO_OK : fail(source, source->at, "cut short within its header");
}

static loligo_status read_header(idx_source *source, size_t min_axes, size_t max_axes, idx_array *array)
{
  uint32_t magic, extent;
  char what[128];
  LOLIGO_TRY(take_word(source, &magic));
  array->n_axes = magic & 0xff;
  if (magic >> 8 != UNSIGNED_BYTES) {
    snprintf(what, sizeof what, "no IDX file of unsigned bytes: it begins with %08x, not with 000008 and its axes",
             magic);
    return fail(source, 0, what);
  }
  if (array->n_axes < min_axes || array->n_axes > max_axes) {
    snprintf(what, sizeof what, "axes: %zu; from %zu to %zu are read here", array->n_axes, min_axes, max_axes);
    return fail(source, WORD - 1, what);
  }
  for (size_t a = 0; a < array->n_axes; a++) {
    LOLIGO_TRY(take_word(source, &extent));
    array->extent[a] = extent;
    if (extent == 0) return fail(source, source->at - WORD, "an axis of length 0");
  }
  array->header_bytes = source->at;
  return LOLIGO_OK;
}

/* "60000 x 28 x 28 bytes" */
static void print_shape(const idx_array *array, char text[SHAPE_BYTES])
{
  int n = 0;
  for (size_t a = 0; a < array->n_axes; a++)
    n += snprintf(text + n, (size_t)(SHAPE_BYTES - n), "%s%llu", a ? " x " : "", (unsigned long long)array->extent[a]);
  snprintf(text + n, (size_t)(SHAPE_BYTES - n), " bytes");
}

static loligo_status fail_length(const idx_source *source, uint64_t at, const idx_array *array, const char *why)
{
  char shape[SHAPE_BYTES], what[2 * SHAPE_BYTES];
  print_shape(array, shape);
  snprintf(what, sizeof what, "%s its header promises: %s", why, shape);
  return fail(source, at, what);
}

static loligo_status read_bytes(idx_source *source, idx_array *array)
{
  uint64_t n = 1;
  size_t capacity = 0;
  unsigned got = 1;
  for (size_t a = 0; a < array->n_axes; a++)
    if (__builtin_mul_overflow(n, array->extent[a], &n)) n = UINT64_MAX;
  for (uint64_t done = 0; done < n && got > 0; done += got) {
    const unsigned piece = (unsigned)least(PIECE, n - done);
    LOLIGO_TRY(memory_grow((void **)&array->bytes, &capacity, done + piece, 1, source->path));
    LOLIGO_TRY(take(source, array->bytes + done, piece, &got));
  }
  const uint64_t end = source->at;
  if (end - array->header_bytes < n) return fail_length(source, end, array, "cut short, less than");
  LOLIGO_TRY(take(source, &(uint8_t){0}, 1, &got));
  if (got > 0) return fail_length(source, end, array, "more than");
  return source->is_cut ? fail(source, end, "cut short behind it, where its packing ends") : LOLIGO_OK;
}

loligo_status idx_load(FILE *stream, const char *path, size_t min_axes, size_t max_axes, idx_array *array)
{
  *array = (idx_array){.path = memory_string(path)};
  if (!array->path) return LOLIGO_MACHINE_ERROR;
  const int descriptor = dup(fileno(stream));
  idx_source source = {.file = descriptor < 0 ? NULL : gzdopen(descriptor, "rb"), .path = path};
  if (!source.file) {
    if (descriptor >= 0) close(descriptor);
    return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: no memory to unpack it", path);
  }
  loligo_status status = read_header(&source, min_axes, max_axes, array);
  if (status == LOLIGO_OK) status = read_bytes(&source, array);
  gzclose_r(source.file);
  return status;
}

void idx_free(idx_array *array)
{
  memory_free(array->bytes);
  memory_free(array->path);
  *array = (idx_array){0};
}

loligo_status idx_read(const model_reader *reader, tree_node *node, const char *key, size_t min_axes, size_t max_axes,
                       idx_array *array)
{
  char name[PATH_MAX];
  FILE *stream;
  LOLIGO_TRY(read_open_file(reader, node, key, name, &stream));
  const loligo_status status = idx_load(stream, name, min_axes, max_axes, array);
  fclose(stream);
  return tree_locate(node->mark, key, status);
}

/* -- pairs -- */

static loligo_status fail_at(const tree_node *node, const char *key, const idx_array *array, uint64_t at,
                             const char *what)
{
  return tree_fail(node->mark, "%s: %s: byte %llu: %s", key, array->path, (unsigned long long)at, what);
}

/* As many labels as images, all of them classes. */
static loligo_status check_labels(const idx_pair *pair, const tree_node *node, uint64_t classes)
{
  const idx_array *labels = &pair->labels;
  char what[128];
  if (labels->extent[0] != pair->images.extent[0]) {
    snprintf(what, sizeof what, "%llu labels for %llu images", (unsigned long long)labels->extent[0],
             (unsigned long long)pair->images.extent[0]);
    return fail_at(node, "labels", labels, WORD, what);
  }
  for (uint64_t i = 0; classes && i < labels->extent[0]; i++) {
    if (labels->bytes[i] < classes) continue;
    snprintf(what, sizeof what, "label %d is none of %llu classes", labels->bytes[i], (unsigned long long)classes);
    return fail_at(node, "labels", labels, labels->header_bytes + i, what);
  }
  return LOLIGO_OK;
}

static loligo_status check_images(const idx_array *images, const idx_array *first, const tree_node *node)
{
  const size_t axes = first->n_axes;
  if (images->n_axes == axes && memcmp(images->extent + 1, first->extent + 1, (axes - 1) * sizeof *images->extent) == 0)
    return LOLIGO_OK;
  char shape[SHAPE_BYTES], wanted[SHAPE_BYTES], what[3 * SHAPE_BYTES];
  print_shape(images, shape);
  print_shape(first, wanted);
  snprintf(what, sizeof what, "%s, where the first file has %s", shape, wanted);
  return fail_at(node, "images", images, WORD, what);
}

static loligo_status read_pair(const model_reader *reader, const idx_keys *keys, size_t i, idx_pairs *pairs)
{
  idx_pair *pair = &pairs->pairs[i];
  tree_node *images = data_item(keys->images, i), *labels = data_item(keys->labels, i);
  bool any = false;
  LOLIGO_TRY(mistakes_keep(idx_read(reader, images, "images", 2, IDX_MAX_AXES, &pair->images), &any));
  LOLIGO_TRY(mistakes_keep(idx_read(reader, labels, "labels", 1, 1, &pair->labels), &any));
  LOLIGO_TRY(mistakes_told(any));
  pairs->n_images += pair->images.extent[0];
  LOLIGO_TRY(mistakes_keep(check_labels(pair, labels, keys->classes), &any));
  if (pairs->pairs[0].images.bytes)
    LOLIGO_TRY(mistakes_keep(check_images(&pair->images, &pairs->pairs[0].images, images), &any));
  return mistakes_told(any);
}

static uint64_t count_classes(const idx_pairs *pairs)
{
  uint8_t most = 0;
  for (size_t i = 0; i < pairs->n; i++)
    for (uint64_t k = 0; k < pairs->pairs[i].labels.extent[0]; k++)
      if (pairs->pairs[i].labels.bytes[k] > most) most = pairs->pairs[i].labels.bytes[k];
  return (uint64_t)most + 1;
}

loligo_status idx_pairs_read(const model_reader *reader, const idx_keys *keys, idx_pairs *pairs)
{
  size_t n_labels;
  bool any = false;
  *pairs = (idx_pairs){0};
  LOLIGO_TRY(data_items("images", keys->images, &pairs->n));
  LOLIGO_TRY(data_items("labels", keys->labels, &n_labels));
  if (n_labels != pairs->n)
    return tree_fail(keys->labels->mark, "labels: %zu files for %zu of images", n_labels, pairs->n);
  pairs->pairs = memory_allocate(pairs->n, sizeof *pairs->pairs, "samples to learn from");
  if (!pairs->pairs) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < pairs->n; i++) LOLIGO_TRY(mistakes_keep(read_pair(reader, keys, i, pairs), &any));
  LOLIGO_TRY(mistakes_told(any));
  pairs->n_classes = keys->classes ? keys->classes : count_classes(pairs);
  return LOLIGO_OK;
}

void idx_pairs_free(idx_pairs *pairs)
{
  for (size_t i = 0; pairs->pairs && i < pairs->n; i++) {
    idx_free(&pairs->pairs[i].images);
    idx_free(&pairs->pairs[i].labels);
  }
  memory_free(pairs->pairs);
}

uint64_t idx_image_bytes(const idx_pairs *pairs)
{
  const idx_array *images = &pairs->pairs[0].images;
  uint64_t bytes = 1;
  for (size_t a = 1; a < images->n_axes; a++) bytes *= images->extent[a];
  return bytes;
}
