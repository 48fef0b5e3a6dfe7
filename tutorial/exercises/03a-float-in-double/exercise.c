/* 03a-float-in-double.c -- Seven digits in a double.
 *
 * Every layer here is compiled twice, once for float and once for double, from one source. The
 * double one is the ruler: the check of a derivative can be as sharp as the rounding of the loss
 * allows, and double has 16 digits where float has 7.
 *
 * This layer passes everything in float. In double it has digits that it should not lose. Why does
 * that matter? Divide a rounding error by a step of 1e-5 and see how large it becomes. */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes == 0 || gck_num(io, 0) != gck_num(io, 1)
        || gck_count(io, 0) != gck_count(io, 1))
        return gck_fail(io, GCK_ESHAPE, "prediction: %zu samples, %zu numbers; target: %zu, %zu",
                        gck_num(io, 0), gck_count(io, 0), gck_num(io, 1), gck_count(io, 1));
    return gck_reshape_scalar(io, io->top[0]);
}

/* log(cosh(d)) = |d| + log(1 + exp(-2|d|)) - log(2), which never overflows */
static enum gck_status forward(struct gck_io *io)
{
    const real *prediction = gck_bottom(io, 0), *target = gck_bottom(io, 1); /* (num, ...) */
    const size_t count = gck_count(io, 0);
    real loss = 0;

    for (size_t i = 0; i < count; i++) {
        const real d = fabs(prediction[i] - target[i]);

        loss += d + log1p(exp(-2 * d)) - log((real)2);
    }
    gck_top(io, 0)[0] = loss / (real)gck_num(io, 0);
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *prediction = gck_bottom(io, 0), *target = gck_bottom(io, 1); /* (num, ...) */
    const real scale = gck_top_diff(io, 0)[0] / (real)gck_num(io, 0); /* loss weight / num */

    for (unsigned side = 0; side < 2; side++) {
        real *diff = gck_bottom_diff(io, side);

        for (size_t i = 0; diff != NULL && i < gck_count(io, side); i++) {
            const real d = prediction[i] - target[i];
            const float slope = (float)((side == 0 ? scale : -scale) * tanh(d));

            diff[i] = slope;
        }
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "prediction", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    { .name = "target", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

GCK_LAYER(float_in_double) = {
    GCK_THIS_ABI,
    .name = "float_in_double",
    .formula = "E = 1/num sum log cosh(prediction - target)",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
