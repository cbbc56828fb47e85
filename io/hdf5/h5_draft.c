/*
 * Purpose: create HDF5 files on one process, or change a small thing in them.
 *
 * Everything is named by its path, so that no handle outlives a call; groups above a path are made on the way.
 */
#include "io/hdf5/h5_draft.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "io/hdf5/h5.h"

enum { MIB = 1 << 20, CONVERSION_BYTES = 4 << 10 };

static void note(h5_draft *draft, bool good)
{
  if (!good && draft->status == LOLIGO_OK) draft->status = h5_fail("write", draft->path);
}

void h5_draft_create(h5_draft *draft, const char *path)
{
  hid_t access = h5_access_properties();
  unlink(path);
  *draft = (h5_draft){.path = path, .is_new = true, .file = H5Fcreate(path, H5F_ACC_EXCL, H5P_DEFAULT, access)};
  note(draft, draft->file >= 0);
  H5Pclose(access);
}

void h5_draft_open(h5_draft *draft, const char *path)
{
  hid_t access = h5_access_properties();
  *draft = (h5_draft){.path = path, .file = H5Fopen(path, H5F_ACC_RDWR, access)};
  note(draft, draft->file >= 0);
  H5Pclose(access);
}

static hid_t with_parents(void)
{
  hid_t properties = H5Pcreate(H5P_LINK_CREATE);
  return h5_checked_properties(properties, H5Pset_create_intermediate_group(properties, 1) >= 0 &&
                                               H5Pset_char_encoding(properties, H5T_CSET_UTF8) >= 0);
}

void h5_draft_group(h5_draft *draft, const char *path)
{
  if (draft->status != LOLIGO_OK) return;
  hid_t links = with_parents();
  hid_t group = H5Gcreate2(draft->file, path, links, H5P_DEFAULT, H5P_DEFAULT);
  note(draft, group >= 0 && H5Gclose(group) >= 0);
  H5Pclose(links);
}

void h5_draft_attribute(h5_draft *draft, const char *path, const char *name, hid_t type, size_t n, const void *values)
{
  if (draft->status != LOLIGO_OK) return;
  hid_t space = n ? H5Screate_simple(1, (hsize_t[]){n}, NULL) : H5Screate(H5S_SCALAR);
  hid_t attribute = H5Acreate_by_name(draft->file, path, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  note(draft, attribute >= 0 && H5Awrite(attribute, type, values) >= 0 && H5Aclose(attribute) >= 0);
  H5Sclose(space);
}

/* Of `size` bytes, or H5T_VARIABLE. */
static hid_t text_type(size_t size)
{
  hid_t type = H5Tcopy(H5T_C_S1);
  if (H5Tset_size(type, size) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0) return type;
  H5Tclose(type);
  return H5I_INVALID_HID;
}

void h5_draft_text_attribute(h5_draft *draft, const char *path, const char *name, const char *text)
{
  hid_t type = text_type(H5T_VARIABLE);
  h5_draft_attribute(draft, path, name, type, 0, &text);
  H5Tclose(type);
}

void h5_draft_choice_attribute(h5_draft *draft, const char *path, const char *name, const char *const *choices,
                               uint8_t n, uint8_t chosen)
{
  hid_t type = H5Tenum_create(H5T_NATIVE_UINT8);
  for (uint8_t i = 0; i < n; i++) note(draft, H5Tenum_insert(type, choices[i], &i) >= 0);
  h5_draft_attribute(draft, path, name, type, 0, &chosen);
  H5Tclose(type);
}

static hid_t create_dataset(const h5_draft *draft, const char *path, hid_t type, hid_t space)
{
  hid_t links = with_parents();
  hid_t dataset = H5Dcreate2(draft->file, path, type, space, links, H5P_DEFAULT, H5P_DEFAULT);
  H5Pclose(links);
  return dataset;
}

static void draft_dataset(h5_draft *draft, const char *path, hid_t type, hid_t space, const void *values)
{
  if (draft->status != LOLIGO_OK) return;
  hid_t transfer = H5Pcreate(H5P_DATASET_XFER), dataset = create_dataset(draft, path, type, space);
  H5Pset_buffer(transfer, CONVERSION_BYTES, NULL, NULL); /* of 1 MiB if not set, cleared at each write */
  note(draft,
       dataset >= 0 && H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, transfer, values) >= 0 && H5Dclose(dataset) >= 0);
  H5Pclose(transfer);
}

