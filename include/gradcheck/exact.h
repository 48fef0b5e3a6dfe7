/* exact.h -- a number that remembers how it came to be: `real` of a layer's third type, its exact twin.
 *
 * A layer's C source, compiled as C++20 with -DGCK_EXACT, computes with struct gck_traced: a value and its place on the tape
 * (gradcheck/tape.h), where every operation writes down its slopes. Every function below has the C function's
 * value, so Forward yields E as in double, and the tape, read backwards by the chain rule, its derivative by every input,
 * without a step. Comparisons look at the value alone: the branch that is taken is the branch whose derivative
 * comes out.
 *
 * A constant has no derivative, also where a function is infinitely steep. sqrt at 0 has slope infinity, like others at their
 * edges; at a corner (fabs at 0, fmax of equals) it is one side's. floor and its like have slope 0.
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
#include "gradcheck/tape.h"

#include <math.h>

#define GCK_INLINE static inline __attribute__((always_inline))
#define GCK_RARE static __attribute__((noinline, cold, unused))

/* ---- the number ---- */

struct gck_traced {
    double number;
    uint64_t place; /* on the tape; 0: a constant */

    gck_traced() = default; /* unset, as in C */
    constexpr __attribute__((always_inline)) gck_traced(double of) : number(of), place(0) {}
    __attribute__((always_inline)) gck_traced(double of, uint64_t at) : number(of), place(at) {}

    constexpr __attribute__((always_inline)) double value() const { return number; }

    /* A cast loses the derivative, so it has to be written. */
#define GCK_CAST(type)                                                                             \
    __attribute__((always_inline)) explicit operator type() const { return (type)number; }
    GCK_CAST(double) GCK_CAST(float) GCK_CAST(long double) GCK_CAST(bool)
    GCK_CAST(char) GCK_CAST(signed char) GCK_CAST(unsigned char) GCK_CAST(short) GCK_CAST(unsigned short)
    GCK_CAST(int) GCK_CAST(unsigned) GCK_CAST(long) GCK_CAST(unsigned long)
    GCK_CAST(long long) GCK_CAST(unsigned long long)
#undef GCK_CAST
};

static_assert(sizeof(gck_traced) == sizeof(struct gck_number), "as tape.h says");

/* ---- the chain rule ---- */

/* The place of a result with this slope at a; a constant's result is a constant. */
GCK_INLINE uint64_t gck_written(uint64_t a, double slope)
{
    if (a == 0 || (__builtin_constant_p(slope) && slope == 0))
        return 0;
    if (__builtin_expect(gck_tape.next >= gck_tape.full, 0))
        gck_tape_grow();

    struct gck_edge *const edge = gck_tape.next;
    const uint32_t result = gck_tape.places + 1;

    *edge = { slope, (uint32_t)a, result };
    gck_tape.next = edge + 1;
    gck_tape.places = result;
    return result;
}

/* ... of two numbers. Both may be the same one: two edges might cancel with rounding, one cannot. An edge from a constant is
 * written over by the next one. */
GCK_INLINE uint64_t gck_written(uint64_t a, double by_a, uint64_t b, double by_b)
{
    if (a == b)
        return gck_written(a, by_a + by_b);
    if (__builtin_expect(gck_tape.next >= gck_tape.full, 0))
        gck_tape_grow();

    struct gck_edge *edge = gck_tape.next;
    const uint32_t result = gck_tape.places + 1;

    *edge = { by_a, (uint32_t)a, result };
    edge += a != 0;
    *edge = { by_b, (uint32_t)b, result };
    gck_tape.next = edge + (b != 0);
    gck_tape.places = result;
    return result;
}

/* The result of a function's value and its slope at a. */
GCK_INLINE gck_traced gck_chain(double value, const gck_traced &a, double slope)
{
    return gck_traced(value, gck_written(a.place, slope));
}

/* ... and of a function of two. */
GCK_INLINE gck_traced gck_chain(double value, const gck_traced &a, double by_a, const gck_traced &b, double by_b)
{
    return gck_traced(value, gck_written(a.place, by_a, b.place, by_b));
}

/* ---- arithmetic; an int is a double here ---- */

GCK_INLINE gck_traced operator+(const gck_traced &a) { return a; }
GCK_INLINE gck_traced operator-(const gck_traced &a) { return gck_chain(-a.number, a, -1); }
/* Beside a constant a sum has the other's place: its slope is 1. */
GCK_INLINE gck_traced operator+(const gck_traced &a, const gck_traced &b)
{
    if (a.place == 0 || b.place == 0)
        return gck_traced(a.number + b.number, a.place | b.place);
    return gck_chain(a.number + b.number, a, 1, b, 1);
}
GCK_INLINE gck_traced operator+(const gck_traced &a, double b) { return gck_traced(a.number + b, a.place); }
GCK_INLINE gck_traced operator+(double a, const gck_traced &b) { return gck_traced(a + b.number, b.place); }
GCK_INLINE gck_traced operator-(const gck_traced &a, const gck_traced &b)
{
    if (b.place == 0 || b.place == a.place) /* x - x: 0, whatever x is */
        return gck_traced(a.number - b.number, a.place ^ b.place);
    return gck_chain(a.number - b.number, a, 1, b, -1);
}
GCK_INLINE gck_traced operator-(const gck_traced &a, double b) { return gck_traced(a.number - b, a.place); }
GCK_INLINE gck_traced operator-(double a, const gck_traced &b) { return gck_chain(a - b.number, b, -1); }
GCK_INLINE gck_traced operator*(const gck_traced &a, const gck_traced &b)
{
    return gck_chain(a.number * b.number, a, b.number, b, a.number);
}
GCK_INLINE gck_traced operator*(const gck_traced &a, double b) { return gck_chain(a.number * b, a, b); }
GCK_INLINE gck_traced operator*(double a, const gck_traced &b) { return gck_chain(a * b.number, b, a); }
GCK_INLINE gck_traced operator/(const gck_traced &a, const gck_traced &b)
{
    const double q = a.number / b.number, inverse = 1 / b.number;

    return gck_chain(q, a, inverse, b, -q * inverse);
}
GCK_INLINE gck_traced operator/(const gck_traced &a, double b) { return gck_chain(a.number / b, a, 1 / b); }
GCK_INLINE gck_traced operator/(double a, const gck_traced &b) { return gck_traced(a) / b; }

