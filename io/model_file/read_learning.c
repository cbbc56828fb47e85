/*
 * learning: a method, what is minimised, how weights follow, on which data and for how long, or in which environment.
 * Things of a registry have parameters of their own, as {adam: {rate: 1e-3}}.
 */
#include "io/model_file/read_learning.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/decode.h"
#include "io/model_file/quantity.h"
#include "learn/settings.h"
#include "loligo/adjoint.h"
#include "model/neuron/model.h"
#include "model/synapse/synapse_model.h"
#include "network/description.h"
#include "network/simulated.h"

enum { MODELS_TEXT = 512 };

static const char WHAT[] = "learning", TRAIN[] = "train";

/* -- things with parameters -- */

/* A name alone stands for {name: {}}. */
static loligo_status name_to_mapping(tree_node *node)
{
  if (node->kind != TREE_SCALAR || tree_is_null(node)) return LOLIGO_OK;
  tree_node *mapping = tree_create(TREE_MAPPING, NULL, node->mark);
  tree_node *members = tree_create(TREE_MAPPING, NULL, node->mark);
  if (!mapping || !members) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(tree_add(mapping, node->text, node->mark, members));
  tree_replace(node, mapping);
  return LOLIGO_OK;
}

/* Finds the one thing that a mapping names; its parameters are then the children of *members. */
static loligo_status read_named(const registry *registry, tree_node *node, const char *example, const void **found,
                                tree_node **members)
{
  *found = NULL;
  *members = NULL;
  LOLIGO_TRY(name_to_mapping(node));
  if (node->kind != TREE_MAPPING || node->n != 1)
    return tree_fail(node->mark, "%s must be one %s, as %s", node->key ? node->key : registry->what, registry->what,
                     example);
  *members = node->children[0];
  return decode_named(registry, *members, WHAT, found);
}

static loligo_status read_params(const registry_entry *thing, loligo_param_table params, tree_node *members,
                                 double values[LEARN_MAX_PARAMS])
{
  decoded read[DECODE_MAX_ROWS];
  const decode_form form = {.what = thing->name, .prefix = thing->name, .tables = {params}, .n_tables = 1};
  LOLIGO_TRY(decode_mapping(&form, members, read));
  for (size_t i = 0; i < params.n; i++) values[i] = read[i].law.mean;
  return LOLIGO_OK;
}

static loligo_status read_the_method(tree_node *node, learn_settings *learning)
{
  const void *found;
  tree_node *members;
  LOLIGO_TRY(read_named(&learn_method_registry, node, "adjoint", &found, &members));
  learning->method = found;
  return read_params(found, learning->method->params, members, learning->method_params);
}

static loligo_status read_environment(tree_node *node, learn_settings *learning)
{
  const void *found;
  tree_node *members;
  LOLIGO_TRY(read_named(&environment_registry, node, "{cart_pole: {noise: 0.2}}", &found, &members));
  learning->environment = found;
  return read_params(found, learning->environment->params, members, learning->environment_params);
}

static loligo_status read_surrogate(tree_node *node, learn_settings *learning)
{
  const void *found;
  tree_node *members;
  double width[LEARN_MAX_PARAMS];
  LOLIGO_TRY(read_named(&surrogate_registry, node, "{rectangle: {half_width: 0.5}}", &found, &members));
  learning->surrogate = found;
  LOLIGO_TRY(read_params(found, learning->surrogate->params, members, width));
  learning->width = width[0];
  return LOLIGO_OK;
}

static loligo_status read_optimiser(tree_node *node, learn_settings *learning)
{
  const void *found;
  tree_node *members;
  LOLIGO_TRY(read_named(&optimiser_registry, node, "{adam: {rate: 1e-3}}", &found, &members));
  learning->optimiser = found;
  return read_params(found, learning->optimiser->params, members, learning->optimiser_params);
}

/* -- losses -- */

/* Readouts, and units of one output. */
static bool answers(const loligo_adjoint *adjoint)
{
  return (adjoint->part == LOLIGO_TRIAL_READOUT || adjoint->part == LOLIGO_TRIAL_UNIT) && adjoint->n_outputs == 1;
}

/* The cells that answer, or the codes, by the name of their population. */
static loligo_status find_target(const model_reader *reader, const loss *loss, const tree_node *node,
                                 size_t *population)
{
  const loligo_network *network = reader->network;
  fault_names names = {.n = 0};
  for (size_t i = 0; i < network->n_populations; i++) {
    const loligo_adjoint *adjoint = network->populations[i].model->adjoint;
    if (!adjoint || !(loss->of_codes ? adjoint->part == LOLIGO_TRIAL_CODE : answers(adjoint))) continue;
    fault_names_add(&names, network->populations[i].name);
    *population = i;
    if (strcmp(network->populations[i].name, node->text) == 0) return LOLIGO_OK;
  }
  return read_fail_unknown(node, loss->of_codes ? "population of codes" : "population that answers", "loss", &names);
}

