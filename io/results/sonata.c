/*
 * Purpose: the marks by which SONATA readers know a file (libsonata, bmtk, bluepysnap).
 */
#include "io/results/sonata.h"

#include "io/results/provenance.h"

void sonata_root(h5_draft *draft)
{
  h5_draft_attribute(draft, "/", "magic", H5T_NATIVE_UINT32, 0, &(uint32_t){0x0A7A});
  h5_draft_attribute(draft, "/", "version", H5T_NATIVE_UINT32, 2, (uint32_t[]){0, 1});
}

void sonata_sorting(h5_draft *draft, const char *population_path)
{
  static const char *const names[] = {"none", "by_id", "by_time"};
  enum { BY_TIME = 2 };
  h5_draft_choice_attribute(draft, population_path, "sorting", names, 3, BY_TIME);
}

loligo_status sonata_close(h5_file *file, bool complete)
{
  if (file->id < 0) return LOLIGO_OK;
  LOLIGO_TRY(h5_file_close(file));
  bool marks = complete && file->context->rank == 0;
  return loligo_agree(file->context, marks ? provenance_complete(file->path) : LOLIGO_OK);
}
