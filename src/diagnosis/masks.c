/* masks.c -- a gradient where the loss stands still, or none in samples that count. */
#include "diagnosis/pattern.h"

#include "core/text.h"
#include "numeric/statistics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The wrong elements of the sample that is known best: of many some stand beside a corner. */
static size_t best_off(const struct gck_view *view, size_t *element, bool *whole)
{
    size_t n = 0, sample = 0;
    double least = HUGE_VAL;

    *whole = true;
    for (size_t s = 0; s < view->num; s++) {
        double widest = -1;

        for (size_t i = s * view->row; i < (s + 1) * view->row; i++)
            if (view->state[i] == GCK_OFF)
                widest = fmax(widest, view->claim->bound[i]);
        if (widest >= 0 && widest < least) {
            least = widest;
            sample = s;
        }
    }
    for (size_t i = sample * view->row; i < (sample + 1) * view->row; i++)
        if (view->state[i] == GCK_OFF)
            element[n++] = i;
    for (size_t i = sample * view->row; i < (sample + 1) * view->row; i++)
        *whole = *whole && (view->state[i] == GCK_OFF || gck_view_flat(view, i) || view->state[i] == GCK_UNTOLD);
    return n;
}

/* "in samples with label 0, 1", where the label decides it. */
static void tell_labels(const struct gck_view *view, char *text, size_t size)
{
    size_t told = 0;

    text[0] = '\0';
    if (view->label == NULL || view->classes > view->count)
        return;
    for (size_t c = 0; c < view->classes; c++) {
        bool off = false, right = false;

        for (size_t i = 0; i < view->count; i++)
            if (view->label[gck_view_place(view, i)] == (double)c) {
                off = off || view->state[i] == GCK_OFF;
                right = right || (view->state[i] == GCK_RIGHT && gck_view_weighs(view, i));
            }
        if (off && right) {
            text[0] = '\0';
            return;
        }
        if (off && told++ < 5)
            gck_append(text, size, "%s%zu", told == 1 ? ": label " : ", ", c);
    }
}

/* The loss moves by `far` when these elements do by as much as x's size. Are they together known to be flat by less than that?
 * A diff of millions makes every bound look narrow. */
static bool flat_by_far(const struct gck_view *view, const size_t *element, size_t n, double far)
{
    const double scale = gck_rms(view->claim->x, view->claim->count);
    double room = 0;

    for (size_t k = 0; k < n; k++)
        room += 2 * view->claim->bound[element[k]] * scale;
    return room <= 0.3 * far;
}

bool gck_pattern_flat(const struct gck_view *view, struct gck_fit *fit)
{
    size_t *element;
    struct gck_reach reach = { 0, 0 };
    bool whole, asked, falls, known;
    size_t n;
    char labels[96];

    for (size_t i = 0; i < view->count; i++)
        if (view->state[i] == GCK_OFF && (view->a[i] == 0 || !gck_view_flat(view, i)))
            return false;
    if (view->off == 0 || (element = malloc(view->count * sizeof *element)) == NULL)
        return false;
    n = best_off(view, element, &whole);
    asked = gck_check_reach(view->check, view->claim, element, n, &reach);
    known = flat_by_far(view, element, n, fmax(-reach.lowest, reach.highest));
    free(element);
    tell_labels(view, labels, sizeof labels);
    if (!asked)
        return false;
    if ((reach.lowest != 0 || reach.highest != 0) && !known)
        return false;
    /* a loss to be maximised has a weight below 0 */
    falls = view->check->weight < 0 ? reach.highest > 0 : reach.lowest < 0;
    fit->code = view->check->layer->loss && falls ? 306 : 310;
    if (fit->code == 306) {
        GCK_COPY(fit->what, "the loss is clamped");
        snprintf(fit->measured, sizeof fit->measured,
                 "%zu diffs of %s are not 0 where the loss is flat; far away it would fall",
                 view->off, view->claim->port);
        GCK_COPY(fit->excluded, "samples that do not count (the loss depends on these)");
        return true;
    }
    if (whole && gck_view_still(view) && reach.lowest == 0 && reach.highest == 0) {
        /* where labels can be left out, all of them may be here */
        fit->code = view->label != NULL || view->sort != NULL ? 310 : 306;
        fit->weak = true;
        GCK_COPY(fit->what, "the loss does not move at all");
        snprintf(fit->measured, sizeof fit->measured, "nothing in %s moves the loss, and its %zu diffs are not 0",
                 view->claim->port, view->off);
        return true;
    }
    if (whole && reach.lowest == 0 && reach.highest == 0) {
        GCK_COPY(fit->what, "samples that do not count have a gradient");
        snprintf(fit->measured, sizeof fit->measured,
                 "%zu diffs of %s are not 0 where nothing moves the loss%s", view->off,
                 view->claim->port, labels);
        GCK_COPY(fit->excluded, "a loss that is flat just here (nothing moves it)");
    } else {
        GCK_COPY(fit->what, "inactive elements have a gradient");
        snprintf(fit->measured, sizeof fit->measured,
                 "%zu diffs of %s are not 0 where the loss is flat, at its lowest", view->off,
                 view->claim->port);
        GCK_COPY(fit->excluded, "a loss that is clamped from above (it would fall far away)");
    }
    return true;
}

/* Samples that count have none: whole samples are 0, and their label or sort decides which. */
static bool decided(const struct gck_view *view, const double *value, size_t *off_samples, size_t *extra)
{
    *off_samples = *extra = 0;
    for (size_t s = 0; s < view->num; s++) {
        bool off = false;

        for (size_t i = s * view->row; i < (s + 1) * view->row; i++)
            off = off || view->state[i] == GCK_OFF;
        *off_samples += off;
        for (size_t t = 0; t < s; t++) {
            bool other = false;

            if (value[t] != value[s])
                continue;
            for (size_t i = t * view->row; i < (t + 1) * view->row; i++)
                other = other || view->state[i] == GCK_OFF;
            if (other != off)
                return false;
            ++*extra;
            break;
        }
    }
    return *off_samples > 0;
}

bool gck_pattern_ignored(const struct gck_view *view, struct gck_fit *fit)
{
    const double *const value = view->label != NULL && view->places == view->num ? view->label : view->sort;
    size_t samples, extra;

    if (value == NULL || view->num < 2)
        return false;
    for (size_t i = 0; i < view->count; i++)
        if (view->state[i] == GCK_OFF && view->a[i] != 0)
            return false;
    for (size_t s = 0; s < view->num; s++) { /* whole samples only */
        bool off = false, right = false;

        for (size_t i = s * view->row; i < (s + 1) * view->row; i++) {
            off = off || view->state[i] == GCK_OFF;
            right = right || (view->state[i] == GCK_RIGHT && gck_view_weighs(view, i));
        }
        if (off && right)
            return false;
    }
    if (!decided(view, value, &samples, &extra) || extra < 3 || samples == view->num)
        return false;
    fit->code = 310;
    GCK_COPY(fit->what, "samples that count have no gradient");
    snprintf(fit->measured, sizeof fit->measured,
             "%zu of %zu samples have the diff 0 though the loss moves with them, and which ones the %s decides", samples,
             view->num, value == view->label ? "label" : view->sort_name);
    return true;
}
