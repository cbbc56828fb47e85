/*
 * Purpose: the output directory, found free before anything is built, and made free once it is.
 *
 * Rank 0 alone touches the file system. A result is known by its report, by the names that Loligo gives, whatever bears
 * them, and by the group /provenance in its files; nothing else is ever removed. Of an unfinished run there are the
 * folders of segments and of checkpoints. No link is followed but one that is the directory itself.
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
#include "base/text.h"
#include "io/checkpoint/folder.h"
#include "io/results/provenance.h"
#include "io/results/segments.h"

#define CHECKPOINTS_FOLDER "checkpoints"

static const char *const OWN_NAMES[] = {"report.yml", "used_parameters.yml", "spikes.h5", "edges.h5", "nodes.h5"};

char *output_path(const char *directory, const char *name)
{
  size_t size = strlen(directory) + strlen(name) + 2;
  char *path = memory_allocate(size, 1, "the path of an output file");
  if (path) snprintf(path, size, "%s/%s", directory, name);
  return path;
}

static bool has_own_name(const char *name)
{
  for (size_t i = 0; i < sizeof OWN_NAMES / sizeof OWN_NAMES[0]; i++) {
    if (strcmp(name, OWN_NAMES[i]) == 0) return true;
  }
  return false;
}

/* The user's mistake if the path cannot be a directory, else the machine's trouble. */
static loligo_status fail(const char *directory)
{
  bool users = errno == ENOTDIR || errno == EEXIST || errno == ENAMETOOLONG || errno == ELOOP || errno == ENOENT;
  return loligo_fail(users ? LOLIGO_INPUT_ERROR : LOLIGO_MACHINE_ERROR, "%s: cannot be the output directory: %s",
                     directory, strerror(errno));
}

/* An entry of the directory of a plan, or of a folder in it. */
typedef struct entry {
  const output_plan *plan;
  const char *name, *path;
  mode_t type; /* of the entry itself where it is a link */
} entry;

typedef loligo_status (*entry_treatment)(const entry *entry);

static loligo_status treat_entry(const output_plan *plan, const char *folder, const char *name, entry_treatment treat)
{
  struct stat found;
  char *path = output_path(folder, name);
  if (!path) return LOLIGO_MACHINE_ERROR;
  loligo_status status = LOLIGO_OK;
  if (lstat(path, &found) == 0) status = treat(&(entry){plan, name, path, found.st_mode & S_IFMT});
  memory_free(path);
  return status;
}

/* Gives every entry of a folder, if there is one, to `treat`. */
static loligo_status treat_entries(const output_plan *plan, const char *folder, entry_treatment treat)
{
  DIR *entries = opendir(folder);
  if (!entries) return errno == ENOENT ? LOLIGO_OK : fail(folder);
  loligo_status status = LOLIGO_OK;
  for (const struct dirent *entry; status == LOLIGO_OK && (entry = readdir(entries));) {
    status = treat_entry(plan, folder, entry->d_name, treat);
  }
  closedir(entries);
  return status;
}

/* -- what is in the way -- */

static bool is_own_folder(const char *name)
{
  return strcmp(name, SEGMENTS_FOLDER) == 0 || strcmp(name, CHECKPOINTS_FOLDER) == 0;
}

/* Whether the run writes a file of that name, or a run before it may have. */
static bool is_own_file(const entry *entry)
{
  const output_plan *plan = entry->plan;
  if (has_own_name(entry->name) || (plan->writes && plan->writes(plan->file, entry->name))) return true;
  return text_ends(entry->name, ".h5") && entry->type == S_IFREG && provenance_is_in(entry->path);
}

static loligo_status refuse_folder(const char *path)
{
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: is a folder where a file is to be written; move it away", path);
}

static loligo_status refuse_result(const entry *entry)
{
  const char *directory = entry->plan->directory;
  if (is_own_folder(entry->name)) {
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "%s: holds a run with checkpoints; go on with it by --resume, choose another --output, or "
                       "--overwrite",
                       directory);
  }
  if (entry->type == S_IFDIR && is_own_file(entry)) return refuse_folder(entry->path);
  if (strcmp(entry->name, "report.yml") != 0 && !text_ends(entry->name, ".h5")) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds a result already; choose another --output, or --overwrite",
                     directory);
}

static loligo_status refuse_obstacle(const entry *entry)
{
  if (is_own_folder(entry->name) && entry->type != S_IFDIR)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: is no folder, but a link or a file; put the folder itself there",
                       entry->path);
  return entry->type == S_IFDIR && is_own_file(entry) ? refuse_folder(entry->path) : LOLIGO_OK;
}

static loligo_status check_checkpoint(const entry *entry)
{
  return folder_is_own(entry->name) && entry->type == S_IFDIR ? refuse_folder(entry->path) : LOLIGO_OK;
}

