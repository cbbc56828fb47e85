#include "io/sonata/cells.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/sonata/neuroml.h"
#include "model/neuron/model.h"

enum { MESSAGE_BYTES = 1024 };

/* Puts the line of a type before a message. */
static loligo_status blame_type(const type_table *types, size_t row, loligo_status status)
{
  char message[MESSAGE_BYTES];
  if (status != LOLIGO_INPUT_ERROR) return status;
  fault_take_message(message, sizeof message);
  return types_fail(types, row, "%s", message);
}

/* -- what a type says -- */

/* What its processing makes of the axon. */
static loligo_status find_fate(const type_table *types, size_t row, axon_fate *axon)
{
  static const struct {
    const char *name;
    axon_fate axon;
  } known[] = {{"aibs_perisomatic", AXON_STUB}, {"aibs_allactive", AXON_STUB_OF_AXON}};
  static const char key[] = "model_processing";
  const char *name = types_text(types, row, key);
  *axon = AXON_KEEP;
  if (!name) return LOLIGO_OK;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    *axon = known[i].axon;
    if (strcmp(known[i].name, name) == 0) return LOLIGO_OK;
  }
  return types_fail(types, row, "%s '%s' is not there yet; there are aibs_perisomatic and aibs_allactive", key, name);
}

static loligo_status read_template(sonata_circuit *circuit, const type_table *types, size_t row, biophysics *made,
                                   uint64_t *digest)
{
  const sonata_template *template = circuit_template(types, row);
  const char *name = template->cell == TEMPLATE_NEUROML
                         ? sonata_template_file(template, types_text(types, row, "model_template"))
                         : types_text(types, row, "dynamics_params");
  char path[PATH_MAX];
  const tree_node *params;
  biophysics_begin(made);
  *digest = 0; /* of JSON files components keep it */
  if (!name) return types_fail(types, row, "missing dynamics_params, by which %s builds a cell", template->name);
  LOLIGO_TRY(circuit_path(circuit, CIRCUIT_CELLS, types, row, name, path));
  if (template->cell == TEMPLATE_NEUROML) return neuroml_read(path, made, digest);
  LOLIGO_TRY(components_find(&circuit->components, circuit->folders[CIRCUIT_CELLS], name, &params));
  return biophysics_of_json((tree_node *)params, made);
}

static loligo_status read_shape(const sonata_circuit *circuit, const type_table *types, size_t row,
                                const cell_setting *setting, const biophysics *made, cell_shape *shape)
{
  char path[PATH_MAX], file_name[PATH_MAX];
  const char *name = types_text(types, row, "morphology"), *why;
  axon_fate axon;
  LOLIGO_TRY(find_fate(types, row, &axon));
  if (!name) return types_fail(types, row, "missing morphology");
  snprintf(file_name, sizeof file_name, "%s%s", name, text_ends(name, ".swc") ? "" : ".swc");
  LOLIGO_TRY(circuit_path(circuit, CIRCUIT_MORPHOLOGIES, types, row, file_name, path));
  FILE *file = file_stream(path, &why);
  if (!file) return types_fail(types, row, "morphology: cannot open '%s': %s", path, why);
  const loligo_status status =
      cell_shape_read(file, path, axon, (cut_rule){.length = setting->length}, made->of, shape);
  fclose(file);
  return status;
}

loligo_status cells_read(sonata_circuit *circuit, const node_part *part, const cell_setting *setting, biophysics *made,
                         cell_shape *shape, uint64_t *digest)
{
  const type_table *types = circuit->nodes.items[part->nodes].types;
  LOLIGO_TRY(read_template(circuit, types, part->type, made, digest));
  LOLIGO_TRY(read_shape(circuit, types, part->type, setting, made, shape));
  *digest = hash_mix(*digest ^ shape->digest);
  return blame_type(types, part->type, biophysics_complete(made, setting->celsius, shape->morphology.count));
}

/* -- what the network knows of it -- */

static loligo_status set_params(loligo_network *network, size_t population, const cell_setting *setting,
                                const biophysics *made, const cell_shape *shape)
{
  const struct {
    const char *name;
    double value;
  } params[] = {{"C_m", cell_soma_capacitance(shape, made->of)},
                {"V_th", setting->threshold},
                {"integrator", setting->neuron ? TREE_NEURON : TREE_STAGGERED}};
  for (size_t i = 0; i < sizeof params / sizeof *params; i++)
    LOLIGO_TRY(loligo_network_set_param(network, population, params[i].name, loligo_constant(params[i].value)));
  return LOLIGO_OK;
}

static loligo_status set_lists(loligo_network *network, size_t population, const biophysics *made,
                               const cell_shape *shape)
{
  tree_lists lists = {.has_nmda = false};
  loligo_status status = cell_add_lists(shape, made->of, true, &lists);
  if (status == LOLIGO_OK) status = tree_lists_set(network, population, &lists);
  tree_lists_free(&lists);
  return status;
}

loligo_status cells_set(model_reader *reader, size_t population, const cell_setting *setting, const biophysics *made,
                        const cell_shape *shape)
{
  LOLIGO_TRY(set_lists(reader->network, population, made, shape));
  LOLIGO_TRY(set_params(reader->network, population, setting, made, shape));
  return branches_of_shape(&reader->branches, population, shape);
}
