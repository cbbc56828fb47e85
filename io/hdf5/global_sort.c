/*
 * Purpose: put what all ranks recorded in one order.
 *
 * Sample sort (Frazer and McKellar 1970, 10.1145/321592.321600): each rank sorts its records, every stride-th record of
 * all is gathered, splitters that cut the samples in equal parts say which rank gets what, and one exchange moves it
 * there. Samples are as dense on a rank as its records are many, so that the parts come out even when one rank holds
 * everything.
 */
#include "io/hdf5/global_sort.h"

#include <assert.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { SAMPLES_PER_RANK = 8 };

typedef struct sorter {
  const loligo_context *context;
  size_t item_size;
  int (*compare)(const void *, const void *);
  MPI_Datatype type;                /* one record */
  int *sent, *received;             /* [size] records to and from each rank */
  int *sent_start, *received_start; /* [size] their positions */
} sorter;

static int mpi_count(uint64_t n)
{
  assert(n <= INT_MAX);
  return (int)n;
}

static const void *item_at(const sorter *s, const void *items, size_t i)
{
  return (const char *)items + i * s->item_size;
}

/* Sum of counts[size]; start receives the sums before each. */
static size_t add_up(const sorter *s, const int *counts, int *start)
{
  uint64_t sum = 0;
  for (int r = 0; r < s->context->size; r++) {
    start[r] = mpi_count(sum);
    sum += (uint64_t)counts[r];
  }
  return sum;
}

/* Every stride-th record of all ranks, sorted, the same on all of them. */
static loligo_status gather_samples(sorter *s, const record_array *records, record_array *samples)
{
  uint64_t total = records->n;
  MPI_Allreduce(MPI_IN_PLACE, &total, 1, MPI_UINT64_T, MPI_SUM, s->context->comm);
  size_t stride = total / ((uint64_t)SAMPLES_PER_RANK * (uint64_t)s->context->size) + 1;
  int mine = mpi_count(records->n / stride);
  MPI_Allgather(&mine, 1, MPI_INT, s->received, 1, MPI_INT, s->context->comm);
  samples->n = add_up(s, s->received, s->received_start);
  samples->items = memory_allocate(samples->n, s->item_size, "samples of records to sort");
  char *own = memory_allocate((size_t)mine, s->item_size, "samples of records to sort");
  loligo_status status = loligo_agree(s->context, samples->items && own ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) {
    for (int i = 0; i < mine; i++) {
      memcpy(own + (size_t)i * s->item_size, item_at(s, records->items, (size_t)i * stride + stride / 2), s->item_size);
    }
    MPI_Allgatherv(own, mine, s->type, samples->items, s->received, s->received_start, s->type, s->context->comm);
    qsort(samples->items, samples->n, s->item_size, s->compare);
  }
  memory_free(own);
  return status;
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
  int last_rank = s->context->size - 1;
  for (int r = 0; r <= last_rank; r++) {
    size_t end = records->n;
    if (r < last_rank) {
      size_t position = samples->n * (size_t)(r + 1) / (size_t)s->context->size;
      end = samples->n ? lower_bound(s, records, item_at(s, samples->items, position)) : 0;
    }
    if (end < first) end = first;
    s->sent[r] = mpi_count(end - first);
    first = end;
  }
}

static loligo_status move(sorter *s, record_array *records)
{
  MPI_Alltoall(s->sent, 1, MPI_INT, s->received, 1, MPI_INT, s->context->comm);
  add_up(s, s->sent, s->sent_start);
  size_t n = add_up(s, s->received, s->received_start);
  void *items = memory_allocate(n, s->item_size, "records to sort");
  LOLIGO_TRY(loligo_agree(s->context, items ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  MPI_Alltoallv(records->items, s->sent, s->sent_start, s->type, items, s->received, s->received_start, s->type,
                s->context->comm);
  memory_free(records->items);
  *records = (record_array){items, n};
  qsort(items, n, s->item_size, s->compare);
  return LOLIGO_OK;
}

static loligo_status sort(sorter *s, record_array *records)
{
  record_array samples = {NULL, 0};
  if (records->n) qsort(records->items, records->n, s->item_size, s->compare);
  loligo_status status = gather_samples(s, records, &samples);
  if (status == LOLIGO_OK) {
    divide(s, records, &samples);
    status = move(s, records);
  }
  memory_free(samples.items);
  return status;
}

loligo_status global_sort(const loligo_context *context, record_array *records, size_t item_size,
                          int (*compare)(const void *, const void *))
{
  size_t size = (size_t)context->size;
  int *counts = memory_allocate(4 * size, sizeof *counts, "counts of records to sort");
  LOLIGO_TRY(loligo_agree(context, counts ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  sorter s = {context, item_size,     compare,           MPI_DATATYPE_NULL,
              counts,  counts + size, counts + 2 * size, counts + 3 * size};
  MPI_Type_contiguous(mpi_count(item_size), MPI_BYTE, &s.type);
  MPI_Type_commit(&s.type);
  loligo_status status = sort(&s, records);
  MPI_Type_free(&s.type);
  memory_free(counts);
  return status;
}
