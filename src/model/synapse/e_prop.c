/*
 * Three factors: what the source has sent, how near the target is to a spike, and what of the error it is told. Bellec
 * et al. 2020 (10.1038/s41467-020-17236-y); NEST's eprop_synapse_bsshslm_2020. Which gradient that is, and how it is
 * found, is the business of sim/plasticity; here is what a weight makes of it. Adam: Kingma & Ba 2015
 * (arXiv 1412.6980).
 */
#include "base/vector.h"
#include "model/synapse/synapse_model.h"

static const char *const optimisers[] = {"sgd", "adam", NULL};
static const char *const updates[] = {"trial", "spike", NULL};
static const char *const feedbacks[] = {"symmetric", "random", NULL};

enum { SGD, ADAM };
enum { TRIAL, SPIKE };
enum { SYMMETRIC, RANDOM };

static const loligo_param params[] = {
    LOLIGO_REAL_ROW(SYNAPSE_WMAX, NULL, NULL, LOLIGO_RANGE_POSITIVE,
                    "largest magnitude of a weight, of either sign; weights are kept in units of Wmax 2^-30"),
    {"optimiser", LOLIGO_PARAM_CHOICE, "", "adam", LOLIGO_RANGE_ANY, optimisers,
     "what a gradient g does: sgd: w -= eta g; adam: w -= eta m' / (sqrt(v') + epsilon)", 0},
    {"update", LOLIGO_PARAM_CHOICE, "", "trial", LOLIGO_RANGE_ANY, updates,
     "when: trial: at its end; spike: at each spike of the source by what is known of g, and at the end by the rest; "
     "for sgd",
     0},
    LOLIGO_REAL_ROW("eta", "", "0.001", LOLIGO_RANGE_NON_NEGATIVE,
                    "learning rate; adam: step of a weight, in its unit"),
    LOLIGO_REAL_ROW("beta_1", "", "0.9", LOLIGO_RANGE_FRACTION, "adam: what a trial leaves of the mean of g"),
    LOLIGO_REAL_ROW("beta_2", "", "0.999", LOLIGO_RANGE_FRACTION, "adam: what a trial leaves of the mean of g^2"),
    LOLIGO_REAL_ROW("epsilon", "", "1e-8", LOLIGO_RANGE_POSITIVE, "adam: added to the root of the mean of g^2"),
    {"feedback", LOLIGO_PARAM_CHOICE, "", "symmetric", LOLIGO_RANGE_ANY, feedbacks,
     "by which an error comes back to the source of a synapse onto a readout: symmetric: its weight as it is; random: "
     "a "
     "number drawn for the two cells, which stays",
     0},
    LOLIGO_REAL_ROW("feedback_std", "", "1", LOLIGO_RANGE_NON_NEGATIVE, "random: standard deviation of its normal law"),
};

enum { WMAX, OPTIMISER, UPDATE, ETA, BETA_1, BETA_2, EPSILON, FEEDBACK, FEEDBACK_STD };

/* RATE in units of Wmax. */
enum { C_OPTIMISER, C_UPDATE, C_RATE, C_BETA_1, C_BETA_2, C_EPSILON, C_FEEDBACK };

static loligo_status derive(const double *param, double *constant)
{
  if (param[BETA_1] >= 1 || param[BETA_2] >= 1)
    return loligo_fail(LOLIGO_INPUT_ERROR, "beta_1 (%g) and beta_2 (%g) must be below 1", param[BETA_1], param[BETA_2]);
  if (param[UPDATE] == SPIKE && param[OPTIMISER] != SGD)
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "update: spike goes with optimiser: sgd; adam knows the gradients of whole trials only");
  constant[C_OPTIMISER] = param[OPTIMISER];
  constant[C_UPDATE] = param[UPDATE];
  constant[C_RATE] = param[ETA] / param[WMAX];
  constant[C_BETA_1] = param[BETA_1];
  constant[C_BETA_2] = param[BETA_2];
  constant[C_EPSILON] = param[EPSILON];
  constant[C_FEEDBACK] = param[FEEDBACK] == RANDOM ? param[FEEDBACK_STD] : NAN;
  return LOLIGO_OK;
}

