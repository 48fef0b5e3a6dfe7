/* batch_norm.c -- every channel less its mean over the batch and over its standard deviation; then gain and shift, learned.
 *
 *     h = (x - mean) / sqrt(variance + eps),   top = gain h + shift
 *
 * Source: Ioffe, Szegedy, "Batch Normalization", 2015. */
#include "gradcheck/layer.h"

enum { EPS };

static enum gck_status reshape(struct gck_io *io)
{
    const struct gck_shape *shape = &io->bottom[0]->shape;
    const struct gck_shape one = { .axes = 1, .dim = { shape->axes > 1 ? shape->dim[1] : 1 } };
    enum gck_status status;

    if (shape->axes < 2)
        return gck_fail(io, GCK_ESHAPE, "channels are axis 1, and there is none");
    status = gck_reshape_like(io, io->buffer[0], io->bottom[0]);
    if (status == GCK_OK)
        status = gck_reshape(io, io->buffer[1], &one);
    return status != GCK_OK ? status : gck_reshape_like(io, io->top[0], io->bottom[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const struct gck_shape *shape = &io->bottom[0]->shape;
    const size_t num = shape->dim[0], channels = shape->dim[1], inner = gck_count(io, 0) / num / channels;
    const real *x = gck_bottom(io, 0), *gain = gck_weight(io, 0), *shift = gck_weight(io, 1);
    real *top = gck_top(io, 0), *h = gck_buffer(io, 0), *inverse = gck_buffer(io, 1);

    for (size_t c = 0; c < channels; c++) {
        real mean = 0, variance = 0;

        for (size_t n = 0; n < num; n++)
            for (size_t s = 0; s < inner; s++)
                mean += x[(n * channels + c) * inner + s];
        mean /= (real)(num * inner);
        for (size_t n = 0; n < num; n++)
            for (size_t s = 0; s < inner; s++) {
                const real d = x[(n * channels + c) * inner + s] - mean;

                variance += d * d;
            }
        inverse[c] = 1 / sqrt(variance / (real)(num * inner) + (real)io->param[EPS]);
        for (size_t n = 0; n < num; n++)
            for (size_t s = 0; s < inner; s++) {
                const size_t i = (n * channels + c) * inner + s;

                h[i] = (x[i] - mean) * inverse[c];
                top[i] = gain[c] * h[i] + shift[c];
            }
    }
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const struct gck_shape *shape = &io->bottom[0]->shape;
    const size_t num = shape->dim[0], channels = shape->dim[1], inner = gck_count(io, 0) / num / channels;
    const real *top_diff = gck_top_diff(io, 0), *gain = gck_weight(io, 0);
    const real *h = gck_buffer(io, 0), *inverse = gck_buffer(io, 1);
    real *diff = gck_bottom_diff(io, 0), *to_gain = gck_weight_diff(io, 0), *to_shift = gck_weight_diff(io, 1);

    for (size_t c = 0; c < channels; c++) {
        real sum = 0, along = 0;

        for (size_t n = 0; n < num; n++)
            for (size_t s = 0; s < inner; s++) {
                const size_t i = (n * channels + c) * inner + s;

                sum += top_diff[i];
                along += top_diff[i] * h[i];
            }
        to_gain[c] += along;
        to_shift[c] += sum;
        sum /= (real)(num * inner);
        along /= (real)(num * inner);
        for (size_t n = 0; diff != NULL && n < num; n++)
            for (size_t s = 0; s < inner; s++) {
                const size_t i = (n * channels + c) * inner + s;

                diff[i] = gain[c] * inverse[c] * (top_diff[i] - sum - h[i] * along);
            }
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "x", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port weights[] = {
    { .name = "gain", .dims = { GCK_C }, .fill = GCK_GAUSSIAN },
    { .name = "shift", .dims = { GCK_C }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "top" }, GCK_END };
static const struct gck_param params[] = {
    { .name = "eps", .kind = GCK_REAL, .value = 1e-5, .min = 0, .max = 1, .help = "added to the variance" },
    GCK_END,
};

GCK_LAYER(batch_norm) = {
    GCK_THIS_ABI,
    .name = "batch_norm",
    .formula = "top = gain (x - mean) / sqrt(variance + eps) + shift",
    .bottom = bottoms,
    .top = tops,
    .weight = weights,
    .buffers = 2,
    .param = params,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
