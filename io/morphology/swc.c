/*
 * Points stay in the order of their lines; parents are looked up once all ids are known.
 */
#include "io/morphology/swc.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/lower_bound.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/model_file/csv.h"

enum { MESSAGE_BYTES = 256, COLUMNS = 7 };

static const char WHAT[] = "a reconstruction";
static const char *const columns[COLUMNS] = {"id", "type", "x", "y", "z", "radius", "parent"};
enum { ID, TYPE, X, RADIUS = X + 3, PARENT };

static const double MOST_ID = 4294967295.0;
static const double MOST_PLACE = 1e7, LEAST_RADIUS = 1e-4, MOST_RADIUS = 1e5; /* um */

const char *const swc_type_names[SWC_TYPES] = {
    [SWC_SOMA] = "soma", [SWC_AXON] = "axon", [SWC_DEND] = "dend", [SWC_APIC] = "apic"};

typedef struct point_id {
  uint64_t id;
  size_t point;
} point_id;

/* A file as it is read. */
typedef struct swc_reader {
  swc *made;
  csv_lines lines;
  double values[COLUMNS];
  point_id *ids;    /* [made->n] */
  int64_t *parents; /* [made->n] ids; -1 of the root */
  size_t capacity;
} swc_reader;

void swc_free(swc *made)
{
  memory_free(made->points);
  *made = (swc){.n = 0};
}

static loligo_status fail_line(const swc *swc, size_t line, const char *format, va_list arguments)
{
  char message[MESSAGE_BYTES];
  vsnprintf(message, sizeof message, format, arguments);
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: %s", swc->path, line, message);
}

loligo_status swc_fail(const swc *swc, size_t point, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  const loligo_status status = fail_line(swc, swc->points[point].line, format, arguments);
  va_end(arguments);
  return status;
}

/* -- a line -- */

