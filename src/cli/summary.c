/*
 * Each rank knows its own seconds and bytes; rank 0 hears of all.
 */
#include "cli/summary.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/timer.h"
#include "loligo/network.h"

void summary_phases(run_report *report, const loligo_context *context, const loligo_simulation *simulation,
                    double checkpoint_seconds)
{
  double seconds[REPORT_MAX_PHASES] = {0};
  int n = (int)loligo_phase_count();
  if (simulation) loligo_simulation_phases(simulation, seconds);
  seconds[PHASE_checkpoint] += checkpoint_seconds;
  MPI_Reduce(seconds, report->phase_min, n, MPI_DOUBLE, MPI_MIN, 0, context->comm);
  MPI_Reduce(seconds, report->phase_max, n, MPI_DOUBLE, MPI_MAX, 0, context->comm);
  MPI_Reduce(seconds, report->phase_mean, n, MPI_DOUBLE, MPI_SUM, 0, context->comm);
  for (int i = 0; i < n; i++) report->phase_mean[i] /= context->size;
}

void summary_memory(run_report *report, const loligo_context *context, uint64_t resident_before)
{
  memory_usage usage = memory_usage_now();
  uint64_t sums[2] = {usage.peak_bytes, usage.peak_bytes - resident_before};
  MPI_Allreduce(&usage.peak_bytes, &report->peak_max, 1, MPI_UINT64_T, MPI_MAX, context->comm);
  MPI_Allreduce(MPI_IN_PLACE, sums, 2, MPI_UINT64_T, MPI_SUM, context->comm);
  report->peak_sum = sums[0];
  uint64_t synapses = report->statistics ? report->statistics->synapses : 0;
  report->bytes_per_synapse = synapses ? (double)sums[1] / (double)synapses : NAN;
}

void summary_print(const run_report *report, int ranks)
{
  const loligo_statistics *statistics = report->statistics;
  double seconds = (double)(report->steps - report->first_step) * loligo_network_dt(report->network) / 1000;
  printf("%s: %llu cells, %llu synapses, %llu spikes in %g s of model time on %d rank%s\n", report->status,
         (unsigned long long)loligo_network_cell_count(report->network), (unsigned long long)statistics->synapses,
         (unsigned long long)statistics->spikes, seconds, ranks, ranks == 1 ? "" : "s");
  printf("built in %.2f s, ran in %.2f s (real-time factor %.3g); results in %s\n", report->build_seconds,
         report->run_seconds, seconds > 0 ? report->run_seconds / seconds : 0, report->settings->output);
}
