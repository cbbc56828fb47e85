/*
 * Bulk draws from the laws of a model file. Position k takes its words from fixed places of the item's sequence; a
 * clipped value that falls outside is redrawn from a stream of its own, so that no position depends on another.
 */
#include "base/sample.h"

#include <assert.h>
#include <math.h>

#include "base/vector.h"

/* Normal law of the logarithm of a lognormal variable's size. */
typedef struct log_law {
  double mean, std;
  double sign; /* of the variable */
} log_law;

static log_law log_law_of(const loligo_distribution *law)
{
  const double ratio = law->std / law->mean;
  const double variance = vector_log1p(ratio * ratio);
  const double mean = vector_log(fabs(law->mean)) - 0.5 * variance;
  return (log_law){.mean = mean, .std = sqrt(variance), .sign = law->mean < 0 ? -1 : 1};
}

static void fill(double value, size_t n, double *out)
{
  for (size_t k = 0; k < n; k++) out[k] = value;
}

static void draw_normal(const loligo_distribution *law, random_key key, uint64_t item, size_t n, double *out)
{
  random_normals(key, item, n, out);
  for (size_t k = 0; k < n; k++) out[k] = law->mean + law->std * out[k];
}

static sample_range normal_bounds(const loligo_distribution *law)
{
  const double reach = RANDOM_NORMAL_MAX * law->std;
  return (sample_range){.low = law->mean - reach, .high = law->mean + reach, .mean = law->mean};
}

static bool is_inside(const loligo_distribution *law, double value)
{
  return value >= law->low && value <= law->high;
}

/* Blocks from (k + 1) << 32 on are far behind those of the first attempts. */
static double redraw(const loligo_distribution *law, random_key key, uint64_t item, uint64_t k)
{
  random_stream stream;
  random_stream_init(&stream, key, item, (k + 1) << 32);
  double value;
  do {
    value = law->mean + law->std * random_stream_normal(&stream);
  } while (!is_inside(law, value));
  return value;
}

static void draw_clipped(const loligo_distribution *law, random_key key, uint64_t item, size_t n, double *out)
{
  draw_normal(law, key, item, n, out);
  const sample_range bounds = normal_bounds(law);
  if (is_inside(law, bounds.low) && is_inside(law, bounds.high)) return;
  for (size_t k = 0; k < n; k++) {
    if (!is_inside(law, out[k])) out[k] = redraw(law, key, item, k);
  }
}

VECTOR_CLONES
static void exponentiate(log_law law, size_t n, double *out)
{
  for (size_t k = 0; k < n; k++) out[k] = law.sign * vector_exp(law.mean + law.std * out[k]);
}

static void draw_uniform(const loligo_distribution *law, random_key key, uint64_t item, size_t n, double *out)
{
  enum { CHUNK = 1024 };
  uint32_t words[CHUNK];
  for (size_t done = 0; done < n; done += CHUNK) {
    const size_t count = n - done < CHUNK ? n - done : CHUNK;
    random_words(key, item, done / 4, count, words);
    for (size_t k = 0; k < count; k++) {
      const double value = law->low + (law->high - law->low) * ((words[k] + 0.5) * 0x1p-32);
      out[done + k] = value < law->high ? value : law->low;
    }
  }
}

void sample_sequence(const loligo_distribution *law, random_key key, uint64_t item, size_t n, double *out)
{
  switch (law->kind) {
  case LOLIGO_CONSTANT:
    fill(law->mean, n, out);
    break;
  case LOLIGO_NORMAL:
    draw_normal(law, key, item, n, out);
    break;
  case LOLIGO_NORMAL_CLIPPED:
    draw_clipped(law, key, item, n, out);
    break;
  case LOLIGO_LOGNORMAL:
    random_normals(key, item, n, out);
    exponentiate(log_law_of(law), n, out);
    break;
  case LOLIGO_UNIFORM:
    draw_uniform(law, key, item, n, out);
    break;
  case LOLIGO_UNSET:
  case LOLIGO_LIST:
    assert(!"a law with a sequence");
  }
}

