/* Texts that are short, and long enough for a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_text_is_kept), cmocka_unit_test(a_text_is_printed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
