/** What stands under collective files before MPI begins. Not collective, all of it. */
#ifndef LOLIGO_IO_MPI_IO_H
#define LOLIGO_IO_MPI_IO_H

#include <stddef.h>

/**
 * Makes the program fit for parallel files, and for failing ones; call before MPI_Init.
 *
 * HDF5 does not try to close files at the end, for it would hang on one that was abandoned, and a limit on the size of
 * files is an error instead of a signal. MPI-IO is by ROMIO unless the user chose a component by OMPI_MCA_io or mpirun
 * --mca io: OMPIO, Open MPI's default, corrupts collective writes with holes (open-mpi/ompi#12718). Other MPI libraries
 * ignore the choice: those that come from MPICH have ROMIO alone.
 */
void mpi_io_prepare(void);

/** Prints what MPI-IO is by into text[size]: of Open MPI which component was chosen, and by whom. */
void mpi_io_describe(char *text, size_t size);

#endif
