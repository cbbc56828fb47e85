/*
 * A counting sort.
 */
#include "base/grouping.h"

#include "base/memory.h"

/* Leaves first[g + 1] at the end of group g, so that it is the beginning of the next one. */
static void sort(grouping *grouping, size_t n_items, const size_t *group_of, size_t n_groups)
{
  size_t *next = grouping->first + 1, before = 0;
  for (size_t i = 0; i < n_items; i++) next[group_of[i]]++;
  for (size_t g = 0; g < n_groups; g++) {
    const size_t n = next[g];
    next[g] = before;
    before += n;
  }
  for (size_t i = 0; i < n_items; i++) grouping->item[next[group_of[i]]++] = i;
}

loligo_status grouping_init(grouping *grouping, size_t n_items, const size_t *group_of, size_t n_groups,
                            const char *what)
{
  grouping->first = memory_allocate(n_groups + 1, sizeof *grouping->first, what);
  grouping->item = memory_allocate(n_items, sizeof *grouping->item, what);
  if (!grouping->first || !grouping->item) return LOLIGO_MACHINE_ERROR;
  sort(grouping, n_items, group_of, n_groups);
  return LOLIGO_OK;
}

void grouping_free(grouping *grouping)
{
  memory_free(grouping->first);
  memory_free(grouping->item);
  *grouping = (struct grouping){0};
}
