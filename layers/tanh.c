/* tanh.c -- squeezes every number into -1 .. 1.
 *
 *     y_i = tanh(x_i) = (exp(x_i) - exp(-x_i)) / (exp(x_i) + exp(-x_i))
 *
 *     dE/dx_i = dE/dy_i (1 - y_i^2)
 *
 * No loss: dE/dy has a number for every y, and the layer above put it into the top's diff. Where |y| is close
 * to 1, 1 - y^2 has few digits left, and none above |x| = 9 in float, so it is computed from x: with
 * e = exp(-2 |x|) it is 4 e / (1 + e)^2.
 * Source: Caffe, TanHLayer. */

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
        y[i] = tanh(x[i]);
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *x = gck_bottom(io, 0);
    const real *upstream = gck_top_diff(io, 0); /* dE/dy */
    const size_t count = gck_count(io, 0);
    real *diff = gck_bottom_diff(io, 0);

    for (size_t i = 0; diff != NULL && i < count; i++) {
        const real small = exp(-2 * fabs(x[i]));

        diff[i] = upstream[i] * (4 * small / ((1 + small) * (1 + small)));
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "x", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN, .scale_max = 9 },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "y" }, GCK_END };

GCK_LAYER(tanh) = {
    GCK_THIS_ABI,
    .name = "tanh",
    .caffe_type = "TanH",
    .formula = "y = tanh(x)",
    .bottom = bottoms,
    .top = tops,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
