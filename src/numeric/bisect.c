/* bisect.c -- which of many claims are wrong?
 *
 * A part costs one central difference. Its truncation is not known, but that of the whole is, K t^2 by the probe's middle
 * rung; with the noise 2 nu / t that gives the best step, at which the whole is measured once more:
 * U = |difference's residual - rho| + 2 nu / t + E. A part is suspect where its residual is above 4 U; the part that was not
 * measured has the errors of two, so 8 U. Where the whole is not that much above U, a part is probed with three rungs, and
 * suspect above 1.5 E.
 *
 * The right part of a suspect one is looked at whenever the left one is clean: something must be there. */
#include "numeric/bisect.h"

#include <math.h>

enum { DEPTH = 128 };

struct part {
    size_t first, last;
    double residual, bound;
};

/* How the parts are measured. */
struct manner {
    bool coarse;   /* by one difference */
    double step;   /* of it */
    double unsure; /* U */
    double whole;  /* the residual of the whole, measured alike */
};

static struct manner choose(const struct gck_bisect *bisect)
{
    const struct gck_probe *const probe = &bisect->probe;
    const double noise = probe->noise * probe->step / 4; /* 2 nu */
    const double bend = 4 * fabs(probe->middle - probe->residual) / (probe->step * probe->step);
    struct manner manner = { .coarse = false, .whole = probe->residual };

    manner.step = bend > 0 ? fmin(probe->step, cbrt(noise / (2 * bend))) : probe->step;
    manner.unsure = bend * manner.step * manner.step + noise / manner.step + probe->bound + bisect->allowance;
    if (manner.step > 0 && fabs(probe->residual) >= 20 * manner.unsure) {
        manner.whole = gck_probe_glance(bisect->field, bisect->v, bisect->first, bisect->last, manner.step);
        manner.unsure = fmax(manner.unsure, fabs(manner.whole - probe->residual));
        manner.coarse = fabs(manner.whole) >= 20 * manner.unsure;
    }
    if (!manner.coarse)
        manner.whole = probe->residual;
    return manner;
}

/* The residual of the part, and what makes it suspect. */
static void measure(const struct gck_bisect *bisect, const struct manner *manner, struct part *part)
{
    const struct gck_probe *const probe = &bisect->probe;
    struct gck_probe finer;

    part->bound = HUGE_VAL; /* refused: suspect by what it is a part of alone */
    part->residual = (double)NAN;
    if (manner->coarse) {
        part->residual = gck_probe_glance(bisect->field, bisect->v, part->first, part->last, manner->step);
        part->bound = 4 * manner->unsure;
    } else if (gck_probe_measure(bisect->field, bisect->v, part->first, part->last, probe->step, &finer)) {
        part->residual = finer.residual;
        part->bound = 1.5 * (finer.bound + bisect->allowance);
    }
}

unsigned gck_bisect(const struct gck_bisect *bisect)
{
    const struct manner manner = choose(bisect);
    struct part stack[DEPTH];
    unsigned depth = 0, leaves = 0, wrong = 0;

    stack[depth++] = (struct part){ bisect->first, bisect->last, manner.whole,
                                    manner.coarse ? 4 * manner.unsure
                                                  : 1.5 * (bisect->probe.bound + bisect->allowance) };
    while (depth > 0 && leaves < bisect->most) {
        const struct part part = stack[--depth];
        const size_t middle = part.first + (part.last - part.first) / 2;
        struct part left = { .first = part.first, .last = middle }, right = { .first = middle, .last = part.last };
        bool left_suspect, right_suspect;

        if (part.last - part.first == 1) {
            wrong += bisect->leaf(bisect->context, part.first);
            leaves++;
            continue;
        }
        measure(bisect, &manner, &left);
        left_suspect = fabs(left.residual) > left.bound;
        right.residual = part.residual - left.residual;
        right.bound = manner.coarse ? 8 * manner.unsure : part.bound + left.bound;
        right_suspect = !left_suspect || fabs(right.residual) > right.bound;
        if (right_suspect && depth < DEPTH)
            stack[depth++] = right;
        if (left_suspect && depth < DEPTH)
            stack[depth++] = left;
    }
    return wrong;
}
