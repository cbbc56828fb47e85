/*
 * Dendrites: what lists of parameters say, whether that is possible, the tables that follow, and initial states.
 */
#include "model/neuron/tree_tables.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "model/neuron/operations.h"
#include "model/neuron/tree_walk.h"

enum { NAME_BYTES = 48, KIND_BYTES = 24 };

const char *const tree_receptor_names[TREE_KINDS] = {"exc", "inh", "nmda"};

const char *const tree_list_names[TREE_LISTS] = {
    [TREE_PARENT] = "compartment_parent",     [TREE_G] = "compartment_g",
    [TREE_C_M] = "compartment_C_m",           [TREE_CHANNEL_AT] = "channel_compartment",
    [TREE_CHANNEL] = "channel_number",        [TREE_PARAMS] = "channel_params",
    [TREE_NMDA_TAU] = "compartment_nmda_tau", [TREE_NMDA_MG] = "compartment_nmda_Mg",
    [TREE_NMDA_E] = "compartment_nmda_E",     [TREE_OPEN_AT] = "receptor_compartment",
    [TREE_OPEN_KIND] = "receptor_kind",       [TREE_SITE_AT] = "current_compartment",
};

/* A compartment without what its channels take, of point somata, and (by the integrator) of those made of channels; a
 * receptor: conductance, its mean, and what arrives; its slope; its block by magnesium. */
static const loligo_operations COMPARTMENT_OPERATIONS[] = {{9, 7, 1}}, STAGED_OPERATIONS[] = {{12, 12, 1}, {9, 7, 1}},
                               RECEPTOR_OPERATIONS = {4, 3, 0}, SLOPE_OPERATIONS = {1, 3, 0},
                               BLOCK_OPERATIONS = {17, 18, 1};
static const double COMPARTMENT_COST = 0.3;

bool tree_soma_has_channels(const loligo_model *model)
{
  const loligo_param *row = param_find(model->params, tree_list_names[TREE_CHANNEL_AT]);
  return row && row->range == LOLIGO_RANGE_NON_NEGATIVE;
}

/* -- checks -- */

static loligo_status check_length(const tree_model *own, const double *param, int list, size_t n)
{
  const size_t length = tree_list_length(own, param, list);
  if (length == n) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s has %zu values, but must have %zu", tree_list_names[list], length, n);
}

/* All are whole numbers from `begin` on and below `end`. */
static loligo_status check_numbers(const tree_model *own, const double *param, int list, size_t begin, size_t end)
{
  const tree_list numbers = tree_list_of(own, param, list);
  for (size_t k = 0; k < numbers.n; k++) {
    const double value = numbers.values[k];
    if (value >= (double)begin && value < (double)end && value == floor(value)) continue;
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: value %zu is %g, but must be a whole number below %zu",
                       tree_list_names[list], k, value, end);
  }
  return LOLIGO_OK;
}

static loligo_status check_parents(const tree_model *own, const double *param)
{
  const tree_list parents = tree_list_of(own, param, TREE_PARENT);
  for (size_t k = 0; k < parents.n; k++) {
    const double value = parents.values[k];
    if (value >= 0 && value <= (double)k && value == floor(value)) continue;
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: value %zu is %g, but must be a whole number below %zu",
                       tree_list_names[TREE_PARENT], k, value, k + 1);
  }
  return LOLIGO_OK;
}

/* What has no capacitance has the potential between those of its neighbours. */
static loligo_status check_joints(const tree_model *own, const double *param)
{
  const tree_list parents = tree_list_of(own, param, TREE_PARENT);
  for (size_t k = 0; k < parents.n; k++) {
    if (tree_value(own, param, TREE_C_M, k) > 0) continue;
    bool parts = false;
    for (size_t child = k + 1; child < parents.n; child++)
      parts = parts || (parents.values[child] == (double)(k + 1) && tree_value(own, param, TREE_G, child) > 0);
    if (!parts || !(tree_value(own, param, TREE_G, k) > 0))
      return loligo_fail(LOLIGO_INPUT_ERROR,
                         "%s: value %zu is 0, but compartment %zu does not join others; give it a capacitance",
                         tree_list_names[TREE_C_M], k, k + 1);
  }
  return LOLIGO_OK;
}

static loligo_status check_values(const channel *c, const double *values, size_t compartment)
{
  for (size_t i = 0; i < c->params.n; i++)
    if (!param_in_range(&c->params.rows[i], values[i]))
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s of compartment %zu is %g, but must be %s", c->params.rows[i].name,
                         compartment, values[i], param_range_text(c->params.rows[i].range));
  return LOLIGO_OK;
}

