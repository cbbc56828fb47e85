/*
 * What is opened goes to the ends of a population's lists, so that all that was numbered before keeps its number.
 */
#include "network/compartments.h"

#include <stdio.h>
#include <string.h>

#include "model/neuron/model.h"
#include "model/neuron/tree.h"
#include "network/population.h"

static const loligo_distribution *list_of(const loligo_population *population, int list)
{
  const int row = model_param_index(population->model, tree_list_names[list]);
  return row < 0 ? NULL : &population->params[row];
}

size_t compartments_count(const loligo_population *population)
{
  const loligo_distribution *parents = list_of(population, TREE_PARENT);
  return 1 + (parents && parents->kind == LOLIGO_LIST ? parents->n_values : 0);
}

bool compartments_is_joint(const loligo_population *population, size_t compartment)
{
  const loligo_distribution *capacitances = list_of(population, TREE_C_M);
  return compartment > 0 && capacitances && capacitances->kind == LOLIGO_LIST &&
         compartment <= capacitances->n_values && capacitances->values[compartment - 1] == 0;
}

static loligo_status check(const loligo_population *population, size_t compartment)
{
  const size_t n = compartments_count(population);
  if (compartment < n) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "population '%s' has no compartment %zu; its cells have %zu", population->name,
                     compartment, n);
}

/* Those that the population lists go by its names for them, else by their numbers. */
static const char *kind_name(const loligo_population *population, size_t kind)
{
  if (kind < TREE_KINDS) return tree_receptor_names[kind];
  return population->model->receptors[population->registered->n_receptors + kind - TREE_KINDS].name;
}

static int find_kind(const loligo_population *population, const char *name)
{
  for (size_t kind = TREE_KINDS + population_n_listed(population); kind-- > 0;)
    if (strcmp(kind_name(population, kind), name) == 0) return (int)kind;
  return -1;
}

static loligo_status check_kind(const loligo_population *population, size_t compartment, const char *name, int *kind)
{
  const loligo_distribution *tau = list_of(population, TREE_NMDA_TAU);
  fault_names names = {.n = 0};
  const bool has_nmda = tau->kind == LOLIGO_LIST && compartment <= tau->n_values && tau->values[compartment - 1] > 0;
  *kind = find_kind(population, name);
  if (*kind >= 0 && (*kind != TREE_NMDA || has_nmda)) return LOLIGO_OK;
  for (size_t k = 0; k < TREE_KINDS + population_n_listed(population); k++)
    if (k != TREE_NMDA || has_nmda) fault_names_add(&names, kind_name(population, k));
  return fault_unknown_in("receptor", name, "the dendrites", &names);
}

loligo_status compartments_open(loligo_network *network, size_t population, size_t compartment, const char *name,
                                const char **opened)
{
  const loligo_population *p = &network->populations[population];
  char full[COMPARTMENTS_NAME_BYTES];
  int kind;
  *opened = name;
  LOLIGO_TRY(check(p, compartment));
  if (compartment == 0) return LOLIGO_OK;
  LOLIGO_TRY(check_kind(p, compartment, name ? name : tree_receptor_names[TREE_EXC], &kind));
  if (kind < TREE_KINDS)
    snprintf(full, sizeof full, "%s[%zu]", tree_receptor_names[kind], compartment);
  else
    snprintf(full, sizeof full, "%d[%zu]", kind - TREE_KINDS + 1, compartment);
  if (!(*opened = pool_text(&network->pool, full))) return LOLIGO_MACHINE_ERROR;
  if (model_receptor_index(p->model, full) >= 0) return LOLIGO_OK;
  const named_number more[] = {{tree_list_names[TREE_OPEN_AT], (double)compartment},
                               {tree_list_names[TREE_OPEN_KIND], kind}};
  return population_append(network, population, more, 2);
}

loligo_status compartments_open_site(loligo_network *network, size_t population, size_t compartment, size_t *site)
{
  const loligo_population *p = &network->populations[population];
  *site = 0;
  LOLIGO_TRY(check(p, compartment));
  if (compartment == 0) return LOLIGO_OK;
  const loligo_distribution *sites = list_of(p, TREE_SITE_AT);
  const size_t n = sites->kind == LOLIGO_LIST ? sites->n_values : 0;
  for (*site = 1; *site <= n; ++*site)
    if (sites->values[*site - 1] == (double)compartment) return LOLIGO_OK;
  return population_append(network, population,
                           &(const named_number){tree_list_names[TREE_SITE_AT], (double)compartment}, 1);
}

void compartments_plain_name(const char *opened, char name[COMPARTMENTS_NAME_BYTES])
{
  const char *bracket = strchr(opened, '[');
  const size_t length = bracket ? (size_t)(bracket - opened) : strlen(opened);
  snprintf(name, COMPARTMENTS_NAME_BYTES, "%.*s", (int)length, opened);
}

int compartments_variable(const loligo_population *population, const char *name, size_t compartment)
{
  char full[COMPARTMENTS_NAME_BYTES];
  if (compartment == 0) return model_variable_index(population->model, name);
  const int length = snprintf(full, sizeof full, "%s[%zu]", name, compartment);
  return length < COMPARTMENTS_NAME_BYTES ? model_variable_index(population->model, full) : -1;
}
