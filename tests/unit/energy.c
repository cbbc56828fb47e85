/*
 * What counts take by assumed prices: closed forms, each price on its own, what is not known, and the tables.
 */
#include <ctype.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/neuron/model.h"
#include "network/energy.h"

/* In doubles. */
static void assert_near(double got, double wanted, double tolerance)
{
  if (!(fabs(got - wanted) <= tolerance)) fail_msg("%.17g instead of %.17g", got, wanted);
}

static const loligo_model plain = {.name = "plain", .operations = &(const loligo_operations){3, 2, 1}};
static const loligo_model silent = {.name = "silent"};

/* 10 events, 4 + 6 updates of a model, 2 changes of weights, 5 multiply-adds, bytes. */
static void count(energy_counts *counts, const loligo_model *model)
{
  assert_int_equal(energy_counts_init(counts, 2), LOLIGO_OK);
  energy_count_updates(counts, model, 0, 4);
  energy_count_updates(counts, model, 0, 6);
  counts->synaptic_events = 10;
  counts->weight_updates = 2;
  counts->mac = 5;
  counts->dram_bytes = 7;
  counts->network_bytes = 9;
}

static energy_prices by_operations(void)
{
  energy_prices prices = technology_find("cmos45")->prices;
  assert_true(isnan(prices.synaptic_event_pJ) && isnan(prices.cell_update_pJ) && isnan(prices.weight_update_pJ));
  return prices;
}

static void joules_are_counts_times_prices(void **state)
{
  (void)state;
  energy_counts counts;
  count(&counts, &plain);
  const energy_joule joule = energy_reckon(&(energy_prices){.synaptic_event_pJ = NAN,
                                                            .cell_update_pJ = NAN,
                                                            .weight_update_pJ = NAN,
                                                            .fp32_add_pJ = 1e3,
                                                            .fp32_mul_pJ = 1e6,
                                                            .fp32_div_pJ = 1e8,
                                                            .int32_add_pJ = 1,
                                                            .sram_8kB_pJ_per_32bit = 0.01,
                                                            .dram_pJ_per_bit = 2,
                                                            .network_pJ_per_bit = 3},
                                           &counts);
  assert_int_equal(counts.n_models, 1);
  assert_int_equal(counts.updates[0].n, 10);
  assert_near(joule.events, 1e-12 * (10 * (1 + 0.02) + 5 * (1e3 + 1e6)), 1e-20);
  assert_near(joule.updates, 1e-12 * (10 * (3e3 + 2e6 + 1e8) + 2 * (20e3 + 20e6 + 0.02)), 1e-17);
  assert_near(joule.memory, 1e-12 * 7 * 8 * 2, 1e-24);
  assert_near(joule.network, 1e-12 * 9 * 8 * 3, 1e-24);
  assert_near(joule.sum, joule.events + joule.updates + joule.memory + joule.network, 1e-20);
  assert_string_equal(joule.reason, "");
  energy_counts_free(&counts);
}

static void a_price_as_a_whole_replaces_operations(void **state)
{
  (void)state;
  energy_counts counts;
  count(&counts, &silent);
  counts.mac = 0;
  const energy_joule joule = energy_reckon(&technology_find("loihi")->prices, &counts);
  assert_near(joule.events, 1e-12 * 10 * 23.6, 1e-22);
  assert_near(joule.updates, 1e-12 * (10 * 81 + 2 * 120), 1e-22);
  assert_true(joule.memory == 0);
  assert_string_equal(joule.reason, "");
  energy_counts_free(&counts);
}

static double price_times(energy_prices prices, size_t i, double factor, const energy_counts *counts)
{
  *(double *)((char *)&prices + energy_price_table.rows[i].offset) *= factor;
  return energy_reckon(&prices, counts).sum;
}

