/** The tables of a population of cells with dendrites, and their initial states (tree.h). Not collective, all of it. */
#ifndef LOLIGO_MODEL_NEURON_TREE_TABLES_H
#define LOLIGO_MODEL_NEURON_TREE_TABLES_H

#include "model/neuron/tree_model.h"

extern const char *const tree_receptor_names[TREE_KINDS];

extern const char *const tree_list_names[TREE_LISTS];

/** Whether the cells of a model have somata made of channels: whether its table lets a channel be on compartment 0. */
bool tree_soma_has_channels(const loligo_model *model);

/** Hooks of such a model, of the same names. */
loligo_status tree_describe(const tree_model *own, const double *param, loligo_model *described);
void tree_forget(loligo_model *described);

/** INPUT where the lists of a cell contradict one another. Part of derive(). */
loligo_status tree_check(const tree_model *own, const double *param);

/** Completes what belongs to the dendrites, whose potentials are the soma's unless given. Last in complete(). */
void tree_complete(const tree_model *own, const double *param, double *state);

#endif
