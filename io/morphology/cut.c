/*
 * A compartment hangs on its neighbour towards the soma through both halves between their middles. An end of a section
 * on which nothing or one section hangs needs no joint.
 */
#include "io/morphology/cut.h"

#include <math.h>

#include "base/memory.h"

static const char WHAT[] = "compartments of a reconstruction";
static const double PI = 3.14159265358979323846;

/* MOhm of one 1/um at one Ohm cm. */
static const double MOHM = 1e-2;

/* Ends of a section. */
enum { BEGIN, END, ENDS };

/* What hangs on an end, and where that is in the circuit. */
typedef struct section_end {
  size_t n;           /* sections */
  size_t compartment; /* behind which they go on */
  double resistance;  /* MOhm from its middle */
} section_end;

typedef struct cutter {
  const morphology *of;
  const cut_material *materials;
  cut_rule rule;
  const char *path;
  size_t most;
  cell_cut *made;
  section_end (*ends)[ENDS]; /* [of->n] */
} cutter;

void cut_free(cell_cut *made)
{
  memory_free(made->compartments);
  memory_free(made->sections);
  *made = (cell_cut){.n = 0};
}

/* -- how many -- */

/* Length of a section in length constants of a frequency. */
static double electrotonic_length(const cutter *c, size_t s, double hz)
{
  const neurite *section = &c->of->sections[s];
  const ring *rings = c->of->rings + section->first;
  const cut_material *material = &c->materials[section->type];
  const double cm_per_um = 1e-4, f_per_uf = 1e-6;
  double sum = 0;
  for (size_t i = 1; i < section->n; i++)
    sum += (rings[i].arc - rings[i - 1].arc) / sqrt((rings[i].diameter + rings[i - 1].diameter) / 2);
  return sum * cm_per_um * 2 * sqrt(PI * hz * material->r_a * material->c_m * f_per_uf / cm_per_um);
}

/* An odd number, so that one has its middle where the section has it; more than there may be where it is larger. */
static size_t count_compartments(const cutter *c, size_t s)
{
  const double hz = 100, nearly = 0.9;
  const double halves = c->rule.length > 0 ? c->of->sections[s].length / c->rule.length
                                           : (electrotonic_length(c, s, hz) / c->rule.lambda + nearly) / 2;
  return halves < (double)c->most ? 1 + 2 * (size_t)halves : c->most + 1;
}

/* -- the circuit -- */

static loligo_status add(const cutter *c, cut_compartment added)
{
  cell_cut *made = c->made;
  if (made->n == c->most)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: more than %zu compartments; take longer ones, or remove the axon",
                       c->path, c->most);
  LOLIGO_TRY(memory_grow((void **)&made->compartments, &made->capacity, made->n + 1, sizeof added, WHAT));
  made->compartments[made->n++] = added;
  return LOLIGO_OK;
}

static double siemens_of(double mega_ohm)
{
  const double ns_per_us = 1e3;
  return ns_per_us / mega_ohm;
}

/* Compartment k of n of a section, from its begin. */
typedef struct piece {
  double area, to_begin, to_end; /* um2; MOhm of its halves */
} piece;

static piece piece_of(const cutter *c, size_t s, size_t k)
{
  const neurite *section = &c->of->sections[s];
  const double step = section->length / (double)c->made->sections[s].n, begin = step * (double)k;
  const double end = k + 1 == c->made->sections[s].n ? section->length : begin + step;
  const frusta left = morphology_between(c->of, s, begin, begin + step / 2);
  const frusta right = morphology_between(c->of, s, begin + step / 2, end);
  const double scale = c->materials[section->type].r_a * MOHM;
  return (piece){left.area + right.area, left.resistance * scale, right.resistance * scale};
}

/* Makes a joint of an end on which several sections hang. */
static loligo_status close_end(const cutter *c, size_t s, int end)
{
  section_end *closed = &c->ends[s][end];
  const cut_compartment joint = {
      .parent = closed->compartment, .section = s, .is_joint = true, .at = end, .g = siemens_of(closed->resistance)};
  if (closed->n < 2) return LOLIGO_OK;
  closed->compartment = c->made->n;
  closed->resistance = 0;
  return add(c, joint);
}

/* Where a section begins. */
static section_end begin_of(const cutter *c, size_t s)
{
  const attachment on = c->of->sections[s].parent;
  return on.at == 0.5 ? (section_end){.n = 0} : c->ends[on.section][on.at == 0 ? BEGIN : END];
}

