/*
 * Purpose: the output directory, found free before anything is built, and made free once it is.
 *
 * Rank 0 alone touches the file system. A result is known by its report, by the names that Loligo gives, and by the
 * group /provenance in its files; nothing else is ever removed. Of an unfinished run there are the folders of segments
 * and of checkpoints.
 */
#include "io/results/output.h"

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "io/results/provenance.h"
#include "io/results/segments.h"

#define CHECKPOINTS_FOLDER "checkpoints"

static const char *const OWN_NAMES[] = {"report.yml", "used_parameters.yml", "spikes.h5", "edges.h5"};

static bool ends_with(const char *name, const char *end)
{
  size_t length = strlen(name), n = strlen(end);
  return length > n && strcmp(name + length - n, end) == 0;
}

char *output_path(const char *directory, const char *name)
{
  size_t size = strlen(directory) + strlen(name) + 2;
  char *path = memory_allocate(size, 1, "the path of an output file");
  if (path) snprintf(path, size, "%s/%s", directory, name);
  return path;
}

bool output_is_h5(const char *name)
{
  return ends_with(name, ".h5");
}

static bool has_own_name(const char *name)
{
  for (size_t i = 0; i < sizeof OWN_NAMES / sizeof OWN_NAMES[0]; i++) {
    if (strcmp(name, OWN_NAMES[i]) == 0) return true;
  }
  return false;
}

static loligo_status remove_file(const char *path)
{
  return unlink(path) ? loligo_fail(LOLIGO_MACHINE_ERROR, "cannot remove %s: %s", path, strerror(errno)) : LOLIGO_OK;
}

/* step-NUMBER.h5 and, under work, step-NUMBER.h5.part */
static loligo_status remove_checkpoint(const char *directory, const char *name)
{
  if (strncmp(name, "step-", 5) != 0) return LOLIGO_OK;
  char *path = output_path(directory, name);
  if (!path) return LOLIGO_MACHINE_ERROR;
  bool is_own = ends_with(name, ".part") || (output_is_h5(name) && provenance_is_in(path));
  loligo_status status = is_own ? remove_file(path) : LOLIGO_OK;
  memory_free(path);
  return status;
}
/* The user's mistake if the path cannot be a directory, else the machine's trouble. */
static loligo_status fail(const char *directory)
{
  bool users = errno == ENOTDIR || errno == EEXIST || errno == ENAMETOOLONG || errno == ELOOP || errno == ENOENT;
  return loligo_fail(users ? LOLIGO_INPUT_ERROR : LOLIGO_MACHINE_ERROR, "%s: cannot be the output directory: %s",
                     directory, strerror(errno));
}

static loligo_status refuse_result(const char *directory, const char *name)
{
  if (strcmp(name, SEGMENTS_FOLDER) == 0 || strcmp(name, CHECKPOINTS_FOLDER) == 0) {
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "%s: holds a run with checkpoints; go on with it by --resume, choose another --output, or "
                       "--overwrite",
                       directory);
  }
  if (strcmp(name, "report.yml") != 0 && !output_is_h5(name)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds a result already; choose another --output, or --overwrite",
                     directory);
}

static loligo_status allow(const char *directory, const char *name)
{
  (void)directory, (void)name;
  return LOLIGO_OK;
}

typedef loligo_status (*entry_treatment)(const char *directory, const char *name);

/* Gives every entry of a directory, if there is one, to `treat`. */
static loligo_status treat_entries(const char *directory, entry_treatment treat)
{
  if (!*directory) return loligo_fail(LOLIGO_INPUT_ERROR, "the output directory has no name; give one with --output");
  DIR *entries = opendir(directory);
  if (!entries) return errno == ENOENT ? LOLIGO_OK : fail(directory);
  loligo_status status = LOLIGO_OK;
  for (const struct dirent *entry; status == LOLIGO_OK && (entry = readdir(entries));) {
    status = treat(directory, entry->d_name);
  }
  closedir(entries);
  return status;
}

