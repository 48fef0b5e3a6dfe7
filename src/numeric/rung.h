/* rung.h -- differences of one step size, and the bound that two of them give. Private to src/numeric. */
#ifndef GCK_NUMERIC_RUNG_H
#define GCK_NUMERIC_RUNG_H

#include "numeric/noise.h"
#include "numeric/slope.h"

#include <float.h>
#include <math.h>

#define GCK_RHO 3.7           /* from one rung to the next: no whole number, as stairs in E would line up with steps of 4 */
#define GCK_KINK_SHARE 0.02   /* a jump below it, relative to the slope, is curvature */
#define GCK_SETTLE_SHARE 0.03 /* of the typical claim: what a small one is measured by on the way */

/* One coordinate under examination. */
struct gck_spot {
    const struct gck_function *function;
    const struct gck_point *point;
    size_t index;
    double x;
    double noise; /* nu, at least what underflow may swallow */
    double scale; /* the size of x, or the room in the domain where that is smaller */
    double least; /* steps below it are lost in the storage of x */
    unsigned evaluations;
};

/* Values below the smallest normal number lose digits, so no difference below it means anything. */
static inline double gck_underflow(const struct gck_function *function)
{
    return function->epsilon > 1e-10 ? (double)FLT_MIN : DBL_MIN;
}

static inline bool gck_point_limited(const struct gck_point *point)
{
    return point->domain_lo != 0 || point->domain_hi != 0;
}

/* These two run for every element and every evaluation. false where no step of any size can be taken. */
static inline bool gck_spot_set(struct gck_spot *spot, const struct gck_function *function,
                                const struct gck_point *point, size_t index, double x)
{
    const double least = gck_underflow(function);

    spot->function = function;
    spot->point = point;
    spot->index = index;
    spot->x = x;
    spot->noise = spot->scale = spot->least = 0;
    spot->evaluations = 0;
    if (!isfinite(x) || !isfinite(point->value) || isnan(point->noise))
        return false;
    spot->noise = gck_larger(point->noise, least);
    spot->least = 16 * gck_larger(function->epsilon * fabs(x), least);
    spot->scale = gck_larger(fabs(x), 0.1 * point->rms);
    if (spot->scale == 0)
        spot->scale = 1;
    if (gck_point_limited(point))
        spot->scale = gck_smaller(spot->scale, gck_smaller(x - point->domain_lo, point->domain_hi - x));
    return isfinite(spot->scale) && spot->scale > 4 * spot->least;
}

/* E at x + offset; *moved is the offset that storage left of it. NaN outside the domain. */
static inline double gck_spot_value(struct gck_spot *spot, double offset, double *moved)
{
    const struct gck_point *const point = spot->point;
    const double wanted = spot->x + offset;
    double stored = wanted, value;

    *moved = 0;
    if (gck_point_limited(point) && !(wanted > point->domain_lo && wanted < point->domain_hi))
        return (double)NAN;
    spot->evaluations++;
    value = spot->function->at(spot->function->context, spot->index, wanted, &stored);
    *moved = stored - spot->x;
    return value;
}

struct gck_rung {
    double slope; /* D: central difference */
    double bend;  /* S: right minus left slope */
    double step;  /* h: mean of the two displacements */
    double noise; /* what the two evaluations' noise does to D: 2 nu / (2 h) at most */
};

/* From the values at both neighbours. */
static inline struct gck_rung gck_rung_of(double noise, double epsilon, double value, double out, double f_out, double in,
                                          double f_in)
{
    const double half_out = (f_out - value) / out, half_in = (f_in - value) / in;
    const double step = 0.5 * fabs(out - in);

    return (struct gck_rung){
        .slope = (f_out - f_in) / (out - in),
        .bend = copysign(1, out) * (half_out - half_in),
        .step = step,
        .noise = gck_noise_grown(noise, epsilon, value, gck_max(fabs(f_out), fabs(f_in))) / step,
    };
}

/* Is it one? Where a neighbour is not finite or cannot be told from x, something of it is no number. */
static inline bool gck_rung_finite(const struct gck_rung *rung)
{
    return (fabs(rung->slope) <= DBL_MAX) & (fabs(rung->bend) <= DBL_MAX) & (fabs(rung->noise) <= DBL_MAX);
}

/* Two evaluations. false where a neighbour is not finite or cannot be told from x. */
bool gck_rung_measure(struct gck_spot *spot, double h, struct gck_rung *rung);

struct gck_pair {
    double slope;  /* R */
    double jump;   /* J: what is left of the bends when a second derivative is taken out */
    double left, right; /* slopes on both sides of a kink that both rungs reach */
    double spread; /* |D_large - D_small| */
    double noise;  /* 2 nu / h */
    double bound;  /* E */
    double step;   /* of the smaller rung */
    bool kinked;   /* both rungs see the same kink: their bends are alike, not in proportion to h */
};

struct gck_pair gck_pair_of(const struct gck_rung *large, const struct gck_rung *small);

#endif
