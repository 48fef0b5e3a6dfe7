/* labels.c -- is Backward the derivative for other labels? */
#include "seen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double by_rule(const double *label, size_t n, size_t place, double classes, const char *what)
{
    if (strstr(what, "class after") != NULL)
        return fmod(label[place] + 1, classes);
    if (strstr(what, "class before") != NULL)
        return fmod(label[place] + classes - 1, classes);
    if (strstr(what, "first sample's") != NULL)
        return label[0];
    if (strstr(what, "next sample's") != NULL)
        return label[(place + 1) % n];
    if (strstr(what, "sample before") != NULL)
        return label[(place + n - 1) % n];
    if (strstr(what, "last sample's") != NULL)
        return label[n - 1];
    return label[n - 1 - place];
}

/* Backward is the derivative for those labels. */
bool other_label(const struct seen *v, const char *what)
{
    struct port_sight other = *v->p;
    struct gck_rig *const rig = &v->s->run.rig;
    bool fits = true;

    if (v->p->label == NULL)
        return false;
    other.g = malloc(other.count * sizeof *other.g);
    for (unsigned b = 0; b < v->s->run.setup.bottoms; b++)
        if (v->s->run.setup.bottom[b].port->fill == GCK_LABELS && rig->bottom[b].count == other.places)
            for (size_t k = 0; k < other.places; k++)
                ((double *)rig->bottom[b].data)[k] = by_rule(other.label, other.places, k, (double)other.classes, what);
    slopes(v->s, &other);
    for (size_t i = 0; i < other.count; i++)
        fits = fits && (!isfinite(other.g[i]) || fabs(v->c * other.g[i] - other.a[i]) <= 1e-5 * other.scale);
    for (unsigned b = 0; b < v->s->run.setup.bottoms; b++)
        if (v->s->run.setup.bottom[b].port->fill == GCK_LABELS && rig->bottom[b].count == other.places)
            memcpy(rig->bottom[b].data, other.label, other.places * sizeof *other.label);
    return fits;
}

bool label_missing(const struct seen *v)
{
    double extra = (double)NAN;

    for (size_t i = 0; i < v->p->count; i++) {
        const double rest = v->p->a[i] - g(v, i);

        if (!known(v, i))
            continue;
        if (!labelled(v->p, i)) {
            if (off(v, i))
                return false;
            continue;
        }
        extra = isnan(extra) ? rest : extra;
        if (fabs(rest - extra) > 1e-5 * fabs(extra) + room(v))
            return false;
    }
    return !isnan(extra) && fabs(extra) > 10 * room(v);
}
