/*
 * Look-ups in the registry of neuron models, and in the tables of one.
 */
#include "model/neuron/model.h"

#include <string.h>

#include "base/memory.h"

/* Models from outside, for the life of the program. */
static struct {
  const loligo_model **models; /* [n] */
  size_t n, capacity;
} added;

const loligo_model *loligo_model_at(size_t i)
{
  const size_t n = loligo_model_registry.n;
  if (i < n) return registry_at(&loligo_model_registry, i);
  return i - n < added.n ? added.models[i - n] : NULL;
}

const loligo_model *loligo_model_find(const char *name)
{
  const loligo_model *model;
  for (size_t i = 0; (model = loligo_model_at(i)); i++)
    if (strcmp(model->name, name) == 0 || (model->alias && strcmp(model->alias, name) == 0)) return model;
  return NULL;
}

bool model_is_for_trials(const loligo_model *model)
{
  return !model->step;
}

static bool adjoint_is_complete(const loligo_adjoint *adjoint)
{
  const bool needs_derive = adjoint->n_states + adjoint->n_constants > 0;
  for (int p = 0; adjoint->part == LOLIGO_TRIAL_UNIT && p < LOLIGO_PRECISIONS; p++)
    if (!adjoint->forward[p] || !adjoint->backward[p]) return false;
  return adjoint->n_outputs > 0 && (adjoint->derive || !needs_derive);
}

bool model_is_complete(const loligo_model *model)
{
  if (!model || !model->name || !*model->name || !model->summary || !(model->cost >= 0)) return false;
  if (!model->step && !model->adjoint) return false;
  if (model->adjoint && !adjoint_is_complete(model->adjoint)) return false;
  for (size_t i = 0; i < model->params.n; i++)
    if (!model->params.rows[i].name || !model->params.rows[i].help) return false;
  for (size_t i = 0; i < model->n_variables; i++)
    if (!model->variables[i].name || !model->variables[i].unit || !model->variables[i].help) return false;
  for (size_t i = 0; i < model->n_receptors; i++)
    if (!model->receptors[i].name) return false;
  for (size_t i = 0; i < model->n_signals; i++)
    if (!model->signals[i].name || !model->signals[i].help) return false;
  return (model->derive || model->n_derived == 0) && !model->describe == !model->forget;
}

bool model_has_page(const loligo_model *model)
{
  const loligo_model_page *page = &model->page;
  const char *const texts[] = {page->equations, page->integrator, page->refractory,
                               page->spike,     page->golden,     page->source};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    if (!texts[i] || !*texts[i]) return false;
  return true;
}

loligo_status model_add(const char *origin, const loligo_model *model)
{
  if (loligo_model_find(model->name))
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: there is a model '%s' already; give yours another name", origin,
                       model->name);
  LOLIGO_TRY(memory_grow((void **)&added.models, &added.capacity, added.n + 1, sizeof *added.models, "models"));
  added.models[added.n++] = model;
  return LOLIGO_OK;
}

void model_names(fault_names *names)
{
  for (size_t i = 0; loligo_model_at(i); i++) fault_names_add(names, loligo_model_at(i)->name);
}

const char *loligo_model_name(const loligo_model *model)
{
  return model->name;
}

const char *loligo_model_summary(const loligo_model *model)
{
  return model->summary;
}

const char *loligo_model_param_name(const loligo_model *model, size_t i)
{
  return i < model->params.n ? model->params.rows[i].name : NULL;
}

const char *loligo_model_param_unit(const loligo_model *model, size_t i)
{
  return i < model->params.n ? model->params.rows[i].unit : NULL;
}

const char *loligo_model_variable_name(const loligo_model *model, size_t i)
{
  return i < model->n_variables ? model->variables[i].name : NULL;
}

const char *loligo_model_variable_unit(const loligo_model *model, size_t i)
{
  return i < model->n_variables ? model->variables[i].unit : NULL;
}

const char *loligo_model_receptor_name(const loligo_model *model, size_t i)
{
  return i < model->n_receptors ? model->receptors[i].name : NULL;
}

const char *loligo_model_receptor_unit(const loligo_model *model, size_t i)
{
  return i < model->n_receptors ? receptor_unit(model->receptors[i].kind) : NULL;
}

int loligo_model_find_variable(const loligo_model *model, const char *name)
{
  return model_variable_index(model, name);
}

const char *receptor_unit(loligo_receptor_kind kind)
{
  static const char *const units[] = {
      [LOLIGO_RECEPTOR_CURRENT] = "pA", [LOLIGO_RECEPTOR_CONDUCTANCE] = "nS", [LOLIGO_RECEPTOR_POTENTIAL] = "mV",
      [LOLIGO_RECEPTOR_LEVEL] = "pA",   [LOLIGO_RECEPTOR_NUMBER] = "",        [LOLIGO_RECEPTOR_GAP] = "nS"};
  return units[kind];
}

const loligo_param *model_integrator(const loligo_model *model)
{
  return param_find(model->params, "integrator");
}

int model_variable_index(const loligo_model *model, const char *name)
{
  for (size_t i = 0; i < model->n_variables; i++) {
    if (strcmp(model->variables[i].name, name) == 0) return (int)i;
  }
  return -1;
}

int model_receptor_index(const loligo_model *model, const char *name)
{
  for (size_t i = 0; i < model->n_receptors; i++) {
    if (strcmp(model->receptors[i].name, name) == 0) return (int)i;
  }
  return -1;
}

int model_param_index(const loligo_model *model, const char *name)
{
  const loligo_param *row = param_find(model->params, name);
  return row ? (int)(row - model->params.rows) : -1;
}

size_t model_level_count(const loligo_model *model)
{
  size_t n = 0;
  for (size_t r = 0; r < model->n_receptors; r++) n += model->receptors[r].kind == LOLIGO_RECEPTOR_LEVEL;
  return n;
}

int model_signal_number(const loligo_model *model, const char *name)
{
  if (strcmp(name, "spike") == 0) return 0;
  for (size_t i = 0; i < model->n_signals; i++) {
    if (strcmp(model->signals[i].name, name) == 0) return (int)i + 1;
  }
  return -1;
}
