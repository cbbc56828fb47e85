/* Samplers take exactly the frames of their grid, of exactly their cells, in whatever pieces time and cells come. */
#include <string.h>

#include "scarce.h"
#include "sim/cells/sampler.h"

enum { CELLS = 600, LOW = 100, HIGH = 590, START = 3, STOP = 40, EVERY = 4, VARIABLE = 1 };

#define OK(call) assert_int_equal((call), LOLIGO_OK)

/* State and observed values are told apart by their sign. */
static double value_of(uint64_t index, int64_t step)
{
  return 1000.0 * (double)step + (double)index;
}

static void observe_negative(const loligo_block *block, size_t v, double *out)
{
  assert_int_equal(v, VARIABLE);
  for (size_t i = 0; i < block->n; i++) out[i] = -block->state[v][i];
}

static const loligo_model plain = {.name = "plain", .n_variables = 2};
static const loligo_model observed = {.name = "observed", .n_variables = 2, .observe = observe_negative};

/** Every second cell of a population of which the target takes a part. */
typedef struct subject {
  double state[2][CELLS];
  double *columns[2];
  uint64_t index[CELLS];
  cell_group group;
  cells cells;
  loligo_sampler sampler;
  int64_t frames; /* checked so far */
} subject;

static loligo_status subject_make(subject *s, const loligo_model *model)
{
  memset(s, 0, sizeof *s);
  for (uint64_t l = 0; l < CELLS; l++) s->index[l] = 2 * l;
  s->columns[0] = s->state[0];
  s->columns[1] = s->state[1];
  s->group = (cell_group){
      .model = model, .n = CELLS, .block = LOLIGO_BLOCK_CELLS, .index = s->index, .state = s->columns, .uniform = true};
  s->cells = (cells){.groups = &s->group, .n_groups = 1, .n = CELLS};
  const loligo_sampler_spec spec = {.target = {.first = 2 * LOW - 1, .last = 2 * HIGH},
                                    .variable = VARIABLE,
                                    .start = START,
                                    .stop = STOP,
                                    .every = EVERY};
  return sampler_init(&s->sampler, &spec, &s->cells);
}

static void subject_open(subject *s, const loligo_model *model)
{
  OK(subject_make(s, model));
  assert_int_equal(s->sampler.cells.first, LOW);
  assert_int_equal(s->sampler.cells.last, HIGH);
}

static void set_state(subject *s, int64_t step)
{
  for (uint64_t l = 0; l < CELLS; l++) s->state[VARIABLE][l] = value_of(s->index[l], step);
}

/* Takes what is due at one step, block by block. */
static void take(subject *s, int64_t step, bool started)
{
  set_state(s, step);
  cell_view view;
  OK(cell_view_init(&view, &s->cells));
  for (uint64_t cell = 0; cell < CELLS; cell += LOLIGO_BLOCK_CELLS) {
    const uint64_t rest = CELLS - cell;
    cell_view_show(&view, &s->group, cell, rest < LOLIGO_BLOCK_CELLS ? rest : LOLIGO_BLOCK_CELLS);
    if (frame_grid_has(&s->sampler.grid, step)) sampler_take(&s->sampler, &view.block, cell, step, started);
  }
  cell_view_free(&view);
}

static void run(subject *s, int64_t first, int64_t last)
{
  OK(sampler_reserve(&s->sampler, first, last));
  for (int64_t step = first + 1; step <= last; step++) take(s, step, true);
}

static void check_frames(subject *s, int64_t n, double sign)
{
  const loligo_samples samples = loligo_sampler_frames(&s->sampler);
  assert_int_equal(samples.first_frame, s->frames);
  assert_int_equal(samples.n_frames, n);
  assert_int_equal(samples.n_cells, HIGH - LOW);
  for (int64_t f = 0; f < n; f++) {
    for (uint64_t c = 0; c < samples.n_cells; c++) {
      assert_int_equal(samples.index[c], 2 * (LOW + c));
      const double expected = sign * value_of(samples.index[c], START + (s->frames + f) * EVERY);
      assert_true(samples.values[(uint64_t)f * samples.n_cells + c] == expected);
    }
  }
}

static void clear(subject *s)
{
  s->frames += (int64_t)loligo_sampler_frames(&s->sampler).n_frames;
  loligo_sampler_clear(&s->sampler);
  assert_int_equal(loligo_sampler_frames(&s->sampler).n_frames, 0);
}

static void frames_are_numbered(void **state)
{
  (void)state;
  for (int64_t start = -2; start < 8; start++) {
    for (int64_t every = 1; every < 5; every++) {
      const frame_grid grid = {start, 6, every};
      int64_t n = 0;
      for (int64_t step = -5; step < 12; step++) {
        assert_int_equal(frame_grid_before(&grid, step), n);
        assert_int_equal(frame_grid_has(&grid, step), step < 6 && step == start + n * every);
        n += frame_grid_has(&grid, step);
      }
    }
  }
}

/* Frames at 3, 7, ... 39: ten. */
static void frames_are_those_of_the_grid(void **state)
{
  (void)state;
  static subject s;
  for (int64_t piece = 1; piece <= 64; piece *= 2) {
    subject_open(&s, &plain);
    OK(sampler_reserve(&s.sampler, -1, 0));
    check_frames(&s, 0, 1);
    for (int64_t step = 0; step < 64; step += piece) run(&s, step, step + piece);
    check_frames(&s, 10, 1);
    sampler_free(&s.sampler);
  }
}

