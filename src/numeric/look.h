/* look.h -- what differences of one step size say about a derivative: what a checker with a fixed step sees. */
#ifndef GCK_NUMERIC_LOOK_H
#define GCK_NUMERIC_LOOK_H

#include "numeric/slope.h"

struct gck_look {
    double one_sided; /* (E(x+h) - E(x)) / h */
    double central;   /* (E(x+h) - E(x-h)) / 2h; both divide by the step that was wanted, whatever the storage of
                         x makes of it. NaN where E is not finite there */
    double bound;     /* rung.h's E of this step and one 3.7 times as long: how far its estimate may be from the
                         derivative; infinite where there is none */
};

/* Coordinate `index`, which stands at x, at step h > 0. Up to 6 evaluations. */
void gck_look_at(const struct gck_function *function, const struct gck_point *point, size_t index, double x,
                 double h, struct gck_look *look);

#endif
