/** Trees of nodes as one YAML text. Not collective, all of it. */
#ifndef LOLIGO_IO_CANONICAL_H
#define LOLIGO_IO_CANONICAL_H

#include "base/long_text.h"
#include "io/yaml/yaml_tree.h"

/** A text that grows: a mapping of nodes by their keys, lists of scalars on one line. */
typedef struct canonical canonical;

/** An empty one; NULL after loligo_fail(). Ends with canonical_close(). */
canonical *canonical_open(void);

/** Appends an entry of the mapping. */
void canonical_add(canonical *out, const tree_node *entry);

/** Appends an entry that is a list of what is handed over until its end, mappings or nothing. */
void canonical_begin_list(canonical *out, const char *key);
void canonical_item(canonical *out, const tree_node *item);
void canonical_end_list(canonical *out);

/** Ends it; *text is freed with long_text_free(), without `text` it is dropped. MACHINE if memory was missing anywhere.
 */
loligo_status canonical_close(canonical *out, long_text *text);

#endif
