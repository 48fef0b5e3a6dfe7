/* check_truth.c -- the derivative, as the exact twin has it, lies within the bound that differences claim: always. The
 * layers at random shapes, seeds, scales, parameters and distances from kinks. checks/bench/truth asks the same of more. */
#include "check.h"

#include "truth.h"

enum { TRIALS = 12 };

static void hold(unsigned mode)
{
    const struct gck_layer *layer;
    size_t judged = 0;

    if (gck_layer_at(0, GCK_TYPE_EXACT) == NULL)
        skip(); /* built without a C++ compiler */
    for (size_t l = 0; (layer = gck_layer_at(l, GCK_TYPE_EXACT)) != NULL; l++) {
        static double ratio[MOST_RATIOS];
        struct truth truth = { .ratio = ratio };

        for (uint64_t trial = 0; trial < TRIALS; trial++)
            truth_run(layer->name, mode, trial, false, &truth);
        assert_int_equal(truth.missed, 0);
        judged += truth.judged;
    }
    assert_true(judged > 5000);
}

static void differences_of_the_double_layer_keep_their_bound(void **state)
{
    (void)state;
    hold(0);
}

static void double_differences_at_float_points_keep_their_bound(void **state)
{
    (void)state;
    hold(1);
}

static void differences_of_the_float_layer_keep_their_bound(void **state)
{
    (void)state;
    hold(2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_of_the_double_layer_keep_their_bound),
        cmocka_unit_test(double_differences_at_float_points_keep_their_bound),
        cmocka_unit_test(differences_of_the_float_layer_keep_their_bound),
    };

    return cmocka_run_group_tests_name("truth", tests, NULL, NULL);
}
