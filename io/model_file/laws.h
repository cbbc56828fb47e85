/** The distributions that a model file can name. Not collective. */
#ifndef LOLIGO_IO_LAWS_H
#define LOLIGO_IO_LAWS_H

#include "base/param.h"
#include "loligo/distribution.h"

typedef struct law_form {
  const char *name; /* as in {normal: {...}} */
  loligo_distribution_kind kind;
  const char *help;
  param_table params; /* into loligo_distribution; unit of the quantity */
} law_form;

const law_form *law_form_find(const char *name);
const law_form *law_form_at(size_t i); /* NULL behind the last */

#endif
