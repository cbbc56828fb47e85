/** The configuration of a simulation as the sections of a model file. Not collective. */
#ifndef LOLIGO_IO_SONATA_SIMULATION_H
#define LOLIGO_IO_SONATA_SIMULATION_H

#include "io/model_file/network_format.h"

/** As network_format.read_run() and free_run(). */
loligo_status simulation_read(const char *path, const char *const *overrides, size_t n, network_run *run);
void simulation_free(network_run *run);

#endif
