/* zeros.c -- diffs that are 0 where the loss moves, or are not where it stands still. */
#include "seen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A part of an axis is 0: the coordinates along it decide. what says which axis. */
bool part_missing(const struct seen *v, const char *what)
{
    const struct port_sight *const p = v->p;
    const bool sample = strstr(what, "sample") != NULL && strstr(what, "of each sample") == NULL;
    const size_t unit = sample ? p->row : strstr(what, "class") != NULL ? p->inner : 1;
    const size_t length = sample                                     ? p->num
                          : strstr(what, "class") != NULL            ? p->classes
                          : strstr(what, "position") != NULL         ? p->inner
                          : strstr(what, "of each sample") != NULL   ? p->row
                                                                     : p->count;
    size_t missing = 0, first = length, last = 0, rest = 0;

    for (size_t at = 0; at < length; at++) {
        bool zero = true, moves = false;

        for (size_t i = 0; i < p->count; i++)
            if (i / unit % length == at) {
                zero = zero && p->a[i] == 0;
                moves = moves || weighs(v, i);
            }
        if (zero && moves) {
            missing++;
            first = at < first ? at : first;
            last = at;
        }
        rest += !zero;
    }
    if (missing == 0 || (rest == 0 && v->s->ports < 2))
        return false;
    if (strstr(what, "every") != NULL)
        return missing >= 2;
    if (strstr(what, "the last") != NULL || strstr(what, "the second half") != NULL)
        return last == length - 1 || flat(v, p->count - 1);
    if (strstr(what, "the first") != NULL)
        return first == 0 || flat(v, 0);
    return true;
}

bool zeros(const struct seen *v, bool only)
{
    size_t zero = 0;

    for (size_t i = 0; i < v->p->count; i++) {
        if (only && off(v, i) && v->p->a[i] != 0 && v->p->a[i] != PAINT) /* what is never written has its own name */
            return false;
        zero += weighs(v, i) && v->p->a[i] == 0;
    }
    return zero > 0;
}

bool moves_flat(const struct seen *v)
{
    size_t many = 0;

    for (size_t i = 0; i < v->p->count; i++) {
        if (off(v, i) && !flat(v, i))
            return false;
        many += off(v, i) && v->p->a[i] != 0;
    }
    return many > 0;
}

/* Whole samples are 0, and the label or the sort says which. */
bool samples_without(const struct seen *v)
{
    const struct port_sight *const p = v->p;
    const double *const value = p->label != NULL && p->places == p->num ? p->label : p->sort;
    size_t without = 0;

    for (size_t n = 0; n < p->num; n++)
        for (size_t i = n * p->row; i < (n + 1) * p->row; i++) {
            if (off(v, i) && p->a[i] != 0)
                return false;
            without += weighs(v, i) && p->a[i] == 0;
            for (size_t k = 0; value != NULL && k < p->count; k++)
                if (value[k / p->row] == value[n] && weighs(v, i) && weighs(v, k) && (p->a[i] == 0) != (p->a[k] == 0))
                    return false;
        }
    return without > 0 && value != NULL;
}
