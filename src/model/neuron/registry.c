/*
 * The neuron models: one line each. Look-ups go through the list in this order.
 */
#include "model/neuron/model.h"

#define MODELS(X)                                                                                                      \
  X(loligo_model, hh_psc_exp)                                                                                          \
  X(loligo_model, hh_psc_alpha)                                                                                        \
  X(loligo_model, hh_cond_exp)                                                                                         \
  X(loligo_model, hh_cond_beta)                                                                                        \
  X(loligo_model, hh_cond_exp_traub)                                                                                   \
  X(loligo_model, hh_cond_beta_traub)                                                                                  \
  X(loligo_model, hh_cond_exp_tree)                                                                                    \
  X(loligo_model, hh_cond_exp_traub_tree)                                                                              \
  X(loligo_model, biophysical)                                                                                         \
  X(loligo_model, tv_lif_hh_psc_exp)                                                                                   \
  X(loligo_model, tv_lif_hh_cond_exp)                                                                                  \
  X(loligo_model, tv_lif_hh_cond_exp_traub)                                                                            \
  X(loligo_model, iaf_psc_exp)                                                                                         \
  X(loligo_model, iaf_psc_alpha)                                                                                       \
  X(loligo_model, iaf_psc_delta)                                                                                       \
  X(loligo_model, iaf_cond_exp)                                                                                        \
  X(loligo_model, iaf_cond_alpha)                                                                                      \
  X(loligo_model, iaf_cond_exp_tree)                                                                                   \
  X(loligo_model, aeif_psc_exp)                                                                                        \
  X(loligo_model, aeif_psc_alpha)                                                                                      \
  X(loligo_model, aeif_cond_exp)                                                                                       \
  X(loligo_model, aeif_cond_alpha)                                                                                     \
  X(loligo_model, izhikevich)                                                                                          \
  X(loligo_model, mat2_psc_exp)                                                                                        \
  X(loligo_model, intfire1)                                                                                            \
  X(loligo_model, s_lif2hh)                                                                                            \
  X(loligo_model, lif4)                                                                                                \
  X(loligo_model, glif_psc)                                                                                            \
  X(loligo_model, gif_psc_exp)                                                                                         \
  X(loligo_model, gif_cond_exp)                                                                                        \
  X(loligo_model, pp_psc_delta)                                                                                        \
  X(loligo_model, iaf_cond_exp_sfa_rr)                                                                                 \
  X(loligo_model, iaf_psc_multisynapse)                                                                                \
  X(loligo_model, iaf_cond_multisynapse)                                                                               \
  X(loligo_model, poisson_source)                                                                                      \
  X(loligo_model, spike_source)                                                                                        \
  X(loligo_model, parrot)                                                                                              \
  X(loligo_model, gamma_source)                                                                                        \
  X(loligo_model, eprop_iaf)                                                                                           \
  X(loligo_model, eprop_readout)                                                                                       \
  X(loligo_model, lif_step)                                                                                            \
  X(loligo_model, s_lif2hh_layer)                                                                                      \
  X(loligo_model, s_lif2hh_gains)                                                                                      \
  X(loligo_model, hh_frozen)                                                                                           \
  X(loligo_model, hh_leak)                                                                                             \
  X(loligo_model, relu)                                                                                                \
  X(loligo_model, data_source)                                                                                         \
  X(loligo_model, readout)                                                                                             \
  X(loligo_model, gaussian_code)

REGISTRY(loligo_model, "model", MODELS);
