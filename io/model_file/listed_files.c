/*
 * Each file is found by its path and its format.
 */
#include "io/model_file/listed_files.h"

#include <inttypes.h>
#include <string.h>

#include "base/fault.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/model_file/raw.h"

enum { MESSAGE_BYTES = 1024 };

static void free_file(listed_file *file)
{
  memory_free(file->path);
  memory_free(file->name);
  memory_free(file->values);
}

static size_t scope_of(const csv_format *format)
{
  return (size_t)(uintptr_t)format;
}

/* Takes over what the file owns, even after a failure. */
static loligo_status add_file(listed_files *set, listed_file file)
{
  loligo_status status = file.path && file.name ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK)
    status = memory_grow((void **)&set->files, &set->capacity, set->n + 1, sizeof file, "listed files");
  if (status == LOLIGO_OK) status = name_table_set(&set->numbers, scope_of(file.format), file.path, set->n);
  if (status != LOLIGO_OK) {
    free_file(&file);
    return status;
  }
  set->files[set->n++] = file;
  return LOLIGO_OK;
}

static loligo_status read_values(FILE *stream, const char *name, const csv_format *format, listed_file *file)
{
  if (!format) return raw_read(stream, name, &file->values, &file->n_rows);
  return csv_read(stream, name, format, &file->values, &file->n_rows);
}

/* Values that were forgotten, once more. */
static loligo_status read_again(FILE *stream, listed_file *file)
{
  if (file->values) return LOLIGO_OK;
  return read_values(stream, file->name, file->format, file);
}

loligo_status listed_files_read(listed_files *set, const char *path, const char *name, FILE *stream,
                                const csv_format *format, const listed_file **file)
{
  listed_file added = {.format = format, .n_columns = format ? format->n_columns : RAW_COLUMNS};
  const size_t known = name_table_find(&set->numbers, scope_of(format), path);
  loligo_status status =
      known == NAME_TABLE_NONE ? read_values(stream, name, format, &added) : read_again(stream, &set->files[known]);
  fclose(stream);
  if (known == NAME_TABLE_NONE && status == LOLIGO_OK) {
    added.path = memory_string(path);
    added.name = memory_string(name);
    status = add_file(set, added);
  }
  if (status == LOLIGO_OK) *file = &set->files[known == NAME_TABLE_NONE ? set->n - 1 : known];
  return status;
}

/* One row of one number. */
static const csv_format noted = {.n_columns = 1, .names = {"hash"}};

loligo_status listed_files_note(listed_files *set, const char *path, uint64_t hash)
{
  listed_file added = {.path = memory_string(path),
                       .name = memory_string(path),
                       .format = &noted,
                       .values = memory_allocate(1, sizeof *added.values, "listed files"),
                       .n_rows = 1,
                       .n_columns = 1};
  if (!added.values) {
    free_file(&added);
    return LOLIGO_MACHINE_ERROR;
  }
  memcpy(added.values, &hash, sizeof hash);
  return add_file(set, added);
}

loligo_status listed_file_locate(const listed_file *file, size_t row, loligo_status status)
{
  const char *why, *name = file->name;
  char message[MESSAGE_BYTES];
  FILE *stream = status == LOLIGO_INPUT_ERROR ? file_stream(name, &why) : NULL;
  if (!stream) return status;
  const size_t line = csv_line_of_row(stream, row);
  fclose(stream);
  fault_take_message(message, sizeof message);
  return loligo_fail(status, "%s:%zu: %s", name, line, message);
}

void listed_files_free(listed_files *set)
{
  for (size_t i = 0; i < set->n; i++) free_file(&set->files[i]);
  memory_free(set->files);
  name_table_free(&set->numbers);
  *set = (listed_files){0};
}

static uint64_t digest_of(const listed_file *file)
{
  if (!file->values) return file->digest;
  uint64_t digest = hash_mix(file->n_rows);
  for (size_t k = 0; k < file->n_rows * file->n_columns; k++) {
    uint64_t bits;
    memcpy(&bits, &file->values[k], sizeof bits);
    digest = hash_mix(digest ^ bits);
  }
  return digest;
}

void listed_files_forget(listed_files *set, const listed_file *file)
{
  listed_file *known = &set->files[file - set->files];
  known->digest = digest_of(known);
  memory_free(known->values);
  known->values = NULL;
}

uint64_t listed_files_digest(const listed_files *set)
{
  uint64_t digest = 0;
  for (size_t i = 0; i < set->n; i++) digest = hash_mix(digest ^ digest_of(&set->files[i]));
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
    if (file->format) continue;
    used +=
        (size_t)snprintf(*lines + used, size - used, "%s%s %016" PRIx64, used ? "\n" : "", file->path, digest_of(file));
  }
  return LOLIGO_OK;
}
