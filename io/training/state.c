/*
 * Rank 0 writes and reads what is small; all ranks move the rows that they own.
 */
#include "io/training/state.h"

#include <string.h>

#include "io/checkpoint/header.h"
#include "io/hdf5/h5.h"
#include "io/training/fields.h"

static const struct counted {
  const char *name;
  size_t offset;
} COUNTED[] = {{"/position/updates", offsetof(training_position, updates)},
               {"/position/epoch", offsetof(training_position, epoch)},
               {"/position/samples", offsetof(training_position, samples)},
               {"/position/correct", offsetof(training_position, correct)},
               {"/position/spikes", offsetof(training_position, spikes)},
               {"/position/synaptic_events", offsetof(training_position, synaptic_events)}};
enum { N_COUNTED = sizeof COUNTED / sizeof COUNTED[0] };

static const char *const TOTALS[TALLY_LAYERS] = {[TALLY_SYNAPTIC_EVENTS] = "/totals/synaptic_events",
                                                 [TALLY_MAC] = "/totals/mac",
                                                 [TALLY_WEIGHT_UPDATES] = "/totals/weight_updates",
                                                 [TALLY_NUMBERS] = "/totals/numbers",
                                                 [TALLY_NETWORK_BYTES] = "/totals/network_bytes"};
static const char CELL_UPDATES[] = "/totals/cell_updates"; /* [populations] */

static const char LOSS[] = "/position/loss", REWARD[] = "/position/reward", SECONDS[] = "/position/seconds";
static const char INFORMATION[] = "/position/information"; /* not in what earlier programs wrote, which had no codes */

static field_list fields_of(const training_state *state)
{
  return field_list_of(state->training, state->precision, true);
}

static void add_up(const loligo_context *context, uint64_t *digest)
{
  MPI_Allreduce(MPI_IN_PLACE, digest, 1, MPI_UINT64_T, MPI_SUM, context->comm);
}

/* -- writing -- */

static void draft_position(const training_state *state, h5_draft *draft)
{
  const training_position position = training_where(state->training);
  for (size_t i = 0; i < N_COUNTED; i++)
    h5_draft_scalar(draft, COUNTED[i].name, H5T_NATIVE_UINT64, (const char *)&position + COUNTED[i].offset);
  h5_draft_scalar(draft, LOSS, H5T_NATIVE_DOUBLE, &position.loss);
  h5_draft_scalar(draft, INFORMATION, H5T_NATIVE_DOUBLE, &position.information);
  h5_draft_scalar(draft, REWARD, H5T_NATIVE_DOUBLE, &position.reward);
  h5_draft_scalar(draft, SECONDS, H5T_NATIVE_DOUBLE, state->epoch_seconds);
}

static void draft_totals(const training_state *state, h5_draft *draft)
{
  for (size_t i = 0; i < TALLY_LAYERS; i++) h5_draft_scalar(draft, TOTALS[i], H5T_NATIVE_UINT64, &state->totals[i]);
  h5_draft_array(draft, CELL_UPDATES, H5T_NATIVE_UINT64, state->n_populations, state->totals + TALLY_LAYERS);
}

static loligo_status draft_state(const void *self, const checkpoint_plan *plan, const char *part)
{
  const training_state *state = self;
  const field_list list = fields_of(state);
  h5_draft draft;
  header_draft_begin(&draft, part, plan, HEADER_OF_TRAINING, (int64_t)training_where(state->training).updates);
  draft_position(state, &draft);
  draft_totals(state, &draft);
  curves_draft(state->curves, &draft);
  fields_draft(&list, &draft);
  return h5_draft_close(&draft);
}

static loligo_status write_state(const void *self, h5_file *file, uint64_t *digest)
{
  const field_list list = fields_of(self);
  *digest = 0;
  LOLIGO_TRY(fields_write(&list, file, digest));
  add_up(file->context, digest);
  return LOLIGO_OK;
}

static loligo_status verify_state(const void *self, h5_file *file, uint64_t *digest)
{
  const field_list list = fields_of(self);
  *digest = 0;
  LOLIGO_TRY(fields_verify(&list, file, digest));
  add_up(file->context, digest);
  return LOLIGO_OK;
}

