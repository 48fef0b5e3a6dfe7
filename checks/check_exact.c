/* check_exact.c -- the third type: numbers that carry their derivatives, and every layer computed with them. */
#include "check.h"
#include "exact_functions.h"

#include "core/blob.h"
#include "core/random.h"
#include "core/tape.h"
#include "core/vector.h"
#include "layer/rig.h"

enum { NUMBERS = 1 + DIRECTIONS };

static const double ulp = 0x1p-52;

static void call(const char *name, const double *x, const double *y, double *result)
{
    for (const struct exact_function *f = exact_functions; f->name != NULL; f++)
        if (strcmp(f->name, name) == 0) {
            f->call(x, y, result);
            return;
        }
    fail_msg("there is no function %s", name);
}

static void need_twins(void)
{
    if (exact_functions == NULL || gck_layer_at(0, GCK_TYPE_EXACT) == NULL)
        skip();
}

/* ---- functions of one argument: f(value, slope of x and of the value y), and where they are tried ---- */

static long double digamma(long double x)
{
    long double before = 0, z;

    if (x < 0)
        return digamma(1 - x) - acosl(-1) / tanl(acosl(-1) * (x - roundl(x)));
    for (; x < 40; x++)
        before -= 1 / x;
    z = 1 / (x * x);
    return before + logl(x) - 1 / (2 * x)
           - z * (1.0L / 12 - z * (1.0L / 120 - z * (1.0L / 252 - z * (1.0L / 240 - z * (1.0L / 132)))));
}

#define EACH_FUNCTION(F)                                                                           \
    F(exp, -700, 700, y)                                                                           \
    F(exp2, -1000, 1000, y * logl(2))                                                              \
    F(expm1, -50, 700, expl(x))                                                                    \
    F(log, 1e-300, 1e300, 1 / x)                                                                   \
    F(log1p, -0.999999, 1e10, 1 / (1 + x))                                                         \
    F(log2, 1e-300, 1e300, 1 / (x * logl(2)))                                                      \
    F(log10, 1e-300, 1e300, 1 / (x * logl(10)))                                                    \
    F(sqrt, 1e-300, 1e300, 1 / (2 * y))                                                            \
    F(cbrt, -1e200, 1e200, 1 / (3 * y * y))                                                        \
    F(sin, -100, 100, cosl(x))                                                                     \
    F(cos, -100, 100, -sinl(x))                                                                    \
    F(tan, -1.5, 1.5, 1 + y * y)                                                                   \
    F(asin, -1, 1, 1 / sqrtl((1 - x) * (1 + x)))                                                   \
    F(acos, -1, 1, -1 / sqrtl((1 - x) * (1 + x)))                                                  \
    F(atan, -1e5, 1e5, 1 / (1 + x * x))                                                            \
    F(sinh, -700, 700, coshl(x))                                                                   \
    F(cosh, -700, 700, sinhl(x))                                                                   \
    F(tanh, -300, 300, 1 / (coshl(x) * coshl(x)))                                                  \
    F(asinh, -1e200, 1e200, 1 / hypotl(1, x))                                                      \
    F(acosh, 1, 1e200, 1 / sqrtl((x - 1) * (x + 1)))                                               \
    F(atanh, -1, 1, 1 / ((1 - x) * (1 + x)))                                                       \
    F(erf, -26, 26, 2 / sqrtl(acosl(-1)) * expl(-x * x))                                           \
    F(erfc, -26, 26, -2 / sqrtl(acosl(-1)) * expl(-x * x))                                         \
    F(lgamma, 1e-5, 1e10, digamma(x))                                                              \
    F(tgamma, 0.01, 160, y * digamma(x))                                                           \
    F(fabs, -10, 10, x < 0 ? -1 : 1)                                                               \
    F(floor, -10, 10, 0)                                                                           \
    F(ceil, -10, 10, 0)                                                                            \
    F(round, -10, 10, 0)                                                                           \
    F(trunc, -10, 10, 0)                                                                           \
    F(rint, -10, 10, 0)                                                                            \
    F(nearbyint, -10, 10, 0)

#define FUNCTION(name, lo, hi, slope)                                                              \
    static long double slope_of_##name(long double x)                                              \
    {                                                                                              \
        const long double y = name##l(x);                                                          \
                                                                                                   \
        (void)y;                                                                                   \
        return slope;                                                                              \
    }
EACH_FUNCTION(FUNCTION)

