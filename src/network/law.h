/** Checks of distributions; all INPUT errors that name the key. Not collective. */
#ifndef LOLIGO_NETWORK_LAW_H
#define LOLIGO_NETWORK_LAW_H

#include "base/param.h"
#include "loligo/distribution.h"
#include "loligo/status.h"
#include "model/model.h"

/** Instead of a number of cells, where a list has no place. */
#define LAW_NO_LIST UINT64_MAX

/** A law that can be drawn from: finite numbers, std >= 0, low < high, as many values in a list as there are `cells`.
 */
loligo_status law_check(const loligo_distribution *law, const char *key, uint64_t cells);

/** law_check(), and values that can lie in the row's range: a constant and a list must, a law must be able to. */
loligo_status law_check_param(const loligo_distribution *law, const param *row, uint64_t cells);

/** A weight that a receptor can take: conductances are not negative. */
loligo_status law_check_weight(const loligo_distribution *law, const model_receptor *receptor);

/** A weight of the sign that a receptor for currents or potentials stands for: exc of >= 0, inh of <= 0; any for
 * another receptor. */
loligo_status law_check_sign(double weight, const model_receptor *receptor);

/** A delay in ms of at least one step; a constant, or a law of one value, is a multiple of dt. */
loligo_status law_check_delay(const loligo_distribution *law, double dt);

/** One number: a weight for a receptor, or a constant delay, as above. */
loligo_status law_check_one_weight(double weight, const model_receptor *receptor);
loligo_status law_check_one_delay(double delay, double dt);

/** Copies a law with its list; MACHINE without memory. law_free() frees the list. */
loligo_status law_copy(const loligo_distribution *law, loligo_distribution *copy);
void law_free(loligo_distribution *law);

#endif
