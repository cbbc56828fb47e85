/** Biophysical properties of a cell in NeuroML 2 (Cannon et al. 2014, 10.3389/fninf.2014.00079). Not collective. */
#ifndef LOLIGO_IO_SONATA_NEUROML_H
#define LOLIGO_IO_SONATA_NEUROML_H

#include "io/sonata/biophysics.h"

/**
 * Reads channelDensity, channelDensityNernst, specificCapacitance, resistivity, concentrationModel and species; a
 * morphology in it is passed over.
 *
 * @param made    begun
 * @param digest  of the text
 * @return        INPUT with file and line for what is no XML, and elements, channels, groups or units that are not
 * known
 */
loligo_status neuroml_read(const char *path, biophysics *made, uint64_t *digest);

#endif
