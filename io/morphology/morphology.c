/*
 * Points become sections in one walk, since each stands behind its parent.
 */
#include "io/morphology/morphology.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

static const char WHAT[] = "sections of a reconstruction";
static const double PI = 3.14159265358979323846;

const char *const axon_fate_names[AXON_FATES + 1] = {[AXON_KEEP] = "keep",
                                                     [AXON_REMOVE] = "remove",
                                                     [AXON_STUB] = "stub",
                                                     [AXON_STUB_OF_AXON] = "stub_of_axon",
                                                     [AXON_FATES] = NULL};

/* What is known of a point while sections are made. */
typedef struct joint {
  size_t n_children, n_somatic; /* that hang on it; that are somatic themselves */
  size_t first_child, somatic;  /* the first of each; SWC_NONE: it has none */
  attachment end;               /* where what hangs on it is attached */
} joint;

typedef struct builder {
  const swc *swc;
  morphology *made;
  joint *joints; /* [swc->n] */
  bool *begun;   /* [swc->n] the point is in a section */
} builder;

void morphology_free(morphology *made)
{
  memory_free(made->sections);
  memory_free(made->rings);
  memory_free(made->by_id);
  *made = (morphology){.n = 0};
}

static const swc_point *point_at(const builder *b, size_t p)
{
  return &b->swc->points[p];
}

static bool is_somatic(const builder *b, size_t p)
{
  return point_at(b, p)->type == SWC_SOMA;
}

/* -- sections -- */

static loligo_status add_ring(morphology *made, neurite *section, double arc, double diameter)
{
  LOLIGO_TRY(memory_grow((void **)&made->rings, &made->ring_capacity, made->n_rings + 1, sizeof *made->rings, WHAT));
  made->rings[made->n_rings++] = (ring){arc, diameter};
  section->n++;
  section->length = arc;
  return LOLIGO_OK;
}

static double distance(const swc_point *a, const swc_point *b)
{
  double sum = 0;
  for (int i = 0; i < 3; i++) sum += (b->place[i] - a->place[i]) * (b->place[i] - a->place[i]);
  return sqrt(sum);
}

static neurite begin_section(const morphology *made, swc_type type, attachment parent, size_t line)
{
  neurite section = {.type = type, .number = made->count[type], .parent = parent, .first = made->n_rings, .line = line};
  if (parent.section == SWC_NONE) return section;
  const neurite *on = &made->sections[parent.section];
  section.distance = on->distance + parent.at * on->length;
  return section;
}

static loligo_status add_section(morphology *made, neurite section)
{
  LOLIGO_TRY(memory_grow((void **)&made->sections, &made->capacity, made->n + 1, sizeof section, WHAT));
  made->sections[made->n++] = section;
  made->count[section.type]++;
  return LOLIGO_OK;
}

static loligo_status add_cylinder(morphology *made, swc_type type, attachment parent, double length, double diameter,
                                  size_t line)
{
  neurite section = begin_section(made, type, parent, line);
  LOLIGO_TRY(add_ring(made, &section, 0, diameter));
  LOLIGO_TRY(add_ring(made, &section, length, diameter));
  return add_section(made, section);
}

/* -- the soma -- */

static void count_children(const builder *b)
{
  for (size_t p = 0; p < b->swc->n; p++) b->joints[p].first_child = b->joints[p].somatic = SWC_NONE;
  for (size_t p = 1; p < b->swc->n; p++) {
    joint *parent = &b->joints[point_at(b, p)->parent];
    if (parent->n_children++ == 0) parent->first_child = p;
    if (is_somatic(b, p) && parent->n_somatic++ == 0) parent->somatic = p;
  }
}

static loligo_status check_soma(const builder *b, size_t *n)
{
  *n = 1;
  for (size_t p = 1; p < b->swc->n; p++) {
    if (!is_somatic(b, p)) continue;
    ++*n;
    if (!is_somatic(b, point_at(b, p)->parent))
      return swc_fail(b->swc, p, "a point of the soma hangs on one that is not of the soma");
  }
  return LOLIGO_OK;
}

/* A point in the middle, and two at its poles: a sphere, as NeuroMorpho.org writes it. */
static bool is_sphere(const builder *b, size_t n_somatic)
{
  const joint *joints = b->joints;
  const swc_point *points = b->swc->points;
  const double nearly = 0.01, diameter = 2 * points[0].radius;
  if (n_somatic != 3 || !is_somatic(b, 1) || !is_somatic(b, 2) || points[1].parent != 0 || points[2].parent != 0 ||
      joints[1].n_children > 0 || joints[2].n_children > 0)
    return false;
  const double length = distance(&points[0], &points[1]) + distance(&points[0], &points[2]);
  return points[1].radius == points[0].radius && points[2].radius == points[0].radius &&
         fabs(length / diameter - 1) < nearly;
}

