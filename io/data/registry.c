/*
 * The formats of data: one line each.
 */
#include "io/model_file/data_format.h"

#define FORMATS(X)                                                                                                     \
  X(data_format, idx)                                                                                                  \
  X(data_format, hdf5_events)                                                                                          \
  X(data_format, csv)                                                                                                  \
  X(data_format, idx_pairs)                                                                                            \
  X(data_format, gaussian_mixture)                                                                                     \
  X(data_format, delayed_xor)                                                                                          \
  X(data_format, spike_patterns)

REGISTRY(data_format, "data format", FORMATS);
