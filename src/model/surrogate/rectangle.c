/*
 * A rectangle of height 1, as in Wu et al. 2018 (10.3389/fnins.2018.00331): its primitive is a ramp.
 */
#include "model/surrogate/surrogate.h"

#include "base/vector.h"

#define DERIVATIVE(w, x) (REAL_ABS(x) < (w) ? (REAL)1 : (REAL)0)
#define PRIMITIVE(w, x) ((x) > (w) ? 2 * (w) : (x) < -(w) ? (REAL)0 : (x) + (w))
#define KERNEL "model/surrogate/loops.h"
#include "model/both_precisions.h"

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("half_width", "", "0.5", LOLIGO_RANGE_POSITIVE, "how far from the threshold it reaches")};

const surrogate surrogate_rectangle = {
    .name = "rectangle",
    .summary = "1 near the threshold, 0 elsewhere (10.3389/fnins.2018.00331)",
    .equations = "psi(x) = 1 where |x| < half_width, else 0",
    .params = LOLIGO_PARAM_TABLE(params),
    .derivative = BOTH_PRECISIONS(derivative),
    .primitive = BOTH_PRECISIONS(primitive),
};
