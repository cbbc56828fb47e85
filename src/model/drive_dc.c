/*
 * Constant current.
 */
#include "model/current.h"

static const param params[] = {
    PARAM_REAL_ROW("amplitude", "pA", NULL, RANGE_ANY, "current"),
};

enum { AMPLITUDE };

static loligo_status prepare(const drive_setup *setup, void **shared)
{
  return current_keep(&setup->param[AMPLITUDE], sizeof(double), shared);
}

static void add(const void *shared, int64_t step, size_t n, const uint64_t *index, double scale, double *out)
{
  (void)step;
  (void)index;
  current_add(scale * *(const double *)shared, n, out);
}

const drive drive_dc = {
    .name = "dc",
    .summary = "constant current",
    .is_current = true,
    .params = PARAM_TABLE(params),
    .prepare = prepare,
    .release = memory_free,
    .add = add,
};
