/*
 * The tables of the model file's sections. Models, inputs, distributions and rules bring their own.
 */
#include "io/model_file/sections.h"

#include <stddef.h>

#include "io/morphology/axon.h"
#include "model/synapse/synapse_model.h"

#define TO(section, member) offsetof(section##_section, member)
#define ROWS(section) const loligo_param_table section##_table = {section, sizeof section / sizeof *section}

static const loligo_param model[] = {
    {"parameters", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "numbers by name, as g: 5 or J: 0.1 mV, for expressions anywhere, as weight: \"= -g * J\"; --set g=6",
     TO(model, parameters)},
    {"simulation", LOLIGO_PARAM_NODE, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "time grid, duration and seed",
     TO(model, simulation)},
    {"network", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "a network in files of another format, see network_formats: {sonata: circuit_config.json}", TO(model, network)},
    {"populations", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "cells, by name; may be left out beside network only", TO(model, populations)},
    {"projections", LOLIGO_PARAM_NODE, NULL, "[]", LOLIGO_RANGE_ANY, NULL,
     "a list of connections, or of tables of them", TO(model, projections)},
    {"inputs", LOLIGO_PARAM_NODE, NULL, "{}", LOLIGO_RANGE_ANY, NULL, "currents and spikes from outside, by name",
     TO(model, inputs)},
    {"schedule", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL, "a list of changes within the run",
     TO(model, schedule)},
    {"data", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL, "samples to learn from, by name", TO(model, data)},
    {"learning", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "how dense projections are learned, in trials of simulation.duration: such a model is trained, not simulated",
     TO(model, learning)},
    {"record", LOLIGO_PARAM_NODE, NULL, "{}", LOLIGO_RANGE_ANY, NULL, "what is written", TO(model, record)},
    {"partition", LOLIGO_PARAM_NODE, NULL, "{}", LOLIGO_RANGE_ANY, NULL, "how cells are split over ranks",
     TO(model, partition)},
    {"exchange", LOLIGO_PARAM_NODE, NULL, "{}", LOLIGO_RANGE_ANY, NULL, "how ranks exchange spikes",
     TO(model, exchange)},
    {"output", LOLIGO_PARAM_NODE, NULL, "{}", LOLIGO_RANGE_ANY, NULL, "where results go", TO(model, output)},
    {"checkpoint", LOLIGO_PARAM_NODE, NULL, "none", LOLIGO_RANGE_ANY, NULL,
     "none, or the keys below: state is saved, so that a run that was stopped or killed goes on with --resume",
     TO(model, checkpoint)},
    {"energy", LOLIGO_PARAM_NODE, NULL, "{}", LOLIGO_RANGE_ANY, NULL,
     "what the report takes for the energy of each piece of work; results do not depend on it", TO(model, energy)},
};
ROWS(model);

static const loligo_param simulation[] = {
    {"dt", LOLIGO_PARAM_REAL, "ms", "0.1", LOLIGO_RANGE_POSITIVE, NULL, "the time grid", TO(simulation, dt)},
    {"duration", LOLIGO_PARAM_REAL, "ms", NULL, LOLIGO_RANGE_POSITIVE, NULL, "model time, a multiple of dt",
     TO(simulation, duration)},
    {"seed", LOLIGO_PARAM_INTEGER, NULL, "1", LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "every random number of the run follows from it", TO(simulation, seed)},
    {"watchdog", LOLIGO_PARAM_REAL, "s", "600", LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "wall time after which a job in which nothing moves ends and names the rank; 0 for never",
     TO(simulation, watchdog)},
    {"allow_coarse_dt", LOLIGO_PARAM_BOOLEAN, NULL, "false", LOLIGO_RANGE_ANY, NULL,
     "run even if dt is more than four times the max_dt of a model", TO(simulation, allow_coarse_dt)},
    {"models", LOLIGO_PARAM_NODE, NULL, "[]", LOLIGO_RANGE_ANY, NULL,
     "a list of shared objects with neuron models of your own; paths are relative to the model file",
     TO(simulation, models)},
    {"machine", LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "a file that loligo calibrate made, relative to the model file: by its costs cells are split and exchange: auto "
     "chooses; results do not depend on it",
     TO(simulation, machine)},
};
ROWS(simulation);

