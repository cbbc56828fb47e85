/*
 * Purpose: a lock that needs no care after a crash.
 *
 * The system locks an open file (flock), not a name, so a file that a killed run left behind stops nobody. Whoever
 * holds the lock may remove the file; another who had opened it before finds that it has no name any more.
 */
#include "io/results/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/timer.h"

static const char NAME[] = ".loligo.lock";
static const double PATIENCE_SECONDS = 3; /* ranks whose launcher was killed live on for a moment */

static bool has_name(int file)
{
  struct stat entry;
  return fstat(file, &entry) == 0 && entry.st_nlink > 0;
}

/* False if another process has the lock. */
static bool lock_file(int file)
{
  const struct timespec pause = {0, 50000000};
  const double since = timer_now();
  while (flock(file, LOCK_EX | LOCK_NB)) {
    if (errno != EWOULDBLOCK) return true; /* the file system knows no locks */
    if (timer_now() - since > PATIENCE_SECONDS) return false;
    nanosleep(&pause, NULL);
  }
  return true;
}

static loligo_status take(output_lock *lock, const char *directory)
{
  while (!lock->held) {
    lock->file = openat(lock->folder, NAME, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (lock->file < 0)
      return loligo_fail(LOLIGO_MACHINE_ERROR, "cannot make %s/%s: %s", directory, NAME, strerror(errno));
    bool is_free = lock_file(lock->file);
    lock->held = is_free && has_name(lock->file);
    if (!lock->held) close(lock->file);
    if (!is_free)
      return loligo_fail(LOLIGO_INPUT_ERROR,
                         "%s: another run writes there; wait for its end, or choose another --output", directory);
  }
  return LOLIGO_OK;
}

loligo_status output_lock_take(output_lock *lock, const char *directory)
{
  if (lock->held) return LOLIGO_OK;
  lock->folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock->folder < 0) return loligo_fail(LOLIGO_MACHINE_ERROR, "cannot open %s: %s", directory, strerror(errno));
  loligo_status status = take(lock, directory);
  if (!lock->held) close(lock->folder);
  return status;
}

void output_lock_release(output_lock *lock)
{
  if (!lock->held) return;
  unlinkat(lock->folder, NAME, 0);
  close(lock->file);
  close(lock->folder);
  lock->held = false;
}
