/*
 * Reconstructions: what is refused, where sections begin and end, areas and resistances in closed form, how many
 * compartments and how they hang together.
 */
#include <math.h>

#include "io/morphology/cut.h"
#include "scratch.h"

static const double PI = 3.14159265358979323846;

static loligo_status read_text(const char *text, swc *points)
{
  scratch_write("cell.swc", text);
  FILE *file = fopen("cell.swc", "r");
  assert_non_null(file);
  const loligo_status status = swc_read(file, "cell.swc", points);
  fclose(file);
  return status;
}

static void assert_refused(const char *text, const char *message)
{
  swc points;
  morphology made = {.n = 0};
  loligo_status status = read_text(text, &points);
  if (status == LOLIGO_OK) status = morphology_make(&points, AXON_REMOVE, &made);
  assert_int_equal(status, LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), message);
  loligo_error_clear();
  morphology_free(&made);
  swc_free(&points);
}

static morphology make(const char *text, axon_fate axon)
{
  swc points;
  morphology made;
  assert_int_equal(read_text(text, &points), LOLIGO_OK);
  if (morphology_make(&points, axon, &made) != LOLIGO_OK) fail_msg("%s", loligo_error_message());
  swc_free(&points);
  return made;
}

static cell_cut cut_of(const morphology *of, cut_rule rule)
{
  cell_cut made;
  cut_material materials[SWC_TYPES];
  for (int type = 0; type < SWC_TYPES; type++) materials[type] = (cut_material){.r_a = 100, .c_m = 1};
  assert_int_equal(cut_make(of, "cell.swc", materials, rule, 1000, &made), LOLIGO_OK);
  return made;
}

#define LENGTH_OF(um) ((cut_rule){.length = (um)})
#define SOMA "1 1 0 0 0 5 -1\n"

static void what_is_no_reconstruction_is_refused(void **state)
{
  (void)state;
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"", "cell.swc: holds no point"},
      {"# nothing\n", "cell.swc: holds no point"},
      {SOMA "2 3 1 1\n", "cell.swc:2: z is missing; a line is: id type x y z radius parent"},
      {SOMA "2 3 1 1 1 1 1 1\n", "cell.swc:2: more than 7 numbers: id type x y z radius parent"},
      {SOMA "2 3 1 one 1 1 1\n", "cell.swc:2: y: 'one' is not a finite number"},
      {SOMA "2 3 nan 1 1 1 1\n", "cell.swc:2: x: 'nan' is not a finite number"},
      {SOMA "2 3 1 1 1e9 1 1\n", "cell.swc:2: z: 1e+09 um is beyond 1e+07 um"},
      {SOMA "2 3 1 1 1 -1 1\n", "cell.swc:2: radius: -1 um is not within 0.0001 ... 100000 um"},
      {SOMA "2 3 1 1 1 0 1\n", "cell.swc:2: radius: 0 um is not within 0.0001 ... 100000 um"},
      {SOMA "2.5 3 1 1 1 1 1\n", "cell.swc:2: id: 2.5 is not a whole number from 0 on"},
      {SOMA "2 7 1 1 1 1 1\n", "cell.swc:2: type: 7 is not known; there are 1 soma, 2 axon, 3 dend, 4 apic"},
      {SOMA "2 3 1 1 1 1 -7\n", "cell.swc:2: parent: -7 is neither an id nor -1"},
      {SOMA "2 3 1 1 1 1 9\n", "cell.swc:2: parent 9 is the id of no point"},
      {SOMA "2 3 1 1 1 1 2\n", "cell.swc:2: parent 2 does not stand above it; sort the points from the soma outwards"},
      {SOMA "2 3 1 1 1 1 3\n3 3 2 2 2 1 2\n",
       "cell.swc:2: parent 3 does not stand above it; sort the points from the soma outwards"},
      {SOMA "2 3 1 1 1 1 -1\n", "cell.swc:2: a second root: parent -1 stands in line 1 already"},
      {SOMA "2 3 1 1 1 1 1\n2 3 2 2 2 1 1\n", "cell.swc:3: id 2 is there twice, here and in line 2"},
      {"1 3 0 0 0 1 -1\n", "cell.swc:1: the root is of type 3, dend; a cell begins with its soma, type 1"},
      {"1 1 0 0 0 1 7\n", "cell.swc:1: parent 7 is the id of no point"},
      {SOMA "2 3 9 0 0 1 1\n3 1 10 0 0 1 2\n", "cell.swc:3: a point of the soma hangs on one that is not of the soma"},
      {SOMA "2 1 9 0 0 1 1\n3 1 -9 0 0 2 1\n",
       "cell.swc:1: the soma branches here; give it one point, three as NeuroMorpho.org does, or points in a row"},
      {SOMA "2 1 0 0 0 1 1\n", "cell.swc:2: the soma has several points, but no length"},
      {SOMA "2 2 9 0 0 1 1\n3 3 20 0 0 1 2\n",
       "cell.swc:3: hangs on the axon, which is to be removed; keep it (axon: keep)"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) assert_refused(cases[i].text, cases[i].message);
}

