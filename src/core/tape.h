/* tape.h -- the host's side of the tape: start it, run Forward of an exact twin, read it backwards. */
#ifndef GCK_CORE_TAPE_H
#define GCK_CORE_TAPE_H

#include "gradcheck/tape.h"

#ifdef __cplusplus
extern "C" {
#endif

/* From the next start on the tape holds so many edges at most, though some thousands at least, and is lost where there are more.
 * 0: as many as fit into memory, as at first. */
void gck_tape_allow(size_t edges);

/* Starts this thread's tape anew. The places 1 .. inputs belong to the inputs, and whoever calls writes them into the blobs
 * (gck_poke_places). */
void gck_tape_start(size_t inputs);

/* After Forward: how many edges it wrote, those of a lost tape, too. */
size_t gck_tape_edges(void);

/* After Forward: one adjoint for each place, dE/dnumber, all 0 at first; set those of the results. NULL where the tape is lost
 * or there is no memory. */
double *gck_tape_adjoints(void);

/* Spreads the adjoints of the results over all that they were made of: those of the inputs then are E's derivatives. A slope of
 * 0 passes nothing on, and what E does not depend on takes nothing from an infinite slope. */
void gck_tape_sweep(void);

void gck_tape_free(void);

#ifdef __cplusplus
}
#endif

#endif
