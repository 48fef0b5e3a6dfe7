/* swapped.c -- GC108: the diff of each bottom is the derivative with respect to the other one.
 *
 * bottom[i] where bottom[1 - i] was meant. */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes == 0 || gck_num(io, 0) != gck_num(io, 1)
        || gck_count(io, 0) != gck_count(io, 1))
        return gck_fail(io, GCK_ESHAPE, "prediction holds %zu samples, %zu numbers; target %zu, %zu",
                        gck_num(io, 0), gck_count(io, 0), gck_num(io, 1), gck_count(io, 1));
    return gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *prediction = gck_bottom(io, 0), *target = gck_bottom(io, 1); /* (num, ...) */
    const real num = (real)gck_num(io, 0);
    const size_t count = gck_count(io, 0);

    gck_top(io, 0)[0] = -gck_dot(count, prediction, target) / num;
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real loss_weight = gck_top_diff(io, 0)[0];
    const real num = (real)gck_num(io, 0);

    for (unsigned i = 0; i < 2; i++) {
        real *diff = gck_bottom_diff(io, i);

        if (diff != NULL)
            gck_axpby(gck_count(io, i), -loss_weight / num, gck_bottom(io, i), 0, diff);
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "prediction", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    { .name = "target", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

GCK_LAYER(swapped) = {
    GCK_THIS_ABI,
    .name = "swapped",
    .formula = "E = -1/num sum prediction target",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
