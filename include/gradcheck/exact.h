/* exact.h -- a number that carries its derivatives: `real` of a layer's third type, its exact twin.
 *
 * A layer's C source, compiled as C++20 with -DGCK_EXACT, computes with struct gck_dual: a value and the
 * derivatives along GCK_LANES directions, which the host puts into the inputs and reads from the outputs.
 * Every function below has the C function's value and applies the chain rule to the lanes, so that
 * Forward yields its own derivative, without a step. Comparisons look at the value alone: the branch that is
 * taken is the branch whose derivative comes out.
 *
 * A lane of 0 stays 0, whatever the slope: a constant has no derivative, also where a function is
 * infinitely steep. sqrt at 0 has slope infinity, like others at their edges; at a corner (fabs at 0, fmax of
 * equals) it is one side's. floor and its like have slope 0.
 *
 * Nothing here needs more than the C library when it is linked. Only layer.h includes this. */
#ifndef GRADCHECK_EXACT_H
#define GRADCHECK_EXACT_H

#if !defined(__cplusplus) || __cplusplus < 202002L
#error "the exact twin of a layer is compiled as C++20: -x c++ -std=c++20 -DGCK_EXACT"
#endif

#include "gradcheck/blob.h"
#include "gradcheck/status.h"

#include <math.h>

#define GCK_INLINE static inline __attribute__((always_inline))
#define GCK_RARE static __attribute__((noinline, cold, unused))

/* ---- eight numbers at once ---- */

/* Element 0 is the value, the others are the lanes, so that most of what is done to the lanes is done to the value
 * as well. They lie in one register, or in halves and quarters where registers are smaller. */
#if defined(__AVX512F__) && !defined(GCK_LANES_3)
#define GCK_WIDTH 64
#elif defined(__AVX__)
#define GCK_WIDTH 32
#else
#define GCK_WIDTH 16
#endif

typedef double gck_part __attribute__((vector_size(GCK_WIDTH)));
typedef long long gck_choice __attribute__((vector_size(GCK_WIDTH)));

template <class half> struct gck_halves {
    half low, high;
};
template <size_t bytes> struct gck_numbers_of {
    typedef gck_halves<typename gck_numbers_of<bytes / 2>::type> type;
};
template <> struct gck_numbers_of<GCK_WIDTH> {
    typedef gck_part type;
};
typedef gck_numbers_of<sizeof(double) * (1 + GCK_LANES)>::type gck_numbers;

#define GCK_HALVES template <class half> GCK_INLINE
GCK_HALVES gck_halves<half> operator-(const gck_halves<half> &a) { return { -a.low, -a.high }; }
GCK_HALVES gck_halves<half> operator+(const gck_halves<half> &a, const gck_halves<half> &b)
{
    return { a.low + b.low, a.high + b.high };
}
GCK_HALVES gck_halves<half> operator-(const gck_halves<half> &a, const gck_halves<half> &b)
{
    return { a.low - b.low, a.high - b.high };
}
GCK_HALVES gck_halves<half> operator*(const gck_halves<half> &a, double b) { return { a.low * b, a.high * b }; }
GCK_HALVES gck_halves<half> operator/(const gck_halves<half> &a, double b) { return { a.low / b, a.high / b }; }

/* The same with another element 0. */
GCK_INLINE gck_part gck_with(double first, const gck_part &a)
{
    return gck_choice{ -1 } ? gck_part{} + first : a;
}
GCK_HALVES gck_halves<half> gck_with(double first, const gck_halves<half> &a)
{
    return { gck_with(first, a.low), a.high };
}

GCK_INLINE void gck_spread(gck_part *a, double number) { *a = gck_part{} + number; }
GCK_HALVES void gck_spread(gck_halves<half> *a, double number)
{
    gck_spread(&a->low, number);
    gck_spread(&a->high, number);
}

GCK_INLINE gck_choice gck_nans(const gck_part &a) { return a != a; }
GCK_HALVES gck_choice gck_nans(const gck_halves<half> &a) { return gck_nans(a.low) | gck_nans(a.high); }

