/*
 * Purpose: names of folders and files that tell, after a crash at any moment, what is good.
 *
 * A name is given by rename(), after a sync of what it names and before a sync of where it stands. A final file knows
 * the number of its segments; where one stands its segments are not needed any more.
 */
#include "io/results/segments.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/heartbeat.h"
#include "base/memory.h"
#include "base/node.h"
#include "base/text.h"
#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_read.h"
#include "io/hdf5/seal.h"
#include "io/results/provenance.h"

#define DRAFT_FOLDER "final.part"
#define COUNT_PATH "/provenance/segments"
enum { FOLDER_SIZE = 64, LONGEST_NAME = 300 };
static const uint64_t NO_NUMBER = UINT64_MAX;

/* -- names -- */

/* DIRECTORY/segments/FOLDER/NAME; NULL where the path ends earlier. */
static const char *print_path(char *path, const char *directory, const char *folder, const char *name)
{
  int length = snprintf(path, SEGMENTS_PATH_SIZE, "%s/" SEGMENTS_FOLDER, directory);
  char *end = path + length;
  size_t room = SEGMENTS_PATH_SIZE - (size_t)length;
  if (folder) snprintf(end, room, name ? "/%s/%s" : "/%s", folder, name);
  return path;
}

/* What the name of a folder says. */
typedef struct folder_range {
  uint64_t first, last; /* segments */
  bool part;            /* under work */
} folder_range;

/* False for a name that is not given here. */
static bool parse_folder(const char *name, folder_range *range)
{
  *range = (folder_range){0, 0, true};
  if (strcmp(name, DRAFT_FOLDER) == 0) return true;
  if (!isdigit((unsigned char)*name)) return false;
  char *end;
  range->first = range->last = strtoull(name, &end, 10);
  if (*end == '-') range->last = strtoull(end + 1, &end, 10);
  range->part = *end != '\0';
  return end - name >= 6 && (!range->part || strcmp(end, ".part") == 0);
}

static void print_good(char folder[FOLDER_SIZE], const segments *segments, uint64_t i)
{
  bool joined = i == segments->n_joined;
  snprintf(folder, FOLDER_SIZE, joined ? "000001-%06" PRIu64 : "%06" PRIu64, i);
}

static void print_part(char folder[FOLDER_SIZE], const segments *segments)
{
  snprintf(folder, FOLDER_SIZE, "%06" PRIu64 ".part", segments->n + 1);
}

void segments_final_path(const segments *segments, const char *name, char *path)
{
  snprintf(path, SEGMENTS_PATH_SIZE, "%s/%s", segments->directory, name);
}

uint64_t segments_first(const segments *segments)
{
  return segments->n_joined ? segments->n_joined : 1;
}

void segments_path(const segments *segments, uint64_t i, const char *name, char *path)
{
  char folder[FOLDER_SIZE];
  print_good(folder, segments, i);
  print_path(path, segments->directory, folder, name);
}

bool segments_is_good(const char *folder)
{
  folder_range range;
  return parse_folder(folder, &range) && !range.part;
}

bool segments_are_merged(const segments *segments)
{
  return segments->n_names > 0 && segments->n_final == segments->n_names;
}

/* -- the file system, on one rank -- */

static loligo_status fail(const char *action, const char *path)
{
  return loligo_fail(LOLIGO_MACHINE_ERROR, "cannot %s %s: %s", action, path, strerror(errno));
}

/* A file or a directory. */
static loligo_status sync_path(const char *path)
{
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  bool good = descriptor >= 0 && (fsync(descriptor) == 0 || errno == EINVAL); /* where directories are not synced */
  loligo_status status = good ? LOLIGO_OK : fail("sync", path);
  if (descriptor >= 0) close(descriptor);
  return status;
}

static loligo_status make_folder(const char *path)
{
  return mkdir(path, 0777) && errno != EEXIST ? fail("make", path) : LOLIGO_OK;
}

static loligo_status move(const char *from, const char *to)
{
  return rename(from, to) ? fail("rename", from) : LOLIGO_OK;
}

