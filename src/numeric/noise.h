/* noise.h -- how much a computed function trembles: the noise of one evaluation, measured.
 *
 * Nine equally spaced evaluations along a line through the point, at steps of some ulps; a smooth
 * function's high differences vanish, what remains is rounding (Hamming's difference table; More and Wild,
 * "Estimating computational noise", SIAM J. Sci. Comput. 33(3), 2011). */
#ifndef GCK_NUMERIC_NOISE_H
#define GCK_NUMERIC_NOISE_H

#include <math.h>
#include <stdint.h>

/* Of two that are no NaN; no branch that somebody has to guess. */
static inline double gck_max(double a, double b)
{
    return a > b ? a : b;
}

static inline double gck_min(double a, double b)
{
    return a < b ? a : b;
}

/* fmax and fmin, which are calls where NaN has to be minded: a NaN loses. */
static inline double gck_larger(double a, double b)
{
    return a > b || b != b ? a : b;
}

static inline double gck_smaller(double a, double b)
{
    return a < b || b != b ? a : b;
}

/* A function along a line through the point: E(point + t * direction), where |direction_i| is x_i's own
 * size times a number in [1, 2). direction: 0, 1, 2, ... NaN where the function refuses. */
struct gck_line {
    double (*at)(void *context, unsigned direction, double t);
    void *context;
    double epsilon; /* as in struct gck_function */
};

enum { GCK_NOISE_DIRECTIONS = 3 };

/* nu = 4 sigma: a bound on the error of one evaluation near the point, with floor 4 * 0.3 * epsilon * |value|.
 * `value` is the ninth in the middle of each table: 8 evaluations for each of the directions, up to 48 where the function
 * is a staircase. */
double gck_noise_measure(const struct gck_line *line, double value, unsigned directions);

/* nu where |E| is `size`, from that at the point, where E is `value`: larger values tremble more, in proportion, unless the
 * noise at the point came from cancellation; then it has nothing to do with the size of the sum. */
static inline double gck_noise_grown(double noise, double epsilon, double value, double size)
{
    const double at_size = gck_max(noise, epsilon / 2 * size), times = value != 0 ? size / fabs(value) : 1;

    return gck_max(at_size, gck_min(at_size * gck_max(1, times), 16 * epsilon * size));
}

/* sigma from a table of 9 values, the larger of levels 5 and 6; *moves counts the first differences that
 * are not 0. NaN where a value is not finite. Overwrites the table. */
double gck_noise_of_9(double table[9], unsigned *moves);
/* The same from 8 values and levels 4 and 5, for one side of a point. */
double gck_noise_of_8(double table[8], unsigned *moves);

#endif
