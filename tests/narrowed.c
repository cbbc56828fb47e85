/*
 * A processor that knows less. The objects of loligo, linked with this and --wrap=__cpu_indicator_init, are the program
 * as it runs there: by that function of libgcc the resolvers of target_clones and __builtin_cpu_supports() learn what
 * there is. NARROWED_TO 3 leaves x86-64-v3, which has AVX2; 1 leaves what every x86-64 has.
 *
 * It is called before the C library can be. Which bit stands for a level is found by clearing one after the other.
 */
#include <limits.h>

enum { WORD_BITS = sizeof(unsigned) * CHAR_BIT, FEATURE_BITS = 3 * WORD_BITS };

extern unsigned __cpu_features2[] __attribute__((visibility("hidden"))); /* of libgcc */

int __real___cpu_indicator_init(void);
int __wrap___cpu_indicator_init(void);

/* The compiler knows the array by a declaration of its own. */
static void flip(unsigned bit)
{
  __cpu_features2[bit / WORD_BITS] ^= 1u << bit % WORD_BITS;
  __asm__ volatile("" ::: "memory");
}

#define FORGET(level)                                                                                                  \
  do {                                                                                                                 \
    for (unsigned bit = 0; __builtin_cpu_supports(level) && bit < FEATURE_BITS; bit++) {                               \
      flip(bit);                                                                                                       \
      if (__builtin_cpu_supports(level)) flip(bit);                                                                    \
    }                                                                                                                  \
    if (__builtin_cpu_supports(level)) __builtin_trap();                                                               \
  } while (0)

int __wrap___cpu_indicator_init(void)
{
  const int status = __real___cpu_indicator_init();
  FORGET("x86-64-v4");
#if NARROWED_TO < 3
  FORGET("x86-64-v3");
#endif
  return status;
}
