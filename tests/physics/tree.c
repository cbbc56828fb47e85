/*
 * Cells with dendrites: golden values of a squid soma with three branches of four compartments (RK4 at 0.0005 ms, where
 * NEURON 8.2.2 agrees within 0.00013 ms and 0.03 mV), Rallpack 1 (Bhalla et al. 1992, 10.1016/0166-2236(92)90009-W),
 * and what holds exactly: of a step, against a dense solution; of somata by themselves, against the point model.
 */
#include <stdio.h>

#include "tree_cells.h"

enum { TIP = 4 };

/* -- golden values -- */

static const double passive[] = {0.6283185307, -65};
static const double active[] = {753.9822369, 226.1946711, 1.884955592, 50, -77, -54.387};

/* The three branches, of which the first ends at TIP. */
static void add_branches(tree_cells *cells, bool is_active, double scale)
{
  const double c_m = 6.283185307, g_parent = scale * 62.83185307, g_axial = scale * 31.41592654;
  for (int branch = 0; branch < 3; branch++)
    for (int k = 0; k < 4; k++)
      add_compartment(cells, k ? cells->n[TREE_PARENT] : 0, c_m, k ? g_axial : g_parent, is_active ? "hh" : "passive",
                      is_active ? active : passive);
}

typedef struct event {
  size_t compartment;
  int kind;
  double weight; /* nS */
} event;

enum { MAX_EVENTS = 3, SAMPLES = 6 };

static const double sample_times[SAMPLES] = {1, 2, 5, 10, 20, 40};

typedef struct peak {
  double v, at; /* mV, ms */
} peak;

/* A case: what it is driven by from 20 ms on, and what follows. */
typedef struct golden {
  const char *name;
  bool is_active;
  double end, soma_current, tip_current; /* ms, pA */
  size_t n_events;
  event events[MAX_EVENTS];
  double tau, tau_nmda; /* ms */
  int spikes;
  double first, interval; /* ms; NAN: none */
  peak soma, tip;
  double samples[SAMPLES][2]; /* mV at the soma and the tip; 0: not known */
} golden;

#define NONE NAN, NAN

static const golden cases[] = {
    {"A1",
     false,
     200,
     1000,
     0,
     0,
     {{0}},
     2,
     0,
     12,
     2.352450,
     16.689839,
     {37.64692, 2.6081},
     {-14.53219, 3.9134},
     {{-58.18685, -63.78159},
      {-43.82599, -59.81789},
      {-70.26162, -29.45859},
      {-68.00512, -68.89035},
      {6.83626, -28.85849},
      {-72.55291, -61.82053}}},
    {"A2",
     false,
     200,
     3000,
     0,
     0,
     {{0}},
     2,
     0,
     19,
     1.166852,
     10.895974,
     {39.75588, 1.4191},
     {-13.75492, 2.7673},
     {{0}}},
    {"A3",
     false,
     200,
     0,
     2000,
     0,
     {{0}},
     2,
     0,
     15,
     2.893306,
     13.293961,
     {38.13022, 3.1482},
     {181.16033, 4.5549},
     {{0}}},
    {"A4",
     false,
     50,
     0,
     0,
     1,
     {{TIP, TREE_EXC, 20}},
     2,
     0,
     0,
     NONE,
     {-61.51069, 3.9056},
     {-31.22175, 1.1127},
     {{-64.08121, -31.29942},
      {-62.64547, -33.92527},
      {-61.88804, -49.37161},
      {-65.65473, -63.26358},
      {-65.00766, -65.09576},
      {-64.99866, -65.00074}}},
    {"A5",
     false,
     50,
     0,
     0,
     3,
     {{4, TREE_EXC, 60}, {8, TREE_EXC, 60}, {12, TREE_EXC, 60}},
     5,
     0,
     1,
     2.426527,
     NAN,
     {38.14871, 2.6814},
     {1.50526, 3.4665},
     {{-59.97736, -11.52592},
      {-46.69988, -11.11727},
      {-68.61882, -11.55231},
      {-68.48970, -36.34316},
      {-64.05814, -56.44224},
      {-65.00217, -64.84200}}},
    {"B1", true, 200, 1000, 0, 0, {{0}}, 2, 0, 11, 2.356724, 18.760074, {38.99797, 2.6071}, {41.04387, 3.1128}, {{0}}},
    {"B2",
     true,
     50,
     0,
     0,
     1,
     {{TIP, TREE_EXC, 60}},
     2,
     0,
     1,
     1.949359,
     NAN,
     {39.93947, 2.1985},
     {32.66272, 0.7391},
     {{0}}},
    {"N1",
     false,
     50,
     0,
     0,
     2,
     {{TIP, TREE_NMDA, 20}, {3, TREE_EXC, 5}},
     2,
     80,
     0,
     NONE,
     {-62.22912, 4.8293},
     {-42.99273, 3.0099},
     {{-64.44900, -49.25105},
      {-63.52558, -44.02706},
      {-62.23388, -44.53175},
      {-64.31506, -51.16185},
      {-64.46908, -55.66255},
      {-64.59574, -58.37616}}},
    {"N2", false, 50, 0, 0, 1, {{TIP, TREE_NMDA, 2}}, 2, 80, 0, NONE, {-64.91328, 6.1662}, {-64.18699, 6.2430}, {{0}}},
};

