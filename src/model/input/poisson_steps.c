/*
 * Poisson spike trains onto a receptor, independent from cell to cell, whose rate is piecewise constant: rates[i] from
 * times[i], rounded to the grid, to times[i + 1]; 0 before the first.
 */
#include "model/input/course.h"
#include "model/input/poisson_in_time.h"

static const loligo_param params[] = {
    {"times", LOLIGO_PARAM_LIST, "ms", NULL, LOLIGO_RANGE_NON_NEGATIVE, NULL, "times of change, ascending", 0},
    {"rates", LOLIGO_PARAM_LIST, "Hz", NULL, LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "mean number of spikes per second of each source from each time on" POISSON_HELP, 0},
    LOLIGO_REAL_ROW("sources", "", "1", LOLIGO_RANGE_NON_NEGATIVE, "sources per target cell"),
};

enum { TIMES, RATES, SOURCES };

typedef struct background {
  random_key key;
  double per_rate; /* spikes in a step per Hz */
  course *rates;   /* Hz */
} background;

static void release(void *shared)
{
  background *made = shared;
  memory_free(made->rates);
  memory_free(made);
}

static loligo_status prepare(const input_setup *setup, void **shared)
{
  static const course_names names = {"poisson_steps", "times", "rates"};
  const real_list rates = setup->lists[RATES];
  background *made = memory_allocate(1, sizeof *made, "Poisson input");
  if (!made) return LOLIGO_MACHINE_ERROR;
  *made = (background){.key = setup->key, .per_rate = setup->param[SOURCES] * setup->dt * 1e-3};
  *shared = made;
  for (size_t i = 0; i < rates.n; i++) LOLIGO_TRY(poisson_in_time_check(rates.values[i] * made->per_rate));
  return course_create(names, setup->lists[TIMES], rates, setup->dt, &made->rates);
}

static void count(const void *shared, int64_t first, size_t n, const uint64_t *index, poisson_row *rows)
{
  const background *from = shared;
  double mean[POISSON_STEPS];
  for (int k = 0; k < POISSON_STEPS; k++) mean[k] = from->per_rate * course_value(from->rates, first + k);
  poisson_in_time_count(from->key, mean, first, n, index, rows);
}

const input_model input_model_poisson_steps = {
    .name = "poisson_steps",
    .summary = "Poisson spike trains of piecewise constant rate; also model: poisson, rate: {times: ..., rates: ...}",
    .form = {"poisson", "rate", "times"},
    .params = LOLIGO_PARAM_TABLE(params),
    .prepare = prepare,
    .release = release,
    .count = count,
};
