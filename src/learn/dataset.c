/*
 * One copy of the arrays for each node, behind one another in shared memory; and the way from stored values to inputs.
 */
#include "learn/dataset.h"

#include <math.h>
#include <string.h>

#include "base/comm.h"
#include "base/least.h"
#include "base/memory.h"
#include "base/node.h"
#include "base/random/random.h"
#include "base/vector.h"

/* -- arrays -- */

enum { ARRAYS = 8, ALIGNMENT = 64 };

/* The arrays of a set; those that it has not are NULL. */
static void list_arrays(dataset *set, void **arrays[ARRAYS])
{
  void **all[ARRAYS] = {(void **)&set->bytes,      (void **)&set->values,       (void **)&set->first_event,
                        (void **)&set->event_time, (void **)&set->event_cell,   (void **)&set->labels,
                        (void **)&set->targets,    (void **)&set->fixed_pattern};
  memcpy(arrays, all, sizeof all);
}

/* Bytes of each, in the same order. */
static void list_sizes(const dataset *set, uint64_t sizes[ARRAYS])
{
  const uint64_t values = set->n * set->n_values, events = set->first_event ? set->first_event[set->n] : 0;
  const uint64_t all[ARRAYS] = {set->bytes ? values : 0,
                                set->values ? values * sizeof *set->values : 0,
                                set->first_event ? (set->n + 1) * sizeof *set->first_event : 0,
                                events * sizeof *set->event_time,
                                events * sizeof *set->event_cell,
                                set->labels ? set->n * set->n_labels * sizeof *set->labels : 0,
                                set->targets ? set->n * set->target_steps * set->n_targets * sizeof *set->targets : 0,
                                set->fixed_pattern ? set->n_values * sizeof *set->fixed_pattern : 0};
  memcpy(sizes, all, sizeof all);
}

uint64_t dataset_bytes(const dataset *set)
{
  uint64_t sizes[ARRAYS], sum = 0;
  list_sizes(set, sizes);
  for (int i = 0; i < ARRAYS; i++) sum += sizes[i];
  return sum;
}

void dataset_free(dataset *set)
{
  void **arrays[ARRAYS];
  list_arrays(set, arrays);
  for (int i = 0; i < ARRAYS && !set->shared.bytes; i++) memory_free(*arrays[i]);
  shared_memory_free(&set->shared);
  memory_free((void *)set->name);
  *set = (dataset){0};
}

/* -- sharing -- */

