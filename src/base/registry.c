/*
 * Look-ups in lists of named things.
 */
#include "base/registry.h"

#include <string.h>

static const char *name_of(const void *entry)
{
  return ((const registry_entry *)entry)->name;
}

const void *registry_at(const registry *registry, size_t i)
{
  return i < registry->n ? registry->entries[i] : NULL;
}

const void *registry_find(const registry *registry, const char *name)
{
  for (size_t i = 0; i < registry->n; i++)
    if (strcmp(name_of(registry->entries[i]), name) == 0) return registry->entries[i];
  return NULL;
}

void registry_names(const registry *registry, fault_names *names)
{
  for (size_t i = 0; i < registry->n; i++) fault_names_add(names, name_of(registry->entries[i]));
}

loligo_status registry_unknown(const registry *registry, const char *name)
{
  fault_names names = {.n = 0};
  registry_names(registry, &names);
  return fault_unknown(registry->what, name, &names);
}

loligo_status registry_unknown_in(const registry *registry, const char *what, const char *name, const char *where)
{
  fault_names names = {.n = 0};
  registry_names(registry, &names);
  return fault_unknown_in(what, name, where, &names);
}
