/*
 * What stands under `data`: samples of each format by hand or by brute force, and files that are wrong in one thing.
 */
#include <hdf5.h>
#include <math.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mistakes.h"
#include "base/text.h"
#include "faults/inject.h"
#include "io/model_file/model_file.h"
#include "scratch.h"

enum { ROWS = 4, COLUMNS = 3, PIXELS = ROWS * COLUMNS, HEADER = 16, IMAGES = 6 };

static unsigned char pixel(uint64_t image, uint64_t at)
{
  return (unsigned char)hash_mix(image * 1000 + at);
}

static unsigned char label_of(uint64_t image)
{
  return (unsigned char)(hash_mix(image) % 7);
}

/* -- files -- */

static void put_word(unsigned char *at, uint32_t word)
{
  for (int i = 0; i < 4; i++) at[i] = (unsigned char)(word >> (24 - 8 * i));
}

/* Images `first` ... first + n - 1 of a set that goes on for ever, and their labels. */
static size_t fill_images(unsigned char *bytes, uint64_t first, uint32_t n)
{
  put_word(bytes, 0x803);
  put_word(bytes + 4, n);
  put_word(bytes + 8, ROWS);
  put_word(bytes + 12, COLUMNS);
  for (size_t i = 0; i < (size_t)n * PIXELS; i++) bytes[HEADER + i] = pixel(first + i / PIXELS, i % PIXELS);
  return HEADER + (size_t)n * PIXELS;
}

static size_t fill_labels(unsigned char *bytes, uint64_t first, uint32_t n)
{
  put_word(bytes, 0x801);
  put_word(bytes + 4, n);
  for (uint32_t i = 0; i < n; i++) bytes[8 + i] = label_of(first + i);
  return 8 + n;
}

static void pack(const char *name, const unsigned char *bytes, size_t n)
{
  gzFile file = gzopen(name, "wb");
  assert_non_null(file);
  assert_int_equal(gzwrite(file, bytes, (unsigned)n), n);
  assert_int_equal(gzclose(file), Z_OK);
}

static int write_files(void **state)
{
  unsigned char bytes[HEADER + 2 * IMAGES * PIXELS];
  if (scratch_enter(state)) return -1;
  scratch_write_bytes("i.idx", (char *)bytes, fill_images(bytes, 0, IMAGES));
  scratch_write_bytes("l.idx", (char *)bytes, fill_labels(bytes, 0, IMAGES));
  pack("i.gz", bytes, fill_images(bytes, 0, IMAGES));
  pack("l.gz", bytes, fill_labels(bytes, 0, IMAGES));
  pack("more-i.gz", bytes, fill_images(bytes, IMAGES, 2));
  scratch_write_bytes("more-l.idx", (char *)bytes, fill_labels(bytes, IMAGES, 2));
  return 0;
}

/* -- models -- */

/* A model with `entry` as data, of that seed. */
static loligo_status read_with(const char *entry, int seed, model_file *file)
{
  char text[4096];
  snprintf(text, sizeof text,
           "simulation: {dt: 1 ms, duration: 15 ms, seed: %d}\npopulations: {E: {model: iaf_psc_exp, size: 2}}\n"
           "data:\n  a: {%s}\n",
           seed, entry);
  scratch_write("m.yaml", text);
  return model_file_read_alone("m.yaml", NULL, 0, file);
}

static const dataset *read_data(const char *entry, model_file *file)
{
  if (read_with(entry, 1, file) != LOLIGO_OK) fail_msg("%s", loligo_error_message());
  assert_int_equal(file->settings.n_data, 1);
  assert_string_equal(file->settings.data[0].name, "a");
  return &file->settings.data[0];
}

static void assert_refused(const char *entry, const char *message)
{
  model_file file;
  assert_int_equal(read_with(entry, 1, &file), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), message);
  assert_null(mistakes_behind(0));
  loligo_error_clear();
}

/* -- idx -- */

static void assert_images(const char *entry, uint64_t n)
{
  model_file file;
  const dataset *set = read_data(entry, &file);
  assert_int_equal(set->n, n);
  assert_int_equal(set->n_values, PIXELS);
  assert_int_equal(set->n_labels, 1);
  assert_null(set->values);
  assert_null(set->targets);
  for (uint64_t i = 0; i < n; i++) {
    for (uint64_t k = 0; k < PIXELS; k++) assert_int_equal(set->bytes[i * PIXELS + k], pixel(i, k));
    assert_int_equal(set->labels[i], label_of(i));
    assert_true((uint64_t)set->labels[i] < set->n_classes);
  }
  model_file_free(&file);
}

static void images_are_read_packed_or_not(void **state)
{
  (void)state;
  assert_images("format: idx, images: i.idx, labels: l.idx", IMAGES);
  assert_images("format: idx, images: i.gz, labels: l.idx, classes: 7", IMAGES);
  assert_images("format: idx, images: i.gz, labels: l.gz, limit: 4", 4);
  assert_images("format: idx, images: [i.gz, more-i.gz], labels: [l.gz, more-l.idx]", IMAGES + 2);
  assert_images("format: idx, images: [i.gz, more-i.gz], labels: [l.gz, more-l.idx], limit: 7", 7);
}