GCK_INLINE bool gck_any_nan(const gck_numbers &a)
{
#if GCK_WIDTH == 64
    return __builtin_ia32_cmppd512_mask(a, a, 3, (unsigned char)-1, 4) != 0;
#elif GCK_WIDTH == 32
    return __builtin_ia32_movmskpd256((gck_part)gck_nans(a)) != 0;
#elif defined(__SSE2__)
    return __builtin_ia32_movmskpd((gck_part)gck_nans(a)) != 0;
#else
    const gck_choice bad = gck_nans(a);

    return (bad[0] | bad[1]) != 0;
#endif
}

/* ---- the number ---- */

struct gck_dual {
    gck_numbers all;

    gck_dual() = default; /* unset, as in C */
    constexpr __attribute__((always_inline)) gck_dual(double number) : all(gck_start(number, (gck_numbers *)nullptr)) {}
    /* the value, and the lanes of what else has some */
    __attribute__((always_inline)) gck_dual(double number, const gck_numbers &others)
        : all(gck_with(number, others)) {}

    __attribute__((always_inline)) double value() const { return first(all); }

    /* A cast loses the derivative, so it has to be written. */
#define GCK_CAST(type)                                                                             \
    __attribute__((always_inline)) explicit operator type() const { return (type)value(); }
    GCK_CAST(double) GCK_CAST(float) GCK_CAST(long double) GCK_CAST(bool)
    GCK_CAST(char) GCK_CAST(signed char) GCK_CAST(unsigned char) GCK_CAST(short) GCK_CAST(unsigned short)
    GCK_CAST(int) GCK_CAST(unsigned) GCK_CAST(long) GCK_CAST(unsigned long)
    GCK_CAST(long long) GCK_CAST(unsigned long long)
#undef GCK_CAST

private:
    static constexpr gck_part gck_start(double number, gck_part *) { return gck_part{ number }; }
    template <class half> static constexpr gck_halves<half> gck_start(double number, gck_halves<half> *)
    {
        return { gck_start(number, (half *)nullptr), half{} };
    }
    static __attribute__((always_inline)) double first(const gck_part &a) { return a[0]; }
    template <class half> static __attribute__((always_inline)) double first(const gck_halves<half> &a)
    {
        return first(a.low);
    }
};

static_assert(sizeof(gck_dual) == sizeof(double) * (1 + GCK_LANES), "as blob.h says");

/* The numbers one by one, where speed does not matter. */
struct gck_list {
    double at[1 + GCK_LANES];
};
static inline gck_list gck_listed(const gck_dual &a) { return __builtin_bit_cast(gck_list, a); }
static inline gck_dual gck_unlisted(const gck_list &list) { return __builtin_bit_cast(gck_dual, list); }

/* ---- the chain rule ---- */

GCK_RARE gck_dual gck_careful_chain(double value, const gck_dual &a, double slope)
{
    gck_list r = gck_listed(a);

    r.at[0] = value;
    for (int i = 1; i <= GCK_LANES; i++)
        r.at[i] = r.at[i] == 0 ? 0 : r.at[i] * slope;
    return gck_unlisted(r);
}

/* The dual of a function's value and its slope at a. */
GCK_INLINE gck_dual gck_chain(double value, const gck_dual &a, double slope)
{
    if (__builtin_expect(!__builtin_isfinite(slope), 0))
        return gck_careful_chain(value, a, slope);
    return gck_dual(value, a.all * slope);
}

/* ... and of a function of two. */
GCK_INLINE gck_dual gck_chain(double value, const gck_dual &a, double by_a, const gck_dual &b, double by_b)
{
    return gck_dual(value, gck_chain(0, a, by_a).all + gck_chain(0, b, by_b).all);
}

/* 0 where what is left is 0 times infinity: a constant times anything, or a 0 times what is infinitely steep
 * but stays finite: x sqrt(x) is flat at 0. Where both are infinitely steep nothing can be said. */
static inline double gck_careful_term(double slope, double lane, double other_lane)
{
    return lane == 0 || (slope == 0 && __builtin_isfinite(other_lane)) ? 0 : slope * lane;
}

