/*
 * Purpose: give a simulation the spikes that another one recorded.
 *
 * Populations are read one behind the other, as spikes.h5 has them, and sorted together. Times are those of a grid
 * that must be the network's own.
 */
#include "io/results/spike_list.h"

#include <math.h>
#include <stdlib.h>

#include "base/lower_bound.h"
#include "base/memory.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_read.h"
#include "io/results/time_grid.h"
#include "network/description.h"
#include "network/population.h"

/* The two columns of a population as they stand in the file. */
typedef struct columns {
  double *time; /* [n] ms */
  uint64_t *cell;
  uint64_t n;
} columns;

static loligo_status read_columns(const h5_reader *reader, const char *name, columns *c)
{
  char times[H5_PATH_SIZE], cells[H5_PATH_SIZE];
  uint64_t extent[2];
  h5_path(times, "/spikes/%s/timestamps", name);
  h5_path(cells, "/spikes/%s/node_ids", name);
  LOLIGO_TRY(h5_read_extent(reader, times, H5T_NATIVE_DOUBLE, 1, extent));
  c->n = extent[0];
  c->time = memory_allocate(c->n, sizeof *c->time, "recorded spikes");
  c->cell = memory_allocate(c->n, sizeof *c->cell, "recorded spikes");
  if (!c->time || !c->cell) return LOLIGO_MACHINE_ERROR;
  if (c->n == 0) return LOLIGO_OK;
  LOLIGO_TRY(h5_read(reader, (h5_place){times, NULL}, H5T_NATIVE_DOUBLE, c->n, c->time));
  return h5_read(reader, (h5_place){cells, NULL}, H5T_NATIVE_UINT64, c->n, c->cell);
}

static loligo_status add_spike(spike_list *list, const char *path, const loligo_network *network, size_t population,
                               double time, uint64_t cell)
{
  const double most = 0x1p53, allowed = 1e-3; /* steps */
  const loligo_population *p = &network->populations[population];
  const time_grid grid = time_grid_of(network->dt);
  const double at = time / grid.numerator * grid.denominator, step = nearbyint(at);
  if (!(step >= 0 && step < most && fabs(at - step) < allowed))
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "%s: a spike of %s at %.10g ms, which is no multiple of dt = %g ms; take "
                       "the spikes of a run of this model",
                       path, p->name, time, network->dt);
  const uint64_t index = p->node_ids ? lower_bound(p->node_ids, p->size, cell) : cell;
  if (p->node_ids && (index == p->size || p->node_ids[index] != cell)) return LOLIGO_OK; /* of another part */
  if (index >= p->size)
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "%s: a spike of cell %llu of %s, which has %llu; take the spikes of a run "
                       "of this model",
                       path, (unsigned long long)cell, p->name, (unsigned long long)p->size);
  list->items[list->n++] = (loligo_flight){.step = (int64_t)step, .population = (uint32_t)population, .index = index};
  return LOLIGO_OK;
}

static loligo_status add_columns(spike_list *list, const char *path, const loligo_network *network, size_t population,
                                 const columns *c)
{
  LOLIGO_TRY(
      memory_grow((void **)&list->items, &list->capacity, list->n + c->n, sizeof *list->items, "recorded spikes"));
  for (uint64_t i = 0; i < c->n; i++) LOLIGO_TRY(add_spike(list, path, network, population, c->time[i], c->cell[i]));
  return LOLIGO_OK;
}

static loligo_status read_population(spike_list *list, const h5_reader *reader, const loligo_network *network,
                                     size_t population)
{
  const char *name = population_label(&network->populations[population]);
  char group[H5_PATH_SIZE];
  columns columns = {0};
  bool found;
  h5_path(group, "/spikes/%s", name);
  LOLIGO_TRY(h5_find(reader, group, &found));
  if (!found)
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "%s: has no spikes of %s, which projects; record all spikes of all "
                       "populations",
                       reader->path, name);
  loligo_status status = read_columns(reader, name, &columns);
  if (status == LOLIGO_OK) status = add_columns(list, reader->path, network, population, &columns);
  memory_free(columns.time);
  memory_free(columns.cell);
  return status;
}

static loligo_status mark_sources(const loligo_network *network, bool **projects)
{
  *projects = memory_allocate(network->n_populations, sizeof **projects, "recorded spikes");
  if (!*projects) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < network->n_projections; i++) (*projects)[network->projections[i].source] = true;
  return LOLIGO_OK;
}

static loligo_status read_sources(spike_list *list, const h5_reader *reader, const loligo_network *network)
{
  bool *projects;
  loligo_status status = mark_sources(network, &projects);
  for (size_t p = 0; status == LOLIGO_OK && p < network->n_populations; p++)
    if (projects[p]) status = read_population(list, reader, network, p);
  memory_free(projects);
  return status;
}

static int compare(const void *a, const void *b)
{
  const loligo_flight *x = a, *y = b;
  if (x->step != y->step) return x->step < y->step ? -1 : 1;
  if (x->population != y->population) return x->population < y->population ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

loligo_status spike_list_read(spike_list *list, const char *path, const loligo_network *network)
{
  h5_reader reader;
  *list = (spike_list){0};
  if (!h5_reader_try(&reader, path))
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: cannot be opened as an HDF5 file of spikes", path);
  const loligo_status status = read_sources(list, &reader, network);
  h5_reader_close(&reader);
  if (status == LOLIGO_OK && list->n > 0) qsort(list->items, list->n, sizeof *list->items, compare);
  return status;
}

void spike_list_free(spike_list *list)
{
  memory_free(list->items);
  *list = (spike_list){0};
}
