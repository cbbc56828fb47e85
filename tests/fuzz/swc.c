/* Target: the text of a reconstruction. What is read becomes sections and compartments in order, with finite values. */
#include <math.h>
#include <stdio.h>

#include "fuzz.h"
#include "io/morphology/cut.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc, (void)argv;
  fuzz_begin();
  return 0;
}

static void expect_order(const morphology *of, const cell_cut *made)
{
  double area = 0;
  for (size_t s = 1; s < of->n; s++)
    fuzz_expect(of->sections[s].parent.section < s, "a section stands behind its parent");
  for (size_t c = 0; c < made->n; c++) {
    const cut_compartment *own = &made->compartments[c];
    fuzz_expect(c == 0 || (own->parent < c && own->g > 0 && isfinite(own->g)), "a compartment hangs on one before it");
    fuzz_expect(own->is_joint == !(own->area > 0), "a joint has no membrane");
    fuzz_expect(own->is_joint || cut_find(made->sections[own->section], own->at) == c, "a compartment is where it is");
    area += own->area;
  }
  fuzz_expect(isfinite(area), "an area");
}

static void try_sections(const swc *points, axon_fate axon)
{
  enum { MOST = 2000 };
  morphology of;
  cell_cut made = {.n = 0};
  cut_material materials[SWC_TYPES];
  for (int type = 0; type < SWC_TYPES; type++) materials[type] = (cut_material){.r_a = 100, .c_m = 1};
  const cut_rule rule = {.length = axon == AXON_KEEP ? 40 : 0, .lambda = 0.1};
  if (fuzz_ended(morphology_make(points, axon, &of)) &&
      fuzz_ended(cut_make(&of, "cell.swc", materials, rule, MOST, &made)))
    expect_order(&of, &made);
  cut_free(&made);
  morphology_free(&of);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  swc points;
  fuzz_write("cell.swc", data, size);
  FILE *file = fopen("cell.swc", "r");
  fuzz_expect(file, "a file");
  const bool is_good = fuzz_ended(swc_read(file, "cell.swc", &points));
  fclose(file);
  for (int axon = 0; is_good && axon < AXON_FATES; axon++) try_sections(&points, (axon_fate)axon);
  swc_free(&points);
  return 0;
}
