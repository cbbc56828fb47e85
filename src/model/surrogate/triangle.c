/*
 * A triangle of height 1, as in Bellec et al. 2018 (arXiv 1803.09574): its primitive is two parabolas.
 */
#include "model/surrogate/surrogate.h"

#include "base/vector.h"

#define DERIVATIVE(w, x) (REAL_ABS(x) < (w) ? 1 - REAL_ABS(x) / (w) : (REAL)0)
#define LESS(w, x) (REAL_ABS(x) < (w) ? ((w)-REAL_ABS(x)) * ((w)-REAL_ABS(x)) / (2 * (w)) : (REAL)0)
#define PRIMITIVE(w, x) ((x) > 0 ? (w)-LESS(w, x) : LESS(w, x))
#define KERNEL "model/surrogate/loops.h"
#include "model/both_precisions.h"

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("half_width", "", "1", LOLIGO_RANGE_POSITIVE, "how far from the threshold it reaches")};

const surrogate surrogate_triangle = {
    .name = "triangle",
    .summary = "falls in straight lines from 1 at the threshold (arXiv 1803.09574)",
    .equations = "psi(x) = max(0, 1 - |x| / half_width)",
    .params = LOLIGO_PARAM_TABLE(params),
    .derivative = BOTH_PRECISIONS(derivative),
    .primitive = BOTH_PRECISIONS(primitive),
};
