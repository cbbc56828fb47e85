/**
 * What a model file says of learning: with which method, on which data, for how long. The same on all ranks; filled by
 * io/model_file, read by this folder.
 */
#ifndef LOLIGO_LEARN_SETTINGS_H
#define LOLIGO_LEARN_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "learn/environment.h"
#include "learn/loss.h"
#include "learn/method.h"
#include "learn/optimiser.h"
#include "loligo/adjoint.h"
#include "model/surrogate/surrogate.h"

/** One task: what a population is to answer, or how much one of codes may tell. The first that takes labels has the
 * first label of a sample, and so on. */
typedef struct learn_task {
  const loss *loss;
  size_t population;
  double weight; /* of it in the sum; 0: it is told, not learned */
} learn_task;

/** Samples to learn from for some time: a curriculum is a list of them. */
typedef struct learn_stage {
  size_t data;   /* number of the dataset */
  double epochs; /* of its samples; not of the last stage, which lasts to the end of the training */
} learn_stage;

enum { LEARN_MAX_PARAMS = 8, LEARN_MAX_EPOCHS = 1000000000 };

typedef struct learn_settings {
  const learn_method *method;
  double method_params[LEARN_MAX_PARAMS];
  const environment *environment; /* of a method that acts: an epoch is one update; NULL: samples */
  double environment_params[LEARN_MAX_PARAMS];
  loligo_precision precision;
  const surrogate *surrogate;
  double width;       /* of the surrogate */
  bool ramp;          /* see loligo_pass */
  bool through_reset; /* likewise */
  learn_task *tasks;  /* [n_tasks]; owned */
  size_t n_tasks;
  const optimiser *optimiser;
  double optimiser_params[LEARN_MAX_PARAMS]; /* the rate first */
  double *rate_epochs; /* [n_rate_epochs] ascending: behind each the rate is multiplied by rate_factor; owned */
  size_t n_rate_epochs;
  double rate_factor;
  double clip;         /* bound of |dE/d(input of a cell)| of a sample, before division by the batch; 0: none */
  uint64_t batch;      /* samples */
  uint64_t leaf;       /* samples that one rank sums in order; 0: rows are summed by their owners */
  double epochs;       /* of all stages together; at most LEARN_MAX_EPOCHS */
  learn_stage *stages; /* [n_stages]; owned */
  size_t n_stages;
  bool evaluates;
  size_t evaluation_data;  /* number of a dataset */
  double evaluation_every; /* epochs; also before the first and behind the last */
  int64_t n_steps;         /* of a trial */
} learn_settings;

/** Whether cells with such passes would ask for a surrogate that there is none of. Not collective. */
bool learn_settings_lack_surrogate(const learn_settings *settings, const loligo_adjoint *adjoint);

void learn_settings_free(learn_settings *settings);

#endif
