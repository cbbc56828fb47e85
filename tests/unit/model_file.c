/*
 * Model files: what a good one becomes, that its canonical text reads back as the same network, and the message of each
 * fault.
 */
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/model_file.h"
#include "model/input/input_model.h"
#include "model/neuron/model.h"
#include "network/description.h"
#include "network/edge_list.h"
#include "network/rule/rule.h"
#include "scratch.h"
#include "wanted.h"

/* A good model; the faults below replace one piece of it by another. */
static const char MODEL[] =
    "simulation: {dt: 0.1 ms, duration: 100 ms, seed: 42}\n"
    "populations:\n"
    "  E: {model: iaf_psc_exp, size: 4, params: {C_m: 200 pF, tau_m: 10 ms}, init: {V_m: -60 mV}}\n"
    "  G: {model: hh_cond_exp_traub, size: 3, params: {integrator: rk4}}\n"
    "  P: {model: poisson_source, size: 2, params: {rate: 8 Hz}}\n"
    "  S: {model: spike_source, size: 2, params: {times: [1, 2 ms]}}\n"
    "projections:\n"
    "  - {source: E, target: E, rule: {fixed_indegree: 2}, weight: 10 pA, delay: 1 ms}\n"
    "  - {source: P, target: [E, G], rule: all_to_all, weight: 3, delay: {uniform: {low: 1, high: 2}}, name: drive}\n"
    "inputs:\n"
    "  noise: {model: poisson, target: E, rate: 8 Hz, weight: 3 pA}\n"
    "  probe: {model: spikes, target: \"E[3]\", times: [1 ms, 7.5 ms], weight: 10 pA}\n"
    "  step: {model: dc, target: \"E[0:2]\", amplitude: 200 pA, start: 10 ms, stop: 60 ms}\n"
    "record:\n"
    "  spikes: [E, \"G[0:2]\"]\n"
    "  state:\n"
    "    soma: {target: \"E[0:2]\", variables: [V_m], interval: 1 ms}\n"
    "  connectivity: [drive]\n"
    "partition: {method: balanced}\n"
    "exchange: {method: auto}\n";

static const char LISTS[][2][64] = {
    {"e.csv", "source,target,weight,delay\n0,1,5,1\n7,2,1,1\n"},
    {"bad.csv", "source,target,weight,delay\n0,1,5\n"},
    {"good.csv", "source,target,weight,delay\n0,1,5.5,1.5\n1,0,-3,0.1\n"},
    {"t.csv", "cell,time\n9,1\n"},
    {"more.csv", "cell,time\n0,2.5\n3,1\n"},
    {"half.csv", "source,target,weight,delay\n1,3,1,1\n\n0,0,1,0.15\n"},
    {"now.csv", "source,target,weight,delay\n1,3,1,0\n0,0,1,1\n"},
    {"minus.csv", "source,target,weight,delay\n1,0,-1,1\n"},
    {"cr.csv", "source,target,weight,delay\n1,3,1,1\r1,3,1,1\n"},
    {"zero.csv", "cell,time\n3,1\n3,0\n"},
};

#define LONG_NAME_BEGIN "abcdefghijklmnopqrstuvwxyzabcdef"
#define LONG_NAME_QUARTER "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
#define LONG_NAME LONG_NAME_QUARTER LONG_NAME_QUARTER LONG_NAME_QUARTER LONG_NAME_QUARTER

