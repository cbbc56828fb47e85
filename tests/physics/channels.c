/*
 * Ion channels: gates, currents and calcium against their equations written down once more with the C library, the
 * chain of NaV against dense matrices; the cell that they make up for its order, its schemes and its lanes. NEURON's
 * results are held to in tests/program/channels.
 */
#include "tree_cells.h"

#include "model/channel/channel.h"

enum { STATES = 12, GATES = 3 };

static const double KELVINS = 34; /* degC at which all are */

/* -- gates -- */

typedef struct law {
  double to, tau; /* 1, ms */
} law;

static double trap(double x, double k)
{
  return fabs(x / k) < 1e-6 ? k * (1 - x / k / 2) : x / (exp(x / k) - 1);
}

static double warmer(double t_rates)
{
  return pow(2.3, (KELVINS - t_rates) / 10);
}

static law by_rates(double a, double b, double q)
{
  return (law){a / (a + b), 1 / ((a + b) * q)};
}

static law na_m(double v, double at)
{
  return by_rates(0.182 * trap(-(v + at), 6), 0.124 * trap(v + at, 6), warmer(23));
}

static law na_h(double v, double at)
{
  return by_rates(0.015 * trap(v + at, 6), 0.015 * trap(-(v + at), 6), warmer(23));
}

static law NaTs(int gate, double v, double ca)
{
  (void)ca;
  return gate ? na_h(v, 66) : na_m(v, 40);
}

static law NaTa(int gate, double v, double ca)
{
  (void)ca;
  return gate ? na_h(v, 69) : na_m(v, 48);
}

static law Nap(int gate, double v, double ca)
{
  const double a = 2.88e-6 * trap(v + 17, 4.63), b = 6.94e-6 * trap(-(v + 64.4), 2.63);
  (void)gate, (void)ca;
  return (law){1 / (1 + exp((v + 48.8) / 10)), 1 / (a + b) / warmer(21)};
}

static law Kv2like(int gate, double v, double ca)
{
  const double a = 0.12 * trap(-(v - 43), 11), b = 0.02 * exp(-(v + 1.27) / 120), q = warmer(21);
  const double h = 1 / (1 + exp((v + 58) / 11));
  (void)ca;
  if (gate == 0) return (law){a / (a + b), 2.5 / ((a + b) * q)};
  if (gate == 1) return (law){h, (360 + (1010 + 23.7 * (v + 54)) * exp(-pow((v + 75) / 48, 2))) / q};
  return (law){h, (2350 + 1380 * exp(-0.011 * v) - 210 * exp(-0.03 * v)) / q};
}

static law Kv3_1(int gate, double v, double ca)
{
  (void)gate, (void)ca;
  return (law){1 / (1 + exp(-(v - 18.7) / 9.7)), 4 / (1 + exp(-(v + 46.56) / 44.14))};
}

static law K_P(int gate, double v, double ca)
{
  const double q = warmer(21);
  const double m = v < -50 ? 1.25 + 175.03 * exp(0.026 * v) : 1.25 + 13 * exp(-0.026 * v);
  (void)ca;
  if (gate == 0) return (law){1 / (1 + exp(-(v + 14.3) / 14.6)), m / q};
  return (law){1 / (1 + exp((v + 54) / 11)), (360 + (1010 + 24 * (v + 55)) * exp(-pow((v + 75) / 48, 2))) / q};
}

static law K_T(int gate, double v, double ca)
{
  const double q = warmer(21);
  (void)ca;
  if (gate == 0) return (law){1 / (1 + exp(-(v + 47) / 29)), (0.34 + 0.92 * exp(-pow((v + 71) / 59, 2))) / q};
  return (law){1 / (1 + exp((v + 66) / 10)), (8 + 49 * exp(-pow((v + 73) / 23, 2))) / q};
}

static law Kd(int gate, double v, double ca)
{
  (void)ca;
  return gate ? (law){1 / (1 + exp((v + 67) / 7.3)), 1500} : (law){1 / (1 + exp(-(v + 43) / 8)), 1};
}

