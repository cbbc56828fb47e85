/*
 * One recursive walk over the tables of the sections, then what the registries hold. A key has its default as value;
 * unit, range, choices and help follow as a comment.
 */
#include "io/model_file/reference.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/random/distribution.h"
#include "io/model_file/data_format.h"
#include "io/model_file/decode.h"
#include "io/model_file/network_format.h"
#include "io/model_file/quantity.h"
#include "io/model_file/recording_kind.h"
#include "io/model_file/sections.h"
#include "learn/environment.h"
#include "learn/loss.h"
#include "learn/method.h"
#include "learn/optimiser.h"
#include "model/channel/channel.h"
#include "model/input/input_model.h"
#include "model/neuron/model.h"
#include "model/surrogate/surrogate.h"
#include "model/synapse/synapse_model.h"
#include "network/energy.h"
#include "network/kernel.h"
#include "network/rule/rule.h"
#include "partition/partitioner.h"
#include "sim/exchange/exchange.h"

enum { COMMENT_COLUMN = 40, INDENT = 2, MAX_INNER = 3 };

typedef enum nesting { NEST_PLAIN, NEST_NAMED, NEST_LISTED, NEST_RECORDED } nesting;

/* Which rows hold mappings with tables of their own: plain, by name, in a list, or by the kinds of recordings. */
static const struct nest {
  const loligo_param_table *outer;
  size_t offset;
  nesting nesting;
  const loligo_param_table *inner[MAX_INNER];
} nests[] = {
    {&model_table, offsetof(model_section, simulation), NEST_PLAIN, {&simulation_table}},
    {&model_table, offsetof(model_section, populations), NEST_NAMED, {&population_table}},
    {&population_table, offsetof(population_section, receptors), NEST_LISTED, {&receptor_table}},
    {&population_table, offsetof(population_section, soma), NEST_PLAIN, {&soma_table}},
    {&population_table, offsetof(population_section, branches), NEST_NAMED, {&branch_table}},
    {&population_table, offsetof(population_section, morphology), NEST_PLAIN, {&morphology_table}},
    {&morphology_table, offsetof(morphology_section, compartments), NEST_PLAIN, {&compartments_table}},
    {&morphology_table, offsetof(morphology_section, sections), NEST_NAMED, {&material_table}},
    {&branch_table, offsetof(branch_section, nmda), NEST_PLAIN, {&nmda_table}},
    {&model_table,
     offsetof(model_section, projections),
     NEST_LISTED,
     {&projection_table, &drawn_table, &listing_table}},
    {&population_table, offsetof(population_section, positions), NEST_PLAIN, {&positions_table}},
    {&positions_table, offsetof(positions_section, random), NEST_PLAIN, {&scatter_table}},
    {&projection_table, offsetof(projection_section, mask), NEST_PLAIN, {&mask_table}},
    {&mask_table, offsetof(mask_section, ring), NEST_PLAIN, {&ring_table}},
    {&projection_table, offsetof(projection_section, synapse), NEST_PLAIN, {&synapse_table}},
    {&model_table, offsetof(model_section, inputs), NEST_NAMED, {&input_table, &contact_table, &trains_table}},
    {&model_table, offsetof(model_section, schedule), NEST_LISTED, {&schedule_table}},
    {&model_table, offsetof(model_section, data), NEST_NAMED, {&data_table}},
    {&data_table, offsetof(data_section, noise), NEST_PLAIN, {&noise_table}},
    {&model_table, offsetof(model_section, learning), NEST_PLAIN, {&learning_table}},
    {&learning_table, offsetof(learning_section, schedule), NEST_PLAIN, {&rates_table}},
    {&learning_table, offsetof(learning_section, stages), NEST_LISTED, {&stage_table}},
    {&learning_table, offsetof(learning_section, evaluate), NEST_PLAIN, {&evaluate_table}},
    {&model_table, offsetof(model_section, record), NEST_RECORDED, {NULL}},
    {&model_table, offsetof(model_section, partition), NEST_PLAIN, {&partition_table}},
    {&model_table, offsetof(model_section, exchange), NEST_PLAIN, {&exchange_table}},
    {&model_table, offsetof(model_section, output), NEST_PLAIN, {&output_table}},
    {&model_table, offsetof(model_section, checkpoint), NEST_PLAIN, {&checkpoint_table}},
    {&model_table, offsetof(model_section, energy), NEST_PLAIN, {&energy_table, &energy_price_table}},
};

