/*
 * A population of Poisson sources: each cell emits a Poisson number of spikes per step.
 */
#include "base/memory.h"
#include "base/random/poisson.h"
#include "model/neuron/block.h"

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("rate", "Hz", "0", LOLIGO_RANGE_NON_NEGATIVE,
                    "mean number of spikes per second of each cell" POISSON_HELP),
};

enum { RATE };

typedef struct source {
  random_key key;
  poisson_table *table; /* NULL where cells differ in rate */
} source;

/* The one derived constant is the mean number of spikes in a step. */
static loligo_status derive(const double *param, double dt, double *derived)
{
  derived[0] = param[RATE] * dt * 1e-3;
  if (derived[0] < POISSON_MAX_MEAN) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "rate: %g Hz are too many spikes for a step of %g ms", param[RATE], dt);
}

static void release(void *shared)
{
  source *made = shared;
  poisson_table_destroy(made->table);
  memory_free(made);
}

static loligo_status prepare(const loligo_model_setup *setup, void **shared)
{
  source *made = memory_allocate(1, sizeof *made, "Poisson source");
  if (!made) return LOLIGO_MACHINE_ERROR;
  *made = (source){.key = random_key_of(setup->key)};
  *shared = made;
  const double rate = setup->param[RATE];
  return isnan(rate) ? LOLIGO_OK : poisson_table_create(rate * setup->dt * 1e-3, &made->table);
}

static void step(const loligo_block *block)
{
  const source *from = block->shared;
  if (from->table)
    poisson_draw(from->table, from->key, block->step, block->n, block->index, block->spike);
  else
    poisson_draw_each(block->derived[0], from->key, block->step, block->n, block->index, block->spike);
}

const loligo_model loligo_model_poisson_source = {
    .name = "poisson_source",
    .summary = "source of Poisson spike trains, independent from cell to cell",
    .is_source = true,
    .cost = 3,
    .operations = &(const loligo_operations){0, 0, 0},
    .params = LOLIGO_PARAM_TABLE(params),
    .n_derived = 1,
    .prepare = prepare,
    .derive = derive,
    .step = step,
    .release = release,
    .page =
        {
            .equations = "spikes in a step: Poisson distributed with mean rate dt, independent from step to step and "
                         "cell to cell",
            .integrator = "drawn by inversion from numbers keyed by seed, population, cell and step",
            .refractory = "none: a step may hold several spikes",
            .spike = "stamped with the end of its step",
            .golden =
                "the law itself: frequencies of counts against the Poisson distribution (tests/physics/poisson.c)",
            .source = "a definition; random numbers: Salmon et al. 2011, 10.1145/2063384.2063405",
        },
};
