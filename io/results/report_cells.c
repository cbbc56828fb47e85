/*
 * Targets of one whole are neighbours in a recording, or are not: a report stands where the first of them does.
 */
#include "io/results/report_cells.h"

#include <stdlib.h>
#include <string.h>

#include "base/lower_bound.h"
#include "base/memory.h"
#include "network/description.h"
#include "network/population.h"

static const char WHAT[] = "the cells of a report";

static const loligo_population *population_of(const loligo_network *network, const state_recording *recording, size_t i)
{
  return &network->populations[recording->targets.items[i].population];
}

static bool share(const loligo_population *a, const loligo_population *b)
{
  return a == b || (a->whole && b->whole && strcmp(a->whole, b->whole) == 0);
}

/* Whether no target before it is in the same report. */
static bool begins_report(const loligo_network *network, const state_recording *recording, size_t target)
{
  const bool is_part = population_of(network, recording, target)->whole;
  for (size_t i = 0; is_part && i < target; i++)
    if (share(population_of(network, recording, i), population_of(network, recording, target))) return false;
  return true;
}

size_t report_cells_count(const loligo_network *network, const state_recording *recording)
{
  size_t n = 0;
  for (size_t i = 0; i < recording->targets.n; i++) n += begins_report(network, recording, i);
  return n;
}

static size_t first_target(const loligo_network *network, const state_recording *recording, size_t report)
{
  size_t target = 0;
  for (;; target++)
    if (begins_report(network, recording, target) && report-- == 0) return target;
}

const state_columns *report_cells_columns(const report_cells *cells, size_t target)
{
  return state_columns_of(cells->recording, cells->variable, target);
}

static int by_node_id(const void *a, const void *b)
{
  const report_row *x = a, *y = b;
  return (x->node_id > y->node_id) - (x->node_id < y->node_id);
}

static void add_rows(report_cells *cells, const loligo_population *population, size_t target)
{
  const loligo_selection *of = &cells->recording->targets.items[target];
  const uint64_t n = selection_count(of);
  for (uint64_t i = 0; i < n; i++)
    cells->rows[cells->n_rows++] =
        (report_row){.node_id = population_node_id(population, selection_cell(of, i)), .position = i, .target = target};
}

static void order(report_cells *cells)
{
  qsort(cells->rows, cells->n_rows, sizeof *cells->rows, by_node_id);
  for (uint64_t i = 0; i < cells->n_rows; i++) {
    cells->rows[i].before = cells->n_columns;
    cells->n_columns += report_cells_columns(cells, cells->rows[i].target)->n;
  }
}

static bool is_in(const report_cells *cells, size_t target)
{
  return share(population_of(cells->network, cells->recording, cells->target),
               population_of(cells->network, cells->recording, target));
}

static loligo_status list_rows(report_cells *cells)
{
  const selections *targets = &cells->recording->targets;
  uint64_t n = 0;
  for (size_t i = 0; i < targets->n; i++)
    if (is_in(cells, i)) n += selection_count(&targets->items[i]);
  cells->rows = memory_allocate(n, sizeof *cells->rows, WHAT);
  if (!cells->rows) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < targets->n; i++)
    if (is_in(cells, i)) add_rows(cells, population_of(cells->network, cells->recording, i), i);
  order(cells);
  return LOLIGO_OK;
}

loligo_status report_cells_init(report_cells *cells, const loligo_network *network, const state_recording *recording,
                                size_t variable, size_t report)
{
  const size_t target = first_target(network, recording, report);
  const loligo_population *population = population_of(network, recording, target);
  *cells = (report_cells){.name = population_label(population),
                          .network = network,
                          .recording = recording,
                          .variable = variable,
                          .target = target};
  if (population->whole) return list_rows(cells);
  cells->n_rows = selection_count(&recording->targets.items[target]);
  cells->n_columns = cells->n_rows * report_cells_columns(cells, target)->n;
  return LOLIGO_OK;
}

void report_cells_free(report_cells *cells)
{
  memory_free(cells->rows);
  *cells = (report_cells){.n_rows = 0};
}

