/* patterns.c -- is a name other than a factor's true at this point? Up to a common factor: of two mistakes each may be named. */
#include "seen.h"

#include "core/blob.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool swapped(const struct sight *s)
{
    for (unsigned a = 0; a < s->ports; a++)
        for (unsigned b = 0; b < s->ports; b++) {
            bool fits = a != b && s->port[a].count == s->port[b].count;

            for (size_t i = 0; fits && i < s->port[a].count; i++)
                fits = fabs(s->port[a].a[i] - s->port[b].g[i]) <= 1e-6 * s->port[a].scale
                       && fabs(s->port[b].a[i] - s->port[a].g[i]) <= 1e-6 * s->port[a].scale;
            if (fits)
                return true;
        }
    return false;
}

static bool weight_is(const struct sight *s, const struct claimed *claimed, unsigned code)
{
    bool any = false;

    for (unsigned k = 0; k < s->ports; k++) {
        const struct port_sight *const p = &s->port[k];

        for (size_t i = 0; i < p->count && names_port(claimed, p); i++) {
            const double wanted = code == 101 ? p->a[i] : code == 102 ? 4 * p->a[i] : 2 * p->a[i];
            const bool is = fabs(p->doubled[i] - wanted) <= 1e-9 * fabs(wanted);

            if (code != 111 && !is)
                return false;
            any = any || (code != 111 ? p->a[i] != 0
                                      : !is || p->nothing[i] != 0 || fabs(p->negated[i] + p->a[i]) > 1e-9 * fabs(p->a[i]));
        }
    }
    return any;
}

static bool top_follows(struct sight *s)
{
    double *const before = malloc(s->run.rig.top[0].count * sizeof *before);
    bool differs;

    gck_rig_weigh(&s->run.rig, 1.375);
    gck_rig_forward(&s->run.rig);
    memcpy(before, s->run.rig.top[0].data, s->run.rig.top[0].count * sizeof *before);
    gck_rig_weigh(&s->run.rig, 2.75);
    gck_rig_forward(&s->run.rig);
    differs = memcmp(before, s->run.rig.top[0].data, s->run.rig.top[0].count * sizeof *before) != 0;
    gck_rig_weigh(&s->run.rig, 1.375);
    gck_rig_forward(&s->run.rig);
    return differs;
}

/* On the point's data: some change them. */
static void preset_pass(struct sight *s, struct gck_blob *blob, double value)
{
    gck_rig_fill(&s->run.rig, 0, false);
    gck_rig_weigh(&s->run.rig, 1.375);
    preset(blob, 1, value);
    gck_rig_forward(&s->run.rig);
    gck_rig_backward(&s->run.rig);
}

/* The diffs of named ports with two numbers in their place before. added: the difference stays; else: it is unwritten. */
static bool preset_shows(struct sight *s, const struct claimed *claimed, bool added)
{
    size_t shows = 0;

    for (unsigned b = 0; b < s->run.setup.bottoms; b++) {
        struct gck_blob *const blob = &s->run.rig.bottom[b];
        double *const value = blob->diff, *const first = malloc(blob->count * sizeof *first);
        bool named = claimed->port[0] == '\0';

        for (unsigned p = 0; p < s->ports; p++)
            named = named || (!s->port[p].weight && s->port[p].index == b && names_port(claimed, &s->port[p]));
        if (!named || s->run.setup.bottom[b].port->constant)
            continue;
        preset_pass(s, blob, 3.25);
        memcpy(first, value, blob->count * sizeof *first);
        preset_pass(s, blob, -5.5);
        for (size_t i = 0; i < blob->count; i++) /* times something: 2 += 2 */
            shows += added ? fabs(first[i] - value[i]) > 1e-9 && (first[i] != 3.25 || value[i] != -5.5)
                           : first[i] == 3.25 && value[i] == -5.5;
    }
    return shows > 0;
}

static bool one_port(struct sight *s, const struct port_sight *p, const struct claimed *claimed, double c)
{
    const struct seen v = { s, p, c, 0, 0 };

    switch (claimed->code) {
    case 114:
        return group_named(&v, claimed->what);
    case 301:
        return zeros(&v, claimed->what[0] != '\0');
    case 303:
        return misplaced(&v, claimed->what);
    case 305:
        return branch(&v, claimed->what);
    case 306:
        return moves_flat(&v);
    case 309:
        return strstr(claimed->what, "1 is missing") != NULL ? label_missing(&v) : other_label(&v, claimed->what);
    case 310:
        return strstr(claimed->what, "no gradient") != NULL ? samples_without(&v) : moves_flat(&v);
    case 311:
        return inner(&v, claimed->what);
    case 312:
        return data_are(&v, claimed->what);
    case 313:
        return part_missing(&v, claimed->what);
    case 314:
        return small(&v);
    default:
        return false;
    }
}

bool pattern_holds(struct sight *s, const struct claimed *claimed)
{
    bool any = false;

    switch (claimed->code) {
    case 101:
    case 102:
    case 111:
        return weight_is(s, claimed, claimed->code);
    case 108:
        return swapped(s);
    case 109:
        for (size_t i = 0; i < s->port[1].count; i++)
            if (fabs(s->port[1].a[i] + s->port[1].g[i]) > 1e-6 * s->port[1].scale)
                return false;
        return s->ports > 1;
    case 110:
        return top_follows(s);
    case 201:
    case 202:
        return preset_shows(s, claimed, claimed->code == 201);
    default:
        break;
    }
    for (unsigned k = 0; k < s->ports; k++) {
        double share;
        const double ratio = usual_ratio(&s->port[k], &share);
        const double factor[] = { 1, share > 0.2 ? ratio : 1, 1 / 1.375, 1.375 };
        bool holds = false;

        if (!names_port(claimed, &s->port[k]))
            continue;
        for (size_t f = 0; f < 4 && !holds; f++)
            holds = one_port(s, &s->port[k], claimed, factor[f]);
        if (claimed->port[0] != '\0' && !holds)
            return false;
        any = any || holds;
    }
    return any;
}
