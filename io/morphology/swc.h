/**
 * Reconstructions of neurons in SWC files (Cannon et al. 1998, 10.1016/S0165-0270(98)00091-0): a point in each line,
 * `id type x y z radius parent`, lengths in um, apart by blanks; parent -1 of the root. Not collective, all of it.
 */
#ifndef LOLIGO_IO_MORPHOLOGY_SWC_H
#define LOLIGO_IO_MORPHOLOGY_SWC_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "loligo/status.h"

/** What a point belongs to, by its number in a file. */
typedef enum swc_type { SWC_SOMA = 1, SWC_AXON, SWC_DEND, SWC_APIC, SWC_TYPES } swc_type;

/** Names of types in models of cells: soma, axon, dend, apic; [0] is NULL. */
extern const char *const swc_type_names[SWC_TYPES];

/** Points that a file may have. */
enum { SWC_MOST_POINTS = 1 << 22 };

#define SWC_NONE SIZE_MAX

typedef struct swc_point {
  swc_type type;
  double place[3], radius; /* um; the radius is positive */
  size_t parent;           /* a point before it; SWC_NONE of the root */
  size_t line;             /* of the file, from 1 */
} swc_point;

/** The points of a cell: the first is the root, a soma; each stands behind its parent. */
typedef struct swc {
  const char *path;  /* for messages; outlives it */
  swc_point *points; /* [n] owned */
  size_t n;
  uint64_t digest; /* of all points */
} swc;

/**
 * Reads a file.
 *
 * @param file  at its beginning; stays the caller's
 * @param path  for messages
 * @param made  filled; swc_free() also after a failure
 * @return      INPUT with file and line for lines that are cut or too long, numbers that are not finite or out of
 *              range (radii of 1e-4 to 1e5 um), types that are not known, ids that are there twice, parents that are
 * not there or come later, a second root, a root that is no soma; MACHINE without memory
 */
loligo_status swc_read(FILE *file, const char *path, swc *made);

void swc_free(swc *made);

/** INPUT "file:line: ..." of a point. */
loligo_status swc_fail(const swc *swc, size_t point, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
