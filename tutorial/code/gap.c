/* gap.c -- -log of a share, computed in three ways, for chapter 10: score 0 for the right answer, `gap` for the other. */
#include <float.h>
#include <math.h>
#include <stdio.h>

/* anchor: three */
static double plain(double gap)
{
    return -log(exp(0.0) / (exp(0.0) + exp(gap)));
}

static double with_a_floor(double gap)
{
    const double share = exp(0 - gap) / (exp(0 - gap) + 1); /* the larger score is subtracted */

    return -log(fmax(share, FLT_MIN));
}

static double fused(double gap)
{
    return gap + log1p(exp(-gap));
}
/* end: three */

static double slope(double (*loss)(double), double gap)
{
    return (loss(gap + 1e-3) - loss(gap - 1e-3)) / 2e-3;
}

static void number(double value) /* "nan" without the sign that some machines give it */
{
    if (isnan(value))
        printf("%9s", "nan");
    else
        printf("%9.4f", value);
}

int main(void)
{
    static const double gaps[] = { 1, 50, 100, 800 };

    printf("     gap     plain    slope   with a floor   slope     fused    slope\n");
    for (int i = 0; i < 4; i++) {
        printf("%8.0f ", gaps[i]);
        number(plain(gaps[i]));
        number(slope(plain, gaps[i]));
        printf("    ");
        number(with_a_floor(gaps[i]));
        printf(" ");
        number(slope(with_a_floor, gaps[i]));
        number(fused(gaps[i]));
        number(slope(fused, gaps[i]));
        printf("\n");
    }
    return 0;
}
