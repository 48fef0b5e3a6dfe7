/* bisect.h -- which of many claims are wrong? Group testing: residuals are additive, so the half that was not measured is
 * the whole less the other one.
 *
 * Hwang, "A method for detecting all defective members in a population by group testing", JASA 67, 1972. */
#ifndef GCK_NUMERIC_BISECT_H
#define GCK_NUMERIC_BISECT_H

#include "numeric/probe.h"

struct gck_bisect {
    const struct gck_field *field;
    const double *v;        /* the direction in which the claims of first .. last - 1 are wrong together, */
    size_t first, last;
    struct gck_probe probe; /* as this one says */
    double allowance;       /* what the claims' own rounding can add to a residual */
    /* Told of every element that may be it, to look at it alone: was it wrong? Later measurements should then find its claim
     * mended. */
    bool (*leaf)(void *context, size_t element);
    void *context;
    unsigned most;          /* leaves, wrong or not, before it gives up */
};

/* Calls leaf for the suspects, in ascending order; returns how many were wrong. About 2 log2(last - first) evaluations for
 * each, six log2 where the residual is hardly above its bound. */
unsigned gck_bisect(const struct gck_bisect *bisect);

#endif
