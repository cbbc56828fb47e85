/*
 * Reports reach rank 0 and are answered; what anybody else sends, or a datagram in which anything is wrong, is dropped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <mpi.h>
#include <poll.h>
#include <unistd.h>

#include "base/lifeline.h"

enum { PATIENCE_MS = 5000, QUIET_MS = 100, LARGE = 2000 };

static loligo_context context;
static lifeline line;

static int open_line(void **state)
{
  (void)state;
  return lifeline_open(&context, &line) != LOLIGO_OK;
}

static int close_line(void **state)
{
  (void)state;
  MPI_Barrier(context.comm);
  lifeline_close(&line);
  return 0;
}

static bool is_there(int milliseconds)
{
  struct pollfd ready = {.fd = line.sockets[0], .events = POLLIN};
  return line.n_sockets > 0 && poll(&ready, 1, milliseconds) == 1;
}

static lifeline_datagram good(int rank)
{
  lifeline_datagram datagram = {.report = {.rank = rank, .count = 10 + (uint64_t)rank}};
  memcpy(datagram.secret, line.secret, sizeof line.secret);
  memset(datagram.report.doing, 'x', LIFELINE_DOING_SIZE);
  return datagram;
}

static void send_bytes(const void *bytes, size_t n)
{
  assert_int_equal(send(line.sockets[0], bytes, n, 0), n);
}

static void assert_report_of(int rank)
{
  lifeline_report report = {0};
  assert_true(is_there(PATIENCE_MS));
  assert_true(lifeline_receive(&line, 0, &report));
  assert_int_equal(report.rank, rank);
  assert_int_equal(report.count, 10 + rank);
  assert_int_equal(strlen(report.doing), LIFELINE_DOING_SIZE - 1);
}

static void reports_are_answered(void **state)
{
  (void)state;
  for (int rank = 1; rank < context.size; rank++) {
    const lifeline_datagram mine = good(rank);
    if (context.rank == rank) lifeline_send(&line, &mine.report);
    if (context.rank == rank || context.rank == 0) assert_report_of(rank);
    MPI_Barrier(context.comm);
  }
}

static void rank_0_listens_at_the_loopback_only(void **state)
{
  (void)state;
  lifeline_address own = {0};
  socklen_t length = sizeof own;
  assert_int_equal(line.n_sockets, context.size > 1);
  if (line.n_sockets == 0) return;
  assert_int_equal(getsockname(line.sockets[0], &own.any, &length), 0);
  assert_int_equal(own.any.sa_family, AF_INET);
  assert_int_equal(own.ip4.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
}

/* Sends them from rank 1; returns how many. */
static int send_damaged(void)
{
  static const int32_t ranks[] = {INT32_MIN, -1, 0, 1 << 20, INT32_MAX};
  static const size_t sizes[] = {0, 1, sizeof(lifeline_datagram) - 1, sizeof(lifeline_datagram) + 1, LARGE};
  int n = 0;
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++, n++) {
    char bytes[LARGE] = {0};
    memcpy(bytes, &(lifeline_datagram[]){good(1)}, sizeof(lifeline_datagram));
    send_bytes(bytes, sizes[i]);
  }
  for (size_t i = 0; i <= sizeof ranks / sizeof *ranks; i++, n++) {
    lifeline_datagram datagram = good(1);
    datagram.report.rank = i < sizeof ranks / sizeof *ranks ? ranks[i] : line.size;
    send_bytes(&datagram, sizeof datagram);
  }
  for (int bit = 0; bit < 128; bit++, n++) {
    lifeline_datagram datagram = good(1);
    datagram.secret[bit / 64] ^= (uint64_t)1 << bit % 64;
    send_bytes(&datagram, sizeof datagram);
  }
  return n;
}

static void damaged_datagrams_are_dropped(void **state)
{
  (void)state;
  if (context.size == 1) return;
  int n = context.rank == 1 ? send_damaged() : 0;
  MPI_Bcast(&n, 1, MPI_INT, 1, context.comm);
  lifeline_report report;
  for (int i = 0; context.rank == 0 && i < n; i++) {
    assert_true(is_there(PATIENCE_MS));
    assert_false(lifeline_receive(&line, 0, &report));
  }
  const lifeline_datagram mine = good(1);
  if (context.rank == 1) lifeline_send(&line, &mine.report);
  if (context.rank <= 1) assert_report_of(1);
}

/* A whole datagram with the secret and the number of rank 1. */
static void send_from_elsewhere(const lifeline_address *to)
{
  const lifeline_datagram datagram = good(1);
  int elsewhere = socket(AF_INET, SOCK_DGRAM, 0);
  assert_int_equal(sendto(elsewhere, &datagram, sizeof datagram, 0, &to->any, sizeof to->ip4), sizeof datagram);
  close(elsewhere);
}

static void reports_from_elsewhere_are_dropped(void **state)
{
  (void)state;
  lifeline_address root;
  lifeline_report report;
  socklen_t length = sizeof root;
  if (context.size == 1) return;
  if (context.rank == 1) {
    assert_int_equal(getpeername(line.sockets[0], &root.any, &length), 0);
    send_from_elsewhere(&root);
  }
  if (context.rank != 0) return;
  assert_true(is_there(PATIENCE_MS));
  assert_false(lifeline_receive(&line, 0, &report));
}

static void one_rank_cannot_report_for_another(void **state)
{
  (void)state;
  lifeline_report report;
  if (context.size < 3) return;
  const lifeline_datagram others = good(2);
  if (context.rank == 1) lifeline_send(&line, &others.report);
  if (context.rank != 0) return;
  assert_true(is_there(PATIENCE_MS));
  assert_false(lifeline_receive(&line, 0, &report));
}

static void answers_from_elsewhere_do_not_arrive(void **state)
{
  (void)state;
  if (context.size == 1) return;
  if (context.rank == 0) send_from_elsewhere(&line.peers[1]);
  MPI_Barrier(context.comm);
  if (context.rank == 1) assert_false(is_there(QUIET_MS));
}

int main(int argc, char **argv)
{
  MPI_Init(&argc, &argv);
  loligo_context_init(&context, MPI_COMM_WORLD);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(reports_are_answered, open_line, close_line),
      cmocka_unit_test_setup_teardown(rank_0_listens_at_the_loopback_only, open_line, close_line),
      cmocka_unit_test_setup_teardown(damaged_datagrams_are_dropped, open_line, close_line),
      cmocka_unit_test_setup_teardown(reports_from_elsewhere_are_dropped, open_line, close_line),
      cmocka_unit_test_setup_teardown(one_rank_cannot_report_for_another, open_line, close_line),
      cmocka_unit_test_setup_teardown(answers_from_elsewhere_do_not_arrive, open_line, close_line),
  };
  const int failures = cmocka_run_group_tests(tests, NULL, NULL);
  loligo_context_free(&context);
  MPI_Finalize();
  return failures;
}
