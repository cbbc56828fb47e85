/*
 * Elements are looked at as they begin. Those that say how the membrane conducts are known, or refused; all others say
 * nothing of it.
 */
#include "io/sonata/neuroml.h"

#include <expat.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/model_file/text_file.h"

enum { MESSAGE_BYTES = 512, MOST_DEPTH = 64, MOST_BYTES = 1 << 26 };

typedef struct neuroml_reader {
  const char *path;
  XML_Parser parser;
  biophysics *made;
  int depth, membrane; /* of elements; of membraneProperties, 0: outside */
  loligo_status status;
} neuroml_reader;

/* -- what is wrong -- */

static loligo_status fail(const neuroml_reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static loligo_status fail(const neuroml_reader *r, const char *format, ...)
{
  char message[MESSAGE_BYTES];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%lu: %s", r->path, XML_GetCurrentLineNumber(r->parser), message);
}

static loligo_status blame(const neuroml_reader *r, loligo_status status)
{
  char message[MESSAGE_BYTES];
  if (status != LOLIGO_INPUT_ERROR) return status;
  fault_take_message(message, sizeof message);
  return fail(r, "%s", message);
}

/* -- attributes -- */

/* Units of a dimension, the first of which is that of the result; NULL ends them. */
typedef struct unit_scale {
  const char *name;
  double scale;
} unit_scale;

static const unit_scale DENSITY[] = {{"mS_per_cm2", 1}, {"S_per_cm2", 1e3}, {"S_per_m2", 0.1}, {NULL, 0}},
                        POTENTIAL[] = {{"mV", 1}, {"V", 1e3}, {NULL, 0}},
                        CAPACITANCE[] = {{"uF_per_cm2", 1}, {"F_per_m2", 100}, {NULL, 0}},
                        RESISTIVITY[] = {{"ohm_cm", 1}, {"kohm_cm", 1e3}, {"ohm_m", 100}, {NULL, 0}},
                        TIME[] = {{"ms", 1}, {"s", 1e3}, {NULL, 0}},
                        LENGTH[] = {{"um", 1}, {"cm", 1e4}, {"m", 1e6}, {NULL, 0}},
                        CONCENTRATION[] = {{"mM", 1}, {"mol_per_m3", 1}, {"mol_per_cm3", 1e6}, {"M", 1e3}, {NULL, 0}},
                        NUMBER[] = {{"", 1}, {NULL, 0}};

static const char *find(const XML_Char **attributes, const char *name)
{
  for (; *attributes; attributes += 2)
    if (strcmp(attributes[0], name) == 0) return attributes[1];
  return NULL;
}

static loligo_status text_of(const neuroml_reader *r, const XML_Char **attributes, const char *name, const char **text)
{
  *text = find(attributes, name);
  return *text ? LOLIGO_OK : fail(r, "missing attribute '%s'", name);
}

static loligo_status number_of(const neuroml_reader *r, const XML_Char **attributes, const char *name,
                               const unit_scale *units, double *number)
{
  const char *text;
  char *unit;
  LOLIGO_TRY(text_of(r, attributes, name, &text));
  *number = strtod(text, &unit);
  if (unit == text || !isfinite(*number)) return fail(r, "%s: '%s' is not a number with its unit", name, text);
  unit += strspn(unit, " ");
  for (const unit_scale *known = units; known->name; known++) {
    if (strcmp(known->name, unit) != 0) continue;
    *number *= known->scale;
    return LOLIGO_OK;
  }
  return fail(r, "%s: '%s' is not a unit here; write %s", name, unit, units->name);
}

static loligo_status types_of(const neuroml_reader *r, const XML_Char **attributes, unsigned *types)
{
  const char *group = find(attributes, "segmentGroup");
  *types = biophysics_types(group ? group : "all");
  return *types ? LOLIGO_OK : fail(r, "there is no segmentGroup '%s'; there are soma, axon, dend, apic, all", group);
}

/* -- elements -- */

static loligo_status read_density(const neuroml_reader *r, const XML_Char **attributes, bool has_reversal)
{
  const char *channel;
  unsigned types;
  double density, e = 0;
  LOLIGO_TRY(text_of(r, attributes, "ionChannel", &channel));
  LOLIGO_TRY(types_of(r, attributes, &types));
  LOLIGO_TRY(number_of(r, attributes, "condDensity", DENSITY, &density));
  if (has_reversal) LOLIGO_TRY(number_of(r, attributes, "erev", POTENTIAL, &e));
  const bool is_leak = strcmp(channel, "pas") == 0;
  if (is_leak) channel = "passive";
  LOLIGO_TRY(blame(r, biophysics_insert(r->made, types, channel)));
  LOLIGO_TRY(blame(r, biophysics_set(r->made, types, channel, is_leak ? "g_L" : "g", density)));
  return has_reversal ? blame(r, biophysics_set(r->made, types, channel, is_leak ? "E_L" : "E", e)) : LOLIGO_OK;
}

static loligo_status read_channel(const neuroml_reader *r, const XML_Char **attributes)
{
  return read_density(r, attributes, true);
}

static loligo_status read_nernst(const neuroml_reader *r, const XML_Char **attributes)
{
  return read_density(r, attributes, false);
}

static loligo_status read_value(const neuroml_reader *r, const XML_Char **attributes, const unit_scale *units,
                                void (*set)(biophysics *made, unsigned types, double value))
{
  unsigned types;
  double value;
  LOLIGO_TRY(types_of(r, attributes, &types));
  LOLIGO_TRY(number_of(r, attributes, "value", units, &value));
  set(r->made, types, value);
  return LOLIGO_OK;
}

static loligo_status read_capacitance(const neuroml_reader *r, const XML_Char **attributes)
{
  return read_value(r, attributes, CAPACITANCE, biophysics_set_c_m);
}

static loligo_status read_resistivity(const neuroml_reader *r, const XML_Char **attributes)
{
  return read_value(r, attributes, RESISTIVITY, biophysics_set_r_a);
}

static loligo_status read_pool(const neuroml_reader *r, const XML_Char **attributes)
{
  static const char pool[] = "CaDynamics";
  static const struct {
    const char *attribute, *param;
    const unit_scale *units;
  } values[] = {{"gamma", "gamma", NUMBER},
                {"decay", "decay", TIME},
                {"depth", "depth", LENGTH},
                {"minCai", "minimum", CONCENTRATION}};
  const char *type;
  unsigned types;
  LOLIGO_TRY(text_of(r, attributes, "type", &type));
  if (strcmp(type, pool) != 0) return fail(r, "concentrationModel '%s' is not there; there is %s", type, pool);
  LOLIGO_TRY(types_of(r, attributes, &types));
  LOLIGO_TRY(blame(r, biophysics_insert(r->made, types, pool)));
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    double value;
    LOLIGO_TRY(number_of(r, attributes, values[i].attribute, values[i].units, &value));
    LOLIGO_TRY(blame(r, biophysics_set(r->made, types, pool, values[i].param, value)));
  }
  return LOLIGO_OK;
}