/* Makes DIRECTORY/segments/FOLDER. */
static loligo_status make_part(const segments *segments, const char *folder)
{
  char path[SEGMENTS_PATH_SIZE];
  LOLIGO_TRY(make_folder(print_path(path, segments->directory, NULL, NULL)));
  LOLIGO_TRY(sync_path(segments->directory));
  return make_folder(print_path(path, segments->directory, folder, NULL));
}

static loligo_status read_number(const h5_reader *reader, const char *dataset, uint64_t *value)
{
  bool found;
  LOLIGO_TRY(h5_find(reader, dataset, &found));
  return found ? h5_read(reader, (h5_place){dataset, NULL}, H5T_NATIVE_UINT64, 1, value) : LOLIGO_OK;
}

/* A number in the provenance of a file, NO_NUMBER where there is none. */
static loligo_status number_in(const char *path, const char *dataset, uint64_t *value)
{
  h5_reader reader;
  *value = NO_NUMBER;
  LOLIGO_TRY(h5_reader_open(&reader, path));
  loligo_status status = read_number(&reader, dataset, value);
  h5_reader_close(&reader);
  return status;
}

/* The type of a file, of a link itself; 0 where there is none. */
static mode_t type_of(const char *path)
{
  struct stat found;
  return lstat(path, &found) ? 0 : found.st_mode & S_IFMT;
}

/* Removes a folder with the files of its segment; stays where there are others. */
static loligo_status remove_folder(const char *directory, const char *folder)
{
  char path[SEGMENTS_PATH_SIZE];
  print_path(path, directory, folder, NULL);
  if (type_of(path) != S_IFDIR) return unlink(path) && errno != ENOENT ? fail("remove", path) : LOLIGO_OK;
  DIR *entries = opendir(path);
  if (!entries) return fail("open", path);
  loligo_status status = LOLIGO_OK;
  for (const struct dirent *entry; status == LOLIGO_OK && (entry = readdir(entries));) {
    print_path(path, directory, folder, entry->d_name);
    if (text_ends(entry->d_name, ".h5") && unlink(path)) status = fail("remove", path);
  }
  closedir(entries);
  print_path(path, directory, folder, NULL);
  if (status == LOLIGO_OK && rmdir(path) && errno != ENOTEMPTY && errno != EEXIST) status = fail("remove", path);
  return status;
}

typedef loligo_status (*folder_visitor)(segments *segments, const char *folder, const folder_range *range);

/* Gives every folder that was made here to `visit`. */
static loligo_status visit_folders(segments *segments, folder_visitor visit)
{
  char path[SEGMENTS_PATH_SIZE];
  folder_range range;
  DIR *entries = opendir(print_path(path, segments->directory, NULL, NULL));
  if (!entries) return errno == ENOENT || errno == ENOTDIR ? LOLIGO_OK : fail("open", path);
  loligo_status status = LOLIGO_OK;
  for (const struct dirent *entry; status == LOLIGO_OK && (entry = readdir(entries));) {
    if (parse_folder(entry->d_name, &range)) status = visit(segments, entry->d_name, &range);
  }
  closedir(entries);
  return status;
}

static loligo_status remove_any(segments *segments, const char *folder, const folder_range *range)
{
  (void)range;
  return remove_folder(segments->directory, folder);
}

static loligo_status remove_part(segments *segments, const char *folder, const folder_range *range)
{
  return range->part ? remove_any(segments, folder, range) : LOLIGO_OK;
}

static loligo_status remove_newer(segments *segments, const char *folder, const folder_range *range)
{
  return range->part || range->first > segments->n ? remove_any(segments, folder, range) : LOLIGO_OK;
}

