/*
 * One allocation path: zeroed by calloc, aligned within a slightly larger piece, whose start is kept just before the
 * aligned address. Large arrays are mapped, so that memory counts only while it is used, and is the kernel's again when
 * it is freed; the C library would keep it. They are aligned to and advised as huge pages: random access to synapses is
 * bound by address translation.
 */
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"

enum { CACHE_LINE = 64, LITTLE = 256 << 10, HUGE_PAGE = 2 << 20, LARGE = 4 << 20 };

static void *fail_allocation(size_t count, size_t element_size, const char *what)
{
  char amount[TEXT_BYTES_SIZE];
  uint64_t bytes;
  if (__builtin_mul_overflow(count, element_size, &bytes)) bytes = UINT64_MAX;
  text_bytes((double)bytes, amount);
  loligo_fail(LOLIGO_MACHINE_ERROR, "out of memory: %s for %s; use more ranks or a smaller network", amount, what);
  return NULL;
}

static char *align_up(char *pointer, size_t alignment)
{
  return pointer + (-(uintptr_t)pointer & (alignment - 1));
}

/* What stands before an address that memory_free() takes: where the piece begins that it lies in and, where that was
 * mapped, a mark; such a piece begins with its size. */
enum { MAPPED = 1 };

static void *note_start(char *aligned, uintptr_t start)
{
  memcpy(aligned - sizeof start, &start, sizeof start);
  return aligned;
}

static void *allocate_small(size_t bytes)
{
  char *start = calloc(1, bytes + CACHE_LINE + sizeof(uintptr_t));
  return start ? note_start(align_up(start + sizeof(uintptr_t), CACHE_LINE), (uintptr_t)start) : NULL;
}

static void *allocate_large(size_t bytes)
{
  size_t all;
  if (__builtin_add_overflow(bytes, HUGE_PAGE + sizeof all + sizeof(uintptr_t), &all)) return NULL;
  char *start = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return NULL;
  char *aligned = align_up(start + sizeof all + sizeof(uintptr_t), HUGE_PAGE);
  memcpy(start, &all, sizeof all);
  madvise(aligned, bytes, MADV_HUGEPAGE);
  return note_start(aligned, (uintptr_t)start | MAPPED);
}

void *memory_allocate(size_t count, size_t element_size, const char *what)
{
  size_t bytes;
  if (__builtin_mul_overflow(count, element_size, &bytes)) return fail_allocation(count, element_size, what);
  void *array = bytes >= LARGE ? allocate_large(bytes) : allocate_small(bytes);
  return array ? array : fail_allocation(count, element_size, what);
}

void *memory_small(size_t bytes, const char *what)
{
  char *start = calloc(1, sizeof(uintptr_t) + bytes);
  return start ? note_start(start + sizeof(uintptr_t), (uintptr_t)start) : fail_allocation(bytes, 1, what);
}

static void unmap(char *start)
{
  size_t all;
  memcpy(&all, start, sizeof all);
  munmap(start, all);
}

void memory_free(void *pointer)
{
  if (!pointer) return;
  uintptr_t start;
  memcpy(&start, (char *)pointer - sizeof start, sizeof start);
  if (start & MAPPED)
    unmap((char *)(start - MAPPED));
  else
    free((void *)start);
}

/* A huge page is torn only where keeping it whole would waste more than a little of what stays before it. */
void memory_give_back(void *array, size_t first, size_t end)
{
  const size_t page = end - first > first / 16 ? (size_t)sysconf(_SC_PAGESIZE) : HUGE_PAGE;
  char *from = align_up((char *)array + first, page), *to = (char *)array + end;
  if (to - from >= LITTLE) madvise(from, (size_t)(to - from) & -page, MADV_DONTNEED);
}

/* Copies and frees an array, stretch by stretch, so that a large one is never there twice. */
static void move(char *array, size_t bytes, char *moved)
{
  for (size_t first = 0; first < bytes; first += LARGE) {
    const size_t end = bytes - first < LARGE ? bytes : first + LARGE;
    memcpy(moved + first, array + first, end - first);
    memory_give_back(array, first, end);
  }
  memory_free(array);
}

loligo_status memory_grow(void **array, size_t *capacity, size_t needed, size_t element_size, const char *what)
{
  if (needed <= *capacity) return LOLIGO_OK;
  const size_t doubled = *capacity > SIZE_MAX / 2 ? SIZE_MAX : 2 * *capacity;
  const size_t larger = needed > doubled ? needed : doubled;
  void *moved = memory_allocate(larger, element_size, what);
  if (!moved) return LOLIGO_MACHINE_ERROR;
  if (*array) move(*array, *capacity * element_size, moved);
  *array = moved;
  *capacity = larger;
  return LOLIGO_OK;
}

loligo_status memory_grow_columns(const memory_column *columns, size_t n, size_t *capacity, size_t needed,
                                  const char *what)
{
  size_t grown = *capacity;
  for (size_t i = 0; i < n; i++) {
    grown = *capacity;
    LOLIGO_TRY(memory_grow(columns[i].array, &grown, needed, columns[i].element_size, what));
  }
  *capacity = grown;
  return LOLIGO_OK;
}

char *memory_string(const char *text)
{
  const size_t bytes = strlen(text) + 1;
  char *copy = memory_small(bytes, "a name");
  if (copy) memcpy(copy, text, bytes);
  return copy;
}

/* The bytes in a line "KEY: N kB" of a file; 0 without one. */
static uint64_t bytes_told(const char *path, const char *key)
{
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  char line[256];
  unsigned long long kib = 0;
  const size_t length = strlen(key);
  while (fgets(line, sizeof line, file))
    if (strncmp(line, key, length) == 0 && line[length] == ':') sscanf(line + length, ": %llu", &kib);
  fclose(file);
  return (uint64_t)kib * 1024;
}

memory_usage memory_usage_now(void)
{
  static const char status[] = "/proc/self/status";
  return (memory_usage){.resident_bytes = bytes_told(status, "VmRSS"), .peak_bytes = bytes_told(status, "VmHWM")};
}

/* Bytes of main memory and swap that are free or can be freed. */
static uint64_t free_memory(void)
{
  static const char info[] = "/proc/meminfo";
  const uint64_t sum = bytes_told(info, "MemAvailable") + bytes_told(info, "SwapFree");
  return sum > 0 ? sum : UINT64_MAX;
}

static uint64_t limit_of_group(const char *group)
{
  char path[4096 + 64];
  unsigned long long bytes = UINT64_MAX;
  snprintf(path, sizeof path, "/sys/fs/cgroup%s/memory.max", group);
  FILE *file = fopen(path, "r");
  if (!file) return UINT64_MAX;
  if (fscanf(file, "%llu", &bytes) != 1) bytes = UINT64_MAX; /* "max" */
  fclose(file);
  return bytes;
}

/* The least limit of this process's control group (version 2) and of those above it. */
static uint64_t group_limit(void)
{
  char group[4096] = "";
  uint64_t least = UINT64_MAX;
  FILE *file = fopen("/proc/self/cgroup", "r");
  if (!file) return least;
  if (fscanf(file, "0::%4095s", group) != 1) *group = '\0';
  fclose(file);
  for (char *end = group + strlen(group); end; end = strrchr(group, '/')) {
    *end = '\0';
    uint64_t limit = limit_of_group(group);
    least = limit < least ? limit : least;
  }
  return least;
}

uint64_t memory_available(void)
{
  uint64_t free_bytes = free_memory(), limit = group_limit();
  return free_bytes < limit ? free_bytes : limit;
}
