/**
 * Edges that are listed: what is known of the whole list on every rank, and the edges themselves where they are kept,
 * which need not be every rank. A list is never taken to fit into memory: it is read in pieces, as often as it must be.
 * Not collective, all of it.
 */
#ifndef LOLIGO_NETWORK_EDGE_LIST_H
#define LOLIGO_NETWORK_EDGE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random/distribution.h"
#include "loligo/status.h"
#include "loligo/synapse.h"
#include "network/listed_weights.h"

/** Rows of a source that any rank can read. */
typedef struct edge_rows {
  uint64_t first, end;
} edge_rows;

/** Where a list is read from, as often as need be: either in order from the beginning on, by rank 0 alone, or anywhere,
 * by any rank. */
typedef struct edge_source {
  void *self;
  const char *name; /* for messages; as long as the source */

  /** Goes to the first edge. */
  loligo_status (*begin)(void *self);

  /** Fills edges[*n] with the next ones, at most `room`; *n is 0 behind the last. INPUT error for what is no edge. */
  loligo_status (*next)(void *self, size_t room, loligo_edge *edges, size_t *n);

  /** Puts the place of edge number `i` of the piece before the message of an INPUT error, which it may keep
   * (base/mistakes.h) and return LOLIGO_OK. NULL: a place follows from the number of the edge. */
  loligo_status (*blame)(void *self, size_t i, loligo_status status);

  void (*free)(void *self);

  /* Of one that any rank can read, in place of begin() and next(). */

  const char *format; /* by what ranks that did not open it make the same; NULL: rank 0 alone reads */
  uint64_t n_rows;    /* each holds an edge, or none of this list */

  /** Fills edges[*n] with those in n_rows rows from `first` on, all of which there are. INPUT error for what is no
   * edge. */
  loligo_status (*read)(void *self, uint64_t first, size_t n_rows, loligo_edge *edges, size_t *n);

  /** No rows are wanted for now; also after a failure. */
  void (*rest)(void *self);

  /** Where an index may tell: rows[*n], for memory_free(), ascending and apart from each other, that hold all edges
   * onto cells[n_cells], and others; *found is false where none tells. MACHINE without memory. NULL: there is none. */
  loligo_status (*find)(void *self, const uint64_t *cells, uint64_t n_cells, edge_rows **rows, size_t *n, bool *found);
} edge_source;

/** Edges in memory, as the self of a source that reads them by these two; or what its self begins with. */
typedef struct edge_array {
  const loligo_edge *edges; /* [n] */
  uint64_t n, at;
} edge_array;
loligo_status edge_array_begin(void *self);
loligo_status edge_array_next(void *self, size_t room, loligo_edge *edges, size_t *n);

/** Frees what a source owns; allowed where there is none. */
void edge_source_free(edge_source *source);

/** No rows are wanted for now. */
void edge_source_rest(const edge_source *source);

typedef struct edge_list {
  bool is_unknown;            /* nobody has looked at the edges yet: the members down to in_degree[] say nothing */
  uint64_t n;                 /* edges of the whole */
  uint64_t digest;            /* of them, in whatever order */
  uint64_t digest_of_rows;    /* of those that this rank looked at */
  distribution_range weights; /* with 0 among them */
  distribution_range delays;  /* ms; the lower above the upper where there are none */
  weight_set sets[SIGNS];     /* of all weights */
  double *apart[SIGNS];       /* [n_apart] magnitudes of a set that is WEIGHTS_APART, the largest first; owned */
  size_t n_apart[SIGNS];      /* 0 of any other */
  uint64_t n_targets;         /* cells of the target population */
  int receptor;               /* of the target's model, that all edges go to; -1: each by its sign */
  bool any_sign;              /* a weight may have either */
  uint32_t *in_degree;        /* [n_targets] NULL once nobody asks for it; owned */
  edge_source source;         /* of those that are not here; zero on ranks that do not read, and where all are */
  bool is_here;               /* those of all cells that this rank asks for are here */
  loligo_edge *here;          /* [n_here] sorted by target, then by source, delay and weight; owned */
  uint64_t n_here;
} edge_list;

