/*
 * Each kernel is how it falls from 1 at distance 0, and how far that is worth a look.
 */
#include "network/kernel.h"

#include <math.h>

#include "base/vector.h"

#define LENGTH_ROW(name, help)                                                                                         \
  {                                                                                                                    \
    name, LOLIGO_PARAM_REAL, "um", NULL, LOLIGO_RANGE_POSITIVE, NULL, help, offsetof(loligo_kernel, length)            \
  }

VECTOR_CLONES static void fall_gaussian(double length, size_t n, const double *restrict distance, double *restrict part)
{
  for (size_t k = 0; k < n; k++) {
    const double x = distance[k] / length;
    part[k] = vector_exp(-0.5 * x * x);
  }
}

VECTOR_CLONES static void fall_exponential(double length, size_t n, const double *restrict distance,
                                           double *restrict part)
{
  for (size_t k = 0; k < n; k++) part[k] = vector_exp(-distance[k] / length);
}

static void fall_linear(double length, size_t n, const double *distance, double *part)
{
  for (size_t k = 0; k < n; k++) part[k] = fmax(0, 1 - distance[k] / length);
}

static void fall_constant(double length, size_t n, const double *distance, double *part)
{
  (void)length, (void)distance;
  for (size_t k = 0; k < n; k++) part[k] = 1;
}

static const loligo_param gaussian_rows[] = {LENGTH_ROW("sigma", "standard deviation: exp(-d^2 / (2 sigma^2))")};
static const loligo_param exponential_rows[] = {LENGTH_ROW("lambda", "length constant: exp(-d / lambda)")};
static const loligo_param linear_rows[] = {LENGTH_ROW("reach", "where nothing is left: 1 - d / reach")};

const kernel kernel_gaussian = {.name = "gaussian",
                                .summary = "falls as a normal density",
                                .params = LOLIGO_PARAM_TABLE(gaussian_rows),
                                .fall = fall_gaussian,
                                .reach = 8.5717};
const kernel kernel_exponential = {.name = "exponential",
                                   .summary = "falls exponentially",
                                   .params = LOLIGO_PARAM_TABLE(exponential_rows),
                                   .fall = fall_exponential,
                                   .reach = 36.737};
const kernel kernel_linear = {.name = "linear",
                              .summary = "falls along a straight line to nothing",
                              .params = LOLIGO_PARAM_TABLE(linear_rows),
                              .fall = fall_linear,
                              .reach = 1};
const kernel kernel_constant = {
    .name = "constant", .summary = "the same at all distances", .fall = fall_constant, .reach = INFINITY};

#define KERNELS(X)                                                                                                     \
  X(kernel, gaussian)                                                                                                  \
  X(kernel, exponential)                                                                                               \
  X(kernel, linear)                                                                                                    \
  X(kernel, constant)

REGISTRY(kernel, "kernel", KERNELS);

loligo_status kernel_take(const loligo_kernel *given, const char *key, distance_law *law)
{
  *law = (distance_law){.kernel = NULL};
  if (!given->name) return LOLIGO_OK;
  const kernel *found = kernel_find(given->name);
  if (!found) return registry_unknown(&kernel_registry, given->name);
  *law = (distance_law){.kernel = found, .at_zero = given->at_zero, .length = 1};
  if (found->params.n == 0) return LOLIGO_OK;
  law->length = given->length;
  if (param_in_range(&found->params.rows[0], given->length)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: %s must be > 0, not %g um", key, found->params.rows[0].name,
                     given->length);
}

void kernel_values(const distance_law *law, size_t n, const double *distance, double *value)
{
  law->kernel->fall(law->length, n, distance, value);
  for (size_t k = 0; k < n; k++) value[k] *= law->at_zero;
}

double kernel_value(const distance_law *law, double distance)
{
  double value;
  kernel_values(law, 1, &distance, &value);
  return value;
}

void conduction_delays(const projection_space *space, size_t n, const double *distance, double *delay)
{
  const double um_per_ms = 1000 * space->delay.speed;
  for (size_t k = 0; k < n; k++) {
    const double within = fmin(fmax(distance[k], space->nearest), space->farthest);
    delay[k] = space->delay.offset + within / um_per_ms;
  }
}
