/*
 * Fields first, then lists: signals are entered into a simulation whose cells and synapses are restored.
 */
#include "io/checkpoint/contents.h"

#include "io/checkpoint/flights.h"
#include "io/checkpoint/lists.h"
#include "io/checkpoint/values.h"

static void add_up(const loligo_context *context, uint64_t *digest)
{
  MPI_Allreduce(MPI_IN_PLACE, digest, 1, MPI_UINT64_T, MPI_SUM, context->comm);
}

loligo_status contents_write(h5_file *file, const catalog *catalog, const loligo_simulation *simulation,
                             uint64_t *digest)
{
  *digest = 0;
  LOLIGO_TRY(values_write(file, catalog, digest));
  LOLIGO_TRY(lists_write(file, catalog, simulation, digest));
  LOLIGO_TRY(flights_write(file, simulation, digest));
  add_up(file->context, digest);
  return LOLIGO_OK;
}

loligo_status contents_read(h5_file *file, const catalog *catalog, const restoring *restoring, uint64_t *digest)
{
  *digest = 0;
  LOLIGO_TRY(restoring ? values_restore(file, catalog, digest) : values_verify(file, catalog, digest));
  if (restoring) loligo_simulation_restore(restoring->simulation, restoring->snapshot);
  LOLIGO_TRY(restoring ? lists_restore(file, catalog, restoring->simulation, digest)
                       : lists_verify(file, catalog, digest));
  LOLIGO_TRY(flights_read(file, catalog->network, restoring ? restoring->simulation : NULL, digest));
  add_up(file->context, digest);
  return LOLIGO_OK;
}
