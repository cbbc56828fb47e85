/*
 * Errors first, since they are what others are told; then the other cells, each of which needs those of its own
 * synapses alone; then all tables.
 */
#include "sim/plasticity/teaching.h"

#include <math.h>

#include "base/memory.h"
#include "base/vector.h"
#include "model/neuron/taught.h"
#include "network/trials.h"
#include "sim/plasticity/descent.h"
#include "sim/plasticity/feedback.h"

static const char WHAT[] = "trials";

enum { STEPS_WITHOUT_LIMIT = 1 << 30 };

/* -- who is taught -- */

static void add_cells(teaching *teaching, size_t population)
{
  const loligo_network *network = teaching->network;
  const loligo_population *p = &network->populations[population];
  taught_cells *added = &teaching->all[teaching->n];
  if (p->size == 0 || !trials_teach_population(network, population)) return;
  *added = (taught_cells){.population = population, .decay = trials_decay(network, population)};
  added->variable = (size_t)taught_variable(p->model, &added->is_read_out);
  added->column = teaching->n_read_out;
  if (added->is_read_out) teaching->n_read_out += p->size;
  teaching->n++;
}

loligo_status teaching_init(teaching *teaching, const plasticity *plasticity, const graded_owners *owners)
{
  const loligo_network *network = plasticity->network;
  *teaching = (struct teaching){.network = network,
                                .cells = plasticity->cells,
                                .plasticity = plasticity,
                                .owners = *owners,
                                .trial = trials_steps(network)};
  if (teaching->trial == 0) return LOLIGO_OK;
  teaching->all = memory_allocate(network->n_populations, sizeof *teaching->all, WHAT);
  if (!teaching->all) return LOLIGO_MACHINE_ERROR;
  for (size_t p = 0; p < network->n_populations; p++) add_cells(teaching, p);
  return LOLIGO_OK;
}

void teaching_free(teaching *teaching)
{
  memory_free(teaching->all);
  *teaching = (struct teaching){0};
}

double teaching_bytes(const loligo_network *network, double cells)
{
  return (double)trials_steps(network) * cells * sizeof(double);
}

void teaching_begin(teaching *teaching, int64_t step)
{
  if (teaching->trial > 0) teaching->first = step / teaching->trial;
}

int64_t teaching_steps_left(const teaching *teaching, int64_t step)
{
  return teaching->trial > 0 ? teaching->trial - step % teaching->trial : STEPS_WITHOUT_LIMIT;
}

static const taught_cells *find_cells(const teaching *teaching, size_t population)
{
  for (size_t i = 0; i < teaching->n; i++)
    if (teaching->all[i].population == population) return &teaching->all[i];
  return NULL;
}

/* -- errors -- */

VECTOR_CLONES static void add_later(size_t n, double decay, const double *restrict later, double *restrict row)
{
  for (size_t i = 0; i < n; i++) row[i] += decay * later[i];
}

/* Makes of the errors of local cells what each later step owes to one. */
static void go_back_through_errors(const taught_cells *cells)
{
  const size_t n = graded_cells(&cells->graded);
  double *values = graded_values(&cells->graded);
  for (size_t k = graded_steps(&cells->graded); k-- > 1;)
    add_later(n, cells->decay, values + k * n, values + (k - 1) * n);
}

/* heard: [trial][n_read_out]. Collective. */
static loligo_status hear_errors(const teaching *teaching, double *heard)
{
  for (size_t i = 0; i < teaching->n; i++) {
    const taught_cells *cells = &teaching->all[i];
    if (!cells->is_read_out) continue;
    go_back_through_errors(cells);
    const graded_table table = {heard, teaching->n_read_out, cells->column};
    LOLIGO_TRY(graded_gather(&cells->graded, &teaching->owners, &table));
  }
  return LOLIGO_OK;
}

/* -- credits of the other cells -- */

/** What is told to the cells of a population, of all that they are connected to. */
typedef struct told {
  double *row; /* [cells] for one step */
  const double *heard;
  size_t width, column; /* of what was heard; of the population that is read out */
  int64_t trial;
  feedback feedback;
} told;

