/* check_factor.c -- at the shapes and weight that nobody chose, a wrong factor can be named. */
#include "check.h"

#include "gradcheck/gradcheck.h"
#include "layer/setup.h"

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* All 2^(i/2) N^(j/2) C^k S^l w^m with |i|+|j|+2(|k|+|l|+|m|) <= 6, by their logarithms. */
static double smallest_gap(double n, double c, double s, double w, size_t *hypotheses)
{
    static double value[4000];
    double gap = HUGE_VAL;
    size_t used = 0;

    for (int i = -4; i <= 4; i++)
        for (int j = -4; j <= 4; j++)
            for (int k = -2; k <= 2; k++)
                for (int l = -2; l <= 2; l++)
                    for (int m = -2; m <= 2; m++)
                        if (abs(i) + abs(j) + 2 * (abs(k) + abs(l) + abs(m)) <= 6)
                            value[used++] = 0.5 * i * log(2) + 0.5 * j * log(n) + k * log(c) + l * log(s)
                                            + m * log(w);
    qsort(value, used, sizeof *value, by_value);
    for (size_t i = 1; i < used; i++)
        gap = fmin(gap, value[i] - value[i - 1]);
    *hypotheses = used;
    return gap;
}

static void hypotheses_are_distinct_at_the_usual_shapes_and_weight(void **state)
{
    const struct gck_options options = gck_options_default();
    const double w = options.weight[options.weights - 1];
    struct gck_setup setup;
    char message[GCK_MESSAGE_SIZE];
    size_t hypotheses;

    (void)state;
    assert_int_equal(gck_setup_open(&setup, gck_layer_find("softmax_loss", GCK_TYPE_DOUBLE), &options, message),
                     GCK_OK);
    assert_near(w, 1.375, 0);
    assert_true(smallest_gap((double)setup.dim[0], (double)setup.dim[1], (double)setup.dim[2], w, &hypotheses)
                > 2.5e-3);
    assert_int_equal(hypotheses, 581);
    gck_setup_close(&setup);
}

static void other_shapes_would_not_do(void **state)
{
    size_t hypotheses;

    (void)state;
    assert_true(smallest_gap(8, 8, 3, 1.375, &hypotheses) < 1e-12);
    assert_true(smallest_gap(6, 5, 4, 1.375, &hypotheses) < 1e-12);
    assert_true(smallest_gap(5, 7, 3, 1, &hypotheses) < 1e-12);
    assert_true(smallest_gap(5, 7, 3, 21.0 / 16, &hypotheses) < 2e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hypotheses_are_distinct_at_the_usual_shapes_and_weight),
        cmocka_unit_test(other_shapes_would_not_do),
    };

    return cmocka_run_group_tests_name("factor", tests, NULL, NULL);
}
