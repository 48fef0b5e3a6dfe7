/* slope.h -- is this number the derivative? An interval with a computed bound, element by element.
 *
 * A claim `a` about the derivative of E along one coordinate is judged from differences of E alone. The
 * answer is never a tolerance: R is the derivative's estimate and E its bound, computed from two step
 * sizes, the jump of the slope and the noise of the evaluations. The formulas and why they hold: slope.c. */
#ifndef GCK_NUMERIC_SLOPE_H
#define GCK_NUMERIC_SLOPE_H

#include "gradcheck/verdict.h"

#include <stdbool.h>
#include <stddef.h>

enum { GCK_ROW = 64 }; /* elements that are looked at together, at most */

/* E beside each element of a row: `out` away from 0, and as far back on the other side. */
struct gck_beside {
    double out[GCK_ROW], f_out[GCK_ROW]; /* the offset that storage left of the step, and E there */
    double in[GCK_ROW], f_in[GCK_ROW];   /* f_in: NaN where f_out is not finite or out is 0: nothing is evaluated then */
};

/* A function of many numbers, seen along one coordinate. */
struct gck_function {
    /* Sets coordinate `index` to x as the storage rounds it (*stored), evaluates, and puts the old value
     * back by assignment. NaN where the function refuses the point. */
    double (*at)(void *context, size_t index, double x, double *stored);
    /* The same for n coordinates in turn, `first` and those after it: at x[k] + offset[k], and as far to the other side as
     * storage went to this one; an offset of 0: nothing is evaluated. NULL: `at` is asked. */
    void (*beside)(void *context, size_t first, size_t n, const double *x, const double *offset,
                   struct gck_beside *beside);
    /* NULL: the point's noise is nu. Else it is a guess, which will do for a row whose claims all agree within it; this
     * measures nu for the others. gck_slope_judge takes the point's for nu. */
    double (*noise)(void *context);
    void *context;
    double epsilon; /* spacing of the type that evaluates: 2^-52 for double, 2^-23 for float */
};

/* What is known at the point before an element is looked at. */
struct gck_point {
    double value; /* E at the point */
    double noise; /* nu: |computed E - E| is at most this near the point (noise.h) */
    double rms;   /* of the blob's elements: the scale of those that are 0 */
    double typical; /* A: the median of the non-zero |claims| of the blob; 0 if there is none */
    double domain_lo, domain_hi; /* steps stay inside, exclusively; both 0: no limits */
};

struct gck_slope {
    enum gck_element_verdict verdict;
    double numeric;   /* R; NaN where no difference could be taken */
    double bound;     /* E, without the claim's own allowance: |R - derivative| <= E; infinite: nothing known */
    double jump;      /* J: right minus left slope, where a kink is near; else about 0 */
    double step;      /* h of the smaller rung */
    double kink_left, kink_right; /* the slopes on both sides of the kink that was seen; NaN: none was. The
                                     verdict may be another than KINK: a kink beside x */
    bool flat;        /* E does not move here at all */
    unsigned evaluations;
};

/* Judges claim a of coordinate `index`, which stands at x. allowance: Ea, the rounding error that the claim
 * itself may carry. Costs 2 evaluations where all is well, about 22 where it is not, some 60 on a
 * plateau. A claim that is not finite disagrees wherever E at the point is finite. */
void gck_slope_judge(const struct gck_function *function, const struct gck_point *point, size_t index,
                     double x, double claim, double allowance, struct gck_slope *slope);

/* The verdicts of a row; what each is: as in struct gck_slope. */
struct gck_judged {
    unsigned char verdict[GCK_ROW];
    double numeric[GCK_ROW], bound[GCK_ROW], step[GCK_ROW];
    unsigned char kinked[GCK_ROW]; /* 1: a kink was seen */
};

/* The same for n <= GCK_ROW coordinates, `first` and those after it: the first two evaluations are made of all of them,
 * before those that leave a doubt are looked at again. */
void gck_slope_judge_row(const struct gck_function *function, const struct gck_point *point, size_t first, size_t n,
                         const double *x, const double *claim, const double *allowance, struct gck_judged *judged);

#endif
