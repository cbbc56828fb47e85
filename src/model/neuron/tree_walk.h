/** Walks through the lists of a model with dendrites (tree.h): compartments with their channels, and receptors. */
#ifndef LOLIGO_MODEL_NEURON_TREE_WALK_H
#define LOLIGO_MODEL_NEURON_TREE_WALK_H

#include "model/channel/channel.h"
#include "model/neuron/adaptation.h"
#include "model/neuron/listed.h"
#include "model/neuron/tree_model.h"

/** A list, found once. */
typedef struct tree_list {
  const double *values; /* [n] */
  size_t n;
} tree_list;

static inline tree_list tree_list_of(const tree_model *own, const double *param, int list)
{
  const size_t row = own->first_row + (size_t)list;
  return (tree_list){adaptation_values(own->model->params, param, row), adaptation_count(param, row)};
}

/** A value of a list; one that is too short says 0. */
static inline double tree_list_at(tree_list list, size_t k)
{
  return k < list.n ? list.values[k] : 0;
}

/** The k-th value of a list, for those who need no other. */
static inline double tree_value(const tree_model *own, const double *param, int list, size_t k)
{
  return tree_list_at(tree_list_of(own, param, list), k);
}

static inline size_t tree_list_length(const tree_model *own, const double *param, int list)
{
  return adaptation_count(param, own->first_row + (size_t)list);
}

/** The k-th channel; one that there is not counts as the first of all. */
static inline const channel *tree_channel(tree_list channels, size_t k)
{
  const double number = tree_list_at(channels, k);
  const channel *known = number >= 0 && number < 1e6 ? channel_at((size_t)number) : NULL;
  return known ? known : channel_at(0);
}

/** Where a walk through the compartments is. */
typedef struct tree_place {
  tree_list at, channels, params; /* of channels */
  size_t c;                       /* compartment */
  size_t variable;                /* its potential, which the gates of its channels follow */
  size_t first, n;                /* its channels */
  size_t param;                   /* the first of theirs */
} tree_place;

/** Counts the channels of compartment c, which begin at place->first. */
static inline void tree_place_count(tree_place *place)
{
  place->n = 0;
  while (place->first + place->n < place->at.n && place->at.values[place->first + place->n] <= (double)place->c)
    place->n++;
}

static inline size_t tree_first_compartment(const tree_model *own)
{
  return own->soma_has_channels ? 0 : 1;
}

/** The first compartment that has channels. A soma of them keeps the model's other variables behind V_m. */
static inline tree_place tree_place_first(const tree_model *own, const double *param)
{
  tree_place place = {.at = tree_list_of(own, param, TREE_CHANNEL_AT),
                      .channels = tree_list_of(own, param, TREE_CHANNEL),
                      .params = tree_list_of(own, param, TREE_PARAMS),
                      .c = tree_first_compartment(own),
                      .variable = own->soma_has_channels ? own->model->n_variables - 1 : own->model->n_variables};
  tree_place_count(&place);
  return place;
}

static inline size_t tree_place_gates(const tree_place *place)
{
  size_t n = 0;
  for (size_t k = 0; k < place->n; k++) n += tree_channel(place->channels, place->first + k)->n_variables;
  return n;
}

static inline size_t tree_place_params(const tree_place *place)
{
  size_t n = 0;
  for (size_t k = 0; k < place->n; k++) n += tree_channel(place->channels, place->first + k)->params.n;
  return n;
}

static inline void tree_place_next(tree_place *place)
{
  place->variable += 1 + tree_place_gates(place);
  place->param += tree_place_params(place);
  place->first += place->n;
  place->c++;
  tree_place_count(place);
}

static inline size_t tree_compartments(const tree_model *own, const double *param)
{
  return 1 + tree_list_length(own, param, TREE_PARENT);
}

/** Behind the last compartment. */
static inline tree_place tree_place_end(const tree_model *own, const double *param)
{
  tree_place place = tree_place_first(own, param);
  for (size_t n = tree_compartments(own, param); place.c < n;) tree_place_next(&place);
  return place;
}

/** Variable of the potential of a compartment. */
static inline size_t tree_potential(const tree_place *place)
{
  return place->c ? place->variable : 0;
}

/* -- receptors -- */

static inline size_t tree_listed_count(const tree_model *own, const double *param)
{
  return own->listed_row ? listed_count(param, own->listed_row) : 0;
}

/** Of receptors that a population lists, number k. */
static inline double tree_listed_value(const tree_model *own, const double *param, size_t which, size_t k)
{
  return listed_value(own->model->params, param, own->listed_row, which, k);
}

/** Receptors that are not the business of the soma's model. */
typedef struct tree_opened {
  size_t compartment, input;
  int kind;
} tree_opened;

/** Those of a soma with channels: exc, inh, then each that is listed. */
static inline size_t tree_soma_receptors(const tree_model *own, const double *param)
{
  return own->soma_has_channels ? own->model->n_receptors + tree_listed_count(own, param) : 0;
}

static inline size_t tree_receptors(const tree_model *own, const double *param)
{
  return tree_soma_receptors(own, param) + tree_list_length(own, param, TREE_OPEN_AT);
}

static inline int tree_kind(const tree_model *own, const double *param, double number)
{
  const size_t end = TREE_KINDS + tree_listed_count(own, param);
  return number >= 0 && number < (double)end ? (int)number : TREE_EXC;
}

static inline tree_opened tree_receptor_at(const tree_model *own, const double *param, size_t r)
{
  const size_t n_soma = tree_soma_receptors(own, param), n_own = own->model->n_receptors;
  if (r < n_soma) return (tree_opened){.input = r, .kind = r < n_own ? (int)r : (int)(TREE_KINDS + r - n_own)};
  return (tree_opened){.compartment = (size_t)tree_value(own, param, TREE_OPEN_AT, r - n_soma),
                       .input = own->soma_has_channels ? r : n_own + r,
                       .kind = tree_kind(own, param, tree_value(own, param, TREE_OPEN_KIND, r - n_soma))};
}

/** What a receptor keeps besides its conductance. */
typedef struct tree_course {
  bool rises;      /* a slope */
  bool is_blocked; /* the potential a step before */
} tree_course;

static inline tree_course tree_course_of(const tree_model *own, const double *param, int kind)
{
  if (kind < TREE_KINDS) return (tree_course){.is_blocked = kind == TREE_NMDA};
  const size_t k = (size_t)kind - TREE_KINDS;
  return (tree_course){.rises = tree_listed_value(own, param, LISTED_TAU_RISE, k) > 0,
                       .is_blocked = tree_listed_value(own, param, LISTED_MG, k) > 0};
}

static inline size_t tree_course_variables(tree_course course)
{
  return (size_t)1 + course.rises + course.is_blocked;
}

#endif
