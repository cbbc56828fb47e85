/**
 * What a machine takes for each piece of work, and what it has: the one table that every estimate of seconds and of the
 * memory of a process reads. Calibration measures it, a file may bring it (io/model_file/machine_file.h); no result
 * depends on it, only which exchange and which partition are chosen. Not collective, all of it.
 */
#ifndef LOLIGO_NETWORK_MACHINE_H
#define LOLIGO_NETWORK_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/param.h"
#include "loligo/model_interface.h"
#include "model/input/input_model.h"
#include "model/synapse/synapse_model.h"

/* Rows of r synapses here, all with one delay or with delays from 100 steps (d100); of few synapses, which a cache
 * holds, or of many (far). In this order: key, assumed ns of an event, assumed ns of a spike that arrives,
 * what they are. */
#define MACHINE_ROWS(X)                                                                                                \
  X(r1, 1.7, 64, "rows of 1 synapse")                                                                                  \
  X(r10, 1, 22, "rows of 10")                                                                                          \
  X(r100, 0.48, 20, "rows of 100")                                                                                     \
  X(r1000, 0.49, 22, "rows of 1000")                                                                                   \
  X(r1_d100, 1.7, 56, "rows of 1 synapse, delays from 100 steps")                                                      \
  X(r10_d100, 1.1, 95, "rows of 10, delays from 100 steps")                                                            \
  X(r100_d100, 0.99, 360, "rows of 100, delays from 100 steps")                                                        \
  X(r1000_d100, 2.1, 38, "rows of 1000, delays from 100 steps")                                                        \
  X(r1_far, 1.9, 63, "rows of 1 synapse, in memory")                                                                   \
  X(r10_far, 4.4, 110, "rows of 10, in memory")                                                                        \
  X(r100_far, 1.5, 55, "rows of 100, in memory")                                                                       \
  X(r1000_far, 1.1, 210, "rows of 1000, in memory")                                                                    \
  X(r1_d100_far, 1.8, 110, "rows of 1 synapse, delays from 100 steps, in memory")                                      \
  X(r10_d100_far, 1, 140, "rows of 10, delays from 100 steps, in memory")                                              \
  X(r100_d100_far, 0.98, 1070, "rows of 100, delays from 100 steps, in memory")                                        \
  X(r1000_d100_far, 2.8, 120, "rows of 1000, delays from 100 steps, in memory")

/* Key, unit, assumed value, what it is. */
#define MACHINE_BUILD(X)                                                                                               \
  X(cell, "ns", 125, "to place a cell")                                                                                \
  X(synapse, "ns", 15, "to build a synapse in a row, of few, which a cache holds")                                     \
  X(synapse_far, "ns", 20, "the same of many, in memory")                                                              \
  X(draw, "ns", 2, "to draw a weight or a delay from a law")                                                           \
  X(distinct, "ns", 6, "of a synapse whose partner must be another than those drawn before")                           \
  X(degree, "ns", 650, "to draw how many synapses a target has")                                                       \
  X(value, "ns", 120, "to draw a parameter or an initial value of a cell from a law")                                  \
  X(slot, "ns", 1, "of each delay that a row can have, while it is built")                                             \
  X(packed, "ns", 30, "to build a synapse that is packed")                                                             \
  X(route, "ns", 125, "to ask for the spikes of a source")

#define MACHINE_CELLS(X)                                                                                               \
  X(cache, "kB", 1000, "of the cells of a rank that stay near its core, in the second cache")                          \
  X(byte, "ns", 0.01, "of a byte of cells that do not, each step")

#define MACHINE_EXCHANGE(X)                                                                                            \
  X(interval, "ns", 700, "of an interval, however few its spikes, where rows are in memory")                           \
  X(collective, "ns", 1000, "of a short allgather or reduction, per doubling of the ranks")                            \
  X(message, "ns", 500, "one short message sent and one received")                                                     \
  X(byte, "ns", 0.5, "of a byte that arrives, beyond the short message")                                               \
  X(record, "ns", 6, "of a spike packed for one rank and unpacked there")                                              \
  X(look_up, "ns", 5.5, "of a spike that has no target here, where the index of the sources is in the cache")          \
  X(miss, "ns", 46, "the same where it is in memory")                                                                  \
  X(cache, "kB", 2500, "of the index that stay in the cache")

#define MACHINE_PROCESS(X)                                                                                             \
  X(memory, "MiB", 27, "of the program and MPI")                                                                       \
  X(peer, "MiB", 0.1, "of MPI for each other rank of the node")

#define MACHINE_DISK(X) X(bandwidth, "GB/s", 0.5, "of all ranks together into the output folder")

#define MACHINE_NODE(X)                                                                                                \
  X(cores, "", 48, "ranks that a node takes")                                                                          \
  X(memory, "GiB", 0, "of a node, for all its ranks; 0: not known")

