/*
 * In dynamics_params a value is called after its mechanism: gbar_NaTs, gamma_CaDynamics, g_pas; densities are in S/cm2.
 */
#include "io/sonata/biophysics.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "io/model_file/value.h"

enum { NAME_BYTES = 64 };

static const char PASSIVE[] = "passive";
static const double MS_PER_S = 1e3; /* mS/cm2 of one S/cm2 */

void biophysics_begin(biophysics *made)
{
  *made = (biophysics){.celsius = NAN};
  for (int type = 0; type < SWC_TYPES; type++) made->of[type].material = (cut_material){NAN, NAN};
}

unsigned biophysics_types(const char *name)
{
  static const struct {
    const char *name;
    unsigned types;
  } known[] = {{"soma", 1u << SWC_SOMA},   {"somatic", 1u << SWC_SOMA}, {"axon", 1u << SWC_AXON},
               {"axonal", 1u << SWC_AXON}, {"dend", 1u << SWC_DEND},    {"basal", 1u << SWC_DEND},
               {"apic", 1u << SWC_APIC},   {"apical", 1u << SWC_APIC},  {"all", (1u << SWC_TYPES) - 2}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcmp(known[i].name, name) == 0) return known[i].types;
  return 0;
}

void biophysics_set_c_m(biophysics *made, unsigned types, double c_m)
{
  for (int type = SWC_SOMA; type < SWC_TYPES; type++)
    if (types & 1u << type) made->of[type].material.c_m = c_m;
}

void biophysics_set_r_a(biophysics *made, unsigned types, double r_a)
{
  for (int type = SWC_SOMA; type < SWC_TYPES; type++)
    if (types & 1u << type) made->of[type].material.r_a = r_a;
}

/* -- channels -- */

static channel_entry *find_entry(channel_set *set, const char *name)
{
  for (size_t k = 0; k < set->n; k++)
    if (strcmp(set->entries[k].channel->name, name) == 0) return &set->entries[k];
  return NULL;
}

loligo_status biophysics_insert(biophysics *made, unsigned types, const char *channel)
{
  const struct channel *added = channel_find(channel);
  if (!added) return registry_unknown(&channel_registry, channel);
  for (int type = SWC_SOMA; type < SWC_TYPES; type++) {
    channel_set *set = &made->of[type].channels;
    if (!(types & 1u << type) || find_entry(set, channel)) continue;
    if (!channel_set_add(set, added))
      return loligo_fail(LOLIGO_INPUT_ERROR, "more than %d channels in %s", CHANNEL_SET_MAX, swc_type_names[type]);
  }
  return LOLIGO_OK;
}

loligo_status biophysics_set(biophysics *made, unsigned types, const char *channel, const char *param, double value)
{
  for (int type = SWC_SOMA; type < SWC_TYPES; type++) {
    if (!(types & 1u << type)) continue;
    channel_entry *entry = find_entry(&made->of[type].channels, channel);
    double *to = entry ? channel_entry_param(entry, param) : NULL;
    if (!to)
      return loligo_fail(LOLIGO_INPUT_ERROR, "there is no parameter %s of %s in %s", param, channel,
                         swc_type_names[type]);
    *to = value;
  }
  return LOLIGO_OK;
}

void biophysics_reverse(biophysics *made, unsigned types, bool sodium, double e)
{
  static const char *const of_sodium[] = {"NaTs", "NaTa", "Nap", "NaV", NULL};
  static const char *const of_potassium[] = {"Kv2like", "Kv3_1", "K_P", "K_T", "Kd", "Im", "Im_v2", "SK", NULL};
  const char *const *names = sodium ? of_sodium : of_potassium;
  for (int type = SWC_SOMA; type < SWC_TYPES; type++)
    for (size_t i = 0; names[i] && types & 1u << type; i++) {
      channel_entry *entry = find_entry(&made->of[type].channels, names[i]);
      if (entry) *channel_entry_param(entry, "E") = e;
    }
}

/* -- dynamics_params -- */

static loligo_status read_number(const tree_node *mapping, const char *key, const char *what, double *number)
{
  tree_node *node = tree_find(mapping, key);
  if (!node) return tree_fail(mapping->mark, "missing key '%s' in %s", key, what);
  LOLIGO_TRY(value_number(key, "", node, number));
  return isfinite(*number) ? LOLIGO_OK : tree_fail(node->mark, "%s must be a finite number", key);
}

