/*
 * What a checkpoint takes: messages that do not grow with the number of populations, on each rank its share of the
 * bytes, and bounded pieces of them, whatever the network is.
 */
#include <dlfcn.h>

#include "io/hdf5/mpi_io.h"
#include "io_fixture.h"

#include "base/text.h"
#include "io/checkpoint/checkpoint.h"
#include "io/checkpoint/flights.h"
#include "io/checkpoint/passage.h"
#include "loligo/loligo.h"
#include "network/description.h"
#include "sim/exchange/exchange.h"

#define OK(call) assert_int_equal((call), LOLIGO_OK)

static io_fixture fixture;

/* -- what is counted -- */

/* Since they were set to 0; of reads in stretches alone. */
static uint64_t collectives, bytes_read, most_read;

#define COUNTED(name, parameters, arguments)                                                                           \
  int name parameters                                                                                                  \
  {                                                                                                                    \
    collectives++;                                                                                                     \
    return P##name arguments;                                                                                          \
  }

/* These stand before those of the library, also for HDF5. */
COUNTED(MPI_Barrier, (MPI_Comm comm), (comm))
COUNTED(MPI_Bcast, (void *data, int n, MPI_Datatype type, int root, MPI_Comm comm), (data, n, type, root, comm))
COUNTED(MPI_Allreduce, (const void *from, void *to, int n, MPI_Datatype type, MPI_Op op, MPI_Comm comm),
        (from, to, n, type, op, comm))
COUNTED(MPI_Exscan, (const void *from, void *to, int n, MPI_Datatype type, MPI_Op op, MPI_Comm comm),
        (from, to, n, type, op, comm))
COUNTED(MPI_Allgather,
        (const void *from, int n, MPI_Datatype type, void *to, int n_to, MPI_Datatype type_to, MPI_Comm comm),
        (from, n, type, to, n_to, type_to, comm))
COUNTED(MPI_Alltoall,
        (const void *from, int n, MPI_Datatype type, void *to, int n_to, MPI_Datatype type_to, MPI_Comm comm),
        (from, n, type, to, n_to, type_to, comm))
COUNTED(MPI_Alltoallv,
        (const void *from, const int *n, const int *at, MPI_Datatype type, void *to, const int *n_to, const int *at_to,
         MPI_Datatype type_to, MPI_Comm comm),
        (from, n, at, type, to, n_to, at_to, type_to, comm))

herr_t H5Dread(hid_t dataset, hid_t type, hid_t to, hid_t from, hid_t transfer, void *values)
{
  static herr_t (*original)(hid_t, hid_t, hid_t, hid_t, hid_t, void *);
  if (!original) *(void **)&original = dlsym(RTLD_NEXT, "H5Dread");
  const uint64_t n = to == H5S_ALL ? 0 : (uint64_t)H5Sget_select_npoints(to);
  bytes_read += n * H5Tget_size(type);
  if (n > most_read) most_read = n;
  return original(dataset, type, to, from, transfer, values);
}

/* -- simulations -- */

typedef struct subject {
  loligo_network *network;
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
} subject;

static void subject_build(subject *s, const char *partitioner, const char *exchange)
{
  OK(loligo_decomposition_create(s->network, partitioner, fixture.context.size, &s->decomposition));
  OK(loligo_simulation_create(&fixture.context, s->network, s->decomposition, exchange, NULL, &s->simulation));
}

static void subject_clear(subject *s)
{
  loligo_simulation_destroy(s->simulation);
  loligo_decomposition_destroy(s->decomposition);
}

static checkpoint_info subject_write(const subject *s, const char *name)
{
  checkpoint_info info;
  checkpoint_plan plan = {.directory = io_fixture_path(&fixture, name),
                          .keep = 1,
                          .network = s->network,
                          .simulation = s->simulation,
                          .provenance = &fixture.provenance};
  OK(checkpoint_write(&fixture.context, &plan, &info));
  return info;
}

