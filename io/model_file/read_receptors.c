/*
 * receptors: of a population, a list of mappings, which become lists of the model's parameters and names.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/decode.h"
#include "io/model_file/read.h"
#include "io/model_file/value.h"
#include "model/neuron/model.h"

static const char WHAT[] = "receptor";

/* Parameters of the models, each a list, and the receptors' values for them. */
enum { TAU, TAU_RISE, REVERSAL, MAGNESIUM, LISTS };
static const char *const lists[LISTS] = {"receptor_tau", "receptor_tau_rise", "receptor_E", "receptor_Mg"};

typedef struct receptor_lists {
  double *values[LISTS]; /* [n] each, owned */
  const char **names;    /* [n] the texts belong to the tree */
  size_t n;
} receptor_lists;

static bool has_list(const loligo_model *model, int list)
{
  return model_param_index(model, lists[list]) >= 0;
}

/* Models whose receptors can be listed. */
static loligo_status fail_model(const loligo_model *model, const tree_node *node)
{
  fault_names names = {.n = 0};
  for (size_t i = 0; loligo_model_at(i); i++)
    if (has_list(loligo_model_at(i), TAU)) fault_names_add(&names, loligo_model_at(i)->name);
  return tree_fail(node->key_mark, "the receptors of model %s cannot be listed; those of %s can, and of %s",
                   model->name, names.name[0], names.name[names.n - 1]);
}

static loligo_status fail_key(const tree_node *mapping, const char *key, const char *kind)
{
  return tree_fail(tree_find(mapping, key)->key_mark, "%s has no meaning for %s", key, kind);
}

/* Which keys a kind of receptor has besides its decay. */
static loligo_status check_kind(const loligo_model *model, const tree_node *mapping, const receptor_section *section)
{
  const char *kind = decode_row(receptor_table, offsetof(receptor_section, kind))->choices[section->kind];
  const bool conducts = has_list(model, REVERSAL), may_rise = section->kind >= RECEPTOR_BETA;
  if (section->kind == RECEPTOR_NMDA && !conducts)
    return tree_fail(mapping->mark, "nmda is a conductance; the receptors of %s are currents", model->name);
  if (section->kind == RECEPTOR_BETA && isnan(section->tau_rise))
    return tree_fail(mapping->mark, "missing key 'tau_rise' in %s of kind %s", WHAT, kind);
  if (!isnan(section->tau_rise) && !may_rise) return fail_key(mapping, "tau_rise", kind);
  if (!isnan(section->mg) && section->kind != RECEPTOR_NMDA) return fail_key(mapping, "Mg", kind);
  if (!isnan(section->e) && !conducts) return fail_key(mapping, "E", model->name);
  if (isnan(section->e) && conducts) return tree_fail(mapping->mark, "missing key 'E' in %s", WHAT);
  return LOLIGO_OK;
}

static loligo_status check_name(const loligo_model *model, const tree_node *mapping, const receptor_lists *lists,
                                const char *name)
{
  const tree_node *node = decode_child(mapping, receptor_table, offsetof(receptor_section, name));
  bool is_taken = model_receptor_index(model, name) >= 0;
  for (size_t k = 0; k < lists->n; k++) is_taken = is_taken || strcmp(lists->names[k], name) == 0;
  if (is_taken) return tree_fail(node->mark, "there is a receptor '%s' already; choose another name", name);
  return read_check_name(name, node->mark, WHAT);
}

static void store(const receptor_section *section, receptor_lists *lists)
{
  const size_t k = lists->n++;
  const double rise = section->kind == RECEPTOR_ALPHA ? section->tau : isnan(section->tau_rise) ? 0 : section->tau_rise;
  const double mg = isnan(section->mg) ? 1 : section->mg;
  lists->names[k] = section->name;
  lists->values[TAU][k] = section->tau;
  lists->values[TAU_RISE][k] = rise;
  lists->values[REVERSAL][k] = section->e;
  lists->values[MAGNESIUM][k] = section->kind == RECEPTOR_NMDA ? mg : 0;
}

static loligo_status read_one(const loligo_model *model, tree_node *mapping, receptor_lists *lists)
{
  receptor_section section = {.tau_rise = NAN, .e = NAN, .mg = NAN};
  LOLIGO_TRY(decode_section(WHAT, receptor_table, mapping, &section));
  LOLIGO_TRY(check_name(model, mapping, lists, section.name));
  LOLIGO_TRY(check_kind(model, mapping, &section));
  store(&section, lists);
  return LOLIGO_OK;
}

static loligo_status set_lists(loligo_network *network, size_t id, const loligo_model *model,
                               const receptor_lists *given)
{
  for (int l = 0; l < LISTS; l++)
    if (has_list(model, l))
      LOLIGO_TRY(loligo_network_set_param(network, id, lists[l], loligo_list(given->values[l], given->n)));
  return loligo_network_name_receptors(network, id, given->names, given->n);
}

static loligo_status read_all(model_reader *reader, size_t id, const loligo_model *model, tree_node *receptors,
                              receptor_lists *given)
{
  bool any = false;
  for (size_t k = 0; k < receptors->n; k++)
    LOLIGO_TRY(mistakes_keep(read_one(model, receptors->children[k], given), &any));
  LOLIGO_TRY(mistakes_told(any));
  return id == SIZE_MAX ? LOLIGO_OK : tree_blame(receptors, set_lists(reader->network, id, model, given));
}

loligo_status read_receptors(model_reader *reader, size_t id, const loligo_model *model, tree_node *receptors)
{
  receptor_lists given = {.n = 0};
  if (!has_list(model, TAU)) return fail_model(model, receptors);
  LOLIGO_TRY(value_expect_list("receptors", receptors));
  loligo_status status = LOLIGO_OK;
  for (int l = 0; l < LISTS && status == LOLIGO_OK; l++) {
    given.values[l] = memory_allocate(receptors->n, sizeof(double), "receptors");
    if (!given.values[l]) status = LOLIGO_MACHINE_ERROR;
  }
  given.names = memory_allocate(receptors->n, sizeof *given.names, "receptors");
  if (!given.names) status = LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK) status = read_all(reader, id, model, receptors, &given);
  for (int l = 0; l < LISTS; l++) memory_free(given.values[l]);
  memory_free(given.names);
  return status;
}
