#include "io/sonata/parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

static const char WHAT[] = "populations of nodes";

enum { NAME_BYTES = 512 };

void parts_free(node_parts *parts)
{
  for (size_t i = 0; i < parts->n; i++) {
    memory_free(parts->items[i].name);
    memory_free(parts->items[i].ids);
  }
  for (size_t p = 0; parts->places && p < parts->n_populations; p++) memory_free(parts->places[p]);
  memory_free(parts->items);
  memory_free(parts->first);
  memory_free(parts->places);
  *parts = (node_parts){.n = 0};
}

static loligo_status add(node_parts *parts, node_part part, const char *name)
{
  LOLIGO_TRY(memory_grow((void **)&parts->items, &parts->capacity, parts->n + 1, sizeof part, WHAT));
  part.name = memory_string(name);
  parts->items[parts->n++] = part;
  return part.name ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* -- by types -- */

static uint64_t id_of(const type_table *types, size_t row)
{
  size_t i = 0;
  while (types->ids[i].row != row) i++;
  return types->ids[i].id;
}

/* Nodes of each type; how many types have some. */
static size_t count_types(const node_population *nodes, uint64_t *counts)
{
  size_t n = 0;
  for (uint64_t i = 0; i < nodes->n; i++) n += counts[nodes->type[i]]++ == 0;
  return n;
}

/* A part for the n nodes of a type, which are to be put there. */
static loligo_status add_type(node_parts *parts, const node_population *nodes, size_t population, size_t row,
                              uint64_t n)
{
  char name[NAME_BYTES];
  snprintf(name, sizeof name, "%.400s.%" PRIu64, nodes->name, id_of(nodes->types, row));
  LOLIGO_TRY(add(parts, (node_part){.nodes = population, .type = row}, name));
  node_part *part = &parts->items[parts->n - 1];
  part->ids = memory_allocate(n, sizeof *part->ids, WHAT);
  return part->ids ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* Puts each node to the part of its type, of number part_of[type]. */
static void place_nodes(node_parts *parts, const node_population *nodes, size_t population, const uint64_t *part_of)
{
  for (uint64_t i = 0; i < nodes->n; i++) {
    const uint64_t number = part_of[nodes->type[i]];
    node_part *part = &parts->items[number];
    parts->places[population][i] = (node_place){(uint32_t)number, (uint32_t)part->n};
    part->ids[part->n++] = i;
  }
}

/* A population of one type is one part, and stays what it is; of others the counts become numbers of their parts. */
static loligo_status divide(node_parts *parts, const node_population *nodes, size_t population, uint64_t *counts,
                            size_t n_types)
{
  for (size_t row = 0; row < nodes->types->n && n_types <= 1; row++)
    if (counts[row] > 0) return add(parts, (node_part){.nodes = population, .type = row, .n = nodes->n}, nodes->name);
  parts->places[population] = memory_allocate(nodes->n, sizeof **parts->places, WHAT);
  if (!parts->places[population]) return LOLIGO_MACHINE_ERROR;
  for (size_t row = 0; row < nodes->types->n; row++) {
    if (counts[row] == 0) continue;
    LOLIGO_TRY(add_type(parts, nodes, population, row, counts[row]));
    counts[row] = parts->n - 1;
  }
  place_nodes(parts, nodes, population, counts);
  return LOLIGO_OK;
}

static loligo_status add_types(node_parts *parts, const node_population *nodes, size_t population)
{
  uint64_t *counts = memory_allocate(nodes->types->n, sizeof *counts, WHAT);
  if (!counts) return LOLIGO_MACHINE_ERROR;
  const size_t n_types = count_types(nodes, counts);
  const loligo_status status = divide(parts, nodes, population, counts, n_types);
  memory_free(counts);
  return status;
}

/* -- all of them -- */

loligo_status parts_make(const node_populations *populations, const bool *by_type, node_parts *parts)
{
  *parts = (node_parts){.n_populations = populations->n};
  parts->first = memory_allocate(populations->n + 1, sizeof *parts->first, WHAT);
  parts->places = memory_allocate(populations->n, sizeof(node_place *), WHAT);
  if (!parts->first || !parts->places) return LOLIGO_MACHINE_ERROR;
  for (size_t p = 0; p < populations->n; p++) {
    const node_population *nodes = &populations->items[p];
    parts->first[p] = parts->n;
    if (by_type[p] && nodes->n > 0)
      LOLIGO_TRY(add_types(parts, nodes, p));
    else
      LOLIGO_TRY(add(parts, (node_part){.nodes = p, .type = TYPES_NONE, .n = nodes->n}, nodes->name));
  }
  parts->first[populations->n] = parts->n;
  return LOLIGO_OK;
}

node_place parts_place(const node_parts *parts, size_t population, uint64_t node)
{
  if (parts->places[population]) return parts->places[population][node];
  return (node_place){(uint32_t)parts->first[population], (uint32_t)node};
}
