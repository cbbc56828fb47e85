/*
 * Packed form, all in pieces of 8 bytes: number of files; for each the length of its path with end, rows, columns; the
 * path, padded; the values.
 */
#include "io/model_file/listed_files.h"

#include <inttypes.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/model_file/raw.h"

enum { MESSAGE_BYTES = 1024 };

typedef struct packed_header {
  uint64_t path_bytes, n_rows, n_columns;
} packed_header;

static void free_file(listed_file *file)
{
  memory_free(file->path);
  memory_free(file->name);
  memory_free(file->owned);
}

/* Takes over what the file owns, even after a failure. */
static loligo_status add_file(listed_files *set, listed_file file)
{
  loligo_status status = file.path ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK) {
    status = memory_grow((void **)&set->files, &set->capacity, set->n + 1, sizeof file, "listed files");
  }
  if (status != LOLIGO_OK) {
    free_file(&file);
    return status;
  }
  set->files[set->n++] = file;
  return LOLIGO_OK;
}

static size_t columns_of(const csv_format *format)
{
  return format ? format->n_columns : RAW_COLUMNS;
}

const listed_file *listed_files_find(const listed_files *set, const char *path, const csv_format *format)
{
  for (size_t i = 0; i < set->n; i++) {
    const listed_file *file = &set->files[i];
    if (strcmp(file->path, path) == 0 && file->n_columns == columns_of(format)) return file;
  }
  return NULL;
}

static loligo_status read_values(FILE *stream, const char *name, const csv_format *format, listed_file *file)
{
  if (!format) return raw_read(stream, name, &file->owned, &file->n_rows);
  return csv_read(stream, name, format, &file->owned, &file->n_rows);
}

loligo_status listed_files_read(listed_files *set, const char *path, const char *name, FILE *stream,
                                const csv_format *format, const listed_file **file)
{
  listed_file added = {.n_columns = columns_of(format)};
  *file = listed_files_find(set, path, format);
  const loligo_status status = *file ? LOLIGO_OK : read_values(stream, name, format, &added);
  fclose(stream);
  if (*file || status != LOLIGO_OK) return status;
  added.path = memory_string(path);
  added.name = memory_string(name);
  added.values = added.owned;
  LOLIGO_TRY(add_file(set, added));
  *file = &set->files[set->n - 1];
  return LOLIGO_OK;
}

loligo_status listed_file_locate(const listed_file *file, size_t row, loligo_status status)
{
  const char *why, *name = file->name ? file->name : file->path;
  char message[MESSAGE_BYTES];
  FILE *stream = status == LOLIGO_INPUT_ERROR ? file_stream(name, &why) : NULL;
  if (!stream) return status;
  const size_t line = csv_line_of_row(stream, row);
  fclose(stream);
  snprintf(message, sizeof message, "%s", loligo_error_message());
  loligo_error_clear();
  return loligo_fail(status, "%s:%zu: %s", name, line, message);
}

void listed_files_free(listed_files *set)
{
  for (size_t i = 0; i < set->n; i++) free_file(&set->files[i]);
  memory_free(set->files);
  *set = (listed_files){0};
}

static uint64_t digest_of(const listed_file *file, uint64_t digest)
{
  digest = hash_mix(digest ^ file->n_rows);
  for (size_t k = 0; k < file->n_rows * file->n_columns; k++) {
    uint64_t bits;
    memcpy(&bits, &file->values[k], sizeof bits);
    digest = hash_mix(digest ^ bits);
  }
  return digest;
}

uint64_t listed_files_digest(const listed_files *set)
{
  uint64_t digest = 0;
  for (size_t i = 0; i < set->n; i++) digest = digest_of(&set->files[i], digest);
  return digest;
}

loligo_status listed_files_raw(const listed_files *set, char **lines)
{
  enum { DIGEST_BYTES = 18 };
  size_t size = 1, used = 0;
  for (size_t i = 0; i < set->n; i++) size += strlen(set->files[i].path) + DIGEST_BYTES;
  *lines = memory_allocate(size, 1, "names of shared objects");
  if (!*lines) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < set->n; i++) {
    const listed_file *file = &set->files[i];
    if (file->n_columns != RAW_COLUMNS) continue;
    used += (size_t)snprintf(*lines + used, size - used, "%s%s %016" PRIx64, used ? "\n" : "", file->path,
                             digest_of(file, 0));
  }
  return LOLIGO_OK;
}

static packed_header header_of(const listed_file *file)
{
  return (packed_header){strlen(file->path) + 1, file->n_rows, file->n_columns};
}

static size_t padded(size_t bytes)
{
  return (bytes + 7) / 8 * 8;
}

static size_t values_size(packed_header header)
{
  return header.n_rows * header.n_columns * sizeof(double);
}

size_t listed_files_packed_size(const listed_files *set)
{
  size_t bytes = sizeof(uint64_t);
  for (size_t i = 0; i < set->n; i++) {
    const packed_header header = header_of(&set->files[i]);
    bytes += sizeof header + padded(header.path_bytes) + values_size(header);
  }
  return bytes;
}

void listed_files_pack(const listed_files *set, char *bytes)
{
  const uint64_t n = set->n;
  memcpy(bytes, &n, sizeof n);
  bytes += sizeof n;
  for (size_t i = 0; i < set->n; i++) {
    const packed_header header = header_of(&set->files[i]);
    memcpy(bytes, &header, sizeof header);
    bytes += sizeof header;
    memcpy(bytes, set->files[i].path, header.path_bytes);
    bytes += padded(header.path_bytes);
    if (header.n_rows) memcpy(bytes, set->files[i].values, values_size(header));
    bytes += values_size(header);
  }
}

loligo_status listed_files_unpack(listed_files *set, const char *bytes)
{
  uint64_t n;
  memcpy(&n, bytes, sizeof n);
  bytes += sizeof n;
  for (uint64_t i = 0; i < n; i++) {
    packed_header header;
    memcpy(&header, bytes, sizeof header);
    bytes += sizeof header;
    listed_file file = {.path = memory_string(bytes), .n_rows = header.n_rows, .n_columns = header.n_columns};
    bytes += padded(header.path_bytes);
    file.values = (const double *)(const void *)bytes;
    bytes += values_size(header);
    LOLIGO_TRY(add_file(set, file));
  }
  return LOLIGO_OK;
}
