/**
 * The models of other simulators that circuits name as `model_template`, and what they are here. One entry and one line
 * in template.c each. Not collective.
 */
#ifndef LOLIGO_IO_SONATA_TEMPLATE_H
#define LOLIGO_IO_SONATA_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/registry.h"

/** A parameter that is called otherwise here, or is in another unit, or part of a list. */
typedef struct template_param {
  const char *name; /* in dynamics_params */
  const char *own;  /* a parameter or a state variable of the model here; NULL: it has no meaning here */
  double scale;     /* of the value */
  int element;      /* of a list, from 0; -1: a single number; or one of the below */
} template_param;

/** The element of the receptor type that is exc, or inh, here. */
enum { TEMPLATE_SINGLE = -1, TEMPLATE_OF_EXC = -2, TEMPLATE_OF_INH = -3 };

/** Where the properties of a biophysical cell stand. */
typedef enum template_cell { TEMPLATE_POINT, TEMPLATE_JSON, TEMPLATE_NEUROML } template_cell;

typedef struct sonata_template {
  const char *name, *summary;
  const char *model;            /* here */
  template_cell cell;           /* how a biophysical cell is built; a point neuron is not */
  const template_param *params; /* [n_params]; all others are called as here */
  size_t n_params;
  double v_m;              /* mV, with which it begins unless it is told otherwise; NAN: it has no potential */
  double delay;            /* ms, of edges onto it that have none; NAN: they must */
  bool has_receptor_types; /* edges name their receptors by numbers from 1 on */
  bool is_signed;          /* edges have a `sign` beside their weight */
  bool relays;             /* whatever arrives has weight 1 */
} sonata_template;

REGISTRY_OF(sonata_template);

/** The template of a model_template, which may go on with the name of a file; NULL where there is none. */
const sonata_template *sonata_template_of(const char *model_template);

/** The file that a model_template goes on with, behind "nml:"; "" where it names none. */
const char *sonata_template_file(const sonata_template *template, const char *model_template);

#endif
