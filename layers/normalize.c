/* normalize.c -- every sample becomes a vector of length 1: only its direction is left.
 *
 *     y_n = x_n / |x_n|,   |x_n| = sqrt(sum_i x_ni^2)       over all elements of a sample
 *
 *     dE/dx_n = (dE/dy_n - y_n (y_n . dE/dy_n)) / |x_n|
 *
 * No loss: dE/dy has a number for every y, and the layer above put it into the top's diff. Every x moves
 * every y of its sample. A step along x changes its length alone, and y not at all: so the part of dE/dy
 * that points along y is taken away. Leaving it in (dE/dx = dE/dy / |x|) is the usual mistake: it trains,
 * and is wrong. num has no say.
 *
 * Squares are of x / max|x|, so that large samples don't overflow and small ones don't vanish. A sample of
 * zeros has no direction and is refused.
 * Source: the chain rule; as a layer in ParseNet, Liu, Rabinovich, Berg, 2015. */

#include "gradcheck/layer.h"

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes == 0)
        return gck_fail(io, GCK_ESHAPE, "x needs a batch axis");

    const struct gck_shape lengths = { .axes = 1, .dim = { gck_num(io, 0) } };
    enum gck_status status = gck_reshape(io, io->buffer[0], &lengths);
    return status != GCK_OK ? status : gck_reshape_like(io, io->top[0], io->bottom[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    real *length = gck_buffer(io, 0);              /* (num) kept for backward */
    const size_t num = gck_num(io, 0), each = gck_count(io, 0) / num;

    for (size_t n = 0; n < num; n++) {
        const real *x = gck_bottom(io, 0) + n * each;
        real *y = gck_top(io, 0) + n * each;
        real largest = 0, sum = 0;

        for (size_t i = 0; i < each; i++)
            if (fabs(x[i]) > largest)
                largest = fabs(x[i]);
        if (largest == 0)
            return gck_fail(io, GCK_EDATA, "sample %zu of x has no direction: all its %zu numbers are 0", n,
                            each);
        for (size_t i = 0; i < each; i++) {
            y[i] = x[i] / largest;
            sum += y[i] * y[i];
        }
        const real relative = sqrt(sum);           /* |x| / max|x|: between 1 and sqrt(each) */
        for (size_t i = 0; i < each; i++)
            y[i] /= relative;
        length[n] = largest * relative;
    }
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real *length = gck_buffer(io, 0);        /* (num) */
    const size_t num = gck_num(io, 0), each = gck_count(io, 0) / num;
    real *diff = gck_bottom_diff(io, 0);           /* (num, ...) */

    for (size_t n = 0; diff != NULL && n < num; n++) {
        const real *y = gck_top(io, 0) + n * each; /* as forward left it */
        const real *upstream = gck_top_diff(io, 0) + n * each; /* dE/dy */
        const real along = gck_dot(each, y, upstream);

        for (size_t i = 0; i < each; i++)
            diff[n * each + i] = (upstream[i] - y[i] * along) / length[n];
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "x", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "y" }, GCK_END };

GCK_LAYER(normalize) = {
    GCK_THIS_ABI,
    .name = "normalize",
    .formula = "y = x / |x|, sample by sample",
    .bottom = bottoms,
    .top = tops,
    .buffers = 1,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
