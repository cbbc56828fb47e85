/**
 * The synapses of a plastic projection onto local cells, by source.
 *
 * The synapses of a source that share a delay, and the block of 65,536 cells that their targets lie in, are a segment:
 * the spikes of the source act on all of them at the same times, so its traces are kept once for all. A synapse takes
 * 6 bytes: which cell of the block, and its weight in quanta of |Wmax| 2^-31; these lie in two arrays, one segment
 * behind the other. A modulated one has 4 more, its eligibility. Both are as its last event has left them.
 *
 * Weights of a descent model have either sign: they are quanta from -Wmax on, of Wmax 2^-30. Those synapses keep,
 * besides, what the model wants to remember from trial to trial, 8 bytes a number.
 */
#ifndef LOLIGO_SIM_PLASTICITY_PLASTIC_TABLE_H
#define LOLIGO_SIM_PLASTICITY_PLASTIC_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/synapse/synapse_model.h"
#include "network/description.h"
#include "sim/layout/fixed_point.h"
#include "sim/plasticity/modulator.h"
#include "sim/plasticity/spike_archive.h"
#include "sim/plasticity/spike_log.h"
#include "sim/synapses/synapses.h"

enum { TARGET_BLOCK_BITS = 16, WEIGHT_BITS = 31 };

/** Steps are times at the synapse. */
typedef struct plastic_segment {
  uint64_t first;  /* of its synapses */
  uint32_t count;  /* of them */
  uint32_t delay;  /* steps */
  uint16_t block;  /* of targets */
  bool is_last;    /* of its row */
  bool is_saved;   /* its state is that of a checkpoint, and no later spike has come */
  uint32_t n_last; /* spikes of the source at step `last` */
  int64_t last;    /* when its last spike acted */
  int64_t done;    /* spikes of the targets that act up to then have acted; of descent, steps that have counted */
  union {
    double trace[SYNAPSE_MAX_TRACES]; /* of the source, just before `last`; of descent, at `done` */
    double state[SYNAPSE_MAX_STATES]; /* of the source, behind it, of kind SYNAPSE_FACTOR */
  };
} plastic_segment;

/** What 0 and 2^31 quanta stand for, receptor's base unit. */
typedef struct weight_bounds {
  double low, high;
} weight_bounds;

/** What each synapse of a projection keeps besides its target and its weight. */
typedef struct synapse_store {
  bool has_eligibility; /* of a modulated model */
  size_t n_moments;     /* of a descent model, from trial to trial */
  bool has_filtered;    /* of one that learns at spikes, onto cells that are not read out */
  bool has_begun;       /* of one that learns at spikes, by whose weights errors come back */
} synapse_store;

struct trial_course; /* sim/plasticity/online.h */

typedef struct plastic_table {
  size_t way;        /* number of its pathway */
  size_t projection; /* number */
  size_t source;     /* population */
  const synapse_model *model;
  double constant[SYNAPSE_MAX_CONSTANTS]; /* what the model's hooks need */
  synapse_pairing pairing;
  double rate[SYNAPSE_MAX_TRACES]; /* of decay of the source's traces, per step */
  int64_t dendritic;               /* steps; negative: all of each delay */
  int sign;                        /* of all weights, unless they have either */
  weight_bounds bounds;            /* of all weights */
  double dt;                       /* ms */
  spike_archive *archive;          /* of the targets; owned elsewhere, like `model`; NULL unless of SYNAPSE_PLASTIC */
  const modulator *modulator;      /* owned elsewhere; NULL: there is none */
  uint64_t first_port;             /* wide, of the first local cell of the target population */

  row_index index;
  uint32_t *row;             /* [index.n_rows + 1] first segment of each */
  plastic_segment *segments; /* [n_segments] of a row in ascending order of delay, then block */
  uint32_t n_segments;
  int64_t swept;      /* step up to which all segments are, or a later one */
  uint64_t n_changes; /* of weights by spikes of either end so far */
  uint64_t n_synapses;
  uint16_t *target;                    /* [n_synapses] local cell within the block */
  uint32_t *weight;                    /* [n_synapses] quanta, at most 2^31 */
  synapse_store store;                 /* which of the following there are; the others are NULL */
  float *eligibility;                  /* [n_synapses] in units of |Wmax| */
  double *moment[SYNAPSE_MAX_MOMENTS]; /* [n_moments] -> [n_synapses] */
  double *filtered;                    /* [n_synapses] eligibilities at `done`, summed as what is read out forgets */
  uint32_t *begun;                     /* [n_synapses] weights at the begin of the trial */
  spike_log log;         /* of a descent model: spikes of the sources that count in this trial, or may in the next */
  bool learns_at_spikes; /* too; else a descent model does at the ends of trials alone */
  const struct trial_course *course; /* of the targets of such a table; owned elsewhere */
} plastic_table;

/** What weights of a plastic projection can be, and what its synapses keep. */
weight_bounds plastic_bounds(const loligo_projection *projection);
synapse_store plastic_store(const loligo_network *network, const loligo_projection *projection);

/** Bytes of so many synapses of a projection in so many segments and rows. */
double plastic_table_bytes(const loligo_network *network, const loligo_projection *projection, double synapses,
                           double segments, double rows);

void plastic_table_free(plastic_table *table);

static inline int64_t segment_dendritic(const plastic_table *table, const plastic_segment *segment)
{
  return table->dendritic < 0 ? segment->delay : table->dendritic;
}

/** When a spike of the source with that stamp acts on a segment; without an archive: when it arrives. */
static inline int64_t segment_act(const plastic_table *table, const plastic_segment *segment, int64_t stamp)
{
  return stamp + segment->delay - (table->archive ? segment_dendritic(table, segment) : 0);
}

/** Numbers that a segment keeps of its source's spikes. */
static inline size_t plastic_table_values(const plastic_table *table)
{
  return table->archive ? table->model->n_source_traces : table->model->n_states;
}

/** The segment of a source, which has a row, for a delay and a local target cell; it is there. */
plastic_segment *plastic_table_segment(const plastic_table *table, uint64_t source, int64_t delay, uint64_t target);

/** Lets all segments begin at a step, without spikes before. Eligibilities and moments are 0 then. */
void plastic_table_begin(plastic_table *table, int64_t step);

/** Number of quanta in a weight between its bounds, and back: receptor's base unit. */
static inline uint32_t weight_to_quanta(double weight, weight_bounds bounds)
{
  const double above = weight - bounds.low;
  if (above == 0) return 0;
  return (uint32_t)(above / (bounds.high - bounds.low) * (double)(UINT32_C(1) << WEIGHT_BITS) + 0.5);
}

static inline double weight_of_quanta(uint32_t quanta, weight_bounds bounds)
{
  return bounds.low + (double)quanta / (double)(UINT32_C(1) << WEIGHT_BITS) * (bounds.high - bounds.low);
}

#endif