static const struct fault {
  const char *piece, *in_its_place, *message;
} FAULTS[] = {
    {"seed: 42}", "seed: 42",
     "model.yaml:2:12: not YAML: did not find expected ',' or '}' while parsing a flow mapping"},
    {"  G: {", "  E: {", "model.yaml:4:3: duplicate key 'E', given twice, first in line 3; keep one of them"},
    {"seed: 42}\n", "seed: 42}\n---\n", "model.yaml:2:1: a second document begins here; a model is one document"},
    {"{rate: 8 Hz}}\n", "{rate: 8 Hz}}\n\tx: 1\n",
     "model.yaml:6:1: not YAML: found character that cannot start any token while scanning for the next token; indent "
     "by "
     "spaces, not by a tab"},
    {"params: {rate: 8 Hz}", "params: *none",
     "model.yaml:5:47: unknown alias 'none'; no anchor &none stands before it"},
    {"simulation: {dt", "simulaton: {dt",
     "model.yaml:1:1: unknown key 'simulaton' in the model; did you mean 'simulation'?"},
    {"partition: {", "plasticity: {",
     "model.yaml:19:1: unknown key 'plasticity' in the model; known: parameters, simulation, network, populations, "
     "projections, "
     "inputs, schedule, "
     "data, learning, record, partition, exchange, output, checkpoint, energy"},
    {"partition: {", "checkpoint: {every: 10 min wal}\npartition: {",
     "model.yaml:19:21: 'min wal' is not a unit; it must convert to ms"},
    {"partition: {", "checkpoint: {every: 0.25}\npartition: {",
     "model.yaml:19:21: every '0.25' is model time and no multiple of dt 0.1 ms; for wall time write '0.25 wall'"},
    {"partition: {", "checkpoint: {every: -1 s wall}\npartition: {", "model.yaml:19:21: every '-1 s' is not > 0"},
    {"partition: {", "energy: {table: cmos}\npartition: {",
     "model.yaml:19:17: unknown energy table 'cmos'; did you mean 'cmos7'?"},
    {"partition: {", "energy: {fp32_add_pj: 1}\npartition: {",
     "model.yaml:19:10: unknown key 'fp32_add_pj' in energy; did you mean 'fp32_add_pJ'?"},
    {"partition: {", "checkpoint: {keep: 0}\npartition: {",
     "model.yaml:19:20: keep must be a whole number > 0, not '0'"},
    {"seed: 42", "sed: 42", "model.yaml:1:44: unknown key 'sed' in simulation; did you mean 'seed'?"},
    {"size: 3,", "sizes: 3,", "model.yaml:4:33: unknown key 'sizes' in population; did you mean 'size'?"},
    {"weight: 10 pA, delay", "wieght: 10 pA, delay",
     "model.yaml:8:55: unknown key 'wieght' in projection; did you mean 'weight'?"},
    {"{C_m: 200 pF", "{C_mm: 200 pF",
     "model.yaml:3:45: unknown key 'C_mm' in params of iaf_psc_exp; did you mean 'C_m'?"},
    {"{C_m: 200 pF", "{capacitance: 200 pF",
     "model.yaml:3:45: unknown key 'capacitance' in params of iaf_psc_exp; known: C_m, tau_m, t_ref, E_L, V_th, "
     "V_reset, I_e, tau_syn_ex, tau_syn_in"},
    {"init: {V_m", "init: {V",
     "model.yaml:3:80: unknown key 'V' in init of iaf_psc_exp; known: V_m, I_syn_ex, I_syn_in, refractory"},
    {"rate: 8 Hz, weight: 3 pA", "rat: 8 Hz, weight: 3 pA",
     "model.yaml:11:38: unknown key 'rat' in poisson input; did you mean 'rate'?"},
    {"amplitude: 200 pA", "weight: 200 pA",
     "model.yaml:13:39: unknown key 'weight' in dc input; known: model, target, compartment, start, stop, repeat, "
     "amplitude"},
    {"spikes: [E,", "spike: [E,", "model.yaml:15:3: unknown key 'spike' in record; did you mean 'spikes'?"},
    {"interval: 1 ms", "intervall: 1 ms",
     "model.yaml:17:48: unknown key 'intervall' in state recording; did you mean 'interval'?"},
    {"{low: 1, high: 2}", "{lo: 1, high: 2}", "model.yaml:9:80: unknown key 'lo' in uniform; did you mean 'low'?"},
    {"{method: auto}", "{methode: auto}",
     "model.yaml:20:12: unknown key 'methode' in exchange; did you mean 'method'?"},
    {"duration: 100 ms, ", "", "model.yaml:1:13: missing key 'duration' in simulation"},
    {"model: iaf_psc_exp, ", "", "model.yaml:3:6: missing key 'model' in population"},
    {"size: 3, ", "", "model.yaml:4:6: missing key 'size' in population"},
    {"source: E, ", "", "model.yaml:8:5: missing key 'source' in projection"},
    {"  E: {model", "  " LONG_NAME ": {model",
     "model.yaml:3:3: the name '" LONG_NAME_BEGIN "...' of a population has 208 bytes; take at most 200"},
    {"weight: 10 pA, delay", "name: " LONG_NAME ", weight: 10 pA, delay",
     "model.yaml:8:61: the name '" LONG_NAME_BEGIN "...' of a projection has 208 bytes; take at most 200"},
    {"  noise:", "  " LONG_NAME ":",
     "model.yaml:11:213: the name '" LONG_NAME_BEGIN "...' of an input has 208 bytes; take at most 200"},
    {"soma:", LONG_NAME ":",
     "model.yaml:17:5: the name '" LONG_NAME_BEGIN "...' of a state recording has 208 bytes; take at most 200"},
    {"target: E, rule", " rule", "model.yaml:8:5: missing key 'target' in projection"},
    {"rule: {fixed_indegree: 2}, ", "", "model.yaml:8:5: missing key 'rule' in projection"},
    {"weight: 10 pA, delay", "delay", "model.yaml:8:5: missing key 'weight' in projection"},
    {", delay: 1 ms", "", "model.yaml:8:5: missing key 'delay' in projection"},
    {"model: poisson, ", "", "model.yaml:11:10: missing key 'model' in input"},
    {"model: poisson, ", "mode: poisson, ", "model.yaml:11:11: unknown key 'mode' in input; did you mean 'model'?"},
    {"target: E, rate", "rate", "model.yaml:11:10: missing key 'target' in poisson input"},
    {", weight: 3 pA", "", "model.yaml:11:10: missing key 'weight' in poisson input"},
    {"amplitude: 200 pA, ", "", "model.yaml:13:9: missing key 'amplitude' in dc input"},
    {"times: [1 ms, 7.5 ms], ", "", "model.yaml:12:10: missing key 'times' (or 'file') in spikes input"},
    {"{times: [1, 2 ms]}", "{}", "model.yaml:6:45: missing key 'times' (or 'file') in params of spike_source"},
    {"variables: [V_m], ", "", "model.yaml:17:11: missing key 'variables' in state recording"},
    {"low: 1, ", "", "model.yaml:9:79: missing key 'low' in uniform"},
    {"target: E, rate: 8 Hz", "target: E", "model.yaml:11:10: missing key 'rate' in poisson input"},
    {"\"E[3]\", times: [1 ms, 7.5 ms]", "\"E[3]\", file: t.csv, times: [1 ms]",
     "model.yaml:12:42: spikes input takes either 'times' or 'file', not both"},
    {"{fixed_indegree: 2}", "{fixed_indegree: 5}, multapses: no",
     "model.yaml:8:51: fixed_indegree: 5 without multapses, but a target has only 4 allowed sources"},
    {"C_m: 200 pF", "C_m: [1, 2]", "model.yaml:3:50: C_m lists 2 values for 4 cells; give one value per cell"},
    {"C_m: 200 pF", "C_m: [1, 2, 3, -4]", "model.yaml:3:60: C_m[3] must be > 0, not -4 pF"},
    {"E, G], rule: all_to_all, weight: 3,", "E, G], rule: {explicit: e.csv}, weight: 3,",
     "model.yaml:9:58: unknown key 'weight' in projection with an explicit list; known: name, source, target, rule, "
     "mask, autapses, multapses, synapse, dendritic_delay, receptor, compartment, sign"},
    {"E, G], rule: all_to_all, weight: 3, delay: {uniform: {low: 1, high: 2}}", "E], rule: {explicit: e.csv}",
     "e.csv:3: explicit: edge 7,2 has no source; the population has 2 cells"},
    {"E, G], rule: all_to_all, weight: 3, delay: {uniform: {low: 1, high: 2}}", "E], rule: {explicit: half.csv}",
     "half.csv:4: delay 0.15 ms is not a multiple of dt 0.1 ms"},
    {"E, G], rule: all_to_all, weight: 3, delay: {uniform: {low: 1, high: 2}}", "E], rule: {explicit: now.csv}",
     "now.csv:2: delay 0 ms is below dt 0.1 ms"},
    {"E, G], rule: all_to_all, weight: 3, delay: {uniform: {low: 1, high: 2}}", "G], rule: {explicit: minus.csv}",
     "minus.csv:2: weight -1 nS is negative, but a conductance cannot be; for inhibition give receptor: inh and a "
     "positive weight"},
    {"E, G], rule: all_to_all, weight: 3, delay: {uniform: {low: 1, high: 2}}", "E], rule: {explicit: cr.csv}",
     "cr.csv:2: a carriage return within a line; end lines with LF or CRLF"},
    {"E, G], rule: all_to_all, weight: 3, delay: {uniform: {low: 1, high: 2}}", "E], rule: {explicit: .}",
     "model.yaml:9:47: explicit: cannot open '.': it is a folder, not a file"},
    {"E, G], rule: all_to_all, weight: 3, delay: {uniform: {low: 1, high: 2}}", "E], rule: {explicit: /dev/zero}",
     "model.yaml:9:47: explicit: cannot open '/dev/zero': it is a device, not a file"},
    {"times: [1 ms, 7.5 ms]", "file: pipe", "model.yaml:12:48: file: cannot open 'pipe': it is a pipe, not a file"},
    {"times: [1 ms, 7.5 ms]", "file: zero.csv",
     "zero.csv:3: spike time 0 ms must be finite and not before the end of the first step, 0.1 ms"},
    {"times: [1 ms, 7.5 ms]", "times: [1 ms, 0 ms]",
     "model.yaml:12:56: spike time 0 ms must be finite and not before the end of the first step, 0.1 ms"},
    {"[1, 2 ms]", "[1, 1e300 ms]", "model.yaml:6:57: spike time 1e+300 ms is beyond 2^53 steps of dt 0.1 ms"},
    {"E, G], rule: all_to_all, weight: 3, delay: {uniform: {low: 1, high: 2}}", "E], rule: {explicit: bad.csv}",
     "bad.csv:2: delay is missing; a line has 4 fields"},
    {"times: [1 ms, 7.5 ms]", "file: t.csv", "t.csv:2: the spike at 1 ms belongs to cell 9, which is not in [3:4]"},
    {"C_m: 200 pF", "C_m: 200 mV", "model.yaml:3:50: C_m: 'mV' does not convert to pF"},
    {"C_m: 200 pF", "C_m: 200 pX", "model.yaml:3:50: C_m: 'pX' is not a unit; it must convert to pF"},
    {"C_m: 200 pF", "C_m: 200 3 pF", "model.yaml:3:50: C_m: '3 pF' is not a unit; it must convert to pF"},
    {"C_m: 200 pF", "C_m: nan", "model.yaml:3:50: C_m: 'nan' is not a finite number in pF"},
    {"C_m: 200 pF", "C_m: .inf", "model.yaml:3:50: C_m: '.inf' is not a finite number in pF"},
    {"C_m: 200 pF", "C_m: 0x10", "model.yaml:3:50: C_m: '0x10' is not a finite number in pF"},
    {"C_m: 200 pF", "C_m:", "model.yaml:3:48: not YAML: found unexpected ':' while scanning a plain scalar"},
    {"C_m: 200 pF", "C_m: {a: 1, b: 2}",
     "model.yaml:3:50: C_m must be a value or one distribution, as {normal: {mean: 0, std: 1}}"},
    {"weight: 10 pA", "weight: 10 nS", "model.yaml:8:63: weight: 'nS' does not convert to pA"},
    {"weight: 3, delay", "weight: 3 pA, delay", "model.yaml:9:59: weight: 'pA' does not convert to nS"},
    {"duration: 100 ms", "duration: 100 mV", "model.yaml:1:36: duration: 'mV' does not convert to ms"},
    {"V_m: -60 mV", "V_m: {normal: {mean: -60 mV, std: 5 pA}}",
     "model.yaml:3:114: V_m.std: 'pA' does not convert to mV"},
    {"[1, 2 ms]", "[1, 2 mV]", "model.yaml:6:57: times[1]: 'mV' does not convert to ms"},
    {"dt: 0.1 ms", "dt: 1e400 ms", "model.yaml:1:18: dt: '1e400 ms' is not a finite number in ms"},
    {"C_m: 200 pF", "C_m: -3 pF", "model.yaml:3:50: C_m must be > 0, not -3 pF"},
    {"dt: 0.1 ms", "dt: 0", "model.yaml:1:18: dt must be > 0, not 0 ms"},
    {"dt: 0.1 ms", "dt: 0.3 ms", "model.yaml:1:36: duration 100 ms is not a multiple of dt 0.3 ms"},
    {"duration: 100 ms", "duration: 1e30 ms",
     "model.yaml:1:36: duration 1e+30 ms is more than 2^53 steps of dt 0.1 ms; make it shorter"},
    {"dt: 0.1 ms", "dt: 1e-300 ms",
     "model.yaml:1:39: duration 100 ms is more than 2^53 steps of dt 1e-300 ms; make it shorter"},
    {"seed: 42", "seed: 1e19", "model.yaml:1:50: seed: '1e19' is too large; take at most 2^53"},
    {"seed: 42", "seed: 18446744073709551616",
     "model.yaml:1:50: seed: '18446744073709551616' is too large; take at most 2^64 - 1"},
    {"seed: 42", "seed: -1", "model.yaml:1:50: seed must be a whole number >= 0, not '-1'"},
    {"seed: 42", "seed: 1.5", "model.yaml:1:50: seed must be a whole number >= 0, not '1.5'"},
    {"size: 3", "size: -3", "model.yaml:4:39: size must be a whole number >= 0, not '-3'"},
    {"V_m: -60 mV", "V_m: {normal: {mean: -60, std: -1}}", "model.yaml:3:111: V_m.std must be >= 0, not -1 mV"},
    {"V_m: -60 mV", "V_m: [-60, -61]", "model.yaml:3:85: V_m lists 2 values for 4 cells; give one value per cell"},
    {"V_m: -60 mV", "V_m: {normal: {mean: 1, std: 1}, uniform: {low: 1, high: 2}}",
     "model.yaml:3:85: V_m must be a value or one distribution, as {normal: {mean: 0, std: 1}}"},
    {"low: 1, high: 2", "low: 2, high: 1", "model.yaml:9:69: delay: low must be below high, but they are 2 and 1"},
    {"delay: 1 ms", "delay: 0.05 ms", "model.yaml:8:77: delay 0.05 ms is below dt 0.1 ms"},
    {"delay: 1 ms", "delay: 0.15 ms", "model.yaml:8:77: delay 0.15 ms is not a multiple of dt 0.1 ms"},
    {"delay: 1 ms", "delay: 0 ms", "model.yaml:8:77: delay 0 ms is below dt 0.1 ms"},
    {"delay: 1 ms", "delay: [1, 2]", "model.yaml:8:77: delay cannot be a list; give a value or a distribution"},
    {"weight: 3, delay", "weight: -3, delay",
     "model.yaml:9:59: weight -3 nS is negative, but a conductance cannot be; for inhibition give receptor: inh and a "
     "positive weight"},
    {"E, G], rule: all_to_all, weight: 3,", "E, G], rule: all_to_all, weight: -3,",
     "model.yaml:9:59: weight -3 nS is negative, but a conductance cannot be; for inhibition give receptor: inh and a "
     "positive weight"},
    {"fixed_indegree: 2", "fixed_indegree: 2.5",
     "model.yaml:8:51: fixed_indegree must be a whole number >= 0, not '2.5'"},
    {"fixed_indegree: 2", "fixed_indegree: -2",
     "model.yaml:8:51: fixed_indegree must be a whole number >= 0, not '-2'"},
    {"fixed_indegree: 2", "fixed_total_number: 9007199254740993",
     "model.yaml:8:55: fixed_total_number: 9007199254740993 is too large; take at most 2^53"},
    {"fixed_indegree: 2", "fixed_total_number: 1e19",
     "model.yaml:8:55: fixed_total_number: '1e19' is too large; take at most 2^53"},
    {"delay: 1 ms", "delay: 2e8 ms",
     "model.yaml:8:77: delay 2e+08 ms is longer than 2^24 steps of dt 0.1 ms; take a longer dt"},
    {"delay: 1 ms", "delay: {lognormal: {mean: 1, std: 1e300}}",
     "model.yaml:8:77: delay: values of a law with mean 1 and std 1e+300 leave the range of numbers; reduce std"},
    {"weight: 10 pA", "weight: {normal: {mean: 1, std: 1e308}}",
     "model.yaml:8:63: weight: values of a law with mean 1 and std 1e+308 leave the range of numbers; reduce std"},
    {"V_m: -60 mV", "V_m: {uniform: {low: -1e308, high: 1e308}}",
     "model.yaml:3:85: V_m: low -1e+308 and high 1e+308 are too far apart"},
    {"rule: all_to_all", "rule: {pairwise_bernoulli: 1.5}",
     "model.yaml:9:60: pairwise_bernoulli must be a probability between 0 and 1, not 1.5"},
    {"rule: all_to_all", "rule: one_to_one",
     "model.yaml:9:39: one_to_one needs populations of equal size, but the source has 2 cells and the target 4"},
    {"start: 10 ms, stop: 60 ms", "start: 60 ms, stop: 10 ms", "model.yaml:13:78: stop 10 ms is before start 60 ms"},
    {"start: 10 ms, stop: 60 ms", "repeat: 0.25 ms", "model.yaml:13:66: repeat 0.25 ms is not a multiple of dt 0.1 ms"},
    {"interval: 1 ms", "interval: 0.25 ms", "model.yaml:17:58: interval 0.25 ms is not a multiple of dt 0.1 ms"},
    {"tau_m: 10 ms", "V_th: -80 mV", "model.yaml:3:44: V_reset (-70 mV) must lie below V_th (-80 mV)"},
    {"times: [1 ms, 7.5 ms]", "times: [-1 ms]", "model.yaml:12:50: times[0] must be >= 0, not -1 ms"},
    {"iaf_psc_exp", "iaf_psc_ex",
     "model.yaml:3:14: unknown model 'iaf_psc_ex' in population; did you mean 'iaf_psc_exp'?"},
    {"model: hh_cond_exp_traub, size: 3, params: {integrator: rk4}",
     "model: tv_lif_hh, size: 3, params: {integrator: staggered_crank_nicolson, order: published}",
     "model.yaml:4:88: order: published needs integrator: forward_euler"},
    {"target: [E, G], rule: all_to_all, weight: 3", "target: G, rule: all_to_all, weight: 3, receptor: level",
     "model.yaml:9:67: receptor 'level' listens to the signal 'level', which source model poisson_source has not"},
    {"rule: {fixed_indegree: 2}", "rule: {fixed_indegree: 2}, synapse: {model: lif4}",
     "model.yaml:8:64: synapse model lif4 needs a target with receptor 'u1', which iaf_psc_exp has not"},
    {"target: E, rate: 8 Hz, weight: 3 pA", "target: G, rate: 8 Hz, weight: 3 pA, receptor: level",
     "model.yaml:11:74: receptor 'level' takes levels, not spikes; for a current choose dc or steps"},
    {"source: E", "source: Q", "model.yaml:8:14: unknown population 'Q' in source; known: E, G, P, S"},
    {"target: E, rule", "target: Q, rule", "model.yaml:8:25: unknown population 'Q' in target; known: E, G, P, S"},
    {"target: [E, G]", "target: [E, GG]", "model.yaml:9:29: unknown population 'GG' in target; did you mean 'G'?"},
    {"target: E, rate", "target: F, rate", "model.yaml:11:35: unknown population 'F' in target; known: E, G, P, S"},
    {"\"E[3]\"", "\"E[4]\"", "model.yaml:12:34: target: 'E[4]' goes beyond the 4 cells of 'E'"},
    {"\"E[3]\"", "\"E[x]\"",
     "model.yaml:12:34: target: 'E[x]' is not a selection; write E, E[7], E[0:50], E[0:100:10] or E[1,5,9]"},
    {"\"E[0:2]\", amp", "\"E[2:1]\", amp", "model.yaml:13:29: target: 'E[2:1]' ends before it begins"},
    {"target: E, rate", "target: P, rate",
     "model.yaml:11:35: target 'P' is of model poisson_source, which receives no spikes"},
    {"target: E, rule", "target: P, rule",
     "model.yaml:8:25: target 'P' is of model poisson_source, which receives no spikes"},
    {"fixed_indegree", "fixed_indegre",
     "model.yaml:8:35: unknown rule 'fixed_indegre' in projection; did you mean 'fixed_indegree'?"},
    {"rule: all_to_all", "rule: random",
     "model.yaml:9:39: unknown rule 'random' in projection; known: one_to_one, all_to_all, fixed_indegree, "
     "fixed_outdegree, fixed_total_number, pairwise_bernoulli, symmetric_pairwise_bernoulli, distance_bernoulli, "
     "small_world, explicit"},
    {"rule: all_to_all", "rule: fixed_indegree",
     "model.yaml:9:39: rule fixed_indegree needs its argument, as {fixed_indegree: K}"},
    {"rule: all_to_all", "rule: {all_to_all: 3}",
     "model.yaml:9:52: all_to_all takes no argument; write rule: all_to_all"},
    {"rule: all_to_all", "rule: {fixed_indegree: 1, fixed_outdegree: 2}",
     "model.yaml:9:39: rule must be one rule, as {fixed_indegree: 100}"},
    {"rule: all_to_all", "rule: {explicit: none.csv}",
     "model.yaml:9:50: explicit: cannot open 'none.csv': No such file or directory"},
    {"rule: all_to_all", "receptor: ampa, rule: all_to_all",
     "model.yaml:9:43: unknown receptor 'ampa' in projection; known: exc, inh"},
    {"rule: all_to_all", "synapse: {model: stpd}, rule: all_to_all",
     "model.yaml:9:50: unknown model 'stpd' in synapse; did you mean 'stdp'?"},
    {"rule: all_to_all", "synapse: stpd, rule: all_to_all",
     "model.yaml:9:42: unknown model 'stpd' in synapse; did you mean 'stdp'?"},
    {"rule: all_to_all", "synapse: {model: stdp, lamda: 1}, rule: all_to_all",
     "model.yaml:9:56: unknown key 'lamda' in stdp synapse; did you mean 'lambda'?"},
    {"rule: all_to_all", "synapse: stdp, rule: all_to_all", "model.yaml:9:42: missing key 'Wmax' in stdp synapse"},
    {"rule: all_to_all", "synapse: {model: stdp, Wmax: 1, pairing: nearst}, rule: all_to_all",
     "model.yaml:9:74: unknown pairing 'nearst' in stdp synapse; did you mean 'nearest'?"},
    {"rule: all_to_all", "synapse: {model: stdp_dopamine, Wmax: 1}, rule: all_to_all",
     "model.yaml:9:42: missing key 'modulator' in stdp_dopamine synapse"},
    {"rule: all_to_all", "synapse: {model: stdp_dopamine, Wmax: 1, modulator: D}, rule: all_to_all",
     "model.yaml:9:85: unknown population 'D' in modulator; known: E, G, P, S"},
    {"rule: all_to_all", "synapse: {model: stdp_dopamine, Wmax: 1, modulator: 'E[1]'}, rule: all_to_all",
     "model.yaml:9:85: modulator must be a population, not a part of one: E[1]"},
    {"rule: all_to_all",
     "synapse: {model: stdp_dopamine, Wmax: 100, modulator: E}, dendritic_delay: 0, rule: all_to_all",
     "model.yaml:9:108: dendritic_delay must be at least dt, 0.1 ms, for synapse model stdp_dopamine: a spike of the "
     "modulator acts at its stamp, before one of the source"},
    {"rule: all_to_all", "dendritic_delay: 1 ms, rule: all_to_all",
     "model.yaml:9:50: dendritic_delay is for plastic synapses, but the weights of synapse model static stay as they "
     "are"},
    {"rule: all_to_all", "autapses: maybe, rule: all_to_all",
     "model.yaml:9:43: autapses must be true or false, not 'maybe'"},
    {"name: drive", "name: projection 0",
     "model.yaml:9:105: name 'projection 0' belongs to another projection onto 'E'; choose another, as it keys the "
     "random numbers"},
    {"model: poisson,", "model: poison,", "model.yaml:11:18: unknown model 'poison' in input; did you mean 'poisson'?"},
    {"rk4", "heun",
     "model.yaml:4:63: unknown integrator 'heun' in params of hh_cond_exp_traub; known: staggered_crank_nicolson, "
     "forward_euler, exponential_euler, rk4"},
    {"{uniform: {low", "{uniforme: {low",
     "model.yaml:9:70: unknown distribution 'uniforme' in delay; did you mean 'uniform'?"},
    {"\"G[0:2]\"", "\"H[0:2]\"", "model.yaml:15:15: unknown population 'H' in spikes; known: E, G, P, S"},
    {"spikes: [E, \"G[0:2]\"]", "spikes: some",
     "model.yaml:15:11: spikes must be all, none, or a list of populations and selections"},
    {"duration: 100 ms, seed: 42}\npopulations:\n  E: {model: iaf_psc_exp, size: 4",
     "duration: 8e14 ms, seed: 42}\npopulations:\n  E: {model: iaf_psc_exp, size: 4000",
     "model.yaml:15:11: spikes: 8e+15 steps of 4.01e+03 cells are too many to record; run a shorter duration"},
    {"[V_m]", "[V_n]", "model.yaml:17:42: unknown variable 'V_n' in state recording; did you mean 'V_m'?"},
    {"[V_m]", "[V_m, V_m]", "model.yaml:17:47: variables: 'V_m' is listed twice"},
    {"[V_m]", "[]", "model.yaml:17:41: variables is empty; list what to record"},
    {"[V_m]", "V_m", "model.yaml:17:41: variables must be a list, not a single value"},
    {"soma:", "so/ma:",
     "model.yaml:17:5: 'so/ma' cannot be the name of a state recording in a file; leave out / [ ] and a leading dot"},
    {"interval: 1 ms", "precision: float16",
     "model.yaml:17:59: unknown precision 'float16' in state recording; did you mean 'float32'?"},
    {"[drive]", "[driver]", "model.yaml:18:18: unknown projection 'driver' in connectivity; did you mean 'drive'?"},
    {"[drive]", "drive", "model.yaml:18:17: connectivity must be a list, not a single value"},
    {"method: balanced", "method: ballanced",
     "model.yaml:19:21: unknown method 'ballanced' in partition; did you mean 'balanced'?"},
    {"method: auto", "method: rdma",
     "model.yaml:20:20: unknown method 'rdma' in exchange; known: auto, allgather, alltoall, neighbor"},
    {"  E: {model", "  E/x: {model",
     "model.yaml:3:3: 'E/x' cannot be the name of a population in a file; leave out / [ ] and a leading dot"},
    {"populations:\n", "populations: [1]\nx:\n",
     "model.yaml:3:1: unknown key 'x' in the model; known: parameters, simulation, network, populations, projections, "
     "inputs, "
     "schedule, data, learning, record, partition, exchange, output, checkpoint, energy"},
    {"projections:\n", "projections: 3\nx:\n",
     "model.yaml:8:1: unknown key 'x' in the model; known: parameters, simulation, network, populations, projections, "
     "inputs, "
     "schedule, data, learning, record, partition, exchange, output, checkpoint, energy"},
    {"  - {source: E", "  - 3\n  - {source: E", "model.yaml:8:5: projection must be a mapping, not a single value"},
    {"params: {rate: 8 Hz}", "params: 3",
     "model.yaml:5:47: params of poisson_source must be a mapping, not a single value"},
    {"target: [E, G]", "target: []", "model.yaml:9:25: target must name a population, but is an empty list"},
};