static const loligo_param population[] = {
    {"model", LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "see models", TO(population, model)},
    {"size", LOLIGO_PARAM_INTEGER, NULL, NULL, LOLIGO_RANGE_NON_NEGATIVE, NULL, "number of cells",
     TO(population, size)},
    {"repeat", LOLIGO_PARAM_REAL, "ms", "", LOLIGO_RANGE_POSITIVE, NULL,
     "of sources: time, a multiple of dt, after which what they emit begins anew, drawn or given; left out: never",
     TO(population, repeat)},
    {"params", LOLIGO_PARAM_NODE, NULL, "{}", LOLIGO_RANGE_ANY, NULL,
     "parameters of the model, see models: values or distributions", TO(population, params)},
    {"init", LOLIGO_PARAM_NODE, NULL, "{}", LOLIGO_RANGE_ANY, NULL,
     "initial state variables of the model, see models: values or distributions", TO(population, init)},
    {"receptors", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "for iaf_psc_multisynapse, iaf_cond_multisynapse and biophysical: a list of receptors besides exc and inh",
     TO(population, receptors)},
    {"soma", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL, "for biophysical: size and channels of the soma",
     TO(population, soma)},
    {"branches", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "for biophysical and models that end in _tree: dendrites by their names, each behind its parent",
     TO(population, branches)},
    {"morphology", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "for the same models, in place of soma and branches: a reconstruction", TO(population, morphology)},
    {"positions", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "where cells lie, in two or three dimensions, for what goes by distances: a grid, random or a file",
     TO(population, positions)},
};
ROWS(population);

static const char *const receptor_kinds[] = {"exp", "alpha", "beta", "nmda", NULL};

static const loligo_param receptor[] = {
    {"name", LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "as projections and inputs call it",
     TO(receptor, name)},
    {"kind", LOLIGO_PARAM_CHOICE, NULL, "exp", LOLIGO_RANGE_ANY, receptor_kinds,
     "time course of what a spike sets off, with its weight as peak; nmda is blocked by magnesium", TO(receptor, kind)},
    {"tau", LOLIGO_PARAM_REAL, "ms", NULL, LOLIGO_RANGE_POSITIVE, NULL, "decay; of alpha the time to the peak",
     TO(receptor, tau)},
    {"tau_rise", LOLIGO_PARAM_REAL, "ms", "", LOLIGO_RANGE_POSITIVE, NULL,
     "rise of beta; of nmda, which without it rises at once", TO(receptor, tau_rise)},
    {"E", LOLIGO_PARAM_REAL, "mV", "", LOLIGO_RANGE_ANY, NULL, "reversal potential, of conductances", TO(receptor, e)},
    {"Mg", LOLIGO_PARAM_REAL, "mmol/l", "", LOLIGO_RANGE_NON_NEGATIVE, NULL, "magnesium, of nmda; left out: 1 mmol/l",
     TO(receptor, mg)},
};
ROWS(receptor);

#define CHANNELS_HELP                                                                                                  \
  "by their names, see channels: {NaTs: {g: 1 S/cm2}, ...}; beside a length conductances are per area"

static const loligo_param soma[] = {
    {"length", LOLIGO_PARAM_REAL, "um", "", LOLIGO_RANGE_POSITIVE, NULL, "of a cylinder", TO(soma, length)},
    {"diameter", LOLIGO_PARAM_REAL, "um", "", LOLIGO_RANGE_POSITIVE, NULL, "of it", TO(soma, diameter)},
    {"c_m", LOLIGO_PARAM_REAL, "uF/cm2", "", LOLIGO_RANGE_POSITIVE, NULL, "capacitance per area",
     TO(soma, c_m_per_area)},
    {"C_m", LOLIGO_PARAM_REAL, "pF", "", LOLIGO_RANGE_POSITIVE, NULL,
     "in place of these three: capacitance; it becomes that of params", TO(soma, c_m)},
    {"channels", LOLIGO_PARAM_NODE, NULL, "{}", LOLIGO_RANGE_ANY, NULL, CHANNELS_HELP, TO(soma, channels)},
};
ROWS(soma);