static bool write_pieces(hid_t dataset, hid_t type, hid_t space, uint64_t n, h5_fill fill, const void *self)
{
  uint64_t values[H5_PIECE];
  bool good = true;
  for (hsize_t done = 0; good && done < n; done += H5_PIECE) {
    const hsize_t some = n - done < H5_PIECE ? n - done : H5_PIECE;
    hid_t here = H5Screate_simple(1, &some, NULL);
    fill(self, done, some, values);
    good = H5Sselect_hyperslab(space, H5S_SELECT_SET, &done, NULL, &some, NULL) >= 0 &&
           H5Dwrite(dataset, type, here, space, H5P_DEFAULT, values) >= 0;
    H5Sclose(here);
  }
  return good;
}

void h5_draft_pieces(h5_draft *draft, const char *path, hid_t type, uint64_t n, h5_fill fill, const void *self)
{
  if (draft->status != LOLIGO_OK) return;
  hid_t space = H5Screate_simple(1, (hsize_t[]){n}, NULL);
  hid_t dataset = create_dataset(draft, path, type, space);
  note(draft, dataset >= 0 && write_pieces(dataset, type, space, n, fill, self) && H5Dclose(dataset) >= 0);
  H5Sclose(space);
}

static void count_on(const void *first, uint64_t from, size_t n, void *values)
{
  uint64_t *numbers = values;
  for (size_t i = 0; i < n; i++) numbers[i] = *(const uint64_t *)first + from + i;
}

void h5_draft_count(h5_draft *draft, const char *path, uint64_t first, uint64_t n)
{
  h5_draft_pieces(draft, path, H5T_NATIVE_UINT64, n, count_on, &first);
}

void h5_draft_zeros(h5_draft *draft, const char *path, hid_t type, uint64_t n)
{
  if (draft->status != LOLIGO_OK) return;
  hid_t space = H5Screate_simple(1, (hsize_t[]){n}, NULL);
  hid_t dataset = create_dataset(draft, path, type, space); /* what was never written is read as 0 */
  note(draft, dataset >= 0 && H5Dclose(dataset) >= 0);
  H5Sclose(space);
}

void h5_draft_array(h5_draft *draft, const char *path, hid_t type, uint64_t n, const void *values)
{
  hid_t space = H5Screate_simple(1, (hsize_t[]){n}, NULL);
  draft_dataset(draft, path, type, space, values);
  H5Sclose(space);
}

void h5_draft_matrix(h5_draft *draft, const char *path, hid_t type, uint64_t rows, uint64_t columns, const void *values)
{
  hid_t space = H5Screate_simple(2, (hsize_t[]){rows, columns}, NULL);
  draft_dataset(draft, path, type, space, values);
  H5Sclose(space);
}

static size_t longest_text(uint64_t n, const char *const *texts)
{
  size_t longest = 0;
  for (uint64_t i = 0; i < n; i++)
    if (strlen(texts[i]) > longest) longest = strlen(texts[i]);
  return longest;
}

void h5_draft_texts(h5_draft *draft, const char *path, uint64_t n, const char *const *texts)
{
  const size_t size = longest_text(n, texts) + 1;
  char *bytes = memory_allocate(n, size, "names in a file");
  if (!bytes && draft->status == LOLIGO_OK) draft->status = LOLIGO_MACHINE_ERROR;
  for (uint64_t i = 0; bytes && i < n; i++) memcpy(bytes + i * size, texts[i], strlen(texts[i]));
  hid_t type = text_type(size);
  h5_draft_array(draft, path, type, n, bytes);
  H5Tclose(type);
  memory_free(bytes);
}

