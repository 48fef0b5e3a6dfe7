/* exact_math.h -- the functions of <tgmath.h> for exact numbers: each has the C function's value and writes its slope on
 * the tape. exact.h, which includes this, says what slope there is at edges and corners.
 *
 * A function that is missing is one line here: GCK_FUNCTION(name, slope), or gck_chain(value, a, slope by a, b, slope
 * by b) for two arguments. */
#ifndef GRADCHECK_EXACT_MATH_H
#define GRADCHECK_EXACT_MATH_H

/* ---- is it a number? ---- */

/* Macros of C's <math.h>, which would hide the functions; C++'s own has functions for double already. */
#ifdef isnan
#undef isnan
#undef isinf
#undef isfinite
#undef isnormal
#undef signbit
#undef fpclassify
GCK_INLINE bool isnan(double x) { return __builtin_isnan(x); }
GCK_INLINE bool isinf(double x) { return __builtin_isinf_sign(x) != 0; }
GCK_INLINE bool isfinite(double x) { return __builtin_isfinite(x); }
GCK_INLINE bool isnormal(double x) { return __builtin_isnormal(x); }
GCK_INLINE bool signbit(double x) { return __builtin_signbit(x) != 0; }
GCK_INLINE int fpclassify(double x)
{
    return __builtin_fpclassify(FP_NAN, FP_INFINITE, FP_NORMAL, FP_SUBNORMAL, FP_ZERO, x);
}
#undef isgreater
#undef isgreaterequal
#undef isless
#undef islessequal
#undef islessgreater
#undef isunordered
GCK_INLINE bool isgreater(double x, double y) { return __builtin_isgreater(x, y); }
GCK_INLINE bool isgreaterequal(double x, double y) { return __builtin_isgreaterequal(x, y); }
GCK_INLINE bool isless(double x, double y) { return __builtin_isless(x, y); }
GCK_INLINE bool islessequal(double x, double y) { return __builtin_islessequal(x, y); }
GCK_INLINE bool islessgreater(double x, double y) { return __builtin_islessgreater(x, y); }
GCK_INLINE bool isunordered(double x, double y) { return __builtin_isunordered(x, y); }
#endif

GCK_INLINE bool isnan(const gck_traced &a) { return isnan(a.value()); }
GCK_INLINE bool isinf(const gck_traced &a) { return isinf(a.value()); }
GCK_INLINE bool isfinite(const gck_traced &a) { return isfinite(a.value()); }
GCK_INLINE bool isnormal(const gck_traced &a) { return isnormal(a.value()); }
GCK_INLINE bool signbit(const gck_traced &a) { return signbit(a.value()); }
GCK_INLINE int fpclassify(const gck_traced &a) { return fpclassify(a.value()); }
GCK_INLINE bool isgreater(const gck_traced &a, const gck_traced &b) { return isgreater(a.value(), b.value()); }
GCK_INLINE bool isgreaterequal(const gck_traced &a, const gck_traced &b)
{
    return isgreaterequal(a.value(), b.value());
}
GCK_INLINE bool isless(const gck_traced &a, const gck_traced &b) { return isless(a.value(), b.value()); }
GCK_INLINE bool islessequal(const gck_traced &a, const gck_traced &b) { return islessequal(a.value(), b.value()); }
GCK_INLINE bool islessgreater(const gck_traced &a, const gck_traced &b)
{
    return islessgreater(a.value(), b.value());
}
GCK_INLINE bool isunordered(const gck_traced &a, const gck_traced &b) { return isunordered(a.value(), b.value()); }

/* ---- the functions of <tgmath.h>: f(name, value, slope), where x is the argument and y the value ---- */

#define GCK_PI 3.14159265358979323846
#define GCK_LN2 0.69314718055994530942
#define GCK_LN10 2.30258509299404568402

#define GCK_FUNCTION(name, slope)                                                                  \
    GCK_INLINE gck_traced name(const gck_traced &a)                                                    \
    {                                                                                              \
        const double x = a.value(), y = name(x);                                                     \
                                                                                                   \
        (void)y;                                                                                   \
        return gck_chain(y, a, slope);                                                             \
    }

/* exp(-x^2), with the rounding of x^2 taken back: it would be the larger the larger x is */
static inline double gck_bell(double x)
{
    const double square = x * x;

    return square < 800 ? exp(-square) * (1 - __builtin_fma(x, x, -square)) : 0;
}

