/*
 * Lists in files: values, faults with file and line, and the bytes that other ranks get.
 */
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "io/model_file/csv.h"
#include "io/model_file/listed_files.h"
#include "scratch.h"

static loligo_status read_csv(const char *path, const csv_format *format, double **values, size_t *n)
{
  const char *why;
  FILE *file = file_stream(path, &why);
  assert_non_null(file);
  const loligo_status status = csv_read(file, path, format, values, n);
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

static loligo_status read_listed(listed_files *set, const char *path, const char *name, const csv_format *format)
{
  const char *why;
  const listed_file *file;
  return listed_files_read(set, path, name, file_stream(name, &why), format, &file);
}

static void packed_files_are_the_same(void **state)
{
  (void)state;
  listed_files sent = {0}, received = {0};
  const listed_file *file;
  scratch_write("e.csv", "source,target,weight,delay\n0,1,5.5,1.5\n2,3,4.5,1\n");
  scratch_write("t.csv", "cell,time\n7,2.5\n");
  assert_int_equal(read_listed(&sent, "/somewhere/edges", "e.csv", &csv_edges), LOLIGO_OK);
  assert_int_equal(read_listed(&sent, "/t", "t.csv", &csv_trains), LOLIGO_OK);
  assert_int_equal(read_listed(&sent, "/t", "e.csv", &csv_trains), LOLIGO_OK);
  assert_int_equal(sent.n, 2);
  const size_t size = listed_files_packed_size(&sent);
  assert_int_equal(size % 8, 0);
  char *bytes = memory_allocate(size, 1, "test");
  listed_files_pack(&sent, bytes);
  listed_files_free(&sent);
  assert_int_equal(listed_files_unpack(&received, bytes), LOLIGO_OK);
  static const double edges[] = {0, 1, 5.5, 1.5, 2, 3, 4.5, 1}, trains[] = {7, 2.5};
  file = listed_files_find(&received, "/somewhere/edges", &csv_edges);
  assert_int_equal(file->n_rows, 2);
  assert_memory_equal(file->values, edges, sizeof edges);
  file = listed_files_find(&received, "/t", &csv_trains);
  assert_int_equal(file->n_rows, 1);
  assert_memory_equal(file->values, trains, sizeof trains);
  assert_null(listed_files_find(&received, "/t", &csv_edges));
  listed_files_free(&received);
  memory_free(bytes);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(edges_are_read),
      cmocka_unit_test(a_list_may_be_empty),
      cmocka_unit_test(faults_are_told_with_their_line),
      cmocka_unit_test(every_byte_is_accounted_for),
      cmocka_unit_test(rows_know_their_lines),
      cmocka_unit_test(packed_files_are_the_same),
  };
  return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
