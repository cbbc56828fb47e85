/*
 * Purpose: make the n-th call of a kind fail on one rank, in a program that is linked with --wrap for each function
 * that is listed here; see tests/CMakeLists.txt, which reads the list from the lines that begin with REFUSE or REPORT.
 *
 *   LOLIGO_FAULT=KIND:N:RANK  KIND is allocation, hdf5 or write; N counts from 1
 *   LOLIGO_FAULT_HANGS=1      the call does not fail but never returns, as on a file system that hangs
 *   LOLIGO_FAULT_COUNT=1      says at the end how many calls of each kind were made
 *
 * A REFUSEd call does nothing and fails. A REPORTed one is carried out and then said to have failed: HDF5 calls that
 * all ranks make together, because the ranks that do make them would wait inside HDF5 for the one that does not, as
 * they never do for one whose disk is full; and calls that close, because what stays open tells nothing about Loligo.
 *
 * Unit and mpi tests are linked with it too, and choose by inject.h the allocation that fails.
 */
#include "inject.h"

#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

typedef enum kind { ALLOCATION, HDF5, WRITE, KIND_COUNT } kind;

static const char *const KIND_NAMES[KIND_COUNT] = {"allocation", "hdf5", "write"};
static unsigned long calls[KIND_COUNT], failing[KIND_COUNT]; /* made so far; number of the one that fails, 0: none */
static unsigned long refused, freed;                         /* allocations */
static int rank;

__attribute__((constructor)) static void read_environment(void)
{
  const char *number = getenv("OMPI_COMM_WORLD_RANK"), *fault = getenv("LOLIGO_FAULT");
  char name[16];
  unsigned long n;
  int where;
  rank = number ? atoi(number) : 0;
  if (!fault || sscanf(fault, "%15[a-z0-9]:%lu:%d", name, &n, &where) != 3 || where != rank) return;
  for (int k = 0; k < KIND_COUNT; k++)
    if (strcmp(name, KIND_NAMES[k]) == 0) failing[k] = n;
}

__attribute__((destructor)) static void print_counts(void)
{
  if (!getenv("LOLIGO_FAULT_COUNT")) return;
  fprintf(stderr, "calls on rank %d: allocation %lu, hdf5 %lu, write %lu\n", rank, calls[ALLOCATION], calls[HDF5],
          calls[WRITE]);
}

/* Whether this call of a kind is the one that fails. */
static bool is_due(kind kind)
{
  if (++calls[kind] != failing[kind]) return false;
  while (getenv("LOLIGO_FAULT_HANGS")) pause();
  refused += kind == ALLOCATION;
  errno = kind == ALLOCATION ? ENOMEM : EIO;
  return true;
}

void inject_allocation_fault(unsigned long n)
{
  failing[ALLOCATION] = n ? calls[ALLOCATION] + n : 0;
}

bool inject_is_spent(void)
{
  return failing[ALLOCATION] && calls[ALLOCATION] >= failing[ALLOCATION];
}

unsigned long inject_blocks_held(void)
{
  return calls[ALLOCATION] - refused - freed;
}

#define REFUSE(kind, type, name, parameters, arguments, failure)                                                       \
  type __real_##name parameters;                                                                                       \
  type __wrap_##name parameters;                                                                                       \
  type __wrap_##name parameters                                                                                        \
  {                                                                                                                    \
    return is_due(kind) ? (failure) : __real_##name arguments;                                                         \
  }

#define REPORT(kind, type, name, parameters, arguments, failure)                                                       \
  type __real_##name parameters;                                                                                       \
  type __wrap_##name parameters;                                                                                       \
  type __wrap_##name parameters                                                                                        \
  {                                                                                                                    \
    type outcome = __real_##name arguments;                                                                            \
    return is_due(kind) ? (failure) : outcome;                                                                         \
  }

/* clang-format off */
REFUSE(ALLOCATION, void *, malloc, (size_t size), (size), NULL)
REFUSE(ALLOCATION, void *, calloc, (size_t n, size_t size), (n, size), NULL)
REFUSE(ALLOCATION, void *, realloc, (void *old, size_t size), (old, size), NULL)
REFUSE(ALLOCATION, char *, strdup, (const char *text), (text), NULL)

