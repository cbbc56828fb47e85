/*
 * Dendrites: tables and constants from the lists of a population, and the step.
 *
 * With g_c all that conducts from a compartment and its subtree to the outside (2 C/dt among it), i_c the current into
 * it where the step begins, and M_c its potential at the middle of the step, whose difference from the begin is d_c:
 *
 *   (g_c + G) d_c = i_c + G (M_parent - V_c)
 *
 * Eliminated, it is to its parent a conductance G g_c / (g_c + G) and a current: sums of what is positive, so that
 * nothing cancels however large G is.
 */
#include "model/neuron/tree.h"

#include <stdio.h>
#include <string.h>

#include "base/least.h"
#include "base/memory.h"
#include "model/neuron/adaptation.h"
#include "model/neuron/operations.h"

enum { NAME_BYTES = 40 };

const char *const tree_receptor_names[TREE_KINDS] = {"exc", "inh", "nmda"};

const char *const tree_list_names[TREE_LISTS] = {
    [TREE_PARENT] = "compartment_parent",    [TREE_G] = "compartment_g",
    [TREE_C_M] = "compartment_C_m",          [TREE_MEMBRANE] = "compartment_membrane",
    [TREE_PARAMS] = "compartment_params",    [TREE_NMDA_TAU] = "compartment_nmda_tau",
    [TREE_NMDA_MG] = "compartment_nmda_Mg",  [TREE_NMDA_E] = "compartment_nmda_E",
    [TREE_OPEN_AT] = "receptor_compartment", [TREE_OPEN_KIND] = "receptor_kind",
    [TREE_SITE_AT] = "current_compartment",
};

/* Conductance, its mean, and what arrives; the block by magnesium. */
static const loligo_operations RECEPTOR_OPERATIONS = {4, 3, 0}, BLOCK_OPERATIONS = {17, 18, 1};

/* -- the lists -- */

static size_t count_of(const tree_model *own, const double *param, int list)
{
  return adaptation_count(param, own->first_row + (size_t)list);
}

static const double *values_of(const tree_model *own, const double *param, int list)
{
  return adaptation_values(own->model->params, param, own->first_row + (size_t)list);
}

/* A value of a list; one that is too short says 0. */
static double value_of(const tree_model *own, const double *param, int list, size_t k)
{
  return k < count_of(own, param, list) ? values_of(own, param, list)[k] : 0;
}

/* A list, found once. */
typedef struct list_view {
  const double *values; /* [n] */
  size_t n;
} list_view;

static list_view view_of(const tree_model *own, const double *param, int list)
{
  return (list_view){values_of(own, param, list), count_of(own, param, list)};
}

static const membrane *membrane_of(list_view membranes, size_t c)
{
  const double number = c <= membranes.n ? membranes.values[c - 1] : 0;
  const membrane *known = number >= 0 && number < 1e6 ? membrane_at((size_t)number) : NULL;
  return known ? known : membrane_at(0);
}

/* Where a walk through the compartments is, from number 1 on. */
typedef struct place {
  size_t c;
  list_view membranes;
  const membrane *membrane;
  size_t variable; /* its potential, which its gates follow */
  size_t param;    /* its first among the parameters of membranes */
} place;

static place first_place(const tree_model *own, const double *param)
{
  const list_view membranes = view_of(own, param, TREE_MEMBRANE);
  return (place){
      .c = 1, .membranes = membranes, .membrane = membrane_of(membranes, 1), .variable = own->model->n_variables};
}

static void go_on(place *at)
{
  at->variable += 1 + at->membrane->n_variables;
  at->param += at->membrane->params.n;
  at->c++;
  at->membrane = membrane_of(at->membranes, at->c);
}

static size_t count_compartments(const tree_model *own, const double *param)
{
  return 1 + count_of(own, param, TREE_PARENT);
}

static int kind_of(const tree_model *own, const double *param, size_t r)
{
  const double kind = value_of(own, param, TREE_OPEN_KIND, r);
  return kind >= TREE_KINDS ? TREE_EXC : (int)kind;
}

/* The block needs to know the potential a step before. */
static size_t variables_of_kind(int kind)
{
  return kind == TREE_NMDA ? 2 : 1;
}

/* -- checks -- */

static loligo_status check_length(const tree_model *own, const double *param, int list, size_t n)
{
  if (count_of(own, param, list) == n) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s has %zu values, but must have %zu", tree_list_names[list],
                     count_of(own, param, list), n);
}