GCK_RARE gck_dual gck_careful_product(const gck_dual &a, const gck_dual &b)
{
    const gck_list of_a = gck_listed(a), of_b = gck_listed(b);
    gck_list r = { { a.value() * b.value() } };

    for (int i = 1; i <= GCK_LANES; i++)
        r.at[i] = gck_careful_term(b.value(), of_a.at[i], of_b.at[i])
                  + gck_careful_term(a.value(), of_b.at[i], of_a.at[i]);
    return gck_unlisted(r);
}

GCK_RARE gck_dual gck_careful_quotient(const gck_dual &a, const gck_dual &b)
{
    const gck_list of_a = gck_listed(a), of_b = gck_listed(b);
    const double q = a.value() / b.value();
    gck_list r = { { q } };

    for (int i = 1; i <= GCK_LANES; i++) {
        const double above = of_a.at[i] - (of_b.at[i] == 0 ? 0 : q * of_b.at[i]);

        r.at[i] = above == 0 ? 0 : above / b.value();
    }
    return gck_unlisted(r);
}

/* a b with the derivatives of both. -0 is what changes no sum. */
GCK_INLINE gck_numbers gck_product(const gck_dual &a, const gck_dual &b)
{
    return a.all * b.value() + gck_with(-0.0, b.all * a.value());
}

/* ---- arithmetic; an int is a double here ---- */

/* A number whose lanes are -0: added, it changes the value alone, whatever the sign of a lane. */
GCK_INLINE gck_numbers gck_only(double number)
{
    gck_numbers zeros;

    gck_spread(&zeros, -0.0);
    return gck_with(number, zeros);
}

GCK_INLINE gck_dual gck_of(const gck_numbers &all)
{
    gck_dual r;

    r.all = all;
    return r;
}

GCK_INLINE gck_dual operator+(const gck_dual &a) { return a; }
GCK_INLINE gck_dual operator-(const gck_dual &a) { return gck_of(-a.all); }
GCK_INLINE gck_dual operator+(const gck_dual &a, const gck_dual &b) { return gck_of(a.all + b.all); }
GCK_INLINE gck_dual operator+(const gck_dual &a, double b) { return gck_of(a.all + gck_only(b)); }
GCK_INLINE gck_dual operator+(double a, const gck_dual &b) { return gck_of(gck_only(a) + b.all); }
GCK_INLINE gck_dual operator-(const gck_dual &a, const gck_dual &b) { return gck_of(a.all - b.all); }
GCK_INLINE gck_dual operator-(const gck_dual &a, double b) { return gck_of(a.all + gck_only(-b)); }
GCK_INLINE gck_dual operator-(double a, const gck_dual &b) { return gck_of(gck_only(a) - b.all); }
GCK_INLINE gck_dual operator*(const gck_dual &a, const gck_dual &b)
{
    const gck_numbers r = gck_product(a, b);

    return __builtin_expect(gck_any_nan(r), 0) ? gck_careful_product(a, b) : gck_of(r);
}
GCK_INLINE gck_dual operator*(const gck_dual &a, double b)
{
    if (__builtin_expect(!__builtin_isfinite(b), 0))
        return gck_careful_chain(a.value() * b, a, b);
    return gck_of(a.all * b);
}
GCK_INLINE gck_dual operator*(double a, const gck_dual &b) { return b * a; }
/* The lanes are multiplied by 1/b: one division where a loop divides by the same b, and less waiting where not. */
GCK_INLINE gck_dual operator/(const gck_dual &a, const gck_dual &b)
{
    const double q = a.value() / b.value(), inverse = 1 / b.value();
    const gck_dual r(q, (a.all - b.all * q) * inverse);

    if (__builtin_expect(!__builtin_isnormal(inverse) || gck_any_nan(r.all), 0))
        return gck_careful_quotient(a, b);
    return r;
}
GCK_INLINE gck_dual operator/(const gck_dual &a, double b)
{
    if (__builtin_expect(!(b != 0), 0))
        return gck_careful_chain(a.value() / b, a, 1 / b);
    return gck_of(a.all / b);
}
GCK_INLINE gck_dual operator/(double a, const gck_dual &b) { return gck_dual(a) / b; }

