/* check_statistics.c -- medians against sorting, the root mean square at both ends of the range. */
#include "check.h"

#include "core/random.h"
#include "numeric/statistics.h"

#include <float.h>

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void the_median_is_what_sorting_finds(void **state)
{
    enum { MOST = 60 };

    (void)state;
    for (size_t n = 1; n <= MOST; n++)
        for (uint32_t kinds = 1; kinds <= 32; kinds *= 2) {
            double value[MOST], sorted[MOST];

            for (size_t i = 0; i < n; i++)
                sorted[i] = value[i] = (double)gck_below(n, kinds, i, kinds) - 3;
            qsort(sorted, n, sizeof sorted[0], ascending);
            assert_near(gck_median(value, n), sorted[(n - 1) / 2], 0);
            qsort(value, n, sizeof value[0], ascending);
            assert_memory_equal(value, sorted, n * sizeof value[0]);
        }
}

static void the_median_of_a_large_or_sorted_array_is_quick(void **state)
{
    enum { N = 1000000 };
    double *value = malloc(N * sizeof *value);

    (void)state;
    assert_non_null(value);
    for (int i = 0; i < N; i++)
        value[i] = 2;
    assert_near(gck_median(value, N), 2, 0);
    for (int i = 0; i < N; i++)
        value[i] = N - i;
    assert_near(gck_median(value, N), N / 2, 0);
    for (int i = 0; i < N; i++)
        value[i] = i;
    assert_near(gck_median(value, N), N / 2 - 1, 0);
    free(value);
}

static void the_median_of_nothing_and_of_no_numbers_is_no_number(void **state)
{
    double value[] = { 1, (double)NAN, 3 };
    double ends[] = { HUGE_VAL, -HUGE_VAL, 7 };

    (void)state;
    assert_true(isnan(gck_median(NULL, 0)));
    assert_true(isnan(gck_median(value, 3)));
    assert_near(gck_median(ends, 3), 7, 0);
}

static void the_median_size_leaves_out_what_says_nothing(void **state)
{
    const double value[] = { 0, -3, (double)NAN, 5, -0.0, HUGE_VAL, 1, -HUGE_VAL };
    const double zeros[] = { 0, -0.0 };
    double scratch[8];

    (void)state;
    assert_near(gck_median_size(value, 8, scratch), 3, 0);
    assert_near(value[1], -3, 0);
    assert_near(gck_median_size(zeros, 2, scratch), 0, 0);
    assert_near(gck_median_size(NULL, 0, scratch), 0, 0);
}

/* Of every kind in which a sample may mislead: drawn, all the same, few values, rising, and large ones at regular places. */
static double of_kind(unsigned kind, size_t i, size_t n)
{
    switch (kind) {
    case 0:
        return gck_normal(kind, 3, i);
    case 1:
        return -2.5;
    case 2:
        return (double)gck_below(kind, 3, i, 3);
    case 3:
        return (double)(n - i);
    case 4:
        return i % (n / 4096) == 0 ? 100 + gck_uniform(kind, 3, i) : gck_uniform(kind, 3, i);
    default: /* a good part of them says nothing */
        return i % 3 == 0 ? 0 : i % 7 == 0 ? (double)NAN : i % 11 == 0 ? -HUGE_VAL : gck_normal(kind, 3, i);
    }
}

static void the_middle_of_very_many_sizes_is_what_sorting_finds(void **state)
{
    enum { N = 100003, KINDS = 6 };
    double *const value = malloc(N * sizeof *value), *const part = malloc(N * sizeof *part);
    double *const sorted = malloc(N * sizeof *sorted), *const scratch = malloc(N * sizeof *scratch);

    (void)state;
    assert_true(value != NULL && part != NULL && sorted != NULL && scratch != NULL);
    for (unsigned kind = 0; kind < KINDS; kind++)
        for (unsigned shares = 0; shares < 2; shares++) {
            size_t kept = 0;

            for (size_t i = 0; i < N; i++) {
                value[i] = of_kind(kind, i, N);
                part[i] = gck_uniform(7, 1, i);
                if (isfinite(value[i]) && value[i] != 0)
                    sorted[kept++] = shares == 0 ? fabs(value[i]) : part[i] / fabs(value[i]);
            }
            qsort(sorted, kept, sizeof *sorted, ascending);
            assert_near(shares == 0 ? gck_median_size(value, N, scratch) : gck_median_share(part, value, N, scratch),
                        sorted[(kept - 1) / 2], 0);
        }
    free(value);
    free(part);
    free(sorted);
    free(scratch);
}

static void the_root_mean_square_neither_overflows_nor_vanishes(void **state)
{
    const double plain[] = { 3, -4, 0, 0 }, huge[] = { 1e300, -1e300 }, tiny[] = { 1e-300, 1e-300 };
    const double least[] = { 0, DBL_TRUE_MIN };

    (void)state;
    assert_near(gck_rms(plain, 4), 2.5, 1e-15);
    assert_near(gck_rms(huge, 2) / 1e300, 1, 1e-15);
    assert_near(gck_rms(tiny, 2) / 1e-300, 1, 1e-15);
    assert_true(gck_rms(least, 2) > 0);
    assert_near(gck_rms(plain + 2, 2), 0, 0);
    assert_near(gck_rms(NULL, 0), 0, 0);
}

static void the_root_mean_square_of_no_numbers_is_no_number(void **state)
{
    const double value[] = { 1, (double)NAN, 2 }, only[] = { (double)NAN };

    (void)state;
    assert_true(isnan(gck_rms(value, 3)));
    assert_true(isnan(gck_rms(only, 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_median_is_what_sorting_finds),
        cmocka_unit_test(the_median_of_a_large_or_sorted_array_is_quick),
        cmocka_unit_test(the_median_of_nothing_and_of_no_numbers_is_no_number),
        cmocka_unit_test(the_median_size_leaves_out_what_says_nothing),
        cmocka_unit_test(the_middle_of_very_many_sizes_is_what_sorting_finds),
        cmocka_unit_test(the_root_mean_square_neither_overflows_nor_vanishes),
        cmocka_unit_test(the_root_mean_square_of_no_numbers_is_no_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
