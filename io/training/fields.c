/*
 * Rows of ranks do not overlap; a file looks the same whoever wrote it. A single precision number counts in digests as
 * a word of its own.
 */
#include "io/training/fields.h"

#include <inttypes.h>
#include <string.h>

#include "base/least.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/hdf5/digest.h"
#include "io/hdf5/h5.h"

enum { DIGEST_WORDS = 512 };

static const uint64_t PIECE_BYTES = UINT64_C(16) << 20;

field_list field_list_of(training *training, loligo_precision precision, bool with_states)
{
  field_list list = {.with_states = with_states, .precision = precision};
  list.fields = training_fields(training, &list.n);
  return list;
}

static bool is_in(const field_list *list, size_t i)
{
  return list->with_states || !list->fields[i].is_state;
}

static hid_t type_of(const field_list *list)
{
  return list->precision == LOLIGO_DOUBLE ? H5T_NATIVE_DOUBLE : H5T_NATIVE_FLOAT;
}

static size_t bytes_of(const field_list *list)
{
  return list->precision == LOLIGO_DOUBLE ? sizeof(double) : sizeof(float);
}

static void print_path(const training_field *field, char path[H5_PATH_SIZE])
{
  h5_path(path, "%s/%s/%s", field->is_state ? "/optimiser" : FIELDS_WEIGHTS, field->projection, field->name);
}

void fields_draft(const field_list *list, h5_draft *draft)
{
  char path[H5_PATH_SIZE];
  for (size_t i = 0; i < list->n; i++) {
    const training_field *field = &list->fields[i];
    if (!is_in(list, i)) continue;
    print_path(field, path);
    h5_draft_series(draft, path, type_of(list), (h5_shape){2, field->rows, field->columns});
    h5_draft_text_attribute(draft, path, "axes", "target, source");
  }
}

static loligo_status match_field(const field_list *list, const training_field *field, const h5_reader *reader)
{
  char path[H5_PATH_SIZE];
  uint64_t extent[2];
  bool found;
  print_path(field, path);
  LOLIGO_TRY(h5_find(reader, path, &found));
  if (!found) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds no %s", reader->path, path);
  LOLIGO_TRY(h5_read_extent(reader, path, type_of(list), 2, extent));
  if (extent[0] == field->rows && extent[1] == field->columns) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "%s: %s has %" PRIu64 " x %" PRIu64 " numbers there, %" PRIu64 " x %" PRIu64 " in the model",
                     reader->path, path, extent[0], extent[1], field->rows, field->columns);
}

loligo_status fields_match(const field_list *list, const h5_reader *reader)
{
  for (size_t i = 0; i < list->n; i++)
    if (is_in(list, i)) LOLIGO_TRY(match_field(list, &list->fields[i], reader));
  return LOLIGO_OK;
}

/* -- moving -- */

typedef enum direction { WRITE, READ, VERIFY } direction;

/* Of n numbers from number `first` of a dataset on. */
static uint64_t digest_numbers(const field_list *list, uint64_t key, uint64_t first, uint64_t n, const void *values)
{
  uint64_t sum = 0, words[DIGEST_WORDS];
  if (list->precision == LOLIGO_DOUBLE) return digest_words(key, first, n, values);
  const char *at = values;
  for (uint64_t i = 0; i < n; i += DIGEST_WORDS) {
    const size_t some = least(n - i, DIGEST_WORDS);
    memset(words, 0, sizeof words);
    for (size_t k = 0; k < some; k++) memcpy(&words[k], at + (i + k) * sizeof(float), sizeof(float));
    sum += digest_words(key, first + i, some, words);
  }
  return sum;
}

/* Rows that are read at once where they are not kept. */
static uint64_t rows_of_piece(const field_list *list, const training_field *field)
{
  return largest(PIECE_BYTES / (largest(field->columns, 1) * bytes_of(list)), 1);
}

/* Reads the rows of this rank piece by piece; all ranks do as many. */
static loligo_status verify_rows(const field_list *list, const training_field *field, h5_series *series, uint64_t key,
                                 uint64_t *digest)
{
  const uint64_t piece = rows_of_piece(list, field);
  void *values = memory_allocate(least(piece, field->rows) * field->columns, bytes_of(list), "weights");
  loligo_status status = loligo_agree(series->file->context, values ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  for (uint64_t done = 0; status == LOLIGO_OK && done < field->rows; done += piece) {
    const uint64_t n = least(field->n_rows - least(done, field->n_rows), piece), row = field->first_row + done;
    status = h5_series_read(series, (h5_block){n ? row : 0, n, 0, field->columns}, values);
    if (status == LOLIGO_OK) *digest += digest_numbers(list, key, row * field->columns, n * field->columns, values);
  }
  memory_free(values);
  return status;
}

static loligo_status move_rows(const field_list *list, const training_field *field, h5_series *series,
                               direction direction, uint64_t key, uint64_t *digest)
{
  const h5_block own = {field->first_row, field->n_rows, 0, field->columns};
  if (direction == VERIFY) return verify_rows(list, field, series, key, digest);
  if (direction == WRITE) LOLIGO_TRY(h5_series_extend(series, 1, field->rows));
  LOLIGO_TRY(direction == WRITE ? h5_series_write(series, own, field->values)
                                : h5_series_read(series, own, field->values));
  *digest +=
      digest_numbers(list, key, field->first_row * field->columns, field->n_rows * field->columns, field->values);
  return LOLIGO_OK;
}

static loligo_status move_field(const field_list *list, const training_field *field, h5_file *file, direction direction,
                                uint64_t *digest)
{
  char path[H5_PATH_SIZE];
  h5_series series;
  print_path(field, path);
  loligo_status status = h5_series_open(&series, file, path, type_of(list));
  if (status == LOLIGO_OK) status = move_rows(list, field, &series, direction, text_hash(path), digest);
  h5_series_close(&series);
  return status;
}

static loligo_status move_all(const field_list *list, h5_file *file, direction direction, uint64_t *digest)
{
  for (size_t i = 0; i < list->n; i++)
    if (is_in(list, i)) LOLIGO_TRY(move_field(list, &list->fields[i], file, direction, digest));
  return LOLIGO_OK;
}

loligo_status fields_write(const field_list *list, h5_file *file, uint64_t *digest)
{
  return move_all(list, file, WRITE, digest);
}

loligo_status fields_read(const field_list *list, h5_file *file, uint64_t *digest)
{
  return move_all(list, file, READ, digest);
}

loligo_status fields_verify(const field_list *list, h5_file *file, uint64_t *digest)
{
  return move_all(list, file, VERIFY, digest);
}
