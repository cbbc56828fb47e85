/**
 * Sections cut into compartments, each as long as the others of its section, joined by the axial resistance between
 * their middles. Where several sections go on from the end of one, a joint without membrane lies between. Not
 * collective.
 */
#ifndef LOLIGO_IO_MORPHOLOGY_CUT_H
#define LOLIGO_IO_MORPHOLOGY_CUT_H

#include <stdbool.h>

#include "io/morphology/morphology.h"

/** How long compartments may be. */
typedef struct cut_rule {
  double length; /* um: 1 + 2 floor(L / length) compartments for a section of length L; 0: by lambda */
  double lambda; /* the least odd number of compartments of at most this part of the length constant at 100 Hz
                    (Hines and Carnevale 2001, 10.1177/107385840100700207) */
} cut_rule;

/** What a type of sections is made of. */
typedef struct cut_material {
  double r_a; /* Ohm cm */
  double c_m; /* uF/cm2 */
} cut_material;

typedef struct cut_compartment {
  size_t parent;  /* its number, below its own; 0 of the soma's middle */
  size_t section; /* at whose end it lies, of a joint */
  bool is_joint;
  double at;   /* of its middle along its section, from 0 to 1 */
  double area; /* um2; 0 of a joint */
  double g;    /* nS, to its parent */
} cut_compartment;

/** Of a section, where its compartments are. */
typedef struct cut_section {
  size_t first, n; /* they are one behind the other; those of the soma from its middle to its end, then from its middle
                      to its begin */
} cut_section;

/** Number 0 is the middle of the soma. */
typedef struct cell_cut {
  cut_compartment *compartments; /* [n] owned, as below */
  size_t n, capacity;
  cut_section *sections; /* [morphology's n] */
} cell_cut;

/**
 * Cuts all sections.
 *
 * @param path       of the reconstruction, for messages
 * @param materials  [SWC_TYPES] of the types that there are
 * @param most       compartments that there may be
 * @param made       filled; cut_free() also after a failure
 * @return           INPUT where they are more
 */
loligo_status cut_make(const morphology *of, const char *path, const cut_material *materials, cut_rule rule,
                       size_t most, cell_cut *made);

void cut_free(cell_cut *made);

/** Number of the compartment of a section that holds a place from 0 to 1, and the middle of one, number c; the section
 * that begins with number 0 is the soma. */
size_t cut_find(cut_section section, double at);
double cut_middle(cut_section section, size_t c);

/** um from the begin of the soma to the middle of a compartment, along the cell. */
double cut_distance(const morphology *of, const cell_cut *made, size_t compartment);

#endif