/* The folder stays where it holds something else. */
static loligo_status remove_checkpoints(const char *directory)
{
  char *path = output_path(directory, CHECKPOINTS_FOLDER);
  if (!path) return LOLIGO_MACHINE_ERROR;
  loligo_status status = treat_entries(path, remove_checkpoint);
  rmdir(path);
  memory_free(path);
  return status;
}

static loligo_status remove_own(const char *directory, const char *name)
{
  if (strcmp(name, SEGMENTS_FOLDER) == 0) return segments_remove(directory);
  if (strcmp(name, CHECKPOINTS_FOLDER) == 0) return remove_checkpoints(directory);
  char *path = output_path(directory, name);
  if (!path) return LOLIGO_MACHINE_ERROR;
  bool is_own = has_own_name(name) || (output_is_h5(name) && provenance_is_in(path));
  loligo_status status = is_own ? remove_file(path) : LOLIGO_OK;
  memory_free(path);
  return status;
}

/* What becomes of the entries of the directory: first they are only looked at. */
static const entry_treatment CHECKS[] = {
    [OUTPUT_NEW] = refuse_result, [OUTPUT_OVERWRITE] = allow, [OUTPUT_RESUME] = allow};
static const entry_treatment PREPARATIONS[] = {
    [OUTPUT_NEW] = refuse_result, [OUTPUT_OVERWRITE] = remove_own, [OUTPUT_RESUME] = allow};

/* Whether the directory, or else the nearest of its parents that exists, can be written. */
static loligo_status check_permission(const char *directory)
{
  char *path = memory_string(directory), *at = path;
  if (!path) return LOLIGO_MACHINE_ERROR;
  while (access(at, W_OK | X_OK) && errno == ENOENT && strcmp(at, ".") != 0) at = dirname(at);
  loligo_status status = access(at, W_OK | X_OK) ? fail(directory) : LOLIGO_OK;
  memory_free(path);
  return status;
}

static loligo_status check(const char *directory, output_mode mode, output_lock *lock)
{
  LOLIGO_TRY(treat_entries(directory, CHECKS[mode]));
  LOLIGO_TRY(check_permission(directory));
  return access(directory, F_OK) ? LOLIGO_OK : output_lock_take(lock, directory);
}

/* mkdir -p; `path` is changed on the way and restored. */
static loligo_status make_with_parents(char *path)
{
  for (char *slash = path + 1;; slash++) {
    slash += strcspn(slash, "/");
    char kept = *slash;
    *slash = '\0';
    if (mkdir(path, 0777) && errno != EEXIST) return fail(path);
    *slash = kept;
    if (!kept) return LOLIGO_OK;
  }
}

static loligo_status try_to_write(const char *directory)
{
  char *probe = output_path(directory, ".loligo.XXXXXX");
  if (!probe) return LOLIGO_MACHINE_ERROR;
  int descriptor = mkstemp(probe);
  loligo_status status = descriptor < 0 ? fail(directory) : LOLIGO_OK;
  if (descriptor >= 0) {
    close(descriptor);
    unlink(probe);
  }
  memory_free(probe);
  return status;
}

loligo_status output_prepare_alone(const char *directory, output_mode mode, output_lock *lock)
{
  LOLIGO_TRY(treat_entries(directory, CHECKS[mode]));
  char *path = memory_string(directory);
  if (!path) return LOLIGO_MACHINE_ERROR;
  loligo_status status = make_with_parents(path);
  memory_free(path);
  LOLIGO_TRY(status);
  LOLIGO_TRY(output_lock_take(lock, directory));
  LOLIGO_TRY(treat_entries(directory, PREPARATIONS[mode]));
  return try_to_write(directory);
}

loligo_status output_check(const loligo_context *context, const char *directory, output_mode mode, output_lock *lock)
{
  return loligo_agree(context, context->rank == 0 ? check(directory, mode, lock) : LOLIGO_OK);
}

loligo_status output_prepare(const loligo_context *context, const char *directory, output_mode mode, output_lock *lock)
{
  return loligo_agree(context, context->rank == 0 ? output_prepare_alone(directory, mode, lock) : LOLIGO_OK);
}