void h5_draft_scalar(h5_draft *draft, const char *path, hid_t type, const void *value)
{
  hid_t space = H5Screate(H5S_SCALAR);
  draft_dataset(draft, path, type, space, value);
  H5Sclose(space);
}

void h5_draft_text(h5_draft *draft, const char *path, const char *text)
{
  hid_t type = text_type(H5T_VARIABLE);
  h5_draft_scalar(draft, path, type, &text);
  H5Tclose(type);
}

void h5_draft_set_scalar(h5_draft *draft, const char *path, hid_t type, const void *value)
{
  if (draft->status != LOLIGO_OK) return;
  hid_t dataset = H5Dopen2(draft->file, path, H5P_DEFAULT);
  note(draft,
       dataset >= 0 && H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0 && H5Dclose(dataset) >= 0);
}

void h5_draft_link(h5_draft *draft, const char *path, const char *link)
{
  if (draft->status != LOLIGO_OK) return;
  note(draft, H5Lcreate_hard(draft->file, path, draft->file, link, H5P_DEFAULT, H5P_DEFAULT) >= 0);
}

static uint64_t clamp(uint64_t value, uint64_t low, uint64_t high)
{
  return value < low ? low : value > high ? high : value;
}

/* A quarter of what is expected, between 4 KiB and 16 MiB; whole rows where they fit. */
void h5_chunk(h5_shape shape, size_t element_size, hsize_t chunk[2])
{
  uint64_t columns = clamp(shape.columns, 1, UINT64_C(4) * MIB / element_size);
  uint64_t row_bytes = columns * element_size;
  uint64_t all_bytes = clamp(shape.rows, 1, UINT64_MAX / row_bytes) * row_bytes;
  uint64_t bytes = clamp(all_bytes / 4, 4 << 10, UINT64_C(16) * MIB);
  chunk[0] = clamp(bytes / row_bytes, 1, shape.n_axes == 2 ? clamp(shape.rows, 1, UINT64_MAX) : UINT64_MAX);
  chunk[1] = columns;
}

static hid_t series_properties(int n_axes, const hsize_t chunk[2])
{
  hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  return h5_checked_properties(properties, H5Pset_chunk(properties, n_axes, chunk) >= 0 &&
                                               H5Pset_fill_time(properties, H5D_FILL_TIME_NEVER) >= 0 &&
                                               H5Pset_alloc_time(properties, H5D_ALLOC_TIME_EARLY) >= 0);
}

void h5_draft_series(h5_draft *draft, const char *path, hid_t type, h5_shape shape)
{
  if (draft->status != LOLIGO_OK) return;
  hsize_t chunk[2], empty[2] = {0, shape.columns};
  hsize_t unlimited[2] = {H5S_UNLIMITED, shape.columns ? shape.columns : H5S_UNLIMITED};
  h5_chunk(shape, H5Tget_size(type), chunk);
  hid_t creation = series_properties(shape.n_axes, chunk);
  hid_t space = H5Screate_simple(shape.n_axes, empty, unlimited), links = with_parents();
  hid_t dataset = H5Dcreate2(draft->file, path, type, space, links, creation, H5P_DEFAULT);
  note(draft, dataset >= 0 && H5Dclose(dataset) >= 0);
  H5Pclose(links);
  H5Sclose(space);
  H5Pclose(creation);
}

loligo_status h5_draft_close(h5_draft *draft)
{
  if (draft->file >= 0) note(draft, H5Fclose(draft->file) >= 0);
  if (draft->file >= 0 && draft->is_new && draft->status != LOLIGO_OK) unlink(draft->path);
  return draft->status;
}
