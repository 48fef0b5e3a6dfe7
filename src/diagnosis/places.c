/* places.c -- right values in wrong places: shifted, reversed, transposed, of the other bottom. */
#include "diagnosis/pattern.h"

#include "core/text.h"
#include "numeric/statistics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t nowhere = SIZE_MAX;

/* A way to confuse places: element i holds what belongs to from(...). */
enum way { SHIFTED, TURNED, REVERSED, TRANSPOSED, FIRST };

struct confusion {
    enum way way;
    size_t block;     /* length of the stretch that it happens in, over and over */
    size_t unit;      /* elements that stay together */
    long by;          /* SHIFTED, TURNED: units; TRANSPOSED: columns */
    const char *what; /* "reversed", "shifted by one sample" */
};

static size_t source(const struct confusion *how, size_t i)
{
    const size_t start = i / how->block * how->block, r = i - start;
    const size_t units = how->block / how->unit, u = r / how->unit, in = r % how->unit;
    long to;

    switch (how->way) {
    case SHIFTED:
        to = (long)u - how->by;
        return to < 0 || (size_t)to >= units ? nowhere : start + (size_t)to * how->unit + in;
    case TURNED:
        return start + (size_t)(((long)u - how->by + (long)units) % (long)units) * how->unit + in;
    case REVERSED:
        return start + (units - 1 - u) * how->unit + in;
    case TRANSPOSED:
        return start + (u % (size_t)how->by * (units / (size_t)how->by) + u / (size_t)how->by) * how->unit + in;
    case FIRST:
        return start + in;
    }
    return nowhere;
}

/* Do the sizes of g take a few values only, as the slopes of a hinge do? Then single elements prove little. */
static bool few_values(const struct gck_view *view)
{
    double value[4];
    unsigned values = 0;

    for (size_t i = 0; i < view->count; i++) {
        bool known = false;

        for (unsigned v = 0; v < values; v++)
            known = known || fabs(fabs(view->g[i]) - value[v]) <= 1e-5 * value[v];
        if (known || !gck_view_weighs(view, i))
            continue;
        if (values == 4)
            return false;
        value[values++] = fabs(view->g[i]);
    }
    return true;
}

/* a = factor g[source] in size, and the sign that most of it has. */
static double factor_of(const struct gck_view *view, const struct confusion *how)
{
    double up = 0, down = 0, along = 0;

    for (size_t i = 0; i < view->count; i++) {
        const size_t j = source(how, i);

        if (j == nowhere || view->state[i] == GCK_UNTOLD || view->state[j] == GCK_UNTOLD)
            continue;
        up += view->a[i] * view->a[i];
        down += view->g[j] * view->g[j];
        along += view->a[i] * view->g[j];
    }
    if (!(down > 0) || !(up > 0))
        return 0;
    up = sqrt(up / down) * (along < 0 ? -1 : 1);
    return fabs(up - 1) < 1e-5 ? 1 : up;
}

/* Elements that are where they are told to be and would not be right; 0: the confusion does not explain it. */
static size_t explains(const struct gck_view *view, const struct confusion *how, double *factor)
{
    size_t told = 0, tied = 0, shows = 0;

    *factor = factor_of(view, how);
    if (*factor != 1 && how->way == FIRST && view->count / how->block * how->unit < 4)
        return 0; /* with a factor to choose, any constant is the first one again and again */
    for (size_t i = 0; i < view->count && *factor != 0; i++) {
        const size_t j = source(how, i);
        double room;

        if (view->state[i] == GCK_UNTOLD)
            continue;
        told++;
        if (j == nowhere || view->state[j] == GCK_UNTOLD)
            continue;
        tied++;
        room = fabs(*factor) * view->room[j];
        if (!gck_view_near(view, i, *factor * view->g[j], room))
            return 0;
        shows += fabs(view->g[j] - view->g[i]) > 3 * (view->room[i] + view->room[j]);
    }
    return 3 * tied >= 2 * told ? shows : 0;
}

static size_t list_confusions(const struct gck_view *view, struct confusion *how, size_t most)
{
    const size_t n = view->count, row = view->row, c = view->classes, s = view->inner;
    const struct { size_t block, unit; const char *one; } step[] = {
        { n, 1, "one place" }, { row, 1, "one place within the sample" }, { n, row, "one sample" },
        { c * s, s, "one class or channel" }, { s, 1, "one position" },
    };
    size_t used = 0;

#define ADD(...)                                                                                   \
    if (used < most)                                                                               \
        how[used++] = (struct confusion){ __VA_ARGS__ }
    for (size_t k = 0; k < sizeof step / sizeof step[0]; k++) {
        if (step[k].unit == 0 || step[k].block < 2 * step[k].unit)
            continue;
        for (long by = 1; by >= -1; by -= 2) {
            ADD(TURNED, step[k].block, step[k].unit, by, step[k].one);
            ADD(SHIFTED, step[k].block, step[k].unit, by, step[k].one);
        }
        ADD(REVERSED, step[k].block, step[k].unit, 0, step[k].one);
        ADD(FIRST, step[k].block, step[k].unit, 0, step[k].one);
    }
    for (size_t columns = 2; columns < row; columns++) /* as matrices: channels and positions, or any two axes */
        if (row % columns == 0 && (columns == c || columns == s || row / columns == c))
            ADD(TRANSPOSED, row, 1, (long)columns, "within each sample");
    if (view->num > 1 && row > 1) {
        ADD(TRANSPOSED, n, 1, (long)row, "over the batch");
        ADD(TRANSPOSED, n, 1, (long)view->num, "over the batch");
        if (c > 1 && c < row) {
            ADD(TRANSPOSED, view->num * c * s, s, (long)c, "samples and channels");
            ADD(TRANSPOSED, view->num * c * s, s, (long)view->num, "samples and channels");
        }
    }
#undef ADD
    return used;
}

