/*
 * Columns are read in pieces, those of a group where its rows follow each other; an edge has from its type what its
 * group lacks.
 */
#include "io/sonata/edges.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/grid.h"
#include "base/lower_bound.h"
#include "base/memory.h"
#include "base/vector.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_column.h"
#include "io/sonata/edge_index.h"
#include "io/sonata/nodes.h"

const char EDGES_FORMAT[] = "sonata";

static const char WHAT[] = "edges";

enum { MESSAGE_BYTES = 1024 };

/* What each edge has in a column of the population, and may have in one of its group. */
typedef enum id_column { SOURCE, TARGET, TYPE, GROUP, ROW, ID_COLUMNS } id_column;
typedef enum own_column {
  SYN_WEIGHT,
  NSYNS,
  DELAY,
  SIGMA,
  SEC_ID,
  SEC_X,
  AFFERENT_ID, /* as SEC_ID and SEC_X, in newer files */
  AFFERENT_X,
  OWN_COLUMNS
} own_column;

static const char *const ID_NAMES[ID_COLUMNS] = {"source_node_id", "target_node_id", "edge_type_id", "edge_group_id",
                                                 "edge_group_index"};
static const char *const OWN_NAMES[OWN_COLUMNS] = {
    "syn_weight", "nsyns", "delay", "weight_sigma", "sec_id", "sec_x", "afferent_section_id", "afferent_section_pos"};

/* A group with columns of its own. */
typedef struct edge_group {
  uint64_t id;
  char *paths[OWN_COLUMNS];    /* of those that it has; owned */
  h5_numbers own[OWN_COLUMNS]; /* open while rows are read */
} edge_group;

/* A row that is read. */
typedef struct edge_row {
  const edge_type *type;
  double own[OWN_COLUMNS];
} edge_row;

typedef struct edge_file {
  edges_wanted wanted;     /* its texts and arrays are owned */
  char *paths[ID_COLUMNS]; /* NULL: there is no such column; owned */
  uint64_t n_rows;
  edge_group *groups; /* [n_groups] by ascending id; owned */
  size_t n_groups, capacity;
  h5_reader reader; /* open while rows are read, as the columns */
  h5_numbers ids[ID_COLUMNS];
  uint64_t *columns[ID_COLUMNS]; /* [room] of rows; owned */
  double *numbers;               /* [room] of an own column */
  edge_row *rows;                /* [room] */
  uint64_t *row_of;              /* [room] of each edge that was handed over, for messages */
  size_t room;
} edge_file;

/* -- what is wrong with a row -- */

static loligo_status fail_at(const edge_file *file, uint64_t row, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static loligo_status fail_at(const edge_file *file, uint64_t row, const char *format, ...)
{
  char message[MESSAGE_BYTES];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: edge %" PRIu64 " of %s: %s", file->wanted.path, row, file->wanted.name,
                     message);
}

static loligo_status blame(void *self, size_t i, loligo_status status)
{
  const edge_file *file = self;
  char message[MESSAGE_BYTES];
  fault_take_message(message, sizeof message);
  return status == LOLIGO_INPUT_ERROR ? fail_at(file, file->row_of[i], "%s", message) : status;
}

/* -- the file as a whole -- */

static void print_path(const edge_file *file, const char *below, char path[H5_PATH_SIZE])
{
  h5_path(path, "/edges/%s/%s", file->wanted.name, below);
}

/* Keeps the path of a dataset that is there; *kept stays NULL otherwise. */
static loligo_status keep_path(const edge_file *file, const char *below, char **kept)
{
  char path[H5_PATH_SIZE];
  bool found;
  print_path(file, below, path);
  LOLIGO_TRY(nodes_blame_file(h5_find(&file->reader, path, &found)));
  if (!found) return LOLIGO_OK;
  *kept = memory_string(path);
  return *kept ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static bool is_group_name(const char *name)
{
  return *name && !name[strspn(name, "0123456789")];
}

static loligo_status refuse_params(const edge_file *file, const char *group)
{
  char below[H5_PATH_SIZE], path[H5_PATH_SIZE];
  bool found;
  h5_path(below, "%s/dynamics_params", group);
  print_path(file, below, path);
  LOLIGO_TRY(nodes_blame_file(h5_find(&file->reader, path, &found)));
  if (!found) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: %s of single edges are not there yet; give them to types",
                     file->wanted.path, path);
}

