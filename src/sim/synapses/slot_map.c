/*
 * Numbers of slots.
 */
#include "sim/synapses/slot_map.h"

#include <string.h>

slot_map slot_map_empty(void)
{
  slot_map map = {0};
  memset(map.number_of, -1, sizeof map.number_of);
  return map;
}

void slot_map_include(slot_map *map, unsigned kind, int64_t first, int64_t last)
{
  if (map->n == 0 || first < map->first_delay) map->first_delay = first;
  if (map->n == 0 || last > map->last_delay) map->last_delay = last;
  if (map->number_of[kind] < 0) {
    map->kind[map->n_kinds] = (uint16_t)kind;
    map->number_of[kind] = (int16_t)map->n_kinds++;
  }
  map->n = (uint64_t)(map->last_delay - map->first_delay + 1) * map->n_kinds;
}

delay_run slot_delay_run(const slot_map *map, uint32_t slot, uint32_t n_words, int64_t *delay)
{
  const int64_t here = map->first_delay + (int64_t)(slot / map->n_kinds);
  const unsigned kind = map->kind[slot % map->n_kinds];
  const bool wide = kind == WIDE_KIND;
  const delay_run s = {
      .count = n_words >> wide, .gap = (uint32_t)(here - *delay), .block = wide ? 0 : kind, .wide = wide};
  *delay = here;
  return s;
}
