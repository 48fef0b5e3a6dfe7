/* glance.h -- the first look at many elements at once: two evaluations each. Private to src/numeric.
 *
 * Most elements of most gradients need no more, and there may be millions of them: so the steps of a row of elements are
 * computed in one loop, the evaluations made in a second, and the verdicts told in a third. The first and the third take
 * GCK_LANES elements at a time. */
#ifndef GCK_NUMERIC_GLANCE_H
#define GCK_NUMERIC_GLANCE_H

#include "numeric/rung.h"

#include <stdint.h>

enum { GCK_BEHIND = GCK_ROW + GCK_LANES }; /* room for whole lanes at the end of each point */

/* What depends on the type that evaluates. */
struct gck_limits {
    double step_min, step_max; /* of the first step, over scale */
    double power;              /* an interval wider than this, relatively, says nothing */
};

const struct gck_limits *gck_limits_of(const struct gck_function *function);

/* Arrays are by the element's place in the row; a yes is all bits, a no is none. */
struct gck_glance {
    double value[GCK_BEHIND], noise[GCK_BEHIND], over[GCK_BEHIND]; /* at the element's point: E, nu, 1 / |E| or 0 */
    double claim[GCK_ROW], allowance[GCK_ROW]; /* of the function itself: over row->factor */
    double size[GCK_ROW];    /* |claim|; 0 where it is not finite */
    double typical[GCK_ROW]; /* size of the blob's claims */
    double step[GCK_ROW];    /* h that was tried; 0: no step of any size can be taken */
    double out[GCK_ROW], f_out[GCK_ROW]; /* the offset that storage left of a step away from 0, and E there */
    double in[GCK_ROW], f_in[GCK_ROW];   /* and as far on the other side; NaN where f_out is not finite or out is 0 */
    struct gck_rungs {
        double slope[GCK_ROW], bend[GCK_ROW], step[GCK_ROW], noise[GCK_ROW];
    } rung;                    /* each as in struct gck_rung */
    int64_t measured[GCK_ROW]; /* rung is of numbers */
    int64_t within[GCK_ROW];   /* the claim is as near to rung's slope as `bound` says */
    int64_t agrees[GCK_ROW];   /* and that tells something: then nothing more is to be asked */
    double bound[GCK_ROW];
    bool all_within;
    unsigned char doubt[GCK_ROW]; /* those of which that is not so */
    unsigned doubts;
};

void gck_glance_at(struct gck_glance *glance, const struct gck_function *function, const struct gck_point *point,
                   const struct gck_row *row);

/* The verdicts again, where the noise of elements first to end - 1 is known better; nothing is evaluated. */
void gck_glance_again(struct gck_glance *glance, const struct gck_function *function, const struct gck_row *row, size_t first,
                      size_t end, double noise);

/* Elements first to end - 1 of the row agree, by this look. */
void gck_glance_keep(const struct gck_glance *glance, const struct gck_row *row, size_t first, size_t end);

struct gck_rung gck_glance_rung(const struct gck_glance *glance, size_t k);

/* That element k took. */
unsigned gck_glance_evaluations(const struct gck_glance *glance, size_t k);

#endif
