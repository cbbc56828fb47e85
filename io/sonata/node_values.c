/*
 * Values are the parameters of the model here, and behind them its state variables.
 */
#include "io/sonata/node_values.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/param.h"
#include "base/text.h"
#include "io/hdf5/h5.h"
#include "io/model_file/value.h"
#include "model/neuron/model.h"

static const char WHAT[] = "values of cells", OWN_PARAMS[] = "dynamics_params";

static size_t count_values(const loligo_model *model)
{
  return model->params.n + model->n_variables;
}

void node_values_free(node_values *values)
{
  for (size_t i = 0; values->own && i < count_values(values->model); i++) memory_free(values->own[i]);
  memory_free(values->own);
  memory_free(values->of_type);
}

/* -- names -- */

/* Number of a value by the name that it has here; all of them where there is none. */
static size_t find_value(const loligo_model *model, const char *name)
{
  const loligo_param *row = param_find(model->params, name);
  const int variable = model_variable_index(model, name);
  if (row) return (size_t)(row - model->params.rows);
  return variable < 0 ? count_values(model) : model->params.n + (size_t)variable;
}

static const char *name_of(const loligo_model *model, size_t value)
{
  return value < model->params.n ? model->params.rows[value].name : model->variables[value - model->params.n].name;
}

static bool is_truth(const loligo_model *model, size_t value)
{
  return value < model->params.n && model->params.rows[value].type == LOLIGO_PARAM_BOOLEAN;
}

static loligo_status fail_unknown(const node_values *v, const char *name)
{
  fault_names names = {.n = 0};
  for (size_t i = 0; i < v->template->n_params; i++) fault_names_add(&names, v->template->params[i].name);
  for (size_t i = 0; i < count_values(v->model); i++) fault_names_add(&names, name_of(v->model, i));
  return fault_unknown_in("parameter", name, v->template->name, &names);
}

/* -- values of types -- */

/* A parameter of the dynamics_params of a type. */
typedef struct given_param {
  const node_values *values;
  tree_node *node;
  double *to; /* [values] of the type */
} given_param;

static loligo_status read_scalar(const given_param *given, tree_node *node, size_t value, double scale)
{
  static const loligo_param row = {.type = LOLIGO_PARAM_BOOLEAN};
  const char *key = given->node->key;
  bool truth = false;
  double number = 0;
  if (is_truth(given->values->model, value)) {
    LOLIGO_TRY(value_truth(&(value_form){key, "", &row}, node, &truth));
    number = truth;
  } else {
    LOLIGO_TRY(value_number(key, "", node, &number));
  }
  if (!isfinite(number)) return tree_fail(node->mark, "%s must be a finite number", key);
  given->to[value] = number * scale;
  return LOLIGO_OK;
}

/* Which element of a list of n receptors exc, or inh, is. */
static loligo_status find_receptor(const given_param *given, int element, size_t n, size_t *found)
{
  const uint32_t receptor = given->values->receptors[element == TEMPLATE_OF_INH];
  *found = element == TEMPLATE_OF_INH && n > 1 ? 1 : 0;
  if (receptor > 0) *found = receptor - 1;
  if (*found < n) return LOLIGO_OK;
  return tree_fail(given->node->mark, "%s has %zu values, but there are edges with receptor_type %u", given->node->key,
                   n, receptor);
}

static loligo_status read_element(const given_param *given, const template_param *param, size_t value)
{
  tree_node *list = given->node;
  size_t element = (size_t)param->element;
  LOLIGO_TRY(value_expect_list(list->key, list));
  if (param->element < 0)
    LOLIGO_TRY(find_receptor(given, param->element, list->n, &element));
  else if (list->n != 2)
    return tree_fail(list->mark, "%s must have 2 values here, not %zu", list->key, list->n);
  return read_scalar(given, list->children[element], value, param->scale);
}

static loligo_status read_renamed(const given_param *given, const template_param *param)
{
  const size_t value = find_value(given->values->model, param->own);
  if (param->element == TEMPLATE_SINGLE) return read_scalar(given, given->node, value, param->scale);
  return read_element(given, param, value);
}

static loligo_status read_param(const given_param *given)
{
  const node_values *v = given->values;
  const tree_node *node = given->node;
  bool is_renamed = false;
  for (size_t i = 0; i < v->template->n_params; i++) {
    const template_param *param = &v->template->params[i];
    if (strcmp(param->name, node->key) != 0) continue;
    is_renamed = true;
    if (param->own) LOLIGO_TRY(read_renamed(given, param));
  }
  if (is_renamed) return LOLIGO_OK;
  const size_t value = find_value(v->model, node->key);
  if (value == count_values(v->model)) return tree_locate(node->key_mark, NULL, fail_unknown(v, node->key));
  return read_scalar(given, given->node, value, 1);
}

static loligo_status read_type(const node_values *v, size_t row)
{
  const tree_node *params;
  LOLIGO_TRY(circuit_params(v->circuit, CIRCUIT_NODES, v->nodes->types, row, &params));
  for (size_t i = 0; params && i < params->n; i++)
    LOLIGO_TRY(read_param(&(given_param){v, params->children[i], v->of_type + row * count_values(v->model)}));
  return LOLIGO_OK;
}

