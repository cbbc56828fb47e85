/*
 * Compartments and channels as lists of parameters.
 */
#include "network/tree_lists.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/param.h"
#include "loligo/network.h"

void channel_set_on(const channel_set *per_area, double area, channel_set *on)
{
  const double ns_per_ms = 1e6, cm2_per_um2 = 1e-8;
  *on = *per_area;
  for (size_t k = 0; k < on->n; k++) {
    const loligo_param_table *table = &on->entries[k].channel->params;
    for (size_t i = 0; i < table->n; i++) {
      double *value = &on->entries[k].params[i];
      if (strcmp(table->rows[i].unit, "nS") == 0) *value *= area * cm2_per_um2 * ns_per_ms;
      if (strcmp(table->rows[i].unit, "um2") == 0 && isnan(*value)) *value = area;
    }
  }
}

channel_entry *channel_set_add(channel_set *set, const channel *added)
{
  if (set->n == CHANNEL_SET_MAX) return NULL;
  channel_entry *entry = &set->entries[set->n++];
  entry->channel = added;
  for (size_t i = 0; i < added->params.n; i++) entry->params[i] = param_default(&added->params.rows[i]);
  return entry;
}

double *channel_entry_param(channel_entry *entry, const char *name)
{
  const loligo_param *row = param_find(entry->channel->params, name);
  return row ? &entry->params[row - entry->channel->params.rows] : NULL;
}

static loligo_status put(tree_lists *lists, int list, double value)
{
  LOLIGO_TRY(memory_grow((void **)&lists->values[list], &lists->capacity[list], lists->n[list] + 1, sizeof(double),
                         "compartments"));
  lists->values[list][lists->n[list]++] = value;
  return LOLIGO_OK;
}

static double number_of(const channel *wanted)
{
  size_t i = 0;
  while (channel_at(i) != wanted) i++;
  return (double)i;
}

static loligo_status put_channels(tree_lists *lists, size_t compartment, const channel_set *channels)
{
  for (size_t k = 0; k < channels->n; k++) {
    const channel_entry *entry = &channels->entries[k];
    LOLIGO_TRY(put(lists, TREE_CHANNEL_AT, (double)compartment));
    LOLIGO_TRY(put(lists, TREE_CHANNEL, number_of(entry->channel)));
    for (size_t i = 0; i < entry->channel->params.n; i++) LOLIGO_TRY(put(lists, TREE_PARAMS, entry->params[i]));
  }
  return LOLIGO_OK;
}

loligo_status tree_lists_add(tree_lists *lists, const tree_compartment *added, const channel_set *channels)
{
  LOLIGO_TRY(put(lists, TREE_PARENT, (double)added->parent));
  LOLIGO_TRY(put(lists, TREE_G, added->g));
  LOLIGO_TRY(put(lists, TREE_C_M, added->c_m));
  LOLIGO_TRY(put(lists, TREE_NMDA_TAU, added->nmda_tau));
  LOLIGO_TRY(put(lists, TREE_NMDA_MG, added->nmda_mg));
  LOLIGO_TRY(put(lists, TREE_NMDA_E, added->nmda_e));
  lists->has_nmda |= added->nmda_tau > 0;
  return put_channels(lists, lists->n[TREE_PARENT], channels);
}

loligo_status tree_lists_add_soma(tree_lists *lists, const channel_set *channels)
{
  return put_channels(lists, 0, channels);
}

loligo_status tree_lists_set(loligo_network *network, size_t population, const tree_lists *lists)
{
  for (int l = 0; l < TREE_LISTS; l++) {
    const bool is_nmda = l == TREE_NMDA_TAU || l == TREE_NMDA_MG || l == TREE_NMDA_E;
    if (lists->n[l] == 0 || (is_nmda && !lists->has_nmda)) continue;
    LOLIGO_TRY(
        loligo_network_set_param(network, population, tree_list_names[l], loligo_list(lists->values[l], lists->n[l])));
  }
  return LOLIGO_OK;
}

void tree_lists_free(tree_lists *lists)
{
  for (int l = 0; l < TREE_LISTS; l++) memory_free(lists->values[l]);
  *lists = (tree_lists){.has_nmda = false};
}
