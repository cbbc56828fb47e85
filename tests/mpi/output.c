/*
 * The output directory: made with its parents, refused if it holds a result, emptied of a result and of nothing else.
 */
#include <sys/stat.h>

#include "base/memory.h"
#include "io/hdf5/h5_draft.h"
#include "io/hdf5/mpi_io.h"
#include "io/results/output.h"
#include "io_fixture.h"

static io_fixture fixture;

static void make_file(const char *path)
{
  if (fixture.context.rank == 0) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("content\n", file);
    fclose(file);
  }
  MPI_Barrier(fixture.context.comm);
}

static void make_result_file(const char *path)
{
  if (fixture.context.rank == 0) {
    h5_draft draft;
    h5_draft_create(&draft, path);
    provenance_write(&fixture.provenance, &draft);
    assert_int_equal(h5_draft_close(&draft), LOLIGO_OK);
  }
  MPI_Barrier(fixture.context.comm);
}

static bool exists(const char *path)
{
  struct stat found;
  MPI_Barrier(fixture.context.comm);
  bool there = stat(path, &found) == 0;
  MPI_Barrier(fixture.context.comm);
  return there;
}

static void assert_message(const char *part)
{
  if (!strstr(loligo_error_message(), part)) fail_msg("'%s' does not say '%s'", loligo_error_message(), part);
  loligo_error_clear();
}

/* The file of states that the run writes. */
static bool is_written(const model_file *file, const char *name)
{
  (void)file;
  return strcmp(name, "ours.V_m.h5") == 0;
}

static loligo_status check(const char *directory, output_mode mode)
{
  output_lock lock = {0};
  loligo_status status = output_check(&fixture.context, &(output_plan){directory, mode, NULL, is_written}, &lock);
  output_lock_release(&lock);
  return status;
}

static loligo_status prepare_with(output_lock *lock, const char *directory, output_mode mode)
{
  return output_prepare(&fixture.context, &(output_plan){directory, mode, NULL, is_written}, lock);
}

static loligo_status prepare(const char *directory, output_mode mode)
{
  output_lock lock = {0};
  loligo_status status = prepare_with(&lock, directory, mode);
  output_lock_release(&lock);
  return status;
}

static void parents_are_made(void **state)
{
  (void)state;
  char directory[1024];
  snprintf(directory, sizeof directory, "%s", io_fixture_path(&fixture, "a/b//c/"));
  assert_int_equal(prepare(directory, OUTPUT_NEW), LOLIGO_OK);
  assert_true(exists(directory));
  assert_int_equal(prepare(directory, OUTPUT_NEW), LOLIGO_OK);
}

static void checking_changes_nothing(void **state)
{
  (void)state;
  char directory[1024], above[1024];
  snprintf(directory, sizeof directory, "%s", io_fixture_path(&fixture, "new/below"));
  snprintf(above, sizeof above, "%s", io_fixture_path(&fixture, "new"));
  assert_int_equal(check(directory, OUTPUT_NEW), LOLIGO_OK);
  assert_false(exists(above));
  assert_int_equal(prepare(directory, OUTPUT_NEW), LOLIGO_OK);
  char *report = output_path(directory, "report.yml");
  make_file(report);
  assert_int_equal(check(directory, OUTPUT_NEW), LOLIGO_INPUT_ERROR);
  assert_message("holds a result already");
  assert_int_equal(check(directory, OUTPUT_OVERWRITE), LOLIGO_OK);
  assert_true(exists(report));
  assert_int_equal(check(report, OUTPUT_OVERWRITE), LOLIGO_INPUT_ERROR);
  assert_message("Not a directory");
  memory_free(report);
}

static void a_result_is_refused(void **state)
{
  (void)state;
  const char *const names[] = {"report.yml", "spikes.h5", "somas.V_m.h5"};
  char directory[1024], message[2048], path[2048];
  snprintf(directory, sizeof directory, "%s", io_fixture_path(&fixture, "refused"));
  snprintf(message, sizeof message, "%s: holds a result already; choose another --output, or --overwrite", directory);
  assert_int_equal(prepare(directory, OUTPUT_NEW), LOLIGO_OK);
  for (size_t i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "%s/%s", directory, names[i]);
    make_file(path);
    assert_int_equal(prepare(directory, OUTPUT_NEW), LOLIGO_INPUT_ERROR);
    assert_string_equal(loligo_error_message(), message);
    loligo_error_clear();
    assert_true(exists(path));
    if (fixture.context.rank == 0) unlink(path);
    MPI_Barrier(fixture.context.comm);
  }
}