REFUSE(HDF5, hid_t, H5Pcreate, (hid_t class), (class), -1)
REFUSE(HDF5, herr_t, H5Pset_alignment, (hid_t p, hsize_t least, hsize_t bytes), (p, least, bytes), -1)
REFUSE(HDF5, herr_t, H5Pset_file_locking, (hid_t p, hbool_t use, hbool_t ignore), (p, use, ignore), -1)
REPORT(HDF5, herr_t, H5Pset_fapl_mpio, (hid_t p, MPI_Comm comm, MPI_Info info), (p, comm, info), -1)
REFUSE(HDF5, herr_t, H5Pset_elink_cb, (hid_t p, H5L_elink_traverse_t follow, void *data), (p, follow, data), -1)
REFUSE(HDF5, herr_t, H5Pset_all_coll_metadata_ops, (hid_t p, hbool_t on), (p, on), -1)
REFUSE(HDF5, herr_t, H5Pset_coll_metadata_write, (hid_t p, hbool_t on), (p, on), -1)
REFUSE(HDF5, herr_t, H5Pset_dxpl_mpio, (hid_t p, H5FD_mpio_xfer_t mode), (p, mode), -1)
REFUSE(HDF5, herr_t, H5Pset_create_intermediate_group, (hid_t p, unsigned on), (p, on), -1)
REFUSE(HDF5, herr_t, H5Pset_char_encoding, (hid_t p, H5T_cset_t set), (p, set), -1)
REFUSE(HDF5, herr_t, H5Pset_chunk, (hid_t p, int n, const hsize_t *size), (p, n, size), -1)
REFUSE(HDF5, herr_t, H5Pset_fill_time, (hid_t p, H5D_fill_time_t when), (p, when), -1)
REFUSE(HDF5, herr_t, H5Pset_alloc_time, (hid_t p, H5D_alloc_time_t when), (p, when), -1)
REFUSE(HDF5, H5D_layout_t, H5Pget_layout, (hid_t p), (p), H5D_LAYOUT_ERROR)
REFUSE(HDF5, int, H5Pget_chunk, (hid_t p, int n, hsize_t *size), (p, n, size), -1)
REFUSE(HDF5, hid_t, H5Screate, (H5S_class_t class), (class), -1)
REFUSE(HDF5, hid_t, H5Screate_simple, (int n, const hsize_t *size, const hsize_t *most), (n, size, most), -1)
REFUSE(HDF5, int, H5Sget_simple_extent_dims, (hid_t s, hsize_t *size, hsize_t *most), (s, size, most), -1)
REFUSE(HDF5, int, H5Sget_simple_extent_ndims, (hid_t s), (s), -1)
REFUSE(HDF5, herr_t, H5Sselect_none, (hid_t s), (s), -1)
REFUSE(HDF5, herr_t, H5Sselect_hyperslab, (hid_t s, H5S_seloper_t how, const hsize_t *start, const hsize_t *stride, const hsize_t *count, const hsize_t *block), (s, how, start, stride, count, block), -1)
REFUSE(HDF5, hid_t, H5Tcopy, (hid_t t), (t), -1)
REFUSE(HDF5, herr_t, H5Tset_size, (hid_t t, size_t size), (t, size), -1)
REFUSE(HDF5, herr_t, H5Tset_cset, (hid_t t, H5T_cset_t set), (t, set), -1)
REFUSE(HDF5, hid_t, H5Tenum_create, (hid_t t), (t), -1)
REFUSE(HDF5, herr_t, H5Tenum_insert, (hid_t t, const char *name, const void *value), (t, name, value), -1)
REFUSE(HDF5, hid_t, H5Fcreate, (const char *path, unsigned flags, hid_t c, hid_t a), (path, flags, c, a), -1)
REFUSE(HDF5, hid_t, H5Gcreate2, (hid_t l, const char *path, hid_t k, hid_t c, hid_t a), (l, path, k, c, a), -1)
REFUSE(HDF5, hid_t, H5Oopen, (hid_t l, const char *path, hid_t a), (l, path, a), -1)
REFUSE(HDF5, htri_t, H5Lexists, (hid_t l, const char *path, hid_t a), (l, path, a), -1)
REFUSE(HDF5, herr_t, H5Lcreate_hard, (hid_t l, const char *path, hid_t to, const char *link, hid_t c, hid_t a), (l, path, to, link, c, a), -1)
REFUSE(HDF5, hid_t, H5Acreate_by_name, (hid_t l, const char *path, const char *name, hid_t t, hid_t s, hid_t c, hid_t a, hid_t k), (l, path, name, t, s, c, a, k), -1)
REFUSE(HDF5, herr_t, H5Awrite, (hid_t a, hid_t t, const void *values), (a, t, values), -1)
REFUSE(HDF5, hid_t, H5Aopen, (hid_t o, const char *name, hid_t a), (o, name, a), -1)
REFUSE(HDF5, hid_t, H5Aget_space, (hid_t a), (a), -1)
REFUSE(HDF5, hid_t, H5Aget_type, (hid_t a), (a), -1)
REFUSE(HDF5, herr_t, H5Aread, (hid_t a, hid_t t, void *values), (a, t, values), -1)
REFUSE(HDF5, hid_t, H5Dcreate2, (hid_t l, const char *path, hid_t t, hid_t s, hid_t k, hid_t c, hid_t a), (l, path, t, s, k, c, a), -1)
REFUSE(HDF5, hid_t, H5Dget_space, (hid_t d), (d), -1)
REFUSE(HDF5, hid_t, H5Dget_create_plist, (hid_t d), (d), -1)
REFUSE(HDF5, hid_t, H5Dget_type, (hid_t d), (d), -1)
REPORT(HDF5, hid_t, H5Fopen, (const char *path, unsigned flags, hid_t a), (path, flags, a), -1)
REPORT(HDF5, hid_t, H5Dopen2, (hid_t l, const char *path, hid_t a), (l, path, a), -1)
REPORT(HDF5, herr_t, H5Dread, (hid_t d, hid_t t, hid_t to, hid_t from, hid_t p, void *values), (d, t, to, from, p, values), -1)
REPORT(HDF5, herr_t, H5Dwrite, (hid_t d, hid_t t, hid_t from, hid_t to, hid_t p, const void *values), (d, t, from, to, p, values), -1)
REPORT(HDF5, herr_t, H5Dset_extent, (hid_t d, const hsize_t *size), (d, size), -1)
REPORT(HDF5, herr_t, H5Fflush, (hid_t f, H5F_scope_t scope), (f, scope), -1)
REPORT(HDF5, herr_t, H5Aclose, (hid_t a), (a), -1)
REPORT(HDF5, herr_t, H5Dclose, (hid_t d), (d), -1)
REPORT(HDF5, herr_t, H5Gclose, (hid_t g), (g), -1)
REPORT(HDF5, herr_t, H5Fclose, (hid_t f), (f), -1)

