/** Numbers by name. Not collective. */
#ifndef LOLIGO_BASE_NAME_TABLE_H
#define LOLIGO_BASE_NAME_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"

/** A hash table; zeroed it is empty. The same name may stand for another number in each scope. */
typedef struct name_table {
  struct name_entry *entries; /* [capacity] 0 or a power of two; owned */
  size_t n, capacity;
} name_table;

#define NAME_TABLE_NONE SIZE_MAX

/**
 * Lets `name` stand for `number` in that scope from now on.
 *
 * @param name  not copied: lives as long as the table, or until the table is freed
 * @return      MACHINE without memory
 */
loligo_status name_table_set(name_table *table, size_t scope, const char *name, size_t number);

/** The number of a name, or NAME_TABLE_NONE. */
size_t name_table_find(const name_table *table, size_t scope, const char *name);

void name_table_free(name_table *table);

#endif
