/*
 * SONATA, the format in which the Allen Institute and the Blue Brain Project keep networks (Dai et al. 2020,
 * 10.1371/journal.pcbi.1007696).
 */
#include "base/text.h"
#include "io/model_file/network_format.h"
#include "io/sonata/edges.h"
#include "io/sonata/section.h"
#include "io/sonata/simulation.h"
#include "io/sonata/template.h"
#include "io/yaml/yaml_tree.h"

/* A model file may be in JSON too, which is YAML: it has populations, of which configurations know nothing. */
static bool tells_run(const char *path, const char *text)
{
  tree_node *root;
  if (!text_ends(path, ".json")) return false;
  if (tree_parse(text, (tree_mark){path, 1, 1}, &root) != LOLIGO_OK) {
    loligo_error_clear();
    return true;
  }
  const bool is_model = root->kind == TREE_MAPPING && tree_find(root, "populations");
  tree_free(root);
  return !is_model;
}

const network_format network_format_sonata = {
    .name = "sonata",
    .summary = "a circuit in SONATA files: circuit_config.json, or the keys below",
    .keys = &section_table,
    .models = &sonata_template_registry,
    .tells_run = tells_run,
    .read_run = simulation_read,
    .free_run = simulation_free,
    .read = section_read,
    .move = edges_move,
};
