/** Numbers with units that are calculated with; units multiply and divide through UDUNITS-2. Not collective. */
#ifndef LOLIGO_IO_MEASURE_H
#define LOLIGO_IO_MEASURE_H

#include "loligo/status.h"

enum { MEASURE_UNIT_SIZE = 64, MEASURE_SIZE = 96 };

/** A finite number and its unit, "" for a pure one. */
typedef struct measure {
  double number;
  char unit[MEASURE_UNIT_SIZE]; /* as units_convert() takes it */
} measure;

/** Reads "0.1 mV", "5"; INPUT error where the text is no finite decimal number, or its unit is none. */
loligo_status measure_parse(const char *text, measure *value);

/** Sets the unit of a pure number; INPUT error where it is none. */
loligo_status measure_set_unit(measure *value, const char *unit);

/** Writes number and unit in at most 15 digits, so that 3 * 0.1 is 0.3; whole numbers up to 2^53 in all of theirs. */
void measure_print(const measure *value, char text[MEASURE_SIZE]);

/**
 * *a becomes what comes of both; the result may be infinite or NaN.
 *
 * A sum has the unit of `a`. A product that no longer is in one of their units is in ms, mV, pA, pF, nS or Hz where one
 * of these will do, else in units of SI.
 *
 * @return  INPUT error where units do not fit or have no product; MACHINE error without a database of units
 */
loligo_status measure_add(measure *a, const measure *b);
loligo_status measure_subtract(measure *a, const measure *b);
loligo_status measure_multiply(measure *a, const measure *b);
loligo_status measure_divide(measure *a, const measure *b);

/** a^b for pure numbers, or whole b between -9 and 9. */
loligo_status measure_power(measure *a, const measure *b);
loligo_status measure_root(measure *a);

/** INPUT error unless a unit of no dimension, which is made none: 1 ms/s is 0.001. */
loligo_status measure_make_pure(measure *a);

#endif
