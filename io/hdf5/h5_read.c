/*
 * Purpose: read values of HDF5 files without trusting them.
 *
 * HDF5 writes whatever a file holds over the caller's memory, converts whatever can be converted, and follows links
 * into other files. So each dataset and attribute is opened, judged by its type, layout and extent, and only then read.
 */
#include "io/hdf5/h5_read.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "io/hdf5/h5.h"

enum { MOST_AXES = 2, PATH_SIZE = 1024 };

static const hsize_t MOST_CHUNK_BYTES = (hsize_t)256 << 20; /* that a filter may unpack to reach one value */

/* -- files and links -- */

static bool is_regular(const char *path)
{
  struct stat found;
  if (stat(path, &found) || S_ISREG(found.st_mode)) return true; /* HDF5 says why there is none */
  H5Eclear2(H5E_DEFAULT);
  H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_FILE, H5E_CANTOPENFILE, "it is no regular file");
  return false;
}

static hid_t open_file(const char *path, hid_t access)
{
  return is_regular(path) ? H5Fopen(path, H5F_ACC_RDONLY, access) : H5I_INVALID_HID;
}

loligo_status h5_reader_open(h5_reader *reader, const char *path)
{
  hid_t access = h5_access_properties();
  *reader = (h5_reader){path, open_file(path, access)};
  loligo_status status = reader->file >= 0 ? LOLIGO_OK : h5_fail("open", path);
  H5Pclose(access);
  return status;
}

bool h5_reader_try(h5_reader *reader, const char *path)
{
  hid_t access = h5_access_properties();
  *reader = (h5_reader){path, open_file(path, access)};
  H5Pclose(access);
  return reader->file >= 0;
}

void h5_reader_close(h5_reader *reader)
{
  if (reader->file >= 0) H5Fclose(reader->file);
  reader->file = H5I_INVALID_HID;
}

static herr_t follow_none(const char *parent, const char *group, const char *file, const char *object, unsigned *mode,
                          hid_t access, void *data)
{
  (void)parent, (void)group, (void)file, (void)object, (void)mode, (void)access, (void)data;
  return -1;
}

/* Properties of access, of a class that knows links, by which links to other files fail. */
static hid_t own_links(hid_t class)
{
  hid_t access = H5Pcreate(class);
  return h5_checked_properties(access, H5Pset_elink_cb(access, follow_none, NULL) >= 0);
}

hid_t h5_open_dataset(hid_t file, const char *dataset)
{
  hid_t access = own_links(H5P_DATASET_ACCESS), id = H5Dopen2(file, dataset, access);
  H5Pclose(access);
  return id;
}

static hid_t open_object(hid_t file, const char *object)
{
  hid_t access = own_links(H5P_LINK_ACCESS), id = H5Oopen(file, object, access);
  H5Pclose(access);
  return id;
}

/* Whether each link of a path is there. */
static htri_t exists(hid_t file, const char *object, hid_t access)
{
  char part[PATH_SIZE];
  for (size_t n = 1;; n++) {
    n += strcspn(object + n, "/");
    snprintf(part, sizeof part, "%.*s", (int)n, object);
    htri_t found = H5Lexists(file, part, access);
    if (found <= 0 || !object[n]) return found;
  }
}

loligo_status h5_find(const h5_reader *reader, const char *object, bool *found)
{
  hid_t access = own_links(H5P_LINK_ACCESS);
  htri_t answer = exists(reader->file, object, access);
  H5Pclose(access);
  *found = answer > 0;
  if (answer >= 0) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: %s cannot be looked for", reader->path, object);
}

/* -- what is wrong with values -- */

/* Whether all numbers of one type are among those of another. */
static bool fits(hid_t found, hid_t wanted)
{
  const H5T_class_t class = H5Tget_class(found);
  if (class != H5Tget_class(wanted) || (class != H5T_INTEGER && class != H5T_FLOAT)) return false;
  const size_t size = H5Tget_size(found), room = H5Tget_size(wanted);
  if (class == H5T_FLOAT) return size <= room;
  const bool is_signed = H5Tget_sign(found) == H5T_SGN_2;
  if (is_signed) return size <= room && H5Tget_sign(wanted) == H5T_SGN_2;
  return H5Tget_sign(wanted) == H5T_SGN_NONE ? size <= room : size < room;
}

