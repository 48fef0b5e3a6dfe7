/* focal.c -- cross entropy that looks away from what is easy.
 *
 *     p = 1 / (1 + exp(-s)),   q = p where y = 1, else 1 - p
 *     E = -1/num sum a (1 - q)^gamma log q,   a = alpha where y = 1, else 1 - alpha
 *
 *     dE/ds = +-1/num a (1 - q)^gamma (gamma q log q - (1 - q)),  + where y = 1
 *
 * Source: Lin et al., "Focal Loss for Dense Object Detection", 2017. */
#include "gradcheck/layer.h"

enum { GAMMA, ALPHA };

static enum gck_status reshape(struct gck_io *io)
{
    if (gck_count(io, 0) != gck_count(io, 1))
        return gck_fail(io, GCK_ESHAPE, "every score needs a target");
    return gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *score = gck_bottom(io, 0), *target = gck_bottom(io, 1);
    const real gamma = (real)io->param[GAMMA], alpha = (real)io->param[ALPHA];
    real loss = 0;

    for (size_t i = 0; i < gck_count(io, 0); i++) {
        const real p = 1 / (1 + exp(-score[i]));
        const real q = target[i] > (real)0.5 ? p : 1 - p;
        const real a = target[i] > (real)0.5 ? alpha : 1 - alpha;

        loss -= a * pow(1 - q, gamma) * log(q);
    }
    gck_top(io, 0)[0] = loss / (real)gck_num(io, 0);
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *score = gck_bottom(io, 0), *target = gck_bottom(io, 1);
    const real gamma = (real)io->param[GAMMA], alpha = (real)io->param[ALPHA];
    const real scale = gck_top_diff(io, 0)[0] / (real)gck_num(io, 0);
    real *diff = gck_bottom_diff(io, 0);

    if (diff == NULL)
        return GCK_OK;
    for (size_t i = 0; i < gck_count(io, 0); i++) {
        const bool yes = target[i] > (real)0.5;
        const real p = 1 / (1 + exp(-score[i]));
        const real q = yes ? p : 1 - p;
        const real a = yes ? alpha : 1 - alpha;
        const real slope = a * pow(1 - q, gamma) * (gamma * q * log(q) - (1 - q));

        diff[i] = yes ? scale * slope : -scale * slope;
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "score", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN, .scale_max = 4 },
    { .name = "target", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_BINARY, .constant = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };
static const struct gck_param params[] = {
    { .name = "gamma", .kind = GCK_REAL, .value = 2, .min = 0, .max = 10, .help = "how far it looks away" },
    { .name = "alpha", .kind = GCK_REAL, .value = 0.25, .min = 0, .max = 1, .help = "the share of the positive ones" },
    GCK_END,
};

GCK_LAYER(focal) = {
    GCK_THIS_ABI,
    .name = "focal",
    .formula = "E = -1/num sum a (1 - q)^gamma log q",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .param = params,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
