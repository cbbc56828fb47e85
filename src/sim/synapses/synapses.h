/**
 * The synapses onto local cells, by source: what a spike of that source sets off.
 *
 * Either a row, a run of 32-bit words: delay runs in ascending order of delay (synapse_word.h); or, where that takes
 * less, packed one by one (packed_rows.h).
 */
#ifndef LOLIGO_SIM_SYNAPSES_SYNAPSES_H
#define LOLIGO_SIM_SYNAPSES_SYNAPSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/grouping.h"
#include "loligo/status.h"
#include "network/description.h"
#include "sim/layout/fixed_point.h"
#include "sim/synapses/packed_rows.h"

/** Which of n sources have a row: a bitmap with running counts. */
typedef struct row_index {
  uint64_t *present; /* [ceil(n / 64)] bits */
  uint64_t *before;  /* [ceil(n / 64)] rows before each word of bits */
  uint64_t n_rows, n;
} row_index;

/** Whether a source has a row; looks at nothing but its bit. */
static inline bool row_index_has(const row_index *index, uint64_t source)
{
  return index->n_rows && index->present[source / 64] >> source % 64 & 1;
}

enum { NO_ROW = -1 };

/** Number of the row of a source, NO_ROW without one. */
static inline int64_t row_index_find(const row_index *index, uint64_t source)
{
  if (index->n_rows == index->n) return (int64_t)source;
  uint64_t word = index->present[source / 64], bit = source % 64;
  if (!((word >> bit) & 1)) return NO_ROW;
  return (int64_t)(index->before[source / 64] + (uint64_t)__builtin_popcountll(word & ((UINT64_C(1) << bit) - 1)));
}

/** What the cells of one source population set off by one of their signals. */
typedef struct row_table {
  row_index index;
  uint32_t **rows;    /* [index.n_rows] first header of each */
  uint32_t *words;    /* the memory that they lie in */
  packed_rows packed; /* narrow synapses, where they are not in rows */
} row_table;

typedef struct synapses {
  row_table *tables;  /* [first[n_populations]] */
  size_t *first;      /* [n_populations + 1] tables of population p are first[p] + signal, signal 0 its spikes */
  row_index *plastic; /* [n_populations] sources whose spikes plastic synapses listen to, where there are any */
  const loligo_network *network; /* owned elsewhere */
  uint64_t n_synapses;           /* onto local cells */
  uint64_t max_load;             /* largest sum of the magnitudes of all narrow weights onto one port, in quanta */
  double max_weight_error;       /* largest relative error by fixed point */
} synapses;

/** Makes empty tables for every signal of every population. Not collective; synapses_free() also after a failure. */
loligo_status synapses_init(synapses *synapses, const loligo_network *network);
void synapses_free(synapses *synapses);

/** Groups the pathways of a format by the table that they go into, those of plastic projections behind the last table.
 * MACHINE without memory. */
loligo_status synapses_group_ways(const synapses *synapses, const fixed_point *format, grouping *ways);

/** Number of signals of a population, its spikes included. */
static inline int synapses_signals(const synapses *synapses, size_t population)
{
  return (int)(synapses->first[population + 1] - synapses->first[population]);
}

static inline row_table *synapses_table(const synapses *synapses, size_t population, int signal)
{
  return &synapses->tables[synapses->first[population] + (size_t)signal];
}

/** Whether no source has a synapse. */
static inline bool row_table_is_empty(const row_table *table)
{
  return table->index.n_rows == 0 && table->packed.index.n_buckets == 0;
}

/** Fetches what tells where the synapses of a source begin. */
static inline void row_table_prefetch_place(const row_table *table, uint64_t source)
{
  if (table->index.n_rows) __builtin_prefetch(&table->index.present[source / 64], 0, 2);
  if (table->packed.index.n_buckets) packed_prefetch_place(&table->packed, source);
}

/** Bytes of so many rows with so many words of synapses in so many delay runs, without the index of the sources. */
static inline double rows_bytes(double words, double delay_runs, double rows)
{
  return (words + delay_runs) * sizeof(uint32_t) + rows * sizeof(uint32_t *);
}

/** Bytes of the index of n sources. */
static inline double row_index_bytes(double n)
{
  return 2 * sizeof(uint64_t) * (n / 64 + 1);
}

/** Row of a source, or NULL without one. */
static inline const uint32_t *row_table_find(const row_table *table, uint64_t source)
{
  if (!table->index.n_rows) return NULL;
  int64_t row = row_index_find(&table->index, source);
  return row == NO_ROW ? NULL : table->rows[row];
}

/** The packed synapses of a table, of whatever source; NULL: there are none. */
static inline const packed_rows *row_table_packed(const row_table *table)
{
  return table->packed.index.n_buckets ? &table->packed : NULL;
}

/** Whether any local cell listens to a signal of a source. */
static inline bool synapses_listen(const synapses *synapses, size_t population, int signal, uint64_t index)
{
  const row_table *table = synapses_table(synapses, population, signal);
  const packed_rows *packed = row_table_packed(table);
  if (row_index_has(&table->index, index) || (packed && packed_has(packed, index))) return true;
  return signal == 0 && row_index_has(&synapses->plastic[population], index);
}

/** What a table is to hold. */
typedef struct table_load {
  uint64_t n_sources;  /* of the population */
  double narrow, wide; /* synapses */
  uint64_t n_delays;   /* steps in the range of delays */
  uint64_t n_blocks;   /* of narrow ports that are reached */
} table_load;

/** How the narrow synapses of a table are best packed; halves is 0 where rows take less. Not collective. */
packed_shape synapses_best_shape(const table_load *load);

/** Bytes of a table whose narrow synapses are packed so, or in rows where shape->halves is 0; and its words of
 * synapses alone. */
double synapses_table_bytes(const table_load *load, const packed_shape *shape);
double synapses_table_words(const table_load *load, const packed_shape *shape);

/** Makes an index of n sources of which none is present. */
loligo_status row_index_init(row_index *index, uint64_t n);
void row_index_free(row_index *index);

static inline void row_index_mark(row_index *index, uint64_t source)
{
  index->present[source / 64] |= UINT64_C(1) << source % 64;
}

/** Marks all sources. */
void row_index_mark_all(row_index *index);

/** Counts what is marked; row_index_find() holds from here on. */
void row_index_seal(row_index *index);

#endif
