/* 02c-good-guess.c -- A good guess is wrong.
 *
 * E = 1/num sum log cosh(d), d = prediction - target: like d^2/2 for small d, like |d| for large
 * ones. Its slope is d near 0, and never more than 1. The author did not want to look up the
 * derivative and wrote d / (1 + |d|), which does the same.
 *
 * No pattern fits this one, so the tool says what it knows: a straight line through analytic
 * against numeric, and the worst elements. The rest is calculus. */

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

            diff[i] = (side == 0 ? scale : -scale) * tanh(d);
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

GCK_LAYER(good_guess) = {
    GCK_THIS_ABI,
    .name = "good_guess",
    .formula = "E = 1/num sum log cosh(prediction - target)",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