static const struct nest *find_nest(const loligo_param_table *outer, const loligo_param *row)
{
  for (size_t i = 0; i < sizeof nests / sizeof *nests; i++) {
    if (nests[i].outer == outer && nests[i].offset == row->offset) return &nests[i];
  }
  return NULL;
}

/* "key: value" and the start of a comment behind it. `bullet` is "- " before the first key of a list's element. */
static void print_key(FILE *out, int indent, const char *bullet, const char *key, const char *value, const char *unit)
{
  int n = fprintf(out, "%*s%s%s:", indent, "", bullet, key);
  if (*value) n += fprintf(out, " %s", value);
  if (*value && *unit) n += fprintf(out, " %s", unit);
  fprintf(out, "%*s  #", n < COMMENT_COLUMN ? COMMENT_COLUMN - n : 0, "");
}

/* One of the short notes in parentheses; *before is " (" for the first. */
static void print_note(FILE *out, const char **before, const char *note)
{
  fprintf(out, "%s%s", *before, note);
  *before = ", ";
}

static void print_notes(FILE *out, const loligo_param *row)
{
  const char *before = " (";
  const bool has_default = row->fallback && *row->fallback;
  const bool is_number =
      row->type == LOLIGO_PARAM_REAL || row->type == LOLIGO_PARAM_DISTRIBUTION || row->type == LOLIGO_PARAM_LIST;
  if (!has_default) print_note(out, &before, row->fallback ? "optional" : "required");
  if (row->type == LOLIGO_PARAM_LIST) print_note(out, &before, "list");
  if (row->type == LOLIGO_PARAM_INTEGER) print_note(out, &before, "whole number");
  if (is_number && !row->unit) print_note(out, &before, "unit of what it belongs to");
  if (row->unit && *row->unit && !has_default) print_note(out, &before, row->unit);
  if (row->range != LOLIGO_RANGE_ANY) print_note(out, &before, param_range_text(row->range));
  for (size_t i = 0; row->choices && row->choices[i]; i++) {
    if (i > 0) before = " | ";
    print_note(out, &before, row->choices[i]);
  }
  if (before[1] != '(') fprintf(out, ")");
}

static void print_row(FILE *out, int indent, const char *bullet, const loligo_param *row)
{
  print_key(out, indent, bullet, row->name, row->fallback ? row->fallback : "", row->unit ? row->unit : "");
  print_notes(out, row);
  fprintf(out, " %s\n", row->help);
}

static void print_table(FILE *out, int indent, const char *bullet, const loligo_param_table *table);

static void print_recordings(FILE *out, int indent);

static void print_nest(FILE *out, int indent, const loligo_param *row, const struct nest *nest)
{
  if (indent == 0) fprintf(out, "\n");
  print_key(out, indent, "", row->name, "", "");
  fprintf(out, "%s %s\n", row->fallback ? "" : " (required)", row->help);
  indent += INDENT;
  const char *bullet = "";
  if (nest->nesting == NEST_NAMED) {
    fprintf(out, "%*sNAME:\n", indent, "");
    indent += INDENT;
  } else if (nest->nesting == NEST_LISTED) {
    bullet = "- ";
  } else if (nest->nesting == NEST_RECORDED) {
    print_recordings(out, indent);
  }
  for (size_t i = 0; i < MAX_INNER && nest->inner[i]; i++) {
    print_table(out, indent, bullet, nest->inner[i]);
    indent += (int)strlen(bullet);
    bullet = "";
  }
}

/* All rows; those of a list's element stand behind its bullet. */
static void print_table(FILE *out, int indent, const char *bullet, const loligo_param_table *table)
{
  for (size_t i = 0; i < table->n; i++) {
    const loligo_param *row = &table->rows[i];
    const struct nest *nest = find_nest(table, row);
    if (nest) {
      print_nest(out, indent, row, nest);
    } else {
      print_row(out, indent, i == 0 ? bullet : "", row);
    }
    if (i == 0) indent += (int)strlen(bullet);
  }
}

