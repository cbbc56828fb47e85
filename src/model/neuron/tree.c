/*
 * Dendrites: constants from the lists of a population, and the step.
 *
 * With g_c all that conducts from a compartment and its subtree to the outside (2 C/dt among it), i_c the current into
 * it where the step begins, and M_c its potential at the middle of the step, whose difference from the begin is d_c:
 *
 *   (g_c + G) d_c = i_c + G (M_parent - V_c)
 *
 * Eliminated, it is to its parent a conductance G g_c / (g_c + G) and a current: sums of what is positive, so that
 * nothing cancels however large G is. NEURON's scheme is the same with C/dt, and the end of the step for its middle.
 */
#include "model/neuron/tree.h"

#include <string.h>

#include "base/least.h"
#include "base/lower_bound.h"
#include "base/memory.h"
#include "model/neuron/tree_walk.h"

/* -- what all cells share -- */

/* A channel of a compartment. */
typedef struct mechanism {
  const channel *channel;
  size_t variable;         /* the first of its gates */
  const double *constants; /* of the channel */
} mechanism;

/* A compartment, of a soma only what its channels need. */
typedef struct compartment {
  size_t parent;
  size_t variable;             /* its potential */
  double g;                    /* nS to its parent */
  double held;                 /* nS: what its capacitance is to it in a step; of a soma 0 */
  double steady;               /* nS: that, and what its channels conduct whatever their state */
  const mechanism *mechanisms; /* [n] */
  size_t n;
  const mechanism *pool; /* of calcium, among them; NULL: none */
  bool fixed;            /* neither it nor what hangs on it ever conducts more or less: */
  double follows;        /* 1/nS: how it follows a current then, */
  double share, pull;    /* 1, nS: and what it is to its parent */
} compartment;

/* Over a step, of a receptor that all cells share: what acts, by its conductance and its slope, and what comes of it.
 */
typedef struct shared_course {
  listed_course course;
  double mean, slope_mean; /* 1, ms */
  double e, block;         /* mV, 1 */
} shared_course;

typedef struct tree_receptor {
  int kind;
  tree_course keeps;
  size_t compartment, input, variable;
  shared_course shared; /* but of exc and inh */
} tree_receptor;

typedef struct tree {
  bool staggered;
  size_t first, n;           /* compartments that have channels: the soma too, or all behind it */
  compartment *compartments; /* [n] */
  mechanism *mechanisms;     /* [n_mechanisms] of all compartments */
  size_t n_mechanisms;
  double *constants;        /* of all of them */
  tree_receptor *receptors; /* [n_receptors] */
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
  memory_free(t->mechanisms);
  memory_free(t->constants);
  memory_free(t->receptors);
  memory_free(t->sites);
  memory_free(t);
}

static loligo_status allocate(const tree_model *own, const double *param, tree *t)
{
  const tree_list channels = tree_list_of(own, param, TREE_CHANNEL);
  size_t n_constants = 0;
  t->first = tree_first_compartment(own);
  t->n = tree_compartments(own, param);
  t->n_mechanisms = channels.n;
  t->n_receptors = tree_receptors(own, param);
  t->n_sites = tree_list_length(own, param, TREE_SITE_AT);
  for (size_t k = 0; k < channels.n; k++) n_constants += tree_channel(channels, k)->n_constants;
  t->compartments = memory_allocate(t->n, sizeof *t->compartments, "compartments");
  t->mechanisms = memory_allocate(t->n_mechanisms, sizeof *t->mechanisms, "compartments");
  t->constants = memory_allocate(n_constants, sizeof *t->constants, "compartments");
  t->receptors = memory_allocate(t->n_receptors, sizeof *t->receptors, "compartments");
  t->sites = memory_allocate(t->n_sites, sizeof *t->sites, "compartments");
  return t->compartments && t->mechanisms && t->constants && t->receptors && t->sites ? LOLIGO_OK
                                                                                      : LOLIGO_MACHINE_ERROR;
}

