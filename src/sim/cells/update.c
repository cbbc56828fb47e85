/*
 * The update of local cells. Nothing arrives within an interval that is not known at its start, so a block of cells is
 * advanced through several steps at once.
 */
#include "sim/cells/update.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/vector.h"

enum { CACHE_LINE = 64, SCAN_CELLS = 64 };

/* One receptor of the group at work. */
typedef struct bench_receptor {
  bool has_arrivals;        /* from inputs */
  size_t first_sum, n_sums; /* its accumulators: what synapses bring */
} bench_receptor;

/* What flows into the cells, or into one of their sites. */
typedef struct bench_current {
  _Alignas(CACHE_LINE) double current[LOLIGO_BLOCK_CELLS]; /* pA */
  double shared;                                           /* pA, that for all cells; NAN where they differ */
} bench_current;

/** The block at work, with the arrays that its model reads and writes. */
struct workbench {
  _Alignas(CACHE_LINE) int64_t spike[LOLIGO_BLOCK_CELLS];
  cell_view view;
  const cell_group *group;
  uint64_t first;            /* local position of the block's first cell */
  bench_receptor *receptors; /* [receptors] of any group */
  double **arriving;         /* [receptors] -> [LOLIGO_BLOCK_CELLS] receptor's unit */
  const double **input;      /* [receptors] that, or zeros where nothing can arrive */
  int64_t **signal;          /* [signals] -> [LOLIGO_BLOCK_CELLS] */
  double *arrivals;          /* the memory of arriving[] and signal[] */
  int64_t *signals;
  bench_current *currents;     /* [1 + sites] of any group: into the cells, then into each site */
  const double **site_current; /* [sites] -> [LOLIGO_BLOCK_CELLS] those of the sites */
  bool has_drives, has_listeners;
};

static _Alignas(CACHE_LINE) const double zeros[LOLIGO_BLOCK_CELLS];

/* Takes n narrow sums as weights. */
VECTOR_CLONES static void take_narrow(size_t n, int32_t *restrict sums, double quantum, double rest,
                                      double *restrict out)
{
  for (size_t i = 0; i < n; i++) {
    out[i] = sums[i] * quantum + sums[i] * rest;
    sums[i] = 0;
  }
}

/* Adds n sums as weights. */
VECTOR_CLONES static void add_weights(size_t n, const int64_t *restrict sums, double quantum, double rest,
                                      double *restrict out)
{
  for (size_t i = 0; i < n; i++) out[i] += (double)sums[i] * quantum + (double)sums[i] * rest;
}

VECTOR_CLONES static int64_t any_nonzero(size_t n, const int64_t *values)
{
  int64_t any = 0;
  for (size_t i = 0; i < n; i++) any |= values[i];
  return any;
}

/* Bit i: values[i] is not 0; n <= SCAN_CELLS. */
VECTOR_CLONES static uint64_t nonzero_bits(size_t n, const int64_t *values)
{
  uint64_t bits = 0;
  for (size_t i = 0; i < n; i++) bits |= (uint64_t)(values[i] != 0) << i;
  return bits;
}

VECTOR_CLONES static int64_t any_not_finite(size_t n, const double *values)
{
  int64_t any = 0;
  for (size_t i = 0; i < n; i++) any |= !(fabs(values[i]) <= 1e300);
  return any;
}

VECTOR_CLONES static void fill(size_t n, double value, double *values)
{
  for (size_t i = 0; i < n; i++) values[i] = value;
}

static void most_of(const cells *cells, size_t *n_receptors, size_t *n_signals, size_t *n_sites)
{
  for (size_t g = 0; g < cells->n_groups; g++) {
    const loligo_model *model = cells->groups[g].model;
    if (model->n_receptors > *n_receptors) *n_receptors = model->n_receptors;
    if (model->n_signals > *n_signals) *n_signals = model->n_signals;
    if (model->n_sites > *n_sites) *n_sites = model->n_sites;
  }
}

