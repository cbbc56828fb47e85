/** One step of Hodgkin-Huxley somata with dendrites: hh.h, with tree.h between the two halves of a soma's step. */
#ifndef LOLIGO_MODEL_NEURON_HH_TREE_H
#define LOLIGO_MODEL_NEURON_HH_TREE_H

#include "model/neuron/hh.h"
#include "model/neuron/tree.h"

/** Of the staggered scheme alone. */
static const char *const hh_tree_integrators[] = {"staggered_crank_nicolson", NULL};

#define HH_TREE_INTEGRATOR_ROW                                                                                         \
  HH_CHOICE_ROW("integrator", "staggered_crank_nicolson", hh_tree_integrators,                                         \
                "of second order, stable at any coupling")

/** Derived constants: those of the soma, then those of synapses on dendrites. */
enum {
  HH_TREE_SYNAPSES = DERIVED_COUNT(hh_constants),
  HH_TREE_DERIVED = HH_TREE_SYNAPSES + DERIVED_COUNT(tree_synapses)
};

/** Fills `derived`; v_t as in hh_derive(). INPUT where the lists contradict one another. */
static inline loligo_status hh_tree_derive(const tree_model *own, const double *p, double dt, double v_t,
                                           double *derived)
{
  LOLIGO_TRY(tree_check(own, p));
  hh_derive(p, dt, v_t, true, derived);
  const tree_synapses synapses = {tree_synapse_of(p[HH_TAU_SYN_EX], p[HH_E_EX], dt, true),
                                  tree_synapse_of(p[HH_TAU_SYN_IN], p[HH_E_IN], dt, true)};
  memcpy(derived + HH_TREE_SYNAPSES, &synapses, sizeof synapses);
  return LOLIGO_OK;
}

/* Moves V_m and the synapses of the somata on, under what their dendrites are to them; leaves V_m at the middle of the
 * step in pass->i[n], and the potential under which the gates are to move in at[n]. Without dendrites the same bits as
 * hh_move_membrane(). */
VECTOR_INLINE void hh_tree_move_soma(tree_pass *pass, hh_kind kind, bool uniform, bool coupled, double *at)
{
  const loligo_block *block = pass->block;
  double *v = block->state[HH_V_M];
  const size_t n = pass->n, first = pass->first;
  hh_cell cell;
  hh_cell_of(block, kind, uniform ? 0 : first, &cell);
  BLOCK_LOOP
  for (size_t k = 0; k < n; k++) {
    const size_t i = first + k;
    if (!uniform) hh_cell_of(block, kind, i, &cell);
    const hh_constants *c = &cell.c;
    const gates x = {block->state[HH_M][i], block->state[HH_H][i], block->state[HH_N][i]};
    const double current = block->current[i] + block->state[HH_LEVEL][i];
    hh_drive drive = hh_drive_of(c, x, block->state[HH_EX][i], block->state[HH_IN][i], current, true);
    hh_couple(&drive, block, i, c->per_c, coupled);
    const relaxation r = hh_relaxation(&drive);
    const double before = v[i], pull = __builtin_fma(-r.s, before, r.a) + c->per_c * pass->i[k];
    const double half = pull / (2 + r.s + c->per_c * pass->g[k]), after = __builtin_fma(2, half, before);
    pass->i[k] = before + half;
    at[i] = after - c->v_t;
    v[i] = after;
    hh_move_synapses(block, kind, i, &cell);
    hh_fire(block, i, before, after, c);
  }
}

VECTOR_INLINE void hh_tree_move_somata(tree_pass *pass, hh_kind kind, double *at)
{
  const bool uniform = pass->block->uniform, coupled = pass->block->coupling;
  if (uniform && !coupled)
    hh_tree_move_soma(pass, kind, true, false, at);
  else if (uniform)
    hh_tree_move_soma(pass, kind, true, true, at);
  else if (!coupled)
    hh_tree_move_soma(pass, kind, false, false, at);
  else
    hh_tree_move_soma(pass, kind, false, true, at);
}

VECTOR_INLINE void hh_tree_move(const loligo_block *block, hh_kind kind)
{
  double at[LOLIGO_BLOCK_CELLS];
  tree_pass pass;
  tree_pass_begin(&pass, block, HH_TREE_SYNAPSES);
  while (tree_pass_next(&pass)) {
    tree_gather(&pass);
    hh_tree_move_somata(&pass, kind, at);
    tree_scatter(&pass);
  }
  hh_move_gates(block, kind, STAGGERED_CRANK_NICOLSON, at);
}

VECTOR_INLINE void hh_tree_step(const loligo_block *block, hh_kind kind)
{
  double before[LOLIGO_BLOCK_CELLS];
  const bool heard = block_is_heard(block, HH_SIGNAL_LEVEL);
  if (heard) memcpy(before, block->state[HH_V_M], block->n * sizeof *before);
  hh_tree_move(block, kind);
  if (heard) hh_tell_level(block, before);
}

static inline void hh_tree_start(const loligo_block *block, hh_kind kind)
{
  hh_start(block, kind);
  tree_start(block);
}

static inline void hh_tree_observe(const loligo_block *block, hh_kind kind, size_t v, double *out)
{
  if (!tree_observe(block, v, out)) hh_observe(block, kind, v, out);
}

#define HH_TREE_GOLDEN_PAGE                                                                                            \
  "\nwith three branches of 4 passive compartments (400 um x 2 um, R_a 100 Ohm cm, c_m 1 uF/cm2, g_L 0.1 mS/cm2),\n"   \
  "1000 pA into the soma at rest: first of 12 spikes in 200 ms after 2.352450 ms, last interval 16.689839 ms\n"        \
  "(RK4 at 0.0005 ms; NEURON 8.2.2 agrees within 0.00013 ms)"

#endif
