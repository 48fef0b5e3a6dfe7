/* exact_twin.h -- the exact twin at the examined point: dE/dx of every element in one Forward, read off its tape. Where that
 * tape would be long beside the layer's blobs, by a part of the elements in each Forward. */
#ifndef GCK_EXAM_EXACT_TWIN_H
#define GCK_EXAM_EXACT_TWIN_H

#include "exam/check.h"

struct gck_exact_twin {
    struct gck_check *check;
    struct gck_rig rig;          /* on the batch, or on one sample of it */
    const struct gck_positions *positions; /* the parts that are looked at one by one are these; NULL: samples */
    bool borrowed;               /* the batch's point stands in `rig` alone, until it is closed */
    bool sliced;                 /* the batch is its samples' sum: samples are looked at one by one */
    size_t passes;               /* samples that are, or 1 */
    double share;                /* what a sample's derivatives are multiplied by; 1 on the batch */
    size_t at[2 * GCK_MAX_PORTS];/* the first input that is an element of claim c; the next claim's is behind its last */
    size_t inputs;               /* examined elements of one pass */
    size_t window;               /* so many inputs at once, as the tape has room for */
    size_t edges;                /* that it lacked room for the last time; 0: none; SIZE_MAX: then there is room for all */
    unsigned turns;              /* Forwards of this pass */
    size_t first, count;         /* inputs of the last gck_exact_twin_differentiate */
    double *derivative;          /* by them */
    double *spread;              /* how far its rounding moves these; valid after gck_exact_twin_spread */
    bool spread_known;
    bool refused;                /* the layer refuses these data */
    bool lost;                   /* no memory for the tape */
};

/* Wires the twin to the data. False with a sentence where that is impossible. Close it after every return. */
bool gck_exact_twin_open(struct gck_exact_twin *twin, struct gck_check *check, char *message);
void gck_exact_twin_close(struct gck_exact_twin *twin);

/* Forgets what it learnt of the room that passes take. */
void gck_exact_twin_restart(struct gck_exact_twin *twin);

/* Bytes that its tape and its derivatives take, at most, where the layer's blobs hold so many numbers, and a pass passes through
 * `of_pass` of them and differentiates by `inputs`. */
double gck_exact_twin_bytes(double numbers, double inputs, double of_pass);

/* The inputs of claim c in one pass are its elements from `*element` on in pass 0, and as many further on in each later pass
 * where those are a sample's own. Returns how many; 0: it is not examined. */
size_t gck_exact_twin_inputs(const struct gck_exact_twin *twin, unsigned c, size_t *element);

/* Is claim c the same for every sample, which then adds to its derivative? */
bool gck_exact_twin_adds(const struct gck_exact_twin *twin, unsigned c);

/* The derivatives by inputs from `first` on of pass `pass`, that sample or the batch: twin->count of them. One Forward. False: see
 * refused and lost. */
bool gck_exact_twin_differentiate(struct gck_exact_twin *twin, size_t pass, size_t first);

/* The same with Forward and tape rounding upward and downward: two more. */
void gck_exact_twin_spread(struct gck_exact_twin *twin);

#endif
