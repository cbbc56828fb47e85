/*
 * A pole that stands on a cart, which is pushed to the left or to the right (Barto, Sutton and Anderson 1983,
 * 10.1109/TSMC.1983.6313077, with the constants of OpenAI Gym): gravity 9.8 m/s2, masses 1 and 0.1 kg, half length 0.5
 * m, force 10 N, Euler steps of 0.02 s.
 */
#include "base/vector.h"
#include "learn/environment.h"

enum { NOISE };
enum { PLACE, SPEED, ANGLE, TURN, N_STATES };

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("noise", "", "0", LOLIGO_RANGE_NON_NEGATIVE, "standard deviation of what is added to observations"),
};

static const double GRAVITY = 9.8, MASS = 1.1, POLE_MASS = 0.1, HALF_LENGTH = 0.5, FORCE = 10, DT = 0.02;
static const double FARTHEST = 2.4 /* m */, STEEPEST = 0.2095 /* 12 degrees */, TURNS = 0.15915494309189535 /* 1/2pi */;
static const double SCALE[N_STATES] = {2.4, 2, 0.2, 2};

static void begin(const double *param, random_stream *stream, double *state)
{
  (void)param;
  for (int i = 0; i < N_STATES; i++) state[i] = 0.1 * random_stream_uniform(stream) - 0.05;
}

static void observe(const double *param, const double *state, random_stream *stream, double *observed)
{
  for (int i = 0; i < N_STATES; i++) observed[i] = state[i] / SCALE[i];
  for (int i = 0; param[NOISE] > 0 && i < N_STATES; i++) observed[i] += param[NOISE] * random_stream_normal(stream);
}

static bool act(const double *param, const double *action, double *state, double *reward)
{
  const double force = action[0] > 0 ? FORCE : -FORCE;
  const double cosine = vector_cos2pi(TURNS * state[ANGLE]), sine = vector_sin2pi(TURNS * state[ANGLE]);
  const double push = (force + POLE_MASS * HALF_LENGTH * state[TURN] * state[TURN] * sine) / MASS;
  const double turns = (GRAVITY * sine - cosine * push) / (HALF_LENGTH * (4. / 3 - POLE_MASS * cosine * cosine / MASS));
  const double moves = push - POLE_MASS * HALF_LENGTH * turns * cosine / MASS;
  (void)param;
  state[PLACE] += DT * state[SPEED];
  state[SPEED] += DT * moves;
  state[ANGLE] += DT * state[TURN];
  state[TURN] += DT * turns;
  *reward += 1;
  return fabs(state[PLACE]) <= FARTHEST && fabs(state[ANGLE]) <= STEEPEST;
}

const environment environment_cart_pole = {
    .name = "cart_pole",
    .summary =
        "a pole on a cart: 500 steps of 20 ms, a reward of 1 in each until it leans by 12 degrees or is 2.4 m off",
    .params = LOLIGO_PARAM_TABLE(params),
    .n_states = N_STATES,
    .n_observed = N_STATES,
    .n_actions = 1,
    .most_steps = 500,
    .begin = begin,
    .observe = observe,
    .act = act,
};