/* Adds for the k-th step of the trial. */
static void tell(const told *told, int64_t k)
{
  const feedback *feedback = &told->feedback;
  const double *of_population = told->heard + told->column;
  for (uint64_t i = 0; i < feedback->n; i++) {
    const feedback_item *item = &feedback->items[i];
    const int64_t later = k + item->delay;
    if (later < told->trial)
      told->row[item->source] += item->factor * of_population[(size_t)later * told->width + item->target];
  }
}

VECTOR_CLONES static void credit_step(size_t n, double decay, const double *restrict told, double *restrict credit,
                                      double *restrict surrogate)
{
  for (size_t i = 0; i < n; i++) {
    credit[i] = decay * credit[i] + surrogate[i] * told[i];
    surrogate[i] = credit[i];
  }
}

/* Makes of their surrogates what a spike that arrives at a step has added to the error. */
static void go_back_through_surrogates(const taught_cells *cells, const told *told, size_t n_told, double *credit)
{
  const size_t n = graded_cells(&cells->graded);
  double *values = graded_values(&cells->graded);
  for (size_t i = 0; i < n; i++) credit[i] = 0;
  for (size_t k = graded_steps(&cells->graded); k-- > 0;) {
    for (size_t i = 0; i < n; i++) told->row[i] = 0;
    for (size_t t = 0; t < n_told; t++) tell(&told[t], (int64_t)k);
    credit_step(n, cells->decay, told->row, credit, values + k * n);
  }
}

/* The population onto which a table of synapses hands back errors to some cells, or NULL. */
static const taught_cells *read_out_by(const teaching *teaching, const plastic_table *table, const taught_cells *cells)
{
  if (table->model->kind != SYNAPSE_DESCENT || table->source != cells->population) return NULL;
  const taught_cells *target = find_cells(teaching, teaching->network->projections[table->projection].target);
  return target && target->is_read_out ? target : NULL;
}

/* Collective. */
static loligo_status gather_told(const teaching *teaching, const taught_cells *cells, const double *heard, told *told,
                                 size_t *n)
{
  const plasticity *plasticity = teaching->plasticity;
  for (size_t t = 0; t < plasticity->n_tables; t++) {
    const plastic_table *table = &plasticity->tables[t];
    const taught_cells *target = read_out_by(teaching, table, cells);
    if (!target) continue;
    const feedback_way way = {table, teaching->network, teaching->cells, teaching->owners};
    struct told *next = &told[*n];
    next->heard = heard;
    next->width = teaching->n_read_out;
    next->column = target->column;
    next->trial = teaching->trial;
    ++*n;
    LOLIGO_TRY(feedback_gather(&way, &next->feedback));
  }
  return LOLIGO_OK;
}

