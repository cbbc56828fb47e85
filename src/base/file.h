/**
 * Small files. Those that are read may be somebody else's: only regular ones are opened, so that reading never waits.
 * Not collective.
 */
#ifndef LOLIGO_BASE_FILE_H
#define LOLIGO_BASE_FILE_H

#include <stdbool.h>
#include <stdio.h>

/** A descriptor for reading; -1 and *why ("No such file or directory", "it is a pipe, not a file") otherwise. */
int file_open(const char *path, const char **why);

/** The same as a stream; NULL and *why. */
FILE *file_stream(const char *path, const char **why);

/** Makes a file anew, has `print` fill it from `content`, and sends it to disk; a link of that name is replaced. False
 * and errno otherwise. */
bool file_print(const char *path, void (*print)(FILE *out, const void *content), const void *content);

#endif
