/*
 * Exact laws of counts. Where few successes are expected, inversion from 0 upwards; else rejection from the ratio of
 * uniforms with the table mountain hat (Stadlober 1990, 10.1016/0377-0427(90)90349-5), which serves binomial and
 * hypergeometric laws alike. Probabilities by the saddle-point expansion of Loader (2000, "Fast and accurate
 * computation of binomial probabilities"), which keeps its precision where the difference of three log factorials would
 * lose all of it.
 */
#include <assert.h>
#include <math.h>

#include "base/random/random.h"
#include "base/vector.h"

/* Expected successes (or their mode) below which inversion is taken. */
#define FEW 10.0

/* log(n!) - log(Stirling's formula). */
static double stirling_error(double n)
{
  static const double exact[16] = {
      0.0,
      0.08106146679532726,
      0.0413406959554093,
      0.02767792568499834,
      0.020790672103765093,
      0.016644691189821193,
      0.013876128823070748,
      0.01189670994589177,
      0.010411265261972096,
      0.009255462182712733,
      0.00833056343336287,
      0.007573675487951841,
      0.00694284010720953,
      0.006408994188004207,
      0.0059513701127588475,
      0.005554733551962801,
  };
  if (n < 16) return exact[(int)n];
  const double z = 1 / (n * n);
  return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 * z) * z) * z) * z) / n;
}

/* x log(x / mean) + mean - x, without cancellation where x is near the mean. */
static double deviance(double x, double mean)
{
  const double difference = x - mean, sum = x + mean;
  if (fabs(difference) >= 0.1 * sum) return x * vector_log(x / mean) - difference;
  const double v = difference / sum, square = v * v;
  double total = difference * v, term = 2 * x * v * square;
  for (int odd = 3; odd < 40 && fabs(term) > 0x1p-60 * total; odd += 2, term *= square) total += term / odd;
  return total;
}

/* Log of the probability of k successes in n trials, 0 < p < 1. */
static double log_binomial(double k, double n, double p)
{
  const double two_pi = 0x1.921fb54442d18p+2;
  if (k == 0) return n * vector_log1p(-p);
  if (k == n) return n * vector_log(p);
  const double errors = stirling_error(n) - stirling_error(k) - stirling_error(n - k);
  const double spread = 0.5 * vector_log(n / (two_pi * k * (n - k)));
  return errors + spread - deviance(k, n * p) - deviance(n - k, n * (1 - p));
}

/* A law on 0, 1, ... most with a single mode. */
typedef struct count_law {
  double total, marked, n; /* of a hypergeometric law; n alone of a binomial one */
  double p;                /* of success at each draw */
  double mean, variance, mode, most;
  double (*log_probability)(const struct count_law *law, double k);
  double (*ratio)(const struct count_law *law, double k); /* probability of k + 1 over that of k */
} count_law;

static uint64_t draw_by_inversion(random_stream *stream, const count_law *law)
{
  const double beyond_reach = 200; /* of a law whose mode is below FEW */
  const double none = vector_exp(law->log_probability(law, 0));
  for (;;) {
    double rest = random_stream_uniform(stream), probability = none;
    for (double k = 0; k <= law->most && k < beyond_reach; k++) {
      if (rest < probability) return (uint64_t)k;
      rest -= probability;
      probability *= law->ratio(law, k);
    }
  }
}

static uint64_t draw_by_rejection(random_stream *stream, const count_law *law)
{
  const double sqrt_8_over_e = 1.7155277699214135, hat_margin = 0.8989161620588988; /* 3 - sqrt(12 / e) */
  const double centre = law->mean + 0.5, width = sqrt_8_over_e * sqrt(law->variance + 0.5) + hat_margin;
  const double highest = law->log_probability(law, law->mode);
  for (;;) {
    const double u = random_stream_uniform(stream), v = random_stream_uniform(stream);
    const double k = floor(centre + width * (v - 0.5) / u);
    if (k < 0 || k > law->most) continue;
    if (2 * vector_log(u) <= law->log_probability(law, k) - highest) return (uint64_t)k;
  }
}

static uint64_t draw(random_stream *stream, const count_law *law)
{
  return law->mode < FEW ? draw_by_inversion(stream, law) : draw_by_rejection(stream, law);
}

static double binomial_log_probability(const count_law *law, double k)
{
  return log_binomial(k, law->n, law->p);
}

static double binomial_ratio(const count_law *law, double k)
{
  return (law->n - k) / (k + 1) * law->p / (1 - law->p);
}

uint64_t random_stream_binomial(random_stream *stream, uint64_t n, double p)
{
  assert(n <= UINT64_C(1) << 53 && p >= 0 && p <= 1);
  if (n == 0 || p == 0) return 0;
  if (p == 1) return n;
  if (p > 0.5) return n - random_stream_binomial(stream, n, 1 - p);
  const double trials = (double)n;
  const count_law law = {
      .n = trials,
      .p = p,
      .mean = trials * p,
      .variance = trials * p * (1 - p),
      .mode = floor((trials + 1) * p),
      .most = trials,
      .log_probability = binomial_log_probability,
      .ratio = binomial_ratio,
  };
  return draw(stream, &law);
}

/* By three binomial laws with the same p: marked ones drawn, others drawn, any drawn. */
static double hypergeometric_log_probability(const count_law *law, double k)
{
  return log_binomial(k, law->marked, law->p) + log_binomial(law->n - k, law->total - law->marked, law->p) -
         log_binomial(law->n, law->total, law->p);
}

static double hypergeometric_ratio(const count_law *law, double k)
{
  return (law->n - k) * (law->marked - k) / ((k + 1) * (law->total - law->marked - law->n + k + 1));
}

uint64_t random_stream_hypergeometric(random_stream *stream, uint64_t total, uint64_t marked, uint64_t n)
{
  assert(total < UINT64_C(1) << 53 && marked <= total && n <= total);
  if (marked > total / 2) return n - random_stream_hypergeometric(stream, total, total - marked, n);
  if (n > total / 2) return marked - random_stream_hypergeometric(stream, total, marked, total - n);
  if (marked == 0 || n == 0) return 0;
  const double all = (double)total, good = (double)marked, drawn = (double)n;
  const double mean = drawn * good / all;
  const count_law law = {
      .total = all,
      .marked = good,
      .n = drawn,
      .p = drawn / all,
      .mean = mean,
      .variance = mean * (1 - good / all) * (all - drawn) / (all - 1),
      .mode = floor((drawn + 1) * (good + 1) / (all + 2)),
      .most = fmin(good, drawn),
      .log_probability = hypergeometric_log_probability,
      .ratio = hypergeometric_ratio,
  };
  return draw(stream, &law);
}