/* Concentrations at the beginning are those of the pool. */
static loligo_status read_species(const neuroml_reader *r, const XML_Char **attributes)
{
  static const char pool[] = "CaDynamics";
  unsigned types;
  double outside;
  LOLIGO_TRY(types_of(r, attributes, &types));
  LOLIGO_TRY(number_of(r, attributes, "initialExtConcentration", CONCENTRATION, &outside));
  LOLIGO_TRY(blame(r, biophysics_insert(r->made, types, pool)));
  return blame(r, biophysics_set(r->made, types, pool, "outside", outside));
}

static loligo_status read_element(const neuroml_reader *r, const char *name, const XML_Char **attributes)
{
  static const struct {
    const char *name;
    loligo_status (*read)(const neuroml_reader *r, const XML_Char **attributes);
  } known[] = {{"channelDensity", read_channel},          {"channelDensityNernst", read_nernst},
               {"specificCapacitance", read_capacitance}, {"resistivity", read_resistivity},
               {"concentrationModel", read_pool},         {"species", read_species}};
  static const char *const without_meaning[] = {"spikeThresh", "initMembPotential", "property"};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcmp(known[i].name, name) == 0) return known[i].read(r, attributes);
  for (size_t i = 0; i < sizeof without_meaning / sizeof *without_meaning; i++)
    if (strcmp(without_meaning[i], name) == 0) return LOLIGO_OK;
  return r->membrane ? fail(r, "%s is not there yet", name) : LOLIGO_OK;
}

/* -- the file -- */

static void begin(void *self, const XML_Char *name, const XML_Char **attributes)
{
  neuroml_reader *r = self;
  if (r->status != LOLIGO_OK) return;
  r->status = ++r->depth > MOST_DEPTH ? fail(r, "elements within elements, more than %d deep", MOST_DEPTH)
                                      : read_element(r, name, attributes);
  if (!r->membrane && strcmp(name, "membraneProperties") == 0) r->membrane = r->depth;
  if (r->status != LOLIGO_OK) XML_StopParser(r->parser, XML_FALSE);
}

static void end(void *self, const XML_Char *name)
{
  neuroml_reader *r = self;
  (void)name;
  if (r->depth == r->membrane) r->membrane = 0;
  r->depth--;
}

/* Entities could grow without bounds, and NeuroML has none. */
static void refuse_entities(void *self, const XML_Char *name, const XML_Char *system, const XML_Char *public,
                            int inside)
{
  neuroml_reader *r = self;
  (void)name, (void)system, (void)public, (void)inside;
  if (r->status == LOLIGO_OK) r->status = fail(r, "a document type is not there in NeuroML; leave it out");
  XML_StopParser(r->parser, XML_FALSE);
}

static loligo_status parse(neuroml_reader *r, const char *text)
{
  const size_t n = strlen(text);
  if (n > MOST_BYTES) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: larger than %d bytes", r->path, MOST_BYTES);
  XML_SetUserData(r->parser, r);
  XML_SetElementHandler(r->parser, begin, end);
  XML_SetStartDoctypeDeclHandler(r->parser, refuse_entities);
  const enum XML_Status parsed = XML_Parse(r->parser, text, (int)n, 1);
  LOLIGO_TRY(r->status);
  if (parsed == XML_STATUS_OK) return LOLIGO_OK;
  const enum XML_Error error = XML_GetErrorCode(r->parser);
  if (error == XML_ERROR_NO_MEMORY) return loligo_fail(LOLIGO_MACHINE_ERROR, "no memory to read %s", r->path);
  return fail(r, "%s", XML_ErrorString(error));
}

loligo_status neuroml_read(const char *path, biophysics *made, uint64_t *digest)
{
  char *text = NULL;
  neuroml_reader reader = {.path = path, .made = made};
  loligo_status status = text_file_read(path, "NeuroML", &text);
  if (status == LOLIGO_OK) reader.parser = XML_ParserCreate(NULL);
  if (status == LOLIGO_OK && !reader.parser) status = loligo_fail(LOLIGO_MACHINE_ERROR, "no memory to read %s", path);
  if (status == LOLIGO_OK) status = parse(&reader, text);
  *digest = text ? text_hash(text) : 0;
  if (reader.parser) XML_ParserFree(reader.parser);
  memory_free(text);
  return status;
}
