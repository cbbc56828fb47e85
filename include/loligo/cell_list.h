/** A list: numbers for each local cell of one population, for some cells more than for others, as a snapshot keeps it.
 */
#ifndef LOLIGO_CELL_LIST_H
#define LOLIGO_CELL_LIST_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum loligo_cell_list_type { LOLIGO_LIST_FLOAT64, LOLIGO_LIST_UINT32 } loligo_cell_list_type;

typedef struct loligo_cell_list {
  size_t population;
  const char *projection; /* whose synapses it is about; "": those of several */
  const char *name;
  const char *help;
  loligo_cell_list_type type;
  uint64_t n_cells;      /* local */
  const uint64_t *index; /* [n_cells] within the population, ascending */
  uint64_t *n;           /* [n_cells] numbers of each */
  void *values;          /* [sum of n] those of the first cell, then those of the next, ...: double or uint32_t */
} loligo_cell_list;

#ifdef __cplusplus
}
#endif

#endif
