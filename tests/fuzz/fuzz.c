#include "fuzz.h"

#include <ctype.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mistakes.h"
#include "cli/launch.h"
#include "io/hdf5/mpi_io.h"
#include "io/results/provenance.h"
#include "io/results/recorders.h"
#include "loligo/partition.h"
#include "loligo/simulation.h"
#include "network/description.h"
#include "partition/edges.h"
#include "partition/values.h"
#include "sim/estimate.h"

enum { MOST_CELLS = 400, MOST_SYNAPSES = 20000, MOST_STEPS = 200, SEVERAL_RANKS = 5 };
#define USED "used.yaml"

loligo_context fuzz_context;
static char folder[] = "/dev/shm/loligo_fuzz.XXXXXX"; /* in memory: a sync of a disk takes longer than all else */

static void remove_folder(void)
{
  char command[64];
  snprintf(command, sizeof command, "rm -rf %s", folder);
  if (system(command) != 0) fprintf(stderr, "%s is left\n", folder);
}

void fuzz_begin(void)
{
  mpi_io_prepare();
  launch_mpi(); /* without a daemon, which would outlive a crash */
  loligo_context_init(&fuzz_context, MPI_COMM_SELF);
  fuzz_expect(mkdtemp(folder) && chdir(folder) == 0, "a folder can be made");
  atexit(remove_folder);
}

void fuzz_write(const char *path, const void *data, size_t size)
{
  FILE *file = fopen(path, "wb");
  fuzz_expect(file && fwrite(data, 1, size, file) == size && fclose(file) == 0, "a file can be written");
}

void fuzz_write_text(const char *path, const char *text)
{
  fuzz_write(path, text, strlen(text));
}

void fuzz_expect(bool what, const char *words)
{
  if (what) return;
  fprintf(stderr, "expected: %s; message: '%s'\n", words, loligo_error_message());
  abort();
}

static void expect_one_line(const char *message)
{
  for (const char *c = message; *c; c++) fuzz_expect(!iscntrl((unsigned char)*c), "a message in one line");
}

bool fuzz_ended(loligo_status status)
{
  const char *message = loligo_error_message();
  if (status == LOLIGO_OK) {
    fuzz_expect(!*message, "no message of a good end");
    return true;
  }
  fuzz_expect(status == LOLIGO_INPUT_ERROR || status == LOLIGO_MACHINE_ERROR || status == LOLIGO_NUMERICS_ERROR,
              "a status of a failure");
  fuzz_expect(*message, "a message of a failure");
  expect_one_line(message);
  for (size_t i = 0; mistakes_behind(i); i++) expect_one_line(mistakes_behind(i));
  loligo_error_clear();
  return false;
}

static bool is_small(const model_file *model)
{
  estimate need;
  const cost_recording recording = recorders_cost(model);
  return fuzz_ended(estimate_network(model->network, &recording, 1, &need)) && model->network->n_cells <= MOST_CELLS &&
         need.synapses <= MOST_SYNAPSES;
}

/* The partitioner for several ranks; nothing is built. */
static void split(const model_file *model)
{
  loligo_decomposition *decomposition;
  loligo_load loads[SEVERAL_RANKS];
  if (!fuzz_ended(edges_gather_for(&fuzz_context, model->network, model->settings.partition))) return;
  if (!fuzz_ended(
          loligo_decomposition_create(model->network, model->settings.partition, SEVERAL_RANKS, &decomposition)))
    return;
  fuzz_ended(loligo_decomposition_loads(model->network, decomposition, SEVERAL_RANKS, loads));
  loligo_decomposition_destroy(decomposition);
}

static loligo_status run(const model_file *model, loligo_simulation *simulation, uint64_t *checksum)
{
  const int64_t steps = model->settings.duration < MOST_STEPS ? model->settings.duration : MOST_STEPS;
  loligo_statistics statistics;
  LOLIGO_TRY(loligo_simulation_run(simulation, steps));
  LOLIGO_TRY(loligo_simulation_statistics(simulation, &statistics));
  free(statistics.population_spikes);
  *checksum = statistics.spikes_checksum;
  return LOLIGO_OK;
}

/* Whether it ran to its end. */
static bool build_and_run(const model_file *model, uint64_t *checksum)
{
  loligo_decomposition *decomposition;
  loligo_simulation *simulation = NULL;
  if (!fuzz_ended(edges_gather_for(&fuzz_context, model->network, model->settings.partition))) return false;
  if (!fuzz_ended(loligo_decomposition_create(model->network, model->settings.partition, 1, &decomposition)))
    return false;
  loligo_status status = values_spread(&fuzz_context, model->network, decomposition, 0);
  if (status == LOLIGO_OK) status = edges_spread(&fuzz_context, model->network, decomposition, 0);
  if (status == LOLIGO_OK)
    status = loligo_simulation_create(&fuzz_context, model->network, decomposition, model->settings.exchange, NULL,
                                      &simulation);
  if (status == LOLIGO_OK) status = run(model, simulation, checksum);
  loligo_simulation_destroy(simulation);
  loligo_decomposition_destroy(decomposition);
  return fuzz_ended(status);
}

/* The same model from its used parameters. */
static void run_again(const model_file *model)
{
  model_file again;
  uint64_t first = 0, second = 1;
  fuzz_write_text(USED, model->used.text);
  fuzz_expect(model_file_read(&fuzz_context, USED, NULL, 0, &again) == LOLIGO_OK, "used parameters are a good model");
  fuzz_expect(strcmp(model->used.text, again.used.text) == 0, "used parameters are used as they are");
  if (is_small(model) && build_and_run(model, &first)) {
    fuzz_expect(build_and_run(&again, &second), "used parameters run too");
    fuzz_expect(first == second, "used parameters give the same spikes");
  }
  model_file_free(&again);
}

void fuzz_model(const char *path)
{
  model_file model;
  if (!fuzz_ended(model_file_read(&fuzz_context, path, NULL, 0, &model))) return;
  if (model.network->n_cells <= MOST_CELLS) split(&model);
  run_again(&model);
  model_file_free(&model);
}