static const struct override_fault {
  const char *override, *message;
} OVERRIDE_FAULTS[] = {
    {"simulation.duration", "--set simulation.duration: no '='; write --set a.b=value"},
    {"=3", "--set =3: an empty key; write --set a.b=value"},
    {"simulation.dt.x=3", "--set simulation.dt.x=3: 'dt' has the value '0.1 ms' and so no key 'x'"},
    {"projections.7.weight=3", "--set projections.7.weight=3: no element 7 in 'projections'; it has 2, counted from 0"},
    {"projections.x.weight=3",
     "--set projections.x.weight=3: no element of 'projections' has the name 'x'; take its name, or its number from 0"},
    {"projections.0.wieght=3",
     "--set projections.0.wieght=3: unknown key 'wieght' in projection; did you mean 'weight'?"},
    {"simulation.duration=5 mV", "--set simulation.duration=5 mV: duration: 'mV' does not convert to ms"},
    {"populations.E.size=[",
     "--set populations.E.size=[: not YAML: did not find expected node content while parsing a flow node"},
    {"populations.E.params.C_m=-1", "--set populations.E.params.C_m=-1: C_m must be > 0, not -1 pF"},
    {"populations.Q.size=3", "--set populations.Q.size=3: missing key 'model' in population"},
    {"a..b=3", "--set a..b=3: an empty key; write --set a.b=value"},
    {"record.spikes={",
     "--set record.spikes={: not YAML: did not find expected node content while parsing a flow node"},
    {"simulation.duration=", "--set simulation.duration=: duration must be one value, not empty"},
    {"populations={}", "model.yaml:8:25: unknown population 'E' in target; known: none"},
    {"output.directory=", "--set output.directory=: directory must be one value, not empty"},
};