GCK_FUNCTION(exp, y)
GCK_FUNCTION(exp2, GCK_LN2 * y)
GCK_FUNCTION(expm1, exp(x))
GCK_FUNCTION(log, 1 / x)
GCK_FUNCTION(log1p, 1 / (1 + x))
GCK_FUNCTION(log2, 1 / (GCK_LN2 * x))
GCK_FUNCTION(log10, 1 / (GCK_LN10 * x))
GCK_FUNCTION(sqrt, 1 / (2 * fabs(y))) /* of -0 it is -0 */
GCK_FUNCTION(cbrt, x == 0 ? HUGE_VAL : isinf(x) ? 0 : y / (3 * x))
GCK_FUNCTION(sin, cos(x))
GCK_FUNCTION(cos, -sin(x))
GCK_FUNCTION(tan, 1 + y * y)
GCK_FUNCTION(asin, 1 / sqrt((1 - x) * (1 + x)))
GCK_FUNCTION(acos, -1 / sqrt((1 - x) * (1 + x)))
GCK_FUNCTION(atan, 1 / (1 + x * x))
GCK_FUNCTION(sinh, cosh(x))
GCK_FUNCTION(cosh, sinh(x))
GCK_FUNCTION(tanh, 1 / cosh(x) * (1 / cosh(x))) /* 1 - y^2 has no digits left where y is close to 1 */
GCK_FUNCTION(asinh, 1 / hypot(1.0, x))
GCK_FUNCTION(acosh, 1 / (sqrt(x - 1) * sqrt(x + 1)))
GCK_FUNCTION(atanh, 1 / ((1 - x) * (1 + x)))
GCK_FUNCTION(erf, 2 / sqrt(GCK_PI) * gck_bell(x))
GCK_FUNCTION(erfc, -2 / sqrt(GCK_PI) * gck_bell(x))
GCK_FUNCTION(floor, 0)
GCK_FUNCTION(ceil, 0)
GCK_FUNCTION(round, 0)
GCK_FUNCTION(trunc, 0)
GCK_FUNCTION(rint, 0)
GCK_FUNCTION(nearbyint, 0)
GCK_FUNCTION(logb, 0)

/* psi, the slope of lgamma. Up to 10 it is shifted into 1 .. 2, where a rational function times the distance from
 * its zero keeps all digits (Boost.Math's, 53 bits); above there is the asymptotic series. */
GCK_RARE double gck_digamma(double x)
{
    static const double series[] = { 1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132,
                                     -691.0 / 32760, 1.0 / 12, -3617.0 / 8160 };
    static const double above[] = { 0.25479851061131551, -0.32555031186804491, -0.65031853770896507,
                                    -0.28919126444774784, -0.045251321448739056,
                                    -0.0020713321167745952 };
    static const double below[] = { 1, 2.0767117023730469, 1.4606242909763515, 0.43593529692665969,
                                    0.054151797245674225, 0.0021284987017821144,
                                    -0.55789841321675513e-6 };
    double before = 0, p = 0, q = 0;

    if (x <= 0 && x == floor(x))
        return NAN;
    if (x < 0) {
        const double rest = x - round(x);

        before = -GCK_PI / tan(GCK_PI * rest);
        x = 1 - x;
    }
    if (x >= 10) {
        const double z = 1 / ((x - 1) * (x - 1));

        for (int i = 7; i >= 0; i--)
            p = p * z + series[i];
        return before + log(x - 1) + 1 / (2 * (x - 1)) - z * p;
    }
    for (; x > 2; x--)
        before += 1 / (x - 1);
    for (; x < 1; x++)
        before -= 1 / x;
    for (int i = 5; i >= 0; i--)
        p = p * (x - 1) + above[i];
    for (int i = 6; i >= 0; i--)
        q = q * (x - 1) + below[i];
    /* the zero is 1569415565 / 2^30 and two small parts */
    const double off = x - 1569415565 / 0x1p30 - 381566830 / 0x1p60 - 0.9016312093258695919e-19;
    return before + off * 0.99558162689208984 + off * (p / q);
}

GCK_FUNCTION(lgamma, gck_digamma(x))
GCK_FUNCTION(tgamma, y * gck_digamma(x))

GCK_INLINE gck_traced fabs(const gck_traced &a)
{
    return a.value() < 0 ? -a : a.value() == 0 ? gck_traced(0, a.place) : a;
}

/* As C has it, a NaN is nothing where the other is a number. */
GCK_INLINE gck_traced fmax(const gck_traced &a, const gck_traced &b)
{
    return a.value() < b.value() || isnan(a.value()) ? b : a;
}
GCK_INLINE gck_traced fmin(const gck_traced &a, const gck_traced &b)
{
    return b.value() < a.value() || isnan(a.value()) ? b : a;
}
GCK_INLINE gck_traced fdim(const gck_traced &a, const gck_traced &b)
{
    return a.value() <= b.value() ? gck_traced(0.0) : a - b;
}
GCK_INLINE gck_traced copysign(const gck_traced &a, const gck_traced &b)
{
    return signbit(a) != signbit(b) ? -a : a;
}

static inline double gck_power_slope(double x, double exponent, double y)
{
    if (exponent == 0)
        return 0;
    return x != 0 && isnormal(y) ? exponent * (y / x) : exponent * pow(x, exponent - 1);
}

static inline gck_traced pow(const gck_traced &a, double exponent)
{
    const double y = pow(a.value(), exponent);

    return gck_chain(y, a, gck_power_slope(a.value(), exponent, y));
}
static inline gck_traced pow(double base, const gck_traced &b)
{
    const double y = pow(base, b.value());

    return gck_chain(y, b, y == 0 ? 0 : y * log(base));
}
static inline gck_traced pow(const gck_traced &a, const gck_traced &b)
{
    const double y = pow(a.value(), b.value());

    return gck_chain(y, a, gck_power_slope(a.value(), b.value(), y), b, y == 0 ? 0 : y * log(a.value()));
}

