/*
 * The tables of models and inputs are complete and agree with their functions: everything a reader of them relies on.
 */
#include "physics/cell.h"

#include "model/input/input_model.h"
#include "model/synapse/synapse_model.h"

static void check_text(const char *text)
{
  assert_non_null(text);
  assert_true(strlen(text) > 0);
  assert_null(strchr(text, '\n'));
}

static void check_params(loligo_param_table table)
{
  for (size_t i = 0; i < table.n; i++) {
    const loligo_param *row = &table.rows[i];
    check_text(row->name);
    check_text(row->help);
    assert_ptr_equal(param_find(table, row->name), row);
    if (row->fallback && *row->fallback && row->type != LOLIGO_PARAM_LIST)
      assert_true(param_in_range(row, param_default(row)));
    assert_int_equal(row->type == LOLIGO_PARAM_CHOICE, row->choices != NULL);
  }
}

static void check_units(loligo_param_table table)
{
  for (size_t i = 0; i < table.n; i++) assert_non_null(table.rows[i].unit);
}

static void check_signals(const loligo_model *model)
{
  assert_int_equal(model_signal_number(model, "spike"), 0);
  assert_int_equal(model_signal_number(model, "nothing"), -1);
  for (size_t s = 0; s < model->n_signals; s++) {
    check_text(model->signals[s].help);
    assert_int_equal(model_signal_number(model, model->signals[s].name), s + 1);
  }
}

/* What the engine of trials relies on. */
static void check_adjoint(const loligo_model *model)
{
  const loligo_adjoint *adjoint = model->adjoint;
  const bool has_passes = adjoint->part == LOLIGO_TRIAL_UNIT || adjoint->part == LOLIGO_TRIAL_CODE;
  for (int p = 0; p < LOLIGO_PRECISIONS; p++) {
    assert_int_equal(adjoint->forward[p] != NULL, has_passes);
    assert_int_equal(adjoint->backward[p] != NULL, has_passes);
  }
  assert_int_equal(adjoint->n_inputs == 0, model->is_source);
  assert_true(adjoint->n_outputs > 0);
  assert_true(adjoint->derive || adjoint->n_states + adjoint->n_constants == 0);
  for (size_t i = 0; i < adjoint->n_shared; i++) {
    const int row = model_param_index(model, adjoint->shared[i]);
    assert_true(row >= 0 && model->params.rows[row].type == LOLIGO_PARAM_REAL);
  }
}

static void models_are_described(void **state)
{
  (void)state;
  size_t m = 0;
  for (const loligo_model *model; (model = loligo_model_at(m)); m++) {
    check_text(loligo_model_name(model));
    check_text(loligo_model_summary(model));
    assert_ptr_equal(loligo_model_find(model->name), model);
    if (model->alias) assert_ptr_equal(loligo_model_find(model->alias), model);
    assert_true(model_has_page(model));
    assert_true(model->cost > 0);
    assert_true(model_is_complete(model));
    assert_true(model->step || model_is_for_trials(model));
    if (model->adjoint) check_adjoint(model);
    assert_int_equal(model->prepare != NULL, model->release != NULL);
    assert_true(model->n_derived == 0 || model->derive);
    assert_true(model->n_variables == 0 || model->complete);
    assert_int_equal(model->n_receptors == 0, model->is_source);
    check_params(model->params);
    check_units(model->params);
    for (size_t i = 0; i < model->params.n; i++)
      assert_int_equal(model_param_index(model, model->params.rows[i].name), i);
    for (size_t v = 0; v < model->n_variables; v++) {
      assert_int_equal(model_variable_index(model, model->variables[v].name), v);
      assert_non_null(model->variables[v].unit);
      check_text(model->variables[v].help);
    }
    for (size_t r = 0; r < model->n_receptors; r++)
      assert_int_equal(model_receptor_index(model, model->receptors[r].name), r);
    check_signals(model);
  }
  assert_true(m > 0);
  assert_null(loligo_model_find("nothing"));
  assert_int_equal(model_param_index(loligo_model_at(0), "nothing"), -1);
  assert_int_equal(model_variable_index(loligo_model_at(0), "nothing"), -1);
  assert_int_equal(model_receptor_index(loligo_model_at(0), "nothing"), -1);
}