REFUSE(WRITE, int, open, (const char *path, int flags, mode_t mode), (path, flags, mode), -1)
REFUSE(WRITE, int, mkdir, (const char *path, mode_t mode), (path, mode), -1)
REFUSE(WRITE, int, mkstemp, (char *path), (path), -1)
REFUSE(WRITE, ssize_t, write, (int file, const void *bytes, size_t n), (file, bytes, n), -1)
REFUSE(WRITE, ssize_t, pread, (int file, void *bytes, size_t n, off_t at), (file, bytes, n, at), -1)
REFUSE(WRITE, int, fallocate, (int file, int mode, off_t at, off_t n), (file, mode, at, n), -1)
REFUSE(WRITE, int, fstatvfs, (int file, struct statvfs *found), (file, found), -1)
REFUSE(WRITE, int, ftruncate, (int file, off_t size), (file, size), -1)
REFUSE(WRITE, int, fflush, (FILE *file), (file), -1)
REFUSE(WRITE, int, fsync, (int file), (file), -1)
REFUSE(WRITE, int, rename, (const char *from, const char *to), (from, to), -1)
REPORT(WRITE, int, fclose, (FILE *file), (file), EOF)
/* clang-format on */

/* Does not fail, but counts. */
void __real_free(void *block);
void __wrap_free(void *block);
void __wrap_free(void *block)
{
  freed += block != NULL;
  __real_free(block);
}

/* Files that are read do not count. */
FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode)
{
  return *mode != 'r' && is_due(WRITE) ? NULL : __real_fopen(path, mode);
}
