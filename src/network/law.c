/*
 * What makes a distribution usable where it stands: as a parameter, an initial value, a weight or a delay.
 */
#include "network/law.h"

#include <math.h>
#include <string.h>

#include "base/grid.h"
#include "base/memory.h"
#include "base/sample.h"

/* Every rank keeps a list for each step that a spike can be under way: with this many they take 0.8 GiB. */
static const double MAX_DELAY_STEPS = 1 << 24;

static loligo_status check_number(const char *key, const char *what, double value)
{
  if (isfinite(value)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s%s must be a finite number, not %g", key, what, value);
}

/* Parameters so large, or so far apart, that a value of the law would not be a number. */
static loligo_status check_reach(const loligo_distribution *law, const char *key)
{
  const sample_range range = sample_bounds(law);
  if (isfinite(range.low) && isfinite(range.high) && isfinite(range.mean)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "%s: values of a law with mean %g and std %g leave the range of numbers; reduce std", key,
                     law->mean, law->std);
}

static loligo_status check_moments(const loligo_distribution *law, const char *key)
{
  LOLIGO_TRY(check_number(key, ": mean", law->mean));
  LOLIGO_TRY(check_number(key, ": std", law->std));
  if (law->std < 0) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: std must be >= 0, not %g", key, law->std);
  if (law->kind == LOLIGO_LOGNORMAL && law->mean == 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: the mean of a lognormal law must not be 0", key);
  return LOLIGO_OK;
}

static loligo_status check_bounds(const loligo_distribution *law, const char *key)
{
  if (law->low < law->high) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: low must be below high, but they are %g and %g", key, law->low,
                     law->high);
}

static loligo_status check_clipped(const loligo_distribution *law, const char *key)
{
  LOLIGO_TRY(check_moments(law, key));
  LOLIGO_TRY(check_bounds(law, key));
  if (sample_is_feasible(law)) return check_reach(law, key);
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "%s: hardly any value of the normal law with mean %g and std %g lies between low %g and high %g; "
                     "widen the bounds",
                     key, law->mean, law->std, law->low, law->high);
}

static loligo_status check_uniform(const loligo_distribution *law, const char *key)
{
  LOLIGO_TRY(check_number(key, ": low", law->low));
  LOLIGO_TRY(check_number(key, ": high", law->high));
  LOLIGO_TRY(check_bounds(law, key));
  if (isfinite(law->high - law->low)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: low %g and high %g are too far apart", key, law->low, law->high);
}

static loligo_status check_list(const loligo_distribution *law, const char *key, uint64_t cells)
{
  if (cells == LAW_NO_LIST)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s cannot be a list; give a value or a distribution", key);
  if (law->n_values != cells)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s lists %llu values for %llu cells; give one value per cell", key,
                       (unsigned long long)law->n_values, (unsigned long long)cells);
  for (uint64_t i = 0; i < cells; i++) LOLIGO_TRY(check_number(key, "", law->values[i]));
  return LOLIGO_OK;
}

loligo_status law_check(const loligo_distribution *law, const char *key, uint64_t cells)
{
  switch (law->kind) {
  case LOLIGO_UNSET:
    return loligo_fail(LOLIGO_INPUT_ERROR, "missing key '%s'", key);
  case LOLIGO_CONSTANT:
    return check_number(key, "", law->mean);
  case LOLIGO_NORMAL:
  case LOLIGO_LOGNORMAL:
    LOLIGO_TRY(check_moments(law, key));
    return check_reach(law, key);
  case LOLIGO_NORMAL_CLIPPED:
    return check_clipped(law, key);
  case LOLIGO_UNIFORM:
    return check_uniform(law, key);
  case LOLIGO_LIST:
    return check_list(law, key, cells);
  }
  return LOLIGO_OK;
}

static loligo_status fail_range(const param *row, double value)
{
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s must be %s, not %g%s%s", row->name, param_range_text(row->range), value,
                     row->unit && row->unit[0] ? " " : "", row->unit ? row->unit : "");
}

static size_t count_choices(const param *row)
{
  size_t n = 0;
  while (row->choices[n]) n++;
  return n;
}

static loligo_status check_uniform_param(const loligo_distribution *law, const param *row)
{
  if (law->kind != LOLIGO_CONSTANT)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s must be one value for the whole population, not a distribution",
                       row->name);
  if (law->mean != floor(law->mean))
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s must be a whole number, not %g", row->name, law->mean);
  if (row->type != PARAM_CHOICE || (law->mean >= 0 && law->mean < (double)count_choices(row))) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s has no choice number %g", row->name, law->mean);
}