static void overwriting_removes_the_result_alone(void **state)
{
  (void)state;
  const char *const own[] = {"report.yml", "used_parameters.yml", "spikes.h5"}, *const foreign[] = {"data.h5",
                                                                                                    "notes.txt"};
  char path[256];
  assert_int_equal(prepare(io_fixture_path(&fixture, "mixed"), OUTPUT_NEW), LOLIGO_OK);
  for (size_t i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "mixed/%s", own[i]);
    make_file(io_fixture_path(&fixture, path));
  }
  for (size_t i = 0; i < 2; i++) {
    snprintf(path, sizeof path, "mixed/%s", foreign[i]);
    make_file(io_fixture_path(&fixture, path));
  }
  make_result_file(io_fixture_path(&fixture, "mixed/somas.V_m.h5"));
  assert_int_equal(prepare(io_fixture_path(&fixture, "mixed"), OUTPUT_OVERWRITE), LOLIGO_OK);
  for (size_t i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "mixed/%s", own[i]);
    assert_false(exists(io_fixture_path(&fixture, path)));
  }
  assert_false(exists(io_fixture_path(&fixture, "mixed/somas.V_m.h5")));
  assert_true(exists(io_fixture_path(&fixture, "mixed/data.h5")));
  assert_true(exists(io_fixture_path(&fixture, "mixed/notes.txt")));
}

static void unfinished_runs_are_refused_left_or_removed(void **state)
{
  (void)state;
  const char *const folders[] = {"run/segments", "run/segments/000001", "run/segments/000002.part", "run/checkpoints"};
  const char *const own[] = {"run/segments/000001/spikes.h5", "run/segments/000002.part/spikes.h5",
                             "run/checkpoints/step-000000000100.h5", "run/checkpoints/step-000000000200.h5.part",
                             "run/checkpoints/complete"};
  char directory[1024];
  snprintf(directory, sizeof directory, "%s", io_fixture_path(&fixture, "run"));
  assert_int_equal(prepare(directory, OUTPUT_NEW), LOLIGO_OK);
  for (size_t i = 0; i < 4 && fixture.context.rank == 0; i++) mkdir(io_fixture_path(&fixture, folders[i]), 0777);
  for (size_t i = 0; i < 5; i++) {
    i % 2 ? make_file(io_fixture_path(&fixture, own[i])) : make_result_file(io_fixture_path(&fixture, own[i]));
  }
  make_file(io_fixture_path(&fixture, "run/checkpoints/notes.txt"));
  assert_int_equal(check(directory, OUTPUT_NEW), LOLIGO_INPUT_ERROR);
  assert_message(
      "run: holds a run with checkpoints; go on with it by --resume, choose another --output, or --overwrite");
  assert_int_equal(prepare(directory, OUTPUT_RESUME), LOLIGO_OK);
  for (size_t i = 0; i < 5; i++) assert_true(exists(io_fixture_path(&fixture, own[i])));
  assert_int_equal(prepare(directory, OUTPUT_OVERWRITE), LOLIGO_OK);
  for (size_t i = 0; i < 5; i++) assert_false(exists(io_fixture_path(&fixture, own[i])));
  assert_false(exists(io_fixture_path(&fixture, "run/segments")));
  assert_true(exists(io_fixture_path(&fixture, "run/checkpoints/notes.txt")));
}

