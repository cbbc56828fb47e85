/**
 * What exists by name: neuron models, rules, exchange methods, ... A thing is one file that defines
 * `const KIND KIND_NAME`, and one line X(KIND, NAME) in the registry.c of its folder. Not collective, all
 * of it.
 */
#ifndef LOLIGO_BASE_REGISTRY_H
#define LOLIGO_BASE_REGISTRY_H

#include <stddef.h>

#include "base/fault.h"
#include "loligo/status.h"

/** What every entry begins with. */
typedef struct registry_entry {
  const char *name, *summary; /* summary: one line */
} registry_entry;

typedef struct registry {
  const char *what;           /* as messages call it: "exchange method" */
  const void *const *entries; /* [n] structs that begin as a registry_entry */
  size_t n;
} registry;

/** In the order of the list; NULL behind the last. */
const void *registry_at(const registry *registry, size_t i);

/** NULL where there is no such name. */
const void *registry_find(const registry *registry, const char *name);

/** Adds all names to those that would have been right. */
void registry_names(const registry *registry, fault_names *names);

/** INPUT: "unknown WHAT 'NAME'; did you mean ...". */
loligo_status registry_unknown(const registry *registry, const char *name);

/** The same with "unknown WHAT 'NAME' in WHERE; ...", and `what` as the caller has it. */
loligo_status registry_unknown_in(const registry *registry, const char *what, const char *name, const char *where);

/** Declares KIND_registry, KIND_at() and KIND_find(). */
#define REGISTRY_OF(kind)                                                                                              \
  extern const registry kind##_registry;                                                                               \
  static inline const kind *kind##_at(size_t i)                                                                        \
  {                                                                                                                    \
    return registry_at(&kind##_registry, i);                                                                           \
  }                                                                                                                    \
  static inline const kind *kind##_find(const char *name)                                                              \
  {                                                                                                                    \
    return registry_find(&kind##_registry, name);                                                                      \
  }                                                                                                                    \
  _Static_assert(offsetof(kind, name) == offsetof(registry_entry, name) &&                                             \
                     offsetof(kind, summary) == offsetof(registry_entry, summary),                                     \
                 "begins as a registry_entry")

#define REGISTRY_DECLARE(kind, name, ...) extern const kind kind##_##name;
#define REGISTRY_ADDRESS(kind, name, ...) &kind##_##name,

/** Defines KIND_registry from LIST(X), whose lines are X(KIND, NAME) and may say more. */
#define REGISTRY(kind, what, LIST)                                                                                     \
  LIST(REGISTRY_DECLARE)                                                                                               \
  static const void *const kind##_entries[] = {LIST(REGISTRY_ADDRESS)};                                                \
  const registry kind##_registry = {what, kind##_entries, sizeof kind##_entries / sizeof *kind##_entries}

#endif