/* Collective. */
static loligo_status credit_cells(const teaching *teaching, const taught_cells *cells, const double *heard)
{
  const size_t n = graded_cells(&cells->graded);
  size_t n_told = 0;
  told *told = memory_allocate(teaching->plasticity->n_tables, sizeof *told, WHAT);
  double *credit = memory_allocate(2 * n, sizeof *credit, WHAT);
  loligo_status status = loligo_agree(teaching->owners.context, told && credit ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  for (size_t t = 0; status == LOLIGO_OK && t < teaching->plasticity->n_tables; t++) told[t].row = credit + n;
  if (status == LOLIGO_OK) status = gather_told(teaching, cells, heard, told, &n_told);
  if (status == LOLIGO_OK) go_back_through_surrogates(cells, told, n_told, credit);
  for (size_t t = 0; t < n_told; t++) feedback_free(&told[t].feedback);
  memory_free(told);
  memory_free(credit);
  return status;
}

/* -- weights -- */

static loligo_status learn(const teaching *teaching, int64_t step)
{
  const plasticity *plasticity = teaching->plasticity;
  const uint64_t number = (uint64_t)(step / teaching->trial - teaching->first);
  for (size_t t = 0; t < plasticity->n_tables; t++) {
    plastic_table *table = &plasticity->tables[t];
    if (table->model->kind != SYNAPSE_DESCENT) continue;
    const taught_cells *cells = find_cells(teaching, plasticity->network->projections[table->projection].target);
    if (!cells) continue;
    const int64_t begin = step - (int64_t)graded_steps(&cells->graded);
    LOLIGO_TRY(descent_learn(table, &(descent_trial){.begin = begin,
                                                     .steps = step - begin,
                                                     .number = number,
                                                     .credit = graded_values(&cells->graded),
                                                     .cells = graded_cells(&cells->graded)}));
    spike_log_drop(&table->log, step - plasticity->max_delay);
  }
  return LOLIGO_OK;
}

loligo_status teaching_end_trial(const teaching *teaching, int64_t step)
{
  const loligo_context *context = teaching->owners.context;
  double *heard = memory_allocate((size_t)teaching->trial * teaching->n_read_out, sizeof *heard, WHAT);
  loligo_status status = loligo_agree(context, heard ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = hear_errors(teaching, heard);
  for (size_t i = 0; status == LOLIGO_OK && i < teaching->n; i++)
    if (!teaching->all[i].is_read_out) status = credit_cells(teaching, &teaching->all[i], heard);
  memory_free(heard);
  if (status == LOLIGO_OK) status = loligo_agree(context, learn(teaching, step));
  for (size_t i = 0; i < teaching->n; i++) graded_forget(&teaching->all[i].graded);
  return status;
}

/* -- lists -- */

loligo_cell_list teaching_list_at(const teaching *teaching, size_t i)
{
  const taught_cells *cells = &teaching->all[i];
  const cell_group *group = &teaching->cells->groups[cells->population];
  return (loligo_cell_list){.population = cells->population,
                            .projection = "",
                            .name = "trial",
                            .help = cells->is_read_out ? "errors of the trial so far, step by step"
                                                       : "surrogates of the trial so far, step by step",
                            .type = LOLIGO_LIST_FLOAT64,
                            .n_cells = group->n,
                            .index = group->index};
}

static loligo_status take(const taught_cells *cells, loligo_cell_list *list)
{
  const size_t n_steps = graded_steps(&cells->graded);
  if (!list->n) return LOLIGO_MACHINE_ERROR;
  double *to = list->values = memory_allocate(list->n_cells * n_steps, sizeof *to, WHAT);
  if (!to) return LOLIGO_MACHINE_ERROR;
  for (uint64_t c = 0; c < list->n_cells; c++) {
    list->n[c] = n_steps;
    for (size_t k = 0; k < n_steps; k++) *to++ = graded_values(&cells->graded)[k * list->n_cells + c];
  }
  return LOLIGO_OK;
}

loligo_status teaching_take_list(const teaching *teaching, size_t i, loligo_cell_list *list)
{
  *list = teaching_list_at(teaching, i);
  list->n = memory_allocate(list->n_cells, sizeof *list->n, WHAT);
  return loligo_agree(teaching->owners.context, take(&teaching->all[i], list));
}

static loligo_status put(const teaching *teaching, const taught_cells *cells, int64_t step,
                         const loligo_cell_list *list)
{
  const size_t n_steps = (size_t)(step % teaching->trial);
  const double *from = list->values;
  LOLIGO_TRY(graded_begin(&cells->graded, step - (int64_t)n_steps + 1, n_steps));
  for (uint64_t c = 0; c < list->n_cells; c++) {
    bool is_good = list->n[c] == n_steps;
    for (size_t k = 0; is_good && k < n_steps; k++) {
      is_good = isfinite(*from);
      graded_values(&cells->graded)[k * list->n_cells + c] = *from++;
    }
    if (!is_good)
      return loligo_fail(LOLIGO_MACHINE_ERROR, "population %s: the checkpoint tells of a trial what cannot be",
                         teaching->network->populations[list->population].name);
  }
  return LOLIGO_OK;
}

loligo_status teaching_put_list(const teaching *teaching, size_t i, int64_t step, const loligo_cell_list *list)
{
  return loligo_agree(teaching->owners.context, put(teaching, &teaching->all[i], step, list));
}
