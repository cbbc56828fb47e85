/** Physical units through UDUNITS-2. Not collective. */
#ifndef LOLIGO_IO_UNITS_H
#define LOLIGO_IO_UNITS_H

#include <stdbool.h>
#include <stddef.h>

#include "loligo/status.h"

/**
 * Converts a value; decimal prefixes exactly, so that 700 us is the double nearest to 0.7 ms.
 *
 * The database of units is read at the first call that really needs it: `from` and `to` differ as texts.
 *
 * @param from  unit as a user writes it ("nF", "1/ms"), no leading or trailing space; "" is a pure number
 * @param to    base unit, "" for a pure number
 * @return      INPUT error where `from` is no unit or has another dimension; MACHINE error without a database
 */
loligo_status units_convert(double value, const char *from, const char *to, double *converted);

/** The same of n values, in place; after an error they are what they were. */
loligo_status units_convert_all(double *values, size_t n, const char *from, const char *to);

/** INPUT error unless `unit` is one, or "". */
loligo_status units_check(const char *unit);

/** root(a^a_power b^b_power), the units as in units_convert(). */
typedef struct units_product {
  const char *a;
  int a_power;
  const char *b;
  int b_power;
  int root; /* >= 1 */
} units_product;

/** Converts a value in a product of units; *fits is false where it has another dimension than `to`. INPUT error where
 * there is no such product. */
loligo_status units_product_convert(const units_product *product, double value, const char *to, double *converted,
                                    bool *fits);

/** Turns the value in a product of units into one in units of SI, whose names are written to unit[size]. */
loligo_status units_product_reduce(const units_product *product, double *value, char *unit, size_t size);

#endif
