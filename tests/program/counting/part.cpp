/*
 * A file that models share, with numbers that count, in place of the one in the library. PART_FILE, and of a membrane
 * its name as MEMBRANE, are given by who compiles it.
 */
#include "counted.h"

#define double counted
#define float counted
extern "C" {
#include "model/membrane/membrane.h"
#ifdef MEMBRANE
extern const membrane MEMBRANE;
#endif
#include PART_FILE
}