/* What a run gives. */
typedef struct found {
  int spikes;
  double first, last, before; /* ms */
  peak soma, tip;
  double samples[SAMPLES][2];
} found;

/* The highest top of a parabola through three points, the last of which is at t. */
static void keep_peak(const double v[3], double t, double dt, peak *highest)
{
  if (!(v[1] >= v[0] && v[1] > v[2])) return;
  const double slope = (v[0] - v[2]) / 2, bend = (v[0] + v[2]) / 2 - v[1], top = v[1] - slope * slope / (4 * bend);
  if (top > highest->v + 1e-9) *highest = (peak){top, t - dt + slope / (2 * bend) * dt};
}

static void watch(const tree_cells *cells, double t, double soma[3], double tip[3], found *f)
{
  memmove(soma, soma + 1, 2 * sizeof *soma);
  memmove(tip, tip + 1, 2 * sizeof *tip);
  soma[2] = potential(cells, 0)[0];
  tip[2] = potential(cells, TIP)[0];
  if (soma[1] < 0 && soma[2] >= 0) {
    f->before = f->last;
    f->last = t - cells->dt - cells->dt * soma[1] / (soma[2] - soma[1]);
    if (f->spikes++ == 0) f->first = f->last;
  }
  if (t > 2.5 * cells->dt) {
    keep_peak(soma, t, cells->dt, &f->soma);
    keep_peak(tip, t, cells->dt, &f->tip);
  }
  for (int k = 0; k < SAMPLES; k++) {
    if (fabs(t - sample_times[k]) > cells->dt / 4) continue;
    f->samples[k][0] = soma[2];
    f->samples[k][1] = tip[2];
  }
}

