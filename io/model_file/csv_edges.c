#include "io/model_file/csv_edges.h"

#include <math.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/csv_file.h"

enum { MESSAGE_BYTES = 1024 };

typedef struct edge_file {
  csv_file file;
  double delay; /* ms, of all; NAN: each has its own */
  size_t *line; /* [room] of the edges of a piece; owned */
  size_t room;
} edge_file;

/* While the model file is read, what is wrong is told with all else. */
static loligo_status keep_mistake(const edge_file *edges, loligo_status status)
{
  return edges->file.csv.tells_all ? mistakes_keep_told(status) : status;
}

static loligo_status begin(void *self)
{
  edge_file *edges = self;
  return keep_mistake(edges, csv_file_begin(&edges->file));
}

static loligo_status next(void *self, size_t room, loligo_edge *out, size_t *n)
{
  edge_file *edges = self;
  double row[CSV_MAX_COLUMNS];
  bool found = true;
  LOLIGO_TRY(memory_grow((void **)&edges->line, &edges->room, room, sizeof *edges->line, "an edge list"));
  for (*n = 0; *n < room; ++*n) {
    const loligo_status status = csv_next_row(&edges->file.csv, row, &found);
    if (status != LOLIGO_OK && !(*n > 0 && mistakes_is_told(status))) return keep_mistake(edges, status);
    if (!found) break;
    out[*n] = (loligo_edge){(uint64_t)row[0], (uint64_t)row[1], row[2], isnan(edges->delay) ? row[3] : edges->delay};
    edges->line[*n] = edges->file.csv.lines.number;
  }
  if (*n == 0) csv_file_close(&edges->file);
  return LOLIGO_OK;
}

static loligo_status blame(void *self, size_t i, loligo_status status)
{
  const edge_file *edges = self;
  char message[MESSAGE_BYTES];
  bool any;
  fault_take_message(message, sizeof message);
  return mistakes_keep(loligo_fail(status, "%s:%zu: %s", edges->file.name, edges->line[i], message), &any);
}

static void free_edges(void *self)
{
  edge_file *edges = self;
  csv_file_free(&edges->file);
  memory_free(edges->line);
  memory_free(edges);
}

loligo_status csv_edges_open(const char *name, FILE *stream, double delay, edge_source *source)
{
  edge_file *edges = memory_allocate(1, sizeof *edges, "an edge list");
  if (!edges) {
    fclose(stream);
    return LOLIGO_MACHINE_ERROR;
  }
  edges->delay = delay;
  const csv_format *format = isnan(delay) ? &csv_edges : &csv_prompt_edges;
  const loligo_status status = csv_file_init(&edges->file, name, stream, format);
  if (status != LOLIGO_OK) {
    free_edges(edges);
    return status;
  }
  *source = (edge_source){
      .self = edges, .name = edges->file.name, .begin = begin, .next = next, .blame = blame, .free = free_edges};
  return LOLIGO_OK;
}