static const loligo_param branch[] = {
    {"count", LOLIGO_PARAM_INTEGER, NULL, "", LOLIGO_RANGE_POSITIVE, NULL,
     "so many that are alike, called NAME0, NAME1, ...; left out: one, called NAME", TO(branch, count)},
    {"parent", LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL,
     "soma, a compartment as \"apical[7]\", or a branch, whose last compartment it is", TO(branch, parent)},
    {"compartments", LOLIGO_PARAM_INTEGER, NULL, NULL, LOLIGO_RANGE_POSITIVE, NULL, "of each, one behind the other",
     TO(branch, compartments)},
    {"length", LOLIGO_PARAM_REAL, "um", "", LOLIGO_RANGE_POSITIVE, NULL, "of a whole branch, a cylinder",
     TO(branch, length)},
    {"diameter", LOLIGO_PARAM_REAL, "um", "", LOLIGO_RANGE_POSITIVE, NULL, "of it", TO(branch, diameter)},
    {"R_a", LOLIGO_PARAM_REAL, "Ohm cm", "", LOLIGO_RANGE_POSITIVE, NULL, "axial resistivity", TO(branch, r_a)},
    {"c_m", LOLIGO_PARAM_REAL, "uF/cm2", "", LOLIGO_RANGE_POSITIVE, NULL, "capacitance per area",
     TO(branch, c_m_per_area)},
    {"C_m", LOLIGO_PARAM_REAL, "pF", "", LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "in place of these four: capacitance of a compartment; 0: where branches meet", TO(branch, c_m)},
    {"g_axial", LOLIGO_PARAM_REAL, "nS", "", LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "conductance from compartment to compartment", TO(branch, g_axial)},
    {"g_parent", LOLIGO_PARAM_REAL, "nS", "", LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "conductance from the first compartment to the parent", TO(branch, g_parent)},
    {"channels", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL, CHANNELS_HELP, TO(branch, channels)},
    {"membrane", LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "in place of channels: the only one; left out: passive", TO(branch, membrane)},
    {"params", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "of that one; beside a length conductances are per area (mS/cm2)", TO(branch, params)},
    {"nmda", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL, "a receptor of that name on each compartment",
     TO(branch, nmda)},
};
ROWS(branch);

static const loligo_param morphology[] = {
    {"file", LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL,
     "SWC, relative to the model file; compartments are soma, \"dend3[2]\", \"apic0(0.5)\", or dend, all of a type",
     TO(morphology, file)},
    {"axon", LOLIGO_PARAM_CHOICE, NULL, "keep", LOLIGO_RANGE_ANY, axon_fate_names,
     "what becomes of it: a stub is two sections of 30 um, 1 um thick, at the middle of the soma; a stub_of_axon is as "
     "thick as the axon's first and last section, at the end of the soma",
     TO(morphology, axon)},
    {"compartments", LOLIGO_PARAM_NODE, NULL, "{}", LOLIGO_RANGE_ANY, NULL, "how long they may be; left out: 40 um",
     TO(morphology, compartments)},
    {"sections", LOLIGO_PARAM_NODE, NULL, NULL, LOLIGO_RANGE_ANY, NULL,
     "what they are made of, by their types: soma, axon, dend, apic", TO(morphology, sections)},
};
ROWS(morphology);

static const loligo_param compartments[] = {
    {"length", LOLIGO_PARAM_REAL, "um", "", LOLIGO_RANGE_POSITIVE, NULL,
     "1 + 2 floor(L / length) compartments of a section of length L", TO(compartments, length)},
    {"lambda", LOLIGO_PARAM_REAL, "", "", LOLIGO_RANGE_POSITIVE, NULL,
     "in place of it: part of the length constant at 100 Hz that they may have, as 0.1", TO(compartments, lambda)},
};
ROWS(compartments);

static const loligo_param material[] = {
    {"R_a", LOLIGO_PARAM_REAL, "Ohm cm", NULL, LOLIGO_RANGE_POSITIVE, NULL, "axial resistivity", TO(material, r_a)},
    {"c_m", LOLIGO_PARAM_REAL, "uF/cm2", NULL, LOLIGO_RANGE_POSITIVE, NULL, "capacitance per area", TO(material, c_m)},
    {"channels", LOLIGO_PARAM_NODE, NULL, "{}", LOLIGO_RANGE_ANY, NULL,
     "by their names, see channels: {NaTs: {g: 1 S/cm2}, ...}; conductances are per area", TO(material, channels)},
};
ROWS(material);

static const loligo_param nmda[] = {
    {"tau", LOLIGO_PARAM_REAL, "ms", NULL, LOLIGO_RANGE_POSITIVE, NULL, "decay", TO(nmda, tau)},
    {"Mg", LOLIGO_PARAM_REAL, "mmol/l", "1", LOLIGO_RANGE_NON_NEGATIVE, NULL, "magnesium that blocks it", TO(nmda, mg)},
    {"E", LOLIGO_PARAM_REAL, "mV", "0", LOLIGO_RANGE_ANY, NULL, "reversal potential", TO(nmda, e)},
};
ROWS(nmda);

