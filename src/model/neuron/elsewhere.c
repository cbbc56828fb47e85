/*
 * Who comes with a model file of another simulator learns at once what it is called here, or that it is not there.
 * Sources: the lists of models of NEST 3, PyNN 0.12, and bmtk's examples, which name NEURON's and NEST's.
 */
#include "model/neuron/elsewhere.h"

#include <stdio.h>
#include <strings.h>

static const model_elsewhere models[] = {
    {"IF_curr_exp", "PyNN", "iaf_psc_exp", NULL},
    {"IF_curr_delta", "PyNN", "iaf_psc_delta", NULL},
    {"IF_cond_exp", "PyNN", "iaf_cond_exp", NULL},
    {"IF_curr_alpha", "PyNN", "iaf_psc_alpha", NULL},
    {"IF_cond_alpha", "PyNN", "iaf_cond_alpha", NULL},
    {"HH_cond_exp", "PyNN", "hh_cond_exp_traub", NULL},
    {"EIF_cond_exp_isfa_ista", "PyNN", "aeif_cond_exp", NULL},
    {"EIF_cond_alpha_isfa_ista", "PyNN", "aeif_cond_alpha", NULL},
    {"Izhikevich", "PyNN", "izhikevich", NULL},
    {"SpikeSourcePoisson", "PyNN", "poisson_source", NULL},
    {"SpikeSourceArray", "PyNN", "spike_source", NULL},
    {"SpikeSourceGamma", "PyNN", "gamma_source", NULL},
    {"gamma_sup_generator", "NEST", NULL, "gamma_source"},
    {"sinusoidal_gamma_generator", "NEST", NULL, "gamma_source"},
    {"ppd_sup_generator", "NEST", NULL, "gamma_source"},
    {"poisson_generator", "NEST", "poisson_source", NULL},
    {"spike_generator", "NEST", "spike_source", NULL},
    {"parrot_neuron", "NEST", "parrot", NULL},
    {"iaf_tum_2000", "NEST", NULL, "iaf_psc_exp"},
    {"iaf_chxk_2008", "NEST", NULL, "iaf_cond_exp"},
    {"aeif_psc_delta", "NEST", NULL, "aeif_psc_exp"},
    {"amat2_psc_exp", "NEST", NULL, "mat2_psc_exp"},
    {"hh_psc_alpha_gap", "NEST", NULL, "hh_psc_alpha"},
    {"hh_cond_beta_gap_traub", "NEST", NULL, "hh_cond_beta_traub"},
    {"ht_neuron", "NEST", NULL, "hh_cond_exp"},
    {"IntFire1", "NEURON and bmtk", "intfire1", NULL},
    {"iaf_cond_beta", "NEST", NULL, "iaf_cond_multisynapse"},
    {"iaf_psc_exp_multisynapse", "NEST", "iaf_psc_multisynapse", NULL},
    {"iaf_psc_alpha_multisynapse", "NEST", "iaf_psc_multisynapse", NULL},
    {"gif_psc_exp_multisynapse", "NEST", NULL, "gif_psc_exp"},
    {"gif_cond_exp_multisynapse", "NEST", NULL, "gif_cond_exp"},
    {"gif_pop_psc_exp", "NEST", NULL, "gif_psc_exp"},
    {"GIF_cond_exp", "PyNN", "gif_cond_exp", NULL},
    {"IF_cond_exp_gsfa_grr", "PyNN", "iaf_cond_exp_sfa_rr", NULL},
    {"glif_cond", "NEST", NULL, "glif_psc"},
    {"glif_psc_double_alpha", "NEST", NULL, "glif_psc"},
    {"pp_pop_psc_delta", "NEST", NULL, "pp_psc_delta"},
    {"eprop_iaf_bsshslm_2020", "NEST", "eprop_iaf", NULL},
    {"eprop_readout_bsshslm_2020", "NEST", "eprop_readout", NULL},
    {"eprop_iaf_adapt_bsshslm_2020", "NEST", NULL, "eprop_iaf"},
    {"eprop_iaf_adapt", "NEST", NULL, "eprop_iaf"},
    {"eprop_iaf_psc_delta", "NEST", NULL, "eprop_iaf"},
    {"DCSource", "PyNN", "dc", NULL},
    {"ACSource", "PyNN", "sine", NULL},
    {"StepCurrentSource", "PyNN", "steps", NULL},
    {"NoisyCurrentSource", "PyNN", "noise_current", NULL},
    {"dc_generator", "NEST", "dc", NULL},
    {"ac_generator", "NEST", "sine", NULL},
    {"step_current_generator", "NEST", "steps", NULL},
    {"noise_generator", "NEST", "noise_current", NULL},
    {"inhomogeneous_poisson_generator", "NEST", "poisson_steps", NULL},
    {"sinusoidal_poisson_generator", "NEST", "poisson_sine", NULL},
    {"step_rate_generator", "NEST", NULL, "poisson_steps"},
    {"static_synapse", "NEST", "static", NULL},
    {"stdp_synapse", "NEST", "stdp", NULL},
    {"stdp_synapse_hom", "NEST", "stdp", NULL},
    {"stdp_pl_synapse_hom", "NEST", "stdp_pl", NULL},
    {"stdp_triplet_synapse", "NEST", "stdp_triplet", NULL},
    {"stdp_dopamine_synapse", "NEST", "stdp_dopamine", NULL},
    {"vogels_sprekeler_synapse", "NEST", "stdp_inhibitory", NULL},
    {"tsodyks_synapse", "NEST", "tsodyks", NULL},
    {"tsodyks2_synapse", "NEST", "tsodyks2", NULL},
    {"eprop_synapse_bsshslm_2020", "NEST", "e_prop", NULL},
    {"eprop_synapse", "NEST", NULL, "e_prop"},
    {"eprop_learning_signal_connection_bsshslm_2020", "NEST", NULL, "e_prop"},
    {"eprop_learning_signal_connection", "NEST", NULL, "e_prop"},
    {"IntFire2", "NEURON and bmtk", NULL, "iaf_psc_exp"},
    {"IntFire4", "NEURON and bmtk", NULL, "iaf_psc_exp"},
};