static const struct {
    const char *name;
    double lo, hi, (*value)(double);
    long double (*slope)(long double);
} one[] = {
#define ROW(name, lo, hi, slope) { #name, lo, hi, name, slope_of_##name },
    EACH_FUNCTION(ROW)
};

/* Between lo and hi, evenly in odd draws; in even ones small and large alike. */
static double between(double lo, double hi, uint32_t i)
{
    const double u = gck_uniform(1, gck_stream("x"), i);
    double x = lo + u * (hi - lo);

    if (i % 2 == 0 && lo > 0)
        x = lo * pow(hi / lo, u);
    else if (i % 2 == 0)
        x *= pow(10, -12 * gck_uniform(2, gck_stream("x"), i));
    return x < lo ? lo : x > hi ? hi : x;
}

static void functions_have_their_value_and_their_slope_to_a_few_ulp(void **state)
{
    (void)state;
    need_twins();
    for (size_t f = 0; f < sizeof one / sizeof one[0]; f++) {
        double worst = 0;

        for (unsigned i = 0; i < 20000; i++) {
            const double x = between(one[f].lo, one[f].hi, i);
            const long double slope = one[f].slope((long double)x);
            const double a[NUMBERS] = { x, 1, -2, 0 }, none[NUMBERS] = { 0 };
            double r[NUMBERS], off;

            call(one[f].name, a, none, r);
            if (r[0] != one[f].value(x))
                fail_msg("%s(%.17g) is %.17g, wanted %.17g", one[f].name, x, r[0], one[f].value(x));
            assert_true(r[3] == 0 && (isinf(r[1]) || fabs(r[2] + 2 * r[1]) <= 2 * ulp * fabs(r[1])));
            off = (double)(fabsl((long double)r[1] - slope) / (fabsl(slope) + 0x1p-1022L));
            if (fabsl(slope) > 0x1p-1000L && fabsl(slope) < 0x1p1023L && off > worst) {
                worst = off;
                if (worst > 5 * ulp)
                    fail_msg("the slope of %s at %.17g is %.17g, wanted %.17Lg: off by %.1f ulp",
                             one[f].name, x, r[1], slope, worst / ulp);
            }
        }
        if (getenv("GCK_SHOW") != NULL)
            print_message("%-10s %.1f ulp\n", one[f].name, worst / ulp);
    }
}

/* ---- functions of two arguments ---- */

/* Lane 1 is along x, lane 2 along y, lane 3 along (2, -3). */
static void assert_slopes(const char *name, double x, double y, long double value, long double by_x,
                          long double by_y)
{
    const double a[NUMBERS] = { x, 1, 0, 2 }, b[NUMBERS] = { y, 0, 1, -3 };
    const long double both = 2 * by_x - 3 * by_y;
    double r[NUMBERS];

    call(name, a, b, r);
    if (fabsl((long double)r[0] - value) > 8 * (long double)ulp * fabsl(value)
        || fabsl((long double)r[1] - by_x) > 16 * (long double)ulp * fabsl(by_x)
        || fabsl((long double)r[2] - by_y) > 16 * (long double)ulp * fabsl(by_y)
        || fabsl((long double)r[3] - both) > 16 * (long double)ulp * (fabsl(2 * by_x) + fabsl(3 * by_y)))
        fail_msg("%s at %.17g, %.17g is %.17g with slopes %.17g, %.17g and %.17g, "
                 "wanted %.17Lg with %.17Lg, %.17Lg and %.17Lg",
                 name, x, y, r[0], r[1], r[2], r[3], value, by_x, by_y, both);
}