static loligo_status add_group(void *self, const char *name)
{
  edge_file *file = self;
  if (!is_group_name(name)) return LOLIGO_OK;
  LOLIGO_TRY(memory_grow((void **)&file->groups, &file->capacity, file->n_groups + 1, sizeof *file->groups, WHAT));
  edge_group *group = &file->groups[file->n_groups++];
  *group = (edge_group){.id = strtoull(name, NULL, 10)};
  for (int c = 0; c < OWN_COLUMNS; c++) group->own[c] = (h5_numbers)H5_COLUMN_CLOSED;
  LOLIGO_TRY(refuse_params(file, name));
  for (int c = 0; c < OWN_COLUMNS; c++) {
    char below[H5_PATH_SIZE];
    h5_path(below, "%s/%s", name, OWN_NAMES[c]);
    LOLIGO_TRY(keep_path(file, below, &group->paths[c]));
  }
  return LOLIGO_OK;
}

static int by_id(const void *a, const void *b)
{
  const edge_group *x = a, *y = b;
  return (x->id > y->id) - (x->id < y->id);
}

static loligo_status find_columns(edge_file *file)
{
  char path[H5_PATH_SIZE];
  for (int c = 0; c < ID_COLUMNS; c++) {
    LOLIGO_TRY(keep_path(file, ID_NAMES[c], &file->paths[c]));
    if (c <= TYPE && !file->paths[c])
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s: /edges/%s/%s is missing", file->wanted.path, file->wanted.name,
                         ID_NAMES[c]);
  }
  h5_path(path, "/edges/%s", file->wanted.name);
  LOLIGO_TRY(nodes_blame_file(h5_read_children(&file->reader, path, add_group, file)));
  if (file->n_groups) qsort(file->groups, file->n_groups, sizeof *file->groups, by_id);
  return LOLIGO_OK;
}

/* -- open columns -- */

static void rest(void *self)
{
  edge_file *file = self;
  for (int c = 0; c < ID_COLUMNS; c++) h5_numbers_close(&file->ids[c]);
  for (size_t g = 0; g < file->n_groups; g++)
    for (int c = 0; c < OWN_COLUMNS; c++) h5_numbers_close(&file->groups[g].own[c]);
  h5_reader_close(&file->reader);
}

static loligo_status open_ids(edge_file *file)
{
  for (int c = 0; c < ID_COLUMNS; c++) {
    if (!file->paths[c]) continue;
    LOLIGO_TRY(nodes_blame_file(h5_ids_open(&file->ids[c], &file->reader, file->paths[c])));
    const uint64_t n = file->ids[c].extent[0];
    if (c == SOURCE) file->n_rows = n;
    if (n != file->n_rows)
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s: %s has %" PRIu64 " values for %" PRIu64 " edges", file->wanted.path,
                         file->paths[c], n, file->n_rows);
  }
  return LOLIGO_OK;
}

static loligo_status open_all(edge_file *file)
{
  if (file->reader.file < 0) LOLIGO_TRY(nodes_blame_file(h5_reader_open(&file->reader, file->wanted.path)));
  if (file->n_groups == 0 && !file->paths[SOURCE]) LOLIGO_TRY(find_columns(file));
  LOLIGO_TRY(open_ids(file));
  for (size_t g = 0; g < file->n_groups; g++)
    for (int c = 0; c < OWN_COLUMNS; c++)
      if (file->groups[g].paths[c])
        LOLIGO_TRY(nodes_blame_file(h5_column_open(&file->groups[g].own[c], &file->reader, file->groups[g].paths[c])));
  return LOLIGO_OK;
}

