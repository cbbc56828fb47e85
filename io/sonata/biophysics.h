/**
 * What the sections of a biophysical cell are made of, as its template says: passive properties, channels with their
 * densities, reversal potentials. Not collective, all of it.
 */
#ifndef LOLIGO_IO_SONATA_BIOPHYSICS_H
#define LOLIGO_IO_SONATA_BIOPHYSICS_H

#include "io/morphology/cell.h"
#include "io/yaml/yaml_tree.h"

typedef struct biophysics {
  cell_material of[SWC_TYPES]; /* NAN: not given */
  double celsius;              /* degC; NAN: not given */
} biophysics;

/** Nothing is given. */
void biophysics_begin(biophysics *made);

/** Types of sections by a name in templates, as bits 1 << swc_type: soma, axon, dend, apic, somatic, axonal, basal,
 * apical, all; 0: none is called so. */
unsigned biophysics_types(const char *name);

/** Gives sections of these types a capacitance (uF/cm2), or an axial resistivity (Ohm cm). */
void biophysics_set_c_m(biophysics *made, unsigned types, double c_m);
void biophysics_set_r_a(biophysics *made, unsigned types, double r_a);

/** Inserts a channel in sections of these types, unless it is there. INPUT where there is no such channel. */
loligo_status biophysics_insert(biophysics *made, unsigned types, const char *channel);

/** Sets a parameter of a channel that is inserted there, per area as in channel_entry. INPUT where it has none of that
 * name. */
loligo_status biophysics_set(biophysics *made, unsigned types, const char *channel, const char *param, double value);

/** Sets the reversal potentials (mV) of the channels of sodium, or of potassium, that are there. */
void biophysics_reverse(biophysics *made, unsigned types, bool sodium, double e);

/**
 * Reads the dynamics_params of the templates of the Allen Cell Types Database: passive, genome and conditions, as its
 * perisomatic and all-active models have them.
 *
 * @param params  a mapping
 * @return        INPUT with the place of what is not as it must be
 */
loligo_status biophysics_of_json(tree_node *params, biophysics *made);

/**
 * Completes what was read, once it is known which types there are: temperatures, and defaults.
 *
 * @param celsius  of the simulation; NAN: as the template says, or 34 degC
 * @param count    [SWC_TYPES] sections
 * @return         INPUT, without place, for a type that lacks its resistivity, its capacitance or the density of a
 *                 channel
 */
loligo_status biophysics_complete(biophysics *made, double celsius, const size_t *count);

#endif
