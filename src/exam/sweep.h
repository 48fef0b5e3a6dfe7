/* sweep.h -- the error of differences against their step size: why no fixed step serves, and what ours does.
 *
 * For steps from 1 down to 1e-16 the differences of the layer's own E (a float layer's in float) are held to the true derivative: the exact twin's, or, without
 * one, the middle of the gradient exam's narrowest interval. */
#ifndef GCK_EXAM_SWEEP_H
#define GCK_EXAM_SWEEP_H

#include "gradcheck/gradcheck.h"

enum { GCK_SWEEP_DECADES = 16, GCK_SWEEP_PER_DECADE = 4,
       GCK_SWEEP_STEPS = GCK_SWEEP_DECADES * GCK_SWEEP_PER_DECADE + 1,
       GCK_SWEEP_ELEMENTS = 64 };

/* Errors and bounds relative to the derivative; the median over the elements. NaN: no element had one. */
struct gck_sweep_step {
    double h, one_sided, central, bound;
};

struct gck_sweep {
    char port[GCK_NAME_SIZE];
    struct gck_shape shape;
    size_t flat;              /* of the element, where it is a single one; else SIZE_MAX */
    size_t elements;          /* that were looked at: at most GCK_SWEEP_ELEMENTS, evenly spread; those whose derivative
                                 is 0 or unknown are left out */
    bool exact;               /* the truth is the exact twin's */
    double doubt;             /* else: how far it may be off, relatively */
    struct gck_sweep_step step[GCK_SWEEP_STEPS]; /* h = 1 first */
    /* what the gradient exam does, in the twin where a float layer has one: medians over the elements */
    double chosen_step, chosen_bound;
    size_t inside;            /* elements whose true error is below the bound */
};

/* Sweeps the port or element of options->only, by default the layer's first port with a derivative. layer: float or
 * double, twin as gck_examine wants it. GCK_OK; else a sentence in message. */
enum gck_status gck_sweep_run(const struct gck_layer *layer, const struct gck_layer *twin,
                              const struct gck_options *options, struct gck_sweep *sweep, char *message);

#endif
