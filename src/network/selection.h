/**
 * Selections of cells, taken over from a caller: checked, in order, with as few stretches as say the same. What they
 * take follows from the number of stretches, never from that of the cells. Not collective but for selection_move().
 */
#ifndef LOLIGO_NETWORK_SELECTION_H
#define LOLIGO_NETWORK_SELECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/stream.h"
#include "loligo/selection.h"
#include "loligo/status.h"

struct loligo_population;

/** Whether a stretch selects cells of the population; INPUT with a message that shows it. */
loligo_status selection_check_stretch(const struct loligo_population *population, const loligo_stretch *stretch);

/** What becomes of cells in two stretches. */
typedef enum selection_overlap {
  SELECTION_REFUSES, /* INPUT */
  SELECTION_JOINS    /* stretches of every cell become one; else INPUT */
} selection_overlap;

/**
 * Copies a selection, ready for the functions below; selection_free() also after a failure. INPUT where it reaches
 * beyond the population, or a cell is selected twice; MACHINE without memory.
 */
loligo_status selection_take(const loligo_selection *given, const struct loligo_population *population,
                             selection_overlap overlap, loligo_selection *taken);
void selection_free(loligo_selection *selection);

/** The selection of cells[n], ascending, in as many stretches as there are runs of equal distances; selection_free()
 * it. MACHINE without memory. */
loligo_status selection_of_cells(const uint64_t *cells, size_t n, loligo_selection *selection);

/** Sends one that was taken, or makes the same of what is read, to be freed. Collective. MACHINE without memory. */
loligo_status selection_move(stream *stream, loligo_selection *selection);

/** Cells of some populations. */
typedef struct selections {
  loligo_selection *items; /* [n] taken, one for each population; owned */
  size_t n;
} selections;

/** The same for all of them. */
loligo_status selections_move(stream *stream, selections *selections);
void selections_free(selections *selections);

/** Number of cells; whether a cell is one of them; how many of them lie before it. */
uint64_t selection_count(const loligo_selection *selection);
bool selection_holds(const loligo_selection *selection, uint64_t index);
uint64_t selection_before(const loligo_selection *selection, uint64_t index);

/** Index of the cell number `position` of a selection, which has more cells than that. */
uint64_t selection_cell(const loligo_selection *selection, uint64_t position);

/** The same of a part of a population, or, where that is NULL, of all of it. */
static inline uint64_t selection_cell_of(const loligo_selection *part, uint64_t position)
{
  return part ? selection_cell(part, position) : position;
}

/** Whether two selections of one population are the same; whether they have a cell in common. */
bool selection_equals(const loligo_selection *a, const loligo_selection *b);
bool selection_meets(const loligo_selection *a, const loligo_selection *b);

#endif
