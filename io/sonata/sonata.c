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

static bool tells_run(const char *path)
{
  return text_ends(path, ".json");
}

const network_format network_format_sonata = {
    .name = "sonata",
    .summary = "a circuit of point neurons in SONATA files: circuit_config.json, or the keys below",
    .keys = &section_table,
    .models = &sonata_template_registry,
    .tells_run = tells_run,
    .read_run = simulation_read,
    .free_run = simulation_free,
    .read = section_read,
    .move = edges_move,
};
