/* check_layers_tops.c -- the built-in layers that are no loss, where the answer is known: every element of
 * their top diff matters. */
#include "drive.h"

/* Runs backward with a top diff of its own for each element. */
static void assert_backward(struct drive *d, const double *top_diff, size_t count)
{
    assert_int_equal(d->top[0].count, count);
    gck_poke_all(d->top[0].diff, d->top[0].real_size, count, top_diff);
    assert_int_equal(d->io.layer->backward(&d->io), GCK_OK);
}

static void relu_lets_the_positive_through_and_a_share_of_the_rest(void **state)
{
    (void)state;
    for each_type(type) {
        struct drive d;

        drive_open(&d, "relu", type);
        drive_fill(&d, &d.bottom[0], SHAPE(1, 3), VALUES(-2, 0, 3));
        assert_int_equal(drive_forward(&d), GCK_OK);
        assert_data(&d.top[0], 0, VALUES(0, 0, 3));
        assert_backward(&d, VALUES(5, 6, 7));
        assert_diff(&d.bottom[0], 0, VALUES(0, 0, 7));

        drive_param(&d, "negative_slope", 0.25);
        assert_int_equal(drive_forward(&d), GCK_OK);
        assert_data(&d.top[0], 0, VALUES(-0.5, 0, 3));
        assert_backward(&d, VALUES(5, 6, 7));
        assert_diff(&d.bottom[0], 0, VALUES(1.25, 1.5, 7));
        drive_close(&d);
    }
}

static void sigmoid_and_tanh_have_their_values_and_slopes_also_far_out(void **state)
{
    static const double x[] = { -700, -30, -1, 0, 2, 30, 700 };

    (void)state;
    for each_type(type) {
        struct drive sigmoid, tangent;

        drive_open(&sigmoid, "sigmoid", type);
        drive_open(&tangent, "tanh", type);
        drive_fill(&sigmoid, &sigmoid.bottom[0], SHAPE(7), x, 7);
        drive_fill(&tangent, &tangent.bottom[0], SHAPE(7), x, 7);
        assert_runs(&sigmoid, 2);
        assert_runs(&tangent, 2);
        for (size_t i = 0; i < 7; i++) {
            const double e = exp(-fabs(x[i])), s = e / (1 + e) / (1 + e), cosh2 = cosh(x[i]) * cosh(x[i]);
            const double tiny = type == GCK_TYPE_FLOAT ? 1e-38 : 1e-300; /* below it digits go */

            assert_near(drive_data(&sigmoid.top[0], i), 1 / (1 + exp(-x[i])), eps(type));
            assert_near(drive_diff(&sigmoid.bottom[0], i), 2 * s, eps(type) * s + tiny);
            assert_near(drive_data(&tangent.top[0], i), tanh(x[i]), eps(type));
            assert_near(drive_diff(&tangent.bottom[0], i), 2 / cosh2, 2 * eps(type) / cosh2 + tiny);
        }
        drive_close(&sigmoid);
        drive_close(&tangent);
    }
}

static void softmax_has_its_values_and_its_whole_jacobian(void **state)
{
    const double p = 1 / (1 + exp(-800.0 / 1000)), q = 1 - p;

    (void)state;
    for each_type(type) {
        struct drive d;

        drive_open(&d, "softmax", type);
        drive_fill(&d, &d.bottom[0], SHAPE(2, 2), VALUES(0.8, 0, 1000, 0));
        assert_int_equal(drive_forward(&d), GCK_OK);
        assert_data(&d.top[0], eps(type), VALUES(p, q, 1, 0));
        assert_backward(&d, VALUES(3, 1, 3, 1));
        assert_diff(&d.bottom[0], 2 * eps(type), VALUES(2 * p * q, -2 * p * q, 0, 0));
        drive_close(&d);
    }
}

static void normalize_takes_the_part_along_the_sample_out_of_the_gradient(void **state)
{
    (void)state;
    for each_type(type) {
        const double large = type == GCK_TYPE_FLOAT ? 1e30 : 1e200;
        struct drive d;

        drive_open(&d, "normalize", type);
        drive_fill(&d, &d.bottom[0], SHAPE(2, 2), VALUES(3, 4, 3 * large, -4 * large));
        assert_int_equal(drive_forward(&d), GCK_OK);
        assert_data(&d.top[0], eps(type), VALUES(0.6, 0.8, 0.6, -0.8));
        /* y . dE/dy = 0.6 + 1.6 = 2.2: (1 - 0.6 2.2, 2 - 0.8 2.2) / 5 */
        assert_backward(&d, VALUES(1, 2, 0, 0));
        assert_diff(&d.bottom[0], eps(type), VALUES(-0.064, 0.048, 0, 0));
        /* along the sample itself nothing moves */
        assert_backward(&d, VALUES(3, 4, 0, 0));
        assert_diff(&d.bottom[0], eps(type), VALUES(0, 0, 0, 0));
        drive_close(&d);
    }
}

static void inner_product_sets_the_bottom_diff_and_adds_the_weight_diffs(void **state)
{
    (void)state;
    for each_type(type) {
        struct drive d;

        drive_open(&d, "inner_product", type);
        drive_fill(&d, &d.bottom[0], SHAPE(2, 3), VALUES(1, 2, 3, 4, 5, 6));
        drive_fill(&d, &d.weight[0], SHAPE(2, 3), VALUES(1, 0, -1, 2, 1, 0));
        drive_fill(&d, &d.weight[1], SHAPE(2), VALUES(10, 20));
        assert_int_equal(drive_forward(&d), GCK_OK);
        assert_data(&d.top[0], 0, VALUES(8, 24, 8, 33));
        gck_poke_all(d.weight[0].diff, d.weight[0].real_size, 6,
                     (const double[]){ 100, 200, 300, 400, 500, 600 });
        gck_poke_all(d.weight[1].diff, d.weight[1].real_size, 2, (const double[]){ 1000, 2000 });
        assert_backward(&d, VALUES(1, 2, 3, 4));
        assert_diff(&d.bottom[0], 0, VALUES(5, 2, -1, 11, 4, -3));
        assert_diff(&d.weight[0], 0, VALUES(113, 217, 321, 418, 524, 630));
        assert_diff(&d.weight[1], 0, VALUES(1004, 2006));
        /* once more: the bottom's as before, the weights' grown again */
        assert_backward(&d, VALUES(1, 2, 3, 4));
        assert_diff(&d.bottom[0], 0, VALUES(5, 2, -1, 11, 4, -3));
        assert_diff(&d.weight[0], 0, VALUES(126, 234, 342, 436, 548, 660));
        assert_diff(&d.weight[1], 0, VALUES(1008, 2012));

        drive_param(&d, "bias_term", 0);
        assert_int_equal(drive_forward(&d), GCK_OK);
        assert_data(&d.top[0], 0, VALUES(-2, 4, -2, 13));
        assert_backward(&d, VALUES(1, 2, 3, 4));
        assert_diff(&d.weight[1], 0, VALUES(1008, 2012));
        drive_close(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relu_lets_the_positive_through_and_a_share_of_the_rest),
        cmocka_unit_test(sigmoid_and_tanh_have_their_values_and_slopes_also_far_out),
        cmocka_unit_test(softmax_has_its_values_and_its_whole_jacobian),
        cmocka_unit_test(normalize_takes_the_part_along_the_sample_out_of_the_gradient),
        cmocka_unit_test(inner_product_sets_the_bottom_diff_and_adds_the_weight_diffs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
