/* contrastive.c -- pairs that belong together are drawn together, others apart, up to a margin.
 *
 *     d_n = |a_n - b_n|
 *     E   = 1/(2 num) sum_n  d_n^2                        where similar_n
 *                            max(margin - d_n, 0)^2       where not
 *                            max(margin - d_n^2, 0)       where not, and legacy_version
 *
 *     dE/da_n =  (a_n - b_n) / num                        where similar_n
 *               -(margin - d_n) / d_n (a_n - b_n) / num   where not and d_n < margin, else 0
 *               -(a_n - b_n) / num                        legacy: where not and d_n^2 < margin, else 0
 *     dE/db_n = -dE/da_n
 *
 * num is the number of pairs. Where a dissimilar pair coincides, the distance has a corner and no derivative;
 * 0 is taken, which lies in the middle of the slopes. Caffe divides by d_n + 1e-4 in Backward only, to be on
 * the safe side of 0, and so is wrong by 1e-4 / (d_n + 1e-4) everywhere: `dist_epsilon` 1e-4 does likewise.
 * Source: Caffe, ContrastiveLossLayer; Hadsell, Chopra, LeCun, "Dimensionality reduction by learning an
 * invariant mapping", 2006. */

#include "gradcheck/layer.h"

enum { MARGIN, LEGACY_VERSION, DIST_EPSILON };

static enum gck_status reshape(struct gck_io *io)
{
    const size_t num = gck_num(io, 0);

    if (io->bottom[0]->shape.axes == 0 || io->bottom[1]->shape.axes == 0)
        return gck_fail(io, GCK_ESHAPE, "a and b need a batch axis");
    if (gck_num(io, 1) != num)
        return gck_fail(io, GCK_ESHAPE, "a holds %zu samples, b %zu", num, gck_num(io, 1));
    if (gck_count(io, 0) != gck_count(io, 1))
        return gck_fail(io, GCK_ESHAPE, "a holds %zu numbers, b %zu", gck_count(io, 0), gck_count(io, 1));
    if (gck_num(io, 2) != num)
        return gck_fail(io, GCK_ESHAPE, "a and b hold %zu pairs, similar %zu samples", num, gck_num(io, 2));
    if (gck_count(io, 2) != num)
        return gck_fail(io, GCK_ESHAPE, "a and b hold %zu pairs, similar %zu numbers", num, gck_count(io, 2));

    const struct gck_shape pairs = { .axes = 1, .dim = { num } };
    enum gck_status status = gck_reshape_like(io, io->buffer[0], io->bottom[0]);
    if (status == GCK_OK)
        status = gck_reshape(io, io->buffer[1], &pairs);
    return status != GCK_OK ? status : gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *a = gck_bottom(io, 0), *b = gck_bottom(io, 1); /* (num, C) */
    real *difference = gck_buffer(io, 0);       /* (num, C) kept for backward */
    real *squared = gck_buffer(io, 1);          /* (num) d^2, kept for backward */
    const size_t num = gck_num(io, 0), channels = gck_count(io, 0) / num;
    const real margin = (real)io->param[MARGIN];
    const bool legacy = io->param[LEGACY_VERSION] != 0;
    real loss = 0;

    for (size_t n = 0; n < num; n++) {
        size_t similar;
        const enum gck_status status = gck_label(io, 2, n, 2, &similar);
        real sum = 0;

        if (status != GCK_OK)
            return status;
        for (size_t i = n * channels; i < (n + 1) * channels; i++) {
            difference[i] = a[i] - b[i];
            sum += difference[i] * difference[i];
        }
        squared[n] = sum;
        if (similar == 0) {
            const real inside = margin - (legacy ? sum : sqrt(sum));

            sum = inside < 0 ? 0 : legacy ? inside : inside * inside;
        }
        loss += sum;
    }
    gck_top(io, 0)[0] = loss / (2 * (real)num);
    return GCK_OK;
}

/* The factor of (a_n - b_n) in num dE/da_n. */
static real factor(const struct gck_io *io, bool similar, real squared)
{
    const real margin = (real)io->param[MARGIN];
    const real distance = sqrt(squared);

    if (similar)
        return 1;
    if (io->param[LEGACY_VERSION] != 0)
        return margin - squared > 0 ? -1 : 0;
    if (margin - distance <= 0 || distance == 0)
        return 0;
    return -(margin - distance) / (distance + (real)io->param[DIST_EPSILON]);
}

static enum gck_status backward(struct gck_io *io)
{
    const real *difference = gck_buffer(io, 0); /* (num, C) */
    const real *squared = gck_buffer(io, 1);    /* (num) d^2 */
    const size_t num = gck_num(io, 0), channels = gck_count(io, 0) / num;
    const real scale = gck_top_diff(io, 0)[0] / (real)num; /* loss weight / num */

    for (size_t n = 0; n < num; n++) {
        size_t similar;
        const enum gck_status status = gck_label(io, 2, n, 2, &similar);

        if (status != GCK_OK)
            return status;
        for (unsigned side = 0; side < 2; side++) {
            real *diff = gck_bottom_diff(io, side); /* NULL: propagate_down is false */
            const real times = (side == 0 ? scale : -scale) * factor(io, similar != 0, squared[n]);

            for (size_t i = n * channels; diff != NULL && i < (n + 1) * channels; i++)
                diff[i] = times * difference[i];
        }
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "a", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN, .scale = 0.25, .scale_min = 1e-2,
      .scale_max = 1e2 }, /* distances about the usual margin: far from it there is nothing to see */
    { .name = "b", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN, .scale = 0.25, .scale_min = 1e-2,
      .scale_max = 1e2 }, /* distances about the usual margin: far from it there is nothing to see */
    { .name = "similar", .dims = { GCK_N }, .fill = GCK_BINARY, .constant = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };
static const struct gck_param params[] = {
    { .name = "margin", .kind = GCK_REAL, .value = 1, .help = "dissimilar pairs further apart cost nothing" },
    { .name = "legacy_version", .kind = GCK_BOOL, .value = 0,
      .help = "margin - d^2 instead of (margin - d)^2" },
    { .name = "dist_epsilon", .kind = GCK_REAL, .value = 0, .min = 0, .max = 1,
      .help = "added to d in Backward alone; Caffe: 1e-4" },
    GCK_END,
};

GCK_LAYER(contrastive) = {
    GCK_THIS_ABI,
    .name = "contrastive",
    .caffe_type = "ContrastiveLoss",
    .formula = "E = 1/(2 num) sum (similar ? d^2 : max(margin - d, 0)^2)",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .buffers = 2,
    .param = params,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