static int write_lists(void **state)
{
  if (scratch_enter(state) != 0) return -1;
  for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++) scratch_write(LISTS[i][0], LISTS[i][1]);
  return mkfifo("pipe", 0600);
}

static void assert_refused(const char *override, const char *message)
{
  model_file file;
  assert_int_equal(model_file_read_alone("model.yaml", &override, override ? 1 : 0, &file), LOLIGO_INPUT_ERROR);
  const char *told = loligo_error_message();
  for (size_t i = 0; told && strcmp(told, message) != 0; i++) told = mistakes_behind(i);
  if (!told) fail_msg("'%s' instead of '%s'", loligo_error_message(), message);
  assert_null(file.network);
  loligo_error_clear();
}

static void write_changed(const char *piece, const char *in_its_place)
{
  char text[2 * sizeof MODEL];
  const char *at = strstr(MODEL, piece);
  assert_non_null(at);
  snprintf(text, sizeof text, "%.*s%s%s", (int)(at - MODEL), MODEL, in_its_place, at + strlen(piece));
  scratch_write("model.yaml", text);
}

static void faults_are_told_with_their_place(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++) {
    write_changed(FAULTS[i].piece, FAULTS[i].in_its_place);
    assert_refused(NULL, FAULTS[i].message);
  }
}

