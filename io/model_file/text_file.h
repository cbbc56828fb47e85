/** A whole text file in memory. Not collective. */
#ifndef LOLIGO_IO_TEXT_FILE_H
#define LOLIGO_IO_TEXT_FILE_H

#include <stdio.h>

#include "base/long_text.h"
#include "loligo/status.h"

/**
 * Reads a text to its end.
 *
 * @param path  "-" for standard input; of `stream`, for messages
 * @param what  it is, as a message about memory calls it
 * @param text  memory_free() it, also after a failure
 * @return      INPUT with the path for what cannot be read or is no text; MACHINE without memory
 */
loligo_status text_file_read(const char *path, const char *what, char **text);
loligo_status text_stream_read(FILE *stream, const char *path, const char *what, char **text);

/** The same into an empty text that may be long, to be freed also after a failure. */
loligo_status text_file_keep(const char *path, long_text *text);

#endif
