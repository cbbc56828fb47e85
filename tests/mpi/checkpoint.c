/*
 * Checkpoints: a run cut through files ends like one that was never cut, on other ranks and by another partitioner; a
 * file that is not as it was written is never taken for a good one; a failure leaves the earlier ones as they were.
 */
#include "io/hdf5/mpi_io.h"
#include "io_fixture.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "io/checkpoint/checkpoint.h"
#include "loligo/loligo.h"
#include "network/description.h"
#include "stage.h"

enum { FLIPS = 50 };

static io_fixture fixture;
static loligo_context alone;           /* this rank by itself */
static loligo_network *full, *network; /* of all models; of few, with all that a file holds */

static const checkpoint_note notes[] = {{"segments", "3"}, {"edges.csv", "0123456789abcdef"}, {"empty", ""}};

/* A directory for one test; one for all ranks, and one for rank 0 alone. */
static const char *folder(const char *name, const loligo_context *context)
{
  static char path[1024];
  snprintf(path, sizeof path, "%s/%s%s", fixture.directory, name, context == &alone ? "_alone" : "");
  return path;
}

static loligo_status write_checkpoint(const stage *stage, const char *directory, size_t keep, checkpoint_info *info)
{
  checkpoint_plan plan = {.directory = directory,
                          .keep = keep,
                          .network = stage->network,
                          .simulation = stage->simulation,
                          .provenance = &fixture.provenance,
                          .notes = notes,
                          .n_notes = sizeof notes / sizeof notes[0]};
  return checkpoint_write(stage->context, &plan, info);
}

/* Runs up to a step, writes, and takes down. */
static checkpoint_info run_and_write_on(const loligo_context *context, const loligo_network *of, const char *directory,
                                        int64_t step)
{
  stage stage = {0};
  checkpoint_info info;
  stage_set(&stage, context, of, 0);
  OK(loligo_simulation_run(stage.simulation, step));
  OK(write_checkpoint(&stage, directory, 2, &info));
  assert_int_equal(info.step, step);
  stage_clear(&stage);
  return info;
}

static checkpoint_info run_and_write(const char *directory, int64_t step)
{
  return run_and_write_on(&fixture.context, network, directory, step);
}

/* -- going on -- */

/* Of rank 0 alone, told to all. Collective the first time. */
static const outcome *uncut(void)
{
  static outcome outcome;
  if (outcome.spikes) return &outcome;
  if (fixture.context.rank == 0) {
    stage stage = {0};
    stage_set(&stage, &alone, full, 0);
    OK(loligo_simulation_run(stage.simulation, STAGE_STEPS));
    outcome = stage_outcome(&stage);
  }
  MPI_Bcast(&outcome, sizeof outcome, MPI_BYTE, 0, fixture.context.comm);
  assert_true(outcome.spikes > 500);
  return &outcome;
}

/* From the newest checkpoint to a step; what the samplers saw is added to *frames. */
static void resume(stage *stage, const loligo_context *context, const loligo_network *of, const char *directory,
                   size_t turn, int64_t step)
{
  checkpoint_header header;
  OK(checkpoint_newest(context, directory, &header));
  assert_null(header.refused);
  stage_set(stage, context, of, turn);
  OK(checkpoint_read(context, header.path, of, CHECKPOINT_COUNTS_ON, stage->simulation));
  assert_int_equal(loligo_simulation_step(stage->simulation), header.step);
  OK(loligo_simulation_run(stage->simulation, step - header.step));
  checkpoint_header_free(&header);
}

static void a_run_goes_on_as_if_never_cut(void **state)
{
  (void)state;
  const char *directory = folder("go_on", &fixture.context);
  const int64_t cuts[] = {1, 333, 340, STAGE_STEPS};
  stage stage = {0};
  checkpoint_info info;
  stage_set(&stage, &fixture.context, full, 0);
  OK(loligo_simulation_run(stage.simulation, cuts[0]));
  for (size_t i = 1; i < 4; i++) {
    OK(write_checkpoint(&stage, directory, 2, &info));
    stage_clear(&stage);
    resume(&stage, &fixture.context, full, directory, i, cuts[i]);
  }
  outcome got = stage_outcome(&stage);
  assert_memory_equal(&got, uncut(), sizeof got);
}