static law Im(int gate, double v, double ca)
{
  (void)gate, (void)ca;
  return by_rates(3.3e-3 * exp(0.1 * (v + 35)), 3.3e-3 * exp(-0.1 * (v + 35)), warmer(21));
}

static law Im_v2(int gate, double v, double ca)
{
  const double a = 0.007 * exp(2.4 * (v + 48) / 26.12), b = 0.007 * exp(-3.6 * (v + 48) / 26.12);
  (void)gate, (void)ca;
  return (law){a / (a + b), (15 + 1 / (a + b)) / warmer(30)};
}

static law Ih(int gate, double v, double ca)
{
  (void)gate, (void)ca;
  return by_rates(6.43e-3 * trap(v + 154.9, 11.9), 0.193 * exp(v / 33.1), 1);
}

static law SK(int gate, double v, double ca)
{
  (void)gate, (void)v;
  return (law){1 / (1 + pow(4.3e-4 / ca, 4.8)), 1};
}

static law Ca_HVA(int gate, double v, double ca)
{
  (void)ca;
  if (gate == 0) return by_rates(0.055 * trap(-27 - v, 3.8), 0.94 * exp(-(v + 75) / 17), 1);
  return by_rates(4.57e-4 * exp(-(v + 13) / 50), 6.5e-3 / (exp(-(v + 15) / 28) + 1), 1);
}

static law Ca_LVA(int gate, double v, double ca)
{
  const double u = v + 10, q = warmer(21);
  (void)ca;
  if (gate == 0) return (law){1 / (1 + exp(-(u + 30) / 6)), (5 + 20 / (1 + exp((u + 25) / 5))) / q};
  return (law){1 / (1 + exp((u + 80) / 6.4)), (20 + 50 / (1 + exp((u + 40) / 7))) / q};
}

/* A channel of gates, with the powers of them that conduct. */
typedef struct subject {
  const char *name;
  law (*gate)(int gate, double v, double ca);
  int powers[GATES]; /* 0: there is no such gate */
  double e;          /* mV; NAN: that of calcium */
} subject;

static const subject subjects[] = {
    {"NaTs", NaTs, {3, 1}, 53},      {"NaTa", NaTa, {3, 1}, 53},
    {"Nap", Nap, {1}, 53},           {"Kv3_1", Kv3_1, {1}, -107},
    {"K_P", K_P, {2, 1}, -107},      {"K_T", K_T, {4, 1}, -107},
    {"Kd", Kd, {1, 1}, -107},        {"Im", Im, {1}, -107},
    {"Im_v2", Im_v2, {1}, -107},     {"Ih", Ih, {1}, -45},
    {"SK", SK, {1}, -107},           {"Ca_HVA", Ca_HVA, {2, 1}, NAN},
    {"Ca_LVA", Ca_LVA, {2, 1}, NAN}, {"Kv2like", Kv2like, {2, 1, 1}, -107},
};

enum { SUBJECTS = sizeof subjects / sizeof *subjects, CLAMPS = 90 };

/* Where rates are 0/0, and from -114 to 64 mV. */
static double clamp_at(int k)
{
  static const double odd[] = {-40, -66, -48, -69, -17, -64.4, 43, -154.9, -27, -50};
  return k < 10 ? odd[k] : -114 + 2.25 * (k - 10);
}

/* A channel whose gates all cells have at their own potential. */
typedef struct clamped {
  const channel *channel;
  double constants[16], v[CLAMPS], ca[CLAMPS], e_ca[CLAMPS];
  double gates[STATES][CLAMPS], *columns[STATES];
  channel_block block;
} clamped;

static void defaults_of(const channel *c, double *param)
{
  for (size_t i = 0; i < c->params.n; i++) {
    const double fallback = param_default(&c->params.rows[i]);
    param[i] = isnan(fallback) ? 100 : fallback;
  }
}

