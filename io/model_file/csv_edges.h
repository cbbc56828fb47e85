/** Edges of a CSV file, in pieces. Not collective. */
#ifndef LOLIGO_IO_CSV_EDGES_H
#define LOLIGO_IO_CSV_EDGES_H

#include <stdio.h>

#include "network/edge_list.h"

/**
 * A source of the edges of a file, whose wrong lines and impossible edges are kept as mistakes (base/mistakes.h), each
 * with its line, when it is read for the first time.
 *
 * @param name    of the file, to open it again; copied
 * @param stream  of it; taken over, also after a failure
 * @param delay   ms, of edges of a synapse model without delay, which the file does not tell; NAN: it does
 * @return        MACHINE without memory
 */
loligo_status csv_edges_open(const char *name, FILE *stream, double delay, edge_source *source);

#endif
