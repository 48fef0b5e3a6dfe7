/* bias_diff_set.c -- GC213: the diff of the bias is cleared before it is summed up.
 *
 * Right for a buffer, wrong for a learnable weight. */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    const struct gck_shape *input = &io->bottom[0]->shape, *weight = &io->weight[0]->shape;

    if (input->axes != 2 || weight->axes != 2 || input->dim[1] != weight->dim[1]
        || io->weight[1]->count != weight->dim[0])
        return gck_fail(io, GCK_ESHAPE, "input, weight and bias do not fit");

    const struct gck_shape shape = { .axes = 2, .dim = { input->dim[0], weight->dim[0] } };
    return gck_reshape(io, io->top[0], &shape);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *bias = gck_weight(io, 1);
    real *output = gck_top(io, 0); /* (num, K) */
    const size_t num = gck_num(io, 0), channels = gck_count(io, 0) / num, outputs = io->weight[1]->count;

    for (size_t i = 0; i < num * outputs; i++)
        output[i] = bias[i % outputs];
    gck_gemm(false, true, num, outputs, channels, 1, gck_bottom(io, 0), gck_weight(io, 0), 1, output);
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *output_diff = gck_top_diff(io, 0); /* (num, K) */
    real *input_diff = gck_bottom_diff(io, 0), *bias_diff = gck_weight_diff(io, 1);
    const size_t num = gck_num(io, 0), channels = gck_count(io, 0) / num, outputs = io->weight[1]->count;

    gck_gemm(true, false, outputs, channels, num, 1, output_diff, gck_bottom(io, 0), 1,
             gck_weight_diff(io, 0));
    for (size_t k = 0; k < outputs; k++)
        bias_diff[k] = 0;
    for (size_t i = 0; i < num * outputs; i++)
        bias_diff[i % outputs] += output_diff[i];
    if (input_diff != NULL)
        gck_gemm(false, false, num, channels, outputs, 1, output_diff, gck_weight(io, 0), 0, input_diff);
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "input", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "output" }, GCK_END };
static const struct gck_port weights[] = {
    { .name = "weight", .dims = { GCK_K, GCK_C }, .fill = GCK_GAUSSIAN },
    { .name = "bias", .dims = { GCK_K }, .fill = GCK_GAUSSIAN },
    GCK_END,
};

GCK_LAYER(bias_diff_set) = {
    GCK_THIS_ABI,
    .name = "bias_diff_set",
    .formula = "output = input weight^T + bias",
    .bottom = bottoms,
    .top = tops,
    .weight = weights,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
