/*
 * The derivative of x / (1 + |x|), as in Zenke & Ganguli 2018 (10.1162/neco_a_01086).
 */
#include "model/surrogate/surrogate.h"

#include "base/vector.h"

#define SHARE(w, x) (1 / (1 + REAL_ABS(x) / (w)))
#define DERIVATIVE(w, x) (SHARE(w, x) * SHARE(w, x))
#define PRIMITIVE(w, x) ((x) > 0 ? 2 * (w) - (w)*SHARE(w, x) : (w)*SHARE(w, x))
#define KERNEL "model/surrogate/loops.h"
#include "model/both_precisions.h"

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("width", "", "0.1", LOLIGO_RANGE_POSITIVE, "distance from the threshold at which it is 1/4")};

const surrogate surrogate_fast_sigmoid = {
    .name = "fast_sigmoid",
    .summary = "derivative of a fast sigmoid, with long tails (10.1162/neco_a_01086)",
    .equations = "psi(x) = 1 / (1 + |x| / width)^2",
    .params = LOLIGO_PARAM_TABLE(params),
    .derivative = BOTH_PRECISIONS(derivative),
    .primitive = BOTH_PRECISIONS(primitive),
};