/* Those of the compartment at a place; returns the room behind their constants. */
static double *fill_mechanisms(const tree_place *at, tree *t, double *constants)
{
  compartment *own = &t->compartments[at->c];
  size_t variable = at->variable + 1;
  const double *params = at->params.values + at->param;
  for (size_t k = 0; k < at->n; k++) {
    mechanism *m = &t->mechanisms[at->first + k];
    *m = (mechanism){tree_channel(at->channels, at->first + k), variable, constants};
    own->steady += m->channel->derive(params, constants);
    if (m->channel->calcium == CHANNEL_HOLDS_CALCIUM) own->pool = m;
    params += m->channel->params.n;
    constants += m->channel->n_constants;
    variable += m->channel->n_variables;
  }
  return constants;
}

static void fill_compartments(const tree_model *own, const double *param, tree *t)
{
  const tree_list parents = tree_list_of(own, param, TREE_PARENT), g = tree_list_of(own, param, TREE_G);
  const tree_list c_m = tree_list_of(own, param, TREE_C_M);
  double *constants = t->constants;
  tree_place at = tree_place_first(own, param);
  for (; at.c < t->n; tree_place_next(&at)) {
    t->compartments[at.c] =
        (compartment){.variable = tree_potential(&at), .mechanisms = t->mechanisms + at.first, .n = at.n};
    if (at.c) {
      t->compartments[at.c].parent = (size_t)parents.values[at.c - 1];
      t->compartments[at.c].g = g.values[at.c - 1];
      t->compartments[at.c].held = own->soma_has_channels ? tree_held(t->staggered, t->dt) * c_m.values[at.c - 1]
                                                          : 2 * c_m.values[at.c - 1] / t->dt;
      t->compartments[at.c].steady = t->compartments[at.c].held;
    }
    constants = fill_mechanisms(&at, t, constants);
  }
  t->n_variables = at.variable;
}

/* Of receptors that decay with tau, and rise with tau_rise unless that is 0. */
static shared_course course_of(double tau, double tau_rise, double e, double mg, const tree *t)
{
  const double block_per_mg = 1 / 3.57;
  const listed_course course = listed_course_of(tau, tau_rise, t->dt);
  return (shared_course){.course = course,
                         .mean = t->staggered ? block_mean_decay(tau_rise > 0 ? tau_rise : tau, t->dt) : 1,
                         .slope_mean = t->staggered ? course.rise.mean : 0,
                         .e = e,
                         .block = mg * block_per_mg};
}

static void share_course(const tree_model *own, const double *param, const tree *t, tree_receptor *r)
{
  const size_t c = r->compartment - 1, k = (size_t)(r->kind - TREE_KINDS);
  if (r->kind == TREE_NMDA)
    r->shared = course_of(tree_value(own, param, TREE_NMDA_TAU, c), 0, tree_value(own, param, TREE_NMDA_E, c),
                          tree_value(own, param, TREE_NMDA_MG, c), t);
  if (r->kind >= TREE_KINDS)
    r->shared =
        course_of(tree_listed_value(own, param, LISTED_TAU, k), tree_listed_value(own, param, LISTED_TAU_RISE, k),
                  tree_listed_value(own, param, LISTED_E, k), tree_listed_value(own, param, LISTED_MG, k), t);
}

static void fill_receptors(const tree_model *own, const double *param, tree *t)
{
  size_t variable = t->n_variables;
  for (size_t r = 0; r < t->n_receptors; r++) {
    const tree_opened opened = tree_receptor_at(own, param, r);
    const bool is_registered = own->soma_has_channels && r < own->model->n_receptors;
    t->receptors[r] = (tree_receptor){.kind = opened.kind,
                                      .keeps = tree_course_of(own, param, opened.kind),
                                      .compartment = opened.compartment,
                                      .input = opened.input,
                                      .variable = is_registered ? 1 + r : variable};
    if (!is_registered) variable += tree_course_variables(t->receptors[r].keeps);
    share_course(own, param, t, &t->receptors[r]);
  }
  for (size_t s = 0; s < t->n_sites; s++) t->sites[s] = (size_t)tree_value(own, param, TREE_SITE_AT, s);
}

