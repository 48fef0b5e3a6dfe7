/* euclidean.c -- half the mean squared distance between two batches.
 *
 *     E = 1/(2 num) sum_i (prediction_i - target_i)^2
 *
 *     dE/dprediction_i =  (prediction_i - target_i) / num
 *     dE/dtarget_i     = -(prediction_i - target_i) / num
 *
 * num is the number of samples (the first dim), not the number of elements: a sample's elements are
 * summed, the samples averaged. The half makes the derivative free of a factor 2.
 * Source: Caffe, EuclideanLossLayer. */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    const struct gck_blob *prediction = io->bottom[0], *target = io->bottom[1];

    if (prediction->shape.axes == 0 || target->shape.axes == 0)
        return gck_fail(io, GCK_ESHAPE, "prediction and target need a batch axis");
    if (gck_num(io, 0) != gck_num(io, 1))
        return gck_fail(io, GCK_ESHAPE, "prediction holds %zu samples, target %zu", gck_num(io, 0),
                        gck_num(io, 1));
    if (prediction->count != target->count)
        return gck_fail(io, GCK_ESHAPE, "prediction holds %zu numbers, target %zu",
                        prediction->count, target->count);

    enum gck_status status = gck_reshape_like(io, io->buffer[0], prediction);
    return status != GCK_OK ? status : gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *prediction = gck_bottom(io, 0); /* (num, ...) */
    const real *target = gck_bottom(io, 1);     /* (num, ...) */
    real *difference = gck_buffer(io, 0);       /* (num, ...) kept for backward */
    const real num = (real)gck_num(io, 0);
    const size_t count = gck_count(io, 0);

    for (size_t i = 0; i < count; i++)
        difference[i] = prediction[i] - target[i];
    gck_top(io, 0)[0] = gck_dot(count, difference, difference) / (2 * num);
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *difference = gck_buffer(io, 0);      /* (num, ...) */
    const real loss_weight = gck_top_diff(io, 0)[0]; /* dE/dloss: put there at set-up */
    const real num = (real)gck_num(io, 0);

    for (unsigned i = 0; i < 2; i++) {
        real *diff = gck_bottom_diff(io, i);         /* NULL: propagate_down is false */
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

GCK_LAYER(euclidean) = {
    GCK_THIS_ABI,
    .name = "euclidean",
    .caffe_type = "EuclideanLoss",
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
