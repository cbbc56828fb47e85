/*
 * NEURON's IntFire1 on the grid: a number that decays and jumps by what arrives (Hines & Carnevale 2004,
 * 10.1016/j.neucom.2004.01.175).
 */
#include <string.h>

#include "model/neuron/iaf.h"

enum { TAU, T_REF };

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("tau", "ms", "10", LOLIGO_RANGE_POSITIVE, "decay of m"),
    LOLIGO_REAL_ROW("t_ref", "ms", "5", LOLIGO_RANGE_NON_NEGATIVE,
                    "what arrives for so long after a spike is lost, at its end no longer; refrac in NEURON"),
};

enum { M, REFRACTORY };

static const loligo_variable variables[] = {
    {"m", "", "a spike is where it passes 1"},
    {"refractory", "", "steps until it is 0 and takes what arrives again"},
};

static const loligo_receptor receptors[] = {{"exc", LOLIGO_RECEPTOR_NUMBER}, {"inh", LOLIGO_RECEPTOR_NUMBER}};

typedef struct constants {
  double decay;
  double t_ref; /* steps */
} constants;

static loligo_status derive(const double *p, double dt, double *derived)
{
  const constants c = {.decay = vector_exp(-dt / p[TAU]), .t_ref = grid_steps(p[T_REF], dt)};
  memcpy(derived, &c, sizeof c);
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  (void)p;
  iaf_complete(0, sizeof variables / sizeof variables[0], state);
}

VECTOR_INLINE void advance(const loligo_block *block, bool uniform)
{
  double *m = block->state[M], *refractory = block->state[REFRACTORY];
  const size_t n = block->n;
  constants c;
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double waiting = refractory[i], kept = c.decay * m[i], arriving = block->input[0][i] + block->input[1][i];
    const double left = waiting > 0 ? waiting - 1 : 0;
    const double moved = (waiting > 0 ? 0 : kept) + (left > 0 ? 0 : arriving);
    const double fired = moved > 1 ? 1 : 0;
    m[i] = fired > 0 ? 0 : moved;
    refractory[i] = fired > 0 ? c.t_ref : left;
    block->spike[i] = fired > 0 ? 1 : 0;
  }
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  if (block->uniform)
    advance(block, true);
  else
    advance(block, false);
}

const loligo_model loligo_model_intfire1 = {
    .name = "intfire1",
    .summary = "NEURON's IntFire1: a decaying number that jumps by what arrives (10.1016/j.neucom.2004.01.175)",
    .takes_no_current = true,
    .cost = 0.8,
    .operations = &(const loligo_operations){2, 1, 0},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = receptors,
    .n_receptors = sizeof receptors / sizeof receptors[0],
    .n_derived = DERIVED_COUNT(constants),
    .derive = derive,
    .complete = complete,
    .step = step,
    .page =
        {
            .equations = "dm/dt = -m / tau\n"
                         "what arrives adds its weight, a pure number, to m; where several arrive at once, their sum",
            .integrator = "exact on the grid: no error but that spikes and arrivals lie on the grid",
            .refractory =
                "m is 0 for t_ref after a spike, a whole number of steps; what arrives before its end is lost",
            .spike = "m > 1 where a step ends, what arrives there included; stamped with that end",
            .golden = "as the events of NEURON's IntFire1, one by one, written out beside it (tests/physics/iaf.c)",
            .source = "IntFire1 of NEURON: Hines & Carnevale 2004, Neurocomputing 58-60:1117, "
                      "10.1016/j.neucom.2004.01.175",
        },
};
