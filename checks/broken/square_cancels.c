/* square_cancels.c -- GC308 float only warning: a variance as mean of squares - square of the mean, of numbers near 10000.
 *
 * Both are about 1e8, where floats are 8 apart; what is left of them is some 1000. In double it loses nothing that matters. */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes == 0)
        return gck_fail(io, GCK_ESHAPE, "x has no samples");
    return gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const size_t num = gck_num(io, 0), width = gck_count(io, 0) / num;
    real loss = 0;

    for (size_t n = 0; n < num; n++) {
        const real *x = gck_bottom(io, 0) + n * width;
        real sum = 0, squares = 0;

        for (size_t i = 0; i < width; i++) {
            sum += x[i];
            squares += x[i] * x[i];
        }
        loss += squares / (real)width - sum / (real)width * (sum / (real)width);
    }
    gck_top(io, 0)[0] = loss / (real)num;
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const size_t num = gck_num(io, 0), width = gck_count(io, 0) / num;
    const real scale = 2 * gck_top_diff(io, 0)[0] / (real)(num * width);
    real *diff = gck_bottom_diff(io, 0); /* (num, width) */

    for (size_t n = 0; diff != NULL && n < num; n++) {
        const real *x = gck_bottom(io, 0) + n * width;
        real off = 0; /* the mean less x[0]: small numbers */

        for (size_t i = 0; i < width; i++)
            off += x[i] - x[0];
        off /= (real)width;
        for (size_t i = 0; i < width; i++)
            diff[n * width + i] = scale * (x[i] - x[0] - off);
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "x", .dims = { GCK_N, GCK_C }, .fill = GCK_UNIFORM, .lo = 9940, .hi = 10060 },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

GCK_LAYER(square_cancels) = {
    GCK_THIS_ABI,
    .name = "square_cancels",
    .formula = "E = 1/num sum of the variance of each sample's numbers",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