/* A folder with a result, its segments and checkpoints, most of them unreadable, and links under their names. */
static void make_broken(const char *directory)
{
  const char *const folders[] = {"", "/segments", "/segments/000001", "/checkpoints"};
  const char *const files[] = {"/report.yml", "/ours.V_m.h5", "/segments/000001/spikes.h5",
                               "/checkpoints/step-000000000100.h5", "/checkpoints/complete"};
  const char *const links[] = {"/spikes.h5", "/used_parameters.yml", "/segments/000002"};
  char path[1100];
  for (size_t i = 0; i < 4 && fixture.context.rank == 0; i++) {
    snprintf(path, sizeof path, "%s%s", directory, folders[i]);
    assert_int_equal(mkdir(path, 0777), 0);
  }
  for (size_t i = 0; i < 5; i++) {
    snprintf(path, sizeof path, "%s%s", directory, files[i]);
    make_file(path);
  }
  for (size_t i = 0; i < 3 && fixture.context.rank == 0; i++) {
    snprintf(path, sizeof path, "%s%s", directory, links[i]);
    assert_int_equal(symlink(i < 2 ? "../victim/kept.h5" : "../../victim", path), 0);
  }
  if (fixture.context.rank == 0) {
    snprintf(path, sizeof path, "%s/pipe.h5", directory);
    assert_int_equal(mkfifo(path, 0666), 0);
  }
  MPI_Barrier(fixture.context.comm);
}

static void overwriting_is_not_stopped_by_what_cannot_be_read_and_follows_no_link(void **state)
{
  (void)state;
  const char *const gone[] = {"/report.yml",          "/ours.V_m.h5", "/spikes.h5",
                              "/used_parameters.yml", "/segments",    "/checkpoints"};
  char directory[1024], path[1100];
  if (fixture.context.rank == 0) mkdir(io_fixture_path(&fixture, "victim"), 0777);
  make_result_file(io_fixture_path(&fixture, "victim/kept.h5"));
  snprintf(directory, sizeof directory, "%s", io_fixture_path(&fixture, "broken"));
  make_broken(directory);
  assert_int_equal(check(directory, OUTPUT_OVERWRITE), LOLIGO_OK);
  assert_int_equal(prepare(directory, OUTPUT_OVERWRITE), LOLIGO_OK);
  for (size_t i = 0; i < 6; i++) {
    snprintf(path, sizeof path, "%s%s", directory, gone[i]);
    struct stat found;
    assert_int_equal(lstat(path, &found), -1);
  }
  snprintf(path, sizeof path, "%s/pipe.h5", directory);
  assert_true(exists(path));
  assert_true(exists(io_fixture_path(&fixture, "victim/kept.h5")));
}

/* Nothing is removed. */
static void assert_kept(const char *directory, loligo_status status, const char *message)
{
  char report[1100];
  snprintf(report, sizeof report, "%s/report.yml", directory);
  assert_int_equal(check(directory, OUTPUT_OVERWRITE), status);
  assert_message(message);
  assert_int_equal(prepare(directory, OUTPUT_OVERWRITE), status);
  assert_message(message);
  assert_true(exists(report));
}

static void what_cannot_be_removed_is_found_before_anything_is(void **state)
{
  (void)state;
  char directory[1024], path[1100];
  const bool is_root = fixture.context.rank == 0;
  snprintf(directory, sizeof directory, "%s", io_fixture_path(&fixture, "stuck"));
  make_broken(directory);
  snprintf(path, sizeof path, "%s/edges.h5", directory);
  if (is_root) mkdir(path, 0777);
  assert_kept(directory, LOLIGO_INPUT_ERROR, "stuck/edges.h5: is a folder where a file is to be written; move it away");
  if (is_root) rmdir(path);
  snprintf(path, sizeof path, "%s/segments/000001/notes.txt", directory);
  make_file(path);
  assert_kept(directory, LOLIGO_INPUT_ERROR, "segments/000001/notes.txt: is no file of a segment; move it away");
  if (is_root) unlink(path);
  const char *const folders[] = {"", "/segments", "/segments/000001", "/checkpoints"};
  chmod(fixture.directory, 0777);
  for (size_t i = 0; i < 4; i++) {
    snprintf(path, sizeof path, "%s%s", directory, folders[i]);
    MPI_Barrier(fixture.context.comm);
    chmod(path, 0555);
    if (geteuid() == 0) assert_int_equal(seteuid(65534), 0);
    assert_kept(directory, LOLIGO_MACHINE_ERROR, "Permission denied");
    if (getuid() == 0) assert_int_equal(seteuid(0), 0);
    MPI_Barrier(fixture.context.comm);
    chmod(path, 0777);
  }
}

