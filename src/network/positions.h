/** Positions of the cells of populations. What they take on a rank follows from what was written, but for lists. Not
 * collective. */
#ifndef LOLIGO_NETWORK_POSITIONS_H
#define LOLIGO_NETWORK_POSITIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random/random.h"
#include "network/description.h"

/** Frees the list of positions that were taken, and forgets them. */
void positions_free(loligo_positions *positions);

/** Bytes of the list. */
uint64_t positions_bytes(const loligo_population *population);

/** Finds the cells of one population. */
typedef struct cell_places {
  const loligo_positions *positions;
  random_key key;
} cell_places;

cell_places cell_places_of(const loligo_population *population, uint64_t seed);

enum { PLACES_AT_ONCE = 512 };

/** Positions of up to PLACES_AT_ONCE cells: at[axis][k], um. */
typedef double place_columns[LOLIGO_MAX_AXES][PLACES_AT_ONCE];

/** Fills the columns with the positions of the cells index[n]. The same bits whatever n is. */
void cell_places_find(const cell_places *places, size_t n, const uint64_t *index, place_columns at);

/** Two populations in one space. */
typedef struct cell_space {
  cell_places source, target;
  size_t n_axes;
  double period[LOLIGO_MAX_AXES]; /* um; 0 along an axis that is not periodic */
} cell_space;

/** That of a projection whose populations have positions in one space (network/space.h). */
cell_space cell_space_of(const loligo_network *network, const loligo_projection *projection);
cell_space cell_space_between(const loligo_population *source, const loligo_population *target, uint64_t seed);

/** Turns places of n sources into their displacements from places of as many targets, the shortest ones. */
void cell_space_displace(const cell_space *space, size_t n, place_columns source, place_columns target);

/** Lengths of n displacements. */
void cell_space_lengths(const cell_space *space, size_t n, place_columns displacement, double *length);

#endif
