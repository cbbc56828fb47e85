/** What models of short-term plasticity share. */
#ifndef LOLIGO_MODEL_SYNAPSE_SHORT_TERM_H
#define LOLIGO_MODEL_SYNAPSE_SHORT_TERM_H

#include "base/vector.h"
#include "model/synapse/synapse_model.h"

#define SHORT_TERM_ROWS(u_help)                                                                                        \
  LOLIGO_REAL_ROW("U", "", "0.5", LOLIGO_RANGE_FRACTION, u_help),                                                      \
      LOLIGO_REAL_ROW("tau_rec", "ms", "800", LOLIGO_RANGE_POSITIVE, "recovery of the resources"),                     \
      LOLIGO_REAL_ROW("tau_fac", "ms", "0", LOLIGO_RANGE_NON_NEGATIVE, "decay of facilitation; 0: there is none")

/* Parameters, and constants, which are the same. */
enum { SHORT_TERM_U, SHORT_TERM_TAU_REC, SHORT_TERM_TAU_FAC, SHORT_TERM_PARAMS };
enum { SHORT_TERM_CONSTANTS = SHORT_TERM_PARAMS };

static inline loligo_status short_term_derive(const double *param, double *constant)
{
  for (int i = 0; i < SHORT_TERM_PARAMS; i++) constant[i] = param[i];
  return LOLIGO_OK;
}

/** exp(-since / tau); 0 where tau is. */
static inline double short_term_decay(double since, double tau)
{
  return tau > 0 ? vector_exp(-since / tau) : 0;
}

#endif