static void a_run_is_resumed_in_folders_of_its_own(void **state)
{
  (void)state;
  char directory[1024], path[1100];
  snprintf(directory, sizeof directory, "%s", io_fixture_path(&fixture, "linked"));
  assert_int_equal(prepare(directory, OUTPUT_NEW), LOLIGO_OK);
  snprintf(path, sizeof path, "%s/checkpoints", directory);
  if (fixture.context.rank == 0) assert_int_equal(symlink("../victim", path), 0);
  MPI_Barrier(fixture.context.comm);
  assert_int_equal(check(directory, OUTPUT_RESUME), LOLIGO_INPUT_ERROR);
  assert_message("linked/checkpoints: is no folder, but a link or a file; put the folder itself there");
}

static void one_run_at_a_time(void **state)
{
  (void)state;
  char directory[1024], left[1100];
  snprintf(directory, sizeof directory, "%s", io_fixture_path(&fixture, "locked"));
  snprintf(left, sizeof left, "%s/.loligo.lock", directory);
  output_lock lock = {0};
  assert_int_equal(prepare_with(&lock, directory, OUTPUT_NEW), LOLIGO_OK);
  assert_int_equal(prepare_with(&lock, directory, OUTPUT_NEW), LOLIGO_OK);
  assert_int_equal(check(directory, OUTPUT_RESUME), LOLIGO_INPUT_ERROR);
  assert_message("locked: another run writes there; wait for its end, or choose another --output");
  assert_true(exists(left));
  output_lock_release(&lock);
  assert_false(exists(left));
  make_file(left);
  assert_int_equal(check(directory, OUTPUT_RESUME), LOLIGO_OK);
}

static void impossible_paths_are_the_users_mistake(void **state)
{
  (void)state;
  make_file(io_fixture_path(&fixture, "file"));
  assert_int_equal(prepare(io_fixture_path(&fixture, "file"), OUTPUT_NEW), LOLIGO_INPUT_ERROR);
  assert_message("file: cannot be the output directory: Not a directory");
  assert_int_equal(prepare(io_fixture_path(&fixture, "file/below"), OUTPUT_OVERWRITE), LOLIGO_INPUT_ERROR);
  assert_message("cannot be the output directory: Not a directory");
  assert_int_equal(prepare("", OUTPUT_NEW), LOLIGO_INPUT_ERROR);
  assert_message("has no name");
  char name[400];
  snprintf(name, sizeof name, "/tmp/%0300d", 0);
  assert_int_equal(prepare(name, OUTPUT_NEW), LOLIGO_INPUT_ERROR);
  assert_message("File name too long");
}

static void unwritable_places_are_the_machines_trouble(void **state)
{
  (void)state;
  assert_int_equal(prepare("/sys/results", OUTPUT_NEW), LOLIGO_MACHINE_ERROR);
  assert_message("/sys/results: cannot be the output directory");
}

int main(int argc, char **argv)
{
  mpi_io_prepare();
  MPI_Init(&argc, &argv);
  io_fixture_init(&fixture);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(parents_are_made),
      cmocka_unit_test(checking_changes_nothing),
      cmocka_unit_test(a_result_is_refused),
      cmocka_unit_test(overwriting_removes_the_result_alone),
      cmocka_unit_test(unfinished_runs_are_refused_left_or_removed),
      cmocka_unit_test(overwriting_is_not_stopped_by_what_cannot_be_read_and_follows_no_link),
      cmocka_unit_test(what_cannot_be_removed_is_found_before_anything_is),
      cmocka_unit_test(a_run_is_resumed_in_folders_of_its_own),
      cmocka_unit_test(one_run_at_a_time),
      cmocka_unit_test(impossible_paths_are_the_users_mistake),
      cmocka_unit_test(unwritable_places_are_the_machines_trouble),
  };
  const int failures = cmocka_run_group_tests(tests, NULL, NULL);
  io_fixture_free(&fixture);
  MPI_Finalize();
  return failures;
}
