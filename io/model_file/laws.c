/*
 * Tables of the distributions; drawing from them is the business of base/sample.h.
 */
#include "io/model_file/laws.h"

#include <string.h>

#define MEMBER(name) offsetof(loligo_distribution, name)
#define MEAN                                                                                                           \
  {                                                                                                                    \
    "mean", PARAM_REAL, NULL, NULL, RANGE_ANY, NULL, "mean", MEMBER(mean)                                              \
  }
#define STD                                                                                                            \
  {                                                                                                                    \
    "std", PARAM_REAL, NULL, NULL, RANGE_NON_NEGATIVE, NULL, "standard deviation", MEMBER(std)                         \
  }

static const param moments[] = {MEAN, STD};

static const param clipped[] = {
    MEAN,
    STD,
    {"low", PARAM_REAL, NULL, "", RANGE_ANY, NULL, "lower bound, none if left out", MEMBER(low)},
    {"high", PARAM_REAL, NULL, "", RANGE_ANY, NULL, "upper bound, none if left out", MEMBER(high)},
};

static const param bounds[] = {
    {"low", PARAM_REAL, NULL, NULL, RANGE_ANY, NULL, "lower bound", MEMBER(low)},
    {"high", PARAM_REAL, NULL, NULL, RANGE_ANY, NULL, "upper bound", MEMBER(high)},
};

static const law_form laws[] = {
    {"normal", LOLIGO_NORMAL, "normal law", PARAM_TABLE(moments)},
    {"normal_clipped", LOLIGO_NORMAL_CLIPPED, "normal law, redrawn until inside the bounds", PARAM_TABLE(clipped)},
    {"lognormal", LOLIGO_LOGNORMAL, "lognormal law with mean and std of the variable itself", PARAM_TABLE(moments)},
    {"uniform", LOLIGO_UNIFORM, "uniform law on [low, high)", PARAM_TABLE(bounds)},
};

const law_form *law_form_at(size_t i)
{
  return i < sizeof laws / sizeof *laws ? &laws[i] : NULL;
}

const law_form *law_form_find(const char *name)
{
  for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
    if (strcmp(laws[i].name, name) == 0) return &laws[i];
  }
  return NULL;
}
