/**
 * A network as the engine of trials sees it: populations as layers, dense projections as links between them, in an
 * order in which sources come before targets. Not collective.
 *
 * A link brings its target a current of each step, or where what its source shows stays over the trial, one that stays;
 * to a readout it brings what counts of the trial. Within a loop what a step puts out arrives in the next one.
 */
#ifndef LOLIGO_LEARN_LAYERS_H
#define LOLIGO_LEARN_LAYERS_H

#include <stdbool.h>
#include <stddef.h>

#include "loligo/adjoint.h"
#include "loligo/status.h"
#include "network/description.h"

typedef struct layer {
  const loligo_population *population;
  const loligo_adjoint *adjoint;
  loligo_trial_part part;
  size_t cells, rows, columns; /* rows: of what flows in; columns: of what is put out */
  size_t steps;                /* of a pass over its cells: those of the trial, or 1 behind it */
  bool stays;                  /* LOLIGO_TRIAL_DATA: is the same in all steps; UNIT, CODE: what flows in is */
  bool is_looped;
  bool speaks;   /* somebody asks for what it puts out in each step */
  bool learns;   /* something that learns lies in it or before it */
  double value;  /* what counts is this times the sum over steps */
  size_t events; /* that a spike of it sets off (tally.h): rows of all its targets */
} layer;

typedef struct layer_link {
  const loligo_projection *projection;
  size_t source, target; /* layers */
  bool in_steps;         /* a current of each step */
  bool later;            /* within a loop */
  bool has_bias, learns;
  double rate; /* factor of the optimiser's */
  double gain; /* current = gain (W x + b) */
} layer_link;

typedef struct layers {
  layer *layers; /* [n] as the populations */
  size_t n;
  layer_link *links; /* [n_links] as the projections */
  size_t n_links;
  size_t *order; /* [n] layers, sources first; those of a loop stand together */
  size_t *loop;  /* [n] for each place in `order` that begins a layer or a loop: how many belong to it; else 0 */
  size_t data;   /* the layer that shows samples */
  double dt;     /* ms */
} layers;

/**
 * Reads a network.
 *
 * @param stays    whether what samples show is the same in all steps of a trial
 * @param n_steps  of a trial
 * @return         INPUT where it cannot learn in trials; MACHINE without memory; layers_free() also then
 */
loligo_status layers_init(const loligo_network *network, bool stays, int64_t n_steps, layers *made);
void layers_free(layers *layers);

/** Has what a layer of units puts out in each step kept, and dE/d(it) taken: before arrays are made. */
static inline void layers_ask_steps(layers *layers, size_t at)
{
  layers->layers[at].speaks = true;
}

/** Whether its cells have passes. */
static inline bool layer_has_passes(const layer *layer)
{
  return layer->part == LOLIGO_TRIAL_UNIT || layer->part == LOLIGO_TRIAL_CODE;
}

/** Whether it comes behind the trial. */
static inline bool layer_is_behind(const layer *layer)
{
  return layer->part == LOLIGO_TRIAL_READOUT || layer->part == LOLIGO_TRIAL_CODE;
}

/** Numbers that a link takes and brings in a step. */
static inline size_t link_width(const layers *layers, const layer_link *link)
{
  return layers->layers[link->source].columns + layers->layers[link->target].rows;
}

#endif
