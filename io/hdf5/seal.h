/**
 * A seal: one line of text behind the last byte of a closed file, with the length and a digest of all bytes before it.
 * HDF5 does not look behind its own end, so a sealed file opens as before; one that was cut short or in which any bit
 * changed is known by its seal. A seal may name the one that it follows: whoever keeps the digest of the last file of a
 * row knows all of them.
 */
#ifndef LOLIGO_IO_SEAL_H
#define LOLIGO_IO_SEAL_H

#include <stdint.h>

#include "loligo/context.h"
#include "loligo/status.h"

typedef struct seal {
  uint64_t bytes;  /* before it */
  uint64_t digest; /* of these bytes, with `after` as its key */
  uint64_t after;  /* digest of the seal that it follows; 0: none */
} seal;

enum { SEAL_BYTES = 80 };

/**
 * Seals a file that is closed, and sends it to disk from this node. Collective; ranks read shares of the file.
 *
 * @param after  digest of the seal that it follows, or 0
 * @param seal   receives what it says, on all ranks
 * @return       MACHINE error on all ranks if it cannot be read or written
 */
loligo_status seal_write(const loligo_context *context, const char *path, uint64_t after, seal *seal);

/**
 * Checks the seal. Collective; ranks read shares of the file.
 *
 * @param found  receives what it says, on all ranks
 * @return       MACHINE error on all ranks, naming the path and what is wrong
 */
loligo_status seal_check(const loligo_context *context, const char *path, seal *found);

#endif
