/*
 * Model files by grammar, for libFuzzer's mutator: most are nearly right, so that what lies behind the parser is
 * reached. The names of models, parameters, variables, inputs, rules and partitioners come from their registries.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/param.h"
#include "loligo/decomposition.h"
#include "model/input/input_model.h"
#include "model/neuron/model.h"
#include "network/rule/rule.h"

enum { MOST_TEXT = 1 << 14, TAMED = 8 /* of so many values, one is not */ };

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/** What grows: a text, and what it has said so far. */
typedef struct growth {
  char text[MOST_TEXT];
  size_t n;
  unsigned state; /* of the random numbers */
  const loligo_model *model;
  int depth;
  bool is_tame; /* without wild values, which make most models wrong: as far as to a run */
} growth;

static unsigned draw(growth *g, unsigned n)
{
  g->state = g->state * 1103515245u + 12345u;
  return (g->state >> 16) % n;
}

static void add(growth *g, const char *text)
{
  g->n += (size_t)snprintf(g->text + g->n, MOST_TEXT - g->n, "%s", text);
  if (g->n >= MOST_TEXT) g->n = MOST_TEXT - 1;
}

static const struct rule_of_grammar {
  char symbol;
  const char *alternatives[20];
} GRAMMAR[] = {
    {'M',
     {"simulation: {dt: %t, duration: %d, seed: %i}\npopulations:\n  A: %P  B: %P  C: %P%Aprojections:\n%J%J%Jinputs:\n"
      "  i: %I  j: %I%R%S",
      "simulation: {duration: %d}\npopulations:\n  A: %P%A", "%Mpartition: {method: %m}\n",
      "%Mcheckpoint: {every: %q ms, keep: %i}\n", "%Mexchange: {method: %x}\n",
      "%Menergy: {table: cmos7, dram_pJ_per_bit: %q}\n", "%Menergy: {%w: %q}\n", "%Mschedule:\n%Z", "%Mschedule:\n%Z%Z",
      "parameters: {a: %q, b: %V, x: %V}\n%M"}},
    {'Z',
     {"- {at: %q, set: {populations.%s.params.%h: %D}}\n", "- {at: %q, set: {inputs.i.%n: %D, inputs.j.%n: %D}}\n",
      "- {at: %q, set: {\"populations.%s[0:%k].params.%h\": %D}}\n", "- {at: %q, set: {%w: %D}}\n"}},
    {'h', {"I_e", "C_m", "V_th", "V_reset", "rate", "%w"}},
    {'n', {"rate", "weight", "start", "stop", "amplitude", "%w"}},
    {'V', {"%q", "\"= %q\"", "\"= %q * %V\"", "\"= -(a + %q) / b\"", "= sqrt(a) + min(1, x)", "= %q ms / %q s"}},
    {'t', {"0.1", "0.1 ms", "0.05", "0.25", "1", "100 us", "%q"}},
    {'d', {"5", "10 ms", "20", "1 s", "%q"}},
    {'P',
     {"{model: %N, size: %k, params: {%p}}\n", "{model: %N, size: %k, params: {%p%p}}\n",
      "{model: %N, size: %k, init: {%v}}\n", "{model: %N, size: %k}\n",
      "{model: iaf_psc_exp, size: %k, params: &a {I_e: 900}, init: {V_m: %D}}\n",
      "{model: spike_source, size: %k, params: {times: %l}}\n",
      "{model: spike_source, size: 2, params: {file: trains.csv}}\n", "{model: iaf_psc_exp, size: %k, positions: %G}\n",
      "{model: iaf_psc_exp, size: 40, positions: {grid: [8, 5], extent: [%q, 100], periodic: %b}}\n"}},
    {'G',
     {"{random: {low: [0, 0], high: [%q, 100]}, periodic: %b}", "{grid: [%k, %k], extent: [%q, %q]}",
      "{grid: [%k, %k, %k], extent: [1, 2, 3], low: [0, %q, 0]}"}},
    {'A', {"", "", "", "  %w: %P"}},
    {'k', {"1", "2", "3", "7", "40", "100", "0", "%i"}},
    {'J',
     {"  - {source: %s, target: %T, rule: %r, weight: %D, delay: %y%O}\n",
      "  - {source: %s, target: %T, rule: %r, weight: %k, delay: %y, receptor: exc}\n",
      "  - {source: %s, target: %T, rule: {explicit: edges.csv}%O}\n",
      "  - {source: %s, target: %T, rule: %r, weight: {distance: {exponential: {at_zero: %q, lambda: %q}}}, delay: "
      "%y}\n"}},
    {'s', {"A", "B", "C", "A", "A", "%w"}},
    {'T', {"%s", "[%s, %s]", "%s", "%s"}},
    {'e', {"%s", "%s", "\"%s[0:%k]\"", "\"%s[%k]\"", "\"%s[0:%k:%k]\"", "\"%s[%k,%k]\"", "[%s, %s]", "\"%s[%i:%i]\""}},
    {'r',
     {"all_to_all", "all_to_all", "one_to_one", "{fixed_indegree: %k}", "{fixed_outdegree: %k}",
      "{fixed_total_number: %k}", "{pairwise_bernoulli: 0.3}", "{pairwise_bernoulli: %q}", "{%u: %i}", "%u",
      "{small_world: {neighbors: %k, rewire: %q}}", "{distance_bernoulli: {gaussian: {p: 0.5, sigma: %q}}}",
      "{distance_bernoulli: {constant: {p: %q}}}, mask: {ring: {inner: %q, outer: %k}}",
      "{fixed_indegree: %k}, mask: {box: [%q, 50]}"}},
    {'O',
     {"", "", "", ", autapses: %b", ", multapses: %b", ", receptor: %c", ", name: %w", ", sign: any",
      ", synapse: {model: %z}", "%O%O"}},
    {'b', {"true", "false", "no", "%w"}},
    {'c', {"exc", "inh", "level", "%w"}},
    {'z', {"static", "s_lif2hh", "lif4", "%w"}},
    {'y',
     {"1", "0.1 ms", "2.5", "{uniform: {low: 0.5, high: 3}}", "{normal_clipped: {mean: 1.5, std: 0.5, low: 0.1}}", "20",
      "%D", "{distance: {offset: %q, speed: %q}}"}},
    {'D',
     {"%q", "%k", "%k", "{normal: {mean: %q, std: %q}}", "{normal_clipped: {mean: %q, std: %q, low: %q, high: %q}}",
      "{lognormal: {mean: %q, std: %q}}", "{uniform: {low: %q, high: %q}}", "%l", "-5"}},
    {'l', {"[1, 2, 3]", "[0.1, 0.1, 0.1]", "[%k, %k]", "[]", "[%q, %q, %q, %q, %q, %q, %q]"}},
    {'I',
     {"{model: poisson, target: %e, rate: 800, sources: %k, weight: 3}\n",
      "{model: poisson, target: %e, rate: %q, weight: %D, receptor: %c}\n",
      "{model: dc, target: %e, amplitude: %q, start: %q, stop: %q}\n",
      "{model: spikes, target: %e, times: %l, weight: %D}\n",
      "{model: spikes, target: A, file: trains.csv, weight: 10}\n", "{target: %e, %g}\n"}},
    {'R',
     {"", "", "record: {spikes: [%e, %e]}\n", "record: {connectivity: [%w]}\n",
      "record: {state: {%w: {target: %e, variables: [V_m], interval: %q}}}\n",
      "record: {weights: {%w: {projection: %w, targets: %e, interval: %q}}}\n"}},
    {'S', {"", "", "# %w\n", "output: {directory: %w}\n", "%w: %q\n"}},
    {'m', {"block", "round_robin", "balanced", "graph", "%w"}},
    {'x', {"auto", "allgather", "alltoall", "neighbor", "%w"}},
    {'q', {"1", "2", "0.5", "1.5", "0.1", "10", "100", "0.3", "%Q", "= a", "= 2 * a"}},
    {'i', {"0", "1", "2", "3", "5", "10", "20", "42", "%j"}},
    {'w', {"a", "b", "x", "y", "z", "D", "E", "%W"}},
    {'Q', {"%j", "%f", "%f%U", "%f %U", "%j %U", "= %j * %f", "%V", "%w"}},
    {'f',
     {"0.15", "0.05", "-0.5", "1e30", "-1e308", "1e-308", "5e-324", "nan", ".inf", "99999999999", "2.00000000001",
      "1e9", "0.30000000000000004", "1e-3", "6.5"}},
    {'j',
     {"-1", "255", "65536", "2147483648", "4294967296", "9223372036854775807", "18446744073709551616", "1000000000000",
      "0x10", "1e3", "300"}},
    {'U', {"ms", "mV", "pA", "nS", "Hz", "s", "nA", "kHz", "pF", "uS", "V", "furlong", "ms/mV", "1/s", ""}},
    {'W',
     {"null", "~", "[", "{", "*a", "&a b", "'", "<<", "a.b", "a/b", "..", "\xff", "\"\xc3\xa9\"", "\"a\\nb\"", "%L%L",
      "A"}},
    {'L', {"%L%L", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "b", "%%"}},
};

