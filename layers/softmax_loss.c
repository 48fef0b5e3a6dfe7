/* softmax_loss.c -- how surprised a softmax classifier is by the right class.
 *
 *     p_c = exp(score_c) / sum_k exp(score_k)
 *     E   = 1/Z sum -log p_label                         over all labels that are not ignored
 *
 *     dE/dscore_c = (p_c - 1{c = label}) / Z             0 where the label is ignored
 *
 * The classes run along `axis`; every place beside that axis has a label. Z is not always num: by
 * `normalization` it is the number of labels (FULL), of those not ignored (VALID), the product of the dims
 * before `axis` (BATCH_SIZE), or 1 (NONE); it is never less than 1.
 *
 * Softmax and logarithm are one formula, -log p_label = log sum exp(score - largest) + largest - score_label:
 * taking the largest score away keeps exp from overflowing, and no logarithm of a p that was rounded to 0 is
 * taken, so a wrong answer by 800 costs 800. p_label - 1 is minus the sum of the other p, which has all its
 * digits where p_label is close to 1. With `floor` p counts as at least that much in Forward, while
 * Backward knows nothing of it, as in Caffe (floor 1.1754943508222875e-38): below the floor the loss is flat
 * and its gradient is not.
 * Source: Caffe, SoftmaxWithLossLayer. */

#include "gradcheck/layer.h"

enum { AXIS, NORMALIZATION, IGNORE_LABEL, FLOOR };

static enum gck_status reshape(struct gck_io *io)
{
    const struct gck_blob *score = io->bottom[0], *label = io->bottom[1];
    const struct gck_axis axis = gck_along(io, 0, AXIS);

    if (axis.size == 0)
        return gck_fail(io, GCK_EPARAM, "score has %u axes, and axis is %g", score->shape.axes,
                        io->param[AXIS]);
    if (gck_num(io, 0) != gck_num(io, 1))
        return gck_fail(io, GCK_ESHAPE, "score holds %zu samples, label %zu", gck_num(io, 0),
                        gck_num(io, 1));
    if (label->count != axis.outer * axis.inner)
        return gck_fail(io, GCK_ESHAPE, "score has room for %zu labels beside axis %g, label holds %zu",
                        axis.outer * axis.inner, io->param[AXIS], label->count);

    enum gck_status status = gck_reshape_like(io, io->buffer[0], score);
    if (status == GCK_OK)
        status = gck_reshape_scalar(io, io->buffer[1]);
    return status != GCK_OK ? status : gck_reshape_scalar(io, io->top[0]);
}

/* -log p_label of one place, and all its p_c; neighbours along the axis are `stride` apart. */
static real surprise(size_t classes, size_t stride, size_t label, const real *score, real *probability)
{
    real largest = score[0], sum = 0;

    for (size_t c = 1; c < classes; c++)
        if (score[c * stride] > largest)
            largest = score[c * stride];
    for (size_t c = 0; c < classes; c++) {
        probability[c * stride] = exp(score[c * stride] - largest);
        sum += probability[c * stride];
    }
    for (size_t c = 0; c < classes; c++)
        probability[c * stride] /= sum;
    return log(sum) + (largest - score[label * stride]);
}

static enum gck_status forward(struct gck_io *io)
{
    const struct gck_axis axis = gck_along(io, 0, AXIS);
    const real *score = gck_bottom(io, 0);                  /* (outer, C, inner) */
    const real *label = gck_bottom(io, 1);                  /* (outer, inner) */
    real *probability = gck_buffer(io, 0);                  /* (outer, C, inner) kept for backward */
    real *normalizer = gck_buffer(io, 1);                   /* () kept for backward */
    const real ceiling = -log((real)io->param[FLOOR]);      /* NaN without a floor: nothing is above it */
    real loss = 0;
    size_t valid = 0;

    for (size_t i = 0; i < axis.outer; i++) {
        real sum = 0;                                       /* sample by sample: float loses less */

        for (size_t s = 0; s < axis.inner; s++) {
            const size_t place = i * axis.inner + s, first = i * axis.size * axis.inner + s;
            size_t truth;

            if ((double)label[place] == io->param[IGNORE_LABEL])
                continue;
            const enum gck_status status = gck_label(io, 1, place, axis.size, &truth);
            if (status != GCK_OK)
                return status;
            const real cost = surprise(axis.size, axis.inner, truth, score + first, probability + first);
            sum += cost > ceiling ? ceiling : cost;
            valid++;
        }
        loss += sum;
    }
    normalizer[0] = gck_normalizer(io, NORMALIZATION, axis.outer * axis.inner, valid, axis.outer);
    gck_top(io, 0)[0] = loss / normalizer[0];
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const struct gck_axis axis = gck_along(io, 0, AXIS);
    const real *label = gck_bottom(io, 1);                  /* (outer, inner) */
    const real *probability = gck_buffer(io, 0);            /* (outer, C, inner) */
    const real scale = gck_top_diff(io, 0)[0] / gck_buffer(io, 1)[0]; /* loss weight / Z */
    real *diff = gck_bottom_diff(io, 0);                    /* (outer, C, inner) */

    if (diff == NULL)
        return GCK_OK;
    for (size_t i = 0; i < axis.outer; i++)
        for (size_t s = 0; s < axis.inner; s++) {
            const size_t place = i * axis.inner + s, first = i * axis.size * axis.inner + s;
            real others = 0;
            size_t truth;

            if ((double)label[place] == io->param[IGNORE_LABEL]) {
                for (size_t c = 0; c < axis.size; c++)
                    diff[first + c * axis.inner] = 0;
                continue;
            }
            const enum gck_status status = gck_label(io, 1, place, axis.size, &truth);
            if (status != GCK_OK)
                return status;
            for (size_t c = 0; c < axis.size; c++) {
                const size_t at = first + c * axis.inner;

                diff[at] = scale * probability[at];
                others += c == truth ? 0 : probability[at];
            }
            diff[first + truth * axis.inner] = -scale * others;
        }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "score", .dims = { GCK_N, GCK_C, GCK_S }, .axis = "axis", .fill = GCK_GAUSSIAN,
      .scale_min = 1e-5, .scale_max = 10 }, /* outside, gradients drown in the rounding of the batch's loss */
    { .name = "label", .dims = { GCK_N, GCK_S }, .fill = GCK_LABELS, .range = GCK_C, .constant = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };
static const struct gck_param params[] = {
    { .name = "axis", .kind = GCK_INTEGER, .value = 1, .min = -GCK_MAX_AXES, .max = GCK_MAX_AXES - 1,
      .help = "the classes run along it; negative: from the end" },
    { .name = "normalization", .kind = GCK_CHOICE, .value = GCK_BY_VALID, .choices = GCK_NORMALIZATIONS,
      .help = "what the sum is divided by" },
    { .name = "ignore_label", .kind = GCK_INTEGER, .unset = true, .help = "this label counts for nothing" },
    { .name = "floor", .kind = GCK_REAL, .unset = true, .min = 0, .max = 1,
      .help = "p counts as at least this in Forward; Caffe: 1.1754943508222875e-38" },
    GCK_END,
};

GCK_LAYER(softmax_loss) = {
    GCK_THIS_ABI,
    .name = "softmax_loss",
    .caffe_type = "SoftmaxWithLoss",
    .formula = "E = -1/Z sum log p_label, p = softmax(score)",
    .loss = true,
    .norm = GCK_NORM_BY_PARAM,
    .bottom = bottoms,
    .top = tops,
    .buffers = 2,
    .param = params,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
