/**
 * Which populations, fields and lists a checkpoint holds, and where the values of each field lie.
 *
 * All values of a type stand in one dataset, field behind field and each in the order of its cells' index, however many
 * populations there are: what a checkpoint costs grows with its bytes. Tables in the file tell what begins where. Not
 * collective, all of it; but for the values the same on all ranks.
 */
#ifndef LOLIGO_IO_CATALOG_H
#define LOLIGO_IO_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_read.h"
#include "loligo/snapshot.h"

enum { CATALOG_TYPES = 2 };      /* LOLIGO_FLOAT64, LOLIGO_INT64 */
enum { CATALOG_LIST_TYPES = 2 }; /* LOLIGO_LIST_FLOAT64, LOLIGO_LIST_UINT32 */

#define CATALOG_LIST_LENGTHS "/lists/lengths"

/** A field and its place: that of its cell with index i is first + i in the dataset of its type. */
typedef struct catalog_entry {
  loligo_field field;
  uint64_t first;
} catalog_entry;

typedef struct catalog {
  const loligo_network *network; /* not owned */
  catalog_entry *entries;        /* [n] in the order of the simulation's fields */
  size_t n;
  uint64_t n_values[CATALOG_TYPES]; /* of all cells of the network */
  loligo_cell_list *lists;          /* [n_lists] in the order of the simulation, without numbers */
  size_t n_lists;
} catalog;

/** Names the fields and lists of a simulation, which keeps their values. MACHINE error without memory. Free with
 * catalog_free().
 */
loligo_status catalog_init(catalog *catalog, const loligo_network *network, const loligo_simulation *simulation);
void catalog_free(catalog *catalog);

/** Dataset and type of the values of fields of a type. */
const char *catalog_dataset(loligo_field_type type);
hid_t catalog_type(loligo_field_type type);

/** Dataset and type of the numbers of lists of a type. */
const char *catalog_list_dataset(loligo_cell_list_type type);
hid_t catalog_list_number(loligo_cell_list_type type);

/** Adds the tables and the datasets of values, still empty, to a draft. */
void catalog_draft(const catalog *catalog, h5_draft *draft);

/**
 * Compares the tables of a file with a catalog.
 *
 * @param has_lists  whether the file has lists at all
 * @return  INPUT error with the name of what does not fit; MACHINE error where they cannot be read
 */
loligo_status catalog_match(const catalog *catalog, const h5_reader *reader, bool has_lists);

#endif
