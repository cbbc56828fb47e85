/*
 * What rank 0 has read all ranks see, once on each machine, and nobody can write to it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <mpi.h>

#include "base/memory.h"
#include "base/node.h"
#include "base/shared_memory.h"
#include "base/text.h"
#include "learn/dataset.h"
#include "loligo/context.h"

enum { SAMPLES = 301, VALUES = 77 };

static loligo_context context;

static void *filled(size_t n, size_t size)
{
  unsigned char *bytes = memory_allocate(n, size, "test");
  for (size_t i = 0; i < n * size; i++) bytes[i] = (unsigned char)hash_mix(i ^ n);
  return bytes;
}

static dataset images(void)
{
  return (dataset){.name = memory_string("train"),
                   .n = SAMPLES,
                   .n_values = VALUES,
                   .bytes = filled(SAMPLES * VALUES, 1),
                   .scale = 0.5,
                   .shift = 1,
                   .n_labels = 2,
                   .n_classes = 10,
                   .labels = filled(2 * SAMPLES, sizeof(int32_t)),
                   .digest = 99};
}

static dataset points(void)
{
  return (dataset){.name = memory_string("a name that is longer than others"),
                   .n = SAMPLES,
                   .n_values = VALUES,
                   .values = filled(SAMPLES * VALUES, sizeof(float)),
                   .scale = 1,
                   .n_targets = 1,
                   .target_steps = 3,
                   .targets = filled(3 * SAMPLES, sizeof(float))};
}

static dataset events(uint64_t n)
{
  dataset set = {.name = memory_string(""), .n = SAMPLES, .n_values = VALUES, .scale = 1, .n_labels = 1};
  set.first_event = memory_allocate(SAMPLES + 1, sizeof *set.first_event, "test");
  for (uint64_t i = 0; i <= SAMPLES; i++) set.first_event[i] = i * n / SAMPLES;
  set.event_time = filled(n, sizeof *set.event_time);
  set.event_cell = filled(n, sizeof *set.event_cell);
  set.labels = filled(SAMPLES, sizeof *set.labels);
  return set;
}

static uint64_t hash_array(const void *array, uint64_t size)
{
  uint64_t hash = hash_mix(size ^ (array != NULL));
  for (uint64_t i = 0; array && i < size; i++) hash = hash_mix(hash ^ ((const unsigned char *)array)[i]);
  return hash;
}

static uint64_t hash_set(const dataset *set)
{
  const uint64_t n = set->first_event ? set->first_event[set->n] : 0;
  uint64_t hash = text_hash(set->name) ^ hash_mix(set->n + 3 * set->n_values + 5 * set->n_labels + 7 * set->n_classes +
                                                  11 * set->n_targets + 13 * set->target_steps + 17 * set->digest);
  hash += hash_mix(1 ^ hash_array(set->bytes, set->n * set->n_values));
  hash += hash_mix(2 ^ hash_array(set->values, set->n * set->n_values * sizeof *set->values));
  hash += hash_mix(3 ^ hash_array(set->first_event, (set->n + 1) * sizeof *set->first_event));
  hash += hash_mix(4 ^ hash_array(set->event_time, n * sizeof *set->event_time));
  hash += hash_mix(5 ^ hash_array(set->event_cell, n * sizeof *set->event_cell));
  hash += hash_mix(6 ^ hash_array(set->labels, set->n * set->n_labels * sizeof *set->labels));
  hash += hash_mix(7 ^ hash_array(set->targets, set->n * set->n_targets * set->target_steps * sizeof *set->targets));
  hash += hash_mix(8 ^ hash_array(set->fixed_pattern, set->n_values * sizeof *set->fixed_pattern));
  return hash;
}

static void assert_same_on_all_ranks(uint64_t hash)
{
  uint64_t first = hash;
  MPI_Bcast(&first, 1, MPI_UINT64_T, 0, context.comm);
  assert_true(hash == first);
}

/* Inode of the mapping that holds an address, and whether it may be written; 0: memory of its own. */
static unsigned long mapping_of(const void *address, bool *is_writable)
{
  char line[512], flags[8];
  unsigned long first, last, inode = 0, found = 0;
  FILE *maps = fopen("/proc/self/maps", "r");
  assert_non_null(maps);
  while (fgets(line, sizeof line, maps)) {
    if (sscanf(line, "%lx-%lx %7s %*x %*s %lu", &first, &last, flags, &inode) != 4) continue;
    if ((uintptr_t)address < first || (uintptr_t)address >= last) continue;
    found = inode;
    *is_writable = flags[1] == 'w';
  }
  fclose(maps);
  return found;
}