/** Looks at one edge; INPUT where it is not possible. */
typedef loligo_status (*edge_check)(const void *self, const loligo_edge *edge);

/**
 * Reads a whole list, keeping none of its edges.
 *
 * @param source   taken over, also after a failure
 * @param check    of each edge, with `self`; targets that it lets pass are below n_targets
 * @param refused  receives the number of the edge that an INPUT error is about, unless the source blames it
 * @return         INPUT also where mistakes are told already (base/mistakes.h); MACHINE without memory
 */
loligo_status edge_list_create(edge_source source, uint64_t n_targets, edge_check check, const void *self,
                               uint64_t *refused, edge_list **list);

/** Begins a list from a source that any rank can read, and looks at nothing. As edge_list_create() otherwise. */
loligo_status edge_list_begin(edge_source source, uint64_t n_targets, edge_list **list);

/** The rows of which one of so many ranks takes care: equal pieces of the whole, in order. */
edge_rows edge_list_rows(const edge_list *list, int rank, int ranks);

/** Looks at rows of a list that is unknown, and notes what they add to it, as if there were no others. */
loligo_status edge_list_look(edge_list *list, edge_rows rows, edge_check check, const void *self, uint64_t *refused);

/** Once all that is to be noted is: no more unknown, but for apart[]. */
void edge_list_know(edge_list *list);

/** Reads rows for the magnitudes of one sign: different ones, the largest first, which are the caller's. */
loligo_status edge_list_magnitudes(edge_list *list, edge_rows rows, int sign, double **values, size_t *n);

/** Leaves the different ones of n values, the largest first; returns how many. */
size_t edge_list_sort_magnitudes(double *values, size_t n);

/** NULL is allowed. */
void edge_list_free(edge_list *list);

/** Reads it once more for another check. */
loligo_status edge_list_check(edge_list *list, edge_check check, const void *self, uint64_t *refused);

/** Reads all edges into memory, unless they are there. */
loligo_status edge_list_gather(edge_list *list);

/** Frees the edges that are here, which can be read again. */
void edge_list_drop(edge_list *list);

/** Takes a piece of a list; valid only during the call. */
typedef loligo_status (*edge_sink)(void *self, loligo_edge *edges, size_t n);

/** Hands over all edges of the source in pieces of at most `room`. INPUT where they are no longer what they were. */
loligo_status edge_list_read(edge_list *list, size_t room, edge_sink sink, void *self);

/** What edges add to the digest of a list. */
uint64_t edge_list_digest(const loligo_edge *edges, size_t n);

/** INPUT: the edges are no longer what they were. */
loligo_status edge_list_fail_changed(const edge_list *list);

/** Edges of some targets on their way into a list. */
typedef struct edge_places {
  edge_list *list;
  const uint64_t *cells; /* [n_cells] targets, ascending; NULL: all; not owned */
  uint64_t n_cells;
  uint64_t *start; /* [n_cells + 1] of the edges of each; owned */
  uint32_t *left;  /* [n_cells] that are still to come; owned */
} edge_places;

/** Makes room for the edges of these targets. edge_places_close() also after a failure (MACHINE). */
loligo_status edge_places_open(edge_places *places, edge_list *list, const uint64_t *cells, uint64_t n_cells);

/** Takes edges of these targets, in any order; INPUT for one that was not there before. */
loligo_status edge_places_take(edge_places *places, const loligo_edge *edges, size_t n);

/** INPUT unless all have come. */
loligo_status edge_places_check(const edge_places *places);

/** Sorts what came, unless `status` is a failure; returns it. */
loligo_status edge_places_close(edge_places *places, loligo_status status);

/** Frees the source and the degrees, once every rank has its edges. */
void edge_list_settle(edge_list *list);

#endif