static void all_models_are_told_where_none_is_near(void **state)
{
  enum { SIZE = 4096 };
  char message[SIZE] = "model.yaml:3:14: unknown model 'pyramid' in population; known: ";
  (void)state;
  for (size_t i = 0; loligo_model_at(i); i++)
    snprintf(message + strlen(message), SIZE - strlen(message), "%s%s", i ? ", " : "",
             loligo_model_name(loligo_model_at(i)));
  write_changed("iaf_psc_exp", "pyramid");
  assert_refused(NULL, message);
}

static void faults_of_overrides_are_told_with_them(void **state)
{
  (void)state;
  scratch_write("model.yaml", MODEL);
  for (size_t i = 0; i < sizeof OVERRIDE_FAULTS / sizeof *OVERRIDE_FAULTS; i++) {
    assert_refused(OVERRIDE_FAULTS[i].override, OVERRIDE_FAULTS[i].message);
  }
}

static void files_that_are_no_model(void **state)
{
  (void)state;
  remove("model.yaml");
  assert_refused(NULL, "model.yaml: cannot open: No such file or directory");
  scratch_write("model.yaml", "");
  assert_refused(NULL, "model.yaml:1:1: missing key 'simulation' in the model");
  scratch_write("model.yaml", "- 1\n");
  assert_refused(NULL, "model.yaml:1:1: the model must be a mapping, not a list");
  model_file file;
  assert_int_equal(model_file_read_alone(".", NULL, 0, &file), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), ".: cannot open: it is a folder, not a file");
  loligo_error_clear();
  assert_int_equal(model_file_read_alone("pipe", NULL, 0, &file), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), "pipe: cannot open: it is a pipe, not a file");
  loligo_error_clear();
}

