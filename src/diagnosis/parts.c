/* parts.c -- derivatives that are 0 where the loss moves: a part of the batch is missing, or single elements. */
#include "diagnosis/pattern.h"

#include "core/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum shape { LAST, EARLY, ONE, EVERY };

/* Elements counted along one axis: i lies at i / unit % length. */
struct axis {
    const char *one, *many;
    size_t unit, length;
};

static size_t along(const struct axis *axis, size_t i)
{
    return i / axis->unit % axis->length;
}

struct part {
    enum shape shape;
    size_t k, step;
};

static bool within(const struct part *part, size_t at)
{
    switch (part->shape) {
    case LAST:
        return at >= part->k;
    case EARLY:
        return at <= part->k;
    case ONE:
        return at == part->k;
    case EVERY:
        return at % part->step == part->k % part->step;
    }
    return false;
}

/* Every wrong element is 0. */
static bool all_zero(const struct gck_view *view)
{
    for (size_t i = 0; i < view->count; i++)
        if (view->state[i] == GCK_OFF && view->a[i] != 0)
            return false;
    return view->off > 0;
}

/* All wrong ones lie in the part (others: all that are 0), and in the part there is nothing but zeros. */
static bool holds(const struct gck_view *view, const struct axis *axis, const struct part *part, bool others,
                  size_t *inside)
{
    *inside = 0;
    for (size_t i = 0; i < view->count; i++) {
        const bool in = within(part, along(axis, i));

        if (in ? view->a[i] != 0 : view->state[i] == GCK_OFF && !(others && view->a[i] != 0))
            return false;
        *inside += in;
    }
    return *inside < view->count;
}

static void tell(const struct axis *axis, const struct part *part, char *text, size_t size)
{
    const size_t tail = axis->length - part->k;

    if (part->shape == LAST && tail == 1)
        snprintf(text, size, "the last %s is missing", axis->one);
    else if (part->shape == LAST && 2 * tail >= axis->length && 2 * tail <= axis->length + 1)
        snprintf(text, size, "the second half of the %s is missing", axis->many);
    else if (part->shape == LAST)
        snprintf(text, size, "the last %zu of %zu %s are missing", tail, axis->length, axis->many);
    else if (part->shape == EARLY && part->k == 0)
        snprintf(text, size, "the first %s is missing", axis->one);
    else if (part->shape == EARLY)
        snprintf(text, size, "the first %zu of %zu %s are missing", part->k + 1, axis->length, axis->many);
    else if (part->shape == ONE)
        snprintf(text, size, "%s %zu of %zu is missing", axis->one, part->k, axis->length);
    else
        snprintf(text, size, "every %zu%s %s is missing, from the %s on", part->step,
                 part->step == 2 ? "nd" : part->step == 3 ? "rd" : "th", axis->one,
                 part->k % part->step == 0 ? "first" : part->k % part->step == 1 ? "second" : "third");
}

/* Finds the part and tells it; others: elements outside may be wrong, too. missing: NULL, or which elements are in it. */
static bool find(const struct gck_view *view, bool others, struct gck_fit *fit, unsigned char *missing)
{
    const struct axis axis[] = {
        { "sample", "samples", view->row, view->num },
        { "element", "elements", 1, view->count },
        { "class or channel", "classes or channels", view->inner, view->classes },
        { "position", "positions", 1, view->inner },
        { "element of each sample", "elements of each sample", 1, view->row },
    };

    for (size_t x = 0; x < (others ? 2 : sizeof axis / sizeof axis[0]); x++) {
        size_t least = axis[x].length, most = 0, zeros = 0;

        if (axis[x].length < 2)
            continue;
        for (size_t i = 0; i < view->count; i++)
            if (view->state[i] == GCK_OFF && view->a[i] == 0) {
                least = along(&axis[x], i) < least ? along(&axis[x], i) : least;
                most = along(&axis[x], i) > most ? along(&axis[x], i) : most;
                zeros++;
            }
        const struct part part[] = {
            { LAST, least, 1 }, { EARLY, most, 1 }, { EVERY, least, 2 }, { EVERY, least, 3 }, { EVERY, least, 4 },
            { ONE, least, 1 },
        };
        for (size_t p = 0; p < sizeof part / sizeof part[0] && zeros > 0; p++) {
            size_t inside;

            if ((part[p].shape == EVERY && axis[x].length < 2 * part[p].step)
                || (part[p].shape == ONE && (others || least != most || x == 1 || x == 4))
                || !holds(view, &axis[x], &part[p], others, &inside))
                continue;
            fit->code = 313;
            fit->weak = zeros < 2 || (!others && view->right < 2);
            tell(&axis[x], &part[p], fit->what, sizeof fit->what);
            snprintf(fit->measured, sizeof fit->measured,
                     "%s: its %zu diffs are 0, the loss moves with %zu%s",
                     fit->what, inside, zeros, others ? " of them" : " of them; no other is wrong");
            GCK_COPY(fit->excluded, "diffs that are never written (these are 0)");
            for (size_t i = 0; missing != NULL && i < view->count; i++)
                missing[i] = within(&part[p], along(&axis[x], i));
            return true;
        }
    }
    return false;
}

/* What is missing is missing whatever the data are: else it is they that make it 0. */
static bool always(const struct gck_view *view, const unsigned char *missing)
{
    return gck_check_zero_at(view->check, view->claim, 2, missing) && gck_check_zero_at(view->check, view->claim, 3, missing);
}

bool gck_pattern_part(const struct gck_view *view, struct gck_fit *fit)
{
    unsigned char *const missing = malloc(view->count);
    const bool found = missing != NULL && all_zero(view) && find(view, false, fit, missing) && always(view, missing);

    free(missing);
    return found;
}

bool gck_pattern_part_among(const struct gck_view *view, struct gck_fit *fit, unsigned char *missing)
{
    size_t inside = 0;

    memset(fit, 0, sizeof *fit);
    fit->factor = 1;
    if (!find(view, true, fit, missing) || fit->weak || !always(view, missing))
        return false;
    for (size_t i = 0; i < view->count; i++)
        inside += missing[i];
    return 2 * inside <= view->count; /* more is no part */
}

bool gck_pattern_zero(const struct gck_view *view, struct gck_fit *fit)
{
    if (!all_zero(view))
        return false;
    fit->code = 301;
    GCK_COPY(fit->what, "0 where the loss moves");
    snprintf(fit->measured, sizeof fit->measured,
             "in %zu of %zu elements of %s the diff is 0 and the loss moves; no other element is wrong", view->off,
             view->count, view->claim->port);
    GCK_COPY(fit->excluded, "a missing part of the batch (these have no common place)");
    return true;
}
