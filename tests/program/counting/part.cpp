/*
 * A file that models share, with numbers that count, in place of the one in the library. PART_FILE, and of a channel
 * its name as CHANNEL, are given by who compiles it.
 */
#include "counted.h"

#define double counted
#define float counted
extern "C" {
#include "model/channel/channel.h"
#ifdef CHANNEL
extern const channel CHANNEL;
#endif
#include PART_FILE
}
