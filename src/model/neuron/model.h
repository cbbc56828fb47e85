/** Look-ups in the registry of neuron models, and in the tables of one (loligo/model_interface.h). Not collective. */
#ifndef LOLIGO_MODEL_NEURON_MODEL_H
#define LOLIGO_MODEL_NEURON_MODEL_H

#include <stdbool.h>

#include "base/param.h"
#include "base/registry.h"
#include "loligo/model.h"
#include "loligo/model_interface.h"

extern const registry loligo_model_registry; /* those of this folder */

/** Whether all tables are there, with their names and texts, and the hooks that they need. */
bool model_is_complete(const loligo_model *model);

/** Whether a model is for trials only, and no simulation can have its cells. */
bool model_is_for_trials(const loligo_model *model);

/** Whether a model says all that its page has to say. */
bool model_has_page(const loligo_model *model);

/**
 * Adds a model, which stays until the program ends, behind those that there are. INPUT, with `origin` before the
 * message, where its name is taken; MACHINE without memory.
 */
loligo_status model_add(const char *origin, const loligo_model *model);

/** Adds the names of all models to those that would have been right. */
void model_names(fault_names *names);

/** "pA", "nS", "mV", or "" for a pure number. */
const char *receptor_unit(loligo_receptor_kind kind);

/** Whether its weights are conductances, never negative. */
static inline bool receptor_is_conductance(const loligo_receptor *receptor)
{
  return receptor->kind == LOLIGO_RECEPTOR_CONDUCTANCE || receptor->kind == LOLIGO_RECEPTOR_GAP;
}

/** Row of the parameter `integrator`, or NULL. */
const loligo_param *model_integrator(const loligo_model *model);

/** Position of a variable, receptor or parameter by name, or -1. */
int model_variable_index(const loligo_model *model, const char *name);
int model_receptor_index(const loligo_model *model, const char *name);
int model_param_index(const loligo_model *model, const char *name);

/** Number of receptors that take levels: each cell keeps a sum that stands for every one of them. */
size_t model_level_count(const loligo_model *model);

/** Number of a signal by name, "spike" being 0; or -1. */
int model_signal_number(const loligo_model *model, const char *name);

#endif
