/*
 * Values of cells are looked at in pieces, which are read again once it is known which rank wants which; a list is
 * kept. Of what they are a digest is noted, so that a run goes on only with the same.
 */
#include "io/model_file/numbers_file.h"

#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/param.h"
#include "base/random/distribution.h"
#include "io/hdf5/h5_read.h"
#include "io/model_file/read.h"
#include "io/model_file/value_sources.h"

typedef struct values_section {
  const char *file, *dataset;
} values_section;

static const loligo_param values_rows[] = {
    {"file", LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL,
     "HDF5, or CSV with a header, relative to the model file", offsetof(values_section, file)},
    {"dataset", LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "dataset, or column of CSV: a value for each",
     offsetof(values_section, dataset)},
};
static const loligo_param_table values_table = {values_rows, sizeof values_rows / sizeof *values_rows};

/** Values that are read for the first time. */
typedef struct inspection {
  const value_form *form;
  bool keeps;     /* them, as it is a list of any length */
  double *values; /* [n] those that it keeps; owned */
  size_t room;
  uint64_t n, digest;
  distribution_range range;
  uint64_t wrong; /* number of the first one that cannot be; n where there is none */
  double what;    /* it is */
} inspection;

static bool is_right(const inspection *i, double value)
{
  return isfinite(value) && param_in_range(i->form->row, value);
}

static void look_at(inspection *i, double value)
{
  if (i->wrong == i->n && !is_right(i, value))
    i->what = value;
  else if (i->wrong == i->n)
    i->wrong++;
  i->n++;
  i->range.low = fmin(i->range.low, value);
  i->range.high = fmax(i->range.high, value);
  i->range.mean += (value - i->range.mean) / (double)i->n;
}

static loligo_status inspect(void *self, double *values, size_t n)
{
  inspection *i = self;
  if (i->keeps)
    LOLIGO_TRY(memory_grow((void **)&i->values, &i->room, i->n + n, sizeof *i->values, "numbers of a file"));
  i->digest = cell_values_digest(i->digest, values, n);
  for (size_t k = 0; k < n; k++) {
    if (i->keeps) i->values[i->n] = values[k];
    look_at(i, values[k]);
  }
  return LOLIGO_OK;
}

static loligo_status fail_wrong(const value_place *place, const char *name, const inspection *i)
{
  const value_form *form = i->form;
  char label[PATH_MAX + H5_NAME_BYTES];
  snprintf(label, sizeof label, "%s: %s[%llu] of %s", form->label, place->name, (unsigned long long)i->wrong, name);
  if (!isfinite(i->what)) return tree_fail(place->file->mark, "%s must be a finite number, not %g", label, i->what);
  return tree_fail(place->file->mark, "%s must be %s, not %g%s%s", label, param_range_text(form->row->range), i->what,
                   *form->unit ? " " : "", form->unit);
}

/* The right number of right values. */
static loligo_status check(const value_place *place, const char *name, uint64_t cells, const inspection *i)
{
  if (!i->keeps && cells != NUMBERS_ANY && i->n != cells)
    return tree_fail(place->file->mark, "%s: %s of %s has %llu values for %llu cells; give one value per cell",
                     place->key, place->name, name, (unsigned long long)i->n, (unsigned long long)cells);
  return i->wrong == i->n ? LOLIGO_OK : fail_wrong(place, name, i);
}

static loligo_status note(const value_place *place, uint64_t digest)
{
  char name[PATH_MAX + H5_NAME_BYTES];
  snprintf(name, sizeof name, "%s:%s", place->file->text, place->name);
  return listed_files_note(place->reader->files, name, digest);
}

/* They belong to the mapping. */
static loligo_status keep_list(const value_place *place, inspection *i, loligo_distribution *values)
{
  memory_free(place->file->numbers);
  place->file->numbers = i->values;
  place->file->n_numbers = i->n;
  *values = loligo_list(i->values, i->n);
  return note(place, cell_values_digest(cell_values_digest_begin(i->n), i->values, i->n));
}

/* They belong to the network, which takes the source over. */
static loligo_status keep_source(const value_place *place, value_source *source, const inspection *i,
                                 loligo_distribution *values)
{
  *values = loligo_list(NULL, i->n);
  values->listed = cell_values_create(place->reader->network, *source, i->n, i->digest);
  values->low = i->range.low;
  values->high = i->range.high;
  values->mean = i->range.mean;
  *source = (value_source){0};
  return values->listed ? note(place, i->digest) : LOLIGO_MACHINE_ERROR;
}

static loligo_status look_through(const value_place *place, uint64_t cells, value_source *source, inspection *i)
{
  LOLIGO_TRY(value_source_open(place, source));
  LOLIGO_TRY(value_source_read(source, inspect, i));
  return check(place, source->name, cells, i);
}

static loligo_status read_values(const value_place *place, uint64_t cells, inspection *i, loligo_distribution *values)
{
  value_source source = {0};
  loligo_status status = look_through(place, cells, &source, i);
  if (status == LOLIGO_OK)
    status = i->keeps ? keep_list(place, i, values) : keep_source(place, &source, i, values);
  else
    memory_free(i->values);
  value_source_free(&source);
  return status;
}

static loligo_status read_file(const void *self, const value_form *form, tree_node *mapping,
                               loligo_distribution *values)
{
  const numbers_wanted *wanted = self;
  values_section section;
  LOLIGO_TRY(decode_section("values from a file", values_table, mapping, &section));
  const value_place place = {.reader = wanted->reader,
                             .key = form->label,
                             .file = decode_child(mapping, values_table, offsetof(values_section, file)),
                             .name = section.dataset,
                             .unit = form->unit};
  inspection i = {.form = form,
                  .keeps = form->row->type == LOLIGO_PARAM_LIST,
                  .digest = cell_values_digest_begin(wanted->cells),
                  .range = {.low = INFINITY, .high = -INFINITY}};
  return read_values(&place, wanted->cells, &i, values);
}

decode_source numbers_source(const numbers_wanted *wanted)
{
  return (decode_source){read_file, wanted};
}