static void a_stub_after_an_axon_needs_one(void **state)
{
  (void)state;
  swc points;
  morphology made;
  assert_int_equal(read_text(SOMA, &points), LOLIGO_OK);
  assert_int_equal(morphology_make(&points, AXON_STUB_OF_AXON, &made), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), "cell.swc: has no axon, after which a stub would be made");
  loligo_error_clear();
  morphology_free(&made);
  swc_free(&points);
}

static void ids_and_comments_are_free(void **state)
{
  (void)state;
  morphology made = make("# a cell\n  70 1 0 0 0 5 -1 # soma\r\n\n3\t3 10 0 0 1 70\n1 3 20 0 0 1 3\n", AXON_KEEP);
  assert_int_equal(made.n, 2);
  assert_float_equal(made.sections[1].length, 10, 1e-12);
  morphology_free(&made);
}

static void a_soma_of_one_point_is_a_cylinder(void **state)
{
  (void)state;
  static const char *const texts[] = {SOMA, SOMA "2 1 0 -5 0 5 1\n3 1 0 5 0 5 1\n"};
  for (int i = 0; i < 2; i++) {
    morphology made = make(texts[i], AXON_KEEP);
    assert_int_equal(made.n, 1);
    assert_float_equal(made.sections[0].length, 10, 1e-12);
    const frusta whole = morphology_between(&made, 0, 0, 10);
    assert_float_equal(whole.area, PI * 100, 1e-9);
    assert_float_equal(whole.resistance, 10 / (PI * 25), 1e-12);
    morphology_free(&made);
  }
}

/* A cone of length 30 um from 4 to 1 um, in three pieces. */
#define CONE SOMA "2 3 10 0 0 2 1\n3 3 20 0 0 1.5 2\n4 3 30 0 0 1 3\n5 3 40 0 0 0.5 4\n"

static void a_cone_has_its_mantle_and_its_resistance(void **state)
{
  (void)state;
  morphology made = make(CONE, AXON_KEEP);
  assert_int_equal(made.n, 2);
  assert_float_equal(made.sections[1].length, 30, 1e-12);
  const frusta whole = morphology_between(&made, 1, 0, 30);
  assert_float_equal(whole.area, PI * (2 + 0.5) * sqrt(30 * 30 + 1.5 * 1.5), 1e-9);
  assert_float_equal(whole.resistance, 30 / (PI * 2 * 0.5), 1e-12);
  frusta sum = {0, 0};
  for (int i = 0; i < 7; i++) {
    const frusta part = morphology_between(&made, 1, 30. * i / 7, 30. * (i + 1) / 7);
    sum.area += part.area;
    sum.resistance += part.resistance;
  }
  assert_float_equal(sum.area, whole.area, 1e-9);
  assert_float_equal(sum.resistance, whole.resistance, 1e-12);
  morphology_free(&made);
}

