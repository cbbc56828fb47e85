/*
 * Each section of the configuration becomes one of a model file, whose readers check the values; places stay. What has
 * no meaning here is known by name and left out; what is not known is left out with a warning; what would have to be
 * done and cannot is refused.
 */
#include "io/sonata/simulation.h"

#include <libgen.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/quantity.h"
#include "io/model_file/settings.h"
#include "io/model_file/value.h"
#include "io/sonata/config.h"
#include "io/sonata/node_sets.h"
#include "io/sonata/section.h"
#include "io/sonata/tree.h"

enum { TEXT_SIZE = 512, MOST_KEYS = 24 };

typedef struct translation {
  sonata_config *config;
  char **warnings;
  tree_node *root;        /* of the model */
  tree_node *network;     /* what stands under network.sonata in it */
  sonata_circuit circuit; /* its nodes */
  node_sets sets;
} translation;

/* -- sections and their keys -- */

/* Keys of a section, up to NULL. */
typedef struct known_keys {
  const char *used[MOST_KEYS], *without_meaning[MOST_KEYS];
} known_keys;

static const known_keys of_root = {{"manifest", "run", "conditions", "inputs", "reports", "output", "outputs",
                                    "network", "networks", "simulation", "components", "node_sets", "node_sets_file",
                                    "target_simulator", "partition", "exchange", "checkpoint", "energy"},
                                   {"version", "config_path", "config_dir", "metadata", "gids_mapping_file"}};
static const known_keys of_run = {{"tstop", "duration", "tstart", "dt", "random_seed", "watchdog", "allow_coarse_dt",
                                   "machine", "dL", "spike_threshold", "integrator"},
                                  {"nsteps_block", "overwrite_output_dir", "calc_ecp", "save_cell_vars", "block_run",
                                   "block_size", "precise_times", "allow_offgrid_spikes", "n_thread", "print_time",
                                   "spike_location", "integration_method", "stimulus_seed", "synapse_seed",
                                   "minis_seed"}};
static const known_keys of_conditions = {{"v_init", "celsius"}, {"extracellular_calcium", "mechanisms"}};
static const known_keys of_input = {{"input_type", "module", "node_set", "input_file", "spike_file", "amp", "delay",
                                     "duration", "enabled", "section_name", "section_index", "section_dist"},
                                    {"trial"}};
static const known_keys of_report = {{"module", "type", "cells", "variable_name", "enabled", "start_time", "end_time",
                                      "dt", "tstart", "tstop", "interval", "sections"},
                                     {"file_name", "unit", "units", "buffer", "transform", "compartments", "scaling"}};
static const known_keys of_output = {{"output_dir", "spikes_file", "spikes_sort_order"},
                                     {"log_file", "log_level", "log_format", "log_to_console", "overwrite_output_dir",
                                      "quiet_simulator", "spikes_file_csv", "spikes_file_nwb", "compression",
                                      "cache_to_disk"}};

static bool is_among(const char *const keys[MOST_KEYS], const char *key)
{
  for (size_t i = 0; i < MOST_KEYS && keys[i]; i++)
    if (strcmp(keys[i], key) == 0) return true;
  return false;
}

static loligo_status warn(const translation *t, const tree_node *node, const char *text)
{
  char place[FAULT_PLACE_BYTES];
  fault_place_print(node->mark.line ? node->key_mark : node->mark, place);
  return settings_warn(t->warnings, "%s%s", place, text);
}

static loligo_status check_keys(const translation *t, const tree_node *mapping, const known_keys *keys)
{
  char text[TEXT_SIZE];
  for (size_t i = 0; i < mapping->n; i++) {
    const tree_node *child = mapping->children[i];
    if (is_among(keys->used, child->key) || is_among(keys->without_meaning, child->key)) continue;
    snprintf(text, sizeof text, "'%s' is not known here, and left out", child->key);
    LOLIGO_TRY(warn(t, child, text));
  }
  return LOLIGO_OK;
}