static loligo_status read_text(const tree_node *mapping, const char *key, const char *what, const char **text)
{
  const tree_node *node = tree_find(mapping, key);
  if (!node) return tree_fail(mapping->mark, "missing key '%s' in %s", key, what);
  LOLIGO_TRY(value_expect_text(key, node));
  *text = node->text;
  return LOLIGO_OK;
}

static loligo_status read_section(const tree_node *mapping, const char *what, unsigned *types)
{
  const char *name = "";
  LOLIGO_TRY(read_text(mapping, "section", what, &name));
  *types = biophysics_types(name);
  if (*types) return LOLIGO_OK;
  return tree_fail(tree_find(mapping, "section")->mark, "there are no sections '%s'; there are soma, axon, dend, apic",
                   name);
}

/* The only mapping in a list, or a mapping; NULL where the key is not there. */
static loligo_status find_only(tree_node *params, const char *key, tree_node **found)
{
  *found = tree_find(params, key);
  if (!*found) return LOLIGO_OK;
  if ((*found)->kind == TREE_LIST && (*found)->n == 1) *found = (*found)->children[0];
  return value_expect_mapping(key, *found);
}

static loligo_status visit_list(tree_node *mapping, const char *key,
                                loligo_status (*visit)(const tree_node *entry, biophysics *made), biophysics *made)
{
  tree_node *list = tree_find(mapping, key);
  if (!list) return LOLIGO_OK;
  LOLIGO_TRY(value_expect_list(key, list));
  for (size_t i = 0; i < list->n; i++) {
    LOLIGO_TRY(value_expect_mapping(key, list->children[i]));
    LOLIGO_TRY(visit(list->children[i], made));
  }
  return LOLIGO_OK;
}

static loligo_status read_cm(const tree_node *entry, biophysics *made)
{
  unsigned types;
  double cm;
  LOLIGO_TRY(read_section(entry, "cm", &types));
  LOLIGO_TRY(read_number(entry, "cm", "cm", &cm));
  biophysics_set_c_m(made, types, cm);
  return LOLIGO_OK;
}

/* NEURON's leak where a template says nothing of it: 0.001 S/cm2 to -70 mV. */
static loligo_status read_passive(tree_node *params, biophysics *made)
{
  const unsigned all = biophysics_types("all");
  double ra = NAN, e = -70;
  tree_node *passive;
  LOLIGO_TRY(biophysics_insert(made, all, PASSIVE));
  LOLIGO_TRY(biophysics_set(made, all, PASSIVE, "g_L", 0.001 * MS_PER_S));
  LOLIGO_TRY(find_only(params, "passive", &passive));
  if (!passive) return biophysics_set(made, all, PASSIVE, "E_L", e);
  if (tree_find(passive, "ra")) LOLIGO_TRY(read_number(passive, "ra", "passive", &ra));
  if (tree_find(passive, "e_pas")) LOLIGO_TRY(read_number(passive, "e_pas", "passive", &e));
  biophysics_set_r_a(made, all, ra);
  LOLIGO_TRY(biophysics_set(made, all, PASSIVE, "E_L", e));
  return visit_list(passive, "cm", read_cm, made);
}

/* What a value of the genome is: a property of sections, or a parameter of a channel. */
static loligo_status set_property(biophysics *made, unsigned types, const char *name, double value, bool *found)
{
  *found = true;
  if (strcmp(name, "g_pas") == 0) return biophysics_set(made, types, PASSIVE, "g_L", value * MS_PER_S);
  if (strcmp(name, "e_pas") == 0) return biophysics_set(made, types, PASSIVE, "E_L", value);
  const bool is_cm = strcmp(name, "cm") == 0, is_ra = strcmp(name, "Ra") == 0;
  if (is_cm) biophysics_set_c_m(made, types, value);
  if (is_ra) biophysics_set_r_a(made, types, value);
  *found = is_cm || is_ra;
  return LOLIGO_OK;
}