#define GCK_ASSIGN(op)                                                                             \
    template <class T> GCK_INLINE gck_dual &operator op##=(gck_dual &a, const T &b)                \
    {                                                                                              \
        return a = a op b;                                                                         \
    }
GCK_ASSIGN(+) GCK_ASSIGN(-) GCK_ASSIGN(*) GCK_ASSIGN(/)
#undef GCK_ASSIGN

GCK_INLINE gck_dual &operator++(gck_dual &a) { return a = a + 1; }
GCK_INLINE gck_dual &operator--(gck_dual &a) { return a = a - 1; }
GCK_INLINE gck_dual operator++(gck_dual &a, int) { const gck_dual old = a; a = a + 1; return old; }
GCK_INLINE gck_dual operator--(gck_dual &a, int) { const gck_dual old = a; a = a - 1; return old; }

#define GCK_COMPARE(op)                                                                            \
    GCK_INLINE bool operator op(const gck_dual &a, const gck_dual &b) { return a.value() op b.value(); } \
    GCK_INLINE bool operator op(const gck_dual &a, double b) { return a.value() op b; }              \
    GCK_INLINE bool operator op(double a, const gck_dual &b) { return a op b.value(); }
GCK_COMPARE(<) GCK_COMPARE(>) GCK_COMPARE(<=) GCK_COMPARE(>=) GCK_COMPARE(==) GCK_COMPARE(!=)
#undef GCK_COMPARE

/* ---- told ---- */

template <class any> inline constexpr bool gck_is_dual = false;
template <> inline constexpr bool gck_is_dual<gck_dual> = true;

template <class any> GCK_INLINE any gck_told(const any &a) { return a; }
GCK_INLINE double gck_told(const gck_dual &a) { return a.value(); }

/* gck_fail of layer.h, with a real among what is told: its value. */
template <class... any>
    requires(gck_is_dual<any> || ...)
static inline enum gck_status gck_fail(struct gck_io *io, enum gck_status status, const char *format, any... told)
{
    return gck_fail(io, status, format, gck_told(told)...);
}

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

GCK_INLINE bool isnan(const gck_dual &a) { return isnan(a.value()); }
GCK_INLINE bool isinf(const gck_dual &a) { return isinf(a.value()); }
GCK_INLINE bool isfinite(const gck_dual &a) { return isfinite(a.value()); }
GCK_INLINE bool isnormal(const gck_dual &a) { return isnormal(a.value()); }
GCK_INLINE bool signbit(const gck_dual &a) { return signbit(a.value()); }
GCK_INLINE int fpclassify(const gck_dual &a) { return fpclassify(a.value()); }
GCK_INLINE bool isgreater(const gck_dual &a, const gck_dual &b) { return isgreater(a.value(), b.value()); }
GCK_INLINE bool isgreaterequal(const gck_dual &a, const gck_dual &b)
{
    return isgreaterequal(a.value(), b.value());
}
GCK_INLINE bool isless(const gck_dual &a, const gck_dual &b) { return isless(a.value(), b.value()); }
GCK_INLINE bool islessequal(const gck_dual &a, const gck_dual &b) { return islessequal(a.value(), b.value()); }
GCK_INLINE bool islessgreater(const gck_dual &a, const gck_dual &b)
{
    return islessgreater(a.value(), b.value());
}
GCK_INLINE bool isunordered(const gck_dual &a, const gck_dual &b) { return isunordered(a.value(), b.value()); }

/* ---- the functions of <tgmath.h>: f(name, value, slope), where x is the argument and y the value ---- */

#define GCK_PI 3.14159265358979323846
#define GCK_LN2 0.69314718055994530942
#define GCK_LN10 2.30258509299404568402

#define GCK_FUNCTION(name, slope)                                                                  \
    GCK_INLINE gck_dual name(const gck_dual &a)                                                    \
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

