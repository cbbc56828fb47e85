/**
 * The sections of a model file into a network and settings. Each function makes its part of the tree canonical. Not
 * collective, all of it.
 */
#ifndef LOLIGO_IO_READ_H
#define LOLIGO_IO_READ_H

#include "base/fault.h"
#include "base/long_text.h"
#include "base/registry.h"
#include "io/model_file/branches.h"
#include "io/model_file/entry_overrides.h"
#include "io/model_file/listed_files.h"
#include "io/model_file/parameters.h"
#include "io/model_file/sections.h"
#include "io/model_file/settings.h"
#include "io/yaml/canonical.h"
#include "io/yaml/yaml_tree.h"
#include "loligo/network.h"
#include "network/description.h"
#include "network/tree_lists.h"

/** Where the sections are read to. */
typedef struct model_reader {
  const char *path;      /* of the model file; listed files are relative to its folder */
  listed_files *files;   /* those that are read already; others are added */
  parameters parameters; /* closed by who opened the reader */
  loligo_network *network;
  settings *settings;
  tree_stretch projections;   /* list that the tree leaves out, or empty */
  entry_overrides *overrides; /* of projections */
  canonical *used;            /* what was read, as it is used */
  double duration;            /* ms */
  bool allow_coarse_dt;       /* as the user wishes */
  bool lacks_dt, lacks_duration, lacks_models, lacks_populations, lacks_projections, lacks_inputs,
      lacks_data;     /* since they are wrong: what only follows from that is not told */
  size_t n_wild_laws; /* that would be warned of */
  name_table lost;    /* populations that are wrong, by name */
  branch_names branches;
  loligo_param *rows; /* [room] scratch of read_populations(), owned */
  struct decoded *values;
  size_t room;
} model_reader;

/** Each reads one section after those before it, which may be NULL where the model lacks it. Mistakes are kept
 * (base/mistakes.h): INPUT error, told, if there are any. */
loligo_status read_simulation(model_reader *reader, tree_node *simulation);
loligo_status read_network(model_reader *reader, tree_node *network);
loligo_status read_populations(model_reader *reader, tree_node *populations);

/** The receptors that a population lists; of one that is wrong (`id` SIZE_MAX) they are only looked at. */
loligo_status read_receptors(model_reader *reader, size_t id, const loligo_model *model, tree_node *receptors);

/** The soma of a population's cells, ahead of their `params`, which get its capacitance; channels go to `lists`. */
loligo_status read_soma(const loligo_model *model, tree_node *soma, tree_node *params, tree_lists *lists);

/** The branches of a population's cells, which become electrical ones and go to `lists`; `id` as above. */
loligo_status read_branches(model_reader *reader, size_t id, const loligo_model *model, tree_node *branches,
                            tree_lists *lists);

/** The reconstruction that a population's cells have, likewise ahead of `params`; `id` as above. */
loligo_status read_morphology(model_reader *reader, size_t id, const loligo_model *model, tree_node *mapping,
                              tree_node *params, tree_lists *lists);

/** The compartment of a population's cells that a node names, 0 for NULL. INPUT error, also where it names several. */
loligo_status read_compartment(const model_reader *reader, size_t population, const tree_node *node,
                               size_t *compartment);

/** Whether the models of the populations can do with the time step; where hardly, a warning says so. */
loligo_status read_check_dt(const model_reader *reader, const tree_node *simulation);

/** Whether what a schedule brings makes sense together, and so do trials. INPUT error with the place of a change or of
 * a population. */
loligo_status read_check_schedule(const model_reader *reader);

/** Also writes the section. */
loligo_status read_projections(model_reader *reader, tree_node *projections);

loligo_status read_inputs(model_reader *reader, tree_node *inputs);
loligo_status read_schedule(model_reader *reader, tree_node *schedule);
loligo_status read_data(model_reader *reader, tree_node *data);
loligo_status read_record(model_reader *reader, tree_node *record);
loligo_status read_checkpoint(model_reader *reader, tree_node *checkpoint);
loligo_status read_energy(model_reader *reader, tree_node *energy);

/** A copy of the method's name, which must be one of those in the registry, or `extra` unless NULL. */
loligo_status read_method(const char *what, loligo_param_table table, tree_node *section, const registry *methods,
                          const char *extra, char **method);

/* What they share. */

/** INPUT error "unknown KEY 'TEXT' in WHAT; ..." at the node. */
loligo_status read_fail_unknown(const tree_node *node, const char *key, const char *what, const fault_names *names);

/** The same for the name of a projection; told already where some projection is wrong. `is_known` tells which would
 * have been right, NULL: all. */
loligo_status read_fail_unknown_projection(const model_reader *reader, const tree_node *node, const char *what,
                                           bool (*is_known)(const loligo_projection *projection));

/** The same for the name of a model of another simulator. */
struct model_elsewhere;
loligo_status read_fail_elsewhere(const struct model_elsewhere *model, const tree_node *node, const char *what);

/** Number of the set in `data` that a scalar names. INPUT error where there is none; told already where data are wrong.
 */
loligo_status read_data_named(const model_reader *reader, const tree_node *node, size_t *number);

/** INPUT error at the node: a list has no order of populations, so that it cannot give the cells of several their
 * values.
 */
loligo_status read_fail_several(const tree_node *node, const char *key);

/** INPUT error for a name that cannot be part of the name of a file or of an HDF5 group, or is empty. */
loligo_status read_check_name(const char *name, tree_mark mark, const char *what);

/** Unit of the weights of a receptor (NULL node: the model's first) of a target population; INPUT error without one. */
loligo_status read_weight_unit(const loligo_population *target, const tree_node *target_node,
                               const tree_node *receptor_node, const char *what, const char **unit);

/** Numbers of the file that a scalar names, of a raw one (raw.h) if `format` is NULL; its text becomes the absolute
 * path. */
loligo_status read_listed_file(const model_reader *reader, tree_node *node, const char *key, const csv_format *format,
                               const listed_file **file);

/** Opens the file that a scalar names, which becomes its absolute path; name[PATH_MAX] receives it as opened. */
loligo_status read_open_file(const model_reader *reader, tree_node *node, const char *key, char *name, FILE **stream);

/** What is wrong with a file that a node names is the user's mistake: its place goes before the message. NULL node: the
 * status passes. */
loligo_status read_blame_file(const tree_node *node, loligo_status status);

/** Hands over each line of the table of projections that a scalar names, which becomes its absolute path, as a mapping;
 * its places and keys live until the table is read. */
loligo_status read_table(const model_reader *reader, tree_node *node, tree_sink sink, void *self);

/**
 * Puts the place before the message of an INPUT error of the network: that of the refused element of a list, in `file`
 * (NULL: the model file) or below `mapping`, or else what tree_blame() finds.
 */
loligo_status read_blame(const model_reader *reader, const tree_node *mapping, const listed_file *file,
                         loligo_status status);

/** Spike times with the cells that they belong to. */
typedef struct read_trains {
  double *times;    /* [n] ms */
  uint64_t *owners; /* [n], or NULL: every cell has all */
  size_t n;
  const listed_file *file; /* where they are from; NULL: a list in the model file */
} read_trains;

/** Times from a section's list or file; free with read_trains_free(). INPUT error with neither or both. */
loligo_status read_trains_load(const model_reader *reader, const char *what, const trains_section *section,
                               const tree_node *mapping, read_trains *trains);
void read_trains_free(read_trains *trains);

#endif