static loligo_status read_task(const model_reader *reader, tree_node *node, learn_task *task)
{
  const void *found;
  tree_node *members;
  loss_section section = {0};
  LOLIGO_TRY(read_named(&loss_registry, node, "{cross_entropy: {target: classes}}", &found, &members));
  task->loss = found;
  LOLIGO_TRY(decode_section(task->loss->name, loss_table, members, &section));
  task->weight = section.weight;
  const tree_node *target = decode_child(members, loss_table, offsetof(loss_section, target));
  return find_target(reader, task->loss, target, &task->population);
}

static loligo_status read_losses(const model_reader *reader, tree_node *node, learn_settings *learning)
{
  const bool is_list = node->kind == TREE_LIST;
  const size_t n = is_list ? node->n : 1;
  bool any = false;
  if (n == 0) return tree_fail(node->mark, "%s is an empty list: there is nothing to learn", node->key);
  learning->tasks = memory_allocate(n, sizeof *learning->tasks, "losses");
  if (!learning->tasks) return LOLIGO_MACHINE_ERROR;
  learning->n_tasks = n;
  for (size_t i = 0; i < n; i++)
    LOLIGO_TRY(mistakes_keep(read_task(reader, is_list ? node->children[i] : node, &learning->tasks[i]), &any));
  return mistakes_told(any);
}

/* -- data and time -- */

bool read_counted(const char *text, const char *word, const char *words, double *count)
{
  const char *rest = quantity_number(text, count);
  if (rest == text) return false;
  rest += strspn(rest, " ");
  return (strcmp(rest, word) == 0 || strcmp(rest, words) == 0) && *count > 0 && isfinite(*count);
}

static loligo_status read_rates(tree_node *node, learn_settings *learning)
{
  rates_section section = {.factor = 1};
  LOLIGO_TRY(decode_section("schedule of learning", rates_table, node, &section));
  const tree_node *epochs = decode_child(node, rates_table, offsetof(rates_section, epochs));
  for (size_t i = 1; i < section.epochs.n; i++)
    if (!(section.epochs.values[i - 1] < section.epochs.values[i]))
      return tree_fail(epochs->children[i]->mark, "epochs must ascend, but %g follows %g", section.epochs.values[i],
                       section.epochs.values[i - 1]);
  learning->rate_factor = section.factor;
  if (section.epochs.n == 0) return LOLIGO_OK;
  learning->rate_epochs = memory_allocate(section.epochs.n, sizeof *learning->rate_epochs, "epochs");
  if (!learning->rate_epochs) return LOLIGO_MACHINE_ERROR;
  memcpy(learning->rate_epochs, section.epochs.values, section.epochs.n * sizeof *learning->rate_epochs);
  learning->n_rate_epochs = section.epochs.n;
  return LOLIGO_OK;
}

static loligo_status read_stage(const model_reader *reader, tree_node *node, bool is_last, learn_stage *stage)
{
  stage_section section = {.epochs = NAN};
  LOLIGO_TRY(decode_section("stage of learning", stage_table, node, &section));
  if (isnan(section.epochs) && !is_last)
    return tree_fail(node->mark, "missing key 'epochs' in a stage of learning that is not the last");
  stage->epochs = section.epochs;
  return read_data_named(reader, decode_child(node, stage_table, offsetof(stage_section, data)), &stage->data);
}

static loligo_status read_stages(const model_reader *reader, tree_node *node, learn_settings *learning)
{
  bool any = false;
  LOLIGO_TRY(value_expect_list(node->key, node));
  if (node->n == 0) return tree_fail(node->mark, "%s is an empty list: there is nothing to learn from", node->key);
  learning->stages = memory_allocate(node->n, sizeof *learning->stages, "stages of learning");
  if (!learning->stages) return LOLIGO_MACHINE_ERROR;
  learning->n_stages = node->n;
  for (size_t i = 0; i < node->n; i++)
    LOLIGO_TRY(mistakes_keep(read_stage(reader, node->children[i], i + 1 == node->n, &learning->stages[i]), &any));
  return mistakes_told(any);
}

