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
 * The functions of <tgmath.h> are in exact_math.h. Nothing here needs more than the C library when it is linked. Only
 * layer.h includes this. */
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
    return gck_choice{ -1 } ? first - gck_part{} : a; /* x - 0 is x, and -0 is -0 */
}
GCK_HALVES gck_halves<half> gck_with(double first, const gck_halves<half> &a)
{
    return { gck_with(first, a.low), a.high };
}

GCK_INLINE void gck_spread(gck_part *a, double number) { *a = number - gck_part{}; }
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

#include "gradcheck/exact_math.h"

#endif
