/*
 * Purpose: write checkpoints that are good or not there, and read them on any number of ranks.
 *
 * Rank 0 drafts the file and looks after names; all ranks move the contents. Every step that can fail is agreed upon
 * before the next.
 */
#include "io/checkpoint/checkpoint.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/comm.h"
#include "base/heartbeat.h"
#include "base/memory.h"
#include "base/timer.h"
#include "io/checkpoint/contents.h"
#include "io/checkpoint/header.h"
#include "io/hdf5/h5_file.h"
#include "io/hdf5/seal.h"
#include "network/description.h"

/* -- writing -- */

static loligo_status draft(const checkpoint_plan *plan, const checkpoint_contents *contents, const char *part)
{
  LOLIGO_TRY(folder_make(plan->directory));
  return contents->draft(contents->self, plan, part);
}

/* Fills the draft and sends it to disk. Collective. */
static loligo_status fill(const loligo_context *context, const checkpoint_contents *contents, const char *part,
                          uint64_t *digest)
{
  h5_file file;
  heartbeat_doing("writes a checkpoint");
  LOLIGO_TRY(h5_file_open(&file, context, part));
  loligo_status status = contents->write(contents->self, &file, digest);
  if (status == LOLIGO_OK) status = h5_file_flush(&file);
  loligo_status closed = h5_file_close(&file);
  return status != LOLIGO_OK ? status : closed;
}

loligo_status checkpoint_read_contents(const loligo_context *context, const char *path, checkpoint_reading read,
                                       const void *self, uint64_t expected)
{
  h5_file file;
  uint64_t digest = 0;
  heartbeat_doing("reads a checkpoint");
  LOLIGO_TRY(h5_file_open_to_read(&file, context, path));
  loligo_status status = read(self, &file, &digest);
  loligo_status closed = h5_file_close(&file);
  if (status == LOLIGO_OK) status = closed;
  if (status != LOLIGO_OK || digest == expected) return status;
  return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: what was read is not what was written", path);
}

static loligo_status write_part(const loligo_context *context, const checkpoint_plan *plan,
                                const checkpoint_contents *contents, const char *part, checkpoint_info *info)
{
  const bool is_root = context->rank == 0;
  uint64_t digest = 0;
  LOLIGO_TRY(loligo_agree(context, is_root ? draft(plan, contents, part) : LOLIGO_OK));
  LOLIGO_TRY(fill(context, contents, part, &digest));
  LOLIGO_TRY(checkpoint_read_contents(context, part, contents->verify, contents->self, digest));
  LOLIGO_TRY(loligo_agree(context, is_root ? header_complete(part, digest) : LOLIGO_OK));
  seal seal;
  LOLIGO_TRY(seal_write(context, part, 0, &seal));
  info->bytes = seal.bytes + SEAL_BYTES;
  info->digest = seal.digest;
  return LOLIGO_OK;
}

static loligo_status publish(const checkpoint_plan *plan, const checkpoint_info *info, const char *part)
{
  LOLIGO_TRY(folder_rename(plan->directory, part, info->path));
  return folder_prune(plan->directory, info->step, plan->keep);
}

loligo_status checkpoint_write_contents(const loligo_context *context, const checkpoint_plan *plan,
                                        const checkpoint_contents *contents, int64_t step, checkpoint_info *info)
{
  char part[FOLDER_PATH_SIZE];
  const bool is_root = context->rank == 0;
  const double since = timer_now();
  *info = (checkpoint_info){.step = step};
  LOLIGO_TRY(folder_path(plan->directory, step, info->path));
  snprintf(part, sizeof part, "%.*s.part", (int)(sizeof part - sizeof ".part"), info->path);
  loligo_status status = write_part(context, plan, contents, part, info);
  if (status == LOLIGO_OK && is_root) status = publish(plan, info, part);
  if (status != LOLIGO_OK && is_root) unlink(part);
  info->seconds = timer_now() - since;
  return loligo_agree(context, status);
}

/* -- of a simulation -- */

/* A simulation with what its file is made of. */
typedef struct simulation_contents {
  const loligo_simulation *simulation;
  catalog catalog;
  header_state state;
} simulation_contents;

static loligo_status draft_simulation(const void *self, const checkpoint_plan *plan, const char *part)
{
  const simulation_contents *contents = self;
  return header_draft(part, plan, &contents->catalog, &contents->state);
}

static loligo_status write_simulation(const void *self, h5_file *file, uint64_t *digest)
{
  const simulation_contents *contents = self;
  return contents_write(file, &contents->catalog, contents->simulation, digest);
}

static loligo_status verify_simulation(const void *self, h5_file *file, uint64_t *digest)
{
  const simulation_contents *contents = self;
  return contents_read(file, &contents->catalog, NULL, digest);
}

