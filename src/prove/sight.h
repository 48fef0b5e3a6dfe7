/* sight.h -- what a fault changes at the examined point, held against what the exams of the right layer can see. */
#ifndef GCK_PROVE_SIGHT_H
#define GCK_PROVE_SIGHT_H

#include "exam/check.h"
#include "prove/fault.h"

struct gck_sight {
    bool applies;    /* the layer has what the fault is about */
    double anywhere; /* the largest change of a diff, in units of its bound; HUGE_VAL: not finite any more */
    double examined; /* the same of the elements that --only leaves */
    bool weight;     /* the loss-weight exam has to see it: other weights do not give multiples of the diffs */
    bool batch;      /* the 1/num exam has to: every sample twice gives something else */
    bool others;     /* other data give other diffs */
    bool contract;   /* the contract forbids it whatever the numbers are */
};

/* check: of the right layer, run and open. */
void gck_layout_find(struct gck_layout *places, const struct gck_check *check);

/* Runs the faulty layer at the point. GCK_OK, GCK_EMEMORY, or what it refuses, with a sentence. */
enum gck_status gck_sight_take(struct gck_sight *sight, struct gck_faulty *faulty, const struct gck_check *check,
                               char *message);

/* Must the exams see it? An element whose true derivative is known to within its bound, and whose analytic value was right,
 * is off by more than the bound once it was changed by twice as much. */
bool gck_sight_sure(const struct gck_sight *sight);

#endif
