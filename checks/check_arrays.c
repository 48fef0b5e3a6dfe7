/* check_arrays.c -- loops in vectors give what the plain loops give, in every bit and at every length. */
#include "check.h"

#include "core/random.h"
#include "numeric/arrays.h"

#include <float.h>

enum { MOST = 19, TRIALS = 40 };

/* Usual numbers, and among them those at which loops part ways. */
static void fill(double *value, uint64_t trial, uint32_t stream)
{
    static const double odd[] = { 0, -0.0, HUGE_VAL, -HUGE_VAL, (double)NAN, DBL_MAX, DBL_TRUE_MIN, 1 };

    gck_normal_all(trial, stream, MOST, value);
    for (size_t i = 0; i < MOST && trial % 2 == 1; i++)
        if (gck_below(trial, stream + 100, i, 8) == 0)
            value[i] = odd[gck_below(trial, stream + 101, i, 8)];
}

static void assert_same(const double *found, const double *wanted, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(isnan(found[i]) && isnan(wanted[i])))
            assert_memory_equal(&found[i], &wanted[i], sizeof *found);
}

static void what_is_written_is_that_of_the_plain_loop(void **state)
{
    double a[MOST], b[MOST], c[MOST], found[MOST + 1], wanted[MOST];

    (void)state;
    for (uint64_t trial = 0; trial < TRIALS; trial++)
        for (size_t n = 0; n <= MOST; n++) {
            fill(a, trial, 1);
            fill(b, trial, 2);
            fill(c, trial, 3);
            found[n] = 7; /* behind the end */
            gck_array_jitter(found, a, b, 0.25, n);
            for (size_t i = 0; i < n; i++)
                wanted[i] = a[i] + 0.25 * (b[i] * a[i]);
            assert_same(found, wanted, n);
            gck_array_tremble(found, a, b, 0.25, 3, n);
            for (size_t i = 0; i < n; i++)
                wanted[i] = a[i] + 0.25 * (b[i] * (a[i] == 0 ? 3 : fabs(a[i])));
            assert_same(found, wanted, n);
            for (size_t i = 0; i < n; i++) {
                const double spread = 2 * fabs(b[i] - c[i]);

                found[i] = fabs(a[i]);
                wanted[i] = spread > found[i] && spread <= 3 ? spread : found[i];
            }
            gck_array_widen(found, b, c, n, 2, 3);
            assert_same(found, wanted, n);
            for (size_t i = 0; i < n; i++) {
                found[i] = isnan(a[i]) ? 0 : fabs(a[i]);
                wanted[i] = fmax(found[i], 1.5 * fabs(b[i])) + 0.125 * (fabs(b[i]) + 2) + 1e-9;
            }
            gck_array_allow(found, b, n, 1.5, 0.125, 2, 1e-9);
            assert_same(found, wanted, n);
            assert_near(found[n], 7, 0);
        }
}

static void what_is_told_is_what_the_plain_loop_tells(void **state)
{
    double a[MOST], b[MOST], c[MOST];

    (void)state;
    for (uint64_t trial = 0; trial < TRIALS; trial++)
        for (size_t n = 0; n <= MOST; n++) {
            bool multiples = true, close = true, finite = true, nonzero = true;
            double largest = 0;

            fill(a, trial, 1);
            fill(c, trial, 3);
            for (size_t i = 0; i < MOST; i++) {
                b[i] = -2 * a[i];
                c[i] = 0.1 * fabs(c[i]);
                if (trial % 4 > 1 && gck_below(trial, 9, i, 12) == 0) /* one or two are not */
                    b[i] += 0.1 * a[i];
            }
            for (size_t i = 0; i < n; i++) {
                multiples = multiples && b[i] == -2 * a[i];
                close = close && (b[i] == -2 * a[i] || fabs(b[i] + 2 * a[i]) <= 3 * c[i]);
                finite = finite && isfinite(a[i]);
                nonzero = nonzero && a[i] != 0;
                largest = isfinite(a[i]) ? fmax(largest, fabs(a[i])) : largest;
            }
            assert_int_equal(gck_array_multiples(b, -2, a, n), multiples);
            assert_int_equal(gck_array_near(b, -2, a, 3, c, n), close);
            assert_int_equal(gck_array_finite(a, n), finite);
            assert_int_equal(gck_array_nonzero(a, n), nonzero);
            assert_near(gck_array_largest(a, n), largest, 0);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_that_of_the_plain_loop),
        cmocka_unit_test(what_is_told_is_what_the_plain_loop_tells),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
