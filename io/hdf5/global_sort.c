/*
 * Purpose: put what all ranks recorded in one order.
 *
 * Sample sort (Frazer and McKellar 1970, 10.1145/321592.321600): each rank sorts its records, every stride-th record of
 * all is gathered, splitters that cut the samples in equal parts say which rank gets what, and one exchange moves it
 * there, where what came from each rank is merged. Samples are as dense on a rank as its records are many, so that the
 * parts come out even when one rank holds everything.
 */
#include "io/hdf5/global_sort.h"

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { SAMPLES_PER_RANK = 8, LEAST_BYTES = 256 << 10 /* of a stretch, where there is more than one */ };

typedef struct sorter sorter;

/* Merges the ascending records from `left` up to `middle` and from there up to `end`. */
typedef void merge_function(const sorter *s, const char *left, const char *middle, const char *end, char *out);

struct sorter {
  const loligo_context *context;
  size_t item_size;
  int (*compare)(const void *, const void *);
  merge_function *merge;
  int parts;                        /* ranks that hold the result */
  MPI_Datatype type;                /* one record */
  int *sent, *received;             /* [size] records to and from each rank */
  int *sent_start, *received_start; /* [size + 1] their positions */
};

loligo_status record_array_reserve(record_array *records, size_t n, size_t item_size)
{
  return memory_grow(&records->items, &records->capacity, n, item_size, "records to write");
}

void record_array_free(record_array *records)
{
  memory_free(records->items);
  memory_free(records->spare);
  *records = (record_array){0};
}

static void swap_with_spare(record_array *records)
{
  record_array before = *records;
  records->items = before.spare;
  records->capacity = before.spare_capacity;
  records->spare = before.items;
  records->spare_capacity = before.capacity;
}

static loligo_status reserve_spare(record_array *records, size_t n, size_t item_size)
{
  return memory_grow(&records->spare, &records->spare_capacity, n, item_size, "records to sort");
}

static int mpi_count(uint64_t n)
{
  assert(n <= INT_MAX);
  return (int)n;
}

static char *item_at(const sorter *s, const void *items, size_t i)
{
  return (char *)items + i * s->item_size;
}

/* Fills start with the sums before each of counts[size]; start[size] is that of all. */
static void add_up(const sorter *s, const int *counts, int *start)
{
  uint64_t sum = 0;
  for (int r = 0; r <= s->context->size; r++) {
    start[r] = mpi_count(sum);
    if (r < s->context->size) sum += (uint64_t)counts[r];
  }
}

/* -- local order -- */

static bool is_sorted(const sorter *s, const record_array *records)
{
  for (size_t i = 1; i < records->n; i++) {
    if (s->compare(item_at(s, records->items, i - 1), item_at(s, records->items, i)) > 0) return false;
  }
  return true;
}

static void sort_locally(const sorter *s, record_array *records)
{
  if (!is_sorted(s, records)) qsort(records->items, records->n, s->item_size, s->compare);
}

static void merge_records(const sorter *s, const char *left, const char *middle, const char *end, char *out)
{
  const size_t size = s->item_size;
  const char *right = middle;
  while (left < middle && right < end) {
    const char *run = left;
    while (left < middle && s->compare(left, right) <= 0) left += size;
    memcpy(out, run, (size_t)(left - run));
    out += left - run;
    if (left == middle) break;
    run = right;
    while (right < end && s->compare(right, left) < 0) right += size;
    memcpy(out, run, (size_t)(right - run));
    out += right - run;
  }
  memcpy(out, left, (size_t)(middle - left));
  memcpy(out + (middle - left), right, (size_t)(end - right));
}

static int compare_numbers(const void *left, const void *right)
{
  const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
  return (a > b) - (a < b);
}

/* Without branches that cannot be foreseen. */
static void merge_numbers(const sorter *s, const char *left, const char *middle, const char *end, char *out)
{
  const uint64_t *a = (const uint64_t *)left, *a_end = (const uint64_t *)middle, *b = a_end,
                 *b_end = (const uint64_t *)end;
  uint64_t *to = (uint64_t *)out;
  (void)s;
  while (a < a_end && b < b_end) {
    const bool second = *b < *a;
    *to++ = second ? *b : *a;
    a += !second;
    b += second;
  }
  memcpy(to, a, (size_t)((const char *)a_end - (const char *)a));
  memcpy(to + (a_end - a), b, (size_t)((const char *)b_end - (const char *)b));
}

/* Merges the runs between start[0] ... start[n], neighbours first. */
static void merge_runs(const sorter *s, record_array *records, int *start, int n)
{
  for (; n > 1; n = (n + 1) / 2) {
    for (int run = 0; run < n; run += 2) {
      int first = start[run], middle = start[run + 1], end = start[run + 2 < n ? run + 2 : n];
      s->merge(s, item_at(s, records->items, (size_t)first), item_at(s, records->items, (size_t)middle),
               item_at(s, records->items, (size_t)end), item_at(s, records->spare, (size_t)first));
      start[run / 2] = first;
    }
    start[(n + 1) / 2] = mpi_count(records->n);
    swap_with_spare(records);
  }
}

