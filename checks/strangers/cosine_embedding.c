/* cosine_embedding.c -- the same direction where y = 1, another where y = -1.
 *
 *     c_n = x.z / (|x| |z|),   E = 1/num sum (y > 0 ? 1 - c : max(0, c - margin)) */
#include "gradcheck/layer.h"

enum { MARGIN };

static enum gck_status reshape(struct gck_io *io)
{
    const struct gck_shape kept = { .axes = 2, .dim = { gck_num(io, 0), 3 } };

    if (gck_count(io, 0) != gck_count(io, 1))
        return gck_fail(io, GCK_ESHAPE, "both embeddings need one shape");
    if (gck_count(io, 2) != gck_num(io, 0))
        return gck_fail(io, GCK_ESHAPE, "every pair needs one y");
    const enum gck_status status = gck_reshape(io, io->buffer[0], &kept);
    return status != GCK_OK ? status : gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *x = gck_bottom(io, 0), *z = gck_bottom(io, 1), *y = gck_bottom(io, 2);
    const size_t num = gck_num(io, 0), row = gck_count(io, 0) / num;
    real *kept = gck_buffer(io, 0), loss = 0;

    for (size_t n = 0; n < num; n++) {
        const real xx = gck_dot(row, x + n * row, x + n * row), zz = gck_dot(row, z + n * row, z + n * row);
        const real c = gck_dot(row, x + n * row, z + n * row) / sqrt(xx * zz);

        kept[3 * n] = xx;
        kept[3 * n + 1] = zz;
        kept[3 * n + 2] = c;
        if (y[n] > 0)
            loss += 1 - c;
        else if (c > (real)io->param[MARGIN])
            loss += c - (real)io->param[MARGIN];
    }
    gck_top(io, 0)[0] = loss / (real)num;
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *x = gck_bottom(io, 0), *z = gck_bottom(io, 1), *y = gck_bottom(io, 2);
    const size_t num = gck_num(io, 0), row = gck_count(io, 0) / num;
    const real *kept = gck_buffer(io, 0);
    const real scale = gck_top_diff(io, 0)[0] / (real)num;
    real *to_x = gck_bottom_diff(io, 0), *to_z = gck_bottom_diff(io, 1);

    for (size_t n = 0; n < num; n++) {
        const real xx = kept[3 * n], zz = kept[3 * n + 1], c = kept[3 * n + 2], size = sqrt(xx * zz);
        const real factor = y[n] > 0 ? -scale : c > (real)io->param[MARGIN] ? scale : 0;

        for (size_t i = n * row; i < (n + 1) * row; i++) {
            if (to_x != NULL)
                to_x[i] = factor * (z[i] / size - c * x[i] / xx);
            if (to_z != NULL)
                to_z[i] = factor * (x[i] / size - c * z[i] / zz);
        }
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "x", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    { .name = "z", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    { .name = "y", .dims = { GCK_N }, .fill = GCK_SIGNS, .constant = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };
static const struct gck_param params[] = {
    { .name = "margin", .kind = GCK_REAL, .value = 0, .min = -1, .max = 1, .help = "cosines below it cost nothing" },
    GCK_END,
};

GCK_LAYER(cosine_embedding) = {
    GCK_THIS_ABI,
    .name = "cosine_embedding",
    .formula = "E = 1/num sum (y > 0 ? 1 - cos : max(0, cos - margin))",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .buffers = 1,
    .param = params,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
