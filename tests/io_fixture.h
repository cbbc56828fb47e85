/** What the tests of files share: a directory that all ranks know and that is removed again, and plain serial reading.
 */
#ifndef LOLIGO_TESTS_IO_FIXTURE_H
#define LOLIGO_TESTS_IO_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <hdf5.h>
#include <mpi.h>

#include "io/results/provenance.h"
#include "loligo/context.h"

typedef struct io_fixture {
  loligo_context context;
  provenance provenance;
  char directory[64];
} io_fixture;

/** Call after MPI_Init. Collective. */
static inline void io_fixture_init(io_fixture *fixture)
{
  loligo_context_init(&fixture->context, MPI_COMM_WORLD);
  snprintf(fixture->directory, sizeof fixture->directory, "/tmp/loligo_test.XXXXXX");
  if (fixture->context.rank == 0 && !mkdtemp(fixture->directory)) abort();
  MPI_Bcast(fixture->directory, sizeof fixture->directory, MPI_CHAR, 0, fixture->context.comm);
  char *arguments[] = {"loligo", "run", "model.yaml"};
  if (provenance_init(&fixture->provenance, 3, arguments, &fixture->context) != LOLIGO_OK) abort();
  fixture->provenance.given = "simulation: {duration: 1 s}\n";
  fixture->provenance.used = "simulation: {duration: 1000 ms}\n";
}

/** Collective. */
static inline void io_fixture_free(io_fixture *fixture)
{
  char command[128];
  snprintf(command, sizeof command, "rm -rf %s", fixture->directory);
  MPI_Barrier(fixture->context.comm);
  if (fixture->context.rank == 0 && system(command) != 0) abort();
  provenance_free(&fixture->provenance);
  loligo_context_free(&fixture->context);
}

/** Path of a file in the directory; valid until the next call. */
static inline const char *io_fixture_path(const io_fixture *fixture, const char *name)
{
  static char path[1024];
  snprintf(path, sizeof path, "%s/%s", fixture->directory, name);
  return path;
}

/** Reads all of a dataset into values and asserts its number of elements. Not collective. */
static inline void io_fixture_read(const char *file_path, const char *dataset_path, hid_t type, uint64_t n,
                                   void *values)
{
  hid_t file = H5Fopen(file_path, H5F_ACC_RDONLY, H5P_DEFAULT);
  assert_true(file >= 0);
  hid_t dataset = H5Dopen2(file, dataset_path, H5P_DEFAULT);
  assert_true(dataset >= 0);
  hid_t space = H5Dget_space(dataset);
  assert_int_equal(H5Sget_simple_extent_npoints(space), n);
  assert_true(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
  H5Sclose(space);
  H5Dclose(dataset);
  H5Fclose(file);
}

/** /provenance/complete of a file. Not collective. */
static inline int io_fixture_complete(const char *file_path)
{
  int complete = -1;
  io_fixture_read(file_path, "/provenance/complete", H5T_NATIVE_INT, 1, &complete);
  return complete;
}

#endif
