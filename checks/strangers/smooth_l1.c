/* smooth_l1.c -- squared near 0, absolute beyond: the loss of bounding boxes.
 *
 *     d = inside (a - b),   E = 1/num sum outside f(d),   f = sigma^2 d^2 / 2 where |d| < 1/sigma^2, else |d| - 1/(2 sigma^2)
 *
 * Source: Girshick, "Fast R-CNN", 2015. */
#include "gradcheck/layer.h"

enum { SIGMA };

static enum gck_status reshape(struct gck_io *io)
{
    if (gck_count(io, 0) != gck_count(io, 1) || gck_num(io, 0) != gck_num(io, 1))
        return gck_fail(io, GCK_ESHAPE, "the boxes need one shape");
    if (io->bottoms > 2 && gck_count(io, 2) != gck_count(io, 0))
        return gck_fail(io, GCK_ESHAPE, "inside needs a weight for each coordinate");
    const enum gck_status status = gck_reshape_like(io, io->buffer[0], io->bottom[0]);
    return status != GCK_OK ? status : gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *a = gck_bottom(io, 0), *b = gck_bottom(io, 1);
    const real *inside = io->bottoms > 2 ? gck_bottom(io, 2) : NULL;
    real *d = gck_buffer(io, 0);
    const real sigma2 = (real)(io->param[SIGMA] * io->param[SIGMA]);
    real loss = 0;

    for (size_t i = 0; i < gck_count(io, 0); i++) {
        d[i] = a[i] - b[i];
        if (inside != NULL)
            d[i] *= inside[i];
        const real size = fabs(d[i]);
        loss += size < 1 / sigma2 ? (real)0.5 * sigma2 * size * size : size - (real)0.5 / sigma2;
    }
    gck_top(io, 0)[0] = loss / (real)gck_num(io, 0);
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *d = gck_buffer(io, 0);
    const real *inside = io->bottoms > 2 ? gck_bottom(io, 2) : NULL;
    const real sigma2 = (real)(io->param[SIGMA] * io->param[SIGMA]);
    const real weight = gck_top_diff(io, 0)[0];

    for (unsigned k = 0; k < 2; k++) {
        real *diff = gck_bottom_diff(io, k);
        const real sign = k == 0 ? 1 : -1;

        for (size_t i = 0; diff != NULL && i < gck_count(io, 0); i++) {
            real slope = d[i] * sigma2;
            if (slope > 1)
                slope = 1;
            else if (slope < -1)
                slope = -1;
            diff[i] = sign * weight * slope / (real)gck_num(io, 0);
            if (inside != NULL)
                diff[i] *= inside[i];
        }
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "box", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    { .name = "truth", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    { .name = "inside", .dims = { GCK_N, GCK_C }, .fill = GCK_BINARY, .constant = true, .optional = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };
static const struct gck_param params[] = {
    { .name = "sigma", .kind = GCK_REAL, .value = 1, .min = 0.1, .max = 10, .help = "squared within 1/sigma^2" },
    GCK_END,
};

GCK_LAYER(smooth_l1) = {
    GCK_THIS_ABI,
    .name = "smooth_l1",
    .formula = "E = 1/num sum f(a - b), f squared near 0, absolute beyond",
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