static const char *number_fault(hid_t found, hid_t wanted)
{
  if (fits(found, wanted)) return NULL;
  if (H5Tget_class(wanted) == H5T_FLOAT) return "does not hold floating-point numbers";
  return H5Tget_sign(wanted) == H5T_SGN_2 ? "does not hold integers" : "does not hold unsigned integers";
}

static hsize_t chunk_bytes(hid_t creation, hid_t type)
{
  hsize_t chunk[H5S_MAX_RANK], bytes = H5Tget_size(type);
  const int n = H5Pget_chunk(creation, H5S_MAX_RANK, chunk);
  for (int i = 0; i < n; i++)
    if (__builtin_mul_overflow(bytes, chunk[i], &bytes)) return HSIZE_UNDEF;
  return bytes;
}

static const char *creation_fault(hid_t creation, hid_t type, bool *is_packed)
{
  const H5D_layout_t layout = H5Pget_layout(creation);
  if (layout == H5D_LAYOUT_ERROR) return "cannot be read";
  if (layout == H5D_VIRTUAL || H5Pget_external_count(creation) > 0) return "lies in another file";
  *is_packed = layout == H5D_CHUNKED && H5Pget_nfilters(creation) > 0;
  return *is_packed && chunk_bytes(creation, type) > MOST_CHUNK_BYTES ? "is packed in too large chunks" : NULL;
}

/* Bytes of all values; HSIZE_UNDEF if these are too many to count. */
static hsize_t claimed_bytes(hid_t space, hid_t type)
{
  hsize_t extent[H5S_MAX_RANK], bytes = H5Tget_size(type);
  if (H5Sget_simple_extent_type(space) == H5S_NULL) return 0;
  const int n = H5Sget_simple_extent_dims(space, extent, NULL);
  for (int i = 0; i < n; i++)
    if (__builtin_mul_overflow(bytes, extent[i], &bytes)) return HSIZE_UNDEF;
  return bytes;
}

static const char *layout_fault(hid_t dataset, hid_t type, bool *is_packed)
{
  hid_t creation = H5Dget_create_plist(dataset);
  const char *fault = creation_fault(creation, type, is_packed);
  H5Pclose(creation);
  return fault;
}

const char *h5_storage_fault(hid_t dataset)
{
  hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);
  const bool is_less = H5Dget_storage_size(dataset) < claimed_bytes(space, type);
  H5Tclose(type);
  H5Sclose(space);
  return is_less ? "claims more than it holds" : NULL;
}

static const char *extent_fault(hid_t space, int *n_axes, hsize_t extent[MOST_AXES])
{
  *n_axes = H5Sget_simple_extent_type(space) == H5S_SIMPLE ? H5Sget_simple_extent_ndims(space) : 0;
  if (*n_axes < 1 || *n_axes > MOST_AXES) return "has neither one axis nor two";
  return H5Sget_simple_extent_dims(space, extent, NULL) == *n_axes ? NULL : "cannot be read";
}

const char *h5_bulk_fault(hid_t dataset, hid_t type, int *n_axes, hsize_t extent[MOST_AXES])
{
  hid_t space = H5Dget_space(dataset), found = H5Dget_type(dataset);
  bool is_packed = false;
  const char *fault = number_fault(found, type);
  if (!fault) fault = extent_fault(space, n_axes, extent);
  if (!fault) fault = layout_fault(dataset, found, &is_packed);
  if (!fault && is_packed) fault = "is packed, which nothing from loligo is";
  H5Tclose(found);
  H5Sclose(space);
  return fault;
}

/* -- one dataset or attribute -- */

/* Open; item_close() also after a failure. */
typedef struct item {
  const h5_reader *reader;
  h5_place place;
  hid_t id, type, space;
} item;

