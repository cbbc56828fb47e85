/*
 * The models of populations: one line each. Look-ups go through the list in this order.
 */
#include <string.h>

#include "model/model.h"

#define MODEL_LIST(X)                                                                                                  \
  X(hh_psc_exp)                                                                                                        \
  X(hh_cond_exp)                                                                                                       \
  X(hh_cond_exp_traub)                                                                                                 \
  X(tv_lif_hh_psc_exp)                                                                                                 \
  X(tv_lif_hh_cond_exp)                                                                                                \
  X(tv_lif_hh_cond_exp_traub)                                                                                          \
  X(iaf_psc_exp)                                                                                                       \
  X(iaf_psc_delta)                                                                                                     \
  X(iaf_cond_exp)                                                                                                      \
  X(s_lif2hh)                                                                                                          \
  X(lif4)                                                                                                              \
  X(poisson_source)                                                                                                    \
  X(spike_source)

#define DECLARE(name) extern const loligo_model model_##name;
MODEL_LIST(DECLARE)

#define ADDRESS(name) &model_##name,
static const loligo_model *const models[] = {MODEL_LIST(ADDRESS) NULL};

const loligo_model *loligo_model_at(size_t i)
{
  return i < sizeof models / sizeof models[0] ? models[i] : NULL;
}

const loligo_model *loligo_model_find(const char *name)
{
  for (const loligo_model *const *m = models; *m; m++) {
    if (strcmp((*m)->name, name) == 0 || ((*m)->alias && strcmp((*m)->alias, name) == 0)) return *m;
  }
  return NULL;
}

const char *loligo_model_name(const loligo_model *model)
{
  return model->name;
}

const char *loligo_model_summary(const loligo_model *model)
{
  return model->summary;
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
