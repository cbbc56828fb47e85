/*
 * Areas become capacitances and conductances; a joint has neither.
 */
#include "io/morphology/cell.h"

void cell_shape_free(cell_shape *shape)
{
  morphology_free(&shape->morphology);
  cut_free(&shape->cut);
  *shape = (cell_shape){.digest = 0};
}

loligo_status cell_shape_read(FILE *file, const char *path, axon_fate axon, cut_rule rule,
                              const cell_material *materials, cell_shape *shape)
{
  swc points;
  cut_material each[SWC_TYPES];
  *shape = (cell_shape){.digest = 0};
  for (int type = 0; type < SWC_TYPES; type++) each[type] = materials[type].material;
  loligo_status status = swc_read(file, path, &points);
  shape->digest = points.digest;
  if (status == LOLIGO_OK) status = morphology_make(&points, axon, &shape->morphology);
  if (status == LOLIGO_OK) status = cut_make(&shape->morphology, path, each, rule, TREE_MAX_COMPARTMENTS, &shape->cut);
  swc_free(&points);
  return status;
}

static const cell_material *material_of(const cell_shape *shape, const cell_material *materials,
                                        const cut_compartment *compartment)
{
  return &materials[shape->morphology.sections[compartment->section].type];
}

static double capacitance(const cut_compartment *compartment, const cell_material *material)
{
  const double pf_per_uf = 1e6, cm2_per_um2 = 1e-8;
  return compartment->area * cm2_per_um2 * material->material.c_m * pf_per_uf;
}

double cell_soma_capacitance(const cell_shape *shape, const cell_material *materials)
{
  return capacitance(&shape->cut.compartments[0], &materials[SWC_SOMA]);
}

loligo_status cell_add_lists(const cell_shape *shape, const cell_material *materials, bool soma_too, tree_lists *lists)
{
  channel_set on;
  channel_set_on(&materials[SWC_SOMA].channels, shape->cut.compartments[0].area, &on);
  if (soma_too) LOLIGO_TRY(tree_lists_add_soma(lists, &on));
  for (size_t c = 1; c < shape->cut.n; c++) {
    const cut_compartment *own = &shape->cut.compartments[c];
    const cell_material *material = material_of(shape, materials, own);
    const tree_compartment added = {.parent = own->parent, .g = own->g, .c_m = capacitance(own, material)};
    channel_set_on(&material->channels, own->area, &on);
    if (own->is_joint) on.n = 0;
    LOLIGO_TRY(tree_lists_add(lists, &added, &on));
  }
  return LOLIGO_OK;
}