/* The elimination of what never changes, by the steps of eliminate(). */
static void fix(tree *t)
{
  for (size_t c = t->first; c < t->n; c++) {
    compartment *own = &t->compartments[c];
    own->fixed = c > 0;
    for (size_t k = 0; k < own->n; k++) own->fixed = own->fixed && own->mechanisms[k].channel->is_leak;
    own->follows = own->steady; /* a sum until it is its own turn */
  }
  for (size_t r = 0; r < t->n_receptors; r++) t->compartments[t->receptors[r].compartment].fixed = false;
  for (size_t c = t->n - 1; c > 0; c--) {
    compartment *own = &t->compartments[c], *parent = &t->compartments[own->parent];
    parent->fixed = parent->fixed && own->fixed;
    if (!own->fixed) continue;
    const double sum = own->follows;
    own->follows = 1 / (sum + own->g);
    own->share = own->g * own->follows;
    own->pull = own->share * sum;
    parent->follows += own->pull;
  }
}

loligo_status tree_prepare(const tree_model *own, const loligo_model_setup *setup, void **shared)
{
  LOLIGO_TRY(tree_check(own, setup->param));
  tree *t = memory_allocate(1, sizeof *t, "compartments");
  if (!t) return LOLIGO_MACHINE_ERROR;
  *shared = t;
  t->dt = setup->dt;
  t->staggered = tree_is_staggered(own, setup->param);
  LOLIGO_TRY(allocate(own, setup->param, t));
  fill_compartments(own, setup->param, t);
  fill_receptors(own, setup->param, t);
  fix(t);
  return LOLIGO_OK;
}

bool tree_is_staggered(const tree_model *own, const double *param)
{
  const loligo_param *row = param_find(own->model->params, "integrator");
  return !row || param[row - own->model->params.rows] == TREE_STAGGERED;
}

tree_synapse tree_synapse_of(double tau, double e, double dt, bool staggered)
{
  return (tree_synapse){.mean = staggered ? block_mean_decay(tau, dt) : 1, .left = vector_exp(-dt / tau), .e = e};
}

/* -- channels of a compartment -- */

/* Numbers of calcium of a compartment of each cell. */
typedef struct calcium {
  double ca[LOLIGO_BLOCK_CELLS], e[LOLIGO_BLOCK_CELLS]; /* mmol/l, mV */
  double g[LOLIGO_BLOCK_CELLS], i[LOLIGO_BLOCK_CELLS];  /* nS, pA: of all channels that it flows through */
} calcium;

static channel_block channel_block_of(const loligo_block *block, const tree *t, const compartment *c,
                                      const mechanism *m, size_t first, size_t n)
{
  return (channel_block){.n = n,
                         .first = first,
                         .constants = m->constants,
                         .dt = t->dt,
                         .staggered = t->staggered,
                         .v = block->state[c->variable] + first,
                         .gates = block->state + m->variable};
}

/* The pool's concentration as it stands. */
static double *calcium_of(const channel_block *pool)
{
  return pool->gates[0] + pool->first;
}

/* Finds what flows through channels of calcium at the reversal potential of ca[n]. */
static void let_in_calcium(const loligo_block *block, const tree *t, const compartment *c, const channel_block *pool,
                           const double *ca, calcium *found)
{
  const size_t n = pool->n;
  c->pool->channel->reverse(pool, ca, found->e);
  memset(found->g, 0, n * sizeof *found->g);
  memset(found->i, 0, n * sizeof *found->i);
  for (size_t k = 0; k < c->n; k++) {
    const mechanism *m = &c->mechanisms[k];
    if (m->channel->calcium != CHANNEL_CARRIES_CALCIUM) continue;
    channel_block gates = channel_block_of(block, t, c, m, pool->first, n);
    gates.e_ca = found->e;
    m->channel->conduct(&gates, found->g, found->i);
  }
}

