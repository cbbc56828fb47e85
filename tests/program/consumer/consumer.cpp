/* The same cells from C++, with the current as an input; prints their spikes. */
#include <cstdio>
#include <cstdlib>

#include <loligo/loligo.h>

static loligo_status describe(loligo_network *network)
{
  const loligo_named_value amplitude = {"amplitude", loligo_constant(600.0)};
  loligo_input_spec input = {};
  size_t cells;
  LOLIGO_TRY(loligo_network_add_population(network, "cells", loligo_model_find("iaf_psc_exp"), 100, &cells));
  input.name = "current";
  input.model = "dc";
  input.target = {cells, 0, loligo_network_population_size(network, cells)};
  input.params = &amplitude;
  input.n_params = 1;
  return loligo_network_add_input(network, &input);
}

static loligo_status simulate(const loligo_context *context, loligo_network *network, loligo_statistics *statistics)
{
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  LOLIGO_TRY(describe(network));
  LOLIGO_TRY(loligo_decomposition_create(network, "balanced", context->size, &decomposition));
  LOLIGO_TRY(loligo_simulation_create(context, network, decomposition, "auto", nullptr, &simulation));
  LOLIGO_TRY(loligo_simulation_run(simulation, loligo_steps(1000.0, loligo_network_dt(network))));
  LOLIGO_TRY(loligo_simulation_statistics(simulation, statistics));
  loligo_simulation_destroy(simulation);
  loligo_decomposition_destroy(decomposition);
  return LOLIGO_OK;
}

int main(int argc, char **argv)
{
  loligo_statistics statistics = {};
  loligo_context context;
  MPI_Init(&argc, &argv);
  loligo_context_init(&context, MPI_COMM_WORLD);
  loligo_network *network = loligo_network_create(0.1, 1);
  const loligo_status status = network ? simulate(&context, network, &statistics) : LOLIGO_MACHINE_ERROR;
  if (status != LOLIGO_OK) std::fprintf(stderr, "%s\n", loligo_error_message());
  if (context.rank == 0) std::printf("%llu\n", static_cast<unsigned long long>(statistics.spikes));
  std::free(statistics.population_spikes);
  loligo_network_destroy(network);
  loligo_context_free(&context);
  MPI_Finalize();
  return status;
}
