/* Target: the model file, from its bytes to a short run. Its mutator is in grammar.c. */
#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc, (void)argv;
  fuzz_begin();
  fuzz_write_text("edges.csv", "source,target,weight,delay\n0,1,5,1\n1,0,-2.5,0.3\n");
  fuzz_write_text("trains.csv", "cell,time\n0,1\n1,2.5\n0,3\n");
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  fuzz_write("model.yaml", data, size);
  fuzz_model("model.yaml");
  return 0;
}
