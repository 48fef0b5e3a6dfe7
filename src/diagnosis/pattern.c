/* pattern.c -- the patterns in their order, and which of those that fit is named. */
#include "diagnosis/pattern.h"

#include "core/text.h"

#include <string.h>

static const struct {
    gck_pattern *fits;
    bool general; /* tried where nothing special fits */
} pattern[] = {
    { gck_pattern_kink, false },       { gck_pattern_swapped, false },    { gck_pattern_part, false },
    { gck_pattern_places, false },     { gck_pattern_no_label, false },   { gck_pattern_moved_label, false },
    { gck_pattern_branch, false },     { gck_pattern_group, false },      { gck_pattern_rounded, false },
    { gck_pattern_offset, false },     { gck_pattern_inner, false },      { gck_pattern_data, true },
    { gck_pattern_passed_on, true },   { gck_pattern_flat, true },        { gck_pattern_groups, true },
    { gck_pattern_other_label, true }, { gck_pattern_ignored, true },     { gck_pattern_small, true },
    { gck_pattern_zero, true },        { gck_pattern_term, true },
};

static bool look(const struct gck_view *view, size_t p, struct gck_fit *fit)
{
    memset(fit, 0, sizeof *fit);
    fit->factor = 1;
    return pattern[p].fits(view, fit);
}

bool gck_pattern_find(const struct gck_view *view, struct gck_fit *fit, char others[GCK_WHY_SIZE])
{
    const bool still = gck_view_still(view); /* then no place and no group of it can be the right one */
    bool found = false;

    others[0] = '\0';
    for (size_t p = 0; p < sizeof pattern / sizeof pattern[0]; p++) {
        struct gck_fit other;

        if ((found && pattern[p].general) || (still && !pattern[p].general) || !look(view, p, found ? &other : fit))
            continue;
        if (found && other.code != fit->code)
            gck_append(others, GCK_WHY_SIZE, "%s%s (GC%u)", others[0] == '\0' ? "" : " or ", other.what, other.code);
        found = true;
        if (pattern[p].general)
            break;
    }
    return found;
}