static void clamp(clamped *cells, const char *name, double dt, bool staggered)
{
  double param[CHANNEL_MAX_PARAMS];
  *cells = (clamped){.channel = channel_find(name)};
  assert_non_null(cells->channel);
  defaults_of(cells->channel, param);
  cells->channel->derive(param, cells->constants);
  for (int k = 0; k < CLAMPS; k++) {
    double gates[STATES];
    cells->v[k] = clamp_at(k);
    cells->ca[k] = 1e-4 * exp(0.05 * k);
    cells->e_ca[k] = 100 + k;
    for (int j = 0; j < STATES; j++) gates[j] = NAN;
    if (cells->channel->complete) cells->channel->complete(param, cells->v[k], cells->ca[k], gates);
    for (int j = 0; j < STATES; j++) cells->gates[j][k] = gates[j];
  }
  for (int j = 0; j < STATES; j++) cells->columns[j] = cells->gates[j];
  cells->block = (channel_block){.n = CLAMPS,
                                 .constants = cells->constants,
                                 .dt = dt,
                                 .staggered = staggered,
                                 .v = cells->v,
                                 .ca = cells->ca,
                                 .e_ca = cells->e_ca,
                                 .gates = cells->columns};
}

static void gates_go_where_their_equations_say(void **state)
{
  (void)state;
  for (int s = 0; s < SUBJECTS; s++) {
    clamped cells;
    clamp(&cells, subjects[s].name, 0.1, s % 2);
    for (int j = 0; j < GATES && subjects[s].powers[j]; j++)
      for (int k = 0; k < CLAMPS; k++) {
        const law l = subjects[s].gate(j, cells.v[k], cells.ca[k]);
        assert_near(cells.gates[j][k], l.to, 1e-11);
        cells.gates[j][k] = 0.3;
      }
    cells.channel->move(&cells.block);
    for (int j = 0; j < GATES && subjects[s].powers[j]; j++)
      for (int k = 0; k < CLAMPS; k++) {
        const law l = subjects[s].gate(j, cells.v[k], cells.ca[k]);
        assert_near(cells.gates[j][k], l.to + (0.3 - l.to) * exp(-0.1 / l.tau), 1e-11);
      }
  }
}

/* What flows at v through a channel of 100 nS. */
static double current_of(const subject *s, const clamped *cells, int k, double v)
{
  double open = 100;
  for (int j = 0; j < GATES && s->powers[j]; j++)
    open *= strcmp(s->name, "Kv2like") == 0 && j ? 1 : pow(cells->gates[j][k], s->powers[j]);
  if (strcmp(s->name, "Kv2like") == 0) open *= (cells->gates[1][k] + cells->gates[2][k]) / 2;
  if (strcmp(s->name, "Nap") == 0) open *= 1 / (1 + exp(-(v + 52.6) / 4.6));
  return open * ((isnan(s->e) ? cells->e_ca[k] : s->e) - v);
}

static void currents_and_their_slopes_are_those_of_the_gates(void **state)
{
  (void)state;
  for (int s = 0; s < SUBJECTS; s++)
    for (int scheme = 0; scheme < 2; scheme++) {
      clamped cells;
      double g[CLAMPS] = {0}, i[CLAMPS] = {0};
      const double h = 1e-3;
      clamp(&cells, subjects[s].name, 0.1, scheme);
      for (int k = 0; k < CLAMPS; k++)
        for (int j = 0; j < GATES; j++) cells.gates[j][k] = 0.1 + 0.2 * j + 0.005 * k;
      cells.channel->conduct(&cells.block, g, i);
      for (int k = 0; k < CLAMPS; k++) {
        const double v = cells.v[k];
        assert_near(i[k], current_of(&subjects[s], &cells, k, v), 1e-8);
        const double before = current_of(&subjects[s], &cells, k, v - h),
                     behind = current_of(&subjects[s], &cells, k, v + h);
        assert_near(g[k], (before - behind) / (2 * h), scheme || strcmp(subjects[s].name, "Nap") ? 1e-4 : 0.2);
      }
    }
}

static void gates_are_observed_where_they_started(void **state)
{
  (void)state;
  for (size_t c = 0; channel_at(c); c++) {
    if (!channel_at(c)->observe) continue;
    clamped cells;
    clamp(&cells, channel_at(c)->name, 0.1, true);
    const size_t n = channel_at(c)->n_variables;
    for (int k = 0; k < CLAMPS; k++)
      for (size_t j = 0; j < n; j++) cells.gates[j][k] = (1 + (double)j) / (double)(n * (n + 1)) * 2;
    cells.channel->start(&cells.block);
    for (size_t j = 0; j < n; j++) {
      double out[CLAMPS];
      cells.channel->observe(&cells.block, j, out);
      for (int k = 0; k < CLAMPS; k++) assert_near(out[k], (1 + (double)j) / (double)(n * (n + 1)) * 2, 1e-9);
    }
  }
}

