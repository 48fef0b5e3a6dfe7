/* relu.c -- lets what is positive through, and of what is negative only a share.
 *
 *     y_i = x_i                   where x_i > 0
 *           negative_slope x_i    elsewhere
 *
 *     dE/dx_i = dE/dy_i                   where x_i > 0
 *               negative_slope dE/dy_i    elsewhere
 *
 * No loss: dE/dy has a number for every y, and the layer above put it into the top's diff. At 0 the slope
 * jumps; negative_slope is taken there, as good as any number between it and 1.
 * Source: Caffe, ReLULayer. */

#include "gradcheck/layer.h"

enum { NEGATIVE_SLOPE };

static enum gck_status reshape(struct gck_io *io)
{
    return gck_reshape_like(io, io->top[0], io->bottom[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *x = gck_bottom(io, 0);
    const real negative_slope = (real)io->param[NEGATIVE_SLOPE];
    real *y = gck_top(io, 0);
    const size_t count = gck_count(io, 0);

    for (size_t i = 0; i < count; i++)
        y[i] = x[i] > 0 ? x[i] : negative_slope * x[i];
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *x = gck_bottom(io, 0);
    const real *upstream = gck_top_diff(io, 0); /* dE/dy */
    const real negative_slope = (real)io->param[NEGATIVE_SLOPE];
    const size_t count = gck_count(io, 0);
    real *diff = gck_bottom_diff(io, 0);

    for (size_t i = 0; diff != NULL && i < count; i++)
        diff[i] = x[i] > 0 ? upstream[i] : negative_slope * upstream[i];
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "x", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "y" }, GCK_END };
static const struct gck_param params[] = {
    { .name = "negative_slope", .kind = GCK_REAL, .value = 0, .help = "the share of a negative x; 0: none" },
    GCK_END,
};

GCK_LAYER(relu) = {
    GCK_THIS_ABI,
    .name = "relu",
    .caffe_type = "ReLU",
    .formula = "y = x > 0 ? x : negative_slope x",
    .bottom = bottoms,
    .top = tops,
    .param = params,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
