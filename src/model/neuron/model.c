/*
 * Look-ups in the registry of neuron models, and in the tables of one.
 */
#include "model/neuron/model.h"

#include <string.h>

const loligo_model *loligo_model_at(size_t i)
{
  return registry_at(&loligo_model_registry, i);
}

const loligo_model *loligo_model_find(const char *name)
{
  for (size_t i = 0; loligo_model_at(i); i++) {
    const loligo_model *model = loligo_model_at(i);
    if (model->alias && strcmp(model->alias, name) == 0) return model;
  }
  return registry_find(&loligo_model_registry, name);
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

const char *receptor_unit(receptor_kind kind)
{
  static const char *const units[] = {[RECEPTOR_CURRENT] = "pA",
                                      [RECEPTOR_CONDUCTANCE] = "nS",
                                      [RECEPTOR_POTENTIAL] = "mV",
                                      [RECEPTOR_LEVEL] = "pA",
                                      [RECEPTOR_NUMBER] = ""};
  return units[kind];
}

const param *model_integrator(const loligo_model *model)
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
  const param *row = param_find(model->params, name);
  return row ? (int)(row - model->params.rows) : -1;
}

int model_signal_number(const loligo_model *model, const char *name)
{
  if (strcmp(name, "spike") == 0) return 0;
  for (size_t i = 0; i < model->n_signals; i++) {
    if (strcmp(model->signals[i].name, name) == 0) return (int)i + 1;
  }
  return -1;
}
