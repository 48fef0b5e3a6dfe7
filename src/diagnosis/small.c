/* small.c -- nearly right: rounded, a constant too much, off by a little. */
#include "diagnosis/pattern.h"

#include "core/text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* All a are whole multiples of q, and none is further from g than half of it. */
static bool multiples(const struct gck_view *view, double q, size_t *levels)
{
    double last = 0;

    *levels = 0;
    for (size_t i = 0; i < view->count; i++) {
        const double times = view->a[i] / q;

        if (!isfinite(view->a[i]) || fabs(times - round(times)) > 64 * view->check->epsilon * fmax(1, fabs(times))
            || fabs(times) > 1e5)
            return false;
        if (view->state[i] != GCK_UNTOLD
            && fabs(view->a[i] - view->g[i]) > 0.5 * q * (1 + 1e-6) + view->room[i])
            return false;
        *levels += view->a[i] != 0 && fabs(view->a[i] - last) > 0.5 * q;
        last = view->a[i] != 0 ? view->a[i] : last;
    }
    return true;
}

bool gck_pattern_rounded(const struct gck_view *view, struct gck_fit *fit)
{
    double least = HUGE_VAL;
    size_t levels = 0;
    char number[GCK_NUMBER_TEXT];

    for (size_t i = 0; i < view->count; i++)
        if (view->a[i] != 0)
            least = fmin(least, fabs(view->a[i]));
    for (unsigned part = 1; part <= 12 && least < HUGE_VAL; part++) {
        if (!multiples(view, least / part, &levels) || levels < 3)
            continue;
        fit->code = 314;
        GCK_COPY(fit->what, "rounded");
        snprintf(fit->measured, sizeof fit->measured,
                 "all diffs of %s are whole multiples of %s, those nearest to the derivative", view->claim->port,
                 gck_number_text(least / part * fabs(view->told), number));
        return true;
    }
    return false;
}

bool gck_pattern_offset(const struct gck_view *view, struct gck_fit *fit)
{
    double extra = 0, best = HUGE_VAL;
    size_t many = 0;
    char number[GCK_NUMBER_TEXT];

    for (size_t i = 0; i < view->count; i++) /* from the one that is known best */
        if (view->state[i] == GCK_OFF && view->room[i] < best) {
            best = view->room[i];
            extra = view->a[i] - view->g[i];
        }
    for (size_t i = 0; i < view->count; i++) {
        if (view->state[i] == GCK_UNTOLD)
            continue;
        if (fabs(view->a[i] - view->g[i] - extra) > view->room[i] + best + 1e-6 * fabs(extra))
            return false;
        many++;
    }
    if (many < 4 || view->off < 3 || fabs(extra) > 0.1 * view->size)
        return false;
    fit->code = 314;
    fit->alone = true;
    GCK_COPY(fit->what, "a constant is added");
    snprintf(fit->measured, sizeof fit->measured,
             "every diff of %s is %s too %s, in all %zu elements that can be told", view->claim->port,
             gck_number_text(fabs(extra * view->told), number), extra * view->told > 0 ? "large" : "small", many);
    GCK_COPY(fit->excluded, "a factor (the difference is the same, not the share)");
    return true;
}

bool gck_pattern_small(const struct gck_view *view, struct gck_fit *fit)
{
    const double typical = view->claim->typical / fabs(view->told);
    double most = 0, least = HUGE_VAL;
    char from[GCK_NUMBER_TEXT], to[GCK_NUMBER_TEXT];

    for (size_t i = 0; i < view->count; i++) {
        if (view->state[i] != GCK_OFF)
            continue;
        if (gck_view_flat(view, i))
            return false;
        const double share = fabs(view->a[i] - view->g[i]) / fmax(fabs(view->g[i]), typical);

        most = fmax(most, share);
        least = fmin(least, share);
    }
    if (view->off == 0 || !(most <= 0.1) || (view->claim->unwritten != NULL && view->right == 0 && view->off < 3))
        return false;
    fit->code = 314;
    GCK_COPY(fit->what, "nearly right");
    snprintf(from, sizeof from, "%.1g", least);
    snprintf(to, sizeof to, "%.1g", most);
    snprintf(fit->measured, sizeof fit->measured, "%zu of %zu elements of %s off by %s%s%s of %s size or of the usual diff's",
             view->off, view->count, view->claim->port, strcmp(from, to) == 0 ? "" : from,
             strcmp(from, to) == 0 ? "" : " to ", to, view->off == 1 ? "its" : "their");
    GCK_COPY(fit->excluded, "one factor for all, a constant added to all");
    return true;
}
