/*
 * A Gaussian between two wide negative ones, as in Yin, Corradi & Bohte 2021 (10.1038/s42256-021-00397-w), with their
 * height 0.15, scale 6 and factor 0.5.
 *
 * The primitive, which only tests of gradients ask for, takes the C library's erfc() one number at a time.
 */
#include "model/surrogate/surrogate.h"

#include "base/vector.h"

/* Shares of the middle Gaussian and of each of the others. */
#define MIDDLE (0.5 * 1.15)
#define OUTER (0.5 * 0.15)
#define SCALE 6

#define BOUNDED(y) ((y) < -60 ? (REAL)-60 : (y))
#define GAUSS(z) ((REAL)0.3989422804014327 * REAL_EXP(BOUNDED((REAL)-0.5 * (z) * (z))))
#define DERIVATIVE(w, x)                                                                                               \
  (((REAL)MIDDLE * GAUSS((x) / (w)) -                                                                                  \
    (REAL)(OUTER / SCALE) * (GAUSS(((x) - (w)) / (SCALE * (w))) + GAUSS(((x) + (w)) / (SCALE * (w))))) /               \
   (w))
#define NORMAL(z) (0.5 * erfc(-0.7071067811865476 * (double)(z)))
#define PRIMITIVE(w, x)                                                                                                \
  ((REAL)(MIDDLE * NORMAL((x) / (w)) -                                                                                 \
          OUTER * (NORMAL(((x) - (w)) / (SCALE * (w))) + NORMAL(((x) + (w)) / (SCALE * (w))))))
#define KERNEL "model/surrogate/loops.h"
#include "model/both_precisions.h"

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("width", "", "0.5", LOLIGO_RANGE_POSITIVE, "standard deviation of the middle Gaussian")};

const surrogate surrogate_multi_gaussian = {
    .name = "multi_gaussian",
    .summary = "a Gaussian with two wide negative ones beside it (10.1038/s42256-021-00397-w)",
    .equations = "psi(x) = 0.5 (1.15 N(x; 0, width) - 0.15 N(x; width, 6 width) - 0.15 N(x; -width, 6 width))\n"
                 "N(x; mean, standard deviation): the normal density",
    .params = LOLIGO_PARAM_TABLE(params),
    .derivative = BOTH_PRECISIONS(derivative),
    .primitive = BOTH_PRECISIONS(primitive),
};
