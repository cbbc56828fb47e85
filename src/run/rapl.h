/**
 * The energy counters of the processors of this machine (RAPL), as the kernel shows them: those of whole packages, with
 * idle power and with whatever else runs there. Not collective, all of it.
 */
#ifndef LOLIGO_RUN_RAPL_H
#define LOLIGO_RUN_RAPL_H

#include <stddef.h>
#include <stdint.h>

/** Where the kernel shows them. */
#define RAPL_ROOT "/sys/class/powercap"

enum { RAPL_PACKAGES = 64, RAPL_PATH_BYTES = 512, RAPL_REASON_BYTES = 128 };

/** Counts uJ from 0 up to its range, then from 0 again. */
typedef struct rapl_package {
  char path[RAPL_PATH_BYTES]; /* of its folder */
  uint64_t last, range;       /* uJ */
} rapl_package;

typedef struct rapl {
  rapl_package packages[RAPL_PACKAGES];
  size_t n;
  double joule;                   /* of all packages since they were found */
  char reason[RAPL_REASON_BYTES]; /* why there is no such number; "": there is */
} rapl;

/** Finds the packages in a folder that is RAPL_ROOT but for tests, and begins to count. */
void rapl_open(rapl *rapl, const char *root);

/** Adds what was taken since the last call; to be called before a counter can come round twice. */
void rapl_sample(rapl *rapl);

#endif