/* A value of a table's row: mostly one near its default. */
static void add_value(growth *g, const loligo_param *row)
{
  char text[64];
  const double usual = param_default(row);
  if (row->type == LOLIGO_PARAM_CHOICE) {
    size_t n = 0;
    while (row->choices[n]) n++;
    add(g, row->choices[draw(g, (unsigned)n)]);
    return;
  }
  snprintf(text, sizeof text, "%.3g", usual == usual ? usual * (0.5 + draw(g, 16) * 0.1) : draw(g, 1000) * 0.1);
  add(g, text);
}

static void grow(growth *g, const char *text);

static void add_row(growth *g, loligo_param_table table)
{
  if (table.n == 0) return;
  const loligo_param *row = &table.rows[draw(g, (unsigned)table.n)];
  add(g, row->name);
  add(g, ": ");
  if (draw(g, TAMED))
    add_value(g, row);
  else
    grow(g, "%D");
  add(g, ", ");
}

static void add_variable(growth *g)
{
  if (!g->model || g->model->n_variables == 0) return;
  add(g, g->model->variables[draw(g, (unsigned)g->model->n_variables)].name);
  grow(g, g->is_tame || draw(g, TAMED) ? ": 0.1, " : ": %D, ");
}

static void add_model(growth *g)
{
  size_t n = 0;
  while (loligo_model_at(n)) n++;
  g->model = loligo_model_at(draw(g, (unsigned)n));
  add(g, g->model->name);
}

