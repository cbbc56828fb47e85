/*
 * state: recordings by name, each of which makes one file for each variable.
 */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "base/text.h"
#include "io/model_file/decode.h"
#include "io/model_file/read.h"
#include "io/model_file/recording_kind.h"
#include "io/model_file/selections.h"
#include "io/model_file/value.h"
#include "io/recording/clock.h"
#include "io/results/result_writer.h"
#include "io/results/state_recorder.h"
#include "model/neuron/model.h"
#include "network/compartments.h"
#include "network/population.h"

typedef struct state_section {
  tree_node *target, *variables, *compartments;
  double interval, start, stop; /* ms */
  int precision;
} state_section;

enum { PRECISION_FLOAT32, PRECISION_FLOAT64 };

#define TO(member) offsetof(state_section, member)

static const char *const precisions[] = {[PRECISION_FLOAT32] = "float32", [PRECISION_FLOAT64] = "float64", NULL};
static const loligo_param entry_rows[] = {
    {"target", LOLIGO_PARAM_NODE, NULL, NULL, LOLIGO_RANGE_ANY, NULL, SELECTIONS_HELP, TO(target)},
    {"variables", LOLIGO_PARAM_NODE, NULL, NULL, LOLIGO_RANGE_ANY, NULL,
     "a list of state variables, each written to NAME.VARIABLE.h5", TO(variables)},
    {"compartments", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "of cells with branches, a column for each: all that have the variable, or " COMPARTMENTS_HELP
     "; left out: the soma",
     TO(compartments)},
    {"interval", LOLIGO_PARAM_REAL, "ms", "", LOLIGO_RANGE_POSITIVE, NULL,
     "between frames, a multiple of dt; left out: dt", TO(interval)},
    {"start", LOLIGO_PARAM_REAL, "ms", "0", LOLIGO_RANGE_NON_NEGATIVE, NULL, "of the first frame", TO(start)},
    {"stop", LOLIGO_PARAM_REAL, "ms", "", LOLIGO_RANGE_POSITIVE, NULL, "end, half open; left out: the duration",
     TO(stop)},
    {"precision", LOLIGO_PARAM_CHOICE, NULL, "float32", LOLIGO_RANGE_ANY, precisions,
     "of the file; SONATA readers want float32", TO(precision)},
};
static const loligo_param_table state_entries = {entry_rows, sizeof entry_rows / sizeof *entry_rows};

static const loligo_model *model_of(const model_reader *reader, const state_recording *recording, size_t target)
{
  return reader->network->populations[recording->targets.items[target].population].model;
}

static loligo_status fail_unknown_variable(const loligo_model *model, const tree_node *node, const char *what)
{
  fault_names names = {.n = 0};
  for (size_t i = 0; i < model->n_variables; i++)
    if (!strchr(model->variables[i].name, '[')) fault_names_add(&names, model->variables[i].name);
  return read_fail_unknown(node, "variable", what, &names);
}

