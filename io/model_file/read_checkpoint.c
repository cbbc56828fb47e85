/*
 * checkpoint: none, or a mapping that says how often: by model time ("5 s"), by wall time ("10 min wall"), or
 * where a network learns by epochs and batches.
 */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/grid.h"
#include "io/model_file/decode.h"
#include "io/model_file/quantity.h"
#include "io/model_file/read.h"
#include "io/model_file/read_learning.h"

enum { EVERY_SIZE = 128, KEPT_BY_DEFAULT = 2 };

/* Cuts "word" or "(word)" and the blanks before it off the end of a text. */
static bool cut_word(char *text, const char *word)
{
  char bracketed[16];
  snprintf(bracketed, sizeof bracketed, "(%s)", word);
  const char *const endings[] = {word, bracketed};
  for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
    size_t length = strlen(text), n = strlen(endings[i]);
    if (length <= n || strcmp(text + length - n, endings[i]) != 0) continue;
    for (length -= n; length > 0 && text[length - 1] == ' ';) length--;
    text[length] = '\0';
    return true;
  }
  return false;
}

/* Where a network learns, time goes by epochs and batches. */
static loligo_status set_every_learned(const model_reader *reader, const char *text)
{
  double batches;
  checkpoint_settings *checkpoint = &reader->settings->checkpoint;
  if (read_counted(text, "epoch", "epochs", &checkpoint->epochs)) return LOLIGO_OK;
  checkpoint->epochs = 0;
  if (!read_counted(text, "batch", "batches", &batches) || batches != floor(batches) || batches > 0x1p53)
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "every '%s' is no time of a model that learns; write epochs, batches or wall time, as "
                       "1 epoch, 200 batches, 10 min wall",
                       text);
  checkpoint->batches = (uint64_t)batches;
  return LOLIGO_OK;
}

static loligo_status set_every(const model_reader *reader, const char *text, bool is_wall, double ms)
{
  checkpoint_settings *checkpoint = &reader->settings->checkpoint;
  if (ms <= 0) return loligo_fail(LOLIGO_INPUT_ERROR, "every '%s' is not > 0", text);
  if (is_wall) {
    checkpoint->wall_seconds = ms * 1e-3;
    return LOLIGO_OK;
  }
  checkpoint->steps = loligo_steps(ms, reader->network->dt);
  if (checkpoint->steps < 1 || !grid_holds(ms, reader->network->dt))
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "every '%s' is model time and no multiple of dt %g ms; for wall time write '%s wall'", text,
                       reader->network->dt, text);
  return LOLIGO_OK;
}

/* One that never comes due is allowed: there is one at the end. */
static loligo_status warn_of_every(const model_reader *reader, const tree_node *every)
{
  char place[FAULT_PLACE_BYTES];
  const settings *settings = reader->settings;
  const double dt = reader->network->dt;
  if (reader->lacks_duration || settings->checkpoint.steps <= settings->duration) return LOLIGO_OK;
  fault_place_print(every->mark, place);
  return settings_warn(&reader->settings->warnings,
                       "%scheckpoint.every %g ms is longer than simulation.duration %g ms: one at the end only", place,
                       (double)settings->checkpoint.steps * dt, (double)settings->duration * dt);
}

static loligo_status read_every(const model_reader *reader, const char *every)
{
  char text[EVERY_SIZE];
  double ms;
  snprintf(text, sizeof text, "%s", every);
  const bool is_wall = cut_word(text, "wall");
  if (!is_wall && reader->settings->learning) return set_every_learned(reader, text);
  if (!is_wall) cut_word(text, "model");
  LOLIGO_TRY(quantity_parse(text, "ms", &ms));
  return set_every(reader, text, is_wall, ms);
}

loligo_status read_checkpoint(model_reader *reader, tree_node *node)
{
  checkpoint_section section;
  reader->settings->checkpoint = (checkpoint_settings){.keep = KEPT_BY_DEFAULT};
  if (node->kind == TREE_SCALAR && node->text && strcmp(node->text, "none") == 0) return LOLIGO_OK;
  LOLIGO_TRY(decode_section("checkpoint", checkpoint_table, node, &section));
  reader->settings->checkpoint = (checkpoint_settings){.enabled = true, .keep = section.keep};
  const tree_node *every = decode_child(node, checkpoint_table, offsetof(checkpoint_section, every));
  if (!every) return LOLIGO_OK;
  LOLIGO_TRY(tree_locate(every->mark, NULL, read_every(reader, section.every)));
  return warn_of_every(reader, every);
}
