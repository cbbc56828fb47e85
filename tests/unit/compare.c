/*
 * Which changes of a model a run that goes on can take, and how the others are named; when checkpoints are due.
 */
#include "io/model_file/compare.h"

#include "io/model_file/defaults.h"
#include "io/model_file/model_file.h"
#include "io/yaml/yaml_tree.h"
#include "scratch.h"

static const char MODEL[] = "simulation: {dt: 0.1 ms, duration: 100 ms, seed: 42}\n"
                            "populations:\n"
                            "  E: {model: iaf_psc_exp, size: 4, params: {C_m: 200 pF}}\n"
                            "  F: {model: iaf_psc_exp, size: 1}\n"
                            "  S: {model: spike_source, size: 2, params: {file: t.csv}}\n"
                            "projections:\n"
                            "  - {source: E, target: E, rule: {fixed_indegree: 2}, weight: 10 pA, delay: 1 ms}\n"
                            "inputs:\n"
                            "  step: {model: dc, target: E, amplitude: 200 pA}\n"
                            "data: {d: {format: gaussian_mixture, samples: 4, dimension: 3, noise: {std: 1}}}\n"
                            "record: {state: {v: {target: E, variables: [V_m]}}}\n"
                            "checkpoint: {every: 2 s wall}\n";

static model_file read_with(const char *override)
{
  model_file file;
  scratch_write("t.csv", "cell,time\n0,2.5\n1,1\n");
  scratch_write("model.yaml", MODEL);
  if (model_file_read_alone("model.yaml", &override, override ? 1 : 0, &file) != LOLIGO_OK)
    fail_msg("%s: %s", override, loligo_error_message());
  return file;
}

/* NULL: the change is taken. */
static void assert_changed(const char *before, const char *override, const char *message)
{
  model_file then = read_with(before), now = read_with(override);
  loligo_status status = model_file_compare(then.used.text, now.used.text);
  assert_int_equal(status, message ? LOLIGO_INPUT_ERROR : LOLIGO_OK);
  assert_string_equal(loligo_error_message(), message ? message : "");
  loligo_error_clear();
  model_file_free(&then);
  model_file_free(&now);
}

static void assert_compared(const char *override, const char *message)
{
  assert_changed(NULL, override, message);
}

static void what_does_not_shape_the_state_may_change(void **state)
{
  (void)state;
  static const char *const overrides[] = {
      NULL,
      "simulation.duration=2 s",
      "simulation.allow_coarse_dt=true",
      "partition.method=round_robin",
      "exchange.method=alltoall",
      "output.directory=elsewhere",
      "checkpoint.keep=7",
      "checkpoint=none",
      "populations.E.params.C_m=0.2 nF",
      "inputs.step.start=0",
  };
  for (size_t i = 0; i < sizeof overrides / sizeof *overrides; i++) assert_compared(overrides[i], NULL);
}

static void what_does_is_named_with_both_values(void **state)
{
  (void)state;
  assert_compared("populations.E.size=5", "populations.E.size was 4 and is 5 now");
  assert_compared("simulation.seed=1", "simulation.seed was 42 and is 1 now");
  assert_compared("populations.E.params.C_m=300", "populations.E.params.C_m was 200 pF and is 300 pF now");
  assert_compared("projections.0.rule={fixed_indegree: 3}", "projections.0.rule.fixed_indegree was 2 and is 3 now");
  assert_compared("projections.0.weight={normal: {mean: 1, std: 0.1}}",
                  "projections.0.weight was 10 pA and is a mapping now");
  assert_compared("populations.G={model: iaf_psc_exp, size: 1}", "populations.G was not given and is a mapping now");
  assert_compared("inputs.step.stop=50", "inputs.step.stop was not given and is 50 ms now");
  assert_compared("record.state={}", "record.state.v was a mapping and is not given now");
}

static model_file read_late(const char *stop, const char *duration)
{
  model_file file;
  const char *const overrides[] = {"record.state.v.start=300", duration, stop};
  scratch_write("t.csv", "cell,time\n0,2.5\n1,1\n");
  scratch_write("model.yaml", MODEL);
  assert_int_equal(model_file_read_alone("model.yaml", overrides, stop ? 3 : 2, &file), LOLIGO_OK);
  return file;
}

static void a_window_behind_the_end_of_the_run_opens_later(void **state)
{
  (void)state;
  for (int closed = 0; closed < 2; closed++) {
    model_file then = read_late(closed ? "record.state.v.stop=300" : NULL, "simulation.duration=200");
    model_file still = read_late(closed ? "record.state.v.stop=300" : NULL, "simulation.duration=250");
    model_file now = read_late(NULL, "simulation.duration=400");
    assert_int_equal(model_file_compare(then.used.text, still.used.text), LOLIGO_OK);
    assert_int_equal(model_file_compare(then.used.text, now.used.text), LOLIGO_OK);
    model_file_free(&then);
    model_file_free(&still);
    model_file_free(&now);
  }
}