/* One of a kind, and calcium where it is needed. */
static loligo_status check_company(const tree_place *place)
{
  size_t pools = 0;
  for (size_t k = 0; k < place->n; k++) {
    const channel *own = tree_channel(place->channels, place->first + k);
    pools += own->calcium == CHANNEL_HOLDS_CALCIUM;
    for (size_t other = 0; other < k; other++)
      if (tree_channel(place->channels, place->first + other) == own)
        return loligo_fail(LOLIGO_INPUT_ERROR, "compartment %zu has %s twice", place->c, own->name);
  }
  for (size_t k = 0; k < place->n; k++) {
    const channel *own = tree_channel(place->channels, place->first + k);
    if (own->calcium != CHANNEL_WITHOUT_CALCIUM && pools != 1)
      return loligo_fail(LOLIGO_INPUT_ERROR, "compartment %zu has %s, but %s; give it CaDynamics once", place->c,
                         own->name, pools ? "several pools of calcium" : "no pool of calcium");
  }
  return LOLIGO_OK;
}

static loligo_status check_channels(const tree_model *own, const double *param)
{
  const size_t n = tree_compartments(own, param), n_channels = tree_list_length(own, param, TREE_CHANNEL_AT);
  const tree_list at = tree_list_of(own, param, TREE_CHANNEL_AT);
  LOLIGO_TRY(check_length(own, param, TREE_CHANNEL, n_channels));
  LOLIGO_TRY(check_numbers(own, param, TREE_CHANNEL_AT, tree_first_compartment(own), n));
  LOLIGO_TRY(check_numbers(own, param, TREE_CHANNEL, 0, channel_registry.n));
  for (size_t k = 1; k < n_channels; k++)
    if (at.values[k] < at.values[k - 1])
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s: value %zu is less than the one before; let them ascend",
                         tree_list_names[TREE_CHANNEL_AT], k);
  LOLIGO_TRY(check_length(own, param, TREE_PARAMS, tree_place_end(own, param).param));
  for (tree_place place = tree_place_first(own, param); place.c < n; tree_place_next(&place)) {
    LOLIGO_TRY(check_company(&place));
    const double *values = place.params.values + place.param;
    for (size_t k = 0; k < place.n; k++) {
      const channel *of = tree_channel(place.channels, place.first + k);
      LOLIGO_TRY(check_values(of, values, place.c));
      values += of->params.n;
    }
  }
  return LOLIGO_OK;
}

static loligo_status check_receptors(const tree_model *own, const double *param)
{
  const size_t n = tree_compartments(own, param);
  LOLIGO_TRY(check_length(own, param, TREE_OPEN_KIND, tree_list_length(own, param, TREE_OPEN_AT)));
  LOLIGO_TRY(check_numbers(own, param, TREE_OPEN_AT, 1, n));
  LOLIGO_TRY(check_numbers(own, param, TREE_OPEN_KIND, 0, TREE_KINDS + tree_listed_count(own, param)));
  for (size_t r = tree_soma_receptors(own, param); r < tree_receptors(own, param); r++) {
    const tree_opened receptor = tree_receptor_at(own, param, r);
    if (receptor.kind == TREE_NMDA && !(tree_value(own, param, TREE_NMDA_TAU, receptor.compartment - 1) > 0))
      return loligo_fail(LOLIGO_INPUT_ERROR, "compartment %zu has no receptor nmda", receptor.compartment);
  }
  LOLIGO_TRY(check_numbers(own, param, TREE_SITE_AT, 1, n));
  return own->listed_row ? listed_check_rows(own->model->params, param, own->listed_row, LISTED_MG + 1) : LOLIGO_OK;
}

loligo_status tree_check(const tree_model *own, const double *param)
{
  const size_t n = tree_compartments(own, param), n_nmda = tree_list_length(own, param, TREE_NMDA_TAU);
  LOLIGO_TRY(check_length(own, param, TREE_G, n - 1));
  LOLIGO_TRY(check_length(own, param, TREE_C_M, n - 1));
  LOLIGO_TRY(check_length(own, param, TREE_NMDA_TAU, n_nmda ? n - 1 : 0));
  LOLIGO_TRY(check_length(own, param, TREE_NMDA_MG, n_nmda));
  LOLIGO_TRY(check_length(own, param, TREE_NMDA_E, n_nmda));
  LOLIGO_TRY(check_parents(own, param));
  LOLIGO_TRY(check_joints(own, param));
  LOLIGO_TRY(check_channels(own, param));
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
  if (c)
    snprintf(name, NAME_BYTES, "%s[%zu]", what, c);
  else
    snprintf(name, NAME_BYTES, "%s", what);
  return name;
}

/* As `what`_NUMBER for receptors that are listed. */
static const char *kind_name(char name[KIND_BYTES], const char *what, int kind)
{
  static const char *const suffixes[TREE_KINDS] = {"_ex", "_in", "_nmda"};
  if (kind < TREE_KINDS)
    snprintf(name, KIND_BYTES, "%s%s", what, suffixes[kind]);
  else
    snprintf(name, KIND_BYTES, "%s_%d", what, kind - TREE_KINDS + 1);
  return name;
}

