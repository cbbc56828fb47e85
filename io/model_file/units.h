/** Physical units through UDUNITS-2. Not collective. */
#ifndef LOLIGO_IO_UNITS_H
#define LOLIGO_IO_UNITS_H

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

#endif
