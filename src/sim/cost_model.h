/**
 * What one rank is expected to need, from the description alone: a line for each structure, with its bytes as the
 * function beside its allocation tells them. Not collective, all of it.
 *
 * A synapse lies at a source and a target of its projection that are drawn as if each pair were as likely as any other,
 * and has the delay that is drawn for it: so the expected numbers of rows and of delay runs follow in closed form.
 */
#ifndef LOLIGO_SIM_COST_MODEL_H
#define LOLIGO_SIM_COST_MODEL_H

#include "base/grouping.h"
#include "loligo/status.h"
#include "network/description.h"
#include "network/machine.h"
#include "sim/exchange/exchange.h"
#include "sim/layout/fixed_point.h"
#include "sim/synapses/synapses.h"

/* Structure, and what it is called. */
#define COST_STRUCTURES(X)                                                                                             \
  X(CELLS, "cells")                                                                                                    \
  X(SUMS, "input sums")                                                                                                \
  X(SYNAPSES, "synapses")                                                                                              \
  X(PACKED, "packed synapses")                                                                                         \
  X(PLASTIC, "plastic synapses")                                                                                       \
  X(DELAY_RUNS, "delay runs")                                                                                          \
  X(ROWS, "rows")                                                                                                      \
  X(INDEX, "row index")                                                                                                \
  X(CALENDAR, "calendar")                                                                                              \
  X(ROUTES, "routes")                                                                                                  \
  X(EXCHANGE, "exchange")                                                                                              \
  X(LISTS, "listed edges, values")                                                                                     \
  X(RECORDING, "recording")                                                                                            \
  X(PROCESS, "program and MPI")

typedef enum cost_structure {
#define COST_ENUM(NAME, name) COST_##NAME,
  COST_STRUCTURES(COST_ENUM)
#undef COST_ENUM
      COST_COUNT
} cost_structure;

/** "input sums" for COST_SUMS. */
const char *cost_structure_name(cost_structure structure);

/** What a rank needs; all are expected values. */
typedef struct cost_need {
  double synapses;
  double kept[COST_COUNT]; /* bytes */
  double draft_bytes;      /* beyond the tables, while they are built */
  double asking_bytes;     /* beyond the routes, while they are made */
  double writing_bytes;    /* beyond the recorders, while synapses are written */
  bool all_wide;           /* there are too many blocks of ports for narrow synapses */
} cost_need;

/** Bytes of all structures together; the most while it is built or runs. */
double cost_kept(const cost_need *need);
double cost_peak(const cost_need *need);

/** Bytes that those who record on a rank hold. */
typedef struct cost_records {
  double kept;    /* while it runs */
  double passing; /* beyond them, for a while before the first step, or behind the last */
} cost_records;

/** Who records, and tells what a rank of so many cells of each population will hold. */
typedef struct cost_recording {
  cost_records (*records)(const void *self, const double *rates, int ranks, const double *cells); /* NULL: nobody */
  const void *self;
} cost_recording;

/** What is not said by the network. */
typedef struct cost_setting {
  const machine *machine;
  const double *rates;  /* [populations] Hz; NULL: MACHINE_RATE */
  const char *exchange; /* method; NULL, or "auto": the cheapest */
  cost_recording recording;
} cost_setting;

/** Where nothing is told, and nothing recorded. */
extern const cost_setting cost_setting_assumed;

/** Expected synapses of a rank by a signal of a population. */
typedef struct cost_table {
  double sources;  /* of the population */
  double heard;    /* those with a synapse here */
  double synapses; /* onto this rank */
  double packed;   /* of these */
  double drawn;    /* weights and delays of these that are drawn from laws */
  double distinct; /* synapses whose partners are drawn and must differ */
  double runs;     /* different delays of a source's synapses, of all sources */
  double slots;    /* delays that a row can have */
} cost_table;

/** What is known of a network, however it is split. */
typedef struct cost_tables {
  const loligo_network *network;
  cost_setting setting;
  const fixed_point *format;
  synapses tables;                    /* empty */
  grouping ways;                      /* pathways by table, those of plastic projections last */
  int64_t max_delay;                  /* steps */
  double *density;                    /* [max_delay + 1] scratch: synapses per row and step */
  double *mass;                       /* [max_delay + 1] probability of each step for the delays of a projection, ... */
  const loligo_distribution *mass_of; /* ... which are these; NULL at first */
  double *words;                      /* [tables] scratch */
  size_t n_sections;                  /* of narrow ports, of any population */
  double *blocks;                     /* [n_sections] scratch: blocks of ports of each, on the rank in hand */
  double *sent;                       /* [populations] synapses of all cells by source */
  cost_table *loads;                  /* [tables] of the rank that cost_of_rank() looked at last */
  const loligo_projection **modulated; /* [modulated projections] scratch: the first of each modulator */
} cost_tables;

/** cost_tables_free() also after a failure (MACHINE). All that is given must outlive it. */
loligo_status cost_tables_init(cost_tables *tables, const loligo_network *network, const fixed_point *format,
                               const cost_setting *setting);
void cost_tables_free(cost_tables *tables);

/** Hz of a population. */
double cost_rate(const cost_setting *setting, size_t population);

/** Expected load of an exchange at those rates. */
exchange_load cost_exchange_load(const cost_tables *tables, int ranks);

/** The method that is taken: the one that is named, or what "auto" chooses, which knows of no rates. */
const exchange_method *cost_exchange_method(const cost_tables *tables, int ranks);

/** Expected synapses of a pathway from one source onto a rank that holds so many of its targets. */
double cost_per_source(const cost_tables *tables, const pathway *way, double targets);

/**
 * What a rank needs.
 *
 * @param ranks  that the network is split over, in proportion where it matters who the others are
 * @param cells  [populations] on this one; may be fractions, of a mean rank
 */
cost_need cost_of_rank(cost_tables *tables, int ranks, const double *cells);

#endif
