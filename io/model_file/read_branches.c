/*
 * branches: of a population, which become lists of the model's parameters. What is described by its geometry is written
 * down by what follows from that: capacitances and conductances.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/decode.h"
#include "io/model_file/quantity.h"
#include "io/model_file/read.h"
#include "io/model_file/value.h"
#include "model/neuron/model.h"
#include "model/neuron/tree.h"

enum { WHAT_SIZE = 96 };

static const char WHAT[] = "branch", PER_AREA[] = "mS/cm2";
static const double cm_per_um = 1e-4, pf_per_uf = 1e6, ns_per_s = 1e9, ns_per_ms = 1e6;

/* Keys of either description; NULL ends them. */
static const size_t geometric[] = {offsetof(branch_section, length), offsetof(branch_section, diameter),
                                   offsetof(branch_section, r_a), offsetof(branch_section, c_m_per_area)};
static const size_t electrical[] = {offsetof(branch_section, c_m), offsetof(branch_section, g_axial),
                                    offsetof(branch_section, g_parent)};

enum { GEOMETRIC = sizeof geometric / sizeof *geometric, ELECTRICAL = sizeof electrical / sizeof *electrical };

/* Lists of the population as they grow. */
typedef struct tree_lists {
  double *values[TREE_LISTS]; /* [n[list]] */
  size_t n[TREE_LISTS], capacity[TREE_LISTS];
  bool has_nmda;
} tree_lists;

/* One entry as it is read. */
typedef struct entry {
  model_reader *reader;
  tree_node *mapping;
  branch_section section;
  const membrane *membrane;
  bool is_geometric;
  double area;                    /* cm2, of a compartment described so */
  double params[DECODE_MAX_ROWS]; /* of its membrane: nS, mV */
  double nmda[3];                 /* tau, Mg, E; tau 0: none */
  size_t parent;                  /* compartment */
} entry;

static const tree_node *given_of(const entry *e, const size_t *offsets, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const tree_node *node = decode_child(e->mapping, branch_table, offsets[i]);
    if (node) return node;
  }
  return NULL;
}

/* All keys of a description but g_axial of a single compartment. */
static loligo_status expect_all(const entry *e, const size_t *offsets, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const loligo_param *row = decode_row(branch_table, offsets[i]);
    const bool is_axial = offsets[i] == offsetof(branch_section, g_axial);
    if (tree_find(e->mapping, row->name) || (is_axial && e->section.compartments == 1)) continue;
    return tree_fail(e->mapping->key_mark, "missing key '%s' in %s '%s', %s", row->name, WHAT, e->mapping->key,
                     row->help);
  }
  return LOLIGO_OK;
}

static loligo_status choose_description(entry *e)
{
  const tree_node *shape = given_of(e, geometric, GEOMETRIC), *circuit = given_of(e, electrical, ELECTRICAL);
  if (shape && circuit)
    return tree_fail(circuit->key_mark,
                     "%s '%s' has %s and %s; describe it by length, diameter, R_a and c_m, or by "
                     "C_m, g_axial and g_parent",
                     WHAT, e->mapping->key, shape->key, circuit->key);
  if (!shape && !circuit)
    return tree_fail(e->mapping->key_mark,
                     "%s '%s' has no size; give length, diameter, R_a and c_m, or C_m, g_axial and g_parent", WHAT,
                     e->mapping->key);
  e->is_geometric = shape;
  return shape ? expect_all(e, geometric, GEOMETRIC) : expect_all(e, electrical, ELECTRICAL);
}

/* -- from geometry -- */

static loligo_status drop(const entry *e, size_t offset)
{
  tree_node *node = decode_child(e->mapping, branch_table, offset);
  if (!node) return LOLIGO_OK;
  tree_take(e->mapping, node);
  tree_free(node);
  return LOLIGO_OK;
}

static loligo_status write_number(const entry *e, size_t offset, double value)
{
  const decode_form form = {.what = WHAT, .tables = {branch_table}, .n_tables = 1};
  return decode_complete_number(&form, e->mapping, decode_row(branch_table, offset), value);
}

