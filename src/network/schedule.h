/**
 * Values that change within a run: parameters of populations, and of inputs with their weights and windows. What holds
 * at a step follows from the description and that step alone. Not collective, all of it.
 */
#ifndef LOLIGO_NETWORK_SCHEDULE_H
#define LOLIGO_NETWORK_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/param.h"
#include "loligo/status.h"
#include "network/description.h"
#include "network/scheduled.h"

/** A description on its way through a run. */
typedef struct schedule_course {
  const loligo_network *described;
  loligo_network now;           /* as it is where the course is: values of its own, the rest is shared */
  size_t n_made;                /* of the changes */
  int64_t next;                 /* step of the change that comes next; INT64_MAX: none */
  scheduled_values *values;     /* [populations + inputs] owned */
  size_t *before;               /* as above; owned */
  bool *population_has_changed; /* [populations] since schedule_take() */
  bool *input_has_changed;      /* [inputs] likewise */
} schedule_course;

/** Stands at the begin, where nothing has changed. MACHINE without memory; schedule_free() also then. */
loligo_status schedule_init(schedule_course *course, const loligo_network *network);
void schedule_free(schedule_course *course);

/** Goes back to the begin. */
void schedule_rewind(schedule_course *course);

/** Makes the changes that hold from `step` or an earlier one on, and marks what they are of. */
void schedule_advance(schedule_course *course, int64_t step);

/** Forgets the marks. */
void schedule_take(schedule_course *course);

/** Whether what holds at each step makes sense together, as far as the values tell that cells share; INPUT otherwise,
 * with the place of the last change before it in *place. */
loligo_status schedule_check(const loligo_network *network, fault_place *place);

/** The row of an input that may change under that name, or NULL; *row receives its number in a scheduled_change. INPUT
 * error for a name without one. */
const loligo_param *schedule_input_row(const loligo_input *input, const char *name, size_t *row);
loligo_status schedule_unknown_input_row(const loligo_input *input, const char *name);

/** Whether a change can be at that time in ms; whether a parameter of that row can change. INPUT error otherwise. */
loligo_status schedule_check_time(const loligo_network *network, double at);
loligo_status schedule_check_row(const loligo_param *row);

/** Adds a change that was checked elsewhere, and takes over what it owns, behind those of its step and before. MACHINE
 * without memory. */
loligo_status schedule_add(loligo_network *network, const scheduled_change *change);

/** Frees what a change owns; all changes of a network. */
void schedule_free_change(scheduled_change *change);
void schedule_free_changes(loligo_network *network);

/** "populations.E.params.I_e", "inputs.drive.rate": what a change is of, whatever its cells. */
enum { SCHEDULE_KEY_BYTES = 512 };
bool schedule_is_time(const loligo_network *network, const scheduled_change *change); /* its value: in steps */
void schedule_print_key(const loligo_network *network, const scheduled_change *change, char key[SCHEDULE_KEY_BYTES]);

#endif
