/**
 * Functions of the distance of two cells: a probability or a weight by a kernel, which is one line in kernel.c, and a
 * delay. Not collective.
 */
#ifndef LOLIGO_NETWORK_KERNEL_H
#define LOLIGO_NETWORK_KERNEL_H

#include <stddef.h>

#include "base/param.h"
#include "base/registry.h"
#include "network/description.h"

typedef struct kernel {
  const char *name, *summary;
  loligo_param_table params; /* into loligo_kernel, but for the value at distance 0: its length, or nothing */

  /** Fills part[n] with the part of the value at distance 0 that is left at distance[n] (um). The same bits in all
   * lanes. */
  void (*fall)(double length, size_t n, const double *distance, double *part);

  /** Distance in lengths from which on less than 2^-53 is left; INFINITY if there is none. */
  double reach;
} kernel;

REGISTRY_OF(kernel);

/** The law of a kernel by its name; INPUT where there is none of that name, or its length is not > 0. `key` begins the
 * message. A kernel without name makes none. */
loligo_status kernel_take(const loligo_kernel *given, const char *key, distance_law *law);

/** Fills value[n] with those at distance[n]. */
void kernel_values(const distance_law *law, size_t n, const double *distance, double *value);
double kernel_value(const distance_law *law, double distance);

/** Delays in ms at n distances. */
void conduction_delays(const projection_space *space, size_t n, const double *distance, double *delay);

#endif
