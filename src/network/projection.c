/*
 * Projections: their checks, and the range of delays that they can draw.
 */
#include "network/projection.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/grid.h"
#include "base/memory.h"
#include "base/random/distribution.h"
#include "base/text.h"
#include "loligo/network.h"
#include "model/neuron/model.h"
#include "model/synapse/synapse_model.h"
#include "network/append.h"
#include "network/checks.h"
#include "network/compartments.h"
#include "network/edge_list.h"
#include "network/gap.h"
#include "network/index.h"
#include "network/named_values.h"
#include "network/plasticity.h"
#include "network/rule/rule.h"
#include "network/selection.h"
#include "network/space.h"

enum { NAME_SIZE = 64 };

void projection_print(const loligo_projection *projection, char text[PROJECTION_TEXT_BYTES])
{
  static const char kind[] = "projection ";
  _Static_assert(FAULT_PLACE_BYTES + LOLIGO_NAME_BYTES + sizeof kind <= PROJECTION_TEXT_BYTES, "room for all");
  char place[FAULT_PLACE_BYTES];
  fault_place_print(projection->place, place);
  const bool says_kind = strncmp(projection->name, kind, strlen(kind)) == 0;
  snprintf(text, PROJECTION_TEXT_BYTES, "%s%s%s", place, says_kind ? "" : kind, projection->name);
}

static void free_cells(const loligo_selection *cells)
{
  if (cells) selection_free((loligo_selection *)cells);
  memory_free((void *)cells);
}

void projection_free(loligo_projection *projection)
{
  edge_list_free(projection->list);
  free_cells(projection->sources);
  free_cells(projection->targets);
}

static loligo_status fail_unknown_receptor(const loligo_model *model, const char *word)
{
  fault_names names = {.n = 0};
  for (size_t i = 0; i < model->n_receptors; i++) fault_names_add(&names, model->receptors[i].name);
  return fault_unknown_in("receptor", word, model->name, &names);
}

loligo_status projection_receptors(const loligo_population *target, const char *name, double low, double high,
                                   int receptor[2])
{
  const loligo_model *model = target->model;
  if (model->n_receptors == 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "target '%s' is of model %s, which receives no spikes", target->name,
                       model->name);
  const int first = name ? model_receptor_index(model, name) : 0, inh = model_receptor_index(model, "inh");
  if (first < 0) return fail_unknown_receptor(model, name);
  receptor[0] = receptor[1] = first;
  if (name || low >= 0 || inh < 0 || model->receptors[inh].kind == LOLIGO_RECEPTOR_CONDUCTANCE) return LOLIGO_OK;
  receptor[1] = inh;
  if (high <= 0) receptor[0] = inh;
  return LOLIGO_OK;
}

const char *projection_weight_unit(const loligo_network *network, const loligo_projection *projection)
{
  const loligo_model *target = network->populations[projection->target].model;
  const bool is_negative = projection->plasticity && projection->plasticity->wmax < 0;
  return receptor_unit(target->receptors[projection->receptor[is_negative]].kind);
}

static const char *default_signal(const loligo_receptor *receptor)
{
  return receptor->kind == LOLIGO_RECEPTOR_LEVEL ? "level" : "spike";
}

static loligo_status set_receptors(const loligo_projection *projection, const loligo_model *target, const char *name,
                                   network_pathway *pathway)
{
  memcpy(pathway->receptor, projection->receptor, sizeof pathway->receptor);
  if (!name) return LOLIGO_OK;
  pathway->receptor[0] = pathway->receptor[1] = model_receptor_index(target, name);
  if (pathway->receptor[0] >= 0) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "synapse model %s needs a target with receptor '%s', which %s has not",
                     projection->synapse->name, name, target->name);
}