static void functions_of_two_have_both_slopes(void **state)
{
    (void)state;
    need_twins();
    for (unsigned i = 0; i < 20000; i++) {
        const double x = between(-30, 30, i), y = between(1e-3, 1e3, i + 1000000);
        const long double u = (long double)x, v = (long double)y, size = fabsl(u);
        const long double q = truncl(u / v), h = hypotl(u, v), p = powl(size, v);

        assert_slopes("x + y", x, y, u + v, 1, 1);
        assert_slopes("x - y", x, y, u - v, 1, -1);
        assert_slopes("x * y", x, y, u * v, v, u);
        assert_slopes("x / y", x, y, u / v, 1 / v, -u / (v * v));
        assert_slopes("x + 3", x, y, u + 3, 1, 0);
        assert_slopes("3 + x", x, y, u + 3, 1, 0);
        assert_slopes("x - 3", x, y, u - 3, 1, 0);
        assert_slopes("3 - x", x, y, 3 - u, -1, 0);
        assert_slopes("x * 3", x, y, u * 3, 3, 0);
        assert_slopes("3 * x", x, y, u * 3, 3, 0);
        assert_slopes("x / 3", x, y, u / 3, 1 / 3.0L, 0);
        assert_slopes("3 / x", x, y, 3 / u, -3 / (u * u), 0);
        assert_slopes("-x", x, y, -u, -1, 0);
        assert_slopes("fmax", x, y, fmaxl(u, v), u >= v, u < v);
        assert_slopes("fmin", x, y, fminl(u, v), u <= v, u > v);
        assert_slopes("fdim", x, y, fdiml(u, v), u > v, -(u > v));
        assert_slopes("copysign", x, -y, -size, u < 0 ? 1 : -1, 0);
        assert_slopes("hypot", x, y, h, u / h, v / h);
        assert_slopes("atan2", x, y, atan2l(u, v), v / h / h, -u / h / h);
        assert_slopes("ldexp", x, y, 8 * u, 8, 0);
        assert_slopes("scalbn", x, y, u / 4, 0.25L, 0);
        assert_slopes("fmod", x, y, fmodl(u, v), 1, -q);
        assert_slopes("fma", x, y, u * v + u, v + 1, u);
        if (p > 1e-290L && p < 1e290L && p / size < 1e300L)
            assert_slopes("pow", (double)size, y, p, v * p / size, logl(size) * p);
        assert_slopes("pow 2.5", (double)size, y, powl(size, 2.5L), 2.5L * powl(size, 1.5L), 0);
        assert_slopes("pow 2", x, y, u * u, 2 * u, 0);
        assert_slopes("2 pow", x, y, exp2l(u), exp2l(u) * logl(2), 0);
        assert_slopes("pow 0", x, y, 1, 0, 0);
    }
}

static void programs_of_several_steps_have_their_slopes(void **state)
{
    (void)state;
    need_twins();
    /* -((3 (x + y) - 1/2) / y) */
    assert_slopes("changed", 2, 0.75, -(3 * 2.75L - 0.5L) / 0.75L, -4, (3 * 2 - 0.5L) / (0.75L * 0.75L));
    /* 2xy + 2x + x/4 + y, and (y + x x y) - (x + x y y) */
    assert_slopes("summed", 2, 3, 12 + 4 + 0.5L + 3 + (3 + 12) - (2 + 18), 6 + 2.25L + 12 - 10, 5 + 5 - 12);
    /* C = (xy + 6, xx + 2; y + 3y, x + y); c0 + 2 c1 + 3 c2 + 4 c3 + 1 + (2 c1 + 1) */
    assert_slopes("multiplied", 2, 3, (6 + 6) + 4 * (4 + 2) + 3 * 12 + 4 * 5 + 2, 3 + 16 + 4, 2 + 12 + 4);
    /* y of the larger counts twice; casts have no slope: 2 3 + 0 + 2 + 3 + 2 */
    assert_slopes("branched", 2, 3, 13, 0, 2);
    assert_slopes("branched", -2, -3, -1 - 2 + 3 - 2, 0.5L, 0);
    assert_slopes("branched", 2, 0, 1, 0, 0);
}

/* ---- the edges ---- */

