/*
 * channels: by the tables of the registry.
 */
#include "io/model_file/read_channels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mistakes.h"
#include "io/model_file/decode.h"
#include "io/model_file/quantity.h"
#include "io/model_file/value.h"

enum { WHAT_SIZE = 160 };

static const char PER_AREA[] = "mS/cm2";

/* Per area: conductances have that unit, and areas follow from elsewhere. */
static void rows_per_area(loligo_param_table table, loligo_param *rows)
{
  memcpy(rows, table.rows, table.n * sizeof *rows);
  for (size_t i = 0; i < table.n; i++) {
    if (strcmp(rows[i].unit, "nS") == 0) rows[i].unit = PER_AREA;
    if (strcmp(rows[i].unit, "um2") == 0) rows[i].fallback = "";
  }
}

loligo_status read_channel(const char *what, const channel *of, tree_node *params, bool is_per_area, channel_set *set)
{
  loligo_param rows[CHANNEL_MAX_PARAMS];
  decoded values[DECODE_MAX_ROWS];
  rows_per_area(of->params, rows);
  const decode_form form = {
      .what = what, .tables = {is_per_area ? (loligo_param_table){rows, of->params.n} : of->params}, .n_tables = 1};
  LOLIGO_TRY(decode_mapping(&form, params, values));
  channel_entry *entry = channel_set_add(set, of);
  if (!entry) return tree_fail(params->mark, "more than %d channels in %s", CHANNEL_SET_MAX, what);
  for (size_t i = 0; i < of->params.n; i++) entry->params[i] = values[i].node ? values[i].law.mean : NAN;
  return LOLIGO_OK;
}

static loligo_status read_named(const char *what, tree_node *params, bool is_per_area, channel_set *set)
{
  char whose[WHAT_SIZE];
  const channel *of = channel_find(params->key);
  if (!of)
    return tree_locate(params->key_mark, NULL, registry_unknown_in(&channel_registry, "channel", params->key, what));
  snprintf(whose, sizeof whose, "%s of %.100s", params->key, what);
  return read_channel(whose, of, params, is_per_area, set);
}

loligo_status read_channels(const char *what, tree_node *channels, bool is_per_area, channel_set *set)
{
  bool any = false;
  LOLIGO_TRY(value_expect_mapping("channels", channels));
  for (size_t i = 0; i < channels->n; i++)
    LOLIGO_TRY(mistakes_keep(read_named(what, channels->children[i], is_per_area, set), &any));
  return mistakes_told(any);
}

loligo_status read_channel_write(tree_node *params, const channel_entry *on)
{
  const loligo_param_table table = on->channel->params;
  const decode_form form = {.what = on->channel->name, .tables = {table}, .n_tables = 1};
  for (size_t i = 0; i < table.n; i++) {
    char text[QUANTITY_SIZE];
    tree_node *node = tree_find(params, table.rows[i].name);
    if (!node) {
      LOLIGO_TRY(decode_complete_number(&form, params, &table.rows[i], on->params[i]));
      continue;
    }
    quantity_print(on->params[i], table.rows[i].unit, text);
    LOLIGO_TRY(tree_set_text(node, text));
  }
  return LOLIGO_OK;
}

loligo_status read_channels_write(tree_node *channels, const channel_set *on)
{
  for (size_t k = 0; k < on->n; k++)
    LOLIGO_TRY(read_channel_write(tree_find(channels, on->entries[k].channel->name), &on->entries[k]));
  return LOLIGO_OK;
}
