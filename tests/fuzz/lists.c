/* Target: the lists that a model names. The same bytes are a list of edges and one of spikes. */
#include "fuzz.h"

static const char EDGES[] = "simulation: {dt: 0.1, duration: 10}\n"
                            "populations: {A: {model: iaf_psc_exp, size: 5, params: {I_e: 900}},\n"
                            "  B: {model: hh_cond_exp_traub, size: 3}}\n"
                            "projections:\n"
                            "  - {source: A, target: B, rule: {explicit: list.csv}, receptor: exc}\n"
                            "  - {source: A, target: A, rule: {explicit: list.csv}}\n";
static const char TRAINS[] = "simulation: {dt: 0.1, duration: 10}\n"
                             "populations: {A: {model: iaf_psc_exp, size: 5},\n"
                             "  S: {model: spike_source, size: 5, params: {file: list.csv}}}\n"
                             "inputs: {p: {model: spikes, target: A, file: list.csv, weight: 100}}\n";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc, (void)argv;
  fuzz_begin();
  fuzz_write_text("edges.yaml", EDGES);
  fuzz_write_text("trains.yaml", TRAINS);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  fuzz_write("list.csv", data, size);
  fuzz_model("edges.yaml");
  fuzz_model("trains.yaml");
  return 0;
}
