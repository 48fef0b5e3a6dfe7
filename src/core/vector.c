/* vector.c -- vectors through OpenBLAS, compiled once for each type; the only file that sees cblas.h. */
#include "core/vector.h"

#include "gradcheck/layer.h"

#include <cblas.h>

#ifdef GCK_FLOAT
#define BLAS(name) cblas_s##name
#else
#define BLAS(name) cblas_d##name
#endif

/* BLAS counts in blasint, which may be an int: longer vectors go piece by piece. */
enum { LONGEST = 1 << 30 };

/* Up to here a loop is faster than the way into BLAS and out of it: 3 times at n = 1, 1.5 at n = 10, the same at 20. */
enum { SHORT = 16 };

real gck_dot(size_t n, const real *x, const real *y)
{
    real sum = 0;

    if (n <= SHORT) {
        for (size_t i = 0; i < n; i++)
            sum += x[i] * y[i];
        return sum;
    }
    for (; n > LONGEST; n -= LONGEST, x += LONGEST, y += LONGEST)
        sum += BLAS(dot)(LONGEST, x, 1, y, 1);
    return sum + BLAS(dot)((blasint)n, x, 1, y, 1);
}

void gck_axpby(size_t n, real a, const real *x, real b, real *y)
{
    for (; n > LONGEST; n -= LONGEST, x += LONGEST, y += LONGEST)
        BLAS(axpby)(LONGEST, a, x, 1, b, y, 1);
    BLAS(axpby)((blasint)n, a, x, 1, b, y, 1);
}

void gck_gemm(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, real alpha,
              const real *a, const real *b, real beta, real *c)
{
    BLAS(gemm)(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans,
               transpose_b ? CblasTrans : CblasNoTrans, (blasint)m, (blasint)n, (blasint)k, alpha, a,
               (blasint)(transpose_a ? m : k), b, (blasint)(transpose_b ? k : n), beta, c, (blasint)n);
}

#ifndef GCK_FLOAT
void gck_vector_single_thread(void)
{
    openblas_set_num_threads(1);
}
#endif