/* -- calcium -- */

static void calcium_gathers_and_decays(void **state)
{
  (void)state;
  const channel *pool = channel_find("CaDynamics");
  const double param[] = {0.002, 200, 0.1, 1e-4, 2, 400, 34}, faraday = 96485.33212;
  double constants[16], i[3] = {0, 10, -1}, ca[3] = {1e-4, 3e-4, 5e-3}, after[3], e[3];
  pool->derive(param, constants);
  const channel_block block = {.n = 3, .constants = constants, .dt = 0.1};
  pool->fill(&block, 7, i, ca, after);
  pool->reverse(&block, ca, e);
  for (int k = 0; k < 3; k++) {
    const double density = -i[k] * 1e-9 / (400 * 1e-8); /* mA/cm2, outwards */
    const double to = 1e-4 + 200 * -1e4 * density * 0.002 / (2 * faraday * 0.1);
    assert_near(after[k], to + (ca[k] - to) * exp(-7 / 200.0), 1e-15);
    assert_near(e[k], 1e3 * 8.31446261815324 * 307.15 / (2 * faraday) * log(2 / ca[k]), 1e-10);
  }
}

/* -- the chain of NaV -- */

typedef double dense[STATES][STATES];

/* x' = A x; C1 ... C5, O, then I1 ... I6. */
static void generator(double v, dense a)
{
  const double q = warmer(37), opens = q * 400 * exp(v / 24), closes = q * 12 * exp(-v / 24);
  memset(a, 0, sizeof(dense));
  for (int i = 0; i < 6; i++) {
    const double fast = pow(2.51, i), slow = pow(5.32, i);
    const double across[] = {i < 5 ? q * 0.01 * fast : q * 8, i < 5 ? q * 40 / slow : q * 0.05};
    a[6 + i][i] += across[0], a[i][6 + i] += across[1];
    for (int row = 0; row < 2 && i < 5; row++) {
      const int from = 6 * row + i;
      a[from + 1][from] += i < 4 ? (4 - i) * opens * (row ? 2.51 : 1) : q * 250;
      a[from][from + 1] += i < 4 ? (i + 1) * closes / (row ? 5.32 : 1) : q * 60;
    }
  }
  for (int from = 0; from < STATES; from++)
    for (int to = 0; to < STATES; to++)
      if (to != from) a[from][from] -= a[to][from];
}

/* x of (1 - h A) x = b, by elimination without pivots. */
static void solve_implicit(dense a, double h, double *x)
{
  dense m;
  for (int i = 0; i < STATES; i++)
    for (int j = 0; j < STATES; j++) m[i][j] = (i == j) - h * a[i][j];
  for (int i = 0; i < STATES; i++)
    for (int k = i + 1; k < STATES; k++) {
      const double f = m[k][i] / m[i][i];
      for (int j = i; j < STATES; j++) m[k][j] -= f * m[i][j];
      x[k] -= f * x[i];
    }
  for (int i = STATES - 1; i >= 0; i--) {
    for (int j = i + 1; j < STATES; j++) x[i] -= m[i][j] * x[j];
    x[i] /= m[i][i];
  }
}

static void chain_rests_where_nothing_flows(void **state)
{
  (void)state;
  clamped cells;
  clamp(&cells, "NaV", 0.1, true);
  for (int k = 0; k < CLAMPS; k++) {
    dense a;
    double sum = 0;
    generator(cells.v[k], a);
    for (int i = 0; i < STATES; i++) {
      double change = 0;
      for (int j = 0; j < STATES; j++) change += a[i][j] * cells.gates[j][k];
      assert_near(change, 0, 1e-8 * -a[i][i] * cells.gates[i][k] + 1e-12);
      sum += cells.gates[i][k];
    }
    assert_near(sum, 1, 1e-14);
  }
}

