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

#endif