/* Without stages there is one, of the data called train. */
static loligo_status use_train(const model_reader *reader, const tree_node *section, learn_settings *learning)
{
  const settings *settings = reader->settings;
  size_t data = 0;
  while (data < settings->n_data && strcmp(settings->data[data].name, TRAIN) != 0) data++;
  if (data == settings->n_data)
    return tree_fail(section->mark, "there is no data.%s to learn from; give it, or say what by stages: [{data: ...}]",
                     TRAIN);
  learning->stages = memory_allocate(1, sizeof *learning->stages, "stages of learning");
  if (!learning->stages) return LOLIGO_MACHINE_ERROR;
  learning->stages[0] = (learn_stage){data, NAN};
  learning->n_stages = 1;
  return LOLIGO_OK;
}

static loligo_status read_evaluation(const model_reader *reader, tree_node *node, learn_settings *learning)
{
  evaluate_section section = {0};
  LOLIGO_TRY(decode_section("evaluate", evaluate_table, node, &section));
  const tree_node *every = decode_child(node, evaluate_table, offsetof(evaluate_section, every));
  if (!read_counted(section.every, "epoch", "epochs", &learning->evaluation_every))
    return tree_fail(every->mark, "every '%s' is no number of epochs > 0, as 1 epoch", section.every);
  learning->evaluates = true;
  return read_data_named(reader, decode_child(node, evaluate_table, offsetof(evaluate_section, data)),
                         &learning->evaluation_data);
}

/* -- data or an environment -- */

typedef struct wanted_part {
  const tree_node *node;
  size_t offset; /* of the section */
} wanted_part;

static loligo_status check_is_needed(const tree_node *section, const learning_section *read)
{
  const wanted_part wanted[] = {
      {read->loss, offsetof(learning_section, loss)},
      {read->optimiser, offsetof(learning_section, optimiser)},
      {decode_child(section, learning_table, offsetof(learning_section, batch)), offsetof(learning_section, batch)}};
  bool any = false;
  for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
    if (wanted[i].node) continue;
    const loligo_param *row = decode_row(learning_table, wanted[i].offset);
    LOLIGO_TRY(mistakes_keep(decode_fail_missing(section, row, WHAT), &any));
  }
  return mistakes_told(any);
}

static loligo_status refuse_with(const learn_settings *learning, const tree_node *node)
{
  if (!node) return LOLIGO_OK;
  return tree_fail(node->key_mark, "%s has no meaning with method %s, which learns from rewards; leave it out",
                   node->key, learning->method->name);
}

/* Whether population i is a readout whose answer is an action. */
static bool acts(const loligo_network *network, size_t i)
{
  if (network->populations[i].model->adjoint->part != LOLIGO_TRIAL_READOUT) return false;
  for (size_t k = 0; k < network->n_projections; k++)
    if (network->projections[k].source == i) return false;
  return true;
}

static loligo_status check_size(const loligo_population *population, const environment *world, size_t size,
                                const char *what)
{
  if (population->size == size) return LOLIGO_OK;
  return tree_fail(population->place, "population %s must have size %zu, not %" PRIu64 ": %s %s has as many",
                   population->name, size, population->size, what, world->name);
}

static loligo_status refuse_code(const loligo_population *population, const environment *world)
{
  return tree_fail(population->place,
                   "population %s draws its noise for samples of data, and environment %s has none; leave it out",
                   population->name, world->name);
}

/* What the environment shows, and what is done in it. */
static loligo_status check_world(const loligo_network *network, const environment *world)
{
  bool any = false;
  for (size_t i = 0; i < network->n_populations; i++) {
    const loligo_population *population = &network->populations[i];
    if (!population->model->adjoint) continue;
    if (population->model->adjoint->part == LOLIGO_TRIAL_CODE)
      LOLIGO_TRY(mistakes_keep(refuse_code(population, world), &any));
    if (population->model->adjoint->part == LOLIGO_TRIAL_DATA)
      LOLIGO_TRY(mistakes_keep(check_size(population, world, world->n_observed, "an observation of"), &any));
    else if (acts(network, i))
      LOLIGO_TRY(mistakes_keep(check_size(population, world, world->n_actions, "an action in"), &any));
  }
  return mistakes_told(any);
}

