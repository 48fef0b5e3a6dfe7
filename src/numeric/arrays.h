/* arrays.h -- loops over long arrays that do not wait for memory alone, GCK_LANES numbers at a time; each result is that of the
 * plain loop in every bit. */
#ifndef GCK_NUMERIC_ARRAYS_H
#define GCK_NUMERIC_ARRAYS_H

#include <stdbool.h>
#include <stddef.h>

/* value[i] == times * base[i] for all of n? */
bool gck_array_multiples(const double *value, double times, const double *base, size_t n);

/* Or no farther from it than room * allowance[i]? */
bool gck_array_near(const double *value, double times, const double *base, double room, const double *allowance, size_t n);

/* Is none 0? */
bool gck_array_nonzero(const double *value, size_t n);

/* Are all finite? */
bool gck_array_finite(const double *value, size_t n);

/* The largest |value| that is finite; 0 if there is none. */
double gck_array_largest(const double *value, size_t n);

/* to[i] = x[i] + reach * (draw[i] * x[i]) */
void gck_array_jitter(double *to, const double *x, const double *draw, double reach, size_t n);

/* to[i] = x[i] + t * (draw[i] * |x[i]|), with at_zero for |x[i]| where that is 0. */
void gck_array_tremble(double *to, const double *x, const double *draw, double t, double at_zero, size_t n);

/* allowance[i] is made as large as times * |value[i] - middle[i]|, unless that is more than `most` or NaN. */
void gck_array_widen(double *allowance, const double *value, const double *middle, size_t n, double times, double most);

/* What an allowance that holds spreads has to be: max(spread, pooled |a|) + part (|a| + typical) + tiny. */
void gck_array_allow(double *allowance, const double *analytic, size_t n, double pooled, double part, double typical, double tiny);

#endif