/* Receptors whose variables the registered model has not. */
static size_t first_new_receptor(const tree_model *own)
{
  return own->soma_has_channels ? own->model->n_receptors : 0;
}

static size_t count_variables(const tree_model *own, const double *param)
{
  size_t n = tree_place_end(own, param).variable;
  for (size_t r = first_new_receptor(own); r < tree_receptors(own, param); r++)
    n += tree_course_variables(tree_course_of(own, param, tree_receptor_at(own, param, r).kind));
  return n;
}

static size_t describe_receptor(const tree_opened *receptor, tree_course course, loligo_variable *rows,
                                char (*names)[NAME_BYTES])
{
  char what[KIND_BYTES];
  const size_t c = receptor->compartment;
  size_t v = 0;
  rows[v] = (loligo_variable){name_at(names[v], kind_name(what, "g", receptor->kind), c), "nS",
                              "conductance of a receptor of a compartment"};
  if (course.rises)
    v++, rows[v] = (loligo_variable){name_at(names[v], kind_name(what, "dg", receptor->kind), c), "nS/ms",
                                     "slope of the conductance of a receptor of a compartment"};
  if (course.is_blocked) {
    const bool is_only = receptor->kind == TREE_NMDA;
    v++, rows[v] = (loligo_variable){
             name_at(names[v], is_only ? "V_before" : kind_name(what, "V_before", receptor->kind), c), "mV",
             "membrane potential a step before, from which the block by magnesium is extrapolated"};
  }
  return v + 1;
}

static loligo_status describe_variables(const tree_model *own, const double *param, loligo_model *described)
{
  char(*names)[NAME_BYTES];
  const size_t n = count_variables(own, param);
  loligo_variable *rows = table_with_names(n, sizeof *rows, "variables", &names);
  described->variables = rows;
  described->n_variables = n;
  if (!rows) return LOLIGO_MACHINE_ERROR;
  memcpy(rows, own->model->variables, own->model->n_variables * sizeof *rows);
  size_t v = own->model->n_variables;
  for (tree_place at = tree_place_first(own, param); at.c < tree_compartments(own, param); tree_place_next(&at)) {
    if (at.c) rows[v] = (loligo_variable){name_at(names[v], "V_m", at.c), "mV", "membrane potential of a compartment"};
    v += at.c > 0;
    for (size_t k = 0; k < at.n; k++) {
      const channel *of = tree_channel(at.channels, at.first + k);
      for (size_t g = 0; g < of->n_variables; g++, v++) {
        rows[v] = of->variables[g];
        rows[v].name = name_at(names[v], rows[v].name, at.c);
      }
    }
  }
  for (size_t r = first_new_receptor(own); r < tree_receptors(own, param); r++) {
    const tree_opened receptor = tree_receptor_at(own, param, r);
    v += describe_receptor(&receptor, tree_course_of(own, param, receptor.kind), rows + v, names + v);
  }
  return LOLIGO_OK;
}

/* Those that are listed are called by their numbers until they are named. */
static loligo_status describe_receptors(const tree_model *own, const double *param, loligo_model *described)
{
  char(*names)[NAME_BYTES], number[KIND_BYTES];
  const size_t first = first_new_receptor(own), n = tree_receptors(own, param) - first;
  const size_t fixed = own->model->n_receptors;
  loligo_receptor *rows = table_with_names(fixed + n, sizeof *rows, "receptors", &names);
  described->receptors = rows;
  if (!rows) return LOLIGO_MACHINE_ERROR;
  memcpy(rows, own->model->receptors, fixed * sizeof *rows);
  for (size_t r = 0; r < n; r++) {
    const tree_opened receptor = tree_receptor_at(own, param, first + r);
    snprintf(number, sizeof number, "%d", receptor.kind - TREE_KINDS + 1);
    const char *what = receptor.kind < TREE_KINDS ? tree_receptor_names[receptor.kind] : number;
    rows[fixed + r] =
        (loligo_receptor){name_at(names[fixed + r], what, receptor.compartment), LOLIGO_RECEPTOR_CONDUCTANCE};
  }
  described->n_receptors = fixed + n;
  return LOLIGO_OK;
}

static size_t count_integrators(const loligo_model *described)
{
  const loligo_param *row = param_find(described->params, "integrator");
  return row && row->choices[1] ? 2 : 1;
}

/* Those of a part that has one entry for each integrator, or one for all. */
static void add_operations(loligo_model *described, const loligo_operations *more, size_t n_more)
{
  const loligo_operations *first = described->operations;
  for (size_t i = 0; i < count_integrators(described); i++, described->operations++)
    operations_add(described, more[i < n_more ? i : 0], 1);
  described->operations = first;
}