static void neurons_have_what_the_simulation_expects(void **state)
{
  (void)state;
  for (size_t m = 0; loligo_model_at(m); m++) {
    const loligo_model *model = loligo_model_at(m);
    if (model->is_source) continue;
    assert_int_equal(model_param_index(model, "I_e") >= 0, !model->takes_no_current);
    if (model->receptors[0].kind == LOLIGO_RECEPTOR_NUMBER) continue;
    assert_string_equal(model->variables[0].name, "V_m");
    assert_int_equal(model_receptor_index(model, "exc"), 0);
    assert_int_equal(model_receptor_index(model, "inh"), 1);
    const bool waits = model_param_index(model, "t_ref") >= 0 || model_param_index(model, "dead_time") >= 0;
    assert_int_equal(model_variable_index(model, "refractory") >= 0, waits);
    assert_int_equal(model_receptor_index(model, "level") >= 0, model_signal_number(model, "level") >= 0);
  }
  assert_string_equal(loligo_model_find("tv_lif_hh")->name, "tv_lif_hh_psc_exp");
  assert_string_equal(receptor_unit(LOLIGO_RECEPTOR_CURRENT), "pA");
  assert_string_equal(receptor_unit(LOLIGO_RECEPTOR_CONDUCTANCE), "nS");
  assert_string_equal(receptor_unit(LOLIGO_RECEPTOR_POTENTIAL), "mV");
  assert_string_equal(receptor_unit(LOLIGO_RECEPTOR_LEVEL), "pA");
  assert_string_equal(receptor_unit(LOLIGO_RECEPTOR_NUMBER), "");
}

static void defaults_are_at_rest(void **state)
{
  (void)state;
  for (size_t m = 0; loligo_model_at(m); m++) {
    const loligo_model *model = loligo_model_at(m);
    if (model->is_source || model_is_for_trials(model)) continue;
    if (model->n_variables && !*model->variables[0].unit && model->adjoint) continue; /* a map need not be at rest */
    cell_block cells;
    cell_open(&cells, model->name, 3, 0.01);
    cell_start(&cells);
    for (size_t v = 0; v < model->n_variables; v++) assert_true(isfinite(cells.state[v][2]));
    const double rest = cells.state[0][0];
    for (int k = 0; k < 100; k++) cell_step(&cells);
    cell_close(&cells);
    assert_near(cells.state[0][0], rest, strstr(model->name, "traub") ? 1 : 0.01);
  }
}

static void given_states_are_kept(void **state)
{
  (void)state;
  for (size_t m = 0; loligo_model_at(m); m++) {
    const loligo_model *model = loligo_model_at(m);
    for (size_t given = 0; given < model->n_variables; given++) {
      double param[CELL_PARAMS], values[CELL_VARIABLES];
      for (size_t p = 0; p < model->params.n; p++) param[p] = param_default(&model->params.rows[p]);
      for (size_t v = 0; v < model->n_variables; v++) values[v] = v == given ? 0.375 : NAN;
      model->complete(param, values);
      for (size_t v = 0; v < model->n_variables; v++)
        assert_true(v == given ? values[v] == 0.375 : isfinite(values[v]));
    }
  }
}

/* A choice of integrators means that none of them is exact. */
static void longest_steps_are_stated(void **state)
{
  (void)state;
  for (size_t m = 0; loligo_model_at(m); m++) {
    const loligo_model *model = loligo_model_at(m);
    const loligo_param *row = model_integrator(model);
    assert_true(!row || model->max_dt);
    for (size_t i = 0; model->max_dt && (row ? row->choices[i] != NULL : i < 1); i++)
      assert_true(model->max_dt[i] >= 0.001 && model->max_dt[i] <= 1);
  }
}

static void check_traces(const synapse_model *synapse, const synapse_trace *traces, size_t n)
{
  assert_in_range(n, 0, SYNAPSE_MAX_TRACES);
  for (size_t i = 0; i < n; i++) {
    check_text(traces[i].name);
    check_text(traces[i].help);
    const loligo_param *row = param_find(synapse->params, traces[i].tau);
    assert_non_null(row);
    assert_string_equal(row->unit, "ms");
    assert_int_equal(row->range, LOLIGO_RANGE_POSITIVE);
  }
}