/* -- rows -- */

static loligo_status reserve(edge_file *file, size_t room)
{
  const memory_column columns[] = {
      {(void **)&file->columns[SOURCE], sizeof(uint64_t)}, {(void **)&file->columns[TARGET], sizeof(uint64_t)},
      {(void **)&file->columns[TYPE], sizeof(uint64_t)},   {(void **)&file->columns[GROUP], sizeof(uint64_t)},
      {(void **)&file->columns[ROW], sizeof(uint64_t)},    {(void **)&file->numbers, sizeof *file->numbers},
      {(void **)&file->rows, sizeof *file->rows},          {(void **)&file->row_of, sizeof *file->row_of}};
  return memory_grow_columns(columns, sizeof columns / sizeof *columns, &file->room, room, WHAT);
}

/* Without groups all rows are those of group 0, in order. */
static loligo_status read_ids(edge_file *file, uint64_t first, size_t n)
{
  for (int c = 0; c < ID_COLUMNS; c++) {
    if (file->paths[c]) LOLIGO_TRY(nodes_blame_file(h5_ids_read(&file->ids[c], first, n, file->columns[c])));
  }
  for (size_t i = 0; i < n; i++) {
    if (!file->paths[GROUP]) file->columns[GROUP][i] = 0;
    if (!file->paths[ROW]) file->columns[ROW][i] = first + i;
  }
  return LOLIGO_OK;
}

static const edge_type *find_type(const edge_file *file, uint64_t id)
{
  const edges_wanted *wanted = &file->wanted;
  if (wanted->n_types == 0) return NULL;
  const uint64_t at = lower_bound_of_field(&wanted->types->id, sizeof *wanted->types, wanted->n_types, id);
  return at < wanted->n_types && wanted->types[at].id == id ? &wanted->types[at] : NULL;
}

static loligo_status begin_rows(edge_file *file, uint64_t first, size_t n)
{
  const edge_type *last = NULL;
  for (size_t i = 0; i < n; i++) {
    const uint64_t id = file->columns[TYPE][i];
    const edge_type *type = last && last->id == id ? last : find_type(file, id);
    if (!type) return fail_at(file, first + i, "edge_type_id %" PRIu64 " is not in the table of types", id);
    if (*type->fault) return fail_at(file, first + i, "%s", type->fault);
    file->rows[i] = (edge_row){type, {type->syn_weight, type->nsyns, type->delay, type->sigma, NAN, NAN, NAN, NAN}};
    last = type;
  }
  return LOLIGO_OK;
}

/* The first row behind `i`, below n, that is of the group. */
static size_t next_of_group(const edge_file *file, uint64_t group, size_t i, size_t n)
{
  while (i < n && file->columns[GROUP][i] != group) i++;
  return i;
}

/* How many rows of a group from `i` on follow each other in it; *end receives the row behind the last. */
static size_t count_run(const edge_file *file, uint64_t group, size_t i, size_t n, size_t *end)
{
  const uint64_t *row = file->columns[ROW];
  size_t length = 1, next = next_of_group(file, group, i + 1, n);
  for (*end = i + 1; next < n && row[next] == row[i] + length; next = next_of_group(file, group, next + 1, n)) {
    *end = next + 1;
    length++;
  }
  return length;
}

static loligo_status read_run(edge_file *file, const edge_group *group, own_column c, size_t i, size_t length,
                              uint64_t first)
{
  const h5_numbers *column = &group->own[c];
  const uint64_t row = file->columns[ROW][i], n = column->extent[0];
  if (row >= n || length > n - row)
    return fail_at(file, first + i, "edge_group_index %" PRIu64 " is beyond the end of %s", row, group->paths[c]);
  LOLIGO_TRY(nodes_blame_file(h5_column_read(column, row, length, file->numbers)));
  for (size_t k = 0; k < length; k++, i++) {
    while (file->columns[GROUP][i] != group->id) i++;
    file->rows[i].own[c] = file->numbers[k];
  }
  return LOLIGO_OK;
}

