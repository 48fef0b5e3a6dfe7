/* along.h -- many elements of a port moved at once along a direction, and what their diffs say of it.
 *
 * A million elements are held with as few arrays as possible: their point, the direction, and what is known of each. */
#ifndef GCK_EXAM_ALONG_H
#define GCK_EXAM_ALONG_H

#include "exam/gradient.h"
#include "numeric/probe.h"

enum { GCK_MOST_MENDED = 512 };

struct gck_along {
    struct gck_gradient *gradient;
    struct gck_claim *claim;
    const struct gck_blob *blob; /* in the rig whose Forward is differenced */
    struct gck_field field;      /* E along a direction */
    double *v;                   /* claim->count: the direction at hand */
    double *twin;                /* the twin's diffs, which count instead of the claim's; NULL: there is none */
    double rms, lo, hi;          /* of the values; their domain, 0 and 0 without one */
    uint32_t serial;             /* directions so far */
    unsigned mends;
    struct {
        size_t element;
        double diff;
    } mended[GCK_MOST_MENDED];   /* diffs that were found to be others */
};

/* False without memory. Gives the claim its own copy of the point. Close it after every return: along holds an address of its
 * own and must not move. */
bool gck_along_open(struct gck_along *along, struct gck_gradient *gradient, struct gck_claim *claim);
void gck_along_close(struct gck_along *along);

/* The diff of element i as it counts here: mended, the twin's or the claim's. */
double gck_along_diff(const struct gck_along *along, size_t i);
/* From now on it is that. The last ones of too many are not kept. */
void gck_along_mend(struct gck_along *along, size_t i, double diff);

/* The next direction, of elements first .. last - 1: random, or `aligned` with the diffs, where an error that all elements share
 * adds up. Each moves by |x_i|, or a tenth of the blob's scale where that is more, and no farther than the domain reaches. */
void gck_along_choose(struct gck_along *along, size_t first, size_t last, bool aligned);

#endif
