/* groups.c -- a factor of its own for a part of the elements that have something in common. */
#include "diagnosis/factor.h"
#include "diagnosis/pattern.h"

#include "core/text.h"
#include "numeric/statistics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What elements can have in common: a number for each of them, below `groups`. */
struct key {
    const char *what; /* "class or channel" */
    size_t (*of)(const struct gck_view *view, size_t i);
    size_t groups;
};

static size_t of_label(const struct gck_view *view, size_t i)
{
    return gck_view_labelled(view, i) ? 1 : 0;
}

static size_t of_sign(const struct gck_view *view, size_t i)
{
    return view->x[i] > 0 ? 1 : 0;
}

static size_t of_sort(const struct gck_view *view, size_t i)
{
    return view->sort[gck_view_sample(view, i)] > 0 ? 1 : 0;
}

static size_t of_position(const struct gck_view *view, size_t i)
{
    return i % view->inner;
}

static size_t of_sample_label(const struct gck_view *view, size_t i)
{
    return (size_t)view->label[gck_view_place(view, i)];
}

static double ratio_of(const struct gck_view *view, size_t i, double *room)
{
    const double ratio = view->a[i] / view->g[i];

    *room = 2 * view->room[i] / fabs(view->g[i]) * fmax(1, fabs(ratio)) + 1e-7 * fabs(ratio);
    return ratio;
}

struct group {
    size_t weighed; /* elements that have a ratio */
    double ratio;
    bool off;       /* that is not 1 */
};

/* One ratio in every group, and it explains all elements. Counts the wrong groups. */
static bool divides(const struct gck_view *view, const struct key *key, struct group *group, size_t *off,
                    size_t *confirmed)
{
    memset(group, 0, key->groups * sizeof *group);
    *off = *confirmed = 0;
    for (size_t i = 0; i < view->count; i++) {
        const size_t k = key->of(view, i);
        double room, ratio;

        if (k >= key->groups)
            return false;
        if (!gck_view_weighs(view, i))
            continue;
        ratio = ratio_of(view, i, &room);
        if (ratio == 0)
            return false; /* nothing there: a missing part */
        if (group[k].weighed++ == 0) {
            group[k].ratio = ratio;
            group[k].off = view->state[i] == GCK_OFF;
        } else if (fabs(ratio - group[k].ratio) > 2 * room || group[k].off != (view->state[i] == GCK_OFF)) {
            return false;
        } else {
            ++*confirmed;
        }
    }
    for (size_t i = 0; i < view->count; i++) {
        const size_t k = key->of(view, i);

        if (view->state[i] == GCK_UNTOLD || gck_view_weighs(view, i))
            continue;
        if (!gck_view_near(view, i, (group[k].weighed > 0 ? group[k].ratio : 1) * view->g[i],
                           view->room[i] * fmax(1, fabs(group[k].ratio))))
            return false;
    }
    for (size_t k = 0; k < key->groups; k++)
        *off += group[k].off;
    return *off > 0;
}

/* Do all wrong groups have one ratio? */
static bool alike(const struct group *group, size_t groups, double *ratio)
{
    bool first = true;

    for (size_t k = 0; k < groups; k++) {
        if (!group[k].off)
            continue;
        if (first)
            *ratio = group[k].ratio;
        else if (fabs(group[k].ratio - *ratio) > 1e-5 * fabs(*ratio))
            return false;
        first = false;
    }
    return true;
}

static void list_off(const struct group *group, size_t groups, char *text, size_t size)
{
    size_t told = 0, off = 0;

    for (size_t k = 0; k < groups; k++)
        off += group[k].off;
    text[0] = '\0';
    for (size_t k = 0; k < groups; k++)
        if (group[k].off && told++ < 4)
            gck_append(text, size, "%s%zu", told > 1 ? ", " : "", k);
    if (off > 4)
        gck_append(text, size, " and %zu more", off - 4);
}

static void tell(const struct gck_view *view, const struct key *key, const struct group *group, double ratio,
                 struct gck_fit *fit)
{
    char which[128], number[GCK_RATIO_TEXT];