/* Those that are more than the names here in other letters. */
static const model_elsewhere params[] = {
    {"v_rest", "PyNN", "E_L", NULL},
    {"v_thresh", "PyNN", "V_th", NULL},
    {"v_spike", "PyNN", "V_peak", NULL},
    {"tau_refrac", "PyNN", "t_ref", NULL},
    {"cm", "PyNN", "C_m", NULL},
    {"i_offset", "PyNN", "I_e", NULL},
    {"tau_syn_E", "PyNN", "tau_syn_ex", NULL},
    {"tau_syn_I", "PyNN", "tau_syn_in", NULL},
    {"e_rev_E", "PyNN", "E_ex", NULL},
    {"e_rev_I", "PyNN", "E_in", NULL},
    {"e_rev_leak", "PyNN", "E_L", NULL},
    {"g_leak", "PyNN", "g_L", NULL},
    {"e_rev_Na", "PyNN", "E_Na", NULL},
    {"e_rev_K", "PyNN", "E_K", NULL},
    {"gbar_Na", "PyNN", "g_Na", NULL},
    {"gbar_K", "PyNN", "g_K", NULL},
};

const model_elsewhere *model_elsewhere_at(size_t i)
{
  return i < sizeof models / sizeof *models ? &models[i] : NULL;
}

const model_elsewhere *model_elsewhere_param_at(size_t i)
{
  return i < sizeof params / sizeof *params ? &params[i] : NULL;
}

static const model_elsewhere *find(const model_elsewhere *(*at)(size_t i), const char *name)
{
  const model_elsewhere *one;
  for (size_t i = 0; (one = at(i)); i++)
    if (strcasecmp(one->name, name) == 0) return one;
  return NULL;
}

const model_elsewhere *model_elsewhere_find(const char *name)
{
  return find(model_elsewhere_at, name);
}

const model_elsewhere *model_elsewhere_find_param(const char *name)
{
  return find(model_elsewhere_param_at, name);
}

void model_elsewhere_print(const model_elsewhere *model, char text[MODEL_ELSEWHERE_BYTES])
{
  if (model->same)
    snprintf(text, MODEL_ELSEWHERE_BYTES, "what %s calls so is %s here", model->simulator, model->same);
  else
    snprintf(text, MODEL_ELSEWHERE_BYTES, "the model of %s is not there%s%s", model->simulator,
             model->nearest ? "; nearest: " : "", model->nearest ? model->nearest : "");
}