static const loligo_param positions[] = {
    {"grid", LOLIGO_PARAM_LIST, "", "", LOLIGO_RANGE_POSITIVE, NULL,
     "points along each axis, as [100, 100], in the middles of equal boxes; the last axis runs fastest",
     TO(positions, grid)},
    {"extent", LOLIGO_PARAM_LIST, "um", "", LOLIGO_RANGE_POSITIVE, NULL,
     "of the grid along each axis, as [1 mm, 1 mm]; of a file, where it is periodic", TO(positions, extent)},
    {"low", LOLIGO_PARAM_LIST, "um", "", LOLIGO_RANGE_ANY, NULL, "where the grid begins along each axis; left out: 0",
     TO(positions, low)},
    {"random", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL, "in place of a grid: drawn uniformly in a box",
     TO(positions, random)},
    {"file", LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "in place of a grid: CSV with the header x,y or x,y,z (um), a line for each cell, relative to the model file",
     TO(positions, file)},
    {"periodic", LOLIGO_PARAM_BOOLEAN, NULL, "false", LOLIGO_RANGE_ANY, NULL,
     "do opposite sides touch? distances are then the shortest ones", TO(positions, periodic)},
};
ROWS(positions);

static const loligo_param scatter[] = {
    {"low", LOLIGO_PARAM_LIST, "um", NULL, LOLIGO_RANGE_ANY, NULL, "bounds along each axis, as [0, 0]",
     TO(scatter, low)},
    {"high", LOLIGO_PARAM_LIST, "um", NULL, LOLIGO_RANGE_ANY, NULL, "likewise, as [1 mm, 1 mm]", TO(scatter, high)},
};
ROWS(scatter);

static const loligo_param mask[] = {
    {"radius", LOLIGO_PARAM_REAL, "um", "", LOLIGO_RANGE_POSITIVE, NULL, "a disc or sphere around the target",
     TO(mask, radius)},
    {"box", LOLIGO_PARAM_LIST, "um", "", LOLIGO_RANGE_POSITIVE, NULL,
     "widths along each axis, with the target in the middle", TO(mask, box)},
    {"ring", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL, "from one distance to another", TO(mask, ring)},
};
ROWS(mask);

static const loligo_param ring[] = {
    {"inner", LOLIGO_PARAM_REAL, "um", NULL, LOLIGO_RANGE_NON_NEGATIVE, NULL, "least distance",
     offsetof(loligo_mask, inner)},
    {"outer", LOLIGO_PARAM_REAL, "um", NULL, LOLIGO_RANGE_POSITIVE, NULL, "largest distance",
     offsetof(loligo_mask, outer)},
};
ROWS(ring);

static const loligo_param conduction[] = {
    {"offset", LOLIGO_PARAM_REAL, "ms", "0", LOLIGO_RANGE_NON_NEGATIVE, NULL, "delay at distance 0",
     offsetof(loligo_conduction, offset)},
    {"speed", LOLIGO_PARAM_REAL, "m/s", NULL, LOLIGO_RANGE_POSITIVE, NULL, "of what is conducted",
     offsetof(loligo_conduction, speed)},
};
ROWS(conduction);

static const loligo_param probability[] = {
    {"p", LOLIGO_PARAM_REAL, "", NULL, LOLIGO_RANGE_FRACTION, NULL, "probability at distance 0",
     offsetof(loligo_kernel, at_zero)},
};
ROWS(probability);

static const loligo_param at_zero[] = {
    {"at_zero", LOLIGO_PARAM_REAL, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "weight at distance 0",
     offsetof(loligo_kernel, at_zero)},
};
ROWS(at_zero);

static const loligo_param trains[] = {
    {"times", LOLIGO_PARAM_LIST, "ms", "", LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "for spike_source and the input spikes: times of every cell", TO(trains, times)},
    {"file", LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "in place of times: CSV with the header cell,time (ms), relative to the model file", TO(trains, file)},
};
ROWS(trains);

static const loligo_param listing[] = {
    {"table", LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "in place of all these keys: CSV, relative to the model file, with a projection per line and these keys as "
     "columns; "
     "weight.normal.mean, say, for keys within keys; an empty field leaves its key out; also projections: {table: "
     "file}",
     TO(listing, table)},
};
ROWS(listing);