static model_file read_text(const char *text, const char *const *overrides, size_t n)
{
  model_file file;
  scratch_write("model.yaml", text);
  if (model_file_read_alone("model.yaml", overrides, n, &file) != LOLIGO_OK) fail_msg("%s", loligo_error_message());
  return file;
}

static void assert_constant(loligo_distribution law, double value)
{
  assert_int_equal(law.kind, LOLIGO_CONSTANT);
  assert_true(law.mean == value);
}

/* The example of the user's reference, with all its sections. */
static const char EXAMPLE[] =
    "simulation:\n"
    "  dt: 0.1 ms                 # the time grid\n"
    "  duration: 1 s\n"
    "  seed: 42\n"
    "populations:\n"
    "  E:\n"
    "    model: hh_cond_exp_traub\n"
    "    size: 3200\n"
    "    params: {C_m: 0.2 nF, g_Na: 20000 nS}\n"
    "    init:   {V_m: {normal: {mean: -65 mV, std: 5 mV}}}\n"
    "  I: {model: hh_cond_exp_traub, size: 800}\n"
    "projections:\n"
    "  - {source: I, target: E, rule: {fixed_indegree: 3}, receptor: inh, weight: 1, delay: 1.5 ms, autapses: no}\n"
    "  - source: E\n"
    "    name: recurrent\n"
    "    target: [E, I]\n"
    "    rule: {pairwise_bernoulli: 0.02}\n"
    "    autapses: true\n"
    "    multapses: true\n"
    "    receptor: exc\n"
    "    weight: 6 nS\n"
    "    delay: {normal_clipped: {mean: 1 ms, std: 0.5 ms, low: 50 us}}\n"
    "    synapse: {model: static}\n"
    "inputs:\n"
    "  background: {model: poisson, target: E, rate: 8 Hz, sources: 1600, weight: 0.3 nS, receptor: exc}\n"
    "  step:  {model: dc,       target: \"E[0:50]\", amplitude: 200 pA, start: 10 ms, stop: 60 ms}\n"
    "  wave:  {model: sine,     target: E, amplitude: 1 nA, offset: 0.5 nA, frequency: 20 Hz, phase: 0}\n"
    "  stair: {model: steps,    target: I, times: [0, 1 s], amplitudes: [1, 0.002 nA]}\n"
    "  probe: {model: spikes,   target: \"E[3]\", times: [7.5 ms, 1 ms], weight: 10 nS, receptor: exc}\n"
    "record:\n"
    "  spikes: [\"E[10:20]\", I, \"E[15:30]\", \"E[7]\"]\n"
    "  state:\n"
    "    somas: {target: \"E[0:10]\", variables: [V_m, m], interval: 1 ms, start: 0, stop: 1 s}\n"
    "    all:   {target: I, variables: [h], start: 500 ms, precision: float64}\n"
    "  connectivity: [recurrent, recurrent]\n"
    "partition: {method: balanced}\n"
    "exchange:  {method: auto}\n"
    "output:    {directory: results}\n";

static void check_populations(const loligo_network *network)
{
  assert_int_equal(network->seed, 42);
  assert_int_equal(network->n_populations, 2);
  const loligo_population *e = &network->populations[0], *i = &network->populations[1];
  assert_string_equal(e->name, "E");
  assert_int_equal(e->size, 3200);
  assert_int_equal(i->first_gid, 3200);
  assert_constant(e->params[model_param_index(e->model, "C_m")], 200);
  assert_constant(e->params[model_param_index(e->model, "g_K")], 6000);
  assert_constant(e->params[model_param_index(e->model, "integrator")], 0);
  const loligo_distribution v_m = e->init[model_variable_index(e->model, "V_m")];
  assert_int_equal(v_m.kind, LOLIGO_NORMAL);
  assert_true(v_m.mean == -65 && v_m.std == 5);
  assert_int_equal(e->init[model_variable_index(e->model, "m")].kind, LOLIGO_UNSET);
}

static void check_projections(const loligo_network *network)
{
  assert_int_equal(network->n_projections, 3);
  const loligo_projection *p = network->projections;
  assert_string_equal(p[0].name, "projection 0");
  assert_string_equal(p[0].rule->name, "fixed_indegree");
  assert_true(p[0].rule_argument == 3);
  assert_false(p[0].autapses);
  assert_true(p[0].multapses);
  assert_int_equal(p[0].receptor[0], 1);
  assert_constant(*p[0].delay, 1.5);
  for (int k = 1; k <= 2; k++) {
    assert_string_equal(p[k].name, "recurrent");
    assert_int_equal(p[k].source, 0);
    assert_int_equal(p[k].target, k - 1);
    assert_true(p[k].rule_argument == 0.02);
    assert_constant(*p[k].weight, 6);
    assert_int_equal(p[k].delay->kind, LOLIGO_NORMAL_CLIPPED);
    assert_true(p[k].delay->low == 0.05 && p[k].delay->high == INFINITY);
  }
}

static void check_inputs(const loligo_network *network)
{
  assert_int_equal(network->n_inputs, 5);
  const loligo_input *background = &network->inputs[0], *step = &network->inputs[1], *stair = &network->inputs[3];
  assert_string_equal(background->model->name, "poisson");
  assert_true(background->params[0] == 8 && background->params[1] == 1600 && background->weight == 0.3);
  assert_int_equal(background->start, 0);
  assert_true(background->stop == INT64_MAX);
  assert_int_equal(step->target.last, 50);
  assert_true(step->params[0] == 200);
  assert_int_equal(step->start, 100);
  assert_int_equal(step->stop, 600);
  assert_int_equal(stair->lists[0].n, 2);
  assert_true(stair->lists[0].values[1] == 1000 && stair->lists[1].values[1] == 2);
  const loligo_input *probe = &network->inputs[4];
  assert_int_equal(probe->target.first, 3);
  assert_int_equal(probe->n_times, 2);
  assert_true(probe->times[0] == 1 && probe->times[1] == 7.5);
  assert_null(probe->owners);
}

