/** All of the installed API of Loligo, a distributed simulator of spiking Hodgkin-Huxley and tv-LIF networks. */
#ifndef LOLIGO_LOLIGO_H
#define LOLIGO_LOLIGO_H

#include "loligo/context.h"
#include "loligo/decomposition.h"
#include "loligo/distribution.h"
#include "loligo/field.h"
#include "loligo/model.h"
#include "loligo/network.h"
#include "loligo/observer.h"
#include "loligo/partition.h"
#include "loligo/positions.h"
#include "loligo/projection.h"
#include "loligo/sampler.h"
#include "loligo/selection.h"
#include "loligo/simulation.h"
#include "loligo/snapshot.h"
#include "loligo/spike.h"
#include "loligo/status.h"
#include "loligo/synapse.h"

#endif