loligo_status training_state_write(const loligo_context *context, const checkpoint_plan *plan,
                                   const training_state *state, checkpoint_info *info)
{
  const checkpoint_contents contents = {state, draft_state, write_state, verify_state};
  return checkpoint_write_contents(context, plan, &contents, (int64_t)training_where(state->training).updates, info);
}

/* -- reading -- */

/* What rank 0 tells the others. */
typedef struct found_state {
  training_position position;
  double seconds;
  uint64_t digest;
} found_state;

static loligo_status read_information(const h5_reader *reader, double *information)
{
  bool found;
  LOLIGO_TRY(h5_find(reader, INFORMATION, &found));
  return found ? h5_read(reader, (h5_place){INFORMATION, NULL}, H5T_NATIVE_DOUBLE, 1, information) : LOLIGO_OK;
}

static loligo_status read_position(const h5_reader *reader, found_state *found)
{
  for (size_t i = 0; i < N_COUNTED; i++)
    LOLIGO_TRY(h5_read(reader, (h5_place){COUNTED[i].name, NULL}, H5T_NATIVE_UINT64, 1,
                       (char *)&found->position + COUNTED[i].offset));
  LOLIGO_TRY(h5_read(reader, (h5_place){LOSS, NULL}, H5T_NATIVE_DOUBLE, 1, &found->position.loss));
  LOLIGO_TRY(read_information(reader, &found->position.information));
  LOLIGO_TRY(h5_read(reader, (h5_place){REWARD, NULL}, H5T_NATIVE_DOUBLE, 1, &found->position.reward));
  LOLIGO_TRY(h5_read(reader, (h5_place){SECONDS, NULL}, H5T_NATIVE_DOUBLE, 1, &found->seconds));
  return header_digest(reader, &found->digest);
}

static loligo_status read_totals(const h5_reader *reader, const training_state *state)
{
  for (size_t i = 0; i < TALLY_LAYERS; i++)
    LOLIGO_TRY(h5_read(reader, (h5_place){TOTALS[i], NULL}, H5T_NATIVE_UINT64, 1, &state->totals[i]));
  return h5_read(reader, (h5_place){CELL_UPDATES, NULL}, H5T_NATIVE_UINT64, state->n_populations,
                 state->totals + TALLY_LAYERS);
}

static loligo_status check_position(const char *path, const training_state *state, const found_state *found)
{
  if (training_can_stand(state->training, &found->position)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: tells of where the training stood what cannot be", path);
}

static loligo_status match_opened(const h5_reader *reader, const training_state *state, found_state *found)
{
  const field_list list = fields_of(state);
  LOLIGO_TRY(header_is_of_training(reader));
  LOLIGO_TRY(fields_match(&list, reader));
  LOLIGO_TRY(read_position(reader, found));
  LOLIGO_TRY(check_position(reader->path, state, found));
  LOLIGO_TRY(read_totals(reader, state));
  return curves_read(reader, state->curves);
}

static loligo_status match(const char *path, const training_state *state, found_state *found)
{
  h5_reader reader;
  LOLIGO_TRY(h5_reader_open(&reader, path));
  const loligo_status status = match_opened(&reader, state, found);
  h5_reader_close(&reader);
  return status;
}

static loligo_status read_fields(const void *self, h5_file *file, uint64_t *digest)
{
  const field_list list = fields_of(self);
  *digest = 0;
  LOLIGO_TRY(fields_read(&list, file, digest));
  add_up(file->context, digest);
  return LOLIGO_OK;
}

loligo_status training_state_read(const loligo_context *context, const char *path, const training_state *state)
{
  found_state found;
  memset(&found, 0, sizeof found);
  LOLIGO_TRY(loligo_agree(context, context->rank == 0 ? match(path, state, &found) : LOLIGO_OK));
  MPI_Bcast(&found, sizeof found, MPI_BYTE, 0, context->comm);
  LOLIGO_TRY(checkpoint_read_contents(context, path, read_fields, state, found.digest));
  *state->epoch_seconds = found.seconds;
  LOLIGO_TRY(training_restore(state->training, &found.position));
  training_count_from(state->training, state->totals);
  return LOLIGO_OK;
}