static void add_compartment(const tree_model *own, loligo_model *described)
{
  if (own->soma_has_channels)
    add_operations(described, STAGED_OPERATIONS, 2);
  else
    add_operations(described, COMPARTMENT_OPERATIONS, 1);
  described->cost += COMPARTMENT_COST;
}

static void describe_work(const tree_model *own, const double *param, loligo_model *described)
{
  for (tree_place at = tree_place_first(own, param); at.c < tree_compartments(own, param); tree_place_next(&at)) {
    if (at.c) add_compartment(own, described);
    for (size_t k = 0; k < at.n; k++) {
      add_operations(described, &tree_channel(at.channels, at.first + k)->operations, 1);
      described->cost += tree_channel(at.channels, at.first + k)->cost;
    }
  }
  for (size_t r = first_new_receptor(own); r < tree_receptors(own, param); r++) {
    const tree_course course = tree_course_of(own, param, tree_receptor_at(own, param, r).kind);
    add_operations(described, &RECEPTOR_OPERATIONS, 1);
    if (course.rises) add_operations(described, &SLOPE_OPERATIONS, 1);
    if (course.is_blocked) add_operations(described, &BLOCK_OPERATIONS, 1);
  }
}

static loligo_status describe_operations(loligo_model *described)
{
  const size_t n = count_integrators(described);
  loligo_operations *copies = memory_allocate(n, sizeof *copies, "operations");
  for (size_t i = 0; copies && i < n; i++) copies[i] = described->operations[i];
  described->operations = copies;
  return copies ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

loligo_status tree_describe(const tree_model *own, const double *param, loligo_model *described)
{
  described->variables = NULL;
  described->receptors = NULL;
  LOLIGO_TRY(describe_operations(described));
  if (tree_compartments(own, param) > TREE_MAX_COMPARTMENTS)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%zu compartments besides the soma; take at most %d",
                       tree_list_length(own, param, TREE_PARENT), TREE_MAX_COMPARTMENTS - 1);
  if (tree_listed_count(own, param) > LISTED_MAX)
    return loligo_fail(LOLIGO_INPUT_ERROR, "receptors: at most %d besides exc and inh", LISTED_MAX);
  LOLIGO_TRY(describe_variables(own, param, described));
  LOLIGO_TRY(describe_receptors(own, param, described));
  described->n_sites = tree_list_length(own, param, TREE_SITE_AT);
  describe_work(own, param, described);
  return LOLIGO_OK;
}

void tree_forget(loligo_model *described)
{
  memory_free((void *)described->variables);
  memory_free((void *)described->receptors);
  memory_free((void *)described->operations);
}

/* -- initial states -- */

static double potential_of(const tree_model *own, const double *param, size_t c, const double *state)
{
  tree_place at = tree_place_first(own, param);
  while (at.c < c) tree_place_next(&at);
  return state[c ? at.variable : 0];
}

/* From variable number v on. */
static void complete_receptors(const tree_model *own, const double *param, size_t v, double *state)
{
  for (size_t r = first_new_receptor(own); r < tree_receptors(own, param); r++) {
    const tree_opened receptor = tree_receptor_at(own, param, r);
    const tree_course course = tree_course_of(own, param, receptor.kind);
    double *last = &state[v + tree_course_variables(course) - 1];
    if (course.is_blocked && isnan(*last)) *last = potential_of(own, param, receptor.compartment, state);
    for (; &state[v] <= last; v++)
      if (isnan(state[v])) state[v] = 0;
  }
}

/* Calcium first, which others look at. */
static void complete_channels(const tree_place *at, double v, bool pools, double *ca, double *gates)
{
  const double *values = at->params.values + at->param;
  for (size_t k = 0; k < at->n; k++) {
    const channel *of = tree_channel(at->channels, at->first + k);
    const bool is_pool = of->calcium == CHANNEL_HOLDS_CALCIUM;
    if (of->complete && is_pool == pools) of->complete(values, v, *ca, gates);
    if (is_pool) *ca = gates[0];
    values += of->params.n;
    gates += of->n_variables;
  }
}

void tree_complete(const tree_model *own, const double *param, double *state)
{
  tree_place at = tree_place_first(own, param);
  for (; at.c < tree_compartments(own, param); tree_place_next(&at)) {
    double *v = &state[tree_potential(&at)], ca = NAN;
    if (isnan(*v)) *v = state[0];
    complete_channels(&at, *v, true, &ca, &state[at.variable + 1]);
    complete_channels(&at, *v, false, &ca, &state[at.variable + 1]);
  }
  complete_receptors(own, param, at.variable, state);
}
