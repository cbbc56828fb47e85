/*
 * One walk that sends on rank 0 and reads elsewhere (base/stream.h). Populations are described anew there, so that
 * their models make the same tables; projections and inputs are taken as they are, since they were checked where they
 * come from.
 */
#include "network/transfer.h"

#include <assert.h>

#include "base/memory.h"
#include "loligo/network.h"
#include "model/input/input_model.h"
#include "model/neuron/model.h"
#include "model/synapse/synapse_model.h"
#include "network/append.h"
#include "network/cell_values.h"
#include "network/edge_list.h"
#include "network/index.h"
#include "network/input.h"
#include "network/kernel.h"
#include "network/plasticity.h"
#include "network/positions.h"
#include "network/projection.h"
#include "network/rule/rule.h"
#include "network/schedule.h"
#include "network/selection.h"

static const char WHAT[] = "the description of the network", LISTED[] = "listed edges";

/* What one place shares with the one before it. */
typedef struct transfer {
  stream *stream;
  loligo_network *network;
  const char *origin; /* of the place that was moved last */
} transfer;

#define MOVE(transfer, value) stream_move((transfer)->stream, &(value), sizeof(value))

static bool reads(const transfer *t)
{
  return t->stream->reads;
}

static loligo_status move_place(transfer *t, fault_place *place)
{
  bool is_other = place->origin != t->origin;
  MOVE(t, is_other);
  if (is_other) {
    t->origin = place->origin;
    LOLIGO_TRY(stream_text(t->stream, &t->origin, &t->network->pool));
  }
  place->origin = t->origin;
  MOVE(t, place->line);
  MOVE(t, place->column);
  return LOLIGO_OK;
}

/* The name of something registered; where it is read, free it. */
static loligo_status move_name(const transfer *t, const char **name)
{
  return stream_text(t->stream, name, NULL);
}

static void free_name(const transfer *t, const char *name)
{
  if (reads(t)) memory_free((void *)name);
}

/* A law without what it lists. */
static void move_numbers(const transfer *t, loligo_distribution *law)
{
  MOVE(t, law->kind);
  MOVE(t, law->mean);
  MOVE(t, law->std);
  MOVE(t, law->low);
  MOVE(t, law->high);
  MOVE(t, law->n_values);
}

/* A law, with its list, which is to be freed where it is read. */
static loligo_status move_law(const transfer *t, loligo_distribution *law)
{
  move_numbers(t, law);
  return stream_array(t->stream, (void **)&law->values, law->n_values, sizeof *law->values, WHAT);
}

