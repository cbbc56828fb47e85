/**
 * The sections of a model file: one table and one structure each. Texts and nodes in the structures belong to the tree.
 */
#ifndef LOLIGO_IO_SECTIONS_H
#define LOLIGO_IO_SECTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/param.h"
#include "io/yaml/yaml_tree.h"
#include "loligo/distribution.h"
#include "loligo/positions.h"

/** For the help of keys that select cells. */
#define SELECTIONS_HELP "E, E[7], E[0:50], E[0:100:10], E[1,5,9], or a list of these"

typedef struct model_section {
  tree_node *parameters, *simulation, *network, *populations, *projections, *inputs, *schedule, *data, *learning,
      *record, *partition, *exchange, *output, *checkpoint, *energy;
} model_section;

typedef struct simulation_section {
  double dt, duration; /* ms */
  uint64_t seed;
  double watchdog; /* s */
  bool allow_coarse_dt;
  tree_node *models;
  const char *machine;
} simulation_section;

typedef struct population_section {
  const char *model;
  uint64_t size;
  double repeat; /* ms; 0: not given */
  tree_node *params, *init, *receptors, *soma, *branches, *morphology, *positions;
} population_section;

/** Of one receptor in the list of a population; NAN: not given. */
typedef struct receptor_section {
  const char *name;
  int kind;
  double tau, tau_rise; /* ms */
  double e, mg;         /* mV, mmol/l */
} receptor_section;

enum { RECEPTOR_EXP, RECEPTOR_ALPHA, RECEPTOR_BETA, RECEPTOR_NMDA };

/** Of one entry in the branches of a population; 0: not given. */
typedef struct branch_section {
  uint64_t count, compartments;
  const char *parent, *membrane;
  double length, diameter;       /* um */
  double r_a, c_m_per_area;      /* Ohm cm, uF/cm2 */
  double c_m, g_axial, g_parent; /* pF, nS */
  tree_node *params, *channels, *nmda;
} branch_section;

/** Of the soma of a population; 0: not given. */
typedef struct soma_section {
  double length, diameter;  /* um */
  double c_m_per_area, c_m; /* uF/cm2, pF */
  tree_node *channels;
} soma_section;

/** Of the reconstruction of a population; axon: of axon_fate (io/morphology). */
typedef struct morphology_section {
  const char *file;
  int axon;
  tree_node *compartments, *sections;
} morphology_section;

/** How long its compartments may be; 0: not given. */
typedef struct compartments_section {
  double length, lambda; /* um; parts of the length constant */
} compartments_section;

/** What a type of its sections is made of. */
typedef struct material_section {
  double r_a, c_m; /* Ohm cm, uF/cm2 */
  tree_node *channels;
} material_section;

typedef struct nmda_section {
  double tau, mg, e; /* ms, mmol/l, mV */
} nmda_section;

/** Of a population: one of grid, random and file. */
typedef struct positions_section {
  real_list grid, extent, low; /* um, but for the grid */
  tree_node *random;
  const char *file;
  bool periodic;
} positions_section;

typedef struct scatter_section {
  real_list low, high; /* um */
} scatter_section;

/** Of a projection: one of them. */
typedef struct mask_section {
  double radius; /* um; NAN: not given */
  real_list box; /* um */
  tree_node *ring;
} mask_section;

/** Of spike_source (in its params) and of the input spikes. */
typedef struct trains_section {
  real_list times; /* ms */
  const char *file;
} trains_section;

/** Of an entry in projections that stands for many. */
typedef struct listing_section {
  const char *table;
} listing_section;

typedef struct projection_section {
  const char *name, *receptor;
  tree_node *source, *target, *rule, *mask, *synapse, *compartment;
  bool autapses, multapses;
  int sign;               /* SIGN_MATCH or SIGN_ANY */
  double dendritic_delay; /* ms; NAN: not given */
} projection_section;

/** What a projection has besides unless its rule lists the edges. */
typedef struct drawn_section {
  loligo_distribution weight, delay;
} drawn_section;

typedef struct synapse_section {
  const char *model;
} synapse_section;

typedef struct input_section {
  const char *model;
  tree_node *target, *compartment;
  double start, stop, repeat; /* ms; stop, repeat 0: not given */
} input_section;

/** What an input has besides if it sends spikes. */
typedef struct contact_section {
  loligo_distribution weight;
  const char *receptor;
  int sign;
} contact_section;

/** An entry of the schedule. */
typedef struct schedule_section {
  double at; /* ms */
  tree_node *set;
} schedule_section;

/** An entry in data, whatever its format. */
typedef struct data_section {
  const char *format;
  uint64_t limit; /* 0: not given */
  double scale, shift;
  tree_node *noise;
} data_section;

typedef struct noise_section {
  double std;
  bool fixed;
} noise_section;

enum { SIGN_MATCH, SIGN_ANY };

/** Of learning. */
typedef struct learning_section {
  tree_node *method, *environment, *surrogate, *loss, *optimiser, *schedule, *stages, *evaluate;
  uint64_t batch, leaf;
  double epochs, clip;
  int precision, spike;
  bool reset_gradient;
} learning_section;

typedef struct loss_section {
  const char *target;
  double weight;
} loss_section;

typedef struct rates_section {
  real_list epochs;
  double factor;
} rates_section;

typedef struct stage_section {
  const char *data;
  double epochs;
} stage_section;

typedef struct evaluate_section {
  const char *data, *every;
} evaluate_section;

/** Of partition and exchange. */
typedef struct method_section {
  const char *method;
} method_section;

typedef struct output_section {
  const char *directory;
} output_section;

typedef struct checkpoint_section {
  const char *every;
  uint64_t keep;
} checkpoint_section;

/** Of energy, with the rows of energy_price_table beside it. */
typedef struct energy_section {
  const char *table;
} energy_section;

/* Rows of scatter_table go to a scatter_section; of ring_table, conduction_table, probability_table and at_zero_table
 * to members of loligo_mask, loligo_conduction and loligo_kernel. */
extern const loligo_param_table model_table, simulation_table, population_table, receptor_table, soma_table,
    morphology_table, compartments_table, material_table, branch_table, nmda_table, positions_table, scatter_table,
    trains_table, listing_table, mask_table, ring_table, conduction_table, probability_table, at_zero_table,
    projection_table, drawn_table, synapse_table, input_table, contact_table, schedule_table, data_table, noise_table,
    learning_table, loss_table, rates_table, stage_table, evaluate_table, partition_table, exchange_table, output_table,
    checkpoint_table, energy_table;

#endif
