/*
 * What is recorded in segments, cut, reopened, interrupted and merged, ends as the same files as what is recorded in
 * one go.
 */
#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "io/hdf5/mpi_io.h"
#include "io/results/recorders.h"
#include "io/results/result_info.h"
#include "io_fixture.h"
#include "loligo/partition.h"
#include "loligo/simulation.h"

#define OK(call) assert_int_equal(call, LOLIGO_OK)
enum { STEPS = 600, FILES = 4 };

static io_fixture fixture;
static bool syncs_no_directories; /* what the file system does */

/* Stands before that of the C library. */
int fsync(int descriptor)
{
  struct stat found;
  if (!syncs_no_directories || fstat(descriptor, &found) || !S_ISDIR(found.st_mode))
    return (int)syscall(SYS_fsync, descriptor);
  errno = EINVAL;
  return -1;
}
static const char *const names[FILES] = {"spikes.h5", "slow.V_m.h5", "late.V_m.h5", "edges.h5"};
static const char model_text[] =
    "simulation: {dt: 0.1 ms, duration: 60 ms, seed: 3}\n"
    "populations:\n"
    "  E: {model: iaf_psc_exp, size: 20, params: {I_e: 900 pA}, init: {V_m: {uniform: {low: -70, high: -50}}}}\n"
    "  noise: {model: poisson_source, size: 10, params: {rate: 300 Hz}}\n"
    "projections:\n"
    "  - {name: drive, source: noise, target: E, rule: {fixed_indegree: 3}, weight: 80, delay: 1.5 ms}\n"
    "record:\n"
    "  spikes: [E, noise]\n"
    "  connectivity: [drive]\n"
    "  state:\n"
    "    slow: {target: 'E[0:7]', variables: [V_m], interval: 0.7 ms}\n"
    "    late: {target: E, variables: [V_m], interval: 0.1 ms, start: 41 ms, precision: float64}\n";

/* -- a run -- */

typedef struct run {
  model_file file;
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  recorders *recorders;
  output_lock lock;
} run;

/* Marks of 1, 2, ... segments of the folder that was last written to, as checkpoints would keep them; [0] of none. */
static char marks[16][1024];

/* Reads the model, with the folder as its output; returns the path of that. */
static const char *read_model(run *run, const char *folder, const char *duration)
{
  static char output[1024];
  char model[1024], set_output[1100], set_duration[64];
  snprintf(model, sizeof model, "%s", io_fixture_path(&fixture, "model.yaml"));
  snprintf(output, sizeof output, "%s", io_fixture_path(&fixture, folder));
  snprintf(set_output, sizeof set_output, "output.directory=%s", output);
  snprintf(set_duration, sizeof set_duration, "simulation.duration=%s", duration);
  OK(model_file_read(&fixture.context, model, (const char *[]){set_output, set_duration}, 2, &run->file));
  return output;
}

/* A simulation that stands at `step`, as a restored one does. */
static void build(run *run, const char *folder, const char *duration, int64_t step)
{
  const char *output = read_model(run, folder, duration);
  OK(loligo_decomposition_create(run->file.network, "round_robin", fixture.context.size, &run->decomposition));
  OK(loligo_simulation_create(&fixture.context, run->file.network, run->decomposition, "auto", NULL, &run->simulation));
  run->lock = (output_lock){0};
  OK(output_prepare(&fixture.context, &(output_plan){output, OUTPUT_RESUME, NULL, NULL}, &run->lock));
  if (step > 0) OK(loligo_simulation_run(run->simulation, step));
}

static loligo_status open_recorders(run *run, recorders_mode mode)
{
  return recorders_open(&fixture.context, &run->file, &fixture.provenance, run->simulation, &mode, &run->recorders);
}

static void open_segments(run *run, const char *folder, int64_t step, uint64_t n)
{
  build(run, folder, "60 ms", step);
  OK(open_recorders(run, (recorders_mode){true, n ? marks[n] : NULL}));
}

static void go_to(run *run, int64_t step)
{
  OK(loligo_simulation_run(run->simulation, step - loligo_simulation_step(run->simulation)));
}

static uint64_t cut_at(run *run, int64_t step)
{
  const char *mark;
  go_to(run, step);
  OK(recorders_cut(run->recorders, &mark));
  uint64_t n = strtoull(mark, NULL, 10);
  snprintf(marks[n], sizeof marks[n], "%s", mark);
  return n;
}

