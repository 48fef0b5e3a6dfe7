/* fill.h -- values for a port, when the user brings none. */
#ifndef GCK_LAYER_FILL_H
#define GCK_LAYER_FILL_H

#include "layer/setup.h"

/* Writes the shape's count values that the port wishes for: a function of (seed, stream, position) alone. */
void gck_fill(const struct gck_setup *setup, const struct gck_port *port, const struct gck_shape *shape,
              uint32_t stream, double *value);

#endif
