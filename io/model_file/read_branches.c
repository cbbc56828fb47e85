/*
 * soma: and branches: of a population, which become lists of the model's parameters. What is described by its geometry
 * is written down by what follows from that: capacitances and conductances.
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
#include "io/model_file/read_channels.h"
#include "io/model_file/value.h"
#include "model/neuron/model.h"
#include "model/neuron/tree.h"
#include "network/tree_lists.h"

enum { WHAT_SIZE = 96 };

static const char WHAT[] = "branch";
static const double cm_per_um = 1e-4, um2_per_cm2 = 1e8, pf_per_uf = 1e6, ns_per_s = 1e9;

/* Keys of either description; NULL ends them. */
static const size_t geometric[] = {offsetof(branch_section, length), offsetof(branch_section, diameter),
                                   offsetof(branch_section, r_a), offsetof(branch_section, c_m_per_area)};
static const size_t electrical[] = {offsetof(branch_section, c_m), offsetof(branch_section, g_axial),
                                    offsetof(branch_section, g_parent)};

enum { GEOMETRIC = sizeof geometric / sizeof *geometric, ELECTRICAL = sizeof electrical / sizeof *electrical };

/* One entry as it is read. */
typedef struct entry {
  model_reader *reader;
  tree_node *mapping;
  branch_section section;
  bool is_geometric;
  double area; /* um2, of a compartment described so */
  channel_set channels;
  nmda_section nmda; /* tau 0: none */
  size_t parent;     /* compartment */
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

static loligo_status drop(const entry *e, loligo_param_table table, size_t offset)
{
  tree_node *node = decode_child(e->mapping, table, offset);
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
  const double area = pi * diameter * length;
  e->area = area * um2_per_cm2;
  s->c_m = s->c_m_per_area * area * pf_per_uf;
  s->g_axial = pi * diameter * diameter / (4 * s->r_a * length) * ns_per_s;
  s->g_parent = 2 * s->g_axial;
  for (size_t i = 0; i < GEOMETRIC; i++) LOLIGO_TRY(drop(e, branch_table, geometric[i]));
  LOLIGO_TRY(write_number(e, offsetof(branch_section, c_m), s->c_m));
  if (s->compartments > 1) LOLIGO_TRY(write_number(e, offsetof(branch_section, g_axial), s->g_axial));
  return write_number(e, offsetof(branch_section, g_parent), s->g_parent);
}

/* -- channels -- */

/* Puts what is per area in terms of the area. */
static loligo_status put_on(channel_set *set, double area, tree_node *channels, tree_node *params)
{
  const channel_set per_area = *set;
  channel_set_on(&per_area, area, set);
  return channels ? read_channels_write(channels, set) : read_channel_write(params, &set->entries[0]);
}

static loligo_status read_membrane(entry *e)
{
  char what[WHAT_SIZE];
  const decode_form form = {.what = WHAT, .tables = {branch_table}, .n_tables = 1};
  const loligo_param *row = decode_row(branch_table, offsetof(branch_section, membrane));
  LOLIGO_TRY(decode_complete_text(&form, e->mapping, row, "passive"));
  const tree_node *named = tree_find(e->mapping, row->name);
  const channel *only = channel_find(named->text);
  if (!only)
    return tree_locate(named->mark, NULL, registry_unknown_in(&channel_registry, named->key, named->text, WHAT));
  if (!e->section.params) {
    tree_node *none = tree_create(TREE_MAPPING, NULL, e->mapping->key_mark);
    if (!none) return LOLIGO_MACHINE_ERROR;
    LOLIGO_TRY(tree_add(e->mapping, "params", e->mapping->key_mark, none));
    e->section.params = none;
  }
  snprintf(what, sizeof what, "params of %s '%.48s'", WHAT, e->mapping->key);
  return read_channel(what, only, e->section.params, e->is_geometric, &e->channels);
}

static loligo_status read_channels_of(entry *e)
{
  char what[WHAT_SIZE];
  branch_section *s = &e->section;
  snprintf(what, sizeof what, "%s '%.48s'", WHAT, e->mapping->key);
  if (s->channels && (s->membrane || s->params))
    return tree_fail(s->channels->key_mark, "%s has channels and %s; describe it by channels alone", what,
                     s->membrane ? "a membrane" : "params");
  LOLIGO_TRY(s->channels ? read_channels(what, s->channels, e->is_geometric, &e->channels) : read_membrane(e));
  return e->is_geometric ? put_on(&e->channels, e->area, s->channels, s->params) : LOLIGO_OK;
}

static loligo_status read_nmda(entry *e)
{
  return e->section.nmda ? decode_section("nmda", nmda_table, e->section.nmda, &e->nmda) : LOLIGO_OK;
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

static loligo_status put_branches(const entry *e, compartment_span span, tree_lists *lists)
{
  for (size_t c = span.first; c < span.first + span.n; c++) {
    const bool begins = (c - span.first) % e->section.compartments == 0;
    const tree_compartment added = {.parent = begins ? e->parent : c - 1,
                                    .g = begins ? e->section.g_parent : e->section.g_axial,
                                    .c_m = e->section.c_m,
                                    .nmda_tau = e->nmda.tau,
                                    .nmda_mg = e->nmda.mg,
                                    .nmda_e = e->nmda.e};
    LOLIGO_TRY(tree_lists_add(lists, &added, &e->channels));
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
  LOLIGO_TRY(choose_description(&e));
  if (e.is_geometric) LOLIGO_TRY(work_out(&e));
  LOLIGO_TRY(read_channels_of(&e));
  LOLIGO_TRY(read_nmda(&e));
  const branch added = {.name = mapping->key, .count = e.section.count, .n = e.section.compartments};
  LOLIGO_TRY(branches_add(&reader->branches, list, added, &span));
  return put_branches(&e, span, lists);
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
  return mistakes_told(any);
}

loligo_status read_branches(model_reader *reader, size_t id, const loligo_model *model, tree_node *branches,
                            tree_lists *lists)
{
  if (model_param_index(model, tree_list_names[TREE_PARENT]) < 0) return fail_model(model, branches);
  LOLIGO_TRY(value_expect_mapping("branches", branches));
  return read_all(reader, id, branches, lists);
}

/* -- the soma -- */

static const char SOMA[] = "soma";

/* Capacitance and area, from either description. */
static loligo_status measure_soma(const tree_node *mapping, const soma_section *s, double *c_m, double *area)
{
  const double pi = 3.14159265358979323846, cm2 = pi * s->length * s->diameter * cm_per_um * cm_per_um;
  const bool any = s->length > 0 || s->diameter > 0 || s->c_m_per_area > 0;
  const bool all = s->length > 0 && s->diameter > 0 && s->c_m_per_area > 0;
  *c_m = s->c_m > 0 ? s->c_m : all ? cm2 * s->c_m_per_area * pf_per_uf : NAN;
  *area = all ? cm2 * um2_per_cm2 : NAN;
  if (any && s->c_m > 0)
    return tree_fail(mapping->key_mark, "%s has C_m and a size; describe it by length, diameter and c_m, or by C_m",
                     SOMA);
  if (any && !all) return tree_fail(mapping->key_mark, "%s needs length, diameter and c_m, or none of them", SOMA);
  return LOLIGO_OK;
}

/* Its capacitance is a parameter of the model. */
static loligo_status move_capacitance(tree_node *mapping, tree_node *params, double c_m)
{
  static const size_t moved[] = {offsetof(soma_section, length), offsetof(soma_section, diameter),
                                 offsetof(soma_section, c_m_per_area), offsetof(soma_section, c_m)};
  const entry of = {.mapping = mapping};
  const char *name = decode_row(soma_table, offsetof(soma_section, c_m))->name;
  char text[QUANTITY_SIZE];
  if (isnan(c_m)) return LOLIGO_OK;
  const tree_node *other = tree_find(params, name);
  if (other) return tree_fail(other->key_mark, "%s is given by %s: too; give it once", name, SOMA);
  for (size_t i = 0; i < sizeof moved / sizeof *moved; i++) LOLIGO_TRY(drop(&of, soma_table, moved[i]));
  quantity_print(c_m, "pF", text);
  tree_node *written = tree_create(TREE_SCALAR, text, mapping->mark);
  return written ? tree_add(params, name, mapping->key_mark, written) : LOLIGO_MACHINE_ERROR;
}

loligo_status read_soma(const loligo_model *model, tree_node *soma, tree_node *params, tree_lists *lists)
{
  soma_section section = {.length = 0};
  channel_set channels = {.n = 0};
  double c_m, area;
  if (!tree_soma_has_channels(model))
    return tree_fail(soma->key_mark,
                     "the soma of cells of %s is described by params; that of biophysical is made of "
                     "channels",
                     model->name);
  LOLIGO_TRY(value_expect_mapping("params", params));
  LOLIGO_TRY(decode_section(SOMA, soma_table, soma, &section));
  LOLIGO_TRY(measure_soma(soma, &section, &c_m, &area));
  LOLIGO_TRY(read_channels(SOMA, section.channels, !isnan(area), &channels));
  if (!isnan(area)) LOLIGO_TRY(put_on(&channels, area, section.channels, NULL));
  LOLIGO_TRY(move_capacitance(soma, params, c_m));
  return tree_lists_add_soma(lists, &channels);
}

/* -- what names compartments -- */

loligo_status read_compartment(const model_reader *reader, size_t population, const tree_node *node,
                               size_t *compartment)
{
  size_t *named, n;
  *compartment = 0;
  if (!node) return LOLIGO_OK;
  if (node->kind == TREE_LIST)
    return tree_fail(node->mark, "%s: synapses are not drawn among several compartments yet; name one", node->key);
  LOLIGO_TRY(value_expect_text(node->key, node));
  LOLIGO_TRY(branches_list(branches_of(&reader->branches, population), node, &named, &n));
  *compartment = named[0];
  memory_free(named);
  if (n == 1) return LOLIGO_OK;
  return tree_fail(node->mark,
                   "%s: '%s' has %zu compartments, and synapses are not drawn among several yet; name one, as %s[0]",
                   node->key, node->text, n, node->text);
}
