/*
 * Passes of models that learn in trials: gradients against central differences, the spikes of the ordinary models, and
 * the same bits however a trial is cut.
 */
#include "pass_bench.h"

#include <stdio.h>

#include "model/neuron/hh_tables.h"

/* How a model is exercised, where 0 to 1 in 15 steps of 1 ms are not what it needs. */
typedef struct exercise {
  const char *model;
  double low, high; /* inputs */
  double dt;        /* ms */
  size_t n_steps;
  double differs; /* by so much of the largest may results of single precision differ */
  bool is_double; /* the ordinary model computes in double precision */
} exercise;

static const exercise exercises[] = {
    {"hh_psc_exp", -200, 2000, 0.05, 400, 1e-3, true}, {"tv_lif_hh_psc_exp", -200, 2000, 0.05, 400, 1e-3, true},
    {"hh_frozen", -20, 40, 1, 15, 1e-5, false},        {"hh_leak", -20, 40, 1, 15, 1e-5, false},
    {"eprop_iaf", -0.3, 0.9, 1, 15, 1e-5, true},       {"eprop_readout", -0.3, 0.9, 1, 15, 1e-5, true},
    {"gaussian_code", -2, 8, 1, 1, 1e-5, false},       {NULL, -0.3, 0.9, 1, 15, 1e-5, false},
};

static const exercise *exercise_of(const loligo_model *model)
{
  const exercise *e = exercises;
  while (e->model && strcmp(e->model, model->name) != 0) e++;
  return e;
}

static bool is_trained(const loligo_model *model)
{
  return model->adjoint && model->adjoint->forward[LOLIGO_SINGLE];
}

static double input_of(const exercise *e, uint64_t cell, size_t i)
{
  return e->low + (e->high - e->low) * bench_varied(cell, i);
}

/* Parameters of a cell: defaults, but that rates vary, and the one integrator that can be trained. */
static void params_of(const loligo_model *model, uint64_t cell, double *param)
{
  for (size_t p = 0; p < model->params.n; p++) {
    const loligo_param *row = &model->params.rows[p];
    param[p] = param_default(row);
    if (strncmp(row->name, "a_", 2) == 0 || strncmp(row->name, "b_", 2) == 0)
      param[p] = 0.01 * bench_varied(cell + 77, p);
  }
  const int integrator = model_param_index(model, "integrator");
  if (integrator >= 0) param[integrator] = 0;
}

/* Cells of block `block`, whose inputs are varied. */
static void open(bench *b, const loligo_model *model, loligo_precision precision, size_t block, bool stays)
{
  const exercise *e = exercise_of(model);
  bench_open(b, model, precision, e->n_steps);
  b->terms.input_stays = stays;
  for (size_t l = 0; l < BENCH_LANES; l++) {
    double param[CELL_PARAMS];
    const uint64_t cell = block * BENCH_LANES + l;
    params_of(model, cell, param);
    bench_derive(b, l, param, e->dt);
    for (size_t i = 0; i < (stays ? 1 : b->n_steps) * model->adjoint->n_inputs; i++)
      bench_put(b, b->input, i * BENCH_LANES + l, input_of(e, cell, i));
    bench_put(b, b->noise, l, 4 * bench_varied(cell + 99, 0) - 2);
  }
}

static void run(bench *b)
{
  bench_forward(b);
  bench_pull(b);
  bench_back(b, 0, b->n_steps, b->begin);
}

/* -- gradients -- */

typedef struct errors {
  double of_difference, of_all; /* sums of squares */
} errors;

/* Compares dE/d(number k of `array`), for all lanes at once where each has its own, with central differences. */
static void differ(bench *b, void *array, const void *gradient, size_t k, bool is_shared, double size, errors *errors)
{
  double kept[BENCH_LANES], above[BENCH_LANES];
  const size_t first = is_shared ? k : k * BENCH_LANES, n = is_shared ? 1 : BENCH_LANES;
  for (size_t l = 0; l < n; l++) kept[l] = bench_get(b, array, first + l);
  for (size_t l = 0; l < n; l++) bench_put(b, array, first + l, kept[l] + size);
  bench_forward(b);
  for (size_t l = 0; l < BENCH_LANES; l++) above[l] = bench_minimised(b, l);
  for (size_t l = 0; l < n; l++) bench_put(b, array, first + l, kept[l] - size);
  bench_forward(b);
  for (size_t l = 0; l < BENCH_LANES; l++) {
    const double slope = (above[l] - bench_minimised(b, l)) / (2 * size);
    const double error = slope - bench_get(b, gradient, k * BENCH_LANES + l);
    errors->of_difference += error * error;
    errors->of_all += slope * slope;
  }
  for (size_t l = 0; l < n; l++) bench_put(b, array, first + l, kept[l]);
}

