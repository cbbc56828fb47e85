/** Numbers with units as text. Not collective. */
#ifndef LOLIGO_IO_QUANTITY_H
#define LOLIGO_IO_QUANTITY_H

#include <stddef.h>

#include "loligo/status.h"

enum { QUANTITY_SIZE = 64 };

/**
 * Reads "200 pF", "1e3", "0.1ms" into the base unit; a bare number is in the base unit already.
 *
 * @param unit   base unit, "" for a pure number
 * @param value  finite
 * @return       INPUT error where the text is no finite decimal number, or its unit is wrong
 */
loligo_status quantity_parse(const char *text, const char *unit, double *value);

/** Behind the decimal number at the start of `text`, which may be infinite; `text` itself if there is none. */
const char *quantity_number(const char *text, double *value);

/** Writes a number with its unit, in the fewest digits that read back as the same double. */
void quantity_print(double value, const char *unit, char text[QUANTITY_SIZE]);

/** Length of the number that `text` begins with if quantity_print() would print it just so; 0 where that is not sure.
 */
size_t quantity_printed_length(const char *text);

#endif
