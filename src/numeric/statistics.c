/* statistics.c -- order statistics of plain arrays. */
#include "numeric/statistics.h"

#include <math.h>

static void swap(double *a, double *b)
{
    const double old = *a;

    *a = *b;
    *b = old;
}

/* Puts the element that belongs at `rank` there, in linear time on average. Equal elements are split evenly
 * between the two sides, since a blob's claims often are all the same. */
static double select_rank(double *value, size_t n, size_t rank)
{
    size_t first = 0, last = n - 1;

    while (first < last) {
        const double pivot = value[first + (last - first) / 2];
        size_t low = first, high = last;

        for (;;) {
            while (value[low] < pivot)
                low++;
            while (pivot < value[high])
                high--;
            if (low >= high)
                break;
            swap(&value[low++], &value[high--]);
        }
        if (rank <= high)
            last = high;
        else
            first = high + 1;
    }
    return value[rank];
}

double gck_median(double *value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (isnan(value[i]))
            return (double)NAN;
    return n == 0 ? (double)NAN : select_rank(value, n, (n - 1) / 2);
}

double gck_median_size(const double *value, size_t n, double *scratch)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (isfinite(value[i]) && value[i] != 0)
            scratch[kept++] = fabs(value[i]);
    return kept == 0 ? 0 : gck_median(scratch, kept);
}

double gck_rms(const double *value, size_t n)
{
    double largest = 0, sum = 0;

    for (size_t i = 0; i < n; i++) {
        if (isnan(value[i]))
            return (double)NAN;
        largest = fmax(largest, fabs(value[i]));
    }
    if (largest == 0 || isinf(largest))
        return largest;
    for (size_t i = 0; i < n; i++) {
        const double part = value[i] / largest;
        sum += part * part;
    }
    return largest * sqrt(sum / (double)n);
}
