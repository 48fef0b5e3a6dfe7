/* gaussian_nll.c -- a mean and the log of a variance for every number: E = 1/count sum ((x - mean)^2 exp(-v) + v) / 2.
 * A mean over all elements, not over the samples. */
#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    for (unsigned k = 1; k < 3; k++)
        if (gck_count(io, k) != gck_count(io, 0))
            return gck_fail(io, GCK_ESHAPE, "bottom %u holds %zu numbers, bottom 0 %zu", k, gck_count(io, k),
                            gck_count(io, 0));
    return gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *mean = gck_bottom(io, 0), *v = gck_bottom(io, 1), *x = gck_bottom(io, 2);
    const size_t count = gck_count(io, 0);
    real loss = 0;

    for (size_t i = 0; i < count; i++)
        loss += (real)0.5 * ((x[i] - mean[i]) * (x[i] - mean[i]) * exp(-v[i]) + v[i]);
    gck_top(io, 0)[0] = loss / (real)count;
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *mean = gck_bottom(io, 0), *v = gck_bottom(io, 1), *x = gck_bottom(io, 2);
    const size_t count = gck_count(io, 0);
    const real scale = gck_top_diff(io, 0)[0] / (real)count;
    real *to_mean = gck_bottom_diff(io, 0), *to_v = gck_bottom_diff(io, 1), *to_x = gck_bottom_diff(io, 2);

    for (size_t i = 0; i < count; i++) {
        const real precision = exp(-v[i]), off = x[i] - mean[i];

        if (to_mean != NULL)
            to_mean[i] = -scale * off * precision;
        if (to_v != NULL)
            to_v[i] = (real)0.5 * scale * (1 - off * off * precision);
        if (to_x != NULL)
            to_x[i] = scale * off * precision;
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "mean", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    { .name = "log_variance", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN, .scale_max = 10 },
    { .name = "x", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

GCK_LAYER(gaussian_nll) = {
    GCK_THIS_ABI,
    .name = "gaussian_nll",
    .formula = "E = 1/count sum ((x - mean)^2 exp(-v) + v) / 2",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
