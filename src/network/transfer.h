/** A description from rank 0 to all others. */
#ifndef LOLIGO_NETWORK_TRANSFER_H
#define LOLIGO_NETWORK_TRANSFER_H

#include "base/stream.h"
#include "network/description.h"

/**
 * Sends a network, or makes the same one of what is read; neuron models must be registered under the same names.
 *
 * Collective, as the stream.
 *
 * @param network  on rank 0 the one to send, elsewhere it receives the copy for loligo_network_destroy(), also after a
 * failure
 * @return         MACHINE without memory, for this rank alone
 */
loligo_status network_transfer(stream *stream, loligo_network **network);

#endif