static double relative(errors e)
{
  return e.of_all > 0 ? sqrt(e.of_difference / e.of_all) : sqrt(e.of_difference);
}

static void assert_gradients(bench *b, const char *how)
{
  const exercise *e = exercise_of(b->model);
  const double range = e->high - e->low;
  errors of_input = {0}, of_state = {.of_all = 1}, of_shared = {0};
  run(b);
  for (size_t k = 0; k<(b->terms.input_stays ? 1 : b->n_steps) * b->adjoint->n_inputs; k += b->n_steps> 100 ? 37 : 1)
    differ(b, b->input, b->of_input, k, false, 1e-6 * range, &of_input);
  for (size_t k = 0; k < b->adjoint->n_states; k++) {
    errors of_this = {.of_all = 1e-12};
    differ(b, b->begin, b->of_state, k, false, 1e-6, &of_this);
    if (relative(of_this) > relative(of_state)) of_state = of_this;
  }
  for (size_t k = 0; k < b->adjoint->n_shared; k++) differ(b, b->shared, b->of_shared, k, true, 1e-6, &of_shared);
  print_message("  %-18s %-24s input %.1e, state %.1e, shared %.1e\n", b->model->name, how, relative(of_input),
                relative(of_state), relative(of_shared));
  if (!(relative(of_input) <= 1e-5 && relative(of_state) <= 1e-5 && relative(of_shared) <= 1e-5))
    fail_msg("gradients of %s differ", b->model->name);
}

/* Of the second block the states begin elsewhere, and each step counts for itself. */
static void check_gradients(const loligo_model *model, const surrogate *surrogate, size_t block, bool stays)
{
  char how[64];
  bench b;
  open(&b, model, LOLIGO_DOUBLE, block, stays);
  b.terms.ramp = true;
  b.terms.surrogate = surrogate;
  b.terms.width = param_default(surrogate->params.rows);
  b.pulls_steps = block > 0;
  for (size_t i = 0; block > 0 && i < model->adjoint->n_states * BENCH_LANES; i++)
    bench_put(&b, b.begin, i, bench_get(&b, b.begin, i) + 0.3 * bench_varied(5, i));
  snprintf(how, sizeof how, "%s%s", model->adjoint->has_threshold ? surrogate->name : "", stays ? ", input stays" : "");
  assert_gradients(&b, how);
  bench_close(&b);
}

static void gradients_are_those_of_differences(void **state)
{
  (void)state;
  for (size_t m = 0; loligo_model_at(m); m++) {
    const loligo_model *model = loligo_model_at(m);
    for (size_t s = 0; is_trained(model) && surrogate_at(s); s++) {
      if (s && (!model->adjoint->has_threshold || model->adjoint->has_surrogate)) break;
      for (size_t block = 0; block < 2; block++)
        for (int stays = 0; stays < 2; stays++) check_gradients(model, surrogate_at(s), block, stays);
    }
  }
}

/* Through the reset or past it: only in the one is dE/d(state) what differences say. */
static void leave_reset_out(const char *model)
{
  bench b;
  errors with = {0}, without = {0};
  open(&b, loligo_model_find(model), LOLIGO_DOUBLE, 0, true);
  b.terms.ramp = true;
  run(&b);
  differ(&b, b.input, b.of_input, 0, false, 1e-6, &with);
  b.terms.through_reset = false;
  run(&b);
  differ(&b, b.input, b.of_input, 0, false, 1e-6, &without);
  assert_true(relative(with) < 1e-5 && relative(without) > 1e-2);
  bench_close(&b);
}

static void reset_may_be_left_out(void **state)
{
  (void)state;
  leave_reset_out("lif_step");
  leave_reset_out("eprop_iaf");
}

/* -- bits -- */