static void keys_of_all_formats_are_kept(void **state)
{
  (void)state;
  model_file file;
  const dataset *set = read_data("format: idx, images: i.gz, labels: l.gz, classes: 9, scale: 0.5, shift: -2, noise: "
                                 "{std: 75, fixed: true}",
                                 &file);
  assert_int_equal(set->n_classes, 9);
  assert_true(set->scale == 0.5 && set->shift == -2 && set->noise.std == 75 && set->noise.is_fixed);
  assert_non_null(set->fixed_pattern);
  assert_non_null(strstr(file.used.text, "std: 75"));
  char path[256], line[512];
  assert_non_null(getcwd(path, sizeof path));
  snprintf(line, sizeof line, "images: %s/i.gz\n", path);
  assert_non_null(strstr(file.used.text, line));
  model_file_free(&file);
}

/* The same samples are the same, however they are packed and called; one that differs in one byte is not. */
static void a_digest_tells_samples_apart(void **state)
{
  (void)state;
  model_file plain, packed, other, less;
  unsigned char bytes[HEADER + IMAGES * PIXELS];
  const size_t n = fill_images(bytes, 0, IMAGES);
  bytes[n - 1]++;
  pack("other.gz", bytes, n);
  const uint64_t digest = read_data("format: idx, images: i.idx, labels: l.idx", &plain)->digest;
  assert_true(read_data("format: idx, images: i.gz, labels: l.gz, scale: 3", &packed)->digest == digest);
  assert_true(read_data("format: idx, images: other.gz, labels: l.gz", &other)->digest != digest);
  assert_true(read_data("format: idx, images: i.idx, labels: l.idx, limit: 5", &less)->digest != digest);
  assert_true(plain.lists_digest == packed.lists_digest && plain.lists_digest != other.lists_digest);
  assert_true(strncmp(plain.data, "a ", 2) == 0);
  assert_string_equal(plain.data, packed.data);
  assert_string_not_equal(plain.data, other.data);
  model_file_free(&plain);
  model_file_free(&packed);
  model_file_free(&other);
  model_file_free(&less);
}

/* Puts a changed file in place of the images, the labels being those of the good ones. */
static void assert_images_refused(const unsigned char *bytes, size_t n, const char *message)
{
  char expected[512];
  scratch_write_bytes("bad", (const char *)bytes, n);
  snprintf(expected, sizeof expected, "m.yaml:4:28: images: bad: %s", message);
  assert_refused("format: idx, images: bad, labels: l.idx", expected);
}

static void faults_of_images_are_told_with_their_byte(void **state)
{
  (void)state;
  unsigned char good[HEADER + IMAGES * PIXELS + 1], bad[sizeof good];
  const size_t n = fill_images(good, 0, IMAGES);
  assert_images_refused(good, n - 1, "byte 87: cut short, less than its header promises: 6 x 4 x 3 bytes");
  assert_images_refused(good, 16, "byte 16: cut short, less than its header promises: 6 x 4 x 3 bytes");
  assert_images_refused(good, 11, "byte 11: cut short within its header");
  assert_images_refused(good, 0, "byte 0: cut short within its header");
  good[n] = 0;
  assert_images_refused(good, n + 1, "byte 88: more than its header promises: 6 x 4 x 3 bytes");
  memcpy(bad, good, n);
  bad[2] = 0x0d;
  assert_images_refused(bad, n,
                        "byte 0: no IDX file of unsigned bytes: it begins with 00000d03, not with 000008 and its axes");
  bad[2] = 8, bad[3] = 5;
  assert_images_refused(bad, n, "byte 3: axes: 5; from 2 to 4 are read here");
  bad[3] = 3, bad[11] = 0;
  assert_images_refused(bad, n, "byte 8: an axis of length 0");
  memset(bad + 4, 0xff, 12);
  assert_images_refused(
      bad, n, "byte 88: cut short, less than its header promises: 4294967295 x 4294967295 x 4294967295 bytes");
}

static void damaged_packing_is_told(void **state)
{
  (void)state;
  unsigned char bytes[HEADER + IMAGES * PIXELS];
  pack("bad", bytes, fill_images(bytes, 0, IMAGES));
  FILE *file = fopen("bad", "r+");
  char message[128];
  fseek(file, -6, SEEK_END);
  fputc(0x55, file);
  fseek(file, 0, SEEK_END);
  /* Behind the check, and before the length that ends the file. */
  snprintf(message, sizeof message, "m.yaml:4:28: images: bad: byte %ld: damaged: incorrect data check",
           ftell(file) - 4);
  const long length = ftell(file);
  fclose(file);
  assert_refused("format: idx, images: bad, labels: l.idx", message);
  pack("bad", bytes, sizeof bytes);
  for (int cut = 1; cut <= 8; cut++) { /* all samples are there, the check behind them is not */
    assert_int_equal(truncate("bad", length - cut), 0);
    assert_refused("format: idx, images: bad, labels: l.idx",
                   "m.yaml:4:28: images: bad: byte 88 of the content: cut short behind it, where its packing ends");
  }
}

static void names_must_do_in_files(void **state)
{
  (void)state;
  model_file file;
  assert_int_equal(read_with("format: delayed_xor, samples: 1}\n  b/c: {format: delayed_xor, samples: 1", 1, &file),
                   LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(),
                      "m.yaml:5:3: 'b/c' cannot be the name of a dataset in a file; leave out / [ ] and a leading dot");
  loligo_error_clear();
}