static void print_recordings(FILE *out, int indent)
{
  loligo_param rows[DECODE_MAX_ROWS];
  const loligo_param_table table = recording_kind_rows(rows);
  for (size_t i = 0; i < table.n; i++) {
    const struct nest entries = {.nesting = NEST_NAMED, .inner = {recording_kind_at(i)->entries}};
    if (entries.inner[0]) {
      print_nest(out, indent, &table.rows[i], &entries);
    } else {
      print_row(out, indent, "", &table.rows[i]);
    }
  }
}

static void print_variables(FILE *out, int indent, const loligo_model *model)
{
  for (size_t i = 0; i < model->n_variables; i++) {
    const loligo_variable *variable = &model->variables[i];
    print_key(out, indent, "", variable->name, "", "");
    if (*variable->unit) fprintf(out, " (%s)", variable->unit);
    fprintf(out, " %s\n", variable->help);
  }
}

static void print_receptors(FILE *out, int indent, const loligo_model *model)
{
  for (size_t i = 0; i < model->n_receptors; i++) {
    const loligo_receptor *receptor = &model->receptors[i];
    fprintf(out, "%*s%s: %s\n", indent, "", receptor->name, receptor_unit(receptor->kind));
  }
}

static void print_heading(FILE *out, int indent, const char *key, bool is_empty, const char *help)
{
  print_key(out, indent, "", key, is_empty ? "{}" : "", "");
  fprintf(out, " %s\n", help);
}

/* Up to which dt a model is right, by integrator where it has the choice. */
static void print_max_dt(FILE *out, int indent, const loligo_model *model)
{
  static const char help[] =
      "longest dt at which its reference case is right to 1 %: a longer one is warned of, one of "
      "more than four times that refused";
  const loligo_param *row = model_integrator(model);
  char value[QUANTITY_SIZE];
  if (!model->max_dt) return;
  if (!row) quantity_print(*model->max_dt, "ms", value);
  print_key(out, indent, "", "max_dt", row ? "" : value, "");
  fprintf(out, " %s\n", help);
  for (size_t i = 0; row && row->choices[i]; i++) {
    quantity_print(model->max_dt[i], "ms", value);
    fprintf(out, "%*s%s: %s\n", indent + INDENT, "", row->choices[i], value);
  }
}

enum { OPERATIONS_BYTES = 96 };

static void operations_text(const loligo_operations *each, char text[OPERATIONS_BYTES])
{
  snprintf(text, OPERATIONS_BYTES, "{adds: %g, muls: %g, divisions: %g}", each->adds, each->muls, each->divisions);
}

/* By integrator, where it has the choice. */
static void print_operations(FILE *out, int indent, const loligo_model *model)
{
  static const char help[] =
      "of an update of a cell that neither spikes nor waits, its lists empty; for the energy of a run";
  const loligo_param *row = model_integrator(model);
  char text[OPERATIONS_BYTES] = "";
  if (!model->operations) return;
  if (!row) operations_text(model->operations, text);
  print_key(out, indent, "", "operations", text, "");
  fprintf(out, " %s\n", help);
  for (size_t i = 0; row && row->choices[i]; i++) {
    operations_text(&model->operations[i], text);
    fprintf(out, "%*s%s: %s\n", indent + INDENT, "", row->choices[i], text);
  }
}

static void print_model(FILE *out, int indent, const loligo_model *model)
{
  const bool has_params = model->params.n > 0 || model->takes_trains;
  print_heading(out, indent, "params", !has_params, "values or distributions");
  print_table(out, indent + INDENT, "", &model->params);
  if (model->takes_trains) print_table(out, indent + INDENT, "", &trains_table);
  print_max_dt(out, indent, model);
  print_operations(out, indent, model);
  print_heading(out, indent, "init", model->n_variables == 0, "state variables; those not given start at rest");
  print_variables(out, indent + INDENT, model);
  print_heading(out, indent, "receptors", model->n_receptors == 0, "with the unit of their weights");
  print_receptors(out, indent + INDENT, model);
  print_heading(out, indent, "signals", model->n_signals == 0, "what others can listen to besides spikes");
  for (size_t s = 0; s < model->n_signals; s++)
    print_heading(out, indent + INDENT, model->signals[s].name, false, model->signals[s].help);
}

void reference_print_model(FILE *out, const loligo_model *model)
{
  fprintf(out, "# %s\n", loligo_model_summary(model));
  fprintf(out, "model: %s\n", loligo_model_name(model));
  print_model(out, 0, model);
}

