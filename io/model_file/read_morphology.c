/*
 * morphology: of a population: a reconstruction, and what its sections are made of. It stays as it is in the used
 * parameters, since its file says more than they could.
 */
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mistakes.h"
#include "io/model_file/decode.h"
#include "io/model_file/quantity.h"
#include "io/model_file/read.h"
#include "io/model_file/read_channels.h"
#include "io/model_file/value.h"
#include "model/neuron/model.h"
#include "model/neuron/tree.h"

enum { WHAT_SIZE = 96 };

static const char WHAT[] = "morphology";

/* -- what sections are made of -- */

static loligo_status read_material(tree_node *mapping, cell_material *material)
{
  char what[WHAT_SIZE];
  material_section section = {.r_a = 0};
  snprintf(what, sizeof what, "%s of a %s", mapping->key, WHAT);
  LOLIGO_TRY(decode_section(what, material_table, mapping, &section));
  material->material = (cut_material){section.r_a, section.c_m};
  return section.channels ? read_channels(what, section.channels, true, &material->channels) : LOLIGO_OK;
}

static loligo_status read_materials(tree_node *sections, cell_material *materials)
{
  bool any = false;
  fault_names names = {.n = 0};
  LOLIGO_TRY(value_expect_mapping("sections", sections));
  for (int type = SWC_SOMA; type < SWC_TYPES; type++) fault_names_add(&names, swc_type_names[type]);
  for (size_t i = 0; i < sections->n; i++) {
    tree_node *child = sections->children[i];
    int type = SWC_SOMA;
    while (type < SWC_TYPES && strcmp(swc_type_names[type], child->key) != 0) type++;
    const loligo_status status =
        type < SWC_TYPES
            ? read_material(child, &materials[type])
            : tree_locate(child->key_mark, NULL, fault_unknown_in("type of sections", child->key, WHAT, &names));
    LOLIGO_TRY(mistakes_keep(status, &any));
  }
  return mistakes_told(any);
}

static loligo_status read_rule(tree_node *compartments, cut_rule *rule)
{
  compartments_section section = {.length = 0};
  const double usual = 40;
  LOLIGO_TRY(decode_section("compartments", compartments_table, compartments, &section));
  if (section.length > 0 && section.lambda > 0)
    return tree_fail(compartments->mark, "compartments go by length or by lambda, not by both");
  *rule = (cut_rule){section.length, section.lambda};
  if (section.length > 0 || section.lambda > 0) return LOLIGO_OK;
  const decode_form form = {.what = "compartments", .tables = {compartments_table}, .n_tables = 1};
  rule->length = usual;
  return decode_complete_number(&form, compartments,
                                decode_row(compartments_table, offsetof(compartments_section, length)), usual);
}

/* -- the reconstruction -- */

static loligo_status check_types(const tree_node *sections, const cell_material *materials, const cell_shape *shape)
{
  for (int type = SWC_SOMA; type < SWC_TYPES; type++)
    if (shape->morphology.count[type] > 0 && !(materials[type].material.r_a > 0))
      return tree_fail(sections->key_mark, "missing key '%s' in sections, since the reconstruction has some",
                       swc_type_names[type]);
  return LOLIGO_OK;
}

static loligo_status read_shape(const model_reader *reader, tree_node *file, const morphology_section *section,
                                cut_rule rule, const cell_material *materials, cell_shape *shape)
{
  char name[PATH_MAX];
  FILE *stream;
  *shape = (cell_shape){.digest = 0};
  LOLIGO_TRY(read_open_file(reader, file, file->key, name, &stream));
  const loligo_status status = cell_shape_read(stream, name, (axon_fate)section->axon, rule, materials, shape);
  fclose(stream);
  LOLIGO_TRY(read_blame_file(file, status));
  return listed_files_note(reader->files, file->text, shape->digest);
}

/* The capacitance of the soma is a parameter of the model; in used parameters it stands there already. */
static loligo_status set_capacitance(const tree_node *mapping, tree_node *params, double c_m)
{
  static const char name[] = "C_m";
  const double nearly = 1e-9;
  char text[QUANTITY_SIZE];
  double given;
  quantity_print(c_m, "pF", text);
  tree_node *node = tree_find(params, name);
  if (!node) {
    tree_node *written = tree_create(TREE_SCALAR, text, mapping->mark);
    return written ? tree_add(params, name, mapping->key_mark, written) : LOLIGO_MACHINE_ERROR;
  }
  LOLIGO_TRY(value_number(name, "pF", node, &given));
  if (fabs(given - c_m) <= nearly * c_m) return tree_set_text(node, text);
  return tree_fail(node->mark, "%s follows from the reconstruction, which makes it %s; leave it out", name, text);
}

/* A soma that is a point model has one compartment, and no channels. */
static loligo_status check_point_soma(const tree_node *mapping, const cell_material *materials, const cell_shape *shape)
{
  if (materials[SWC_SOMA].channels.n > 0)
    return tree_fail(mapping->key_mark, "the soma of these cells is described by params, without channels; that of "
                                        "biophysical is made of channels");
  if (shape->cut.sections[0].n == 1) return LOLIGO_OK;
  return tree_fail(mapping->key_mark, "the soma has %zu compartments, but must be one of these cells; take longer ones",
                   shape->cut.sections[0].n);
}

static loligo_status set_cells(model_reader *reader, size_t id, const loligo_model *model, const tree_node *mapping,
                               tree_node *params, const cell_material *materials, const cell_shape *shape,
                               tree_lists *lists)
{
  const bool soma_too = tree_soma_has_channels(model);
  if (!soma_too) LOLIGO_TRY(check_point_soma(mapping, materials, shape));
  if (soma_too) LOLIGO_TRY(set_capacitance(mapping, params, cell_soma_capacitance(shape, materials)));
  LOLIGO_TRY(cell_add_lists(shape, materials, soma_too, lists));
  return branches_of_shape(&reader->branches, id, shape);
}

loligo_status read_morphology(model_reader *reader, size_t id, const loligo_model *model, tree_node *mapping,
                              tree_node *params, tree_lists *lists)
{
  cell_material materials[SWC_TYPES] = {{.material = {0, 0}}};
  morphology_section section = {.file = NULL};
  cut_rule rule;
  cell_shape shape = {.digest = 0};
  if (model_param_index(model, tree_list_names[TREE_PARENT]) < 0)
    return tree_fail(mapping->key_mark, "cells of model %s have no dendrites; those of biophysical do", model->name);
  LOLIGO_TRY(value_expect_mapping("params", params));
  LOLIGO_TRY(decode_section(WHAT, morphology_table, mapping, &section));
  LOLIGO_TRY(read_materials(section.sections, materials));
  LOLIGO_TRY(read_rule(section.compartments, &rule));
  tree_node *file = decode_child(mapping, morphology_table, offsetof(morphology_section, file));
  loligo_status status = read_shape(reader, file, &section, rule, materials, &shape);
  if (status == LOLIGO_OK) status = check_types(section.sections, materials, &shape);
  if (status == LOLIGO_OK) status = set_cells(reader, id, model, mapping, params, materials, &shape, lists);
  cell_shape_free(&shape);
  return status;
}
