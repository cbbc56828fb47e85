/**
 * Arithmetic in the model file: "= -g * J". Not collective, all of it.
 *
 *     sum      = product (("+" | "-") product)*
 *     product  = signed (("*" | "/") signed)*
 *     signed   = ("+" | "-") signed | power
 *     power    = operand [("^" | "**") signed]
 *     operand  = number [unit] | name | function "(" sum ("," sum)* ")" | "(" sum ")"
 *
 * A unit is a word behind a number, as in 0.1 mV, and of no more than that word: 3 nS / 1 ms.
 */
#ifndef LOLIGO_IO_EXPRESSION_H
#define LOLIGO_IO_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "io/model_file/measure.h"

enum { EXPRESSION_MAX_BYTES = 4096, EXPRESSION_MAX_DEPTH = 100, EXPRESSION_NAME_SIZE = 64 };

/** What names stand for. */
typedef struct expression_names {
  bool (*is_known)(void *self, const char *name);
  loligo_status (*value_of)(void *self, const char *name, measure *value);
  void *self;
} expression_names;

/** Whether a text is an expression: its first character is "=". */
bool expression_is(const char *text);

/** Whether a name may stand in an expression: letters, digits and _, no digit first, shorter than EXPRESSION_NAME_SIZE,
 * and no function's. */
bool expression_is_name(const char *name);

/**
 * Works an expression out.
 *
 * @param text  begins with "="
 * @param at    set to the byte of the text that an INPUT error is about
 * @return      INPUT error, without place, where it is not one, its units do not fit, or it is no finite number
 */
loligo_status expression_evaluate(const char *text, const expression_names *names, measure *value, size_t *at);

#endif
