/** What the fuzz targets share: one process with MPI, a folder of its own, and what must hold however a call ends. */
#ifndef LOLIGO_TESTS_FUZZ_H
#define LOLIGO_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/model_file/model_file.h"
#include "loligo/context.h"
#include "loligo/status.h"

/** What libFuzzer and replay.c call. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern loligo_context fuzz_context;

/** Starts MPI and makes the folder the current directory; it goes at the end. For LLVMFuzzerInitialize(). */
void fuzz_begin(void);

/** Write a file. */
void fuzz_write(const char *path, const void *data, size_t size);
void fuzz_write_text(const char *path, const char *text);

/** Aborts unless `what` is true. */
void fuzz_expect(bool what, const char *words);

/**
 * Aborts unless a call ended as calls may: with LOLIGO_OK and no message, or with INPUT, MACHINE or NUMERICS and one
 * line. Forgets the message, and returns whether the call was good.
 */
bool fuzz_ended(loligo_status status);

/**
 * Does with a model what `loligo run` does, as far as it is small: reads it, and again from its used parameters, which
 * must say the same; estimates, splits, builds and runs it, and once more from the used parameters with the same
 * spikes.
 */
void fuzz_model(const char *path);

#endif