static uint64_t digest_of(const checkpoint_info *info)
{
  uint64_t digest;
  io_fixture_read(info->path, "/digest", H5T_NATIVE_UINT64, 1, &digest);
  return digest;
}

/* What all ranks wrote, rank 0 would have written, and goes on from, alone. */
static void go_on_alone(const checkpoint_info *together, const outcome *expected)
{
  checkpoint_info single = run_and_write_on(&alone, full, folder("change", &alone), 401);
  assert_true(digest_of(together) == digest_of(&single));
  stage stage = {0};
  resume(&stage, &alone, full, folder("change", &fixture.context), 2, STAGE_STEPS);
  outcome got = stage_outcome(&stage);
  assert_true(got.checksum == expected->checksum && got.events == expected->events && got.spikes == expected->spikes);
}

static void ranks_change_on_the_way(void **state)
{
  (void)state;
  const outcome *expected = uncut();
  checkpoint_info together = run_and_write_on(&fixture.context, full, folder("change", &fixture.context), 401);
  if (fixture.context.rank == 0) go_on_alone(&together, expected);
  MPI_Barrier(fixture.context.comm);
}

/* -- what is in the file -- */

static void the_header_gives_back_what_it_was_given(void **state)
{
  (void)state;
  const char *directory = folder("header", &fixture.context);
  checkpoint_info info = run_and_write(directory, 12);
  checkpoint_header header;
  OK(checkpoint_newest(&fixture.context, directory, &header));
  assert_string_equal(header.path, info.path);
  assert_int_equal(header.step, 12);
  assert_true(header.dt == network->dt);
  assert_string_equal(header.used_parameters, fixture.provenance.used);
  assert_int_equal(header.n_notes, 3);
  for (size_t i = 0; i < 3; i++) assert_string_equal(checkpoint_note_value(&header, notes[i].name), notes[i].value);
  assert_null(checkpoint_note_value(&header, "missing"));
  assert_int_equal(io_fixture_complete(info.path), 1);
  struct stat found;
  assert_int_equal(stat(info.path, &found), 0);
  assert_int_equal(found.st_size, info.bytes);
  checkpoint_header_free(&header);
}

/* -- damage -- */

typedef struct file_bytes {
  unsigned char *bytes;
  size_t n;
} file_bytes;

static file_bytes load(const char *path)
{
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  fseek(file, 0, SEEK_END);
  file_bytes loaded = {NULL, (size_t)ftell(file)};
  loaded.bytes = malloc(loaded.n);
  rewind(file);
  assert_int_equal(fread(loaded.bytes, 1, loaded.n, file), loaded.n);
  fclose(file);
  return loaded;
}

/* Rank 0 writes the first n bytes. Collective. */
static void store(const char *path, const file_bytes *contents, size_t n)
{
  MPI_Barrier(fixture.context.comm);
  if (fixture.context.rank == 0) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(contents->bytes, 1, n, file), n);
    fclose(file);
  }
  MPI_Barrier(fixture.context.comm);
}

/* The newest is refused by name with that reason, and the one before offered. */
static void assert_refused(const char *directory, const checkpoint_info *newest, int64_t before, const char *reason)
{
  checkpoint_header header;
  char line[2 * FOLDER_PATH_SIZE];
  OK(checkpoint_newest(&fixture.context, directory, &header));
  assert_int_equal(header.step, before);
  snprintf(line, sizeof line, "%s: %s", newest->path, reason);
  assert_non_null(header.refused);
  if (*reason) assert_string_equal(header.refused, line);
  checkpoint_header_free(&header);
}

static const char CUT_SHORT[] =
    "bears no seal: it was cut short, damaged at its end, or written by another version of loligo",
                  CHANGED[] = "was changed or damaged after it was written";

static void any_flipped_bit_is_found(void **state)
{
  (void)state;
  const char *directory = folder("flip", &fixture.context);
  run_and_write(directory, 100);
  checkpoint_info info = run_and_write(directory, 200);
  file_bytes good = load(info.path);
  for (uint64_t k = 0; k < FLIPS; k++) {
    size_t bit = hash_mix(k) % (8 * good.n);
    if (k < 3) bit = 8 * good.n - 1 - 200 * k; /* within the seal */
    good.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    store(info.path, &good, good.n);
    assert_refused(directory, &info, 100, k < 3 ? "" : CHANGED);
    good.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
  }
  store(info.path, &good, good.n);
  stage stage = {0};
  resume(&stage, &fixture.context, network, directory, 1, 200);
  stage_clear(&stage);
  free(good.bytes);
}

