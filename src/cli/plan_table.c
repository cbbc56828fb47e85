/*
 * A column for each of three ranks; memory by structure, seconds by phase.
 */
#include "cli/plan_table.h"

#include <stdio.h>

#include "base/text.h"
#include "cli/outputs.h"
#include "io/model_file/recording_kind.h"
#include "loligo/network.h"

/* -- the model -- */

enum { FEW_POPULATIONS = 12 };

static bool rates_are_alike(const planner *planner)
{
  const size_t n = loligo_network_population_count(planner->model->network);
  for (size_t p = 1; p < n; p++)
    if (planner->rates[p] != planner->rates[0]) return false;
  return n > 0;
}

static void print_rates(const planner *planner)
{
  const loligo_network *network = planner->model->network;
  const size_t n = loligo_network_population_count(network);
  const double *rates = planner->planning.setting.rates;
  printf("%-18s", "rates");
  if (rates_are_alike(planner)) {
    printf(" %.3g Hz%s\n", planner->rates[0], rates ? "" : ", assumed");
    return;
  }
  for (size_t p = 0; p < n && p < FEW_POPULATIONS; p++)
    printf("%s %s %.3g", p ? "," : "", loligo_network_population_name(network, p), planner->rates[p]);
  printf("%s Hz\n", n > FEW_POPULATIONS ? ", ..." : "");
}

static void print_files(const planner *planner)
{
  char label[64];
  for (size_t i = 0; recording_kind_at(i); i++) {
    const double bytes = planner_bytes(planner, i);
    snprintf(label, sizeof label, "%s, in all", recording_kind_at(i)->name);
    if (bytes > 0) outputs_print_bytes(label, bytes);
  }
}

void plan_table_print_model(const planner *planner)
{
  printf("%-18s %llu\n", "cells", (unsigned long long)loligo_network_cell_count(planner->model->network));
  print_rates(planner);
  outputs_print(planner->model);
  print_files(planner);
}

/* -- ranks -- */

static void print_bytes(const char *name, const double values[PLAN_COUNT])
{
  printf("  %-18s", name);
  for (int i = 0; i < PLAN_COUNT; i++) {
    char text[TEXT_BYTES_SIZE];
    text_bytes(values[i], text);
    printf(" %14s", text);
  }
  printf("\n");
}

static void print_numbers(const char *name, const char *format, const double values[PLAN_COUNT])
{
  printf("  %-18s", name);
  for (int i = 0; i < PLAN_COUNT; i++) {
    char text[32];
    snprintf(text, sizeof text, format, values[i]);
    printf(" %14s", text);
  }
  printf("\n");
}

static void print_head(const plan *plan, int ranks, const char *partitioner)
{
  const plan_rank *r = plan->ranks;
  const double cells[] = {r[PLAN_LEAST].cells, r[PLAN_MEAN].cells, r[PLAN_MOST].cells};
  const double synapses[] = {r[PLAN_LEAST].need.synapses, r[PLAN_MEAN].need.synapses, r[PLAN_MOST].need.synapses};
  printf("\n%d ranks (%s): least on rank %d, most on rank %d\n  %-18s %14s %14s %14s\n", ranks, partitioner,
         r[PLAN_LEAST].rank, r[PLAN_MOST].rank, "", "least", "mean", "most");
  print_numbers("cells", "%.0f", cells);
  print_numbers("synapses", "%.0f", synapses);
}

static void print_memory(const plan *plan)
{
  double values[PLAN_COUNT];
  for (int s = 0; s < COST_COUNT; s++) {
    for (int i = 0; i < PLAN_COUNT; i++) values[i] = plan->ranks[i].need.kept[s];
    print_bytes(cost_structure_name((cost_structure)s), values);
  }
  for (int i = 0; i < PLAN_COUNT; i++) values[i] = cost_kept(&plan->ranks[i].need);
  print_bytes("kept", values);
  for (int i = 0; i < PLAN_COUNT; i++) values[i] = cost_peak(&plan->ranks[i].need);
  print_bytes("peak", values);
}

static void print_seconds(const plan *plan)
{
  double values[PLAN_COUNT];
  printf("  seconds per model second\n");
  for (int phase = 0; phase < COST_PHASE_COUNT; phase++) {
    for (int i = 0; i < PLAN_COUNT; i++) values[i] = plan->ranks[i].time.seconds[phase];
    print_numbers(cost_phase_name((cost_phase)phase), "%.3g", values);
  }
  for (int i = 0; i < PLAN_COUNT; i++) values[i] = cost_time_sum(&plan->ranks[i].time);
  print_numbers("real-time factor", "%.3g", values);
  for (int i = 0; i < PLAN_COUNT; i++) values[i] = plan->ranks[i].time.build_seconds;
  print_numbers("build, seconds", "%.3g", values);
}

static void print_exchange(const planner *planner, const plan *plan)
{
  const exchange_method *method;
  printf("  %-18s %s;", "exchange", plan->method->name);
  for (size_t i = 0; (method = exchange_method_at(i)); i++)
    if (method->seconds)
      printf("%s %s %.2g", i ? "," : " expected seconds per model second:", method->name,
             method->seconds(&plan->load, &planner->machine));
  printf("\n");
}

void plan_table_print(const planner *planner, const plan *plan, int ranks)
{
  print_head(plan, ranks, planner->model->settings.partition);
  print_memory(plan);
  print_seconds(plan);
  print_exchange(planner, plan);
  for (int limit = 0; limit < PLAN_LIMIT_COUNT; limit++)
    if (plan->meets[limit]) printf("  warning: %s\n", plan_limit_text((plan_limit)limit));
}

/* -- the job -- */

void plan_table_print_job(const planner_job *job, const char *path)
{
  const long long minutes = (long long)(job->seconds / 60) + 1;
  printf("\n#!/bin/bash\n"
         "#SBATCH --job-name=loligo\n"
         "#SBATCH --nodes=%d\n"
         "#SBATCH --ntasks=%d\n"
         "#SBATCH --ntasks-per-node=%d\n"
         "#SBATCH --mem-per-cpu=%.0fM\n"
         "#SBATCH --time=%lld-%02lld:%02lld:00\n"
         "srun loligo run %s\n",
         job->nodes, job->ranks, job->ranks_per_node, job->cpu_mebibytes, minutes / 1440, minutes / 60 % 24,
         minutes % 60, path);
}
