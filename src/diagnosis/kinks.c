/* kinks.c -- corners of the loss: a slope that neither side has, the other side's branch, another margin. */
#include "diagnosis/pattern.h"

#include "core/text.h"
#include "numeric/statistics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 8 }; /* wrong elements, among which a single one of a kind may suggest something */

bool gck_pattern_kink(const struct gck_view *view, struct gck_fit *fit)
{
    size_t example = SIZE_MAX;
    char low[GCK_NUMBER_TEXT], high[GCK_NUMBER_TEXT], a[GCK_NUMBER_TEXT];

    for (size_t i = 0; i < view->count; i++) {
        if (view->state[i] != GCK_OFF)
            continue;
        if (!view->claim->kinked[i] || view->claim->bound[i] < 1e-2 * fabs(view->g[i]))
            return false;
        example = example == SIZE_MAX ? i : example;
    }
    if (example == SIZE_MAX)
        return false;
    fit->code = 305;
    GCK_COPY(fit->what, "outside the slopes at a kink");
    snprintf(fit->measured, sizeof fit->measured,
             "%zu elements of %s stand at a corner of the loss, and their diffs lie outside the slopes of both sides: the "
             "first, at position %zu, is %s where the slopes go from %s to %s",
             view->off, view->claim->port, example, gck_number_text(view->a[example] * view->told, a),
             gck_number_text(view->g[example] - view->claim->bound[example], low),
             gck_number_text(view->g[example] + view->claim->bound[example], high));
    return true;
}

/* Active here and inactive there, exactly the wrong way round. */
static bool exchanged(const struct gck_view *view, struct gck_fit *fit)
{
    size_t flat = 0, zero = 0, flat_labels = 0, zero_labels = 0;

    for (size_t i = 0; i < view->count; i++) {
        if (view->state[i] == GCK_RIGHT && gck_view_weighs(view, i))
            return false;
        if (view->state[i] != GCK_OFF)
            continue;
        if (view->a[i] == 0) {
            zero++;
            zero_labels += view->label != NULL && gck_view_labelled(view, i);
        } else if (gck_view_flat(view, i)) {
            flat++;
            flat_labels += view->label != NULL && gck_view_labelled(view, i);
        } else {
            return false;
        }
    }
    if (flat == 0 || zero == 0 || (flat == flat_labels && zero == flat) || (zero == zero_labels && zero == flat))
        return false; /* the last two: one class for another, which is no branch */
    if ((flat < 2 || zero < 2) && flat + zero > FEW)
        return false;
    fit->code = 305;
    fit->weak = flat < 2 || zero < 2;
    GCK_COPY(fit->what, "the branches are exchanged");
    snprintf(fit->measured, sizeof fit->measured,
             "the diffs of %s are 0 in %zu elements that move the loss, and not 0 in %zu that do not",
             view->claim->port, zero, flat);
    GCK_COPY(fit->excluded, "a missing mask (elements that count have no gradient, either)");
    return true;
}

/* |a| = max(|g| - t, 0), or the other way round: a squared hinge with another margin. */
static bool threshold(const struct gck_view *view, struct gck_fit *fit)
{
    double *const gap = malloc(view->count * sizeof *gap), t;
    size_t used = 0, both[2] = { 0, 0 }, clipped = 0;
    bool fits = gap != NULL;
    char number[GCK_NUMBER_TEXT];

    for (size_t i = 0; fits && i < view->count; i++)
        if (view->state[i] == GCK_OFF && gck_view_weighs(view, i) && view->a[i] * view->g[i] > 0) {
            gap[used++] = fabs(view->g[i]) - fabs(view->a[i]);
            both[view->g[i] > 0]++;
        }
    t = used >= 3 ? gck_median(gap, used) : 0;
    free(gap);
    fits = fits && used >= 3 && fabs(t) > 1e-3 * view->size; /* less is nearly right */
    for (size_t i = 0; fits && i < view->count; i++) {
        const double larger = t > 0 ? view->g[i] : view->a[i], smaller = t > 0 ? view->a[i] : view->g[i];
        const double wanted = copysign(fmax(fabs(larger) - fabs(t), 0), larger);

        if (view->state[i] == GCK_UNTOLD)
            continue;
        fits = fabs(smaller - wanted) <= 2 * view->room[i] + 1e-6 * fabs(t);
        clipped += wanted == 0 && fabs(larger) > 3 * view->room[i];
    }
    if (!fits || ((both[0] == 0 || both[1] == 0) && clipped == 0))
        return false;
    fit->code = 305;
    fit->weak = view->off < 4;
    GCK_COPY(fit->what, "another margin");
    snprintf(fit->measured, sizeof fit->measured,
             "the %zu wrong diffs of %s are by %s too %s in size, or 0: as with another margin",
             view->off, view->claim->port, gck_number_text(fabs(t), number), t > 0 ? "small" : "large");
    GCK_COPY(fit->excluded, "a factor (the difference is the same, not the share)");
    return true;
}