/* The sum grows by the same for each time a price is added; all prices together are all of it. */
static void the_sum_is_linear_in_each_price(void **state)
{
  (void)state;
  energy_counts counts;
  count(&counts, &plain);
  const energy_prices prices = by_operations();
  const double sum = energy_reckon(&prices, &counts).sum;
  double parts = 0;
  for (size_t i = 0; i < energy_price_table.n; i++) {
    if (isnan(energy_price(&prices, &energy_price_table.rows[i]))) continue;
    const double part = price_times(prices, i, 2, &counts) - sum;
    assert_true(part > 0);
    assert_near(price_times(prices, i, 5, &counts) - sum, 4 * part, 1e-9 * sum);
    assert_near(price_times(prices, i, 0, &counts) - sum, -part, 1e-9 * sum);
    parts += part;
  }
  assert_near(parts, sum, 1e-9 * sum);
  energy_counts_free(&counts);
}

static void what_a_model_does_not_say_is_not_known(void **state)
{
  (void)state;
  energy_counts counts;
  const energy_prices prices = by_operations();
  count(&counts, &silent);
  energy_joule joule = energy_reckon(&prices, &counts);
  assert_true(isnan(joule.updates) && isnan(joule.sum) && joule.events > 0);
  assert_non_null(strstr(joule.reason, "silent"));
  assert_int_equal(counts.updates[0].n, 10);
  counts.updates[0].n = 0;
  joule = energy_reckon(&prices, &counts);
  assert_true(joule.updates > 0 && joule.sum > 0);
  energy_counts_free(&counts);
}

static void what_is_not_done_takes_nothing(void **state)
{
  (void)state;
  energy_counts counts = {0};
  for (size_t i = 0; technology_at(i); i++) {
    const energy_joule joule = energy_reckon(&technology_at(i)->prices, &counts);
    assert_true(joule.sum == 0);
    assert_string_equal(joule.reason, "");
  }
}

static void multiply_adds_need_a_price(void **state)
{
  (void)state;
  energy_counts counts;
  count(&counts, &plain);
  const energy_joule joule = energy_reckon(&technology_find("loihi")->prices, &counts);
  assert_true(isnan(joule.events) && isnan(joule.sum) && joule.updates > 0);
  assert_non_null(strstr(joule.reason, "multiply-add"));
  energy_counts_free(&counts);
}

static bool names_a_year(const char *text)
{
  for (; *text; text++)
    if (strncmp(text, "20", 2) == 0 && isdigit(text[2]) && isdigit(text[3]) && !isdigit(text[4])) return true;
  return false;
}

/* Each price or the one as a whole is there, so that no simulation lacks one. */
static void tables_name_their_sources(void **state)
{
  (void)state;
  for (size_t i = 0; technology_at(i); i++) {
    const energy_prices *p = &technology_at(i)->prices;
    assert_true(names_a_year(technology_at(i)->summary));
    assert_false(isnan(p->synaptic_event_pJ) && isnan(p->int32_add_pJ + p->sram_8kB_pJ_per_32bit));
    assert_false(isnan(p->cell_update_pJ) && isnan(p->fp32_add_pJ + p->fp32_mul_pJ + p->fp32_div_pJ));
    assert_false(isnan(p->weight_update_pJ) && isnan(p->fp32_add_pJ + p->fp32_mul_pJ));
    assert_false(isnan(p->dram_pJ_per_bit + p->network_pJ_per_bit));
  }
}

static void all_models_say_their_operations(void **state)
{
  (void)state;
  for (size_t i = 0; i < loligo_model_registry.n; i++) assert_non_null(loligo_model_at(i)->operations);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(joules_are_counts_times_prices),  cmocka_unit_test(a_price_as_a_whole_replaces_operations),
      cmocka_unit_test(the_sum_is_linear_in_each_price), cmocka_unit_test(what_a_model_does_not_say_is_not_known),
      cmocka_unit_test(what_is_not_done_takes_nothing),  cmocka_unit_test(multiply_adds_need_a_price),
      cmocka_unit_test(tables_name_their_sources),       cmocka_unit_test(all_models_say_their_operations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