double sample_one(const loligo_distribution *law, random_key key, uint64_t index)
{
  if (law->kind == LOLIGO_LIST) {
    assert(index < law->n_values);
    return law->values[index];
  }
  double value;
  sample_sequence(law, key, index, 1, &value);
  return value;
}

static sample_range list_bounds(const loligo_distribution *law)
{
  sample_range range = {.low = INFINITY, .high = -INFINITY, .mean = 0};
  for (uint64_t i = 0; i < law->n_values; i++) {
    range.low = fmin(range.low, law->values[i]);
    range.high = fmax(range.high, law->values[i]);
    range.mean += law->values[i] / (double)law->n_values;
  }
  return range;
}

/* Probability that a standard normal variate lies between two bounds; without cancellation in either tail. */
static double normal_mass(double low, double high)
{
  const double root = sqrt(0.5);
  return low > 0 ? 0.5 * (erfc(low * root) - erfc(high * root)) : 0.5 * (erfc(-high * root) - erfc(-low * root));
}

static double normal_density(double z)
{
  return 0x1.9884533d43651p-2 * vector_exp(-0.5 * z * z);
}

static sample_range clipped_bounds(const loligo_distribution *law)
{
  sample_range range = normal_bounds(law);
  range.low = fmax(range.low, law->low);
  range.high = fmin(range.high, law->high);
  if (law->std == 0) return range;
  const double low = (law->low - law->mean) / law->std, high = (law->high - law->mean) / law->std;
  range.mean += law->std * (normal_density(low) - normal_density(high)) / normal_mass(low, high);
  return range;
}

static sample_range lognormal_bounds(const loligo_distribution *law)
{
  const log_law log = log_law_of(law);
  const double reach = RANDOM_NORMAL_MAX * log.std;
  const double near = log.sign * vector_exp(log.mean - reach), far = log.sign * vector_exp(log.mean + reach);
  return (sample_range){.low = fmin(near, far), .high = fmax(near, far), .mean = law->mean};
}

sample_range sample_bounds(const loligo_distribution *law)
{
  switch (law->kind) {
  case LOLIGO_NORMAL:
    return normal_bounds(law);
  case LOLIGO_NORMAL_CLIPPED:
    return clipped_bounds(law);
  case LOLIGO_LOGNORMAL:
    return lognormal_bounds(law);
  case LOLIGO_UNIFORM:
    return (sample_range){.low = law->low, .high = law->high, .mean = 0.5 * (law->low + law->high)};
  case LOLIGO_LIST:
    return list_bounds(law);
  case LOLIGO_CONSTANT:
    break;
  case LOLIGO_UNSET:
    assert(!"a law with bounds");
  }
  return (sample_range){.low = law->mean, .high = law->mean, .mean = law->mean};
}

/* For a normal law between bounds; in units of its deviation. */
static double normal_below(double low, double high, double x)
{
  return normal_mass(low, x) / normal_mass(low, high);
}

double sample_probability_below(const loligo_distribution *law, double x)
{
  const sample_range range = sample_bounds(law);
  if (x <= range.low) return 0;
  if (x >= range.high) return 1;
  if (law->kind == LOLIGO_UNIFORM) return (x - range.low) / (range.high - range.low);
  const double mean = law->mean, std = law->std;
  if (law->kind != LOLIGO_LOGNORMAL)
    return normal_below((range.low - mean) / std, (range.high - mean) / std, (x - mean) / std);
  const log_law log = log_law_of(law);
  const double below = normal_below(-RANDOM_NORMAL_MAX, RANDOM_NORMAL_MAX, (vector_log(fabs(x)) - log.mean) / log.std);
  return log.sign < 0 ? 1 - below : below;
}

bool sample_is_feasible(const loligo_distribution *law)
{
  if (law->kind == LOLIGO_LOGNORMAL) return law->mean != 0;
  if (law->kind != LOLIGO_NORMAL_CLIPPED) return true;
  if (law->std == 0) return is_inside(law, law->mean);
  return normal_mass((law->low - law->mean) / law->std, (law->high - law->mean) / law->std) >= 1e-6;
}
