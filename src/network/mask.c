/*
 * Lengths are compared with a margin of 1e-9, so that rounding does not decide whether a cell lies on an edge.
 */
#include "network/mask.h"

#include <math.h>

#include "network/kernel.h"

static double kernel_reach(const distance_law *law)
{
  return law->kernel ? law->kernel->reach * law->length : INFINITY;
}

double mask_reach(const projection_space *space, size_t axis)
{
  const double far = kernel_reach(&space->probability);
  switch (space->mask.kind) {
  case LOLIGO_MASK_RADIUS:
  case LOLIGO_MASK_RING:
    return fmin(far, space->mask.outer * MASK_EDGE);
  case LOLIGO_MASK_BOX:
    return fmin(far, space->mask.box[axis] / 2 * MASK_EDGE);
  case LOLIGO_NO_MASK:
    break;
  }
  return far;
}

/* A mask that bounds one axis bounds all. */
bool mask_is_local(const loligo_projection *projection)
{
  return projection->space && isfinite(mask_reach(projection->space, 0));
}

static void select_box(const loligo_mask *mask, size_t n_axes, size_t n, place_columns displacement, bool *inside)
{
  for (size_t k = 0; k < n; k++) inside[k] = true;
  for (size_t a = 0; a < n_axes; a++)
    for (size_t k = 0; k < n; k++) inside[k] = inside[k] && fabs(displacement[a][k]) <= mask->box[a] / 2 * MASK_EDGE;
}

void mask_select(const projection_space *space, size_t n_axes, size_t n, place_columns displacement,
                 const double *length, bool *inside)
{
  const loligo_mask *mask = &space->mask;
  if (mask->kind == LOLIGO_MASK_BOX) {
    select_box(mask, n_axes, n, displacement, inside);
    return;
  }
  const bool is_open = mask->kind == LOLIGO_NO_MASK;
  const double low = mask->kind == LOLIGO_MASK_RING ? mask->inner / MASK_EDGE : -1;
  const double high = is_open ? INFINITY : mask->outer * MASK_EDGE;
  for (size_t k = 0; k < n; k++) inside[k] = length[k] >= low && length[k] <= high;
}