static void start_closed(clamped *cells)
{
  for (int j = 0; j < STATES; j++)
    for (int k = 0; k < CLAMPS; k++) cells->gates[j][k] = j == 0 ? 0.9 : j == 6 ? 0.1 : 0;
}

static void chain_moves_as_backward_euler_of_its_matrix(void **state)
{
  (void)state;
  clamped cells;
  clamp(&cells, "NaV", 0.1, false);
  start_closed(&cells);
  cells.channel->move(&cells.block);
  for (int k = 0; k < CLAMPS; k++) {
    dense a;
    double x[STATES] = {[0] = 0.9, [6] = 0.1};
    generator(cells.v[k], a);
    solve_implicit(a, 0.1, x);
    for (int j = 0; j < STATES; j++) assert_near(cells.gates[j][k], x[j], 1e-12);
  }
}

/* The largest error of an open part after 0.4 ms between -90 and 30 mV. */
static double error_of_chain(double dt, const double *exact)
{
  clamped cells;
  double most = 0;
  clamp(&cells, "NaV", dt, true);
  start_closed(&cells);
  for (long step = lround(0.4 / dt); step > 0; step--) cells.channel->move(&cells.block);
  for (int k = 0; k < CLAMPS; k++)
    if (cells.v[k] > -90 && cells.v[k] < 30) most = fmax(most, fabs(cells.gates[5][k] - exact[k]));
  return most;
}

static void chain_is_of_second_order(void **state)
{
  (void)state;
  clamped cells;
  double exact[CLAMPS];
  clamp(&cells, "NaV", 0.0001, true);
  start_closed(&cells);
  for (int step = 0; step < 4000; step++) cells.channel->move(&cells.block);
  memcpy(exact, cells.gates[5], sizeof exact);
  const double coarse = error_of_chain(0.01, exact), fine = error_of_chain(0.005, exact);
  print_message("  NaV: %.2e at 0.01 ms, by %.2f from there to 0.005 ms\n", coarse, coarse / fine);
  assert_true(coarse / fine > 3.5 && coarse / fine < 4.5);
}

/* -- cells -- */

typedef struct density {
  const char *name;
  double g; /* S/cm2 */
} density;

/* A soma of 12 um and a passive branch, with the channels of a cell of layer 4 (Nr5a1), or with NaV in their place. */
static const density pyramid[] = {
    {"passive", 0.0005458915128080001}, {"Im", 0.00204889965055},       {"Ih", 3.726925229199999e-05},
    {"NaTs", 0.609270805023},           {"Nap", 6.21618683651e-05},     {"K_P", 0.018147424450599997},
    {"K_T", 0.000555828337834},         {"SK", 0.00041743171143300003}, {"Kv3_1", 0.12468487969900001},
    {"Ca_HVA", 0.0009727218966580001},  {"Ca_LVA", 0.00662965095681},   {"CaDynamics", 0}};
static const density basket[] = {
    {"passive", 0.000267055343513},    {"Ih", 5.11628604301e-05},         {"NaV", 0.058520185129300004},
    {"Kd", 0.000311925293274},         {"Kv2like", 0.051060238264300006}, {"Kv3_1", 0.650760553897},
    {"K_T", 0.0333859464163},          {"Im_v2", 0.00775048605222},       {"SK", 0.0027340091995900003},
    {"Ca_HVA", 0.0005647897205419999}, {"Ca_LVA", 0.0032114779487500003}, {"CaDynamics", 0}};

static void add_density(tree_cells *cells, size_t compartment, const density *d, double area)
{
  const channel *c = channel_find(d->name);
  double param[CHANNEL_MAX_PARAMS];
  defaults_of(c, param);
  for (size_t i = 0; i < c->params.n; i++) {
    const char *name = c->params.rows[i].name;
    if (strcmp(c->params.rows[i].unit, "nS") == 0) param[i] = d->g * area * 10;
    if (strcmp(name, "area") == 0) param[i] = area;
    if (strcmp(name, "E_L") == 0) param[i] = -85;
    if (strcmp(name, "gamma") == 0) param[i] = 0.002;
  }
  add_channel(cells, compartment, d->name, param);
}

