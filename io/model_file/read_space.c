/*
 * Each mapping is one of several forms: a grid, random or a file; a radius, a box or a ring; a kernel by its name.
 */
#include "io/model_file/read_space.h"

#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "io/model_file/csv_lines.h"
#include "io/model_file/value.h"
#include "network/kernel.h"

/* INPUT unless a mapping has exactly one of the keys; the second one that it has is to blame. */
static loligo_status expect_one(const tree_node *mapping, const char *what, size_t n, const char *const *keys)
{
  const tree_node *found = NULL;
  for (size_t i = 0; i < n; i++) {
    const tree_node *child = tree_find(mapping, keys[i]);
    if (child && found)
      return tree_fail(child->key_mark, "%s takes either '%s' or '%s', not both", what, found->key, child->key);
    found = child ? child : found;
  }
  if (found) return LOLIGO_OK;
  return tree_fail(mapping->mark, "%s must be one of %s, %s and %s", what, keys[0], keys[1], keys[2]);
}

/* -- positions -- */

static const char WHAT_POSITIONS[] = "positions";

/* One value for each axis. */
static loligo_status copy_axes(const tree_node *node, const real_list *list, size_t n_axes, double *out)
{
  if (list->n != n_axes)
    return tree_fail(node->mark, "%s has %zu values, but there are %zu axes", node->key, list->n, n_axes);
  memcpy(out, list->values, n_axes * sizeof *out);
  return LOLIGO_OK;
}

static loligo_status set_axes(const tree_node *node, size_t n, loligo_positions *positions)
{
  positions->n_axes = n;
  if (n == 2 || n == 3) return LOLIGO_OK;
  return tree_fail(node->mark, "%s must have 2 or 3 values, one for each axis, not %zu", node->key, n);
}

static loligo_status read_grid(const tree_node *mapping, const positions_section *section, loligo_positions *positions)
{
  const tree_node *grid = decode_child(mapping, positions_table, offsetof(positions_section, grid));
  const tree_node *extent = decode_child(mapping, positions_table, offsetof(positions_section, extent));
  const tree_node *low = decode_child(mapping, positions_table, offsetof(positions_section, low));
  LOLIGO_TRY(set_axes(grid, section->grid.n, positions));
  positions->kind = LOLIGO_GRID;
  for (size_t a = 0; a < positions->n_axes; a++) {
    const double n = section->grid.values[a];
    if (n != floor(n) || n > 0x1p40) return tree_fail(grid->mark, "grid must have whole numbers > 0, not %.17g", n);
    positions->grid[a] = (uint64_t)n;
  }
  if (!extent) return tree_fail(mapping->mark, "missing key 'extent' of the grid in positions");
  LOLIGO_TRY(copy_axes(extent, &section->extent, positions->n_axes, positions->extent));
  return low ? copy_axes(low, &section->low, positions->n_axes, positions->low) : LOLIGO_OK;
}

static loligo_status read_scatter(tree_node *mapping, loligo_positions *positions)
{
  scatter_section section = {0};
  LOLIGO_TRY(decode_section("random positions", scatter_table, mapping, &section));
  const tree_node *low = decode_child(mapping, scatter_table, offsetof(scatter_section, low));
  const tree_node *high = decode_child(mapping, scatter_table, offsetof(scatter_section, high));
  positions->kind = LOLIGO_SCATTERED;
  LOLIGO_TRY(set_axes(low, section.low.n, positions));
  LOLIGO_TRY(copy_axes(low, &section.low, positions->n_axes, positions->low));
  LOLIGO_TRY(copy_axes(high, &section.high, positions->n_axes, positions->extent));
  for (size_t a = 0; a < positions->n_axes; a++) {
    if (!(positions->low[a] < positions->extent[a]))
      return tree_fail(high->mark, "high must be above low along each axis, but they are %g and %g um",
                       positions->extent[a], positions->low[a]);
    positions->extent[a] -= positions->low[a];
  }
  return LOLIGO_OK;
}

/* Two columns or three, as the header has; the file is at its beginning, before and after. */
static loligo_status find_format(FILE *stream, const char *name, const csv_format **format)
{
  char *rest;
  csv_lines lines = {.file = stream, .path = name};
  const loligo_status status = csv_next_line(&lines, &rest);
  const char *comma = status == LOLIGO_OK && rest ? strchr(rest, ',') : NULL;
  *format = comma && strchr(comma + 1, ',') ? &csv_positions_3d : &csv_positions_2d;
  csv_lines_free(&lines);
  rewind(stream);
  return status;
}

static loligo_status read_rows(const model_reader *reader, tree_node *node, const csv_format **format,
                               const listed_file **file)
{
  char name[PATH_MAX];
  FILE *stream;
  LOLIGO_TRY(read_open_file(reader, node, node->key, name, &stream));
  const loligo_status status = find_format(stream, name, format);
  if (status == LOLIGO_OK) return listed_files_read(reader->files, node->text, name, stream, *format, file);
  fclose(stream);
  return status;
}

