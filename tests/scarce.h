/** What a function does where memory is scarce. */
#ifndef LOLIGO_TESTS_SCARCE_H
#define LOLIGO_TESTS_SCARCE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "faults/inject.h"
#include "loligo/status.h"

/**
 * Makes the first allocation of `attempt` fail, then the second, and so on until it needs no more of them: each time
 * it must return a MACHINE error with a message. Failed or not, it must free what it took.
 */
static inline void fails_without_memory(loligo_status (*attempt)(void *self), void *self)
{
  unsigned long n = 0;
  bool spent = true;
  while (spent) {
    const unsigned long held = inject_blocks_held();
    loligo_error_clear();
    inject_allocation_fault(++n);
    const loligo_status status = attempt(self);
    spent = inject_is_spent();
    inject_allocation_fault(0);
    assert_int_equal(status, spent ? LOLIGO_MACHINE_ERROR : LOLIGO_OK);
    assert_int_equal(*loligo_error_message() != '\0', spent);
    assert_int_equal(inject_blocks_held(), held);
  }
  assert_true(n > 1);
  loligo_error_clear();
}

#endif
