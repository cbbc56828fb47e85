/** Files that somebody else may have made: only regular ones are opened, so that reading never waits. Not collective.
 */
#ifndef LOLIGO_BASE_FILE_H
#define LOLIGO_BASE_FILE_H

#include <stdio.h>

/** A descriptor for reading; -1 and *why ("No such file or directory", "it is a pipe, not a file") otherwise. */
int file_open(const char *path, const char **why);

/** The same as a stream; NULL and *why. */
FILE *file_stream(const char *path, const char **why);

#endif
