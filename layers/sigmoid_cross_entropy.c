/* sigmoid_cross_entropy.c -- many yes-or-no questions at once, each with its own target.
 *
 *     p = 1 / (1 + exp(-score))
 *     E = -1/Z sum (target log p + (1 - target) log(1 - p))      over all targets that are not ignored
 *
 *     dE/dscore = (p - target) / Z                               0 where the target is ignored
 *
 * score and target have as many elements; a target is 0, 1 or between, which nobody checks. Z is by
 * `normalization` the number of elements (FULL), of those not ignored (VALID), num (BATCH_SIZE, the default,
 * unlike that of softmax_loss), or 1 (NONE); it is never less than 1. A target that is ignore_label after its
 * fraction was cut off is ignored: with ignore_label 0, a target of 0.3 is.
 *
 * No logarithm of a rounded p: one term is max(score, 0) - score target + log1p(exp(-|score|)), where exp
 * can't overflow and log1p keeps what is small. The gradient is made from the smaller of p and 1 - p, so
 * that it has all its digits where p is close to 1 and target is 1.
 * Source: Caffe, SigmoidCrossEntropyLossLayer. */

#include "gradcheck/layer.h"

enum { NORMALIZATION, IGNORE_LABEL };

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes == 0 || io->bottom[1]->shape.axes == 0)
        return gck_fail(io, GCK_ESHAPE, "score and target need a batch axis");
    if (gck_num(io, 0) != gck_num(io, 1))
        return gck_fail(io, GCK_ESHAPE, "score holds %zu samples, target %zu", gck_num(io, 0),
                        gck_num(io, 1));
    if (gck_count(io, 0) != gck_count(io, 1))
        return gck_fail(io, GCK_ESHAPE, "score holds %zu numbers, target %zu", gck_count(io, 0),
                        gck_count(io, 1));

    enum gck_status status = gck_reshape_scalar(io, io->buffer[0]);
    return status != GCK_OK ? status : gck_reshape_scalar(io, io->top[0]);
}

/* Without an ignore_label it is NaN, which nothing equals. */
static bool ignored(const struct gck_io *io, real target)
{
    return trunc((double)target) == io->param[IGNORE_LABEL];
}

static enum gck_status forward(struct gck_io *io)
{
    const real *score = gck_bottom(io, 0);   /* (num, ...) */
    const real *target = gck_bottom(io, 1);  /* (num, ...) */
    real *normalizer = gck_buffer(io, 0);    /* () kept for backward */
    const size_t num = gck_num(io, 0), count = gck_count(io, 0), each = count / num;
    real loss = 0;
    size_t valid = 0;

    for (size_t n = 0; n < num; n++) {
        real sum = 0;                        /* sample by sample: float loses less */

        for (size_t i = n * each; i < (n + 1) * each; i++) {
            if (ignored(io, target[i]))
                continue;
            sum += (score[i] >= 0 ? score[i] : 0) - score[i] * target[i] + log1p(exp(-fabs(score[i])));
            valid++;
        }
        loss += sum;
    }
    normalizer[0] = gck_normalizer(io, NORMALIZATION, count, valid, num);
    gck_top(io, 0)[0] = loss / normalizer[0];
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *score = gck_bottom(io, 0);   /* (num, ...) */
    const real *target = gck_bottom(io, 1);  /* (num, ...) */
    const real scale = gck_top_diff(io, 0)[0] / gck_buffer(io, 0)[0]; /* loss weight / Z */
    const size_t count = gck_count(io, 0);
    real *diff = gck_bottom_diff(io, 0);     /* (num, ...) */

    if (diff == NULL)
        return GCK_OK;
    for (size_t i = 0; i < count; i++) {
        const real e = exp(-fabs(score[i]));
        const real less = e / (1 + e);       /* 1 - p, or p where score < 0 */
        const real slope = score[i] >= 0 ? (1 - target[i]) - less : less - target[i];

        diff[i] = ignored(io, target[i]) ? 0 : scale * slope;
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "score", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN,
      .scale_min = 1e-5, .scale_max = 10 }, /* outside, gradients drown in the rounding of the batch's loss */
    { .name = "target", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_UNIFORM, .lo = 0, .hi = 1,
      .constant = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };
static const struct gck_param params[] = {
    { .name = "normalization", .kind = GCK_CHOICE, .value = GCK_BY_BATCH_SIZE,
      .choices = GCK_NORMALIZATIONS, .help = "what the sum is divided by" },
    { .name = "ignore_label", .kind = GCK_INTEGER, .unset = true,
      .help = "this target counts for nothing" },
    GCK_END,
};

GCK_LAYER(sigmoid_cross_entropy) = {
    GCK_THIS_ABI,
    .name = "sigmoid_cross_entropy",
    .caffe_type = "SigmoidCrossEntropyLoss",
    .formula = "E = -1/Z sum (t log p + (1 - t) log(1 - p)), p = sigmoid(score)",
    .loss = true,
    .norm = GCK_NORM_BY_PARAM,
    .bottom = bottoms,
    .top = tops,
    .buffers = 1,
    .param = params,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
