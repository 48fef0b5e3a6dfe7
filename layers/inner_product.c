/* inner_product.c -- every output is a weighted sum of all inputs of its sample: a fully connected layer.
 *
 *     output = input weight^T + bias            (N, K) = (N, C) (C, K) + (K), the bias to every row
 *
 *     dE/dinput  = dE/doutput weight            (N, C) = (N, K) (K, C)
 *     dE/dweight = dE/doutput^T input           (K, C) = (K, N) (N, C)
 *     dE/dbias_k = sum_n dE/doutput_nk
 *
 * No loss: dE/doutput has a number for every output, and the layer above put it into the top's diff. The
 * batch is not averaged here, num has no say: whoever computes the loss has divided by it.
 * The bottom's diff is SET; the weights' are ADDED to, since a weight may serve several layers and several
 * batches before it is updated.
 * Source: Caffe, InnerProductLayer. */

#include "gradcheck/layer.h"

enum { NUM_OUTPUT, BIAS_TERM };

static size_t channels(const struct gck_io *io)
{
    return gck_count(io, 0) / gck_num(io, 0);
}

static enum gck_status reshape(struct gck_io *io)
{
    const struct gck_blob *weight = io->weight[0];

    if (io->bottom[0]->shape.axes == 0)
        return gck_fail(io, GCK_ESHAPE, "input needs a batch axis");
    if (weight->shape.axes != 2 || weight->shape.dim[1] != channels(io)) {
        char text[GCK_SHAPE_TEXT];

        return gck_fail(io, GCK_ESHAPE, "input holds %zu numbers a sample; weight is %s, not outputs x %zu",
                        channels(io), gck_shape_text(&weight->shape, text), channels(io));
    }
    const size_t outputs = weight->shape.dim[0];
    if (gck_given(io, NUM_OUTPUT) && io->param[NUM_OUTPUT] != (double)outputs)
        return gck_fail(io, GCK_EPARAM, "num_output is %g, and weight has rows for %zu outputs",
                        io->param[NUM_OUTPUT], outputs);
    if (io->param[BIAS_TERM] != 0 && io->weight[1]->count != outputs)
        return gck_fail(io, GCK_ESHAPE, "bias holds %zu numbers, weight has rows for %zu outputs",
                        io->weight[1]->count, outputs);

    const struct gck_shape shape = { .axes = 2, .dim = { gck_num(io, 0), outputs } };
    return gck_reshape(io, io->top[0], &shape);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *input = gck_bottom(io, 0);   /* (num, C) */
    const real *weight = gck_weight(io, 0);  /* (K, C) */
    real *output = gck_top(io, 0);           /* (num, K) */
    const size_t num = gck_num(io, 0), outputs = io->weight[0]->shape.dim[0];
    const bool biased = io->param[BIAS_TERM] != 0;

    if (biased) {
        const real *bias = gck_weight(io, 1); /* (K) */

        for (size_t n = 0; n < num; n++)
            for (size_t k = 0; k < outputs; k++)
                output[n * outputs + k] = bias[k];
    }
    gck_gemm(false, true, num, outputs, channels(io), 1, input, weight, biased ? 1 : 0, output);
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *output_diff = gck_top_diff(io, 0); /* (num, K): dE/doutput, element by element */
    real *input_diff = gck_bottom_diff(io, 0);     /* (num, C) */
    const size_t num = gck_num(io, 0), outputs = io->weight[0]->shape.dim[0];

    gck_gemm(true, false, outputs, channels(io), num, 1, output_diff, gck_bottom(io, 0), 1,
             gck_weight_diff(io, 0));
    if (io->param[BIAS_TERM] != 0) {
        real *bias_diff = gck_weight_diff(io, 1);  /* (K) */

        for (size_t n = 0; n < num; n++)
            for (size_t k = 0; k < outputs; k++)
                bias_diff[k] += output_diff[n * outputs + k];
    }
    if (input_diff != NULL)
        gck_gemm(false, false, num, channels(io), outputs, 1, output_diff, gck_weight(io, 0), 0,
                 input_diff);
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "input", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN, .scale_max = 1e15 },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "output" }, GCK_END };
static const struct gck_port weights[] = {
    { .name = "weight", .dims = { GCK_K, GCK_C }, .fill = GCK_GAUSSIAN, .scale_max = 1e15 },
    { .name = "bias", .dims = { GCK_K }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_param params[] = {
    { .name = "num_output", .kind = GCK_INTEGER, .unset = true, .min = 1, .max = 1e9,
      .help = "K; without it the rows of weight say how many outputs there are" },
    { .name = "bias_term", .kind = GCK_BOOL, .value = 1, .help = "0: the bias is left out" },
    GCK_END,
};

GCK_LAYER(inner_product) = {
    GCK_THIS_ABI,
    .name = "inner_product",
    .caffe_type = "InnerProduct",
    .formula = "output = input weight^T + bias",
    .bottom = bottoms,
    .top = tops,
    .weight = weights,
    .param = params,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
