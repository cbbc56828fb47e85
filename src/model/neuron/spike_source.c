/*
 * A population of sources that emit given spike trains, rounded to the grid.
 */
#include "model/neuron/model.h"
#include "model/trains.h"

static loligo_status prepare(const loligo_model_setup *setup, void **shared)
{
  return trains_create(setup->times, setup->owners, setup->n_times, setup->dt, (trains **)shared);
}

static void release(void *shared)
{
  trains_destroy(shared);
}

static void step(const loligo_block *block)
{
  trains_count(block->shared, block->step + 1, block->n, block->index, block->spike);
}

const loligo_model loligo_model_spike_source = {
    .name = "spike_source",
    .summary = "source of given spike trains",
    .is_source = true,
    .takes_trains = true,
    .cost = 0.1,
    .operations = &(const loligo_operations){0, 0, 0},
    .prepare = prepare,
    .step = step,
    .release = release,
    .page =
        {
            .equations = "the given times, rounded to the grid; halfway is the later step",
            .integrator = "none",
            .refractory = "none: a step may hold several spikes",
            .spike = "stamped with the grid time that its time is rounded to",
            .golden = "times 5 ms and 20 ms give the stamps 5 ms and 20 ms (tests/program/results)",
            .source = "a definition",
        },
};
