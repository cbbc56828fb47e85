/*
 * Signals on their way are sent once more: whoever holds one of them hands it to the rank of its cell, which sends it,
 * interval by interval, as if it had just been found. So a rank gets what concerns it and no more, by the method of the
 * run, and needs no memory that the run does not need.
 */
#include "base/heartbeat.h"
#include "base/memory.h"
#include "base/ranked_items.h"
#include "loligo/snapshot.h"
#include "sim/parts.h"

static const char WHAT[] = "spikes on their way";

/** A signal that is handed over. */
typedef struct handed_signal {
  spike_record record; /* without its offset */
  int64_t step;
} handed_signal;

/** Signals of local cells, ascending by step. */
typedef struct sender_list {
  spike_record *records; /* [n] offsets count from the step before `first_step` of the interval that it lies in */
  uint64_t *lids;        /* [n] */
  int64_t *steps;        /* [n] */
  size_t n;
  int64_t first_step, last_step; /* of the lists of all ranks */
} sender_list;

static void sender_list_free(sender_list *list)
{
  memory_free(list->records);
  memory_free(list->lids);
  memory_free(list->steps);
}

static int owner_of(const loligo_simulation *sim, const loligo_flight *flight)
{
  return loligo_decomposition_rank(sim->decomposition, flight->population, flight->index);
}

static handed_signal signal_of(const loligo_simulation *sim, const loligo_flight *flight)
{
  const uint64_t gid = sim->network->populations[flight->population].first_gid + flight->index;
  return (handed_signal){spike_record_make(gid, flight->signal, flight->negative, 0), flight->step};
}

/* Sorts signals by the ranks of their cells and keeps their order otherwise. */
static loligo_status pack(const loligo_simulation *sim, const loligo_flight *flights, size_t n, ranked_items *sent)
{
  LOLIGO_TRY(ranked_items_init(sent, sim->context->size, sizeof(handed_signal), WHAT));
  for (size_t i = 0; i < n; i++) sent->n[owner_of(sim, &flights[i])]++;
  LOLIGO_TRY(ranked_items_make_room(sent));
  for (size_t i = 0; i < n; i++)
    *(handed_signal *)ranked_items_place(sent, owner_of(sim, &flights[i])) = signal_of(sim, &flights[i]);
  return LOLIGO_OK;
}

/* Hands signals over to the ranks of their cells. Collective. */
static loligo_status hand_over(const loligo_simulation *sim, const loligo_flight *flights, size_t n,
                               ranked_items *received)
{
  ranked_items sent;
  loligo_status status = loligo_agree(sim->context, pack(sim, flights, n, &sent));
  if (status == LOLIGO_OK) status = ranked_items_hand_over(sim->context, &sent, received);
  ranked_items_free(&sent);
  return status;
}

/* First and last step over all ranks. Collective. */
static void find_steps(const loligo_context *context, const handed_signal *received, sender_list *list)
{
  int64_t bounds[2] = {INT64_MIN, INT64_MIN}; /* the first is negated: both are maxima */
  if (list->n > 0) bounds[0] = -received[0].step;
  if (list->n > 0) bounds[1] = received[list->n - 1].step;
  heartbeat_await(true);
  MPI_Allreduce(MPI_IN_PLACE, bounds, 2, MPI_INT64_T, MPI_MAX, context->comm);
  heartbeat_await(false);
  list->first_step = bounds[0] == INT64_MIN ? 0 : -bounds[0];
  list->last_step = bounds[0] == INT64_MIN ? -1 : bounds[1];
}

static uint64_t lid_of(const loligo_simulation *sim, uint64_t gid)
{
  const size_t population = loligo_network_population_of(sim->network, gid);
  const cell_group *group = &sim->cells.groups[population];
  return group->first_lid + cell_group_lower_bound(group, gid - sim->network->populations[population].first_gid);
}

