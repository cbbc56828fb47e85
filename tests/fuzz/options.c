/*
 * Target: the command line. Each line of the input is an argument; the first one is the command. What is not read from
 * other files than the model runs to its end; of `run`, the options and what --set does to the model.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/help.h"
#include "cli/options.h"
#include "fuzz.h"

enum { MOST_ARGUMENTS = 40, MOST_RANKS = 1000 };

static const char MODEL[] =
    "simulation: {dt: 0.1, duration: 10, seed: 3}\n"
    "populations:\n"
    "  E: {model: iaf_psc_exp, size: 8, params: {I_e: 900}, init: {V_m: [1, 2, 3, 4, 5, 6, 7, 8]}}\n"
    "  I: {model: hh_cond_exp_traub, size: 2}\n"
    "projections:\n"
    "  - {source: E, target: [E, I], rule: {fixed_indegree: 2}, weight: 10, delay: 1, receptor: exc}\n"
    "inputs: {noise: {model: poisson, target: E, rate: 800, weight: 3}}\n"
    "record: {spikes: [E], state: {v: {target: 'E[0:2]', variables: [V_m], interval: 1}}}\n";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc, (void)argv;
  fuzz_begin();
  fuzz_write_text("model.yaml", MODEL);
  return freopen("/dev/null", "w", stdout) ? 0 : 1;
}

/* A table of millions of ranks takes its time. */
static bool asks_for_much(const options *options)
{
  const char *ranks = options_value(options, "ranks");
  for (; ranks && *ranks; ranks += strcspn(ranks, ",") + (strchr(ranks, ',') != NULL))
    if (atol(ranks) > MOST_RANKS) return true;
  return false;
}

static bool is(const command *command, const char *name)
{
  return strcmp(command->name, name) == 0;
}

static void use(const command *command, options *options, int argc, char **argv)
{
  model_file model;
  if (options->operand && !is(command, "parameters")) options->operand = "model.yaml";
  if (options->second) options->second = "model.yaml";
  if (options_has(options, "help")) {
    help_print_command(command);
  } else if (command->collective) {
    const option_list sets = options_list(options, "set");
    if (fuzz_ended(model_file_read(&fuzz_context, "model.yaml", sets.items, sets.n, &model))) model_file_free(&model);
  } else if (!(is(command, "check") || is(command, "plan")) || !asks_for_much(options)) {
    fuzz_ended((loligo_status)command->run(options, argc, argv));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  char *text = calloc(size + 1, 1), *argv[MOST_ARGUMENTS + 1] = {"loligo"}, *rest = text;
  int argc = 1;
  memcpy(text, data, size);
  while (argc < MOST_ARGUMENTS && rest) argv[argc++] = strsep(&rest, "\n");
  const command *command = argc > 1 ? command_find(argv[1]) : NULL;
  if (command) {
    options options;
    if (fuzz_ended(options_parse(&options, command->table, command->n, argc, argv))) use(command, &options, argc, argv);
    options_free(&options);
  }
  free(text);
  return 0;
}
