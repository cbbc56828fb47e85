/* A program of somebody else: 100 cells under constant current, built against the installed library; prints their
 * spikes. */
#include <stdio.h>

#include <loligo/loligo.h>

static loligo_status count_spikes(void *self, const loligo_interval *interval)
{
  *(unsigned long *)self += interval->n_spikes;
  return LOLIGO_OK;
}

static loligo_status simulate(const loligo_context *context, loligo_network *network, unsigned long *spikes)
{
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  LOLIGO_TRY(loligo_network_add_population(network, "cells", loligo_model_find("iaf_psc_exp"), 100, NULL));
  LOLIGO_TRY(loligo_network_set_param(network, 0, "I_e", loligo_constant(600.0)));
  LOLIGO_TRY(loligo_decomposition_create(network, "balanced", context->size, &decomposition));
  LOLIGO_TRY(loligo_simulation_create(context, network, decomposition, "auto", NULL, &simulation));
  LOLIGO_TRY(loligo_simulation_observe(simulation, (loligo_observer){.self = spikes, .interval = count_spikes}));
  LOLIGO_TRY(loligo_simulation_run(simulation, loligo_steps(1000.0, loligo_network_dt(network))));
  loligo_simulation_destroy(simulation);
  loligo_decomposition_destroy(decomposition);
  return LOLIGO_OK;
}

static loligo_status check_that_it_stands(const loligo_context *context, loligo_network *network)
{
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  LOLIGO_TRY(loligo_decomposition_create(network, "block", context->size, &decomposition));
  LOLIGO_TRY(loligo_simulation_create(context, network, decomposition, "auto", NULL, &simulation));
  if (loligo_network_set_param(network, 0, "I_e", loligo_constant(0)) != LOLIGO_INPUT_ERROR)
    return loligo_fail(LOLIGO_MACHINE_ERROR, "a network could be changed while it was simulated");
  loligo_error_clear();
  loligo_simulation_destroy(simulation);
  LOLIGO_TRY(loligo_network_set_param(network, 0, "I_e", loligo_constant(0)));
  loligo_decomposition_destroy(decomposition);
  return LOLIGO_OK;
}

int main(int argc, char **argv)
{
  unsigned long spikes = 0, total = 0;
  loligo_context context;
  MPI_Init(&argc, &argv);
  loligo_context_init(&context, MPI_COMM_WORLD);
  loligo_network *network = loligo_network_create(0.1, 1);
  loligo_status status = network ? simulate(&context, network, &spikes) : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK) status = check_that_it_stands(&context, network);
  if (status != LOLIGO_OK) fprintf(stderr, "%s\n", loligo_error_message());
  MPI_Allreduce(&spikes, &total, 1, MPI_UNSIGNED_LONG, MPI_SUM, context.comm);
  if (context.rank == 0) printf("%lu\n", total);
  loligo_network_destroy(network);
  loligo_context_free(&context);
  MPI_Finalize();
  return status;
}
