/*
 * Storage of synapse rows. connect.c builds them, calendar.c reads them.
 */
#include "sim/synapses/synapses.h"

#include <math.h>

#include "base/memory.h"
#include "model/neuron/model.h"

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
  synapses->plastic = memory_allocate(n, sizeof *synapses->plastic, "synapse tables");
  return synapses->tables && synapses->plastic ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

loligo_status synapses_group_ways(const synapses *synapses, const fixed_point *format, grouping *ways)
{
  const size_t n = format->n_pathways, n_tables = synapses->first[synapses->network->n_populations];
  size_t *table = memory_allocate(n, sizeof *table, "synapse tables");
  if (!table) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < n; i++) {
    const pathway *way = &format->pathways[i];
    const bool is_plastic = synapses->network->projections[way->projection].plasticity;
    table[i] = is_plastic ? n_tables : synapses->first[way->source] + (size_t)way->signal;
  }
  const loligo_status status = grouping_init(ways, n, table, n_tables + 1, "synapse tables");
  memory_free(table);
  return status;
}

/* Bytes of so many synapses in rows, and of the index of the sources. */
static double row_bytes(const table_load *load, double n, double words, double n_blocks)
{
  const double sources = (double)load->n_sources, places = sources * (double)load->n_delays * n_blocks;
  if (n == 0) return 0;
  const double rows = sources * -expm1(-n / sources), delay_runs = places * -expm1(-n / places);
  return rows_bytes(words, delay_runs, rows) + row_index_bytes(sources);
}

double synapses_table_words(const table_load *load, const packed_shape *shape)
{
  const double narrow = shape->halves ? shape->halves * 0.5 : synapse_words(false);
  return load->narrow * narrow + load->wide * synapse_words(true);
}

double synapses_table_bytes(const table_load *load, const packed_shape *shape)
{
  const double wide = row_bytes(load, load->wide, load->wide * synapse_words(true), 1);
  if (shape->halves) return wide + packed_bytes(shape, load->n_sources, load->narrow);
  return wide + row_bytes(load, load->narrow, load->narrow * synapse_words(false), (double)load->n_blocks);
}

packed_shape synapses_best_shape(const table_load *load)
{
  const packed_shape rows = {0};
  if (load->narrow == 0) return rows;
  const packed_shape packed = packed_shape_of(load->n_sources, load->narrow, load->n_delays, load->n_blocks);
  if (packed.halves == 0) return rows;
  return synapses_table_bytes(load, &packed) < synapses_table_bytes(load, &rows) ? packed : rows;
}

static void table_free(row_table *table)
{
  packed_free(&table->packed);
  memory_free(table->words);
  memory_free(table->rows);
  row_index_free(&table->index);
}

void synapses_free(synapses *synapses)
{
  for (size_t i = 0; synapses->tables && i < synapses->first[synapses->network->n_populations]; i++)
    table_free(&synapses->tables[i]);
  for (size_t p = 0; synapses->plastic && p < synapses->network->n_populations; p++)
    row_index_free(&synapses->plastic[p]);
  memory_free(synapses->plastic);
  memory_free(synapses->tables);
  memory_free(synapses->first);
  *synapses = (struct synapses){0};
}
