/**
 * A seal: one line of text behind the last byte of a closed file, with the length and a digest of all bytes before it.
 * HDF5 does not look behind its own end, so a sealed file opens as before; one that was cut short or in which any bit
 * changed is known by its seal.
 */
#ifndef LOLIGO_IO_SEAL_H
#define LOLIGO_IO_SEAL_H

#include <stdint.h>

#include "loligo/context.h"
#include "loligo/status.h"

/**
 * Seals a file that is closed, and sends it to disk. Collective; ranks read shares of the file.
 *
 * @param bytes  receives its length with the seal
 * @return       MACHINE error on all ranks if it cannot be read or written
 */
loligo_status seal_write(const loligo_context *context, const char *path, uint64_t *bytes);

/**
 * Checks the seal. Collective; ranks read shares of the file.
 *
 * @return  MACHINE error on all ranks, naming the path and what is wrong
 */
loligo_status seal_check(const loligo_context *context, const char *path);

#endif