static loligo_status read_file(const model_reader *reader, size_t population, const tree_node *mapping,
                               const positions_section *section, loligo_positions *positions)
{
  tree_node *node = decode_child(mapping, positions_table, offsetof(positions_section, file));
  const tree_node *extent = decode_child(mapping, positions_table, offsetof(positions_section, extent));
  const uint64_t size = reader->network->populations[population].size;
  const csv_format *format;
  const listed_file *file;
  LOLIGO_TRY(read_rows(reader, node, &format, &file));
  if (file->n_rows != size)
    return tree_fail(node->mark, "file %s has positions of %zu cells, but the population has %llu", file->name,
                     file->n_rows, (unsigned long long)size);
  positions->kind = LOLIGO_PLACED;
  positions->n_axes = format->n_columns;
  positions->listed = file->values;
  if (section->periodic && !extent)
    return tree_fail(mapping->mark, "missing key 'extent', after which positions are periodic");
  if (extent) LOLIGO_TRY(copy_axes(extent, &section->extent, positions->n_axes, positions->extent));
  const loligo_status status = loligo_network_set_positions(reader->network, population, positions);
  listed_files_forget(reader->files, file);
  return tree_blame(mapping, status);
}

loligo_status read_positions(const model_reader *reader, size_t population, tree_node *mapping)
{
  static const char *const forms[] = {"grid", "random", "file"};
  positions_section section = {0};
  loligo_positions positions = {0};
  LOLIGO_TRY(decode_section(WHAT_POSITIONS, positions_table, mapping, &section));
  LOLIGO_TRY(expect_one(mapping, WHAT_POSITIONS, 3, forms));
  positions.periodic = section.periodic;
  if (section.file) return read_file(reader, population, mapping, &section, &positions);
  LOLIGO_TRY(section.random ? read_scatter(section.random, &positions) : read_grid(mapping, &section, &positions));
  return tree_blame(mapping, loligo_network_set_positions(reader->network, population, &positions));
}

/* -- by the distance -- */

loligo_status read_kernel(tree_node *mapping, loligo_param_table at_zero, const char *unit, loligo_kernel *kernel)
{
  if (mapping->kind != TREE_MAPPING || mapping->n != 1)
    return tree_fail(mapping->mark, "%s must be one kernel, as {gaussian: {%s: ..., sigma: 100 um}}", mapping->key,
                     at_zero.rows[0].name);
  tree_node *members = mapping->children[0];
  const void *found;
  LOLIGO_TRY(decode_named(&kernel_registry, members, mapping->key, &found));
  const struct kernel *named = found;
  decoded values[DECODE_MAX_ROWS];
  const decode_form form = {
      .what = named->name, .prefix = named->name, .tables = {at_zero, named->params}, .n_tables = 2, .unit = unit};
  LOLIGO_TRY(decode_mapping(&form, members, values));
  *kernel = (loligo_kernel){.name = named->name};
  decode_store(at_zero, values, kernel);
  decode_store(named->params, values + at_zero.n, kernel);
  return LOLIGO_OK;
}

loligo_status read_mask(tree_node *mapping, loligo_mask *mask)
{
  static const char *const forms[] = {"radius", "box", "ring"};
  mask_section section = {.radius = NAN};
  LOLIGO_TRY(decode_section(mapping->key, mask_table, mapping, &section));
  LOLIGO_TRY(expect_one(mapping, mapping->key, 3, forms));
  *mask = (loligo_mask){.kind = LOLIGO_MASK_RADIUS, .outer = section.radius};
  if (section.ring) {
    mask->kind = LOLIGO_MASK_RING;
    return decode_section("ring", ring_table, section.ring, mask);
  }
  if (!isnan(section.radius)) return LOLIGO_OK;
  mask->kind = LOLIGO_MASK_BOX;
  const tree_node *box = decode_child(mapping, mask_table, offsetof(mask_section, box));
  if (section.box.n != 2 && section.box.n != 3)
    return tree_fail(box->mark, "box must have 2 or 3 values, one for each axis, not %zu", section.box.n);
  return copy_axes(box, &section.box, section.box.n, mask->box);
}

static loligo_status read_distance(const void *self, const value_form *form, tree_node *mapping,
                                   loligo_distribution *values)
{
  read_distances *read = (read_distances *)self;
  tree_node *inner = mapping->children[0];
  *values = loligo_constant(0);
  if (mapping->n != 1) return tree_fail(mapping->mark, "%s must be {distance: ...} alone", form->label);
  if (form->row == decode_row(drawn_table, offsetof(drawn_section, weight)))
    return read_kernel(inner, at_zero_table, form->unit, &read->weight);
  return decode_section("delay by the distance", conduction_table, inner, &read->delay);
}

decode_source read_distance_source(read_distances *read)
{
  return (decode_source){.read = read_distance, .self = read};
}