/* An epoch is one update of the weights, and each is evaluated. */
static loligo_status settle_environment(const model_reader *reader, const learning_section *read,
                                        const tree_node *section, learn_settings *learning)
{
  const tree_node *refused[] = {read->surrogate,
                                read->loss,
                                read->optimiser,
                                read->schedule,
                                read->stages,
                                read->evaluate,
                                read->spike ? decode_child(section, learning_table, offsetof(learning_section, spike))
                                            : NULL,
                                decode_child(section, learning_table, offsetof(learning_section, batch))};
  const tree_node *epochs = decode_child(section, learning_table, offsetof(learning_section, epochs));
  const bool is_whole = isnan(learning->epochs) || learning->epochs == floor(learning->epochs);
  bool any = false;
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
    LOLIGO_TRY(mistakes_keep(refuse_with(learning, refused[i]), &any));
  if (!read->environment)
    LOLIGO_TRY(mistakes_keep(tree_fail(section->mark,
                                       "missing key 'environment' in %s: method %s acts in one, as {cart_pole: {}}",
                                       WHAT, learning->method->name),
                             &any));
  if (learning->environment && !reader->lacks_projections)
    LOLIGO_TRY(mistakes_keep(check_world(reader->network, learning->environment), &any));
  if (!is_whole)
    LOLIGO_TRY(mistakes_keep(tree_fail(epochs->mark,
                                       "epochs must be a whole number with method %s: each is an update of the weights",
                                       learning->method->name),
                             &any));
  learning->batch = 1;
  learning->evaluates = true;
  learning->evaluation_every = 1;
  return mistakes_told(any);
}

/* -- the section -- */

typedef loligo_status (*part_reader)(tree_node *node, learn_settings *learning);

/* A method that is not known is told already. */
static loligo_status refuse_environment(const learn_settings *learning, const tree_node *node)
{
  if (!learning->method) return mistakes_told(true);
  return tree_fail(node->key_mark,
                   "environment has no meaning with method %s, which learns from data; leave it out, or choose method "
                   "evolution",
                   learning->method->name);
}

/* Losses, stages and what they are evaluated on. */
static loligo_status read_samples(const model_reader *reader, const learning_section *section, const tree_node *node,
                                  learn_settings *learning)
{
  bool any = false;
  if (section->loss) LOLIGO_TRY(mistakes_keep(read_losses(reader, section->loss, learning), &any));
  if (section->evaluate) LOLIGO_TRY(mistakes_keep(read_evaluation(reader, section->evaluate, learning), &any));
  const loligo_status status =
      section->stages ? read_stages(reader, section->stages, learning) : use_train(reader, node, learning);
  LOLIGO_TRY(mistakes_keep(status, &any));
  return mistakes_told(any);
}

static loligo_status read_parts(const model_reader *reader, const learning_section *section, const tree_node *node,
                                learn_settings *learning)
{
  const struct {
    tree_node *node;
    part_reader read;
  } parts[] = {{section->method, read_the_method},
               {section->environment, read_environment},
               {section->surrogate, read_surrogate},
               {section->optimiser, read_optimiser},
               {section->schedule, read_rates}};
  bool any = false;
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
    if (parts[i].node) LOLIGO_TRY(mistakes_keep(parts[i].read(parts[i].node, learning), &any));
  if (learning->method && learning->method->acts)
    LOLIGO_TRY(mistakes_keep(settle_environment(reader, section, node, learning), &any));
  else if (section->environment)
    LOLIGO_TRY(mistakes_keep(refuse_environment(learning, section->environment), &any));
  else
    LOLIGO_TRY(mistakes_keep(read_samples(reader, section, node, learning), &any));
  return mistakes_told(any);
}

/* One that is missing is told already. */
static loligo_status check_epochs(const tree_node *node, double epochs)
{
  if (isnan(epochs) || epochs <= LEARN_MAX_EPOCHS) return LOLIGO_OK;
  const tree_node *at = decode_child(node, learning_table, offsetof(learning_section, epochs));
  return tree_fail(at->mark, "epochs: %g are more than the %d that can be counted", epochs, (int)LEARN_MAX_EPOCHS);
}

/* Thresholds have no gradient but that of a surrogate; one that is wrong is told already. */
static loligo_status check_surrogate(const model_reader *reader, const learning_section *section, const tree_node *node)
{
  const loligo_network *network = reader->network;
  const learn_settings *learning = reader->settings->learning;
  if (section->surrogate || reader->lacks_projections) return LOLIGO_OK;
  for (size_t i = 0; i < network->n_populations; i++) {
    const loligo_population *population = &network->populations[i];
    if (population->model->adjoint && learn_settings_lack_surrogate(learning, population->model->adjoint))
      return tree_fail(node->mark,
                       "missing key 'surrogate' in %s: cells of population %s have a threshold, and need one, as "
                       "{rectangle: {half_width: 0.5}}",
                       WHAT, population->name);
  }
  return LOLIGO_OK;
}

