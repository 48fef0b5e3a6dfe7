/* seen.h -- one port of a sight, and what can be asked of it: each the statement behind a name. */
#ifndef GCK_MUTANTS_SEEN_H
#define GCK_MUTANTS_SEEN_H

#include "sight.h"

#include <math.h>

/* One port, its slopes times one factor: what may be told already. */
struct seen {
    struct sight *s;
    const struct port_sight *p;
    double c;
    size_t off, weighed;
};

static inline double g(const struct seen *v, size_t i)
{
    return v->c * v->p->g[i];
}

static inline bool known(const struct seen *v, size_t i)
{
    return isfinite(v->p->g[i]) && isfinite(v->p->a[i]);
}

static inline double room(const struct seen *v)
{
    return 4 * v->p->noise * fmax(1, fabs(v->c));
}

static inline bool near(const struct seen *v, double a, double b)
{
    return fabs(a - b) <= 1e-6 * fmax(fabs(a), fabs(b)) + room(v);
}

static inline bool off(const struct seen *v, size_t i)
{
    return known(v, i) && fabs(v->p->a[i] - g(v, i)) > 1e-10 * fabs(g(v, i)) + room(v);
}

static inline bool flat(const struct seen *v, size_t i)
{
    return known(v, i) && fabs(g(v, i)) <= room(v);
}

static inline bool weighs(const struct seen *v, size_t i)
{
    return known(v, i) && fabs(g(v, i)) > 100 * room(v);
}

static inline size_t class_of(const struct port_sight *p, size_t i)
{
    return p->classes > 0 ? i / p->inner % p->classes : 0;
}

static inline size_t place_of(const struct port_sight *p, size_t i)
{
    return p->classes > 0 ? i / (p->classes * p->inner) * p->inner + i % p->inner : 0;
}

static inline bool labelled(const struct port_sight *p, size_t i)
{
    return p->label != NULL && p->label[place_of(p, i)] == (double)class_of(p, i);
}

/* what: the finding's, in its own words. */
bool group_named(const struct seen *v, const char *what);     /* groups.c: one ratio in each group, not the same in all */
bool misplaced(const struct seen *v, const char *what);       /* places.c: right values in wrong places */
bool part_missing(const struct seen *v, const char *what);    /* zeros.c: a part of an axis is 0 */
bool zeros(const struct seen *v, bool only);                  /* 0 where the loss moves; only: nothing else is wrong */
bool moves_flat(const struct seen *v);                        /* all that is wrong is a diff where the loss stands still */
bool samples_without(const struct seen *v);                   /* whole samples are 0, and the label or the sort says which */
bool branch(const struct seen *v, const char *what);          /* corners.c */
bool other_label(const struct seen *v, const char *what);     /* labels.c: right for those labels */
bool label_missing(const struct seen *v);                     /* p, not p - 1 */
bool inner(const struct seen *v, const char *what);           /* inner.c: a factor x, p (1 - p), ... */
bool data_are(const struct seen *v, const char *what);        /* a multiple of some data */
bool small(const struct seen *v);                             /* nearly right */

#endif
