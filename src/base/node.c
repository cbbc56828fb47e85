/*
 * Ranks that can share memory are on one machine.
 */
#include "base/node.h"

MPI_Comm node_ranks(const loligo_context *context)
{
  MPI_Comm node;
  MPI_Comm_split_type(context->comm, MPI_COMM_TYPE_SHARED, context->rank, MPI_INFO_NULL, &node);
  return node;
}

node_place node_place_of(const loligo_context *context)
{
  MPI_Comm node = node_ranks(context);
  node_place place;
  MPI_Comm_rank(node, &place.rank);
  MPI_Comm_size(node, &place.size);
  MPI_Comm_free(&node);
  return place;
}
