/** A field: one quantity of the local cells of one population, as a snapshot keeps it. */
#ifndef LOLIGO_FIELD_H
#define LOLIGO_FIELD_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum loligo_field_type { LOLIGO_FLOAT64, LOLIGO_INT64 } loligo_field_type;

typedef struct loligo_field {
  size_t population;
  const char *name; /* of a variable, or of a receptor that takes levels; unique within the population */
  const char *unit; /* "" for a pure number */
  const char *help;
  loligo_field_type type;
  uint64_t n_cells;      /* local */
  const uint64_t *index; /* [n_cells] within the population, ascending */
  void *values;          /* [n_cells] as the models left them: some variables stand half a step off the grid */
} loligo_field;

#ifdef __cplusplus
}
#endif

#endif