static void check_plastic(const synapse_model *synapse)
{
  const loligo_param *wmax = param_find(synapse->params, SYNAPSE_WMAX);
  assert_non_null(wmax);
  assert_null(wmax->unit);
  assert_null(wmax->fallback);
  const loligo_param *pairing = param_find(synapse->params, SYNAPSE_PAIRING);
  assert_non_null(pairing);
  assert_ptr_equal(pairing->choices, synapse_pairings);
  assert_non_null(synapse->derive);
  assert_non_null(synapse->pre);
  assert_int_equal(synapse->n_pathways, 1);
  assert_ptr_equal(synapse->pathways, synapse_spikes_only);
  check_traces(synapse, synapse->source_traces, synapse->n_source_traces);
  check_traces(synapse, synapse->target_traces, synapse->n_target_traces);
  assert_int_equal(synapse->drift != NULL, synapse->modulator_trace != NULL);
  assert_int_equal(param_find(synapse->params, SYNAPSE_MODULATOR) != NULL, synapse->modulator_trace != NULL);
  if (synapse->modulator_trace) check_traces(synapse, synapse->modulator_trace, 1);
}

/* Parts lie between 0 and 1, and after long rest all is as at first. */
static void check_factor(const synapse_model *synapse)
{
  double param[16], constant[SYNAPSE_MAX_CONSTANTS], state[SYNAPSE_MAX_STATES];
  assert_in_range(synapse->n_states, 1, SYNAPSE_MAX_STATES);
  assert_ptr_equal(synapse->pathways, synapse_spikes_only);
  for (size_t i = 0; i < synapse->n_states; i++) {
    check_text(synapse->states[i].name);
    check_text(synapse->states[i].help);
  }
  for (size_t i = 0; i < synapse->params.n; i++) param[i] = param_default(&synapse->params.rows[i]);
  assert_int_equal(synapse->derive(param, constant), LOLIGO_OK);
  synapse->begin(constant, state);
  const double first = synapse->release(constant, INFINITY, state);
  for (int k = 0; k < 100; k++) {
    const double part = synapse->release(constant, k % 7, state);
    assert_true(part >= 0 && part < first && first <= 1);
  }
  assert_near(synapse->release(constant, 1e6, state), first, 1e-12);
}

/* Where the source's trace is 0, a spike of the target changes nothing, to the last bit; nor does a drift of no time.
 */
static void spikes_of_targets_alone_change_nothing(void **state)
{
  (void)state;
  const double trace[] = {0, 0, 0, 0}, slow[] = {0, 0.3, 2, 7}, begin[] = {0, 0x1p-31, 0.7, 1},
               apart[] = {0, -3, 2, 1e-3};
  for (size_t s = 0; synapse_model_at(s); s++) {
    const synapse_model *synapse = synapse_model_at(s);
    double param[16], constant[SYNAPSE_MAX_CONSTANTS], weight[4], eligibility[4];
    if (!synapse->post) continue;
    for (size_t i = 0; i < synapse->params.n; i++) param[i] = param_default(&synapse->params.rows[i]);
    param[param_find(synapse->params, SYNAPSE_WMAX) - synapse->params.rows] = 45;
    assert_int_equal(synapse->derive(param, constant), LOLIGO_OK);
    memcpy(weight, begin, sizeof begin);
    memcpy(eligibility, apart, sizeof apart);
    const synapse_tile tile = {.n = 4,
                               .constant = constant,
                               .weight = weight,
                               .eligibility = eligibility,
                               .trace = trace,
                               .slow = slow,
                               .since = trace,
                               .modulator = slow};
    if (synapse->drift) synapse->drift(&tile);
    synapse->post(&tile);
    assert_memory_equal(weight, begin, sizeof begin);
    assert_memory_equal(eligibility, apart, sizeof apart);
  }
}

