/**
 * `sonata` under `network` in a model file: the files of a circuit, and what a simulation of it says of its cells and
 * its sources. Not collective, all of it.
 */
#ifndef LOLIGO_IO_SONATA_SECTION_H
#define LOLIGO_IO_SONATA_SECTION_H

#include "io/model_file/network_format.h"
#include "io/sonata/circuit.h"
#include "io/sonata/config.h"

/** Its keys. */
extern const loligo_param_table section_table;

/** As network_format.read(). */
loligo_status section_read(struct model_reader *reader, tree_node *mapping);

/**
 * Adds the files of a configuration's circuit to a mapping, as section_read() takes them; those that are not enabled
 * are left out.
 *
 * @param place  of all that is added; NULL: where it stands in the configuration
 * @return       INPUT with the place of a file that is not named, or not there
 */
loligo_status section_add_circuit(const sonata_config *config, const tree_mark *place, tree_node *mapping);

/** Adds the spikes of a file to such a mapping. */
loligo_status section_add_spikes(tree_node *mapping, tree_mark place, const char *population, const char *path);

/** Reads the nodes of such a mapping, whose paths are absolute, alone; circuit_free() also after a failure. */
loligo_status section_open_nodes(const tree_node *mapping, sonata_circuit *circuit);

#endif