static void end(run *run, bool complete)
{
  OK(recorders_close(run->recorders, complete));
  loligo_simulation_destroy(run->simulation);
  loligo_decomposition_destroy(run->decomposition);
  model_file_free(&run->file);
  output_lock_release(&run->lock);
  MPI_Barrier(fixture.context.comm);
}

/* The run that is never cut. */
static void run_whole(const char *folder, const char *duration, int64_t steps)
{
  run run;
  build(&run, folder, duration, 0);
  OK(open_recorders(&run, (recorders_mode){false, NULL}));
  go_to(&run, steps);
  end(&run, true);
}

/* -- comparison -- */

static void compare_values(hid_t type, void *a, void *b, size_t bytes)
{
  if (H5Tis_variable_str(type) > 0) {
    assert_string_equal(*(char **)a, *(char **)b);
  } else {
    assert_memory_equal(a, b, bytes);
  }
}

static herr_t compare_attribute(hid_t object, const char *name, const H5A_info_t *info, void *other)
{
  (void)info;
  char values[2][256] = {{0}};
  hid_t a = H5Aopen(object, name, H5P_DEFAULT), b = H5Aopen(*(hid_t *)other, name, H5P_DEFAULT), type = H5Aget_type(a);
  assert_true(b >= 0 && H5Tequal(type, H5Aget_type(b)) > 0);
  assert_true(H5Aread(a, type, values[0]) >= 0 && H5Aread(b, type, values[1]) >= 0);
  compare_values(type, values[0], values[1], sizeof values[0]);
  H5Aclose(a);
  H5Aclose(b);
  return 0;
}

static void compare_dataset(hid_t a, hid_t b)
{
  hsize_t extents[2][2] = {{0}};
  hid_t type = H5Dget_type(a), space = H5Dget_space(a);
  assert_true(H5Tequal(type, H5Dget_type(b)) > 0);
  assert_int_equal(H5Sget_simple_extent_dims(space, extents[0], NULL),
                   H5Sget_simple_extent_dims(H5Dget_space(b), extents[1], NULL));
  assert_memory_equal(extents[0], extents[1], sizeof extents[0]);
  size_t bytes = (size_t)H5Sget_simple_extent_npoints(space) * H5Tget_size(type);
  void *values[2] = {calloc(1, bytes + 1), calloc(1, bytes + 1)};
  assert_true(H5Dread(a, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values[0]) >= 0);
  assert_true(H5Dread(b, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values[1]) >= 0);
  assert_memory_equal(values[0], values[1], bytes);
  free(values[0]);
  free(values[1]);
}

static herr_t compare_object(hid_t file, const char *name, const H5O_info_t *info, void *other)
{
  if (strncmp(name, "provenance", 10) == 0) return 0;
  hid_t a = H5Oopen(file, name, H5P_DEFAULT), b = H5Oopen(*(hid_t *)other, name, H5P_DEFAULT);
  assert_true(a >= 0 && b >= 0);
  H5O_info_t found;
  H5Oget_info2(b, &found, H5O_INFO_BASIC | H5O_INFO_NUM_ATTRS);
  assert_true(found.type == info->type && found.num_attrs == info->num_attrs);
  if (info->type == H5O_TYPE_DATASET) compare_dataset(a, b);
  assert_true(H5Aiterate2(a, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, compare_attribute, &b) >= 0);
  H5Oclose(a);
  H5Oclose(b);
  return 0;
}

static uint64_t count_objects(hid_t file)
{
  H5G_info_t info;
  H5Gget_info(file, &info);
  return info.nlinks;
}

static bool exists(const char *name)
{
  struct stat found;
  return stat(io_fixture_path(&fixture, name), &found) == 0;
}