static void drained_frames_do_not_come_again(void **state)
{
  (void)state;
  static subject s;
  subject_open(&s, &plain);
  run(&s, 0, 2);
  check_frames(&s, 0, 1);
  run(&s, 2, 12);
  check_frames(&s, 3, 1);
  clear(&s);
  run(&s, 12, 13);
  clear(&s);
  run(&s, 13, 20);
  run(&s, 20, 39);
  check_frames(&s, 7, 1);
  clear(&s);
  run(&s, 39, 80);
  check_frames(&s, 0, 1);
  sampler_free(&s.sampler);
}

/* Before start() the state is that of the grid time; afterwards the model is asked. */
static void models_are_asked_once_they_are_started(void **state)
{
  (void)state;
  static subject s;
  subject_open(&s, &observed);
  s.sampler.grid.start = 0;
  OK(sampler_reserve(&s.sampler, -1, 0));
  take(&s, 0, false);
  run(&s, 0, 4);
  const loligo_samples samples = loligo_sampler_frames(&s.sampler);
  assert_int_equal(samples.n_frames, 2);
  for (uint64_t c = 0; c < samples.n_cells; c++) {
    assert_true(samples.values[c] == value_of(samples.index[c], 0));
    assert_true(samples.values[samples.n_cells + c] == -value_of(samples.index[c], 4));
  }
  sampler_free(&s.sampler);
}

static void frames_after_a_cut_are_forgotten(void **state)
{
  (void)state;
  static subject s;
  subject_open(&s, &plain);
  run(&s, 0, 20);
  check_frames(&s, 5, 1);
  sampler_cut(&s.sampler, 19);
  check_frames(&s, 5, 1);
  sampler_cut(&s.sampler, 12);
  check_frames(&s, 3, 1);
  sampler_cut(&s.sampler, 20);
  check_frames(&s, 3, 1);
  sampler_free(&s.sampler);
}

static void a_trial_begins_without_frames(void **state)
{
  (void)state;
  static subject s;
  subject_open(&s, &plain);
  run(&s, 0, 20);
  s.sampler.owed = true;
  sampler_reset(&s.sampler);
  assert_false(s.sampler.owed);
  assert_int_equal(loligo_sampler_frames(&s.sampler).n_frames, 0);
  run(&s, 8, 12);
  assert_int_equal(loligo_sampler_frames(&s.sampler).first_frame, 2);
  s.frames = 2;
  check_frames(&s, 1, 1);
  sampler_free(&s.sampler);
}

/* What the run before left to be taken: the frame of the step at which a restored simulation stands. */
static void an_owed_frame_is_that_of_its_step(void **state)
{
  (void)state;
  static subject s;
  subject_open(&s, &observed);
  s.sampler.owed = true;
  set_state(&s, START + 5 * EVERY);
  OK(sampler_take_owed(&s.sampler, &s.cells, START + 5 * EVERY));
  assert_false(s.sampler.owed);
  s.frames = 5;
  check_frames(&s, 1, -1);
  run(&s, START + 5 * EVERY, START + 7 * EVERY);
  check_frames(&s, 3, -1);
  sampler_free(&s.sampler);
}

static void a_target_may_have_no_local_cell(void **state)
{
  (void)state;
  static subject s;
  subject_open(&s, &plain);
  const loligo_sampler_spec spec = {
      .target = {.first = 2 * CELLS, .last = 2 * CELLS + 50}, .variable = VARIABLE, .stop = STOP, .every = 1};
  sampler_free(&s.sampler);
  OK(sampler_init(&s.sampler, &spec, &s.cells));
  run(&s, 0, 10);
  const loligo_samples samples = loligo_sampler_frames(&s.sampler);
  assert_int_equal(samples.n_cells, 0);
  assert_int_equal(samples.n_frames, 10);
  sampler_free(&s.sampler);
}

static loligo_status sample(void *self)
{
  subject *s = self;
  loligo_status status = subject_make(s, &plain);
  if (status == LOLIGO_OK) status = sampler_reserve(&s->sampler, 0, 10);
  if (status == LOLIGO_OK) status = sampler_reserve(&s->sampler, 10, 39);
  sampler_free(&s->sampler);
  return status;
}

static loligo_status owe(void *self)
{
  subject *s = self;
  loligo_status status = subject_make(s, &plain);
  if (status == LOLIGO_OK) status = sampler_take_owed(&s->sampler, &s->cells, START);
  sampler_free(&s->sampler);
  return status;
}

static void sampling_tells_that_there_is_no_memory(void **state)
{
  (void)state;
  static subject s;
  fails_without_memory(sample, &s);
  fails_without_memory(owe, &s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(frames_are_numbered),
      cmocka_unit_test(frames_are_those_of_the_grid),
      cmocka_unit_test(drained_frames_do_not_come_again),
      cmocka_unit_test(models_are_asked_once_they_are_started),
      cmocka_unit_test(frames_after_a_cut_are_forgotten),
      cmocka_unit_test(a_trial_begins_without_frames),
      cmocka_unit_test(an_owed_frame_is_that_of_its_step),
      cmocka_unit_test(a_target_may_have_no_local_cell),
      cmocka_unit_test(sampling_tells_that_there_is_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
