/** What building synapses needs to know. */
#ifndef LOLIGO_SIM_SYNAPSES_CONNECT_PLAN_H
#define LOLIGO_SIM_SYNAPSES_CONNECT_PLAN_H

#include "loligo/observer.h"
#include "network/description.h"
#include "sim/cells/cells.h"
#include "sim/layout/ports.h"

/** How narrow synapses are kept: nothing but memory and time depends on it. */
typedef enum connect_storage {
  CONNECT_SMALLEST, /* each table as it takes the fewest bytes */
  CONNECT_ROWS,
  CONNECT_PACKED /* wherever it is possible */
} connect_storage;

/** All owned elsewhere. */
typedef struct connect_plan {
  const loligo_network *network;
  const cells *cells;
  const port_layout *ports;
  const loligo_build_observer *observer; /* or NULL */
  connect_storage storage;
} connect_plan;

#endif
