/** Values that have taken the place of others within a run. Not collective, all of it. */
#ifndef LOLIGO_NETWORK_SCHEDULED_H
#define LOLIGO_NETWORK_SCHEDULED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "network/description.h"

/** What has changed so far of a population or an input. */
typedef struct scheduled_values {
  const scheduled_change *changes; /* of the network */
  size_t *before; /* [changes] 1 + the number of the change of the same value that came before each; 0: none */
  size_t *latest; /* [rows] 1 + the number of the last change of each value; 0: none */
  bool *differ;   /* [rows] cells may differ since some change, and for good */
} scheduled_values;

/** The last change of row i for the cell with that index, or NULL; `values` may be NULL. */
const scheduled_change *scheduled_for(const scheduled_values *values, size_t i, uint64_t index);

/** What a change of `key` brings to that cell. */
double scheduled_value(const loligo_network *network, const scheduled_change *change, const char *key, uint64_t index);

#endif
