/** Biophysical cells of a circuit: from their types to populations of the network. Not collective, all of it. */
#ifndef LOLIGO_IO_SONATA_CELLS_H
#define LOLIGO_IO_SONATA_CELLS_H

#include "io/model_file/read.h"
#include "io/sonata/biophysics.h"
#include "io/sonata/circuit.h"

/** What a simulation says of its cells. */
typedef struct cell_setting {
  double v_init, celsius; /* mV, degC; NAN: as templates say */
  double length;          /* um: a section of length L has 1 + 2 floor(L / length) compartments */
  double threshold;       /* mV, whose crossing is a spike */
  bool neuron;            /* the scheme of NEURON */
} cell_setting;

/**
 * Reads the type of a part, and its reconstruction.
 *
 * @param circuit  keeps dynamics_params
 * @param shape    filled; cell_shape_free() also after a failure
 * @param digest   of the files
 * @return         INPUT with file and line
 */
loligo_status cells_read(sonata_circuit *circuit, const node_part *part, const cell_setting *setting, biophysics *made,
                         cell_shape *shape, uint64_t *digest);

/** Gives a population of the network what was read, and names to its compartments: `soma`, `dend3` of sections. INPUT
 * for what is out of range; MACHINE. */
loligo_status cells_set(model_reader *reader, size_t population, const cell_setting *setting, const biophysics *made,
                        const cell_shape *shape);

#endif
