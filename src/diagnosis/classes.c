/* classes.c -- the wrong class: the label's 1 is missing, or it was taken from another class. */
#include "diagnosis/pattern.h"

#include "core/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* a - g is 0 but for the label's element, where it is one number. */
bool gck_pattern_no_label(const struct gck_view *view, struct gck_fit *fit)
{
    double extra = 0;
    size_t many = 0;
    char number[GCK_NUMBER_TEXT];

    if (view->label == NULL)
        return false;
    for (size_t i = 0; i < view->count; i++) {
        const double rest = view->a[i] - view->g[i];

        if (view->state[i] == GCK_UNTOLD)
            continue;
        if (!gck_view_labelled(view, i)) {
            if (view->state[i] == GCK_OFF)
                return false;
            continue;
        }
        if (view->state[i] == GCK_RIGHT && fabs(rest) <= view->room[i] && view->claim->bound[i] < 1e-2 * view->size)
            return false;
        if (many == 0)
            extra = rest;
        else if (fabs(rest - extra) > 2 * view->room[i] + 1e-6 * fabs(extra))
            return false;
        many++;
    }
    if (many < 2 || fabs(extra) < 1e-6 * view->size || (extra > 0) != (view->check->weight > 0))
        return false; /* p is more than p - 1 */
    fit->code = 309;
    fit->weak = many < 3 && view->right < 3;
    GCK_COPY(fit->what, "the label's 1 is missing");
    snprintf(fit->measured, sizeof fit->measured,
             "only the label's own diff is wrong, by %s too much in all %zu places: p stands there, not p - 1",
             gck_number_text(extra, number), many);
    GCK_COPY(fit->excluded, "a factor (the same number is missing, not the same share)");
    return true;
}

double gck_label_share(const struct gck_view *view)
{
    double sum = 0;

    for (size_t i = 0; view->label != NULL && i < view->count; i++) {
        if (view->state[i] == GCK_UNTOLD)
            return 0;
        sum += view->a[i] - view->g[i];
    }
    sum = view->label != NULL ? sum / (double)view->places : 0;
    return fabs(sum) > 1e-6 * view->size ? sum : 0;
}

/* ---- right for other labels? ---- */

enum { NEXT_CLASS, CLASS_BEFORE, FIRST_LABEL, NEXT_LABEL, LABEL_BEFORE, LAST_LABEL, REVERSED_LABELS, RULES };

static double by_rule(const struct gck_view *view, unsigned rule, size_t place)
{
    const size_t n = view->places;
    const double classes = (double)view->classes;

    switch (rule) {
    case NEXT_CLASS:
        return fmod(view->label[place] + 1, classes);
    case CLASS_BEFORE:
        return fmod(view->label[place] + classes - 1, classes);
    case FIRST_LABEL:
        return view->label[0];
    case NEXT_LABEL:
        return view->label[(place + 1) % n];
    case LABEL_BEFORE:
        return view->label[(place + n - 1) % n];
    case LAST_LABEL:
        return view->label[n - 1];
    default:
        return view->label[n - 1 - place];
    }
}

/* What the rule says of softmax: the 1 is missing at the label and taken off at another class. 0: no such thing; else how many
 * places show it. */
static size_t two_of_each(const struct gck_view *view, unsigned rule)
{
    double moved = 0;
    size_t shows = 0;

    for (size_t i = 0; i < view->count; i++) {
        const double c = (double)gck_view_class(view, i);
        const size_t place = gck_view_place(view, i);
        const double plus = view->label[place] == c ? 1 : 0, minus = by_rule(view, rule, place) == c ? 1 : 0;
        const double rest = view->a[i] - view->g[i];

        if (view->state[i] == GCK_UNTOLD)
            continue;
        if (plus == minus) {
            if (view->state[i] == GCK_OFF)
                return 0;
            continue;
        }
        if (moved == 0)
            moved = rest * (plus - minus);
        if (fabs(rest - moved * (plus - minus)) > 2 * view->room[i] + 1e-6 * fabs(moved)
            || fabs(moved) < 10 * view->room[i])
            return 0;
        shows += plus > 0;
    }
    return shows;
}

/* Labels changed one by one that are the same stay: then there is nothing to ask. */
static bool asks(const struct gck_view *view, unsigned rule, double *label)
{
    bool differs = false;

    for (size_t p = 0; p < view->places; p++) {
        label[p] = by_rule(view, rule, p);
        differs = differs || label[p] != view->label[p];
    }
    return differs;
}

static void tell(unsigned rule, size_t shows, struct gck_fit *fit)
{
    static const char *const word[RULES] = {
        "the class after the label", "the class before the label", "the first sample's label for all",
        "the next sample's label", "the label of the sample before", "the last sample's label for all",
        "the labels in reverse order",
    };

    fit->code = 309;
    fit->weak = shows < 2;
    GCK_COPY(fit->what, word[rule]);
    snprintf(fit->measured, sizeof fit->measured,
             "%s would make all diffs right", word[rule]);
    GCK_COPY(fit->excluded, "a factor, or values in wrong places");
}

bool gck_pattern_moved_label(const struct gck_view *view, struct gck_fit *fit)
{
    double *const label = view->label != NULL ? malloc(view->places * sizeof *label) : NULL;
    bool found = false;

    for (unsigned rule = 0; rule < RULES && label != NULL && view->classes > 1 && !found; rule++) {
        const size_t shows = asks(view, rule, label) ? two_of_each(view, rule) : 0;

        if (shows == 0)
            continue;
        tell(rule, shows, fit);
        found = true;
    }
    free(label);
    return found;
}

bool gck_pattern_other_label(const struct gck_view *view, struct gck_fit *fit)
{
    double *const label = view->label != NULL ? malloc(view->places * sizeof *label) : NULL;
    bool found = false;

    for (unsigned rule = 0; rule < RULES && label != NULL && view->classes > 1 && !found; rule++)
        if (asks(view, rule, label)
            && gck_check_right_with(view->check, view->claim, view->labels, label, view->told)) {
            tell(rule, 3, fit);
            found = true;
        }
    free(label);
    return found;
}