static loligo_status set_of_channel(biophysics *made, unsigned types, const char *name, const char *mechanism,
                                    double value)
{
  char param[NAME_BYTES];
  const size_t length = strlen(name), tail = strlen(mechanism);
  const bool is_of = tail > 0 && length > tail + 1 && length < sizeof param && name[length - tail - 1] == '_' &&
                     strcmp(name + length - tail, mechanism) == 0;
  if (!is_of)
    return loligo_fail(LOLIGO_INPUT_ERROR, "'%s' is no parameter of '%s'; as gbar_NaTs is of NaTs", name, mechanism);
  snprintf(param, sizeof param, "%.*s", (int)(length - tail - 1), name);
  const bool is_density = strcmp(param, "gbar") == 0;
  LOLIGO_TRY(biophysics_insert(made, types, mechanism));
  return biophysics_set(made, types, mechanism, is_density ? "g" : param, is_density ? value * MS_PER_S : value);
}

static loligo_status read_gene(const tree_node *entry, biophysics *made)
{
  unsigned types;
  const char *name = "", *mechanism = "";
  double value;
  bool found;
  LOLIGO_TRY(read_section(entry, "genome", &types));
  LOLIGO_TRY(read_text(entry, "name", "genome", &name));
  LOLIGO_TRY(read_number(entry, "value", "genome", &value));
  if (tree_find(entry, "mechanism")) LOLIGO_TRY(read_text(entry, "mechanism", "genome", &mechanism));
  LOLIGO_TRY(tree_locate(entry->mark, NULL, set_property(made, types, name, value, &found)));
  return found ? LOLIGO_OK : tree_locate(entry->mark, NULL, set_of_channel(made, types, name, mechanism, value));
}

static loligo_status read_reversal(const tree_node *entry, biophysics *made)
{
  static const char *const keys[] = {"ek", "ena"};
  unsigned types;
  LOLIGO_TRY(read_section(entry, "erev", &types));
  for (int sodium = 0; sodium < 2; sodium++) {
    double e;
    if (!tree_find(entry, keys[sodium])) continue;
    LOLIGO_TRY(read_number(entry, keys[sodium], "erev", &e));
    biophysics_reverse(made, types, sodium, e);
  }
  return LOLIGO_OK;
}

loligo_status biophysics_of_json(tree_node *params, biophysics *made)
{
  tree_node *conditions;
  LOLIGO_TRY(read_passive(params, made));
  LOLIGO_TRY(visit_list(params, "genome", read_gene, made));
  LOLIGO_TRY(find_only(params, "conditions", &conditions));
  if (!conditions) return LOLIGO_OK;
  if (tree_find(conditions, "celsius")) LOLIGO_TRY(read_number(conditions, "celsius", "conditions", &made->celsius));
  return visit_list(conditions, "erev", read_reversal, made);
}

/* -- completion -- */

static loligo_status complete_channel(channel_entry *entry, double celsius, const char *type)
{
  const loligo_param_table table = entry->channel->params;
  double *t = channel_entry_param(entry, "T");
  if (t) *t = celsius;
  for (size_t i = 0; i < table.n; i++)
    if (isnan(entry->params[i]) && strcmp(table.rows[i].unit, "um2") != 0)
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s of %s has no %s", entry->channel->name, type, table.rows[i].name);
  return LOLIGO_OK;
}

static loligo_status complete_type(cell_material *of, double celsius, const char *type)
{
  if (!(of->material.r_a > 0))
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s has no axial resistivity above 0 (ra, resistivity)", type);
  if (!(of->material.c_m > 0))
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s has no capacitance above 0 (cm, specificCapacitance)", type);
  for (size_t k = 0; k < of->channels.n; k++) LOLIGO_TRY(complete_channel(&of->channels.entries[k], celsius, type));
  return LOLIGO_OK;
}

loligo_status biophysics_complete(biophysics *made, double celsius, const size_t *count)
{
  const double usual = 34;
  if (isnan(celsius)) celsius = isnan(made->celsius) ? usual : made->celsius;
  for (int type = SWC_SOMA; type < SWC_TYPES; type++)
    if (count[type] > 0) LOLIGO_TRY(complete_type(&made->of[type], celsius, swc_type_names[type]));
  return LOLIGO_OK;
}