/* -- which rank gets what -- */

/* Chooses the parts; every stride-th record of all ranks, sorted, the same on all of them, is put into `samples`. */
static loligo_status gather_samples(sorter *s, const record_array *records, record_array *samples)
{
  const size_t item_size = s->item_size;
  uint64_t total = records->n, size = (uint64_t)s->context->size;
  MPI_Allreduce(MPI_IN_PLACE, &total, 1, MPI_UINT64_T, MPI_SUM, s->context->comm);
  uint64_t parts = total / (LEAST_BYTES / s->item_size + 1);
  s->parts = (int)(parts < 1 ? 1 : parts < size ? parts : size);
  size_t stride = total / (SAMPLES_PER_RANK * size) + 1;
  int mine = mpi_count(records->n / stride);
  MPI_Allgather(&mine, 1, MPI_INT, s->received, 1, MPI_INT, s->context->comm);
  add_up(s, s->received, s->received_start);
  samples->n = (size_t)s->received_start[size];
  loligo_status status = record_array_reserve(samples, samples->n, item_size);
  if (status == LOLIGO_OK) status = reserve_spare(samples, (size_t)mine, item_size);
  LOLIGO_TRY(loligo_agree(s->context, status));
  for (size_t i = 0; i < (size_t)mine; i++)
    memcpy(item_at(s, samples->spare, i), item_at(s, records->items, i * stride + stride / 2), item_size);
  MPI_Allgatherv(samples->spare, mine, s->type, samples->items, s->received, s->received_start, s->type,
                 s->context->comm);
  if (samples->n > 0) qsort(samples->items, samples->n, item_size, s->compare);
  return LOLIGO_OK;
}

/* Number of sorted records that come before `splitter`. */
static size_t lower_bound(const sorter *s, const record_array *records, const void *splitter)
{
  size_t low = 0, high = records->n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (s->compare(item_at(s, records->items, middle), splitter) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/* Fills sent: rank r gets the records from splitter r up to splitter r + 1. */
static void divide(sorter *s, const record_array *records, const record_array *samples)
{
  size_t first = 0;
  for (int r = 0; r < s->context->size; r++) {
    size_t end = records->n;
    if (r + 1 < s->parts) {
      size_t position = samples->n * (size_t)(r + 1) / (size_t)s->parts;
      end = samples->n ? lower_bound(s, records, item_at(s, samples->items, position)) : 0;
    }
    if (end < first) end = first;
    s->sent[r] = mpi_count(end - first);
    first = end;
  }
}

static loligo_status move(sorter *s, record_array *records)
{
  const int size = s->context->size;
  MPI_Alltoall(s->sent, 1, MPI_INT, s->received, 1, MPI_INT, s->context->comm);
  add_up(s, s->sent, s->sent_start);
  add_up(s, s->received, s->received_start);
  size_t n = (size_t)s->received_start[size];
  LOLIGO_TRY(loligo_agree(s->context, reserve_spare(records, n, s->item_size)));
  MPI_Alltoallv(records->items, s->sent, s->sent_start, s->type, records->spare, s->received, s->received_start,
                s->type, s->context->comm);
  swap_with_spare(records);
  records->n = n;
  return loligo_agree(s->context, reserve_spare(records, n, s->item_size));
}

static loligo_status sort(sorter *s, record_array *records)
{
  record_array samples = {0};
  sort_locally(s, records);
  loligo_status status = gather_samples(s, records, &samples);
  if (status == LOLIGO_OK) {
    divide(s, records, &samples);
    status = move(s, records);
  }
  if (status == LOLIGO_OK && records->n > 0) merge_runs(s, records, s->received_start, s->context->size);
  record_array_free(&samples);
  return status;
}

static loligo_status sort_with(const loligo_context *context, record_array *records, size_t item_size,
                               int (*compare)(const void *, const void *), merge_function *merge)
{
  size_t size = (size_t)context->size;
  int *counts = memory_allocate(4 * size + 2, sizeof *counts, "counts of records to sort");
  LOLIGO_TRY(loligo_agree(context, counts ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  sorter s = {.context = context,
              .item_size = item_size,
              .compare = compare,
              .merge = merge,
              .sent = counts,
              .received = counts + size,
              .sent_start = counts + 2 * size,
              .received_start = counts + 3 * size + 1};
  MPI_Type_contiguous(mpi_count(item_size), MPI_BYTE, &s.type);
  MPI_Type_commit(&s.type);
  loligo_status status = sort(&s, records);
  MPI_Type_free(&s.type);
  memory_free(counts);
  return status;
}

loligo_status global_sort(const loligo_context *context, record_array *records, size_t item_size,
                          int (*compare)(const void *, const void *))
{
  return sort_with(context, records, item_size, compare, merge_records);
}

loligo_status global_sort_numbers(const loligo_context *context, record_array *records)
{
  return sort_with(context, records, sizeof(uint64_t), compare_numbers, merge_numbers);
}