static double middle_of(const cutter *c, size_t s, size_t k)
{
  return ((double)k + 0.5) / (double)c->made->sections[s].n;
}

static void go_on(const cutter *c, section_end *end, double resistance)
{
  end->compartment = c->made->n - 1;
  end->resistance = resistance;
}

static loligo_status add_section(const cutter *c, size_t s)
{
  section_end at = begin_of(c, s);
  cut_section *section = &c->made->sections[s];
  section->first = c->made->n;
  for (size_t k = 0; k < section->n; k++) {
    const piece own = piece_of(c, s, k);
    LOLIGO_TRY(add(c, (cut_compartment){.parent = at.compartment,
                                        .section = s,
                                        .at = middle_of(c, s, k),
                                        .area = own.area,
                                        .g = siemens_of(at.resistance + own.to_begin)}));
    go_on(c, &at, own.to_end);
  }
  at.n = c->ends[s][END].n;
  c->ends[s][END] = at;
  return close_end(c, s, END);
}

/* The soma from its middle, whose half is `half`, to one of its ends. */
static loligo_status add_half_soma(const cutter *c, int end, double half)
{
  const size_t middle = c->made->sections[0].n / 2;
  section_end *at = &c->ends[0][end];
  at->resistance = half;
  for (size_t i = 1; i <= middle; i++) {
    const size_t k = end == END ? middle + i : middle - i;
    const piece own = piece_of(c, 0, k);
    const double near = end == END ? own.to_begin : own.to_end;
    LOLIGO_TRY(add(c, (cut_compartment){.parent = at->compartment,
                                        .at = middle_of(c, 0, k),
                                        .area = own.area,
                                        .g = siemens_of(at->resistance + near)}));
    go_on(c, at, end == END ? own.to_end : own.to_begin);
  }
  return LOLIGO_OK;
}

static loligo_status add_soma(const cutter *c)
{
  const piece middle = piece_of(c, 0, c->made->sections[0].n / 2);
  LOLIGO_TRY(add(c, (cut_compartment){.at = 0.5, .area = middle.area}));
  LOLIGO_TRY(add_half_soma(c, END, middle.to_end));
  LOLIGO_TRY(add_half_soma(c, BEGIN, middle.to_begin));
  LOLIGO_TRY(close_end(c, 0, END));
  return close_end(c, 0, BEGIN);
}

static loligo_status make(const cutter *c)
{
  for (size_t s = 0; s < c->of->n; s++) c->made->sections[s].n = count_compartments(c, s);
  for (size_t s = 1; s < c->of->n; s++) {
    const attachment on = c->of->sections[s].parent;
    if (on.at != 0.5) c->ends[on.section][on.at == 0 ? BEGIN : END].n++;
  }
  LOLIGO_TRY(add_soma(c));
  for (size_t s = 1; s < c->of->n; s++) LOLIGO_TRY(add_section(c, s));
  return LOLIGO_OK;
}

loligo_status cut_make(const morphology *of, const char *path, const cut_material *materials, cut_rule rule,
                       size_t most, cell_cut *made)
{
  *made = (cell_cut){.sections = memory_allocate(of->n, sizeof *made->sections, WHAT)};
  const cutter c = {.of = of,
                    .materials = materials,
                    .rule = rule,
                    .path = path,
                    .most = most,
                    .made = made,
                    .ends = memory_allocate(of->n, sizeof *c.ends, WHAT)};
  const loligo_status status = made->sections && c.ends ? make(&c) : LOLIGO_MACHINE_ERROR;
  memory_free(c.ends);
  return status;
}

size_t cut_find(cut_section section, double at)
{
  const double place = at * (double)section.n;
  const size_t k = !(place > 0) ? 0 : place < (double)section.n ? (size_t)place : section.n - 1;
  const size_t middle = section.n / 2;
  if (section.first > 0) return section.first + k;
  return k >= middle ? k - middle : section.n - 1 - k;
}

double cut_middle(cut_section section, size_t c)
{
  const size_t number = c - section.first, middle = section.n / 2;
  size_t k = number;
  if (section.first == 0) k = number <= middle ? middle + number : section.n - 1 - number;
  return ((double)k + 0.5) / (double)section.n;
}

double cut_distance(const morphology *of, const cell_cut *made, size_t compartment)
{
  const cut_compartment *c = &made->compartments[compartment];
  return of->sections[c->section].distance + c->at * of->sections[c->section].length;
}