static loligo_status make_columns(size_t n, bool of_compartments, state_columns *columns)
{
  columns->variables = memory_allocate(n, sizeof *columns->variables, "recorded variables");
  if (of_compartments) columns->elements = memory_allocate(n, sizeof *columns->elements, "recorded variables");
  return columns->variables && (columns->elements || !of_compartments) ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* The variable that a scalar names in the model of a target. */
static loligo_status find_variable(const loligo_model *model, const tree_node *node, const char *what,
                                   state_columns *columns)
{
  const int index = model_variable_index(model, node->text);
  if (index < 0) return fail_unknown_variable(model, node, what);
  LOLIGO_TRY(make_columns(1, false, columns));
  columns->variables[columns->n++] = (size_t)index;
  return LOLIGO_OK;
}

/* -- compartments -- */

static void add_column(const loligo_population *population, const char *variable, size_t compartment,
                       state_columns *columns)
{
  const int index = compartments_variable(population, variable, compartment);
  if (index < 0) return;
  columns->variables[columns->n] = (size_t)index;
  columns->elements[columns->n++] = compartment;
}

/* One that a scalar names; it must have the variable. */
static loligo_status add_one(const loligo_population *population, const tree_node *name, const char *variable, size_t c,
                             state_columns *columns)
{
  const size_t before = columns->n;
  for (size_t k = 0; k < before; k++)
    if (columns->elements[k] == c) return tree_fail(name->mark, "compartment %zu (%s) is listed twice", c, name->text);
  add_column(population, variable, c, columns);
  if (columns->n > before) return LOLIGO_OK;
  return tree_fail(name->mark, "compartment %zu (%s) of '%s' has no variable %s; list those that have", c, name->text,
                   population->name, variable);
}

/* Compartments named by one scalar. */
static loligo_status add_named(const model_reader *reader, size_t id, const tree_node *name, const char *variable,
                               state_columns *columns)
{
  size_t *compartments, n;
  LOLIGO_TRY(value_expect_text("compartments", name));
  LOLIGO_TRY(branches_list(branches_of(&reader->branches, id), name, &compartments, &n));
  loligo_status status = LOLIGO_OK;
  for (size_t i = 0; i < n && status == LOLIGO_OK; i++)
    status = add_one(&reader->network->populations[id], name, variable, compartments[i], columns);
  memory_free(compartments);
  return status;
}

/* Columns of a variable in all compartments that have it, or in those that are named. */
static loligo_status find_compartments(const model_reader *reader, size_t id, const tree_node *compartments,
                                       const tree_node *variable, state_columns *columns)
{
  const loligo_population *population = &reader->network->populations[id];
  const size_t n = compartments_count(population);
  LOLIGO_TRY(make_columns(n, true, columns));
  if (compartments->kind == TREE_SCALAR && strcmp(compartments->text, "all") == 0) {
    for (size_t c = 0; c < n; c++)
      if (!compartments_is_joint(population, c)) add_column(population, variable->text, c, columns);
    return columns->n ? LOLIGO_OK : fail_unknown_variable(population->model, variable, "state recording");
  }
  if (compartments->kind != TREE_LIST) return add_named(reader, id, compartments, variable->text, columns);
  if (compartments->n == 0) return tree_fail(compartments->mark, "compartments is empty; list what to record");
  for (size_t i = 0; i < compartments->n; i++)
    LOLIGO_TRY(add_named(reader, id, compartments->children[i], variable->text, columns));
  return LOLIGO_OK;
}

/* Compartments of a reconstruction are called by their sections and places in results, as SONATA has it. */
static loligo_status name_sections(const branch_list *list, state_columns *columns)
{
  if (!list->is_shape) return LOLIGO_OK;
  columns->places = memory_allocate(columns->n, sizeof *columns->places, "recorded variables");
  if (!columns->places) return LOLIGO_MACHINE_ERROR;
  for (size_t k = 0; k < columns->n; k++)
    columns->elements[k] = branches_section(list, columns->elements[k], &columns->places[k]);
  return LOLIGO_OK;
}

static loligo_status find_columns(const model_reader *reader, size_t id, const tree_node *compartments,
                                  const tree_node *variable, state_columns *columns)
{
  LOLIGO_TRY(find_compartments(reader, id, compartments, variable, columns));
  return name_sections(branches_of(&reader->branches, id), columns);
}

static loligo_status read_variable(const model_reader *reader, const state_section *section, size_t at,
                                   const char *what, state_recording *recording)
{
  const tree_node *list = section->variables, *node = list->children[at];
  const size_t n = recording->targets.n;
  LOLIGO_TRY(value_expect_text(list->key, node));
  for (size_t i = 0; i < n; i++) {
    state_columns *columns = &recording->columns[at * n + i];
    const size_t id = recording->targets.items[i].population;
    if (section->compartments)
      LOLIGO_TRY(find_columns(reader, id, section->compartments, node, columns));
    else
      LOLIGO_TRY(find_variable(model_of(reader, recording, i), node, what, columns));
  }
  for (size_t i = 0; i < at; i++) {
    if (strcmp(list->children[i]->text, node->text) == 0)
      return tree_fail(node->mark, "%s: '%s' is listed twice", list->key, node->text);
  }
  return LOLIGO_OK;
}

static loligo_status read_variables(const model_reader *reader, const state_section *section, const char *what,
                                    state_recording *recording)
{
  tree_node *list = section->variables;
  LOLIGO_TRY(value_expect_list(list->key, list));
  if (list->n == 0) return tree_fail(list->mark, "%s is empty; list what to record", list->key);
  recording->columns =
      memory_allocate(list->n * recording->targets.n, sizeof *recording->columns, "recorded variables");
  if (!recording->columns) return LOLIGO_MACHINE_ERROR;
  recording->n_variables = list->n;
  for (size_t i = 0; i < list->n; i++) LOLIGO_TRY(read_variable(reader, section, i, what, recording));
  return LOLIGO_OK;
}

/* Writes down the defaults that depend on other values. */
static loligo_status complete(const model_reader *reader, tree_node *mapping, const char *what, state_section *section)
{
  const decode_form form = {.what = what, .tables = {state_entries}, .n_tables = 1};
  const loligo_param *interval = decode_row(state_entries, offsetof(state_section, interval));
  const loligo_param *stop = decode_row(state_entries, offsetof(state_section, stop));
  if (isnan(section->interval)) section->interval = reader->network->dt;
  if (isnan(section->stop)) section->stop = fmax(reader->duration, section->start);
  LOLIGO_TRY(decode_complete_number(&form, mapping, interval, section->interval));
  return decode_complete_number(&form, mapping, stop, section->stop);
}

/* `recording` is zeroed and is freed with the settings. */
static loligo_status read_recording(const model_reader *reader, tree_node *mapping, state_recording *recording)
{
  static const char what[] = "state recording";
  state_section section = {.interval = NAN, .stop = NAN};
  LOLIGO_TRY(read_check_name(mapping->key, mapping->key_mark, what));
  LOLIGO_TRY(decode_section(what, state_entries, mapping, &section));
  LOLIGO_TRY(selections_read(reader, section.target, section.target->key, SELECTION_JOINS, &recording->targets));
  LOLIGO_TRY(read_variables(reader, &section, what, recording));
  LOLIGO_TRY(complete(reader, mapping, what, &section));
  LOLIGO_TRY(tree_blame(mapping, read_clock(reader, section.interval, section.start, section.stop, &recording->clock)));
  recording->float64 = section.precision == PRECISION_FLOAT64;
  recording->name = memory_string(mapping->key);
  return recording->name ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* A file takes some 30 ms and as much memory as some eighty thousand numbers, whatever it holds. */
static loligo_status warn_of_files(const model_reader *reader, const tree_node *mapping, const state_recordings *wanted)
{
  enum { MANY = 100 };
  size_t n = 0;
  char place[FAULT_PLACE_BYTES];
  for (size_t i = 0; i < wanted->n; i++) n += wanted->items[i].n_variables;
  if (n <= MANY) return LOLIGO_OK;
  fault_place_print(mapping->mark, place);
  return settings_warn(
      &reader->settings->warnings,
      "%s%zu recordings make %zu files, which takes longer than to fill them; list their cells in one, "
      "as target: [\"A[3]\", \"B[0,7]\"], for one file of each variable",
      place, wanted->n, n);
}

static loligo_status read_states(const model_reader *reader, tree_node *mapping, void **out)
{
  state_recordings *wanted = *out = memory_allocate(1, sizeof *wanted, "state recordings");
  if (!wanted) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(value_expect_mapping(mapping->key, mapping));
  wanted->items = memory_allocate(mapping->n, sizeof *wanted->items, "state recordings");
  if (!wanted->items) return LOLIGO_MACHINE_ERROR;
  wanted->n = mapping->n;
  bool any = false;
  for (size_t i = 0; i < mapping->n; i++)
    LOLIGO_TRY(mistakes_keep(read_recording(reader, mapping->children[i], &wanted->items[i]), &any));
  return any ? mistakes_told(any) : warn_of_files(reader, mapping, wanted);
}

static loligo_status move_columns(stream *stream, state_columns *columns)
{
  bool of_compartments = columns->elements, has_places = columns->places;
  stream_move(stream, &columns->n, sizeof columns->n);
  stream_move(stream, &of_compartments, sizeof of_compartments);
  stream_move(stream, &has_places, sizeof has_places);
  LOLIGO_TRY(
      stream_array(stream, (void **)&columns->variables, columns->n, sizeof *columns->variables, "recorded variables"));
  if (of_compartments)
    LOLIGO_TRY(
        stream_array(stream, (void **)&columns->elements, columns->n, sizeof *columns->elements, "recorded variables"));
  if (!has_places) return LOLIGO_OK;
  return stream_array(stream, (void **)&columns->places, columns->n, sizeof *columns->places, "recorded variables");
}

static loligo_status move_recording(stream *stream, state_recording *recording)
{
  LOLIGO_TRY(selections_move(stream, &recording->targets));
  stream_move(stream, &recording->n_variables, sizeof recording->n_variables);
  stream_move(stream, &recording->clock, sizeof recording->clock);
  stream_move(stream, &recording->float64, sizeof recording->float64);
  LOLIGO_TRY(stream_text(stream, (const char **)&recording->name, NULL));
  const size_t n = recording->n_variables * recording->targets.n;
  if (stream->reads) recording->columns = memory_allocate(n, sizeof *recording->columns, "recorded variables");
  if (!recording->columns) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < n; i++) LOLIGO_TRY(move_columns(stream, &recording->columns[i]));
  return LOLIGO_OK;
}

static loligo_status move(stream *stream, void **out)
{
  state_recordings *wanted = *out = *out ? *out : memory_allocate(1, sizeof *wanted, "state recordings");
  if (!wanted) return LOLIGO_MACHINE_ERROR;
  size_t n = wanted->n;
  stream_move(stream, &n, sizeof n);
  if (stream->reads) wanted->items = memory_allocate(n, sizeof *wanted->items, "state recordings");
  if (!wanted->items) return LOLIGO_MACHINE_ERROR;
  wanted->n = n;
  for (size_t i = 0; i < n; i++) LOLIGO_TRY(move_recording(stream, &wanted->items[i]));
  return LOLIGO_OK;
}

static void begin_at(void *of_states, int64_t step)
{
  state_recordings *wanted = of_states;
  for (size_t i = 0; i < wanted->n; i++) frame_clock_begin_at(&wanted->items[i].clock, step);
}

/* Before the targets, which tell how many there are. */
static void free_columns(state_recording *recording)
{
  for (size_t i = 0; recording->columns && i < recording->n_variables * recording->targets.n; i++) {
    memory_free(recording->columns[i].variables);
    memory_free(recording->columns[i].elements);
    memory_free(recording->columns[i].places);
  }
  memory_free(recording->columns);
}

static void free_wanted(void *of_states)
{
  state_recordings *wanted = of_states;
  for (size_t i = 0; wanted && i < wanted->n; i++) {
    free_columns(&wanted->items[i]);
    memory_free(wanted->items[i].name);
    selections_free(&wanted->items[i].targets);
  }
  if (wanted) memory_free(wanted->items);
  memory_free(wanted);
}

/* Of one variable. */
static double bytes_of(const state_recording *recording, size_t variable)
{
  const size_t size = recording->float64 ? sizeof(double) : sizeof(float);
  return (double)frame_clock_count(&recording->clock) * state_recording_numbers(recording, variable) * (double)size;
}

static double count_bytes(const state_recordings *wanted)
{
  double bytes = 0;
  for (size_t i = 0; i < wanted->n; i++)
    for (size_t v = 0; v < wanted->items[i].n_variables; v++) bytes += bytes_of(&wanted->items[i], v);
  return bytes;
}

static void print_size(const void *of_states, char text[RECORDING_SIZE_TEXT])
{
  text_bytes(count_bytes(of_states), text);
}

static double expect_bytes(const void *of_states, const loligo_network *network, const double *rates, double seconds)
{
  (void)network, (void)rates, (void)seconds;
  return count_bytes(of_states);
}

/* -- writing -- */

/* One recorded variable. */
typedef struct state_result {
  const result_place *place;
  const state_recording *recording;
  size_t variable;           /* which of the recording's */
  size_t number;             /* of the file */
  loligo_sampler **samplers; /* [targets.n] they belong to the simulation */
  loligo_samples *samples;   /* [targets.n] room for what they hold */
  state_recorder *recorder;  /* NULL: not open */
} state_result;

static size_t count(const void *of_states)
{
  const state_recordings *wanted = of_states;
  size_t n = 0;
  for (size_t i = 0; i < wanted->n; i++) n += wanted->items[i].n_variables;
  return n;
}

static const state_recording *find(const void *of_states, size_t i, size_t *variable)
{
  const state_recordings *wanted = of_states;
  const state_recording *recording = wanted->items;
  for (; i >= recording->n_variables; recording++) i -= recording->n_variables;
  *variable = i;
  return recording;
}

static void print_name(const loligo_network *network, const void *wanted, size_t i, char *name)
{
  size_t variable;
  const state_recording *recording = find(wanted, i, &variable);
  state_recorder_name(name, network, recording, variable);
}

_Static_assert((int)H5_PATH_SIZE <= (int)RECORDING_FILE_NAME, "there is room for a name");

static bool file_size(const loligo_network *network, const void *wanted, size_t i, char *name, double *bytes)
{
  size_t variable;
  if (i >= count(wanted)) return false;
  print_name(network, wanted, i, name);
  const state_recording *recording = find(wanted, i, &variable);
  *bytes = bytes_of(recording, variable);
  return true;
}

static result_frames frames_of(const void *wanted, size_t i)
{
  size_t variable;
  const state_recording *recording = find(wanted, i, &variable);
  return (result_frames){recording->clock.steps, state_recording_numbers(recording, variable) * sizeof(double)};
}

static result_need need(const void *wanted, size_t i, const result_rank *rank)
{
  size_t variable;
  const state_recording *recording = find(wanted, i, &variable);
  return state_recording_need(recording, variable, rank);
}

static loligo_status count_frames(const loligo_network *network, const void *wanted, size_t i, const char *path,
                                  uint64_t *n)
{
  size_t variable;
  const state_recording *recording = find(wanted, i, &variable);
  return state_recorder_count(path, population_label(&network->populations[recording->targets.items[0].population]), n);
}

/* Whether an earlier run ended where the frame of this step was not yet part of the recording, or was none of it. */
static bool is_owed(const state_recording *recording, int64_t step, const uint64_t *recorded)
{
  const frame_grid *steps = &recording->clock.steps;
  const uint64_t n_before = (uint64_t)frame_grid_before(steps, step);
  return frame_grid_has(steps, step) && (recorded ? *recorded == n_before : n_before == 0 && step > 0);
}

static loligo_status add_samplers(state_result *result, loligo_simulation *simulation, const uint64_t *recorded)
{
  const state_recording *recording = result->recording;
  const size_t n = recording->targets.n;
  result->samplers = memory_allocate(n, sizeof(loligo_sampler *), "recorders");
  result->samples = memory_allocate(n, sizeof *result->samples, "recorders");
  if (!result->samplers || !result->samples) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < n; i++) {
    const state_columns *columns = state_columns_of(recording, result->variable, i);
    const loligo_sampler_spec spec = {.target = recording->targets.items[i],
                                      .variable = columns->variables[0],
                                      .more = columns->variables + 1,
                                      .n_more = columns->n - 1,
                                      .start = recording->clock.steps.start,
                                      .stop = recording->clock.steps.stop,
                                      .every = recording->clock.steps.every,
                                      .owed = is_owed(recording, loligo_simulation_step(simulation), recorded)};
    LOLIGO_TRY(loligo_simulation_sample(simulation, &spec, &result->samplers[i]));
  }
  return LOLIGO_OK;
}

