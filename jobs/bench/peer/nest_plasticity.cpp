// The network of plasticity.py in NEST (3.10), and the same without synapses. Prints JSON.
//
// Usage: nest_plasticity MODEL CELLS INPUTS MILLISECONDS [PARAMETER=VALUE ...]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "dictionary.h"
#include "kernel_manager.h"
#include "nest.h"

struct Task {
  std::string model;
  size_t cells;
  long inputs;
  double milliseconds;
  std::vector<std::string> parameters;
};

static void set_parameters(const Task &task)
{
  Dictionary common;
  for (const std::string &text : task.parameters) {
    const size_t sign = text.find('=');
    common[text.substr(0, sign)] = std::atof(text.c_str() + sign + 1);
  }
  nest::copy_model(task.model, "bench_synapse", common);
}

static Dictionary one_to_all(double weight)
{
  Dictionary synapse;
  synapse["synapse_model"] = std::string("static_synapse");
  synapse["weight"] = weight;
  synapse["delay"] = 1.5;
  return synapse;
}

static void connect(const Task &task, const nest::NodeCollectionPTR &cells)
{
  Dictionary rule, synapse;
  rule["rule"] = std::string("fixed_indegree");
  rule["indegree"] = task.inputs;
  set_parameters(task);
  synapse["synapse_model"] = std::string("bench_synapse");
  synapse["weight"] = 5e-4;
  synapse["delay"] = 1.5;
  nest::connect(cells, cells, rule, {synapse});
}

// Seconds to simulate; inputs 0: without synapses. The first cell has number 1, those behind it follow.
static double seconds_of(const Task &task, long *spikes)
{
  nest::reset_kernel();
  Dictionary kernel, cell, drive, all, ids;
  kernel["resolution"] = 0.1;
  nest::set_kernel_status(kernel);
  const std::vector<std::pair<std::string, double>> values = {{"C_m", 100}, {"tau_m", 10}, {"t_ref", 2},
    {"E_L", 0}, {"V_reset", 0}, {"V_th", 20}, {"tau_syn_ex", 0.5}, {"tau_syn_in", 0.5}, {"V_m", 0}};
  for (const auto &value : values) cell[value.first] = value.second;
  nest::set_model_defaults("iaf_psc_exp", cell);
  auto cells = nest::create("iaf_psc_exp", task.cells);
  auto source = nest::create("poisson_generator", 1);
  auto recorder = nest::create("spike_recorder", 1);
  drive["rate"] = 8000.0;
  nest::set_node_status(task.cells + 1, drive);
  all["rule"] = std::string("all_to_all");
  nest::connect(source, cells, all, {one_to_all(45)});
  nest::connect(cells, recorder, all, {one_to_all(1)});
  if (task.inputs > 0) connect(task, cells);
  nest::simulate(90);  // until it is under way
  const Dictionary before = nest::get_node_status(task.cells + 2);
  const auto begin = std::chrono::steady_clock::now();
  nest::simulate(task.milliseconds);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  const Dictionary after = nest::get_node_status(task.cells + 2);
  *spikes = std::get<long>(after.at("n_events")) - std::get<long>(before.at("n_events"));
  return taken.count();
}

int main(int argc, char **argv)
{
  if (argc < 5) return 2;
  Task task = {argv[1], std::strtoul(argv[2], nullptr, 10), std::atol(argv[3]), std::atof(argv[4]),
               std::vector<std::string>(argv + 5, argv + argc)};
  int one = 1;
  nest::init_nest(&one, &argv);
  long spikes, none;
  const double with = seconds_of(task, &spikes);
  const long inputs = task.inputs;
  task.inputs = 0;
  const double without = seconds_of(task, &none);
  std::printf("{\"seconds\": %.9g, \"events\": %ld}\n", with - without, spikes * inputs);
}
