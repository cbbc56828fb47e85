/*
 * A relay: emits what it receives, as many spikes as arrive, when they arrive.
 */
#include "model/neuron/block.h"

static const loligo_receptor receptors[] = {{"exc", LOLIGO_RECEPTOR_NUMBER}};

VECTOR_CLONES
static void step(const loligo_block *block)
{
  const double *arriving = block->input[0];
  int64_t *spike = block->spike;
  const size_t n = block->n;
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) spike[i] = arriving[i] >= 0.5 ? (int64_t)(arriving[i] + 0.5) : 0;
}

const loligo_model loligo_model_parrot = {
    .name = "parrot",
    .summary = "relay of spikes: emits what it receives, as often as it receives it",
    .takes_no_current = true,
    .cost = 0.3,
    .operations = &(const loligo_operations){0, 0, 0},
    .receptors = receptors,
    .n_receptors = sizeof receptors / sizeof receptors[0],
    .step = step,
    .page =
        {
            .equations =
                "a synapse of weight 1 passes a spike on once, one of weight 2 twice; the weights of what arrives "
                "at once add\n"
                "up, to the nearest whole number, and less than one half passes none",
            .integrator = "none",
            .refractory = "none: a step may hold several spikes",
            .spike = "stamped with the time at which it arrives, the delay after that of its source",
            .golden = "the definition: trains come out as they went in (tests/physics/iaf.c)",
            .source = "a definition, as parrot_neuron of NEST",
        },
};
