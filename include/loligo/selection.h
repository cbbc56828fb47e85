/** Some cells of a population. */
#ifndef LOLIGO_SELECTION_H
#define LOLIGO_SELECTION_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Cells first, first + every, ... below last. */
typedef struct loligo_stretch {
  uint64_t first, last;
  uint64_t every;         /* 0: every cell */
  uint64_t before, reach; /* filled in by who takes the selection */
} loligo_stretch;

/** Cells first ... last - 1 of a population; or, where it has stretches, those of the stretches alone. */
typedef struct loligo_selection {
  size_t population;
  uint64_t first, last;            /* follow from the stretches where there are any */
  const loligo_stretch *stretches; /* [n_stretches] in any order, no cell in two of them; NULL: none */
  size_t n_stretches;
} loligo_selection;

#ifdef __cplusplus
}
#endif

#endif
