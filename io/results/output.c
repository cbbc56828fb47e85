/*
 * Purpose: the output directory, found free before anything is built, and made free once it is.
 *
 * Rank 0 alone touches the file system. A result is known by its report, by the names that Loligo gives, and by the
 * group /provenance in its files; nothing else is ever removed.
 */
#include "io/results/output.h"

#include <dirent.h>
#include <errno.h>
#include <hdf5.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

static const char *const OWN_NAMES[] = {"report.yml", "used_parameters.yml", "spikes.h5", "edges.h5"};

char *output_path(const char *directory, const char *name)
{
  size_t size = strlen(directory) + strlen(name) + 2;
  char *path = memory_allocate(size, 1, "the path of an output file");
  if (path) snprintf(path, size, "%s/%s", directory, name);
  return path;
}

bool output_is_h5(const char *name)
{
  size_t length = strlen(name);
  return length > 3 && strcmp(name + length - 3, ".h5") == 0;
}

static bool has_own_name(const char *name)
{
  for (size_t i = 0; i < sizeof OWN_NAMES / sizeof OWN_NAMES[0]; i++) {
    if (strcmp(name, OWN_NAMES[i]) == 0) return true;
  }
  return false;
}

static bool has_provenance(const char *path)
{
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  bool found = file >= 0 && H5Lexists(file, "provenance", H5P_DEFAULT) > 0;
  if (file >= 0) H5Fclose(file);
  return found;
}

static loligo_status remove_own(const char *directory, const char *name)
{
  char *path = output_path(directory, name);
  if (!path) return LOLIGO_MACHINE_ERROR;
  loligo_status status = LOLIGO_OK;
  if ((has_own_name(name) || (output_is_h5(name) && has_provenance(path))) && unlink(path)) {
    status = loligo_fail(LOLIGO_MACHINE_ERROR, "cannot remove %s: %s", path, strerror(errno));
  }
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
  if (strcmp(name, "report.yml") != 0 && !output_is_h5(name)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds a result already; choose another --output, or --overwrite",
                     directory);
}

static loligo_status allow(const char *directory, const char *name)
{
  (void)directory, (void)name;
  return LOLIGO_OK;
}

/* Gives every entry of a directory, if there is one, to `treat`. */
static loligo_status treat_entries(const char *directory,
                                   loligo_status (*treat)(const char *directory, const char *name))
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

static loligo_status check(const char *directory, bool overwrite)
{
  LOLIGO_TRY(treat_entries(directory, overwrite ? allow : refuse_result));
  return check_permission(directory);
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

static loligo_status prepare(const char *directory, bool overwrite)
{
  LOLIGO_TRY(treat_entries(directory, overwrite ? remove_own : refuse_result));
  char *path = memory_string(directory);
  if (!path) return LOLIGO_MACHINE_ERROR;
  loligo_status status = make_with_parents(path);
  memory_free(path);
  LOLIGO_TRY(status);
  return try_to_write(directory);
}

loligo_status output_check(const loligo_context *context, const char *directory, bool overwrite)
{
  return loligo_agree(context, context->rank == 0 ? check(directory, overwrite) : LOLIGO_OK);
}

loligo_status output_prepare(const loligo_context *context, const char *directory, bool overwrite)
{
  return loligo_agree(context, context->rank == 0 ? prepare(directory, overwrite) : LOLIGO_OK);
}
