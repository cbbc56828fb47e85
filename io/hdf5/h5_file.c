/*
 * Purpose: append to HDF5 files from all ranks.
 *
 * What can fail for the machine's sake is agreed upon before the next collective. Disk space is reserved ahead of each
 * append, because after an error in the middle of a write HDF5 cannot close the file: ranks hang or crash. A file to
 * which that happened all the same is abandoned. Values come in few large stretches, so each rank writes its own: a
 * collective write would move them once more, and read what lies between them.
 */
#include "io/hdf5/h5_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/heartbeat.h"
#include "base/least.h"
#include "base/timer.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_read.h"

#define PUBLISH_SECONDS 5.0
#define PUBLISH_SHARE 0.005 /* of the time of a run */
enum { MIB = 1 << 20, RESERVED_METADATA = 96 << 10, METADATA_PER_SERIES = 8 << 10, METADATA_PER_CHUNK = 256 };
enum { METADATA_BLOCK = 32 << 10 }; /* together, because what lies between is read and written with each flush of it */

static hid_t parallel_access(void)
{
  hid_t access = h5_access_properties();
  return h5_checked_properties(access, H5Pset_all_coll_metadata_ops(access, true) >= 0 &&
                                           H5Pset_meta_block_size(access, METADATA_BLOCK) >= 0 &&
                                           H5Pset_coll_metadata_write(access, true) >= 0);
}

/* HDF5 duplicates the communicator: collective. */
static bool set_communicator(hid_t access, MPI_Comm comm)
{
  MPI_Info hints;
  MPI_Info_create(&hints);
  MPI_Info_set(hints, "romio_cb_write", "enable"); /* the outcome of a collective write is then the same on all ranks */
  bool good = H5Pset_fapl_mpio(access, comm, hints) >= 0;
  MPI_Info_free(&hints);
  return good;
}

/* -1 after a failure, else a descriptor that only names the file; the same number on all ranks where it is free there,
 * because OMPIO names what ranks share after the last part of a path. Collective. */
static int open_name(const loligo_context *context, const char *path)
{
  int first = open(path, O_PATH | O_CLOEXEC), highest = first;
  MPI_Allreduce(MPI_IN_PLACE, &highest, 1, MPI_INT, MPI_MAX, context->comm);
  if (first < 0) return first;
  int descriptor = fcntl(first, F_DUPFD_CLOEXEC, highest + 1);
  close(first);
  return descriptor;
}

/*
 * Prints a path of the file that every MPI-IO takes for nothing but a path. What stands before a colon is the kind of a
 * file system to ROMIO, and part of the name to OMPIO; so a path with a colon goes by that of a descriptor. Collective.
 */
static loligo_status print_plain_path(h5_file *file, char *path)
{
  snprintf(path, sizeof file->path, "%s", file->path);
  if (!strchr(file->path, ':')) return LOLIGO_OK;
  file->name = open_name(file->context, file->path);
  snprintf(path, sizeof file->path, "/proc/self/fd/%d", file->name);
  if (file->name >= 0) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR, "cannot open %s: %s", file->path, strerror(errno));
}

static void close_name(h5_file *file)
{
  if (file->name >= 0) close(file->name);
  file->name = -1;
}

static loligo_status open_together(h5_file *file, unsigned mode, hid_t access)
{
  const loligo_context *context = file->context;
  char path[sizeof file->path];
  bool good = set_communicator(access, context->comm);
  LOLIGO_TRY(loligo_agree(context, good ? LOLIGO_OK : h5_fail("open", file->path)));
  LOLIGO_TRY(loligo_agree(context, print_plain_path(file, path)));
  hid_t id = H5Fopen(path, mode, access);
  LOLIGO_TRY(loligo_agree(context, id >= 0 ? LOLIGO_OK : h5_fail("open", file->path)));
  file->id = id;
  return LOLIGO_OK;
}

