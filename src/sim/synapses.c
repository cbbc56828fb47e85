/*
 * Storage of synapse rows. connect.c builds them, calendar.c reads them.
 */
#include "sim/synapses.h"

#include "base/memory.h"
#include "model/model.h"

static uint32_t at_most(uint32_t value, uint32_t most)
{
  return value < most ? value : most;
}

uint32_t *segment_write(uint32_t *at, const segment *s)
{
  *at++ = at_most(s->count, SEGMENT_MAX_COUNT) | at_most(s->gap, SEGMENT_MAX_GAP) << 12 | (uint32_t)s->block << 22 |
          (uint32_t)s->wide << 30 | (uint32_t)s->last << 31;
  if (s->count >= SEGMENT_MAX_COUNT) *at++ = s->count;
  if (s->gap >= SEGMENT_MAX_GAP) *at++ = s->gap;
  return at;
}

loligo_status row_index_init(row_index *index, uint64_t n)
{
  uint64_t words = n / 64 + 1;
  *index = (row_index){.n = n};
  index->present = memory_allocate(words, sizeof *index->present, "row index");
  index->before = memory_allocate(words, sizeof *index->before, "row index");
  return index->present && index->before ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void row_index_free(row_index *index)
{
  memory_free(index->present);
  memory_free(index->before);
  *index = (row_index){0};
}

void row_index_mark_all(row_index *index)
{
  for (uint64_t source = 0; source < index->n; source++) row_index_mark(index, source);
}

void row_index_seal(row_index *index)
{
  index->n_rows = 0;
  for (uint64_t word = 0; word <= index->n / 64; word++) {
    index->before[word] = index->n_rows;
    index->n_rows += (uint64_t)__builtin_popcountll(index->present[word]);
  }
}

loligo_status synapses_init(synapses *synapses, const loligo_network *network)
{
  size_t n = network->n_populations;
  *synapses = (struct synapses){.network = network};
  synapses->first = memory_allocate(n + 1, sizeof *synapses->first, "synapse tables");
  if (!synapses->first) return LOLIGO_MACHINE_ERROR;
  for (size_t p = 0; p < n; p++)
    synapses->first[p + 1] = synapses->first[p] + 1 + network->populations[p].model->n_signals;
  synapses->tables = memory_allocate(synapses->first[n], sizeof *synapses->tables, "synapse tables");
  return synapses->tables ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static void table_free(row_table *table)
{
  memory_free(table->words);
  memory_free(table->rows);
  row_index_free(&table->index);
}

void synapses_free(synapses *synapses)
{
  for (size_t i = 0; synapses->tables && i < synapses->first[synapses->network->n_populations]; i++)
    table_free(&synapses->tables[i]);
  memory_free(synapses->tables);
  memory_free(synapses->first);
  *synapses = (struct synapses){0};
}