/* A section, a mapping whose keys are known; *section is NULL where there is none. */
static loligo_status find_section(const translation *t, const char *key, const known_keys *keys, tree_node **section)
{
  *section = tree_find(t->config->root, key);
  if (!*section) return LOLIGO_OK;
  LOLIGO_TRY(value_expect_mapping(key, *section));
  return keys ? check_keys(t, *section, keys) : LOLIGO_OK;
}

static bool is_disabled(const tree_node *entry)
{
  const tree_node *enabled = tree_find(entry, "enabled");
  return enabled && enabled->text && strcmp(enabled->text, "false") == 0;
}

static tree_node *add_mapping(tree_node *parent, const char *key, tree_mark place)
{
  return tree_node_add(parent, key, TREE_MAPPING, NULL, place);
}

/* Adds a scalar at the place of another. */
static loligo_status add_text(tree_node *parent, const char *key, const char *text, const tree_node *from)
{
  return tree_node_add(parent, key, TREE_SCALAR, text, from->mark) ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* Adds the number of a key, which may carry a unit, under another name. */
static loligo_status add_number(const tree_node *section, const char *given, const char *unit, tree_node *to,
                                const char *key)
{
  char text[QUANTITY_SIZE];
  double number;
  tree_node *node = tree_find(section, given);
  if (!node) return LOLIGO_OK;
  LOLIGO_TRY(value_number(given, unit, node, &number));
  quantity_print(number, unit, text);
  return add_text(to, key, text, node);
}

/* Adds a node as it is. */
static loligo_status add_copy(const tree_node *section, const char *key, tree_node *to)
{
  const tree_node *node = tree_find(section, key);
  if (!node) return LOLIGO_OK;
  tree_node *copy = tree_copy(node);
  return copy ? tree_add(to, key, node->key_mark, copy) : LOLIGO_MACHINE_ERROR;
}

/* -- run, conditions -- */

static loligo_status check_start(tree_node *run)
{
  double start = 0;
  tree_node *node = tree_find(run, "tstart");
  if (node) LOLIGO_TRY(value_number("tstart", "ms", node, &start));
  return start == 0 ? LOLIGO_OK : tree_fail(node->mark, "tstart: a run begins at 0 here, not at %g ms", start);
}

static loligo_status translate_run(const translation *t)
{
  static const char *const same[] = {"watchdog", "allow_coarse_dt", "machine"};
  tree_node *run;
  LOLIGO_TRY(find_section(t, "run", &of_run, &run));
  if (!run) return tree_fail(t->config->root->mark, "missing key 'run'");
  tree_node *simulation = add_mapping(t->root, "simulation", run->mark);
  if (!simulation) return LOLIGO_MACHINE_ERROR;
  const char *duration = tree_find(run, "tstop") ? "tstop" : "duration";
  if (!tree_find(run, duration)) return tree_fail(run->mark, "missing key 'tstop' in run");
  LOLIGO_TRY(check_start(run));
  LOLIGO_TRY(add_number(run, duration, "ms", simulation, "duration"));
  LOLIGO_TRY(add_number(run, "dt", "ms", simulation, "dt"));
  tree_node *seed = tree_find(run, "random_seed");
  if (seed) LOLIGO_TRY(value_expect_text(seed->key, seed));
  if (seed) LOLIGO_TRY(add_text(simulation, "seed", seed->text, seed));
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) LOLIGO_TRY(add_copy(run, same[i], simulation));
  return LOLIGO_OK;
}

/* What holds of biophysical cells alone. */
static loligo_status add_cell_settings(const translation *t, const tree_node *run)
{
  static const char *const same[] = {"dL", "spike_threshold"};
  static const char *const units[] = {"um", "mV"};
  const tree_node *integrator = tree_find(run, "integrator");
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    LOLIGO_TRY(add_number(run, same[i], units[i], t->network, same[i]));
  if (!integrator) return LOLIGO_OK;
  LOLIGO_TRY(value_expect_text(integrator->key, integrator));
  return add_text(t->network, integrator->key, integrator->text, integrator);
}

