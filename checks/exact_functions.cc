/* exact_functions.cc -- the functions of gradcheck/exact.h, callable from C: numbers come and go as arrays of a value and
 * its derivatives along some directions. */
#include "exact_functions.h"
#include "core/tape.h"
#include "gradcheck/layer.h"

/* x and y are inputs of a tape, or constants where they have no derivatives. */
static real in(const double *numbers, uint64_t place)
{
    for (int k = 1; k <= DIRECTIONS; k++)
        if (numbers[k] != 0)
            return real(numbers[0], place);
    return numbers[0];
}

static void out(const real &r, const double *of_x, const double *of_y, double *result)
{
    double *const adjoint = gck_tape_adjoints();

    adjoint[r.place] = 1;
    adjoint[0] = 0;
    if (r.place != 0)
        gck_tape_sweep();
    result[0] = r.value();
    for (int k = 1; k <= DIRECTIONS; k++)
        result[k] = (of_x[k] == 0 ? 0 : adjoint[1] * of_x[k]) + (of_y[k] == 0 ? 0 : adjoint[2] * of_y[k]);
    gck_tape_free();
}

#define CALL(name, expression)                                                                     \
    { name, [](const double *of_x, const double *of_y, double *result) {                           \
         gck_tape_start(2);                                                                        \
         const real x = in(of_x, 1), y = in(of_y, 2);                                              \
         (void)y;                                                                                  \
         out(expression, of_x, of_y, result);                                                      \
     } }
#define ONE(name) CALL(#name, name(x))
#define TWO(name) CALL(#name, name(x, y))

static real changed(real x, const real &y)
{
    x += y;
    x *= 3;
    x -= 0.5;
    x /= y;
    x++;
    --x;
    return -x;
}

static real summed(const real &x, const real &y)
{
    const real a[5] = { x, y, 2, x, 1 }, b[5] = { y, x, x, 0.25, y };
    real c[2] = { NAN, 1 };

    gck_axpby(2, x, a, 0, c);                               /* x x, x y: what was there does not matter */
    gck_axpby(2, 1, b, y, c);                               /* y + x x y, x + x y y */
    return gck_dot(5, a, b) + c[0] - c[1];
}

/* (x 2; 1 y) times (y x; 3 1), both transposed or not, as one number */
static real multiplied(const real &x, const real &y)
{
    const real a[4] = { x, 2, 1, y }, b[4] = { y, x, 3, 1 }, at[4] = { x, 1, 2, y }, bt[4] = { y, 3, x, 1 };
    real c[4], d[4], e[4] = { 1, 1, 1, 1 };

    gck_gemm(false, false, 2, 2, 2, 1, a, b, 0, c);
    gck_gemm(true, true, 2, 2, 2, 1, at, bt, 0, d);
    gck_gemm(true, false, 2, 2, 2, 2, at, b, 1, e);
    return c[0] + 2 * c[1] + 3 * c[2] + 4 * c[3] + (d[0] - c[0]) + (d[3] - c[3]) + (e[0] - 2 * c[0]) + e[1];
}

static real branched(const real &x, const real &y)
{
    static const real table[] = { 1, 2, 0.5 };
    real largest = x > y ? x : y;

    if (!(x == x) || x != x || (x && !y))
        return table[0];
    return largest * table[x < 0 ? 2 : 1] + (x >= 0 && y <= 1 ? 1 : 0) + (real)(int)x + (real)(size_t)fabs(y)
           + (real)(double)x + (real)(float)(isnan(x) || isinf(x) || !isfinite(x) || signbit(fabs(x)));
}

const struct exact_function exact_functions[] = {
    CALL("x + y", x + y), CALL("x - y", x - y), CALL("x * y", x * y), CALL("x / y", x / y),
    CALL("x + 3", x + 3), CALL("3 + x", 3 + x), CALL("x - 3", x - 3), CALL("3 - x", 3 - x),
    CALL("x * 3", x * 3), CALL("3 * x", 3 * x), CALL("x / 3", x / 3), CALL("3 / x", 3 / x),
    CALL("-x", -x), CALL("changed", changed(x, y)), CALL("summed", summed(x, y)),
    CALL("multiplied", multiplied(x, y)), CALL("branched", branched(x, y)),
    ONE(exp), ONE(exp2), ONE(expm1), ONE(log), ONE(log1p), ONE(log2), ONE(log10), ONE(sqrt), ONE(cbrt), ONE(sin),
    ONE(cos), ONE(tan), ONE(asin), ONE(acos), ONE(atan), ONE(sinh), ONE(cosh), ONE(tanh), ONE(asinh), ONE(acosh),
    ONE(atanh), ONE(erf), ONE(erfc), ONE(lgamma), ONE(tgamma), ONE(fabs), ONE(floor), ONE(ceil), ONE(round),
    ONE(trunc), ONE(rint), ONE(nearbyint), TWO(pow), TWO(hypot), TWO(atan2), TWO(fmax), TWO(fmin), TWO(fdim),
    TWO(fmod), TWO(remainder), TWO(copysign), CALL("fma", fma(x, y, x)), CALL("ldexp", ldexp(x, 3)),
    CALL("scalbn", scalbn(x, -2)), CALL("pow 2.5", pow(x, 2.5)), CALL("pow 2", pow(x, 2)), CALL("2 pow", pow(2, x)),
    CALL("pow 0", pow(x, 0)), CALL("x sqrt x", x * sqrt(x)), CALL("0 log", 0 * log(x)), CALL("y log x", y * log(x)),
    CALL("sqrt(x - x)", sqrt(x - x)), CALL("x / x", x / x), CALL("x + x", x + x), CALL("x * x", x * x),
    { nullptr, nullptr },
};
