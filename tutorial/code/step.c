/* step.c -- one derivative with a step that you choose, for chapter 3: -DSTEP=1e-5. */
#include <math.h>
#include <stdio.h>

#ifndef STEP
#define STEP 1e-5
#endif

static double loss(double x)
{
    return log(1 + exp(x));
}

int main(void)
{
    const double x = 0.75, analytic = 1 / (1 + exp(-x));
    const double numeric = (loss(x + STEP) - loss(x)) / STEP;

    printf("analytic %.3f   numeric %.3f   ratio %.2f\n", analytic, numeric, analytic / numeric);
    return 0;
}