/* True if a value between low and high lies in the row's range. */
static bool can_lie_in(const param *row, double low, double high)
{
  if (row->range == RANGE_FRACTION && low < 0 && high > 1) return true;
  return param_in_range(row, low) || param_in_range(row, high);
}

loligo_status law_check_param(const loligo_distribution *law, const param *row, uint64_t cells)
{
  LOLIGO_TRY(law_check(law, row->name, cells));
  if (row->type == PARAM_CHOICE || row->type == PARAM_INTEGER) LOLIGO_TRY(check_uniform_param(law, row));
  if (law->kind == LOLIGO_LIST) {
    for (uint64_t i = 0; i < law->n_values; i++)
      if (!param_in_range(row, law->values[i])) return fail_range(row, law->values[i]);
    return LOLIGO_OK;
  }
  sample_range bounds = sample_bounds(law);
  if (can_lie_in(row, bounds.low, bounds.high)) return LOLIGO_OK;
  return fail_range(row, bounds.mean);
}

loligo_status law_check_one_weight(double weight, const model_receptor *receptor)
{
  LOLIGO_TRY(check_number("weight", "", weight));
  if (weight >= 0 || receptor->kind != RECEPTOR_CONDUCTANCE) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "weight %g nS is negative, but a conductance cannot be; for inhibition give receptor: inh and a "
                     "positive weight",
                     weight);
}

loligo_status law_check_weight(const loligo_distribution *law, const model_receptor *receptor)
{
  LOLIGO_TRY(law_check(law, "weight", LAW_NO_LIST));
  return law_check_one_weight(sample_bounds(law).high, receptor);
}

loligo_status law_check_sign(double weight, const model_receptor *receptor)
{
  const bool exc = strcmp(receptor->name, "exc") == 0, inh = strcmp(receptor->name, "inh") == 0;
  if (receptor->kind != RECEPTOR_CURRENT && receptor->kind != RECEPTOR_POTENTIAL) return LOLIGO_OK;
  if (!(exc && weight < 0) && !(inh && weight > 0)) return LOLIGO_OK;
  return loligo_fail(
      LOLIGO_INPUT_ERROR,
      "weight %g %s onto receptor '%s' would %s; turn its sign, leave the receptor out, or say sign: any", weight,
      receptor_unit(receptor->kind), receptor->name, exc ? "inhibit" : "excite");
}

static loligo_status check_delay_range(double delay, double dt)
{
  if (grid_steps(delay, dt) < 1) return loligo_fail(LOLIGO_INPUT_ERROR, "delay %g ms is below dt %g ms", delay, dt);
  if (delay / dt > MAX_DELAY_STEPS)
    return loligo_fail(LOLIGO_INPUT_ERROR, "delay %g ms is longer than 2^24 steps of dt %g ms; take a longer dt", delay,
                       dt);
  return LOLIGO_OK;
}

loligo_status law_check_one_delay(double delay, double dt)
{
  LOLIGO_TRY(check_number("delay", "", delay));
  if (delay < dt && !grid_holds(delay, dt))
    return loligo_fail(LOLIGO_INPUT_ERROR, "delay %g ms is below dt %g ms", delay, dt);
  LOLIGO_TRY(check_delay_range(delay, dt));
  if (grid_holds(delay, dt)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "delay %g ms is not a multiple of dt %g ms", delay, dt);
}

loligo_status law_check_delay(const loligo_distribution *law, double dt)
{
  LOLIGO_TRY(law_check(law, "delay", LAW_NO_LIST));
  const sample_range range = sample_bounds(law);
  if (range.low == range.high) return law_check_one_delay(range.low, dt);
  return check_delay_range(range.high, dt);
}

loligo_status law_copy(const loligo_distribution *law, loligo_distribution *copy)
{
  *copy = *law;
  if (law->kind != LOLIGO_LIST) return LOLIGO_OK;
  double *values = memory_allocate(law->n_values, sizeof *values, "list of values");
  if (!values) return LOLIGO_MACHINE_ERROR;
  if (law->n_values > 0) memcpy(values, law->values, law->n_values * sizeof *values);
  copy->values = values;
  return LOLIGO_OK;
}

void law_free(loligo_distribution *law)
{
  if (law->kind == LOLIGO_LIST) memory_free((void *)law->values);
  *law = (loligo_distribution){.kind = LOLIGO_UNSET};
}
