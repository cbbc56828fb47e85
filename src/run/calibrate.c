/*
 * Each rank measures for itself, all at the same time; then what takes all of them.
 */
#include "run/calibrate.h"

#include <math.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/timer.h"
#include "io/results/disk.h"
#include "run/calibrate_build.h"
#include "run/calibrate_cells.h"
#include "run/calibrate_learning.h"
#include "run/calibrate_rows.h"

enum { SHORT_BYTES = 64, LONG_BYTES = 1 << 20, SHORT_ROUNDS = 2000, LONG_ROUNDS = 20, REPEATS = 5 };

/* Written by all ranks together. */
static const double DISK_BYTES = 0x1p27;

static const double NS = 1e9;

/* -- between ranks -- */

/** What is sent to and from each rank. */
typedef struct blocks {
  char *sent, *received;
} blocks;

static void gather(const loligo_context *context, const blocks *blocks, int bytes)
{
  MPI_Allgather(blocks->sent, bytes, MPI_BYTE, blocks->received, bytes, MPI_BYTE, context->comm);
}

static void swap(const loligo_context *context, const blocks *blocks, int bytes)
{
  MPI_Alltoall(blocks->sent, bytes, MPI_BYTE, blocks->received, bytes, MPI_BYTE, context->comm);
}

/* Least seconds of one call. */
static double time_calls(const loligo_context *context, const blocks *blocks, int bytes, int rounds,
                         void (*call)(const loligo_context *, const struct blocks *, int))
{
  double least = INFINITY;
  for (int i = 0; i < REPEATS; i++) {
    MPI_Barrier(context->comm);
    const double since = timer_now();
    for (int k = 0; k < rounds; k++) call(context, blocks, bytes);
    least = fmin(least, (timer_now() - since) / rounds);
  }
  return least;
}

static void time_exchange(const loligo_context *context, const blocks *blocks, machine *machine)
{
  const double others = context->size - 1, doublings = log2(context->size);
  const double brief = time_calls(context, blocks, SHORT_BYTES, SHORT_ROUNDS, gather);
  const double swapped = time_calls(context, blocks, SHORT_BYTES, SHORT_ROUNDS, swap);
  const double lengthy = time_calls(context, blocks, LONG_BYTES, LONG_ROUNDS, gather);
  machine->exchange.collective = NS * brief / doublings;
  machine->exchange.message = NS * swapped / others;
  machine->exchange.byte = NS * lengthy / others / LONG_BYTES;
}

static loligo_status calibrate_exchange(const loligo_context *context, machine *machine)
{
  blocks blocks = {0};
  if (context->size == 1) return LOLIGO_OK;
  const size_t ranks = (size_t)context->size;
  blocks.sent = memory_allocate(ranks, LONG_BYTES, "messages");
  blocks.received = memory_allocate(ranks, LONG_BYTES, "messages");
  const loligo_status status = loligo_agree(context, blocks.sent && blocks.received ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) time_exchange(context, &blocks, machine);
  memory_free(blocks.sent);
  memory_free(blocks.received);
  return status;
}

/* -- this machine -- */

static void look_at_machine(machine *machine)
{
  const long cores = sysconf(_SC_NPROCESSORS_ONLN), pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  if (cores > 0) machine->node.cores = (double)cores;
  const long cache = sysconf(_SC_LEVEL2_CACHE_SIZE);
  if (cache > 0) machine->cells.cache = (double)cache / 1e3;
  if (pages > 0 && page > 0) machine->node.memory = (double)pages * (double)page / 0x1p30;
}

/* Before anything is built. What a run loads besides, to write its files, is in what is assumed. */
static void look_at_process(const loligo_context *context, machine *machine)
{
  const double peak = (double)memory_usage_now().peak_bytes / 0x1p20;
  machine->process.memory = fmax(machine->process.memory, peak - machine->process.peer * (context->size - 1));
}

static loligo_status calibrate_disk(const loligo_context *context, const char *folder, machine *machine)
{
  double seconds;
  LOLIGO_TRY(disk_time_writing(context, folder, DISK_BYTES / context->size, &seconds));
  machine->disk.bandwidth = DISK_BYTES / seconds / 1e9;
  return LOLIGO_OK;
}

/* -- all of it -- */

static loligo_status measure_alone(machine *machine)
{
  LOLIGO_TRY(calibrate_cells(machine));
  LOLIGO_TRY(calibrate_many_cells(machine));
  LOLIGO_TRY(calibrate_build(machine));
  calibrate_learning(machine);
  return calibrate_rows(machine);
}

/* Three digits are more than a measurement has. */
static double rounded(double value)
{
  if (!(value > 0)) return 0;
  const double digit = pow(10, floor(log10(value)) - 2);
  return digit < 1 ? round(value / digit) / round(1 / digit) : round(value / digit) * digit;
}

/* All numbers of a machine are doubles. */
static void take_means(const loligo_context *context, machine *machine)
{
  enum { NUMBERS = sizeof *machine / sizeof(double) };
  double *numbers = (double *)machine;
  MPI_Allreduce(MPI_IN_PLACE, numbers, NUMBERS, MPI_DOUBLE, MPI_SUM, context->comm);
  for (int i = 0; i < NUMBERS; i++) numbers[i] = rounded(numbers[i] / context->size);
}

loligo_status calibrate(const loligo_context *context, const char *folder, machine *machine)
{
  *machine = machine_assumed;
  look_at_machine(machine);
  look_at_process(context, machine);
  LOLIGO_TRY(calibrate_disk(context, folder, machine));
  LOLIGO_TRY(calibrate_exchange(context, machine));
  LOLIGO_TRY(loligo_agree(context, measure_alone(machine)));
  take_means(context, machine);
  return LOLIGO_OK;
}