static void a_shortened_file_is_found(void **state)
{
  (void)state;
  const char *directory = folder("short", &fixture.context);
  run_and_write(directory, 100);
  checkpoint_info info = run_and_write(directory, 200);
  file_bytes good = load(info.path);
  const size_t lengths[] = {0, 1, 79, 80, 81, 1000, good.n / 2, good.n - 81, good.n - 80, good.n - 1};
  for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
    store(info.path, &good, lengths[i]);
    assert_refused(directory, &info, 100, CUT_SHORT);
  }
  free(good.bytes);
}

static void nothing_good_is_found_where_nothing_is(void **state)
{
  (void)state;
  checkpoint_header header;
  OK(checkpoint_newest(&fixture.context, folder("nowhere", &fixture.context), &header));
  assert_string_equal(header.path, "");
  assert_null(header.refused);
  checkpoint_header_free(&header);
}

/* Changes the first number of a dataset of 8-byte numbers, behind a good seal; *value receives what it was. On rank 0.
 * Collective. */
static void swap_first(const char *path, const char *name, hid_t type, void *value)
{
  char old[8];
  MPI_Barrier(fixture.context.comm);
  if (fixture.context.rank == 0) {
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), dataset = H5Dopen2(file, name, H5P_DEFAULT);
    hid_t there = H5Dget_space(dataset), here = H5Screate(H5S_SCALAR);
    H5Sselect_hyperslab(there, H5S_SELECT_SET, (hsize_t[]){0}, NULL, (hsize_t[]){1}, NULL);
    assert_true(H5Dread(dataset, type, here, there, H5P_DEFAULT, old) >= 0);
    assert_true(H5Dwrite(dataset, type, here, there, H5P_DEFAULT, value) >= 0);
    memcpy(value, old, sizeof old);
    H5Sclose(here);
    H5Sclose(there);
    H5Dclose(dataset);
    H5Fclose(file);
  }
  MPI_Barrier(fixture.context.comm);
}

static void assert_unreadable(const stage *stage, const checkpoint_info *info, const char *reason)
{
  char message[2 * FOLDER_PATH_SIZE];
  snprintf(message, sizeof message, "%s: %s", info->path, reason);
  assert_int_equal(checkpoint_read(&fixture.context, info->path, network, CHECKPOINT_COUNTS_ON, stage->simulation),
                   LOLIGO_MACHINE_ERROR);
  assert_string_equal(loligo_error_message(), message);
  loligo_error_clear();
}

/* As of a failing memory. */
static void what_was_read_is_compared(void **state)
{
  (void)state;
  checkpoint_info info = run_and_write(folder("value", &fixture.context), 100);
  stage stage = {0};
  stage_set(&stage, &fixture.context, network, 0);
  swap_first(info.path, "/values/float64", H5T_NATIVE_DOUBLE, &(double){-60.125});
  assert_unreadable(&stage, &info, "what was read is not what was written");
  stage_clear(&stage);
}

static void tables_of_other_fields_are_refused(void **state)
{
  static const char *const columns[] = {"/fields/population", "/fields/first"};
  char message[2 * FOLDER_PATH_SIZE];
  (void)state;
  checkpoint_info info = run_and_write(folder("table", &fixture.context), 100);
  snprintf(message, sizeof message, "%s: holds no ", info.path);
  for (size_t i = 0; i < 2; i++) {
    uint64_t value = 1000;
    stage stage = {0};
    stage_set(&stage, &fixture.context, network, 0);
    swap_first(info.path, columns[i], H5T_NATIVE_UINT64, &value);
    assert_int_equal(checkpoint_read(&fixture.context, info.path, network, CHECKPOINT_COUNTS_ON, stage.simulation),
                     LOLIGO_INPUT_ERROR);
    assert_ptr_equal(strstr(loligo_error_message(), message), loligo_error_message());
    loligo_error_clear();
    swap_first(info.path, columns[i], H5T_NATIVE_UINT64, &value);
    stage_clear(&stage);
  }
}

