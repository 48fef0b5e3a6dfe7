/* inner.c -- something else than the derivative: data, or with an inner derivative too many or missing. */
#include "diagnosis/pattern.h"

#include "core/blob.h"
#include "core/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a derivative can be multiplied or divided by. Not finite: it cannot be said. */
struct inner {
    const char *what;
    double (*at)(const struct gck_view *view, size_t i);
    bool plain;      /* a number without size: the factor that is left means something */
    unsigned code;
};

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

static double of_sign(const struct gck_view *view, size_t i)
{
    return view->g[i] > 0 ? 1 : -1;
}

static double of_size(const struct gck_view *view, size_t i)
{
    return fabs(view->g[i]);
}

static double of_x(const struct gck_view *view, size_t i)
{
    return view->x[i];
}

static double of_square(const struct gck_view *view, size_t i)
{
    return view->x[i] * view->x[i];
}

static double of_sigmoid(const struct gck_view *view, size_t i)
{
    return sigmoid(view->x[i]) * sigmoid(-view->x[i]);
}

static double of_p(const struct gck_view *view, size_t i)
{
    return sigmoid(view->x[i]);
}

static double of_tanh(const struct gck_view *view, size_t i)
{
    const double y = tanh(view->x[i]);

    return 1 - y * y;
}

static double of_exp(const struct gck_view *view, size_t i)
{
    return exp(view->x[i]);
}

static double of_top(const struct gck_view *view, size_t i)
{
    return view->top != NULL ? view->top[i] : (double)NAN;
}

static double of_top_rest(const struct gck_view *view, size_t i)
{
    return view->top != NULL ? 1 - view->top[i] : (double)NAN;
}

static double of_top_data(const struct gck_view *view, size_t i)
{
    return view->top != NULL ? view->top[i] / view->upstream[i] : (double)NAN;
}

static const struct inner inner[] = {
    { "the sign", of_sign, true, 311 },
    { "its own size", of_size, false, 311 },
    { "x", of_x, false, 311 },
    { "p (1 - p)", of_sigmoid, true, 311 },
    { "p", of_p, true, 311 },
    { "1 - tanh(x)^2", of_tanh, true, 311 },
    { "exp(x)", of_exp, false, 311 },
    { "x^2", of_square, false, 311 },
    { "y", of_top, true, 311 },
    { "1 - y", of_top_rest, true, 311 },
    { "top.data over top.diff", of_top_data, true, 312 },
};

/* The elements that show that a = factor g h^power; 0: it is not so. */
static size_t shows(const struct gck_view *view, const struct inner *h, int power, double *factor)
{
    double least = HUGE_VAL, most = -HUGE_VAL, largest = 0;
    size_t found = 0;

    *factor = 0;
    for (size_t i = 0; i < view->count; i++) {
        const double value = h->at(view, i), by = power > 0 ? value : 1 / value;

        if (!gck_view_weighs(view, i) || !isfinite(by) || by == 0)
            continue;
        least = fmin(least, by);
        most = fmax(most, by);
        if (fabs(view->g[i]) > largest) {
            largest = fabs(view->g[i]);
            *factor = view->a[i] / (view->g[i] * by);
        }
    }
    if (*factor == 0 || !isfinite(*factor) || !(most - least > 0.02 * fmax(fabs(most), fabs(least))))
        return 0;
    for (size_t i = 0; i < view->count; i++) {
        const double value = h->at(view, i), by = power > 0 ? value : 1 / value;
        const double p = *factor * view->g[i] * by;
        const double room = 2 * view->room[i] * fabs(*factor) * fmax(1, fabs(by)) + 1e-6 * fabs(p);

        if (view->state[i] == GCK_UNTOLD || !isfinite(by))
            continue;
        if (!gck_view_near(view, i, p, room))
            return 0;
        found += gck_view_weighs(view, i) && room < 0.1 * fabs(p); /* with more room anything would fit */
    }
    return found;
}