/* One piece on this machine, for all arrays. */
static void assert_shared(const dataset *set, const void *array)
{
  bool is_writable = true;
  if (context.size == 1) return;
  const unsigned long inode = mapping_of(array, &is_writable);
  assert_true(inode != 0);
  assert_false(is_writable);
  assert_same_on_all_ranks(inode);
  assert_in_range(set->shared.size, dataset_bytes(set), dataset_bytes(set) + 8 * 64);
  assert_int_equal((uintptr_t)array % 64, 0);
}

static void assert_shares(dataset given)
{
  dataset set = {0};
  uint64_t hash = 0;
  if (context.rank == 0) {
    set = given;
    hash = hash_set(&set);
  } else {
    dataset_free(&given);
  }
  assert_int_equal(dataset_share(&context, &set), LOLIGO_OK);
  if (context.rank == 0) assert_true(hash_set(&set) == hash);
  assert_same_on_all_ranks(hash_set(&set));
  assert_shared(&set, set.bytes ? (void *)set.bytes : set.values ? (void *)set.values : (void *)set.first_event);
  dataset_free(&set);
  assert_null(set.name);
}

static void all_ranks_see_the_same_samples(void **state)
{
  (void)state;
  dataset fixed = images();
  assert_int_equal(dataset_set_noise(&fixed, (dataset_noise){75, true}, 3), LOLIGO_OK);
  assert_shares(images());
  assert_shares(fixed);
  assert_shares(points());
  assert_shares(events(20000));
  assert_shares(events(0));
}

/* Inputs follow from the number of the sample, not from who shows it. */
static void all_ranks_show_the_same_inputs(void **state)
{
  (void)state;
  dataset set = {0};
  static float out[VALUES];
  uint64_t hash = 0;
  if (context.rank == 0) {
    set = images();
    assert_int_equal(dataset_set_noise(&set, (dataset_noise){75, false}, 3), LOLIGO_OK);
  }
  assert_int_equal(dataset_share(&context, &set), LOLIGO_OK);
  for (uint64_t s = 0; s < SAMPLES; s++) {
    dataset_show(&set, s, 2, LOLIGO_SINGLE, out);
    hash = hash_mix(hash ^ hash_array(out, sizeof out));
  }
  assert_same_on_all_ranks(hash);
  dataset_free(&set);
}

/* The bytes that a machine holds do not grow with its ranks. */
static void a_machine_holds_one_copy(void **state)
{
  (void)state;
  enum { BYTES = 16 << 20 };
  dataset set = {0};
  const uint64_t before = memory_usage_now().resident_bytes;
  if (context.rank == 0)
    set = (dataset){.name = memory_string("a"), .n = 16, .n_values = 1 << 20, .bytes = filled(BYTES, 1), .scale = 1};
  assert_int_equal(dataset_share(&context, &set), LOLIGO_OK);
  const uint64_t after = memory_usage_now().resident_bytes;
  if (context.rank != 0) assert_true(after < before + BYTES / 4);
#ifdef __SANITIZE_ADDRESS__ /* which keeps what was freed */
  const uint64_t most = 2 * BYTES;
#else
  const uint64_t most = BYTES;
#endif
  if (context.size > 1 && context.rank == 0) assert_true(after < before + most + BYTES / 4);
  dataset_free(&set);
}

/* A failure on one rank is one on all, and nothing is left behind. */
static void too_much_memory_fails_on_all_ranks(void **state)
{
  (void)state;
  shared_memory piece;
  MPI_Comm node = node_ranks(&context);
  assert_int_equal(shared_memory_create(&context, node, (size_t)1 << 62, &piece), LOLIGO_MACHINE_ERROR);
  assert_null(piece.bytes);
  loligo_error_clear();
  assert_int_equal(shared_memory_create(&context, node, 0, &piece), LOLIGO_OK);
  assert_null(piece.bytes);
  shared_memory_free(&piece);
  MPI_Comm_free(&node);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_ranks_see_the_same_samples),
      cmocka_unit_test(all_ranks_show_the_same_inputs),
      cmocka_unit_test(a_machine_holds_one_copy),
      cmocka_unit_test(too_much_memory_fails_on_all_ranks),
  };
  MPI_Init(&argc, &argv);
  loligo_context_init(&context, MPI_COMM_WORLD);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  loligo_context_free(&context);
  MPI_Finalize();
  return failed;
}
