/*
 * Purpose: put what all ranks recorded in one order.
 *
 * Sample sort (Frazer and McKellar 1970, 10.1145/321592.321600): each rank sorts its records, every stride-th record of
 * all is gathered, splitters that cut the samples in equal parts say which rank gets what, and one exchange moves it
 * there, where what came from each rank is merged. Samples are as dense on a rank as its records are many, so that the
 * parts come out even when one rank holds everything.
 */
#include "io/hdf5/global_sort.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/comm.h"
#include "base/lower_bound.h"
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
  int parts;                 /* ranks that hold the result */
  uint64_t *sent, *received; /* [size] records to and from each rank */
  uint64_t *start;           /* [size + 1] positions of what was received */
  int *n_samples;            /* [size] of each rank */
  int *first_sample;         /* [size + 1] */
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

static char *item_at(const sorter *s, const void *items, size_t i)
{
  return (char *)items + i * s->item_size;
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
static void merge_runs(const sorter *s, record_array *records, uint64_t *start, int n)
{
  for (; n > 1; n = (n + 1) / 2) {
    for (int run = 0; run < n; run += 2) {
      const uint64_t first = start[run], middle = start[run + 1], end = start[run + 2 < n ? run + 2 : n];
      s->merge(s, item_at(s, records->items, first), item_at(s, records->items, middle),
               item_at(s, records->items, end), item_at(s, records->spare, first));
      start[run / 2] = first;
    }
    start[(n + 1) / 2] = records->n;
    swap_with_spare(records);
  }
}

/* -- which rank gets what -- */

/* Learns how many samples each rank has: in all at most SAMPLES_PER_RANK times the ranks. */
static void count_samples(sorter *s, int mine)
{
  MPI_Allgather(&mine, 1, MPI_INT, s->n_samples, 1, MPI_INT, s->context->comm);
  s->first_sample[0] = 0;
  for (int r = 0; r < s->context->size; r++) s->first_sample[r + 1] = s->first_sample[r] + s->n_samples[r];
}

/* Puts every stride-th of the sorted records into the spare room of `samples` and gathers those of all ranks. */
static void gather(const sorter *s, const record_array *records, size_t stride, record_array *samples)
{
  const int mine = s->n_samples[s->context->rank];
  const size_t item_size = s->item_size;
  MPI_Datatype record;
  MPI_Type_contiguous((int)item_size, MPI_BYTE, &record);
  MPI_Type_commit(&record);
  for (size_t i = 0; i < (size_t)mine; i++)
    memcpy(item_at(s, samples->spare, i), item_at(s, records->items, i * stride + stride / 2), item_size);
  MPI_Allgatherv(samples->spare, mine, record, samples->items, s->n_samples, s->first_sample, record, s->context->comm);
  MPI_Type_free(&record);
}

/* Chooses the parts; every stride-th record of all ranks, sorted, the same on all of them, is put into `samples`. */
static loligo_status gather_samples(sorter *s, const record_array *records, record_array *samples)
{
  const size_t item_size = s->item_size;
  uint64_t total = records->n, size = (uint64_t)s->context->size;
  MPI_Allreduce(MPI_IN_PLACE, &total, 1, MPI_UINT64_T, MPI_SUM, s->context->comm);
  uint64_t parts = total / (LEAST_BYTES / s->item_size + 1);
  s->parts = (int)(parts < 1 ? 1 : parts < size ? parts : size);
  size_t stride = total / (SAMPLES_PER_RANK * size) + 1;
  const size_t mine = records->n / stride;
  count_samples(s, (int)mine);
  samples->n = (size_t)s->first_sample[size];
  loligo_status status = record_array_reserve(samples, samples->n, item_size);
  if (status == LOLIGO_OK) status = reserve_spare(samples, mine, item_size);
  LOLIGO_TRY(loligo_agree(s->context, status));
  gather(s, records, stride, samples);
  if (samples->n > 0) qsort(samples->items, samples->n, item_size, s->compare);
  return LOLIGO_OK;
}

/* Sorted records, and one that divides them. */
typedef struct division {
  const sorter *s;
  const record_array *records;
  const void *splitter;
} division;

static bool is_before_splitter(const void *self, uint64_t place)
{
  const division *d = self;
  return d->s->compare(item_at(d->s, d->records->items, place), d->splitter) < 0;
}

/* Number of sorted records that come before `splitter`. */
static uint64_t count_before(const sorter *s, const record_array *records, const void *splitter)
{
  const division division = {s, records, splitter};
  return lower_bound_where(records->n, is_before_splitter, &division);
}

/* Fills sent: rank r gets the records from splitter r up to splitter r + 1. */
static void divide(sorter *s, const record_array *records, const record_array *samples)
{
  size_t first = 0;
  for (int r = 0; r < s->context->size; r++) {
    size_t end = records->n;
    if (r + 1 < s->parts) {
      size_t position = samples->n * (size_t)(r + 1) / (size_t)s->parts;
      end = samples->n ? count_before(s, records, item_at(s, samples->items, position)) : 0;
    }
    if (end < first) end = first;
    s->sent[r] = end - first;
    first = end;
  }
}

static loligo_status move(sorter *s, record_array *records)
{
  const int size = s->context->size;
  comm_swap_counts(s->context, s->sent, s->received);
  s->start[0] = 0;
  for (int r = 0; r < size; r++) s->start[r + 1] = s->start[r] + s->received[r];
  const size_t n = s->start[size];
  LOLIGO_TRY(loligo_agree(s->context, reserve_spare(records, n, s->item_size)));
  LOLIGO_TRY(comm_swap(s->context, s->item_size, (comm_items){records->items, s->sent},
                       (comm_items){records->spare, s->received}));
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
  if (status == LOLIGO_OK && records->n > 0) merge_runs(s, records, s->start, s->context->size);
  record_array_free(&samples);
  return status;
}

static loligo_status sort_with(const loligo_context *context, record_array *records, size_t item_size,
                               int (*compare)(const void *, const void *), merge_function *merge)
{
  const size_t size = (size_t)context->size;
  uint64_t *counts = memory_allocate(3 * size + 1, sizeof *counts, "counts of records to sort");
  int *samples = memory_allocate(2 * size + 1, sizeof *samples, "counts of records to sort");
  sorter s = {.context = context,
              .item_size = item_size,
              .compare = compare,
              .merge = merge,
              .sent = counts,
              .received = counts + size,
              .start = counts + 2 * size,
              .n_samples = samples,
              .first_sample = samples + size};
  loligo_status status = loligo_agree(context, counts && samples ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = sort(&s, records);
  memory_free(counts);
  memory_free(samples);
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