/* Every file of `folder` holds what that of `expected` holds, and nothing is left of the segments. */
static void assert_equal_results(const char *folder, const char *expected)
{
  char path[256];
  MPI_Barrier(fixture.context.comm);
  for (size_t i = 0; i < FILES && fixture.context.rank == 0; i++) {
    snprintf(path, sizeof path, "%s/%s", expected, names[i]);
    hid_t a = H5Fopen(io_fixture_path(&fixture, path), H5F_ACC_RDONLY, H5P_DEFAULT);
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    hid_t b = H5Fopen(io_fixture_path(&fixture, path), H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_true(a >= 0 && b >= 0);
    assert_int_equal(count_objects(a), count_objects(b));
    assert_true(H5Ovisit2(a, H5_INDEX_NAME, H5_ITER_NATIVE, compare_object, &b, H5O_INFO_BASIC | H5O_INFO_NUM_ATTRS) >=
                0);
    H5Fclose(a);
    H5Fclose(b);
    assert_int_equal(io_fixture_complete(io_fixture_path(&fixture, path)), 1);
  }
  snprintf(path, sizeof path, "%s/segments", folder);
  assert_false(exists(path));
  MPI_Barrier(fixture.context.comm);
}

/* -- tests -- */

static void cuts_leave_no_trace(void **state)
{
  (void)state;
  const int64_t cuts[] = {1, 16, 16, 200, 410, 411, 598, 600};
  const uint64_t good[] = {1, 2, 2, 3, 4, 5, 6, 7};
  run run;
  open_segments(&run, "cut", 0, 0);
  for (size_t i = 0; i < 8; i++) assert_int_equal(cut_at(&run, cuts[i]), good[i]);
  end(&run, true);
  assert_equal_results("cut", "whole");
}

static void every_segment_is_a_file_of_its_own(void **state)
{
  (void)state;
  double times[3];
  run run;
  open_segments(&run, "own", 0, 0);
  cut_at(&run, 100);
  cut_at(&run, 205);
  end(&run, false);
  assert_false(exists("own/spikes.h5"));
  assert_false(exists("own/segments/000003.part"));
  assert_true(exists("own/edges.h5"));
  const char *slow = io_fixture_path(&fixture, "own/segments/000002/slow.V_m.h5");
  assert_int_equal(io_fixture_complete(slow), 1);
  io_fixture_read(slow, "/report/E/mapping/time", H5T_NATIVE_DOUBLE, 3, times);
  assert_true(times[0] == 10.5 && times[2] == 0.7 && times[1] == 10.5 + 15 * 0.7);
  MPI_Barrier(fixture.context.comm);
}

/* Killed at step 300, behind the checkpoint of step 150; then stopped at 450, and gone on with. */
static void a_reopened_run_drops_what_is_newer(void **state)
{
  (void)state;
  run run;
  open_segments(&run, "again", 0, 0);
  cut_at(&run, 150);
  cut_at(&run, 300);
  end(&run, false);
  assert_true(exists("again/segments/000002/spikes.h5"));
  MPI_Barrier(fixture.context.comm);
  open_segments(&run, "again", 150, 1);
  assert_false(exists("again/segments/000002"));
  assert_int_equal(cut_at(&run, 450), 2);
  go_to(&run, 460);
  end(&run, false);
  open_segments(&run, "again", 450, 2);
  assert_int_equal(cut_at(&run, STEPS), 3);
  end(&run, true);
  assert_equal_results("again", "whole");
}

static void segments_are_described_together(void **state)
{
  (void)state;
  run run;
  char text[4096] = "";
  open_segments(&run, "described", 0, 0);
  cut_at(&run, 100);
  cut_at(&run, 205);
  end(&run, false);
  FILE *out = fmemopen(text, sizeof text, "w");
  OK(result_info_print(io_fixture_path(&fixture, "described"), out));
  fclose(out);
  assert_non_null(strstr(text, "the run is not finished: segments/ holds what it has recorded\n"));
  assert_non_null(strstr(text, "edges.h5: complete\n"));
  assert_non_null(strstr(text, "late.V_m.h5: in 2 segments\n  E: 0 frames of 20 cells"));
  assert_non_null(strstr(text, "slow.V_m.h5: in 2 segments\n  E: 30 frames of 7 cells, every 0.7 ms from 0 ms\n"));
  MPI_Barrier(fixture.context.comm);
}

static void copy_folder(const char *from, const char *to)
{
  char command[512];
  snprintf(command, sizeof command, "cp -r %s/%s %s/%s", fixture.directory, from, fixture.directory, to);
  MPI_Barrier(fixture.context.comm);
  if (fixture.context.rank == 0) assert_int_equal(system(command), 0);
  MPI_Barrier(fixture.context.comm);
}

/* Segments of a whole run, not merged. */
static void record_segments(const char *folder)
{
  run run;
  open_segments(&run, folder, 0, 0);
  cut_at(&run, 250);
  assert_int_equal(cut_at(&run, STEPS), 2);
  end(&run, false);
}

/* The merge stops where a file cannot be appended; what was published before stays and is not made again. */
static void an_interrupted_merge_is_repeated(void **state)
{
  (void)state;
  run run;
  char path[256], hidden[256];
  record_segments("broken0");
  for (size_t i = 0; i < 3; i++) {
    const char *folder = (const char *[]){"broken1", "broken2", "broken3"}[i];
    copy_folder("broken0", folder);
    open_segments(&run, folder, STEPS, 2);
    snprintf(path, sizeof path, "%s/%s/segments/000002/%s", fixture.directory, folder, names[i]);
    snprintf(hidden, sizeof hidden, "%s/hidden", fixture.directory);
    MPI_Barrier(fixture.context.comm);
    if (fixture.context.rank == 0) assert_int_equal(rename(path, hidden), 0);
    MPI_Barrier(fixture.context.comm);
    assert_int_equal(recorders_close(run.recorders, true), LOLIGO_MACHINE_ERROR);
    loligo_error_clear();
    run.recorders = NULL;
    end(&run, false);
    if (fixture.context.rank == 0) assert_int_equal(rename(hidden, path), 0);
    MPI_Barrier(fixture.context.comm);
    open_segments(&run, folder, STEPS, 2);
    end(&run, true);
    assert_equal_results(folder, "whole");
  }
}

static void a_finished_run_is_extended(void **state)
{
  (void)state;
  run run;
  run_whole("long", "90 ms", 900);
  record_segments("extended");
  open_segments(&run, "extended", STEPS, 2);
  end(&run, true);
  assert_equal_results("extended", "whole");
  open_segments(&run, "extended", STEPS, 2);
  end(&run, true);
  assert_equal_results("extended", "whole");
  build(&run, "extended", "90 ms", STEPS);
  OK(open_recorders(&run, (recorders_mode){true, marks[2]}));
  assert_true(exists("extended/segments/000001-000002/spikes.h5"));
  assert_int_equal(cut_at(&run, 700), 3);
  end(&run, false);
  build(&run, "extended", "90 ms", 700);
  OK(open_recorders(&run, (recorders_mode){true, marks[3]}));
  assert_int_equal(cut_at(&run, 900), 4);
  end(&run, true);
  assert_equal_results("extended", "long");
}

static void a_file_system_may_sync_no_directories(void **state)
{
  (void)state;
  run run;
  syncs_no_directories = true;
  record_segments("unsynced");
  open_segments(&run, "unsynced", STEPS, 2);
  end(&run, true);
  assert_equal_results("unsynced", "whole");
  syncs_no_directories = false;
}

static void assert_message(const char *part)
{
  if (!strstr(loligo_error_message(), part)) fail_msg("'%s' does not say '%s'", loligo_error_message(), part);
  loligo_error_clear();
}

/* A run that is not complete does not go on with the folder. */
static void assert_refused(const char *folder, uint64_t n, loligo_status status, const char *part)
{
  run run;
  bool is_complete = false;
  read_model(&run, folder, "60 ms");
  assert_int_equal(recorders_check(&fixture.context, &run.file, marks[n], &is_complete), status);
  assert_message(part);
  model_file_free(&run.file);
  MPI_Barrier(fixture.context.comm);
}

static void change_byte(const char *name, long where)
{
  MPI_Barrier(fixture.context.comm);
  if (fixture.context.rank == 0) {
    FILE *file = fopen(io_fixture_path(&fixture, name), "r+");
    assert_int_equal(fseek(file, where, where < 0 ? SEEK_END : SEEK_SET), 0);
    int byte = fgetc(file);
    fseek(file, -1, SEEK_CUR);
    fputc(byte ^ 4, file);
    fclose(file);
  }
  MPI_Barrier(fixture.context.comm);
}

static void a_changed_bit_is_found_wherever_it_is(void **state)
{
  (void)state;
  record_segments("damaged");
  const long places[] = {9, 700, 4000, -1, -20, -45, -70, -100, -3000};
  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
    const char *name = i % 2 ? "damaged/segments/000001/spikes.h5" : "damaged/segments/000002/late.V_m.h5";
    change_byte(name, places[i]);
    assert_refused("damaged", 2, LOLIGO_MACHINE_ERROR, name);
    change_byte(name, places[i]);
  }
  run run;
  open_segments(&run, "damaged", STEPS, 2);
  end(&run, true);
  assert_equal_results("damaged", "whole");
}