static size_t n_moments(const double *constant)
{
  return constant[C_OPTIMISER] == ADAM ? 2 : 0;
}

static bool learns_at_spikes(const double *constant)
{
  return constant[C_UPDATE] == SPIKE;
}

static double drawn_feedback(const double *constant)
{
  return constant[C_FEEDBACK];
}

VECTOR_CLONES static void descend(size_t n, double rate, const double *restrict gradient, double *restrict weight)
{
  for (size_t i = 0; i < n; i++) weight[i] -= rate * gradient[i];
}

/* The first trials know little: means are divided by what they are made of. */
static double known_after(double beta, uint64_t trial)
{
  return beta > 0 ? -vector_expm1((double)trial * vector_log(beta)) : 1;
}

VECTOR_CLONES static void step_adam(size_t n, const double *constant, const double *known,
                                    const double *restrict gradient, double *restrict mean, double *restrict square,
                                    double *restrict weight)
{
  const double rate = constant[C_RATE], epsilon = constant[C_EPSILON];
  const double beta_1 = constant[C_BETA_1], beta_2 = constant[C_BETA_2];
  const double known_1 = known[0], known_2 = known[1];
  for (size_t i = 0; i < n; i++) {
    const double g = gradient[i];
    mean[i] = beta_1 * mean[i] + (1 - beta_1) * g;
    square[i] = beta_2 * square[i] + (1 - beta_2) * g * g;
    weight[i] -= rate * (mean[i] / known_1) / (sqrt(square[i] / known_2) + epsilon);
  }
}

static void learn(const synapse_lesson *lesson)
{
  const double *constant = lesson->constant;
  if (constant[C_OPTIMISER] == SGD) {
    descend(lesson->n, constant[C_RATE], lesson->gradient, lesson->weight);
    return;
  }
  const double known[2] = {known_after(constant[C_BETA_1], lesson->trial),
                           known_after(constant[C_BETA_2], lesson->trial)};
  step_adam(lesson->n, constant, known, lesson->gradient, lesson->moment[0], lesson->moment[1], lesson->weight);
}

const synapse_model synapse_model_e_prop = {
    .name = "e_prop",
    .summary = "eligibility propagation: learns by the error of each trial (10.1038/s41467-020-17236-y)",
    .equations =
        "a spike brings w\n"
        "onto a readout k:  g = sum over the trial of error_k F_k(z)\n"
        "onto a cell j:     g = sum over the trial of L_j F_k(surrogate_j F_j(z)),  L_j = sum over k of B_kj error_k\n"
        "z: what arrives of the source's spikes; F_j, F_k: sums of all before, forgotten with tau_m of j or k\n"
        "error_k in L_j: of the step at which a spike that j has now arrives at k\n"
        "B_kj: the weight of a synapse of e_prop from j onto k (feedback: symmetric), before it changes\n"
        "at the end of a trial, which the target says: sgd or adam by g, w clipped to -Wmax ... Wmax\n"
        "update: spike: a spike brings what w has become by those terms of g that are known where it arrives:\n"
        "  onto a readout the steps up to its own delay before, as long as an error takes to come back\n"
        "  onto j those up to 2 D before, D the longest delay from a cell of j's population onto a readout\n"
        "  then, as at the end of the trial, w -= eta g; B_kj: the weight at the begin of the trial\n"
        "a bias is a synapse from a cell that spikes at each step: spike_source with times: [1 ms], repeat: 1 ms at "
        "that "
        "dt",
    .kind = SYNAPSE_DESCENT,
    .pathways = synapse_spikes_only,
    .n_pathways = 1,
    .params = LOLIGO_PARAM_TABLE(params),
    .derive = derive,
    .n_moments = n_moments,
    .learns_at_spikes = learns_at_spikes,
    .drawn_feedback = drawn_feedback,
    .learn = learn,
};
