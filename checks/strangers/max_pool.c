/* max_pool.c -- the largest of a channel's positions. Ties go to the first. */
#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    const struct gck_shape *shape = &io->bottom[0]->shape;
    const struct gck_shape pooled = { .axes = 2, .dim = { shape->dim[0], shape->axes > 1 ? shape->dim[1] : 1 } };
    enum gck_status status;

    if (shape->axes < 2)
        return gck_fail(io, GCK_ESHAPE, "channels are axis 1, and there is none");
    status = gck_reshape(io, io->buffer[0], &pooled);
    return status != GCK_OK ? status : gck_reshape(io, io->top[0], &pooled);
}

static enum gck_status forward(struct gck_io *io)
{
    const size_t pools = io->top[0]->count, inner = gck_count(io, 0) / pools;
    const real *x = gck_bottom(io, 0);
    real *top = gck_top(io, 0), *at = gck_buffer(io, 0);

    for (size_t k = 0; k < pools; k++) {
        size_t best = 0;

        for (size_t s = 1; s < inner; s++)
            if (x[k * inner + s] > x[k * inner + best])
                best = s;
        top[k] = x[k * inner + best];
        at[k] = (real)best;
    }
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const size_t pools = io->top[0]->count, inner = gck_count(io, 0) / pools;
    const real *at = gck_buffer(io, 0), *top_diff = gck_top_diff(io, 0);
    real *diff = gck_bottom_diff(io, 0);

    for (size_t k = 0; diff != NULL && k < pools; k++)
        for (size_t s = 0; s < inner; s++)
            diff[k * inner + s] = (size_t)(double)at[k] == s ? top_diff[k] : 0;
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "x", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "top" }, GCK_END };

GCK_LAYER(max_pool) = {
    GCK_THIS_ABI,
    .name = "max_pool",
    .formula = "top_nc = max_s x_ncs",
    .bottom = bottoms,
    .top = tops,
    .buffers = 1,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