/* A whole number below `end`. */
static loligo_status check_number(const tree_model *own, const double *param, int list, size_t k, size_t end)
{
  const double value = value_of(own, param, list, k);
  if (value >= 0 && value < (double)end && value == floor(value)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: value %zu is %g, but must be a whole number below %zu",
                     tree_list_names[list], k, value, end);
}

static loligo_status check_membrane(const tree_model *own, const double *param, const place *at)
{
  const double *values = values_of(own, param, TREE_PARAMS) + at->param;
  const loligo_param_table *table = &at->membrane->params;
  for (size_t i = 0; i < table->n; i++)
    if (!param_in_range(&table->rows[i], values[i]))
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s of compartment %zu is %g, but must be %s", table->rows[i].name, at->c,
                         values[i], param_range_text(table->rows[i].range));
  return LOLIGO_OK;
}

static loligo_status check_compartments(const tree_model *own, const double *param)
{
  const size_t n = count_compartments(own, param);
  place end = first_place(own, param);
  while (end.c < n) go_on(&end);
  LOLIGO_TRY(check_length(own, param, TREE_PARAMS, end.param));
  for (place at = first_place(own, param); at.c < n; go_on(&at)) {
    LOLIGO_TRY(check_number(own, param, TREE_PARENT, at.c - 1, at.c));
    LOLIGO_TRY(check_number(own, param, TREE_MEMBRANE, at.c - 1, membrane_registry.n));
    LOLIGO_TRY(check_membrane(own, param, &at));
  }
  return LOLIGO_OK;
}

static loligo_status check_receptors(const tree_model *own, const double *param)
{
  const size_t n = count_compartments(own, param);
  LOLIGO_TRY(check_length(own, param, TREE_OPEN_KIND, count_of(own, param, TREE_OPEN_AT)));
  for (size_t r = 0; r < count_of(own, param, TREE_OPEN_AT); r++) {
    LOLIGO_TRY(check_number(own, param, TREE_OPEN_AT, r, n));
    LOLIGO_TRY(check_number(own, param, TREE_OPEN_KIND, r, TREE_KINDS));
    const size_t c = (size_t)value_of(own, param, TREE_OPEN_AT, r);
    if (kind_of(own, param, r) == TREE_NMDA && !(value_of(own, param, TREE_NMDA_TAU, c - 1) > 0))
      return loligo_fail(LOLIGO_INPUT_ERROR, "compartment %zu has no receptor nmda", c);
  }
  for (size_t s = 0; s < count_of(own, param, TREE_SITE_AT); s++)
    LOLIGO_TRY(check_number(own, param, TREE_SITE_AT, s, n));
  return LOLIGO_OK;
}

loligo_status tree_check(const tree_model *own, const double *param)
{
  static const int each[] = {TREE_G, TREE_C_M, TREE_MEMBRANE};
  const size_t n = count_compartments(own, param), n_nmda = count_of(own, param, TREE_NMDA_TAU);
  for (size_t l = 0; l < sizeof each / sizeof *each; l++) LOLIGO_TRY(check_length(own, param, each[l], n - 1));
  LOLIGO_TRY(check_length(own, param, TREE_NMDA_TAU, n_nmda ? n - 1 : 0));
  LOLIGO_TRY(check_length(own, param, TREE_NMDA_MG, n_nmda));
  LOLIGO_TRY(check_length(own, param, TREE_NMDA_E, n_nmda));
  LOLIGO_TRY(check_compartments(own, param));
  return check_receptors(own, param);
}

/* -- tables -- */

/* Names lie behind the rows that point to them. */
static void *table_with_names(size_t n, size_t size, const char *what, char (**names)[NAME_BYTES])
{
  char *table = memory_allocate(n, size + NAME_BYTES, what);
  if (table) *names = (char(*)[NAME_BYTES])(table + n * size);
  return table;
}

static const char *name_at(char name[NAME_BYTES], const char *what, size_t c)
{
  snprintf(name, NAME_BYTES, "%s[%zu]", what, c);
  return name;
}

static size_t count_variables(const tree_model *own, const double *param)
{
  place at = first_place(own, param);
  while (at.c < count_compartments(own, param)) go_on(&at);
  size_t n = at.variable;
  for (size_t r = 0; r < count_of(own, param, TREE_OPEN_AT); r++) n += variables_of_kind(kind_of(own, param, r));
  return n;
}