GCK_INLINE gck_dual fabs(const gck_dual &a)
{
    return a.value() < 0 ? -a : a.value() == 0 ? gck_dual(0, a.all) : a;
}

/* As C has it, a NaN is nothing where the other is a number. */
GCK_INLINE gck_dual fmax(const gck_dual &a, const gck_dual &b)
{
    return a.value() < b.value() || isnan(a.value()) ? b : a;
}
GCK_INLINE gck_dual fmin(const gck_dual &a, const gck_dual &b)
{
    return b.value() < a.value() || isnan(a.value()) ? b : a;
}
GCK_INLINE gck_dual fdim(const gck_dual &a, const gck_dual &b)
{
    return a.value() <= b.value() ? gck_dual(0.0) : a - b;
}
GCK_INLINE gck_dual copysign(const gck_dual &a, const gck_dual &b)
{
    return signbit(a) != signbit(b) ? -a : a;
}

static inline double gck_power_slope(double x, double exponent, double y)
{
    if (exponent == 0)
        return 0;
    return x != 0 && isnormal(y) ? exponent * (y / x) : exponent * pow(x, exponent - 1);
}

static inline gck_dual pow(const gck_dual &a, double exponent)
{
    const double y = pow(a.value(), exponent);

    return gck_chain(y, a, gck_power_slope(a.value(), exponent, y));
}
static inline gck_dual pow(double base, const gck_dual &b)
{
    const double y = pow(base, b.value());

    return gck_chain(y, b, y == 0 ? 0 : y * log(base));
}
static inline gck_dual pow(const gck_dual &a, const gck_dual &b)
{
    const double y = pow(a.value(), b.value());

    return gck_chain(y, a, gck_power_slope(a.value(), b.value(), y), b, y == 0 ? 0 : y * log(a.value()));
}

/* At 0, 0 the corner of a cone: flat, the middle of its slopes. */
static inline gck_dual hypot(const gck_dual &a, const gck_dual &b)
{
    const double h = hypot(a.value(), b.value());

    return gck_chain(h, a, h == 0 ? 0 : a.value() / h, b, h == 0 ? 0 : b.value() / h);
}
static inline gck_dual atan2(const gck_dual &y, const gck_dual &x)
{
    const double h = hypot(x.value(), y.value());

    return gck_chain(atan2(y.value(), x.value()), y, x.value() / h / h, x, -y.value() / h / h);
}
static inline gck_dual fmod(const gck_dual &a, const gck_dual &b)
{
    return gck_chain(fmod(a.value(), b.value()), a, 1, b, -trunc(a.value() / b.value()));
}
static inline gck_dual remainder(const gck_dual &a, const gck_dual &b)
{
    const double rest = remainder(a.value(), b.value());

    return gck_chain(rest, a, 1, b, -rint((a.value() - rest) / b.value()));
}
static inline gck_dual fma(const gck_dual &a, const gck_dual &b, const gck_dual &c)
{
    return gck_dual(__builtin_fma(a.value(), b.value(), c.value()), (a * b).all + c.all);
}
static inline gck_dual ldexp(const gck_dual &a, int exponent)
{
    gck_list r = gck_listed(a);

    for (int i = 0; i <= GCK_LANES; i++)
        r.at[i] = ldexp(r.at[i], exponent);
    return gck_unlisted(r);
}
static inline gck_dual scalbn(const gck_dual &a, int exponent) { return ldexp(a, exponent); }
static inline gck_dual frexp(const gck_dual &a, int *exponent)
{
    const double fraction = frexp(a.value(), exponent);

    return gck_dual(fraction, ldexp(a, -*exponent).all);
}
static inline gck_dual modf(const gck_dual &a, gck_dual *whole)
{
    *whole = trunc(a.value());
    return gck_dual(copysign(a.value() - trunc(a.value()), a.value()), a.all);
}
GCK_INLINE long lround(const gck_dual &a) { return lround(a.value()); }
GCK_INLINE long lrint(const gck_dual &a) { return lrint(a.value()); }
GCK_INLINE long long llround(const gck_dual &a) { return llround(a.value()); }
GCK_INLINE long long llrint(const gck_dual &a) { return llrint(a.value()); }
GCK_INLINE int ilogb(const gck_dual &a) { return ilogb(a.value()); }

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
    GCK_MISSING(gck_dual, name, arguments, "it has no derivative here: add it to gradcheck/exact.h")
