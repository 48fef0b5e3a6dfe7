/* weight_of_another.c -- GC399: each sample has a weight of its own, and Backward takes that of another.
 *
 * The index counts the sample's numbers and not the samples. */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes == 0 || gck_num(io, 0) != gck_num(io, 1) || gck_count(io, 0) != gck_count(io, 1)
        || gck_num(io, 0) != gck_num(io, 2) || gck_num(io, 2) != gck_count(io, 2))
        return gck_fail(io, GCK_ESHAPE, "prediction holds %zu samples, %zu numbers; target %zu, %zu; weight %zu, %zu",
                        gck_num(io, 0), gck_count(io, 0), gck_num(io, 1), gck_count(io, 1), gck_num(io, 2), gck_count(io, 2));
    return gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *prediction = gck_bottom(io, 0), *target = gck_bottom(io, 1), *weight = gck_bottom(io, 2);
    const size_t num = gck_num(io, 0), row = gck_count(io, 0) / num;
    real sum = 0;

    for (size_t i = 0; i < num * row; i++)
        sum += weight[i / row] * (prediction[i] - target[i]) * (prediction[i] - target[i]);
    gck_top(io, 0)[0] = sum / (2 * (real)num);
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *prediction = gck_bottom(io, 0), *target = gck_bottom(io, 1), *weight = gck_bottom(io, 2);
    const size_t num = gck_num(io, 0);
    const real scale = gck_top_diff(io, 0)[0] / (real)num;
    real *diff = gck_bottom_diff(io, 0);

    for (size_t i = 0; diff != NULL && i < gck_count(io, 0); i++)
        diff[i] = scale * weight[i % num] * (prediction[i] - target[i]);
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "prediction", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    { .name = "target", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN, .constant = true },
    { .name = "weight", .dims = { GCK_N }, .fill = GCK_POSITIVE, .constant = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

GCK_LAYER(weight_of_another) = {
    GCK_THIS_ABI,
    .name = "weight_of_another",
    .formula = "E = 1/(2 num) sum weight (prediction - target)^2",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