static loligo_status fail_here(const swc_reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static loligo_status fail_here(const swc_reader *r, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  const loligo_status status = fail_line(r->made, r->lines.number, format, arguments);
  va_end(arguments);
  return status;
}

static bool is_whole(double value, double least)
{
  return value >= least && value <= MOST_ID && value == floor(value);
}

static loligo_status check_values(const swc_reader *r)
{
  const double *v = r->values;
  if (!is_whole(v[ID], 0)) return fail_here(r, "id: %g is not a whole number from 0 on", v[ID]);
  if (!is_whole(v[PARENT], -1)) return fail_here(r, "parent: %g is neither an id nor -1", v[PARENT]);
  if (!is_whole(v[TYPE], SWC_SOMA) || v[TYPE] >= SWC_TYPES)
    return fail_here(r, "type: %g is not known; there are 1 soma, 2 axon, 3 dend, 4 apic", v[TYPE]);
  if (!(v[RADIUS] >= LEAST_RADIUS && v[RADIUS] <= MOST_RADIUS))
    return fail_here(r, "radius: %g um is not within %g ... %g um", v[RADIUS], LEAST_RADIUS, MOST_RADIUS);
  for (int i = X; i < RADIUS; i++)
    if (fabs(v[i]) > MOST_PLACE) return fail_here(r, "%s: %g um is beyond %g um", columns[i], v[i], MOST_PLACE);
  return LOLIGO_OK;
}

/* What stands behind a # is a comment; *found is false where nothing stands before it. */
static loligo_status read_line(swc_reader *r, char *rest, bool *found)
{
  size_t n = 0;
  char *field;
  for (;; n++) {
    LOLIGO_TRY(csv_next_field(&r->lines, &rest, &field));
    if (!field || *field == '#') break;
    if (n == COLUMNS) return fail_here(r, "more than %d numbers: id type x y z radius parent", COLUMNS);
    LOLIGO_TRY(csv_number(&r->lines, columns[n], field, &r->values[n]));
  }
  *found = n > 0;
  if (n == 0) return LOLIGO_OK;
  if (n < COLUMNS) return fail_here(r, "%s is missing; a line is: id type x y z radius parent", columns[n]);
  return check_values(r);
}

static uint64_t hash_values(const swc_reader *r)
{
  uint64_t digest = r->made->digest, bits;
  for (size_t i = 0; i < COLUMNS; i++) {
    memcpy(&bits, &r->values[i], sizeof bits);
    digest = hash_mix(digest ^ bits);
  }
  return digest;
}

static loligo_status add_point(swc_reader *r)
{
  swc *made = r->made;
  const double *v = r->values;
  const memory_column arrays[] = {{(void **)&made->points, sizeof *made->points},
                                  {(void **)&r->ids, sizeof *r->ids},
                                  {(void **)&r->parents, sizeof *r->parents}};
  if (made->n == SWC_MOST_POINTS) return fail_here(r, "more than %d points", SWC_MOST_POINTS);
  LOLIGO_TRY(memory_grow_columns(arrays, sizeof arrays / sizeof *arrays, &r->capacity, made->n + 1, WHAT));
  r->ids[made->n] = (point_id){(uint64_t)v[ID], made->n};
  r->parents[made->n] = (int64_t)v[PARENT];
  made->points[made->n++] = (swc_point){
      .type = (swc_type)v[TYPE], .place = {v[X], v[X + 1], v[X + 2]}, .radius = v[RADIUS], .line = r->lines.number};
  made->digest = hash_values(r);
  return LOLIGO_OK;
}

static loligo_status read_lines(swc_reader *r)
{
  for (;;) {
    char *rest;
    bool found;
    LOLIGO_TRY(csv_next_line(&r->lines, &rest));
    if (!rest) return LOLIGO_OK;
    LOLIGO_TRY(read_line(r, rest, &found));
    if (found) LOLIGO_TRY(add_point(r));
  }
}

/* -- parents -- */

static int by_id(const void *a, const void *b)
{
  const point_id *x = a, *y = b;
  if (x->id != y->id) return x->id < y->id ? -1 : 1;
  return (x->point > y->point) - (x->point < y->point);
}

static loligo_status sort_ids(const swc_reader *r)
{
  const swc *made = r->made;
  qsort(r->ids, made->n, sizeof *r->ids, by_id);
  for (size_t i = 1; i < made->n; i++)
    if (r->ids[i].id == r->ids[i - 1].id)
      return swc_fail(made, r->ids[i].point, "id %llu is there twice, here and in line %zu",
                      (unsigned long long)r->ids[i].id, made->points[r->ids[i - 1].point].line);
  return LOLIGO_OK;
}

static loligo_status find_parent(const swc_reader *r, size_t point)
{
  const swc *made = r->made;
  const int64_t id = r->parents[point];
  made->points[point].parent = SWC_NONE;
  if (id < 0 && point == 0) return LOLIGO_OK;
  if (id < 0) return swc_fail(made, point, "a second root: parent -1 stands in line %zu already", made->points[0].line);
  const uint64_t at = lower_bound_of_field(&r->ids->id, sizeof *r->ids, made->n, (uint64_t)id);
  if (at == made->n || r->ids[at].id != (uint64_t)id)
    return swc_fail(made, point, "parent %lld is the id of no point", (long long)id);
  if (r->ids[at].point >= point)
    return swc_fail(made, point, "parent %lld does not stand above it; sort the points from the soma outwards",
                    (long long)id);
  made->points[point].parent = r->ids[at].point;
  return LOLIGO_OK;
}

static loligo_status read_all(swc_reader *r)
{
  const swc *made = r->made;
  LOLIGO_TRY(read_lines(r));
  if (made->n == 0) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds no point", made->path);
  LOLIGO_TRY(sort_ids(r));
  for (size_t i = 0; i < made->n; i++) LOLIGO_TRY(find_parent(r, i));
  if (made->points[0].type == SWC_SOMA) return LOLIGO_OK;
  return swc_fail(made, 0, "the root is of type %d, %s; a cell begins with its soma, type 1", (int)made->points[0].type,
                  swc_type_names[made->points[0].type]);
}

loligo_status swc_read(FILE *file, const char *path, swc *made)
{
  *made = (swc){.path = path};
  swc_reader reader = {.made = made, .lines = {.file = file, .path = path, .by_blanks = true}};
  const loligo_status status = read_all(&reader);
  csv_lines_free(&reader.lines);
  memory_free(reader.ids);
  memory_free(reader.parents);
  return status;
}