static loligo_status attach(const result_place *place, const void *wanted, size_t i, loligo_simulation *simulation,
                            const uint64_t *recorded, void **out)
{
  state_result *result = *out = memory_allocate(1, sizeof *result, "recorders");
  if (!result) return loligo_agree(place->context, LOLIGO_MACHINE_ERROR);
  size_t variable;
  const state_recording *recording = find(wanted, i, &variable);
  *result = (state_result){.place = place, .recording = recording, .variable = variable, .number = i};
  return loligo_agree(place->context, add_samplers(result, simulation, recorded));
}

/* Frames that wait, and the cells that they are of. */
static const loligo_samples *samples_of(const state_result *result)
{
  for (size_t i = 0; i < result->recording->targets.n; i++)
    result->samples[i] = loligo_sampler_frames(result->samplers[i]);
  return result->samples;
}

static loligo_status open(void *self, const char *folder, unsigned n_parts)
{
  state_result *result = self;
  const result_place *place = result->place;
  const state_recorder_spec spec = {.recording = result->recording,
                                    .variable = result->variable,
                                    .cells = samples_of(result),
                                    .n_parts = n_parts,
                                    .number = result->number};
  return state_recorder_open(place->context, folder, place->file->network, &spec, place->provenance, &result->recorder);
}