static loligo_status read_own(edge_file *file, const edge_group *group, own_column c, uint64_t first, size_t n)
{
  size_t end;
  if (!group->paths[c]) return LOLIGO_OK;
  for (size_t i = next_of_group(file, group->id, 0, n); i < n; i = next_of_group(file, group->id, end, n)) {
    const size_t length = count_run(file, group->id, i, n, &end);
    LOLIGO_TRY(read_run(file, group, c, i, length, first));
  }
  return LOLIGO_OK;
}

/* -- edges -- */

/* As bmtk has it: degrees, of which those that lie 180 apart are the same. */
static double tuning_difference(double source, double target)
{
  return fabs(fabs(fabs(180 - fmod(fabs(target - source), 360)) - 90) - 90);
}

static loligo_status find_angles(const edge_file *file, uint64_t row, uint64_t source, uint64_t target,
                                 double *difference)
{
  const edges_wanted *wanted = &file->wanted;
  if (source >= wanted->n_sources || target >= wanted->n_targets) return LOLIGO_OK; /* which the rule will tell */
  *difference = tuning_difference(wanted->source_angle[source], wanted->target_angle[target]);
  return isfinite(*difference) ? LOLIGO_OK : fail_at(file, row, "gaussianLL needs a tuning_angle of both nodes");
}

static loligo_status apply_function(const edge_file *file, size_t i, uint64_t row, double *weight)
{
  const edge_row *of = &file->rows[i];
  double difference = 0;
  if (of->type->function == WEIGHT_PLAIN) return LOLIGO_OK;
  LOLIGO_TRY(find_angles(file, row, file->columns[SOURCE][i], file->columns[TARGET][i], &difference));
  const double part = difference / of->own[SIGMA];
  *weight *= vector_exp(-part * part);
  return isfinite(*weight) ? LOLIGO_OK : fail_at(file, row, "gaussianLL needs a weight_sigma other than 0");
}

static loligo_status find_weight(const edge_file *file, size_t i, uint64_t row, double *weight)
{
  const edge_row *of = &file->rows[i];
  *weight = 1;
  if (of->type->factor == 0) return LOLIGO_OK;
  if (!isfinite(of->own[SYN_WEIGHT])) return fail_at(file, row, "it has no syn_weight, nor has its type");
  if (!(of->own[NSYNS] >= 0 && isfinite(of->own[NSYNS]))) return fail_at(file, row, "nsyns must be 0 or more");
  *weight = of->type->factor * of->own[SYN_WEIGHT] * of->own[NSYNS];
  return apply_function(file, i, row, weight);
}

static loligo_status make_edge(const edge_file *file, size_t i, uint64_t row, loligo_edge *edge)
{
  const double delay = file->rows[i].own[DELAY];
  if (isnan(delay)) return fail_at(file, row, "it has no delay, nor has its type");
  *edge = (loligo_edge){.source = file->columns[SOURCE][i],
                        .target = file->columns[TARGET][i],
                        .delay = isfinite(delay) ? grid_steps(delay, file->wanted.dt) * file->wanted.dt : delay};
  return find_weight(file, i, row, &edge->weight);
}

static loligo_status read_rows(edge_file *file, uint64_t first, size_t n)
{
  LOLIGO_TRY(reserve(file, n));
  LOLIGO_TRY(read_ids(file, first, n));
  LOLIGO_TRY(begin_rows(file, first, n));
  for (size_t g = 0; g < file->n_groups; g++)
    for (int c = 0; c < OWN_COLUMNS; c++) LOLIGO_TRY(read_own(file, &file->groups[g], (own_column)c, first, n));
  return LOLIGO_OK;
}