static void print_models(FILE *out)
{
  fprintf(out, "\nmodels:\n");
  for (size_t i = 0; loligo_model_at(i); i++) {
    const loligo_model *model = loligo_model_at(i);
    print_heading(out, INDENT, loligo_model_name(model), false, loligo_model_summary(model));
    print_model(out, 2 * INDENT, model);
  }
}

static void print_input_model(FILE *out, int indent, const input_model *model)
{
  print_heading(out, indent, model->name, model->params.n == 0, model->summary);
  print_table(out, indent + INDENT, "", &model->params);
}

static void print_input_models(FILE *out)
{
  fprintf(out, "\ninput_models:\n");
  for (size_t i = 0; input_model_at(i); i++) print_input_model(out, INDENT, input_model_at(i));
}

static void print_rule(FILE *out, int indent, const rule *rule)
{
  print_key(out, indent, "", rule->name, rule->argument ? rule->argument : "", "");
  fprintf(out, " %s\n", rule->summary);
}

/* What a weight, a delay or a probability by the distance is made of. */
static void print_distances(FILE *out)
{
  fprintf(out, "\n");
  print_heading(out, 0, "distances", false, "where populations have positions; KERNEL is one of the kernels");
  print_heading(out, INDENT, "delay", false, "delay: {distance: {offset: 0.5 ms, speed: 0.3 m/s}}");
  print_table(out, 2 * INDENT, "", &conduction_table);
  print_heading(out, INDENT, "weight", false, "weight: {distance: {KERNEL: {at_zero: 20 pA, ...}}}");
  print_table(out, 2 * INDENT, "", &at_zero_table);
  print_heading(out, INDENT, "probability", false, "rule: {distance_bernoulli: {KERNEL: {p: 0.1, ...}}}");
  print_table(out, 2 * INDENT, "", &probability_table);
  print_heading(out, INDENT, "kernels", false, "with what they need besides");
  for (size_t i = 0; kernel_at(i); i++) {
    print_heading(out, 2 * INDENT, kernel_at(i)->name, kernel_at(i)->params.n == 0, kernel_at(i)->summary);
    print_table(out, 3 * INDENT, "", &kernel_at(i)->params);
  }
}

static void print_synapse_models(FILE *out)
{
  fprintf(out, "\nsynapse_models:\n");
  for (size_t i = 0; synapse_model_at(i); i++) {
    const synapse_model *model = synapse_model_at(i);
    print_heading(out, INDENT, model->name, model->params.n == 0, model->summary);
    print_table(out, 2 * INDENT, "", &model->params);
  }
}

static void print_data_formats(FILE *out)
{
  fprintf(out, "\ndata_formats:\n");
  for (size_t i = 0; data_format_at(i); i++) {
    const data_format *format = data_format_at(i);
    print_heading(out, INDENT, format->name, false, format->summary);
    print_table(out, 2 * INDENT, "", &format->keys);
  }
}

static void print_network_formats(FILE *out)
{
  const registry_entry *entry;
  fprintf(out, "\nnetwork_formats:\n");
  for (size_t i = 0; network_format_at(i); i++) {
    const network_format *format = network_format_at(i);
    print_heading(out, INDENT, format->name, false, format->summary);
    print_table(out, 2 * INDENT, "", format->keys);
    if (!format->models) continue;
    print_heading(out, 2 * INDENT, "models", false, "what its models are here");
    for (size_t k = 0; (entry = registry_at(format->models, k)); k++)
      print_heading(out, 3 * INDENT, entry->name, true, entry->summary);
  }
}

static void print_named(FILE *out, const char *name, const char *summary, const loligo_param_table *params)
{
  print_heading(out, INDENT, name, params->n == 0, summary);
  print_table(out, 2 * INDENT, "", params);
}

/* What the section learning names. */
static void print_learning(FILE *out)
{
  fprintf(out, "\nlearning_methods:\n");
  for (size_t i = 0; learn_method_at(i); i++)
    print_named(out, learn_method_at(i)->name, learn_method_at(i)->summary, &learn_method_at(i)->params);
  fprintf(out, "\nenvironments:\n");
  for (size_t i = 0; environment_at(i); i++)
    print_named(out, environment_at(i)->name, environment_at(i)->summary, &environment_at(i)->params);
  fprintf(out, "\nlosses:\n");
  for (size_t i = 0; loss_at(i); i++) print_named(out, loss_at(i)->name, loss_at(i)->summary, &loss_table);
  fprintf(out, "\noptimisers:\n");
  for (size_t i = 0; optimiser_at(i); i++)
    print_named(out, optimiser_at(i)->name, optimiser_at(i)->summary, &optimiser_at(i)->params);
}