static uint64_t rounded_up(uint64_t bytes)
{
  return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* Where each array lies within the piece, and the bytes of all. */
static uint64_t place_arrays(const uint64_t sizes[ARRAYS], uint64_t places[ARRAYS])
{
  uint64_t at = 0;
  for (int i = 0; i < ARRAYS; i++) {
    places[i] = at;
    at += rounded_up(sizes[i]);
  }
  return at;
}

/* Moves the arrays of rank 0 into the piece; elsewhere tells where they lie. An array that is there may be empty. */
static void settle_arrays(dataset *set, const uint64_t sizes[ARRAYS], const uint64_t places[ARRAYS], bool moves)
{
  void **arrays[ARRAYS];
  list_arrays(set, arrays);
  for (int i = 0; i < ARRAYS; i++) {
    if (!*arrays[i]) continue;
    char *settled = (char *)set->shared.bytes + places[i];
    if (moves) {
      memcpy(settled, *arrays[i], sizes[i]);
      memory_free(*arrays[i]);
    }
    *arrays[i] = settled;
  }
}

/* Brings the piece of rank 0 to the first rank of each other machine. */
static void spread(const loligo_context *context, MPI_Comm node, const shared_memory *piece)
{
  int place;
  loligo_context firsts = {.comm = MPI_COMM_NULL};
  MPI_Comm_rank(node, &place);
  MPI_Comm_split(context->comm, place == 0 ? 0 : MPI_UNDEFINED, context->rank, &firsts.comm);
  if (place == 0) {
    MPI_Comm_rank(firsts.comm, &firsts.rank);
    MPI_Comm_size(firsts.comm, &firsts.size);
    comm_broadcast(&firsts, piece->bytes, piece->size);
    shared_memory_end_writing(piece);
    MPI_Comm_free(&firsts.comm);
  }
  MPI_Barrier(context->comm);
}

static loligo_status share_name(const loligo_context *context, dataset *set)
{
  uint64_t length = context->rank == 0 ? strlen(set->name) : 0;
  comm_broadcast(context, &length, sizeof length);
  if (context->rank != 0) set->name = memory_allocate(length + 1, 1, "the name of a dataset");
  LOLIGO_TRY(loligo_agree(context, set->name ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  comm_broadcast(context, (void *)set->name, length);
  return LOLIGO_OK;
}

/* What the set is on rank 0, with its addresses as marks of the arrays that it has. */
static void share_members(const loligo_context *context, dataset *set, uint64_t sizes[ARRAYS])
{
  dataset members = *set;
  if (context->rank == 0) list_sizes(set, sizes);
  comm_broadcast(context, sizes, ARRAYS * sizeof *sizes);
  comm_broadcast(context, &members, sizeof members);
  members.name = set->name;
  *set = members;
}

loligo_status dataset_share(const loligo_context *context, dataset *set)
{
  uint64_t sizes[ARRAYS], places[ARRAYS];
  shared_memory piece;
  if (context->size == 1) return LOLIGO_OK;
  LOLIGO_TRY(share_name(context, set));
  dataset members = *set;
  share_members(context, &members, sizes);
  MPI_Comm node = node_ranks(context);
  const loligo_status status = shared_memory_create(context, node, place_arrays(sizes, places), &piece);
  if (status == LOLIGO_OK) {
    *set = members;
    set->shared = piece;
    settle_arrays(set, sizes, places, context->rank == 0);
    spread(context, node, &piece);
  }
  MPI_Comm_free(&node);
  return status;
}

/* -- noise -- */

enum { CHUNK = 1024 /* values whose noise stays in the first cache */ };

/* Normal variates of values 0 ... n - 1 from one item of the key on; each chunk is an item. */
static void draw_pattern(random_key key, size_t n, double *normal)
{
  for (size_t done = 0; done < n; done += CHUNK)
    random_normals(key, done / CHUNK, least(CHUNK, n - done), normal + done);
}

loligo_status dataset_set_noise(dataset *set, dataset_noise noise, uint64_t seed)
{
  set->noise = noise;
  set->noise_key = random_key_bits(random_key_make(seed, RANDOM_NOISE, set->name, ""));
  memory_free(set->fixed_pattern);
  set->fixed_pattern = NULL;
  if (noise.std == 0 || !noise.is_fixed) return LOLIGO_OK;
  set->fixed_pattern = memory_allocate(set->n_values, sizeof *set->fixed_pattern, "noise of a dataset");
  if (!set->fixed_pattern) return LOLIGO_MACHINE_ERROR;
  draw_pattern(random_key_make(seed, RANDOM_NOISE, "", "fixed"), set->n_values, set->fixed_pattern);
  return LOLIGO_OK;
}

/* -- values -- */

#define NAME(x) x##_byte_single
#define STORED uint8_t
#define REAL float
#include "learn/show.h"
#undef NAME
#undef REAL
#define NAME(x) x##_byte_double
#define REAL double
#include "learn/show.h"
#undef NAME
#undef STORED
#define NAME(x) x##_value_double
#define STORED float
#include "learn/show.h"
#undef NAME
#undef REAL
#define NAME(x) x##_value_single
#define REAL float
#include "learn/show.h"

/* Some values of a sample, from `first` on. */
static void show_some(const dataset *set, uint64_t sample, size_t first, size_t n, const double *normal,
                      loligo_precision precision, void *out)
{
  const uint64_t at = sample * set->n_values + first;
  if (set->bytes && precision == LOLIGO_SINGLE)
    show_byte_single(set, n, set->bytes + at, normal, (float *)out + first);
  else if (set->bytes)
    show_byte_double(set, n, set->bytes + at, normal, (double *)out + first);
  else if (precision == LOLIGO_SINGLE)
    show_value_single(set, n, set->values + at, normal, (float *)out + first);
  else
    show_value_double(set, n, set->values + at, normal, (double *)out + first);
}

/* Noise of its own for each sample and epoch: a key for the epoch, an item for each chunk. */
static void show_anew(const dataset *set, uint64_t sample, uint64_t epoch, loligo_precision precision, void *out)
{
  double normal[CHUNK];
  const random_key key = random_key_within(random_key_of(set->noise_key), epoch);
  const uint64_t chunks = (set->n_values + CHUNK - 1) / CHUNK;
  for (uint64_t c = 0; c < chunks; c++) {
    const size_t first = c * CHUNK, n = least(CHUNK, set->n_values - first);
    random_normals(key, sample * chunks + c, n, normal);
    show_some(set, sample, first, n, normal, precision, out);
  }
}

void dataset_show(const dataset *set, uint64_t sample, uint64_t epoch, loligo_precision precision, void *out)
{
  if (set->noise.std == 0 || set->noise.is_fixed)
    show_some(set, sample, 0, set->n_values, set->fixed_pattern, precision, out);
  else
    show_anew(set, sample, epoch, precision, out);
}

/* -- events -- */

/* Step in which an event acts. Its time is the nearest number to what was meant: one that lies below the beginning of a
 * step by as little is in that step. */
static uint64_t step_of(float time, double dt, uint64_t n_steps)
{
  const double step = floor(time * (1 + 0x1p-23) / dt);
  return step < (double)n_steps ? (uint64_t)step : n_steps;
}

uint64_t dataset_count_events(const dataset *set, uint64_t sample, double dt, uint64_t n_steps)
{
  if (!dataset_has_events(set)) return 0;
  const uint64_t first = set->first_event[sample], end = set->first_event[sample + 1];
  uint64_t e = first;
  while (e < end && step_of(set->event_time[e], dt, n_steps) < n_steps) e++;
  return e - first;
}

void dataset_show_events(const dataset *set, uint64_t sample, double dt, uint64_t n_steps, loligo_precision precision,
                         void *out)
{
  const bool is_single = precision == LOLIGO_SINGLE;
  memset(out, 0, n_steps * set->n_values * (is_single ? sizeof(float) : sizeof(double)));
  for (uint64_t e = set->first_event[sample]; e < set->first_event[sample + 1]; e++) {
    const uint64_t step = step_of(set->event_time[e], dt, n_steps);
    if (step == n_steps) break;
    const uint64_t at = step * set->n_values + set->event_cell[e];
    if (is_single)
      ((float *)out)[at] += (float)set->scale;
    else
      ((double *)out)[at] += set->scale;
  }
}
