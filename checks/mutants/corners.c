/* corners.c -- the wrong branch: at a corner, or with another threshold or margin. */
#include "seen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool branch(const struct seen *v, const char *what)
{
    const struct port_sight *const p = v->p;
    size_t flats = 0, zero = 0, wrong = 0;
    double t = 0;

    if (strstr(what, "outside the slopes") != NULL) {
        for (size_t i = 0; i < p->count; i++) {
            const double low = fmin(p->left[i], p->right[i]), high = fmax(p->left[i], p->right[i]);

            wrong += isnan(p->g[i]) && (p->a[i] < low - 1e-4 * p->scale || p->a[i] > high + 1e-4 * p->scale);
        }
        return wrong > 0;
    }
    for (size_t i = 0; i < p->count; i++)
        if (off(v, i)) {
            wrong++;
            flats += flat(v, i);
            zero += p->a[i] == 0;
            if (weighs(v, i) && p->a[i] * g(v, i) > 0 && t == 0)
                t = fabs(g(v, i)) - fabs(p->a[i]);
        }
    if (strstr(what, "exchanged") != NULL)
        return wrong > 0 && flats + zero == wrong && flats > 0 && zero > 0;
    if (strstr(what, "another margin") != NULL) {
        for (size_t i = 0; i < p->count; i++) {
            const double larger = t > 0 ? g(v, i) : p->a[i], smaller = t > 0 ? p->a[i] : g(v, i);

            if (known(v, i) && !near(v, smaller, copysign(fmax(fabs(larger) - fabs(t), 0), larger)))
                return false;
        }
        return t != 0;
    }
    if (wrong == 0 || (zero != wrong && flats != wrong)) /* another threshold */
        return false;
    for (size_t side = 0; side < 2; side++) {
        double low[2] = { HUGE_VAL, HUGE_VAL }, high[2] = { -HUGE_VAL, -HUGE_VAL };

        for (size_t i = 0; i < p->count; i++) {
            const size_t which = p->label != NULL ? labelled(p, i) : p->sort != NULL ? p->sort[i / p->row] > 0 : 0;
            const bool is_off = off(v, i);

            if (which != side || !known(v, i) || (!is_off && flat(v, i) != (flats == wrong)))
                continue;
            low[is_off] = fmin(low[is_off], p->x[i]);
            high[is_off] = fmax(high[is_off], p->x[i]);
        }
        if (isfinite(low[0]) && isfinite(low[1]) && !(high[0] < low[1]) && !(high[1] < low[0]))
            return false;
    }
    return true;
}