/* A soma of several points in a row. */
static loligo_status add_row(const builder *b)
{
  neurite soma = begin_section(b->made, SWC_SOMA, (attachment){SWC_NONE, 0}, point_at(b, 0)->line);
  size_t before = 0, last = 0;
  for (size_t p = 0; p != SWC_NONE; before = last, p = b->joints[p].somatic) {
    if (b->joints[p].n_somatic > 1)
      return swc_fail(b->swc, p,
                      "the soma branches here; give it one point, three as NeuroMorpho.org does, or points in a row");
    LOLIGO_TRY(add_ring(b->made, &soma, soma.length + distance(point_at(b, before), point_at(b, p)),
                        2 * point_at(b, p)->radius));
    b->joints[p].end.at = p == 0 ? 0 : 0.5;
    last = p;
  }
  b->joints[last].end.at = 1;
  if (soma.length > 0) return add_section(b->made, soma);
  return swc_fail(b->swc, last, "the soma has several points, but no length");
}

static loligo_status add_soma(const builder *b)
{
  size_t n;
  const swc_point *root = point_at(b, 0);
  LOLIGO_TRY(check_soma(b, &n));
  for (size_t p = 0; p < b->swc->n; p++) b->joints[p].end = (attachment){0, 0.5};
  if (n > 1 && !is_sphere(b, n)) return add_row(b);
  return add_cylinder(b->made, SWC_SOMA, (attachment){SWC_NONE, 0}, 2 * root->radius, 2 * root->radius, root->line);
}

/* -- all else -- */

/* Whether a point is the first behind the soma, and several hang on it: the first of these goes on with its section, so
 * that it has more than one point, the others hang where it hangs. NEURON makes the second point of a file a section of
 * its own all the same. */
static bool parts_at_soma(const builder *b, size_t p)
{
  return p > 1 && !is_somatic(b, p) && is_somatic(b, point_at(b, p)->parent) && b->joints[p].n_children > 1 &&
         point_at(b, b->joints[p].first_child)->type == point_at(b, p)->type;
}

/* The point that follows in the same section, or SWC_NONE. */
static size_t next_in_section(const builder *b, size_t p)
{
  const joint *joint = &b->joints[p];
  if (joint->n_children == 0 || (joint->n_children > 1 && !parts_at_soma(b, p))) return SWC_NONE;
  return point_at(b, joint->first_child)->type == point_at(b, p)->type ? joint->first_child : SWC_NONE;
}

/* What stands before the first point of a section that hangs on a point. */
static loligo_status add_begin(const builder *b, size_t first, neurite *section)
{
  const size_t on = point_at(b, first)->parent;
  const bool at_soma = is_somatic(b, on);
  const bool is_wire = at_soma && section->parent.at == 0.5 && next_in_section(b, first) != SWC_NONE;
  if (is_wire) return LOLIGO_OK;
  return add_ring(b->made, section, 0, 2 * point_at(b, at_soma ? first : on)->radius);
}

/* Adds the points of a section. */
static loligo_status add_points(const builder *b, size_t first, neurite *section)
{
  for (size_t p = first; p != SWC_NONE; p = next_in_section(b, p)) {
    const bool begins = section->n == 0;
    const double way = begins ? 0 : distance(point_at(b, point_at(b, p)->parent), point_at(b, p));
    LOLIGO_TRY(add_ring(b->made, section, section->length + way, 2 * point_at(b, p)->radius));
    b->begun[p] = true;
  }
  return LOLIGO_OK;
}

/* What hangs on points of a section: at its end, but for those that part at the soma. */
static void attach(const builder *b, size_t first, attachment begin, attachment end)
{
  for (size_t p = first; p != SWC_NONE; p = next_in_section(b, p)) b->joints[p].end = parts_at_soma(b, p) ? begin : end;
}

static loligo_status add_neurite(const builder *b, size_t first)
{
  const attachment parent = b->joints[point_at(b, first)->parent].end;
  neurite section = begin_section(b->made, point_at(b, first)->type, parent, point_at(b, first)->line);
  LOLIGO_TRY(add_begin(b, first, &section));
  LOLIGO_TRY(add_points(b, first, &section));
  if (section.length > 0) {
    attach(b, first, parent, (attachment){b->made->n, 1});
    return add_section(b->made, section);
  }
  attach(b, first, parent, parent);
  b->made->n_rings = section.first;
  return LOLIGO_OK;
}

static loligo_status add_neurites(const builder *b)
{
  for (size_t p = 1; p < b->swc->n; p++)
    if (!is_somatic(b, p) && !b->begun[p]) LOLIGO_TRY(add_neurite(b, p));
  return LOLIGO_OK;
}

/* -- the axon -- */

static loligo_status fail_axon(const builder *b, const neurite *section, const char *what)
{
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: %s", b->swc->path, section->line, what);
}

/* Takes all sections of the axon out; what stays keeps its rings. */
static loligo_status remove_axon(const builder *b)
{
  morphology *made = b->made;
  size_t *moved = memory_allocate(made->n, sizeof *moved, WHAT), n = 0;
  loligo_status status = moved ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  for (size_t s = 0; s < made->n && status == LOLIGO_OK; s++) {
    neurite section = made->sections[s];
    if (section.type == SWC_AXON) continue;
    if (s > 0 && made->sections[section.parent.section].type == SWC_AXON)
      status = fail_axon(b, &section, "hangs on the axon, which is to be removed; keep it (axon: keep)");
    if (s > 0) section.parent.section = moved[section.parent.section];
    moved[s] = n;
    made->sections[n++] = section;
  }
  memory_free(moved);
  made->n = n;
  made->count[SWC_AXON] = 0;
  return status;
}