/* ---- thresholds in x ---- */

static size_t side(const struct gck_view *view, size_t i)
{
    return view->label != NULL ? gck_view_labelled(view, i)
           : view->sort != NULL ? view->sort[gck_view_sample(view, i)] > 0
                                : 0;
}

/* log2 of the ways to choose k of n. */
static double choices(size_t n, size_t k)
{
    return (lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1)) / log(2);
}

/* Where along x the elements of one sort lie. */
struct stretch {
    double low, high;
    size_t many;
};

static void stretch_to(struct stretch *stretch, double x)
{
    stretch->low = stretch->many == 0 ? x : fmin(stretch->low, x);
    stretch->high = stretch->many == 0 ? x : fmax(stretch->high, x);
    stretch->many++;
}

static bool beside(const struct stretch *a, const struct stretch *b)
{
    return a->high < b->low;
}

/* Between two thresholds lie the wrong elements alone: on one side of them what does not move the loss, on the other what does.
 * flat: the wrong ones are of the first kind. How unlikely it is by chance that x parts them from the right ones of their
 * kind, in bits; 0: it does not. */
static double parted(const struct gck_view *view, bool flat)
{
    double bits = 0;

    for (size_t s = 0; s < 2; s++) {
        struct stretch off = { 0 }, same = { 0 }, other = { 0 };

        for (size_t i = 0; i < view->count; i++) {
            if (view->state[i] == GCK_UNTOLD || side(view, i) != s)
                continue;
            if (view->state[i] == GCK_OFF)
                stretch_to(&off, view->x[i]);
            else if (gck_view_flat(view, i) == flat && (flat || gck_view_weighs(view, i)))
                stretch_to(&same, view->x[i]);
            else if (gck_view_flat(view, i) != flat)
                stretch_to(&other, view->x[i]);
        }
        if (off.many == 0)
            continue;
        if (same.many > 0 && !beside(&same, &off) && !beside(&off, &same))
            return 0;
        if (other.many > 0 && !(beside(&off, &other) && (same.many == 0 || beside(&same, &off)))
            && !(beside(&other, &off) && (same.many == 0 || beside(&off, &same))))
            return 0;
        if (same.many > 0)
            bits += choices(same.many + off.many, off.many) - 1;
    }
    return bits;
}

static bool other_threshold(const struct gck_view *view, struct gck_fit *fit)
{
    bool zero = true, flat = true;

    for (size_t i = 0; i < view->count; i++)
        if (view->state[i] == GCK_OFF) {
            zero = zero && view->a[i] == 0;
            flat = flat && view->a[i] != 0 && gck_view_flat(view, i);
        }
    if (view->off == 0 || zero == flat || (flat && view->right == 0) || parted(view, flat) < 7)
        return false; /* where nothing moves the loss, no threshold does */
    fit->code = 305;
    GCK_COPY(fit->what, "another threshold");
    snprintf(fit->measured, sizeof fit->measured,
             "%zu elements of %s have %s, and x tells them from those that are right",
             view->off, view->claim->port, zero ? "the diff 0 though the loss moves" : "a diff though the loss stands still");
    return true;
}

bool gck_pattern_branch(const struct gck_view *view, struct gck_fit *fit)
{
    return exchanged(view, fit) || threshold(view, fit) || other_threshold(view, fit);
}