static void print_channels(FILE *out)
{
  fprintf(out, "\nchannels:\n");
  for (size_t i = 0; channel_at(i); i++) {
    print_heading(out, INDENT, channel_at(i)->name, false, channel_at(i)->summary);
    fprintf(out, "%*s# %s\n", 2 * INDENT, "", channel_at(i)->equations);
    print_table(out, 2 * INDENT, "", &channel_at(i)->params);
  }
}

static void print_surrogates(FILE *out)
{
  fprintf(out, "\nsurrogates:\n");
  for (size_t i = 0; surrogate_at(i); i++) {
    print_heading(out, INDENT, surrogate_at(i)->name, false, surrogate_at(i)->summary);
    print_table(out, 2 * INDENT, "", &surrogate_at(i)->params);
  }
}

static void print_rules(FILE *out)
{
  fprintf(out, "\nrules:\n");
  for (size_t i = 0; rule_at(i); i++) print_rule(out, INDENT, rule_at(i));
}

static void print_laws(FILE *out)
{
  fprintf(out, "\n");
  print_heading(out, 0, "distributions", false, "or a bare list with one value per cell");
  for (size_t i = 0; distribution_at(i); i++) {
    print_heading(out, INDENT, distribution_at(i)->name, false, distribution_at(i)->summary);
    print_table(out, 2 * INDENT, "", &distribution_at(i)->params);
  }
}

static void print_list(FILE *out, const char *key, const registry *list)
{
  fprintf(out, "\n%s:\n", key);
  const registry_entry *entry;
  for (size_t i = 0; (entry = registry_at(list, i)); i++)
    print_heading(out, INDENT, entry->name, false, entry->summary);
}

static void print_technologies(FILE *out)
{
  fprintf(out, "\nenergy_tables:\n");
  for (size_t i = 0; technology_at(i); i++) {
    const technology *of = technology_at(i);
    print_heading(out, INDENT, of->name, false, of->summary);
    for (size_t k = 0; k < energy_price_table.n; k++) {
      const loligo_param *row = &energy_price_table.rows[k];
      const double price = energy_price(&of->prices, row);
      char value[QUANTITY_SIZE];
      if (isnan(price)) continue;
      quantity_print(price, row->unit, value);
      fprintf(out, "%*s%s: %s\n", 2 * INDENT, "", row->name, value);
    }
  }
}

void reference_print(FILE *out)
{
  fprintf(
      out,
      "# Every key of a model file with its default. A bare number is taken in the unit that stands here;\n"
      "# any other unit of the same dimension may be written behind a number, as in 0.2 nF. A value that begins with "
      "an\n"
      "# equals sign is worked out: weight: \"= -g * J\", of parameters and numbers with units, by + - * / ^ ( ) and\n"
      "# min max sqrt exp log.\n"
      "# A time becomes a number of steps: the nearest one, and the later one from halfway on, as it is written\n"
      "# (0.15 ms at a dt of 0.1 ms are 2 steps). A spike is stamped with the end of the step that finds it.\n");
  print_table(out, 0, "", &model_table);
  fprintf(out, "\n# What the keys above refer to.\n");
  print_models(out);
  print_input_models(out);
  print_rules(out);
  print_distances(out);
  print_synapse_models(out);
  print_network_formats(out);
  print_data_formats(out);
  print_channels(out);
  print_surrogates(out);
  print_laws(out);
  print_learning(out);
  print_list(out, "partition_methods", &partitioner_registry);
  print_list(out, "exchange_methods", &exchange_method_registry);
  print_technologies(out);
}

/* -- pages -- */

static void print_text(FILE *out, const char *heading, const char *text)
{
  if (!text) return;
  fprintf(out, "\n%s\n", heading);
  for (size_t n; *text; text += n + (text[n] == '\n')) {
    n = strcspn(text, "\n");
    fprintf(out, "  %.*s\n", (int)n, text);
  }
}

