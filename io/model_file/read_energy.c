/*
 * energy: a table of a technology, of which values may be replaced.
 */
#include <math.h>
#include <stddef.h>

#include "io/model_file/decode.h"
#include "io/model_file/read.h"
#include "network/energy.h"

static const char WHAT[] = "energy";

static loligo_status find_technology(const tree_node *energy, const char *name, energy_assumptions *assumed)
{
  const technology *found;
  for (size_t i = 0; (found = technology_at(i)); i++) {
    if (found != technology_find(name)) continue;
    *assumed = (energy_assumptions){i, found->prices};
    return LOLIGO_OK;
  }
  const tree_node *node = decode_child(energy, energy_table, offsetof(energy_section, table));
  return tree_locate(node->mark, NULL, registry_unknown(&technology_registry, name));
}

/* The used parameters tell all prices that there are. */
static loligo_status complete(const decode_form *form, const energy_prices *prices, tree_node *node)
{
  for (size_t i = 0; i < energy_price_table.n; i++) {
    const loligo_param *row = &energy_price_table.rows[i];
    const double price = energy_price(prices, row);
    if (!isnan(price)) LOLIGO_TRY(decode_complete_number(form, node, row, price));
  }
  return LOLIGO_OK;
}

loligo_status read_energy(model_reader *reader, tree_node *node)
{
  const decode_form form = {.what = WHAT, .tables = {energy_table, energy_price_table}, .n_tables = 2};
  energy_section section = {.table = ""};
  decoded values[DECODE_MAX_ROWS];
  LOLIGO_TRY(decode_mapping(&form, node, values));
  decode_store(energy_table, values, &section);
  energy_assumptions *assumed = &reader->settings->energy;
  LOLIGO_TRY(find_technology(node, section.table, assumed));
  decode_store(energy_price_table, values + energy_table.n, &assumed->prices);
  return complete(&form, &assumed->prices, node);
}
