/* both_slopes.c -- GC305: the slopes of both sides of a corner are added up.
 *
 * What is above the limit costs double: slope 1 below it, 2 above; 3 is no slope of either side. All amounts stand
 * at the limit, as after clipping. */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes == 0)
        return gck_fail(io, GCK_ESHAPE, "amount needs a batch axis");
    return gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *amount = gck_bottom(io, 0); /* (num, C) */
    const size_t count = gck_count(io, 0);
    real loss = 0;

    for (size_t i = 0; i < count; i++)
        loss += amount[i] + (amount[i] > 1 ? amount[i] - 1 : 0);
    gck_top(io, 0)[0] = loss / (real)gck_num(io, 0);
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real scale = gck_top_diff(io, 0)[0] / (real)gck_num(io, 0);
    const size_t count = gck_count(io, 0);
    real *diff = gck_bottom_diff(io, 0); /* (num, C) */

    for (size_t i = 0; diff != NULL && i < count; i++)
        diff[i] = (1 + 2) * scale;
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "amount", .dims = { GCK_N, GCK_C }, .fill = GCK_UNIFORM, .lo = 1, .hi = 1 },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

GCK_LAYER(both_slopes) = {
    GCK_THIS_ABI,
    .name = "both_slopes",
    .formula = "E = 1/num sum (x + max(x - 1, 0))",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