static loligo_status read(void *self, uint64_t first, size_t n_rows, loligo_edge *edges, size_t *n)
{
  edge_file *file = self;
  const uint64_t before = file->n_rows;
  *n = 0;
  if (file->reader.file < 0) LOLIGO_TRY(open_all(file));
  if (file->n_rows != before)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: changed while it was read", file->wanted.path);
  LOLIGO_TRY(read_rows(file, first, n_rows));
  for (size_t i = 0; i < n_rows; i++) {
    if (file->rows[i].type->receptor != file->wanted.receptor) continue;
    file->row_of[*n] = first + i;
    LOLIGO_TRY(make_edge(file, i, first + i, &edges[*n]));
    ++*n;
  }
  return LOLIGO_OK;
}

static loligo_status find(void *self, const uint64_t *cells, uint64_t n_cells, edge_rows **rows, size_t *n, bool *found)
{
  edge_file *file = self;
  char path[H5_PATH_SIZE];
  if (file->reader.file < 0) LOLIGO_TRY(open_all(file));
  h5_path(path, "/edges/%s", file->wanted.name);
  return edge_index_rows(&file->reader, path, cells, n_cells, file->n_rows, rows, n, found);
}

/* -- a source -- */

static void free_file(void *self)
{
  edge_file *file = self;
  rest(file);
  for (int c = 0; c < ID_COLUMNS; c++) {
    memory_free(file->paths[c]);
    memory_free(file->columns[c]);
  }
  for (size_t g = 0; g < file->n_groups; g++)
    for (int c = 0; c < OWN_COLUMNS; c++) memory_free(file->groups[g].paths[c]);
  memory_free(file->groups);
  memory_free(file->numbers);
  memory_free(file->rows);
  memory_free(file->row_of);
  memory_free((void *)file->wanted.path);
  memory_free((void *)file->wanted.name);
  memory_free((void *)file->wanted.types);
  memory_free((void *)file->wanted.source_angle);
  memory_free((void *)file->wanted.target_angle);
  memory_free(file);
}

static edge_file *create(void)
{
  edge_file *file = memory_allocate(1, sizeof *file, WHAT);
  if (!file) return NULL;
  file->reader.file = -1;
  for (int c = 0; c < ID_COLUMNS; c++) file->ids[c] = (h5_numbers)H5_COLUMN_CLOSED;
  return file;
}

static edge_source source_of(edge_file *file)
{
  return (edge_source){.self = file,
                       .name = file->wanted.path,
                       .format = EDGES_FORMAT,
                       .n_rows = file->n_rows,
                       .read = read,
                       .rest = rest,
                       .find = find,
                       .blame = blame,
                       .free = free_file};
}

/* A copy of n elements, or NULL of NULL. */
static loligo_status copy(const void *from, uint64_t n, size_t size, void *to)
{
  void *made = from ? memory_allocate(n, size, WHAT) : NULL;
  if (from && !made) return LOLIGO_MACHINE_ERROR;
  if (from && n) memcpy(made, from, n * size);
  memcpy(to, &made, sizeof made);
  return LOLIGO_OK;
}

static loligo_status keep_wanted(const edges_wanted *given, edges_wanted *kept)
{
  *kept = *given;
  kept->path = kept->name = NULL;
  kept->types = NULL;
  kept->source_angle = kept->target_angle = NULL;
  LOLIGO_TRY(copy(given->path, strlen(given->path) + 1, 1, &kept->path));
  LOLIGO_TRY(copy(given->name, strlen(given->name) + 1, 1, &kept->name));
  LOLIGO_TRY(copy(given->types, given->n_types, sizeof *given->types, &kept->types));
  LOLIGO_TRY(copy(given->source_angle, given->n_sources, sizeof *given->source_angle, &kept->source_angle));
  return copy(given->target_angle, given->n_targets, sizeof *given->target_angle, &kept->target_angle);
}

loligo_status edges_open(const edges_wanted *wanted, edge_source *source)
{
  edge_file *file = create();
  if (!file) return LOLIGO_MACHINE_ERROR;
  loligo_status status = keep_wanted(wanted, &file->wanted);
  if (status == LOLIGO_OK) status = open_all(file);
  rest(file);
  if (status == LOLIGO_OK)
    *source = source_of(file);
  else
    free_file(file);
  return status;
}

