/*
 * Rows that ranks have made are given to all of them, in place. A row is one item of MPI, so that counts stay small.
 */
#include "learn/share.h"

#include "base/heartbeat.h"
#include "base/memory.h"

loligo_status sharing_init(const loligo_context *context, uint64_t *bytes, sharing *made)
{
  const size_t ranks = (size_t)context->size;
  *made = (sharing){.context = context,
                    .bytes = bytes,
                    .count = memory_allocate(ranks, sizeof *made->count, "shares of ranks"),
                    .first = memory_allocate(ranks, sizeof *made->first, "shares of ranks")};
  return made->count && made->first ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void sharing_free(sharing *sharing)
{
  memory_free(sharing->count);
  memory_free(sharing->first);
}

void share_rows(const sharing *sharing, size_t n, size_t grain, size_t width, MPI_Datatype type, void *rows)
{
  const loligo_context *context = sharing->context;
  MPI_Datatype row;
  int size;
  if (context->size == 1 || n == 0 || width == 0) return;
  for (int r = 0; r < context->size; r++) {
    sharing->first[r] = (int)share_first(n, grain, r, context->size);
    sharing->count[r] = (int)(share_first(n, grain, r + 1, context->size) - share_first(n, grain, r, context->size));
  }
  MPI_Type_contiguous((int)width, type, &row);
  MPI_Type_size(row, &size);
  share_count(sharing, (size_t)sharing->count[context->rank] * (size_t)size);
  MPI_Type_commit(&row);
  heartbeat_await(true);
  MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, rows, sharing->count, sharing->first, row, context->comm);
  heartbeat_await(false);
  MPI_Type_free(&row);
}
