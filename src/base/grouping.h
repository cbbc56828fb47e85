/** Items by the group that each belongs to. Not collective. */
#ifndef LOLIGO_BASE_GROUPING_H
#define LOLIGO_BASE_GROUPING_H

#include <stddef.h>

#include "loligo/status.h"

typedef struct grouping {
  size_t *first; /* [n_groups + 1] where each group begins in `item` */
  size_t *item;  /* [n_items] numbers of the items: group by group, ascending within each */
} grouping;

/**
 * Sorts n_items numbers by their groups, in time and memory that grow with items and groups.
 *
 * @param group_of  [n_items] each below n_groups
 * @param what      names the items when memory runs out (MACHINE); grouping_free() also then
 */
loligo_status grouping_init(grouping *grouping, size_t n_items, const size_t *group_of, size_t n_groups,
                            const char *what);
void grouping_free(grouping *grouping);

#endif
