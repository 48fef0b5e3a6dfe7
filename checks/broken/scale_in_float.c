/* scale_in_float.c -- GC307 double only: what every diff is multiplied by passes through float.
 *
 * Diffs are right to 7 digits, and differences see no more; but twice the weight is not twice the diffs to double's digits, since
 * float rounds both for themselves. The weight is used as it should be. Layer: a metric loss, as in FaceNet. */

#include "gradcheck/layer.h"

enum { MARGIN };

static enum gck_status reshape(struct gck_io *io)
{
    const struct gck_shape one = { .axes = 1, .dim = { gck_num(io, 0) } };

    for (unsigned k = 1; k < 3; k++)
        if (!gck_shape_equal(&io->bottom[k]->shape, &io->bottom[0]->shape))
            return gck_fail(io, GCK_ESHAPE, "all three need one shape");
    const enum gck_status status = gck_reshape(io, io->buffer[0], &one);
    return status != GCK_OK ? status : gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *anchor = gck_bottom(io, 0), *like = gck_bottom(io, 1), *other = gck_bottom(io, 2);
    real *gap = gck_buffer(io, 0);
    const size_t num = gck_num(io, 0), row = gck_count(io, 0) / num;
    real loss = 0;

    for (size_t n = 0; n < num; n++) {
        real near = 0, far = 0;

        for (size_t i = n * row; i < (n + 1) * row; i++) {
            near += (anchor[i] - like[i]) * (anchor[i] - like[i]);
            far += (anchor[i] - other[i]) * (anchor[i] - other[i]);
        }
        gap[n] = near - far + (real)io->param[MARGIN];
        if (gap[n] > 0)
            loss += gap[n];
    }
    gck_top(io, 0)[0] = loss / (real)num;
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *anchor = gck_bottom(io, 0), *like = gck_bottom(io, 1), *other = gck_bottom(io, 2);
    const real *gap = gck_buffer(io, 0);
    const size_t num = gck_num(io, 0), row = gck_count(io, 0) / num;
    const real scale = (real)(float)(2 * gck_top_diff(io, 0)[0] / (real)num); /* the mistake: float */
    real *to_anchor = gck_bottom_diff(io, 0), *to_like = gck_bottom_diff(io, 1), *to_other = gck_bottom_diff(io, 2);

    for (size_t n = 0; n < num; n++)
        for (size_t i = n * row; i < (n + 1) * row; i++) {
            const real active = gap[n] > 0 ? scale : 0;

            if (to_anchor != NULL)
                to_anchor[i] = active * (other[i] - like[i]);
            if (to_like != NULL)
                to_like[i] = active * (like[i] - anchor[i]);
            if (to_other != NULL)
                to_other[i] = active * (anchor[i] - other[i]);
        }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "anchor", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    { .name = "like", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    { .name = "other", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };
static const struct gck_param params[] = {
    { .name = "margin", .kind = GCK_REAL, .value = 1, .min = 0, .max = 100, .help = "by so much" },
    GCK_END,
};

GCK_LAYER(scale_in_float) = {
    GCK_THIS_ABI,
    .name = "scale_in_float",
    .formula = "E = 1/num sum max(0, |a - l|^2 - |a - o|^2 + margin)",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .buffers = 1,
    .param = params,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