static loligo_status allocate_currents(workbench *bench, size_t n_sites)
{
  bench->currents = memory_allocate(1 + n_sites, sizeof *bench->currents, "update of cells");
  bench->site_current = memory_allocate(n_sites, sizeof *bench->site_current, "update of cells");
  if (!bench->currents || !bench->site_current) return LOLIGO_MACHINE_ERROR;
  for (size_t s = 0; s <= n_sites; s++) bench->currents[s].shared = NAN;
  for (size_t s = 0; s < n_sites; s++) bench->site_current[s] = bench->currents[1 + s].current;
  return LOLIGO_OK;
}

static loligo_status allocate(workbench *bench, const cells *cells)
{
  size_t n_receptors = 0, n_signals = 0, n_sites = 0;
  most_of(cells, &n_receptors, &n_signals, &n_sites);
  LOLIGO_TRY(cell_view_init(&bench->view, cells));
  bench->receptors = memory_allocate(n_receptors, sizeof *bench->receptors, "update of cells");
  bench->arriving = memory_allocate(n_receptors, sizeof *bench->arriving, "update of cells");
  bench->input = memory_allocate(n_receptors, sizeof *bench->input, "update of cells");
  bench->signal = memory_allocate(n_signals, sizeof *bench->signal, "update of cells");
  bench->arrivals = memory_allocate(n_receptors * LOLIGO_BLOCK_CELLS, sizeof *bench->arrivals, "update of cells");
  bench->signals = memory_allocate(n_signals * LOLIGO_BLOCK_CELLS, sizeof *bench->signals, "update of cells");
  if (!bench->receptors || !bench->arriving || !bench->input || !bench->signal || !bench->arrivals || !bench->signals)
    return LOLIGO_MACHINE_ERROR;
  for (size_t r = 0; r < n_receptors; r++) bench->arriving[r] = bench->arrivals + r * LOLIGO_BLOCK_CELLS;
  for (size_t s = 0; s < n_signals; s++) bench->signal[s] = bench->signals + s * LOLIGO_BLOCK_CELLS;
  return allocate_currents(bench, n_sites);
}

loligo_status workbench_create(const cells *cells, workbench **bench)
{
  *bench = memory_allocate(1, sizeof **bench, "update of cells");
  if (!*bench) return LOLIGO_MACHINE_ERROR;
  const loligo_status status = allocate(*bench, cells);
  if (status == LOLIGO_OK) return LOLIGO_OK;
  workbench_destroy(*bench);
  *bench = NULL;
  return status;
}

void workbench_destroy(workbench *bench)
{
  if (!bench) return;
  cell_view_free(&bench->view);
  memory_free(bench->receptors);
  memory_free(bench->arriving);
  memory_free(bench->input);
  memory_free(bench->signal);
  memory_free(bench->arrivals);
  memory_free(bench->signals);
  memory_free(bench->currents);
  memory_free(bench->site_current);
  memory_free(bench);
}

static void find_sums(workbench *bench, const fixed_point *format)
{
  const size_t population = bench->group->population;
  size_t i = format->first[population];
  for (size_t r = 0; r < bench->group->model->n_receptors; r++) {
    bench_receptor *receptor = &bench->receptors[r];
    receptor->first_sum = i;
    while (i < format->first[population + 1] && format->accumulators[i].receptor == r) i++;
    receptor->n_sums = i - receptor->first_sum;
  }
}

static void bench_group(workbench *bench, const update_plan *plan, const cell_group *group)
{
  const loligo_model *model = group->model;
  bench->group = group;
  bench->has_drives = false;
  bench->has_listeners = plan->has_listeners[group->population];
  find_sums(bench, plan->ports->format);
  for (size_t r = 0; r < model->n_receptors; r++) {
    bench_receptor *receptor = &bench->receptors[r];
    receptor->has_arrivals = inputs_have_arrivals(plan->inputs, group->population, (int)r);
    bench->has_drives |= receptor->has_arrivals;
    bench->input[r] = receptor->n_sums > 0 || receptor->has_arrivals ? bench->arriving[r] : zeros;
  }
}

static void bench_block(workbench *bench, uint64_t first)
{
  uint64_t n = bench->group->n - first;
  bench->first = first;
  cell_view_show(&bench->view, bench->group, first, n < bench->group->block ? n : bench->group->block);
  bench->view.block.input = bench->input;
  bench->view.block.current = bench->currents[0].current;
  bench->view.block.site_current = bench->site_current;
  bench->view.block.spike = bench->spike;
  bench->view.block.signal = bench->has_listeners ? bench->signal : NULL;
  const cell_coupling *coupling = &bench->group->coupling;
  bench->view.block.coupling = coupling->is_there ? coupling->conductance + first : NULL;
  if (coupling->is_there) bench->input[coupling->receptor] = coupling->current + first;
}

