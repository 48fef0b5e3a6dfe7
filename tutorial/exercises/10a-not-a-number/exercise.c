/* 10a-not-a-number.c -- Not a number.
 *
 * One NaN in one diff, and after the next step of the training every weight is NaN. Where does it
 * come from?
 *
 * The slope of this layer divides by how far the distance is from 5. Somebody rearranged it. Which
 * pairs have that distance at 0? */

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
            const real gap = d < 5 ? 5 - d : 0;
            const real slope = -gap * gap / (gap * d);

            for (size_t i = n * channels; i < (n + 1) * channels; i++)
                diff[i] = (side == 0 ? scale : -scale) * slope * (a[i] - b[i]);
        }
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "a", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN, .scale = 2 },
    { .name = "b", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

GCK_LAYER(not_a_number) = {
    GCK_THIS_ABI,
    .name = "not_a_number",
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
