/** The edges of one population as a source that any rank can read. Not collective, but for edges_move(). */
#ifndef LOLIGO_IO_SONATA_EDGES_H
#define LOLIGO_IO_SONATA_EDGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/stream.h"
#include "network/edge_list.h"

/** By what a weight follows from syn_weight. */
typedef enum weight_function {
  WEIGHT_PLAIN,      /* syn_weight itself */
  WEIGHT_GAUSSIAN_LL /* times exp(-(d / weight_sigma)^2), d the difference of the nodes' tuning_angle modulo 180 degrees
                      */
} weight_function;

enum { EDGE_FAULT_BYTES = 512 };

/** What edges of a type have unless they have it of their own; NAN: nothing. */
typedef struct edge_type {
  uint64_t id;
  double syn_weight, nsyns;     /* receptor's base unit; synapses that an edge stands for */
  double delay, sigma;          /* ms, degrees */
  double tau1, tau2, e;         /* ms, mV: of a synapse onto biophysical cells */
  unsigned sections;            /* of these: types of sections that synapses without a place are drawn from, as bits */
  double nearest, farthest;     /* um from the begin of the soma along the cell, where these may be */
  double factor;                /* of weights: their sign, or 0 where they are 1 whatever stands there */
  uint32_t receptor;            /* that they go to, by receptor_type; 0: the type names none */
  uint32_t function;            /* weight_function */
  char fault[EDGE_FAULT_BYTES]; /* what is wrong with it, told where an edge has it; "" where nothing is */
} edge_type;

/** Edges of a population that go to one receptor. */
typedef struct edges_wanted {
  const char *path, *name; /* of the file, as it is called in messages; of the population */
  const edge_type *types;  /* [n_types] by ascending id */
  uint64_t n_types;
  uint32_t receptor; /* others are left out */
  double dt;         /* ms, to whose multiples delays are rounded */
  uint64_t n_sources, n_targets;
  const double *source_angle; /* [n_sources] degrees; NULL where no type asks for them, as below */
  const double *target_angle; /* [n_targets] */
} edges_wanted;

/** What `format` of such a source is called. */
extern const char EDGES_FORMAT[];

/**
 * Opens a source; all is copied. Rows are those of the file.
 *
 * @return  INPUT with file, dataset and row for what is not as it must be: here of the file as a whole, and when rows
 *          are read, of these
 */
loligo_status edges_open(const edges_wanted *wanted, edge_source *source);

/** An edge onto a biophysical cell. */
typedef struct located_edge {
  uint64_t row; /* of the file */
  const edge_type *type;
  loligo_edge edge;     /* its weight is that of one synapse */
  double nsyns;         /* synapses that it stands for */
  double sec_id, sec_x; /* NAN: not given */
} located_edge;

/** Takes an edge; what is wrong with it is told with file and row. */
typedef loligo_status (*located_visit)(void *self, const located_edge *edge);

/** Reads all rows of a population in order. INPUT as edges_open(), or by `visit`. */
loligo_status edges_visit(const edges_wanted *wanted, located_visit visit, void *self);

/** Sends what a source was made from, or makes the same of what is read (base/stream.h). Collective. */
loligo_status edges_move(stream *stream, edge_source *source);

#endif