static void open_cell(tree_cells *cells, bool is_basket, double dt, size_t n, int integrator)
{
  const double area = 3.14159265358979323846 * 12 * 12;
  const density *channels = is_basket ? basket : pyramid;
  tree_open(cells, "biophysical", dt, n);
  tree_set(cells, "C_m", area * 0.01);
  tree_set(cells, "integrator", integrator);
  for (size_t k = 0; k < 12; k++) add_density(cells, 0, &channels[k], area);
  for (int k = 0; k < 3; k++)
    add_compartment(cells, (size_t)k, 2.1, k ? 17 : 35, "passive", (const double[]){0.01, -85});
}

/* What a cell under a current from 5 ms on gives: the first crossing of -30 mV by a cubic through four points, the
 * potential before it, and calcium at the end. */
typedef struct response {
  double first, before, ca;
} response;

static double cubic_crossing(const double *v, double level)
{
  double low = 0, high = 1;
  for (int k = 0; k < 60; k++) {
    const double x = 0.5 * (low + high);
    const double y = -x * (x - 1) * (x - 2) / 6 * v[0] + (x + 1) * (x - 1) * (x - 2) / 2 * v[1] -
                     (x + 1) * x * (x - 2) / 2 * v[2] + (x + 1) * x * (x - 1) / 6 * v[3];
    if (y < level)
      low = x;
    else
      high = x;
  }
  return low;
}

static response respond(bool is_basket, double dt, int integrator)
{
  tree_cells cells;
  response r = {.first = NAN};
  double v[4] = {0};
  open_cell(&cells, is_basket, dt, 1, integrator);
  tree_begin(&cells, (const double[]){-80, -80, -80, -80});
  const int ca = model_variable_index(&cells.model, "cai");
  for (long k = 1; k <= lround(60 / dt); k++) {
    cells.current[0] = (double)k * dt < 5 + dt / 2 ? 0 : is_basket ? 400 : 90;
    tree_step(&cells);
    memmove(v, v + 1, 3 * sizeof *v);
    v[3] = potential(&cells, 0)[0];
    if (isnan(r.first) && v[1] < -30 && v[2] >= -30) r.first = ((double)k - 2 + cubic_crossing(v, -30)) * dt;
    if (k == lround(8 / dt)) r.before = v[3];
  }
  cells.model.observe(&cells.block, (size_t)ca, &r.ca);
  tree_close(&cells);
  return r;
}

/* The exact value is that of a fourth of the finer step, with which an error of second order falls by 4.2. */
static void check_ratio(const char *what, double coarse, double fine, double exact)
{
  const double ratio = (coarse - exact) / (fine - exact);
  print_message("  %s: %.6g, off by %.2e, error by %.2f\n", what, exact, fine - exact, ratio);
  assert_true(ratio > 3.5 && ratio < 4.6);
}

static void staggered_scheme_is_of_second_order_and_that_of_neuron_of_first(void **state)
{
  (void)state;
  const double dt = 0.003125;
  for (int is_basket = 0; is_basket < 2; is_basket++) {
    const response exact = respond(is_basket, dt / 4, TREE_STAGGERED);
    const response coarse = respond(is_basket, 2 * dt, TREE_STAGGERED), fine = respond(is_basket, dt, TREE_STAGGERED);
    check_ratio("potential", coarse.before, fine.before, exact.before);
    check_ratio("time of a spike", coarse.first, fine.first, exact.first);
    check_ratio("calcium", coarse.ca, fine.ca, exact.ca);
    const response rough = respond(is_basket, 2 * dt, TREE_NEURON), smooth = respond(is_basket, dt, TREE_NEURON);
    const double ratio = (rough.first - exact.first) / (smooth.first - exact.first);
    print_message("  as NEURON: error by %.2f\n", ratio);
    assert_true(ratio > 1.8 && ratio < 2.2);
  }
}