static const char *const sign_names[] = {"match", "any", NULL};

#define SIGN_HELP                                                                                                      \
  "match: currents and potentials onto exc are positive and onto inh negative, but for the tail of a law; any: "       \
  "whatever"

static const loligo_param projection[] = {
    {"name", LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "random numbers are keyed by it; left out it is 'projection N' by the position in the list, from 0",
     TO(projection, name)},
    {"source", LOLIGO_PARAM_NODE, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "a population, or cells of it: " SELECTIONS_HELP,
     TO(projection, source)},
    {"target", LOLIGO_PARAM_NODE, NULL, NULL, LOLIGO_RANGE_ANY, NULL,
     "likewise; a list makes one projection for each population that it names", TO(projection, target)},
    {"rule", LOLIGO_PARAM_NODE, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "see rules: a name, or {name: argument}",
     TO(projection, rule)},
    {"mask", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "where around a target its sources may lie, for distance_bernoulli and fixed_indegree: one of these",
     TO(projection, mask)},
    {"autapses", LOLIGO_PARAM_BOOLEAN, NULL, "true", LOLIGO_RANGE_ANY, NULL, "may a cell connect to itself?",
     TO(projection, autapses)},
    {"multapses", LOLIGO_PARAM_BOOLEAN, NULL, "true", LOLIGO_RANGE_ANY, NULL, "may a pair have more than one synapse?",
     TO(projection, multapses)},
    {"synapse", LOLIGO_PARAM_NODE, NULL, "{}", LOLIGO_RANGE_ANY, NULL,
     "a synapse model by name, or with its parameters", TO(projection, synapse)},
    {"dendritic_delay", LOLIGO_PARAM_REAL, "ms", "", LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "of a plastic synapse: the part of its delay that lies behind it, which spikes of the target take to it too; left "
     "out: all of the delay",
     TO(projection, dendritic_delay)},
    {"receptor", LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "a receptor of the target's model; left out exc, or inh for each negative weight", TO(projection, receptor)},
    {"compartment", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "of cells with branches: whose receptor, as \"apical[7]\"; left out: that of the soma",
     TO(projection, compartment)},
    {"sign", LOLIGO_PARAM_CHOICE, NULL, "match", LOLIGO_RANGE_ANY, sign_names, SIGN_HELP, TO(projection, sign)},
};
ROWS(projection);

static const loligo_param drawn[] = {
    {"weight", LOLIGO_PARAM_DISTRIBUTION, NULL, NULL, LOLIGO_RANGE_ANY, NULL,
     "a value or a distribution; conductances are not negative; decimal numbers of up to nine digits arrive as "
     "written, "
     "drawn ones are rounded once, by at most 3.1e-5 of the largest; or {distance: {KERNEL: ...}}, see distances",
     TO(drawn, weight)},
    {"delay", LOLIGO_PARAM_DISTRIBUTION, "ms", "", LOLIGO_RANGE_ANY, NULL,
     "a positive multiple of dt, or a distribution, whose values are rounded to steps; or {distance: {offset: 0.5 ms, "
     "speed: 0.3 m/s}}, likewise; only dense synapses have none",
     TO(drawn, delay)},
};
ROWS(drawn);

static const loligo_param synapse[] = {
    {"model", LOLIGO_PARAM_TEXT, NULL, "static", LOLIGO_RANGE_ANY, NULL,
     "see synapse_models, with its parameters beside it", TO(synapse, model)},
};
ROWS(synapse);

static const loligo_param input[] = {
    {"model", LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "see input_models", TO(input, model)},
    {"target", LOLIGO_PARAM_NODE, NULL, NULL, LOLIGO_RANGE_ANY, NULL, SELECTIONS_HELP, TO(input, target)},
    {"compartment", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "of cells with branches: which it reaches, as \"apical[7]\"; left out: the soma", TO(input, compartment)},
    {"start", LOLIGO_PARAM_REAL, "ms", "0", LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "begin: currents flow, and spikes arrive, at start <= t < stop", TO(input, start)},
    {"stop", LOLIGO_PARAM_REAL, "ms", "", LOLIGO_RANGE_POSITIVE, NULL, "end, half open; left out: the input never ends",
     TO(input, stop)},
    {"repeat", LOLIGO_PARAM_REAL, "ms", "", LOLIGO_RANGE_POSITIVE, NULL,
     "time, a multiple of dt, after which what it brings begins anew, from 0 on, drawn or given; left out: never",
     TO(input, repeat)},
};
ROWS(input);