static loligo_status translate_circuit(translation *t)
{
  const tree_node *run = tree_find(t->config->root, "run");
  tree_node *conditions, *network = add_mapping(t->root, "network", t->config->root->mark);
  t->network = network ? add_mapping(network, "sonata", network->mark) : NULL;
  if (!t->network) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(find_section(t, "conditions", &of_conditions, &conditions));
  if (conditions) LOLIGO_TRY(add_number(conditions, "v_init", "mV", t->network, "v_init"));
  if (conditions) LOLIGO_TRY(add_number(conditions, "celsius", "degC", t->network, "celsius"));
  if (run && run->kind == TREE_MAPPING) LOLIGO_TRY(add_cell_settings(t, run));
  LOLIGO_TRY(section_add_circuit(t->config, NULL, t->network));
  LOLIGO_TRY(section_open_nodes(t->network, &t->circuit));
  return node_sets_open(t->config, &t->circuit, &t->sets);
}

/* -- inputs -- */

/* What a node set chooses; all where none is named. */
static loligo_status select(const translation *t, node_kind kind, const tree_node *entry, const char *key,
                            tree_node **list)
{
  const tree_node *given = tree_find(entry, key);
  tree_node *all = given ? NULL : tree_create(TREE_SCALAR, "all", entry->mark);
  if (!given && !all) return LOLIGO_MACHINE_ERROR;
  const loligo_status status = node_sets_select(&t->sets, kind, given ? given : all, list);
  tree_free(all);
  return status;
}

static loligo_status add_selection(const translation *t, const tree_node *entry, const char *key, tree_node *to)
{
  tree_node *list;
  LOLIGO_TRY(select(t, NODES_WITH_MODEL, entry, key, &list));
  return tree_add(to, "target", entry->mark, list);
}

static loligo_status check_module(const char *section, const tree_node *entry, const char *const modules[])
{
  const tree_node *module = tree_find(entry, "module");
  char text[TEXT_SIZE] = "";
  for (size_t i = 0; modules[i]; i++) {
    if (module && module->text && strcmp(module->text, modules[i]) == 0) return LOLIGO_OK;
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? ", " : "", modules[i]);
  }
  if (!module) return tree_fail(entry->mark, "missing key 'module' in %s; there are %s", entry->key, text);
  return tree_fail(module->mark,
                   "%s: module '%s' is not there yet; there are %s; --set %s.%s.enabled=false leaves it "
                   "out",
                   entry->key, module->text ? module->text : "", text, section, entry->key);
}

static loligo_status translate_spikes(const translation *t, const tree_node *entry)
{
  static const char *const modules[] = {"h5", "hdf5", "sonata", "csv", NULL};
  char path[PATH_MAX];
  tree_node *list;
  const tree_node *file = tree_find(entry, "input_file");
  if (!file) file = tree_find(entry, "spike_file");
  LOLIGO_TRY(check_module("inputs", entry, modules));
  if (!file) return tree_fail(entry->mark, "missing key 'input_file' in %s", entry->key);
  LOLIGO_TRY(sonata_config_file(t->config, file->key, file, path));
  LOLIGO_TRY(select(t, NODES_VIRTUAL, entry, "node_set", &list));
  loligo_status status = LOLIGO_OK;
  for (size_t i = 0; i < list->n && status == LOLIGO_OK; i++) {
    const char *population = list->children[i]->text;
    if (strchr(population, '['))
      status = tree_fail(list->mark, "%s: spikes are given to whole populations, not to %.64s", entry->key, population);
    else
      status = section_add_spikes(t->network, file->mark, population, path);
  }
  tree_free(list);
  return status;
}

/* The number of a key, which may be a list of n of them. */
static loligo_status read_clamp(const tree_node *entry, const char *key, const char *unit, size_t i, size_t n,
                                double *number)
{
  tree_node *node = tree_find(entry, key);
  if (!node) return tree_fail(entry->mark, "missing key '%s' in %s", key, entry->key);
  if (node->kind != TREE_LIST && n == 1) return value_number(key, unit, node, number);
  LOLIGO_TRY(value_expect_list(key, node));
  if (node->n != n) return tree_fail(node->mark, "%s: amp has %zu values, %s has %zu", entry->key, n, key, node->n);
  return value_number(key, unit, node->children[i], number);
}