/* Everything that comes out, in one number. */
static uint64_t hash_of(const bench *b)
{
  const loligo_adjoint *a = b->adjoint;
  const size_t per_step[] = {a->n_outputs, a->n_inputs},
               once[] = {a->n_outputs, a->n_states, a->n_states, a->n_shared, a->part == LOLIGO_TRIAL_CODE};
  const void *const steps[] = {b->output, b->of_input}, *const others[] = {b->sum, b->state, b->of_state, b->of_shared,
                                                                           b->information};
  uint64_t hash = 0;
  for (size_t i = 0; i < 2; i++)
    for (size_t k = 0; k < b->n_steps * per_step[i] * BENCH_LANES * bench_bytes(b); k++)
      hash = hash * 0x100000001b3u + ((const uint8_t *)steps[i])[k];
  for (size_t i = 0; i < sizeof once / sizeof once[0]; i++)
    for (size_t k = 0; k < once[i] * BENCH_LANES * bench_bytes(b); k++)
      hash = hash * 0x100000001b3u + ((const uint8_t *)others[i])[k];
  for (size_t l = 0; l < BENCH_LANES; l++) hash = hash * 0x100000001b3u + (uint64_t)b->spikes[l];
  return hash;
}

/* The same trial as two passes of which one hands its state to the other. */
static void run_in_two(bench *b, size_t cut)
{
  void *middle = bench_room(BENCH_STATES);
  const loligo_pass first = bench_pass(b, 0, cut), second = bench_pass(b, cut, b->n_steps - cut);
  bench_begin(b);
  b->adjoint->forward[b->precision](&first);
  memcpy(middle, b->state, BENCH_STATES * BENCH_LANES * sizeof(double));
  b->adjoint->forward[b->precision](&second);
  bench_pull(b);
  bench_back(b, cut, b->n_steps - cut, middle);
  bench_back(b, 0, cut, b->begin);
  memory_free(middle);
}

static void trials_may_be_cut(void **state)
{
  (void)state;
  for (size_t m = 0; loligo_model_at(m); m++) {
    for (int precision = 0; is_trained(loligo_model_at(m)) && precision < LOLIGO_PRECISIONS; precision++) {
      bench b;
      open(&b, loligo_model_at(m), precision, 0, false);
      b.pulls_steps = true;
      run(&b);
      const uint64_t whole = hash_of(&b);
      for (size_t cut = 0; cut <= b.n_steps; cut += 1 + b.n_steps / 10) {
        run_in_two(&b, cut);
        assert_true(hash_of(&b) == whole);
      }
      bench_close(&b);
    }
  }
}

/* So that a build for other instructions, or a change that nobody meant, does not go unnoticed. */
static const struct {
  const char *model;
  uint64_t hash[LOLIGO_PRECISIONS];
} bits[] = {
    {"eprop_iaf", {0xaf6ca0d55b674455u, 0xc6ad372bf2ff96feu}},
    {"eprop_readout", {0x2b913aae4ccd173du, 0xdf77beb37fe87dd0u}},
    {"hh_psc_exp", {0xa1933ae2df6ecc47u, 0x5a1be114eb8cc20fu}},
    {"lif_step", {0xe87ad3feba408a53u, 0x69dc92919d80b87u}},
    {"s_lif2hh_layer", {0x5e032d630adbd622u, 0x461d58f3e3876d0eu}},
    {"hh_frozen", {0xc1dbc861182d3f00u, 0x607a087fed94ba81u}},
    {"hh_leak", {0xb8075ab412d01ffeu, 0x18a7dee73a0efb58u}},
    {"relu", {0x98a2e07d05e41381u, 0x800177fa276d221au}},
    {"s_lif2hh_gains", {0xfea3245371a1cb6u, 0x8b61572401949700u}},
    {"gaussian_code", {0x9f132019fbb0514du, 0x2ceb149daf419df2u}},
};

static void bits_are_those_of_ever(void **state)
{
  (void)state;
  bool differ = false;
  for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
    for (int precision = 0; precision < LOLIGO_PRECISIONS; precision++) {
      bench b;
      open(&b, loligo_model_find(bits[i].model), precision, 1, false);
      b.pulls_steps = true;
      run(&b);
      if (hash_of(&b) != bits[i].hash[precision]) {
        print_message("  %s, %d: 0x%llx\n", bits[i].model, precision, (unsigned long long)hash_of(&b));
        differ = true;
      }
      bench_close(&b);
    }
  }
  assert_false(differ);
}