    list_off(group, key->groups, which, sizeof which);
    if (key->of == of_label)
        snprintf(fit->what, sizeof fit->what, "%s", group[1].off ? "the label's element" : "all but the label's element");
    else if (key->of == of_sign)
        snprintf(fit->what, sizeof fit->what, "elements with x %s 0", group[1].off ? "above" : "not above");
    else if (key->of == of_sort)
        snprintf(fit->what, sizeof fit->what, "samples with %s %s 0", view->sort_name, group[1].off ? "above" : "not above");
    else
        snprintf(fit->what, sizeof fit->what, "%s %.40s", key->what, which);
    fit->code = fabs(ratio - 1) < 1e-2 ? 314 : 114;
    snprintf(fit->measured, sizeof fit->measured,
             "analytic = %s x numeric in all %zu wrong elements, those of %s",
             gck_ratio_text(ratio, number), view->off, fit->what);
    GCK_COPY(fit->excluded, "a factor of all diffs (the others are right)");
}

/* Each sample a ratio of its own, or each class. */
static void tell_many(const struct gck_view *view, const struct key *key, const struct group *group, size_t off,
                      struct gck_fit *fit)
{
    double least = HUGE_VAL, most = -HUGE_VAL;
    char low[GCK_RATIO_TEXT], high[GCK_RATIO_TEXT];

    for (size_t k = 0; k < key->groups; k++)
        if (group[k].off) {
            least = fmin(least, group[k].ratio);
            most = fmax(most, group[k].ratio);
        }
    fit->code = fabs(least - 1) < 0.1 && fabs(most - 1) < 0.1 ? 314 : 114;
    snprintf(fit->what, sizeof fit->what, "each %s has a factor of its own", key->what);
    snprintf(fit->measured, sizeof fit->measured,
             "analytic over numeric is the same within each %s and differs between them: from %s to %s in %zu of %zu; %zu "
             "elements are wrong",
             key->what, gck_ratio_text(least, low), gck_ratio_text(most, high), off, key->groups, view->off);
    GCK_COPY(fit->excluded, "a factor of all diffs (it differs)");
}

/* Runs through the keys; many: those of whose groups several have ratios of their own. */
static bool find(const struct gck_view *view, struct gck_fit *fit, bool many)
{
    const struct key key[] = {
        { "the label's element", view->label != NULL ? of_label : NULL, 2 },
        { "sort", view->sort != NULL ? of_sort : NULL, 2 },
        { "sign of x", of_sign, 2 },
        { "position", view->inner > 1 ? of_position : NULL, view->inner },
        { "class or channel", view->classes > 1 ? gck_view_class : NULL, view->classes },
        { "label", view->label != NULL ? of_sample_label : NULL, view->classes },
        { "sample", view->num > 1 ? gck_view_sample : NULL, view->num },
    };
    struct group *const group = malloc(view->count * sizeof *group);
    bool found = false;

    for (size_t k = 0; group != NULL && k < sizeof key / sizeof key[0] && !found; k++) {
        size_t off, confirmed;
        double ratio = 1;

        if (key[k].of == NULL || key[k].groups > view->count || !divides(view, &key[k], group, &off, &confirmed))
            continue;
        if (alike(group, key[k].groups, &ratio) ? many || view->right == 0 : !many)
            continue; /* one for all that weigh is no group's own */
        if (many && confirmed >= 3 && confirmed >= off) {
            tell_many(view, &key[k], group, off, fit);
            found = true;
        } else if (!many && view->off >= 2) {
            tell(view, &key[k], group, ratio, fit);
            fit->weak = confirmed < 3 || view->off < 3;
            found = true;
        }
    }
    free(group);
    return found;
}

bool gck_pattern_group(const struct gck_view *view, struct gck_fit *fit)
{
    return find(view, fit, false);
}

bool gck_pattern_groups(const struct gck_view *view, struct gck_fit *fit)
{
    return find(view, fit, true);
}
