/*
 * The law says itself how much of it lies below a bound. What even 10^12 draws would hardly meet is not worth a word.
 */
#include "io/model_file/wild_laws.h"

#include <stddef.h>

#include "base/random/distribution.h"
#include "io/model_file/decode.h"
#include "model/neuron/model.h"

static const double NEGLIGIBLE = 1e-12;

enum { MOST_WARNINGS = 20 };

static double part_below(const loligo_distribution *law, double bound)
{
  const distribution_range range = distribution_range_of(law);
  return range.low < bound && bound < range.high ? distribution_below(law, bound) : 0;
}

static loligo_status warn(model_reader *reader, const tree_node *law, double part, const char *what, double bound,
                          const char *unit)
{
  char place[FAULT_PLACE_BYTES];
  if (part < NEGLIGIBLE || ++reader->n_wild_laws > MOST_WARNINGS) return LOLIGO_OK;
  fault_place_print(law->mark, place);
  return settings_warn(&reader->settings->draw_warnings,
                       "%s%s in %.2g %% of its draws, and the first would end the run; take normal_clipped with low: "
                       "%g %s",
                       place, what, 100 * part, bound, unit);
}

static loligo_status warn_of_weight(model_reader *reader, const tree_node *mapping, const loligo_projection *projection)
{
  const loligo_receptor *receptor =
      &reader->network->populations[projection->target].model->receptors[projection->receptor[0]];
  const tree_node *law = decode_child(mapping, drawn_table, offsetof(drawn_section, weight));
  if (receptor->kind != LOLIGO_RECEPTOR_CONDUCTANCE) return LOLIGO_OK;
  return warn(reader, law, part_below(projection->weight, 0), "weight is negative, which a conductance cannot be,", 0,
              "nS");
}

static loligo_status warn_of_delay(model_reader *reader, const tree_node *mapping, const loligo_projection *projection)
{
  const double bound = reader->network->dt / 2;
  const tree_node *law = decode_child(mapping, drawn_table, offsetof(drawn_section, delay));
  return warn(reader, law, part_below(projection->delay, bound), "delay rounds below dt", bound, "ms");
}

loligo_status wild_laws_warn(model_reader *reader, const tree_node *mapping)
{
  const loligo_network *network = reader->network;
  const loligo_projection *added = &network->projections[network->n_projections - 1];
  if (added->list || !decode_child(mapping, drawn_table, offsetof(drawn_section, weight))) return LOLIGO_OK;
  LOLIGO_TRY(warn_of_weight(reader, mapping, added));
  return warn_of_delay(reader, mapping, added);
}
