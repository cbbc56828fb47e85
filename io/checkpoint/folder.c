/*
 * Files by name: the step, with enough digits that an alphabetical list is one in time.
 */
#include "io/checkpoint/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

enum { NAME_SIZE = 64 };

static loligo_status fail(const char *action, const char *path)
{
  return loligo_fail(LOLIGO_MACHINE_ERROR, "cannot %s %s: %s", action, path, strerror(errno));
}

bool folder_is_own(const char *name)
{
  if (strcmp(name, FOLDER_MARK) == 0 || strcmp(name, FOLDER_MARK ".part") == 0) return true;
  return text_begins(name, "step-") && (text_ends(name, ".h5") || text_ends(name, ".part"));
}

static void name_of(int64_t step, char name[NAME_SIZE])
{
  snprintf(name, NAME_SIZE, "step-%012" PRId64 ".h5", step);
}

loligo_status folder_path(const char *directory, int64_t step, char *path)
{
  char name[NAME_SIZE];
  name_of(step, name);
  int length = snprintf(path, FOLDER_PATH_SIZE, "%s/%s", directory, name);
  if (length < FOLDER_PATH_SIZE - NAME_SIZE) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "the path of the output directory is too long: %s", directory);
}

/* Step of a checkpoint by its name, -1 of any other file. */
static int64_t step_of(const char *name)
{
  char expected[NAME_SIZE];
  int64_t step = -1;
  if (sscanf(name, "step-%" SCNd64, &step) != 1 || step < 0) return -1;
  name_of(step, expected);
  return strcmp(name, expected) == 0 ? step : -1;
}

static int descending(const void *a, const void *b)
{
  const int64_t *x = a, *y = b;
  return (*x < *y) - (*x > *y);
}

static loligo_status add(step_list *list, int64_t step)
{
  LOLIGO_TRY(memory_grow((void **)&list->steps, &list->capacity, list->n + 1, sizeof step, "list of checkpoints"));
  list->steps[list->n++] = step;
  return LOLIGO_OK;
}

loligo_status folder_list(const char *directory, step_list *list)
{
  *list = (step_list){0};
  DIR *entries = opendir(directory);
  if (!entries) return errno == ENOENT ? LOLIGO_OK : fail("read", directory);
  loligo_status status = LOLIGO_OK;
  for (const struct dirent *entry; status == LOLIGO_OK && (entry = readdir(entries));) {
    int64_t step = step_of(entry->d_name);
    if (step >= 0) status = add(list, step);
  }
  closedir(entries);
  if (list->n) qsort(list->steps, list->n, sizeof *list->steps, descending);
  return status;
}

static loligo_status sync_directory(const char *directory)
{
  int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return fail("open", directory);
  bool good = fsync(descriptor) == 0 || errno == EINVAL; /* of file systems that sync no directories */
  close(descriptor);
  return good ? LOLIGO_OK : fail("write", directory);
}

loligo_status folder_make(const char *directory)
{
  char parent[FOLDER_PATH_SIZE];
  if (mkdir(directory, 0777)) return errno == EEXIST ? LOLIGO_OK : fail("make", directory);
  snprintf(parent, sizeof parent, "%s/..", directory);
  return sync_directory(parent);
}

loligo_status folder_rename(const char *directory, const char *part, const char *path)
{
  if (rename(part, path)) return fail("rename", part);
  return sync_directory(directory);
}

static loligo_status remove_step(const char *directory, int64_t step)
{
  char path[FOLDER_PATH_SIZE];
  LOLIGO_TRY(folder_path(directory, step, path));
  return unlink(path) == 0 || errno == ENOENT ? LOLIGO_OK : fail("remove", path);
}

static bool is_part(const char *name)
{
  char stem[NAME_SIZE];
  if (!text_ends(name, ".part") || strlen(name) >= NAME_SIZE) return false;
  snprintf(stem, sizeof stem, "%.*s", (int)(strlen(name) - strlen(".part")), name);
  return step_of(stem) >= 0;
}

static loligo_status remove_parts(const char *directory)
{
  DIR *entries = opendir(directory);
  if (!entries) return fail("read", directory);
  for (const struct dirent *entry; (entry = readdir(entries));)
    if (is_part(entry->d_name)) unlinkat(dirfd(entries), entry->d_name, 0);
  closedir(entries);
  return LOLIGO_OK;
}

loligo_status folder_prune(const char *directory, int64_t step, size_t keep)
{
  step_list list;
  size_t kept = 0;
  loligo_status status = folder_list(directory, &list);
  for (size_t i = 0; status == LOLIGO_OK && i < list.n; i++) {
    bool stays = list.steps[i] <= step && kept < keep;
    kept += stays;
    if (!stays) status = remove_step(directory, list.steps[i]);
  }
  memory_free(list.steps);
  return status == LOLIGO_OK ? remove_parts(directory) : status;
}
