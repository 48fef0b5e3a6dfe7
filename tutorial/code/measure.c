/* measure.c -- a gradient checker of forty lines, for chapter 2. MISTAKE=1, 2, 3 build three wrong ones. */
#include <math.h>
#include <stdio.h>

#ifndef MISTAKE
#define MISTAKE 0
#endif

enum { COUNT = 3 };

/* anchor: loss */
/* The loss of three scores when the right answer is number 0: -log of its share of exp(score). */
static double loss(const double *score)
{
    return log(exp(score[0]) + exp(score[1]) + exp(score[2])) - score[0];
}
/* end: loss */

/* anchor: analytic */
/* What calculus says: p - 1 for the right answer, p for the others. */
static double analytic(const double *score, int i)
{
    const double sum = exp(score[0]) + exp(score[1]) + exp(score[2]);

    return exp(score[i]) / sum - (i == 0 ? 1 : 0);
}
/* end: analytic */

#if MISTAKE == 0
/* anchor: central */
static double central_difference(double *x, int i, double h)
{
    const double old = x[i];
    double up, down;

    x[i] = old + h;
    up = loss(x);
    x[i] = old - h;
    down = loss(x);
    x[i] = old; /* by assignment: not x[i] += h */
    return (up - down) / (2 * h);
}
/* end: central */
#elif MISTAKE == 1 /* divides by h */
static double central_difference(double *x, int i, double h)
{
    const double old = x[i];
    double up, down;

    x[i] = old + h;
    up = loss(x);
    x[i] = old - h;
    down = loss(x);
    x[i] = old;
    return (up - down) / h;
}
#elif MISTAKE == 2 /* leaves x where it was moved to */
static double central_difference(double *x, int i, double h)
{
    double up, down;

    x[i] += h;
    up = loss(x);
    x[i] -= 2 * h;
    down = loss(x);
    return (up - down) / (2 * h);
}
#else /* adds and subtracts h: rounding stays */
static double central_difference(double *x, int i, double h)
{
    double up, down;

    x[i] += h;
    up = loss(x);
    x[i] -= 2 * h;
    down = loss(x);
    x[i] += h;
    return (up - down) / (2 * h);
}
#endif

int main(void)
{
    const double start[COUNT] = { 0.5, -1.25, 2 };
    double score[COUNT] = { 0.5, -1.25, 2 };
    int moved = 0;

    for (int i = 0; i < COUNT; i++) {
        const double numeric = central_difference(score, i, 1e-3);

        printf("score[%d]   analytic %8.5f   numeric %8.5f   ratio %.4f\n", i, analytic(start, i), numeric,
               analytic(start, i) / numeric);
    }
    for (int i = 0; i < COUNT; i++)
        moved += score[i] != start[i];
    printf("%d of %d scores are not what they were\n", moved, COUNT);
    return 0;
}