/* Adds what the i-th accumulator holds; a receptor that takes levels adds it to what stands. */
static void gather_sum(workbench *bench, const port_layout *ports, size_t i, sum_row *row)
{
  const accumulator *sum = &ports->format->accumulators[i];
  int64_t *levels = bench->group->levels[sum->receptor], arrived[LOLIGO_BLOCK_CELLS] = {0};
  int64_t *total = levels ? levels + bench->first : arrived;
  const size_t n = bench->view.block.n;
  sum_row_take(row, &ports->ranges[i], bench->first, n, total);
  add_weights(n, total, sum->quantum, sum->rest, bench->arriving[sum->receptor]);
}

/* What synapses bring to receptor r at the end of the block's step. */
static void gather_synapses(workbench *bench, const port_layout *ports, size_t r, sum_row *row)
{
  const size_t first = bench->receptors[r].first_sum, end = first + bench->receptors[r].n_sums;
  const size_t n = bench->view.block.n;
  const accumulator *sum = &ports->format->accumulators[first];
  const port_range *range = &ports->ranges[first];
  if (end - first == 1 && !range->wide && !row->has_carried && !bench->group->levels[r]) {
    take_narrow(n, row->narrow + port_of_cell(range, bench->first), sum->quantum, sum->rest, bench->arriving[r]);
    return;
  }
  memset(bench->arriving[r], 0, n * sizeof(double));
  for (size_t i = first; i < end; i++) gather_sum(bench, ports, i, row);
}

/* Most currents are the same for all cells, and many for all steps: the array is filled where it changes. */
static void gather_current(const update_plan *plan, const input_cells *cells, bench_current *into)
{
  double shared;
  const bool is_shared = inputs_share_current(plan->inputs, cells, &shared);
  if (is_shared && shared == into->shared) return;
  into->shared = is_shared ? shared : NAN;
  fill(LOLIGO_BLOCK_CELLS, is_shared ? shared : 0, into->current);
  if (!is_shared) inputs_add_current(plan->inputs, cells, into->current);
}

static void gather(workbench *bench, const update_plan *plan, sum_row *row)
{
  const loligo_block *block = &bench->view.block;
  for (size_t r = 0; r < bench->group->model->n_receptors; r++) {
    if (bench->receptors[r].n_sums > 0)
      gather_synapses(bench, plan->ports, r, row);
    else if (bench->receptors[r].has_arrivals)
      memset(bench->arriving[r], 0, block->n * sizeof(double));
  }
  input_cells cells = {bench->group, bench->first, block->n, block->step, 0};
  for (; cells.site <= bench->group->model->n_sites; cells.site++)
    gather_current(plan, &cells, &bench->currents[cells.site]);
  if (bench->has_drives) inputs_add_spikes(plan->inputs, &cells, bench->arriving);
}

/* The block's i-th cell changes a signal in the step that was made. */
static cell_signal signal_of(const workbench *bench, size_t i, int signal, bool negative)
{
  const loligo_block *block = &bench->view.block;
  return (cell_signal){
      .at = {.step = block->step + 1, .population = (uint32_t)bench->group->population, .index = block->index[i]},
      .lid = bench->group->first_lid + bench->first + i,
      .signal = signal,
      .negative = negative};
}

static loligo_status emit_spikes_of(const workbench *bench, size_t i, signal_list *found)
{
  for (int64_t k = 0; k < bench->spike[i]; k++) LOLIGO_TRY(signal_list_add(found, signal_of(bench, i, 0, false)));
  return LOLIGO_OK;
}

static loligo_status emit_spikes(const workbench *bench, signal_list *found)
{
  const loligo_block *block = &bench->view.block;
  if (!any_nonzero(block->n, block->spike)) return LOLIGO_OK;
  for (size_t i = 0; i < block->n; i += SCAN_CELLS) {
    const size_t end = i + SCAN_CELLS < block->n ? i + SCAN_CELLS : block->n;
    for (uint64_t bits = nonzero_bits(end - i, block->spike + i); bits; bits &= bits - 1)
      LOLIGO_TRY(emit_spikes_of(bench, i + (size_t)__builtin_ctzll(bits), found));
  }
  return LOLIGO_OK;
}

