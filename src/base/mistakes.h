/**
 * Several mistakes of one input, told in one go. Not collective, all of it.
 *
 * Who reads on after an INPUT error takes its message aside with mistakes_keep() and goes on without what was wrong. An
 * INPUT error without message is one that is told already: functions that put a place or a name before a message pass
 * it through. Who began ends with mistakes_settle(), and the first message is the recorded one again.
 */
#ifndef LOLIGO_BASE_MISTAKES_H
#define LOLIGO_BASE_MISTAKES_H

#include <stdbool.h>
#include <stddef.h>

#include "loligo/status.h"

/** So many are told, of any number that are kept. */
enum { MISTAKES_MOST = 20 };

/** Begins with none. `path` of the file whose lines are read; outlives the reading. */
void mistakes_begin(const char *path);

/** Keeps the message of an INPUT error and sets *any, or passes another status on. */
loligo_status mistakes_keep(loligo_status status, bool *any);

/** INPUT without message if *any was kept, else LOLIGO_OK. */
loligo_status mistakes_told(bool any);

/** mistakes_keep() and mistakes_told() of one status: an INPUT error is told afterwards, any other status passes. */
loligo_status mistakes_keep_told(loligo_status status);

/** Whether an INPUT error is told already. */
bool mistakes_is_told(loligo_status status);

/** Whether someone began and has not ended yet: what is wrong may be kept. */
bool mistakes_are_kept(void);

/** Whether none was kept since the beginning. */
bool mistakes_none(void);

/** Ends with `status`, or where that is LOLIGO_OK or an INPUT error and there are mistakes with INPUT and the first of
 * them, by line, as message. */
loligo_status mistakes_settle(loligo_status status);

/**
 * What stands behind the recorded message.
 *
 * @param i  from 0
 * @return   further mistakes in order of lines, at last "... and N more" if there are; NULL behind these, and if the
 * message is not what mistakes_settle() recorded last
 */
const char *mistakes_behind(size_t i);

#endif