static loligo_status reserve_senders(uint64_t n, sender_list *list)
{
  list->n = n;
  list->records = memory_allocate(list->n, sizeof *list->records, WHAT);
  list->lids = memory_allocate(list->n, sizeof *list->lids, WHAT);
  list->steps = memory_allocate(list->n, sizeof *list->steps, WHAT);
  return list->records && list->lids && list->steps ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static void fill_senders(const loligo_simulation *sim, const handed_signal *received, sender_list *list)
{
  for (size_t i = 0; i < list->n; i++) {
    list->steps[i] = received[i].step;
    list->records[i] = received[i].record + (uint64_t)((received[i].step - list->first_step) % sim->interval) + 1;
    list->lids[i] = lid_of(sim, spike_record_gid(received[i].record));
  }
}

/* What is still to arrive of a signal, at weights that stay as they are. */
static loligo_status enter_rest(loligo_simulation *sim, const arrival *a)
{
  const uint32_t *row = row_table_find(a->table, a->index);
  calendar_crowd(&sim->calendar, a->stamp, UINT64_MAX);
  if (row) LOLIGO_TRY(calendar_add_rest(&sim->calendar, a->stamp, row, a->negative, sim->step));
  if (!a->packed) return LOLIGO_OK;
  return calendar_add_packed(&sim->calendar, a->stamp, a->packed, a->index, a->negative, sim->step);
}

/* What is still to arrive of the signals that reached this rank, or counts in its trial; their offsets count from
 * `base`. */
static loligo_status enter_received(loligo_simulation *sim, int64_t base)
{
  for (size_t i = 0; i < sim->received.n; i++) {
    const arrival a = arrival_of(sim, sim->received.items[i], base);
    if (a.stamp + sim->plasticity.max_delay > sim->step) LOLIGO_TRY(enter_rest(sim, &a));
    if (sim->plasticity.n_tables) LOLIGO_TRY(arrive_at_plastic(sim, sim->received.items[i], base));
  }
  return LOLIGO_OK;
}

/* Sends list[first, first + n) from an interval that begins behind step `base`. Collective; the status is this rank's.
 */
static loligo_status send_again(loligo_simulation *sim, const sender_list *list, size_t first, size_t n, int64_t base)
{
  const int64_t end = base + sim->interval, last_step = end < list->last_step ? end : list->last_step;
  const outbox sent = {list->records + first, list->lids + first, n, base, last_step};
  unsigned flags = 0;
  heartbeat_await(true);
  loligo_status status = exchange_run(&sim->exchange, &sent, &flags, &sim->received);
  heartbeat_await(false);
  if (status == LOLIGO_OK) status = enter_received(sim, base);
  if (status != LOLIGO_OK) return status;
  return history_add(&sim->history, &(history_batch){base, last_step, n}, sent.records);
}

/* A rank that failed sends nothing more. Collective. */
static loligo_status send_all_again(loligo_simulation *sim, const sender_list *list)
{
  loligo_status status = LOLIGO_OK;
  size_t first = 0;
  for (int64_t base = list->first_step - 1; base < list->last_step; base += sim->interval) {
    size_t n = 0;
    while (first + n < list->n && list->steps[first + n] <= base + sim->interval) n++;
    const loligo_status sent = send_again(sim, list, first, status == LOLIGO_OK ? n : 0, base);
    if (status == LOLIGO_OK) status = sent;
    first += n;
  }
  return loligo_agree(sim->context, status);
}

/* Collective. */
static loligo_status take_over(const loligo_simulation *sim, const ranked_items *received, sender_list *list)
{
  LOLIGO_TRY(loligo_agree(sim->context, reserve_senders(ranked_items_count(received), list)));
  find_steps(sim->context, received->items, list);
  fill_senders(sim, received->items, list);
  return LOLIGO_OK;
}

loligo_status loligo_simulation_restore_flights(loligo_simulation *sim, const loligo_flight *flights, size_t n)
{
  const int ranks = sim->context->size;
  ranked_items received;
  sender_list list = {0};
  loligo_status status = loligo_agree(sim->context, ranked_items_init(&received, ranks, sizeof(handed_signal), WHAT));
  if (status == LOLIGO_OK) status = hand_over(sim, flights, n, &received);
  if (status == LOLIGO_OK) status = take_over(sim, &received, &list);
  ranked_items_free(&received);
  if (status == LOLIGO_OK) status = send_all_again(sim, &list);
  sender_list_free(&list);
  return status;
}