static void run_case(const golden *g, double dt, found *f)
{
  tree_cells cells;
  size_t receptors[MAX_EVENTS];
  tree_open(&cells, "hh_cond_exp_tree", dt, 1);
  tree_set(&cells, "tau_syn_ex", g->tau);
  add_branches(&cells, g->is_active, 1);
  for (size_t c = 0; c < 12 && g->tau_nmda > 0; c++) {
    put(&cells, TREE_NMDA_TAU, g->tau_nmda);
    put(&cells, TREE_NMDA_MG, 1);
    put(&cells, TREE_NMDA_E, 0);
  }
  for (size_t e = 0; e < g->n_events; e++)
    receptors[e] = open_receptor(&cells, g->events[e].compartment, g->events[e].kind);
  put(&cells, TREE_SITE_AT, TIP);
  tree_begin(&cells, NULL);
  const long rest = lround(20 / dt), steps = lround((20 + g->end) / dt);
  double soma[3] = {-65, -65, -65}, tip[3] = {-65, -65, -65};
  *f = (found){.soma = {-1e9, 0}, .tip = {-1e9, 0}};
  for (long k = 0; k < steps; k++) {
    if (k == rest - 1)
      for (size_t e = 0; e < g->n_events; e++) cells.input[receptors[e]][0] += g->events[e].weight;
    cells.current[0] = k >= rest ? g->soma_current : 0;
    cells.sites[0][0] = k >= rest ? g->tip_current : 0;
    tree_step(&cells);
    watch(&cells, (double)(k + 1 - rest) * dt, soma, tip, f);
  }
  tree_close(&cells);
}

static void check_case(const golden *g, const found *f)
{
  const double ms = 0.003, mv = 0.1;
  assert_int_equal(f->spikes, g->spikes);
  if (!isnan(g->first)) assert_near(f->first, g->first, ms);
  if (!isnan(g->interval)) assert_near(f->last - f->before, g->interval, ms);
  assert_near(f->soma.v, g->soma.v, mv);
  assert_near(f->tip.v, g->tip.v, mv);
  for (int k = 0; k < SAMPLES; k++)
    for (int at = 0; at < 2 && g->samples[k][at] != 0; at++) assert_near(f->samples[k][at], g->samples[k][at], mv);
}

static void squid_with_dendrites(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    found f;
    run_case(&cases[i], 0.025, &f);
    print_message("  %s: %d spikes, first %+.4f ms, interval %+.4f ms, soma %+.4f mV, tip %+.4f mV\n", cases[i].name,
                  f.spikes, f.first - cases[i].first, f.last - f.before - cases[i].interval, f.soma.v - cases[i].soma.v,
                  f.tip.v - cases[i].tip.v);
    check_case(&cases[i], &f);
  }
}

static void scheme_is_of_second_order(void **state)
{
  (void)state;
  static const size_t which[] = {0, 3, 6}; /* A1, A4, B2 */
  for (size_t k = 0; k < 3; k++) {
    const golden *g = &cases[which[k]];
    found coarse, fine;
    run_case(g, 0.05, &coarse);
    run_case(g, 0.025, &fine);
    const double exact = g->spikes ? g->first : g->tip.v;
    const double ratio =
        ((g->spikes ? coarse.first : coarse.tip.v) - exact) / ((g->spikes ? fine.first : fine.tip.v) - exact);
    print_message("  %s: error from 0.05 to 0.025 ms by %.2f\n", g->name, ratio);
    assert_true(ratio > 3.5 && ratio < 4.5);
  }
}

/* -- a passive cable -- */

enum { CABLE_TIMES = 7 };

static const double cable_times[CABLE_TIMES] = {1, 5, 10, 25, 50, 100, 250};

/* Rallpack 1: m equal compartments of which the soma is the first; mV at both ends. */
static void run_cable(size_t m, double dt, double found[CABLE_TIMES][2])
{
  tree_cells cells;
  const double leak[] = {0.7853981634 / (double)m, -65};
  tree_open(&cells, "iaf_cond_exp_tree", dt, 1);
  tree_set(&cells, "C_m", 31.41592654 / (double)m);
  tree_set(&cells, "g_L", leak[0]);
  tree_set(&cells, "E_L", leak[1]);
  tree_set(&cells, "V_th", 1e6);
  for (size_t c = 1; c < m; c++)
    add_compartment(&cells, c - 1, 31.41592654 / (double)m, 0.7853981634 * (double)m, "passive", leak);
  tree_begin(&cells, NULL);
  cells.current[0] = 100;
  for (long k = 0, at = 0; at < CABLE_TIMES; k++) {
    tree_step(&cells);
    if (k + 1 != lround(cable_times[at] / dt)) continue;
    found[at][0] = potential(&cells, 0)[0];
    found[at++][1] = potential(&cells, m - 1)[0];
  }
  tree_close(&cells);
}