/* Adds what the channels of a compartment conduct; NEURON's calcium follows the current at once. */
static void conduct_with_calcium(const loligo_block *block, const tree *t, const compartment *c, size_t first, size_t n,
                                 double *g, double *i)
{
  calcium found;
  const channel_block pool = channel_block_of(block, t, c, c->pool, first, n);
  let_in_calcium(block, t, c, &pool, calcium_of(&pool), &found);
  for (size_t k = 0; k < n; k++) g[k] += found.g[k], i[k] += found.i[k];
  if (!t->staggered) c->pool->channel->fill(&pool, t->dt, found.i, calcium_of(&pool), calcium_of(&pool));
}

static void conduct(const loligo_block *block, const tree *t, size_t number, size_t first, size_t n, double *g,
                    double *i)
{
  const compartment *c = &t->compartments[number];
  for (size_t k = 0; k < c->n; k++) {
    const mechanism *m = &c->mechanisms[k];
    if (m->channel->calcium == CHANNEL_CARRIES_CALCIUM || m == c->pool) continue;
    const channel_block gates = channel_block_of(block, t, c, m, first, n);
    m->channel->conduct(&gates, g, i);
  }
  if (c->pool) conduct_with_calcium(block, t, c, first, n, g, i);
}

/* Moves, or starts, all gates of a compartment under ca[n] (NULL without a pool). */
static void move_gates(const loligo_block *block, const tree *t, const compartment *c, size_t first, size_t n,
                       const double *ca, bool starts)
{
  for (size_t k = 0; k < c->n; k++) {
    const mechanism *m = &c->mechanisms[k];
    if (m == c->pool || !m->channel->move) continue;
    channel_block gates = channel_block_of(block, t, c, m, first, n);
    gates.ca = ca;
    if (starts)
      m->channel->start(&gates);
    else
      m->channel->move(&gates);
  }
}

/* Calcium moves by the midpoint rule, under the mean of what its channels conduct before and behind the middle. */
static void move_with_calcium(const loligo_block *block, const tree *t, const compartment *c, size_t first, size_t n)
{
  calcium before, behind;
  const channel_block pool = channel_block_of(block, t, c, c->pool, first, n);
  double *ca = calcium_of(&pool);
  let_in_calcium(block, t, c, &pool, ca, &before);
  c->pool->channel->fill(&pool, 0.5 * t->dt, before.i, ca, before.ca);
  let_in_calcium(block, t, c, &pool, before.ca, &behind);
  memcpy(before.i, behind.i, n * sizeof *before.i);
  move_gates(block, t, c, first, n, before.ca, false);
  let_in_calcium(block, t, c, &pool, before.ca, &behind);
  for (size_t k = 0; k < n; k++) before.i[k] = 0.5 * (before.i[k] + behind.i[k]);
  c->pool->channel->fill(&pool, t->dt, before.i, ca, ca);
}

static void move(const loligo_block *block, const tree *t, size_t number, size_t first, size_t n)
{
  const compartment *c = &t->compartments[number];
  if (!c->pool)
    move_gates(block, t, c, first, n, NULL, false);
  else if (t->staggered)
    move_with_calcium(block, t, c, first, n);
  else
    move_gates(block, t, c, first, n, block->state[c->pool->variable] + first, false);
}

static void start_with_calcium(const loligo_block *block, const tree *t, const compartment *c)
{
  calcium found;
  const channel_block pool = channel_block_of(block, t, c, c->pool, 0, block->n);
  let_in_calcium(block, t, c, &pool, calcium_of(&pool), &found);
  move_gates(block, t, c, 0, block->n, calcium_of(&pool), true);
  c->pool->channel->fill(&pool, 0.5 * t->dt, found.i, calcium_of(&pool), calcium_of(&pool));
}