static loligo_status check_permission_to_empty(const char *folder)
{
  if (eaccess(folder, R_OK | W_OK | X_OK) == 0) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: cannot be emptied: %s", folder, strerror(errno));
}

static loligo_status check_own_folder(const entry *entry)
{
  if (entry->type == S_IFLNK) return LOLIGO_OK;
  if (entry->type != S_IFDIR) return refuse_obstacle(entry);
  LOLIGO_TRY(check_permission_to_empty(entry->path));
  if (strcmp(entry->name, SEGMENTS_FOLDER) == 0) return segments_check_removal(entry->plan->directory);
  return treat_entries(entry->plan, entry->path, check_checkpoint);
}

/* Whether remove_own() can be expected to succeed. */
static loligo_status check_removal(const entry *entry)
{
  if (is_own_folder(entry->name)) return check_own_folder(entry);
  return entry->type == S_IFDIR && is_own_file(entry) ? refuse_folder(entry->path) : LOLIGO_OK;
}

static const entry_treatment CHECKS[] = {
    [OUTPUT_NEW] = refuse_result, [OUTPUT_OVERWRITE] = check_removal, [OUTPUT_RESUME] = refuse_obstacle};

/* -- removing it -- */

static loligo_status remove_file(const char *path)
{
  return unlink(path) ? loligo_fail(LOLIGO_MACHINE_ERROR, "cannot remove %s: %s", path, strerror(errno)) : LOLIGO_OK;
}

static loligo_status remove_checkpoint(const entry *entry)
{
  return folder_is_own(entry->name) ? remove_file(entry->path) : LOLIGO_OK;
}

/* The folder stays where it holds something else. */
static loligo_status remove_checkpoints(const entry *folder)
{
  loligo_status status = treat_entries(folder->plan, folder->path, remove_checkpoint);
  rmdir(folder->path);
  return status;
}

/* A link goes, not what it points to. */
static loligo_status remove_own(const entry *entry)
{
  const bool is_folder = is_own_folder(entry->name);
  if (!is_folder) return is_own_file(entry) ? remove_file(entry->path) : LOLIGO_OK;
  if (entry->type != S_IFDIR) return remove_file(entry->path);
  return strcmp(entry->name, SEGMENTS_FOLDER) == 0 ? segments_remove(entry->plan->directory)
                                                   : remove_checkpoints(entry);
}

/* -- the directory -- */

/* Whether the directory, or else the nearest of its parents that exists, can be written. */
static loligo_status check_permission(const char *directory)
{
  char *path = memory_string(directory), *at = path;
  if (!path) return LOLIGO_MACHINE_ERROR;
  while (eaccess(at, W_OK | X_OK) && errno == ENOENT && strcmp(at, ".") != 0) at = dirname(at);
  loligo_status status = eaccess(at, W_OK | X_OK) ? fail(directory) : LOLIGO_OK;
  memory_free(path);
  return status;
}

/* Everything is looked at before anything is changed. */
static loligo_status check_entries(const output_plan *plan)
{
  if (!*plan->directory)
    return loligo_fail(LOLIGO_INPUT_ERROR, "the output directory has no name; give one with --output");
  LOLIGO_TRY(treat_entries(plan, plan->directory, CHECKS[plan->mode]));
  return check_permission(plan->directory);
}

static loligo_status check(const output_plan *plan, output_lock *lock)
{
  LOLIGO_TRY(check_entries(plan));
  return access(plan->directory, F_OK) ? LOLIGO_OK : output_lock_take(lock, plan->directory);
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

loligo_status output_prepare_alone(const output_plan *plan, output_lock *lock)
{
  LOLIGO_TRY(check_entries(plan));
  char *path = memory_string(plan->directory);
  if (!path) return LOLIGO_MACHINE_ERROR;
  loligo_status status = make_with_parents(path);
  memory_free(path);
  LOLIGO_TRY(status);
  LOLIGO_TRY(output_lock_take(lock, plan->directory));
  LOLIGO_TRY(check_entries(plan)); /* again, now that no other run changes it */
  if (plan->mode == OUTPUT_OVERWRITE) LOLIGO_TRY(treat_entries(plan, plan->directory, remove_own));
  return try_to_write(plan->directory);
}

loligo_status output_check(const loligo_context *context, const output_plan *plan, output_lock *lock)
{
  return loligo_agree(context, context->rank == 0 ? check(plan, lock) : LOLIGO_OK);
}

loligo_status output_prepare(const loligo_context *context, const output_plan *plan, output_lock *lock)
{
  return loligo_agree(context, context->rank == 0 ? output_prepare_alone(plan, lock) : LOLIGO_OK);
}