/* Where there is no gradient, and never was, weights stay to the last bit; else they go against it. */
static void check_descent(const synapse_model *synapse)
{
  double param[16], constant[SYNAPSE_MAX_CONSTANTS] = {0};
  assert_true(synapse->params.n <= sizeof param / sizeof *param);
  const loligo_param *optimiser = param_find(synapse->params, "optimiser");
  assert_true(synapse->derive && synapse->n_moments && synapse->drawn_feedback && synapse->learn);
  assert_non_null(param_find(synapse->params, SYNAPSE_WMAX));
  for (size_t choice = 0; optimiser->choices[choice]; choice++) {
    for (size_t i = 0; i < synapse->params.n; i++)
      param[i] = synapse->params.rows[i].fallback ? param_default(&synapse->params.rows[i]) : 1;
    param[optimiser - synapse->params.rows] = (double)choice;
    assert_int_equal(synapse->derive(param, constant), LOLIGO_OK);
    assert_true(synapse->n_moments(constant) <= SYNAPSE_MAX_MOMENTS);
    double first[3] = {0}, second[3] = {0}, weight[3] = {-0.5, 0.25, 1};
    const double gradient[3] = {0.5, 0, -0.01};
    synapse->learn(&(synapse_lesson){
        .n = 3, .constant = constant, .trial = 1, .gradient = gradient, .moment = {first, second}, .weight = weight});
    assert_true(weight[0] < -0.5 && weight[1] == 0.25 && weight[2] > 1);
  }
}

/* A synapse model of pathways with names of their own is for cells of the model of that name. */
static void synapse_models_are_described(void **state)
{
  (void)state;
  size_t s = 0;
  for (const synapse_model *synapse; (synapse = synapse_model_at(s)); s++) {
    check_text(synapse->name);
    check_text(synapse->summary);
    assert_true(synapse->equations && *synapse->equations);
    assert_ptr_equal(synapse_model_find(synapse->name), synapse);
    assert_true(synapse->n_pathways > 0);
    check_params(synapse->params);
    if (synapse->kind == SYNAPSE_PLASTIC) {
      check_plastic(synapse);
      continue;
    }
    if (synapse->kind == SYNAPSE_FACTOR) {
      check_factor(synapse);
      continue;
    }
    if (synapse->kind == SYNAPSE_DESCENT) {
      check_descent(synapse);
      continue;
    }
    if (synapse_model_is_prompt(synapse)) {
      assert_int_equal(synapse->n_pathways, 1);
      continue;
    }
    assert_int_equal(synapse->params.n + synapse->n_source_traces + synapse->n_target_traces, 0);
    const loligo_model *model = loligo_model_find(synapse->name);
    for (size_t c = 0; c < synapse->n_pathways; c++) {
      const synapse_pathway *pathway = &synapse->pathways[c];
      assert_int_equal(pathway->signal == NULL, model == NULL);
      assert_int_equal(pathway->receptor == NULL, model == NULL);
      if (!model) continue;
      assert_true(model_signal_number(model, pathway->signal) > 0);
      assert_true(model_receptor_index(model, pathway->receptor) >= 0);
    }
  }
  assert_true(s > 0);
  assert_null(synapse_model_find("nothing"));
}

static void inputs_are_described(void **state)
{
  (void)state;
  size_t d = 0;
  for (const input_model *model; (model = input_model_at(d)); d++) {
    check_text(model->name);
    check_text(model->summary);
    assert_ptr_equal(input_model_find(model->name), model);
    assert_true(model->prepare && model->release &&
                (model->current != NULL) + (model->draw != NULL) + (model->count != NULL) == 1);
    assert_true(!model->form.model || input_model_find(model->form.model));
    check_params(model->params);
    check_units(model->params);
  }
  assert_true(d > 0);
  assert_null(input_model_find("nothing"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(models_are_described),
      cmocka_unit_test(neurons_have_what_the_simulation_expects),
      cmocka_unit_test(defaults_are_at_rest),
      cmocka_unit_test(given_states_are_kept),
      cmocka_unit_test(longest_steps_are_stated),
      cmocka_unit_test(synapse_models_are_described),
      cmocka_unit_test(spikes_of_targets_alone_change_nothing),
      cmocka_unit_test(inputs_are_described),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
