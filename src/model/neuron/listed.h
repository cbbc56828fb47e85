/**
 * Receptors beyond exc and inh, as many as parameters list (`receptors` of a population): each keeps what its synapses
 * set off, in one variable, or with a slope in two (time_course.h).
 */
#ifndef LOLIGO_MODEL_NEURON_LISTED_H
#define LOLIGO_MODEL_NEURON_LISTED_H

#include "model/neuron/adaptation.h"
#include "model/neuron/time_course.h"

enum { LISTED_MAX = 16 };

/* Rows of a model's lists, in this order, the last two for conductances alone. */
enum { LISTED_TAU, LISTED_TAU_RISE, LISTED_E, LISTED_MG };

#define LISTED_ROW(name, unit, range, help)                                                                            \
  {                                                                                                                    \
    name, LOLIGO_PARAM_LIST, unit, "", range, NULL, help, 0                                                            \
  }

#define LISTED_ROWS                                                                                                    \
  LISTED_ROW("receptor_tau", "ms", LOLIGO_RANGE_POSITIVE,                                                              \
             "decay of each listed receptor; more readably receptors: [{name: ..., tau: ...}] of the population"),     \
      LISTED_ROW("receptor_tau_rise", "ms", LOLIGO_RANGE_NON_NEGATIVE, "rise of each; 0: at once")

#define LISTED_COND_ROWS                                                                                               \
  LISTED_ROWS, LISTED_ROW("receptor_E", "mV", LOLIGO_RANGE_ANY, "reversal potential of each"),                         \
      LISTED_ROW("receptor_Mg", "mmol/l", LOLIGO_RANGE_NON_NEGATIVE, "magnesium that blocks each as an NMDA receptor")

/* More of one that rises, and of one that is blocked by magnesium. */
#define LISTED_RISE_OPERATIONS ((loligo_operations){2, 4, 0})
#define LISTED_BLOCK_OPERATIONS ((loligo_operations){16, 16, 1})

/** Names of what a receptor keeps, its kind, and what it takes. */
typedef struct listed_texts {
  const char *names[LISTED_MAX], *slopes[LISTED_MAX];
  const char *unit, *slope_unit, *help, *slope_help;
  loligo_receptor_kind kind;
  loligo_operations each; /* of a receptor in a step */
} listed_texts;

#define LISTED_NAMES(x)                                                                                                \
  {                                                                                                                    \
    x "_1", x "_2", x "_3", x "_4", x "_5", x "_6", x "_7", x "_8", x "_9", x "_10", x "_11", x "_12", x "_13",        \
        x "_14", x "_15", x "_16"                                                                                      \
  }

/** A listed receptor, as it lies in the tables of a population. */
typedef struct listed_receptor {
  size_t input;    /* number of the receptor */
  size_t variable; /* of what it keeps; its slope follows */
  size_t derived;  /* first of its constants */
  bool rises;      /* it has a slope */
  bool is_blocked; /* by magnesium */
} listed_receptor;

typedef struct listed {
  size_t n;
  listed_receptor receptors[LISTED_MAX];
} listed;

/** What lists say of receptor k; a list that is too short says 0. `first_row` is that of receptor_tau. */
static inline double listed_value(loligo_param_table params, const double *param, size_t first_row, size_t which,
                                  size_t k)
{
  const size_t row = first_row + which;
  return k < adaptation_count(param, row) ? adaptation_values(params, param, row)[k] : 0;
}

static inline size_t listed_count(const double *param, size_t first_row)
{
  return adaptation_count(param, first_row + LISTED_TAU);
}

/** Where the receptors of a population lie; `model` as registered, with `n_each` derived constants for each. */
static inline void listed_place(const loligo_model *model, const double *param, size_t first_row, size_t n_each,
                                listed *places)
{
  size_t variable = model->n_variables;
  places->n = listed_count(param, first_row);
  for (size_t k = 0; k < places->n; k++) {
    const bool rises = listed_value(model->params, param, first_row, LISTED_TAU_RISE, k) > 0;
    const bool may_block = model->params.n > first_row + LISTED_MG;
    places->receptors[k] = (listed_receptor){
        .input = model->n_receptors + k,
        .variable = variable,
        .derived = model->n_derived + k * n_each,
        .rises = rises,
        .is_blocked = may_block && listed_value(model->params, param, first_row, LISTED_MG, k) > 0,
    };
    variable += rises ? 2 : 1;
  }
}