static void what_is_missing_or_cut_short_is_named(void **state)
{
  (void)state;
  record_segments("short");
  snprintf(marks[3], sizeof marks[3], "3%.1000s", marks[2] + 1);
  assert_refused("short", 3, LOLIGO_INPUT_ERROR, "segments/000003/spikes.h5: is missing; the checkpoint needs it");
  if (fixture.context.rank == 0) truncate(io_fixture_path(&fixture, "short/segments/000001/slow.V_m.h5"), 100);
  MPI_Barrier(fixture.context.comm);
  assert_refused("short", 2, LOLIGO_MACHINE_ERROR,
                 "short/segments/000001/slow.V_m.h5: bears no seal: it was cut short");
}

/* Good files, each with a good seal, that are not those of the checkpoint. */
static void files_of_another_run_are_named(void **state)
{
  (void)state;
  const char *const names[] = {"segments/000001/spikes.h5", "segments/000002/spikes.h5", "segments/000002/late.V_m.h5"};
  char command[512], name[64], folder[16];
  fixture.provenance.given = "another model";
  record_segments("other");
  fixture.provenance.given = "this model";
  record_segments("ours");
  for (size_t i = 0; i < 3; i++) {
    snprintf(folder, sizeof folder, "mixed%zu", i);
    copy_folder("ours", folder);
    snprintf(name, sizeof name, "%s/%s", folder, names[i]);
    snprintf(command, sizeof command, "cp %s/other/%s %s/%s", fixture.directory, names[i], fixture.directory, name);
    if (fixture.context.rank == 0) assert_int_equal(system(command), 0);
    MPI_Barrier(fixture.context.comm);
    snprintf(command, sizeof command, "%s: is not the file that the checkpoint knows, but of another run", name);
    assert_refused(folder, 2, LOLIGO_MACHINE_ERROR, command);
  }
}

