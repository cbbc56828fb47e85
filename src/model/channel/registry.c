/*
 * The channels of compartments: one line each.
 */
#include "model/channel/channel.h"

#define CHANNELS(X)                                                                                                    \
  X(channel, passive)                                                                                                  \
  X(channel, hh)                                                                                                       \
  X(channel, traub)                                                                                                    \
  X(channel, NaTs)                                                                                                     \
  X(channel, NaTa)                                                                                                     \
  X(channel, Nap)                                                                                                      \
  X(channel, NaV)                                                                                                      \
  X(channel, Kv2like)                                                                                                  \
  X(channel, Kv3_1)                                                                                                    \
  X(channel, K_P)                                                                                                      \
  X(channel, K_T)                                                                                                      \
  X(channel, Kd)                                                                                                       \
  X(channel, Im)                                                                                                       \
  X(channel, Im_v2)                                                                                                    \
  X(channel, Ih)                                                                                                       \
  X(channel, SK)                                                                                                       \
  X(channel, Ca_HVA)                                                                                                   \
  X(channel, Ca_LVA)                                                                                                   \
  X(channel, CaDynamics)

REGISTRY(channel, "channel", CHANNELS);