static void rallpack_1(void **state)
{
  (void)state;
  static const double ten[CABLE_TIMES][2] = {
      {-48.248687, -64.999099}, {-22.322515, -62.892190}, {-4.650217, -54.071587}, {27.883178, -24.587542},
      {59.582976, 7.058017},    {85.610545, 33.085522},   {95.816138, 43.291115}};
  static const double thousand[CABLE_TIMES][2] = {
      {-42.535320, -64.999911}, {-16.306494, -63.039865}, {1.409660, -54.270670}, {33.939343, -24.783058},
      {65.638255, 6.863386},    {91.665821, 32.890894},   {101.871415, 43.096487}};
  double found[CABLE_TIMES][2];
  run_cable(10, 0.1, found);
  for (int k = 1; k < CABLE_TIMES; k++)
    for (int end = 0; end < 2; end++) assert_near(found[k][end], ten[k][end], 7e-4);
  /* Where a current begins, so fine a cable rings at a longer step, as Crank-Nicolson does. */
  run_cable(1000, 0.0125, found);
  for (int k = 0; k < CABLE_TIMES; k++)
    for (int end = 0; end < 2; end++) assert_near(found[k][end], thousand[k][end], k ? 2e-3 : 0.03);
}

/* -- against dense solutions -- */

enum { DENSE = 40 };

/* Solves a x = b, [n] each, in place of b. */
static void solve(size_t n, double a[DENSE][DENSE], double *b)
{
  for (size_t k = 0; k < n; k++)
    for (size_t r = k + 1; r < n; r++) {
      const double f = a[r][k] / a[k][k];
      for (size_t c = k; c < n; c++) a[r][c] -= f * a[k][c];
      b[r] -= f * b[k];
    }
  for (size_t k = n; k-- > 0;) {
    for (size_t c = k + 1; c < n; c++) b[k] -= a[k][c] * b[c];
    b[k] /= a[k][k];
  }
}

/* A number between 0 and 1. */
static double draw(uint64_t *seed)
{
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  return (double)(*seed >> 11) * 0x1p-53;
}

/* A passive tree of which the soma is the first compartment, with all that makes its equations. */
typedef struct passive_tree {
  double c_m[DENSE], g_l[DENSE], e_l[DENSE], g[DENSE], v[DENSE], current[DENSE];
  size_t parent[DENSE];
} passive_tree;

static void draw_tree(uint64_t seed, bool is_ladder, passive_tree *t)
{
  for (size_t c = 0; c < DENSE; c++) {
    t->c_m[c] = 1 + 10 * draw(&seed);
    t->g_l[c] = 0.1 + draw(&seed);
    t->e_l[c] = -80 + 20 * draw(&seed);
    t->g[c] = 1 + 100 * draw(&seed);
    t->v[c] = -90 + 60 * draw(&seed);
    t->current[c] = 50 * draw(&seed);
    t->parent[c] = c == 0 ? 0 : is_ladder ? c - 1 : (size_t)((double)c * draw(&seed));
  }
}

static void open_tree(tree_cells *cells, const passive_tree *t, double dt)
{
  tree_open(cells, "iaf_cond_exp_tree", dt, 1);
  tree_set(cells, "C_m", t->c_m[0]);
  tree_set(cells, "g_L", t->g_l[0]);
  tree_set(cells, "E_L", t->e_l[0]);
  tree_set(cells, "V_th", 1e6);
  for (size_t c = 1; c < DENSE; c++) {
    add_compartment(cells, t->parent[c], t->c_m[c], t->g[c], "passive", (const double[]){t->g_l[c], t->e_l[c]});
    put(cells, TREE_SITE_AT, (double)c);
  }
  tree_begin(cells, t->v);
  cells->current[0] = t->current[0];
  for (size_t c = 1; c < DENSE; c++) cells->sites[c - 1][0] = t->current[c];
}