/* NEST takes the number in pA, all others, and the format, in nA. */
static const char *clamp_unit(const translation *t)
{
  const tree_node *simulator = tree_find(t->config->root, "target_simulator");
  return simulator && simulator->text && strcmp(simulator->text, "NEST") == 0 ? "pA" : "nA";
}

/* The section of a clamp, where it is not the middle of the soma. */
static loligo_status add_section(const tree_node *entry, tree_node *input)
{
  char text[TEXT_SIZE];
  const tree_node *name = tree_find(entry, "section_name");
  tree_node *number = tree_find(entry, "section_index"), *at = tree_find(entry, "section_dist");
  double index = 0, place = 0.5;
  if (!name) return LOLIGO_OK;
  LOLIGO_TRY(value_expect_text(name->key, name));
  if (number) LOLIGO_TRY(value_number(number->key, "", number, &index));
  if (at) LOLIGO_TRY(value_number(at->key, "", at, &place));
  if (strcmp(name->text, "soma") == 0) return LOLIGO_OK;
  snprintf(text, sizeof text, "%.64s%g(%.17g)", name->text, index, place);
  return add_text(input, "compartment", text, name);
}

static loligo_status add_clamp(const translation *t, const tree_node *entry, const char *name, size_t i, size_t n,
                               tree_node *inputs)
{
  char text[QUANTITY_SIZE];
  const char *unit = clamp_unit(t);
  double amplitude, start, duration;
  LOLIGO_TRY(read_clamp(entry, "amp", unit, i, n, &amplitude));
  LOLIGO_TRY(read_clamp(entry, "delay", "ms", i, n, &start));
  LOLIGO_TRY(read_clamp(entry, "duration", "ms", i, n, &duration));
  tree_node *input = add_mapping(inputs, name, entry->mark);
  if (!input) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(add_text(input, "model", "dc", entry));
  quantity_print(amplitude, unit, text);
  LOLIGO_TRY(add_text(input, "amplitude", text, tree_find(entry, "amp")));
  quantity_print(start, "ms", text);
  LOLIGO_TRY(add_text(input, "start", text, tree_find(entry, "delay")));
  quantity_print(start + duration, "ms", text);
  LOLIGO_TRY(add_text(input, "stop", text, tree_find(entry, "duration")));
  LOLIGO_TRY(add_section(entry, input));
  return add_selection(t, entry, "node_set", input);
}

static loligo_status translate_clamp(const translation *t, const tree_node *entry, tree_node *inputs)
{
  static const char *const modules[] = {"IClamp", NULL};
  const tree_node *amp = tree_find(entry, "amp");
  const size_t n = amp && amp->kind == TREE_LIST ? amp->n : 1;
  LOLIGO_TRY(check_module("inputs", entry, modules));
  for (size_t i = 0; i < n; i++) {
    char name[TEXT_SIZE];
    snprintf(name, sizeof name, n > 1 ? "%s %zu" : "%s", entry->key, i + 1);
    LOLIGO_TRY(add_clamp(t, entry, name, i, n, inputs));
  }
  return LOLIGO_OK;
}

static loligo_status translate_input(const translation *t, tree_node *entry, tree_node *inputs)
{
  LOLIGO_TRY(value_expect_mapping(entry->key, entry));
  if (is_disabled(entry)) return LOLIGO_OK;
  LOLIGO_TRY(check_keys(t, entry, &of_input));
  const tree_node *type = tree_find(entry, "input_type");
  if (!type) return tree_fail(entry->mark, "missing key 'input_type' in %s", entry->key);
  LOLIGO_TRY(value_expect_text(type->key, type));
  if (strcmp(type->text, "spikes") == 0) return translate_spikes(t, entry);
  if (strcmp(type->text, "current_clamp") == 0) return translate_clamp(t, entry, inputs);
  return tree_fail(type->mark,
                   "%s: input_type '%s' is not there yet; there are spikes and current_clamp; "
                   "--set inputs.%s.enabled=false leaves it out",
                   entry->key, type->text, entry->key);
}

