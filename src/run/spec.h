/** What a run is asked for. */
#ifndef LOLIGO_RUN_SPEC_H
#define LOLIGO_RUN_SPEC_H

#include <stddef.h>

#include "io/results/output.h"
#include "run/dry.h"

/** What is to be run, and where to; the same on all ranks. */
typedef struct run_spec {
  const char *model;       /* path of the model file */
  const char *const *sets; /* [n_sets] changes to it, as KEY=VALUE */
  size_t n_sets;
  const char *output;  /* directory; NULL: that of the model */
  const char *from;    /* another result, or a checkpoint, whose state it begins from unless it goes on; NULL: none */
  output_mode mode;    /* OUTPUT_RESUME: not of a dry run */
  const dry_spec *dry; /* one rank alone, in a process of its own; NULL: the network on the ranks of the context */
  int argc;            /* the command line, for the provenance */
  char **argv;
} run_spec;

#endif