/* A foreign file would keep the folder, and a new segment could not have its name. */
static loligo_status check_folder(segments *segments, const char *folder, const folder_range *range)
{
  (void)range;
  char path[SEGMENTS_PATH_SIZE];
  print_path(path, segments->directory, folder, NULL);
  if (type_of(path) != S_IFDIR) return LOLIGO_OK;
  DIR *entries = opendir(path);
  if (!entries || eaccess(path, W_OK | X_OK)) {
    loligo_status status = fail("empty", path);
    if (entries) closedir(entries);
    return status;
  }
  loligo_status status = LOLIGO_OK;
  for (const struct dirent *entry; status == LOLIGO_OK && (entry = readdir(entries));) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    print_path(path, segments->directory, folder, entry->d_name);
    if (!text_ends(entry->d_name, ".h5") || type_of(path) == S_IFDIR)
      status = loligo_fail(LOLIGO_INPUT_ERROR, "%s: is no file of a segment; move it away", path);
  }
  closedir(entries);
  return status;
}

loligo_status segments_check_removal(const char *directory)
{
  return visit_folders(&(segments){.directory = directory}, check_folder);
}

loligo_status segments_remove(const char *directory)
{
  segments segments = {.directory = directory};
  char path[SEGMENTS_PATH_SIZE];
  LOLIGO_TRY(visit_folders(&segments, remove_any));
  rmdir(print_path(path, directory, NULL, NULL)); /* stays where it holds something else */
  return LOLIGO_OK;
}

/* -- what a run finds -- */

/* Says what can be done about a file that is not good. */
static loligo_status refuse_damaged(void)
{
  char message[SEGMENTS_PATH_SIZE + 256];
  fault_take_message(message, sizeof message);
  return loligo_fail(LOLIGO_MACHINE_ERROR, "%s; put back a good copy, or start anew with --overwrite", message);
}

static loligo_status refuse_newer(const segments *segments, const char *path, uint64_t found)
{
  return loligo_fail(LOLIGO_MACHINE_ERROR,
                     "%s: holds more than the last good checkpoint knows (%" PRIu64 " segments, not %" PRIu64
                     "): the result stays as it is and cannot be gone on with; choose another --output, or --overwrite",
                     path, found, segments->n);
}

static loligo_status find_joined(segments *segments, const char *folder, const folder_range *range)
{
  char path[SEGMENTS_PATH_SIZE];
  if (range->part || !strchr(folder, '-')) return LOLIGO_OK;
  if (range->last > segments->n) {
    return refuse_newer(segments, print_path(path, segments->directory, folder, NULL), range->last);
  }
  segments->n_joined = range->last;
  return LOLIGO_OK;
}

static loligo_status refuse_missing(const char *path)
{
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: is missing; the checkpoint needs it", path);
}

/* Either the final file or all of its segments. */
static loligo_status check_file(segments *segments, const char *name)
{
  char path[SEGMENTS_PATH_SIZE];
  segments_final_path(segments, name, path);
  if (access(path, F_OK) == 0) {
    uint64_t found;
    if (number_in(path, COUNT_PATH, &found) != LOLIGO_OK) return refuse_damaged();
    if (found == NO_NUMBER)
      return loligo_fail(
          LOLIGO_INPUT_ERROR,
          "%s: no checkpoint belongs to it; choose another --output, or --overwrite; with checkpoint: {} in the model "
          "a run can be gone on with",
          path);
    if (found != segments->n) return refuse_newer(segments, path, found);
    segments->n_final++;
    return LOLIGO_OK;
  }
  char folder[SEGMENTS_PATH_SIZE];
  print_path(folder, segments->directory, NULL, NULL);
  if (segments->n > 0 && access(folder, F_OK)) return refuse_missing(path);
  for (uint64_t i = segments_first(segments); i <= segments->n; i++) {
    segments_path(segments, i, name, path);
    if (access(path, F_OK)) return refuse_missing(path);
  }
  return LOLIGO_OK;
}

/* Removes a file from all segments. */
static void forget(const segments *segments, const char *name)
{
  char path[SEGMENTS_PATH_SIZE];
  for (uint64_t i = segments_first(segments); i <= segments->n; i++) {
    segments_path(segments, i, name, path);
    unlink(path);
  }
}