static void print_neuron_page(FILE *out, const loligo_model *model)
{
  const loligo_model_page *page = &model->page;
  fprintf(out, "%s: %s\n", model->name, model->summary);
  if (model->alias) fprintf(out, "also called %s\n", model->alias);
  print_text(out, "equations", page->equations);
  print_text(out, "integrator", page->integrator);
  print_text(out, "refractoriness", page->refractory);
  print_text(out, "spikes", page->spike);
  print_text(out, "golden case", page->golden);
  print_text(out, "source", page->source);
  fprintf(out, "\nin a model file\n");
  print_model(out, INDENT, model);
}

static void print_input_page(FILE *out, const input_model *model)
{
  fprintf(out, "%s: %s\n\nan input, of %s; in a model file\n", model->name, model->summary,
          input_model_is_current(model) ? "current" : "spikes onto a receptor");
  print_input_model(out, INDENT, model);
}

static void print_rule_page(FILE *out, const rule *rule)
{
  fprintf(out, "%s: %s\n\na connection rule; in a model file\n", rule->name, rule->summary);
  print_rule(out, INDENT, rule);
  print_table(out, 2 * INDENT, "", &rule->params);
  if (rule->takes_kernel) print_distances(out);
}

static void print_traces(FILE *out, const synapse_trace *traces, size_t n)
{
  for (size_t i = 0; i < n; i++)
    fprintf(out, "  %s: %s: each adds 1, before it decays with %s\n", traces[i].name, traces[i].help, traces[i].tau);
}

static void print_pathway(FILE *out, const synapse_pathway *pathway)
{
  fprintf(out, "  from %s, to %s", pathway->signal ? pathway->signal : "what the receptor listens to",
          pathway->receptor ? pathway->receptor : "that of the projection");
  if (pathway->fixed != 0) fprintf(out, ", weight %g", pathway->fixed);
  fputc('\n', out);
}

static void print_synapse_page(FILE *out, const synapse_model *model)
{
  fprintf(out, "%s: %s\n", model->name, model->summary);
  print_text(out, "equations", model->equations);
  print_traces(out, model->source_traces, model->n_source_traces);
  print_traces(out, model->target_traces, model->n_target_traces);
  if (model->modulator_trace) print_traces(out, model->modulator_trace, 1);
  for (size_t i = 0; i < model->n_states; i++)
    fprintf(out, "  %s: %s, kept for each source\n", model->states[i].name, model->states[i].help);
  fprintf(out, "\na synapse model, from what in the source to which receptor of the target\n");
  for (size_t i = 0; i < model->n_pathways; i++) print_pathway(out, &model->pathways[i]);
  fprintf(out, "\nin a model file\n");
  print_heading(out, INDENT, "synapse", false, "of a projection");
  print_key(out, 2 * INDENT, "", "model", model->name, "");
  fprintf(out, " with its parameters\n");
  print_table(out, 2 * INDENT, "", &model->params);
}

/* What has a page besides neuron models. */
static const registry *const PAGED[] = {&input_model_registry, &rule_registry, &synapse_model_registry};
enum { N_PAGED = sizeof PAGED / sizeof PAGED[0] };

static loligo_status refuse_page(const char *name)
{
  fault_names names = {.n = 0};
  model_names(&names);
  for (size_t k = 0; k < N_PAGED; k++) registry_names(PAGED[k], &names);
  return fault_unknown("model", name, &names);
}

loligo_status reference_print_page(FILE *out, const char *name)
{
  const loligo_model *model = loligo_model_find(name);
  const input_model *input = input_model_find(name);
  const rule *rule = rule_find(name);
  const synapse_model *synapse = synapse_model_find(name);
  if (!model && !input && !rule && !synapse) return refuse_page(name);
  if (model) print_neuron_page(out, model);
  if (input) print_input_page(out, input);
  if (rule) print_rule_page(out, rule);
  if (model && synapse) fputc('\n', out);
  if (synapse) print_synapse_page(out, synapse);
  return LOLIGO_OK;
}

void reference_print_index(FILE *out)
{
  const registry_entry *entry;
  for (size_t i = 0; loligo_model_at(i); i++)
    fprintf(out, "%-28s %s\n", loligo_model_name(loligo_model_at(i)), loligo_model_summary(loligo_model_at(i)));
  for (size_t k = 0; k < N_PAGED; k++)
    for (size_t i = 0; (entry = registry_at(PAGED[k], i)); i++)
      fprintf(out, "%-28s %s: %s\n", entry->name, PAGED[k]->what, entry->summary);
}