static loligo_status describe_variables(const tree_model *own, const double *param, loligo_model *described)
{
  static const char *const conductances[TREE_KINDS] = {"g_ex", "g_in", "g_nmda"};
  char(*names)[NAME_BYTES];
  const size_t n = count_variables(own, param);
  loligo_variable *rows = table_with_names(n, sizeof *rows, "variables", &names);
  described->variables = rows;
  described->n_variables = n;
  if (!rows) return LOLIGO_MACHINE_ERROR;
  memcpy(rows, own->model->variables, own->model->n_variables * sizeof *rows);
  size_t v = own->model->n_variables;
  for (place at = first_place(own, param); at.c < count_compartments(own, param); go_on(&at)) {
    rows[v] = (loligo_variable){name_at(names[v], "V_m", at.c), "mV", "membrane potential of a compartment"};
    v++;
    for (size_t k = 0; k < at.membrane->n_variables; k++, v++) {
      rows[v] = at.membrane->variables[k];
      rows[v].name = name_at(names[v], rows[v].name, at.c);
    }
  }
  for (size_t r = 0; r < count_of(own, param, TREE_OPEN_AT); r++) {
    const size_t c = (size_t)value_of(own, param, TREE_OPEN_AT, r);
    const int kind = kind_of(own, param, r);
    rows[v] =
        (loligo_variable){name_at(names[v], conductances[kind], c), "nS", "conductance of a receptor of a compartment"};
    v++;
    if (kind != TREE_NMDA) continue;
    rows[v] = (loligo_variable){name_at(names[v], "V_before", c), "mV",
                                "membrane potential a step before, from which the block by magnesium is extrapolated"};
    v++;
  }
  return LOLIGO_OK;
}

static loligo_status describe_receptors(const tree_model *own, const double *param, loligo_model *described)
{
  char(*names)[NAME_BYTES];
  const size_t fixed = own->model->n_receptors, n = count_of(own, param, TREE_OPEN_AT);
  loligo_receptor *rows = table_with_names(fixed + n, sizeof *rows, "receptors", &names);
  described->receptors = rows;
  if (!rows) return LOLIGO_MACHINE_ERROR;
  memcpy(rows, own->model->receptors, fixed * sizeof *rows);
  for (size_t r = 0; r < n; r++) {
    const char *what = tree_receptor_names[kind_of(own, param, r)];
    const char *name = name_at(names[fixed + r], what, (size_t)value_of(own, param, TREE_OPEN_AT, r));
    rows[fixed + r] = (loligo_receptor){name, LOLIGO_RECEPTOR_CONDUCTANCE};
  }
  described->n_receptors = fixed + n;
  return LOLIGO_OK;
}

static void describe_work(const tree_model *own, const double *param, loligo_model *described)
{
  for (place at = first_place(own, param); at.c < count_compartments(own, param); go_on(&at)) {
    operations_add(described, at.membrane->operations, 1);
    described->cost += at.membrane->cost;
  }
  for (size_t r = 0; r < count_of(own, param, TREE_OPEN_AT); r++) {
    operations_add(described, RECEPTOR_OPERATIONS, 1);
    operations_add(described, BLOCK_OPERATIONS, kind_of(own, param, r) == TREE_NMDA);
  }
}

loligo_status tree_describe(const tree_model *own, const double *param, loligo_model *described)
{
  described->variables = NULL;
  described->receptors = NULL;
  LOLIGO_TRY(operations_own(described));
  if (count_compartments(own, param) > TREE_MAX_COMPARTMENTS)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%zu compartments besides the soma; take at most %d",
                       count_of(own, param, TREE_PARENT), TREE_MAX_COMPARTMENTS - 1);
  LOLIGO_TRY(describe_variables(own, param, described));
  LOLIGO_TRY(describe_receptors(own, param, described));
  described->n_sites = count_of(own, param, TREE_SITE_AT);
  describe_work(own, param, described);
  return LOLIGO_OK;
}

void tree_forget(loligo_model *described)
{
  memory_free((void *)described->variables);
  memory_free((void *)described->receptors);
  memory_free((void *)described->operations);
}

/* -- what all cells share -- */

/* A compartment but the soma. */
typedef struct compartment {
  size_t parent;
  const membrane *membrane;
  size_t variable;         /* its potential, which its gates follow */
  double g;                /* nS to its parent */
  double steady;           /* nS: 2 C_m / dt, and what its membrane conducts whatever its state */
  const double *constants; /* of its membrane */
} compartment;

