/*
 * Purpose: spikes in the shape of the Heidelberg digits, for tests and where these are not at hand.
 *
 * A class is a pattern of events at random cells and times; of a sample each is kept or not, and jittered in time, and
 * others are added. Classes 2 k and 2 k + 1 are one pattern forward and backward in time: as in spoken words, which
 * cells fire does not tell them apart, only when. Sets of one seed have the same patterns.
 */
#include "base/memory.h"
#include "io/data/event_list.h"
#include "io/data/made.h"
#include "io/model_file/data_format.h"

typedef struct patterns_section {
  made_keys made;
  uint64_t classes, cells, events;
  double duration, jitter; /* ms */
  double kept, background; /* fraction; Hz */
} patterns_section;

static const loligo_param keys[] = {
    MADE_ROWS(patterns_section, "samples"),
    {"classes", LOLIGO_PARAM_INTEGER, NULL, "20", LOLIGO_RANGE_POSITIVE, NULL, "patterns",
     offsetof(patterns_section, classes)},
    {"cells", LOLIGO_PARAM_INTEGER, NULL, "700", LOLIGO_RANGE_POSITIVE, NULL, "inputs",
     offsetof(patterns_section, cells)},
    {"events", LOLIGO_PARAM_INTEGER, NULL, "2000", LOLIGO_RANGE_POSITIVE, NULL, "of a pattern",
     offsetof(patterns_section, events)},
    {"duration", LOLIGO_PARAM_REAL, "ms", "1000", LOLIGO_RANGE_POSITIVE, NULL, "of a pattern",
     offsetof(patterns_section, duration)},
    {"jitter", LOLIGO_PARAM_REAL, "ms", "10", LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "standard deviation of the time of an event", offsetof(patterns_section, jitter)},
    {"kept", LOLIGO_PARAM_REAL, "", "0.8", LOLIGO_RANGE_FRACTION, NULL, "probability of an event in a sample",
     offsetof(patterns_section, kept)},
    {"background", LOLIGO_PARAM_REAL, "Hz", "0.5", LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "rate of events of each cell that belong to no pattern", offsetof(patterns_section, background)},
};

enum { MOST_CELLS = 1 << 30, MOST_CLASSES = 1 << 30, MOST_EVENTS = 1 << 28 };

static const double MOST_BACKGROUND = 1e9; /* events expected of a sample */

/* Patterns, and scratch for one sample. */
typedef struct patterns {
  uint64_t *cell; /* [patterns][events] */
  double *time;   /* [patterns][events] ms */
  double *jitter; /* [events] */
  event_list list;
} patterns;

static void free_patterns(patterns *patterns)
{
  memory_free(patterns->cell);
  memory_free(patterns->time);
  memory_free(patterns->jitter);
  memory_free(patterns->list.events);
}

static loligo_status draw_patterns(const patterns_section *section, patterns *patterns)
{
  const uint64_t n = section->classes / 2 + section->classes % 2, events = section->events;
  const random_key cells = made_common_key(&section->made, "cell");
  const random_key times = made_common_key(&section->made, "time");
  LOLIGO_TRY(data_allocate((void **)&patterns->cell, n, events, sizeof *patterns->cell));
  LOLIGO_TRY(data_allocate((void **)&patterns->time, n, events, sizeof *patterns->time));
  LOLIGO_TRY(data_allocate((void **)&patterns->jitter, 1, events, sizeof *patterns->jitter));
  for (uint64_t p = 0; p < n; p++) {
    random_stream stream;
    random_indices(cells, p, section->cells, events, patterns->cell + p * events);
    random_stream_init(&stream, times, p, 0);
    for (uint64_t e = 0; e < events; e++)
      patterns->time[p * events + e] = section->duration * random_stream_uniform(&stream);
  }
  return LOLIGO_OK;
}

static loligo_status make_sample(const patterns_section *section, uint64_t i, patterns *patterns, dataset *set)
{
  uint64_t label;
  random_stream stream;
  const double duration = section->duration;
  random_indices(made_key(&section->made, set, "class"), i, section->classes, 1, &label);
  random_normals(made_key(&section->made, set, "jitter"), i, section->events, patterns->jitter);
  random_stream_init(&stream, made_key(&section->made, set, "kept"), i, 0);
  set->labels[i] = (int32_t)label;
  for (uint64_t e = 0; e < section->events; e++) {
    const uint64_t at = label / 2 * section->events + e;
    const double forward = patterns->time[at];
    const double time = (label % 2 ? duration - forward : forward) + section->jitter * patterns->jitter[e];
    const bool is_kept = random_stream_uniform(&stream) < section->kept;
    if (is_kept && time >= 0 && time < duration) LOLIGO_TRY(event_list_add(&patterns->list, time, patterns->cell[at]));
  }
  const double rate = section->background * 1e-3 * (double)section->cells;
  return event_list_add_poisson(&patterns->list, &stream, rate, 0, duration, 0, section->cells);
}

static loligo_status make(const patterns_section *section, patterns *patterns, dataset *set)
{
  event_store store;
  LOLIGO_TRY(draw_patterns(section, patterns));
  LOLIGO_TRY(event_store_begin(&store, set));
  for (uint64_t i = 0; i < set->n; i++) {
    LOLIGO_TRY(make_sample(section, i, patterns, set));
    LOLIGO_TRY(event_store_add(&store, i, &patterns->list));
  }
  return LOLIGO_OK;
}

static loligo_status check_sizes(const data_request *request, const patterns_section *section)
{
  if (section->cells <= MOST_CELLS && section->classes <= MOST_CLASSES && section->events <= MOST_EVENTS &&
      section->background * 1e-3 * (double)section->cells * section->duration <= MOST_BACKGROUND)
    return LOLIGO_OK;
  return tree_fail(request->entry->mark, "a sample has too many cells, classes or events; take fewer");
}

static loligo_status read_patterns(const data_request *request, dataset *set)
{
  patterns_section section = {.duration = 0};
  patterns patterns = {0};
  decode_store(LOLIGO_PARAM_TABLE(keys), request->values, &section);
  LOLIGO_TRY(check_sizes(request, &section));
  LOLIGO_TRY(data_limit(request, section.made.samples, &set->n));
  set->n_values = section.cells;
  set->n_labels = 1;
  set->n_classes = section.classes;
  LOLIGO_TRY(data_allocate((void **)&set->labels, set->n, 1, sizeof *set->labels));
  const loligo_status status = make(&section, &patterns, set);
  free_patterns(&patterns);
  return status;
}

const data_format data_format_spike_patterns = {
    .name = "spike_patterns",
    .summary = "spikes in the shape of SHD: classes are patterns over cells and time, with jitter",
    .keys = LOLIGO_PARAM_TABLE(keys),
    .read = read_patterns,
};