static int64_t count_spikes(double dt, double current)
{
  tree_cells cells;
  int64_t spikes = 0;
  open_cell(&cells, false, dt, 1, TREE_STAGGERED);
  tree_begin(&cells, (const double[]){-80, -80, -80, -80});
  for (long k = 0; k < lround(150 / dt); k++) {
    cells.current[0] = current;
    tree_step(&cells);
    spikes += cells.spike[0];
  }
  tree_close(&cells);
  return spikes;
}

/* With all sodium channels open, half a step is twenty times what the potential takes to follow: Crank-Nicolson goes to
 * the other side of their reversal potential and back, and counts other spikes. */
static void large_conductances_do_not_ring(void **state)
{
  (void)state;
  for (int k = 1; k < 6; k++) assert_int_equal(count_spikes(0.1, 60 * k), count_spikes(0.0125, 60 * k));
}

static void cells_of_a_block_have_the_bits_of_one_alone(void **state)
{
  (void)state;
  static const size_t sizes[] = {1, 5, 16, 37, MAX_CELLS};
  for (int which = 0; which < 4; which++) {
    double alone = 0;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
      tree_cells cells;
      open_cell(&cells, which % 2, 0.05, sizes[s], which / 2);
      tree_begin(&cells, NULL);
      for (int k = 0; k < 200; k++) {
        for (size_t i = 0; i < sizes[s]; i++) cells.current[i] = i + 1 == sizes[s] ? 300 : 10 * (double)i;
        tree_step(&cells);
      }
      double sum = 0;
      for (size_t v = 0; v < cells.model.n_variables; v++) sum += (double)(v + 1) * cells.state[v][sizes[s] - 1];
      if (s == 0) alone = sum;
      assert_true(sum == alone);
      tree_close(&cells);
    }
  }
}

/* -- receptors that are listed -- */

static void listed_receptors_act_on_any_compartment(void **state)
{
  (void)state;
  const double tau = 3, rise = 1, peak = rise * tau / (tau - rise) * log(tau / rise), dt = 0.1;
  const double scale = 1 / (exp(-peak / tau) - exp(-peak / rise));
  for (int integrator = 0; integrator < 2; integrator++) {
    tree_cells cells;
    open_cell(&cells, false, dt, 1, integrator);
    cells.n_listed = 2;
    const double listed[4][2] = {{tau, 80}, {rise, 0}, {0, 0}, {0, 1}};
    for (int l = 0; l < 4; l++) memcpy(cells.listed[l], listed[l], sizeof listed[l]);
    const size_t opened = open_receptor(&cells, 2, TREE_KINDS);
    tree_begin(&cells, NULL);
    assert_int_equal(cells.model.n_receptors, 5);
    const int at[] = {model_variable_index(&cells.model, "g_1"), model_variable_index(&cells.model, "g_1[2]"),
                      model_variable_index(&cells.model, "g_2")};
    for (int k = 0; k < 3; k++) assert_true(at[k] >= 0);
    cells.input[2][0] = 5, cells.input[3][0] = 2, cells.input[opened + cells.n_listed][0] = 7;
    for (int k = 0; k < 100; k++) {
      const double t = k * dt, course = scale * (exp(-t / tau) - exp(-t / rise));
      tree_step(&cells);
      assert_near(cells.state[at[0]][0], 5 * course, 1e-12);
      assert_near(cells.state[at[1]][0], 7 * course, 1e-12);
      assert_near(cells.state[at[2]][0], 2 * exp(-t / 80), 1e-12);
    }
    tree_close(&cells);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gates_go_where_their_equations_say),
      cmocka_unit_test(currents_and_their_slopes_are_those_of_the_gates),
      cmocka_unit_test(gates_are_observed_where_they_started),
      cmocka_unit_test(calcium_gathers_and_decays),
      cmocka_unit_test(chain_rests_where_nothing_flows),
      cmocka_unit_test(chain_moves_as_backward_euler_of_its_matrix),
      cmocka_unit_test(chain_is_of_second_order),
      cmocka_unit_test(staggered_scheme_is_of_second_order_and_that_of_neuron_of_first),
      cmocka_unit_test(large_conductances_do_not_ring),
      cmocka_unit_test(cells_of_a_block_have_the_bits_of_one_alone),
      cmocka_unit_test(listed_receptors_act_on_any_compartment),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
