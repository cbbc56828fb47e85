/*
 * A code with noise, behind a trial: what a deep variational information bottleneck learns (Alemi et al. 2017, arXiv
 * 1612.00410). What it tells of its input is bounded by its distance (of Kullback and Leibler) from a code that tells
 * nothing, that of a standard normal law.
 */
#include "model/neuron/block.h"

enum { CODE_MEAN, CODE_WIDTH, CODE_INPUTS };

/* Where the exponential of a width would leave the range of a number. */
static const double CODE_BOUND = 60;

/* Standard deviation of the noise, and its derivative by the width: in double precision for both. */
typedef struct code_noise {
  double std, slope;
} code_noise;

VECTOR_INLINE code_noise code_noise_of(double width, double shift)
{
  const double x = width - shift, below = x > CODE_BOUND ? CODE_BOUND : x,
               within = below < -CODE_BOUND ? -CODE_BOUND : below;
  const double e = vector_exp(within);
  return (code_noise){vector_log1p(e), e / (1 + e)};
}

#define KERNEL "model/neuron/gaussian_code_pass.h"
#include "model/both_precisions.h"

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("shift", "", "5", LOLIGO_RANGE_ANY, "standard deviation of the noise = ln(1 + exp(width - shift))"),
};

static const loligo_receptor receptors[] = {{"mean", LOLIGO_RECEPTOR_NUMBER}, {"width", LOLIGO_RECEPTOR_NUMBER}};

static loligo_status derive(const double *param, double dt, double *constants, double *state)
{
  (void)dt;
  (void)state;
  constants[0] = param[0];
  return LOLIGO_OK;
}

static const loligo_adjoint adjoint = {
    .part = LOLIGO_TRIAL_CODE,
    .n_inputs = CODE_INPUTS,
    .n_outputs = 1,
    .n_constants = 1,
    .derive = derive,
    .forward = BOTH_PRECISIONS(forward),
    .backward = BOTH_PRECISIONS(backward),
};

const loligo_model loligo_model_gaussian_code = {
    .name = "gaussian_code",
    .summary = "a code with noise behind a trial, for trials only: the encoder of an information bottleneck (arXiv "
               "1612.00410)",
    .takes_no_current = true,
    .cost = 1,
    .operations = &(const loligo_operations){52, 45, 4},
    .params = LOLIGO_PARAM_TABLE(params),
    .receptors = receptors,
    .n_receptors = sizeof receptors / sizeof receptors[0],
    .adjoint = &adjoint,
    .page =
        {
            .equations =
                "once behind a trial, of what counts of the sources:\n"
                "std = ln(1 + exp(width - shift));   output = mean + std z   with z standard normal, drawn anew "
                "for each\n"
                "sample and epoch; in evaluations the same each time\n"
                "information = (mean^2 + std^2 - 1) / 2 - ln std   in nat: that of the output about the sample is "
                "at most\n"
                "the mean of its sum over the cells",
            .integrator = "none; std and information in double precision",
            .refractory = "none",
            .spike = "none: the output is a number",
            .golden =
                "a Gaussian channel has 1/2 log2(1 + signal / noise) bit, which the bounds enclose, and at weight "
                "beta of\n"
                "the loss information it learns to have 1/2 log2(signal / beta) (tests/unit/learn_information.c)",
            .source = "Alemi et al. 2017, Deep variational information bottleneck, arXiv 1612.00410",
        },
};