static double mean_diameter(const morphology *made, const neurite *section)
{
  double sum = 0;
  const ring *rings = made->rings + section->first;
  for (size_t i = 1; i < section->n; i++)
    sum += (rings[i].arc - rings[i - 1].arc) * (rings[i].diameter + rings[i - 1].diameter) / 2;
  return sum / section->length;
}

/* Diameters of the first and the last section of the axon. */
static loligo_status measure_axon(const builder *b, double diameters[2])
{
  const morphology *made = b->made;
  size_t n = 0;
  for (size_t s = 0; s < made->n; s++) {
    if (made->sections[s].type != SWC_AXON) continue;
    diameters[1] = mean_diameter(made, &made->sections[s]);
    if (n++ == 0) diameters[0] = diameters[1];
  }
  if (n > 0) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: has no axon, after which a stub would be made", b->swc->path);
}

static loligo_status treat_axon(const builder *b, axon_fate axon)
{
  const double length = 30; /* um */
  double diameters[] = {1, 1};
  morphology *made = b->made;
  if (axon == AXON_KEEP) return LOLIGO_OK;
  if (axon == AXON_STUB_OF_AXON) LOLIGO_TRY(measure_axon(b, diameters));
  LOLIGO_TRY(remove_axon(b));
  if (axon == AXON_REMOVE) return LOLIGO_OK;
  const attachment soma = {0, axon == AXON_STUB ? 0.5 : 1};
  LOLIGO_TRY(add_cylinder(made, SWC_AXON, soma, length, diameters[0], 0));
  return add_cylinder(made, SWC_AXON, (attachment){made->n - 1, 1}, length, diameters[1], 0);
}

/* -- all of it -- */

static loligo_status order(morphology *made)
{
  size_t n = 0;
  made->by_id = memory_allocate(made->n, sizeof *made->by_id, WHAT);
  if (!made->by_id) return LOLIGO_MACHINE_ERROR;
  for (int is_stub = 0; is_stub < 2; is_stub++)
    for (int type = SWC_SOMA; type < SWC_TYPES; type++)
      for (size_t s = 0; s < made->n; s++)
        if ((int)made->sections[s].type == type && (made->sections[s].line == 0) == is_stub) made->by_id[n++] = s;
  return LOLIGO_OK;
}

static loligo_status make(const builder *b, axon_fate axon)
{
  count_children(b);
  LOLIGO_TRY(add_soma(b));
  LOLIGO_TRY(add_neurites(b));
  LOLIGO_TRY(treat_axon(b, axon));
  return order(b->made);
}

loligo_status morphology_make(const swc *swc, axon_fate axon, morphology *made)
{
  *made = (morphology){.n = 0};
  const builder b = {.swc = swc,
                     .made = made,
                     .joints = memory_allocate(swc->n, sizeof *b.joints, WHAT),
                     .begun = memory_allocate(swc->n, sizeof *b.begun, WHAT)};
  const loligo_status status = b.joints && b.begun ? make(&b, axon) : LOLIGO_MACHINE_ERROR;
  memory_free(b.joints);
  memory_free(b.begun);
  return status;
}

/* -- frusta -- */

/* Diameter of a frustum at a place between its ends. */
static double diameter_at(const ring *a, const ring *b, double arc)
{
  return a->diameter + (b->diameter - a->diameter) * (arc - a->arc) / (b->arc - a->arc);
}

static frusta frustum(double length, double d1, double d2)
{
  const double slant = sqrt(length * length + (d2 - d1) * (d2 - d1) / 4);
  return (frusta){.area = PI / 2 * (d1 + d2) * slant, .resistance = 4 / PI * length / (d1 * d2)};
}

/* A step in diameter, which is a ring without length, belongs to what ends there. */
static bool is_within(const ring *a, const ring *b, double from, double to)
{
  return a->arc == b->arc ? a->arc > from && a->arc <= to : b->arc > from && a->arc < to;
}

frusta morphology_between(const morphology *made, size_t section, double from, double to)
{
  frusta sum = {0, 0};
  const neurite *of = &made->sections[section];
  for (size_t i = 0; i + 1 < of->n; i++) {
    const ring *a = &made->rings[of->first + i], *b = a + 1;
    if (!is_within(a, b, from, to)) continue;
    const double begin = fmax(a->arc, from), end = fmin(b->arc, to);
    const bool is_step = a->arc == b->arc;
    const frusta part = frustum(end - begin, is_step ? a->diameter : diameter_at(a, b, begin),
                                is_step ? b->diameter : diameter_at(a, b, end));
    sum.area += part.area;
    sum.resistance += part.resistance;
  }
  return sum;
}