void tree_start(const loligo_block *block)
{
  const tree *t = block->shared;
  for (size_t c = t->first; c < t->n && t->staggered; c++) {
    if (t->compartments[c].pool)
      start_with_calcium(block, t, &t->compartments[c]);
    else
      move_gates(block, t, &t->compartments[c], 0, block->n, NULL, true);
  }
}

/* -- observation -- */

/* The mechanism whose variable number v is, or NULL. */
static const mechanism *mechanism_of(const tree *t, size_t v)
{
  const mechanism *all = t->mechanisms;
  const uint64_t n = t->n_mechanisms ? upper_bound_of_field(&all->variable, sizeof *all, t->n_mechanisms, v) : 0;
  const mechanism *last = n ? &all[n - 1] : NULL; /* that begins at or before it */
  return last && v < last->variable + last->channel->n_variables ? last : NULL;
}

static const compartment *compartment_of(const tree *t, const mechanism *m)
{
  size_t c = t->first;
  while (m >= t->compartments[c].mechanisms + t->compartments[c].n) c++;
  return &t->compartments[c];
}

bool tree_observe(const loligo_block *block, size_t v, double *out)
{
  const tree *t = block->shared;
  const mechanism *m = t->staggered ? mechanism_of(t, v) : NULL;
  calcium found;
  if (!m) return false;
  const compartment *c = compartment_of(t, m);
  channel_block gates = channel_block_of(block, t, c, m, 0, block->n);
  if (c->pool) {
    const channel_block pool = channel_block_of(block, t, c, c->pool, 0, block->n);
    let_in_calcium(block, t, c, &pool, calcium_of(&pool), &found);
    c->pool->channel->fill(&pool, -0.5 * t->dt, found.i, calcium_of(&pool), found.ca);
    gates.ca = found.ca;
  }
  if (m == c->pool)
    memcpy(out, found.ca, block->n * sizeof *out);
  else
    m->channel->observe(&gates, v - m->variable, out);
  return true;
}

/* -- the step -- */

void tree_pass_begin(tree_pass *pass, const loligo_block *block, size_t synapses)
{
  pass->block = block;
  pass->synapses = synapses;
  pass->first = pass->n = 0;
}

bool tree_pass_next(tree_pass *pass)
{
  const tree *t = pass->block->shared;
  const size_t room = least(TREE_NUMBERS / t->n / TREE_LEAST_STRIP * TREE_LEAST_STRIP, LOLIGO_BLOCK_CELLS);
  pass->first += pass->n;
  pass->n = least(room, pass->block->n - pass->first);
  return pass->n > 0;
}