static void a_window_that_is_closed_stays_so(void **state)
{
  (void)state;
  model_file then = read_late("record.state.v.stop=300", "simulation.duration=350");
  model_file now = read_late(NULL, "simulation.duration=400");
  assert_int_equal(model_file_compare(then.used.text, now.used.text), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), "record.state.v.stop was 300 ms and is 400 ms now");
  loligo_error_clear();
  model_file_free(&then);
  model_file_free(&now);
}

/* A run of twice the length, 200 ms, that says something else too. */
static void assert_extended_refused(const char *before, const char *override, const char *message)
{
  model_file then = read_with(before), now;
  const char *const longer[] = {"simulation.duration=200", override};
  assert_int_equal(model_file_read_alone("model.yaml", longer, 2, &now), LOLIGO_OK);
  assert_int_equal(model_file_compare(then.used.text, now.used.text), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), message);
  loligo_error_clear();
  model_file_free(&then);
  model_file_free(&now);
}

/* The last spikes before the end of the run are those before its stop, which does not move with it. */
static void the_stop_of_an_input_stays(void **state)
{
  (void)state;
  assert_extended_refused("inputs.step.stop=100", "inputs.step.stop=200",
                          "inputs.step.stop was 100 ms and is 200 ms now");
}

#define PROJECTIONS(E_E, E_F)                                                                                          \
  "projections=[{source: S, target: [E, F], rule: all_to_all, weight: 1 pA, delay: 1 ms}, "                            \
  "{source: E, target: E, rule: all_to_all, weight: " E_E ", delay: 1 ms}, "                                           \
  "{name: onto_F, source: E, target: F, rule: all_to_all, weight: " E_F ", delay: 1 ms}]"

/* Although a list of targets makes several of one. */
static void projections_are_named_as_in_the_file(void **state)
{
  (void)state;
  assert_changed(PROJECTIONS("1 pA", "1 pA"), PROJECTIONS("2 pA", "1 pA"),
                 "projections.1.weight was 1 pA and is 2 pA now");
  assert_changed(PROJECTIONS("1 pA", "1 pA"), PROJECTIONS("1 pA", "2 pA"),
                 "projections.onto_F.weight was 1 pA and is 2 pA now");
}

/* Other numbers may happen to equal the duration. */
static void only_windows_follow_the_duration(void **state)
{
  (void)state;
  assert_extended_refused("populations.E.params={tau_m: 100 ms}", "populations.E.params={tau_m: 200 ms}",
                          "populations.E.params.tau_m was 100 ms and is 200 ms now");
  assert_changed("projections.0.name=/a", "projections.0.name=/b", "projections.0.name was /a and is /b now");
}

static void the_digest_follows_the_numbers_of_listed_files(void **state)
{
  (void)state;
  model_file one = read_with(NULL), same = read_with("simulation.seed=1"), other;
  scratch_write("t.csv", "cell,time\n0,2.5\n1,1.5\n");
  assert_int_equal(model_file_read_alone("model.yaml", NULL, 0, &other), LOLIGO_OK);
  assert_true(one.lists_digest == same.lists_digest);
  assert_true(one.lists_digest != other.lists_digest);
  model_file_free(&one);
  model_file_free(&same);
  model_file_free(&other);
}

/* How samples are read may change where these are the same; what is made of them may not. */
static void samples_are_compared_by_their_digest(void **state)
{
  (void)state;
  model_file one = read_with(NULL), other = read_with("data.d.seed=2"), named = read_with("data.d.noise.std=2");
  assert_true(one.lists_digest != other.lists_digest);
  assert_true(one.lists_digest == named.lists_digest);
  model_file_free(&one);
  model_file_free(&other);
  model_file_free(&named);
  assert_compared("data.d.seed=2", NULL);
  assert_compared("data.d.limit=4", NULL);
  assert_compared("data.d.scale=2", "data.d.scale was 1 and is 2 now");
  assert_compared("data.d.shift=2", "data.d.shift was 0 and is 2 now");
  assert_compared("data.d.noise.std=2", "data.d.noise.std was 1 and is 2 now");
}

static void assert_every(const char *override, double wall_seconds, int64_t steps)
{
  model_file file = read_with(override);
  assert_true(file.settings.checkpoint.enabled);
  assert_true(file.settings.checkpoint.wall_seconds == wall_seconds);
  assert_int_equal(file.settings.checkpoint.steps, steps);
  assert_int_equal(file.settings.checkpoint.keep, 2);
  model_file_free(&file);
}

/* NULL differences: refused with that message. */
static void assert_state_compared(const char *override, const char *differences, const char *message)
{
  model_file then = read_with(NULL), now = read_with(override);
  char *text = NULL;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  loligo_status status = model_file_compare_state(then.used.text, now.used.text, out);
  fclose(out);
  assert_int_equal(status, message ? LOLIGO_INPUT_ERROR : LOLIGO_OK);
  assert_string_equal(loligo_error_message(), message ? message : "");
  if (!message) assert_string_equal(text, differences);
  loligo_error_clear();
  free(text);
  model_file_free(&then);
  model_file_free(&now);
}

