/* closer.h -- a second look at an element before it is called wrong. Private to src/numeric. */
#ifndef GCK_NUMERIC_CLOSER_H
#define GCK_NUMERIC_CLOSER_H

#include "numeric/rung.h"

enum gck_ground {
    GCK_GROUND_MOVES,  /* E moves with x: `noise` counts */
    GCK_GROUND_FLAT,   /* it stands still around x: the derivative is 0 within `limit` */
    GCK_GROUND_UNCLEAR /* neither, or a neighbour is not finite */
};

struct gck_closer {
    enum gck_ground ground;
    double noise; /* of one evaluation, measured right here */
    double limit;
    double width; /* that E stands still on to each side */
    bool flat;    /* it never moved as far as could be seen */
};

/* h: the step that gave the best bound. 14 evaluations, more where E stands still, until it is clear whether a
 * slope as large as this one would have been seen. */
struct gck_closer gck_closer_look(struct gck_spot *spot, double h, double slope);

#endif
