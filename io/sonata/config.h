/**
 * A SONATA configuration as one tree: its files joined, the variables of their manifests filled in, what the command
 * line sets in place. JSON is read as the YAML that it is, so that every node knows its file, line and column. Not
 * collective, all of it.
 */
#ifndef LOLIGO_IO_SONATA_CONFIG_H
#define LOLIGO_IO_SONATA_CONFIG_H

#include <limits.h>
#include <stddef.h>

#include "io/yaml/yaml_tree.h"

/** A configuration is made of few files: itself, and those of the network and of the simulation. */
enum { SONATA_MOST_FILES = 4 };

typedef struct sonata_config {
  tree_node *root;                /* owned */
  char *files[SONATA_MOST_FILES]; /* [n_files] paths as opened, that of the configuration first; places in the tree
                                     refer to them; owned */
  size_t n_files;
} sonata_config;

/**
 * Reads a configuration with the files that it names as `network` and `simulation`. One with neither `network` nor
 * `networks` has its network in circuit_config.json beside it. What stands in a file that names another holds against
 * that one.
 *
 * @param path       as the user typed it; outlives the configuration
 * @param overrides  [n_overrides] "a.b=value" of --set, in order; manifest.$NAME is that of the first file
 * @param config     filled; sonata_config_free() also after a failure
 * @return           INPUT with "file:line:column: ..." for what is no JSON, a file that is not there or includes
 *                   itself, a variable that is not known or leads to itself
 */
loligo_status sonata_config_read(const char *path, const char *const *overrides, size_t n_overrides,
                                 sonata_config *config);

void sonata_config_free(sonata_config *config);

/** The path that a scalar names, relative to the folder of its file; of what the command line sets, to that of the
 * first. INPUT with the place where it is no text or too long. */
loligo_status sonata_config_path(const sonata_config *config, const char *key, const tree_node *node,
                                 char path[PATH_MAX]);

/** The same of a file that must be there, as its absolute path. */
loligo_status sonata_config_file(const sonata_config *config, const char *key, const tree_node *node,
                                 char path[PATH_MAX]);

#endif
