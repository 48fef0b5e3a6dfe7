/* prelu.c -- relu with a learned slope below 0, one for each channel. Source: He et al., "Delving Deep into Rectifiers", 2015. */
#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes < 2)
        return gck_fail(io, GCK_ESHAPE, "channels are axis 1, and there is none");
    return gck_reshape_like(io, io->top[0], io->bottom[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const struct gck_shape *shape = &io->bottom[0]->shape;
    const size_t channels = shape->dim[1], inner = gck_count(io, 0) / shape->dim[0] / channels;
    const real *x = gck_bottom(io, 0), *slope = gck_weight(io, 0);
    real *top = gck_top(io, 0);

    for (size_t i = 0; i < gck_count(io, 0); i++)
        top[i] = x[i] > 0 ? x[i] : slope[i / inner % channels] * x[i];
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const struct gck_shape *shape = &io->bottom[0]->shape;
    const size_t channels = shape->dim[1], inner = gck_count(io, 0) / shape->dim[0] / channels;
    const real *x = gck_bottom(io, 0), *slope = gck_weight(io, 0), *top_diff = gck_top_diff(io, 0);
    real *diff = gck_bottom_diff(io, 0), *to_slope = gck_weight_diff(io, 0);

    for (size_t i = 0; i < gck_count(io, 0); i++) {
        const size_t c = i / inner % channels;

        if (x[i] <= 0)
            to_slope[c] += top_diff[i] * x[i];
        if (diff != NULL)
            diff[i] = top_diff[i] * (x[i] > 0 ? 1 : slope[c]);
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "x", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port weights[] = {
    { .name = "slope", .dims = { GCK_C }, .fill = GCK_UNIFORM, .lo = 0.1, .hi = 0.4 },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "top" }, GCK_END };

GCK_LAYER(prelu) = {
    GCK_THIS_ABI,
    .name = "prelu",
    .formula = "top = x > 0 ? x : slope[c] x",
    .bottom = bottoms,
    .top = tops,
    .weight = weights,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