/* Finds the ends of one pathway in the source's and the target's models. */
static loligo_status set_pathway(const loligo_network *network, const loligo_projection *projection,
                                 const synapse_pathway *wanted, network_pathway *pathway)
{
  const loligo_model *source = network->populations[projection->source].model;
  const loligo_model *target = network->populations[projection->target].model;
  LOLIGO_TRY(set_receptors(projection, target, wanted->receptor, pathway));
  const loligo_receptor *receptor = &target->receptors[pathway->receptor[0]];
  LOLIGO_TRY(gap_check_receptor(projection->synapse, receptor));
  const char *signal = wanted->signal ? wanted->signal : default_signal(receptor);
  pathway->signal = model_signal_number(source, signal);
  if (pathway->signal >= 0) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "receptor '%s' listens to the signal '%s', which source model %s has not",
                     receptor->name, signal, source->name);
}

static loligo_status set_pathways(loligo_network *network, loligo_projection *projection, const char *name)
{
  const synapse_model *synapse = synapse_model_find(name ? name : "static");
  if (!synapse) return registry_unknown(&synapse_model_registry, name);
  network_pathway *pathways = pool_take(&network->pool, synapse->n_pathways * sizeof *pathways, "projections");
  if (!pathways) return LOLIGO_MACHINE_ERROR;
  projection->synapse = synapse;
  projection->pathways = pathways;
  for (size_t c = 0; c < synapse->n_pathways; c++)
    LOLIGO_TRY(set_pathway(network, projection, &synapse->pathways[c], &pathways[c]));
  return LOLIGO_OK;
}

/* Those that are there are known to differ, and need no table until one more is added. */
static loligo_status index_names(const loligo_network *network)
{
  name_table *names = &network->index->projections;
  for (size_t i = names->n; i < network->n_projections; i++)
    LOLIGO_TRY(name_table_set(names, network->projections[i].target, network->projections[i].name, i));
  return LOLIGO_OK;
}

/* Random numbers are keyed by name and target, so the two together must be unique. */
static loligo_status set_name(loligo_network *network, loligo_projection *projection, const char *name)
{
  char by_position[NAME_SIZE];
  snprintf(by_position, sizeof by_position, "projection %zu", network->n_projections);
  if (!name) name = by_position;
  LOLIGO_TRY(network_check_name("a projection", name));
  LOLIGO_TRY(index_names(network));
  projection->name = pool_text(&network->pool, name);
  if (!projection->name) return LOLIGO_MACHINE_ERROR;
  if (name_table_find(&network->index->projections, projection->target, name) == NAME_TABLE_NONE) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "name '%s' belongs to another projection onto '%s'; choose another, as it keys the random numbers",
                     name, network->populations[projection->target].name);
}

enum { LAW_WORDS = 5 };

/* All that makes a law which is no list. */
static void words_of(const loligo_distribution *law, uint64_t words[LAW_WORDS])
{
  const double numbers[LAW_WORDS - 1] = {law->mean, law->std, law->low, law->high};
  memcpy(words, numbers, sizeof numbers);
  words[LAW_WORDS - 1] = law->kind;
}

static bool are_same(const loligo_distribution *a, const loligo_distribution *b)
{
  uint64_t of_a[LAW_WORDS], of_b[LAW_WORDS];
  words_of(a, of_a);
  words_of(b, of_b);
  return memcmp(of_a, of_b, sizeof of_a) == 0;
}

static size_t slot_of(const loligo_distribution *law)
{
  uint64_t words[LAW_WORDS], hash = 0;
  words_of(law, words);
  for (size_t i = 0; i < LAW_WORDS; i++) hash = hash_mix(hash ^ words[i]);
  return hash % INDEX_RECENT_LAWS;
}

const loligo_distribution *projection_keep_law(loligo_network *network, loligo_distribution law)
{
  const loligo_distribution **recent = &network->index->recent_laws[slot_of(&law)];
  if (*recent && are_same(*recent, &law)) return *recent;
  loligo_distribution *kept = pool_take(&network->pool, sizeof *kept, "projections");
  if (!kept) return NULL;
  *kept = law;
  *recent = kept;
  return kept;
}