/* The solution of (2 C/dt + g + couplings) x = 2 C/dt v + g E + I; dt INFINITY: the steady state. */
static void solve_tree(const passive_tree *t, double dt, double *x)
{
  static double a[DENSE][DENSE];
  memset(a, 0, sizeof a);
  for (size_t c = 0; c < DENSE; c++) {
    const double held = 2 * t->c_m[c] / dt;
    a[c][c] += held + t->g_l[c];
    x[c] = held * t->v[c] + t->g_l[c] * t->e_l[c] + t->current[c];
    if (c == 0) continue;
    const size_t p = t->parent[c];
    a[c][c] += t->g[c], a[p][p] += t->g[c];
    a[c][p] -= t->g[c], a[p][c] -= t->g[c];
  }
  solve(DENSE, a, x);
}

static void elimination_solves_what_a_dense_solver_does(void **state)
{
  (void)state;
  for (uint64_t seed = 1; seed <= 20; seed++) {
    passive_tree t;
    tree_cells cells;
    double middle[DENSE];
    draw_tree(seed, false, &t);
    open_tree(&cells, &t, 0.1);
    solve_tree(&t, 0.1, middle);
    tree_step(&cells);
    for (size_t c = 0; c < DENSE; c++) assert_near(potential(&cells, c)[0], 2 * middle[c] - t.v[c], 65 * 1e-12);
    tree_close(&cells);
  }
}

static void ladders_come_to_their_steady_state(void **state)
{
  (void)state;
  passive_tree t;
  tree_cells cells;
  double steady[DENSE];
  draw_tree(7, true, &t);
  open_tree(&cells, &t, 0.2);
  solve_tree(&t, INFINITY, steady);
  for (int k = 0; k < 5000; k++) tree_step(&cells);
  for (size_t c = 0; c < DENSE; c++) assert_near(potential(&cells, c)[0], steady[c], 1e-10);
  tree_close(&cells);
}

/* -- limits -- */

/* Drives soma and point neuron alike. */
static void uncoupled_soma_is_a_point_neuron(const char *tree_model, const char *model, const char *channel)
{
  static const double traub[] = {500, 150, 1, 50, -90, -60, -63};
  tree_cells cells;
  cell_block point;
  tree_open(&cells, tree_model, 0.05, 1);
  for (int k = 0; k < 5; k++)
    add_compartment(&cells, (size_t)(k / 2), 5, 0, channel, strcmp(channel, "traub") ? active : traub);
  tree_begin(&cells, NULL);
  cell_open(&point, model, 1, 0.05);
  cell_init(&point, "V_m", -65);
  cell_start(&point);
  int64_t spikes = 0;
  for (int k = 0; k < 4000; k++) {
    for (size_t r = 0; r < 3; r++) cells.input[r][0] = point.input[r][0] = k % (7 + (int)r * 3) ? 0 : 3 + (double)r;
    cells.current[0] = point.current[0] = 900 * sin(0.01 * k) + 300;
    tree_step(&cells);
    cell_step(&point);
    for (size_t v = 0; v < loligo_model_find(model)->n_variables; v++)
      assert_memory_equal(&cells.state[v][0], &point.state[v][0], sizeof(double));
    assert_int_equal(cells.spike[0], point.spike[0]);
    spikes += point.spike[0];
  }
  assert_true(spikes > 5);
  tree_close(&cells);
}

static void somata_without_coupling_have_the_bits_of_point_neurons(void **state)
{
  (void)state;
  uncoupled_soma_is_a_point_neuron("hh_cond_exp_tree", "hh_cond_exp", "hh");
  uncoupled_soma_is_a_point_neuron("hh_cond_exp_traub_tree", "hh_cond_exp_traub", "traub");
}

