/*
 * A private communicator, and the agreement of its ranks on success or on one error: the lowest failing rank speaks for
 * all.
 */
#include "loligo/context.h"

#include <limits.h>
#include <stdio.h>

#include "base/heartbeat.h"

enum { MESSAGE_BYTES = 1024 };

typedef struct outcome {
  int status;
  char message[MESSAGE_BYTES];
} outcome;

void loligo_context_init(loligo_context *context, MPI_Comm comm)
{
  MPI_Comm_dup(comm, &context->comm);
  MPI_Comm_set_errhandler(context->comm, MPI_ERRORS_ARE_FATAL);
  MPI_Comm_rank(context->comm, &context->rank);
  MPI_Comm_size(context->comm, &context->size);
}

void loligo_context_free(loligo_context *context)
{
  MPI_Comm_free(&context->comm);
}

loligo_status loligo_agree(const loligo_context *context, loligo_status status)
{
  const int mine = status == LOLIGO_OK ? INT_MAX : context->rank;
  int lowest;
  heartbeat_await(true);
  MPI_Allreduce(&mine, &lowest, 1, MPI_INT, MPI_MIN, context->comm);
  heartbeat_await(false);
  if (lowest == INT_MAX) return LOLIGO_OK;

  outcome agreed = {.status = status};
  snprintf(agreed.message, sizeof agreed.message, "%s", loligo_error_message());
  MPI_Bcast(&agreed, (int)sizeof agreed, MPI_BYTE, lowest, context->comm);
  loligo_error_clear();
  return loligo_fail((loligo_status)agreed.status, "%s", agreed.message);
}