static loligo_status survey(segments *segments)
{
  if (strlen(segments->directory) + LONGEST_NAME > SEGMENTS_PATH_SIZE) {
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: the path is too long", segments->directory);
  }
  LOLIGO_TRY(visit_folders(segments, find_joined));
  for (size_t i = 0; i < segments->n_names; i++) LOLIGO_TRY(check_file(segments, segments->names[i]));
  if (segments_are_merged(segments)) segments->n_joined = 0;
  return LOLIGO_OK;
}

static loligo_status tidy(segments *segments)
{
  char path[SEGMENTS_PATH_SIZE];
  for (size_t i = 0; i < segments->n_names; i++) {
    segments_final_path(segments, segments->names[i], path);
    if (access(path, F_OK) == 0) forget(segments, segments->names[i]);
  }
  if (segments_are_merged(segments)) return segments_remove(segments->directory);
  return visit_folders(segments, remove_newer);
}

/* -- what a checkpoint knows -- */

/* The number of segments, and a line "DIGEST NAME" for each file: the digest of its newest seal. */
static void print_mark(segments *segments)
{
  char *end = segments->mark + sprintf(segments->mark, "%" PRIu64 "\n", segments->n);
  for (size_t i = 0; i < segments->n_names; i++)
    end += sprintf(end, "%016" PRIx64 " %s\n", segments->digests[i], segments->names[i]);
}

/* The line behind `line`; where that is the last one, the first. */
static const char *next_line(const char *mark, const char *line)
{
  const char *end = strchr(line, '\n');
  return end && end[1] ? end + 1 : mark;
}

/* Looks for the digest of a file from *line on, and moves *line behind it. */
static bool find_digest(const char *mark, const char **line, const char *name, uint64_t *digest)
{
  const size_t length = strlen(name);
  const char *begin = *line;
  do {
    char *end;
    *digest = strtoull(*line, &end, 16);
    bool found = *end == ' ' && strncmp(end + 1, name, length) == 0 && end[1 + length] == '\n';
    *line = next_line(mark, *line);
    if (found) return true;
  } while (*line != begin);
  return false;
}

bool segments_is_mark(const char *text)
{
  const size_t digits = strspn(text, "0123456789");
  return digits > 0 && text[digits] == '\n';
}

static loligo_status read_mark(segments *segments, const char *mark)
{
  segments->n = strtoull(mark, NULL, 10);
  const char *line = next_line(mark, mark);
  for (size_t i = 0; i < segments->n_names && segments->n > 0; i++) {
    if (!find_digest(mark, &line, segments->names[i], &segments->digests[i]))
      return loligo_fail(LOLIGO_MACHINE_ERROR, "the checkpoint knows no digest of %s", segments->names[i]);
  }
  return LOLIGO_OK;
}