static void check_settings(const settings *settings)
{
  assert_int_equal(settings->duration, 10000);
  const spike_recording *recorded = wanted(settings, "spikes");
  assert_int_equal(recorded->cells.n, 2);
  const loligo_selection *of_e = &recorded->cells.items[0], *of_i = &recorded->cells.items[1];
  assert_int_equal(selection_count(of_e), 21);
  assert_true(selection_holds(of_e, 7) && selection_holds(of_e, 29) && !selection_holds(of_e, 8));
  assert_true(of_i->population == 1 && of_i->first == 0 && of_i->last == 800 && of_i->n_stretches == 0);
  const state_recordings *states = wanted(settings, "state");
  assert_int_equal(states->n, 2);
  const state_recording *somas = &states->items[0], *all = &states->items[1];
  assert_string_equal(somas->name, "somas");
  assert_int_equal(somas->targets.items[0].last, 10);
  assert_int_equal(somas->n_variables, 2);
  assert_int_equal(somas->clock.steps.every, 10);
  assert_int_equal(somas->clock.steps.stop, 10000);
  assert_false(somas->float64);
  assert_int_equal(all->clock.steps.every, 1);
  assert_int_equal(all->clock.steps.start, 5000);
  assert_int_equal(all->clock.steps.stop, 10000);
  assert_true(all->float64);
  const projection_selection *connectivity = wanted(settings, "connectivity");
  assert_int_equal(connectivity->n, 2);
  assert_int_equal(connectivity->projections[1], 2);
  assert_string_equal(settings->partition, "balanced");
  assert_string_equal(settings->exchange, "auto");
  assert_string_equal(settings->output, "results");
}

static void the_example_is_understood(void **state)
{
  (void)state;
  model_file file = read_text(EXAMPLE, NULL, 0);
  assert_string_equal(file.given.text, EXAMPLE);
  check_populations(file.network);
  check_projections(file.network);
  check_inputs(file.network);
  check_settings(&file.settings);
  model_file_free(&file);
}

static void assert_same_law(const loligo_distribution *a, const loligo_distribution *b)
{
  assert_int_equal(a->kind, b->kind);
  assert_int_equal(a->n_values, b->n_values);
  if (a->n_values > 0) assert_memory_equal(a->values, b->values, a->n_values * sizeof *a->values);
  assert_memory_equal(&a->mean, &b->mean, 4 * sizeof(double));
}

static void assert_same_network(const loligo_network *a, const loligo_network *b)
{
  assert_true(a->dt == b->dt && a->seed == b->seed && a->n_cells == b->n_cells);
  assert_int_equal(a->n_populations, b->n_populations);
  for (size_t i = 0; i < a->n_populations; i++) {
    const loligo_population *p = &a->populations[i], *q = &b->populations[i];
    assert_ptr_equal(p->model, q->model);
    for (size_t k = 0; k < p->model->params.n; k++) assert_same_law(&p->params[k], &q->params[k]);
    for (size_t k = 0; k < p->model->n_variables; k++) assert_same_law(&p->init[k], &q->init[k]);
  }
  assert_int_equal(a->n_projections, b->n_projections);
  for (size_t i = 0; i < a->n_projections; i++) {
    const loligo_projection *p = &a->projections[i], *q = &b->projections[i];
    assert_string_equal(p->name, q->name);
    assert_ptr_equal(p->rule, q->rule);
    assert_memory_equal(p->receptor, q->receptor, sizeof p->receptor);
    assert_int_equal(!p->list, !q->list);
    if (p->list) assert_int_equal(p->list->n, q->list->n);
    if (p->list) assert_memory_equal(p->list->here, q->list->here, p->list->n * sizeof *p->list->here);
    assert_same_law(p->weight, q->weight);
    assert_same_law(p->delay, q->delay);
  }
  assert_int_equal(a->n_inputs, b->n_inputs);
}

/* The used parameters of a model are their own used parameters, and the same network, in whatever folder they lie. */
static void assert_stable(const char *text)
{
  model_file first = read_text(text, NULL, 0), second;
  scratch_write("elsewhere/used.yml", first.used.text);
  if (model_file_read_alone("elsewhere/used.yml", NULL, 0, &second) != LOLIGO_OK) {
    fail_msg("%s in\n%s", loligo_error_message(), first.used.text);
  }
  assert_string_equal(first.used.text, second.used.text);
  assert_same_network(first.network, second.network);
  model_file_free(&first);
  model_file_free(&second);
}

static void used_parameters_are_stable(void **state)
{
  (void)state;
  assert_int_equal(mkdir("elsewhere", 0700), 0);
  assert_stable(MODEL);
  assert_stable(EXAMPLE);
  assert_stable(
      "simulation: {dt: 0.025, duration: 1e3, seed: 18446744073709551615}\n"
      "populations:\n"
      "  'null': &e {model: tv_lif_hh, size: 3, params: {order: published, g_L: {lognormal: {mean: 30, std: 0.1}}},\n"
      "              init: {V_m: [-60.1, -0.06 V, -61.123456789012345], m: {uniform: {low: 0, high: 1}}}}\n"
      "  L2 e: {<<: *e, params: {tau_u: 0.3333333333333333}}\n"
      "  none: {model: iaf_psc_delta, size: 0}\n");
  assert_stable(
      "simulation: {duration: 100}\n"
      "populations:\n"
      "  E: {model: iaf_psc_exp, size: 8}\n"
      "  S: {model: spike_source, size: 10, params: {file: t.csv}}\n"
      "projections:\n"
      "  - {source: E, target: E, rule: {explicit: good.csv}}\n"
      "  - {source: S, target: E, rule: all_to_all, receptor: inh, weight: {uniform: {low: -0.1, high: 2e-3}},\n"
      "     delay: 700 us}\n"
      "inputs: {x: {model: spikes, target: 'E[:4]', file: ./more.csv, weight: -3}}\n"
      "record: {spikes: none, connectivity: [projection 0]}\n");
}

static void lists_are_read_from_files(void **state)
{
  (void)state;
  model_file file = read_text("simulation: {duration: 100}\n"
                              "populations:\n"
                              "  E: {model: iaf_psc_exp, size: 8}\n"
                              "  S: {model: spike_source, size: 10, params: {file: more.csv}}\n"
                              "projections:\n"
                              "  - {source: E, target: E, rule: {explicit: good.csv}}\n",
                              NULL, 0);
  const loligo_projection *projection = &file.network->projections[0];
  const edge_list *list = projection->list;
  assert_int_equal(list->n, 2);
  assert_true(list->here[0].target == 0 && list->here[0].source == 1);
  assert_true(list->here[1].weight == 5.5 && list->here[1].delay == 1.5);
  const loligo_population *sources = &file.network->populations[1];
  assert_int_equal(sources->n_times, 2);
  assert_true(sources->times[0] == 1 && sources->owners[0] == 3);
  assert_true(sources->times[1] == 2.5 && sources->owners[1] == 0);
  model_file_free(&file);
}

