/** What passes of neuron models need in both precisions. */
#ifndef LOLIGO_MODEL_NEURON_PASS_TABLES_H
#define LOLIGO_MODEL_NEURON_PASS_TABLES_H

#include "base/vector.h"
#include "loligo/adjoint.h"
#include "model/surrogate/surrogate.h"

enum { LANES = LOLIGO_LANES };

/* Before a loop over lanes, which is to become vectors rather than LANES single turns. */
#ifdef __clang__
#define LANE_LOOP _Pragma("clang loop vectorize(assume_safety)")
#else
#define LANE_LOOP _Pragma("GCC ivdep") _Pragma("GCC unroll 1")
#endif

#endif
