/*
 * Target: images and labels. Two bytes say how many of the others are the images; the rest are their labels. Both are
 * read as they are and laid over one another.
 */
#include "fuzz.h"
#include "io/model_file/model_file.h"

static const char MODEL[] = "simulation: {dt: 1, duration: 10}\n"
                            "populations: {}\n"
                            "data:\n"
                            "  plain: {format: idx, images: images, labels: labels, classes: 10, noise: {std: 1}}\n"
                            "  both: {format: idx, images: [images, images], labels: [labels, labels]}\n"
                            "  over: {format: idx_pairs, images: images, labels: labels, pairs: 2, offset: 1}\n";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc, (void)argv;
  fuzz_begin();
  fuzz_write_text("data.yaml", MODEL);
  return 0;
}

static void expect_samples(const dataset *set)
{
  static float out[1 << 16];
  if (set->n_values > sizeof out / sizeof *out) return;
  for (uint64_t i = 0; i < set->n; i++) {
    dataset_show(set, i, 0, LOLIGO_SINGLE, out);
    for (uint64_t k = 0; k < set->n_labels; k++)
      fuzz_expect((uint64_t)set->labels[i * set->n_labels + k] < set->n_classes, "labels are classes");
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  model_file file;
  if (size < 2) return 0;
  const size_t rest = size - 2, wanted = (size_t)data[0] << 8 | data[1], n = wanted < rest ? wanted : rest;
  fuzz_write("images", data + 2, n);
  fuzz_write("labels", data + 2 + n, rest - n);
  if (!fuzz_ended(model_file_read_alone("data.yaml", NULL, 0, &file))) return 0;
  for (uint64_t i = 0; i < file.settings.n_data; i++) expect_samples(&file.settings.data[i]);
  model_file_free(&file);
  return 0;
}