/* Potentials of a compartment. */
VECTOR_INLINE double *potentials(const tree_pass *pass, const tree *t, size_t c)
{
  return pass->block->state[t->compartments[c].variable] + pass->first;
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

/* The same of one that all cells share, which may rise, and may be blocked by magnesium. */
VECTOR_INLINE void receive_shared(tree_pass *pass, const tree *t, const tree_receptor *r, bool rises, bool is_blocked)
{
  const loligo_block *block = pass->block;
  const size_t first = pass->first, n = pass->n;
  double *x = block->state[r->variable] + first, *slope = rises ? block->state[r->variable + 1] + first : x;
  double *before = is_blocked ? block->state[r->variable + 1 + rises] + first : x;
  const double *v = potentials(pass, t, r->compartment), *arriving = block->input[r->input] + first;
  double *g = pass->g + r->compartment * n, *i = pass->i + r->compartment * n;
  const shared_course s = r->shared;
  const double now = t->staggered ? 1.5 : 1, then = t->staggered ? 0.5 : 0;
  BLOCK_LOOP
  for (size_t k = 0; k < n; k++) {
    double mean = s.mean * x[k];
    if (rises) mean = __builtin_fma(s.slope_mean, slope[k], mean);
    if (is_blocked) mean /= __builtin_fma(s.block, vector_exp(-0.062 * (now * v[k] - then * before[k])), 1);
    g[k] += mean;
    i[k] = __builtin_fma(mean, s.e - v[k], i[k]);
    listed_move(&s.course, rises, arriving[k], &x[k], &slope[k]);
    if (is_blocked) before[k] = v[k];
  }
}

VECTOR_INLINE void receive_one(tree_pass *pass, const tree *t, const tree_receptor *r)
{
  if (r->kind < TREE_NMDA)
    pass->block->uniform ? receive(pass, t, r, true) : receive(pass, t, r, false);
  else if (r->keeps.rises)
    r->keeps.is_blocked ? receive_shared(pass, t, r, true, true) : receive_shared(pass, t, r, true, false);
  else
    r->keeps.is_blocked ? receive_shared(pass, t, r, false, true) : receive_shared(pass, t, r, false, false);
}

VECTOR_INLINE void receive_all(tree_pass *pass, const tree *t)
{
  for (size_t r = 0; r < t->n_receptors; r++) receive_one(pass, t, &t->receptors[r]);
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
  for (size_t c = t->first; c < t->n; c++) {
    const double steady = t->compartments[c].steady;
    double *g = pass->g + c * n;
    for (size_t k = 0; k < n && !t->compartments[c].fixed; k++) g[k] = steady;
    conduct(pass->block, t, c, pass->first, n, g, pass->i + c * n);
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

/* The same of one that never changes. */
VECTOR_INLINE void eliminate_fixed(tree_pass *pass, const tree *t, size_t c)
{
  const compartment *own = &t->compartments[c];
  const size_t n = pass->n, p = own->parent;
  const double share = own->share, pull = own->pull, *v = potentials(pass, t, c), *v_parent = potentials(pass, t, p);
  double *g_parent = pass->g + p * n, *i_parent = pass->i + p * n;
  const double *i = pass->i + c * n;
  for (size_t k = 0; k < n && !t->compartments[p].fixed; k++) g_parent[k] += pull;
  BLOCK_LOOP
  for (size_t k = 0; k < n; k++)
    i_parent[k] = __builtin_fma(pull, v[k] - v_parent[k], __builtin_fma(share, i[k], i_parent[k]));
}

VECTOR_INLINE void eliminate_all(tree_pass *pass, const tree *t)
{
  for (size_t c = t->n - 1; c > 0; c--) t->compartments[c].fixed ? eliminate_fixed(pass, t, c) : eliminate(pass, t, c);
}

VECTOR_CLONES
void tree_gather(tree_pass *pass)
{
  const tree *t = pass->block->shared;
  act(pass, t);
  eliminate_all(pass, t);
}

/* Moves a compartment; in i[] its potential at the middle of the step takes the place of its current. */
VECTOR_INLINE void follow(tree_pass *pass, const tree *t, size_t c, bool fixed)
{
  const size_t n = pass->n;
  const double coupling = t->compartments[c].g, *parent = pass->i + t->compartments[c].parent * n;
  const double *g = pass->g + c * n, always = t->compartments[c].follows;
  double *i = pass->i + c * n, *v = potentials(pass, t, c);
  BLOCK_LOOP
  for (size_t k = 0; k < n; k++) {
    const double half = (fixed ? always : g[k]) * __builtin_fma(coupling, parent[k] - v[k], i[k]);
    i[k] = v[k] + half;
    v[k] = __builtin_fma(2, half, v[k]);
  }
}

VECTOR_CLONES
void tree_scatter(tree_pass *pass)
{
  const tree *t = pass->block->shared;
  for (size_t c = 1; c < t->n; c++) {
    t->compartments[c].fixed ? follow(pass, t, c, true) : follow(pass, t, c, false);
    move(pass->block, t, c, pass->first, pass->n);
  }
}

/* -- the step of cells whose somata are made of channels -- */

/* With d the way to the first stage, H what is held and D the eliminated matrix, a step is d + (1 + sqrt 2) e, D e = H
 * d. */
static const double STAGE = 0.29289321881345254 /* 1 - sqrt(1/2) */, SECOND = 2.414213562373095 /* 1 + sqrt 2 */;

double tree_held(bool staggered, double dt)
{
  return 1 / (staggered ? STAGE * dt : dt);
}

/* The soma's way, from which all others follow; in i[] what it holds of it. */
VECTOR_INLINE void lead(tree_pass *pass, const tree_soma *soma)
{
  double *g = pass->g, *i = pass->i, *d = pass->d;
  const double *held = soma->held, *current = soma->current;
  const size_t n = pass->n;
  BLOCK_LOOP
  for (size_t k = 0; k < n; k++) {
    const double follows = 1 / (g[k] + held[k]);
    d[k] = follows * (i[k] + current[k]);
    i[k] = held[k] * d[k];
    g[k] = follows;
  }
}

VECTOR_INLINE void go_along(tree_pass *pass, const tree *t, size_t c, bool fixed)
{
  const size_t n = pass->n, p = t->compartments[c].parent;
  const double coupling = t->compartments[c].g, held = t->compartments[c].held;
  const double *v = potentials(pass, t, c), *v_parent = potentials(pass, t, p), *d_parent = pass->d + p * n;
  const double *g = pass->g + c * n, always = t->compartments[c].follows;
  double *i = pass->i + c * n, *d = pass->d + c * n;
  BLOCK_LOOP
  for (size_t k = 0; k < n; k++) {
    d[k] = (fixed ? always : g[k]) * __builtin_fma(coupling, d_parent[k] + (v_parent[k] - v[k]), i[k]);
    i[k] = held * d[k];
  }
}

/* Makes what a compartment holds a part of what its parent does. */
VECTOR_INLINE void pass_on(tree_pass *pass, const tree *t, size_t c, bool fixed)
{
  const size_t n = pass->n;
  const compartment *own = &t->compartments[c];
  const double coupling = own->g, always = own->share, *g = pass->g + c * n, *i = pass->i + c * n;
  double *i_parent = pass->i + own->parent * n;
  BLOCK_LOOP
  for (size_t k = 0; k < n; k++) i_parent[k] = __builtin_fma(fixed ? always : coupling * g[k], i[k], i_parent[k]);
}

/* In i[] what the second stage adds takes the place of what is held. */
VECTOR_INLINE void complete_way(tree_pass *pass, const tree *t, size_t c, bool fixed)
{
  const size_t n = pass->n;
  const double coupling = t->compartments[c].g, *parent = pass->i + t->compartments[c].parent * n;
  const double *g = pass->g + c * n, *d = pass->d + c * n, always = t->compartments[c].follows;
  double *i = pass->i + c * n, *v = potentials(pass, t, c);
  BLOCK_LOOP
  for (size_t k = 0; k < n; k++) {
    i[k] = (fixed ? always : g[k]) * (c ? __builtin_fma(coupling, parent[k], i[k]) : i[k]);
    v[k] += __builtin_fma(SECOND, i[k], d[k]);
  }
}

VECTOR_INLINE void take_way(tree_pass *pass, const tree *t, size_t c)
{
  const size_t n = pass->n;
  const double *d = pass->d + c * n;
  double *v = potentials(pass, t, c);
  for (size_t k = 0; k < n; k++) v[k] += d[k];
}

VECTOR_CLONES
void tree_advance(tree_pass *pass, const tree_soma *soma)
{
  const tree *t = pass->block->shared;
  act(pass, t);
  eliminate_all(pass, t);
  lead(pass, soma);
  for (size_t c = 1; c < t->n; c++) t->compartments[c].fixed ? go_along(pass, t, c, true) : go_along(pass, t, c, false);
  for (size_t c = t->n - 1; c > 0 && t->staggered; c--)
    t->compartments[c].fixed ? pass_on(pass, t, c, true) : pass_on(pass, t, c, false);
  for (size_t c = 0; c < t->n; c++) {
    if (!t->staggered)
      take_way(pass, t, c);
    else
      t->compartments[c].fixed ? complete_way(pass, t, c, true) : complete_way(pass, t, c, false);
    move(pass->block, t, c, pass->first, pass->n);
  }
}