bool gck_pattern_inner(const struct gck_view *view, struct gck_fit *fit)
{
    for (size_t k = 0; k < sizeof inner / sizeof inner[0]; k++)
        for (int power = 1; power >= -1; power -= 2) {
            double factor;
            const size_t found = shows(view, &inner[k], power, &factor);
            char number[GCK_NUMBER_TEXT];
            bool one;

            if (found < 4 || (power < 0 && inner[k].at == of_sign)
                || (inner[k].at == of_sign && factor < 0))
                continue;
            fit->code = inner[k].code;
            fit->weak = found < 6;
            /* data in the place of top.diff hold no loss weight that could be missing */
            if (inner[k].at == of_top_data && power > 0)
                factor *= view->told;
            fit->factor = inner[k].plain && fabs(factor - 1) > 1e-5 ? factor : 1;
            one = fit->factor == 1 && inner[k].plain;
            if (inner[k].at == of_sign)
                GCK_COPY(fit->what, "the absolute value of the derivative");
            else if (inner[k].at == of_size && power < 0)
                GCK_COPY(fit->what, "only the sign of the derivative");
            else if (inner[k].at == of_size)
                GCK_COPY(fit->what, "the derivative times its own size");
            else
                snprintf(fit->what, sizeof fit->what, "a factor %s %s", inner[k].what,
                         power > 0 ? "too many" : "is missing");
            snprintf(fit->measured, sizeof fit->measured, "%s: analytic = %s%snumeric %s %s in all %zu elements that can be told",
                     fit->what, one ? "" : gck_number_text(factor, number), one ? "" : " x ",
                     power > 0 ? "x" : "/", inner[k].at == of_sign ? "its sign" : inner[k].what, found);
            GCK_COPY(fit->excluded, "one factor for all (it differs from element to element, as this does)");
            return true;
        }
    return false;
}

/* ---- data ---- */

static size_t follows(const struct gck_view *view, const double *value, double *factor)
{
    double largest = 0;
    size_t found = 0;

    for (size_t i = 0; i < view->count; i++)
        if (view->state[i] != GCK_UNTOLD && fabs(value[i]) > largest) {
            largest = fabs(value[i]);
            *factor = view->a[i] / value[i];
        }
    if (largest == 0 || *factor == 0)
        return 0;
    for (size_t i = 0; i < view->count; i++) {
        if (!isfinite(view->a[i]))
            return 0;
        if (!gck_view_near(view, i, *factor * value[i], 1e-6 * fabs(*factor * value[i])
                                                            + 8 * view->check->epsilon * fabs(*factor) * largest))
            return 0;
        found += value[i] != 0;
    }
    return found;
}

static bool data_of(const struct gck_view *view, const struct gck_blob *blob, const char *kind, const char *name,
                    struct gck_fit *fit)
{
    double *value, factor = 0;
    size_t found = 0;
    char number[GCK_NUMBER_TEXT];

    if (blob->count != view->count || (value = malloc(blob->count * sizeof *value)) == NULL)
        return false;
    gck_peek_all(blob->data, blob->real_size, blob->count, value);
    found = follows(view, value, &factor);
    free(value);
    if (found < 4)
        return false;
    fit->code = 312;
    fit->weak = found < 6;
    snprintf(fit->what, sizeof fit->what, "the data of %s %.40s", kind, name);
    snprintf(fit->measured, sizeof fit->measured, "analytic = %s x %s in all %zu elements, and the derivative is not",
             gck_number_text(factor * view->told, number), fit->what, found);
    GCK_COPY(fit->excluded, "a factor of the derivative (it differs from element to element)");
    return true;
}

bool gck_pattern_data(const struct gck_view *view, struct gck_fit *fit)
{
    const struct gck_rig *const rig = &view->check->rig;

    for (unsigned b = 0; b < rig->setup->bottoms; b++)
        if (data_of(view, &rig->bottom[b], "bottom", rig->setup->bottom[b].name, fit))
            return true;
    for (unsigned t = 0; t < rig->setup->tops; t++)
        if (data_of(view, &rig->top[t], "top", rig->layer->top[t].name, fit))
            return true;
    return false;
}

/* Within each sample a is a multiple of the top's diff, as if the layer passed it on. */
bool gck_pattern_passed_on(const struct gck_view *view, struct gck_fit *fit)
{
    size_t found = 0;
    bool alone = true; /* the factor is 1 */

    if (view->upstream == NULL || view->row < 2 || view->count - view->num < 3)
        return false;
    for (size_t s = 0; s < view->num; s++) {
        double factor = 0, largest = 0;

        for (size_t i = s * view->row; i < (s + 1) * view->row; i++)
            if (fabs(view->upstream[i]) > largest) {
                largest = fabs(view->upstream[i]);
                factor = view->a[i] / view->upstream[i];
            }
        for (size_t i = s * view->row; i < (s + 1) * view->row; i++) {
            if (factor == 0
                || !gck_view_near(view, i, factor * view->upstream[i], 1e-6 * fabs(factor * view->upstream[i])))
                return false;
            found++;
        }
        alone = alone && fabs(factor - 1) < 1e-6;
    }
    fit->code = 311;
    fit->weak = found - view->num < 4;
    GCK_COPY(fit->what, "top.diff is passed on");
    if (alone)
        snprintf(fit->measured, sizeof fit->measured,
                 "the diffs are top.diff itself, in all %zu elements: the layer's own derivative is missing", found);
    else
        snprintf(fit->measured, sizeof fit->measured,
                 "in each sample the diffs are one factor times top.diff, in all %zu elements: what leads through the other "
                 "elements is missing",
                 found);
    return true;
}