/* What the restored simulation would take for an address. */
static void signals_that_no_cell_sent_are_refused(void **state)
{
  struct {
    const char *column;
    int64_t value;
  } cases[] = {{"step", 101}, {"step", -1},  {"population", 1000}, {"population", -1}, {"index", 1 << 30},
               {"index", -1}, {"signal", 5}, {"signal", -1},       {"negative", 2}};
  (void)state;
  checkpoint_info info = run_and_write(folder("signal", &fixture.context), 100);
  stage stage = {0};
  stage_set(&stage, &fixture.context, network, 0);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char dataset[64];
    snprintf(dataset, sizeof dataset, "/spikes_in_flight/%s", cases[i].column);
    swap_first(info.path, dataset, H5T_NATIVE_INT64, &cases[i].value);
    assert_unreadable(&stage, &info, "/spikes_in_flight/ has a signal that no cell can have sent");
    swap_first(info.path, dataset, H5T_NATIVE_INT64, &cases[i].value);
  }
  stage_clear(&stage);
}

static void lists_that_no_synapse_left_are_refused(void **state)
{
  (void)state;
  checkpoint_info info = run_and_write(folder("list", &fixture.context), 300);
  for (size_t i = 0; i < 4; i++) {
    uint64_t length = i ? UINT64_C(1) << 62 : 1000;
    uint64_t weight = UINT32_MAX; /* room for 8 bytes */
    double number = -0.5;
    stage stage = {0};
    const char *dataset = i < 2 ? "/lists/lengths" : i < 3 ? "/lists/uint32" : "/lists/float64";
    const hid_t type = i < 2 ? H5T_NATIVE_UINT64 : i < 3 ? H5T_NATIVE_UINT32 : H5T_NATIVE_DOUBLE;
    void *value = i < 2 ? (void *)&length : i < 3 ? (void *)&weight : (void *)&number;
    stage_set(&stage, &fixture.context, network, 0);
    swap_first(info.path, dataset, type, value);
    const loligo_status status =
        checkpoint_read(&fixture.context, info.path, network, CHECKPOINT_COUNTS_ON, stage.simulation);
    assert_true(status == LOLIGO_INPUT_ERROR || status == LOLIGO_MACHINE_ERROR);
    assert_string_not_equal(loligo_error_message(), "");
    loligo_error_clear();
    swap_first(info.path, dataset, type, value);
    stage_clear(&stage);
  }
}

static void a_column_of_another_length_is_refused(void **state)
{
  (void)state;
  checkpoint_info info = run_and_write(folder("column", &fixture.context), 100);
  if (fixture.context.rank == 0) {
    hid_t file = H5Fopen(info.path, H5F_ACC_RDWR, H5P_DEFAULT),
          dataset = H5Dopen2(file, "/spikes_in_flight/index", H5P_DEFAULT);
    H5Dset_extent(dataset, (hsize_t[]){1});
    H5Dclose(dataset);
    H5Fclose(file);
  }
  MPI_Barrier(fixture.context.comm);
  stage stage = {0};
  stage_set(&stage, &fixture.context, network, 0);
  assert_unreadable(&stage, &info, "/spikes_in_flight/index is no list as long as /spikes_in_flight/step");
  stage_clear(&stage);
}

/* -- another model -- */

static void assert_misfit(const checkpoint_info *info, double dt, const char *first, const char *second, uint64_t size,
                          const char *reason)
{
  loligo_network *other = loligo_network_create(dt, 1);
  OK(loligo_network_add_population(other, "first", loligo_model_find(first), size, NULL));
  if (second) OK(loligo_network_add_population(other, second, loligo_model_find("iaf_psc_exp"), 3, NULL));
  stage stage = {0};
  char message[2 * FOLDER_PATH_SIZE];
  stage_set(&stage, &fixture.context, other, 0);
  snprintf(message, sizeof message, "%s: %s", info->path, reason);
  assert_int_equal(checkpoint_read(&fixture.context, info->path, other, CHECKPOINT_COUNTS_ON, stage.simulation),
                   LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), message);
  loligo_error_clear();
  stage_clear(&stage);
  loligo_network_destroy(other);
}

