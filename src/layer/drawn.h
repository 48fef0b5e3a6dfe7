/* drawn.h -- what ports were filled with, kept, so that it is drawn once.
 *
 * A value depends on (seed, port, index) alone, and a batch of fewer samples begins like one of more: so one array serves
 * all rigs of a setup. Memory counts: a long array is kept only while somebody asks for it, and only the examined point's. */
#ifndef GCK_LAYER_DRAWN_H
#define GCK_LAYER_DRAWN_H

#include "layer/setup.h"

/* The values of bottom or weight i at this shape and variant (gck_rig_fill): row-major, as many as the shape holds.
 * Valid until the next call. NULL where they are too many to be kept, or no memory is left: fill them then. */
const double *gck_drawn(const struct gck_setup *setup, bool weight, unsigned i, const struct gck_shape *shape,
                        unsigned variant);

/* A long array of the examined point's values of bottom or weight i, where one is kept, of at least `count`; else NULL. Valid until
 * gck_drawn_keep. */
const double *gck_drawn_kept(const struct gck_setup *setup, bool weight, unsigned i, size_t count);

/* Are the long arrays of the examined point kept as well? False, as at first: those that were are freed. */
void gck_drawn_keep(const struct gck_setup *setup, bool long_ones);

/* How many numbers are kept at most of a port that has `count`. */
double gck_drawn_most(double count);

/* The coefficients of `count` elements of top t, before the top's own weight: 1/2 to 3/2 with either sign, of few bits. */
void gck_drawn_coefficients(const struct gck_setup *setup, unsigned t, size_t count, double *value);

/* The stream that a port's values of a variant are drawn from. */
uint32_t gck_drawn_stream(const char *name, unsigned variant);

struct gck_drawn_values *gck_drawn_new(void);
void gck_drawn_free(struct gck_drawn_values *values);

#endif
