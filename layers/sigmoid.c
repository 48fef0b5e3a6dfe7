/* sigmoid.c -- squeezes every number into 0 .. 1.
 *
 *     y_i = 1 / (1 + exp(-x_i))
 *
 *     dE/dx_i = dE/dy_i y_i (1 - y_i)
 *
 * No loss: dE/dy has a number for every y, and the layer above put it into the top's diff. The exponent is
 * never positive, so that nothing overflows: for x < 0 it is y = exp(x) / (1 + exp(x)), which also keeps the
 * digits of a small y. Where y is close to 1, 1 - y has few digits left, and none above x = 17 in float, so
 * y (1 - y) is computed from x: with e = exp(-|x|) it is e / (1 + e)^2 on both sides.
 * Source: Caffe, SigmoidLayer. */

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

    for (size_t i = 0; i < count; i++) {
        const real small = exp(-fabs(x[i]));

        y[i] = (x[i] < 0 ? small : 1) / (1 + small);
    }
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *x = gck_bottom(io, 0);
    const real *upstream = gck_top_diff(io, 0); /* dE/dy */
    const size_t count = gck_count(io, 0);
    real *diff = gck_bottom_diff(io, 0);

    for (size_t i = 0; diff != NULL && i < count; i++) {
        const real small = exp(-fabs(x[i]));

        diff[i] = upstream[i] * (small / ((1 + small) * (1 + small)));
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "x", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN, .scale_max = 17 },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "y" }, GCK_END };

GCK_LAYER(sigmoid) = {
    GCK_THIS_ABI,
    .name = "sigmoid",
    .caffe_type = "Sigmoid",
    .formula = "y = 1 / (1 + exp(-x))",
    .bottom = bottoms,
    .top = tops,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
