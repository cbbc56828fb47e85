/*
 * Target: what a biophysical cell is made of, as NeuroML where it begins with a <, else as JSON. What is read is
 * complete, or refused.
 */
#include <math.h>

#include "base/memory.h"
#include "fuzz.h"
#include "io/sonata/components.h"
#include "io/sonata/neuroml.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc, (void)argv;
  fuzz_begin();
  return 0;
}

static loligo_status read_json(biophysics *made)
{
  components read = {.n = 0};
  const tree_node *params;
  loligo_status status = components_find(&read, ".", "cell", &params);
  if (status == LOLIGO_OK) status = biophysics_of_json((tree_node *)params, made);
  components_free(&read);
  return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const size_t count[SWC_TYPES] = {0, 1, 1, 1, 1};
  biophysics made;
  uint64_t digest;
  fuzz_write("cell", data, size);
  biophysics_begin(&made);
  const bool is_xml = size > 0 && *data == '<';
  if (!fuzz_ended(is_xml ? neuroml_read("cell", &made, &digest) : read_json(&made))) return 0;
  if (!fuzz_ended(biophysics_complete(&made, NAN, count))) return 0;
  for (int type = SWC_SOMA; type < SWC_TYPES; type++)
    fuzz_expect(made.of[type].material.r_a > 0 && made.of[type].material.c_m > 0, "sections are complete");
  return 0;
}
