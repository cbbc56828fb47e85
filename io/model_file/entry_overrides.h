/**
 * Overrides of the command line that address an entry of a list which is read piece by piece: --set
 * projections.3.weight=1, or by its name projections.loop.weight=1. They are applied when the entry is read. Not
 * collective, all of it.
 */
#ifndef LOLIGO_IO_ENTRY_OVERRIDES_H
#define LOLIGO_IO_ENTRY_OVERRIDES_H

#include <stdbool.h>
#include <stddef.h>

#include "io/yaml/yaml_tree.h"

/** Zeroed there are none. */
typedef struct entry_overrides {
  struct entry_override *items; /* [n] owned; their texts outlive them */
  size_t n, capacity;
} entry_overrides;

/** Whether an override addresses an entry of the list of that key, which stands at the outermost level. */
bool entry_overrides_is(const char *override, const char *list);

/** Adds one that does. MACHINE without memory. */
loligo_status entry_overrides_add(entry_overrides *set, const char *override);

/** What an entry is. */
typedef struct overridden_entry {
  tree_node *mapping; /* changed */
  const char *name;
  size_t position;
  const char
      *table_key; /* the one key that can be overridden where it stands for the lines of a table, and there only */
  bool is_table;  /* it does */
  bool is_line;   /* of such a table: nothing can be overridden */
} overridden_entry;

/** Applies those that address the entry, in their order. INPUT error where one cannot be applied. */
loligo_status entry_overrides_apply(entry_overrides *set, const overridden_entry *entry);

/** After all entries: INPUT error for the first that addressed none of the n in `list`. */
loligo_status entry_overrides_finish(const entry_overrides *set, const char *list, size_t n);

void entry_overrides_free(entry_overrides *set);

#endif
