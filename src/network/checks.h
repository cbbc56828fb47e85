/** Checks of values where they stand: as a parameter, an initial value, a weight or a delay. All are INPUT errors that
 * name the key. Not collective. */
#ifndef LOLIGO_NETWORK_CHECKS_H
#define LOLIGO_NETWORK_CHECKS_H

#include "base/param.h"
#include "base/random/distribution.h"
#include "loligo/status.h"
#include "model/neuron/model.h"

/** Longest delay in steps. Every rank keeps a list for each step that a spike can be under way: with this many they
 * take 0.8 GiB. */
enum { CHECKS_MAX_DELAY_STEPS = 1 << 24 };

/** distribution_check(), and values that can lie in the row's range: a constant and a list must, a law must be able to.
 */
loligo_status check_param(const loligo_distribution *law, const loligo_param *row, uint64_t cells);

/** The number given for a row that is one for all, or its default where nothing is. */
double param_value(const loligo_distribution *given, const loligo_param *row);

/** A weight that a receptor can take: conductances are not negative. */
loligo_status check_weight(const loligo_distribution *law, const loligo_receptor *receptor);

/** A weight of the sign that a receptor for currents or potentials stands for: exc of >= 0, inh of <= 0; any for
 * another receptor. */
loligo_status check_sign(double weight, const loligo_receptor *receptor);

/** A delay in ms of at least one step; a constant, or a law of one value, is a multiple of dt. */
loligo_status check_delay(const loligo_distribution *law, double dt);

/** One number: a weight for a receptor, or a constant delay, as above. */
loligo_status check_one_weight(double weight, const loligo_receptor *receptor);
loligo_status check_one_delay(double delay, double dt);

/** A time after which something begins anew, ms, in steps; 0: never. times[n_times] are what it has, ms, ascending. */
typedef struct repeated_times {
  double repeat, dt;
  const double *times; /* [n_times] */
  size_t n_times;
} repeated_times;
loligo_status check_repeat(const repeated_times *given, int64_t *steps);

#endif
