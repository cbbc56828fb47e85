/*
 * Numbers of ports, from the accumulators of each population and the local cells.
 */
#include "sim/layout/ports.h"

#include "base/memory.h"

/* The k-th narrow accumulator of a population, or its number of accumulators. */
static size_t narrow_at(const fixed_point *format, size_t population, size_t k)
{
  size_t i = format->first[population];
  for (; i < format->first[population + 1]; i++)
    if (!format->accumulators[i].wide && k-- == 0) break;
  return i;
}

static bool add_to_section(port_layout *layout, const uint64_t *n_cells, size_t population, size_t k, uint64_t section)
{
  const size_t i = narrow_at(layout->format, population, k);
  if (i == layout->format->first[population + 1]) return false;
  layout->ranges[i] = (port_range){layout->n_narrow, n_cells[population], section, layout->n_blocks, false};
  layout->n_narrow += n_cells[population];
  return true;
}

static void cut_section(port_layout *layout, uint64_t section)
{
  for (uint64_t base = section; base < layout->n_narrow; base += BLOCK_PORTS, layout->n_blocks++)
    if (layout->n_blocks < PORT_BLOCKS) layout->block_base[layout->n_blocks] = base;
}

static void number_narrow(port_layout *layout, const uint64_t *n_cells)
{
  bool any = true;
  for (size_t k = 0; any; k++) {
    const uint64_t section = layout->n_narrow;
    any = false;
    for (size_t p = 0; p < layout->format->n_populations; p++) any |= add_to_section(layout, n_cells, p, k, section);
    cut_section(layout, section);
  }
}

static void number_wide(port_layout *layout, const uint64_t *n_cells, bool all)
{
  for (size_t i = 0; i < layout->format->n_accumulators; i++) {
    const accumulator *sum = &layout->format->accumulators[i];
    if (!sum->wide && !all) continue;
    layout->ranges[i] = (port_range){.first = layout->n_wide, .n = n_cells[sum->population], .wide = true};
    layout->n_wide += layout->ranges[i].n;
  }
}

loligo_status ports_init(port_layout *layout, const fixed_point *format, const uint64_t *n_cells)
{
  *layout = (port_layout){.format = format};
  layout->ranges = memory_allocate(format->n_accumulators, sizeof *layout->ranges, "ports");
  if (!layout->ranges) return LOLIGO_MACHINE_ERROR;
  number_narrow(layout, n_cells);
  const bool all_wide = layout->n_blocks > PORT_BLOCKS;
  if (all_wide) layout->n_narrow = layout->n_blocks = 0;
  number_wide(layout, n_cells, all_wide);
  return LOLIGO_OK;
}

void ports_free(port_layout *layout)
{
  memory_free(layout->ranges);
  *layout = (port_layout){0};
}

size_t ports_wide_accumulator(const port_layout *layout, uint64_t port)
{
  size_t i = 0;
  while (!layout->ranges[i].wide || port - layout->ranges[i].first >= layout->ranges[i].n) i++;
  return i;
}