/* The merge looks once more; what it cannot read stays as it is. */
static void damage_during_the_run_is_found_by_the_merge(void **state)
{
  (void)state;
  run run;
  open_segments(&run, "late", 0, 0);
  cut_at(&run, 250);
  cut_at(&run, STEPS);
  change_byte("late/segments/000001/slow.V_m.h5", 5000);
  assert_int_equal(recorders_close(run.recorders, true), LOLIGO_MACHINE_ERROR);
  assert_message("late/segments/000001/slow.V_m.h5: was changed or damaged after it was written; put back a good copy");
  run.recorders = NULL;
  end(&run, false);
  assert_false(exists("late/slow.V_m.h5"));
  change_byte("late/segments/000001/slow.V_m.h5", 5000);
  open_segments(&run, "late", STEPS, 2);
  end(&run, true);
  assert_equal_results("late", "whole");
}

/* Final files are sealed too, and known before they become the first segment of a longer run. */
static void final_files_are_known(void **state)
{
  (void)state;
  run run;
  record_segments("newer");
  open_segments(&run, "newer", STEPS, 2);
  end(&run, true);
  assert_refused("newer", 1, LOLIGO_MACHINE_ERROR,
                 "newer/spikes.h5: holds more than the last good checkpoint knows (2 segments, not 1)");
  change_byte("newer/spikes.h5", 3000);
  assert_refused("newer", 2, LOLIGO_MACHINE_ERROR, "newer/spikes.h5: was changed or damaged after it was written");
  change_byte("newer/spikes.h5", 3000);
  fixture.provenance.given = "an older model";
  record_segments("older");
  open_segments(&run, "older", STEPS, 2);
  end(&run, true);
  assert_refused("newer", 2, LOLIGO_MACHINE_ERROR, "newer/spikes.h5: is not the file that the checkpoint knows");
}

static void write_model(void)
{
  if (fixture.context.rank == 0) {
    FILE *file = fopen(io_fixture_path(&fixture, "model.yaml"), "w");
    fputs(model_text, file);
    fclose(file);
  }
  MPI_Barrier(fixture.context.comm);
}

int main(int argc, char **argv)
{
  mpi_io_prepare();
  MPI_Init(&argc, &argv);
  io_fixture_init(&fixture);
  write_model();
  run_whole("whole", "60 ms", STEPS);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cuts_leave_no_trace),
      cmocka_unit_test(every_segment_is_a_file_of_its_own),
      cmocka_unit_test(segments_are_described_together),
      cmocka_unit_test(a_reopened_run_drops_what_is_newer),
      cmocka_unit_test(an_interrupted_merge_is_repeated),
      cmocka_unit_test(a_finished_run_is_extended),
      cmocka_unit_test(a_file_system_may_sync_no_directories),
      cmocka_unit_test(a_changed_bit_is_found_wherever_it_is),
      cmocka_unit_test(what_is_missing_or_cut_short_is_named),
      cmocka_unit_test(files_of_another_run_are_named),
      cmocka_unit_test(damage_during_the_run_is_found_by_the_merge),
      cmocka_unit_test(final_files_are_known),
  };
  const int failures = cmocka_run_group_tests(tests, NULL, NULL);
  io_fixture_free(&fixture);
  MPI_Finalize();
  return failures;
}
