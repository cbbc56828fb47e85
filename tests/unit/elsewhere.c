/* Names of other simulators: what they are answered with is there, and each is found once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "loligo/model.h"
#include "model/input/input_model.h"
#include "model/neuron/elsewhere.h"
#include "model/neuron/model.h"
#include "model/synapse/synapse_model.h"

static void what_they_are_answered_with_is_there(void **state)
{
  const model_elsewhere *model;
  (void)state;
  for (size_t i = 0; (model = model_elsewhere_at(i)); i++) {
    const char *here = model->same ? model->same : model->nearest;
    if (here && !loligo_model_find(here) && !input_model_find(here) && !synapse_model_find(here))
      fail_msg("%s is answered with %s, which is not there", model->name, here);
    if (loligo_model_find(model->name)) fail_msg("%s is there itself", model->name);
    if (model_elsewhere_find(model->name) != model) fail_msg("%s is there twice", model->name);
  }
}

static bool is_param(const char *name)
{
  for (size_t i = 0; loligo_model_at(i); i++) {
    const loligo_model *model = loligo_model_at(i);
    for (size_t p = 0; p < model->params.n; p++)
      if (strcmp(model->params.rows[p].name, name) == 0) return true;
  }
  return false;
}

static void parameters_are_answered_with_one_of_a_model(void **state)
{
  const model_elsewhere *param;
  (void)state;
  for (size_t i = 0; (param = model_elsewhere_param_at(i)); i++) {
    if (!param->same || !is_param(param->same)) fail_msg("%s: no model has %s", param->name, param->same);
    if (is_param(param->name)) fail_msg("%s is there itself", param->name);
    if (model_elsewhere_find_param(param->name) != param) fail_msg("%s is there twice", param->name);
  }
}

static void the_answer_names_the_simulator(void **state)
{
  char text[MODEL_ELSEWHERE_BYTES];
  (void)state;
  model_elsewhere_print(model_elsewhere_find("if_cond_exp"), text);
  assert_string_equal(text, "what PyNN calls so is iaf_cond_exp here");
  model_elsewhere_print(model_elsewhere_find("iaf_cond_beta"), text);
  assert_string_equal(text, "the model of NEST is not there; nearest: iaf_cond_multisynapse");
  assert_null(model_elsewhere_find("iaf_cond_epx"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_they_are_answered_with_is_there),
      cmocka_unit_test(parameters_are_answered_with_one_of_a_model),
      cmocka_unit_test(the_answer_names_the_simulator),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
