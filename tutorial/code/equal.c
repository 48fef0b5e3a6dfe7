/* equal.c -- the usual ways to compare two derivatives, for chapter 4, on a backward that returns zeros. */
#include <math.h>
#include <stdio.h>

enum { DIM = 5 };

/* Twelve uniform numbers make a normal one; the generator is Numerical Recipes' quick one. */
static double normal(void)
{
    static unsigned long long seed = 1701;
    double sum = 0;

    for (int k = 0; k < 12; k++) {
        seed = (seed * 1664525 + 1013904223) % 4294967296;
        sum += (double)seed / 4294967296;
    }
    return sum - 6;
}

/* anchor: rules */
/* The difference may be a hundredth: of 1, or of the larger number where that is more than 1. */
static int caffe_says_equal(double analytic, double numeric)
{
    const double scale = fmax(fmax(fabs(analytic), fabs(numeric)), 1);

    return fabs(analytic - numeric) <= 1e-2 * scale;
}

/* The difference may be a hundredth of the larger number. */
static int relatively_equal(double analytic, double numeric)
{
    return fabs(analytic - numeric) <= 1e-2 * fmax(fabs(analytic), fabs(numeric));
}
/* end: rules */

static void count(int num, double share)
{
    int caffe = 0, relative = 0;

    for (int i = 0; i < num * DIM; i++) {
        const double truth = 2 * (normal() - normal()) / num; /* euclidean, loss weight 2 */

        caffe += !caffe_says_equal(share * truth, truth);
        relative += !relatively_equal(share * truth, truth);
    }
    printf("num %4d   backward returns %.2f of the truth   called wrong: %4d by Caffe's rule, %4d relatively, of %d\n", num,
           share, caffe, relative, num * DIM);
}

int main(void)
{
    for (int num = 10; num <= 1000; num *= 10) {
        count(num, 0);
        count(num, 0.95);
    }
    return 0;
}
