/* vector.c -- vectors through OpenBLAS, compiled once for each type; the only file that sees cblas.h. */
#include "core/vector.h"

#include "core/pages.h"
#include "gradcheck/layer.h"

#include <cblas.h>
#include <sys/mman.h>

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

/* Then a small product is made here, and so is a large one, which takes so long that nobody should go on. */
static void multiply_plainly(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, real alpha, const real *a,
                             const real *b, real beta, real *c)
{
    const double large = 1e6;

    if ((double)m * (double)n * (double)k > large)
        gck_pages_lack();
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            real sum = 0;

            for (size_t p = 0; p < k; p++)
                sum += a[transpose_a ? p * m + i : i * k + p] * b[transpose_b ? j * k + p : p * n + j];
            c[i * n + j] = alpha * sum + (beta == 0 ? 0 : beta * c[i * n + j]); /* beta 0: c may hold anything */
        }
}

void gck_gemm(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, real alpha,
              const real *a, const real *b, real beta, real *c)
{
    if (!gck_vector_has_buffer()) {
        multiply_plainly(transpose_a, transpose_b, m, n, k, alpha, a, b, beta, c);
        return;
    }
    BLAS(gemm)(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans,
               transpose_b ? CblasTrans : CblasNoTrans, (blasint)m, (blasint)n, (blasint)k, alpha, a,
               (blasint)(transpose_a ? m : k), b, (blasint)(transpose_b ? k : n), beta, c, (blasint)n);
}

#ifndef GCK_FLOAT
bool gck_vector_has_buffer(void)
{
    enum { ROOM = (1 << 27) + (1 << 22) }; /* its 128 MB and a little */
    static __thread bool had;

    if (!had) {
        void *const room = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        had = room != MAP_FAILED;
        if (had)
            munmap(room, ROOM);
    }
    return had;
}

void gck_vector_single_thread(void)
{
    openblas_set_num_threads(1);
}
#endif