loligo_status checkpoint_write(const loligo_context *context, const checkpoint_plan *plan, checkpoint_info *info)
{
  loligo_statistics statistics;
  loligo_simulation *simulation = plan->simulation;
  simulation_contents contents = {.simulation = simulation};
  const checkpoint_contents hooks = {&contents, draft_simulation, write_simulation, verify_simulation};
  const int64_t step = loligo_simulation_step(simulation);
  LOLIGO_TRY(loligo_simulation_statistics(simulation, &statistics));
  contents.state = (header_state){step,
                                  statistics.population_spikes,
                                  statistics.spikes_checksum,
                                  statistics.synaptic_events,
                                  statistics.plastic_events,
                                  statistics.weight_updates,
                                  statistics.network_bytes};
  loligo_status status = loligo_agree(context, catalog_init(&contents.catalog, plan->network, simulation));
  if (status == LOLIGO_OK) status = checkpoint_write_contents(context, plan, &hooks, step, info);
  catalog_free(&contents.catalog);
  free(statistics.population_spikes);
  return status;
}

/* -- finding -- */

void checkpoint_header_free(checkpoint_header *header)
{
  memory_free(header->notes);
  memory_free(header->refused);
  memory_free(header->texts);
  *header = (checkpoint_header){0};
}

const char *checkpoint_note_value(const checkpoint_header *header, const char *name)
{
  for (size_t i = 0; i < header->n_notes; i++)
    if (strcmp(header->notes[i].name, name) == 0) return header->notes[i].value;
  return NULL;
}

