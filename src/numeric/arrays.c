/* arrays.c -- loops over long arrays, GCK_LANES numbers at a time (lanes.h), and one by one at their ends. */
#include "numeric/arrays.h"

#include "numeric/lanes.h"

#include <math.h>

GCK_WIDE static bool array_multiples(const double *value, double times, const double *base, size_t n)
{
    gck_yes all = { -1, -1, -1, -1 };
    bool rest = true;
    size_t i = 0;

    for (; i + GCK_LANES <= n; i += GCK_LANES)
        all &= GCK_LOAD(value + i) == times * GCK_LOAD(base + i);
    for (; i < n; i++)
        rest &= value[i] == times * base[i];
    return rest && GCK_ALL(all);
}

GCK_WIDE static bool array_near(const double *value, double times, const double *base, double room, const double *allowance,
                                size_t n)
{
    gck_yes all = { -1, -1, -1, -1 };
    bool rest = true;
    size_t i = 0;

    for (; i + GCK_LANES <= n; i += GCK_LANES) {
        const gck_lanes now = GCK_LOAD(value + i), due = times * GCK_LOAD(base + i);

        all &= (now == due) | (GCK_SIZES(now - due) <= room * GCK_LOAD(allowance + i));
    }
    for (; i < n; i++)
        rest &= value[i] == times * base[i] || fabs(value[i] - times * base[i]) <= room * allowance[i];
    return rest && GCK_ALL(all);
}

GCK_WIDE static bool array_nonzero(const double *value, size_t n)
{
    gck_yes all = { -1, -1, -1, -1 };
    bool rest = true;
    size_t i = 0;

    for (; i + GCK_LANES <= n; i += GCK_LANES)
        all &= GCK_LOAD(value + i) != 0;
    for (; i < n; i++)
        rest &= value[i] != 0;
    return rest && GCK_ALL(all);
}

GCK_WIDE static bool array_finite(const double *value, size_t n)
{
    gck_yes all = { -1, -1, -1, -1 };
    bool rest = true;
    size_t i = 0;

    for (; i + GCK_LANES <= n; i += GCK_LANES)
        all &= GCK_FINITE(GCK_LOAD(value + i));
    for (; i < n; i++)
        rest &= fabs(value[i]) <= DBL_MAX;
    return rest && GCK_ALL(all);
}

GCK_WIDE static double array_largest(const double *value, size_t n)
{
    gck_lanes most = GCK_EACH(0);
    double largest = 0;
    size_t i = 0;

    for (; i + GCK_LANES <= n; i += GCK_LANES) {
        const gck_lanes size = GCK_SIZES(GCK_LOAD(value + i));

        most = GCK_EITHER((size > most) & (size <= DBL_MAX), size, most);
    }
    for (; i < n; i++)
        largest = fabs(value[i]) > largest && fabs(value[i]) <= DBL_MAX ? fabs(value[i]) : largest;
    for (size_t k = 0; k < GCK_LANES; k++)
        largest = most[k] > largest ? most[k] : largest;
    return largest;
}

GCK_WIDE static void array_jitter(double *to, const double *x, const double *draw, double reach, size_t n)
{
    size_t i = 0;

    for (; i + GCK_LANES <= n; i += GCK_LANES)
        GCK_STORE(to + i, GCK_LOAD(x + i) + reach * (GCK_LOAD(draw + i) * GCK_LOAD(x + i)));
    for (; i < n; i++)
        to[i] = x[i] + reach * (draw[i] * x[i]);
}

GCK_WIDE static void array_tremble(double *to, const double *x, const double *draw, double t, double at_zero, size_t n)
{
    size_t i = 0;

    for (; i + GCK_LANES <= n; i += GCK_LANES) {
        const gck_lanes size = GCK_SIZES(GCK_LOAD(x + i));

        GCK_STORE(to + i, GCK_LOAD(x + i) + t * (GCK_LOAD(draw + i) * GCK_EITHER(size == 0, GCK_EACH(at_zero), size)));
    }
    for (; i < n; i++)
        to[i] = x[i] + t * (draw[i] * (x[i] == 0 ? at_zero : fabs(x[i])));
}

GCK_WIDE static void array_widen(double *allowance, const double *value, const double *middle, size_t n, double times, double most)
{
    size_t i = 0;

    for (; i + GCK_LANES <= n; i += GCK_LANES) {
        const gck_lanes spread = times * GCK_SIZES(GCK_LOAD(value + i) - GCK_LOAD(middle + i)), so_far = GCK_LOAD(allowance + i);

        GCK_STORE(allowance + i, GCK_EITHER((spread > so_far) & (spread <= most), spread, so_far));
    }
    for (; i < n; i++) {
        const double spread = times * fabs(value[i] - middle[i]);

        allowance[i] = spread > allowance[i] && spread <= most ? spread : allowance[i];
    }
}

GCK_WIDE static void array_allow(double *allowance, const double *analytic, size_t n, double pooled, double part, double typical,
                                 double tiny)
{
    size_t i = 0;

    for (; i + GCK_LANES <= n; i += GCK_LANES) {
        const gck_lanes size = GCK_SIZES(GCK_LOAD(analytic + i)), shared = pooled * size, own = GCK_LOAD(allowance + i);

        GCK_STORE(allowance + i, GCK_EITHER(shared > own, shared, own) + part * (size + typical) + tiny);
    }
    for (; i < n; i++) {
        const double size = fabs(analytic[i]), shared = pooled * size;

        allowance[i] = (shared > allowance[i] ? shared : allowance[i]) + part * (size + typical) + tiny;
    }
}

/* ---- as other files see them: of a function that is compiled twice clang leaves none under its own name ---- */

bool gck_array_multiples(const double *value, double times, const double *base, size_t n)
{
    return array_multiples(value, times, base, n);
}

bool gck_array_near(const double *value, double times, const double *base, double room, const double *allowance, size_t n)
{
    return array_near(value, times, base, room, allowance, n);
}

bool gck_array_nonzero(const double *value, size_t n)
{
    return array_nonzero(value, n);
}

bool gck_array_finite(const double *value, size_t n)
{
    return array_finite(value, n);
}

double gck_array_largest(const double *value, size_t n)
{
    return array_largest(value, n);
}

void gck_array_jitter(double *to, const double *x, const double *draw, double reach, size_t n)
{
    array_jitter(to, x, draw, reach, n);
}

void gck_array_tremble(double *to, const double *x, const double *draw, double t, double at_zero, size_t n)
{
    array_tremble(to, x, draw, t, at_zero, n);
}

void gck_array_widen(double *allowance, const double *value, const double *middle, size_t n, double times, double most)
{
    array_widen(allowance, value, middle, n, times, most);
}

void gck_array_allow(double *allowance, const double *analytic, size_t n, double pooled, double part, double typical, double tiny)
{
    array_allow(allowance, analytic, n, pooled, part, typical, tiny);
}
