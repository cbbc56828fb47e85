/*
 * In the order of tables, and of a table's synapses by source, target, delay and rule: the same on any number of ranks.
 */
#include "sim/plasticity/learning_signal.h"

#include <string.h>

#include "base/memory.h"

loligo_status learning_signal_init(learning_signal *signal, size_t most)
{
  *signal = (learning_signal){.told = memory_allocate(most, sizeof *signal->told, "errors that are told")};
  return signal->told ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void learning_signal_free(learning_signal *signal)
{
  for (size_t i = 0; i < signal->n; i++) feedback_free(&signal->told[i].feedback);
  memory_free(signal->told);
  *signal = (learning_signal){0};
}

loligo_status learning_signal_gather(learning_signal *signal, const feedback_way *way, size_t column)
{
  told_errors *told = &signal->told[signal->n++];
  told->column = column;
  return feedback_gather(way, &told->feedback);
}

int64_t learning_signal_reach(const learning_signal *signal)
{
  int64_t reach = 0;
  for (size_t t = 0; t < signal->n; t++) {
    const feedback *feedback = &signal->told[t].feedback;
    for (uint64_t i = 0; i < feedback->n; i++)
      if (feedback->items[i].delay > reach) reach = feedback->items[i].delay;
  }
  return reach;
}

static void add_errors(const told_errors *told, const heard_errors *heard, int64_t k, double *row)
{
  const double *of_population = heard->values + told->column;
  for (uint64_t i = 0; i < told->feedback.n; i++) {
    const feedback_item *item = &told->feedback.items[i];
    const int64_t later = k + item->delay;
    if (later < heard->steps)
      row[item->source] += item->factor * of_population[(size_t)later * heard->width + item->target];
  }
}

void learning_signal_find(const learning_signal *signal, const heard_errors *heard, int64_t k, size_t cells,
                          double *row)
{
  memset(row, 0, cells * sizeof *row);
  for (size_t t = 0; t < signal->n; t++) add_errors(&signal->told[t], heard, k, row);
}