static loligo_status translate_inputs(const translation *t)
{
  tree_node *given;
  bool any = false;
  LOLIGO_TRY(find_section(t, "inputs", NULL, &given));
  if (!given) return LOLIGO_OK;
  tree_node *inputs = add_mapping(t->root, "inputs", given->mark);
  if (!inputs) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < given->n; i++) LOLIGO_TRY(mistakes_keep(translate_input(t, given->children[i], inputs), &any));
  return mistakes_told(any);
}

/* -- reports -- */

static loligo_status add_variable(const tree_node *given, tree_node *variables)
{
  LOLIGO_TRY(value_expect_text("variable_name", given));
  const char *name = strcmp(given->text, "v") == 0 ? "V_m" : given->text;
  return add_text(variables, NULL, name, given);
}

static loligo_status add_variables(const tree_node *entry, tree_node *recording)
{
  const tree_node *given = tree_find(entry, "variable_name");
  if (!given) return tree_fail(entry->mark, "missing key 'variable_name' in %s", entry->key);
  tree_node *variables = tree_node_add(recording, "variables", TREE_LIST, NULL, given->mark);
  if (!variables) return LOLIGO_MACHINE_ERROR;
  if (given->kind == TREE_SCALAR) return add_variable(given, variables);
  for (size_t i = 0; i < given->n; i++) LOLIGO_TRY(add_variable(given->children[i], variables));
  return LOLIGO_OK;
}

static loligo_status add_times(const tree_node *entry, tree_node *recording)
{
  static const char *const keys[][2] = {{"start_time", "start"}, {"end_time", "stop"}, {"dt", "interval"},
                                        {"tstart", "start"},     {"tstop", "stop"},    {"interval", "interval"}};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    LOLIGO_TRY(add_number(entry, keys[i][0], "ms", recording, keys[i][1]));
  return LOLIGO_OK;
}

/* Which compartments of biophysical cells: all, unless sections says otherwise. */
static loligo_status add_sections(const translation *t, const tree_node *entry, tree_node *recording)
{
  static const char *const names[][2] = {
      {"basal", "dend"}, {"apical", "apic"}, {"axonal", "axon"}, {"somatic", "soma"}, {"sections", "all"}};
  const tree_node *given = tree_find(entry, "sections");
  const char *text = "all";
  bool any = false;
  for (size_t p = 0; p < t->circuit.nodes.n; p++) any = any || circuit_is_biophysical(&t->circuit, p);
  if (!any) return LOLIGO_OK;
  if (given) LOLIGO_TRY(value_expect_text(given->key, given));
  if (given) text = given->text;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(names[i][0], text) == 0) text = names[i][1];
  return add_text(recording, "compartments", text, given ? given : entry);
}

static loligo_status translate_report(const translation *t, tree_node *entry, tree_node *state)
{
  static const char *const modules[] = {"membrane_report", "multimeter_report", "multimeter", NULL};
  LOLIGO_TRY(value_expect_mapping(entry->key, entry));
  if (is_disabled(entry)) return LOLIGO_OK;
  LOLIGO_TRY(check_keys(t, entry, &of_report));
  LOLIGO_TRY(check_module("reports", entry, modules));
  tree_node *recording = add_mapping(state, entry->key, entry->mark);
  if (!recording) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(add_selection(t, entry, "cells", recording));
  LOLIGO_TRY(add_variables(entry, recording));
  LOLIGO_TRY(add_sections(t, entry, recording));
  return add_times(entry, recording);
}

/* Spikes of all nodes but virtual ones. */
static loligo_status add_spikes(const translation *t, tree_node *record)
{
  const sonata_circuit *circuit = &t->circuit;
  tree_node *list = tree_node_add(record, "spikes", TREE_LIST, NULL, record->mark);
  if (!list) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < circuit->parts.n; i++) {
    const node_part *part = &circuit->parts.items[i];
    if (circuit->templates[part->nodes]) LOLIGO_TRY(add_text(list, NULL, part->name, record));
  }
  if (list->n > 0) return LOLIGO_OK;
  tree_node *none = tree_create(TREE_SCALAR, "none", record->mark);
  if (!none) return LOLIGO_MACHINE_ERROR;
  tree_replace(list, none);
  return LOLIGO_OK;
}