static void add_input(growth *g)
{
  size_t n = 0;
  while (input_model_at(n)) n++;
  const input_model *model = input_model_at(draw(g, (unsigned)n));
  add(g, "model: ");
  add(g, model->name);
  add(g, ", weight: 1, ");
  for (size_t i = 0; i < model->params.n; i++) add_row(g, model->params);
}

static void add_rule(growth *g)
{
  size_t n = 0;
  while (rule_at(n)) n++;
  add(g, rule_at(draw(g, (unsigned)n))->name);
}

static void expand(growth *g, char symbol)
{
  if (g->is_tame && strchr("QWj", symbol)) symbol = 'k';
  if (symbol == 'N') add_model(g);
  if (symbol == 'p' && g->model) add_row(g, g->model->params);
  if (symbol == 'v') add_variable(g);
  if (symbol == 'g') add_input(g);
  if (symbol == 'u') add_rule(g);
  for (size_t i = 0; i < sizeof GRAMMAR / sizeof GRAMMAR[0]; i++) {
    unsigned n = 0;
    if (GRAMMAR[i].symbol != symbol) continue;
    while (GRAMMAR[i].alternatives[n]) n++;
    grow(g, GRAMMAR[i].alternatives[g->depth > 20 ? n - 1 : draw(g, n)]);
  }
}

/* Adds a text in which %X stands for one of the alternatives of X, and %% for itself. */
static void grow(growth *g, const char *text)
{
  if (g->depth > 24) return;
  g->depth++;
  for (; *text; text++) {
    if (*text == '%' && text[1] == '%') add(g, "%");
    if (*text == '%')
      expand(g, *++text);
    else
      add(g, (char[]){*text, '\0'});
  }
  g->depth--;
}

/* A word of a text, from *first to the end that is returned: what stands between blanks, brackets, commas and colons.
 */
static size_t choose_word(growth *g, const char *text, size_t size, size_t *first)
{
  static const char ENDS[] = " \n,:[]{}\"";
  size_t end;
  *first = size ? draw(g, (unsigned)size) : 0;
  while (*first < size && strchr(ENDS, text[*first])) ++*first;
  for (end = *first; end < size && !strchr(ENDS, text[end]);) end++;
  return end;
}

/* Puts another value, word, or part of a model in the place of a word. */
static void replace_word(growth *g, const char *text, size_t size)
{
  static const char *const PARTS[] = {"%D", "%q", "%f",    "%w", "%i", "%l", "%e", "%r",
                                      "%s", "%k", "%f %U", "%N", "%Q", "%W", "%j"};
  size_t first, end = choose_word(g, text, size, &first);
  if (size > MOST_TEXT / 2) return;
  memcpy(g->text, text, first);
  g->n = first;
  grow(g, PARTS[draw(g, sizeof PARTS / sizeof PARTS[0])]);
  const size_t rest = size - end < MOST_TEXT - g->n ? size - end : MOST_TEXT - g->n;
  memcpy(g->text + g->n, text + end, rest);
  g->n += rest;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
  static growth g;
  g = (growth){.state = seed};
  const unsigned way = draw(&g, 8);
  if (way < 2) return LLVMFuzzerMutate(data, size, max_size);
  if (way < 4)
    grow(&g, "%M");
  else
    replace_word(&g, (const char *)data, size);
  const size_t n = g.n < max_size ? g.n : max_size;
  memcpy(data, g.text, n);
  return n;
}
