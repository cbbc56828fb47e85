/**
 * Slots: what can become a delay run of a row. A slot is a delay and a kind, which is a block of narrow targets, or
 * "wide"; slots are numbered in the order of delay runs, by delay, then by kind. Not collective, all of it.
 */
#ifndef LOLIGO_SIM_SYNAPSES_SLOT_MAP_H
#define LOLIGO_SIM_SYNAPSES_SLOT_MAP_H

#include <stdint.h>

#include "sim/layout/ports.h"
#include "sim/synapses/synapse_word.h"

enum { WIDE_KIND = PORT_BLOCKS, N_KINDS };
#define SLOTS_MAX UINT32_MAX

/** The slots of one table. */
typedef struct slot_map {
  int16_t number_of[N_KINDS]; /* of a kind among those that occur, or -1 */
  uint16_t kind[N_KINDS];     /* [n_kinds] */
  unsigned n_kinds;
  int64_t first_delay, last_delay; /* steps */
  uint64_t n;                      /* slots; at most SLOTS_MAX can be numbered */
} slot_map;

/** A map without any slot. */
slot_map slot_map_empty(void);

/** Includes all slots of `kind` with delays from `first` to `last`, at least one step. */
void slot_map_include(slot_map *map, unsigned kind, int64_t first, int64_t last);

static inline uint32_t slot_number(const slot_map *map, int64_t steps, unsigned kind)
{
  return (uint32_t)(steps - map->first_delay) * map->n_kinds + (uint32_t)map->number_of[kind];
}

/** The delay run of a slot with n_words words, given the delay of the delay run before; advances that delay. */
delay_run slot_delay_run(const slot_map *map, uint32_t slot, uint32_t n_words, int64_t *delay);

#endif
