/* 06e-root.c -- Somewhere in between.
 *
 * The author of this layer has read that gradients should be divided by the square root of the
 * batch size. That is said of learning rates.
 *
 * The ratio to the numeric derivative is 2.236 with 5 samples. Which power of 5 is that? */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes == 0 || gck_num(io, 0) != gck_num(io, 1)
        || gck_count(io, 0) != gck_count(io, 1))
        return gck_fail(io, GCK_ESHAPE, "prediction: %zu samples, %zu numbers; target: %zu, %zu",
                        gck_num(io, 0), gck_count(io, 0), gck_num(io, 1), gck_count(io, 1));

    enum gck_status status = gck_reshape_like(io, io->buffer[0], io->bottom[0]);
    return status != GCK_OK ? status : gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *prediction = gck_bottom(io, 0), *target = gck_bottom(io, 1); /* (num, ...) */
    real *difference = gck_buffer(io, 0); /* (num, ...) kept for backward */
    const real num = (real)gck_num(io, 0);
    const size_t count = gck_count(io, 0);

    for (size_t i = 0; i < count; i++)
        difference[i] = prediction[i] - target[i];
    gck_top(io, 0)[0] = gck_dot(count, difference, difference) / (2 * num);
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *difference = gck_buffer(io, 0); /* (num, ...) */
    const real loss_weight = gck_top_diff(io, 0)[0];
    const real num = (real)gck_num(io, 0);

    for (unsigned i = 0; i < 2; i++) {
        real *diff = gck_bottom_diff(io, i); /* NULL where nobody asks for it */
        const real sign = i == 0 ? 1 : -1;

        if (diff != NULL)
            gck_axpby(gck_count(io, i), sign * loss_weight / num, difference, 0, diff);
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "prediction", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    { .name = "target", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

GCK_LAYER(root) = {
    GCK_THIS_ABI,
    .name = "root",
    .formula = "E = 1/(2 num) sum (prediction - target)^2",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .buffers = 1,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
