/* noise.c -- how much a computed function trembles.
 *
 * The j-th difference of a smooth function over tiny steps vanishes; that of independent errors of variance
 * sigma^2 has variance (2j)!/(j!)^2 sigma^2. Levels 5 and 6 are high enough for the first and low enough to
 * leave a mean over several differences. */
#include "numeric/noise.h"

#include <math.h>

/* The larger of the sigmas at levels `last - 1` and `last` of a table of n values. */
static double noise_of(double *table, unsigned n, unsigned last, unsigned *moves)
{
    double share = 1, sigma = 0;

    *moves = 0;
    for (unsigned i = 0; i < n; i++) {
        if (!isfinite(table[i]))
            return (double)NAN;
        if (i > 0)
            *moves += table[i] != table[i - 1];
    }
    for (unsigned level = 1; level <= last; level++) {
        const unsigned left = n - level;
        double largest = 0, sum = 0;

        for (unsigned i = 0; i < left; i++) {
            table[i] = table[i + 1] - table[i];
            largest = fabs(table[i]) > largest ? fabs(table[i]) : largest;
        }
        share *= 0.5 * level / (2 * level - 1);
        if (level + 1 < last || largest == 0)
            continue;
        for (unsigned i = 0; i < left; i++) {
            const double part = table[i] / largest;

            sum += part * part;
        }
        sigma = fmax(sigma, largest * sqrt(share * sum / left));
    }
    return sigma;
}

double gck_noise_of_9(double table[9], unsigned *moves)
{
    return noise_of(table, 9, 6, moves);
}

double gck_noise_of_8(double table[8], unsigned *moves)
{
    return noise_of(table, 8, 5, moves);
}

/* A staircase shows nothing within one tread: the steps grow until at least half of the values differ. */
static double sigma_along(const struct gck_line *line, double value, unsigned direction)
{
    enum { WIDENINGS = 5, HALF = 4 };
    double spacing = 32 * line->epsilon, largest = 0;

    for (unsigned attempt = 0; attempt <= WIDENINGS; attempt++) {
        double table[9], sigma;
        unsigned moves;

        for (int i = 0; i < 9; i++)
            table[i] = i == 4 ? value : line->at(line->context, direction, (i - 4) * spacing);
        sigma = gck_noise_of_9(table, &moves);
        if (isnan(sigma))
            break;
        largest = fmax(largest, sigma);
        if (moves >= HALF)
            break;
        spacing *= 8;
    }
    return largest;
}

double gck_noise_measure(const struct gck_line *line, double value, unsigned directions)
{
    double sigma = 0.3 * line->epsilon * fabs(value);

    for (unsigned direction = 0; direction < directions; direction++)
        sigma = fmax(sigma, sigma_along(line, value, direction));
    return 4 * sigma;
}
