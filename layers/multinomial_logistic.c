/* multinomial_logistic.c -- how surprised somebody with given probabilities is by the right class.
 *
 *     E = -1/num sum_n log p_n,          p_n = max(probability_n,label, floor)
 *
 *     dE/dprobability_nc = -1 / (num p_n)      where c is sample n's label, else 0
 *
 * num is the number of samples. The input is probabilities already, and nobody checks that they sum to 1:
 * behind a softmax, softmax_loss says the same and loses nothing when p is rounded to 0. Here a p of 0 can
 * come in, so there is a floor, 1e-20 as a float has it. Below the floor the loss is flat, while Backward
 * says -1 / (num floor), as in Caffe.
 * Source: Caffe, MultinomialLogisticLossLayer. */

#include "gradcheck/layer.h"

enum { FLOOR };

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes == 0)
        return gck_fail(io, GCK_ESHAPE, "probability needs a batch axis");
    if (gck_num(io, 0) != gck_num(io, 1))
        return gck_fail(io, GCK_ESHAPE, "probability holds %zu samples, label %zu", gck_num(io, 0),
                        gck_num(io, 1));
    if (gck_count(io, 1) != gck_num(io, 0))
        return gck_fail(io, GCK_ESHAPE, "probability holds %zu samples, label %zu numbers", gck_num(io, 0),
                        gck_count(io, 1));
    return gck_reshape_scalar(io, io->top[0]);
}

/* Not fmax, which would hide a NaN. */
static real at_least(real probability, real floor)
{
    return probability < floor ? floor : probability;
}

static enum gck_status forward(struct gck_io *io)
{
    const real *probability = gck_bottom(io, 0); /* (num, C) */
    const size_t num = gck_num(io, 0), classes = gck_count(io, 0) / num;
    real loss = 0;

    for (size_t n = 0; n < num; n++) {
        size_t label;
        const enum gck_status status = gck_label(io, 1, n, classes, &label);

        if (status != GCK_OK)
            return status;
        loss -= log(at_least(probability[n * classes + label], (real)io->param[FLOOR]));
    }
    gck_top(io, 0)[0] = loss / (real)num;
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *probability = gck_bottom(io, 0); /* (num, C) */
    const size_t num = gck_num(io, 0), classes = gck_count(io, 0) / num;
    const real scale = -gck_top_diff(io, 0)[0] / (real)num; /* -loss weight / num */
    real *diff = gck_bottom_diff(io, 0);         /* (num, C) */

    if (diff == NULL)
        return GCK_OK;
    for (size_t n = 0; n < num; n++) {
        size_t label;
        const enum gck_status status = gck_label(io, 1, n, classes, &label);

        if (status != GCK_OK)
            return status;
        for (size_t c = 0; c < classes; c++)
            diff[n * classes + c] = 0;
        label += n * classes;
        diff[label] = scale / at_least(probability[label], (real)io->param[FLOOR]);
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "probability", .dims = { GCK_N, GCK_C }, .fill = GCK_PROBABILITY_ROWS, .range = GCK_C,
      .domain_lo = 0, .domain_hi = 1e300 },
    { .name = "label", .dims = { GCK_N }, .fill = GCK_LABELS, .range = GCK_C, .constant = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };
static const struct gck_param params[] = {
    { .name = "floor", .kind = GCK_REAL, .value = (double)1e-20f, .min = 0, .max = 1,
      .help = "a probability counts as at least this; Backward knows nothing of it" },
    GCK_END,
};

GCK_LAYER(multinomial_logistic) = {
    GCK_THIS_ABI,
    .name = "multinomial_logistic",
    .caffe_type = "MultinomialLogisticLoss",
    .formula = "E = -1/num sum log probability_label",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .param = params,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