static loligo_status allocate(segments *segments)
{
  enum { LINE_SIZE = 24 };
  size_t size = LINE_SIZE;
  for (size_t i = 0; i < segments->n_names; i++) size += strlen(segments->names[i]) + LINE_SIZE;
  segments->mark = memory_allocate(size, 1, "the digests of segments");
  segments->digests = memory_allocate(segments->n_names, sizeof *segments->digests, "the digests of segments");
  return segments->mark && segments->digests ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* Collective. */
static loligo_status find(segments *segments)
{
  const loligo_context *context = segments->context;
  LOLIGO_TRY(loligo_agree(context, context->rank == 0 ? survey(segments) : LOLIGO_OK));
  uint64_t found[2] = {segments->n_joined, segments->n_final};
  MPI_Bcast(found, 2, MPI_UINT64_T, 0, context->comm);
  segments->n_joined = found[0];
  segments->n_final = found[1];
  return LOLIGO_OK;
}

loligo_status segments_open(segments *segments, const loligo_context *context, const char *directory,
                            const char *const *names, size_t n_names, const char *mark)
{
  *segments = (struct segments){.context = context, .directory = directory, .names = names, .n_names = n_names};
  /* the first rank of each node: what it has written may still wait there; rank 0 syncs with the seal */
  segments->syncs = node_place_of(context).rank == 0 && context->rank != 0;
  loligo_status status = loligo_agree(context, allocate(segments));
  if (status == LOLIGO_OK && mark) status = read_mark(segments, mark);
  if (status == LOLIGO_OK) status = find(segments);
  if (status == LOLIGO_OK) print_mark(segments);
  if (status != LOLIGO_OK) segments_close(segments);
  return status;
}

void segments_close(segments *segments)
{
  memory_free(segments->digests);
  memory_free(segments->mark);
  segments->digests = NULL;
  segments->mark = NULL;
}

/*
 * Checks the seal of one file, and that it is the one that is expected: by its digest or, of a file that holds all
 * segments before, by that of the last of these. *expected becomes that of the file before it. Collective.
 */
static loligo_status verify_file(const segments *segments, const char *path, bool holds_all, uint64_t *expected)
{
  seal seal;
  loligo_status status = seal_check(segments->context, path, &seal);
  if (status == LOLIGO_OK && *expected != (holds_all ? seal.after : seal.digest))
    status =
        loligo_fail(LOLIGO_MACHINE_ERROR, "%s: is not the file that the checkpoint knows, but of another run", path);
  *expected = seal.after;
  return status == LOLIGO_OK ? status : refuse_damaged();
}

loligo_status segments_verify(const segments *segments, size_t name)
{
  char path[SEGMENTS_PATH_SIZE];
  uint64_t expected = segments->digests[name], first = segments_first(segments);
  const bool is_final = segments_is_final(segments, segments->names[name]);
  heartbeat_doing("verifies segments");
  segments_final_path(segments, segments->names[name], path);
  if (is_final) return verify_file(segments, path, true, &expected);
  for (uint64_t i = segments->n; i >= first; i--) {
    segments_path(segments, i, segments->names[name], path);
    LOLIGO_TRY(verify_file(segments, path, i == segments->n_joined, &expected));
  }
  return LOLIGO_OK;
}

loligo_status segments_tidy(segments *segments)
{
  return loligo_agree(segments->context, segments->context->rank == 0 ? tidy(segments) : LOLIGO_OK);
}

bool segments_is_final(const segments *segments, const char *name)
{
  char path[SEGMENTS_PATH_SIZE];
  segments_final_path(segments, name, path);
  int found = segments->context->rank == 0 && access(path, F_OK) == 0;
  MPI_Bcast(&found, 1, MPI_INT, 0, segments->context->comm);
  return found;
}

/* -- segments -- */

/* Final files become the folder of all segments that they hold; those without any are drafted anew. */
static loligo_status join(const segments *segments)
{
  char folder[FOLDER_SIZE], from[SEGMENTS_PATH_SIZE], to[SEGMENTS_PATH_SIZE];
  snprintf(folder, sizeof folder, "000001-%06" PRIu64, segments->n);
  LOLIGO_TRY(make_part(segments, folder));
  for (size_t i = 0; i < segments->n_names; i++) {
    segments_final_path(segments, segments->names[i], from);
    LOLIGO_TRY(move(from, print_path(to, segments->directory, folder, segments->names[i])));
  }
  LOLIGO_TRY(sync_path(print_path(to, segments->directory, folder, NULL)));
  LOLIGO_TRY(sync_path(print_path(to, segments->directory, NULL, NULL)));
  return sync_path(segments->directory);
}

static loligo_status begin(const segments *segments)
{
  char folder[FOLDER_SIZE];
  if (segments_are_merged(segments)) LOLIGO_TRY(join(segments));
  print_part(folder, segments);
  return make_part(segments, folder);
}

loligo_status segments_begin(segments *segments, char *folder)
{
  char name[FOLDER_SIZE];
  LOLIGO_TRY(loligo_agree(segments->context, segments->context->rank == 0 ? begin(segments) : LOLIGO_OK));
  if (segments_are_merged(segments)) segments->n_joined = segments->n;
  segments->n_final = 0;
  print_part(name, segments);
  print_path(folder, segments->directory, name, NULL);
  return LOLIGO_OK;
}

/* Collective. */
static loligo_status sync_file(const segments *segments, const char *path)
{
  return loligo_agree(segments->context, segments->syncs ? sync_path(path) : LOLIGO_OK);
}

/* Sends a closed file to disk, with a seal that follows that of the segment before. Collective. */
static loligo_status seal_file(const segments *segments, const char *folder, size_t name, uint64_t *digest)
{
  char path[SEGMENTS_PATH_SIZE];
  seal seal;
  print_path(path, segments->directory, folder, segments->names[name]);
  LOLIGO_TRY(sync_file(segments, path));
  LOLIGO_TRY(seal_write(segments->context, path, segments->digests[name], &seal));
  *digest = seal.digest;
  return LOLIGO_OK;
}

static loligo_status end(const segments *segments, const char *part)
{
  char from[SEGMENTS_PATH_SIZE], to[SEGMENTS_PATH_SIZE], good[FOLDER_SIZE];
  print_good(good, segments, segments->n + 1);
  LOLIGO_TRY(sync_path(print_path(from, segments->directory, part, NULL)));
  LOLIGO_TRY(move(from, print_path(to, segments->directory, good, NULL)));
  return sync_path(print_path(to, segments->directory, NULL, NULL));
}

loligo_status segments_end(segments *segments)
{
  char part[FOLDER_SIZE];
  print_part(part, segments);
  for (size_t i = 0; i < segments->n_names; i++) LOLIGO_TRY(seal_file(segments, part, i, &segments->digests[i]));
  LOLIGO_TRY(loligo_agree(segments->context, segments->context->rank == 0 ? end(segments, part) : LOLIGO_OK));
  segments->n++;
  print_mark(segments);
  return LOLIGO_OK;
}

void segments_discard(segments *segments)
{
  if (segments->context->rank == 0) visit_folders(segments, remove_part);
  MPI_Barrier(segments->context->comm);
}

/* -- final files -- */

loligo_status segments_draft(segments *segments, char *folder)
{
  print_path(folder, segments->directory, DRAFT_FOLDER, NULL);
  loligo_status status = segments->context->rank == 0 ? make_part(segments, DRAFT_FOLDER) : LOLIGO_OK;
  return loligo_agree(segments->context, status);
}

static loligo_status write_count(const segments *segments, const char *path)
{
  h5_draft draft;
  h5_draft_open(&draft, path);
  h5_draft_scalar(&draft, COUNT_PATH, H5T_NATIVE_UINT64, &segments->n);
  return h5_draft_close(&draft);
}

static loligo_status publish(const segments *segments, const char *from, const char *name)
{
  char to[SEGMENTS_PATH_SIZE];
  segments_final_path(segments, name, to);
  LOLIGO_TRY(sync_path(from));
  LOLIGO_TRY(move(from, to));
  LOLIGO_TRY(sync_path(segments->directory));
  forget(segments, name);
  return LOLIGO_OK;
}

/* Number of a name; n_names of one that no segment has. */
static size_t find_name(const segments *segments, const char *name)
{
  size_t i = 0;
  while (i < segments->n_names && strcmp(segments->names[i], name) != 0) i++;
  return i;
}

loligo_status segments_publish(segments *segments, const char *name)
{
  const loligo_context *context = segments->context;
  const size_t i = find_name(segments, name);
  char path[SEGMENTS_PATH_SIZE];
  uint64_t digest;
  print_path(path, segments->directory, DRAFT_FOLDER, name);
  LOLIGO_TRY(loligo_agree(context, context->rank == 0 ? write_count(segments, path) : LOLIGO_OK));
  LOLIGO_TRY(i < segments->n_names ? seal_file(segments, DRAFT_FOLDER, i, &digest) : sync_file(segments, path));
  LOLIGO_TRY(loligo_agree(context, context->rank == 0 ? publish(segments, path, name) : LOLIGO_OK));
  if (i < segments->n_names) segments->n_final++;
  return LOLIGO_OK;
}

void segments_clear(segments *segments)
{
  if (segments->context->rank == 0) segments_remove(segments->directory);
  MPI_Barrier(segments->context->comm);
  segments->n_joined = 0;
}
