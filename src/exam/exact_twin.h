/* exact_twin.h -- the exact twin at the examined point: dE/dx of every element in one Forward, read off its tape. */
#ifndef GCK_EXAM_EXACT_TWIN_H
#define GCK_EXAM_EXACT_TWIN_H

#include "exam/check.h"

struct gck_exact_twin {
    struct gck_check *check;
    struct gck_rig rig;          /* on the batch, or on one sample of it */
    bool sliced;                 /* the batch is its samples' sum: samples are looked at one by one */
    size_t passes;               /* samples that are, or 1 */
    double share;                /* what a sample's derivatives are multiplied by; 1 on the batch */
    size_t at[2 * GCK_MAX_PORTS];/* where those of claim c stand in the two below, if it is examined */
    size_t inputs;               /* how many there are in one pass */
    double *derivative;          /* of the last gck_exact_twin_differentiate */
    double *spread;              /* how far its rounding moves them; valid after gck_exact_twin_spread */
    bool spread_known;
    bool refused;                /* the layer refuses these data */
    bool lost;                   /* no memory for the tape */
};

/* Wires the twin to the data. False with a sentence where that is impossible. Close it after every return. */
bool gck_exact_twin_open(struct gck_exact_twin *twin, struct gck_check *check, char *message);
void gck_exact_twin_close(struct gck_exact_twin *twin);

/* The derivatives by all examined elements of pass `pass`: of that sample, or of the batch. One Forward. False: see refused
 * and lost. */
bool gck_exact_twin_differentiate(struct gck_exact_twin *twin, size_t pass);

/* The same with Forward and tape rounding upward and downward: two more. */
void gck_exact_twin_spread(struct gck_exact_twin *twin);

#endif
