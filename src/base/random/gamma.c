/*
 * Gamma variates by rejection from a normal one (Marsaglia & Tsang 2000, 10.1145/358407.358414).
 */
#include <math.h>

#include "base/random/random.h"
#include "base/vector.h"

/* Of a shape of 1 or more. */
static double draw_large(random_stream *stream, double shape)
{
  const double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
  for (;;) {
    const double x = random_stream_normal(stream), root = 1 + c * x, v = root * root * root;
    const double u = random_stream_uniform(stream);
    if (v > 0 && vector_log(u) < 0.5 * x * x + d - d * v + d * vector_log(v)) return d * v;
  }
}

double random_stream_gamma(random_stream *stream, double shape)
{
  if (shape >= 1) return draw_large(stream, shape);
  const double larger = draw_large(stream, shape + 1);
  return larger * vector_exp(vector_log(random_stream_uniform(stream)) / shape);
}