static void a_cell_coupled_tightly_is_one_compartment(void **state)
{
  (void)state;
  tree_cells cells;
  cell_block point;
  const double g_l = 30 + 12 * passive[0], e_l = (30 * -54.387 + 12 * passive[0] * -65) / g_l;
  tree_open(&cells, "hh_cond_exp_tree", 0.025, 1);
  add_branches(&cells, false, 1e6 / 31.41592654);
  tree_begin(&cells, NULL);
  cell_open(&point, "hh_cond_exp", 1, 0.025);
  cell_set(&point, "C_m", 100 + 12 * 6.283185307);
  cell_set(&point, "g_L", g_l);
  cell_set(&point, "E_L", e_l);
  cell_init(&point, "V_m", -65);
  cell_start(&point);
  for (int k = 0; k < 1200; k++) {
    cells.current[0] = point.current[0] = 1000;
    tree_step(&cells);
    cell_step(&point);
    for (size_t c = 0; c <= 12; c += 4) assert_near(potential(&cells, c)[0], point.state[0][0], 0.1);
  }
  tree_close(&cells);
}

static void cells_of_a_block_do_not_know_of_one_another(void **state)
{
  (void)state;
  static const size_t sizes[] = {1, 5, 16, 37, MAX_CELLS};
  double alone = 0;
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    tree_cells cells;
    tree_open(&cells, "hh_cond_exp_tree", 0.1, sizes[s]);
    for (int k = 0; k < 100; k++)
      add_compartment(&cells, (size_t)(k * 3 / 4), 6, 40, k % 3 ? "passive" : "hh", k % 3 ? passive : active);
    open_receptor(&cells, 70, TREE_EXC);
    tree_begin(&cells, NULL);
    for (int k = 0; k < 100; k++) {
      for (size_t i = 0; i < sizes[s]; i++) {
        cells.current[i] = i + 1 == sizes[s] ? 2000 : 100 * (double)i;
        cells.input[3][i] = i + 1 == sizes[s] ? 0.4 : (double)i;
      }
      tree_step(&cells);
    }
    const double last = potential(&cells, 70)[sizes[s] - 1];
    if (s == 0) alone = last;
    assert_true(last == alone);
    tree_close(&cells);
  }
}

static void gates_are_observed_on_the_grid(void **state)
{
  (void)state;
  tree_cells cells;
  double before[3], out[1];
  tree_open(&cells, "hh_cond_exp_tree", 0.05, 1);
  add_compartment(&cells, 0, 6, 40, "hh", active);
  tree_begin(&cells, NULL);
  const int first = model_variable_index(&cells.model, "m[1]");
  for (int k = 0; k < 3; k++) before[k] = NAN;
  channel_find("hh")->complete(active, -65, NAN, before);
  for (int k = 0; k < 3; k++) {
    cells.model.observe(&cells.block, (size_t)(first + k), out);
    assert_near(out[0], before[k], 1e-15);
  }
  tree_close(&cells);
}

/* -- mistakes -- */

static void refuse(void (*spoil)(tree_cells *cells), const char *words)
{
  tree_cells cells;
  double derived[64];
  tree_open(&cells, "hh_cond_exp_tree", 0.1, 1);
  add_branches(&cells, false, 1);
  spoil(&cells);
  describe_cells(&cells);
  loligo_error_clear();
  assert_int_equal(cells.registered->derive(cells.param, cells.dt, derived), LOLIGO_INPUT_ERROR);
  if (!strstr(loligo_error_message(), words)) fail_msg("'%s' is not in '%s'", words, loligo_error_message());
  tree_close(&cells);
}