static loligo_status emit_signal(const workbench *bench, int signal, signal_list *found)
{
  const loligo_block *block = &bench->view.block;
  const int64_t *change = block->signal[signal - 1];
  if (!any_nonzero(block->n, change)) return LOLIGO_OK;
  for (size_t i = 0; i < block->n; i++)
    if (change[i] != 0) LOLIGO_TRY(signal_list_add(found, signal_of(bench, i, signal, change[i] < 0)));
  return LOLIGO_OK;
}

static loligo_status emit(const workbench *bench, signal_list *found)
{
  LOLIGO_TRY(emit_spikes(bench, found));
  for (size_t s = 0; bench->has_listeners && s < bench->group->model->n_signals; s++)
    LOLIGO_TRY(emit_signal(bench, (int)s + 1, found));
  return LOLIGO_OK;
}

static void sample(const workbench *bench, const update_plan *plan, int64_t step, bool started)
{
  for (size_t s = 0; s < plan->n_samplers; s++)
    if (plan->samplers[s]->group == bench->group && frame_grid_has(&plan->samplers[s]->grid, step))
      sampler_take(plan->samplers[s], &bench->view.block, bench->first, step, started);
}

static loligo_status check_finite(const workbench *bench, const update_plan *plan)
{
  const loligo_block *block = &bench->view.block;
  const loligo_model *model = bench->group->model;
  if (model->n_variables == 0 || !any_not_finite(block->n, block->state[0])) return LOLIGO_OK;
  size_t i = 0;
  while (fabs(block->state[0][i]) <= 1e300) i++;
  return loligo_fail(LOLIGO_NUMERICS_ERROR,
                     "population %s, cell %llu: %s is no longer finite at %g ms; use a smaller simulation.dt",
                     plan->network->populations[bench->group->population].name, (unsigned long long)block->index[i],
                     model->variables[0].name, (double)(block->step + 1) * plan->network->dt);
}

/* A source that repeats itself is asked for a step of its own time. */
static void step_block(workbench *bench, const update_plan *plan)
{
  loligo_block *block = &bench->view.block;
  const int64_t step = block->step;
  block->step = repeated_step(plan->network->populations[bench->group->population].repeat, step);
  bench->group->model->step(block);
  block->step = step;
}

static loligo_status update_block(workbench *bench, const update_plan *plan, int64_t first, int64_t n, sum_row *rows,
                                  signal_list *found)
{
  loligo_block *block = &bench->view.block;
  for (int64_t k = 0; k < n; k++) {
    block->step = first + k;
    gather(bench, plan, &rows[k]);
    step_block(bench, plan);
    LOLIGO_TRY(emit(bench, found));
    sample(bench, plan, first + k + 1, true);
  }
  return check_finite(bench, plan);
}

loligo_status update_cells(const update_plan *plan, int64_t first, int64_t n, sum_row *rows, signal_list *found)
{
  workbench *bench = plan->bench;
  for (size_t g = 0; g < plan->cells->n_groups; g++) {
    const cell_group *group = &plan->cells->groups[g];
    bench_group(bench, plan, group);
    for (uint64_t cell = 0; cell < group->n; cell += group->block) {
      bench_block(bench, cell);
      LOLIGO_TRY(update_block(bench, plan, first, n, rows, found));
    }
  }
  for (int64_t k = 0; k < n; k++) sum_row_clear(&rows[k]);
  return LOLIGO_OK;
}

void update_start(const update_plan *plan, int64_t step)
{
  workbench *bench = plan->bench;
  for (size_t g = 0; g < plan->cells->n_groups; g++) {
    const cell_group *group = &plan->cells->groups[g];
    bench_group(bench, plan, group);
    for (uint64_t cell = 0; cell < group->n; cell += group->block) {
      bench_block(bench, cell);
      sample(bench, plan, step, false);
      if (group->model->start) group->model->start(&bench->view.block);
    }
  }
}
