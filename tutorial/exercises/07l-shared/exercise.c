/* 07l-shared.c -- What is shared is added to.
 *
 * A layer with a learnable weight: output = input weight^T. Two layers may share one weight, and
 * one weight may see several batches before the solver moves it. Each of them brings its part of
 * the derivative.
 *
 * Bottom diffs are set. What about weight diffs? */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    const struct gck_shape *input = &io->bottom[0]->shape, *weight = &io->weight[0]->shape;

    if (input->axes != 2 || weight->axes != 2 || input->dim[1] != weight->dim[1])
        return gck_fail(io, GCK_ESHAPE, "input has %zu numbers for each sample, weight %zu columns",
                        gck_count(io, 0) / gck_num(io, 0), weight->dim[1]);

    const struct gck_shape shape = { .axes = 2, .dim = { input->dim[0], weight->dim[0] } };
    return gck_reshape(io, io->top[0], &shape);
}

static enum gck_status forward(struct gck_io *io)
{
    const size_t num = gck_num(io, 0), channels = gck_count(io, 0) / num;
    const size_t outputs = io->weight[0]->count / channels;

    gck_gemm(false, true, num, outputs, channels, 1, gck_bottom(io, 0), gck_weight(io, 0), 0,
             gck_top(io, 0));
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *output_diff = gck_top_diff(io, 0); /* (num, K) */
    const size_t num = gck_num(io, 0), channels = gck_count(io, 0) / num;
    const size_t outputs = io->weight[0]->count / channels;
    real *diff = gck_bottom_diff(io, 0); /* (num, C) */

    gck_gemm(true, false, outputs, channels, num, 1, output_diff, gck_bottom(io, 0), 0,
             gck_weight_diff(io, 0));
    if (diff != NULL)
        gck_gemm(false, false, num, channels, outputs, 1, output_diff, gck_weight(io, 0), 0, diff);
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "input", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "output" }, GCK_END };
static const struct gck_port weights[] = {
    { .name = "weight", .dims = { GCK_K, GCK_C }, .fill = GCK_GAUSSIAN },
    GCK_END,
};

GCK_LAYER(shared) = {
    GCK_THIS_ABI,
    .name = "shared",
    .formula = "output = input weight^T",
    .bottom = bottoms,
    .top = tops,
    .weight = weights,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
