/*
 * Purpose: images with labels, as MNIST and its kin are handed out.
 */
#include <string.h>

#include "base/least.h"
#include "base/memory.h"
#include "io/data/idx_file.h"
#include "io/model_file/data_format.h"

typedef struct idx_section {
  idx_keys keys;
} idx_section;

static const loligo_param keys[] = {IDX_ROWS(idx_section)};

/* The first of all images, file by file. A single file hands its bytes over. */
static loligo_status take_images(idx_pairs *pairs, dataset *set)
{
  idx_array *first = &pairs->pairs[0].images;
  if (pairs->n == 1) {
    set->bytes = first->bytes;
    first->bytes = NULL;
    return LOLIGO_OK;
  }
  LOLIGO_TRY(data_allocate((void **)&set->bytes, set->n, set->n_values, sizeof *set->bytes));
  uint64_t done = 0;
  for (size_t i = 0; i < pairs->n && done < set->n; i++) {
    const uint64_t n = least(pairs->pairs[i].images.extent[0], set->n - done);
    memcpy(set->bytes + done * set->n_values, pairs->pairs[i].images.bytes, n * set->n_values);
    done += n;
  }
  return LOLIGO_OK;
}

static loligo_status take_labels(const idx_pairs *pairs, dataset *set)
{
  LOLIGO_TRY(data_allocate((void **)&set->labels, set->n, 1, sizeof *set->labels));
  set->n_labels = 1;
  set->n_classes = pairs->n_classes;
  uint64_t done = 0;
  for (size_t i = 0; i < pairs->n; i++)
    for (uint64_t k = 0; k < pairs->pairs[i].labels.extent[0] && done < set->n; k++)
      set->labels[done++] = pairs->pairs[i].labels.bytes[k];
  return LOLIGO_OK;
}

static loligo_status read_idx(const data_request *request, dataset *set)
{
  idx_section section = {.keys = {NULL}};
  idx_pairs pairs;
  decode_store(LOLIGO_PARAM_TABLE(keys), request->values, &section);
  loligo_status status = idx_pairs_read(request->reader, &section.keys, &pairs);
  if (status == LOLIGO_OK) {
    set->n_values = idx_image_bytes(&pairs);
    status = data_limit(request, pairs.n_images, &set->n);
  }
  if (status == LOLIGO_OK) status = take_labels(&pairs, set);
  if (status == LOLIGO_OK) status = take_images(&pairs, set);
  idx_pairs_free(&pairs);
  return status;
}

const data_format data_format_idx = {
    .name = "idx",
    .summary = "images and labels in IDX files, as of MNIST and Fashion-MNIST",
    .keys = LOLIGO_PARAM_TABLE(keys),
    .read = read_idx,
};