static void pairs_of_files_must_agree(void **state)
{
  (void)state;
  unsigned char bytes[HEADER + IMAGES * PIXELS];
  assert_refused("format: idx, images: i.idx, labels: more-l.idx",
                 "m.yaml:4:43: labels: more-l.idx: byte 4: 2 labels for 6 images");
  assert_refused("format: idx, images: [i.idx, i.gz], labels: l.idx", "m.yaml:4:51: labels: 1 files for 2 of images");
  assert_refused("format: idx, images: [], labels: l.idx", "m.yaml:4:28: images must be a text or a list of these");
  assert_refused("format: idx, images: {a: i.idx}, labels: l.idx",
                 "m.yaml:4:28: images must be a text or a list of these");
  const size_t n = fill_images(bytes, 0, IMAGES);
  put_word(bytes + 8, COLUMNS);
  put_word(bytes + 12, ROWS);
  scratch_write_bytes("turned", (char *)bytes, n);
  assert_refused("format: idx, images: [i.idx, turned], labels: [l.idx, l.idx]",
                 "m.yaml:4:36: images: turned: byte 4: 6 x 3 x 4 bytes, where the first file has 6 x 4 x 3 bytes");
  char message[128];
  uint64_t at = 0;
  while (label_of(at) < 3) at++;
  snprintf(message, sizeof message, "m.yaml:4:43: labels: l.idx: byte %d: label %d is none of 3 classes", (int)at + 8,
           label_of(at));
  assert_refused("format: idx, images: i.idx, labels: l.idx, classes: 3", message);
  assert_refused("format: idx, images: i.idx, labels: l.idx, limit: 7",
                 "m.yaml:4:57: limit: 7 samples are wanted, but there are 6");
}

static void all_mistakes_are_told(void **state)
{
  (void)state;
  model_file file;
  scratch_write_bytes("bad", "", 0);
  assert_int_equal(
      read_with("format: idx, images: bad, labels: bad}\n  b: {format: idy}\n  c: {images: i.idx", 1, &file),
      LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), "m.yaml:4:28: images: bad: byte 0: cut short within its header");
  assert_string_equal(mistakes_behind(0), "m.yaml:4:41: labels: bad: byte 0: cut short within its header");
  assert_string_equal(mistakes_behind(1), "m.yaml:5:15: unknown format 'idy' in data; did you mean 'idx'?");
  assert_string_equal(mistakes_behind(2), "m.yaml:6:6: missing key 'format' in data");
  assert_null(mistakes_behind(3));
  loligo_error_clear();
}

/* -- overlaid pairs -- */

/* The two images that made a sample, by its labels and pixels. */
static void assert_overlaid(const dataset *set, uint64_t i, uint64_t offset)
{
  const uint64_t width = COLUMNS + offset;
  bool found = false;
  for (uint64_t a = 0; a < IMAGES; a++) {
    for (uint64_t b = 0; b < IMAGES; b++) {
      bool is_same = set->labels[2 * i] == label_of(a) && set->labels[2 * i + 1] == label_of(b);
      for (uint64_t k = 0; k < set->n_values; k++) {
        const uint64_t r = k / width, c = k % width;
        const int one = r < ROWS && c < COLUMNS ? pixel(a, r * COLUMNS + c) : 0;
        const int two = r >= offset && c >= offset ? pixel(b, (r - offset) * COLUMNS + c - offset) : 0;
        is_same = is_same && set->bytes[i * set->n_values + k] == (one > two ? one : two);
      }
      found = found || is_same;
    }
  }
  assert_true(found);
}

static void images_are_laid_over_one_another(void **state)
{
  (void)state;
  model_file file, part, seeded;
  const dataset *set = read_data("format: idx_pairs, images: i.gz, labels: l.gz, pairs: 50, offset: 2", &file);
  assert_int_equal(set->n, 50);
  assert_int_equal(set->n_values, (ROWS + 2) * (COLUMNS + 2));
  assert_int_equal(set->n_labels, 2);
  for (uint64_t i = 0; i < set->n; i++) assert_overlaid(set, i, 2);
  assert_int_equal(read_with("format: idx_pairs, images: i.gz, labels: l.gz, pairs: 20, offset: 2", 2, &part), 0);
  assert_memory_equal(part.settings.data[0].bytes, set->bytes, 20 * set->n_values);
  const dataset *other =
      read_data("format: idx_pairs, images: i.gz, labels: l.gz, pairs: 50, offset: 2, seed: 2", &seeded);
  assert_memory_not_equal(other->bytes, set->bytes, 50 * set->n_values);
  model_file_free(&file);
  model_file_free(&part);
  model_file_free(&seeded);
}

/* -- events in HDF5 -- */

/* Two bytes for a time, as SHD has it. */
static hid_t half(void)
{
  hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(type, 15, 10, 5, 0, 10);
  H5Tset_ebias(type, 15);
  H5Tset_size(type, 2);
  return type;
}

typedef struct sequences {
  hsize_t n;
  hvl_t rows[3];
} sequences;

