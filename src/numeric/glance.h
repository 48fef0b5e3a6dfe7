/* glance.h -- the first look at many elements at once: two evaluations each. Private to src/numeric.
 *
 * Most elements of most gradients need no more, and there may be millions of them: so the steps of a row of elements are
 * computed in one loop, the evaluations made in a second, and the verdicts told in a third. */
#ifndef GCK_NUMERIC_GLANCE_H
#define GCK_NUMERIC_GLANCE_H

#include "numeric/rung.h"

/* What depends on the type that evaluates. */
struct gck_limits {
    double step_min, step_max; /* of the first step, over scale */
    double power;              /* an interval wider than this, relatively, says nothing */
};

const struct gck_limits *gck_limits_of(const struct gck_function *function);

/* Arrays are by the element's place in the row. */
struct gck_glance {
    double size[GCK_ROW];    /* |claim|; 0 where it is not finite */
    double typical[GCK_ROW]; /* size of the blob's claims */
    double step[GCK_ROW];    /* h that was tried; 0: no step of any size can be taken */
    struct gck_beside beside;
    struct gck_rung rung[GCK_ROW];
    bool measured[GCK_ROW];  /* rung is a number */
    bool within[GCK_ROW];    /* the claim is as near to rung's slope as `bound` says */
    bool agrees[GCK_ROW];    /* and that tells something: then nothing more is to be asked */
    double bound[GCK_ROW];
};

/* n <= GCK_ROW coordinates, `first` and those after it; x, claim and allowance as for gck_slope_judge. */
void gck_glance_at(struct gck_glance *glance, const struct gck_function *function, const struct gck_point *point,
                   size_t first, size_t n, const double *x, const double *claim, const double *allowance);

/* The verdicts again, at a point of which the noise is known better; nothing is evaluated. */
void gck_glance_again(struct gck_glance *glance, const struct gck_function *function, const struct gck_point *point,
                      size_t n, const double *claim, const double *allowance);

/* That element k took. */
unsigned gck_glance_evaluations(const struct gck_glance *glance, size_t k);

#endif