static void another_model_may_begin_from_the_state_of_the_same_cells_and_synapses(void **state)
{
  (void)state;
  assert_state_compared("simulation.duration=2 s", "", NULL);
  assert_state_compared("populations.E.params.C_m=210 pF", "populations.E.params.C_m was 200 pF and is 210 pF now\n",
                        NULL);
  assert_state_compared("inputs={}", "inputs.step was a mapping and is not given now\n", NULL);
  assert_state_compared("record.state.v.interval=1 ms", "record.state.v.interval was 0.1 ms and is 1 ms now\n", NULL);
  assert_state_compared("simulation.dt=0.2", NULL, "simulation.dt was 0.1 ms and is 0.2 ms now");
  assert_state_compared("simulation.seed=7", NULL, "simulation.seed was 42 and is 7 now");
  assert_state_compared("populations.E.size=5", NULL, "populations.E.size was 4 and is 5 now");
  assert_state_compared("populations.E.model=hh_psc_exp", NULL,
                        "populations.E.model was iaf_psc_exp and is hh_psc_exp now");
  assert_state_compared("projections.0.weight=11 pA", NULL, "projections.0.weight was 10 pA and is 11 pA now");
  assert_state_compared("projections=[]", NULL, "projections.0 was a mapping and is not given now");
}

static void every_takes_wall_time_and_model_time(void **state)
{
  (void)state;
  assert_every("checkpoint={every: 10 min wall}", 600, 0);
  assert_every("checkpoint={every: 10 min (wall)}", 600, 0);
  assert_every("checkpoint={every: 1.5 s wall}", 1.5, 0);
  assert_every("checkpoint={every: 5 s}", 0, 50000);
  assert_every("checkpoint={every: 5 s (model)}", 0, 50000);
  assert_every("checkpoint={every: 20 model}", 0, 200);
  assert_every("checkpoint={}", 0, 0);
  model_file file = read_with("checkpoint=none");
  assert_false(file.settings.checkpoint.enabled);
  model_file_free(&file);
}

static void strip(model_file *file, const char *line)
{
  char *at = strstr(file->used.text, line);
  if (!at) fail_msg("no '%s' in %s", line, file->used.text);
  memmove(at, at + strlen(line), strlen(at + strlen(line)) + 1);
}

/* Of a program that knew nothing of it. */
static void a_key_that_has_its_default_may_be_missing(void **state)
{
  static const char *const lines[] = {
      "  weights: {}\n",     "  positions: all\n", "  autapses: true\n", "  synapse:\n    model: static\n",
      "      t_ref: 2 ms\n", "    start: 0 ms\n",  "    init: {}\n",     "      precision: float32\n",
      "  watchdog: 600 s\n"};
  (void)state;
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    model_file then = read_with(NULL), now = read_with(NULL);
    strip(&then, lines[i]);
    assert_int_equal(model_file_compare(then.used.text, now.used.text), LOLIGO_OK);
    assert_int_equal(model_file_compare(now.used.text, then.used.text), LOLIGO_OK);
    model_file_free(&then);
    model_file_free(&now);
  }
}

static void what_this_program_writes_is_complete(void **state)
{
  tree_node *root;
  (void)state;
  model_file file = read_with(NULL);
  assert_int_equal(tree_parse(file.used.text, (tree_mark){"used", 1, 1}, &root), LOLIGO_OK);
  const size_t n = tree_size(root);
  assert_int_equal(defaults_complete(root), LOLIGO_OK);
  assert_int_equal(tree_size(root), n);
  tree_free(root);
  model_file_free(&file);
}

static void a_key_that_has_another_value_is_named_with_its_default(void **state)
{
  (void)state;
  model_file then = read_with(NULL), now = read_with("record.positions=none");
  strip(&then, "  positions: all\n");
  assert_int_equal(model_file_compare(then.used.text, now.used.text), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), "record.positions was all and is none now");
  loligo_error_clear();
  model_file_free(&then);
  model_file_free(&now);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_does_not_shape_the_state_may_change),
      cmocka_unit_test(what_does_is_named_with_both_values),
      cmocka_unit_test(a_key_that_has_its_default_may_be_missing),
      cmocka_unit_test(what_this_program_writes_is_complete),
      cmocka_unit_test(a_key_that_has_another_value_is_named_with_its_default),
      cmocka_unit_test(a_window_behind_the_end_of_the_run_opens_later),
      cmocka_unit_test(a_window_that_is_closed_stays_so),
      cmocka_unit_test(the_stop_of_an_input_stays),
      cmocka_unit_test(projections_are_named_as_in_the_file),
      cmocka_unit_test(only_windows_follow_the_duration),
      cmocka_unit_test(the_digest_follows_the_numbers_of_listed_files),
      cmocka_unit_test(samples_are_compared_by_their_digest),
      cmocka_unit_test(another_model_may_begin_from_the_state_of_the_same_cells_and_synapses),
      cmocka_unit_test(every_takes_wall_time_and_model_time),
  };
  return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
