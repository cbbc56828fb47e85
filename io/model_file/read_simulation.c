/*
 * simulation: the time grid, how long, the seed; and whether the models can do with that time step.
 */
#include <limits.h>
#include <stddef.h>
#include <stdio.h>

#include "base/grid.h"
#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/decode.h"
#include "io/model_file/machine_file.h"
#include "io/model_file/raw.h"
#include "io/model_file/read.h"
#include "io/model_file/value.h"
#include "model/neuron/library.h"
#include "model/neuron/model.h"
#include "network/population.h"

enum { TEXT_SIZE = 512 };

static const char MODELS[] = "models";

/* So that they are exact as numbers. */
static const double MOST_STEPS = 0x1p53;

static const double REFUSED_FROM = 4; /* times max_dt */

static loligo_status check_duration(double duration, double dt)
{
  if (duration / dt > MOST_STEPS)
    return loligo_fail(LOLIGO_INPUT_ERROR, "duration %g ms is more than 2^53 steps of dt %g ms; make it shorter",
                       duration, dt);
  if (grid_holds(duration, dt)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "duration %g ms is not a multiple of dt %g ms", duration, dt);
}

static loligo_status read_library(const model_reader *reader, tree_node *node)
{
  const listed_file *file;
  LOLIGO_TRY(read_listed_file(reader, node, MODELS, NULL, &file));
  const loligo_status status = model_library_load(node->text, raw_bytes(file->values), raw_size(file->values));
  return tree_locate(node->mark, NULL, status);
}

static loligo_status read_libraries(const model_reader *reader, tree_node *list)
{
  LOLIGO_TRY(value_expect_list(MODELS, list));
  for (size_t i = 0; i < list->n; i++) LOLIGO_TRY(read_library(reader, list->children[i]));
  return LOLIGO_OK;
}

static loligo_status read_machine(const model_reader *reader, const tree_node *simulation)
{
  const loligo_param *row = decode_row(simulation_table, offsetof(simulation_section, machine));
  tree_node *node = simulation ? tree_find(simulation, row->name) : NULL;
  machine *machine = &reader->settings->machine;
  char name[PATH_MAX];
  FILE *stream;
  *machine = machine_assumed;
  if (!node) return LOLIGO_OK;
  LOLIGO_TRY(read_open_file(reader, node, row->name, name, &stream));
  const loligo_status status = machine_stream_read(stream, name, machine);
  fclose(stream);
  return status;
}

/* What of the section is right. */
static loligo_status read_section(tree_node *node, simulation_section *section, bool *any)
{
  if (!node) return LOLIGO_OK;
  LOLIGO_TRY(mistakes_keep(decode_section("simulation", simulation_table, node, section), any));
  if (*any) return LOLIGO_OK;
  return mistakes_keep(tree_blame(node, check_duration(section->duration, section->dt)), any);
}

loligo_status read_simulation(model_reader *reader, tree_node *node)
{
  simulation_section section = {.models = NULL};
  bool any = !node;
  LOLIGO_TRY(read_section(node, &section, &any));
  reader->lacks_dt = section.dt == 0;
  reader->lacks_duration = any;
  if (section.models) LOLIGO_TRY(mistakes_keep(read_libraries(reader, section.models), &reader->lacks_models));
  LOLIGO_TRY(mistakes_keep(read_machine(reader, node), &any));
  reader->duration = section.duration;
  reader->allow_coarse_dt = section.allow_coarse_dt;
  reader->settings->watchdog_seconds = section.watchdog;
  if (!reader->lacks_duration) reader->settings->duration = loligo_steps(section.duration, section.dt);
  reader->network = loligo_network_create(reader->lacks_dt ? 1 : section.dt, section.seed);
  return reader->network ? mistakes_told(any || reader->lacks_models) : LOLIGO_MACHINE_ERROR;
}

/* ms; INFINITY where any dt does. */
static double max_dt_of(const loligo_population *population)
{
  const double *max_dt = population->model->max_dt;
  return max_dt && population->size > 0 ? max_dt[population_integrator(population)] : INFINITY;
}

/* The population that needs the shortest dt, or NULL. */
static const loligo_population *most_demanding(const loligo_network *network)
{
  const loligo_population *found = NULL;
  for (size_t i = 0; i < network->n_populations; i++) {
    const loligo_population *population = &network->populations[i];
    if (max_dt_of(population) < (found ? max_dt_of(found) : INFINITY)) found = population;
  }
  return found;
}

/* "dt 1 ms is WHAT for population A: ..." */
static void describe(const loligo_population *population, double dt, const char *what, char text[TEXT_SIZE])
{
  const loligo_param *row = model_integrator(population->model);
  snprintf(text, TEXT_SIZE, "dt %g ms is %s for population %s: %s%s%s is right to 1 %% up to %g ms", dt, what,
           population->name, population->model->name, row ? " by " : "",
           row ? row->choices[population_integrator(population)] : "", max_dt_of(population));
}

loligo_status read_check_dt(const model_reader *reader, const tree_node *simulation)
{
  char text[TEXT_SIZE], place[FAULT_PLACE_BYTES];
  const double dt = reader->network->dt;
  const loligo_population *population = most_demanding(reader->network);
  const tree_node *node = decode_child(simulation, simulation_table, offsetof(simulation_section, dt));
  if (!population || dt <= max_dt_of(population)) return LOLIGO_OK;
  if (dt > REFUSED_FROM * max_dt_of(population) && !reader->allow_coarse_dt) {
    describe(population, dt, "too long", text);
    return tree_fail(node->mark, "%s; take a shorter one, or say simulation.allow_coarse_dt: true", text);
  }
  describe(population, dt, "long", text);
  fault_place_print(node->mark, place);
  return settings_warn(&reader->settings->warnings, "%s%s", place, text);
}
