/* first_top_diff.c -- GC208: top.diff[0] serves for every element of the top.
 *
 * Copied from a loss layer, where the top has one element only. */

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
        y[i] = x[i] > 0 ? x[i] : (real)0.1 * x[i];
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *x = gck_bottom(io, 0), *upstream = gck_top_diff(io, 0);
    real *diff = gck_bottom_diff(io, 0);
    const size_t count = gck_count(io, 0);

    for (size_t i = 0; diff != NULL && i < count; i++)
        diff[i] = (x[i] > 0 ? 1 : (real)0.1) * upstream[0];
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "x", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "y" }, GCK_END };

GCK_LAYER(first_top_diff) = {
    GCK_THIS_ABI,
    .name = "first_top_diff",
    .formula = "y = x > 0 ? x : x/10",
    .bottom = bottoms,
    .top = tops,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