/* Moves the cells of a bench by one lane, inputs and all. */
static void rotate(const bench *b, void *array, size_t n)
{
  for (size_t k = 0; k < n; k++) {
    const double last = bench_get(b, array, (k + 1) * BENCH_LANES - 1);
    for (size_t l = BENCH_LANES - 1; l > 0; l--)
      bench_put(b, array, k * BENCH_LANES + l, bench_get(b, array, k * BENCH_LANES + l - 1));
    bench_put(b, array, k * BENCH_LANES, last);
  }
}

static void lanes_are_alike(void **state)
{
  (void)state;
  for (size_t m = 0; loligo_model_at(m); m++) {
    for (int precision = 0; is_trained(loligo_model_at(m)) && precision < LOLIGO_PRECISIONS; precision++) {
      bench b;
      open(&b, loligo_model_at(m), precision, 1, false);
      const loligo_adjoint *a = b.adjoint;
      double output[BENCH_OUTPUTS * BENCH_LANES];
      bench_forward(&b);
      for (size_t i = 0; i < a->n_outputs * BENCH_LANES; i++) output[i] = bench_get(&b, b.sum, i);
      for (size_t by = 0; by < BENCH_LANES; by++) {
        rotate(&b, b.constants, a->n_constants);
        rotate(&b, b.begin, a->n_states);
        rotate(&b, b.input, b.n_steps * a->n_inputs);
        rotate(&b, b.noise, 1);
        bench_forward(&b);
        for (size_t i = 0; i < a->n_outputs * BENCH_LANES; i++) {
          const size_t k = i / BENCH_LANES, l = (i % BENCH_LANES + by + 1) % BENCH_LANES;
          assert_true(bench_get(&b, b.sum, k * BENCH_LANES + l) == output[i]);
        }
      }
      bench_close(&b);
    }
  }
}

/* Largest difference of numbers of two precisions, over the largest number. */
static double apart(const bench *single, const bench *whole, const void *a, const void *b, size_t n)
{
  double most = 0, largest = 0;
  for (size_t i = 0; i < n * BENCH_LANES; i++) {
    most = fmax(most, fabs(bench_get(single, a, i) - bench_get(whole, b, i)));
    largest = fmax(largest, fabs(bench_get(whole, b, i)));
  }
  return largest > 0 ? most / largest : most;
}

static void precisions_agree(void **state)
{
  (void)state;
  for (size_t m = 0; loligo_model_at(m); m++) {
    const loligo_model *model = loligo_model_at(m);
    if (!is_trained(model)) continue;
    bench single, whole;
    open(&single, model, LOLIGO_SINGLE, 0, true);
    open(&whole, model, LOLIGO_DOUBLE, 0, true);
    for (size_t i = 0; i < model->adjoint->n_inputs * BENCH_LANES; i++)
      bench_put(&whole, whole.input, i, bench_get(&single, single.input, i));
    for (size_t l = 0; l < BENCH_LANES; l++) bench_put(&whole, whole.noise, l, bench_get(&single, single.noise, l));
    run(&single);
    run(&whole);
    const double sum = apart(&single, &whole, single.sum, whole.sum, model->adjoint->n_outputs);
    const double of_input = apart(&single, &whole, single.of_input, whole.of_input, model->adjoint->n_inputs);
    print_message("  %-18s sum %.1e, gradient %.1e\n", model->name, sum, of_input);
    assert_true(sum <= exercise_of(model)->differs && of_input <= exercise_of(model)->differs);
    bench_close(&single);
    bench_close(&whole);
  }
}

/* -- the ordinary models -- */

/* Puts a constant input, in single precision, where the ordinary model has it; false where it is a current, or comes
 * with each step. */
static bool put_input(cell_block *cells, size_t i, size_t k, double value)
{
  static const char *const names[BENCH_INPUTS] = {"input1", "input2", "input3", "input4"};
  const int p = model_param_index(cells->model, names[k]);
  if (p >= 0) cells->param[i][p] = value;
  return p >= 0;
}

/* In hundredths, so that units meet their thresholds, and in single precision. */
static double coarse_input(const exercise *e, uint64_t cell, size_t k)
{
  return (double)(float)(round(100 * input_of(e, cell, k)) / 100);
}

enum { BLOCKS = 12, CELLS = BLOCKS * BENCH_LANES };

