/* Names of other simulators: what they are answered with is there, and each is found once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "loligo/model.h"
#include "model/input/input_model.h"
#include "model/neuron/elsewhere.h"

static void what_they_are_answered_with_is_there(void **state)
{
  const model_elsewhere *model;
  (void)state;
  for (size_t i = 0; (model = model_elsewhere_at(i)); i++) {
    const char *here = model->same ? model->same : model->nearest;
    if (here && !loligo_model_find(here) && !input_model_find(here))
      fail_msg("%s is answered with %s, which is not there", model->name, here);
    if (loligo_model_find(model->name)) fail_msg("%s is there itself", model->name);
    if (model_elsewhere_find(model->name) != model) fail_msg("%s is there twice", model->name);
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
      cmocka_unit_test(the_answer_names_the_simulator),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