static loligo_status set_laws(loligo_network *network, loligo_projection *projection, loligo_distribution weight,
                              loligo_distribution delay)
{
  projection->weight = projection_keep_law(network, weight);
  projection->delay = projection_keep_law(network, delay);
  return projection->weight && projection->delay ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* What an edge must fit. */
typedef struct edge_terms {
  rule_context context;
  const loligo_receptor *receptor; /* of those that go by their signs the first, as if all were positive */
  bool keeps_sign;
  double dt;
} edge_terms;

static edge_terms edge_terms_of(const loligo_network *network, const loligo_projection *projection, int receptor,
                                bool any_sign)
{
  const loligo_model *model = network->populations[projection->target].model;
  return (edge_terms){.context = rule_context_of(network, projection),
                      .receptor = &model->receptors[receptor < 0 ? 0 : receptor],
                      .keeps_sign = receptor >= 0 && !any_sign,
                      .dt = network->dt};
}

static loligo_status check_edge(const void *self, const loligo_edge *edge)
{
  const edge_terms *terms = self;
  LOLIGO_TRY(terms->context.projection->rule->check_edge(&terms->context, edge));
  LOLIGO_TRY(check_one_weight(edge->weight, terms->receptor));
  if (terms->keeps_sign) LOLIGO_TRY(check_sign(edge->weight, terms->receptor));
  return check_one_delay(edge->delay, terms->dt);
}

/* What any rank can read is not looked at yet: all share that work (projection_look()). */
static loligo_status begin_list(const loligo_population *target, loligo_projection *projection,
                                const loligo_projection_spec *spec, edge_source source)
{
  LOLIGO_TRY(edge_list_begin(source, target->size, &projection->list));
  if (spec->receptor) projection->list->receptor = model_receptor_index(target->model, spec->receptor);
  projection->list->any_sign = spec->any_sign;
  return projection_receptors(target, spec->receptor, 0, 0, projection->receptor);
}

/* Reads the list before it is known whether all weights are positive. */
static loligo_status set_list(loligo_network *network, loligo_projection *projection,
                              const loligo_projection_spec *spec, edge_source *source)
{
  const loligo_population *target = &network->populations[spec->target];
  int receptor[2] = {0};
  LOLIGO_TRY(projection_receptors(target, spec->receptor, 0, 0, receptor));
  const edge_terms terms = edge_terms_of(network, projection, spec->receptor ? receptor[0] : -1, spec->any_sign);
  LOLIGO_TRY(set_laws(network, projection, loligo_constant(0), loligo_constant(network->dt)));
  const edge_source taken = *source;
  *source = (edge_source){0};
  if (taken.read) return begin_list(target, projection, spec, taken);
  LOLIGO_TRY(edge_list_create(taken, target->size, check_edge, &terms, &network->index->refused, &projection->list));
  const distribution_range weights = projection->list->weights;
  return projection_receptors(target, spec->receptor, weights.low, weights.high, projection->receptor);
}

/* Prompt synapses act within the step: theirs is never asked for. */
static loligo_status find_delay(const loligo_network *network, const loligo_projection *projection,
                                const loligo_projection_spec *spec, loligo_distribution *delay)
{
  const synapse_model *synapse = spec->synapse ? synapse_model_find(spec->synapse) : NULL;
  *delay = space_delay_law(projection, spec, network->dt);
  if (!synapse || !synapse_model_is_prompt(synapse)) return LOLIGO_OK;
  if (delay->kind != LOLIGO_UNSET)
    return loligo_fail(LOLIGO_INPUT_ERROR, "delay: synapse model %s acts within the step; leave it out", synapse->name);
  *delay = loligo_constant(network->dt);
  return LOLIGO_OK;
}

static loligo_status set_values(loligo_network *network, loligo_projection *projection,
                                const loligo_projection_spec *spec, edge_source *source)
{
  const loligo_population *target = &network->populations[spec->target];
  if (projection->rule->lists_edges) return set_list(network, projection, spec, source);
  const loligo_distribution weight = space_weight_law(projection, spec);
  loligo_distribution delay;
  LOLIGO_TRY(find_delay(network, projection, spec, &delay));
  LOLIGO_TRY(distribution_check(&weight, "weight", DISTRIBUTION_NO_LIST));
  const distribution_range bounds = distribution_range_of(&weight);
  LOLIGO_TRY(projection_receptors(target, spec->receptor, bounds.low, bounds.high, projection->receptor));
  const loligo_receptor *receptor = &target->model->receptors[projection->receptor[0]];
  LOLIGO_TRY(set_laws(network, projection, weight, delay));
  LOLIGO_TRY(check_weight(projection->weight, receptor));
  if (spec->receptor && !spec->any_sign) LOLIGO_TRY(check_sign(bounds.mean, receptor));
  return check_delay(projection->delay, network->dt);
}

/* Keeps cells of a population unless they are all of it. */
static loligo_status take_cells(const loligo_population *population, const loligo_selection *given,
                                const loligo_selection **kept)
{
  if (!given) return LOLIGO_OK;
  loligo_selection *taken = memory_allocate(1, sizeof *taken, "selected cells");
  if (!taken) return LOLIGO_MACHINE_ERROR;
  const loligo_status status = selection_take(given, population, SELECTION_REFUSES, taken);
  const bool is_part = status == LOLIGO_OK && selection_count(taken) < population->size;
  if (is_part)
    *kept = taken;
  else
    free_cells(taken);
  return status;
}

/* Cells of one population are numbered anew on either side, so that the same number must mean the same cell. */
static loligo_status check_autapses(const loligo_projection *projection, const loligo_population *population)
{
  const loligo_selection all = {.last = population->size};
  const loligo_selection *sources = projection->sources ? projection->sources : &all;
  const loligo_selection *targets = projection->targets ? projection->targets : &all;
  if (projection->source != projection->target || projection->autapses) return LOLIGO_OK;
  if (selection_equals(sources, targets) || !selection_meets(sources, targets)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "autapses: false needs a source and a target of '%s' that are the same cells or share none; "
                     "write a projection for each part",
                     population->name);
}

static loligo_status set_cells(const loligo_network *network, loligo_projection *projection,
                               const loligo_projection_spec *spec)
{
  LOLIGO_TRY(take_cells(&network->populations[spec->source], spec->sources, &projection->sources));
  LOLIGO_TRY(take_cells(&network->populations[spec->target], spec->targets, &projection->targets));
  if (projection->rule->lists_edges && (projection->sources || projection->targets))
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "%s lists cells of whole populations; name no part of one as source or target",
                       projection->rule->name);
  return check_autapses(projection, &network->populations[spec->target]);
}