/* A step in diameter has an area, but no length. */
static void a_step_is_a_ring(void **state)
{
  (void)state;
  morphology made = make(SOMA "2 3 10 0 0 2 1\n3 3 20 0 0 2 2\n4 3 20 0 0 1 3\n5 3 40 0 0 1 4\n", AXON_KEEP);
  const frusta whole = morphology_between(&made, 1, 0, 30);
  assert_float_equal(whole.area, PI * (4 * 10 + (4 - 1) + 2 * 20), 1e-9);
  assert_float_equal(whole.resistance, 10 / (PI * 4) + 20 / PI, 1e-12);
  const frusta before = morphology_between(&made, 1, 0, 10), behind = morphology_between(&made, 1, 10, 30);
  assert_float_equal(before.area + behind.area, whole.area, 1e-9);
  morphology_free(&made);
}

/* A Y of dendrites: a stem of 80 um with two arms, of 10 and 130 um, and an apical dendrite behind the longer one. */
#define Y                                                                                                              \
  SOMA "2 3 5 0 0 1 1\n3 3 85 0 0 1 2\n4 3 85 10 0 1 3\n5 3 85 -130 0 1 3\n6 4 85 -140 0 1 5\n7 2 0 5 0 0.5 1\n"       \
       "8 2 0 15 0 0.5 7\n"

static void sections_run_between_branch_points(void **state)
{
  (void)state;
  static const struct {
    swc_type type;
    size_t number, parent;
    double at, length, distance;
  } wanted[] = {{SWC_SOMA, 0, SWC_NONE, 0, 10, 0}, {SWC_DEND, 0, 0, 0.5, 80, 5}, {SWC_DEND, 1, 1, 1, 10, 85},
                {SWC_DEND, 2, 1, 1, 130, 85},      {SWC_APIC, 0, 3, 1, 10, 215}, {SWC_AXON, 0, 0, 0.5, 10, 5}};
  morphology made = make(Y, AXON_KEEP);
  assert_int_equal(made.n, 6);
  for (size_t s = 0; s < made.n; s++) {
    const neurite *section = &made.sections[s];
    assert_int_equal(section->type, wanted[s].type);
    assert_int_equal(section->number, wanted[s].number);
    assert_int_equal(section->parent.section, wanted[s].parent);
    assert_float_equal(section->parent.at, wanted[s].at, 0);
    assert_float_equal(section->length, wanted[s].length, 1e-12);
    assert_float_equal(section->distance, wanted[s].distance, 1e-12);
  }
  static const size_t by_id[] = {0, 5, 1, 2, 3, 4};
  assert_memory_equal(made.by_id, by_id, sizeof by_id);
  morphology_free(&made);
}

static void a_stub_takes_the_place_of_an_axon(void **state)
{
  (void)state;
  static const double diameters[2][2] = {{1, 1}, {1, 4}}; /* um, of either kind of stub */
  static const char axon[] = SOMA "2 2 5 0 0 0.5 1\n3 2 15 0 0 0.5 2\n4 2 15 5 0 2 3\n5 2 15 10 0 2 4\n"
                                  "6 2 20 0 0 3.5 3\n7 3 -5 0 0 1 1\n8 3 -15 0 0 1 7\n";
  for (int i = 0; i < 2; i++) {
    morphology made = make(axon, i ? AXON_STUB_OF_AXON : AXON_STUB);
    assert_int_equal(made.n, 4);
    assert_int_equal(made.sections[1].type, SWC_DEND);
    for (size_t s = 2; s < 4; s++) {
      assert_int_equal(made.sections[s].type, SWC_AXON);
      assert_int_equal(made.sections[s].number, s - 2);
      assert_float_equal(made.sections[s].length, 30, 0);
      assert_float_equal(made.rings[made.sections[s].first].diameter, diameters[i][s - 2], 1e-12);
      assert_int_equal(made.by_id[s], s);
    }
    assert_float_equal(made.sections[2].parent.at, i ? 1 : 0.5, 0);
    assert_float_equal(made.sections[3].distance, i ? 40 : 35, 1e-12);
    morphology_free(&made);
  }
  morphology made = make(axon, AXON_REMOVE);
  assert_int_equal(made.n, 2);
  morphology_free(&made);
}

