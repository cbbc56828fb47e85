/*
 * Open addressing with linear probing, at most half full.
 */
#include "base/name_table.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { FIRST_CAPACITY = 16 };

typedef struct name_entry {
  const char *name; /* NULL: free */
  uint64_t hash;
  size_t scope, number;
} name_entry;

static uint64_t hash_of(size_t scope, const char *name)
{
  return text_hash(name) ^ hash_mix(scope);
}

/* The entry of a name, or the free one where it would be. */
static name_entry *look_up(const name_table *table, uint64_t hash, size_t scope, const char *name)
{
  for (size_t at = hash;; at++) {
    name_entry *entry = &table->entries[at & (table->capacity - 1)];
    if (!entry->name) return entry;
    if (entry->hash == hash && entry->scope == scope && strcmp(entry->name, name) == 0) return entry;
  }
}

static loligo_status enlarge(name_table *table)
{
  name_table larger = {.n = table->n, .capacity = table->capacity ? 2 * table->capacity : FIRST_CAPACITY};
  larger.entries = memory_allocate(larger.capacity, sizeof *larger.entries, "a table of names");
  if (!larger.entries) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < table->capacity; i++) {
    const name_entry *entry = &table->entries[i];
    if (entry->name) *look_up(&larger, entry->hash, entry->scope, entry->name) = *entry;
  }
  memory_free(table->entries);
  *table = larger;
  return LOLIGO_OK;
}

loligo_status name_table_set(name_table *table, size_t scope, const char *name, size_t number)
{
  if (2 * (table->n + 1) > table->capacity) LOLIGO_TRY(enlarge(table));
  const uint64_t hash = hash_of(scope, name);
  name_entry *entry = look_up(table, hash, scope, name);
  if (!entry->name) {
    *entry = (name_entry){.name = name, .hash = hash, .scope = scope};
    table->n++;
  }
  entry->number = number;
  return LOLIGO_OK;
}

size_t name_table_find(const name_table *table, size_t scope, const char *name)
{
  if (table->n == 0) return NAME_TABLE_NONE;
  const name_entry *entry = look_up(table, hash_of(scope, name), scope, name);
  return entry->name ? entry->number : NAME_TABLE_NONE;
}

void name_table_free(name_table *table)
{
  memory_free(table->entries);
  *table = (name_table){0};
}
