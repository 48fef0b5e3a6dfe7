/* info_nce.c -- every sample against all others of the batch.
 *
 *     s_nm = x_n . z_m / temperature,   E = -1/num sum_n log( exp s_nn / sum_m exp s_nm )
 *
 * A loss that couples the samples. Source: van den Oord et al., "Contrastive Predictive Coding", 2018. */
#include "gradcheck/layer.h"

enum { TEMPERATURE };

static enum gck_status reshape(struct gck_io *io)
{
    const struct gck_shape square = { .axes = 2, .dim = { gck_num(io, 0), gck_num(io, 0) } };

    if (gck_count(io, 0) != gck_count(io, 1) || gck_num(io, 0) != gck_num(io, 1))
        return gck_fail(io, GCK_ESHAPE, "both views need one shape");
    const enum gck_status status = gck_reshape(io, io->buffer[0], &square);
    return status != GCK_OK ? status : gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const size_t num = gck_num(io, 0), row = gck_count(io, 0) / num;
    real *p = gck_buffer(io, 0), loss = 0;

    gck_gemm(false, true, num, num, row, (real)(1 / io->param[TEMPERATURE]), gck_bottom(io, 0), gck_bottom(io, 1), 0, p);
    for (size_t n = 0; n < num; n++) {
        real *s = p + n * num, largest = s[0], sum = 0;

        for (size_t m = 1; m < num; m++)
            largest = s[m] > largest ? s[m] : largest;
        for (size_t m = 0; m < num; m++)
            sum += exp(s[m] - largest);
        loss += log(sum) + largest - s[n];
        for (size_t m = 0; m < num; m++)
            s[m] = exp(s[m] - largest) / sum;
    }
    gck_top(io, 0)[0] = loss / (real)num;
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const size_t num = gck_num(io, 0), row = gck_count(io, 0) / num;
    const real scale = gck_top_diff(io, 0)[0] / (real)num / (real)io->param[TEMPERATURE];
    const real *p = gck_buffer(io, 0), *x = gck_bottom(io, 0), *z = gck_bottom(io, 1);
    real *to_x = gck_bottom_diff(io, 0), *to_z = gck_bottom_diff(io, 1);

    if (to_x != NULL) {
        gck_gemm(false, false, num, row, num, scale, p, z, 0, to_x);
        gck_axpby(num * row, -scale, z, 1, to_x);
    }
    if (to_z != NULL) {
        gck_gemm(true, false, num, row, num, scale, p, x, 0, to_z);
        gck_axpby(num * row, -scale, x, 1, to_z);
    }
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "x", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN, .scale_max = 3 },
    { .name = "z", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN, .scale_max = 3 },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };
static const struct gck_param params[] = {
    { .name = "temperature", .kind = GCK_REAL, .value = 1, .min = 0.01, .max = 100, .help = "divides every product" },
    GCK_END,
};

GCK_LAYER(info_nce) = {
    GCK_THIS_ABI,
    .name = "info_nce",
    .formula = "E = -1/num sum log(exp s_nn / sum_m exp s_nm), s = x z'/temperature",
    .loss = true,
    .norm = GCK_NORM_NONE,
    .bottom = bottoms,
    .top = tops,
    .buffers = 1,
    .param = params,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};
