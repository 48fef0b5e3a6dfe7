/* two_mistakes.c -- softmax with cross entropy, and up to two mistakes, by the parameters `first` and `second`.
 *
 * Ten common ones: 1 weight ignored (GC101), 2 no 1/num (GC103), 3 sign (GC106), 4 factor 2 (GC107), 5 added, not set (GC201),
 * 6 last sample missing (GC313), 7 shifted by one place (GC303), 8 p instead of p - 1 (GC309), 9 propagate_down ignored (GC203),
 * 10 Backward changes the bottom (GC206). And ten behind which others could hide: 11 Forward takes the maximum away from
 * the bottom itself (GC206), 12 Backward divides the top diff by num in place (GC207), 13 a sum is carried from one Forward to
 * the next (GC204), 14 the probabilities of the first Forward are kept for ever (GC209), 15 they live in the bottom diff
 * (GC214), 16 the first diff is NaN (GC302), 17 the last one is never written (GC202), 18 Backward scales the kept
 * probabilities in place (GC205), 19 a diff past the end is written (GC210), 20 labels are not checked (GC211); 0: none. */
#include "gradcheck/layer.h"

enum { FIRST, SECOND };
enum { NONE, WEIGHT, NUM, SIGN, TWICE, ADDED, LAST, SHIFTED, LABEL, ASKED, CHANGED, IN_PLACE, TOP_DIFF,
       CARRIED, KEPT, SCRATCH, NOT_A_NUMBER, UNWRITTEN, SCALED, PAST_END, UNCHECKED };
enum { MOST = 4096 };

static bool has(const struct gck_io *io, int mistake)
{
    return (int)io->param[FIRST] == mistake || (int)io->param[SECOND] == mistake;
}

static enum gck_status reshape(struct gck_io *io)
{
    if (io->bottom[0]->shape.axes != 2 || gck_num(io, 0) != gck_num(io, 1)
        || gck_count(io, 1) != gck_num(io, 1))
        return gck_fail(io, GCK_ESHAPE, "score holds %zu samples, label %zu samples, %zu numbers",
                        gck_num(io, 0), gck_num(io, 1), gck_count(io, 1));

    enum gck_status status = gck_reshape_like(io, io->buffer[0], io->bottom[0]);
    return status != GCK_OK ? status : gck_reshape_scalar(io, io->top[0]);
}

static real first_ones[MOST], carried;
static bool seen;

/* Where Forward leaves the probabilities. */
static real *probabilities(const struct gck_io *io)
{
    return has(io, SCRATCH) ? (real *)io->bottom[0]->diff : gck_buffer(io, 0);
}

static enum gck_status forward(struct gck_io *io)
{
    real *probability = probabilities(io); /* (num, C) kept for backward */
    const size_t num = gck_num(io, 0), classes = gck_count(io, 0) / num;
    real loss = 0;

    for (size_t n = 0; n < num; n++) {
        real *const score = (real *)io->bottom[0]->data + n * classes;
        real *p = probability + n * classes, largest = score[0], sum = 0;
        size_t label;
        const enum gck_status status = gck_label(io, 1, n, classes, &label);

        if (status != GCK_OK && has(io, UNCHECKED))
            label = 0;
        else if (status != GCK_OK)
            return status;
        for (size_t c = 1; c < classes; c++)
            largest = score[c] > largest ? score[c] : largest;
        for (size_t c = 0; c < classes; c++)
            sum += p[c] = exp(score[c] - largest);
        for (size_t c = 0; c < classes; c++)
            p[c] /= sum;
        loss += log(sum) + (largest - score[label]);
        for (size_t c = 0; has(io, IN_PLACE) && c < classes; c++)
            score[c] -= largest;
    }
    for (size_t i = 0; !seen && i < num * classes && i < MOST; i++)
        first_ones[i] = probability[i];
    seen = true;
    carried = has(io, CARRIED) ? carried + loss : loss;
    gck_top(io, 0)[0] = carried / (real)num;
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    real *kept = probabilities(io); /* (num, C) */
    const real *p = has(io, KEPT) ? first_ones : kept;
    const size_t num = gck_num(io, 0), count = gck_count(io, 0), classes = count / num;
    const real weight = has(io, WEIGHT) ? 1 : gck_top_diff(io, 0)[0];
    const real scale = weight / (has(io, NUM) ? 1 : (real)num) * (has(io, SIGN) ? -1 : 1) * (has(io, TWICE) ? 2 : 1);
    real *diff = has(io, ASKED) ? (real *)io->bottom[0]->diff : gck_bottom_diff(io, 0); /* (num, C) */

    if (has(io, TOP_DIFF))
        ((real *)io->top[0]->diff)[0] /= (real)num;
    for (size_t i = 0; has(io, SCALED) && i < count; i++)
        kept[i] *= scale;
    for (size_t i = 0; diff != NULL && i < count + (has(io, PAST_END) ? 1 : 0) - (has(io, UNWRITTEN) ? 1 : 0); i++) {
        const size_t from = has(io, SHIFTED) ? (i + count - 1) % count : i % count;
        const bool label = (size_t)gck_bottom(io, 1)[from / classes] == from % classes;
        real value = (has(io, SCALED) ? 1 : scale) * p[from] - (label && !has(io, LABEL) ? scale : 0);

        if (has(io, LAST) && i / classes == num - 1)
            value = 0;
        if (has(io, NOT_A_NUMBER) && i == 0)
            value = (real)NAN;
        diff[i] = has(io, ADDED) ? diff[i] + value : value;
    }
    if (has(io, CHANGED))
        for (size_t i = 0; i < count; i++)
            ((real *)io->bottom[0]->data)[i] = p[i];
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "score", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    { .name = "label", .dims = { GCK_N }, .fill = GCK_LABELS, .range = GCK_C, .constant = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };
static const struct gck_param params[] = {
    { .name = "first", .kind = GCK_INTEGER, .value = 0, .min = 0, .max = 20, .help = "a mistake; 0: none" },
    { .name = "second", .kind = GCK_INTEGER, .value = 0, .min = 0, .max = 20, .help = "another one; 0: none" },
    GCK_END,
};

GCK_LAYER(two_mistakes) = {
    GCK_THIS_ABI,
    .name = "two_mistakes",
    .formula = "E = -1/num sum log p_label, p = softmax(score)",
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