/* Those that nodes have, each once. */
static loligo_status read_types(const node_values *v, bool *seen)
{
  for (uint64_t i = 0; i < v->nodes->n; i++) {
    const size_t row = v->nodes->type[i];
    if (seen[row]) continue;
    seen[row] = true;
    LOLIGO_TRY(read_type(v, row));
  }
  return LOLIGO_OK;
}

/* -- values of single nodes -- */

/* A name is given once for each group that has it. */
static loligo_status read_own(void *self, const char *name)
{
  node_values *v = self;
  char path[H5_PATH_SIZE];
  double scale = 1;
  const char *own = name;
  for (size_t i = 0; i < v->template->n_params; i++) {
    const template_param *param = &v->template->params[i];
    if (strcmp(param->name, name) != 0) continue;
    if (!param->own || param->element != TEMPLATE_SINGLE) own = "";
    if (*own) own = param->own;
    scale = param->scale;
  }
  const size_t value = find_value(v->model, own);
  if (value == count_values(v->model)) return fail_unknown(v, name);
  if (v->own[value]) return LOLIGO_OK;
  v->own[value] = memory_allocate(v->nodes->n, sizeof **v->own, WHAT);
  if (!v->own[value]) return LOLIGO_MACHINE_ERROR;
  h5_path(path, "%s/%s", OWN_PARAMS, name);
  LOLIGO_TRY(nodes_numbers(v->nodes, path, NULL, v->own[value]));
  for (uint64_t i = 0; i < v->nodes->n; i++) v->own[value][i] *= scale;
  return LOLIGO_OK;
}

static loligo_status allocate(node_values *v)
{
  const size_t n = count_values(v->model);
  v->of_type = memory_allocate(v->nodes->types->n * n, sizeof *v->of_type, WHAT);
  v->own = memory_allocate(n, sizeof *v->own, WHAT);
  if (!v->of_type || !v->own) return LOLIGO_MACHINE_ERROR;
  const double v_m = isfinite(v->v_init) ? v->v_init : v->template->v_m;
  for (size_t i = 0; i < v->nodes->types->n * n; i++)
    v->of_type[i] = strcmp(name_of(v->model, i % n), "V_m") == 0 ? v_m : NAN;
  return LOLIGO_OK;
}

loligo_status node_values_read(node_values *v)
{
  bool *seen = memory_allocate(v->nodes->types->n, sizeof *seen, WHAT);
  loligo_status status = seen ? allocate(v) : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK) status = read_types(v, seen);
  memory_free(seen);
  LOLIGO_TRY(status);
  return nodes_own_names(v->nodes, OWN_PARAMS, read_own, v);
}

/* -- values of cells -- */

static double value_of(const node_values *v, uint64_t node, size_t value)
{
  const double *own = v->own[value];
  if (own && !isnan(own[node])) return own[node];
  return v->of_type[v->nodes->type[node] * count_values(v->model) + value];
}

static double default_of(const loligo_model *model, size_t value)
{
  return value < model->params.n ? param_default(&model->params.rows[value]) : 0;
}

/* Fills list[n]; whether any is given, and whether all are the same. */
static void list_values(const node_values *v, size_t value, double *list, bool *any, bool *same)
{
  *any = false;
  *same = true;
  for (uint64_t i = 0; i < v->nodes->n; i++) {
    list[i] = value_of(v, i, value);
    *any = *any || !isnan(list[i]);
    if (isnan(list[i])) list[i] = default_of(v->model, value);
    *same = *same && list[i] == list[0];
  }
}

static loligo_status set_value(const node_values *v, loligo_network *network, size_t population, size_t value,
                               double *list)
{
  bool any, same;
  list_values(v, value, list, &any, &same);
  if (!any) return LOLIGO_OK;
  const loligo_distribution law = same ? loligo_constant(list[0]) : loligo_list(list, v->nodes->n);
  const char *name = name_of(v->model, value);
  if (value < v->model->params.n) return loligo_network_set_param(network, population, name, law);
  return loligo_network_set_init(network, population, name, law);
}

loligo_status node_values_set(const node_values *v, loligo_network *network, size_t population)
{
  double *list = memory_allocate(v->nodes->n, sizeof *list, WHAT);
  loligo_status status = list ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < count_values(v->model) && status == LOLIGO_OK; i++)
    status = set_value(v, network, population, i, list);
  memory_free(list);
  return status;
}

uint64_t node_values_digest(const node_values *v)
{
  uint64_t digest = hash_mix(v->nodes->n), bits;
  for (uint64_t i = 0; i < v->nodes->n; i++) {
    for (size_t k = 0; k < count_values(v->model); k++) {
      const double value = value_of(v, i, k);
      memcpy(&bits, &value, sizeof bits);
      digest = hash_mix(digest ^ bits);
    }
  }
  return digest;
}
