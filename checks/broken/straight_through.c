/* straight_through.c -- GC311: the part of the diff along y stays in.
 *
 * From life: darknet's l2norm layer passes the diff on like this, the derivative is commented
 * out there. It trains, and it is wrong. */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    const struct gck_shape lengths = { .axes = 1, .dim = { gck_num(io, 0) } };
    enum gck_status status = gck_reshape(io, io->buffer[0], &lengths);

    return status != GCK_OK ? status : gck_reshape_like(io, io->top[0], io->bottom[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    real *length = gck_buffer(io, 0); /* (num) kept for backward */
    const size_t num = gck_num(io, 0), each = gck_count(io, 0) / num;

    for (size_t n = 0; n < num; n++) {
        const real *x = gck_bottom(io, 0) + n * each;

        length[n] = sqrt(gck_dot(each, x, x));
        if (length[n] == 0)
            return gck_fail(io, GCK_EDATA, "sample %zu has no direction", n);
        for (size_t i = 0; i < each; i++)
            gck_top(io, 0)[n * each + i] = x[i] / length[n];
    }
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *length = gck_buffer(io, 0); /* (num) */
    const size_t num = gck_num(io, 0), each = gck_count(io, 0) / num;
    real *diff = gck_bottom_diff(io, 0);

    for (size_t n = 0; diff != NULL && n < num; n++) {
        const real *upstream = gck_top_diff(io, 0) + n * each;

        for (size_t i = 0; i < each; i++)
            diff[n * each + i] = upstream[i] / length[n];
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "x", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "y" }, GCK_END };

GCK_LAYER(straight_through) = {
    GCK_THIS_ABI,
    .name = "straight_through",
    .formula = "y = x / |x|, sample by sample",
    .bottom = bottoms,
    .top = tops,
    .buffers = 1,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