static loligo_status translate_reports(const translation *t)
{
  tree_node *given;
  bool any = false;
  LOLIGO_TRY(find_section(t, "reports", NULL, &given));
  tree_node *record = add_mapping(t->root, "record", given ? given->mark : t->config->root->mark);
  if (!record) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(add_spikes(t, record));
  if (!given) return LOLIGO_OK;
  tree_node *state = add_mapping(record, "state", given->mark);
  if (!state) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < given->n; i++) LOLIGO_TRY(mistakes_keep(translate_report(t, given->children[i], state), &any));
  return mistakes_told(any);
}

/* -- output -- */

static loligo_status check_spikes_file(const translation *t, const tree_node *output)
{
  const tree_node *file = tree_find(output, "spikes_file"), *order = tree_find(output, "spikes_sort_order");
  char path[PATH_MAX];
  if (file) {
    LOLIGO_TRY(sonata_config_path(t->config, file->key, file, path));
    if (strcmp(basename(path), "spikes.h5") != 0)
      LOLIGO_TRY(warn(t, file, "spikes_file: spikes are written to spikes.h5"));
  }
  const bool by_time =
      !order || !order->text || strcmp(order->text, "time") == 0 || strcmp(order->text, "by_time") == 0;
  return by_time ? LOLIGO_OK : warn(t, order, "spikes_sort_order: spikes are sorted by time");
}

static loligo_status translate_output(const translation *t)
{
  char path[PATH_MAX];
  tree_node *given;
  LOLIGO_TRY(find_section(t, "output", &of_output, &given));
  if (!given) LOLIGO_TRY(find_section(t, "outputs", &of_output, &given));
  if (given) LOLIGO_TRY(check_spikes_file(t, given));
  const tree_node *folder = given ? tree_find(given, "output_dir") : NULL;
  tree_node *fallback = folder ? NULL : tree_create(TREE_SCALAR, "output", t->config->root->mark);
  if (!folder && !fallback) return LOLIGO_MACHINE_ERROR;
  if (!folder) folder = fallback;
  loligo_status status = sonata_config_path(t->config, "output_dir", folder, path);
  tree_node *output = status == LOLIGO_OK ? add_mapping(t->root, "output", folder->mark) : NULL;
  if (status == LOLIGO_OK) status = output ? add_text(output, "directory", path, folder) : LOLIGO_MACHINE_ERROR;
  tree_free(fallback);
  return status;
}

/* -- all of it -- */

static loligo_status translate(translation *t)
{
  static const char *const same[] = {"partition", "exchange", "checkpoint", "energy"};
  bool any = false;
  LOLIGO_TRY(check_keys(t, t->config->root, &of_root));
  LOLIGO_TRY(mistakes_keep(translate_run(t), &any));
  LOLIGO_TRY(translate_circuit(t));
  LOLIGO_TRY(mistakes_keep(translate_inputs(t), &any));
  LOLIGO_TRY(mistakes_keep(translate_reports(t), &any));
  LOLIGO_TRY(mistakes_keep(translate_output(t), &any));
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) LOLIGO_TRY(add_copy(t->config->root, same[i], t->root));
  return mistakes_told(any);
}

loligo_status simulation_read(const char *path, const char *const *overrides, size_t n, network_run *run)
{
  sonata_config *config = memory_allocate(1, sizeof *config, "a configuration");
  *run = (network_run){.kept = config};
  if (!config) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(sonata_config_read(path, overrides, n, config));
  run->root = tree_create(TREE_MAPPING, NULL, config->root->mark);
  if (!run->root) return LOLIGO_MACHINE_ERROR;
  translation t = {.config = config, .warnings = &run->warnings, .root = run->root};
  const loligo_status status = translate(&t);
  node_sets_free(&t.sets);
  circuit_free(&t.circuit);
  return status;
}

void simulation_free(network_run *run)
{
  tree_free(run->root);
  memory_free(run->warnings);
  if (run->kept) sonata_config_free(run->kept);
  memory_free(run->kept);
  *run = (network_run){.root = NULL};
}
