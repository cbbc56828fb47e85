/** At which rates cells fire, as --rate says. */
#ifndef LOLIGO_RUN_RATES_H
#define LOLIGO_RUN_RATES_H

#include "loligo/context.h"
#include "network/description.h"

/**
 * Makes (*rates)[populations], in Hz: what is told, else MACHINE_RATE, at most one spike in each step. Not collective.
 *
 * @param told   [n] "POPULATION=HZ"
 * @param rates  memory_free() it, also after a failure
 * @return       INPUT for an unknown population or a rate that cannot be; MACHINE without memory
 */
loligo_status rates_read(const loligo_network *network, const char *const *told, size_t n, double **rates);

/**
 * Measures the rates by a dry rank of so many that it is small, whose others fire as it does itself.
 *
 * Not collective. Takes some builds of a small rank, and three times the model time.
 *
 * @param context  of one rank
 * @param network  of its listed values those of that rank are kept
 * @param ms       of model time; spikes count in its second half
 * @param rates    [populations] Hz that the others fire at first; replaced where the rank has cells
 * @return         INPUT for less than two steps, or as a simulation
 */
loligo_status rates_measure(const loligo_context *context, loligo_network *network, double ms, double *rates);

#endif
