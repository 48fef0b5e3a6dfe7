/* center.c -- features near the learned center of their class: E = 1/(2 num) sum |x_n - center_label|^2.
 *
 * Source: Wen et al., "A Discriminative Feature Learning Approach", 2016. The centers are weights; several samples may
 * share one, so its diff is a sum. */
#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    if (gck_count(io, 1) != gck_num(io, 0))
        return gck_fail(io, GCK_ESHAPE, "every sample needs a label");
    if (io->weight[0]->shape.axes != 2 || io->weight[0]->shape.dim[1] * gck_num(io, 0) != gck_count(io, 0))
        return gck_fail(io, GCK_ESHAPE, "a center is as long as a sample");
    return gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *x = gck_bottom(io, 0), *center = gck_weight(io, 0);
    const size_t num = gck_num(io, 0), row = gck_count(io, 0) / num, centers = io->weight[0]->shape.dim[0];
    real loss = 0;

    for (size_t n = 0; n < num; n++) {
        size_t label;
        const enum gck_status status = gck_label(io, 1, n, centers, &label);

        if (status != GCK_OK)
            return status;
        for (size_t i = 0; i < row; i++) {
            const real d = x[n * row + i] - center[label * row + i];

            loss += d * d;
        }
    }
    gck_top(io, 0)[0] = loss / (2 * (real)num);
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *x = gck_bottom(io, 0), *center = gck_weight(io, 0);
    const size_t num = gck_num(io, 0), row = gck_count(io, 0) / num, centers = io->weight[0]->shape.dim[0];
    const real scale = gck_top_diff(io, 0)[0] / (real)num;
    real *diff = gck_bottom_diff(io, 0), *to_center = gck_weight_diff(io, 0);

    for (size_t n = 0; n < num; n++) {
        size_t label;
        const enum gck_status status = gck_label(io, 1, n, centers, &label);

        if (status != GCK_OK)
            return status;
        for (size_t i = 0; i < row; i++) {
            const real d = x[n * row + i] - center[label * row + i];

            if (diff != NULL)
                diff[n * row + i] = scale * d;
            to_center[label * row + i] -= scale * d;
        }
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "feature", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    { .name = "label", .dims = { GCK_N }, .fill = GCK_LABELS, .range = GCK_K, .constant = true },
    GCK_END,
};
static const struct gck_port weights[] = { { .name = "center", .dims = { GCK_K, GCK_C }, .fill = GCK_GAUSSIAN }, GCK_END };
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

GCK_LAYER(center) = {
    GCK_THIS_ABI,
    .name = "center",
    .formula = "E = 1/(2 num) sum |x - center[label]|^2",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .weight = weights,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