static const loligo_param contact[] = {
    {"weight", LOLIGO_PARAM_DISTRIBUTION, NULL, NULL, LOLIGO_RANGE_ANY, NULL,
     "of each spike, for inputs that send spikes: a value, or a law or list of one for each cell; conductances are not "
     "negative",
     TO(contact, weight)},
    {"receptor", LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "a receptor of the target's model; left out exc, or inh for a negative weight", TO(contact, receptor)},
    {"sign", LOLIGO_PARAM_CHOICE, NULL, "match", LOLIGO_RANGE_ANY, sign_names, SIGN_HELP, TO(contact, sign)},
};
ROWS(contact);

static const loligo_param schedule[] = {
    {"at", LOLIGO_PARAM_REAL, "ms", NULL, LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "model time, a multiple of dt: what is set holds from the step on that begins then; state is kept",
     TO(schedule, at)},
    {"set", LOLIGO_PARAM_NODE, NULL, NULL, LOLIGO_RANGE_ANY, NULL,
     "values by the keys of --set: populations.NAME.params.KEY, also of some cells as "
     "\"populations.E[0:50].params.I_e\" "
     "in quotes; inputs.NAME.KEY with a parameter of its model, weight, start or stop; a value, law or list as where "
     "it "
     "is set first",
     TO(schedule, set)},
};
ROWS(schedule);

static const loligo_param data[] = {
    {"format", LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "see data_formats, with its keys beside it",
     TO(data, format)},
    {"limit", LOLIGO_PARAM_INTEGER, NULL, "", LOLIGO_RANGE_POSITIVE, NULL, "only so many samples, the first",
     TO(data, limit)},
    {"scale", LOLIGO_PARAM_REAL, "", "1", LOLIGO_RANGE_ANY, NULL,
     "an input is (value + noise + shift) * scale; one of an event is the scale", TO(data, scale)},
    {"shift", LOLIGO_PARAM_REAL, "", "0", LOLIGO_RANGE_ANY, NULL, "in units of stored values", TO(data, shift)},
    {"noise", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL, "added to values, not to events", TO(data, noise)},
};
ROWS(data);

static const loligo_param noise[] = {
    {"std", LOLIGO_PARAM_REAL, "", NULL, LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "standard deviation, in units of stored values", TO(noise, std)},
    {"fixed", LOLIGO_PARAM_BOOLEAN, NULL, "false", LOLIGO_RANGE_ANY, NULL,
     "one pattern for all samples of all data with as many values? else drawn for each sample and epoch",
     TO(noise, fixed)},
};
ROWS(noise);

static const char *const precision_names[] = {"single", "double", NULL};
static const char *const spike_names[] = {"step", "ramp", NULL};

static const loligo_param learning[] = {
    {"method", LOLIGO_PARAM_NODE, NULL, "adjoint", LOLIGO_RANGE_ANY, NULL,
     "see learning_methods: a name, or {name: its parameters}", TO(learning, method)},
    {"environment", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "what a method of rewards acts in, see environments, as {cart_pole: {noise: 0.2}}; in place of data, loss, "
     "optimiser and batch",
     TO(learning, environment)},
    {"surrogate", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "see surrogates, as {rectangle: {half_width: 0.5}}; for units with a threshold", TO(learning, surrogate)},
    {"loss", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "needed with data: see losses, as {cross_entropy: {target: classes}}; a list of several adds up, in the order of "
     "a sample's labels",
     TO(learning, loss)},
    {"optimiser", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "needed with data: see optimisers, as {adam: {rate: 1e-3}}", TO(learning, optimiser)},
    {"schedule", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL, "when the rate becomes smaller",
     TO(learning, schedule)},
    {"batch", LOLIGO_PARAM_INTEGER, NULL, "", LOLIGO_RANGE_POSITIVE, NULL,
     "needed with data: samples to one update of the weights", TO(learning, batch)},
    {"leaf", LOLIGO_PARAM_INTEGER, NULL, "0", LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "samples whose gradient one rank sums, the leaves being added exactly; 0: each row of weights is summed by one "
     "rank over all samples; better where a trial has more steps than a layer has inputs",
     TO(learning, leaf)},
    {"epochs", LOLIGO_PARAM_REAL, "", NULL, LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "how often samples are shown, in all stages together; in an environment how many updates there are, each of which "
     "is an epoch; 0: weights stay, and are evaluated",
     TO(learning, epochs)},
    {"precision", LOLIGO_PARAM_CHOICE, NULL, "single", LOLIGO_RANGE_ANY, precision_names, "of all numbers of trials",
     TO(learning, precision)},
    {"clip", LOLIGO_PARAM_REAL, "", "0", LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "largest |dE/d(input of a cell)| of a sample; 0: none", TO(learning, clip)},
    {"spike", LOLIGO_PARAM_CHOICE, NULL, "step", LOLIGO_RANGE_ANY, spike_names,
     "ramp: a spike is the primitive of the surrogate, whose gradient is then exact; for tests", TO(learning, spike)},
    {"reset_gradient", LOLIGO_PARAM_BOOLEAN, NULL, "true", LOLIGO_RANGE_ANY, NULL,
     "does the gradient go through the reset behind a spike?", TO(learning, reset_gradient)},
    {"stages", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "what is learned from, a list, one after the other; left out: data.train", TO(learning, stages)},
    {"evaluate", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "what the network is tested on, also before the first epoch and behind the last; left out: nothing",
     TO(learning, evaluate)},
};
ROWS(learning);

