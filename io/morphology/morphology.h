/**
 * A neuron as unbranched sections of frusta, as NEURON's import of SWC files makes them: a section runs between branch
 * points, and where the type of points changes. Lengths in um. Not collective, all of it.
 */
#ifndef LOLIGO_IO_MORPHOLOGY_MORPHOLOGY_H
#define LOLIGO_IO_MORPHOLOGY_MORPHOLOGY_H

#include "io/morphology/axon.h"
#include "io/morphology/swc.h"

/** Two neighbours bound a frustum. */
typedef struct ring {
  double arc, diameter; /* um; distance from the begin of its section, along it */
} ring;

/** Where a section begins. */
typedef struct attachment {
  size_t section; /* SWC_NONE: it is the soma */
  double at;      /* 0: its begin, 0.5: its middle, 1: its end */
} attachment;

typedef struct neurite {
  swc_type type;
  size_t number; /* among those of its type, from 0 */
  attachment parent;
  size_t first, n;         /* rings, two at least */
  double length, distance; /* um; distance of its begin from the soma's, along the cell */
  size_t line;             /* of the file, in which its first point stands; 0: of a stub */
} neurite;

/** Sections, each behind its parent: the soma, then the others in the order in which they begin in the file. */
typedef struct morphology {
  neurite *sections; /* [n] owned, as all arrays */
  size_t n, capacity;
  size_t count[SWC_TYPES]; /* of each type */
  ring *rings;             /* [n_rings] */
  size_t n_rings, ring_capacity;
  size_t *by_id; /* [n] sections by the numbers that SONATA has for them (sec_id): the soma, axon, dend, apic; a stub
                    of an axon comes last */
} morphology;

/**
 * Makes sections of points.
 *
 * A soma of one point, or of three as NeuroMorpho.org writes it, is a cylinder as long as it is thick. What leaves a
 * soma begins at its own first point, if it has more than one and hangs on the middle; sections of no length are left
 * out.
 *
 * @param made  filled; morphology_free() also after a failure
 * @return      INPUT with file and line for a soma that branches, or that comes behind what is no soma; where the axon
 *              that a stub is made of is not there, or other sections hang on one that is to be removed
 */
loligo_status morphology_make(const swc *swc, axon_fate axon, morphology *made);

void morphology_free(morphology *made);

/** um2 and um between two places of a section, by whole frusta and parts of them. */
typedef struct frusta {
  double area;       /* um2, of the mantle */
  double resistance; /* 1/um: integral of dx / (pi r^2) */
} frusta;

frusta morphology_between(const morphology *made, size_t section, double from, double to);

#endif