static loligo_status open_file(h5_file *file, const loligo_context *context, const char *path, unsigned mode)
{
  *file = (h5_file){.context = context, .id = H5I_INVALID_HID, .name = -1, .published = timer_now()};
  snprintf(file->path, sizeof file->path, "%s", path);
  hid_t access = parallel_access();
  loligo_status status = loligo_agree(context, access >= 0 ? LOLIGO_OK : h5_fail("open", path));
  if (status == LOLIGO_OK) status = open_together(file, mode, access);
  if (status != LOLIGO_OK) close_name(file);
  if (access >= 0) H5Pclose(access);
  return status;
}

loligo_status h5_file_open(h5_file *file, const loligo_context *context, const char *path)
{
  return open_file(file, context, path, H5F_ACC_RDWR);
}

loligo_status h5_file_open_to_read(h5_file *file, const loligo_context *context, const char *path)
{
  return open_file(file, context, path, H5F_ACC_RDONLY);
}

loligo_status h5_file_agree(h5_file *file, loligo_status status)
{
  status = loligo_agree(file->context, status);
  file->broken = file->broken || status != LOLIGO_OK;
  return status;
}

loligo_status h5_file_flush(h5_file *file)
{
  return h5_file_agree(file, H5Fflush(file->id, H5F_SCOPE_GLOBAL) >= 0 ? LOLIGO_OK : h5_fail("write", file->path));
}

loligo_status h5_file_publish(h5_file *file)
{
  double begin = timer_now(), pause = begin - file->published;
  int due = pause >= PUBLISH_SECONDS && pause * PUBLISH_SHARE >= file->publish_seconds;
  MPI_Bcast(&due, 1, MPI_INT, 0, file->context->comm);
  if (!due) return LOLIGO_OK;
  LOLIGO_TRY(h5_file_flush(file));
  file->published = timer_now();
  file->publish_seconds = file->published - begin;
  return LOLIGO_OK;
}

loligo_status h5_file_close(h5_file *file)
{
  if (file->id < 0) return LOLIGO_OK;
  bool good = !file->broken && H5Fclose(file->id) >= 0;
  file->id = H5I_INVALID_HID;
  close_name(file);
  return h5_file_agree(file, good ? LOLIGO_OK : h5_fail("close", file->path));
}

static bool take_chunks(h5_series *series)
{
  hid_t creation = H5Dget_create_plist(series->id);
  H5D_layout_t layout = H5Pget_layout(creation);
  bool good = layout != H5D_LAYOUT_ERROR &&
              (layout != H5D_CHUNKED || H5Pget_chunk(creation, 2, series->chunk) == series->n_axes);
  H5Pclose(creation);
  return good;
}

/* Axes, size and chunks of a dataset: words on what is wrong with it, or NULL. */
static const char *take_shape(h5_series *series)
{
  hsize_t size[2] = {0, 1};
  const char *fault = h5_bulk_fault(series->id, series->type, &series->n_axes, size);
  series->rows = size[0];
  series->columns = size[1];
  return fault || take_chunks(series) ? fault : "cannot be read";
}

static loligo_status agree_on_fault(h5_file *file, const char *path, const char *fault)
{
  loligo_status status = LOLIGO_OK;
  if (fault) status = loligo_fail(LOLIGO_MACHINE_ERROR, "%s: %s %s", file->path, path, fault);
  return h5_file_agree(file, status);
}

loligo_status h5_series_open(h5_series *series, h5_file *file, const char *path, hid_t type)
{
  *series = (h5_series){.file = file, .type = type, .n_axes = 1, .columns = 1, .piece_bytes = UINT64_C(512) * MIB};
  series->id = h5_open_dataset(file->id, path);
  LOLIGO_TRY(agree_on_fault(file, path, series->id >= 0 ? take_shape(series) : "is missing"));
  return agree_on_fault(file, path, h5_storage_fault(series->id));
}

void h5_series_close(h5_series *series)
{
  if (series->id > 0 && !series->file->broken) H5Dclose(series->id);
  series->id = H5I_INVALID_HID;
}

static uint64_t pieces(uint64_t n, uint64_t most)
{
  return n / most + (n % most != 0);
}

