/** What becomes of the axon of a reconstruction. */
#ifndef LOLIGO_IO_MORPHOLOGY_AXON_H
#define LOLIGO_IO_MORPHOLOGY_AXON_H

typedef enum axon_fate {
  AXON_KEEP,         /* it stays as it is */
  AXON_REMOVE,       /* there is none */
  AXON_STUB,         /* two sections of 30 um, 1 um thick, at the middle of the soma (perisomatic models of the Allen
                        Institute) */
  AXON_STUB_OF_AXON, /* the same at the end of the soma, as thick as the first and the last section of the axon were
                        (all-active models) */
  AXON_FATES
} axon_fate;

/** Their names in a model file; NULL behind the last. */
extern const char *const axon_fate_names[AXON_FATES + 1];

#endif
