/*
 * What came out, and what it took.
 */
#include "cli/summary.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "loligo/network.h"

static void print_place(const run_report *report)
{
  const int ranks = report->provenance->ranks;
  if (report->dry)
    printf("rank %d of %d, alone", report->dry->rank, ranks);
  else
    printf("%d rank%s", ranks, ranks == 1 ? "" : "s");
}

/* A rank that is alone is looked at for what it needs. */
static void print_needs(const run_report *report, double seconds)
{
  char kept[TEXT_BYTES_SIZE], peak[TEXT_BYTES_SIZE];
  const uint64_t synapses = report->statistics->synapses;
  text_bytes((double)report->dry->kept_bytes, kept);
  text_bytes((double)report->peak_max, peak);
  printf("keeps %s", kept);
  if (synapses) printf(", %.3g bytes per synapse", (double)report->dry->kept_bytes / (double)synapses);
  printf("; at most %s were in use\n", peak);
  printf("processor: %.3g s to build", report->dry->build_processor_seconds);
  if (synapses) printf(", %.3g ns per synapse", 1e9 * report->dry->build_processor_seconds / (double)synapses);
  if (seconds > 0) printf("; %.3g s per second of model time", report->dry->run_processor_seconds / seconds);
  printf("\n");
}

static double seconds_since(const run_report *report, int64_t step)
{
  return (double)(report->steps - step) * loligo_network_dt(report->network) / 1000;
}

static void print_learned(const run_report *report)
{
  const report_learning *learning = report->learning;
  printf("%s: %llu cells, %llu weights, %g epochs: ", report->status, (unsigned long long)report_cells(report),
         (unsigned long long)learning->weights, learning->epochs);
  if (learning->environment)
    printf("reward %.5g in %s", learning->reward, learning->environment);
  else
    printf("loss %.5g", learning->loss);
  if (isfinite(learning->accuracy)) printf(", accuracy %.4f", learning->accuracy);
  printf(" on ");
  print_place(report);
  printf("\nprepared in %.2f s, ran in %.2f s", report->build_seconds, report->run_seconds);
  if (!learning->environment && isfinite(learning->images_per_second))
    printf(" (%.0f images/s)", learning->images_per_second);
  printf("; results in %s\n", report->settings->output);
}

/* Spikes are those since the run began, which may have been before it went on. */
static void print_simulated(const run_report *report)
{
  const loligo_statistics *statistics = report->statistics;
  const double seconds = seconds_since(report, report->first_step);
  printf("%s: %llu cells, %llu synapses, %llu spikes in %g s of model time", report->status,
         (unsigned long long)report_cells(report), (unsigned long long)statistics->synapses,
         (unsigned long long)statistics->spikes, seconds_since(report, report->origin.step));
  if (report->first_step > report->origin.step) printf(", the last %g s", seconds);
  printf(" on ");
  print_place(report);
  printf("\nbuilt in %.2f s, ran in %.2f s (real-time factor %.3g); results in %s\n", report->build_seconds,
         report->run_seconds, seconds > 0 ? report->run_seconds / seconds : 0, report->settings->output);
  if (report->dry) print_needs(report, seconds);
}

void summary_print(const run_report *report)
{
  if (report->learning)
    print_learned(report);
  else
    print_simulated(report);
}