static void slopes_at_the_edges_are_the_limits(void **state)
{
    const double none[NUMBERS] = { 0 }, zero[NUMBERS] = { 0, 1, 0, -2 }, one_half[NUMBERS] = { 0.5, 1 },
                 top[NUMBERS] = { 1, 1, 0, -2 };
    double r[NUMBERS];

    (void)state;
    need_twins();
    call("sqrt", zero, none, r);
    assert_true(r[0] == 0 && r[1] == HUGE_VAL && r[2] == 0 && r[3] == -HUGE_VAL);
    call("log", zero, none, r);
    assert_true(r[0] == -HUGE_VAL && r[1] == HUGE_VAL && r[2] == 0 && r[3] == -HUGE_VAL);
    call("cbrt", zero, none, r);
    assert_true(r[1] == HUGE_VAL && r[2] == 0);
    call("asin", top, none, r);
    assert_true(r[1] == HUGE_VAL && r[2] == 0);
    call("acos", top, none, r);
    assert_true(r[1] == -HUGE_VAL && r[2] == 0);
    call("atanh", top, none, r);
    assert_true(r[1] == HUGE_VAL && r[2] == 0);
    call("acosh", top, none, r);
    assert_true(r[1] == HUGE_VAL && r[2] == 0);
    call("3 / x", zero, none, r);
    assert_true(r[0] == HUGE_VAL && r[1] == -HUGE_VAL && r[2] == 0);
    call("pow 2", zero, none, r);
    assert_true(r[0] == 0 && r[1] == 0 && r[2] == 0);
    call("pow 2.5", zero, none, r);
    assert_true(r[0] == 0 && r[1] == 0 && r[2] == 0);
    call("pow 0", zero, none, r);
    assert_true(r[0] == 1 && r[1] == 0);
    call("pow", zero, one_half, r); /* 0^y is 0 for every y > 0 */
    assert_true(r[0] == 0 && r[1] == HUGE_VAL && r[2] == 0 && r[3] == -HUGE_VAL);
    call("hypot", none, none, r);
    assert_true(r[0] == 0 && r[1] == 0);
    call("x sqrt x", zero, none, r); /* flat at 0, though sqrt is steep there */
    assert_true(r[0] == 0 && r[1] == 0 && r[2] == 0 && r[3] == 0);
    call("sqrt(x - x)", one_half, none, r); /* x - x is 0 at every x, and so is its root */
    assert_true(r[0] == 0 && r[1] == 0);
    call("x / x", one_half, none, r);
    assert_true(r[0] == 1 && r[1] == 0);
    call("x + x", one_half, none, r);
    assert_true(r[0] == 1 && r[1] == 2);
    call("x * x", one_half, none, r);
    assert_true(r[0] == 0.25 && r[1] == 1);
    call("lgamma", zero, none, r);
    assert_true(r[0] == HUGE_VAL && r[2] == 0);
}

static void a_constant_carries_no_derivative_through_anything(void **state)
{
    const double point[] = { 0, -0.0, 1, -1, 0.5, 2, -3.5, HUGE_VAL, -HUGE_VAL, (double)NAN, 1e308, 5e-324 };
    enum { POINTS = sizeof point / sizeof point[0] };

    (void)state;
    need_twins();
    for (const struct exact_function *f = exact_functions; f->name != NULL; f++)
        for (size_t i = 0; i < POINTS; i++)
            for (size_t k = 0; k < POINTS; k++) {
                const double x[NUMBERS] = { point[i] }, y[NUMBERS] = { point[k] };
                double r[NUMBERS];

                f->call(x, y, r);
                for (int lane = 1; lane < NUMBERS; lane++)
                    if (r[lane] != 0)
                        fail_msg("%s at the constants %g, %g has the slope %g", f->name, point[i], point[k],
                                 r[lane]);
            }
}

static void values_are_those_of_c_to_the_last_bit(void **state)
{
    const double zero[NUMBERS] = { 0.0 }, below[NUMBERS] = { -0.0 }, number[NUMBERS] = { 3 },
                 nan[NUMBERS] = { (double)NAN };
    double r[NUMBERS];

    (void)state;
    need_twins();
    call("x * y", below, number, r);
    assert_true(r[0] == 0 && signbit(r[0]));
    call("x / y", below, number, r);
    assert_true(r[0] == 0 && signbit(r[0]));
    call("3 - x", number, zero, r);
    assert_true(r[0] == 0 && !signbit(r[0]));
    call("fabs", below, zero, r);
    assert_true(r[0] == 0 && !signbit(r[0]));
    call("fmax", nan, number, r);
    assert_true(r[0] == 3);
    call("fmin", number, nan, r);
    assert_true(r[0] == 3);
    call("fdim", nan, number, r);
    assert_true(isnan(r[0]));
    call("sqrt", below, zero, r);
    assert_true(r[0] == 0 && signbit(r[0]));
}

/* ---- blobs ---- */

