/* Gives the files that are named, or that lie in folders that are named, to a target, one after the other. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "fuzz.h"

static void replay_file(const char *path)
{
  FILE *file = fopen(path, "rb");
  fuzz_expect(file != NULL, path);
  fseek(file, 0, SEEK_END);
  const size_t size = (size_t)ftell(file);
  uint8_t *data = malloc(size + 1);
  rewind(file);
  fuzz_expect(data && fread(data, 1, size, file) == size, path);
  fclose(file);
  printf("%s\n", path);
  fflush(stdout);
  LLVMFuzzerTestOneInput(data, size);
  free(data);
}

static void replay(const char *path)
{
  struct stat found;
  struct dirent **entries;
  if (stat(path, &found) || !S_ISDIR(found.st_mode)) {
    replay_file(path);
    return;
  }
  const int n = scandir(path, &entries, NULL, alphasort);
  for (int i = 0; i < n; i++) {
    char inner[4096];
    snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
    if (entries[i]->d_name[0] != '.') replay_file(inner);
    free(entries[i]);
  }
  free(entries);
}

/* A target has a folder of its own: paths are made absolute before. */
int main(int argc, char **argv)
{
  for (int i = 1; i < argc; i++) argv[i] = realpath(argv[i], NULL);
  LLVMFuzzerInitialize(&argc, &argv);
  for (int i = 1; i < argc; i++) {
    fuzz_expect(argv[i] != NULL, "an input that is there");
    replay(argv[i]);
    free(argv[i]);
  }
  return 0;
}
