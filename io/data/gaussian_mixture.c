/*
 * Purpose: four clouds of points, two of each kind, that no plane can part: the exclusive or of high dimension
 * (Refinetti et al. 2021, arXiv 2102.11742), on which curricula are compared (arXiv 2406.01589).
 *
 * x = +-mean e1 with target 1, +-mean e2 with target -1, each of the four with probability 1/4, + N(0, variance I).
 */
#include <math.h>

#include "base/memory.h"
#include "io/data/made.h"
#include "io/model_file/data_format.h"

typedef struct mixture_section {
  made_keys made;
  uint64_t dimension;
  double mean, variance;
} mixture_section;

static const loligo_param keys[] = {
    MADE_ROWS(mixture_section, "samples"),
    {"dimension", LOLIGO_PARAM_INTEGER, NULL, NULL, LOLIGO_RANGE_POSITIVE, NULL, "of a point, 2 at least",
     offsetof(mixture_section, dimension)},
    {"mean", LOLIGO_PARAM_REAL, "", "1", LOLIGO_RANGE_ANY, NULL, "distance of the clouds from the origin",
     offsetof(mixture_section, mean)},
    {"variance", LOLIGO_PARAM_REAL, "", "0.1", LOLIGO_RANGE_NON_NEGATIVE, NULL, "of the clouds, along each axis",
     offsetof(mixture_section, variance)},
};

static void make_sample(const mixture_section *section, uint64_t i, double *normal, dataset *set)
{
  uint64_t cloud;
  const double std = sqrt(section->variance);
  float *value = set->values + i * set->n_values;
  random_indices(made_key(&section->made, set, "cloud"), i, 4, 1, &cloud);
  random_normals(made_key(&section->made, set, "noise"), i, section->dimension, normal);
  for (uint64_t k = 0; k < section->dimension; k++) {
    const double centre = k == cloud / 2 ? (cloud % 2 ? -section->mean : section->mean) : 0;
    value[k] = (float)(centre + std * normal[k]);
  }
  set->targets[i] = cloud / 2 == 0 ? 1 : -1;
}

static loligo_status read_mixture(const data_request *request, dataset *set)
{
  mixture_section section = {.mean = 0};
  decode_store(LOLIGO_PARAM_TABLE(keys), request->values, &section);
  const tree_node *dimension =
      decode_child(request->entry, LOLIGO_PARAM_TABLE(keys), offsetof(mixture_section, dimension));
  if (section.dimension < 2) return tree_fail(dimension->mark, "dimension: 2 at least");
  LOLIGO_TRY(data_limit(request, section.made.samples, &set->n));
  set->n_values = section.dimension;
  set->n_targets = set->target_steps = 1;
  LOLIGO_TRY(data_allocate((void **)&set->values, set->n, set->n_values, sizeof *set->values));
  LOLIGO_TRY(data_allocate((void **)&set->targets, set->n, 1, sizeof *set->targets));
  double *normal = memory_allocate(set->n_values, sizeof *normal, "samples to learn from");
  if (!normal) return LOLIGO_MACHINE_ERROR;
  for (uint64_t i = 0; i < set->n; i++) make_sample(&section, i, normal, set);
  memory_free(normal);
  return LOLIGO_OK;
}

const data_format data_format_gaussian_mixture = {
    .name = "gaussian_mixture",
    .summary = "four clouds of points, two with target 1 and two with -1, that no plane parts",
    .keys = LOLIGO_PARAM_TABLE(keys),
    .read = read_mixture,
};
