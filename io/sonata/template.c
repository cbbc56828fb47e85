/*
 * Names, units and defaults are those of NEST 3 and of NEURON 8 as bmtk uses them.
 */
#include "io/sonata/template.h"

#include <math.h>
#include <string.h>

#define PARAMS(list) .params = list, .n_params = sizeof list / sizeof *list

#define SINGLE(name, own, scale)                                                                                       \
  {                                                                                                                    \
    name, own, scale, TEMPLATE_SINGLE                                                                                  \
  }
#define ELEMENT(name, own, element)                                                                                    \
  {                                                                                                                    \
    name, own, 1, element                                                                                              \
  }
#define WITHOUT_MEANING(name) SINGLE(name, NULL, 1)

/* Where potentials begin in NEST (mV), whatever E_L is. */
#define V_M_OF_IAF -70
#define V_M_OF_GLIF -78.85

/* Of NEST's synapses (ms). */
#define NEST_DELAY 1

#define MS_PER_S 1000

const sonata_template sonata_template_nest_iaf_psc_alpha = {.name = "nest:iaf_psc_alpha",
                                                            .summary = "iaf_psc_alpha",
                                                            .model = "iaf_psc_alpha",
                                                            .v_m = V_M_OF_IAF,
                                                            .delay = NEST_DELAY};

const sonata_template sonata_template_nest_iaf_psc_exp = {.name = "nest:iaf_psc_exp",
                                                          .summary = "iaf_psc_exp",
                                                          .model = "iaf_psc_exp",
                                                          .v_m = V_M_OF_IAF,
                                                          .delay = NEST_DELAY};

const sonata_template sonata_template_nest_iaf_psc_delta = {.name = "nest:iaf_psc_delta",
                                                            .summary = "iaf_psc_delta",
                                                            .model = "iaf_psc_delta",
                                                            .v_m = V_M_OF_IAF,
                                                            .delay = NEST_DELAY};

static const template_param glif_params[] = {
    ELEMENT("asc_amps", "asc_amp_1", 0),
    ELEMENT("asc_amps", "asc_amp_2", 1),
    ELEMENT("asc_decay", "asc_decay_1", 0),
    ELEMENT("asc_decay", "asc_decay_2", 1),
    ELEMENT("asc_r", "asc_r_1", 0),
    ELEMENT("asc_r", "asc_r_2", 1),
    ELEMENT("asc_init", "asc_1", 0),
    ELEMENT("asc_init", "asc_2", 1),
    ELEMENT("tau_syn", "tau_syn_ex", TEMPLATE_OF_EXC),
    ELEMENT("tau_syn", "tau_syn_in", TEMPLATE_OF_INH),
    WITHOUT_MEANING("V_dynamics_method"),
};

const sonata_template sonata_template_nest_glif_psc = {
    .name = "nest:glif_psc",
    .summary =
        "glif_psc; edges onto it name at most two receptors by receptor_type, the lower one is exc, the other inh",
    .model = "glif_psc",
    PARAMS(glif_params),
    .v_m = V_M_OF_GLIF,
    .delay = NEST_DELAY,
    .has_receptor_types = true};

const sonata_template sonata_template_nest_parrot_neuron = {.name = "nest:parrot_neuron",
                                                            .summary = "parrot; weights onto it say nothing",
                                                            .model = "parrot",
                                                            .v_m = NAN,
                                                            .delay = NEST_DELAY,
                                                            .relays = true};

static const template_param intfire1_params[] = {
    SINGLE("tau", "tau", MS_PER_S),
    SINGLE("refrac", "t_ref", MS_PER_S),
    WITHOUT_MEANING("type"),
};

const sonata_template sonata_template_nrn_IntFire1 = {
    .name = "nrn:IntFire1",
    .summary =
        "intfire1, with tau and refrac in seconds; `sign` of an edge type's dynamics_params is that of its weights",
    .model = "intfire1",
    PARAMS(intfire1_params),
    .v_m = NAN,
    .delay = NAN,
    .is_signed = true};

/* Cells of populations may be built by either: what holds for all of them stands in the first. */
const sonata_template sonata_template_ctdb_Biophys1 = {
    .name = "ctdb:Biophys1.hoc",
    .summary = "biophysical, by a morphology (SWC) and dynamics_params of the Allen Cell Types Database; "
               "model_processing: aibs_perisomatic or aibs_allactive",
    .model = "biophysical",
    .cell = TEMPLATE_JSON,
    .v_m = -80,
    .delay = NAN};

const sonata_template sonata_template_nml = {
    .name = "nml:",
    .summary = "the same by a file of NeuroML that follows: nml:Cell_472363762.cell.nml",
    .model = "biophysical",
    .cell = TEMPLATE_NEUROML,
    .v_m = -80,
    .delay = NAN};

#define TEMPLATES(X)                                                                                                   \
  X(sonata_template, nest_iaf_psc_alpha)                                                                               \
  X(sonata_template, nest_iaf_psc_exp)                                                                                 \
  X(sonata_template, nest_iaf_psc_delta)                                                                               \
  X(sonata_template, nest_glif_psc)                                                                                    \
  X(sonata_template, nest_parrot_neuron)                                                                               \
  X(sonata_template, nrn_IntFire1)                                                                                     \
  X(sonata_template, ctdb_Biophys1)                                                                                    \
  X(sonata_template, nml)

REGISTRY(sonata_template, "model_template", TEMPLATES);

/* A name that ends in a colon is followed by a file. */
static bool takes_file(const sonata_template *template)
{
  return template->name[strlen(template->name) - 1] == ':';
}

const sonata_template *sonata_template_of(const char *model_template)
{
  for (size_t i = 0; sonata_template_at(i); i++)
    if (takes_file(sonata_template_at(i)) &&
        strncmp(model_template, sonata_template_at(i)->name, strlen(sonata_template_at(i)->name)) == 0)
      return sonata_template_at(i);
  return sonata_template_find(model_template);
}

const char *sonata_template_file(const sonata_template *template, const char *model_template)
{
  return takes_file(template) ? model_template + strlen(template->name) : "";
}