static loligo_status set_rule(loligo_network *network, loligo_projection *projection,
                              const loligo_projection_spec *spec)
{
  projection->rule = rule_find(spec->rule);
  if (!projection->rule) return registry_unknown(&rule_registry, spec->rule);
  const loligo_param_table table = projection->rule->params;
  double *params = table.n ? pool_take(&network->pool, table.n * sizeof *params, "projections") : NULL;
  if (table.n && !params) return LOLIGO_MACHINE_ERROR;
  projection->rule_params = params;
  return named_numbers((named_values){spec->rule_params, spec->n_rule_params}, table, spec->rule, params);
}

/* Which edges are listed twice can only be seen of all together. */
static loligo_status check_rule(const loligo_network *network, const loligo_projection *projection, bool keeps)
{
  const rule_context context = rule_context_of(network, projection);
  edge_list *list = projection->list;
  if (projection->rule->is_recurrent && !context.same_population)
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "%s connects cells of a population among themselves; give it the same source and target, not "
                       "'%s' and '%s'",
                       projection->rule->name, context.source->name, context.target->name);
  if (list && (keeps || !projection->multapses)) LOLIGO_TRY(edge_list_gather(list));
  const loligo_status status = projection->rule->check(&context);
  if (list && !keeps) edge_list_drop(list);
  return status;
}

/* What a caller says, with the receptor of a compartment by the name that it has in the target's model. */
static loligo_status address(loligo_network *network, const loligo_projection_spec *given, loligo_projection_spec *spec)
{
  *spec = *given;
  const synapse_model *synapse = given->synapse ? synapse_model_find(given->synapse) : NULL;
  if (synapse && synapse->kind == SYNAPSE_GAP) return gap_address(network, spec);
  return compartments_open(network, given->target, given->compartment, given->receptor, &spec->receptor);
}

