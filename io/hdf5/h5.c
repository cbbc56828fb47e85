/*
 * Purpose: what creating and appending have in common.
 */
#include "io/hdf5/h5.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { STRIPE_BYTES = 1 << 20 };

static herr_t take_reason(unsigned depth, const H5E_error2_t *error, void *reason)
{
  if (depth == 0) *(const char **)reason = error->desc;
  return 0;
}

/* The innermost reason of the HDF5 error stack quotes that of the system where it has one. */
loligo_status h5_fail(const char *action, const char *path)
{
  const char *reason = NULL;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_reason, &reason);
  if (!reason) reason = "HDF5 gives no reason";
  const char *quoted = strstr(reason, "error message = '");
  if (quoted) {
    quoted += strlen("error message = '");
    return loligo_fail(LOLIGO_MACHINE_ERROR, "cannot %s %s: %.*s", action, path, (int)strcspn(quoted, "'"), quoted);
  }
  return loligo_fail(LOLIGO_MACHINE_ERROR, "cannot %s %s: %s", action, path, reason);
}

hid_t h5_checked_properties(hid_t properties, bool good)
{
  if (good) return properties;
  H5Pclose(properties);
  return H5I_INVALID_HID;
}

hid_t h5_access_properties(void)
{
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  hid_t properties = H5Pcreate(H5P_FILE_ACCESS);
  return h5_checked_properties(properties, H5Pset_alignment(properties, STRIPE_BYTES, STRIPE_BYTES) >= 0 &&
                                               H5Pset_file_locking(properties, false, true) >= 0 &&
                                               H5Pset_fclose_degree(properties, H5F_CLOSE_STRONG) >= 0);
}

void h5_path(char *path, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(path, H5_PATH_SIZE, format, arguments);
  va_end(arguments);
  assert(length > 0 && length < H5_PATH_SIZE);
  (void)length;
}
