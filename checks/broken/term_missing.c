/* term_missing.c -- GC399: what the second bottom adds to the derivative is forgotten.
 *
 * The likelihood of counts under exp(log_rate): exp(x) - t x has the derivative exp(x) - t, and the t is missing. */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes == 0 || gck_num(io, 0) != gck_num(io, 1) || gck_count(io, 0) != gck_count(io, 1))
        return gck_fail(io, GCK_ESHAPE, "log_rate holds %zu samples, %zu numbers; count %zu, %zu", gck_num(io, 0),
                        gck_count(io, 0), gck_num(io, 1), gck_count(io, 1));
    return gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *log_rate = gck_bottom(io, 0), *count = gck_bottom(io, 1); /* (num, ...) */
    real sum = 0;

    for (size_t i = 0; i < gck_count(io, 0); i++)
        sum += exp(log_rate[i]) - count[i] * log_rate[i];
    gck_top(io, 0)[0] = sum / (real)gck_num(io, 0);
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *log_rate = gck_bottom(io, 0); /* (num, ...) */
    const real scale = gck_top_diff(io, 0)[0] / (real)gck_num(io, 0);
    real *diff = gck_bottom_diff(io, 0);

    for (size_t i = 0; diff != NULL && i < gck_count(io, 0); i++)
        diff[i] = scale * exp(log_rate[i]);
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "log_rate", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    { .name = "count", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_POSITIVE, .constant = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

GCK_LAYER(term_missing) = {
    GCK_THIS_ABI,
    .name = "term_missing",
    .formula = "E = 1/num sum exp(log_rate) - count log_rate",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
