/*
 * Two lines: what came out, and what it took.
 */
#include "cli/summary.h"
#include "loligo/network.h"

#include <stdio.h>

void summary_print(const run_report *report)
{
  const int ranks = report->provenance->ranks;
  const loligo_statistics *statistics = report->statistics;
  double seconds = (double)(report->steps - report->first_step) * loligo_network_dt(report->network) / 1000;
  printf("%s: %llu cells, %llu synapses, %llu spikes in %g s of model time on %d rank%s\n", report->status,
         (unsigned long long)loligo_network_cell_count(report->network), (unsigned long long)statistics->synapses,
         (unsigned long long)statistics->spikes, seconds, ranks, ranks == 1 ? "" : "s");
  printf("built in %.2f s, ran in %.2f s (real-time factor %.3g); results in %s\n", report->build_seconds,
         report->run_seconds, seconds > 0 ? report->run_seconds / seconds : 0, report->settings->output);
}