static void no_parent(tree_cells *cells)
{
  cells->list[TREE_PARENT][3] = 4;
}
static void odd_parent(tree_cells *cells)
{
  cells->list[TREE_PARENT][3] = 0.5;
}
static void no_channel(tree_cells *cells)
{
  cells->list[TREE_CHANNEL][0] = 99;
}
static void channel_of_the_soma(tree_cells *cells)
{
  cells->list[TREE_CHANNEL_AT][0] = 0;
}
static void channels_in_disorder(tree_cells *cells)
{
  cells->list[TREE_CHANNEL_AT][3] = 2;
}
static void same_channel_twice(tree_cells *cells)
{
  add_channel(cells, 12, "passive", passive);
}
static void no_pool(tree_cells *cells)
{
  add_channel(cells, 12, "SK", (const double[]){10, -107});
}
static void joint_at_a_tip(tree_cells *cells)
{
  cells->list[TREE_C_M][11] = 0;
}
static void no_capacitance(tree_cells *cells)
{
  cells->n[TREE_C_M]--;
}
static void few_params(tree_cells *cells)
{
  cells->n[TREE_PARAMS]--;
}
static void bad_param(tree_cells *cells)
{
  cells->list[TREE_PARAMS][2] = -1;
}
static void far_receptor(tree_cells *cells)
{
  open_receptor(cells, 13, TREE_EXC);
}
static void no_nmda(tree_cells *cells)
{
  open_receptor(cells, 3, TREE_NMDA);
}
static void far_site(tree_cells *cells)
{
  put(cells, TREE_SITE_AT, 13);
}

static void lists_that_contradict_one_another_are_refused(void **state)
{
  (void)state;
  refuse(no_parent, "compartment_parent: value 3 is 4");
  refuse(odd_parent, "compartment_parent: value 3 is 0.5");
  refuse(no_channel, "channel_number: value 0 is 99");
  refuse(channel_of_the_soma, "channel_compartment: value 0 is 0");
  refuse(channels_in_disorder, "channel_compartment: value 3 is less than the one before");
  refuse(same_channel_twice, "compartment 12 has passive twice");
  refuse(no_pool, "compartment 12 has SK, but no pool of calcium; give it CaDynamics once");
  refuse(joint_at_a_tip,
         "compartment_C_m: value 11 is 0, but compartment 12 does not join others; give it a capacitance");
  refuse(no_capacitance, "compartment_C_m has 11 values, but must have 12");
  refuse(few_params, "channel_params has 23 values, but must have 24");
  refuse(bad_param, "g_L of compartment 2 is -1, but must be >= 0");
  refuse(far_receptor, "receptor_compartment: value 0 is 13");
  refuse(no_nmda, "compartment 3 has no receptor nmda");
  refuse(far_site, "current_compartment: value 0 is 13");
}

static void too_many_compartments_are_refused(void **state)
{
  (void)state;
  tree_cells cells;
  tree_open(&cells, "hh_cond_exp_tree", 0.1, 1);
  for (int k = 0; k < TREE_MAX_COMPARTMENTS; k++) add_compartment(&cells, 0, 6, 40, "passive", passive);
  cells.param[model_param_index(cells.registered, "compartment_parent")] = TREE_MAX_COMPARTMENTS;
  cells.model = *cells.registered;
  assert_int_equal(cells.registered->describe(cells.param, &cells.model), LOLIGO_INPUT_ERROR);
  tree_close(&cells);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(squid_with_dendrites),
      cmocka_unit_test(scheme_is_of_second_order),
      cmocka_unit_test(rallpack_1),
      cmocka_unit_test(elimination_solves_what_a_dense_solver_does),
      cmocka_unit_test(ladders_come_to_their_steady_state),
      cmocka_unit_test(somata_without_coupling_have_the_bits_of_point_neurons),
      cmocka_unit_test(a_cell_coupled_tightly_is_one_compartment),
      cmocka_unit_test(cells_of_a_block_do_not_know_of_one_another),
      cmocka_unit_test(gates_are_observed_on_the_grid),
      cmocka_unit_test(lists_that_contradict_one_another_are_refused),
      cmocka_unit_test(too_many_compartments_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