static void name(const struct confusion *how, char *text, size_t size)
{
    if (how->way == SHIFTED || how->way == TURNED)
        snprintf(text, size, "shifted by %s%s", how->what, how->by > 0 ? "" : ", backwards");
    else if (how->way == REVERSED)
        snprintf(text, size, "in reverse order, %s for another", how->what);
    else if (how->way == FIRST)
        snprintf(text, size, "those of the first again and again, %s for another", how->what);
    else
        snprintf(text, size, "transposed, %s", how->what);
}

bool gck_pattern_places(const struct gck_view *view, struct gck_fit *fit)
{
    enum { MOST = 48 };
    struct confusion how[MOST];
    const size_t ways = view->count > 1 ? list_confusions(view, how, MOST) : 0;
    const size_t least = few_values(view) ? 12 : 3;
    size_t shows = 0, best = MOST;
    char text[GCK_NAME_SIZE];

    for (unsigned plain = 1; plain < 2 && best == MOST; plain--) { /* those without a factor first */
        for (size_t k = 0; k < ways; k++) {
            double factor;
            const size_t found = explains(view, &how[k], &factor);

            if (found == 0 || (factor == 1) != (plain == 1) || (factor != 1 && found < least + 1))
                continue;
            name(&how[k], text, sizeof text);
            if (best != MOST) {
                if (strstr(fit->excluded, text) == NULL && strcmp(fit->what, text) != 0)
                    gck_append(fit->excluded, sizeof fit->excluded, "%s%s",
                               fit->excluded[0] == '\0' ? "at this shape the same as: " : "; ", text);
                continue;
            }
            best = k;
            shows = found;
            fit->factor = factor;
            GCK_COPY(fit->what, text);
        }
    }
    if (best == MOST)
        return false;
    fit->code = 303;
    fit->weak = shows < least;
    snprintf(fit->measured, sizeof fit->measured,
             "the diffs are right but %s: so are all that can be told, and %zu of them would be wrong otherwise",
             fit->what, shows);
    if (fit->excluded[0] != '\0') {
        gck_append(fit->measured, sizeof fit->measured, " (%s)", fit->excluded);
        fit->excluded[0] = '\0';
    }
    return true;
}

/* The other bottom of as many elements, whose derivative differs. */
static const struct gck_claim *other_claim(const struct gck_view *view, size_t o)
{
    const struct gck_claim *const claim = &view->check->claim[o];

    return claim != view->claim && claim->count == view->count && claim->weight == view->claim->weight ? claim : NULL;
}

bool gck_pattern_swapped(const struct gck_view *view, struct gck_fit *fit)
{
    for (size_t o = 0; o < view->check->claims; o++) {
        const struct gck_claim *const other = other_claim(view, o);
        size_t shows = 0, tied = 0;
        bool fits = other != NULL;

        for (size_t i = 0; fits && i < view->count; i++) {
            const double back = other->analytic[i] / view->told;

            if (view->state[i] == GCK_UNTOLD || !isfinite(other->numeric[i]) || !isfinite(other->bound[i]))
                continue;
            tied++;
            fits = gck_view_near(view, i, other->numeric[i], 2 * other->bound[i])
                   && fabs(back - view->g[i]) <= view->room[i] + other->allowance[i] / fabs(view->told);
            shows += fabs(other->numeric[i] - view->g[i]) > 3 * (view->room[i] + 2 * other->bound[i])
                     && fabs(other->numeric[i] + view->g[i]) > 3 * (view->room[i] + 2 * other->bound[i]);
        }
        if (!fits || 2 * tied < view->count || shows == 0)
            continue;
        fit->code = 108;
        fit->weak = shows < 3;
        GCK_COPY(fit->what, "the bottoms are swapped");
        snprintf(fit->measured, sizeof fit->measured,
                 "the diff of %s is the derivative with respect to %s and the other way round, in all %zu elements that "
                 "can be told",
                 view->claim->port, other->port, tied);
        GCK_COPY(fit->excluded, "a flipped sign (that would keep each derivative with its own bottom)");
        return true;
    }
    return false;
}
