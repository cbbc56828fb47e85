/** What passes of neuron models need in both precisions. */
#ifndef LOLIGO_MODEL_NEURON_PASS_TABLES_H
#define LOLIGO_MODEL_NEURON_PASS_TABLES_H

#include "base/vector.h"
#include "loligo/adjoint.h"
#include "model/surrogate/surrogate.h"

enum { LANES = LOLIGO_LANES };

#endif