static void add_populations(loligo_network *network, size_t n, uint64_t cells)
{
  for (size_t p = 0; p < n; p++) {
    char name[24];
    snprintf(name, sizeof name, "P%zu", p);
    OK(loligo_network_add_population(network, name, loligo_model_find("hh_psc_exp"), cells / n, NULL));
  }
}

/* -- populations -- */

static void count_objects(const char *path, uint64_t *n)
{
  H5G_info_t groups[2];
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  assert_true(H5Gget_info_by_name(file, "/values", &groups[0], H5P_DEFAULT) >= 0);
  assert_true(H5Gget_info_by_name(file, "/populations", &groups[1], H5P_DEFAULT) >= 0);
  H5Fclose(file);
  *n = groups[0].nlinks + groups[1].nlinks;
}

/** What a checkpoint of 4000 cells costs. */
typedef struct cost {
  uint64_t to_write, to_read, objects;
} cost;

static cost cost_of(size_t n_populations)
{
  cost cost;
  subject s = {.network = loligo_network_create(0.1, 1)};
  add_populations(s.network, n_populations, 4000);
  subject_build(&s, "round_robin", "allgather");
  collectives = 0;
  checkpoint_info info = subject_write(&s, "populations");
  cost.to_write = collectives;
  subject_clear(&s);
  subject_build(&s, "block", "allgather");
  collectives = 0;
  OK(checkpoint_read(&fixture.context, info.path, s.network, CHECKPOINT_COUNTS_ON, s.simulation));
  cost.to_read = collectives;
  subject_clear(&s);
  count_objects(info.path, &cost.objects);
  loligo_network_destroy(s.network);
  return cost;
}

static void messages_do_not_grow_with_populations(void **state)
{
  (void)state;
  const cost one = cost_of(1), hundred = cost_of(100);
  assert_true(one.to_write > 0 && one.to_read > 0);
  assert_in_range(hundred.to_write, 1, one.to_write + one.to_write / 4);
  assert_in_range(hundred.to_read, 1, one.to_read + one.to_read / 4);
  assert_int_equal(hundred.objects, one.objects);
}

/* -- values -- */

static uint64_t value_of(size_t field, uint64_t index)
{
  return hash_mix(index ^ hash_mix(field)) >> 12; /* as a double, no NaN */
}

/* Bits of every value of this rank: written, or compared. */
static void visit_values(const subject *s, bool compares)
{
  for (size_t i = 0; i < loligo_simulation_field_count(s->simulation); i++) {
    const loligo_field field = loligo_simulation_field(s->simulation, i);
    uint64_t *values = field.values;
    for (uint64_t c = 0; c < field.n_cells; c++) {
      if (compares) assert_true(values[c] == value_of(i, field.index[c]));
      values[c] = value_of(i, field.index[c]);
    }
  }
}

/* Parts end within fields, and hold several. */
static void values_move_in_bounded_parts(void **state)
{
  (void)state;
  const uint64_t cells = (uint64_t)fixture.context.size * VALUES_AT_ONCE / 5;
  subject s = {.network = loligo_network_create(0.1, 1)};
  OK(loligo_network_add_population(s.network, "few", loligo_model_find("hh_psc_exp"), 3, NULL));
  OK(loligo_network_add_population(s.network, "many", loligo_model_find("iaf_psc_exp"), cells, NULL));
  add_populations(s.network, 10, cells);
  subject_build(&s, "round_robin", "allgather");
  visit_values(&s, false);
  checkpoint_info info = subject_write(&s, "values");
  subject_clear(&s);
  subject_build(&s, "block", "allgather");
  most_read = 0;
  OK(checkpoint_read(&fixture.context, info.path, s.network, CHECKPOINT_COUNTS_ON, s.simulation));
  assert_in_range(most_read, VALUES_AT_ONCE / 2, VALUES_AT_ONCE);
  visit_values(&s, true);
  subject_clear(&s);
  loligo_network_destroy(s.network);
}

