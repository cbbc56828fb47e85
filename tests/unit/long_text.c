/* Texts that are short, and long enough for a file. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "base/long_text.h"
#include "base/memory.h"

static void assert_kept(size_t n_pieces, bool is_long)
{
  static const char piece[] = "a line of text, of which there are many\n";
  const size_t length = sizeof piece - 1;
  long_text text = {0};
  for (size_t i = 0; i < n_pieces; i++) assert_int_equal(long_text_append(&text, piece, length), LOLIGO_OK);
  assert_int_equal(long_text_end(&text), LOLIGO_OK);
  assert_int_equal(text.n, n_pieces * length);
  assert_int_equal(strlen(text.text), text.n);
  assert_int_equal(text.n_mapped > 0, is_long);
  long_text_rest(&text);
  for (size_t i = 0; i < n_pieces; i++) assert_memory_equal(text.text + i * length, piece, length);
  long_text_free(&text);
  assert_null(text.text);
}

static void a_text_is_kept(void **state)
{
  (void)state;
  assert_kept(0, false);
  assert_kept(3, false);
  assert_kept(30000, true);
  assert_kept(300000, true);
}

/* No file may grow beyond so many bytes; returns what held before. */
static struct rlimit limit_files(rlim_t bytes)
{
  struct rlimit before, now;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  now = (struct rlimit){bytes, before.rlim_max};
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
  return before;
}

/* A file that is begun again would be written as a whole with each further piece. */
static void a_text_that_no_file_takes_stays_in_memory(void **state)
{
  (void)state;
  enum { N = 5 << 20, MOST = 2 << 20 };
  char *bytes = memory_allocate(N, 1, "a text");
  for (size_t i = 0; i < N; i++) bytes[i] = (char)('a' + i * 11 % 26);
  signal(SIGXFSZ, SIG_IGN);
  long_text text = {0};
  const struct rlimit before = limit_files(MOST + 1);
  assert_int_equal(long_text_append(&text, bytes, N / 2), LOLIGO_OK);
  assert_int_equal(long_text_append(&text, bytes + N / 2, 1 << 20), LOLIGO_OK);
  assert_int_equal(text.file, 0);
  setrlimit(RLIMIT_FSIZE, &before);
  const size_t done = N / 2 + (1 << 20);
  assert_int_equal(long_text_append(&text, bytes + done, N - done), LOLIGO_OK);
  assert_int_equal(text.file, 0);
  assert_int_equal(long_text_end(&text), LOLIGO_OK);
  assert_int_equal(text.n_mapped, 0);
  assert_int_equal(text.n, N);
  assert_memory_equal(text.text, bytes, N);
  long_text_free(&text);
  memory_free(bytes);
}

static void a_text_is_printed(void **state)
{
  (void)state;
  enum { N = 3000000 };
  char *bytes = memory_allocate(N + 1, 1, "a text"), *read = memory_allocate(N + 1, 1, "a text");
  for (size_t i = 0; i < N; i++) bytes[i] = (char)('a' + i * 7 % 26);
  long_text text = {0};
  assert_int_equal(long_text_append(&text, bytes, N), LOLIGO_OK);
  assert_int_equal(long_text_end(&text), LOLIGO_OK);
  FILE *file = tmpfile();
  long_text_print(&text, file);
  rewind(file);
  assert_int_equal(fread(read, 1, N + 1, file), N);
  assert_memory_equal(read, bytes, N);
  fclose(file);
  long_text_free(&text);
  memory_free(bytes);
  memory_free(read);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_text_is_kept),
                                     cmocka_unit_test(a_text_that_no_file_takes_stays_in_memory),
                                     cmocka_unit_test(a_text_is_printed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
