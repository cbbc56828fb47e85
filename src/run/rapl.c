/*
 * A folder intel-rapl:N with the name package-N is a package; those below it, and psys, are parts or sums of others.
 */
#include "run/rapl.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

static const double MICRO = 1e-6;

/* Opens a file of a package. */
static FILE *open_of(const rapl_package *package, const char *file, const char **why)
{
  char path[RAPL_PATH_BYTES + 32];
  snprintf(path, sizeof path, "%s/%s", package->path, file);
  return file_stream(path, why);
}

static bool read_number(rapl *rapl, const rapl_package *package, const char *file, uint64_t *value)
{
  const char *why;
  FILE *in = open_of(package, file, &why);
  const bool is_read = in && fscanf(in, "%" SCNu64, value) == 1;
  if (!is_read)
    snprintf(rapl->reason, sizeof rapl->reason, "%s of powercap cannot be read: %s", file,
             in ? "it holds no number" : why);
  if (in) fclose(in);
  return is_read;
}

static bool is_package(const rapl_package *package)
{
  const char *why;
  char name[64] = "";
  FILE *in = open_of(package, "name", &why);
  const bool is_read = in && fgets(name, sizeof name, in);
  if (in) fclose(in);
  return is_read && text_begins(name, "package");
}

static void add_package(rapl *rapl, const char *root, const char *folder)
{
  rapl_package *package = &rapl->packages[rapl->n];
  const int length = snprintf(package->path, sizeof package->path, "%s/%s", root, folder);
  if (length >= RAPL_PATH_BYTES || !is_package(package)) return;
  if (!read_number(rapl, package, "max_energy_range_uj", &package->range)) return;
  if (read_number(rapl, package, "energy_uj", &package->last)) rapl->n++;
}

void rapl_open(rapl *rapl, const char *root)
{
  *rapl = (struct rapl){.n = 0};
  DIR *all = opendir(root);
  for (const struct dirent *entry; all && !*rapl->reason && (entry = readdir(all));)
    if (text_begins(entry->d_name, "intel-rapl:") && rapl->n < RAPL_PACKAGES) add_package(rapl, root, entry->d_name);
  if (all) closedir(all);
  if (rapl->n == 0 && !*rapl->reason) snprintf(rapl->reason, sizeof rapl->reason, "no readable powercap");
}

void rapl_sample(rapl *rapl)
{
  for (size_t i = 0; i < rapl->n && !*rapl->reason; i++) {
    rapl_package *package = &rapl->packages[i];
    uint64_t now;
    if (!read_number(rapl, package, "energy_uj", &now)) return;
    const uint64_t round = now < package->last ? package->range + 1 : 0;
    rapl->joule += MICRO * (double)(now + round - package->last);
    package->last = now;
  }
}