#define GCK_ONE_TYPE(name, all_types)                                                              \
    GCK_MISSING(gck_dual, name, (const gck_dual &), "write " #all_types ", which serves every type of real")
#define GCK_ONE_TYPE_2(name, all_types)                                                            \
    GCK_MISSING(gck_dual, name, (const gck_dual &, const gck_dual &),                              \
                "write " #all_types ", which serves every type of real")

GCK_NO_SLOPE(j0, (const gck_dual &))
GCK_NO_SLOPE(j1, (const gck_dual &))
GCK_NO_SLOPE(jn, (int, const gck_dual &))
GCK_NO_SLOPE(y0, (const gck_dual &))
GCK_NO_SLOPE(y1, (const gck_dual &))
GCK_NO_SLOPE(yn, (int, const gck_dual &))
GCK_NO_SLOPE(gamma, (const gck_dual &))
GCK_NO_SLOPE(exp10, (const gck_dual &))
GCK_NO_SLOPE(nextafter, (const gck_dual &, const gck_dual &))
GCK_NO_SLOPE(nexttoward, (const gck_dual &, const gck_dual &))
GCK_NO_SLOPE(remquo, (const gck_dual &, const gck_dual &, int *))
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

/* ---- vectors: what layer.h offers, without BLAS ---- */

/* Four sums side by side, so that none waits for another. Where infinities met zeros, it is done again with care. */
static inline gck_dual gck_strided_dot(size_t n, const gck_dual *x, size_t x_step, const gck_dual *y,
                                       size_t y_step)
{
    gck_dual sum[4] = { 0, 0, 0, 0 };
    size_t i = 0;

    for (; i + 4 <= n; i += 4)
        for (size_t k = 0; k < 4; k++) {
            const gck_dual &a = x[(i + k) * x_step], &b = y[(i + k) * y_step];

            sum[k].all = sum[k].all + gck_product(a, b);
        }
    for (; i < n; i++)
        sum[0] += x[i * x_step] * y[i * y_step];
    sum[0] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    if (__builtin_expect(gck_any_nan(sum[0].all), 0)) {
        sum[0] = 0;
        for (i = 0; i < n; i++)
            sum[0] += x[i * x_step] * y[i * y_step];
    }
    return sum[0];
}

static inline gck_dual gck_dot_exact(size_t n, const gck_dual *x, const gck_dual *y)
{
    return gck_strided_dot(n, x, 1, y, 1);
}

/* A factor that is 0 and has no derivative: what it would be multiplied by does not matter. */
static inline bool gck_is_nothing(const gck_dual &a)
{
    const gck_list list = gck_listed(a);

    for (int i = 0; i <= GCK_LANES; i++)
        if (list.at[i] != 0)
            return false;
    return true;
}

static inline void gck_axpby_exact(size_t n, const gck_dual &a, const gck_dual *x, const gck_dual &b, gck_dual *y)
{
    const bool fresh = gck_is_nothing(b);

    for (size_t i = 0; i < n; i++)
        y[i] = fresh ? a * x[i] : a * x[i] + b * y[i];
}

static inline void gck_gemm_exact(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k,
                                  const gck_dual &alpha, const gck_dual *a, const gck_dual *b,
                                  const gck_dual &beta, gck_dual *c)
{
    const size_t a_row = transpose_a ? 1 : k, a_step = transpose_a ? m : 1;
    const size_t b_column = transpose_b ? k : 1, b_step = transpose_b ? 1 : n;
    const bool fresh = gck_is_nothing(beta);

    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            const gck_dual sum = alpha * gck_strided_dot(k, a + i * a_row, a_step, b + j * b_column, b_step);

            c[i * n + j] = fresh ? sum : sum + beta * c[i * n + j];
        }
}

#endif
