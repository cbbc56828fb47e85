/*
 * An entry is addressed by its position, from 0, with the lines of tables counted as if they stood in the list, or by
 * its name, which may have dots. A name of digits alone is a position.
 */
#include "io/model_file/entry_overrides.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "io/yaml/overrides.h"

typedef struct entry_override {
  const char *text;
  bool is_met;
} entry_override;

bool entry_overrides_is(const char *override, const char *list)
{
  const size_t length = strlen(list);
  return strncmp(override, list, length) == 0 && override[length] == '.' && strchr(override, '=');
}

loligo_status entry_overrides_add(entry_overrides *set, const char *override)
{
  LOLIGO_TRY(memory_grow((void **)&set->items, &set->capacity, set->n + 1, sizeof *set->items, "overrides"));
  set->items[set->n++] = (entry_override){.text = override};
  return LOLIGO_OK;
}

/* Behind "projections." */
static const char *selector_of(const entry_override *override)
{
  return strchr(override->text, '.') + 1;
}

static bool is_position(const char *selector)
{
  const size_t n = strspn(selector, "0123456789");
  return n > 0 && (selector[n] == '.' || selector[n] == '=');
}

/* Behind the selector of an override that addresses the entry, at '.' or '='; NULL for another entry. */
static const char *match(const entry_override *override, const overridden_entry *entry)
{
  const char *selector = selector_of(override);
  char *end;
  if (is_position(selector)) return strtoull(selector, &end, 10) == entry->position ? end : NULL;
  const size_t n = strlen(entry->name);
  return strncmp(selector, entry->name, n) == 0 && (selector[n] == '.' || selector[n] == '=') ? selector + n : NULL;
}

static bool is_key(const char *path, const char *key)
{
  const size_t n = strlen(key);
  return path[0] == '.' && strncmp(path + 1, key, n) == 0 && path[1 + n] == '=';
}

static loligo_status apply(entry_override *override, const overridden_entry *entry)
{
  const char *path = match(override, entry);
  if (!path || is_key(path, entry->table_key) != entry->is_table) return LOLIGO_OK;
  override->is_met = true;
  if (entry->is_line)
    return tree_fail((tree_mark){.origin = override->text}, "'%s' is line %u of %s; change it there", entry->name,
                     entry->mapping->mark.line, entry->mapping->mark.origin);
  return override_apply_below(entry->mapping, override->text, (size_t)(path - override->text));
}

loligo_status entry_overrides_apply(entry_overrides *set, const overridden_entry *entry)
{
  for (size_t i = 0; i < set->n; i++) LOLIGO_TRY(apply(&set->items[i], entry));
  return LOLIGO_OK;
}

static loligo_status fail_unmet(const entry_override *override, const char *list, size_t n)
{
  const char *selector = selector_of(override);
  const tree_mark mark = {.origin = override->text};
  const int length = (int)strcspn(selector, ".=");
  if (length == 0) return tree_fail(mark, "an empty key; write --set a.b=value");
  if (is_position(selector))
    return tree_fail(mark, "no element %.*s in '%s'; it has %zu, counted from 0", length, selector, list, n);
  return tree_fail(mark, "no element of '%s' has the name '%.*s'; take its name, or its number from 0", list, length,
                   selector);
}

loligo_status entry_overrides_finish(const entry_overrides *set, const char *list, size_t n)
{
  for (size_t i = 0; i < set->n; i++)
    if (!set->items[i].is_met) return fail_unmet(&set->items[i], list, n);
  return LOLIGO_OK;
}

void entry_overrides_free(entry_overrides *set)
{
  memory_free(set->items);
}