static void blobs_keep_values_places_and_guards(void **state)
{
    const struct gck_shape shape = { .axes = 1, .dim = { 5 } };
    struct gck_blob blob = { .real_size = GCK_EXACT_SIZE };
    const double value[] = { 1, 2, 3, 4, 5 }, along[] = { 0, 1, 0, 0, -1 };
    double back[5];
    const char *where;

    (void)state;
    assert_int_equal(gck_blob_reshape(&blob, &shape, NULL), GCK_OK);
    gck_blob_guard(&blob, 1);
    gck_poke_places(blob.data, blob.real_size, 5, 7);
    assert_true(gck_blob_guarded(&blob, 1, &where));
    assert_int_equal(gck_peek_place(blob.data, blob.real_size, 0), 7);
    assert_int_equal(gck_peek_place(blob.data, blob.real_size, 4), 11);
    gck_poke_all(blob.data, blob.real_size, 5, value);
    assert_int_equal(gck_peek_place(blob.data, blob.real_size, 4), 0);
    gck_peek_all(blob.data, blob.real_size, 5, back);
    assert_memory_equal(back, value, sizeof value);
    gck_poke_places(blob.data, blob.real_size, 2, 6);
    gck_peek_all(blob.data, blob.real_size, 5, back);
    assert_memory_equal(back, value, sizeof value);
    gck_poke_line(blob.data, blob.real_size, 5, value, 0.5, along);
    assert_true(gck_peek(blob.data, blob.real_size, 1) == 2.5);
    assert_int_equal(gck_peek_place(blob.data, blob.real_size, 1), 0);
    gck_poke_each(blob.diff, blob.real_size, 5, 9);
    assert_true(gck_peek(blob.diff, blob.real_size, 4) == 9);
    assert_true(gck_blob_guarded(&blob, 1, &where));
    gck_poke_places((struct gck_number *)blob.diff + 5, blob.real_size, 1, 1);
    assert_false(gck_blob_guarded(&blob, 1, &where));
    assert_string_equal(where, "after diff");
    gck_blob_guard(&blob, 2);
    ((struct gck_number *)blob.data)[-1].value = 0.5;
    assert_false(gck_blob_guarded(&blob, 2, &where));
    assert_string_equal(where, "before data");
    gck_blob_free(&blob);
}

/* ---- layers ---- */

struct pair {
    struct gck_options options;
    struct gck_setup setup;
    struct gck_rig usual, exact;
};

static void pair_open(struct pair *pair, const char *name, uint64_t seed)
{
    char message[GCK_MESSAGE_SIZE];
    const struct gck_layer *const usual = gck_layer_find(name, GCK_TYPE_DOUBLE),
                                  *const exact = gck_layer_find(name, GCK_TYPE_EXACT);

    assert_non_null(exact);
    assert_int_equal(exact->real_size, GCK_EXACT_SIZE);
    pair->options = gck_options_default();
    pair->options.seed = seed;
    if (gck_setup_open(&pair->setup, usual, &pair->options, message) != GCK_OK
        || gck_rig_open(&pair->usual, usual, &pair->setup, 0, message) != GCK_OK
        || gck_rig_open(&pair->exact, exact, &pair->setup, 0, message) != GCK_OK)
        fail_msg("%s", message);
    assert_int_equal(gck_rig_fill(&pair->usual, 0, false), GCK_OK);
    assert_int_equal(gck_rig_fill(&pair->exact, 0, false), GCK_OK);
    gck_rig_weigh(&pair->usual, 1.375);
    gck_rig_weigh(&pair->exact, 1.375);
}

static void pair_close(struct pair *pair)
{
    gck_rig_close(&pair->exact);
    gck_rig_close(&pair->usual);
    gck_setup_close(&pair->setup);
}

static void assert_derivatives(struct pair *pair, struct gck_blob *exact, const struct gck_blob *usual)
{
    const struct gck_rig *const rig = &pair->exact;
    double size = 0, *adjoint;

    for (size_t i = 0; i < usual->count; i++)
        size = fmax(size, fabs(gck_peek(usual->diff, usual->real_size, i)));
    gck_tape_start(exact->count);
    gck_poke_places(exact->data, exact->real_size, exact->count, 1);
    assert_int_equal(gck_rig_forward(&pair->exact), GCK_OK);
    gck_poke_places(exact->data, exact->real_size, exact->count, 0);
    adjoint = gck_tape_adjoints();
    assert_non_null(adjoint);
    for (unsigned t = 0; t < rig->setup->tops; t++)
        for (size_t i = 0; i < rig->top[t].count; i++)
            adjoint[gck_peek_place(rig->top[t].data, rig->top[t].real_size, i)]
                += gck_peek(rig->top[t].diff, rig->top[t].real_size, i);
    gck_tape_sweep();
    for (size_t i = 0; i < exact->count; i++) {
        const double analytic = gck_peek(usual->diff, usual->real_size, i);

        if (!(fabs(analytic - adjoint[1 + i]) <= 1e-12 * fmax(fabs(analytic), 1e-3 * size)))
            fail_msg("%s: element %zu has the derivative %.17g, and Backward says %.17g",
                     pair->usual.layer->name, i, adjoint[1 + i], analytic);
    }
    gck_tape_free();
}

