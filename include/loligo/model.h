/** The neuron models and models of sources that a population can be made of. Not collective, all of it. */
#ifndef LOLIGO_MODEL_H
#define LOLIGO_MODEL_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One model; opaque, lives as long as the program. */
typedef struct loligo_model loligo_model;

/** The model of that name or alias, or NULL. */
const loligo_model *loligo_model_find(const char *name);

/** The i-th model of the registry, NULL behind the last. */
const loligo_model *loligo_model_at(size_t i);

const char *loligo_model_name(const loligo_model *model);

/** What it is, in one line. */
const char *loligo_model_summary(const loligo_model *model);

/** Name and unit of the i-th parameter, state variable or receptor; "" for a pure number, NULL behind the last. The
 * unit of a receptor is that of its weights. */
const char *loligo_model_param_name(const loligo_model *model, size_t i);
const char *loligo_model_param_unit(const loligo_model *model, size_t i);
const char *loligo_model_variable_name(const loligo_model *model, size_t i);
const char *loligo_model_variable_unit(const loligo_model *model, size_t i);
const char *loligo_model_receptor_name(const loligo_model *model, size_t i);
const char *loligo_model_receptor_unit(const loligo_model *model, size_t i);

/** Number of the state variable of that name, as a sampler wants it; or -1. */
int loligo_model_find_variable(const loligo_model *model, const char *name);

#ifdef __cplusplus
}
#endif

#endif