#define GCK_ASSIGN(op)                                                                             \
    template <class T> GCK_INLINE gck_traced &operator op##=(gck_traced &a, const T &b)                \
    {                                                                                              \
        return a = a op b;                                                                         \
    }
GCK_ASSIGN(+) GCK_ASSIGN(-) GCK_ASSIGN(*) GCK_ASSIGN(/)
#undef GCK_ASSIGN

GCK_INLINE gck_traced &operator++(gck_traced &a) { return a = a + 1; }
GCK_INLINE gck_traced &operator--(gck_traced &a) { return a = a - 1; }
GCK_INLINE gck_traced operator++(gck_traced &a, int) { const gck_traced old = a; a = a + 1; return old; }
GCK_INLINE gck_traced operator--(gck_traced &a, int) { const gck_traced old = a; a = a - 1; return old; }

#define GCK_COMPARE(op)                                                                            \
    GCK_INLINE bool operator op(const gck_traced &a, const gck_traced &b) { return a.value() op b.value(); } \
    GCK_INLINE bool operator op(const gck_traced &a, double b) { return a.value() op b; }              \
    GCK_INLINE bool operator op(double a, const gck_traced &b) { return a op b.value(); }
GCK_COMPARE(<) GCK_COMPARE(>) GCK_COMPARE(<=) GCK_COMPARE(>=) GCK_COMPARE(==) GCK_COMPARE(!=)
#undef GCK_COMPARE

/* ---- told ---- */

template <class any> inline constexpr bool gck_is_traced = false;
template <> inline constexpr bool gck_is_traced<gck_traced> = true;

template <class any> GCK_INLINE any gck_told(const any &a) { return a; }
GCK_INLINE double gck_told(const gck_traced &a) { return a.value(); }

/* gck_fail of layer.h, with a real among what is told: its value. */
template <class... any>
    requires(gck_is_traced<any> || ...)
static inline enum gck_status gck_fail(struct gck_io *io, enum gck_status status, const char *format, any... told)
{
    return gck_fail(io, status, format, gck_told(told)...);
}

/* ---- vectors: what layer.h offers, without BLAS ---- */

/* One result for the whole sum. Four sums side by side, so that none waits for another. */
static inline gck_traced gck_strided_dot(size_t n, const gck_traced *x, size_t x_step, const gck_traced *y,
                                       size_t y_step)
{
    double sum[4] = { 0, 0, 0, 0 };
    uint64_t result = 0;

    for (size_t i = 0; i < n; i++) {
        const gck_traced &a = x[i * x_step], &b = y[i * y_step];

        sum[i % 4] += a.number * b.number;
        if ((a.place | b.place) == 0)
            continue;
        if (__builtin_expect(gck_tape.next >= gck_tape.full, 0))
            gck_tape_grow();

        struct gck_edge *edge = gck_tape.next;

        result = (uint64_t)gck_tape.places + 1;
        if (a.place == b.place) { /* a square, mostly */
            *edge++ = { a.number + b.number, (uint32_t)a.place, (uint32_t)result };
        } else {
            *edge = { b.number, (uint32_t)a.place, (uint32_t)result };
            edge += a.place != 0;
            *edge = { a.number, (uint32_t)b.place, (uint32_t)result };
            edge += b.place != 0;
        }
        gck_tape.next = edge;
    }
    if (result != 0)
        gck_tape.places = (uint32_t)result;
    return gck_traced((sum[0] + sum[1]) + (sum[2] + sum[3]), result);
}

static inline gck_traced gck_dot_exact(size_t n, const gck_traced *x, const gck_traced *y)
{
    return gck_strided_dot(n, x, 1, y, 1);
}

/* A factor that is 0 and has no derivative: what it would be multiplied by does not matter. */
static inline bool gck_is_nothing(const gck_traced &a) { return a.number == 0 && a.place == 0; }

static inline void gck_axpby_exact(size_t n, const gck_traced &a, const gck_traced *x, const gck_traced &b, gck_traced *y)
{
    const bool fresh = gck_is_nothing(b);

    for (size_t i = 0; i < n; i++)
        y[i] = fresh ? a * x[i] : a * x[i] + b * y[i];
}

static inline void gck_gemm_exact(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k,
                                  const gck_traced &alpha, const gck_traced *a, const gck_traced *b,
                                  const gck_traced &beta, gck_traced *c)
{
    const size_t a_row = transpose_a ? 1 : k, a_step = transpose_a ? m : 1;
    const size_t b_column = transpose_b ? k : 1, b_step = transpose_b ? 1 : n;
    const bool fresh = gck_is_nothing(beta);

    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            const gck_traced sum = alpha * gck_strided_dot(k, a + i * a_row, a_step, b + j * b_column, b_step);

            c[i * n + j] = fresh ? sum : sum + beta * c[i * n + j];
        }
}

#include "gradcheck/exact_math.h"

#endif
