/*
 * loligo parameters and loligo models: what can be written into a model file.
 */
#include <stdio.h>

#include "cli/options.h"
#include "io/model_file/reference.h"
#include "loligo/model.h"
#include "model/neuron/elsewhere.h"
#include "model/neuron/model.h"

static int unknown_model(const char *name)
{
  const model_elsewhere *elsewhere = model_elsewhere_find(name);
  char text[MODEL_ELSEWHERE_BYTES];
  if (elsewhere) {
    model_elsewhere_print(elsewhere, text);
    return report_failure(loligo_fail(LOLIGO_INPUT_ERROR, "unknown model '%s'; %s", name, text));
  }
  fault_names names = {.n = 0};
  model_names(&names);
  return report_failure(options_fail_unknown("model", "", name, names.name, names.n, "`loligo models` lists them"));
}

static int parameters(const options *options, int argc, char **argv)
{
  (void)argc, (void)argv;
  if (!options->operand) {
    reference_print(stdout);
    return LOLIGO_OK;
  }
  const loligo_model *model = loligo_model_find(options->operand);
  if (!model) return unknown_model(options->operand);
  reference_print_model(stdout, model);
  return LOLIGO_OK;
}

static int models(const options *options, int argc, char **argv)
{
  (void)argc, (void)argv;
  if (options->operand) {
    const loligo_status status = reference_print_page(stdout, options->operand);
    return status == LOLIGO_OK ? LOLIGO_OK : report_failure(status);
  }
  if (options_has(options, "all")) {
    reference_print_index(stdout);
    return LOLIGO_OK;
  }
  for (size_t i = 0; loligo_model_at(i); i++)
    printf("%-24s %s\n", loligo_model_name(loligo_model_at(i)), loligo_model_summary(loligo_model_at(i)));
  return LOLIGO_OK;
}

static const option help_only[] = {{"help", NULL, "this text"}};

const command command_parameters = {.name = "parameters",
                                    .operand = "[MODEL]",
                                    .summary = "prints the annotated reference of the model file, itself a valid YAML",
                                    .examples = {"loligo parameters > reference.yaml", "loligo parameters iaf_psc_exp"},
                                    .table = help_only,
                                    .n = 1,
                                    .run = parameters};

static const option models_options[] = {
    {"all", NULL, "list inputs, connection rules and synapse models too"},
    {"help", NULL, "this text"},
};

const command command_models = {.name = "models",
                                .operand = "[NAME]",
                                .summary =
                                    "lists the neuron models; with NAME, equations and tables of a model, input, rule",
                                .examples = {"loligo models --all", "loligo models hh_psc_exp"},
                                .table = models_options,
                                .n = sizeof models_options / sizeof models_options[0],
                                .run = models};