/* Gives all ranks the texts that rank 0 read. */
static loligo_status share_texts(const loligo_context *context, header_texts *texts)
{
  char *own = texts->bytes;
  MPI_Bcast(texts, sizeof *texts, MPI_BYTE, 0, context->comm);
  texts->bytes = context->rank == 0 ? own : memory_allocate(texts->size, 1, "the texts of a checkpoint");
  LOLIGO_TRY(loligo_agree(context, texts->bytes ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  comm_broadcast(context, texts->bytes, texts->size);
  return LOLIGO_OK;
}

static const char *next_text(const char *text)
{
  return text + strlen(text) + 1;
}

static loligo_status take_texts(checkpoint_header *header, const header_texts *texts)
{
  header->step = texts->step;
  header->dt = texts->dt;
  header->used_parameters = texts->bytes;
  header->notes = memory_allocate(texts->n_notes, sizeof *header->notes, "the texts of a checkpoint");
  if (!header->notes) return LOLIGO_MACHINE_ERROR;
  const char *name = next_text(texts->bytes);
  for (header->n_notes = 0; header->n_notes < texts->n_notes; header->n_notes++) {
    const char *value = next_text(name);
    header->notes[header->n_notes] = (checkpoint_note){name, value};
    name = next_text(value);
  }
  return LOLIGO_OK;
}

/* Adds the message of the last failure as a line, which names the file also where memory failed, and forgets it. */
static loligo_status refuse(const char *path, checkpoint_header *header)
{
  const char *before = header->refused ? header->refused : "", *message = loligo_error_message();
  const bool names_it = strstr(message, path) != NULL;
  const size_t size = strlen(before) + strlen(path) + strlen(message) + 4;
  char *lines = memory_allocate(size, 1, "messages");
  if (!lines) return LOLIGO_MACHINE_ERROR;
  snprintf(lines, size, "%s%s%s%s%s", before, *before ? "\n" : "", names_it ? "" : path, names_it ? "" : ": ", message);
  memory_free(header->refused);
  header->refused = lines;
  loligo_error_clear();
  return LOLIGO_OK;
}

static loligo_status inspect(const loligo_context *context, const char *path, seal *seal, header_texts *texts)
{
  LOLIGO_TRY(seal_check(context, path, seal));
  return loligo_agree(context, context->rank == 0 ? header_read(path, texts) : LOLIGO_OK);
}

/* Takes what was inspected, on rank 0. */
static loligo_status take(const loligo_context *context, const char *path, const seal *seal, header_texts *texts,
                          checkpoint_header *header)
{
  loligo_status status = share_texts(context, texts);
  header->texts = texts->bytes;
  LOLIGO_TRY(status);
  snprintf(header->path, sizeof header->path, "%s", path);
  header->digest = seal->digest;
  return loligo_agree(context, take_texts(header, texts));
}

/* Tries one checkpoint; header->path remains empty where it is not good. */
static loligo_status try_step(const loligo_context *context, const char *directory, int64_t step,
                              checkpoint_header *header)
{
  char path[FOLDER_PATH_SIZE];
  seal seal;
  header_texts texts = {0};
  LOLIGO_TRY(folder_path(directory, step, path));
  if (inspect(context, path, &seal, &texts) != LOLIGO_OK) return loligo_agree(context, refuse(path, header));
  return take(context, path, &seal, &texts, header);
}

loligo_status checkpoint_open(const loligo_context *context, const char *path, checkpoint_header *header)
{
  seal seal;
  header_texts texts = {0};
  *header = (checkpoint_header){0};
  if (strlen(path) >= sizeof header->path) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: the path is too long", path);
  LOLIGO_TRY(inspect(context, path, &seal, &texts));
  return take(context, path, &seal, &texts, header);
}

/* Gives all ranks the list that rank 0 made. */
static loligo_status share_steps(const loligo_context *context, step_list *list)
{
  uint64_t n = list->n;
  MPI_Bcast(&n, 1, MPI_UINT64_T, 0, context->comm);
  if (context->rank != 0) *list = (step_list){memory_allocate(n, sizeof *list->steps, "list of checkpoints"), n, n};
  LOLIGO_TRY(loligo_agree(context, n == 0 || list->steps ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  if (n) MPI_Bcast(list->steps, (int)n, MPI_INT64_T, 0, context->comm);
  return LOLIGO_OK;
}

loligo_status checkpoint_newest(const loligo_context *context, const char *directory, checkpoint_header *header)
{
  step_list list = {0};
  *header = (checkpoint_header){0};
  loligo_status status = loligo_agree(context, context->rank == 0 ? folder_list(directory, &list) : LOLIGO_OK);
  if (status == LOLIGO_OK) status = share_steps(context, &list);
  for (size_t i = 0; status == LOLIGO_OK && i < list.n && !*header->path; i++)
    status = try_step(context, directory, list.steps[i], header);
  memory_free(list.steps);
  return status;
}

/* -- reading -- */

/* Gives all ranks what rank 0 found in the header. */
static loligo_status match(const loligo_context *context, const char *path, const catalog *catalog, header_state *state,
                           uint64_t *digest)
{
  uint64_t words[7] = {0};
  bool is_root = context->rank == 0;
  LOLIGO_TRY(loligo_agree(context, is_root ? header_match(path, catalog, state, digest) : LOLIGO_OK));
  if (is_root)
    memcpy(words,
           (uint64_t[]){(uint64_t)state->step, state->checksum, state->synaptic_events, state->plastic_events,
                        state->weight_updates, state->network_bytes, *digest},
           sizeof words);
  MPI_Bcast(words, sizeof words / sizeof *words, MPI_UINT64_T, 0, context->comm);
  MPI_Bcast(state->spikes, (int)catalog->network->n_populations, MPI_UINT64_T, 0, context->comm);
  *state = (header_state){(int64_t)words[0], state->spikes, words[1], words[2], words[3], words[4], words[5]};
  *digest = words[6];
  return LOLIGO_OK;
}

static void forget_counts(const loligo_network *network, header_state *state)
{
  for (size_t p = 0; p < network->n_populations; p++) state->spikes[p] = 0;
  state->checksum = state->synaptic_events = state->plastic_events = 0;
  state->weight_updates = state->network_bytes = 0;
}

/* What restore_simulation() works on. */
typedef struct restored_simulation {
  const catalog *catalog;
  restoring into;
} restored_simulation;

static loligo_status restore_simulation(const void *self, h5_file *file, uint64_t *digest)
{
  const restored_simulation *restored = self;
  return contents_read(file, restored->catalog, &restored->into, digest);
}

static loligo_status read_checkpoint(const loligo_context *context, const char *path, const catalog *catalog,
                                     checkpoint_counts counts, loligo_simulation *simulation, header_state *state)
{
  uint64_t digest = 0;
  LOLIGO_TRY(match(context, path, catalog, state, &digest));
  if (counts == CHECKPOINT_COUNTS_ANEW) forget_counts(catalog->network, state);
  const loligo_snapshot snapshot = {
      state->step,           state->spikes,         state->checksum,     state->synaptic_events,
      state->plastic_events, state->weight_updates, state->network_bytes};
  const restored_simulation restored = {catalog, {simulation, &snapshot}};
  return checkpoint_read_contents(context, path, restore_simulation, &restored, digest);
}

loligo_status checkpoint_read(const loligo_context *context, const char *path, const loligo_network *network,
                              checkpoint_counts counts, loligo_simulation *simulation)
{
  catalog catalog;
  loligo_status status = catalog_init(&catalog, network, simulation);
  header_state state = {.spikes = memory_allocate(network->n_populations, sizeof *state.spikes, "statistics")};
  status = loligo_agree(context, state.spikes ? status : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = read_checkpoint(context, path, &catalog, counts, simulation, &state);
  memory_free(state.spikes);
  catalog_free(&catalog);
  return status;
}
