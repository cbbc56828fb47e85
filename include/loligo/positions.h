/** Where cells lie, and what of a projection may depend on how far two of them are apart. Lengths in um. */
#ifndef LOLIGO_POSITIONS_H
#define LOLIGO_POSITIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { LOLIGO_MAX_AXES = 3 };

typedef enum loligo_positions_kind {
  LOLIGO_NO_POSITIONS = 0,
  LOLIGO_GRID,      /* in the middles of equal boxes */
  LOLIGO_SCATTERED, /* drawn uniformly, by the seed, the population's name and the cell */
  LOLIGO_PLACED     /* listed */
} loligo_positions_kind;

/** Positions of the cells of a population; a zeroed struct says that there are none. */
typedef struct loligo_positions {
  loligo_positions_kind kind;
  size_t n_axes;                  /* 2 or 3 */
  uint64_t grid[LOLIGO_MAX_AXES]; /* [n_axes] cells of a LOLIGO_GRID along each axis; the last one runs fastest */
  double low[LOLIGO_MAX_AXES];    /* [n_axes] lower bounds; those of listed ones are found */
  double extent[LOLIGO_MAX_AXES]; /* [n_axes] of the box that holds all; of listed ones only where they are periodic */
  bool periodic;                  /* opposite sides of the box touch */
  const double *listed;           /* [cells][n_axes] of LOLIGO_PLACED; copied */
} loligo_positions;

/** A function of the distance: "gaussian", "exponential", "linear" or "constant". */
typedef struct loligo_kernel {
  const char *name; /* NULL: none */
  double at_zero;   /* value at distance 0 */
  double length;    /* how fast it falls; unused by "constant" */
} loligo_kernel;

typedef enum loligo_mask_kind {
  LOLIGO_NO_MASK = 0,
  LOLIGO_MASK_RADIUS,
  LOLIGO_MASK_BOX,
  LOLIGO_MASK_RING
} loligo_mask_kind;

/** Where around a target its sources may lie; those at the edge may be. */
typedef struct loligo_mask {
  loligo_mask_kind kind;
  double inner, outer;         /* LOLIGO_MASK_RADIUS: outer alone */
  double box[LOLIGO_MAX_AXES]; /* [n_axes] whole widths, the target in the middle */
} loligo_mask;

/** A delay of offset + distance / speed, rounded to steps. */
typedef struct loligo_conduction {
  double offset; /* ms */
  double speed;  /* m/s; 0: none */
} loligo_conduction;

#ifdef __cplusplus
}
#endif

#endif
