/* 09b-corner.c -- Exactly at the corner.
 *
 * This layer is right, and the tool says so. But its test feeds it scores that are 1 or -1, and
 * the margin is 1. So half of the scores lie exactly in a corner of the loss, where there is no
 * derivative: the slope is one number on the left, another on the right, and all between are as
 * good.
 *
 * A check in a corner shows little. Let the test feed it something else: see what the list of
 * bottoms says about the scores. */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes != 2 || gck_num(io, 0) != gck_num(io, 1)
        || gck_count(io, 1) != gck_num(io, 1))
        return gck_fail(io, GCK_ESHAPE, "score holds %zu samples, label %zu samples, %zu numbers",
                        gck_num(io, 0), gck_num(io, 1), gck_count(io, 1));
    return gck_reshape_scalar(io, io->top[0]);
}

/* by how much a score misses its side of the margin */
static real miss(real score, bool right)
{
    const real gap = right ? 1 - score : 1 + score;

    return gap < 0 ? 0 : gap;
}

static enum gck_status forward(struct gck_io *io)
{
    const real *score = gck_bottom(io, 0); /* (num, C) */
    const size_t num = gck_num(io, 0), classes = gck_count(io, 0) / num;
    real loss = 0;

    for (size_t n = 0; n < num; n++) {
        size_t label;
        const enum gck_status status = gck_label(io, 1, n, classes, &label);

        if (status != GCK_OK)
            return status;
        for (size_t c = 0; c < classes; c++) {
            const real m = miss(score[n * classes + c], c == label);

            loss += m;
        }
    }
    gck_top(io, 0)[0] = loss / (real)num;
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *score = gck_bottom(io, 0); /* (num, C) */
    const size_t num = gck_num(io, 0), classes = gck_count(io, 0) / num;
    const real scale = gck_top_diff(io, 0)[0] / (real)num; /* loss weight / num */
    real *diff = gck_bottom_diff(io, 0); /* (num, C) */

    for (size_t n = 0; diff != NULL && n < num; n++) {
        const size_t label = (size_t)gck_bottom(io, 1)[n];

        for (size_t c = 0; c < classes; c++) {
            const real m = miss(score[n * classes + c], c == label);

            diff[n * classes + c] = (c == label ? -scale : scale) * (real)(m > 0);
        }
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "score", .dims = { GCK_N, GCK_C }, .fill = GCK_SIGNS },
    { .name = "label", .dims = { GCK_N }, .fill = GCK_LABELS, .range = GCK_C, .constant = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

GCK_LAYER(corner) = {
    GCK_THIS_ABI,
    .name = "corner",
    .formula = "E = 1/num sum max(0, 1 - sign score), sign + at the label",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
