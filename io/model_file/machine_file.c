/*
 * A machine file has a section for each part of the table, and `measured`, which is for people.
 */
#include "io/model_file/machine_file.h"

#include <stddef.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/decode.h"
#include "io/model_file/quantity.h"
#include "io/model_file/text_file.h"

enum { MOST_SECTIONS = 16 };

static const char WHAT[] = "the machine file", MEASURED[] = "measured";

#define TEXT_ROW(member, help)                                                                                         \
  {                                                                                                                    \
#member, LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL, help, 0                                              \
  }

static const loligo_param measured[] = {
    TEXT_ROW(host, "where"),
    TEXT_ROW(cpu, "processor"),
    TEXT_ROW(ranks, "at work at once"),
    TEXT_ROW(version, "of Loligo"),
};

static loligo_param node_row(const char *name, const char *help)
{
  return (loligo_param){.name = name, .type = LOLIGO_PARAM_NODE, .fallback = "{}", .help = help};
}

static loligo_status read_section(const char *name, loligo_param_table table, tree_node *node, void *into)
{
  const decode_form form = {.what = name, .prefix = name, .tables = {table}, .n_tables = 1};
  decoded values[DECODE_MAX_ROWS];
  LOLIGO_TRY(decode_mapping(&form, node, values));
  if (into) decode_store(table, values, into);
  return LOLIGO_OK;
}

static loligo_status read_sections(const decoded *values, machine *machine)
{
  machine_section section;
  size_t i = 0;
  for (; machine_section_at(i, &section); i++)
    LOLIGO_TRY(read_section(section.name, section.table, values[i].node, machine));
  return read_section(MEASURED, LOLIGO_PARAM_TABLE(measured), values[i].node, NULL);
}

static loligo_status read_tree(tree_node *root, machine *machine)
{
  loligo_param rows[MOST_SECTIONS];
  decoded values[MOST_SECTIONS];
  machine_section section;
  size_t n = 0;
  for (; machine_section_at(n, &section); n++) rows[n] = node_row(section.name, section.help);
  rows[n++] = node_row(MEASURED, "");
  const decode_form form = {.what = WHAT, .tables = {{rows, n}}, .n_tables = 1};
  LOLIGO_TRY(decode_rows(&form, root, values));
  return read_sections(values, machine);
}

static loligo_status read_text(const char *text, const char *path, machine *machine)
{
  tree_node *root;
  *machine = machine_assumed;
  LOLIGO_TRY(tree_parse(text, (tree_mark){path, 1, 1}, &root));
  const loligo_status status = read_tree(root, machine);
  tree_free(root);
  return status;
}

static loligo_status take_text(loligo_status status, char *text, const char *path, machine *machine)
{
  if (status == LOLIGO_OK) status = read_text(text, path, machine);
  memory_free(text);
  return status;
}

loligo_status machine_file_read(const char *path, machine *machine)
{
  char *text = NULL;
  mistakes_begin(path);
  const loligo_status status = text_file_read(path, WHAT, &text);
  return mistakes_settle(take_text(status, text, path, machine));
}

loligo_status machine_stream_read(FILE *stream, const char *path, machine *machine)
{
  char *text = NULL;
  const loligo_status status = text_stream_read(stream, path, WHAT, &text);
  return take_text(status, text, path, machine);
}

/* -- printing -- */

enum { COMMENT_COLUMN = 34 };

static void print_value(FILE *out, const loligo_param *row, double value)
{
  char text[QUANTITY_SIZE];
  quantity_print(value, row->unit, text);
  const int n = fprintf(out, "  %s: %s", row->name, text);
  if (*row->help) fprintf(out, "%*s# %s", n < COMMENT_COLUMN ? COMMENT_COLUMN - n : 1, "", row->help);
  fprintf(out, "\n");
}

static void print_section(FILE *out, const machine_section *section, const machine *machine)
{
  fprintf(out, "\n%s:%*s# %s\n", section->name, COMMENT_COLUMN - 1 - (int)strlen(section->name), "", section->help);
  for (size_t i = 0; i < section->table.n; i++) {
    const loligo_param *row = &section->table.rows[i];
    print_value(out, row, *(const double *)((const char *)machine + row->offset));
  }
}

static void print_text(FILE *out, const char *key, const char *text)
{
  if (!text) return;
  fprintf(out, "  %s: \"", key);
  for (; *text; text++) {
    if (strchr("\"\\", *text)) putc('\\', out);
    if ((unsigned char)*text >= ' ') putc(*text, out);
  }
  fprintf(out, "\"\n");
}

static void print_origin(FILE *out, const machine_origin *origin)
{
  fprintf(out, "\n%s:\n", MEASURED);
  print_text(out, "host", origin->host);
  print_text(out, "cpu", origin->cpu);
  fprintf(out, "  ranks: %d\n", origin->ranks);
  print_text(out, "version", origin->version);
}

void machine_file_print(FILE *out, const machine *machine, const machine_origin *origin)
{
  machine_section section;
  fprintf(out,
          "# What this machine takes for each piece of work, and what it has: for loligo plan, check and run, which\n"
          "# choose by it what they do; results do not depend on it. A key that is left out is as assumed.\n"
          "# %s\n",
          origin ? "Under node and network stands what cannot be measured here: put in what you know."
                 : "Assumed, not measured.");
  if (origin) print_origin(out, origin);
  for (size_t i = 0; machine_section_at(i, &section); i++) print_section(out, &section, machine);
}
