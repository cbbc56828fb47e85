/* All that exists by name: each entry is found by its name alone, says in one line what it is, and is suggested. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/random/distribution.h"
#include "io/model_file/data_format.h"
#include "io/model_file/recording_kind.h"
#include "learn/environment.h"
#include "learn/loss.h"
#include "learn/method.h"
#include "learn/optimiser.h"
#include "model/channel/channel.h"
#include "model/input/input_model.h"
#include "model/neuron/model.h"
#include "model/surrogate/surrogate.h"
#include "model/synapse/synapse_model.h"
#include "network/rule/rule.h"
#include "partition/partitioner.h"
#include "sim/exchange/exchange.h"

static const registry *const registries[] = {
    &distribution_registry,    &input_model_registry,    &loligo_model_registry,
    &synapse_model_registry,   &rule_registry,           &partitioner_registry,
    &exchange_method_registry, &recording_kind_registry, &data_format_registry,
    &surrogate_registry,       &loss_registry,           &optimiser_registry,
    &learn_method_registry,    &environment_registry,    &channel_registry,
};
enum { REGISTRIES = sizeof registries / sizeof registries[0] };

static const registry_entry *entry_at(const registry *registry, size_t i)
{
  return registry_at(registry, i);
}

static int setup(void **state)
{
  (void)state;
  loligo_error_clear();
  return 0;
}

static void entries_are_found_by_their_name(void **state)
{
  (void)state;
  for (size_t r = 0; r < REGISTRIES; r++) {
    assert_true(registries[r]->n > 0);
    for (size_t i = 0; i < registries[r]->n; i++)
      assert_ptr_equal(registry_find(registries[r], entry_at(registries[r], i)->name), entry_at(registries[r], i));
    assert_null(registry_at(registries[r], registries[r]->n));
    assert_null(registry_find(registries[r], "nothing"));
    assert_null(registry_find(registries[r], ""));
  }
}

/* Names are keys of a model file: lower-case words, but for channels, which have the names of the literature. */
static void entries_say_what_they_are(void **state)
{
  (void)state;
  for (size_t r = 0; r < REGISTRIES; r++) {
    const bool is_free = registries[r] == &channel_registry;
    const char *letters = is_free ? "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
                                  : "abcdefghijklmnopqrstuvwxyz0123456789_";
    for (size_t i = 0; i < registries[r]->n; i++) {
      const registry_entry *entry = entry_at(registries[r], i);
      assert_true(is_free ? isalpha((unsigned char)entry->name[0]) : islower((unsigned char)entry->name[0]));
      assert_int_equal(strspn(entry->name, letters), strlen(entry->name));
      assert_true(strlen(entry->summary) > strlen(entry->name));
      assert_null(strchr(entry->summary, '\n'));
    }
  }
}

static void a_slip_of_the_pen_is_mended(void **state)
{
  (void)state;
  for (size_t r = 0; r < REGISTRIES; r++) {
    for (size_t i = 0; i < registries[r]->n; i++) {
      char slip[64], expected[200];
      const char *name = entry_at(registries[r], i)->name;
      snprintf(slip, sizeof slip, "%sx", name);
      if (registry_find(registries[r], slip)) continue;
      loligo_error_clear();
      assert_int_equal(registry_unknown(registries[r], slip), LOLIGO_INPUT_ERROR);
      snprintf(expected, sizeof expected, "unknown %s '%s'; did you mean '%s'?", registries[r]->what, slip, name);
      assert_string_equal(loligo_error_message(), expected);
    }
  }
}

static void all_are_listed_where_none_is_near(void **state)
{
  (void)state;
  for (size_t r = 0; r < REGISTRIES; r++) {
    loligo_error_clear();
    assert_int_equal(registry_unknown(registries[r], "?"), LOLIGO_INPUT_ERROR);
    for (size_t i = 0; i < registries[r]->n; i++)
      assert_non_null(strstr(loligo_error_message(), entry_at(registries[r], i)->name));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(entries_are_found_by_their_name, setup),
      cmocka_unit_test_setup(entries_say_what_they_are, setup),
      cmocka_unit_test_setup(a_slip_of_the_pen_is_mended, setup),
      cmocka_unit_test_setup(all_are_listed_where_none_is_near, setup),
  };
  return cmocka_run_group_tests(tests, setup, NULL);
}
