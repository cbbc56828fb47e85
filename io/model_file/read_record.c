/*
 * record: each kind of recording reads what stands at its key.
 */
#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/decode.h"
#include "io/model_file/read.h"
#include "io/model_file/recording_kind.h"

loligo_param_table recording_kind_rows(loligo_param *rows)
{
  const recording_kind *kind;
  for (size_t i = 0; (kind = recording_kind_at(i)); i++)
    rows[i] = (loligo_param){
        .name = kind->name, .type = LOLIGO_PARAM_NODE, .fallback = kind->fallback, .help = kind->summary};
  return (loligo_param_table){rows, recording_kind_registry.n};
}

loligo_status read_record(model_reader *reader, tree_node *record)
{
  settings *settings = reader->settings;
  const recording_kind *kind;
  loligo_param rows[DECODE_MAX_ROWS];
  decoded values[DECODE_MAX_ROWS];
  const decode_form form = {.what = "record", .tables = {recording_kind_rows(rows)}, .n_tables = 1};
  bool any = false;
  if (reader->lacks_duration) return LOLIGO_OK;
  LOLIGO_TRY(mistakes_keep(decode_mapping(&form, record, values), &any));
  settings->recorded = memory_allocate(recording_kind_registry.n, sizeof *settings->recorded, "recordings");
  if (!settings->recorded) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; (kind = recording_kind_at(i)); i++)
    if (values[i].node) LOLIGO_TRY(mistakes_keep(kind->read(reader, values[i].node, &settings->recorded[i]), &any));
  return mistakes_told(any);
}
