/* 10d-almost.c -- Almost equal.
 *
 * Pairs of samples are pushed apart until their distance d is 5. The slope divides by d, and to be
 * safe the author added 1e-4 to it. A famous loss layer does the same, in Backward alone.
 *
 * With a tolerance of 1 % this layer passes. Is it right? At d = 0.001 it is off by 9 %. Two
 * numbers are equal when their difference is explained by the errors of both, and not before. */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    const struct gck_shape pairs = { .axes = 1, .dim = { gck_num(io, 0) } };

    if (io->bottom[0]->shape.axes != 2
        || !gck_shape_equal(&io->bottom[0]->shape, &io->bottom[1]->shape))
        return gck_fail(io, GCK_ESHAPE, "a holds %zu samples, b %zu", gck_num(io, 0),
                        gck_num(io, 1));

    enum gck_status status = gck_reshape(io, io->buffer[0], &pairs);
    return status != GCK_OK ? status : gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *a = gck_bottom(io, 0), *b = gck_bottom(io, 1); /* (num, C) */
    real *distance = gck_buffer(io, 0); /* (num) kept for backward */
    const size_t num = gck_num(io, 0), channels = gck_count(io, 0) / num;
    real loss = 0;

    for (size_t n = 0; n < num; n++) {
        real sum = 0;

        for (size_t i = n * channels; i < (n + 1) * channels; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        distance[n] = sqrt(sum);
        if (distance[n] < 5)
            loss += (5 - distance[n]) * (5 - distance[n]) / 2;
    }
    gck_top(io, 0)[0] = loss / (real)num;
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *a = gck_bottom(io, 0), *b = gck_bottom(io, 1); /* (num, C) */
    const real *distance = gck_buffer(io, 0); /* (num) */
    const size_t num = gck_num(io, 0), channels = gck_count(io, 0) / num;
    const real scale = gck_top_diff(io, 0)[0] / (real)num; /* loss weight / num */

    for (unsigned side = 0; side < 2; side++) {
        real *diff = gck_bottom_diff(io, side); /* (num, C) */

        for (size_t n = 0; diff != NULL && n < num; n++) {
            const real d = distance[n];
            const real slope = d < 5 && d > 0 ? (d - 5) / (d + (real)1e-4) : 0;

            for (size_t i = n * channels; i < (n + 1) * channels; i++)
                diff[i] = (side == 0 ? scale : -scale) * slope * (a[i] - b[i]);
        }
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "a", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    { .name = "b", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

GCK_LAYER(almost) = {
    GCK_THIS_ABI,
    .name = "almost",
    .formula = "E = 1/(2 num) sum max(0, 5 - |a - b|)^2",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .buffers = 1,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
