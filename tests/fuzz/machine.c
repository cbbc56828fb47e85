/* Target: the text of a machine file. What is read plans a small network without a number that is none. */
#include <math.h>

#include "fuzz.h"
#include "io/model_file/machine_file.h"
#include "sim/plan.h"

static loligo_network *network;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc, (void)argv;
  fuzz_begin();
  const loligo_projection_spec spec = {
      .rule = "fixed_indegree", .argument = 3, .weight = loligo_constant(1), .delay = loligo_constant(1)};
  network = loligo_network_create(0.1, 1);
  fuzz_expect(
      network && loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_exp"), 10, NULL) == LOLIGO_OK &&
          loligo_network_add_projection(network, &spec) == LOLIGO_OK,
      "a network");
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  machine machine;
  planning planning;
  fuzz_write("machine.yaml", data, size);
  if (!fuzz_ended(machine_file_read("machine.yaml", &machine))) return 0;
  const cost_setting setting = {.machine = &machine};
  if (fuzz_ended(planning_init(&planning, network, &setting))) {
    const plan_rank mean = plan_mean(&planning, 7);
    fuzz_expect(!isnan(cost_time_sum(&mean.time)) && !isnan(cost_peak(&mean.need)), "numbers");
  }
  planning_free(&planning);
  return 0;
}