/* Bytes by which the file may grow for `rows` more rows: chunks, alignment, index; 0 where the last chunk has room. */
static uint64_t growth(const h5_series *series, uint64_t rows)
{
  uint64_t across = series->n_axes == 2 ? pieces(series->columns, series->chunk[1]) : 1;
  uint64_t chunks = (pieces(series->rows + rows, series->chunk[0]) - pieces(series->rows, series->chunk[0])) * across;
  uint64_t bytes = H5Tget_size(series->type) * series->chunk[0] * (series->n_axes == 2 ? series->chunk[1] : 1);
  uint64_t gap = bytes >= MIB ? MIB : 0;
  return chunks ? chunks * (bytes + gap + METADATA_PER_CHUNK) + METADATA_PER_SERIES : 0;
}

/* For file systems that cannot reserve: a file that may become so long, where there is room for it. Another may take
 * that room before it is used, but no byte is written twice. */
static int lengthen_within_room(int descriptor, off_t start, uint64_t bytes)
{
  struct statvfs found;
  if (fstatvfs(descriptor, &found)) return -1;
  if (bytes / found.f_frsize < found.f_bavail) return ftruncate(descriptor, start + (off_t)bytes);
  errno = ENOSPC;
  return -1;
}

static int lengthen(int descriptor, off_t start, uint64_t bytes)
{
  int outcome;
  do outcome = fallocate(descriptor, 0, start, (off_t)bytes);
  while (outcome && errno == EINTR);
  const bool unable = outcome && (errno == EOPNOTSUPP || errno == ENOSYS);
  return unable ? lengthen_within_room(descriptor, start, bytes) : outcome;
}

/*
 * Lengthens the file on disk; a file that cannot grow keeps its size. As each flush cuts the file to what HDF5 uses,
 * its size is never less than that.
 */
static loligo_status reserve(const h5_file *file, uint64_t bytes)
{
  struct stat before;
  int descriptor = open(file->path, O_WRONLY | O_CLOEXEC);
  int error = descriptor < 0 || fstat(descriptor, &before) ? errno : 0;
  if (!error && lengthen(descriptor, before.st_size, bytes)) {
    error = errno;
    if (ftruncate(descriptor, before.st_size)) error = errno;
  }
  if (descriptor >= 0) close(descriptor);
  if (error) return loligo_fail(LOLIGO_MACHINE_ERROR, "cannot write %s: %s", file->path, strerror(error));
  return LOLIGO_OK;
}

/* Adds rows[i * stride] rows to the i-th series. */
static loligo_status extend(h5_series *series, size_t n, const uint64_t *rows, size_t stride)
{
  h5_file *file = series->file;
  uint64_t bytes = 0;
  for (size_t i = 0; i < n; i++) bytes += growth(&series[i], rows[i * stride]);
  bool reserves = bytes > 0 && file->context->rank == 0;
  LOLIGO_TRY(loligo_agree(file->context, reserves ? reserve(file, bytes + RESERVED_METADATA) : LOLIGO_OK));
  loligo_status status = LOLIGO_OK;
  for (size_t i = 0; i < n; i++) {
    if (rows[i * stride] == 0) continue;
    series[i].rows += rows[i * stride];
    if (H5Dset_extent(series[i].id, (hsize_t[]){series[i].rows, series[i].columns}) < 0)
      status = h5_fail("write", file->path);
  }
  return h5_file_agree(file, status);
}

loligo_status h5_series_extend(h5_series *series, size_t n, uint64_t rows)
{
  return extend(series, n, &rows, 0);
}

loligo_status h5_series_extend_each(h5_series *series, size_t n, const uint64_t *rows)
{
  return extend(series, n, rows, 1);
}

/* A block in the file and as it lies in memory. */
typedef struct selection {
  hid_t there, here;
} selection;

