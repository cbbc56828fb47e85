/*
 * Prints what one update of a cell at rest takes: a line for each integrator, and, where there are arguments
 * NAME=VALUE, or NAME=VALUE,VALUE,... of a list, one for a model that has these, with what its tables say that they
 * add. MODEL_FILE and MODEL are given by who compiles it.
 */
#include "counted.h"

#define double counted
#define float counted
extern "C" {
#include MODEL_FILE
}

enum { MOST = 64, STEPS = 7 };

static const char *argument(const char *name, int argc, char **argv)
{
  const size_t n = strlen(name);
  for (int i = 1; i < argc; i++)
    if (strncmp(argv[i], name, n) == 0 && argv[i][n] == '=') return argv[i] + n + 1;
  return NULL;
}

/* Behind a comma; NULL where there is none. */
static const char *next_value(const char *value)
{
  const char *comma = strchr(value, ',');
  return comma ? comma + 1 : NULL;
}

static double choice_of(const loligo_param *row)
{
  int i = 0;
  while (strcmp(row->choices[i], row->fallback) != 0) i++;
  return i;
}

static double fallback_of(const loligo_param *row)
{
  if (row->type == LOLIGO_PARAM_CHOICE) return choice_of(row);
  if (row->type == LOLIGO_PARAM_BOOLEAN) return strcmp(row->fallback, "true") == 0;
  if (row->type == LOLIGO_PARAM_LIST) return 0;
  return row->fallback && *row->fallback ? atof(row->fallback) : NAN;
}

static void set_params(const loligo_model *model, int argc, char **argv, int integrator, double *param)
{
  size_t values = model->params.n;
  for (size_t i = 0; i < model->params.n; i++) {
    const loligo_param *row = &model->params.rows[i];
    const char *value = argument(row->name, argc, argv);
    param[i] = strcmp(row->name, "integrator") == 0 ? (double)integrator : fallback_of(row);
    if (!value) continue;
    param[i] = row->type == LOLIGO_PARAM_LIST ? 0 : atof(value);
    for (; row->type == LOLIGO_PARAM_LIST && value; value = next_value(value), param[i] += 1)
      param[values++] = atof(value);
  }
}

/* A step of a pass over a block of cells, for each: what a model for trials only has in place of a step. Sums of
 * outputs are the engine's. */
static tally count_pass(const loligo_model *model, const double *param)
{
  enum { LANES_OF_ANY = MOST * LOLIGO_LANES };
  static double constants[LANES_OF_ANY], state[LANES_OF_ANY], input[LANES_OF_ANY], sum[LANES_OF_ANY];
  static double noise[LOLIGO_LANES], information[LOLIGO_LANES];
  double derived[MOST], first[MOST];
  int64_t spikes[LOLIGO_LANES] = {0};
  const loligo_adjoint *adjoint = model->adjoint;
  if (!adjoint->forward[LOLIGO_DOUBLE]) return (tally){0, 0, 0};
  if (adjoint->derive && adjoint->derive(param, 1, derived, first) != LOLIGO_OK) exit(1);
  for (size_t i = 0; i < adjoint->n_constants * LOLIGO_LANES; i++) {
    constants[i] = derived[i / LOLIGO_LANES];
    constants[i].is_fixed = 1;
  }
  for (size_t i = 0; i < LANES_OF_ANY; i++) state[i] = input[i] = counted(0, 0);
  for (size_t l = 0; l < LOLIGO_LANES; l++) noise[l] = counted(0, 0);
  loligo_pass pass = {.n_steps = 1,
                      .constants = constants,
                      .input = input,
                      .state = state,
                      .sum = sum,
                      .spikes = spikes,
                      .noise = noise,
                      .information = information};
  done = (tally){0, 0, 0};
  adjoint->forward[LOLIGO_DOUBLE](&pass);
  return (tally){done.adds / LOLIGO_LANES - adjoint->n_outputs, done.muls / LOLIGO_LANES,
                 done.divisions / LOLIGO_LANES};
}

/* The cell moves a few steps from its initial state; the last one is counted. */
static tally count_step(const loligo_model *model, const double *param)
{
  static double derived[MOST], state[MOST], input[MOST];
  static double *states[MOST], *constants[MOST], *inputs[MOST];
  double current = 0;
  void *shared = NULL;
  int64_t spike;
  uint64_t index = 3;
  for (int i = 0; i < MOST; i++) {
    states[i] = &state[i];
    constants[i] = &derived[i];
    inputs[i] = &input[i];
    state[i] = NAN;
    input[i] = counted(0, 0);
  }
  if (!model->step) return count_pass(model, param);
  const loligo_model_setup setup = {.param = param, .key = 1, .dt = 0.1};
  if (model->prepare && model->prepare(&setup, &shared) != LOLIGO_OK) exit(1);
  if (model->derive && model->derive(param, 0.1, derived) != LOLIGO_OK) exit(1);
  if (model->complete) model->complete(param, state);
  loligo_block block = {.n = 1,
                        .state = states,
                        .derived = constants,
                        .uniform = true,
                        .input = inputs,
                        .current = &current,
                        .spike = &spike,
                        .shared = shared,
                        .index = &index};
  if (model->start) model->start(&block);
  for (int i = 0; i < MOST; i++) derived[i].is_fixed = 1;
  current.is_fixed = 0;
  for (; block.step < STEPS; block.step++) {
    for (int i = 0; i < MOST; i++) state[i].is_fixed = 0;
    done = (tally){0, 0, 0};
    model->step(&block);
  }
  return done;
}

/* What its tables add to the operations of the registered model by an integrator. */
static loligo_operations describe(loligo_model *model, const double *param, int integrator)
{
  static const loligo_operations none[4] = {}; /* more than there are integrators */
  model->operations = none;
  if (!model->describe) return *none;
  if (model->describe(param, model) != LOLIGO_OK) exit(1);
  return model->operations[integrator];
}

static void print_count(int argc, char **argv, int integrator)
{
  double param[2 * MOST];
  loligo_model model = MODEL;
  set_params(&model, argc, argv, integrator, param);
  const loligo_operations more = describe(&model, param, integrator);
  const tally counted_now = count_step(&model, param);
  printf("%lu %lu %lu", (unsigned long)counted_now.adds, (unsigned long)counted_now.muls,
         (unsigned long)counted_now.divisions);
  printf(" %g %g %g\n", more.adds.value, more.muls.value, more.divisions.value);
}

int main(int argc, char **argv)
{
  const loligo_param *row = NULL;
  const loligo_param_table params = MODEL.params;
  for (size_t i = 0; i < params.n; i++)
    if (strcmp(params.rows[i].name, "integrator") == 0) row = &params.rows[i];
  for (int i = 0; i == 0 || (row && row->choices[i]); i++) print_count(argc, argv, i);
  return 0;
}
