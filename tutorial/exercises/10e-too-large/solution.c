/* 10e-too-large.c -- Too large for a float.
 *
 * Softmax and the logarithm in one layer, written down as they stand in every book. In double the
 * tool has no complaint. In float the loss is infinite, although the scores are ordinary numbers
 * for a network that has learnt for a while: about 90.
 *
 * What is the largest x for which exp(x) fits into a float, and which number could be taken away
 * from all scores of a sample without changing a single share? */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes != 2 || gck_num(io, 0) != gck_num(io, 1)
        || gck_count(io, 1) != gck_num(io, 1))
        return gck_fail(io, GCK_ESHAPE, "score holds %zu samples, label %zu samples, %zu numbers",
                        gck_num(io, 0), gck_num(io, 1), gck_count(io, 1));

    enum gck_status status = gck_reshape_like(io, io->buffer[0], io->bottom[0]);
    return status != GCK_OK ? status : gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    real *probability = gck_buffer(io, 0); /* (num, C) kept for backward */
    const size_t num = gck_num(io, 0), classes = gck_count(io, 0) / num;
    real loss = 0;

    for (size_t n = 0; n < num; n++) {
        const real *score = gck_bottom(io, 0) + n * classes;
        real *p = probability + n * classes, sum = 0;
        size_t label;
        const enum gck_status status = gck_label(io, 1, n, classes, &label);

        if (status != GCK_OK)
            return status;
        real largest = score[0];

        for (size_t c = 1; c < classes; c++)
            largest = score[c] > largest ? score[c] : largest;
        for (size_t c = 0; c < classes; c++)
            sum += p[c] = exp(score[c] - largest);
        for (size_t c = 0; c < classes; c++)
            p[c] /= sum;
        loss += log(sum) + largest - score[label];
    }
    gck_top(io, 0)[0] = loss / (real)num;
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *p = gck_buffer(io, 0); /* (num, C) */
    const size_t num = gck_num(io, 0), classes = gck_count(io, 0) / num;
    const real scale = gck_top_diff(io, 0)[0] / (real)num;
    real *diff = gck_bottom_diff(io, 0); /* (num, C) */

    for (size_t n = 0; diff != NULL && n < num; n++) {
        const size_t label = (size_t)gck_bottom(io, 1)[n];

        for (size_t c = 0; c < classes; c++)
            diff[n * classes + c] = scale * (p[n * classes + c] - (c == label ? 1 : 0));
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "score", .dims = { GCK_N, GCK_C }, .fill = GCK_UNIFORM, .lo = 89, .hi = 93 },
    { .name = "label", .dims = { GCK_N }, .fill = GCK_LABELS, .range = GCK_C, .constant = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

GCK_LAYER(too_large) = {
    GCK_THIS_ABI,
    .name = "too_large",
    .formula = "E = -1/num sum log p_label, p = softmax(score)",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .buffers = 1,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
