/*
 * Models from shared objects. What is loaded are bytes that one rank has read, through a file that lives in memory
 * only: so all ranks have the same, and many thousand need not open one small file.
 */
#include "model/neuron/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/neuron/model.h"

enum { PATH_SIZE = 64, MOST_MODELS = 1024 };

/* Of what was loaded, for the life of the program. */
static struct {
  uint64_t *digests; /* [n] of the bytes of each library */
  size_t n, capacity;
} loaded;

static loligo_status add_models(const char *name, const loligo_model_library *library)
{
  if (library->version != LOLIGO_MODEL_INTERFACE)
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "%s is made for version %u of the interface of models, this is version %d; compile it again",
                       name, library->version, LOLIGO_MODEL_INTERFACE);
  if (library->n > MOST_MODELS) return loligo_fail(LOLIGO_INPUT_ERROR, "%s offers too many models", name);
  for (size_t i = 0; i < library->n; i++) {
    const loligo_model *model = library->models[i];
    if (!model_is_complete(model))
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s: the tables of its model '%s' are not complete", name,
                         model && model->name ? model->name : "?");
    LOLIGO_TRY(model_add(name, model));
  }
  return LOLIGO_OK;
}

static bool write_all(int file, const char *bytes, size_t n)
{
  while (n > 0) {
    const ssize_t written = write(file, bytes, n);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written;
    n -= (size_t)written;
  }
  return true;
}

static loligo_status open_library(const char *name, int file, const void *bytes, size_t n)
{
  char path[PATH_SIZE];
  if (file < 0 || !write_all(file, bytes, n))
    return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: cannot be kept in memory: %s", name, strerror(errno));
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *why = dlerror();
    const size_t prefix =
        why && strncmp(why, path, strlen(path)) == 0 ? strlen(path) + strspn(why + strlen(path), ": ") : 0;
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: cannot be loaded: %s", name, why ? why + prefix : "no reason is given");
  }
  const loligo_model_library *offered = dlsym(library, "loligo_models");
  if (offered) return add_models(name, offered);
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s offers no models; say LOLIGO_MODELS(&one, &another) in it", name);
}

static uint64_t digest_of(const unsigned char *bytes, size_t n)
{
  uint64_t digest = n;
  for (size_t i = 0; i < n; i++) digest = hash_mix(digest ^ bytes[i]);
  return digest;
}

loligo_status model_library_load(const char *name, const void *bytes, size_t n)
{
  const uint64_t digest = digest_of(bytes, n);
  for (size_t i = 0; i < loaded.n; i++)
    if (loaded.digests[i] == digest) return LOLIGO_OK;
  LOLIGO_TRY(memory_grow((void **)&loaded.digests, &loaded.capacity, loaded.n + 1, sizeof *loaded.digests, "models"));
  const int file = memfd_create("models", MFD_CLOEXEC);
  const loligo_status status = open_library(name, file, bytes, n);
  if (file >= 0) close(file);
  if (status == LOLIGO_OK) loaded.digests[loaded.n++] = digest;
  return status;
}
