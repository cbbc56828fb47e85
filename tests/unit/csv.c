/*
 * Lists in files: values, faults with file and line, and the bytes that other ranks get.
 */
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/csv.h"
#include "io/model_file/csv_lines.h"
#include "io/model_file/listed_files.h"
#include "scratch.h"

static loligo_status read_csv(const char *path, const csv_format *format, double **values, size_t *n)
{
  const char *why;
  FILE *file = file_stream(path, &why);
  assert_non_null(file);
  mistakes_begin(path);
  const loligo_status status = mistakes_settle(csv_read(file, path, format, values, n));
  fclose(file);
  return status;
}

static void edges_are_read(void **state)
{
  (void)state;
  scratch_write("e.csv", "source, target,weight,delay\r\n0,1,5.5,1.5\r\n\n 3 ,0,\t-2e3 ,0.1\n4,4,\"7\",1");
  double *values;
  size_t n;
  assert_int_equal(read_csv("e.csv", &csv_edges, &values, &n), LOLIGO_OK);
  static const double expected[] = {0, 1, 5.5, 1.5, 3, 0, -2000, 0.1, 4, 4, 7, 1};
  assert_int_equal(n, 3);
  assert_memory_equal(values, expected, sizeof expected);
  memory_free(values);
}

static void a_list_may_be_empty(void **state)
{
  (void)state;
  scratch_write("t.csv", "cell,time\n");
  double *values = NULL;
  size_t n = 1;
  assert_int_equal(read_csv("t.csv", &csv_trains, &values, &n), LOLIGO_OK);
  assert_int_equal(n, 0);
  memory_free(values);
}

static void assert_refused(const char *text, const char *message)
{
  double *values;
  size_t n;
  scratch_write("t.csv", text);
  assert_int_equal(read_csv("t.csv", &csv_trains, &values, &n), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), message);
  loligo_error_clear();
}

static void all_wrong_rows_are_told(void **state)
{
  (void)state;
  assert_refused("cell,time\n0,a\n1,2\n1\n0,1,2\n", "t.csv:2: time: 'a' is not a finite number");
  double *values;
  size_t n;
  assert_int_equal(read_csv("t.csv", &csv_trains, &values, &n), LOLIGO_INPUT_ERROR);
  assert_string_equal(mistakes_behind(0), "t.csv:4: time is missing; a line has 2 fields");
  assert_string_equal(mistakes_behind(1), "t.csv:5: more than 2 fields");
  assert_null(mistakes_behind(2));
  loligo_error_clear();
}

static void faults_are_told_with_their_line(void **state)
{
  (void)state;
  assert_refused("", "t.csv:1: the first line must be the header 'cell,time'");
  assert_refused("0,1\n", "t.csv:1: the first line must be the header 'cell,time'");
  assert_refused("cell,time,more\n", "t.csv:1: the first line must be the header 'cell,time'");
  assert_refused("cell,time\n0,1\n\n0\n", "t.csv:4: time is missing; a line has 2 fields");
  assert_refused("cell,time\n0,1,2\n", "t.csv:2: more than 2 fields");
  assert_refused("cell,time\n0,x\n", "t.csv:2: time: 'x' is not a finite number");
  assert_refused("cell,time\n0,1 ms\n", "t.csv:2: time: '1 ms' is not a finite number");
  assert_refused("cell,time\n0,\n", "t.csv:2: time: '' is not a finite number");
  assert_refused("cell,time\n0,nan\n", "t.csv:2: time: 'nan' is not a finite number");
  assert_refused("cell,time\n-1,1\n", "t.csv:2: cell: '-1' is not a whole number >= 0");
  assert_refused("cell,time\n1.5,1\n", "t.csv:2: cell: '1.5' is not a whole number >= 0");
}

/* What a spreadsheet writes, and what no table can hold. */
static void every_byte_is_accounted_for(void **state)
{
  (void)state;
  double *values;
  size_t n;
  scratch_write("t.csv", "\xEF\xBB\xBF"
                         "cell,time\r\n0,1\r\n1,2\r");
  assert_int_equal(read_csv("t.csv", &csv_trains, &values, &n), LOLIGO_OK);
  assert_int_equal(n, 2);
  assert_memory_equal(values, ((double[]){0, 1, 1, 2}), 4 * sizeof *values);
  memory_free(values);
  assert_refused("cell,time\n0,1\r1,2\n", "t.csv:2: a carriage return within a line; end lines with LF or CRLF");
  assert_refused("cell,time\r0,1\r", "t.csv:1: a carriage return within a line; end lines with LF or CRLF");
  assert_refused("cell,time\n\xEF\xBB\xBF"
                 "0,1\n",
                 "t.csv:2: cell: '\xEF\xBB\xBF"
                 "0' is not a finite number");
  scratch_write_bytes("t.csv",
                      "cell,time\n\0"
                      "0,1\n",
                      15);
  assert_int_equal(read_csv("t.csv", &csv_trains, &values, &n), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), "t.csv:2: not a text file: it holds a zero byte; save it as UTF-8");
  loligo_error_clear();
}

