/* 04b-cannot-fail.c -- The test that cannot fail.
 *
 * A green test. The author is proud: "passes on every machine". But look at the layer: Backward
 * writes zeros, and nothing else.
 *
 * The layer is wrong, and for once you leave it as it is. What has to be mended is the check. The
 * line "options" below says what the layer is fed with. With a margin of -100 every score is on
 * its right side, so the loss is 0 and flat, and a Backward that writes 0 is right there. Change
 * the options until the check sees what is wrong.
 *
 * options: --param margin=-100
 */

#include "gradcheck/layer.h"

enum { MARGIN };

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes != 2 || gck_num(io, 0) != gck_num(io, 1)
        || gck_count(io, 1) != gck_num(io, 1))
        return gck_fail(io, GCK_ESHAPE, "score holds %zu samples, label %zu samples, %zu numbers",
                        gck_num(io, 0), gck_num(io, 1), gck_count(io, 1));
    return gck_reshape_scalar(io, io->top[0]);
}

/* by how much a score misses its side of the margin */
static real miss(real score, bool right, real margin)
{
    const real gap = right ? margin - score : margin + score;

    return gap < 0 ? 0 : gap;
}

static enum gck_status forward(struct gck_io *io)
{
    const real *score = gck_bottom(io, 0); /* (num, C) */
    const size_t num = gck_num(io, 0), classes = gck_count(io, 0) / num;
    const real margin = (real)io->param[MARGIN];
    real loss = 0;

    for (size_t n = 0; n < num; n++) {
        size_t label;
        const enum gck_status status = gck_label(io, 1, n, classes, &label);

        if (status != GCK_OK)
            return status;
        for (size_t c = 0; c < classes; c++)
            loss += miss(score[n * classes + c], c == label, margin);
    }
    gck_top(io, 0)[0] = loss / (real)num;
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const size_t num = gck_num(io, 0), classes = gck_count(io, 0) / num;
    real *diff = gck_bottom_diff(io, 0); /* (num, C) */

    for (size_t n = 0; diff != NULL && n < num; n++) {
        for (size_t c = 0; c < classes; c++)
            diff[n * classes + c] = 0;
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "score", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    { .name = "label", .dims = { GCK_N }, .fill = GCK_LABELS, .range = GCK_C, .constant = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };
static const struct gck_param params[] = {
    { .name = "margin", .kind = GCK_REAL, .value = 1, .help = "how far from 0 is far enough" },
    GCK_END,
};

GCK_LAYER(cannot_fail) = {
    GCK_THIS_ABI,
    .name = "cannot_fail",
    .formula = "E = 1/num sum max(0, margin - sign score), sign + at the label",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .param = params,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