/* Behind a single point, a section begins in the soma; where several hang on a first point, one of them goes on. */
static void what_leaves_a_soma_begins_behind_it(void **state)
{
  (void)state;
  morphology made = make(SOMA "2 3 8 0 0 1 1\n3 3 0 7 0 1 1\n4 3 0 17 0 1 3\n5 3 10 7 0 0.5 3\n", AXON_KEEP);
  assert_int_equal(made.n, 4);
  assert_float_equal(made.sections[1].length, 8, 1e-12);
  assert_float_equal(made.sections[2].length, 10, 1e-12);
  assert_float_equal(made.sections[3].length, 10, 1e-12);
  assert_int_equal(made.sections[3].parent.section, 0);
  assert_float_equal(made.sections[3].parent.at, 0.5, 0);
  assert_float_equal(made.rings[made.sections[3].first].diameter, 2, 1e-12);
  morphology_free(&made);
}

static void sections_without_length_are_left_out(void **state)
{
  (void)state;
  morphology made =
      make(SOMA "2 3 8 0 0 1 1\n3 3 18 0 0 1 2\n4 4 18 0 0 1 3\n5 4 18 10 0 1 4\n6 4 18 -10 0 1 4\n", AXON_KEEP);
  assert_int_equal(made.n, 4);
  assert_int_equal(made.sections[2].parent.section, 1);
  assert_int_equal(made.sections[3].parent.section, 1);
  assert_int_equal(made.sections[3].number, 1);
  morphology_free(&made);
}

static void compartments_hang_by_their_halves(void **state)
{
  (void)state;
  morphology made = make(Y, AXON_STUB);
  cell_cut c = cut_of(&made, LENGTH_OF(40));
  const double per_um = 100 * 1e-2 / PI; /* MOhm, of a cylinder of radius 1 um at 100 Ohm cm */
  static const size_t n[] = {1, 5, 1, 7, 1, 1, 1};
  static const size_t first[] = {0, 1, 7, 8, 15, 16, 17};
  for (size_t s = 0; s < made.n; s++) {
    assert_int_equal(c.sections[s].n, n[s]);
    assert_int_equal(c.sections[s].first, first[s]);
  }
  assert_int_equal(c.n, 18);
  assert_true(c.compartments[6].is_joint);
  assert_int_equal(c.compartments[6].parent, 5);
  assert_float_equal(c.compartments[6].area, 0, 0);
  assert_float_equal(c.compartments[1].g, 1e3 / (per_um * 8), 1e-9);
  assert_float_equal(c.compartments[2].g, 1e3 / (per_um * 16), 1e-9);
  assert_float_equal(c.compartments[6].g, 1e3 / (per_um * 8), 1e-9);
  assert_int_equal(c.compartments[7].parent, 6);
  assert_int_equal(c.compartments[8].parent, 6);
  assert_float_equal(c.compartments[7].g, 1e3 / (per_um * 5), 1e-9);
  assert_int_equal(c.compartments[15].parent, 14);
  assert_float_equal(c.compartments[15].g, 1e3 / (per_um * (130. / 14 + 5)), 1e-9);
  assert_float_equal(c.compartments[17].g, 1e3 / (per_um * 4 * 30), 1e-9);
  for (size_t i = 1; i < c.n; i++) assert_true(c.compartments[i].parent < i);
  assert_int_equal(cut_find(c.sections[3], 0), 8);
  assert_int_equal(cut_find(c.sections[3], 0.5), 11);
  assert_int_equal(cut_find(c.sections[3], 1), 14);
  assert_float_equal(cut_distance(&made, &c, 11), 150, 1e-9);
  assert_float_equal(cut_distance(&made, &c, 6), 85, 1e-9);
  cut_free(&c);
  morphology_free(&made);
}

