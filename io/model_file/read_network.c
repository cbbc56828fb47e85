/*
 * network: one in files of another format, which knows how to read them.
 */
#include "io/model_file/decode.h"
#include "io/model_file/network_format.h"
#include "io/model_file/read.h"
#include "io/model_file/value.h"

loligo_status read_network(model_reader *reader, tree_node *network)
{
  const void *found;
  LOLIGO_TRY(value_expect_mapping(network->key, network));
  if (network->n != 1)
    return tree_fail(network->mark, "%s must be in one format, as {%s: ...}", network->key, network_format_at(0)->name);
  tree_node *mapping = network->children[0];
  LOLIGO_TRY(decode_named(&network_format_registry, mapping, network->key, &found));
  const network_format *format = found;
  return format->read(reader, mapping);
}