static void put_sequences(hid_t file, const char *path, hid_t stored, hid_t given, const sequences *of)
{
  hid_t type = H5Tvlen_create(stored), memory = H5Tvlen_create(given), space = H5Screate_simple(1, &of->n, NULL);
  hid_t id = H5Dcreate2(file, path, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  assert_true(id >= 0 && H5Dwrite(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, of->rows) >= 0);
  H5Dclose(id);
  H5Sclose(space);
  H5Tclose(memory);
  H5Tclose(type);
}

static void put_labels(hid_t file, hsize_t n, const int *labels)
{
  hid_t space = H5Screate_simple(1, &n, NULL);
  hid_t id = H5Dcreate2(file, "labels", H5T_STD_U16LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  assert_true(id >= 0 && H5Dwrite(id, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, labels) >= 0);
  H5Dclose(id);
  H5Sclose(space);
}

/* Three samples, the second without events, the third out of order. */
static void write_events(const char *name, double time, int unit, hsize_t n_units, hsize_t n_labels)
{
  double first_times[] = {0.25, 0.5, 0.5}, third_times[] = {0.75, time};
  int first_units[] = {3, 1, 0}, third_units[] = {2, unit, 1};
  const int labels[] = {4, 0, 2};
  const sequences times = {3, {{3, first_times}, {0, NULL}, {2, third_times}}};
  const sequences units = {3, {{3, first_units}, {0, NULL}, {n_units, third_units}}};
  hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), type = half();
  H5Gclose(H5Gcreate2(file, "spikes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  put_sequences(file, "spikes/times", type, H5T_NATIVE_DOUBLE, &times);
  put_sequences(file, "spikes/units", H5T_STD_U16LE, H5T_NATIVE_INT, &units);
  put_labels(file, n_labels, labels);
  H5Tclose(type);
  H5Fclose(file);
}

static void events_are_read(void **state)
{
  (void)state;
  static const uint64_t first[] = {0, 3, 3, 5};
  static const float times[] = {250, 500, 500, 125, 750};
  static const uint32_t cells[] = {3, 0, 1, 5, 2};
  static const int32_t labels[] = {4, 0, 2};
  model_file file, less;
  write_events("e.h5", 0.125, 5, 2, 3);
  const dataset *set = read_data("format: hdf5_events, file: e.h5, cells: 6", &file);
  assert_int_equal(set->n, 3);
  assert_int_equal(set->n_values, 6);
  assert_int_equal(set->n_classes, 5);
  assert_memory_equal(set->first_event, first, sizeof first);
  /* Events at one time are in the order of cells. */
  assert_memory_equal(set->event_time, times, sizeof times);
  assert_memory_equal(set->event_cell, cells, sizeof cells);
  assert_memory_equal(set->labels, labels, sizeof labels);
  set = read_data("format: hdf5_events, file: e.h5, cells: 6, limit: 1, classes: 20", &less);
  assert_int_equal(set->first_event[1], 3);
  assert_int_equal(set->n_classes, 20);
  model_file_free(&file);
  model_file_free(&less);
}

/* Numbers of two bytes, down to the smallest, are as HDF5 converts them. */
static void times_of_two_bytes_are_exact(void **state)
{
  (void)state;
  static const double times[] = {0, 0x1p-24, 1023 * 0x1p-24, 0x1p-14, 1.0 / 3, 1, 2.5, 60, 65504};
  for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
    model_file file;
    double time = times[i];
    uint16_t kept[4];
    write_events("e.h5", time, 5, 2, 3);
    hid_t type = half();
    memcpy(kept, &time, sizeof time);
    H5Tconvert(H5T_NATIVE_DOUBLE, type, 1, kept, NULL, H5P_DEFAULT);
    H5Tconvert(type, H5T_NATIVE_DOUBLE, 1, kept, NULL, H5P_DEFAULT);
    memcpy(&time, kept, sizeof time);
    H5Tclose(type);
    const dataset *set = read_data("format: hdf5_events, file: e.h5, cells: 6", &file);
    assert_true(set->event_time[time > 0.75 ? 4 : 3] == (float)(time * 1000));
    model_file_free(&file);
  }
}

static void faults_of_events_are_told_with_their_place(void **state)
{
  (void)state;
  static const char entry[] = "format: hdf5_events, file: e.h5, cells: 6, classes: 4";
  write_events("e.h5", 0.125, 6, 2, 3);
  assert_refused("format: hdf5_events, file: e.h5, cells: 6",
                 "m.yaml:4:34: e.h5: spikes/units[2][1] is 6, none of 6 cells");
  write_events("e.h5", -0.125, 5, 2, 3);
  assert_refused("format: hdf5_events, file: e.h5, cells: 6",
                 "m.yaml:4:34: e.h5: spikes/times[2][1] is -0.125 s; times are finite and >= 0");
  write_events("e.h5", NAN, 5, 2, 3);
  assert_refused("format: hdf5_events, file: e.h5, cells: 6",
                 "m.yaml:4:34: e.h5: spikes/times[2][1] is nan s; times are finite and >= 0");
  write_events("e.h5", 0.125, 5, 3, 3);
  assert_refused("format: hdf5_events, file: e.h5, cells: 6", "m.yaml:4:34: e.h5: sample 2 has 2 times and 3 units");
  write_events("e.h5", 0.125, 5, 2, 2);
  assert_refused("format: hdf5_events, file: e.h5, cells: 6",
                 "m.yaml:4:34: e.h5: spikes/times of 3 samples, spikes/units of 3, labels of 2; there must be equally "
                 "many, and some");
  write_events("e.h5", 0.125, 5, 2, 3);
  assert_refused(entry, "m.yaml:4:34: e.h5: labels[0] is 4, no class of those that `classes` says");
}

static void other_contents_of_hdf5_are_refused(void **state)
{
  (void)state;
  static const int numbers[] = {1, 2, 3};
  hid_t file = H5Fcreate("e.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  put_labels(file, 3, numbers);
  H5Gclose(H5Gcreate2(file, "spikes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Lcreate_hard(file, "labels", file, "spikes/times", H5P_DEFAULT, H5P_DEFAULT);
  H5Fclose(file);
  assert_refused("format: hdf5_events, file: e.h5, cells: 6",
                 "m.yaml:4:34: e.h5: spikes/times does not hold sequences");
  file = H5Fcreate("e.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  H5Fclose(file);
  assert_refused("format: hdf5_events, file: e.h5, cells: 6",
                 "m.yaml:4:34: e.h5: spikes/times is missing, elsewhere, or no dataset");
}

/* -- targets of events -- */

/* Adds numbers value(i) to a file of events, of two axes unless there are no columns. */
static void put_targets(const char *name, hid_t stored, hsize_t rows, hsize_t columns, double last)
{
  double numbers[12];
  const hsize_t extent[] = {rows, columns}, n = rows * (columns ? columns : 1);
  hid_t file = H5Fopen("e.h5", H5F_ACC_RDWR, H5P_DEFAULT), space = H5Screate_simple(columns ? 2 : 1, extent, NULL);
  hid_t id = H5Dcreate2(file, name, stored, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  assert_true(n <= sizeof numbers / sizeof *numbers);
  for (hsize_t i = 0; i < n; i++) numbers[i] = i + 1 < n ? (double)i / 4 : last;
  assert_true(id >= 0 && H5Dwrite(id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers) >= 0);
  H5Dclose(id);
  H5Sclose(space);
  H5Fclose(file);
}

/* Of either precision, and one behind the other for each step. */
static void targets_are_read(void **state)
{
  (void)state;
  static const float want[] = {0, 0, 0.25F, 0.25F, 0.5F, 0.5F, 0.75F, 0.75F};
  model_file file, one;
  write_events("e.h5", 0.125, 5, 2, 3);
  put_targets("slow", H5T_IEEE_F64LE, 3, 2, 9);
  put_targets("fast", H5T_IEEE_F32LE, 3, 2, -9);
  const dataset *set = read_data("format: hdf5_events, file: e.h5, cells: 6, targets: [slow, fast], limit: 2", &file);
  assert_null(set->labels);
  assert_int_equal(set->n, 2);
  assert_int_equal(set->n_targets, 2);
  assert_int_equal(set->target_steps, 2);
  assert_memory_equal(set->targets, want, sizeof want);
  assert_int_equal(set->first_event[1], 3);
  set = read_data("format: hdf5_events, file: e.h5, cells: 6, targets: fast", &one);
  assert_int_equal(set->n, 3);
  assert_int_equal(set->n_targets, 1);
  assert_true(set->targets[4] == 1 && set->targets[5] == -9);
  model_file_free(&file);
  model_file_free(&one);
}

static void faults_of_targets_are_told(void **state)
{
  (void)state;
  static const char entry[] = "format: hdf5_events, file: e.h5, cells: 6, targets: y";
  write_events("e.h5", 0.125, 5, 2, 3);
  assert_refused(entry, "m.yaml:4:59: e.h5: y is missing, elsewhere, or no dataset");
  put_targets("y", H5T_IEEE_F32LE, 3, 2, NAN);
  assert_refused(entry, "m.yaml:4:59: e.h5: y[2][1] is nan; targets are finite");
  put_targets("large", H5T_IEEE_F64LE, 3, 2, 1e39);
  assert_refused("format: hdf5_events, file: e.h5, cells: 6, targets: large",
                 "m.yaml:4:59: e.h5: large[2][1] is 1e+39; targets are finite");
  put_targets("few", H5T_IEEE_F64LE, 2, 2, 0);
  assert_refused(
      "format: hdf5_events, file: e.h5, cells: 6, targets: few",
      "m.yaml:4:34: e.h5: spikes/times of 3 samples, spikes/units of 3, few of 2; there must be equally many, "
      "and some");
  put_targets("long", H5T_IEEE_F64LE, 3, 4, 0);
  put_targets("short", H5T_IEEE_F64LE, 3, 3, 0);
  assert_refused("format: hdf5_events, file: e.h5, cells: 6, targets: [long, short]",
                 "m.yaml:4:66: e.h5: short has 3 steps, not 4");
  put_targets("flat", H5T_IEEE_F64LE, 3, 0, 0);
  assert_refused("format: hdf5_events, file: e.h5, cells: 6, targets: flat", "m.yaml:4:59: e.h5: flat is no table");
  put_targets("whole", H5T_STD_I32LE, 3, 2, 0);
  assert_refused("format: hdf5_events, file: e.h5, cells: 6, targets: whole",
                 "m.yaml:4:59: e.h5: whole does not hold floating-point numbers");
}

/* -- csv -- */

static void tables_are_read(void **state)
{
  (void)state;
  static const float values[] = {1, 2.5, -3, 4e2};
  static const int32_t labels[] = {2, 0};
  static const float targets[] = {7, 1, 8, 2};
  model_file file, other;
  scratch_write("t.csv", "x, class,y\n1,2,2.5\n\n-3,0,4e2\n");
  const dataset *set = read_data("format: csv, file: t.csv, label: class", &file);
  assert_int_equal(set->n, 2);
  assert_int_equal(set->n_values, 2);
  assert_int_equal(set->n_classes, 3);
  assert_memory_equal(set->values, values, sizeof values);
  assert_memory_equal(set->labels, labels, sizeof labels);
  scratch_write("t.csv", "x,u,y,v\n1,1,2.5,7\n-3,2,4e2,8\n");
  set = read_data("format: csv, file: t.csv, targets: [v, u]", &other);
  assert_null(set->labels);
  assert_int_equal(set->n_targets, 2);
  assert_int_equal(set->target_steps, 1);
  assert_memory_equal(set->values, values, sizeof values);
  assert_memory_equal(set->targets, targets, sizeof targets);
  model_file_free(&file);
  model_file_free(&other);
}

static void assert_table_refused(const char *text, const char *keys, const char *message)
{
  char entry[256];
  scratch_write("t.csv", text);
  snprintf(entry, sizeof entry, "format: csv, file: t.csv, %s", keys);
  assert_refused(entry, message);
}

static void faults_of_tables_are_told_with_their_line(void **state)
{
  (void)state;
  assert_table_refused("x,c\n1,2\n1\n", "label: c", "t.csv:3: c is missing; a line has 2 fields");
  assert_table_refused("x,c\n1,2,3\n", "label: c", "t.csv:2: more than 2 fields");
  assert_table_refused("x,c\n1e999,2\n", "label: c", "t.csv:2: x: '1e999' is not a finite number");
  assert_table_refused("x,c\n1,1.5\n", "label: c",
                       "t.csv:2: c: 1.5 is no class; these are whole numbers from 0 to 2147483646");
  assert_table_refused("x,c\n1,3\n", "label: c, classes: 3",
                       "t.csv:2: c: 3 is no class; these are whole numbers from 0 to 2");
  assert_table_refused("x,c\n-1e39,2\n", "label: c",
                       "t.csv:2: x: -1e+39 is beyond single precision, in which samples are stored");
  assert_table_refused("x,c\n1,1e39\n", "targets: c",
                       "t.csv:2: c: 1e+39 is beyond single precision, in which samples are stored");
  assert_table_refused("c,x,c\n1,2,3\n", "label: c", "m.yaml:4:40: label: t.csv:1: two columns are called 'c'");
  assert_table_refused("x,c,d\n1,2,3\n", "targets: [c, c]", "m.yaml:4:46: targets: 'c' is named twice");
  assert_table_refused("x,c\n", "label: c", "m.yaml:4:26: t.csv: no line behind the header");
  assert_table_refused("", "label: c", "t.csv:1: the first line must be a header");
  assert_table_refused("c\n1\n", "label: c", "m.yaml:4:26: t.csv: no column is left for values");
  assert_table_refused("x,cl\n1,2\n", "label: c", "m.yaml:4:40: label: unknown column 'c' in t.csv; known: x, cl");
  assert_table_refused("x,c\n1,2\n", "label: c, targets: x", "m.yaml:4:6: csv data take one of 'label' and 'targets'");
  assert_table_refused("x,c\n1,2\n", "classes: 3", "m.yaml:4:6: csv data take one of 'label' and 'targets'");
}

/* -- made samples -- */

/* Four clouds: equal weights, means where they should be, and the variance along each axis. */
static void mixtures_have_their_moments(void **state)
{
  (void)state;
  enum { DIMENSION = 5, N = 4000 };
  model_file file;
  const dataset *set =
      read_data("format: gaussian_mixture, samples: 4000, dimension: 5, mean: 2, variance: 0.04", &file);
  double sums[2][2] = {{0}}, counts[2][2] = {{0}}, squares = 0;
  for (uint64_t i = 0; i < N; i++) {
    const float *x = set->values + i * DIMENSION;
    const size_t axis = set->targets[i] > 0 ? 0 : 1, sign = x[axis] > 0;
    assert_true(set->targets[i] == 1 || set->targets[i] == -1);
    sums[axis][sign] += x[axis];
    counts[axis][sign]++;
    for (size_t k = 0; k < DIMENSION; k++) squares += k == axis ? 0 : x[k] * x[k];
  }
  for (size_t c = 0; c < 4; c++) {
    const double n = counts[c / 2][c % 2], mean = sums[c / 2][c % 2] / n;
    assert_true(fabs(n - N / 4.0) < 4 * sqrt(N * 3 / 16.0));
    assert_true(fabs(mean - (c % 2 ? 2 : -2)) < 4 * 0.2 / sqrt(n));
  }
  const double n = N * (DIMENSION - 1.0);
  assert_true(fabs(squares / n / 0.04 - 1) < 4 * sqrt(2 / n));
  model_file_free(&file);
  assert_refused("format: gaussian_mixture, samples: 9, dimension: 1", "m.yaml:4:56: dimension: 2 at least");
}

/* The bits can be read off the cells that fire in the two pulses. */
static void pulses_are_told_by_their_cells(void **state)
{
  (void)state;
  enum { N = 300, CELLS = 4 };
  model_file file;
  uint64_t kinds[4] = {0}, events = 0;
  const dataset *set =
      read_data("format: delayed_xor, samples: 300, cells: 4, pulse: 10 ms, gap: 30 ms, rate: 0.5 kHz", &file);
  assert_int_equal(set->n_values, 2 * CELLS);
  for (uint64_t i = 0; i < N; i++) {
    int bits[2] = {-1, -1};
    for (uint64_t e = set->first_event[i]; e < set->first_event[i + 1]; e++) {
      const float time = set->event_time[e];
      const int pulse = time >= 40, bit = set->event_cell[e] >= CELLS;
      assert_true((time >= 0 && time < 10) || (time >= 40 && time < 50));
      assert_true(e == set->first_event[i] || set->event_time[e - 1] <= time);
      assert_true(bits[pulse] < 0 || bits[pulse] == bit);
      bits[pulse] = bit;
    }
    assert_true(bits[0] >= 0 && bits[1] >= 0);
    assert_int_equal(set->labels[i], bits[0] != bits[1]);
    kinds[2 * bits[0] + bits[1]]++;
  }
  events = set->first_event[N];
  for (int k = 0; k < 4; k++) assert_true(fabs((double)kinds[k] - N / 4.0) < 4 * sqrt(N * 3 / 16.0));
  const double expected = N * 2 * 20.0;
  assert_true(fabs((double)events - expected) < 4 * sqrt(expected));
  model_file_free(&file);
}

/* How often each cell fires in the samples of a class. */
static void count_cells(const dataset *set, int32_t label, double counts[], double *mean_time)
{
  double n = 0;
  *mean_time = 0;
  for (uint64_t i = 0; i < set->n; i++) {
    for (uint64_t e = set->first_event[i]; set->labels[i] == label && e < set->first_event[i + 1]; e++) {
      counts[set->event_cell[e]]++;
      *mean_time += set->event_time[e];
      n++;
    }
  }
  *mean_time /= n;
}

static void patterns_differ_in_time_or_cells(void **state)
{
  (void)state;
  enum { CELLS = 50 };
  static double counts[4][CELLS], times[4];
  model_file file, again;
  static const char entry[] = "format: spike_patterns, samples: 200, classes: 4, cells: 50, events: 30, duration: 100 "
                              "ms, jitter: 0, kept: 1, background: 0";
  const dataset *set = read_data(entry, &file);
  assert_int_equal(set->n_classes, 4);
  for (int32_t c = 0; c < 4; c++) count_cells(set, c, counts[c], &times[c]);
  for (int k = 0; k < 2; k++) {
    double ratio = 0;
    for (size_t i = 0; i < CELLS; i++) {
      if (counts[2 * k][i] == 0) assert_true(counts[2 * k + 1][i] == 0);
      if (counts[2 * k][i] > 0) ratio = counts[2 * k + 1][i] / counts[2 * k][i];
      assert_true(fabs(counts[2 * k + 1][i] - ratio * counts[2 * k][i]) < 1e-9);
    }
    assert_true(fabs(times[2 * k] + times[2 * k + 1] - 100) < 1e-3);
  }
  assert_memory_not_equal(counts[0], counts[2], sizeof counts[0]);
  assert_true(read_data(entry, &again)->digest == set->digest);
  model_file_free(&file);
  model_file_free(&again);
}

static void patterns_are_thinned_jittered_and_mixed(void **state)
{
  (void)state;
  enum { N = 400, EVENTS = 40 };
  model_file file, noise;
  const dataset *set =
      read_data("format: spike_patterns, samples: 400, classes: 1, cells: 100000, events: 40, duration: 1 s, "
                "jitter: 5 ms, kept: 0.75, background: 0",
                &file);
  const double expected = N * EVENTS * 0.75;
  assert_true(fabs((double)set->first_event[N] - expected) < 5 * sqrt(expected));
  /* Of the first cell that fires: its events are one of the pattern with jitter. */
  double n = 0, sum = 0, squares = 0;
  for (uint64_t e = 0; e < set->first_event[N]; e++) {
    if (set->event_cell[e] != set->event_cell[EVENTS / 2]) continue;
    n++;
    sum += set->event_time[e];
    squares += (double)set->event_time[e] * set->event_time[e];
  }
  const double variance = squares / n - sum / n * sum / n;
  assert_true(fabs(variance / 25 - 1) < 5 * sqrt(2 / n));
  set = read_data("format: spike_patterns, samples: 100, classes: 1, cells: 50, events: 1, duration: 1 s, kept: 0, "
                  "background: 2 Hz",
                  &noise);
  assert_true(fabs((double)set->first_event[100] - 1e4) < 4 * 100);
  model_file_free(&file);
  model_file_free(&noise);
}

static void events_take_no_noise(void **state)
{
  (void)state;
  assert_refused("format: delayed_xor, samples: 3, noise: {std: 1}",
                 "m.yaml:4:47: noise is added to values; these are events");
  assert_refused("format: delayed_xor, samples: 3, rate: 1e30 Hz",
                 "m.yaml:4:6: a pulse has too many events; take fewer cells, or a lower rate");
}

/* Sets of another name are other samples of the same kind: of the same patterns, which a test can ask for. */
static void sets_of_other_names_have_other_samples(void **state)
{
  (void)state;
  static const char *const entries[] = {
      "format: gaussian_mixture, samples: 20, dimension: 3", "format: delayed_xor, samples: 20",
      "format: spike_patterns, samples: 20, events: 9", "format: idx_pairs, images: i.gz, labels: l.gz, pairs: 20"};
  char text[512];
  for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
    model_file file;
    snprintf(text, sizeof text, "%s}\n  b: {%s", entries[i], entries[i]);
    assert_int_equal(read_with(text, 1, &file), LOLIGO_OK);
    assert_true(file.settings.data[0].digest != file.settings.data[1].digest);
    model_file_free(&file);
  }
  model_file file;
  static const char exact[] = "format: spike_patterns, samples: 20, classes: 1, events: 9, jitter: 0, kept: 1, "
                              "background: 0";
  snprintf(text, sizeof text, "%s}\n  b: {%s", exact, exact);
  assert_int_equal(read_with(text, 1, &file), LOLIGO_OK);
  assert_true(file.settings.data[0].digest == file.settings.data[1].digest);
  model_file_free(&file);
}

/* -- memory -- */

static unsigned long held_after(const char *path)
{
  model_file file;
  const unsigned long before = inject_blocks_held();
  if (model_file_read_alone(path, NULL, 0, &file) == LOLIGO_OK) model_file_free(&file);
  loligo_error_clear();
  return inject_blocks_held() - before;
}

/* What samples took is given back, read or refused: as much is held as after a model without them. */
static void what_was_taken_is_freed(void **state)
{
  (void)state;
  static const char model[] = "simulation: {dt: 1 ms, duration: 15 ms}\npopulations: {}\n";
  static const char *const entries[] = {
      "format: idx, images: [i.gz, i.idx], labels: [l.gz, l.idx], noise: {std: 1, fixed: true}",
      "format: idx, images: [i.gz, more-i.gz], labels: [l.gz, l.gz]",
      "format: idx, images: i.gz, labels: l.gz, limit: 7",
      "format: idx, images: l.gz, labels: i.gz",
      "format: idx_pairs, images: i.gz, labels: l.gz, pairs: 2",
      "format: idx_pairs, images: i.gz, labels: l.gz, pairs: 2, offset: 10000000",
      "format: gaussian_mixture, samples: 2, dimension: 3",
      "format: delayed_xor, samples: 2",
      "format: delayed_xor, samples: 2, limit: 3",
      "format: spike_patterns, samples: 2, events: 9, noise: {std: 3}",
      "format: hdf5_events, file: e.h5, cells: 6, targets: [y, y]",
      "format: hdf5_events, file: e.h5, cells: 6, targets: [y, flat]",
  };
  char text[512];
  write_events("e.h5", 0.125, 5, 2, 3);
  put_targets("y", H5T_IEEE_F32LE, 3, 2, 0);
  put_targets("flat", H5T_IEEE_F32LE, 3, 0, 0);
  scratch_write("none.yaml", model);
  held_after("none.yaml");
  const unsigned long expected = held_after("none.yaml");
  for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
    snprintf(text, sizeof text, "%sdata:\n  a: {%s}\n", model, entries[i]);
    scratch_write("one.yaml", text);
    assert_int_equal(held_after("one.yaml"), expected);
  }
}

/* Each allocation fails once: always a MACHINE error with a message. */
static void memory_may_be_scarce(void **state)
{
  (void)state;
  bool spent = true;
  scratch_write("t.csv", "x,c\n1,2\n");
  write_events("e.h5", 0.125, 5, 2, 3);
  put_targets("y", H5T_IEEE_F64LE, 3, 2, 0);
  scratch_write("all.yaml",
                "simulation: {dt: 1 ms, duration: 15 ms}\npopulations: {}\ndata:\n"
                "  a: {format: idx, images: [i.gz, i.idx], labels: [l.gz, l.idx], noise: {std: 1, fixed: true}}\n"
                "  b: {format: idx_pairs, images: i.gz, labels: l.gz, pairs: 2}\n"
                "  c: {format: csv, file: t.csv, label: c}\n"
                "  d: {format: csv, file: t.csv, targets: [c]}\n"
                "  e: {format: gaussian_mixture, samples: 2, dimension: 3}\n"
                "  f: {format: delayed_xor, samples: 2}\n"
                "  g: {format: spike_patterns, samples: 2, events: 9}\n"
                "  h: {format: hdf5_events, file: e.h5, cells: 6, targets: [y, y]}\n");
  for (unsigned long n = 1; spent; n++) {
    model_file file;
    inject_allocation_fault(n);
    const loligo_status status = model_file_read_alone("all.yaml", NULL, 0, &file);
    spent = inject_is_spent();
    inject_allocation_fault(0);
    assert_int_equal(status, spent ? LOLIGO_MACHINE_ERROR : LOLIGO_OK);
    assert_int_equal(*loligo_error_message() != '\0', spent);
    if (status == LOLIGO_OK) model_file_free(&file);
    loligo_error_clear();
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(images_are_read_packed_or_not),
      cmocka_unit_test(keys_of_all_formats_are_kept),
      cmocka_unit_test(a_digest_tells_samples_apart),
      cmocka_unit_test(faults_of_images_are_told_with_their_byte),
      cmocka_unit_test(damaged_packing_is_told),
      cmocka_unit_test(names_must_do_in_files),
      cmocka_unit_test(pairs_of_files_must_agree),
      cmocka_unit_test(all_mistakes_are_told),
      cmocka_unit_test(images_are_laid_over_one_another),
      cmocka_unit_test(events_are_read),
      cmocka_unit_test(times_of_two_bytes_are_exact),
      cmocka_unit_test(faults_of_events_are_told_with_their_place),
      cmocka_unit_test(targets_are_read),
      cmocka_unit_test(faults_of_targets_are_told),
      cmocka_unit_test(other_contents_of_hdf5_are_refused),
      cmocka_unit_test(tables_are_read),
      cmocka_unit_test(faults_of_tables_are_told_with_their_line),
      cmocka_unit_test(mixtures_have_their_moments),
      cmocka_unit_test(pulses_are_told_by_their_cells),
      cmocka_unit_test(patterns_differ_in_time_or_cells),
      cmocka_unit_test(patterns_are_thinned_jittered_and_mixed),
      cmocka_unit_test(sets_of_other_names_have_other_samples),
      cmocka_unit_test(events_take_no_noise),
      cmocka_unit_test(what_was_taken_is_freed),
      cmocka_unit_test(memory_may_be_scarce),
  };
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  return cmocka_run_group_tests(tests, write_files, scratch_leave);
}