/* Numbers of spikes of cells of the ordinary model, each under a constant input. */
static void simulate(const loligo_model *model, int64_t *spikes)
{
  const exercise *e = exercise_of(model);
  cell_block cells;
  cell_open(&cells, model->name, CELLS, e->dt);
  cells.block.uniform = false;
  for (size_t i = 0; i < CELLS; i++) {
    params_of(model, i, cells.param[i]);
    for (size_t k = 0; k < model->adjoint->n_inputs; k++) {
      const double input = coarse_input(e, i, k);
      if (!put_input(&cells, i, k, input)) cells.current[i] = input;
    }
  }
  cell_start(&cells);
  memset(spikes, 0, CELLS * sizeof *spikes);
  for (size_t t = 0; t < e->n_steps; t++) {
    if (model->takes_no_current) memcpy(cells.input[0], cells.current, CELLS * sizeof *cells.current);
    cell_step(&cells);
    for (size_t i = 0; i < CELLS; i++) spikes[i] += cells.spike[i];
  }
  cell_close(&cells);
}

/* Cells whose passes in a precision have other numbers of spikes. */
static size_t count_others(const loligo_model *model, loligo_precision precision, const int64_t *spikes)
{
  size_t others = 0;
  for (size_t block = 0; block < BLOCKS; block++) {
    bench b;
    open(&b, model, precision, block, true);
    for (size_t i = 0; i < model->adjoint->n_inputs * BENCH_LANES; i++)
      bench_put(&b, b.input, i,
                coarse_input(exercise_of(model), block * BENCH_LANES + i % BENCH_LANES, i / BENCH_LANES));
    bench_forward(&b);
    for (size_t l = 0; l < BENCH_LANES; l++) others += b.spikes[l] != spikes[block * BENCH_LANES + l];
    bench_close(&b);
  }
  return others;
}

/* Maps are computed in single precision by the ordinary model too; where it computes in double precision, few cells may
 * differ. */
static void spikes_are_those_of_simulations(void **state)
{
  (void)state;
  for (size_t m = 0; loligo_model_at(m); m++) {
    const loligo_model *model = loligo_model_at(m);
    if (!is_trained(model) || model_is_for_trials(model)) continue;
    int64_t spikes[CELLS], all = 0;
    simulate(model, spikes);
    for (size_t i = 0; i < CELLS; i++) all += spikes[i];
    const size_t single = count_others(model, LOLIGO_SINGLE, spikes);
    const size_t whole = count_others(model, LOLIGO_DOUBLE, spikes);
    print_message("  %-18s %lld spikes; of %d cells %zu differ in single, %zu in double precision\n", model->name,
                  (long long)all, CELLS, single, whole);
    assert_true(all > CELLS / 4 || strcmp(model->page.spike, "none") == 0);
    if (exercise_of(model)->is_double)
      assert_true(single <= CELLS / 50 && whole == 0);
    else
      assert_true(single == 0);
  }
}

/* V_m at the end of each step, in double precision; of tv-LIF the units' sum. */
static void membrane_is_that_of_the_step(void **state)
{
  (void)state;
  for (size_t m = 0; loligo_model_at(m); m++) {
    const loligo_model *model = loligo_model_at(m);
    if (!is_trained(model) || model_is_for_trials(model) || !model->adjoint->integrates) continue;
    const exercise *e = exercise_of(model);
    cell_block cells;
    bench b;
    double most = 0;
    open(&b, model, LOLIGO_DOUBLE, 0, false);
    bench_begin(&b);
    cell_open(&cells, model->name, BENCH_LANES, e->dt);
    for (size_t i = 0; i < BENCH_LANES; i++) params_of(model, i, cells.param[i]);
    cell_start(&cells);
    for (size_t t = 0; t < e->n_steps; t++) {
      const loligo_pass pass = bench_pass(&b, t, 1);
      model->adjoint->forward[LOLIGO_DOUBLE](&pass);
      for (size_t i = 0; i < BENCH_LANES; i++) cells.current[i] = bench_get(&b, b.input, t * BENCH_LANES + i);
      cell_step(&cells);
      for (size_t i = 0; i < BENCH_LANES; i++)
        most = fmax(most, fabs(cells.state[HH_V_M][i] - bench_get(&b, b.state, i)));
    }
    print_message("  %-18s V_m differs by at most %.1e mV\n", model->name, most);
    assert_true(most <= 1e-9);
    cell_close(&cells);
    bench_close(&b);
  }
}

