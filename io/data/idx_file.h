/** Arrays of unsigned bytes in IDX files, packed by gzip or not (yann.lecun.com/exdb/mnist). Not collective. */
#ifndef LOLIGO_IO_IDX_FILE_H
#define LOLIGO_IO_IDX_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "io/yaml/yaml_tree.h"
#include "loligo/status.h"

enum { IDX_MAX_AXES = 4 };

typedef struct idx_array {
  size_t n_axes;
  uint64_t extent[IDX_MAX_AXES]; /* none is 0 */
  uint64_t header_bytes;         /* before the first byte of the array */
  uint8_t *bytes;                /* [product of extents]; owned */
  char *path;                    /* for messages; owned */
} idx_array;

/**
 * Reads a file of that many axes. What its header claims is not believed: memory grows with what is there.
 *
 * @param stream  at its beginning; stays the caller's, who has no use for it any more
 * @param array   idx_free() it, also after a failure
 * @return        INPUT "FILE: byte N: ..." for another magic number, too few or too many bytes, damage; MACHINE without
 *                memory
 */
loligo_status idx_load(FILE *stream, const char *path, size_t min_axes, size_t max_axes, idx_array *array);

void idx_free(idx_array *array);

struct model_reader;

/** The same of the file that a scalar names; errors have its place. */
loligo_status idx_read(const struct model_reader *reader, tree_node *node, const char *key, size_t min_axes,
                       size_t max_axes, idx_array *array);

/** Images and their labels, from a pair of files. */
typedef struct idx_pair {
  idx_array images, labels;
} idx_pair;

/** What the keys of pairs of files say. */
typedef struct idx_keys {
  tree_node *images, *labels; /* a path, or a list of these */
  uint64_t classes;           /* labels are below; 0: not given */
} idx_keys;

/* Rows of tables that have these keys as `keys`. */
#define IDX_ROWS(structure)                                                                                            \
  {"images",                                                                                                           \
   LOLIGO_PARAM_NODE,                                                                                                  \
   NULL,                                                                                                               \
   NULL,                                                                                                               \
   LOLIGO_RANGE_ANY,                                                                                                   \
   NULL,                                                                                                               \
   "IDX file of unsigned bytes, packed by gzip or not, relative to the model file, or a list of these",                \
   offsetof(structure, keys.images)},                                                                                  \
      {"labels",                                                                                                       \
       LOLIGO_PARAM_NODE,                                                                                              \
       NULL,                                                                                                           \
       NULL,                                                                                                           \
       LOLIGO_RANGE_ANY,                                                                                               \
       NULL,                                                                                                           \
       "likewise, one for each of these",                                                                              \
       offsetof(structure, keys.labels)},                                                                              \
  {                                                                                                                    \
    "classes", LOLIGO_PARAM_INTEGER, NULL, "", LOLIGO_RANGE_POSITIVE, NULL,                                            \
        "labels are below; left out: as many as the largest says", offsetof(structure, keys.classes)                   \
  }

/** Pairs of files with images of one size. */
typedef struct idx_pairs {
  idx_pair *pairs; /* [n] owned */
  size_t n;
  uint64_t n_images, n_classes; /* in all of them */
} idx_pairs;

/** Reads all pairs, whose mistakes are kept; free with idx_pairs_free(), also after a failure. INPUT also where there
 * are more images than labels or the other way round, sizes that differ, or a label that is no class. */
loligo_status idx_pairs_read(const struct model_reader *reader, const idx_keys *keys, idx_pairs *pairs);
void idx_pairs_free(idx_pairs *pairs);

/** Bytes of an image. */
uint64_t idx_image_bytes(const idx_pairs *pairs);

#endif
