/* inner.c -- inner derivatives, data in place of diffs, and what is nearly right. */
#include "seen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double inner_at(const struct seen *v, const char *what, size_t i)
{
    const double x = v->p->x[i], p = 1 / (1 + exp(-x)), t = tanh(x);
    static const char *const word[] = { "factor x ", "factor p (1 - p)", "factor p ", "factor 1 - tanh", "factor exp(x)",
                                        "factor x^2", "factor y ", "factor 1 - y", "factor top.data" };
    const double value[] = { x, p * (1 - p), p, 1 - t * t, exp(x), x * x, v->p->top != NULL ? v->p->top[i] : (double)NAN,
                             v->p->top != NULL ? 1 - v->p->top[i] : (double)NAN,
                             v->p->top != NULL ? v->p->top[i] / v->p->up[i] : (double)NAN };

    if (strstr(what, "absolute value") != NULL)
        return g(v, i) < 0 ? -1 : 1;
    if (strstr(what, "only the sign") != NULL)
        return 1 / fabs(g(v, i));
    if (strstr(what, "own size") != NULL)
        return fabs(g(v, i));
    for (size_t k = 0; k < sizeof word / sizeof word[0]; k++)
        if (strstr(what, word[k]) != NULL)
            return strstr(what, "missing") != NULL ? 1 / value[k] : value[k];
    return (double)NAN;
}

bool inner(const struct seen *v, const char *what)
{
    double c = (double)NAN, largest = 0;
    size_t found = 0;

    if (strstr(what, "passed on") != NULL) {
        if (v->p->up == NULL)
            return false;
        for (size_t n = 0; n < v->p->num; n++)
            for (size_t i = n * v->p->row + 1; i < (n + 1) * v->p->row; i++)
                if (fabs(v->p->a[i] * v->p->up[n * v->p->row] - v->p->a[n * v->p->row] * v->p->up[i])
                    > 1e-6 * fabs(v->p->a[i] * v->p->up[n * v->p->row]))
                    return false;
        return true;
    }
    for (size_t i = 0; i < v->p->count; i++)
        if (weighs(v, i) && fabs(v->p->g[i]) > largest) {
            largest = fabs(v->p->g[i]);
            c = v->p->a[i] / (g(v, i) * inner_at(v, what, i));
        }
    for (size_t i = 0; i < v->p->count && isfinite(c); i++) {
        if (!weighs(v, i))
            continue;
        if (fabs(c * g(v, i) * inner_at(v, what, i) - v->p->a[i])
            > 1e-5 * fabs(v->p->a[i]) + 10 * room(v) * fabs(inner_at(v, what, i)))
            return false;
        found += off(v, i);
    }
    return found >= 3;
}

bool data_are(const struct seen *v, const char *what)
{
    const struct run *const run = &v->s->run;
    const struct gck_rig *const rig = &run->rig;

    if (strstr(what, "factor") != NULL)
        return inner(v, what);
    for (unsigned b = 0; b < run->setup.bottoms + run->setup.tops; b++) {
        const bool bottom = b < run->setup.bottoms;
        const struct gck_blob *const blob = bottom ? &rig->bottom[b] : &rig->top[b - run->setup.bottoms];
        const char *const name = bottom ? run->setup.bottom[b].name : rig->layer->top[b - run->setup.bottoms].name;
        const double *const value = blob->data;
        double c = 0, largest = 0;
        bool fits = blob->count == v->p->count && strstr(what, name) != NULL;

        for (size_t i = 0; fits && i < v->p->count; i++)
            if (fabs(value[i]) > largest) {
                largest = fabs(value[i]);
                c = v->p->a[i] / value[i];
            }
        for (size_t i = 0; fits && i < v->p->count; i++)
            fits = fabs(v->p->a[i] - c * value[i]) <= 1e-6 * fabs(c * value[i]) + 1e-13 * fabs(c) * largest;
        if (fits && c != 0)
            return true;
    }
    return false;
}

bool small(const struct seen *v)
{
    double sum = 0;
    size_t many = 0, wrong = 0;

    for (size_t i = 0; i < v->p->count; i++)
        if (known(v, i) && !flat(v, i)) {
            sum += fabs(g(v, i));
            many++;
        }
    for (size_t i = 0; i < v->p->count; i++) {
        if (known(v, i) && fabs(v->p->a[i] - g(v, i)) > 0.15 * fmax(fabs(g(v, i)), sum / (double)many))
            return false;
        wrong += off(v, i);
    }
    return wrong > 0;
}
