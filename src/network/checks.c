/*
 * What makes a distribution usable where it stands: as a parameter, an initial value, a weight or a delay.
 */
#include "network/checks.h"

#include <math.h>
#include <string.h>

#include "base/grid.h"
#include "base/least.h"

static loligo_status fail_range(const loligo_param *row, double value)
{
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s must be %s, not %g%s%s", row->name, param_range_text(row->range), value,
                     row->unit && row->unit[0] ? " " : "", row->unit ? row->unit : "");
}

static size_t count_choices(const loligo_param *row)
{
  size_t n = 0;
  while (row->choices[n]) n++;
  return n;
}

static loligo_status check_truth(double value, const loligo_param *row)
{
  if (value == 0 || value == 1) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s must be 0 or 1 (false or true), not %g", row->name, value);
}

static loligo_status check_uniform_param(const loligo_distribution *law, const loligo_param *row)
{
  if (law->kind != LOLIGO_CONSTANT)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s must be one value for all cells, not a distribution", row->name);
  if (row->type == LOLIGO_PARAM_BOOLEAN) return check_truth(law->mean, row);
  if (law->mean != floor(law->mean))
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s must be a whole number, not %g", row->name, law->mean);
  if (row->type != LOLIGO_PARAM_CHOICE || (law->mean >= 0 && law->mean < (double)count_choices(row))) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s has no choice number %g", row->name, law->mean);
}

static bool is_uniform(const loligo_param *row)
{
  return row->type == LOLIGO_PARAM_CHOICE || row->type == LOLIGO_PARAM_INTEGER || row->type == LOLIGO_PARAM_BOOLEAN;
}

/* True if a value between low and high lies in the row's range. */
static bool can_lie_in(const loligo_param *row, double low, double high)
{
  if (row->range == LOLIGO_RANGE_FRACTION && low < 0 && high > 1) return true;
  return param_in_range(row, low) || param_in_range(row, high);
}

/* Of one that is `listed` what lies at the ends of its range tells of all. */
static loligo_status check_values(const loligo_distribution *list, const loligo_param *row)
{
  const double ends[] = {list->low, list->high};
  const double *values = list->listed ? ends : list->values;
  const uint64_t n = list->listed ? least(list->n_values, 2) : list->n_values;
  for (uint64_t i = 0; i < n; i++)
    if (!param_in_range(row, values[i])) return fail_range(row, values[i]);
  return LOLIGO_OK;
}

loligo_status check_param(const loligo_distribution *law, const loligo_param *row, uint64_t cells)
{
  LOLIGO_TRY(distribution_check(law, row->name, row->type == LOLIGO_PARAM_LIST ? law->n_values : cells));
  if (row->type == LOLIGO_PARAM_LIST && law->kind != LOLIGO_LIST)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s must be a list of values", row->name);
  if (is_uniform(row)) LOLIGO_TRY(check_uniform_param(law, row));
  if (law->kind == LOLIGO_LIST) return check_values(law, row);
  distribution_range bounds = distribution_range_of(law);
  if (can_lie_in(row, bounds.low, bounds.high)) return LOLIGO_OK;
  return fail_range(row, bounds.mean);
}

double param_value(const loligo_distribution *given, const loligo_param *row)
{
  return given->kind == LOLIGO_UNSET ? param_default(row) : given->mean;
}

loligo_status check_one_weight(double weight, const loligo_receptor *receptor)
{
  LOLIGO_TRY(distribution_check_number("weight", "", weight));
  if (weight >= 0 || !receptor_is_conductance(receptor)) return LOLIGO_OK;
  return loligo_fail(
      LOLIGO_INPUT_ERROR, "weight %g nS is negative, but a conductance cannot be%s", weight,
      receptor->kind == LOLIGO_RECEPTOR_GAP ? "" : "; for inhibition give receptor: inh and a positive weight");
}

loligo_status check_weight(const loligo_distribution *law, const loligo_receptor *receptor)
{
  LOLIGO_TRY(distribution_check(law, "weight", DISTRIBUTION_NO_LIST));
  return check_one_weight(distribution_range_of(law).high, receptor);
}

loligo_status check_sign(double weight, const loligo_receptor *receptor)
{
  const bool exc = strcmp(receptor->name, "exc") == 0, inh = strcmp(receptor->name, "inh") == 0;
  if (receptor->kind != LOLIGO_RECEPTOR_CURRENT && receptor->kind != LOLIGO_RECEPTOR_POTENTIAL) return LOLIGO_OK;
  if (!(exc && weight < 0) && !(inh && weight > 0)) return LOLIGO_OK;
  return loligo_fail(
      LOLIGO_INPUT_ERROR,
      "weight %g %s onto receptor '%s' would %s; turn its sign, leave the receptor out, or say sign: any", weight,
      receptor_unit(receptor->kind), receptor->name, exc ? "inhibit" : "excite");
}

static loligo_status check_delay_range(double delay, double dt)
{
  if (grid_steps(delay, dt) < 1) return loligo_fail(LOLIGO_INPUT_ERROR, "delay %g ms is below dt %g ms", delay, dt);
  if (delay / dt > CHECKS_MAX_DELAY_STEPS)
    return loligo_fail(LOLIGO_INPUT_ERROR, "delay %g ms is longer than 2^24 steps of dt %g ms; take a longer dt", delay,
                       dt);
  return LOLIGO_OK;
}

loligo_status check_one_delay(double delay, double dt)
{
  LOLIGO_TRY(distribution_check_number("delay", "", delay));
  if (delay < dt && !grid_holds(delay, dt))
    return loligo_fail(LOLIGO_INPUT_ERROR, "delay %g ms is below dt %g ms", delay, dt);
  LOLIGO_TRY(check_delay_range(delay, dt));
  if (grid_holds(delay, dt)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "delay %g ms is not a multiple of dt %g ms", delay, dt);
}

loligo_status check_repeat(const repeated_times *given, int64_t *steps)
{
  const double repeat = given->repeat, dt = given->dt;
  *steps = 0;
  if (repeat == 0) return LOLIGO_OK;
  if (!isfinite(repeat) || grid_steps(repeat, dt) < 1 || !grid_holds(repeat, dt))
    return loligo_fail(LOLIGO_INPUT_ERROR, "repeat %g ms is not a multiple of dt %g ms", repeat, dt);
  *steps = grid_whole_steps(repeat, dt);
  const double last = given->n_times ? given->times[given->n_times - 1] : 0;
  if (grid_steps(last, dt) <= (double)*steps) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "the spike at %g ms would never come: all begins anew after repeat, %g ms",
                     last, repeat);
}

loligo_status check_delay(const loligo_distribution *law, double dt)
{
  LOLIGO_TRY(distribution_check(law, "delay", DISTRIBUTION_NO_LIST));
  const distribution_range range = distribution_range_of(law);
  if (range.low == range.high) return check_one_delay(range.low, dt);
  return check_delay_range(range.high, dt);
}