static loligo_status fail(const item *item, const char *fault)
{
  const char *attribute = item->place.attribute;
  return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: %s%s%s %s", item->reader->path, item->place.object,
                     attribute ? "@" : "", attribute ? attribute : "", fault);
}

static hid_t open_attribute(hid_t file, h5_place place)
{
  hid_t object = open_object(file, place.object);
  if (object < 0) return object;
  hid_t id = H5Aopen(object, place.attribute, H5P_DEFAULT);
  H5Oclose(object);
  return id;
}

static loligo_status item_open(item *item, const h5_reader *reader, h5_place place)
{
  *item = (struct item){reader, place, H5I_INVALID_HID, H5I_INVALID_HID, H5I_INVALID_HID};
  const bool is_attribute = place.attribute != NULL;
  item->id = is_attribute ? open_attribute(reader->file, place) : h5_open_dataset(reader->file, place.object);
  if (item->id < 0) return fail(item, is_attribute ? "is missing" : "is missing, elsewhere, or no dataset");
  item->type = is_attribute ? H5Aget_type(item->id) : H5Dget_type(item->id);
  item->space = is_attribute ? H5Aget_space(item->id) : H5Dget_space(item->id);
  const char *fault = item->type < 0 || item->space < 0 ? "cannot be read" : NULL;
  bool is_packed = false;
  if (!fault && !is_attribute) fault = layout_fault(item->id, item->type, &is_packed);
  if (!fault && !is_attribute && !is_packed) fault = h5_storage_fault(item->id);
  return fault ? fail(item, fault) : LOLIGO_OK;
}

static void item_close(item *item)
{
  if (item->space >= 0) H5Sclose(item->space);
  if (item->type >= 0) H5Tclose(item->type);
  if (item->id >= 0) item->place.attribute ? H5Aclose(item->id) : H5Dclose(item->id);
}

/* Fails unless there are n values along one axis, or one without an axis. */
static loligo_status check_count(const item *item, uint64_t n)
{
  const H5S_class_t class = H5Sget_simple_extent_type(item->space);
  const bool is_list = class == H5S_SIMPLE && H5Sget_simple_extent_ndims(item->space) == 1;
  hsize_t found = class == H5S_SCALAR;
  if (is_list) H5Sget_simple_extent_dims(item->space, &found, NULL);
  if ((is_list || class == H5S_SCALAR) && found == n) return LOLIGO_OK;
  if (n == 1) return fail(item, "holds not just one value");
  char fault[64];
  snprintf(fault, sizeof fault, "is no list of %" PRIu64 " values", n);
  return fail(item, fault);
}

