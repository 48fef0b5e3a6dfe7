/* places.c -- are these the right values in wrong places? */
#include "seen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool moved(const struct seen *v, long by, size_t block, size_t unit, int way)
{
    const struct port_sight *const p = v->p;
    double up = 0, down = 0, along = 0, c;
    size_t tied = 0, told = 0, shows = 0;

    for (int turn = 0; turn < 2; turn++) {
        c = along == 0 ? 1 : copysign(sqrt(up / down), along);
        for (size_t i = 0; i < p->count; i++) {
            const size_t start = i / block * block, u = (i - start) / unit, in = (i - start) % unit, units = block / unit;
            const long to = way == 0 ? ((long)u - by) : way == 1 ? (long)(units - 1 - u) : 0;
            const size_t j = start + (size_t)((to + (long)units) % (long)units) * unit + in;
            const bool over = to < 0 || (size_t)to >= units;

            if (!known(v, i) || !known(v, j))
                continue;
            told += turn == 1;
            if (turn == 0 && !over) {
                up += p->a[i] * p->a[i];
                down += g(v, j) * g(v, j);
                along += p->a[i] * g(v, j);
            } else if (turn == 1) {
                if (fabs(p->a[i] - c * g(v, j)) > 1e-5 * fabs(p->a[i]) + room(v) * 10) {
                    if (!over)
                        return false;
                    continue;
                }
                tied++;
                shows += off(v, i);
            }
        }
        if (!(up > 0) || !(down > 0))
            return false;
    }
    return 3 * tied >= 2 * told && shows >= 2;
}

static bool transposed(const struct seen *v)
{
    const struct port_sight *const p = v->p;
    const size_t block[] = { p->row, p->count, p->count };
    const size_t unit[] = { 1, 1, p->inner };

    for (size_t k = 0; k < 3; k++) {
        const size_t units = block[k] / unit[k];

        for (size_t columns = 2; columns < units; columns++) {
            bool fits = units % columns == 0;

            for (size_t i = 0; fits && i < p->count; i++) {
                const size_t start = i / block[k] * block[k], u = (i - start) / unit[k];
                const size_t j = start + (u % columns * (units / columns) + u / columns) * unit[k] + (i - start) % unit[k];

                fits = !known(v, i) || !known(v, j) || near(v, p->a[i], g(v, j));
            }
            if (fits)
                return true;
        }
    }
    return false;
}

bool misplaced(const struct seen *v, const char *what)
{
    const struct port_sight *const p = v->p;
    const size_t step[][2] = { { p->count, 1 }, { p->row, 1 }, { p->count, p->row },
                               { p->classes * p->inner, p->inner }, { p->inner, 1 } };
    const int way = strstr(what, "reverse") != NULL ? 1 : strstr(what, "first again") != NULL ? 2 : 0;

    if (strstr(what, "transposed") != NULL)
        return transposed(v);
    for (size_t k = 0; k < sizeof step / sizeof step[0]; k++)
        if (step[k][1] > 0 && step[k][0] >= 2 * step[k][1]
            && (moved(v, strstr(what, "backwards") != NULL ? -1 : 1, step[k][0], step[k][1], way)))
            return true;
    return false;
}