/* To be closed, also after a failure. */
static bool selection_open(selection *s, const h5_series *series, h5_block block)
{
  hsize_t start[2] = {block.row, block.column}, count[2] = {block.rows, block.columns};
  s->there = H5Dget_space(series->id);
  s->here = H5Screate_simple(series->n_axes, count, NULL);
  if (block.rows == 0 || block.columns == 0) return H5Sselect_none(s->there) >= 0 && H5Sselect_none(s->here) >= 0;
  return s->here >= 0 && H5Sselect_hyperslab(s->there, H5S_SELECT_SET, start, NULL, count, NULL) >= 0;
}

static void selection_close(selection *s)
{
  H5Sclose(s->here);
  H5Sclose(s->there);
}

static uint64_t row_bytes(const h5_series *series, h5_block block)
{
  return block.columns * H5Tget_size(series->type);
}

/* Rows of a block that one call of HDF5 moves. */
static uint64_t piece_rows(const h5_series *series, h5_block block)
{
  return largest(series->piece_bytes / largest(row_bytes(series, block), 1), 1);
}

static h5_block piece_from(h5_block block, uint64_t done, uint64_t most)
{
  return (h5_block){block.row + done, least(block.rows - done, most), block.column, block.columns};
}

static loligo_status write_piece(const h5_series *series, h5_block block, const void *values)
{
  selection s;
  bool good = selection_open(&s, series, block) &&
              H5Dwrite(series->id, series->type, s.here, s.there, H5P_DEFAULT, values) >= 0;
  loligo_status status = good ? LOLIGO_OK : h5_fail("write", series->file->path);
  selection_close(&s);
  return status;
}

loligo_status h5_series_put(const h5_series *series, h5_block block, const void *values)
{
  uint64_t most = piece_rows(series, block);
  for (uint64_t done = 0; block.columns && done < block.rows; done += most) {
    const char *from = (const char *)values + done * row_bytes(series, block);
    heartbeat_go_on();
    LOLIGO_TRY(write_piece(series, piece_from(block, done, most), from));
  }
  return LOLIGO_OK;
}

loligo_status h5_series_write(h5_series *series, h5_block block, const void *values)
{
  return h5_file_agree(series->file, h5_series_put(series, block, values));
}

/* One call of HDF5 per rank, also with an empty block: where the pieces lie in the file is read by all together. */
static loligo_status read_piece(h5_series *series, h5_block block, void *values)
{
  selection s;
  hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
  bool good = H5Pset_dxpl_mpio(transfer, H5FD_MPIO_COLLECTIVE) >= 0;
  good = selection_open(&s, series, block) && good;
  loligo_status status = h5_file_agree(series->file, good ? LOLIGO_OK : h5_fail("read", series->file->path));
  if (status == LOLIGO_OK && H5Dread(series->id, series->type, s.here, s.there, transfer, values) < 0)
    status = h5_fail("read", series->file->path);
  H5Pclose(transfer);
  selection_close(&s);
  return status;
}

loligo_status h5_series_read(h5_series *series, h5_block block, void *values)
{
  static char nothing;
  uint64_t most = piece_rows(series, block), n = block.columns ? pieces(block.rows, most) : 0;
  MPI_Allreduce(MPI_IN_PLACE, &n, 1, MPI_UINT64_T, MPI_MAX, series->file->context->comm);
  for (uint64_t i = 0; i < n; i++) {
    uint64_t done = least(i * most, block.rows);
    char *to = values ? (char *)values + done * row_bytes(series, block) : &nothing;
    LOLIGO_TRY(h5_file_agree(series->file, read_piece(series, piece_from(block, done, most), to)));
  }
  return LOLIGO_OK;
}

h5_block h5_block_of_rank(const loligo_context *context, uint64_t row, uint64_t n, uint64_t *total)
{
  uint64_t before;
  MPI_Exscan(&n, &before, 1, MPI_UINT64_T, MPI_SUM, context->comm);
  if (context->rank == 0) before = 0;
  MPI_Allreduce(&n, total, 1, MPI_UINT64_T, MPI_SUM, context->comm);
  return (h5_block){row + before, n, 0, 1};
}
