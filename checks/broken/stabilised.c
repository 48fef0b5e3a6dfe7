/* stabilised.c -- GC314: Backward adds 1e-4 to the distance, Forward does not.
 *
 * From life: Caffe's ContrastiveLossLayer does so to be on the safe side of 0. The diffs of
 * dissimilar pairs are off by 1e-4/d, a little here, 9 % at a distance of 1e-3. */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    const struct gck_shape pairs = { .axes = 1, .dim = { gck_num(io, 0) } };

    if (io->bottom[0]->shape.axes != 2 || !gck_shape_equal(&io->bottom[0]->shape, &io->bottom[1]->shape)
        || !gck_shape_equal(&io->bottom[2]->shape, &pairs))
        return gck_fail(io, GCK_ESHAPE, "a holds %zu samples, b %zu, similar %zu", gck_num(io, 0),
                        gck_num(io, 1), gck_num(io, 2));

    enum gck_status status = gck_reshape_like(io, io->buffer[0], io->bottom[0]);
    if (status == GCK_OK)
        status = gck_reshape(io, io->buffer[1], &pairs);
    return status != GCK_OK ? status : gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *a = gck_bottom(io, 0), *b = gck_bottom(io, 1); /* (num, C) */
    real *difference = gck_buffer(io, 0); /* (num, C) kept for backward */
    real *distance = gck_buffer(io, 1);   /* (num) kept for backward */
    const size_t num = gck_num(io, 0), channels = gck_count(io, 0) / num;
    real loss = 0;

    for (size_t n = 0; n < num; n++) {
        size_t similar;
        const enum gck_status status = gck_label(io, 2, n, 2, &similar);

        if (status != GCK_OK)
            return status;
        for (size_t i = n * channels; i < (n + 1) * channels; i++)
            difference[i] = a[i] - b[i];
        distance[n] = sqrt(gck_dot(channels, difference + n * channels, difference + n * channels));
        const real cost = similar != 0 ? distance[n] : distance[n] < 5 ? 5 - distance[n] : 0;
        loss += cost * cost;
    }
    gck_top(io, 0)[0] = loss / (2 * (real)num);
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *difference = gck_buffer(io, 0), *distance = gck_buffer(io, 1); /* (num, C), (num) */
    const size_t num = gck_num(io, 0), channels = gck_count(io, 0) / num;
    const real scale = gck_top_diff(io, 0)[0] / (real)num;

    for (size_t n = 0; n < num; n++) {
        const bool similar = gck_bottom(io, 2)[n] > 0;
        const real slope = similar ? 1 : distance[n] < 5 ? (distance[n] - 5) / (distance[n] + (real)1e-4) : 0;

        for (unsigned side = 0; side < 2; side++) {
            real *diff = gck_bottom_diff(io, side);
            const real alpha = (side == 0 ? scale : -scale) * slope;

            for (size_t i = n * channels; diff != NULL && i < (n + 1) * channels; i++)
                diff[i] = alpha * difference[i];
        }
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "a", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    { .name = "b", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    { .name = "similar", .dims = { GCK_N }, .fill = GCK_BINARY, .constant = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

GCK_LAYER(stabilised) = {
    GCK_THIS_ABI,
    .name = "stabilised",
    .formula = "E = 1/(2 num) sum (similar ? d^2 : max(5 - d, 0)^2)",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .buffers = 2,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
