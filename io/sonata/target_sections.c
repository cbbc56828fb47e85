#include "io/sonata/target_sections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/model_file/value.h"
#include "io/sonata/biophysics.h"

/* The list in a column, or a scalar in place of one; *list is NULL where there is nothing, else to be freed. */
static loligo_status parse(const type_table *types, size_t row, const char *column, tree_node **list)
{
  const char *text = types_text(types, row, column);
  *list = NULL;
  if (!text) return LOLIGO_OK;
  return tree_parse_line(text, (tree_mark){types->path, (unsigned)types->lines[row], 1}, list);
}

static size_t count(const tree_node *list)
{
  return list->kind == TREE_LIST ? list->n : 1;
}

static tree_node *element(tree_node *list, size_t i)
{
  return list->kind == TREE_LIST ? list->children[i] : list;
}

static loligo_status add_sections(const type_table *types, size_t row, tree_node *list, edge_type *type)
{
  static const char column[] = "target_sections";
  for (size_t i = 0; i < count(list); i++) {
    const tree_node *name = element(list, i);
    LOLIGO_TRY(value_expect_text(column, name));
    const unsigned sections = biophysics_types(name->text);
    if (!sections)
      return types_fail(types, row, "%s: there are no sections '%s'; there are soma, axon, dend (basal), apic (apical)",
                        column, name->text);
    type->sections |= sections;
  }
  return LOLIGO_OK;
}

static loligo_status set_range(const type_table *types, size_t row, tree_node *list, edge_type *type)
{
  static const char column[] = "distance_range";
  if (count(list) != 2) return types_fail(types, row, "%s must have two numbers, as [0.0, 150.0]", column);
  LOLIGO_TRY(value_number(column, "", element(list, 0), &type->nearest));
  LOLIGO_TRY(value_number(column, "", element(list, 1), &type->farthest));
  if (type->nearest <= type->farthest) return LOLIGO_OK;
  return types_fail(types, row, "%s: its first number is above its second", column);
}

loligo_status read_target_sections(const type_table *types, size_t row, edge_type *type)
{
  tree_node *sections, *range = NULL;
  type->sections = 0;
  type->nearest = 0;
  type->farthest = INFINITY;
  loligo_status status = parse(types, row, "target_sections", &sections);
  if (status == LOLIGO_OK && sections) status = add_sections(types, row, sections, type);
  if (status == LOLIGO_OK) status = parse(types, row, "distance_range", &range);
  if (status == LOLIGO_OK && range) status = set_range(types, row, range, type);
  if (type->sections == 0) type->sections = biophysics_types("all");
  tree_free(sections);
  tree_free(range);
  return status;
}