static void what_does_not_fit_is_named(void **state)
{
  (void)state;
  loligo_network *small = loligo_network_create(0.1, 1);
  OK(loligo_network_add_population(small, "first", loligo_model_find("iaf_psc_exp"), 5, NULL));
  OK(loligo_network_add_population(small, "second", loligo_model_find("iaf_psc_exp"), 3, NULL));
  stage stage = {0};
  checkpoint_info info;
  stage_set(&stage, &fixture.context, small, 0);
  OK(loligo_simulation_run(stage.simulation, 1));
  OK(write_checkpoint(&stage, folder("misfit", &fixture.context), 1, &info));
  stage_clear(&stage);
  loligo_network_destroy(small);
  assert_misfit(&info, 0.05, "iaf_psc_exp", "second", 5, "dt is 0.1 ms there, 0.05 ms in the model");
  assert_misfit(&info, 0.1, "iaf_psc_exp", "second", 6, "population first has 5 cells there, 6 in the model");
  assert_misfit(&info, 0.1, "iaf_psc_exp", "third", 5, "holds no population third");
  assert_misfit(&info, 0.1, "iaf_psc_exp", NULL, 5, "holds 2 populations, the model 1");
  assert_misfit(&info, 0.1, "iaf_psc_delta", "second", 5,
                "population first is made of iaf_psc_exp there, of iaf_psc_delta in the model");
}

/* -- keeping, and failing -- */

static size_t count_entries(const char *directory)
{
  size_t n = 0;
  DIR *entries = opendir(directory);
  assert_non_null(entries);
  for (const struct dirent *entry; (entry = readdir(entries));) n += entry->d_name[0] != '.';
  closedir(entries);
  return n;
}

static bool has_step(const char *directory, int64_t step)
{
  char path[FOLDER_PATH_SIZE];
  OK(folder_path(directory, step, path));
  return access(path, F_OK) == 0;
}

static void the_newest_are_kept(void **state)
{
  (void)state;
  const char *directory = folder("keep", &fixture.context);
  stage stage = {0};
  checkpoint_info info;
  stage_set(&stage, &fixture.context, network, 0);
  for (int64_t step = 10; step <= 50; step += 10) {
    OK(loligo_simulation_run(stage.simulation, 10));
    OK(write_checkpoint(&stage, directory, 3, &info));
  }
  OK(write_checkpoint(&stage, directory, 3, &info));
  assert_int_equal(count_entries(directory), 3);
  assert_true(has_step(directory, 30) && has_step(directory, 40) && has_step(directory, 50));
  stage_clear(&stage);
  run_and_write(directory, 45);
  assert_int_equal(count_entries(directory), 2);
  assert_true(has_step(directory, 40) && has_step(directory, 45));
}

