/**
 * Signals that ask a run for something: SIGUSR1 for a checkpoint; Ctrl-C, TERM, HUP, XCPU and SIGUSR2 for an
 * end.
 *
 * Any rank may get them; the simulation sees to it that all ranks act in the same step.
 */
#ifndef LOLIGO_RUN_SIGNALS_H
#define LOLIGO_RUN_SIGNALS_H

#include <stdbool.h>

#include "loligo/simulation.h"

/**
 * Takes over the signals; also makes a file that may not grow, and a pipe that nobody reads, an error of write().
 * Before MPI_Init().
 */
void signals_catch(void);

/** From now on signals pause and stop this simulation, or, with NULL, none. What came before counts. */
void signals_act_on(loligo_simulation *simulation);

/** Whether a checkpoint has been asked for since the last call, while no simulation was acted on. */
bool signals_want_checkpoint(void);

/** Whether a stop has been asked for since the program began. */
bool signals_want_stop(void);

#endif
