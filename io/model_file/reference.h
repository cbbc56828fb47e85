/** The annotated reference that `loligo parameters` prints: generated from the parameter tables, itself a valid YAML.
 */
#ifndef LOLIGO_IO_REFERENCE_H
#define LOLIGO_IO_REFERENCE_H

#include <stdio.h>

#include "loligo/model.h"
#include "loligo/status.h"

/** The whole reference, or that of one model (its parameters, variables and receptors). Not collective. */
void reference_print(FILE *out);
void reference_print_model(FILE *out, const loligo_model *model);

/**
 * The page of a neuron model (equations, integrator, refractoriness, spikes, golden case, source, and its part of the
 * reference), an input model, a connection rule or a synapse model. Not collective.
 *
 * @return  INPUT error for an unknown name
 */
loligo_status reference_print_page(FILE *out, const char *name);

/** A line for each of these. Not collective. */
void reference_print_index(FILE *out);

#endif
