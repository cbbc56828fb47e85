#include "io/model_file/csv_file.h"

#include "base/file.h"
#include "base/memory.h"

loligo_status csv_file_init(csv_file *file, const char *name, FILE *stream, const csv_format *format)
{
  *file = (csv_file){.name = memory_string(name), .file = stream, .format = format};
  return file->name ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void csv_file_close(csv_file *file)
{
  csv_close(&file->csv);
  file->csv = (csv_reader){.any = false};
  if (file->file) fclose(file->file);
  file->file = NULL;
}

void csv_file_free(csv_file *file)
{
  csv_file_close(file);
  memory_free(file->name);
}

loligo_status csv_file_begin(csv_file *file)
{
  const char *why;
  if (file->is_again) csv_file_close(file);
  if (!file->file) file->file = file_stream(file->name, &why);
  if (!file->file) return loligo_fail(LOLIGO_INPUT_ERROR, "cannot open '%s': %s", file->name, why);
  const bool is_first = !file->is_again;
  file->is_again = true;
  return csv_open(&file->csv, file->file, file->name, file->format, is_first);
}
