/** What a model says of learning, moved between ranks and freed. */
#ifndef LOLIGO_IO_LEARNING_SETTINGS_H
#define LOLIGO_IO_LEARNING_SETTINGS_H

#include "base/stream.h"
#include "learn/settings.h"

/** Sends the settings, or makes the same of what is read; NULL stays NULL. Collective, as the stream. MACHINE without
 * memory, for this rank alone. */
loligo_status learning_settings_move(stream *stream, learn_settings **settings);

/** NULL is allowed. Not collective. */
void learning_settings_free(learn_settings *settings);

#endif
