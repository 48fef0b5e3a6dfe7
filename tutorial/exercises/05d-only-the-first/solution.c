/* 05d-only-the-first.c -- The first of many.
 *
 * "One always writes top[0]->cpu_diff()[0]", somebody learnt from a loss layer, and wrote it into
 * a layer whose top has as many numbers as its bottom: y = x where x is positive, x/8 elsewhere.
 *
 * Why is [0] enough in a loss, and what is it here? */

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
        y[i] = x[i] > 0 ? x[i] : (real)0.125 * x[i];
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *x = gck_bottom(io, 0), *y_diff = gck_top_diff(io, 0);
    real *diff = gck_bottom_diff(io, 0);
    const size_t count = gck_count(io, 0);

    for (size_t i = 0; diff != NULL && i < count; i++)
        diff[i] = (x[i] > 0 ? 1 : (real)0.125) * y_diff[i];
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "x", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "y" }, GCK_END };

GCK_LAYER(only_the_first) = {
    GCK_THIS_ABI,
    .name = "only_the_first",
    .formula = "y = x > 0 ? x : x/8",
    .bottom = bottoms,
    .top = tops,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