report_row report_cells_row(const report_cells *cells, uint64_t i)
{
  if (cells->rows) return cells->rows[i];
  return (report_row){.node_id = selection_cell(&cells->recording->targets.items[cells->target], i),
                      .position = i,
                      .before = i * report_cells_columns(cells, cells->target)->n,
                      .target = cells->target};
}

uint64_t report_cells_row_of(const report_cells *cells, uint64_t column)
{
  if (!cells->rows) return column / report_cells_columns(cells, cells->target)->n;
  return upper_bound_of_field(&cells->rows->before, sizeof *cells->rows, cells->n_rows, column) - 1;
}

/* -- the cells of this rank -- */

/* Local cells of one target, from the first on, while rows are walked through. */
typedef struct local_cells {
  size_t done;   /* [targets] of each target */
  uint64_t next; /* position in the selection of the next one; UINT64_MAX: there is none */
} local_cells;

static void find_next(const report_cells *cells, const loligo_samples *samples, size_t target, local_cells *local)
{
  const loligo_samples *own = &samples[target];
  local->next = local->done < own->n_cells
                    ? selection_before(&cells->recording->targets.items[target], own->index[local->done])
                    : UINT64_MAX;
}

static local_cells *begin_walk(const report_cells *cells, const loligo_samples *samples)
{
  const size_t n = cells->recording->targets.n;
  local_cells *local = memory_allocate(n, sizeof *local, WHAT);
  for (size_t i = 0; local && i < n; i++) find_next(cells, samples, i, &local[i]);
  return local;
}

/* Whether a row is of this rank; if so, the next of its target is looked for. */
static bool is_local(const report_cells *cells, const loligo_samples *samples, const report_row *row,
                     local_cells *local)
{
  local_cells *of = &local[row->target];
  if (row->position != of->next) return false;
  of->done++;
  find_next(cells, samples, row->target, of);
  return true;
}

static uint64_t count_local(const report_cells *cells, const loligo_samples *samples)
{
  uint64_t n = 0;
  for (size_t i = 0; i < cells->recording->targets.n; i++)
    if (is_in(cells, i)) n += samples[i].n_cells * report_cells_columns(cells, i)->n;
  return n;
}

loligo_status report_cells_find(const report_cells *cells, const loligo_samples *samples, uint64_t **column,
                                uint64_t *n)
{
  *column = memory_allocate(count_local(cells, samples), sizeof **column, WHAT);
  local_cells *local = begin_walk(cells, samples);
  *n = 0;
  for (uint64_t i = 0; *column && local && i < cells->n_rows; i++) {
    const report_row row = report_cells_row(cells, i);
    if (!is_local(cells, samples, &row, local)) continue;
    for (size_t k = 0; k < report_cells_columns(cells, row.target)->n; k++) (*column)[(*n)++] = row.before + k;
  }
  memory_free(local);
  return *column && local ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* Puts the values of one local cell, number `cell` of its target, behind `at` columns of each frame of n. */
static void put_cell(const loligo_samples *of, size_t cell, uint64_t at, uint64_t n, double *values)
{
  const size_t each = 1 + of->n_more;
  for (size_t f = 0; f < of->n_frames; f++)
    memcpy(values + f * n + at, of->values + (f * of->n_cells + cell) * each, each * sizeof *values);
}

loligo_status report_cells_join(const report_cells *cells, const loligo_samples *samples, report_join *join,
                                loligo_samples *joined)
{
  *joined = samples[cells->target];
  if (!cells->rows) return LOLIGO_OK;
  const uint64_t n = count_local(cells, samples);
  LOLIGO_TRY(memory_grow((void **)&join->values, &join->capacity, n * joined->n_frames, sizeof *join->values, WHAT));
  local_cells *local = begin_walk(cells, samples);
  if (!local) return LOLIGO_MACHINE_ERROR;
  uint64_t at = 0;
  for (uint64_t i = 0; i < cells->n_rows; i++) {
    const report_row *row = &cells->rows[i];
    if (!is_local(cells, samples, row, local)) continue;
    put_cell(&samples[row->target], local[row->target].done - 1, at, n, join->values);
    at += report_cells_columns(cells, row->target)->n;
  }
  memory_free(local);
  *joined = (loligo_samples){
      .first_frame = joined->first_frame, .n_frames = joined->n_frames, .n_cells = n, .values = join->values};
  return LOLIGO_OK;
}