static const loligo_param loss[] = {
    {"target", LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL,
     "the population that answers: readouts, or units of one output, of which the mean over a trial counts, or where "
     "data have a target for each step, that of each; of information one of codes",
     TO(loss, target)},
    {"weight", LOLIGO_PARAM_REAL, "", "1", LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "of this loss in the sum; 0: it is told, not learned", TO(loss, weight)},
};
ROWS(loss);

static const loligo_param rates[] = {
    {"epochs", LOLIGO_PARAM_LIST, "", NULL, LOLIGO_RANGE_NON_NEGATIVE, NULL, "behind each of them", TO(rates, epochs)},
    {"factor", LOLIGO_PARAM_REAL, "", NULL, LOLIGO_RANGE_POSITIVE, NULL, "the rate is multiplied by this",
     TO(rates, factor)},
};
ROWS(rates);

static const loligo_param stage[] = {
    {"data", LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "samples, as data calls them", TO(stage, data)},
    {"epochs", LOLIGO_PARAM_REAL, "", "", LOLIGO_RANGE_POSITIVE, NULL,
     "how often they are shown; the last stage lasts to the end of the training, whatever it says", TO(stage, epochs)},
};
ROWS(stage);

static const loligo_param evaluate[] = {
    {"data", LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "samples, as data calls them", TO(evaluate, data)},
    {"every", LOLIGO_PARAM_TEXT, NULL, "1 epoch", LOLIGO_RANGE_ANY, NULL, "as 5 epochs or 0.5 epochs",
     TO(evaluate, every)},
};
ROWS(evaluate);

static const loligo_param partition[] = {
    {"method", LOLIGO_PARAM_TEXT, NULL, "balanced", LOLIGO_RANGE_ANY, NULL, "see partition_methods",
     TO(method, method)},
};
ROWS(partition);

static const loligo_param exchange[] = {
    {"method", LOLIGO_PARAM_TEXT, NULL, "auto", LOLIGO_RANGE_ANY, NULL, "auto, or see exchange_methods",
     TO(method, method)},
};
ROWS(exchange);

static const loligo_param output[] = {
    {"directory", LOLIGO_PARAM_TEXT, NULL, "results", LOLIGO_RANGE_ANY, NULL,
     "relative to where the program is started", TO(output, directory)},
};
ROWS(output);

static const loligo_param checkpoint[] = {
    {"every", LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "model time as 5 s, a multiple of dt, or wall time as 10 min wall; where a network learns 1 epoch, 0.5 epochs or "
     "200 batches in place of model time; left out: on signals and at the end only",
     TO(checkpoint, every)},
    {"keep", LOLIGO_PARAM_INTEGER, NULL, "2", LOLIGO_RANGE_POSITIVE, NULL, "how many checkpoints are kept, the newest",
     TO(checkpoint, keep)},
};
ROWS(checkpoint);

static const loligo_param energy[] = {
    {"table", LOLIGO_PARAM_TEXT, NULL, "cmos45", LOLIGO_RANGE_ANY, NULL,
     "see energy_tables; each of its values can be replaced by the keys below", TO(energy, table)},
};
ROWS(energy);