static void limit_file_size(rlim_t bytes)
{
  struct rlimit limit;
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_leaves_what_was_there(void **state)
{
  (void)state;
  const char *directory = folder("full", &fixture.context);
  checkpoint_info good = run_and_write(directory, 100), info;
  const rlim_t limits[] = {1000, good.bytes / 3, good.bytes * 2 / 3, good.bytes - 1};
  stage stage = {0};
  resume(&stage, &fixture.context, network, directory, 1, 200);
  for (size_t i = 0; i < 4; i++) {
    limit_file_size(limits[i]);
    assert_int_equal(write_checkpoint(&stage, directory, 2, &info), LOLIGO_MACHINE_ERROR);
    limit_file_size(RLIM_INFINITY);
    assert_non_null(strstr(loligo_error_message(), "step-000000000200.h5.part: File too large"));
    loligo_error_clear();
    assert_int_equal(count_entries(directory), 1);
    MPI_Barrier(fixture.context.comm);
  }
  OK(loligo_simulation_run(stage.simulation, STAGE_STEPS - 200));
  OK(write_checkpoint(&stage, directory, 2, &info));
  assert_int_equal(count_entries(directory), 2);
  stage_clear(&stage);
}

static void a_name_that_is_taken_leaves_nothing_half_done(void **state)
{
  (void)state;
  const char *directory = folder("taken", &fixture.context);
  char path[FOLDER_PATH_SIZE];
  run_and_write(directory, 100);
  OK(folder_path(directory, 200, path));
  stage stage = {0};
  checkpoint_info info;
  resume(&stage, &fixture.context, network, directory, 1, 200);
  if (fixture.context.rank == 0) assert_int_equal(mkdir(path, 0777), 0);
  assert_int_equal(write_checkpoint(&stage, directory, 2, &info), LOLIGO_MACHINE_ERROR);
  assert_non_null(strstr(loligo_error_message(), "step-000000000200.h5.part: Is a directory"));
  loligo_error_clear();
  assert_int_equal(count_entries(directory), 2);
  stage_clear(&stage);
}

static void no_directory_is_an_error(void **state)
{
  (void)state;
  stage stage = {0};
  checkpoint_info info;
  stage_set(&stage, &fixture.context, network, 0);
  OK(loligo_simulation_run(stage.simulation, 1));
  assert_int_equal(write_checkpoint(&stage, "/nowhere/checkpoints", 2, &info), LOLIGO_MACHINE_ERROR);
  assert_string_equal(loligo_error_message(), "cannot make /nowhere/checkpoints: No such file or directory");
  loligo_error_clear();
  stage_clear(&stage);
}

static void add_synapses(loligo_network *few, size_t source, const char *synapse)
{
  const loligo_named_value weight_max = {SYNAPSE_WMAX, loligo_constant(10)};
  const loligo_projection_spec spec = {.source = source,
                                       .target = 1,
                                       .rule = "fixed_indegree",
                                       .argument = 6,
                                       .synapse = synapse,
                                       .synapse_params = &weight_max,
                                       .n_synapse_params = strcmp(synapse, "stdp") == 0,
                                       .weight = loligo_constant(5),
                                       .delay = normal(1, 0.5, SHORTEST_DELAY)};
  OK(loligo_network_add_projection(few, &spec));
}

/* A file of them has fields, lists and spikes in flight too, and is soon written. */
static loligo_network *few_models(void)
{
  static const char *const models[] = {"hh_cond_exp_traub", "iaf_psc_exp", "poisson_source"};
  loligo_network *few = loligo_network_create(DT, 5);
  for (size_t i = 0; i < 3; i++)
    OK(loligo_network_add_population(few, models[i], loligo_model_find(models[i]), 11 + 6 * i, NULL));
  OK(loligo_network_set_param(few, 1, "I_e", loligo_constant(2500)));
  OK(loligo_network_set_param(few, 2, "rate", loligo_constant(900)));
  add_synapses(few, 1, "stdp");
  add_synapses(few, 2, "tsodyks2");
  return few;
}

int main(int argc, char **argv)
{
  mpi_io_prepare();
  MPI_Init(&argc, &argv);
  io_fixture_init(&fixture);
  loligo_context_init(&alone, MPI_COMM_SELF);
  full = full_network();
  add_plastic_projections(full);
  network = few_models();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_run_goes_on_as_if_never_cut),
      cmocka_unit_test(ranks_change_on_the_way),
      cmocka_unit_test(the_header_gives_back_what_it_was_given),
      cmocka_unit_test(any_flipped_bit_is_found),
      cmocka_unit_test(a_shortened_file_is_found),
      cmocka_unit_test(nothing_good_is_found_where_nothing_is),
      cmocka_unit_test(what_was_read_is_compared),
      cmocka_unit_test(tables_of_other_fields_are_refused),
      cmocka_unit_test(signals_that_no_cell_sent_are_refused),
      cmocka_unit_test(lists_that_no_synapse_left_are_refused),
      cmocka_unit_test(a_column_of_another_length_is_refused),
      cmocka_unit_test(what_does_not_fit_is_named),
      cmocka_unit_test(the_newest_are_kept),
      cmocka_unit_test(a_full_disk_leaves_what_was_there),
      cmocka_unit_test(a_name_that_is_taken_leaves_nothing_half_done),
      cmocka_unit_test(no_directory_is_an_error),
  };
  const int failures = cmocka_run_group_tests(tests, NULL, NULL);
  loligo_network_destroy(network);
  loligo_network_destroy(full);
  loligo_context_free(&alone);
  io_fixture_free(&fixture);
  MPI_Finalize();
  return failures;
}
