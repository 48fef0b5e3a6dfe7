/* second.h -- one more rung for what the first glance left a doubt of, which settles most doubts. Private to src/numeric.
 *
 * Most are of claims near 0: beside them the curvature of E looks as if there were a kink. What comes out is what slope.c's
 * ladder tells after its first rung, to the last bit, and may be a million times. */
#ifndef GCK_NUMERIC_SECOND_H
#define GCK_NUMERIC_SECOND_H

#include "numeric/glance.h"

struct gck_second {
    struct gck_rung rung; /* of the first step / GCK_RHO; of numbers that are not finite where one could not be taken */
    unsigned evaluations; /* that it took; 0: it was not asked for */
};

/* Element k of the row agrees by this, or disagrees as many did before it (struct gck_row): then all of it is in the row. Else
 * *second is for those who look on. */
bool gck_second_settles(struct gck_second *second, const struct gck_glance *glance, const struct gck_function *function,
                        const struct gck_point *point, const struct gck_row *row, size_t k);

#endif
