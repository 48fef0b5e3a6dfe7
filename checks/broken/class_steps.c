/* class_steps.c -- GC310: every second class costs nothing in Forward, and has a gradient.
 *
 * The diffs are not 0 where the score is below the margin, as they should be; so x parts the wrong elements from those that
 * are rightly 0. That is no other threshold: right ones have the same scores. */

#include "gradcheck/layer.h"

enum { NORM };
enum { L1, L2 };

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes == 0)
        return gck_fail(io, GCK_ESHAPE, "score needs a batch axis");
    if (gck_num(io, 0) != gck_num(io, 1))
        return gck_fail(io, GCK_ESHAPE, "score holds %zu samples, label %zu", gck_num(io, 0),
                        gck_num(io, 1));
    if (gck_count(io, 1) != gck_num(io, 0))
        return gck_fail(io, GCK_ESHAPE, "score holds %zu samples, label %zu numbers", gck_num(io, 0),
                        gck_count(io, 1));
    return gck_reshape_scalar(io, io->top[0]);
}

/* Both passes compute it anew: cheaper than keeping it. Not fmax, which would hide a NaN. */
static real miss(real score, bool right)
{
    const real gap = right ? 1 - score : 1 + score;

    return gap < 0 ? 0 : gap;
}

static enum gck_status forward(struct gck_io *io)
{
    const real *score = gck_bottom(io, 0); /* (num, C) */
    const size_t num = gck_num(io, 0), classes = gck_count(io, 0) / num;
    const bool squared = (int)io->param[NORM] == L2;
    real loss = 0;

    for (size_t n = 0; n < num; n++) {
        size_t label;
        const enum gck_status status = gck_label(io, 1, n, classes, &label);
        real sum = 0;

        if (status != GCK_OK)
            return status;
        for (size_t c = 0; c < classes; c += 2) { /* the mistake: c++ */
            const real m = miss(score[n * classes + c], c == label);

            sum += squared ? m * m : m;
        }
        loss += sum;
    }
    gck_top(io, 0)[0] = loss / (real)num;
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *score = gck_bottom(io, 0); /* (num, C) */
    const size_t num = gck_num(io, 0), classes = gck_count(io, 0) / num;
    const bool squared = (int)io->param[NORM] == L2;
    const real scale = gck_top_diff(io, 0)[0] / (real)num; /* loss weight / num */
    real *diff = gck_bottom_diff(io, 0);   /* (num, C) */

    if (diff == NULL)
        return GCK_OK;
    for (size_t n = 0; n < num; n++) {
        size_t label;
        const enum gck_status status = gck_label(io, 1, n, classes, &label);

        if (status != GCK_OK)
            return status;
        for (size_t c = 0; c < classes; c++) {
            const real m = miss(score[n * classes + c], c == label);
            const real slope = squared ? 2 * m : (real)(m > 0);

            diff[n * classes + c] = (c == label ? -scale : scale) * slope;
        }
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "score", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN, .scale_max = 1e15 },
    { .name = "label", .dims = { GCK_N }, .fill = GCK_LABELS, .range = GCK_C, .constant = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };
static const struct gck_param params[] = {
    { .name = "norm", .kind = GCK_CHOICE, .value = L1, .choices = "L1 L2",
      .help = "L2 squares what is missed" },
    GCK_END,
};

GCK_LAYER(class_steps) = {
    GCK_THIS_ABI,
    .name = "class_steps",
    .formula = "E = 1/num sum max(0, 1 - sign score)^norm",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .param = params,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
