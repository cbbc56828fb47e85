/** Allocations that fail when told so, in a test that is linked with inject.c. */
#ifndef LOLIGO_TESTS_FAULTS_INJECT_H
#define LOLIGO_TESTS_FAULTS_INJECT_H

#include <stdbool.h>

/** Makes the n-th allocation from now on fail, once; none for 0. */
void inject_allocation_fault(unsigned long n);

/** Whether that allocation was asked for. */
bool inject_is_spent(void);

/** Allocations that were not freed: to be compared, for they can be made here and freed in a shared library. */
unsigned long inject_blocks_held(void);

#endif