/* -- edges with places -- */

static loligo_status visit_row(edge_file *file, size_t i, uint64_t row, located_visit visit, void *self)
{
  double *own = file->rows[i].own;
  located_edge edge = {.row = row, .type = file->rows[i].type, .nsyns = own[NSYNS]};
  if (!(own[NSYNS] >= 0 && own[NSYNS] <= UINT32_MAX && own[NSYNS] == floor(own[NSYNS])))
    return fail_at(file, row, "nsyns must be a whole number from 0 on");
  own[NSYNS] = 1;
  LOLIGO_TRY(make_edge(file, i, row, &edge.edge));
  edge.sec_id = isnan(own[SEC_ID]) ? own[AFFERENT_ID] : own[SEC_ID];
  edge.sec_x = isnan(own[SEC_X]) ? own[AFFERENT_X] : own[SEC_X];
  file->row_of[0] = row;
  const loligo_status status = visit(self, &edge);
  return status == LOLIGO_INPUT_ERROR ? blame(file, 0, status) : status;
}

static loligo_status visit_all(edge_file *file, located_visit visit, void *self)
{
  enum { PIECE = 1 << 14 };
  LOLIGO_TRY(open_all(file));
  for (uint64_t first = 0; first < file->n_rows; first += PIECE) {
    const size_t n = file->n_rows - first < PIECE ? (size_t)(file->n_rows - first) : PIECE;
    LOLIGO_TRY(read_rows(file, first, n));
    for (size_t i = 0; i < n; i++) LOLIGO_TRY(visit_row(file, i, first + i, visit, self));
  }
  return LOLIGO_OK;
}

loligo_status edges_visit(const edges_wanted *wanted, located_visit visit, void *self)
{
  edge_file *file = create();
  if (!file) return LOLIGO_MACHINE_ERROR;
  loligo_status status = keep_wanted(wanted, &file->wanted);
  if (status == LOLIGO_OK) status = visit_all(file, visit, self);
  free_file(file);
  return status;
}

static loligo_status move_wanted(stream *stream, edges_wanted *wanted)
{
  const bool has_angles[] = {wanted->source_angle, wanted->target_angle};
  bool are_there[2];
  memcpy(are_there, has_angles, sizeof are_there);
  stream_move(stream, are_there, sizeof are_there);
  stream_move(stream, &wanted->n_types, sizeof wanted->n_types);
  stream_move(stream, &wanted->receptor, sizeof wanted->receptor);
  stream_move(stream, &wanted->dt, sizeof wanted->dt);
  stream_move(stream, &wanted->n_sources, sizeof wanted->n_sources);
  stream_move(stream, &wanted->n_targets, sizeof wanted->n_targets);
  LOLIGO_TRY(stream_text(stream, &wanted->path, NULL));
  LOLIGO_TRY(stream_text(stream, &wanted->name, NULL));
  LOLIGO_TRY(stream_array(stream, (void **)&wanted->types, wanted->n_types, sizeof *wanted->types, WHAT));
  if (are_there[0])
    LOLIGO_TRY(
        stream_array(stream, (void **)&wanted->source_angle, wanted->n_sources, sizeof *wanted->source_angle, WHAT));
  if (are_there[1])
    LOLIGO_TRY(
        stream_array(stream, (void **)&wanted->target_angle, wanted->n_targets, sizeof *wanted->target_angle, WHAT));
  return LOLIGO_OK;
}

loligo_status edges_move(stream *stream, edge_source *source)
{
  edge_file *file = stream->reads ? create() : source->self;
  if (!file) return LOLIGO_MACHINE_ERROR;
  stream_move(stream, &file->n_rows, sizeof file->n_rows);
  const loligo_status status = move_wanted(stream, &file->wanted);
  if (!stream->reads) return status;
  if (status == LOLIGO_OK)
    *source = source_of(file);
  else
    free_file(file);
  return status;
}