static const char COMPLETE[] = "simulation:\n"
                               "  dt: 0.1 ms\n"
                               "  duration: 1000 ms\n"
                               "  seed: 1\n"
                               "  watchdog: 600 s\n"
                               "  allow_coarse_dt: false\n"
                               "  models: []\n"
                               "populations:\n"
                               "  E:\n"
                               "    model: iaf_psc_delta\n"
                               "    size: 100\n"
                               "    params:\n"
                               "      C_m: 250 pF\n"
                               "      tau_m: 10 ms\n"
                               "      t_ref: 2 ms\n"
                               "      E_L: -70 mV\n"
                               "      V_th: -55 mV\n"
                               "      V_reset: -70 mV\n"
                               "      I_e: 0 pA\n"
                               "    init: {}\n"
                               "  P:\n"
                               "    model: poisson_source\n"
                               "    size: 2\n"
                               "    params:\n"
                               "      rate: 0 Hz\n"
                               "    init: {}\n"
                               "projections:\n"
                               "- name: projection 0\n"
                               "  source: P\n"
                               "  target: E\n"
                               "  rule: all_to_all\n"
                               "  autapses: true\n"
                               "  multapses: true\n"
                               "  synapse:\n"
                               "    model: static\n"
                               "  receptor: inh\n  sign: match\n"
                               "  weight: -0.5 mV\n"
                               "  delay: 1 ms\n"
                               "inputs: {}\n"
                               "record:\n"
                               "  spikes: all\n"
                               "  state:\n"
                               "    v:\n"
                               "      target: E\n"
                               "      variables: [V_m]\n"
                               "      interval: 0.1 ms\n"
                               "      start: 0 ms\n"
                               "      stop: 1000 ms\n"
                               "      precision: float32\n"
                               "  connectivity: []\n"
                               "  positions: all\n"
                               "  weights: {}\n"
                               "partition:\n"
                               "  method: balanced\n"
                               "exchange:\n"
                               "  method: auto\n"
                               "output:\n"
                               "  directory: results\n"
                               "checkpoint: none\n"
                               "energy:\n"
                               "  table: cmos45\n"
                               "  fp32_add_pJ: 0.9 pJ\n"
                               "  fp32_mul_pJ: 3.7 pJ\n"
                               "  fp32_div_pJ: 22.1 pJ\n"
                               "  int32_add_pJ: 0.1 pJ\n"
                               "  sram_8kB_pJ_per_32bit: 5 pJ\n"
                               "  dram_pJ_per_bit: 20 pJ\n"
                               "  network_pJ_per_bit: 10 pJ\n";

static void used_parameters_are_complete(void **state)
{
  (void)state;
  model_file file =
      read_text("simulation: {duration: 1 s}\n"
                "populations: {E: {model: iaf_psc_delta, size: 1e2}, P: {model: poisson_source, size: 2}}\n"
                "projections: [{source: P, target: [E], rule: {all_to_all: }, weight: -0.5, delay: 1}]\n"
                "record: {state: {v: {target: E, variables: [V_m]}}}\n",
                NULL, 0);
  assert_string_equal(file.used.text, COMPLETE);
  model_file_free(&file);
}

static void overrides_count_in_order(void **state)
{
  (void)state;
  static const char *const overrides[] = {
      "simulation.duration=2s", "populations.G={model: iaf_psc_exp, size: 3}",
      "populations.G.size=5",   "projections.0.weight={uniform: {low: 1 pA, high: 0.002 nA}}",
      "record.spikes=none",     "output.directory=there/it is",
  };
  model_file file = read_text(MODEL, overrides, sizeof overrides / sizeof *overrides);
  assert_int_equal(file.settings.duration, 20000);
  assert_int_equal(file.network->populations[1].size, 5);
  assert_string_equal(loligo_model_name(file.network->populations[1].model), "iaf_psc_exp");
  assert_true(file.network->projections[0].weight->high == 2);
  assert_int_equal(((const spike_recording *)wanted(&file.settings, "spikes"))->cells.n, 0);
  assert_string_equal(file.settings.output, "there/it is");
  assert_string_equal(file.given.text, MODEL);
  model_file_free(&file);
}

/* A shorter run than the model was written for: what starts later just does not happen. */
static void a_run_may_be_cut_short(void **state)
{
  (void)state;
  static const char *const overrides[] = {"simulation.duration=5 ms"};
  model_file file = read_text(EXAMPLE, overrides, 1);
  assert_int_equal(file.settings.duration, 50);
  const state_recordings *states = wanted(&file.settings, "state");
  assert_int_equal(states->items[0].clock.steps.stop, 50);
  assert_int_equal(states->items[1].clock.steps.start, 50);
  assert_int_equal(states->items[1].clock.steps.stop, 50);
  assert_int_equal(file.network->inputs[1].start, 100);
  model_file_free(&file);
}

static void truth_has_many_words(void **state)
{
  (void)state;
  static const char *const words[] = {"false", "true", "no", "yes", "Off", "ON"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    char override[64];
    snprintf(override, sizeof override, "projections.0.autapses=%s", words[i]);
    const char *const overrides[] = {override};
    model_file file = read_text(MODEL, overrides, 1);
    assert_int_equal(file.network->projections[0].autapses, i % 2);
    model_file_free(&file);
  }
}

static void every_projection_of_a_list_has_its_place_in_the_name(void **state)
{
  (void)state;
  model_file file = read_text("simulation: {duration: 1}\n"
                              "populations: {A: {model: iaf_psc_exp, size: 1}, B: {model: iaf_cond_exp, size: 1}}\n"
                              "projections:\n"
                              "  - &p {source: A, target: [A, B], rule: all_to_all, weight: 1, delay: 1}\n"
                              "  - {<<: *p, target: B}\n"
                              "  - {<<: *p, name: mine}\n",
                              NULL, 0);
  static const char *const names[] = {"projection 0", "projection 0", "projection 1", "mine", "mine"};
  assert_int_equal(file.network->n_projections, 5);
  for (size_t i = 0; i < 5; i++) assert_string_equal(file.network->projections[i].name, names[i]);
  assert_non_null(strstr(file.used.text, "weight: 1 pA"));
  assert_non_null(strstr(file.used.text, "weight: 1 nS"));
  model_file_free(&file);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_example_is_understood),
      cmocka_unit_test(lists_are_read_from_files),
      cmocka_unit_test(used_parameters_are_complete),
      cmocka_unit_test(used_parameters_are_stable),
      cmocka_unit_test(overrides_count_in_order),
      cmocka_unit_test(a_run_may_be_cut_short),
      cmocka_unit_test(truth_has_many_words),
      cmocka_unit_test(every_projection_of_a_list_has_its_place_in_the_name),
      cmocka_unit_test(faults_are_told_with_their_place),
      cmocka_unit_test(all_models_are_told_where_none_is_near),
      cmocka_unit_test(faults_of_overrides_are_told_with_them),
      cmocka_unit_test(files_that_are_no_model),
  };
  return cmocka_run_group_tests(tests, write_lists, scratch_leave);
}