static loligo_status fill(loligo_network *network, const loligo_projection_spec *given, edge_source *source, bool keeps,
                          loligo_projection *projection)
{
  loligo_projection_spec addressed;
  const loligo_projection_spec *spec = &addressed;
  LOLIGO_TRY(address(network, given, &addressed));
  LOLIGO_TRY(set_rule(network, projection, spec));
  LOLIGO_TRY(set_cells(network, projection, spec));
  LOLIGO_TRY(space_set(network, projection, spec));
  LOLIGO_TRY(set_values(network, projection, spec, source));
  LOLIGO_TRY(set_pathways(network, projection, spec->synapse));
  LOLIGO_TRY(plasticity_set(network, projection, spec, projection_delays(projection)));
  LOLIGO_TRY(set_name(network, projection, spec->name));
  if (projection->synapse->kind == SYNAPSE_GAP) LOLIGO_TRY(gap_check(projection));
  return check_rule(network, projection, keeps);
}

static loligo_status add(loligo_network *network, const loligo_projection_spec *spec, edge_source *source, bool keeps)
{
  assert(spec->source < network->n_populations && spec->target < network->n_populations);
  LOLIGO_TRY(network_begin_change(network));
  LOLIGO_TRY(
      append_room((void **)&network->projections, network->n_projections, sizeof *network->projections, "projections"));
  loligo_projection projection = {.source = (uint32_t)spec->source,
                                  .target = (uint32_t)spec->target,
                                  .rule_argument = spec->argument,
                                  .autapses = !spec->no_autapses,
                                  .multapses = !spec->no_multapses};
  const loligo_status status = fill(network, spec, source, keeps, &projection);
  if (status == LOLIGO_OK)
    network->projections[network->n_projections++] = projection;
  else
    projection_free(&projection);
  return status;
}

loligo_status projection_add_listed(loligo_network *network, const loligo_projection_spec *spec, edge_source source)
{
  const loligo_status status = add(network, spec, &source, false);
  edge_source_free(&source);
  return status;
}

loligo_status projection_look(loligo_network *network, loligo_projection *projection, edge_rows rows)
{
  edge_list *list = projection->list;
  const edge_terms terms = edge_terms_of(network, projection, list->receptor, list->any_sign);
  return edge_list_look(list, rows, check_edge, &terms, &network->index->refused);
}

loligo_status projection_know(loligo_network *network, loligo_projection *projection)
{
  edge_list *list = projection->list;
  const loligo_population *target = &network->populations[projection->target];
  edge_list_know(list);
  const char *name = list->receptor < 0 ? NULL : target->model->receptors[list->receptor].name;
  LOLIGO_TRY(projection_receptors(target, name, list->weights.low, list->weights.high, projection->receptor));
  return set_pathways(network, projection, projection->synapse->name);
}

loligo_status loligo_network_add_projection(loligo_network *network, const loligo_projection_spec *spec)
{
  edge_array array = {.edges = spec->edges, .n = spec->n_edges};
  edge_source source = {.self = &array, .name = "the edges", .begin = edge_array_begin, .next = edge_array_next};
  LOLIGO_TRY(add(network, spec, &source, true));
  edge_list *list = network->projections[network->n_projections - 1].list;
  if (list) edge_source_free(&list->source);
  return LOLIGO_OK;
}

/* -- delays -- */

distribution_range projection_delays(const loligo_projection *projection)
{
  return projection->list ? projection->list->delays : distribution_range_of(projection->delay);
}

void loligo_network_delay_range(const loligo_network *network, int64_t *min_steps, int64_t *max_steps)
{
  distribution_range range = {.low = INFINITY, .high = -INFINITY};
  for (size_t i = 0; i < network->n_projections; i++) {
    rule_context context = rule_context_of(network, &network->projections[i]);
    if (!synapse_model_sends(network->projections[i].synapse)) continue;
    if (network->projections[i].rule->expected(&context) <= 0) continue;
    const distribution_range delays = projection_delays(&network->projections[i]);
    range.low = fmin(range.low, delays.low);
    range.high = fmax(range.high, delays.high);
  }
  bool any = range.high > -INFINITY;
  int64_t low = any ? grid_drawn_steps(range.low, network->dt) : 0;
  *min_steps = any && low < 1 ? 1 : low;
  *max_steps = any ? grid_whole_steps(range.high, network->dt) : 0;
}
