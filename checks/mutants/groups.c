/* groups.c -- has each group of elements a factor of its own? */
#include "seen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum key { LABELLED, SORT, SIGN, POSITION, CLASS, LABEL, SAMPLE };

static size_t group_of(const struct port_sight *p, enum key key, size_t i)
{
    switch (key) {
    case LABELLED:
        return labelled(p, i);
    case SORT:
        return p->sort != NULL && p->sort[i / p->row] > 0;
    case SIGN:
        return p->x[i] > 0;
    case POSITION:
        return i % p->inner;
    case CLASS:
        return class_of(p, i);
    case LABEL:
        return p->label != NULL ? (size_t)p->label[place_of(p, i)] : 0;
    default:
        return i / p->row;
    }
}

/* One ratio in each group, not the same in all. */
static bool grouped(const struct seen *v, enum key key)
{
    enum { MOST = 256 };
    double ratio[MOST];
    bool set[MOST] = { false }, still[MOST] = { false }, differ = false;
    double first = (double)NAN;

    for (size_t i = 0; i < v->p->count; i++) {
        const size_t k = group_of(v->p, key, i) % MOST;
        const double r = v->p->a[i] / g(v, i);

        if (!known(v, i))
            continue;
        if (!weighs(v, i)) { /* a diff where the slope is 0: then that is so in all of the group */
            still[k] = still[k] || (flat(v, i) && fabs(v->p->a[i]) > 1e-5 * v->p->scale);
            if (still[k] && set[k])
                return false;
            continue;
        }
        if (still[k])
            return false;
        if (!set[k]) {
            set[k] = true;
            ratio[k] = r;
        }
        if (fabs(r - ratio[k]) > 1e-5 * fmax(fabs(r), fabs(ratio[k])))
            return false;
        differ = differ || fabs(r - first) > 1e-9 * fabs(first);
        first = isnan(first) ? r : first;
    }
    return differ || (!isnan(first) && fabs(first - 1) > 1e-9); /* others may have been told otherwise */
}

bool group_named(const struct seen *v, const char *what)
{
    return grouped(v, strstr(what, "label's element") != NULL          ? LABELLED
                      : strncmp(what, "samples with", 12) == 0         ? SORT
                      : strncmp(what, "elements with x", 15) == 0      ? SIGN
                      : strstr(what, "position") != NULL               ? POSITION
                      : strstr(what, "class") != NULL                  ? CLASS
                      : strstr(what, "label") != NULL                  ? LABEL
                                                                       : SAMPLE);
}