/* -- signals on their way -- */

enum { SOURCES = 4000, RATE_HZ = 1000, DELAY_MS = 20, CUT = 400, REST = 300 };

/* At the cut more signals are on their way than a rank reads at once. */
static loligo_network *noisy_network(void)
{
  loligo_network *network = loligo_network_create(0.1, 1);
  loligo_projection_spec spec = {.source = 0, .target = 1, .rule = "fixed_indegree", .argument = 50};
  OK(loligo_network_add_population(network, "noise", loligo_model_find("poisson_source"), SOURCES, NULL));
  OK(loligo_network_set_param(network, 0, "rate", loligo_constant(RATE_HZ)));
  OK(loligo_network_add_population(network, "cells", loligo_model_find("iaf_psc_exp"), 20, NULL));
  spec.weight = loligo_constant(20);
  for (int i = 0; i < 2; i++) {
    spec.delay = loligo_constant(i == 0 ? 1 : DELAY_MS);
    OK(loligo_network_add_projection(network, &spec));
  }
  return network;
}

static loligo_statistics statistics_after(const subject *s, int64_t steps)
{
  loligo_statistics statistics;
  OK(loligo_simulation_run(s->simulation, steps));
  OK(loligo_simulation_statistics(s->simulation, &statistics));
  free(statistics.population_spikes);
  return statistics;
}

/* Reads what was written by a rank's share, and goes on. */
static void restore_by(const subject *written, const checkpoint_info *info, const char *exchange, uint64_t n_flights,
                       const loligo_statistics *expected)
{
  const uint64_t size = (uint64_t)fixture.context.size;
  subject s = {.network = written->network};
  subject_build(&s, "round_robin", exchange);
  bytes_read = most_read = 0;
  OK(checkpoint_read(&fixture.context, info->path, s.network, CHECKPOINT_COUNTS_ON, s.simulation));
  const uint64_t bytes = n_flights * CHECKPOINT_FLIGHT_BYTES, slack = bytes / 50;
  if (fixture.context.rank != 0) assert_in_range(bytes_read, bytes / size - slack, bytes / size + slack);
  assert_in_range(most_read, 1, FLIGHTS_AT_ONCE + 1);
  assert_in_range(loligo_simulation_flight_count(s.simulation), 1, n_flights / size + n_flights / 20);
  const loligo_statistics got = statistics_after(&s, REST);
  assert_true(got.spikes == expected->spikes && got.spikes_checksum == expected->spikes_checksum);
  assert_true(got.synaptic_events == expected->synaptic_events);
  subject_clear(&s);
}

static void each_rank_reads_its_share_of_signals(void **state)
{
  (void)state;
  subject s = {.network = noisy_network()};
  subject_build(&s, "block", "allgather");
  statistics_after(&s, CUT);
  uint64_t n_flights = loligo_simulation_flight_count(s.simulation);
  MPI_Allreduce(MPI_IN_PLACE, &n_flights, 1, MPI_UINT64_T, MPI_SUM, fixture.context.comm);
  assert_true(n_flights > FLIGHTS_AT_ONCE);
  checkpoint_info info = subject_write(&s, "signals");
  const loligo_statistics expected = statistics_after(&s, REST);
  subject_clear(&s);
  for (size_t i = 0; i < exchange_method_registry.n; i++)
    restore_by(&s, &info, exchange_method_at(i)->name, n_flights, &expected);
  loligo_network_destroy(s.network);
}

int main(int argc, char **argv)
{
  mpi_io_prepare();
  MPI_Init(&argc, &argv);
  io_fixture_init(&fixture);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(messages_do_not_grow_with_populations),
      cmocka_unit_test(values_move_in_bounded_parts),
      cmocka_unit_test(each_rank_reads_its_share_of_signals),
  };
  const int failures = cmocka_run_group_tests(tests, NULL, NULL);
  io_fixture_free(&fixture);
  MPI_Finalize();
  return failures;
}
