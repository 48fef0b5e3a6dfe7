/* check_noise.c -- the measured noise against noise that is known. */
#include "check.h"

#include "core/random.h"
#include "numeric/noise.h"

#include <float.h>

static unsigned calls;

struct tremor {
    double sigma;   /* normal errors of this size */
    uint64_t seed;
    uint64_t drawn;
    double refuse;  /* from this t on there is no value; 0: everywhere is */
    double tread;   /* values are rounded to multiples of it; 0: they aren't */
};

static double smooth(double t)
{
    return exp(0.7 * t) + t * t;
}

static double trembling(void *context, unsigned direction, double t)
{
    struct tremor *tremor = context;
    double value = smooth((direction + 1) * t);

    calls++;
    if (tremor->refuse > 0 && t >= tremor->refuse)
        return (double)NAN;
    if (tremor->tread > 0)
        value = floor(value / tremor->tread) * tremor->tread;
    return value + tremor->sigma * gck_normal(tremor->seed, direction, tremor->drawn++);
}

static double measure(struct tremor tremor, unsigned directions)
{
    const struct gck_line line = { trembling, &tremor, DBL_EPSILON };
    const double value = tremor.refuse > 0 ? smooth(0) : trembling(&tremor, 0, 0);

    calls = 0;
    return gck_noise_measure(&line, value, directions);
}

static const double floor_of_1 = 4 * 0.3 * DBL_EPSILON;

static void known_noise_is_found_within_a_factor(void **state)
{
    (void)state;
    for (double sigma = 1e-12; sigma < 1e-3; sigma *= 10) {
        double mean = 0;

        for (uint64_t seed = 0; seed < 200; seed++) {
            const double nu = measure((struct tremor){ .sigma = sigma, .seed = seed }, 3);

            assert_true(nu > 4 * sigma * 0.25 && nu < 4 * sigma * 4);
            mean += nu / 200;
        }
        assert_true(mean > 4 * sigma * 0.9 && mean < 4 * sigma * 2);
    }
}

static void a_smooth_function_has_the_noise_of_its_last_digit(void **state)
{
    const double nu = measure((struct tremor){ .sigma = 0 }, 3);

    (void)state;
    assert_true(nu >= floor_of_1);
    assert_true(nu <= 4 * 2 * DBL_EPSILON);
    assert_int_equal(calls, 24);
}

static void a_staircase_is_as_rough_as_its_treads(void **state)
{
    const double tread = 0x1p-36, nu = measure((struct tremor){ .tread = tread }, 3);

    (void)state;
    assert_true(nu > 0.25 * tread);
    assert_true(nu < 16 * tread);
    assert_true(calls > 24 && calls <= 8 * 6 * 3);
}

static void where_nothing_moves_the_floor_is_left(void **state)
{
    const double nu = measure((struct tremor){ .tread = 0.7 }, 1);

    (void)state;
    assert_near(nu, 0.7 * floor_of_1, 1e-30);
    assert_int_equal(calls, 48);
}

static void a_direction_that_is_refused_does_not_count(void **state)
{
    const double nu = measure((struct tremor){ .sigma = 1e-6, .refuse = 1e-15 }, 3);

    (void)state;
    assert_near(nu, floor_of_1, 0);
}

static void a_table_tells_noise_from_a_polynomial(void **state)
{
    double nine[9], eight[8];
    unsigned moves;

    (void)state;
    for (int i = 0; i < 9; i++)
        nine[i] = i * i * i - 4 * i * i + 7;
    for (int i = 0; i < 8; i++)
        eight[i] = nine[i];
    assert_near(gck_noise_of_9(nine, &moves), 0, 0);
    assert_int_equal(moves, 8);
    assert_near(gck_noise_of_8(eight, &moves), 0, 0);
    assert_int_equal(moves, 7);
}

static void a_table_of_one_error_is_known_in_closed_form(void **state)
{
    double nine[9] = { 0, 0, 0, 0, 1 }, eight[8] = { 0, 0, 0, 1 }, first[9] = { 1 };
    unsigned moves;

    (void)state;
    /* its sixth differences are 15, -20 and 15, and (6!)^2 / 12! is 1 / 924; level 5 has less */
    assert_near(gck_noise_of_9(nine, &moves), sqrt((15 * 15 + 20 * 20 + 15 * 15) / 3.0 / 924), 1e-15);
    assert_int_equal(moves, 2);
    /* fifth: 10, -10 and 5, and (5!)^2 / 10! is 1 / 252; level 4 has less */
    assert_near(gck_noise_of_8(eight, &moves), sqrt((10 * 10 + 10 * 10 + 5 * 5) / 3.0 / 252), 1e-15);
    assert_int_equal(moves, 2);
    /* at the end of the table it is level 5 that has more: a single 1 among four */
    assert_near(gck_noise_of_9(first, &moves), sqrt(1 / 4.0 / 252), 1e-15);
    assert_int_equal(moves, 1);
}

static void a_table_with_holes_has_no_noise(void **state)
{
    double nine[9] = { 1, 2, (double)NAN }, eight[8] = { HUGE_VAL };
    double large[9] = { 1e200, -1e200, 1e200, -1e200, 1e200, -1e200, 1e200, -1e200, 1e200 };
    unsigned moves;

    (void)state;
    assert_true(isnan(gck_noise_of_9(nine, &moves)));
    assert_true(isnan(gck_noise_of_8(eight, &moves)));
    assert_true(isfinite(gck_noise_of_9(large, &moves)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_noise_is_found_within_a_factor),
        cmocka_unit_test(a_smooth_function_has_the_noise_of_its_last_digit),
        cmocka_unit_test(a_staircase_is_as_rough_as_its_treads),
        cmocka_unit_test(where_nothing_moves_the_floor_is_left),
        cmocka_unit_test(a_direction_that_is_refused_does_not_count),
        cmocka_unit_test(a_table_tells_noise_from_a_polynomial),
        cmocka_unit_test(a_table_of_one_error_is_known_in_closed_form),
        cmocka_unit_test(a_table_with_holes_has_no_noise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
