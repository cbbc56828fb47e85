/* Fields: every variable and every level of every population once, in order, as the cells have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loligo/network.h"
#include "loligo/partition.h"
#include "network/description.h"
#include "sim/cells/fields.h"

enum { RANKS = 3 };

#define OK(call) assert_int_equal((call), LOLIGO_OK)

/** A network with a population of every model, and its cells on one rank. */
typedef struct subject {
  loligo_network *network;
  loligo_decomposition *decomposition;
  cells cells;
} subject;

static void subject_open(subject *s, int rank)
{
  s->network = loligo_network_create(0.1, 1);
  for (size_t m = 0; loligo_model_at(m); m++)
    if (!model_is_for_trials(loligo_model_at(m)))
      OK(loligo_network_add_population(s->network, loligo_model_name(loligo_model_at(m)), loligo_model_at(m), m, NULL));
  OK(loligo_decomposition_create(s->network, "block", RANKS, &s->decomposition));
  OK(cells_init(&s->cells, s->network, s->decomposition, rank));
}

static void subject_close(subject *s)
{
  cells_free(&s->cells);
  loligo_decomposition_destroy(s->decomposition);
  loligo_network_destroy(s->network);
}

static void check_cells(const subject *s, const loligo_field *field)
{
  const cell_group *group = &s->cells.groups[field->population];
  assert_int_equal(field->n_cells, group->n);
  for (uint64_t l = 0; l < group->n; l++) assert_int_equal(field->index[l], group->index[l]);
}

/* The fields of a population, from the i-th on; returns the number of the one behind them. */
static size_t check_population(const subject *s, size_t p, size_t i)
{
  const loligo_model *model = s->network->populations[p].model;
  for (size_t v = 0; v < model->n_variables; v++, i++) {
    const loligo_field field = fields_at(&s->cells, i);
    assert_int_equal(field.population, p);
    assert_string_equal(field.name, model->variables[v].name);
    assert_string_equal(field.unit, model->variables[v].unit);
    assert_string_equal(field.help, model->variables[v].help);
    assert_int_equal(field.type, LOLIGO_FLOAT64);
    assert_ptr_equal(field.values, s->cells.groups[p].state[v]);
    check_cells(s, &field);
  }
  for (size_t r = 0; r < model->n_receptors; r++) {
    if (model->receptors[r].kind != LOLIGO_RECEPTOR_LEVEL) continue;
    const loligo_field field = fields_at(&s->cells, i++);
    assert_int_equal(field.population, p);
    assert_string_equal(field.name, model->receptors[r].name);
    assert_int_equal(field.type, LOLIGO_INT64);
    assert_true(strlen(field.help) > 0 && field.values);
    check_cells(s, &field);
  }
  return i;
}

static void fields_are_variables_then_levels(void **state)
{
  (void)state;
  for (int rank = 0; rank < RANKS; rank++) {
    subject s;
    subject_open(&s, rank);
    size_t i = 0;
    for (size_t p = 0; p < s.network->n_populations; p++) i = check_population(&s, p, i);
    assert_int_equal(i, fields_count(&s.cells));
    subject_close(&s);
  }
}

static void names_and_values_are_unique(void **state)
{
  (void)state;
  subject s;
  subject_open(&s, 0);
  for (size_t i = 0; i < fields_count(&s.cells); i++) {
    const loligo_field a = fields_at(&s.cells, i);
    for (size_t j = 0; j < i; j++) {
      const loligo_field b = fields_at(&s.cells, j);
      assert_true(a.values != b.values);
      if (a.population == b.population) assert_string_not_equal(a.name, b.name);
    }
  }
  subject_close(&s);
}

static void without_cells_there_are_no_fields(void **state)
{
  (void)state;
  assert_int_equal(fields_count(&(cells){0}), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fields_are_variables_then_levels),
      cmocka_unit_test(names_and_values_are_unique),
      cmocka_unit_test(without_cells_there_are_no_fields),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