static void every_layer_says_the_derivative_of_its_forward(void **state)
{
    const struct gck_layer *layer;
    static struct pair pair;

    (void)state;
    need_twins();
    for (size_t l = 0; (layer = gck_layer_at(l, GCK_TYPE_DOUBLE)) != NULL; l++)
        for (uint64_t seed = 1; seed <= 10; seed++) {
            pair_open(&pair, layer->name, seed);
            assert_string_equal(gck_layer_at(l, GCK_TYPE_EXACT)->name, layer->name);
            assert_int_equal(gck_rig_forward(&pair.usual), GCK_OK);
            assert_int_equal(gck_rig_backward(&pair.usual), GCK_OK);
            assert_int_equal(gck_rig_forward(&pair.exact), GCK_OK);
            for (unsigned t = 0; t < pair.setup.tops; t++) {
                const struct gck_blob *const a = &pair.usual.top[t], *const b = &pair.exact.top[t];

                assert_int_equal(a->count, b->count);
                for (size_t i = 0; i < a->count; i++)
                    assert_near(gck_peek(b->data, b->real_size, i), gck_peek(a->data, a->real_size, i),
                                16 * ulp * fmax(1, fabs(gck_peek(a->data, a->real_size, i))));
            }
            for (unsigned i = 0; i < pair.setup.bottoms; i++)
                if (pair.usual.propagate_down[i])
                    assert_derivatives(&pair, &pair.exact.bottom[i], &pair.usual.bottom[i]);
            for (unsigned i = 0; i < pair.setup.weights; i++)
                assert_derivatives(&pair, &pair.exact.weight[i], &pair.usual.weight[i]);
            pair_close(&pair);
        }
}

/* The analytic side, too, runs in the third type: its values are those of double. */
static void backward_runs_in_the_third_type_as_well(void **state)
{
    const struct gck_layer *layer;
    static struct pair pair;

    (void)state;
    need_twins();
    for (size_t l = 0; (layer = gck_layer_at(l, GCK_TYPE_DOUBLE)) != NULL; l++) {
        pair_open(&pair, layer->name, 3);
        assert_int_equal(gck_rig_forward(&pair.usual), GCK_OK);
        assert_int_equal(gck_rig_backward(&pair.usual), GCK_OK);
        assert_int_equal(gck_rig_forward(&pair.exact), GCK_OK);
        assert_int_equal(gck_rig_backward(&pair.exact), GCK_OK);
        for (unsigned i = 0; i < pair.setup.bottoms; i++)
            for (size_t k = 0; pair.usual.propagate_down[i] && k < pair.usual.bottom[i].count; k++) {
                const double a = gck_peek(pair.usual.bottom[i].diff, sizeof(double), k);

                assert_near(gck_peek(pair.exact.bottom[i].diff, GCK_EXACT_SIZE, k), a,
                            64 * ulp * fmax(fabs(a), 1e-3));
            }
        pair_close(&pair);
    }
}

static void refusals_are_those_of_double(void **state)
{
    static struct pair pair;

    (void)state;
    need_twins();
    pair_open(&pair, "softmax_loss", 1);
    gck_poke(pair.exact.bottom[1].data, GCK_EXACT_SIZE, 0, 1.5);
    assert_int_equal(gck_rig_forward(&pair.exact), GCK_EDATA);
    assert_says(pair.exact.message, "label 1.5 at position 0 is not a whole number");
    pair_close(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_have_their_value_and_their_slope_to_a_few_ulp),
        cmocka_unit_test(functions_of_two_have_both_slopes),
        cmocka_unit_test(programs_of_several_steps_have_their_slopes),
        cmocka_unit_test(slopes_at_the_edges_are_the_limits),
        cmocka_unit_test(a_constant_carries_no_derivative_through_anything),
        cmocka_unit_test(values_are_those_of_c_to_the_last_bit),
        cmocka_unit_test(blobs_keep_values_places_and_guards),
        cmocka_unit_test(every_layer_says_the_derivative_of_its_forward),
        cmocka_unit_test(backward_runs_in_the_third_type_as_well),
        cmocka_unit_test(refusals_are_those_of_double),
    };

    gck_vector_single_thread();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
