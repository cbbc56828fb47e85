/*
 * The synapse models: one line each.
 */
#include "model/synapse_model.h"

#include <string.h>

static const synapse_channel plain[] = {{NULL, NULL, 0}};

/* He et al. 2024 (10.1038/s43588-024-00674-9): units 1 to 3 of the target receive W s_k + s_4, unit 4 its own cell's
 * units alone. */
static const synapse_channel s_lif2hh[] = {
    {"unit1", "u1", 0}, {"unit2", "u2", 0}, {"unit3", "u3", 0}, {"unit4", "all", 1}};

static const synapse_channel unit_by_unit[] = {
    {"unit1", "u1", 0}, {"unit2", "u2", 0}, {"unit3", "u3", 0}, {"unit4", "u4", 0}};

#define SYNAPSE_MODEL_LIST(X)                                                                                          \
  X("static", "one weight that does not change", plain)                                                                \
  X("s_lif2hh", "between s_lif2hh cells: units 1 to 3 receive W s_k + s_4", s_lif2hh)                                  \
  X("lif4", "between lif4 cells: unit k receives W from unit k", unit_by_unit)

#define NAME(name, summary, channels) name,
const char *const synapse_model_names[] = {SYNAPSE_MODEL_LIST(NAME) NULL};

#define ENTRY(name, summary, channels) {name, summary, channels, sizeof channels / sizeof channels[0]},
static const synapse_model models[] = {SYNAPSE_MODEL_LIST(ENTRY)};

const synapse_model *synapse_model_at(size_t i)
{
  return i < sizeof models / sizeof models[0] ? &models[i] : NULL;
}

const synapse_model *synapse_model_find(const char *name)
{
  for (size_t i = 0; synapse_model_at(i); i++) {
    if (strcmp(models[i].name, name) == 0) return &models[i];
  }
  return NULL;
}
