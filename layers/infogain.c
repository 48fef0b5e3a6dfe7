/* infogain.c -- softmax_loss where every mistake has its own price.
 *
 *     p_c = exp(score_c) / sum_k exp(score_k)
 *     E   = -1/Z sum sum_k H_label,k log p_k             over all labels that are not ignored
 *
 *     dE/dscore_c = (p_c sum_k H_label,k - H_label,c) / Z      0 where the label is ignored
 *
 * H is `matrix`, classes x classes, a row for each label; with the unit matrix this is softmax_loss. The
 * classes run along `axis`; every place beside that axis has a label. Z is not always num: by
 * `normalization` it is the number of labels (FULL), of those not ignored (VALID), the product of the dims
 * before `axis` (BATCH_SIZE), or 1 (NONE); it is never less than 1.
 *
 * -log p_k = log sum exp(score - largest) + largest - score_k: exp can't overflow, and no logarithm of a p
 * that was rounded to 0 is taken. With `floor` p counts as at least that much in Forward, while Backward
 * knows nothing of it, as in Caffe (floor 1e-20): below the floor the loss is flat and its gradient is not.
 * Source: Caffe, InfogainLossLayer. */

#include "gradcheck/layer.h"

enum { AXIS, NORMALIZATION, IGNORE_LABEL, FLOOR };

static enum gck_status reshape(struct gck_io *io)
{
    const struct gck_blob *score = io->bottom[0], *label = io->bottom[1], *matrix = io->bottom[2];
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
    if (matrix->count / axis.size != axis.size || matrix->count % axis.size != 0)
        return gck_fail(io, GCK_ESHAPE, "score has %zu classes, matrix %zu numbers, not %zu x %zu",
                        axis.size, matrix->count, axis.size, axis.size);

    enum gck_status status = gck_reshape_like(io, io->buffer[0], score);
    if (status == GCK_OK)
        status = gck_reshape_scalar(io, io->buffer[1]);
    return status != GCK_OK ? status : gck_reshape_scalar(io, io->top[0]);
}

/* -sum_k price_k log p_k of one place, and all its p_c; neighbours along the axis are `stride` apart. */
static real cost(size_t classes, size_t stride, const real *price, real ceiling, const real *score,
                 real *probability)
{
    real largest = score[0], sum = 0, total = 0;

    for (size_t c = 1; c < classes; c++)
        if (score[c * stride] > largest)
            largest = score[c * stride];
    for (size_t c = 0; c < classes; c++) {
        probability[c * stride] = exp(score[c * stride] - largest);
        sum += probability[c * stride];
    }
    const real log_sum = log(sum);
    for (size_t c = 0; c < classes; c++) {
        const real surprise = log_sum + (largest - score[c * stride]); /* -log p_c */

        probability[c * stride] /= sum;
        total += price[c] * (surprise > ceiling ? ceiling : surprise);
    }
    return total;
}

static enum gck_status forward(struct gck_io *io)
{
    const struct gck_axis axis = gck_along(io, 0, AXIS);
    const real *score = gck_bottom(io, 0);             /* (outer, C, inner) */
    const real *label = gck_bottom(io, 1);             /* (outer, inner) */
    const real *matrix = gck_bottom(io, 2);            /* (C, C) a row for each label */
    real *probability = gck_buffer(io, 0);             /* (outer, C, inner) kept for backward */
    real *normalizer = gck_buffer(io, 1);              /* () kept for backward */
    const real ceiling = -log((real)io->param[FLOOR]); /* NaN without a floor: nothing is above it */
    real loss = 0;
    size_t valid = 0;

    for (size_t i = 0; i < axis.outer; i++) {
        real sum = 0;                                  /* sample by sample: float loses less */

        for (size_t s = 0; s < axis.inner; s++) {
            const size_t place = i * axis.inner + s, first = i * axis.size * axis.inner + s;
            size_t truth;

            if ((double)label[place] == io->param[IGNORE_LABEL])
                continue;
            const enum gck_status status = gck_label(io, 1, place, axis.size, &truth);
            if (status != GCK_OK)
                return status;
            sum += cost(axis.size, axis.inner, matrix + truth * axis.size, ceiling, score + first,
                        probability + first);
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
    const real *label = gck_bottom(io, 1);             /* (outer, inner) */
    const real *matrix = gck_bottom(io, 2);            /* (C, C) */
    const real *probability = gck_buffer(io, 0);       /* (outer, C, inner) */
    const real scale = gck_top_diff(io, 0)[0] / gck_buffer(io, 1)[0]; /* loss weight / Z */
    real *diff = gck_bottom_diff(io, 0);               /* (outer, C, inner) */

    if (diff == NULL)
        return GCK_OK;
    for (size_t i = 0; i < axis.outer; i++)
        for (size_t s = 0; s < axis.inner; s++) {
            const size_t place = i * axis.inner + s, first = i * axis.size * axis.inner + s;
            size_t truth;
            real prices = 0;

            if ((double)label[place] == io->param[IGNORE_LABEL]) {
                for (size_t c = 0; c < axis.size; c++)
                    diff[first + c * axis.inner] = 0;
                continue;
            }
            const enum gck_status status = gck_label(io, 1, place, axis.size, &truth);
            if (status != GCK_OK)
                return status;
            const real *price = matrix + truth * axis.size;
            for (size_t c = 0; c < axis.size; c++)
                prices += price[c];
            for (size_t c = 0; c < axis.size; c++) {
                const size_t at = first + c * axis.inner;

                diff[at] = scale * (probability[at] * prices - price[c]);
            }
        }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "score", .dims = { GCK_N, GCK_C, GCK_S }, .axis = "axis", .fill = GCK_GAUSSIAN,
      .scale_min = 1e-5, .scale_max = 10 }, /* outside, gradients drown in the rounding of the batch's loss */
    { .name = "label", .dims = { GCK_N, GCK_S }, .fill = GCK_LABELS, .range = GCK_C, .constant = true },
    { .name = "matrix", .dims = { GCK_C, GCK_C }, .fill = GCK_UNIFORM, .lo = 0, .hi = 1, .constant = true,
      .whole = true },
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
      .help = "p counts as at least this in Forward; Caffe: 1e-20" },
    GCK_END,
};

GCK_LAYER(infogain) = {
    GCK_THIS_ABI,
    .name = "infogain",
    .caffe_type = "InfogainLoss",
    .formula = "E = -1/Z sum sum_k matrix_label,k log p_k, p = softmax(score)",
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