/** A model's prepare(). */
static inline loligo_status listed_prepare(const loligo_model *model, const loligo_model_setup *setup, size_t first_row,
                                           size_t n_each, void **shared)
{
  listed *places = memory_allocate(1, sizeof *places, "receptors");
  if (!places) return LOLIGO_MACHINE_ERROR;
  listed_place(model, setup->param, first_row, n_each, places);
  *shared = places;
  return LOLIGO_OK;
}

static inline void listed_forget(loligo_model *described)
{
  memory_free((void *)described->variables);
  memory_free((void *)described->receptors);
  memory_free((void *)described->operations);
}

/* Tables of its own, with room for all. */
static inline loligo_status listed_begin(loligo_model *described)
{
  const loligo_model fixed = *described;
  loligo_variable *variables =
      memory_allocate(fixed.n_variables + (size_t)2 * LISTED_MAX, sizeof *variables, "variables");
  loligo_receptor *receptors = memory_allocate(fixed.n_receptors + LISTED_MAX, sizeof *receptors, "receptors");
  described->variables = variables;
  described->receptors = receptors;
  LOLIGO_TRY(operations_own(described));
  if (!variables || !receptors) return LOLIGO_MACHINE_ERROR;
  memcpy(variables, fixed.variables, fixed.n_variables * sizeof *variables);
  memcpy(receptors, fixed.receptors, fixed.n_receptors * sizeof *receptors);
  return LOLIGO_OK;
}

/** A model's describe(). Receptors are called by their numbers until they are named. */
static inline loligo_status listed_describe(const double *param, size_t first_row, size_t n_each,
                                            const listed_texts *texts, loligo_model *described)
{
  static const char *const numbers[LISTED_MAX] = {"1", "2",  "3",  "4",  "5",  "6",  "7",  "8",
                                                  "9", "10", "11", "12", "13", "14", "15", "16"};
  listed places;
  LOLIGO_TRY(listed_begin(described));
  const size_t n = listed_count(param, first_row);
  if (n > LISTED_MAX) return loligo_fail(LOLIGO_INPUT_ERROR, "receptors: at most %d besides exc and inh", LISTED_MAX);
  loligo_variable *variables = (loligo_variable *)described->variables;
  loligo_receptor *receptors = (loligo_receptor *)described->receptors;
  listed_place(described, param, first_row, n_each, &places);
  for (size_t k = 0; k < n; k++) {
    const size_t v = places.receptors[k].variable;
    variables[v] = (loligo_variable){texts->names[k], texts->unit, texts->help};
    if (places.receptors[k].rises)
      variables[v + 1] = (loligo_variable){texts->slopes[k], texts->slope_unit, texts->slope_help};
    receptors[described->n_receptors++] = (loligo_receptor){numbers[k], texts->kind};
    operations_add(described, texts->each, 1);
    operations_add(described, LISTED_RISE_OPERATIONS, places.receptors[k].rises);
    operations_add(described, LISTED_BLOCK_OPERATIONS, places.receptors[k].is_blocked);
    described->n_variables = v + (places.receptors[k].rises ? 2 : 1);
  }
  described->n_derived += n * n_each;
  return LOLIGO_OK;
}

/** INPUT unless the first n_lists lists are of one length. */
static inline loligo_status listed_check_rows(loligo_param_table params, const double *param, size_t first_row,
                                              size_t n_lists)
{
  const size_t n = listed_count(param, first_row);
  for (size_t row = first_row + LISTED_TAU_RISE; row < first_row + n_lists; row++)
    if (adaptation_count(param, row) != n)
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s has %zu values but %s has %zu; give one for each receptor",
                         params.rows[row].name, adaptation_count(param, row), params.rows[first_row].name, n);
  return LOLIGO_OK;
}

/** The same of all rows from there on. */
static inline loligo_status listed_check(loligo_param_table params, const double *param, size_t first_row)
{
  return listed_check_rows(params, param, first_row, params.n - first_row);
}

/** What each model needs of the time course of a receptor: its slope is 0 where it does not rise. */
typedef struct listed_course {
  double left;           /* 1: of what it keeps */
  time_course_rise rise; /* where it does not, `jump` is that of what it keeps */
} listed_course;

static inline listed_course listed_course_of(double tau, double tau_rise, double dt)
{
  if (tau_rise > 0) return (listed_course){vector_exp(-dt / tau_rise), time_course_rise_of(tau_rise, tau, dt)};
  return (listed_course){vector_exp(-dt / tau), {.jump = 1}};
}

/** Moves what receptor r keeps of cell i to the end of the step. */
VECTOR_INLINE void listed_move(const listed_course *c, bool rises, double arriving, double *x, double *slope)
{
  if (rises)
    time_course_move(c->left, &c->rise, arriving, x, slope);
  else
    *x = __builtin_fma(c->left, *x, arriving);
}

#endif