/* A compartment is a cylinder; a branch begins half a compartment before the middle of its first one, where its parent
 * is, which counts as one point. */
static loligo_status work_out(entry *e)
{
  const double pi = 3.14159265358979323846;
  branch_section *s = &e->section;
  const double length = s->length * cm_per_um / (double)s->compartments, diameter = s->diameter * cm_per_um;
  e->area = pi * diameter * length;
  s->c_m = s->c_m_per_area * e->area * pf_per_uf;
  s->g_axial = pi * diameter * diameter / (4 * s->r_a * length) * ns_per_s;
  s->g_parent = 2 * s->g_axial;
  for (size_t i = 0; i < GEOMETRIC; i++) LOLIGO_TRY(drop(e, geometric[i]));
  LOLIGO_TRY(write_number(e, offsetof(branch_section, c_m), s->c_m));
  if (s->compartments > 1) LOLIGO_TRY(write_number(e, offsetof(branch_section, g_axial), s->g_axial));
  return write_number(e, offsetof(branch_section, g_parent), s->g_parent);
}

/* -- membrane -- */

static bool is_conductance(const loligo_param *row)
{
  return strcmp(row->unit, "nS") == 0;
}

/* Of a value per area that of a compartment. */
static loligo_status multiply(const entry *e, tree_node *node, double *value)
{
  char text[QUANTITY_SIZE];
  *value *= e->area * ns_per_ms;
  quantity_print(*value, "nS", text);
  return tree_set_text(node, text);
}

static loligo_status read_membrane(entry *e)
{
  const tree_node *named = decode_child(e->mapping, branch_table, offsetof(branch_section, membrane));
  e->membrane = membrane_find(e->section.membrane);
  if (e->membrane) return LOLIGO_OK;
  return tree_locate(named->mark, NULL, registry_unknown_in(&membrane_registry, named->key, named->text, WHAT));
}

static loligo_status read_params(entry *e)
{
  loligo_param rows[DECODE_MAX_ROWS];
  decoded values[DECODE_MAX_ROWS];
  char what[WHAT_SIZE];
  const loligo_param_table table = e->membrane->params;
  memcpy(rows, table.rows, table.n * sizeof *rows);
  for (size_t i = 0; i < table.n && e->is_geometric; i++)
    if (is_conductance(&rows[i])) rows[i].unit = PER_AREA;
  snprintf(what, sizeof what, "params of %s '%.48s'", WHAT, e->mapping->key);
  const decode_form form = {.what = what, .tables = {{rows, table.n}}, .n_tables = 1};
  LOLIGO_TRY(decode_mapping(&form, e->section.params, values));
  for (size_t i = 0; i < table.n; i++) {
    e->params[i] = values[i].law.mean;
    if (e->is_geometric && is_conductance(&table.rows[i])) LOLIGO_TRY(multiply(e, values[i].node, &e->params[i]));
  }
  return LOLIGO_OK;
}

static loligo_status read_nmda(entry *e, bool *has_nmda)
{
  nmda_section nmda = {0};
  if (!e->section.nmda) return LOLIGO_OK;
  LOLIGO_TRY(decode_section("nmda", nmda_table, e->section.nmda, &nmda));
  e->nmda[0] = nmda.tau;
  e->nmda[1] = nmda.mg;
  e->nmda[2] = nmda.e;
  *has_nmda = true;
  return LOLIGO_OK;
}

/* -- topology -- */

/* A branch that comes later cannot be a parent. */
static loligo_status check_order(const tree_node *branches, const entry *e, const tree_node *parent)
{
  const size_t n_bytes = strcspn(parent->text, "[");
  bool is_before = true;
  for (size_t i = 0; i < branches->n; i++) {
    const tree_node *other = branches->children[i];
    compartment_span span;
    const branch b = {.name = other->key, .count = TREE_MAX_COMPARTMENTS, .n = 1};
    is_before = is_before && other != e->mapping;
    if (is_before || !branch_is_called(&b, parent->text, n_bytes, &span)) continue;
    return tree_fail(parent->mark, "parent '%s' of %s '%s' %s; a branch stands behind its parent", parent->text, WHAT,
                     e->mapping->key, other == e->mapping ? "is that branch itself" : "comes later");
  }
  return LOLIGO_OK;
}