/* At 0, 0 the corner of a cone: flat, the middle of its slopes. */
static inline gck_traced hypot(const gck_traced &a, const gck_traced &b)
{
    const double h = hypot(a.value(), b.value());

    return gck_chain(h, a, h == 0 ? 0 : a.value() / h, b, h == 0 ? 0 : b.value() / h);
}
static inline gck_traced atan2(const gck_traced &y, const gck_traced &x)
{
    const double h = hypot(x.value(), y.value());

    return gck_chain(atan2(y.value(), x.value()), y, x.value() / h / h, x, -y.value() / h / h);
}
static inline gck_traced fmod(const gck_traced &a, const gck_traced &b)
{
    return gck_chain(fmod(a.value(), b.value()), a, 1, b, -trunc(a.value() / b.value()));
}
static inline gck_traced remainder(const gck_traced &a, const gck_traced &b)
{
    const double rest = remainder(a.value(), b.value());

    return gck_chain(rest, a, 1, b, -rint((a.value() - rest) / b.value()));
}
static inline gck_traced fma(const gck_traced &a, const gck_traced &b, const gck_traced &c)
{
    return gck_traced(__builtin_fma(a.value(), b.value(), c.value()), (a * b + c).place);
}
static inline gck_traced ldexp(const gck_traced &a, int exponent)
{
    return gck_chain(ldexp(a.value(), exponent), a, ldexp(1.0, exponent));
}
static inline gck_traced scalbn(const gck_traced &a, int exponent) { return ldexp(a, exponent); }
static inline gck_traced frexp(const gck_traced &a, int *exponent)
{
    const double fraction = frexp(a.value(), exponent);

    return gck_chain(fraction, a, ldexp(1.0, -*exponent));
}
static inline gck_traced modf(const gck_traced &a, gck_traced *whole)
{
    *whole = trunc(a.value());
    return gck_traced(copysign(a.value() - trunc(a.value()), a.value()), a.place);
}
GCK_INLINE long lround(const gck_traced &a) { return lround(a.value()); }
GCK_INLINE long lrint(const gck_traced &a) { return lrint(a.value()); }
GCK_INLINE long long llround(const gck_traced &a) { return llround(a.value()); }
GCK_INLINE long long llrint(const gck_traced &a) { return llrint(a.value()); }
GCK_INLINE int ilogb(const gck_traced &a) { return ilogb(a.value()); }

/* ---- what is missing, with words for it ---- */

#ifdef __has_attribute
#if __has_attribute(unavailable)
#define GCK_MISSING(returns, name, arguments, why)                                                 \
    returns name arguments __attribute__((unavailable(why)));
#endif
#endif
#ifndef GCK_MISSING
#define GCK_MISSING(returns, name, arguments, why) returns name arguments = delete;
#endif
#define GCK_NO_SLOPE(name, arguments)                                                              \
    GCK_MISSING(gck_traced, name, arguments, "it has no derivative here: add it to gradcheck/exact_math.h")
#define GCK_ONE_TYPE(name, all_types)                                                              \
    GCK_MISSING(gck_traced, name, (const gck_traced &), "write " #all_types ", which serves every type of real")
#define GCK_ONE_TYPE_2(name, all_types)                                                            \
    GCK_MISSING(gck_traced, name, (const gck_traced &, const gck_traced &),                              \
                "write " #all_types ", which serves every type of real")

GCK_NO_SLOPE(j0, (const gck_traced &))
GCK_NO_SLOPE(j1, (const gck_traced &))
GCK_NO_SLOPE(jn, (int, const gck_traced &))
GCK_NO_SLOPE(y0, (const gck_traced &))
GCK_NO_SLOPE(y1, (const gck_traced &))
GCK_NO_SLOPE(yn, (int, const gck_traced &))
GCK_NO_SLOPE(gamma, (const gck_traced &))
GCK_NO_SLOPE(exp10, (const gck_traced &))
GCK_NO_SLOPE(nextafter, (const gck_traced &, const gck_traced &))
GCK_NO_SLOPE(nexttoward, (const gck_traced &, const gck_traced &))
GCK_NO_SLOPE(remquo, (const gck_traced &, const gck_traced &, int *))
GCK_ONE_TYPE(abs, fabs)
GCK_ONE_TYPE(fabsf, fabs)
GCK_ONE_TYPE(expf, exp)
GCK_ONE_TYPE(expm1f, expm1)
GCK_ONE_TYPE(logf, log)
GCK_ONE_TYPE(log1pf, log1p)
GCK_ONE_TYPE(sqrtf, sqrt)
GCK_ONE_TYPE(tanhf, tanh)
GCK_ONE_TYPE_2(powf, pow)
GCK_ONE_TYPE_2(fmaxf, fmax)
GCK_ONE_TYPE_2(fminf, fmin)

#endif
