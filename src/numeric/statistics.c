/* statistics.c -- order statistics of plain arrays. */
#include "numeric/statistics.h"

#include "numeric/lanes.h"

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

/* ---- of sizes, or of shares in sizes ---- */

enum { PIECE = 1 << 10, SAMPLE = 1 << 12, ASIDE = 100, LARGE = 1 << 15 };

/* |of[i]|, or part[i] / |of[i]| where part is not NULL; NaN: it does not count, since of[i] is 0, NaN or infinite. */
struct series {
    const double *part, *of;
    size_t n;
};

static double one_of(const struct series *series, size_t i)
{
    const double size = fabs(series->of[i]);

    if (!(size > 0 && size <= DBL_MAX))
        return (double)NAN;
    return series->part == NULL ? size : series->part[i] / size;
}

/* `count` of them from `first` on, and NaN up to the next multiple of GCK_LANES. */
GCK_WIDE static void take(const struct series *series, size_t first, size_t count, double *value)
{
    const double *const of = series->of + first, *const part = series->part == NULL ? NULL : series->part + first;
    size_t i = 0;

    for (; i + GCK_LANES <= count; i += GCK_LANES) {
        const gck_lanes size = GCK_SIZES(GCK_LOAD(of + i));
        const gck_yes counts = (size > 0) & (size <= DBL_MAX);

        GCK_STORE(value + i, GCK_EITHER(counts, part == NULL ? size : GCK_LOAD(part + i) / size, GCK_EACH((double)NAN)));
    }
    for (; i < count; i++)
        value[i] = one_of(series, first + i);
    for (; i % GCK_LANES != 0; i++)
        value[i] = (double)NAN;
}

/* Of all that were looked at so far: how many count, how many are less than `low`; those from it to `high` are kept. */
struct middle {
    double low, high;
    size_t counted, below, kept;
    double *keep;
};

GCK_WIDE static void look_at(struct middle *middle, const double *value, size_t count)
{
    gck_yes counted = { 0 }, below = { 0 };

    for (size_t i = 0; i < count; i += GCK_LANES) {
        const gck_lanes now = GCK_LOAD(value + i);
        const gck_yes less = now < middle->low, near = (now >= middle->low) & (now <= middle->high);

        counted -= now == now;
        below -= less;
        if ((near[0] | near[1] | near[2] | near[3]) != 0)
            for (size_t k = 0; k < GCK_LANES; k++)
                if (near[k] != 0)
                    middle->keep[middle->kept++] = now[k];
    }
    for (size_t k = 0; k < GCK_LANES; k++) {
        middle->counted += (size_t)counted[k];
        middle->below += (size_t)below[k];
    }
}

/* What every so many-th says of where the median is: between two numbers, in all likelihood. */
static bool guess(const struct series *series, struct middle *middle)
{
    const size_t stride = series->n / SAMPLE;
    double sample[SAMPLE];
    size_t used = 0;

    for (size_t k = 0; k < SAMPLE; k++) {
        sample[used] = one_of(series, k * stride);
        used += isnan(sample[used]) ? 0 : 1;
    }
    if (used < SAMPLE / 2)
        return false;
    middle->low = select_rank(sample, used, (used - 1) / 2 - ASIDE);
    middle->high = select_rank(sample, used, (used - 1) / 2 + ASIDE);
    return true;
}

/* Of many numbers the few near the middle are put in order, and the others are counted. */
static double median_of(const struct series *series, double *scratch)
{
    struct middle middle = { .low = -HUGE_VAL, .high = HUGE_VAL, .keep = scratch };
    double piece[PIECE];
    size_t rank;

    for (bool guessed = series->n >= LARGE && guess(series, &middle);; guessed = false) {
        middle.counted = middle.below = middle.kept = 0;
        for (size_t first = 0; first < series->n; first += PIECE) {
            const size_t count = series->n - first < PIECE ? series->n - first : PIECE;

            take(series, first, count, piece);
            look_at(&middle, piece, count);
        }
        if (middle.counted == 0)
            return 0;
        rank = (middle.counted - 1) / 2;
        if (!guessed || (rank >= middle.below && rank < middle.below + middle.kept))
            return select_rank(scratch, middle.kept, rank - middle.below);
        middle.low = -HUGE_VAL;
        middle.high = HUGE_VAL;
    }
}

double gck_median_size(const double *value, size_t n, double *scratch)
{
    return median_of(&(struct series){ .of = value, .n = n }, scratch);
}

double gck_median_share(const double *part, const double *of, size_t n, double *scratch)
{
    return median_of(&(struct series){ .part = part, .of = of, .n = n }, scratch);
}

GCK_WIDE static void divide(const double *value, size_t n, double by, double *part)
{
    size_t i = 0;

    for (; i + GCK_LANES <= n; i += GCK_LANES)
        GCK_STORE(part + i, GCK_LOAD(value + i) / by);
    for (; i < n; i++)
        part[i] = value[i] / by;
}

/* The largest |value|, infinite ones too; NaN where one is. */
GCK_WIDE static double largest_of(const double *value, size_t n)
{
    gck_lanes most = { 0 };
    gck_yes numbers = { -1, -1, -1, -1 };
    double largest = 0;
    size_t i = 0;

    for (; i + GCK_LANES <= n; i += GCK_LANES) {
        const gck_lanes now = GCK_LOAD(value + i);

        numbers &= now == now;
        most = GCK_GREATER(GCK_SIZES(now), most);
    }
    if (!GCK_ALL(numbers))
        return (double)NAN;
    for (; i < n; i++) {
        if (isnan(value[i]))
            return (double)NAN;
        largest = fabs(value[i]) > largest ? fabs(value[i]) : largest;
    }
    for (size_t k = 0; k < GCK_LANES; k++)
        largest = most[k] > largest ? most[k] : largest;
    return largest;
}

double gck_rms(const double *value, size_t n)
{
    const double largest = largest_of(value, n);
    double part[PIECE], sum = 0;

    if (largest == 0 || !isfinite(largest))
        return largest;
    for (size_t first = 0; first < n; first += PIECE) {
        const size_t count = n - first < PIECE ? n - first : PIECE;

        divide(value + first, count, largest, part);
        for (size_t i = 0; i < count; i++)
            sum += part[i] * part[i];
    }
    return largest * sqrt(sum / (double)n);
}