/* A receptor of a dendrite. */
typedef struct tree_receptor {
  int kind;
  size_t compartment, input, variable;
  tree_synapse nmda; /* of that kind only, likewise */
  double block;      /* 1 */
} tree_receptor;

typedef struct tree {
  size_t n;                  /* compartments, the soma among them */
  compartment *compartments; /* [n] */
  double *constants;         /* of all membranes */
  tree_receptor *receptors;  /* [n_receptors] */
  size_t n_receptors;
  size_t *sites; /* [n_sites] compartments */
  size_t n_sites;
  size_t n_variables; /* of compartments and all before them */
  double dt;          /* ms */
} tree;

void tree_release(void *shared)
{
  tree *t = shared;
  if (!t) return;
  memory_free(t->compartments);
  memory_free(t->constants);
  memory_free(t->receptors);
  memory_free(t->sites);
  memory_free(t);
}

static loligo_status allocate(const tree_model *own, const double *param, tree *t)
{
  size_t n_constants = 0;
  t->n = count_compartments(own, param);
  t->n_receptors = count_of(own, param, TREE_OPEN_AT);
  t->n_sites = count_of(own, param, TREE_SITE_AT);
  for (place at = first_place(own, param); at.c < t->n; go_on(&at)) n_constants += at.membrane->n_constants;
  t->compartments = memory_allocate(t->n, sizeof *t->compartments, "compartments");
  t->constants = memory_allocate(n_constants, sizeof *t->constants, "compartments");
  t->receptors = memory_allocate(t->n_receptors, sizeof *t->receptors, "compartments");
  t->sites = memory_allocate(t->n_sites, sizeof *t->sites, "compartments");
  return t->compartments && t->constants && t->receptors && t->sites ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static void fill_compartments(const tree_model *own, const double *param, tree *t)
{
  double *constants = t->constants;
  place at = first_place(own, param);
  for (; at.c < t->n; go_on(&at)) {
    t->compartments[at.c] = (compartment){
        .parent = (size_t)value_of(own, param, TREE_PARENT, at.c - 1),
        .membrane = at.membrane,
        .variable = at.variable,
        .g = value_of(own, param, TREE_G, at.c - 1),
        .steady = 2 * value_of(own, param, TREE_C_M, at.c - 1) / t->dt,
        .constants = constants,
    };
    t->compartments[at.c].steady += at.membrane->derive(values_of(own, param, TREE_PARAMS) + at.param, constants);
    constants += at.membrane->n_constants;
  }
  t->n_variables = at.variable;
}

static void fill_receptors(const tree_model *own, const double *param, tree *t)
{
  const double block_per_mg = 1 / 3.57;
  size_t variable = t->n_variables;
  for (size_t r = 0; r < t->n_receptors; r++) {
    const size_t c = (size_t)value_of(own, param, TREE_OPEN_AT, r);
    const int kind = kind_of(own, param, r);
    t->receptors[r] =
        (tree_receptor){.kind = kind, .compartment = c, .input = own->model->n_receptors + r, .variable = variable};
    variable += variables_of_kind(kind);
    if (kind != TREE_NMDA) continue;
    t->receptors[r].nmda =
        tree_synapse_of(value_of(own, param, TREE_NMDA_TAU, c - 1), value_of(own, param, TREE_NMDA_E, c - 1), t->dt);
    t->receptors[r].block = value_of(own, param, TREE_NMDA_MG, c - 1) * block_per_mg;
  }
  for (size_t s = 0; s < t->n_sites; s++) t->sites[s] = (size_t)value_of(own, param, TREE_SITE_AT, s);
}

loligo_status tree_prepare(const tree_model *own, const loligo_model_setup *setup, void **shared)
{
  LOLIGO_TRY(tree_check(own, setup->param));
  tree *t = memory_allocate(1, sizeof *t, "compartments");
  if (!t) return LOLIGO_MACHINE_ERROR;
  *shared = t;
  t->dt = setup->dt;
  LOLIGO_TRY(allocate(own, setup->param, t));
  fill_compartments(own, setup->param, t);
  fill_receptors(own, setup->param, t);
  return LOLIGO_OK;
}

tree_synapse tree_synapse_of(double tau, double e, double dt)
{
  return (tree_synapse){.mean = block_mean_decay(tau, dt), .left = vector_exp(-dt / tau), .e = e};
}

/* -- initial states -- */

/* From variable number v on. */
static void complete_receptors(const tree_model *own, const double *param, size_t v, double *state)
{
  const list_view places = view_of(own, param, TREE_OPEN_AT);
  for (size_t r = 0; r < places.n; r++) {
    if (isnan(state[v])) state[v] = 0;
    if (variables_of_kind(kind_of(own, param, r)) > 1 && isnan(state[v + 1])) {
      place at = first_place(own, param);
      while ((double)at.c < places.values[r]) go_on(&at);
      state[v + 1] = state[at.variable];
    }
    v += variables_of_kind(kind_of(own, param, r));
  }
}

void tree_complete(const tree_model *own, const double *param, double *state)
{
  place at = first_place(own, param);
  for (; at.c < count_compartments(own, param); go_on(&at)) {
    double *v = &state[at.variable];
    if (isnan(*v)) *v = state[0];
    if (at.membrane->complete)
      at.membrane->complete(values_of(own, param, TREE_PARAMS) + at.param, *v, &state[at.variable + 1]);
  }
  complete_receptors(own, param, at.variable, state);
}

static membrane_block gates_of(const loligo_block *block, const tree *t, size_t c, size_t first, size_t n)
{
  const compartment *own = &t->compartments[c];
  return (membrane_block){.n = n,
                          .first = first,
                          .constants = own->constants,
                          .dt = t->dt,
                          .v = block->state[own->variable] + first,
                          .gates = block->state + own->variable + 1};
}

void tree_start(const loligo_block *block)
{
  const tree *t = block->shared;
  for (size_t c = 1; c < t->n; c++) {
    const membrane_block gates = gates_of(block, t, c, 0, block->n);
    if (t->compartments[c].membrane->start) t->compartments[c].membrane->start(&gates);
  }
}

/* Whose variable number v is. */
static size_t compartment_of(const tree *t, size_t v)
{
  size_t low = 1, high = t->n;
  while (high - low > 1) {
    const size_t middle = low + (high - low) / 2;
    if (t->compartments[middle].variable <= v)
      low = middle;
    else
      high = middle;
  }
  return low;
}

bool tree_observe(const loligo_block *block, size_t v, double *out)
{
  const tree *t = block->shared;
  if (t->n < 2 || v < t->compartments[1].variable || v >= t->n_variables) return false;
  const size_t c = compartment_of(t, v);
  if (t->compartments[c].variable == v) return false;
  const membrane_block gates = gates_of(block, t, c, 0, block->n);
  t->compartments[c].membrane->observe(&gates, v - t->compartments[c].variable - 1, out);
  return true;
}

/* -- the step -- */

size_t tree_strip(const loligo_block *block)
{
  const tree *t = block->shared;
  return least(TREE_NUMBERS / t->n / TREE_LEAST_STRIP * TREE_LEAST_STRIP, LOLIGO_BLOCK_CELLS);
}

/* Potentials of a compartment. */
VECTOR_INLINE double *potentials(const tree_pass *pass, const tree *t, size_t c)
{
  return pass->block->state[c ? t->compartments[c].variable : 0] + pass->first;
}

/* Adds what a receptor gives in the step, whose end it then stands at. */
VECTOR_INLINE void receive(tree_pass *pass, const tree *t, const tree_receptor *r, bool uniform)
{
  const loligo_block *block = pass->block;
  const size_t first = pass->first, n = pass->n,
               at = pass->synapses + (r->kind == TREE_INH) * DERIVED_COUNT(tree_synapse);
  double *x = block->state[r->variable] + first;
  const double *v = potentials(pass, t, r->compartment), *arriving = block->input[r->input] + first;
  double *g = pass->g + r->compartment * n, *i = pass->i + r->compartment * n;
  tree_synapse s;
  block_constants_from(block, at, uniform ? 0 : first, DERIVED_COUNT(s), (double *)&s);
  BLOCK_LOOP
  for (size_t k = 0; k < n; k++) {
    if (!uniform) block_constants_from(block, at, first + k, DERIVED_COUNT(s), (double *)&s);
    const double mean = s.mean * x[k];
    g[k] += mean;
    i[k] = __builtin_fma(mean, s.e - v[k], i[k]);
    x[k] = __builtin_fma(s.left, x[k], arriving[k]);
  }
}

/* The same of one that magnesium blocks. */
VECTOR_INLINE void receive_blocked(tree_pass *pass, const tree *t, const tree_receptor *r)
{
  const loligo_block *block = pass->block;
  const size_t first = pass->first, n = pass->n;
  double *x = block->state[r->variable] + first, *before = block->state[r->variable + 1] + first;
  const double *v = potentials(pass, t, r->compartment), *arriving = block->input[r->input] + first;
  double *g = pass->g + r->compartment * n, *i = pass->i + r->compartment * n;
  const tree_synapse s = r->nmda;
  BLOCK_LOOP
  for (size_t k = 0; k < n; k++) {
    const double middle = 1.5 * v[k] - 0.5 * before[k];
    const double mean = s.mean * x[k] / __builtin_fma(r->block, vector_exp(-0.062 * middle), 1);
    g[k] += mean;
    i[k] = __builtin_fma(mean, s.e - v[k], i[k]);
    x[k] = __builtin_fma(s.left, x[k], arriving[k]);
    before[k] = v[k];
  }
}

VECTOR_INLINE void receive_all(tree_pass *pass, const tree *t)
{
  for (size_t r = 0; r < t->n_receptors; r++) {
    if (t->receptors[r].kind == TREE_NMDA)
      receive_blocked(pass, t, &t->receptors[r]);
    else if (pass->block->uniform)
      receive(pass, t, &t->receptors[r], true);
    else
      receive(pass, t, &t->receptors[r], false);
  }
  for (size_t s = 0; s < t->n_sites; s++) {
    const double *current = pass->block->site_current[s] + pass->first;
    double *i = pass->i + t->sites[s] * pass->n;
    for (size_t k = 0; k < pass->n; k++) i[k] += current[k];
  }
}

/* What acts in each compartment, apart from the others. */
VECTOR_INLINE void act(tree_pass *pass, const tree *t)
{
  const size_t n = pass->n;
  memset(pass->g, 0, n * sizeof *pass->g);
  memset(pass->i, 0, t->n * n * sizeof *pass->i);
  for (size_t c = 1; c < t->n; c++) {
    const compartment *own = &t->compartments[c];
    double *g = pass->g + c * n;
    for (size_t k = 0; k < n; k++) g[k] = own->steady;
    const membrane_block gates = gates_of(pass->block, t, c, pass->first, n);
    own->membrane->conduct(&gates, g, pass->i + c * n);
  }
  receive_all(pass, t);
}

/* Makes a compartment a part of its parent, and leaves in g[] by how much it follows. */
VECTOR_INLINE void eliminate(tree_pass *pass, const tree *t, size_t c)
{
  const size_t n = pass->n, p = t->compartments[c].parent;
  const double coupling = t->compartments[c].g, *v = potentials(pass, t, c), *v_parent = potentials(pass, t, p);
  double *g = pass->g + c * n, *g_parent = pass->g + p * n, *i_parent = pass->i + p * n;
  const double *i = pass->i + c * n;
  BLOCK_LOOP
  for (size_t k = 0; k < n; k++) {
    const double follows = 1 / (g[k] + coupling), share = coupling * follows, pull = share * g[k];
    g_parent[k] += pull;
    i_parent[k] = __builtin_fma(pull, v[k] - v_parent[k], __builtin_fma(share, i[k], i_parent[k]));
    g[k] = follows;
  }
}

VECTOR_CLONES
void tree_gather(tree_pass *pass)
{
  const tree *t = pass->block->shared;
  act(pass, t);
  for (size_t c = t->n - 1; c > 0; c--) eliminate(pass, t, c);
}

/* Moves a compartment; in i[] its potential at the middle of the step takes the place of its current. */
VECTOR_INLINE void follow(tree_pass *pass, const tree *t, size_t c)
{
  const size_t n = pass->n;
  const double coupling = t->compartments[c].g, *parent = pass->i + t->compartments[c].parent * n;
  const double *follows = pass->g + c * n;
  double *i = pass->i + c * n, *v = potentials(pass, t, c);
  BLOCK_LOOP
  for (size_t k = 0; k < n; k++) {
    const double half = follows[k] * __builtin_fma(coupling, parent[k] - v[k], i[k]);
    i[k] = v[k] + half;
    v[k] = __builtin_fma(2, half, v[k]);
  }
}

VECTOR_CLONES
void tree_scatter(tree_pass *pass)
{
  const tree *t = pass->block->shared;
  for (size_t c = 1; c < t->n; c++) {
    follow(pass, t, c);
    const membrane_block gates = gates_of(pass->block, t, c, pass->first, pass->n);
    if (t->compartments[c].membrane->move) t->compartments[c].membrane->move(&gates);
  }
}