/* Channels hardly open: what hh_frozen and hh_leak hand on differs by less than 1e-5 even where a ramp shows it. */
static void frozen_is_leak(void **state)
{
  (void)state;
  bench frozen, leak;
  int64_t spikes = 0;
  open(&frozen, loligo_model_find("hh_frozen"), LOLIGO_SINGLE, 0, true);
  open(&leak, loligo_model_find("hh_leak"), LOLIGO_SINGLE, 0, true);
  for (int ramp = 0; ramp < 2; ramp++) {
    frozen.terms.ramp = leak.terms.ramp = ramp;
    bench_forward(&frozen);
    bench_forward(&leak);
    for (size_t l = 0; l < BENCH_LANES; l++) {
      assert_near(bench_get(&frozen, frozen.sum, l), bench_get(&leak, leak.sum, l), 1e-5);
      spikes += leak.spikes[l];
    }
  }
  assert_true(spikes > 50);
  bench_close(&frozen);
  bench_close(&leak);
}

/* With one input that is heard by gains, and their mean by unit 4: what the layer makes of three inputs. */
static void gains_are_a_layer(void **state)
{
  static const double gain[] = {1, 0.7, 0.4};
  (void)state;
  bench one, three;
  int64_t spikes = 0;
  open(&one, loligo_model_find("s_lif2hh_gains"), LOLIGO_DOUBLE, 0, false);
  open(&three, loligo_model_find("s_lif2hh_layer"), LOLIGO_DOUBLE, 0, false);
  for (size_t i = 0; i < 2 * BENCH_LANES; i++) bench_put(&three, three.constants, i, bench_get(&one, one.constants, i));
  for (size_t k = 0; k < 4; k++) bench_put(&three, three.shared, k, k < 3 ? 1.0 / 3 : 0);
  for (size_t i = 0; i < three.n_steps * 3 * BENCH_LANES; i++) {
    const size_t t = i / (3 * BENCH_LANES), k = i / BENCH_LANES % 3, l = i % BENCH_LANES;
    bench_put(&three, three.input, i, gain[k] * bench_get(&one, one.input, t * BENCH_LANES + l));
  }
  bench_forward(&one);
  bench_forward(&three);
  for (size_t l = 0; l < BENCH_LANES; l++) {
    assert_int_equal(one.spikes[l], three.spikes[l]);
    assert_near(bench_get(&one, one.sum, l), (double)three.spikes[l] / 4, 1e-12);
    spikes += three.spikes[l];
  }
  assert_true(spikes > 100);
  bench_close(&one);
  bench_close(&three);
}

/* The identity of tv-LIF leaves nothing to another pass. */
static void tv_lif_has_the_passes_of_its_cell(void **state)
{
  (void)state;
  const loligo_adjoint *tv_lif = loligo_model_find("tv_lif_hh_psc_exp")->adjoint;
  const loligo_adjoint *hh = loligo_model_find("hh_psc_exp")->adjoint;
  for (int p = 0; p < LOLIGO_PRECISIONS; p++) {
    assert_true(tv_lif->forward[p] == hh->forward[p]);
    assert_true(tv_lif->backward[p] == hh->backward[p]);
  }
}

static void other_integrators_cannot_learn(void **state)
{
  (void)state;
  const loligo_model *model = loligo_model_find("hh_psc_exp");
  double param[CELL_PARAMS], constants[BENCH_CONSTANTS], begin[BENCH_STATES];
  params_of(model, 0, param);
  param[model_param_index(model, "integrator")] = 1;
  assert_int_equal(model->adjoint->derive(param, 0.05, constants, begin), LOLIGO_INPUT_ERROR);
  assert_non_null(strstr(loligo_error_message(), "staggered_crank_nicolson"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gradients_are_those_of_differences),
      cmocka_unit_test(reset_may_be_left_out),
      cmocka_unit_test(trials_may_be_cut),
      cmocka_unit_test(lanes_are_alike),
      cmocka_unit_test(bits_are_those_of_ever),
      cmocka_unit_test(precisions_agree),
      cmocka_unit_test(spikes_are_those_of_simulations),
      cmocka_unit_test(membrane_is_that_of_the_step),
      cmocka_unit_test(frozen_is_leak),
      cmocka_unit_test(gains_are_a_layer),
      cmocka_unit_test(tv_lif_has_the_passes_of_its_cell),
      cmocka_unit_test(other_integrators_cannot_learn),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
