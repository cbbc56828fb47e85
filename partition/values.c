/*
 * Values are dealt out in the order of the list, so that a rank which knows its cells need not be told whose each is.
 */
#include "partition/values.h"

#include <string.h>

#include "base/memory.h"
#include "model/input/input_model.h"
#include "network/cell_values.h"
#include "network/selection.h"
#include "partition/deal.h"
#include "partition/trains.h"

static const char WHAT[] = "values of cells";

/** One list on its way. */
typedef struct spreading {
  cell_values *list;
  const loligo_selection *cells; /* of the population, that the values are for */
  uint64_t at;                   /* position of the first value of the piece in hand */
  loligo_selection here;         /* positions that this rank keeps */
  double *values;                /* [n] of them, n_kept of which have come */
  uint64_t n, n_kept;
} spreading;

/* Positions of the rank's cells among those that have a value, in place; returns how many there are. */
static uint64_t find_positions(const loligo_selection *cells, uint64_t *index, uint64_t n)
{
  uint64_t n_found = 0;
  for (uint64_t i = 0; i < n; i++)
    if (selection_holds(cells, index[i])) index[n_found++] = selection_before(cells, index[i]);
  return n_found;
}

static loligo_status find_own(spreading *s, const deal_way *way)
{
  uint64_t n = loligo_decomposition_count(way->decomposition, way->population, way->rank);
  uint64_t *positions = memory_allocate(n, sizeof *positions, WHAT);
  if (!positions) return LOLIGO_MACHINE_ERROR;
  loligo_decomposition_cells(way->decomposition, way->population, way->rank, positions);
  s->n = find_positions(s->cells, positions, n);
  const loligo_status status = selection_of_cells(positions, s->n, &s->here);
  memory_free(positions);
  return status;
}

static loligo_status open(spreading *s, const deal_way *way)
{
  s->n = s->list->n;
  s->here = (loligo_selection){.last = s->n};
  if (way->decomposition) LOLIGO_TRY(find_own(s, way));
  s->values = memory_allocate(s->n, sizeof *s->values, WHAT);
  return s->values ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status send_piece(void *self, double *values, size_t n)
{
  deal *deal = self;
  spreading *s = deal->self;
  const loligo_status status = deal_piece(deal, values, n);
  s->at += n;
  return status;
}

static loligo_status read_all(deal *deal)
{
  const spreading *s = deal->self;
  return cell_values_read(s->list, send_piece, deal);
}

static uint64_t cell_of(void *self, const void *values, size_t i)
{
  const spreading *s = self;
  (void)values;
  return selection_cell(s->cells, s->at + i);
}

static loligo_status keep(void *self, const void *values, uint64_t n)
{
  spreading *s = self;
  memcpy(s->values + s->n_kept, values, n * sizeof *s->values);
  s->n_kept += n;
  return LOLIGO_OK;
}

static loligo_status spread(const deal_way *way, cell_values *list, const loligo_selection *cells)
{
  spreading s = {.list = list, .cells = cells};
  deal deal = {.way = *way,
               .item_size = sizeof *s.values,
               .piece = CELL_VALUES_PIECE,
               .self = &s,
               .read = read_all,
               .cell = cell_of,
               .keep = keep};
  const loligo_status status = deal_out(&deal, open(&s, way));
  if (status == LOLIGO_OK) {
    cell_values_replace(list, s.values, s.here);
    return LOLIGO_OK;
  }
  selection_free(&s.here);
  memory_free(s.values);
  return status;
}

/* -- all lists and trains of a network, in one order -- */

/** Where values and trains go, and whose they are. */
typedef struct walk {
  deal_way way;
  loligo_network *network;
} walk;

/* Those of a value where it is a list. */
static loligo_status spread_law(walk *w, loligo_distribution *law, const loligo_selection *cells)
{
  if (law->kind != LOLIGO_LIST) return LOLIGO_OK;
  LOLIGO_TRY(loligo_agree(w->way.context, cell_values_adopt(w->network, law)));
  w->way.population = cells->population;
  return spread(&w->way, law->listed, cells);
}

static loligo_status spread_trains(walk *w, size_t population, const cell_trains *trains)
{
  w->way.population = population;
  return trains_spread(&w->way, trains);
}

static loligo_status spread_population(walk *w, size_t population)
{
  loligo_population *p = &w->network->populations[population];
  const loligo_selection all = {.population = population, .last = p->size};
  for (size_t i = 0; i < p->model->params.n; i++)
    if (p->model->params.rows[i].type != LOLIGO_PARAM_LIST) LOLIGO_TRY(spread_law(w, &p->params[i], &all));
  for (size_t v = 0; v < p->model->n_variables; v++) LOLIGO_TRY(spread_law(w, &p->init[v], &all));
  return spread_trains(w, population, &(cell_trains){&p->times, &p->owners, &p->n_times});
}

static loligo_status spread_input(walk *w, loligo_input *input)
{
  for (size_t i = 0; i <= input->model->params.n; i++) LOLIGO_TRY(spread_law(w, &input->each[i], &input->target));
  return spread_trains(w, input->target.population, &(cell_trains){&input->times, &input->owners, &input->n_times});
}

static loligo_status spread_all(const deal_way *way, loligo_network *network)
{
  walk w = {*way, network};
  for (size_t i = 0; i < network->n_populations; i++) LOLIGO_TRY(spread_population(&w, i));
  for (size_t i = 0; i < network->n_inputs; i++) LOLIGO_TRY(spread_input(&w, &network->inputs[i]));
  for (size_t i = 0; i < network->n_changes; i++)
    LOLIGO_TRY(spread_law(&w, &network->changes[i].value, &network->changes[i].cells));
  return LOLIGO_OK;
}

loligo_status values_spread(const loligo_context *context, loligo_network *network,
                            const loligo_decomposition *decomposition, int rank)
{
  return spread_all(&(deal_way){.context = context, .decomposition = decomposition, .rank = rank}, network);
}

loligo_status values_gather(const loligo_context *context, loligo_network *network)
{
  return spread_all(&(deal_way){.context = context}, network);
}
