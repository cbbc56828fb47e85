/** Some cells of a population. */
#ifndef LOLIGO_SELECTION_H
#define LOLIGO_SELECTION_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Cells first ... last - 1 of a population. */
typedef struct loligo_selection {
  size_t population;
  uint64_t first, last;
} loligo_selection;

#ifdef __cplusplus
}
#endif

#endif