static loligo_status take(const item *item, hid_t type, void *values)
{
  const herr_t result = item->place.attribute ? H5Aread(item->id, type, values)
                                              : H5Dread(item->id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  return result >= 0 ? LOLIGO_OK : fail(item, "cannot be read");
}

static loligo_status read_numbers(const item *item, hid_t type, uint64_t n, void *values)
{
  const char *fault = number_fault(item->type, type);
  if (fault) return fail(item, fault);
  LOLIGO_TRY(check_count(item, n));
  return take(item, type, values);
}

loligo_status h5_read(const h5_reader *reader, h5_place place, hid_t type, uint64_t n, void *values)
{
  item item;
  loligo_status status = item_open(&item, reader, place);
  if (status == LOLIGO_OK) status = read_numbers(&item, type, n, values);
  item_close(&item);
  return status;
}

/* The type of texts in memory, longer by one byte so that each ends in 0; H5I_INVALID_HID where these are none. */
static hid_t ending_type(const item *item)
{
  if (H5Tget_class(item->type) != H5T_STRING || H5Tis_variable_str(item->type) != 0) return H5I_INVALID_HID;
  hid_t type = H5Tcopy(item->type);
  if (H5Tset_size(type, H5Tget_size(item->type) + 1) >= 0 && H5Tset_strpad(type, H5T_STR_NULLTERM) >= 0) return type;
  H5Tclose(type);
  return H5I_INVALID_HID;
}

static loligo_status read_variable_text(const item *item, char **text)
{
  char *found = NULL;
  LOLIGO_TRY(take(item, item->type, &found));
  *text = memory_string(found ? found : "");
  H5free_memory(found);
  return *text ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status read_fixed_text(const item *item, char **text)
{
  hid_t type = ending_type(item);
  if (type < 0) return fail(item, "is no text");
  *text = memory_allocate(H5Tget_size(type), 1, "a text of a file");
  const loligo_status status = *text ? take(item, type, *text) : LOLIGO_MACHINE_ERROR;
  H5Tclose(type);
  return status;
}

static loligo_status read_text(const item *item, char **text)
{
  const bool is_variable = H5Tis_variable_str(item->type) > 0;
  if (H5Tget_class(item->type) != H5T_STRING) return fail(item, "is no text");
  LOLIGO_TRY(check_count(item, 1));
  return is_variable ? read_variable_text(item, text) : read_fixed_text(item, text);
}

loligo_status h5_read_text(const h5_reader *reader, h5_place place, char **text)
{
  item item;
  *text = NULL;
  loligo_status status = item_open(&item, reader, place);
  if (status == LOLIGO_OK) status = read_text(&item, text);
  item_close(&item);
  if (status == LOLIGO_OK) return LOLIGO_OK;
  memory_free(*text);
  *text = NULL;
  return status;
}

static loligo_status read_texts(const item *item, hid_t type, h5_texts *texts)
{
  hsize_t extent[MOST_AXES];
  int n_axes;
  const char *fault = type < 0 ? "does not hold texts of one size" : extent_fault(item->space, &n_axes, extent);
  if (!fault && n_axes != 1) fault = "is no list";
  if (fault) return fail(item, fault);
  *texts = (h5_texts){.n = extent[0], .size = H5Tget_size(type)};
  texts->bytes = memory_allocate(texts->n, texts->size, "texts of a file");
  return texts->bytes ? take(item, type, texts->bytes) : LOLIGO_MACHINE_ERROR;
}

loligo_status h5_read_texts(const h5_reader *reader, const char *dataset, h5_texts *texts)
{
  item item;
  hid_t type = H5I_INVALID_HID;
  *texts = (h5_texts){0};
  loligo_status status = item_open(&item, reader, (h5_place){dataset, NULL});
  if (status == LOLIGO_OK) {
    type = ending_type(&item);
    status = read_texts(&item, type, texts);
  }
  if (type >= 0) H5Tclose(type);
  item_close(&item);
  if (status != LOLIGO_OK) memory_free(texts->bytes);
  if (status != LOLIGO_OK) *texts = (h5_texts){0};
  return status;
}

/* -- numbers -- */

static loligo_status check_numbers(const item *item, h5_numbers *numbers)
{
  int found;
  hsize_t extent[MOST_AXES] = {0, 1};
  const char *fault = number_fault(item->type, numbers->type);
  if (!fault) fault = extent_fault(item->space, &found, extent);
  if (!fault && found != numbers->n_axes) fault = numbers->n_axes == 1 ? "is no list" : "is no table";
  for (int i = 0; i < MOST_AXES; i++) numbers->extent[i] = extent[i];
  return fault ? fail(item, fault) : LOLIGO_OK;
}

loligo_status h5_numbers_open(h5_numbers *numbers, const h5_reader *reader, const char *dataset, hid_t type, int n_axes)
{
  item item;
  *numbers = (h5_numbers){reader, dataset, H5I_INVALID_HID, H5I_INVALID_HID, type, n_axes, {0, 1}};
  loligo_status status = item_open(&item, reader, (h5_place){dataset, NULL});
  if (status == LOLIGO_OK) status = check_numbers(&item, numbers);
  if (status == LOLIGO_OK) {
    numbers->id = item.id;
    numbers->space = item.space;
    item.id = item.space = H5I_INVALID_HID;
  }
  item_close(&item);
  return status;
}

void h5_numbers_close(h5_numbers *numbers)
{
  if (numbers->space >= 0) H5Sclose(numbers->space);
  if (numbers->id >= 0) H5Dclose(numbers->id);
  numbers->id = numbers->space = H5I_INVALID_HID;
}

static bool is_within(h5_window window, const uint64_t extent[MOST_AXES])
{
  return window.row <= extent[0] && window.n_rows <= extent[0] - window.row && window.column <= extent[1] &&
         window.n_columns <= extent[1] - window.column;
}

loligo_status h5_numbers_read(const h5_numbers *numbers, h5_window window, void *values)
{
  const item item = {.reader = numbers->reader, .place = {numbers->dataset, NULL}};
  if (!is_within(window, numbers->extent)) return fail(&item, "is too short");
  const hsize_t begin[MOST_AXES] = {window.row, window.column}, size[MOST_AXES] = {window.n_rows, window.n_columns};
  hid_t here = H5Screate_simple(numbers->n_axes, size, NULL);
  bool good = H5Sselect_hyperslab(numbers->space, H5S_SELECT_SET, begin, NULL, size, NULL) >= 0 &&
              H5Dread(numbers->id, numbers->type, here, numbers->space, H5P_DEFAULT, values) >= 0;
  H5Sclose(here);
  return good ? LOLIGO_OK : fail(&item, "cannot be read");
}

loligo_status h5_read_extent(const h5_reader *reader, const char *dataset, hid_t type, int n_axes, uint64_t extent[2])
{
  h5_numbers numbers;
  const loligo_status status = h5_numbers_open(&numbers, reader, dataset, type, n_axes);
  memcpy(extent, numbers.extent, sizeof numbers.extent);
  h5_numbers_close(&numbers);
  return status;
}

loligo_status h5_read_window(const h5_reader *reader, const char *dataset, hid_t type, int n_axes, h5_window window,
                             void *values)
{
  h5_numbers numbers;
  loligo_status status = h5_numbers_open(&numbers, reader, dataset, type, n_axes);
  if (status == LOLIGO_OK) status = h5_numbers_read(&numbers, window, values);
  h5_numbers_close(&numbers);
  return status;
}

loligo_status h5_read_row(const h5_reader *reader, const char *dataset, hid_t type, uint64_t row, void *value)
{
  return h5_read_window(reader, dataset, type, 1, (h5_window){row, 0, 1, 1}, value);
}

/* -- sequences -- */

/* Floating point of two bytes, as IEEE 754 has it, low byte first. */
static hid_t half_type(void)
{
  hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  const bool good =
      H5Tset_fields(type, 15, 10, 5, 0, 10) >= 0 && H5Tset_ebias(type, 15) >= 0 && H5Tset_size(type, 2) >= 0;
  if (good || type < 0) return type;
  H5Tclose(type);
  return H5I_INVALID_HID;
}

static bool is_half(hid_t found, hid_t wanted)
{
  hid_t half = half_type();
  const bool same = half >= 0 && H5Tequal(found, half) > 0 && H5Tequal(wanted, H5T_NATIVE_DOUBLE) > 0;
  if (half >= 0) H5Tclose(half);
  return same;
}

static double half_value(const unsigned char bytes[2])
{
  const int exponent = bytes[1] >> 2 & 31, part = (bytes[1] & 3) << 8 | bytes[0];
  double size = exponent ? ldexp(1024 + part, exponent - 25) : ldexp(part, -24);
  if (exponent == 31) size = part ? NAN : INFINITY;
  return bytes[1] & 128 ? -size : size;
}

/* HDF5 itself takes 200 ns to convert one. */
static bool widen(uint64_t n, void **numbers)
{
  double *wide = H5allocate_memory((size_t)(n + 1) * sizeof *wide, false);
  for (uint64_t i = 0; wide && i < n; i++) wide[i] = half_value((const unsigned char *)*numbers + 2 * i);
  h5_sequence_free(*numbers);
  *numbers = wide;
  return wide != NULL;
}

static loligo_status check_sequences(const item *item, h5_sequences *sequences, hid_t type)
{
  int n_axes;
  hsize_t extent[MOST_AXES];
  hid_t inner = H5Tget_class(item->type) == H5T_VLEN ? H5Tget_super(item->type) : H5I_INVALID_HID;
  const char *fault = inner < 0 ? "does not hold sequences" : number_fault(inner, type);
  if (!fault) fault = extent_fault(item->space, &n_axes, extent);
  if (!fault && n_axes != 1) fault = "is no list";
  if (!fault) {
    sequences->n = extent[0];
    sequences->is_half = is_half(inner, type);
    sequences->type = H5Tvlen_create(sequences->is_half ? inner : type);
  }
  if (inner >= 0) H5Tclose(inner);
  if (fault) return fail(item, fault);
  return sequences->type >= 0 ? LOLIGO_OK : fail(item, "cannot be read");
}

loligo_status h5_sequences_open(h5_sequences *sequences, const h5_reader *reader, const char *dataset, hid_t type)
{
  item item;
  *sequences = (h5_sequences){reader, dataset, H5I_INVALID_HID, H5I_INVALID_HID, false, 0};
  loligo_status status = item_open(&item, reader, (h5_place){dataset, NULL});
  if (status == LOLIGO_OK) status = check_sequences(&item, sequences, type);
  if (status == LOLIGO_OK) {
    sequences->id = item.id;
    item.id = H5I_INVALID_HID;
  }
  item_close(&item);
  return status;
}

void h5_sequences_close(h5_sequences *sequences)
{
  if (sequences->type >= 0) H5Tclose(sequences->type);
  if (sequences->id >= 0) H5Dclose(sequences->id);
  sequences->id = sequences->type = H5I_INVALID_HID;
}

loligo_status h5_sequence_read(const h5_sequences *sequences, uint64_t row, uint64_t *n, void **numbers)
{
  const item item = {.reader = sequences->reader, .place = {sequences->dataset, NULL}};
  const hsize_t begin = row, one = 1;
  hvl_t sequence = {0};
  hid_t here = H5Screate_simple(1, &one, NULL), there = H5Dget_space(sequences->id);
  bool good = H5Sselect_hyperslab(there, H5S_SELECT_SET, &begin, NULL, &one, NULL) >= 0 &&
              H5Dread(sequences->id, sequences->type, here, there, H5P_DEFAULT, &sequence) >= 0;
  H5Sclose(there);
  H5Sclose(here);
  *n = sequence.len;
  *numbers = sequence.p;
  if (good && sequences->is_half) good = widen(sequence.len, numbers);
  return good ? LOLIGO_OK : fail(&item, "cannot be read");
}

void h5_sequence_free(void *numbers)
{
  if (numbers) H5free_memory(numbers);
}

/* -- groups -- */

typedef struct visitor {
  loligo_status (*visit)(void *self, const char *name);
  void *self;
  loligo_status status;
  bool is_too_long;
} visitor;

static herr_t visit_child(hid_t group, const char *name, const H5L_info_t *info, void *data)
{
  visitor *visitor = data;
  (void)group, (void)info;
  visitor->is_too_long = strlen(name) > H5_NAME_BYTES;
  if (!visitor->is_too_long) visitor->status = visitor->visit(visitor->self, name);
  return visitor->is_too_long || visitor->status != LOLIGO_OK ? -1 : 0;
}

loligo_status h5_read_children(const h5_reader *reader, const char *group,
                               loligo_status (*visit)(void *self, const char *name), void *self)
{
  visitor visitor = {.visit = visit, .self = self};
  item item = {.reader = reader, .place = {group, NULL}};
  hid_t id = open_object(reader->file, group);
  if (id < 0) return fail(&item, "is missing or elsewhere");
  bool good =
      H5Iget_type(id) == H5I_GROUP && H5Literate(id, H5_INDEX_NAME, H5_ITER_INC, NULL, visit_child, &visitor) >= 0;
  H5Oclose(id);
  if (good || visitor.status != LOLIGO_OK) return visitor.status;
  return fail(&item, visitor.is_too_long ? "holds a too long name" : "is no group");
}
