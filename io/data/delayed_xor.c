/*
 * Purpose: two pulses with a gap between them, and whether they differ: the least task that needs memory.
 *
 * A pulse is a bit: while it lasts cells 0 ... cells - 1 fire for a 0, the next as many for a 1, as Poisson processes.
 * The label is the exclusive or of the bits.
 */
#include "base/memory.h"
#include "io/data/event_list.h"
#include "io/data/made.h"
#include "io/model_file/data_format.h"

typedef struct xor_section {
  made_keys made;
  uint64_t cells;
  double pulse, gap; /* ms */
  double rate;       /* Hz */
} xor_section;

static const loligo_param keys[] = {
    MADE_ROWS(xor_section, "samples"),
    {"cells", LOLIGO_PARAM_INTEGER, NULL, "10", LOLIGO_RANGE_POSITIVE, NULL,
     "for each of the two values of a bit: inputs are twice as many", offsetof(xor_section, cells)},
    {"pulse", LOLIGO_PARAM_REAL, "ms", "20", LOLIGO_RANGE_POSITIVE, NULL, "how long a pulse lasts",
     offsetof(xor_section, pulse)},
    {"gap", LOLIGO_PARAM_REAL, "ms", "50", LOLIGO_RANGE_NON_NEGATIVE, NULL, "from its end to the second one",
     offsetof(xor_section, gap)},
    {"rate", LOLIGO_PARAM_REAL, "Hz", "200", LOLIGO_RANGE_POSITIVE, NULL, "of a cell in a pulse",
     offsetof(xor_section, rate)},
};

enum { MOST_CELLS = 1 << 30 };

static const double MOST_EVENTS = 1e9; /* expected of a pulse */

static loligo_status make_sample(const xor_section *section, uint64_t i, event_list *list, dataset *set)
{
  random_stream stream;
  const double rate = section->rate * 1e-3 * (double)section->cells;
  random_stream_init(&stream, made_key(&section->made, set, "pulse"), i, 0);
  for (int p = 0; p < 2; p++) {
    const uint64_t bit = random_stream_u32(&stream) & 1;
    const double start = p * (section->pulse + section->gap);
    LOLIGO_TRY(event_list_add_poisson(list, &stream, rate, start, start + section->pulse, bit * section->cells,
                                      section->cells));
    set->labels[i] ^= (int32_t)bit;
  }
  return LOLIGO_OK;
}

static loligo_status make(const xor_section *section, dataset *set)
{
  event_store store;
  event_list list = {0};
  loligo_status status = event_store_begin(&store, set);
  for (uint64_t i = 0; status == LOLIGO_OK && i < set->n; i++) {
    status = make_sample(section, i, &list, set);
    if (status == LOLIGO_OK) status = event_store_add(&store, i, &list);
  }
  memory_free(list.events);
  return status;
}

static loligo_status read_xor(const data_request *request, dataset *set)
{
  xor_section section = {.rate = 0};
  decode_store(LOLIGO_PARAM_TABLE(keys), request->values, &section);
  if (section.cells > MOST_CELLS ||
      section.rate * 1e-3 * (double)section.cells * (section.pulse + section.gap) > MOST_EVENTS)
    return tree_fail(request->entry->mark, "a pulse has too many events; take fewer cells, or a lower rate");
  LOLIGO_TRY(data_limit(request, section.made.samples, &set->n));
  set->n_values = 2 * section.cells;
  set->n_labels = 1;
  set->n_classes = 2;
  LOLIGO_TRY(data_allocate((void **)&set->labels, set->n, 1, sizeof *set->labels));
  return make(&section, set);
}

const data_format data_format_delayed_xor = {
    .name = "delayed_xor",
    .summary = "two pulses of spikes with a gap between them; the label is whether they differ",
    .keys = LOLIGO_PARAM_TABLE(keys),
    .read = read_xor,
};