/* A law that may list a value for each cell: these stay with rank 0, until it is known whose each is. */
static loligo_status move_law_of_cells(const transfer *t, loligo_distribution *law)
{
  if (!reads(t)) cell_values_note_range(law);
  move_numbers(t, law);
  if (!reads(t) || law->kind != LOLIGO_LIST) return LOLIGO_OK;
  law->listed = cell_values_create(t->network, (value_source){0}, law->n_values, 0);
  return law->listed ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* Those of single cells stay with rank 0 too; elsewhere there are none of them yet. */
static loligo_status move_trains(const transfer *t, double **times, uint64_t **owners, size_t *n)
{
  size_t n_of_all = *owners ? 0 : *n;
  bool has_owners = *owners;
  MOVE(t, n_of_all);
  MOVE(t, has_owners);
  if (reads(t)) *n = n_of_all;
  if (!has_owners) return stream_array(t->stream, (void **)times, *n, sizeof **times, "spike times");
  if (reads(t)) *owners = memory_allocate(0, sizeof **owners, "spike times");
  return *owners ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* -- populations -- */

static loligo_status set_law(const transfer *t, size_t population, bool is_init, size_t i, loligo_distribution law)
{
  const loligo_model *model = t->network->populations[population].model;
  if (is_init) return loligo_network_set_init(t->network, population, model->variables[i].name, law);
  return loligo_network_set_param(t->network, population, model->params.rows[i].name, law);
}

/* Those of a population's parameters or initial values that are set. */
static loligo_status move_laws(const transfer *t, size_t population, bool is_init)
{
  const loligo_population *p = &t->network->populations[population];
  const size_t n = is_init ? p->model->n_variables : p->model->params.n;
  for (size_t i = 0; i < n; i++) {
    loligo_distribution law = {.kind = LOLIGO_UNSET};
    if (!reads(t)) law = is_init ? p->init[i] : p->params[i];
    bool is_set = law.kind != LOLIGO_UNSET;
    MOVE(t, is_set);
    if (!is_set) continue;
    const bool is_of_cells = is_init || p->model->params.rows[i].type != LOLIGO_PARAM_LIST;
    loligo_status status = is_of_cells ? move_law_of_cells(t, &law) : move_law(t, &law);
    if (!reads(t)) continue;
    if (status == LOLIGO_OK) status = set_law(t, population, is_init, i, law);
    distribution_free(&law);
    LOLIGO_TRY(status);
  }
  return LOLIGO_OK;
}

static loligo_status move_population_trains(const transfer *t, size_t population)
{
  loligo_population *p = &t->network->populations[population];
  return move_trains(t, &p->times, &p->owners, &p->n_times);
}

/* As they were taken. */
static loligo_status move_positions(const transfer *t, size_t population)
{
  loligo_population *p = &t->network->populations[population];
  loligo_positions *positions = &p->positions;
  MOVE(t, positions->kind);
  if (positions->kind == LOLIGO_NO_POSITIONS) return LOLIGO_OK;
  MOVE(t, positions->n_axes);
  MOVE(t, positions->grid);
  MOVE(t, positions->low);
  MOVE(t, positions->extent);
  MOVE(t, positions->periodic);
  return stream_array(t->stream, (void **)&positions->listed, positions_bytes(p) / sizeof *positions->listed,
                      sizeof *positions->listed, "positions");
}

static loligo_status add_population(const transfer *t, const char *name, const char *model, uint64_t size)
{
  const loligo_model *registered = loligo_model_find(model);
  assert(registered);
  return loligo_network_add_population(t->network, name, registered, size, NULL);
}

/* Name, model and size. */
static loligo_status move_head(const transfer *t, size_t population)
{
  const char *name = NULL, *model = NULL;
  uint64_t size = 0;
  if (!reads(t)) {
    const loligo_population *p = &t->network->populations[population];
    name = p->name;
    model = p->registered->name;
    size = p->size;
  }
  MOVE(t, size);
  loligo_status status = move_name(t, &name);
  if (status == LOLIGO_OK) status = move_name(t, &model);
  if (reads(t) && status == LOLIGO_OK) status = add_population(t, name, model, size);
  free_name(t, name);
  free_name(t, model);
  return status;
}

/* Names of receptors, where some are named. */
static loligo_status move_receptor_names(const transfer *t, size_t population)
{
  loligo_population *p = &t->network->populations[population];
  MOVE(t, p->n_receptor_names);
  const size_t n = p->n_receptor_names;
  if (n == 0) return LOLIGO_OK;
  const char **names = reads(t) ? pool_take(&t->network->pool, n * sizeof *names, WHAT) : p->receptor_names;
  if (!names) return LOLIGO_MACHINE_ERROR;
  for (size_t k = 0; k < n; k++) LOLIGO_TRY(stream_text(t->stream, &names[k], &t->network->pool));
  return reads(t) ? loligo_network_name_receptors(t->network, population, names, n) : LOLIGO_OK;
}

/* What it is in results. */
static loligo_status move_whole(const transfer *t, size_t population)
{
  loligo_population *p = &t->network->populations[population];
  pool *pool = &t->network->pool;
  LOLIGO_TRY(stream_text(t->stream, &p->whole, pool));
  if (!p->whole) return LOLIGO_OK;
  uint64_t *ids = reads(t) ? pool_take(pool, p->size * sizeof *ids, WHAT) : (uint64_t *)p->node_ids;
  if (!ids) return LOLIGO_MACHINE_ERROR;
  p->node_ids = ids;
  stream_move(t->stream, ids, p->size * sizeof *ids);
  return LOLIGO_OK;
}

static loligo_status move_population(transfer *t, size_t population)
{
  LOLIGO_TRY(move_head(t, population));
  LOLIGO_TRY(move_place(t, &t->network->populations[population].place));
  LOLIGO_TRY(move_laws(t, population, false));
  LOLIGO_TRY(move_receptor_names(t, population));
  LOLIGO_TRY(move_laws(t, population, true));
  LOLIGO_TRY(move_positions(t, population));
  MOVE(t, t->network->populations[population].repeat);
  LOLIGO_TRY(move_whole(t, population));
  return move_population_trains(t, population);
}

/* -- projections -- */

static loligo_status move_shared_law(const transfer *t, const loligo_distribution **law)
{
  loligo_distribution moved = {.kind = LOLIGO_UNSET};
  if (!reads(t)) moved = **law;
  LOLIGO_TRY(move_law(t, &moved));
  if (reads(t)) *law = projection_keep_law(t->network, moved);
  return *law ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status move_pathways(const transfer *t, loligo_projection *p)
{
  const size_t bytes = p->synapse->n_pathways * sizeof *p->pathways;
  if (reads(t)) p->pathways = pool_take(&t->network->pool, bytes, WHAT);
  if (!p->pathways) return LOLIGO_MACHINE_ERROR;
  stream_move(t->stream, (void *)p->pathways, bytes);
  return LOLIGO_OK;
}

static loligo_status move_plasticity(const transfer *t, loligo_projection *p)
{
  bool is_plastic = p->plasticity;
  MOVE(t, is_plastic);
  if (!is_plastic) return LOLIGO_OK;
  const size_t bytes = p->synapse->params.n * sizeof *p->plasticity->params;
  network_plasticity *moved = reads(t) ? plasticity_room(t->network, p->synapse) : NULL;
  if (reads(t) && !moved) return LOLIGO_MACHINE_ERROR;
  if (reads(t)) p->plasticity = moved;
  stream_move(t->stream, (void *)&p->plasticity->wmax, sizeof p->plasticity->wmax);
  stream_move(t->stream, (void *)&p->plasticity->dendritic_delay, sizeof p->plasticity->dendritic_delay);
  stream_move(t->stream, (void *)p->plasticity->params, bytes);
  return LOLIGO_OK;
}

static loligo_status move_kernel(const transfer *t, distance_law *law)
{
  const char *name = reads(t) || !law->kernel ? NULL : law->kernel->name;
  const loligo_status status = move_name(t, &name);
  if (reads(t)) law->kernel = name ? kernel_find(name) : NULL;
  free_name(t, name);
  return status;
}

static loligo_status move_space(const transfer *t, loligo_projection *p)
{
  bool is_there = p->space;
  MOVE(t, is_there);
  if (!is_there) return LOLIGO_OK;
  projection_space *space = reads(t) ? pool_take(&t->network->pool, sizeof *space, WHAT) : NULL;
  if (reads(t)) p->space = space;
  if (!p->space) return LOLIGO_MACHINE_ERROR;
  stream_move(t->stream, (void *)p->space, sizeof *p->space);
  LOLIGO_TRY(move_kernel(t, (distance_law *)&p->space->probability));
  return move_kernel(t, (distance_law *)&p->space->weight);
}

static loligo_status move_rule_params(const transfer *t, loligo_projection *p)
{
  const size_t bytes = p->rule->params.n * sizeof *p->rule_params;
  if (bytes == 0) return LOLIGO_OK;
  if (reads(t)) p->rule_params = pool_take(&t->network->pool, bytes, WHAT);
  if (!p->rule_params) return LOLIGO_MACHINE_ERROR;
  stream_move(t->stream, (void *)p->rule_params, bytes);
  return LOLIGO_OK;
}

static loligo_status move_rule(const transfer *t, loligo_projection *p)
{
  const char *rule = reads(t) ? NULL : p->rule->name, *synapse = reads(t) ? NULL : p->synapse->name;
  loligo_status status = move_name(t, &rule);
  if (status == LOLIGO_OK) status = move_name(t, &synapse);
  if (reads(t) && status == LOLIGO_OK) {
    p->rule = rule_find(rule);
    p->synapse = synapse_model_find(synapse);
    assert(p->rule && p->synapse);
  }
  free_name(t, rule);
  free_name(t, synapse);
  return status;
}

static loligo_status move_cells(const transfer *t, const loligo_selection **cells)
{
  bool are_some = *cells;
  MOVE(t, are_some);
  if (!are_some) return LOLIGO_OK;
  if (reads(t)) *cells = memory_allocate(1, sizeof **cells, "selected cells");
  return *cells ? selection_move(t->stream, (loligo_selection *)*cells) : LOLIGO_MACHINE_ERROR;
}

/* Edges that are not here stay with rank 0, which can read them. */
static loligo_status move_list_content(const transfer *t, edge_list *list)
{
  MOVE(t, list->is_unknown);
  MOVE(t, list->n);
  MOVE(t, list->digest);
  MOVE(t, list->weights);
  MOVE(t, list->delays);
  MOVE(t, list->sets);
  MOVE(t, list->n_targets);
  MOVE(t, list->receptor);
  MOVE(t, list->any_sign);
  MOVE(t, list->is_here);
  MOVE(t, list->n_here);
  MOVE(t, list->n_apart);
  for (int sign = 0; sign < SIGNS; sign++)
    LOLIGO_TRY(stream_array(t->stream, (void **)&list->apart[sign], list->n_apart[sign], sizeof **list->apart, LISTED));
  LOLIGO_TRY(stream_array(t->stream, (void **)&list->in_degree, list->n_targets, sizeof *list->in_degree, LISTED));
  return stream_array(t->stream, (void **)&list->here, list->n_here, sizeof *list->here, LISTED);
}

static loligo_status move_list(const transfer *t, edge_list **list)
{
  bool is_some = *list;
  MOVE(t, is_some);
  if (!is_some) return LOLIGO_OK;
  if (reads(t)) *list = memory_allocate(1, sizeof **list, LISTED);
  return *list ? move_list_content(t, *list) : LOLIGO_MACHINE_ERROR;
}

static loligo_status move_projection(transfer *t, loligo_projection *p)
{
  MOVE(t, p->source);
  MOVE(t, p->target);
  MOVE(t, p->rule_argument);
  MOVE(t, p->receptor);
  MOVE(t, p->autapses);
  MOVE(t, p->multapses);
  LOLIGO_TRY(stream_text(t->stream, &p->name, &t->network->pool));
  LOLIGO_TRY(move_place(t, &p->place));
  LOLIGO_TRY(move_cells(t, &p->sources));
  LOLIGO_TRY(move_cells(t, &p->targets));
  LOLIGO_TRY(move_rule(t, p));
  LOLIGO_TRY(move_rule_params(t, p));
  LOLIGO_TRY(move_space(t, p));
  LOLIGO_TRY(move_pathways(t, p));
  LOLIGO_TRY(move_plasticity(t, p));
  LOLIGO_TRY(move_shared_law(t, &p->weight));
  LOLIGO_TRY(move_shared_law(t, &p->delay));
  return move_list(t, &p->list);
}

static loligo_status move_projections(transfer *t)
{
  loligo_network *network = t->network;
  size_t n = network->n_projections;
  MOVE(t, n);
  if (reads(t)) {
    network->projections = append_array(n, sizeof *network->projections, "projections");
    if (!network->projections) return LOLIGO_MACHINE_ERROR;
  }
  for (size_t i = 0; i < n; i++) {
    if (reads(t)) network->n_projections = i + 1;
    LOLIGO_TRY(move_projection(t, &network->projections[i]));
  }
  return LOLIGO_OK;
}

/* -- inputs -- */

static loligo_status move_input_model(const transfer *t, loligo_input *input)
{
  const char *model = reads(t) ? NULL : input->model->name;
  const loligo_status status = move_name(t, &model);
  if (reads(t) && status == LOLIGO_OK) input->model = input_model_find(model);
  free_name(t, model);
  return status;
}

static loligo_status move_input_params(const transfer *t, loligo_input *input)
{
  const size_t n = input->model->params.n;
  if (reads(t)) {
    input->params = memory_allocate(n, sizeof *input->params, WHAT);
    input->lists = memory_allocate(n, sizeof *input->lists, WHAT);
    input->each = memory_allocate(n + 1, sizeof *input->each, WHAT);
    if (!input->params || !input->lists || !input->each) return LOLIGO_MACHINE_ERROR;
  }
  stream_move(t->stream, input->params, n * sizeof *input->params);
  for (size_t i = 0; i < n; i++) {
    real_list *list = &input->lists[i];
    MOVE(t, list->n);
    LOLIGO_TRY(stream_array(t->stream, (void **)&list->values, list->n, sizeof *list->values, WHAT));
  }
  for (size_t i = 0; i <= n; i++) LOLIGO_TRY(move_law_of_cells(t, &input->each[i]));
  return LOLIGO_OK;
}

static loligo_status move_input(const transfer *t, loligo_input *input)
{
  LOLIGO_TRY(move_input_model(t, input));
  LOLIGO_TRY(stream_text(t->stream, (const char **)&input->name, NULL));
  MOVE(t, input->by_population);
  LOLIGO_TRY(selection_move(t->stream, &input->target));
  MOVE(t, input->receptor);
  MOVE(t, input->site);
  MOVE(t, input->weight);
  MOVE(t, input->start);
  MOVE(t, input->stop);
  MOVE(t, input->repeat);
  MOVE(t, input->any_sign);
  LOLIGO_TRY(move_input_params(t, input));
  return move_trains(t, &input->times, &input->owners, &input->n_times);
}

static loligo_status move_inputs(const transfer *t)
{
  loligo_network *network = t->network;
  size_t n = network->n_inputs;
  MOVE(t, n);
  if (reads(t)) {
    network->inputs = append_array(n, sizeof *network->inputs, "inputs");
    if (!network->inputs) return LOLIGO_MACHINE_ERROR;
  }
  for (size_t i = 0; i < n; i++) {
    loligo_input *input = &network->inputs[i];
    if (reads(t)) network->n_inputs = i + 1;
    LOLIGO_TRY(move_input(t, input));
    if (reads(t)) LOLIGO_TRY(input_index_name(network, input, i));
  }
  return LOLIGO_OK;
}

/* -- changes within a run -- */

static loligo_status move_change(transfer *t, scheduled_change *change)
{
  MOVE(t, change->step);
  MOVE(t, change->of_input);
  MOVE(t, change->of);
  MOVE(t, change->row);
  LOLIGO_TRY(move_place(t, &change->place));
  LOLIGO_TRY(selection_move(t->stream, &change->cells));
  return move_law_of_cells(t, &change->value);
}

static loligo_status move_changes(transfer *t)
{
  loligo_network *network = t->network;
  size_t n = network->n_changes;
  MOVE(t, n);
  for (size_t i = 0; i < n; i++) {
    scheduled_change change = {.step = 0};
    if (!reads(t)) change = network->changes[i];
    loligo_status status = move_change(t, &change);
    if (status == LOLIGO_OK && reads(t)) status = schedule_add(network, &change);
    if (status != LOLIGO_OK && reads(t)) schedule_free_change(&change);
    LOLIGO_TRY(status);
  }
  return LOLIGO_OK;
}

static loligo_status begin(const transfer *t, loligo_network **network)
{
  double dt = reads(t) ? 0 : (*network)->dt;
  uint64_t seed = reads(t) ? 0 : (*network)->seed;
  MOVE(t, dt);
  MOVE(t, seed);
  if (reads(t)) *network = loligo_network_create(dt, seed);
  return *network ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

loligo_status network_transfer(stream *stream, loligo_network **network)
{
  transfer t = {.stream = stream};
  LOLIGO_TRY(begin(&t, network));
  t.network = *network;
  size_t n = t.network->n_populations;
  MOVE(&t, n);
  for (size_t i = 0; i < n; i++) LOLIGO_TRY(move_population(&t, i));
  LOLIGO_TRY(move_projections(&t));
  LOLIGO_TRY(move_inputs(&t));
  return move_changes(&t);
}