static loligo_status read_section(model_reader *reader, tree_node *node)
{
  learning_section section = {.epochs = NAN};
  bool any = false;
  learn_settings *learning = memory_allocate(1, sizeof *learning, "settings of learning");
  if (!learning) return LOLIGO_MACHINE_ERROR;
  *learning = (learn_settings){.rate_factor = 1};
  reader->settings->learning = learning;
  LOLIGO_TRY(mistakes_keep(decode_section(WHAT, learning_table, node, &section), &any));
  const bool has_all_keys = !any;
  learning->precision = section.precision ? LOLIGO_DOUBLE : LOLIGO_SINGLE;
  learning->ramp = section.spike;
  learning->through_reset = section.reset_gradient;
  learning->clip = section.clip;
  learning->batch = section.batch;
  learning->leaf = section.leaf;
  learning->epochs = section.epochs;
  learning->n_steps = reader->settings->duration;
  LOLIGO_TRY(mistakes_keep(check_epochs(node, section.epochs), &any));
  LOLIGO_TRY(mistakes_keep(read_parts(reader, &section, node, learning), &any));
  if (has_all_keys && learning->method && !learning->method->acts && !section.environment) {
    LOLIGO_TRY(mistakes_keep(check_is_needed(node, &section), &any));
    LOLIGO_TRY(mistakes_keep(check_surrogate(reader, &section, node), &any));
  }
  return mistakes_told(any);
}

/* -- the rest of the model -- */

/* Names of the models that can learn. */
static void list_models(char text[MODELS_TEXT])
{
  size_t used = 0;
  *text = '\0';
  for (size_t i = 0; loligo_model_at(i) && used < MODELS_TEXT; i++)
    if (loligo_model_at(i)->adjoint)
      used += (size_t)snprintf(text + used, MODELS_TEXT - used, "%s%s", used ? ", " : "", loligo_model_at(i)->name);
}

static loligo_status check_population(const loligo_population *population)
{
  char models[MODELS_TEXT];
  const loligo_model *model = population->model;
  for (size_t v = 0; model->adjoint && v < model->n_variables; v++)
    if (population->init[v].kind != LOLIGO_UNSET)
      return tree_fail(population->place, "init of population %s: trials begin at rest; leave it out",
                       population->name);
  if (model->adjoint) return LOLIGO_OK;
  list_models(models);
  return tree_fail(population->place, "population %s is of model %s, which cannot learn; these can: %s",
                   population->name, model->name, models);
}

static loligo_status check_projection(const loligo_projection *projection)
{
  if (projection->synapse->kind == SYNAPSE_DENSE) return LOLIGO_OK;
  return tree_fail(projection->place,
                   "projection '%s' is of synapse %s; in a model that learns all are dense: synapse: {model: dense}",
                   projection->name, projection->synapse->name);
}

static loligo_status check_network(const model_reader *reader)
{
  const loligo_network *network = reader->network;
  bool any = false;
  for (size_t i = 0; i < network->n_populations; i++)
    LOLIGO_TRY(mistakes_keep(check_population(&network->populations[i]), &any));
  for (size_t i = 0; i < network->n_projections; i++)
    LOLIGO_TRY(mistakes_keep(check_projection(&network->projections[i]), &any));
  return mistakes_told(any);
}

static loligo_status refuse_section(const tree_node *node, const char *instead)
{
  if (!node || node->n == 0) return LOLIGO_OK;
  return tree_fail(node->key_mark, "%s has no meaning where the model has a section %s: %s", node->key, WHAT, instead);
}

static loligo_status check_sections(const model_section *model)
{
  const struct {
    const tree_node *node;
    const char *instead;
  } refused[] = {{model->inputs, "what flows in is data"},
                 {model->schedule, "rates of learning change by learning.schedule"},
                 {model->record, "training.h5 and weights.h5 are written, and spikes counted"},
                 {model->partition, "samples are split over ranks, not cells"},
                 {model->exchange, "samples are split over ranks, not cells"}};
  bool any = false;
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
    LOLIGO_TRY(mistakes_keep(refuse_section(refused[i].node, refused[i].instead), &any));
  return mistakes_told(any);
}

loligo_status read_learning(model_reader *reader, const model_section *model)
{
  bool any = false;
  if (!model->learning) return reader->lacks_projections ? LOLIGO_OK : network_check_simulated(reader->network);
  LOLIGO_TRY(mistakes_keep(check_sections(model), &any));
  if (!reader->lacks_projections) LOLIGO_TRY(mistakes_keep(check_network(reader), &any));
  LOLIGO_TRY(mistakes_keep(read_section(reader, model->learning), &any));
  const learn_settings *learning = reader->settings->learning;
  if (learning->method && learning->method->acts) LOLIGO_TRY(mistakes_keep(refuse_with(learning, model->data), &any));
  return mistakes_told(any);
}
