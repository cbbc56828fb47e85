/*
 * Purpose: pairs of images on one canvas, to tell both: Multi-MNIST and its kin.
 *
 * The first lies at the upper left, the second below and right of it by an offset; of two values the brighter one is
 * seen. A sample has two labels. Which images make pair i follows from the seed here, the name of the set and i, not
 * from the seed of a run, so that all runs learn the same.
 */
#include "base/memory.h"
#include "base/random/random.h"
#include "io/data/idx_file.h"
#include "io/data/made.h"
#include "io/model_file/data_format.h"

typedef struct pairs_section {
  idx_keys keys;
  made_keys made;
  uint64_t offset;
} pairs_section;

static const loligo_param keys[] = {
    IDX_ROWS(pairs_section),
    MADE_ROWS(pairs_section, "pairs"),
    {"offset", LOLIGO_PARAM_INTEGER, NULL, "8", LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "how far the second image lies below and right of the first, in pixels", offsetof(pairs_section, offset)},
};

enum { LONGEST_SIDE = 1 << 20 };

/* An image among those of all files, and its label. */
typedef struct picture {
  const uint8_t *bytes;
  int32_t label;
} picture;

static picture find_picture(const idx_pairs *pairs, uint64_t number)
{
  const idx_pair *pair = pairs->pairs;
  for (; number >= pair->images.extent[0]; pair++) number -= pair->images.extent[0];
  return (picture){pair->images.bytes + number * idx_image_bytes(pairs), pair->labels.bytes[number]};
}

/* Where an image is brighter than the canvas, whose row is `width` long, it is seen. */
static void lay(const uint8_t *image, uint64_t rows, uint64_t columns, uint64_t width, uint8_t *canvas)
{
  for (uint64_t r = 0; r < rows; r++)
    for (uint64_t c = 0; c < columns; c++)
      if (image[r * columns + c] > canvas[r * width + c]) canvas[r * width + c] = image[r * columns + c];
}

static void make(const idx_pairs *pairs, const pairs_section *section, dataset *set)
{
  const uint64_t *extent = pairs->pairs[0].images.extent, offset = section->offset, width = extent[2] + offset;
  const random_key key = made_key(&section->made, set, "pair");
  for (uint64_t i = 0; i < set->n; i++) {
    uint64_t chosen[2];
    random_indices(key, i, pairs->n_images, 2, chosen);
    uint8_t *canvas = set->bytes + i * set->n_values;
    for (int k = 0; k < 2; k++) {
      const picture picture = find_picture(pairs, chosen[k]);
      lay(picture.bytes, extent[1], extent[2], width, canvas + (uint64_t)k * offset * (width + 1));
      set->labels[2 * i + (uint64_t)k] = picture.label;
    }
  }
}

static loligo_status overlay(const data_request *request, const pairs_section *section, const idx_pairs *pairs,
                             dataset *set)
{
  const idx_array *images = &pairs->pairs[0].images;
  const tree_node *offset = decode_child(request->entry, LOLIGO_PARAM_TABLE(keys), offsetof(pairs_section, offset));
  if (images->n_axes != 3)
    return tree_fail(data_item(section->keys.images, 0)->mark,
                     "images: %s: byte 3: %zu axes; images to be laid over "
                     "one another have three",
                     images->path, images->n_axes);
  if (section->offset > LONGEST_SIDE) return tree_fail(offset->mark, "offset: at most %d pixels", LONGEST_SIDE);
  set->n_values = (images->extent[1] + section->offset) * (images->extent[2] + section->offset);
  set->n_labels = 2;
  set->n_classes = pairs->n_classes;
  LOLIGO_TRY(data_limit(request, section->made.samples, &set->n));
  LOLIGO_TRY(data_allocate((void **)&set->bytes, set->n, set->n_values, sizeof *set->bytes));
  LOLIGO_TRY(data_allocate((void **)&set->labels, set->n, set->n_labels, sizeof *set->labels));
  make(pairs, section, set);
  return LOLIGO_OK;
}

static loligo_status read_pairs(const data_request *request, dataset *set)
{
  pairs_section section = {.offset = 0};
  idx_pairs pairs;
  decode_store(LOLIGO_PARAM_TABLE(keys), request->values, &section);
  loligo_status status = idx_pairs_read(request->reader, &section.keys, &pairs);
  if (status == LOLIGO_OK) status = overlay(request, &section, &pairs, set);
  idx_pairs_free(&pairs);
  return status;
}

const data_format data_format_idx_pairs = {
    .name = "idx_pairs",
    .summary = "two images of IDX files over one another, drawn by a seed of their own; two labels",
    .keys = LOLIGO_PARAM_TABLE(keys),
    .read = read_pairs,
};
