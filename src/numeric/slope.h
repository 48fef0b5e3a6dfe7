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

enum { GCK_ROW = 64,   /* elements that are looked at together, at most */
       GCK_ENOUGH = 64, /* wrong ones after which the next may be told by less */
       GCK_LANES = 4 }; /* and how many of them a vector instruction may take */

/* A function of many numbers, seen along one coordinate. */
struct gck_function {
    /* Sets coordinate `index` to x as the storage rounds it (*stored), evaluates, and puts the old value
     * back by assignment. NaN where the function refuses the point. */
    double (*at)(void *context, size_t index, double x, double *stored);
    /* For a storage that rounds no double, else NULL: the same for n coordinates in turn, `first` and those after it. out[k] is
     * where to evaluate, and becomes E there; likewise in[k], where E at out[k] is finite. Where out[k] is NaN, nothing is
     * evaluated; what is not, becomes NaN. */
    void (*values)(void *context, size_t first, size_t n, double *out, double *in);
    /* Measures nu where coordinate `index` is, for rows of which it is a guess: see struct gck_stand. */
    double (*noise)(void *context, size_t index);
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

/* A point of several that a row spans. */
struct gck_stand {
    double value, noise; /* as in struct gck_point */
    bool guessed; /* noise is a guess, which will do where all of the point's claims agree within it */
};

/* n <= GCK_ROW coordinates of the function, `first` and those after it. What is claimed is the derivative of E = factor times
 * the function (of a batch, where the function is one sample), and E's are the numbers that come out. */
struct gck_row {
    size_t first, n;
    /* The row's coordinates are those of n / each points, of which only these numbers differ: `each` of the first, as many of the
     * next, and so on. NULL: all are of one, which is as the point says. */
    const struct gck_stand *stand;
    size_t each;
    /* As above; may be read up to the next multiple of GCK_LANES elements, and what stands behind n is no matter. */
    const double *x, *claim, *allowance;
    double factor;  /* greater than 0 */
    double doubt;   /* factor may be off by this part of it, which the allowances grow by */
    /* How many of the function's claims were found wrong by all of the looks that this takes, rows before this one counted; NULL:
     * each wants them all. From GCK_ENOUGH on a claim is wrong that stands far outside of an interval which is narrow, where E
     * moves: 4 evaluations instead of some 50. */
    size_t *wrong;
    bool unclaimed; /* the derivatives are wanted, and nothing is claimed of them: claim counts for doubt alone */
    /* n each, to be filled in: as in struct gck_slope, but bound has the allowance in it. */
    double *numeric, *bound;
    float *step;
    unsigned char *verdict;
    unsigned char *kinked; /* 1: a kink was seen */
};

/* The same for a row: the first two evaluations are made of all its elements, before those that leave a doubt are looked at
 * again. */
void gck_slope_judge_row(const struct gck_function *function, const struct gck_point *point, const struct gck_row *row);

#endif
