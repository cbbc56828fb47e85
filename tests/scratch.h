/** A folder of its own for a test that writes files: entered at the start, removed at the end. */
#ifndef LOLIGO_TESTS_SCRATCH_H
#define LOLIGO_TESTS_SCRATCH_H

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char scratch_folder[64];

static inline int scratch_enter(void **state)
{
  (void)state;
  snprintf(scratch_folder, sizeof scratch_folder, "/tmp/loligo_test.XXXXXX");
  return mkdtemp(scratch_folder) && chdir(scratch_folder) == 0 ? 0 : -1;
}

static inline int scratch_remove(const char *path, const struct stat *status, int kind, struct FTW *position)
{
  (void)status;
  (void)kind;
  (void)position;
  return remove(path);
}

static inline int scratch_leave(void **state)
{
  (void)state;
  return chdir("/") == 0 ? nftw(scratch_folder, scratch_remove, 8, FTW_DEPTH | FTW_PHYS) : -1;
}

static inline void scratch_write_bytes(const char *name, const char *bytes, size_t n)
{
  FILE *file = fopen(name, "w");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, n, file), n);
  assert_int_equal(fclose(file), 0);
}

static inline void scratch_write(const char *name, const char *text)
{
  scratch_write_bytes(name, text, strlen(text));
}

#endif