/* A soma that is a cable of 90 um with five compartments, and dendrites at its begin, its middle and its end. */
static void a_long_soma_is_cut_from_its_middle(void **state)
{
  (void)state;
  morphology made = make("1 1 0 0 0 1 -1\n2 1 45 0 0 1 1\n3 1 90 0 0 1 2\n4 3 -10 0 0 1 1\n5 3 0 -10 0 1 1\n"
                         "6 3 45 10 0 1 2\n7 3 45 20 0 1 6\n8 3 100 0 0 1 3\n",
                         AXON_KEEP);
  cell_cut c = cut_of(&made, LENGTH_OF(40));
  const double per_um = 100 * 1e-2 / PI;
  static const size_t parents[] = {0, 0, 1, 0, 3, 4, 5, 5, 0, 2};
  assert_int_equal(c.n, sizeof parents / sizeof *parents);
  for (size_t i = 0; i < c.n; i++) assert_int_equal(c.compartments[i].parent, parents[i]);
  assert_true(c.compartments[5].is_joint);
  assert_float_equal(c.compartments[1].g, 1e3 / (per_um * 18), 1e-9);
  assert_float_equal(c.compartments[3].g, 1e3 / (per_um * 18), 1e-9);
  assert_float_equal(c.compartments[5].g, 1e3 / (per_um * 9), 1e-9);
  assert_float_equal(c.compartments[6].g, 1e3 / (per_um * 5), 1e-9);
  assert_float_equal(c.compartments[8].g, 1e3 / (per_um * 5), 1e-9);
  assert_float_equal(c.compartments[9].g, 1e3 / (per_um * (9 + 5)), 1e-9);
  for (int k = 0; k < 5; k++)
    assert_float_equal(cut_distance(&made, &c, cut_find(c.sections[0], (k + 0.5) / 5)), 9 + 18 * k, 1e-9);
  cut_free(&c);
  morphology_free(&made);
}

/* lambda = sqrt(d / (4 pi f R_a c_m)) of a cylinder: 2 um, 100 Hz, 100 Ohm cm, 1 uF/cm2: 398.9 um. */
static void compartments_follow_the_length_constant(void **state)
{
  (void)state;
  char text[256];
  static const struct {
    double length;
    size_t n;
  } cases[] = {{39, 1}, {43, 1}, {45, 3}, {119, 3}, {125, 5}, {1000, 25}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    snprintf(text, sizeof text, SOMA "2 3 5 0 0 1 1\n3 3 %g 0 0 1 2\n", 5 + cases[i].length);
    morphology made = make(text, AXON_KEEP);
    cell_cut c = cut_of(&made, (cut_rule){.lambda = 0.1});
    const double lambda = 1e4 * sqrt(2e-4 / (4 * PI * 100 * 100 * 1e-6));
    assert_int_equal(c.sections[1].n, 1 + 2 * (size_t)((cases[i].length / (0.1 * lambda) + 0.9) / 2));
    assert_int_equal(c.sections[1].n, cases[i].n);
    cut_free(&c);
    morphology_free(&made);
  }
}

static void too_many_compartments_are_refused(void **state)
{
  (void)state;
  cell_cut c;
  cut_material materials[SWC_TYPES] = {{1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}};
  static const double lengths[] = {1, 1e-300};
  morphology made = make(Y, AXON_STUB);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(cut_make(&made, "cell.swc", materials, LENGTH_OF(lengths[i]), 100, &c), LOLIGO_INPUT_ERROR);
    assert_string_equal(loligo_error_message(),
                        "cell.swc: more than 100 compartments; take longer ones, or remove the axon");
    loligo_error_clear();
    cut_free(&c);
  }
  morphology_free(&made);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_no_reconstruction_is_refused),
      cmocka_unit_test(a_stub_after_an_axon_needs_one),
      cmocka_unit_test(ids_and_comments_are_free),
      cmocka_unit_test(a_soma_of_one_point_is_a_cylinder),
      cmocka_unit_test(a_cone_has_its_mantle_and_its_resistance),
      cmocka_unit_test(a_step_is_a_ring),
      cmocka_unit_test(sections_run_between_branch_points),
      cmocka_unit_test(a_stub_takes_the_place_of_an_axon),
      cmocka_unit_test(what_leaves_a_soma_begins_behind_it),
      cmocka_unit_test(sections_without_length_are_left_out),
      cmocka_unit_test(compartments_hang_by_their_halves),
      cmocka_unit_test(a_long_soma_is_cut_from_its_middle),
      cmocka_unit_test(compartments_follow_the_length_constant),
      cmocka_unit_test(too_many_compartments_are_refused),
  };
  return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
