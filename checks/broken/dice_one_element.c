/* dice_one_element.c -- GC399: the last element's diff has the wrong sign.
 *
 * One of many that all depend on each other: at large shapes only a search finds it. */

#include "gradcheck/layer.h"

enum { SMOOTH };
enum { LOSS,
       OVERLAP,
       SIZE,
       KEPT }; /* E, 1 - E and D: what forward leaves to backward */

static enum gck_status reshape(struct gck_io *io)
{
    const struct gck_shape kept = { .axes = 1, .dim = { KEPT } };

    if (io->bottom[0]->shape.axes == 0 || io->bottom[1]->shape.axes == 0)
        return gck_fail(io, GCK_ESHAPE, "probability and target need a batch axis");
    if (gck_num(io, 0) != gck_num(io, 1))
        return gck_fail(io, GCK_ESHAPE, "probability holds %zu samples, target %zu", gck_num(io, 0),
                        gck_num(io, 1));
    if (gck_count(io, 0) != gck_count(io, 1))
        return gck_fail(io, GCK_ESHAPE, "probability holds %zu numbers, target %zu", gck_count(io, 0),
                        gck_count(io, 1));

    enum gck_status status = gck_reshape(io, io->buffer[0], &kept);
    return status != GCK_OK ? status : gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const real *p = gck_bottom(io, 0), *t = gck_bottom(io, 1); /* (num, ...) */
    const size_t num = gck_num(io, 0), count = gck_count(io, 0), each = count / num;
    const real smooth = (real)io->param[SMOOTH];
    real *kept = gck_buffer(io, 0); /* (KEPT) */
    real apart = 0, overlap = 0, size = smooth;

    for (size_t n = 0; n < num; n++) {
        real a = 0, o = 0, s = 0; /* sample by sample: float loses less */

        for (size_t i = n * each; i < (n + 1) * each; i++) {
            a += (p[i] - t[i]) * (p[i] - t[i]);
            o += p[i] * t[i];
            s += p[i] * p[i] + t[i] * t[i];
        }
        apart += a;
        overlap += o;
        size += s;
    }
    if (size == 0)
        return gck_fail(io, GCK_EDATA, "all %zu probabilities and targets are 0: 0/0, unless smooth is given",
                        count);
    kept[LOSS] = apart / size;
    kept[OVERLAP] = (2 * overlap + smooth) / size;
    kept[SIZE] = size;
    gck_top(io, 0)[0] = kept[LOSS];
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *p = gck_bottom(io, 0), *t = gck_bottom(io, 1);  /* (num, ...) */
    const real *kept = gck_buffer(io, 0);                       /* (KEPT) */
    const real scale = 2 * gck_top_diff(io, 0)[0] / kept[SIZE]; /* 2 loss weight / D */
    const size_t count = gck_count(io, 0);
    real *diff = gck_bottom_diff(io, 0); /* (num, ...) */

    for (size_t i = 0; diff != NULL && i < count; i++)
        diff[i] = scale * (p[i] > t[i] ? kept[OVERLAP] * p[i] - t[i] : (p[i] - t[i]) - kept[LOSS] * p[i]);
    if (diff != NULL)
        diff[count - 1] = -diff[count - 1];
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "probability", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_UNIFORM, .lo = 0, .hi = 1 },
    { .name = "target", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_BINARY, .constant = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };
static const struct gck_param params[] = {
    { .name = "smooth", .kind = GCK_REAL, .value = 0, .min = 0, .max = 1000, .help = "added above and below the fraction; 1 and 1e-5 are common" },
    GCK_END,
};

GCK_LAYER(dice_one_element) = {
    GCK_THIS_ABI,
    .name = "dice_one_element",
    .formula = "E = 1 - (2 sum p t + s) / (sum p^2 + sum t^2 + s)",
    .loss = true,
    .norm = GCK_NORM_NONE, /* a ratio: neither a mean nor a sum; with a smooth it follows the batch's size a little */
    .bottom = bottoms,
    .top = tops,
    .buffers = 1,
    .param = params,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
