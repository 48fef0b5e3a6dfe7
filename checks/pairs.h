/* pairs.h -- two mistakes in one layer (plugins/two_mistakes.c): which of them are named, and is the other told? */
#ifndef GCK_CHECKS_PAIRS_H
#define GCK_CHECKS_PAIRS_H

#include "gallery.h"

enum { PAIR_COMMON = 10, PAIR_ALL = 20 }; /* mistakes 1 .. 10 are the common ones, 11 .. 20 those that others could hide behind */

static const unsigned pair_code[PAIR_ALL + 1] = { 0,   101, 103, 106, 107, 201, 313, 303, 309, 203, 206,
                                                  206, 207, 204, 209, 214, 302, 202, 205, 210, 211 };

struct pair_outcome {
    bool first, second; /* is named */
    bool told;          /* one is named; of the other something is said: its code, what is left, or that it cannot be told */
    bool wrong;         /* something else was named without doubt */
};

/* Does a finding say that there is more, or that this cannot be told? */
static inline bool pair_says(const struct gck_result *result, unsigned code)
{
    char name[32];

    snprintf(name, sizeof name, "GC%u", code);
    for (unsigned f = 0; f < result->findings; f++) {
        const struct gck_finding *const finding = &result->finding[f];

        if (finding->severity == GCK_SEVERE
            && (finding->code == 399 || finding->doubtful || strstr(finding->measured, name) != NULL
                || strstr(finding->measured, "cannot be told until") != NULL))
            return true;
    }
    return false;
}

static inline struct pair_outcome pair_examine(const struct exhibit *e, unsigned a, unsigned b, enum gck_type type, uint64_t seed,
                                               struct gck_result *result)
{
    struct gck_options options = gck_options_default();
    struct pair_outcome outcome = { false, false, false, false };
    char first[8], second[8];

    options.seed = seed;
    snprintf(first, sizeof first, "%u", a);
    snprintf(second, sizeof second, "%u", b);
    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_PARAM, "first", first };
    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_PARAM, "second", second };
    examine_exhibit(e, type, &options, result);
    outcome.first = result_reports(result, pair_code[a]);
    outcome.second = result_reports(result, pair_code[b]);
    for (unsigned f = 0; f < result->findings; f++) {
        const struct gck_finding *const finding = &result->finding[f];

        outcome.wrong = outcome.wrong
                        || (finding->severity == GCK_SEVERE && !finding->doubtful && finding->code != 399
                            && finding->code != pair_code[a] && finding->code != pair_code[b]);
    }
    outcome.told = outcome.first != outcome.second && pair_says(result, pair_code[outcome.first ? b : a]);
    return outcome;
}

#endif