static loligo_status read_parent(const tree_node *branches, const branch_list *list, entry *e)
{
  const tree_node *parent = decode_child(e->mapping, branch_table, offsetof(branch_section, parent));
  compartment_span span;
  if (branches_find(list, parent, &span) != LOLIGO_OK) {
    loligo_error_clear(); /* there may be a better reason */
    LOLIGO_TRY(check_order(branches, e, parent));
    return branches_find(list, parent, &span);
  }
  for (size_t i = 0; i < list->n; i++)
    if (list->branches[i].count > 1 && strcmp(list->branches[i].name, parent->text) == 0)
      return tree_fail(parent->mark, "parent: there are %zu branches %s; name one, as %s0", list->branches[i].count,
                       parent->text, parent->text);
  e->parent = span.first + span.n - 1;
  return LOLIGO_OK;
}

/* Names of branches must not be taken for one another. */
static loligo_status check_name(const branch_list *list, const entry *e)
{
  const char *name = e->mapping->key;
  compartment_span span;
  LOLIGO_TRY(read_check_name(name, e->mapping->key_mark, WHAT));
  bool is_taken = strcmp(name, "soma") == 0;
  for (size_t i = 0; i < list->n; i++) {
    const branch own = {.name = name, .count = e->section.count, .n = 1}, *other = &list->branches[i];
    is_taken = is_taken || branch_is_called(other, name, strlen(name), &span) ||
               branch_is_called(&own, other->name, strlen(other->name), &span);
  }
  if (!is_taken) return LOLIGO_OK;
  return tree_fail(e->mapping->key_mark, "'%s' would be the name of other compartments too; choose another", name);
}

static loligo_status check_size(const entry *e, size_t before)
{
  const uint64_t count = e->section.count ? e->section.count : 1, most = TREE_MAX_COMPARTMENTS - 1;
  if (count <= most && e->section.compartments <= most && before + count * e->section.compartments <= most)
    return LOLIGO_OK;
  return tree_fail(e->mapping->key_mark,
                   "with %s '%s' a cell has more than %d compartments besides the soma; take "
                   "fewer",
                   WHAT, e->mapping->key, TREE_MAX_COMPARTMENTS - 1);
}

/* -- lists -- */

static loligo_status put(tree_lists *lists, int list, double value)
{
  LOLIGO_TRY(memory_grow((void **)&lists->values[list], &lists->capacity[list], lists->n[list] + 1, sizeof(double),
                         "branches"));
  lists->values[list][lists->n[list]++] = value;
  return LOLIGO_OK;
}

static double number_of(const membrane *wanted)
{
  size_t i = 0;
  while (membrane_at(i) != wanted) i++;
  return (double)i;
}

static loligo_status put_compartment(const entry *e, size_t parent, double g, tree_lists *lists)
{
  LOLIGO_TRY(put(lists, TREE_PARENT, (double)parent));
  LOLIGO_TRY(put(lists, TREE_G, g));
  LOLIGO_TRY(put(lists, TREE_C_M, e->section.c_m));
  LOLIGO_TRY(put(lists, TREE_MEMBRANE, number_of(e->membrane)));
  for (size_t i = 0; i < e->membrane->params.n; i++) LOLIGO_TRY(put(lists, TREE_PARAMS, e->params[i]));
  LOLIGO_TRY(put(lists, TREE_NMDA_TAU, e->nmda[0]));
  LOLIGO_TRY(put(lists, TREE_NMDA_MG, e->nmda[1]));
  return put(lists, TREE_NMDA_E, e->nmda[2]);
}

static loligo_status put_branches(const entry *e, compartment_span span, tree_lists *lists)
{
  for (size_t c = span.first; c < span.first + span.n; c++) {
    const bool begins = (c - span.first) % e->section.compartments == 0;
    LOLIGO_TRY(
        put_compartment(e, begins ? e->parent : c - 1, begins ? e->section.g_parent : e->section.g_axial, lists));
  }
  return LOLIGO_OK;
}

