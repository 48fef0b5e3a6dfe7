/* statistics.h -- order statistics of plain arrays. */
#ifndef GCK_NUMERIC_STATISTICS_H
#define GCK_NUMERIC_STATISTICS_H

#include <stddef.h>

/* The median; reorders the array. The lower of the two middle ones for an even n. NaN when n is 0
 * or a value is NaN. */
double gck_median(double *value, size_t n);

/* The median of the |value| that are neither 0 nor NaN or infinite; 0 if there is none. scratch: n doubles. */
double gck_median_size(const double *value, size_t n, double *scratch);

/* Likewise of part[i] / |of[i]|, where of[i] is neither 0 nor NaN or infinite. No such quotient may be NaN. */
double gck_median_share(const double *part, const double *of, size_t n, double *scratch);

/* sqrt(mean of squares), without overflow; 0 when n is 0, NaN when a value is. */
double gck_rms(const double *value, size_t n);

#endif
