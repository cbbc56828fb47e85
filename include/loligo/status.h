/**
 * What every fallible function returns, and the one message behind it.
 *
 * A function that fails through a fault of the user or of the machine records a message with loligo_fail() and returns
 * the code; callers pass the code up unchanged. The first message since the last loligo_error_clear() is kept, so
 * the cause is never hidden by its consequences. The codes are the exit statuses of the program.
 */
#ifndef LOLIGO_STATUS_H
#define LOLIGO_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#define LOLIGO_STATUS_LIST(X)                                                                                          \
  X(LOLIGO_OK, 0, "done")                                                                                              \
  X(LOLIGO_INPUT_ERROR, 2, "the model or the command line is wrong")                                                   \
  X(LOLIGO_MACHINE_ERROR, 3, "memory, disk or file trouble")                                                           \
  X(LOLIGO_NUMERICS_ERROR, 4, "a state became infinite or NaN")                                                        \
  X(LOLIGO_CHECKPOINTED, 75, "stopped early with a good checkpoint")                                                   \
  X(LOLIGO_INTERRUPTED, 130, "stopped early, nothing to resume")

typedef enum loligo_status {
#define LOLIGO_STATUS_ENUM(name, code, text) name = code,
  LOLIGO_STATUS_LIST(LOLIGO_STATUS_ENUM)
#undef LOLIGO_STATUS_ENUM
} loligo_status;

/** The meaning of a code, in words. Not collective. */
const char *loligo_status_text(loligo_status status);

/**
 * Records a failure: keeps the formatted message unless an earlier one is still there. Not collective.
 *
 * @param status  any code but LOLIGO_OK
 * @param format  printf format of one line without newline; names what is wrong and how to mend it; control characters
 *                in what it quotes become '?'
 * @return        `status`, so that `return loligo_fail(...)` reads well
 */
loligo_status loligo_fail(loligo_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** The first message since the last clear, or "" if there is none. Valid until the next clear. Not collective. */
const char *loligo_error_message(void);

/** Forgets the message. Not collective. */
void loligo_error_clear(void);

/** Returns from the calling function when `call` does not yield LOLIGO_OK. */
#define LOLIGO_TRY(call)                                                                                               \
  do {                                                                                                                 \
    loligo_status status_ = (call);                                                                                    \
    if (status_ != LOLIGO_OK) return status_;                                                                          \
  } while (0)

#ifdef __cplusplus
}
#endif

#endif