/* -- the section -- */

static loligo_status read_entry(model_reader *reader, const tree_node *branches, tree_node *mapping, branch_list *list,
                                tree_lists *lists)
{
  entry e = {.reader = reader, .mapping = mapping};
  compartment_span span;
  LOLIGO_TRY(decode_section(WHAT, branch_table, mapping, &e.section));
  LOLIGO_TRY(check_name(list, &e));
  LOLIGO_TRY(check_size(&e, lists->n[TREE_PARENT]));
  LOLIGO_TRY(read_parent(branches, list, &e));
  LOLIGO_TRY(read_membrane(&e));
  LOLIGO_TRY(choose_description(&e));
  if (e.is_geometric) LOLIGO_TRY(work_out(&e));
  LOLIGO_TRY(read_params(&e));
  LOLIGO_TRY(read_nmda(&e, &lists->has_nmda));
  const branch added = {.name = mapping->key, .count = e.section.count, .n = e.section.compartments};
  LOLIGO_TRY(branches_add(&reader->branches, list, added, &span));
  return put_branches(&e, span, lists);
}

static loligo_status set_lists(loligo_network *network, size_t id, const tree_lists *lists)
{
  for (int l = 0; l < TREE_LISTS; l++) {
    const bool is_nmda = l == TREE_NMDA_TAU || l == TREE_NMDA_MG || l == TREE_NMDA_E;
    if (lists->n[l] == 0 || (is_nmda && !lists->has_nmda)) continue;
    LOLIGO_TRY(loligo_network_set_param(network, id, tree_list_names[l], loligo_list(lists->values[l], lists->n[l])));
  }
  return LOLIGO_OK;
}

/* Models whose cells can have branches. */
static loligo_status fail_model(const loligo_model *model, const tree_node *node)
{
  fault_names names = {.n = 0};
  for (size_t i = 0; loligo_model_at(i); i++)
    if (model_param_index(loligo_model_at(i), tree_list_names[TREE_PARENT]) >= 0)
      fault_names_add(&names, loligo_model_at(i)->name);
  return tree_fail(node->key_mark, "cells of model %s have no branches; those of %s can, and of %s", model->name,
                   names.name[0], names.name[names.n - 1]);
}

static loligo_status read_all(model_reader *reader, size_t id, tree_node *branches, tree_lists *lists)
{
  bool any = false;
  branch_list *list = branches_begin(&reader->branches, id);
  if (!list) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < branches->n; i++)
    LOLIGO_TRY(mistakes_keep(read_entry(reader, branches, branches->children[i], list, lists), &any));
  LOLIGO_TRY(mistakes_told(any));
  return id == SIZE_MAX ? LOLIGO_OK : tree_blame(branches, set_lists(reader->network, id, lists));
}

loligo_status read_branches(model_reader *reader, size_t id, const loligo_model *model, tree_node *branches)
{
  tree_lists lists = {.n = {0}};
  if (model_param_index(model, tree_list_names[TREE_PARENT]) < 0) return fail_model(model, branches);
  LOLIGO_TRY(value_expect_mapping("branches", branches));
  const loligo_status status = read_all(reader, id, branches, &lists);
  for (int l = 0; l < TREE_LISTS; l++) memory_free(lists.values[l]);
  return status;
}

/* -- what names compartments -- */

loligo_status read_compartment(const model_reader *reader, size_t population, const tree_node *node,
                               size_t *compartment)
{
  compartment_span span;
  *compartment = 0;
  if (!node) return LOLIGO_OK;
  if (node->kind == TREE_LIST)
    return tree_fail(node->mark, "%s: synapses are not drawn among several compartments yet; name one", node->key);
  LOLIGO_TRY(value_expect_text(node->key, node));
  LOLIGO_TRY(branches_find(branches_of(&reader->branches, population), node, &span));
  *compartment = span.first;
  if (span.n == 1) return LOLIGO_OK;
  return tree_fail(node->mark,
                   "%s: '%s' has %zu compartments, and synapses are not drawn among several yet; name one, as %s[0]",
                   node->key, node->text, span.n, node->text);
}
