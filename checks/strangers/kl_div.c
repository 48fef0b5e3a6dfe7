/* kl_div.c -- how far one distribution is from another: E = 1/num sum t (log t - log p). Both get a gradient. */
#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    if (gck_count(io, 0) != gck_count(io, 1))
        return gck_fail(io, GCK_ESHAPE, "both distributions need one shape");
    return gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *p = gck_bottom(io, 0), *t = gck_bottom(io, 1);
    real loss = 0;

    for (size_t i = 0; i < gck_count(io, 0); i++)
        loss += t[i] * (log(t[i]) - log(p[i]));
    gck_top(io, 0)[0] = loss / (real)gck_num(io, 0);
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *p = gck_bottom(io, 0), *t = gck_bottom(io, 1);
    real *to_p = gck_bottom_diff(io, 0), *to_t = gck_bottom_diff(io, 1);
    const real w = gck_top_diff(io, 0)[0] / (real)gck_num(io, 0);

    for (size_t i = 0; i < gck_count(io, 0); i++) {
        if (to_p)
            to_p[i] = -w * t[i] / p[i];
        if (to_t)
            to_t[i] = w * (log(t[i]) - log(p[i]) + 1);
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "p", .dims = { GCK_N, GCK_C }, .fill = GCK_PROBABILITY_ROWS, .range = GCK_C, .domain_hi = 2 },
    { .name = "t", .dims = { GCK_N, GCK_C }, .fill = GCK_PROBABILITY_ROWS, .range = GCK_C, .domain_hi = 2 },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

GCK_LAYER(kl_div) = {
    GCK_THIS_ABI,
    .name = "kl_div",
    .formula = "E = 1/num sum t (log t - log p)",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
