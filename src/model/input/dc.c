/*
 * Constant current.
 */
#include "model/input/current.h"

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("amplitude", "pA", NULL, LOLIGO_RANGE_ANY, "current"),
};

enum { AMPLITUDE };

static loligo_status prepare(const input_setup *setup, void **shared)
{
  return current_keep(&setup->param[AMPLITUDE], sizeof(double), shared);
}

static double current(const void *shared, int64_t step)
{
  (void)step;
  return *(const double *)shared;
}

const input_model input_model_dc = {
    .name = "dc",
    .summary = "constant current",
    .params = LOLIGO_PARAM_TABLE(params),
    .prepare = prepare,
    .release = memory_free,
    .current = current,
};
