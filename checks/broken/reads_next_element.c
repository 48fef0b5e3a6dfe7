/* reads_next_element.c -- GC210: the comparison looks at the next element, the last one at what lies behind.
 *
 * A stray + 1, in Forward and in Backward alike. */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    return gck_reshape_like(io, io->top[0], io->bottom[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *x = gck_bottom(io, 0);
    real *y = gck_top(io, 0);
    const size_t count = gck_count(io, 0);

    for (size_t i = 0; i < count; i++)
        y[i] = x[i + 1] > 0 ? x[i] : (real)0.1 * x[i];
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *x = gck_bottom(io, 0), *upstream = gck_top_diff(io, 0);
    real *diff = gck_bottom_diff(io, 0);
    const size_t count = gck_count(io, 0);

    for (size_t i = 0; diff != NULL && i < count; i++)
        diff[i] = (x[i + 1] > 0 ? 1 : (real)0.1) * upstream[i];
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "x", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "y" }, GCK_END };

GCK_LAYER(reads_next_element) = {
    GCK_THIS_ABI,
    .name = "reads_next_element",
    .formula = "y = x > 0 ? x : x/10",
    .bottom = bottoms,
    .top = tops,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