#define MACHINE_NETWORK(X)                                                                                             \
  X(latency, "ns", 0, "of a short message between nodes; 0: as exchange says")                                         \
  X(bandwidth, "GB/s", 0, "of a node; 0: as exchange says")                                                            \
  X(message, "ns", 500, "of a rank for each message that leaves a node with all its ranks at work")

enum {
#define MACHINE_ROW_NUMBER(key, ...) MACHINE_ROW_##key,
  MACHINE_ROWS(MACHINE_ROW_NUMBER)
#undef MACHINE_ROW_NUMBER
      MACHINE_ROW_COUNT
};

/** Models that a table has room for. */
enum { MACHINE_MODELS = 60 };

typedef struct machine {
  double update[MACHINE_MODELS]; /* ns of a cell and step, by number in the registry of neurons; 0: by model->cost */
  double input[MACHINE_MODELS];  /* ns of a target cell and step, by number in the registry of inputs; 0: not known */
  double learn[MACHINE_MODELS];  /* ns of an event, by number in the registry of synapse models; 0: not known */
  double deliver[MACHINE_ROW_COUNT]; /* ns of a synaptic event */
  double enter[MACHINE_ROW_COUNT];   /* ns of a spike that has a target here */
#define MACHINE_MEMBER(key, ...) double key;
  struct {
    MACHINE_BUILD(MACHINE_MEMBER)
  } build;
  struct {
    MACHINE_CELLS(MACHINE_MEMBER)
  } cells;
  struct {
    MACHINE_EXCHANGE(MACHINE_MEMBER)
  } exchange;
  struct {
    MACHINE_PROCESS(MACHINE_MEMBER)
  } process;
  struct {
    MACHINE_DISK(MACHINE_MEMBER)
  } disk;
  struct {
    MACHINE_NODE(MACHINE_MEMBER)
  } node;
  struct {
    MACHINE_NETWORK(MACHINE_MEMBER)
  } network;
#undef MACHINE_MEMBER
} machine;

/** Where nothing is known of the machine. */
extern const machine machine_assumed;

/** Hz of a cell of which nothing is told: the order of the mean rate of cortical networks. */
#define MACHINE_RATE 5.0

/** A part of the table, as it stands in a file. */
typedef struct machine_section {
  const char *name, *help;
  loligo_param_table table;          /* offsets into a machine */
  loligo_param rows[MACHINE_MODELS]; /* where the table lies that has a row for each model */
} machine_section;

/** Fills the i-th; false behind the last. The section must not be moved. */
bool machine_section_at(size_t i, machine_section *section);

/** ns of a cell and step. */
double machine_update_ns(const machine *machine, const loligo_model *model);

/** Which share of the cells of a rank, or of its rows, that have so many bytes, no cache holds. */
double machine_cells_in_memory(const machine *machine, double bytes);
double machine_rows_in_memory(double bytes);

/** ns of a step beyond that, of all cells of a rank together, which have so many bytes. */
double machine_cells_ns(const machine *machine, double bytes);

/** ns of an interval beyond those of its spikes, on a rank with rows of so many bytes, which are delivered in between.
 */
double machine_interval_ns(const machine *machine, double bytes);

/** ns of a target cell and step. */
double machine_input_ns(const machine *machine, const input_model *model);

/** ns of an event of a synapse model that is not static. */
double machine_learn_ns(const machine *machine, const synapse_model *model);

/** Rows that a rank holds, as far as their events depend on it. */
typedef struct machine_rows {
  double synapses; /* of a row, mean over those that are there */
  double runs;     /* different delays among them */
  double bytes;    /* of all rows of the rank */
  double packed;   /* share of the synapses that are packed */
} machine_rows;

/** Lengths, and whether delays are many, that the rows of the table go through, in this order. */
enum { MACHINE_LENGTHS = 4, MACHINE_FORMS = 2 };

/** Whether a row of the table is of rows with many delays. */
static inline bool machine_row_is_spread(int row)
{
  return row / MACHINE_LENGTHS % MACHINE_FORMS;
}

/** Rows that a row of the table is measured with. */
machine_rows machine_rows_at(int row);

/** ns of an event, and of a spike that arrives, by `deliver` or `enter` of a machine: between the rows that these were
 * measured with, in powers. */
double machine_rows_ns(const double ns[MACHINE_ROW_COUNT], const machine_rows *rows);

/** The same of a machine, for rows of which some or all synapses are packed. */
double machine_deliver_ns(const machine *machine, const machine_rows *rows);
double machine_enter_ns(const machine *machine, const machine_rows *rows);

/** ns of building a synapse in a row, on a rank with rows of so many bytes. */
double machine_synapse_ns(const machine *machine, double bytes);

/** Ranks of a node, as its cores are told, where there are that many in all. */
int machine_node_ranks(const machine *machine, int ranks);

/** Bytes of a process on that many ranks. */
double machine_process_bytes(const machine *machine, int ranks);

#endif
