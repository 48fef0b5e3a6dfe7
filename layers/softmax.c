/* softmax.c -- scores become probabilities: positive, and summing to 1 along an axis.
 *
 *     p_c = exp(score_c) / sum_k exp(score_k)
 *
 *     dE/dscore_c = p_c (dE/dp_c - sum_k p_k dE/dp_k)
 *
 * No loss: dE/dp has a number for every p, and the layer above put it into the top's diff. A score moves
 * every p along the axis, hence the sum; the same shift of all dE/dp changes nothing, since the p always
 * sum to 1.
 * The largest score is taken away first: p stays as it is, and exp can't overflow.
 * Source: Caffe, SoftmaxLayer. */

#include "gradcheck/layer.h"

enum { AXIS };

static enum gck_status reshape(struct gck_io *io)
{
    if (gck_along(io, 0, AXIS).size == 0)
        return gck_fail(io, GCK_EPARAM, "score has %u axes, and axis is %g", io->bottom[0]->shape.axes,
                        io->param[AXIS]);
    return gck_reshape_like(io, io->top[0], io->bottom[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const struct gck_axis axis = gck_along(io, 0, AXIS);

    for (size_t i = 0; i < axis.outer; i++)
        for (size_t s = 0; s < axis.inner; s++) {
            const size_t first = i * axis.size * axis.inner + s;
            const real *score = gck_bottom(io, 0) + first; /* C of them, `inner` apart */
            real *probability = gck_top(io, 0) + first;
            real largest = score[0], sum = 0;

            for (size_t c = 1; c < axis.size; c++)
                if (score[c * axis.inner] > largest)
                    largest = score[c * axis.inner];
            for (size_t c = 0; c < axis.size; c++) {
                const real e = exp(score[c * axis.inner] - largest);

                probability[c * axis.inner] = e;
                sum += e;
            }
            for (size_t c = 0; c < axis.size; c++)
                probability[c * axis.inner] /= sum;
        }
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const struct gck_axis axis = gck_along(io, 0, AXIS);
    real *diff = gck_bottom_diff(io, 0);                   /* (outer, C, inner) */

    for (size_t i = 0; diff != NULL && i < axis.outer; i++)
        for (size_t s = 0; s < axis.inner; s++) {
            const size_t first = i * axis.size * axis.inner + s;
            const real *probability = gck_top(io, 0) + first;
            const real *upstream = gck_top_diff(io, 0) + first; /* dE/dp */
            real mean = 0;                                 /* of dE/dp, weighted by p */

            for (size_t c = 0; c < axis.size; c++)
                mean += probability[c * axis.inner] * upstream[c * axis.inner];
            for (size_t c = 0; c < axis.size; c++) {
                const size_t at = c * axis.inner;

                diff[first + at] = probability[at] * (upstream[at] - mean);
            }
        }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "score", .dims = { GCK_N, GCK_C, GCK_S }, .axis = "axis", .fill = GCK_GAUSSIAN,
      .scale_max = 4 }, /* above it p is often 1 and 0 elsewhere, and the gradient is rounding */
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "probability" }, GCK_END };
static const struct gck_param params[] = {
    { .name = "axis", .kind = GCK_INTEGER, .value = 1, .min = -GCK_MAX_AXES, .max = GCK_MAX_AXES - 1,
      .help = "the classes run along it; negative: from the end" },
    GCK_END,
};

GCK_LAYER(softmax) = {
    GCK_THIS_ABI,
    .name = "softmax",
    .caffe_type = "Softmax",
    .formula = "p_c = exp(score_c) / sum_k exp(score_k)",
    .bottom = bottoms,
    .top = tops,
    .param = params,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
