/** Populations of the description. */
#ifndef LOLIGO_NETWORK_POPULATION_H
#define LOLIGO_NETWORK_POPULATION_H

#include <stdbool.h>

#include "loligo/status.h"
#include "network/description.h"

/** Frees what a population owns. Not collective. */
void population_free(loligo_population *population);

/** Length of the param[] that hooks of the model take. Not collective. */
size_t population_n_params(const loligo_population *population);

/** Fills param[population_n_params()] with what all cells share; NAN where a parameter is distributed. Not collective.
 */
void population_params(const loligo_population *population, double *param);

/** Whether cells may differ in the parameter of row i; whether they differ in none. Not collective. */
bool population_is_distributed(const loligo_population *population, size_t i);
bool population_is_uniform(const loligo_population *population);

/** The value of that of a cell, where they may differ. Not collective. */
double population_value(const loligo_network *network, const loligo_population *population, size_t i, uint64_t index);

/** Fills in param[] of population_params() what a cell does not share with the others. INPUT with the place of the
 * population where a value is out of its range. Not collective. */
loligo_status population_draw_params(const loligo_network *network, const loligo_population *population, uint64_t index,
                                     double *param);

/** INPUT: "PLACE: population NAME: " and what is wrong with it. Not collective. */
loligo_status population_refuse(const loligo_population *population, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * INPUT where parameters contradict one another, as far as those that all cells share tell; MACHINE without memory. Not
 * collective.
 */
loligo_status population_check(const loligo_population *population, double dt);

/** Choice of the model's parameter `integrator`; 0 where it has none. Not collective. */
size_t population_integrator(const loligo_population *population);

/** Makes the cells of a population, in results, the nodes node_ids[size], ascending, of a whole; both are copied.
 * MACHINE without memory. Not collective. */
loligo_status population_set_whole(loligo_network *network, size_t population, const char *whole,
                                   const uint64_t *node_ids);

/** Under which name, and number, a cell stands in results. Not collective. */
static inline const char *population_label(const loligo_population *population)
{
  return population->whole ? population->whole : population->name;
}

static inline uint64_t population_node_id(const loligo_population *population, uint64_t index)
{
  return population->node_ids ? population->node_ids[index] : index;
}

/** More than any of these numbers. Not collective. */
static inline uint64_t population_node_end(const loligo_population *population)
{
  return population->size > 0 ? population_node_id(population, population->size - 1) + 1 : 0;
}

/** Receptors that the population lists besides those of its model (model/neuron/listed.h). Not collective. */
size_t population_n_listed(const loligo_population *population);

/** A number to go behind those of a list, by the list's name. */
typedef struct named_number {
  const char *list;
  double value;
} named_number;

/**
 * Appends numbers to lists of a population on which its tables depend, whatever was said of it already: variables,
 * receptors and sites that there were must keep their numbers. MACHINE, or INPUT by the model's describe().
 */
loligo_status population_append(loligo_network *network, size_t population, const named_number *more, size_t n);

#endif
