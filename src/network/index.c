/*
 * Checks that all functions share which add to a description or set something in it.
 */
#include "network/index.h"

#include <string.h>

#include "loligo/network.h"

loligo_status network_check_name(const char *what, const char *name)
{
  if (!name || !name[0]) return loligo_fail(LOLIGO_INPUT_ERROR, "%s needs a name", what);
  const size_t length = strlen(name);
  if (length <= LOLIGO_NAME_BYTES) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "the name '%.32s...' of %s has %zu bytes; take at most %d", name, what, length,
                     LOLIGO_NAME_BYTES);
}

loligo_status network_begin_change(const loligo_network *network)
{
  network->index->refused = INDEX_NONE;
  if (network->index->n_simulations == 0) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "the network is being simulated and cannot be changed; change it before "
                                         "loligo_simulation_create() or after loligo_simulation_destroy()");
}

loligo_status network_keep_place(loligo_network *network, fault_place given, fault_place *kept)
{
  const char **recent = &network->index->recent_origin;
  *kept = given;
  if (!given.origin) return LOLIGO_OK;
  if (!*recent || strcmp(*recent, given.origin) != 0) *recent = pool_text(&network->pool, given.origin);
  kept->origin = *recent;
  return *recent ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

bool loligo_network_refused(const loligo_network *network, uint64_t *at)
{
  *at = network->index->refused;
  return *at != INDEX_NONE;
}

void network_forget_names(const loligo_network *network)
{
  name_table_free(&network->index->projections);
}

void network_hold(const loligo_network *network)
{
  network->index->n_simulations++;
}

void network_release(const loligo_network *network)
{
  network->index->n_simulations--;
}
