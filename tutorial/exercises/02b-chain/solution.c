/* 02b-chain.c -- One link too many.
 *
 * A yes/no classifier: the score goes through a sigmoid, p = 1/(1 + exp(-score)), and the loss is
 * the cross entropy of p against the target t. The author knows the chain rule: "first the loss by
 * p, then p by the score, which is p (1 - p)".
 *
 * He is right, and still the diffs are too small, most of all where the layer is sure of itself. */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes == 0 || gck_num(io, 0) != gck_num(io, 1)
        || gck_count(io, 0) != gck_count(io, 1))
        return gck_fail(io, GCK_ESHAPE, "score: %zu samples, %zu numbers; target: %zu, %zu",
                        gck_num(io, 0), gck_count(io, 0), gck_num(io, 1), gck_count(io, 1));

    enum gck_status status = gck_reshape_like(io, io->buffer[0], io->bottom[0]);
    return status != GCK_OK ? status : gck_reshape_scalar(io, io->top[0]);
}

/* log(1 + exp(-|x|)) never overflows */
static enum gck_status forward(struct gck_io *io)
{
    const real *score = gck_bottom(io, 0), *target = gck_bottom(io, 1); /* (num, ...) */
    real *p = gck_buffer(io, 0); /* (num, ...) kept for backward */
    const size_t count = gck_count(io, 0);
    real loss = 0;

    for (size_t i = 0; i < count; i++) {
        p[i] = 1 / (1 + exp(-score[i]));
        loss += (score[i] >= 0 ? score[i] : 0) - score[i] * target[i] + log1p(exp(-fabs(score[i])));
    }
    gck_top(io, 0)[0] = loss / (real)gck_num(io, 0);
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *p = gck_buffer(io, 0), *target = gck_bottom(io, 1); /* (num, ...) */
    const real scale = gck_top_diff(io, 0)[0] / (real)gck_num(io, 0); /* loss weight / num */
    const size_t count = gck_count(io, 0);
    real *diff = gck_bottom_diff(io, 0); /* (num, ...) */

    for (size_t i = 0; diff != NULL && i < count; i++)
        diff[i] = scale * (p[i] - target[i]);
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "score", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    { .name = "target", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_UNIFORM, .lo = 0, .hi = 1,
      .constant = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

GCK_LAYER(chain) = {
    GCK_THIS_ABI,
    .name = "chain",
    .formula = "E = -1/num sum t log p + (1 - t) log(1 - p), p = sigmoid(score)",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .buffers = 1,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