static uint64_t waiting(const void *self)
{
  const state_result *result = self;
  const loligo_samples *samples = samples_of(result);
  uint64_t numbers = 0;
  for (size_t i = 0; i < result->recording->targets.n; i++)
    numbers += samples[i].n_frames * samples[i].n_cells * (1 + samples[i].n_more);
  return numbers * sizeof *samples->values;
}

static loligo_status flush(void *self, bool stays_open)
{
  state_result *result = self;
  LOLIGO_TRY(state_recorder_write(result->recorder, samples_of(result), stays_open));
  for (size_t i = 0; i < result->recording->targets.n; i++) loligo_sampler_clear(result->samplers[i]);
  return LOLIGO_OK;
}

static void detach(void *self)
{
  state_result *result = self;
  if (!result) return;
  memory_free(result->samplers);
  memory_free(result->samples);
  memory_free(result);
}

static loligo_status append(void *self, const char *path)
{
  state_result *result = self;
  return state_recorder_append(result->recorder, path);
}

static uint64_t written(const void *self)
{
  const state_result *result = self;
  return state_recorder_written(result->recorder);
}

static const char *warning(const void *self)
{
  const state_result *result = self;
  return state_recorder_warning(result->recorder);
}

static loligo_status close(void *self, bool complete)
{
  state_result *result = self;
  state_recorder *recorder = result->recorder;
  result->recorder = NULL;
  return state_recorder_close(recorder, complete);
}

static const result_writer writer = {.count = count,
                                     .print_name = print_name,
                                     .frames = frames_of,
                                     .need = need,
                                     .count_records = count_frames,
                                     .attach = attach,
                                     .open = open,
                                     .waiting = waiting,
                                     .flush = flush,
                                     .append = append,
                                     .written = written,
                                     .warning = warning,
                                     .close = close,
                                     .detach = detach};

const recording_kind recording_kind_state = {
    .name = "state",
    .summary = "recordings of state variables, by name",
    .fallback = "{}",
    .entries = &state_entries,
    .read = read_states,
    .move = move,
    .begin_at = begin_at,
    .size_label = "state files",
    .print_size = print_size,
    .bytes = expect_bytes,
    .file_size = file_size,
    .writer = &writer,
    .free = free_wanted,
};
