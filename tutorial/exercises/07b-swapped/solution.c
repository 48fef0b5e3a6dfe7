/* 07b-swapped.c -- Each the other's.
 *
 * E = -1/num sum a b: the more a and b agree in direction, the smaller. The derivative by a is a
 * multiple of b, the derivative by b one of a.
 *
 * So whose diff goes where? */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes == 0 || gck_num(io, 0) != gck_num(io, 1)
        || gck_count(io, 0) != gck_count(io, 1))
        return gck_fail(io, GCK_ESHAPE, "a: %zu samples, %zu numbers; b: %zu, %zu",
                        gck_num(io, 0), gck_count(io, 0), gck_num(io, 1), gck_count(io, 1));
    return gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real num = (real)gck_num(io, 0);

    gck_top(io, 0)[0] = -gck_dot(gck_count(io, 0), gck_bottom(io, 0), gck_bottom(io, 1)) / num;
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real loss_weight = gck_top_diff(io, 0)[0];
    const real num = (real)gck_num(io, 0);

    for (unsigned i = 0; i < 2; i++) {
        const real *other = gck_bottom(io, 1 - i);
        real *diff = gck_bottom_diff(io, i);

        if (diff != NULL)
            gck_axpby(gck_count(io, i), -loss_weight / num, other, 0, diff);
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "a", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    { .name = "b", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

GCK_LAYER(swapped) = {
    GCK_THIS_ABI,
    .name = "swapped",
    .formula = "E = -1/num sum a b",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