static void fields_may_be_quoted(void **state)
{
  (void)state;
  static const char *const fields[] = {"a", "b, c", "d \"e\"", "", "", "f g"};
  scratch_write("t.csv", "a, \"b, c\" ,\"d \"\"e\"\"\",,\"\", f g \n\"a\"b\n\"a");
  csv_lines lines = {.file = fopen("t.csv", "r"), .path = "t.csv"};
  char *rest, *field;
  assert_int_equal(csv_next_line(&lines, &rest), LOLIGO_OK);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    assert_int_equal(csv_next_field(&lines, &rest, &field), LOLIGO_OK);
    assert_string_equal(field, fields[i]);
  }
  assert_int_equal(csv_column(&lines, field), 27);
  assert_int_equal(csv_next_field(&lines, &rest, &field), LOLIGO_OK);
  assert_null(field);
  static const char *const faults[] = {"t.csv:2:4: a comma must follow a closing quote",
                                       "t.csv:3:2: a quote is not closed in its line"};
  for (size_t i = 0; i < 2; i++) {
    assert_int_equal(csv_next_line(&lines, &rest), LOLIGO_OK);
    assert_int_equal(csv_next_field(&lines, &rest, &field), LOLIGO_INPUT_ERROR);
    assert_string_equal(loligo_error_message(), faults[i]);
    loligo_error_clear();
  }
  fclose(lines.file);
  csv_lines_free(&lines);
}

static void fields_may_stand_apart_by_blanks(void **state)
{
  (void)state;
  static const char *const fields[] = {"100", "ei=='e'&x", "a, b", "", "2.0"};
  scratch_write("t.csv", "  100 ei=='e'&x   \"a, b\" \"\" 2.0  \n\"a\"b\n");
  csv_lines lines = {.file = fopen("t.csv", "r"), .path = "t.csv", .by_blanks = true};
  char *rest, *field;
  assert_int_equal(csv_next_line(&lines, &rest), LOLIGO_OK);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    assert_int_equal(csv_next_field(&lines, &rest, &field), LOLIGO_OK);
    assert_string_equal(field, fields[i]);
  }
  assert_null(rest);
  assert_int_equal(csv_next_line(&lines, &rest), LOLIGO_OK);
  assert_int_equal(csv_next_field(&lines, &rest, &field), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), "t.csv:2:4: a blank must follow a closing quote");
  loligo_error_clear();
  fclose(lines.file);
  csv_lines_free(&lines);
}

static void rows_know_their_lines(void **state)
{
  (void)state;
  scratch_write("t.csv", "\n\ncell,time\n\n0,1\n \n\n1,2\n2,3\n");
  static const size_t lines[] = {5, 8, 9};
  for (size_t row = 0; row < 3; row++) {
    const char *why;
    FILE *file = file_stream("t.csv", &why);
    assert_int_equal(csv_line_of_row(file, row), lines[row]);
    fclose(file);
  }
}

static const listed_file *read_listed(listed_files *set, const char *path, const char *name, const csv_format *format)
{
  const char *why;
  const listed_file *file;
  assert_int_equal(listed_files_read(set, path, name, file_stream(name, &why), format, &file), LOLIGO_OK);
  return file;
}

static void a_file_is_read_once(void **state)
{
  (void)state;
  listed_files set = {0};
  const listed_file *first, *again, *other;
  scratch_write("e.csv", "source,target,weight,delay\n0,1,5.5,1.5\n2,3,4.5,1\n");
  scratch_write("t.csv", "cell,time\n7,2.5\n");
  first = read_listed(&set, "/somewhere/edges", "e.csv", &csv_edges);
  static const double edges[] = {0, 1, 5.5, 1.5, 2, 3, 4.5, 1};
  assert_int_equal(first->n_rows, 2);
  assert_memory_equal(first->values, edges, sizeof edges);
  const uint64_t digest = listed_files_digest(&set);
  again = read_listed(&set, "/somewhere/edges", "t.csv", &csv_edges);
  assert_int_equal(again->n_rows, 2);
  assert_int_equal(listed_files_digest(&set), digest);
  other = read_listed(&set, "/somewhere/edges", "t.csv", &csv_trains);
  assert_int_equal(other->n_rows, 1);
  assert_int_equal(set.n, 2);
  assert_true(listed_files_digest(&set) != digest);
  listed_files_free(&set);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(edges_are_read),
      cmocka_unit_test(a_list_may_be_empty),
      cmocka_unit_test(faults_are_told_with_their_line),
      cmocka_unit_test(all_wrong_rows_are_told),
      cmocka_unit_test(every_byte_is_accounted_for),
      cmocka_unit_test(fields_may_be_quoted),
      cmocka_unit_test(fields_may_stand_apart_by_blanks),
      cmocka_unit_test(rows_know_their_lines),
      cmocka_unit_test(a_file_is_read_once),
  };
  return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
