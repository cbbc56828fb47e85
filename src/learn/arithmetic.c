/*
 * Arrays of numbers in single and in double precision: one text for both (arithmetic_kernel.h).
 */
#include "learn/arithmetic.h"

#include <math.h>
#include <string.h>

#include "base/vector.h"

#define REAL float
#define BITS uint32_t
#define OF(name) name##_float
#include "learn/arithmetic_kernel.h"

#define REAL double
#define BITS uint64_t
#define OF(name) name##_double
#include "learn/arithmetic_kernel.h"

#define ARITHMETIC(real, mpi)                                                                                          \
  {                                                                                                                    \
    sizeof(real), mpi, multiply_##real, affine_##real, add_affine_##real, add_to_rows_##real, sum_rows_##real,         \
        bounded_##real, multiply_by_##real, largest_##real, add_fixed_##real, of_fixed_##real, to_double_##real,       \
        of_double_##real, to_lanes_##real, of_lanes_##real                                                             \
  }

const arithmetic arithmetics[LOLIGO_PRECISIONS] = {
    [LOLIGO_SINGLE] = ARITHMETIC(float, MPI_FLOAT),
    [LOLIGO_DOUBLE] = ARITHMETIC(double, MPI_DOUBLE),
};
