/* check_layers_values.c -- the built-in losses at points where the answer is known. */
#include "drive.h"

/* ---- the losses over classes ---- */

static void a_score_gap_of_800_costs_800(void **state)
{
    (void)state;
    for each_type(type) {
        struct drive d;

        drive_open(&d, "softmax_loss", type);
        drive_fill(&d, &d.bottom[0], SHAPE(1, 2), VALUES(0, 800));
        drive_fill(&d, &d.bottom[1], SHAPE(1), VALUES(0));
        assert_runs(&d, 1);
        assert_data(&d.top[0], 0, VALUES(800));
        assert_diff(&d.bottom[0], 0, VALUES(-1, 1));

        /* the same in the units of a price list: infogain with the unit matrix is softmax_loss */
        drive_close(&d);
        drive_open(&d, "infogain", type);
        drive_fill(&d, &d.bottom[0], SHAPE(1, 2), VALUES(0, 800));
        drive_fill(&d, &d.bottom[1], SHAPE(1), VALUES(0));
        drive_fill(&d, &d.bottom[2], SHAPE(2, 2), VALUES(1, 0, 0, 1));
        assert_runs(&d, 1);
        assert_data(&d.top[0], 0, VALUES(800));
        assert_diff(&d.bottom[0], 0, VALUES(-1, 1));

        drive_close(&d);
        drive_open(&d, "sigmoid_cross_entropy", type);
        drive_fill(&d, &d.bottom[0], SHAPE(1, 2), VALUES(800, -800));
        drive_fill(&d, &d.bottom[1], SHAPE(1, 2), VALUES(0, 1));
        assert_runs(&d, 1);
        assert_data(&d.top[0], 0, VALUES(1600));
        assert_diff(&d.bottom[0], 0, VALUES(1, -1));
        drive_close(&d);
    }
}

static void a_floor_caps_the_loss_and_backward_knows_nothing_of_it(void **state)
{
    const double floor = 1.1754943508222875e-38;

    (void)state;
    for each_type(type) {
        struct drive d;

        drive_open(&d, "softmax_loss", type);
        drive_param(&d, "floor", floor);
        drive_fill(&d, &d.bottom[0], SHAPE(1, 2), VALUES(0, 200));
        drive_fill(&d, &d.bottom[1], SHAPE(1), VALUES(0));
        assert_runs(&d, 1);
        assert_data(&d.top[0], eps(type), VALUES(-log(floor)));
        assert_diff(&d.bottom[0], eps(type), VALUES(-1, 1));
        drive_close(&d);

        drive_open(&d, "infogain", type);
        drive_param(&d, "floor", 1e-20);
        drive_fill(&d, &d.bottom[0], SHAPE(1, 2), VALUES(0, 200));
        drive_fill(&d, &d.bottom[1], SHAPE(1), VALUES(0));
        drive_fill(&d, &d.bottom[2], SHAPE(2, 2), VALUES(2, 0, 0, 1));
        assert_runs(&d, 1);
        assert_data(&d.top[0], eps(type), VALUES(-2 * log(1e-20)));
        assert_diff(&d.bottom[0], eps(type), VALUES(-2, 2));
        drive_close(&d);

        /* the double layer, too, has the floor that is a float in Caffe */
        drive_open(&d, "multinomial_logistic", type);
        drive_fill(&d, &d.bottom[0], SHAPE(1, 2), VALUES(0, 1));
        drive_fill(&d, &d.bottom[1], SHAPE(1), VALUES(0));
        assert_runs(&d, 1);
        assert_data(&d.top[0], eps(type), VALUES(-log((double)1e-20f)));
        assert_diff(&d.bottom[0], eps(type), VALUES(-1 / (double)1e-20f, 0));
        drive_close(&d);
    }
}

static void a_confident_right_answer_keeps_the_digits_of_its_gradient(void **state)
{
    const double small = exp(-30) / (1 + exp(-30)); /* p - 1 would be 0 in float, 3 digits in double */

    (void)state;
    for each_type(type) {
        struct drive d;

        drive_open(&d, "softmax_loss", type);
        drive_fill(&d, &d.bottom[0], SHAPE(1, 2), VALUES(30, 0));
        drive_fill(&d, &d.bottom[1], SHAPE(1), VALUES(0));
        assert_runs(&d, 1);
        assert_near(drive_diff(&d.bottom[0], 0), -small, eps(type) * small);
        assert_near(drive_diff(&d.bottom[0], 1), small, eps(type) * small);
        drive_close(&d);

        drive_open(&d, "sigmoid_cross_entropy", type);
        drive_fill(&d, &d.bottom[0], SHAPE(1, 2), VALUES(30, -30));
        drive_fill(&d, &d.bottom[1], SHAPE(1, 2), VALUES(1, 0));
        assert_runs(&d, 1);
        assert_near(drive_diff(&d.bottom[0], 0), -small, eps(type) * small);
        assert_near(drive_diff(&d.bottom[0], 1), small, eps(type) * small);
        drive_close(&d);
    }
}

/* Scores of 0 in two classes: each label costs log 2 and its diffs are -1/2 and 1/2, times weight / Z. */
static void normalization_divides_by_what_it_says(void **state)
{
    static const struct { const char *word; double z, z_ignoring; } modes[] = {
        { "FULL", 6, 6 }, { "VALID", 6, 4 }, { "BATCH_SIZE", 2, 2 }, { "NONE", 1, 1 },
    };

    (void)state;
    for each_type(type)
        for (unsigned mode = 0; mode < 4; mode++)
            for (int ignoring = 0; ignoring < 2; ignoring++) {
                const double z = ignoring ? modes[mode].z_ignoring : modes[mode].z;
                const double each = 3.0 / z, loss = (ignoring ? 4 : 6) * log(2) / z;
                struct drive d;

                drive_open(&d, "softmax_loss", type);
                drive_choice(&d, "normalization", modes[mode].word);
                if (ignoring)
                    drive_param(&d, "ignore_label", 1);
                drive_fill(&d, &d.bottom[0], SHAPE(2, 2, 3), VALUES(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
                drive_fill(&d, &d.bottom[1], SHAPE(2, 3), VALUES(0, 1, 0, 0, 0, 1));
                assert_runs(&d, 3);
                assert_data(&d.top[0], eps(type), &loss, 1);
                for (size_t i = 0; i < 12; i++) {
                    const size_t place = i / 6 * 3 + i % 3, c = i % 6 / 3;
                    const size_t label = place == 1 || place == 5;
                    const double want = ignoring && label == 1 ? 0 : c == label ? -each / 2 : each / 2;

                    assert_near(drive_diff(&d.bottom[0], i), want, eps(type));
                }
                drive_close(&d);

                /* the same labels as targets: the divisors count elements now */
                drive_open(&d, "sigmoid_cross_entropy", type);
                drive_choice(&d, "normalization", modes[mode].word);
                if (ignoring)
                    drive_param(&d, "ignore_label", 1);
                drive_fill(&d, &d.bottom[0], SHAPE(2, 3), VALUES(0, 0, 0, 0, 0, 0));
                drive_fill(&d, &d.bottom[1], SHAPE(2, 3), VALUES(0, 1, 0, 0, 0, 1));
                assert_runs(&d, 3);
                assert_data(&d.top[0], eps(type), &loss, 1);
                for (size_t i = 0; i < 6; i++) {
                    const bool label = i == 1 || i == 5;

                    assert_near(drive_diff(&d.bottom[0], i), !label ? each / 2 : ignoring ? 0 : -each / 2,
                                eps(type));
                }
                drive_close(&d);
            }
}

static void the_default_normalization_is_caffes(void **state)
{
    (void)state;
    for each_type(type) {
        struct drive d;

        drive_open(&d, "softmax_loss", type); /* VALID */
        drive_param(&d, "ignore_label", 255);
        drive_fill(&d, &d.bottom[0], SHAPE(1, 2, 3), VALUES(0, 0, 0, 0, 0, 0));
        drive_fill(&d, &d.bottom[1], SHAPE(1, 3), VALUES(0, 255, 0));
        assert_runs(&d, 1);
        assert_data(&d.top[0], eps(type), VALUES(log(2)));
        drive_close(&d);

        drive_open(&d, "sigmoid_cross_entropy", type); /* BATCH_SIZE */
        drive_fill(&d, &d.bottom[0], SHAPE(1, 3), VALUES(0, 0, 0));
        drive_fill(&d, &d.bottom[1], SHAPE(1, 3), VALUES(0, 1, 0.5));
        assert_runs(&d, 1);
        assert_data(&d.top[0], eps(type), VALUES(3 * log(2)));
        drive_close(&d);
    }
}

static void a_batch_of_nothing_but_ignored_labels_is_0_and_has_gradient_0(void **state)
{
    (void)state;
    for each_type(type) {
        struct drive d;

        drive_open(&d, "softmax_loss", type);
        drive_param(&d, "ignore_label", -1);
        drive_fill(&d, &d.bottom[0], SHAPE(2, 2), VALUES(3, 1, 4, 1));
        drive_fill(&d, &d.bottom[1], SHAPE(2), VALUES(-1, -1));
        assert_runs(&d, 1);
        assert_data(&d.top[0], 0, VALUES(0));
        assert_diff(&d.bottom[0], 0, VALUES(0, 0, 0, 0));
        drive_close(&d);

        drive_open(&d, "infogain", type);
        drive_param(&d, "ignore_label", 9);
        drive_fill(&d, &d.bottom[0], SHAPE(2, 2), VALUES(3, 1, 4, 1));
        drive_fill(&d, &d.bottom[1], SHAPE(2), VALUES(9, 9));
        drive_fill(&d, &d.bottom[2], SHAPE(2, 2), VALUES(1, 2, 3, 4));
        assert_runs(&d, 1);
        assert_data(&d.top[0], 0, VALUES(0));
        assert_diff(&d.bottom[0], 0, VALUES(0, 0, 0, 0));
        drive_close(&d);
    }
}

static void classes_run_along_any_axis(void **state)
{
    const double p = 1 / (1 + exp(-1)); /* of the larger of two scores with a gap of 1 */
    static const int axes[] = { 2, -1, 1, -2 };

    (void)state;
    for each_type(type)
        for (unsigned i = 0; i < 4; i++) {
            struct drive d;

            /* along the last axis the pairs are (0, 1) and (2, 3); along the one before (0, 2) and (1, 3) */
            drive_open(&d, "softmax", type);
            drive_param(&d, "axis", axes[i]);
            drive_fill(&d, &d.bottom[0], SHAPE(1, 2, 2), VALUES(0, 1, 2, 3));
            assert_runs(&d, 0);
            if (i < 2)
                assert_data(&d.top[0], eps(type), VALUES(1 - p, p, 1 - p, p));
            else
                assert_near(drive_data(&d.top[0], 2), 1 / (1 + exp(-2)), eps(type));
            drive_close(&d);
        }
}

/* ---- hinge, contrastive ---- */

static void hinge_is_flat_at_the_exact_kink(void **state)
{
    (void)state;
    for each_type(type) {
        struct drive d;

        /* class by class: right and wrong at the kink, right and wrong just inside */
        drive_open(&d, "hinge", type);
        drive_fill(&d, &d.bottom[0], SHAPE(2, 2), VALUES(1, -1, 0.5, -0.5));
        drive_fill(&d, &d.bottom[1], SHAPE(2), VALUES(0, 0));
        assert_runs(&d, 3);
        assert_data(&d.top[0], 0, VALUES(0.5));
        assert_diff(&d.bottom[0], 0, VALUES(0, 0, -1.5, 1.5));

        drive_choice(&d, "norm", "L2");
        assert_runs(&d, 3);
        assert_data(&d.top[0], 0, VALUES(0.25));
        assert_diff(&d.bottom[0], 0, VALUES(0, 0, -1.5, 1.5));
        drive_close(&d);
    }
}

static void contrastive_draws_together_and_apart(void **state)
{
    (void)state;
    for each_type(type) {
        struct drive d;

        /* distances 5 similar, 5 dissimilar, 0 dissimilar; margin 10 */
        drive_open(&d, "contrastive", type);
        drive_param(&d, "margin", 10);
        drive_fill(&d, &d.bottom[0], SHAPE(3, 2), VALUES(3, 4, 3, 4, 1, 1));
        drive_fill(&d, &d.bottom[1], SHAPE(3, 2), VALUES(0, 0, 0, 0, 1, 1));
        drive_fill(&d, &d.bottom[2], SHAPE(3), VALUES(1, 0, 0));
        assert_runs(&d, 3);
        assert_data(&d.top[0], eps(type), VALUES((25 + 25 + 100) / 6.0));
        assert_diff(&d.bottom[0], eps(type), VALUES(3, 4, -3, -4, 0, 0));
        assert_diff(&d.bottom[1], eps(type), VALUES(-3, -4, 3, 4, 0, 0));

        drive_param(&d, "dist_epsilon", 1); /* (10 - 5) / (5 + 1), in backward alone */
        assert_runs(&d, 3);
        assert_data(&d.top[0], eps(type), VALUES(150 / 6.0));
        assert_diff(&d.bottom[0], eps(type), VALUES(3, 4, -2.5, -10 / 3.0, 0, 0));

        drive_param(&d, "legacy_version", 1); /* max(10 - 25, 0) and max(10 - 0, 0) */
        assert_runs(&d, 3);
        assert_data(&d.top[0], eps(type), VALUES((25 + 0 + 10) / 6.0));
        assert_diff(&d.bottom[0], eps(type), VALUES(3, 4, 0, 0, 0, 0));
        drive_close(&d);
    }
}

/* ---- every loss ---- */

static void a_nan_among_the_scores_is_a_nan_in_the_loss(void **state)
{
    static const char *const layers[] = { "euclidean", "softmax_loss", "infogain", "hinge", "contrastive",
                                          "multinomial_logistic", "sigmoid_cross_entropy" };

    (void)state;
    for each_type(type)
        for (unsigned i = 0; i < sizeof layers / sizeof layers[0]; i++) {
            const bool matches = i == 0 || i == 4 || i == 6; /* the second bottom is as long as the first */
            struct drive d;

            drive_open(&d, layers[i], type);
            drive_fill(&d, &d.bottom[0], SHAPE(1, 2), VALUES((double)NAN, 0.5));
            if (matches)
                drive_fill(&d, &d.bottom[1], SHAPE(1, 2), VALUES(0, 0));
            else
                drive_fill(&d, &d.bottom[1], SHAPE(1), VALUES(0));
            if (i == 4)
                drive_fill(&d, &d.bottom[2], SHAPE(1), VALUES(0));
            else
                drive_fill(&d, &d.bottom[2], SHAPE(2, 2), VALUES(1, 0, 0, 1));
            assert_int_equal(drive_forward(&d), GCK_OK);
            if (!isnan(drive_data(&d.top[0], 0)))
                fail_msg("%s hides a NaN", layers[i]);
            drive_close(&d);
        }
}

/* One running sum over all of them would be off by half a percent. */
static void a_million_equal_places_cost_in_float_what_one_costs(void **state)
{
    enum { N = 1000, PLACES = 1000 };
    const struct gck_shape score = { 3, { N, 2, PLACES } }, label = { 2, { N, PLACES } };
    static const char *const layers[] = { "softmax_loss", "infogain", "sigmoid_cross_entropy" };

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct drive d;

        drive_open(&d, layers[i], GCK_TYPE_FLOAT);
        drive_choice(&d, "normalization", "FULL");
        assert_int_equal(gck_blob_reshape(&d.bottom[0], &score, d.message), GCK_OK);
        assert_int_equal(gck_blob_reshape(&d.bottom[1], i < 2 ? &label : &score, d.message), GCK_OK);
        gck_poke_each(d.bottom[0].data, d.bottom[0].real_size, d.bottom[0].count, 0);
        gck_poke_each(d.bottom[1].data, d.bottom[1].real_size, d.bottom[1].count, 1);
        drive_fill(&d, &d.bottom[2], SHAPE(2, 2), VALUES(1, 0, 0, 1));
        assert_int_equal(drive_forward(&d), GCK_OK);
        assert_near(drive_data(&d.top[0], 0), log(2), 1e-4);
        drive_close(&d);
    }
}

/* As in Caffe, which casts targets to int before it compares. */
static void a_target_is_ignored_by_what_is_left_without_its_fraction(void **state)
{
    (void)state;
    for each_type(type) {
        struct drive d;

        drive_open(&d, "sigmoid_cross_entropy", type);
        drive_param(&d, "ignore_label", 0);
        drive_fill(&d, &d.bottom[0], SHAPE(1, 4), VALUES(0, 0, 0, 0));
        drive_fill(&d, &d.bottom[1], SHAPE(1, 4), VALUES(0.3, -0.3, 1, 0));
        assert_runs(&d, 2);
        assert_data(&d.top[0], eps(type), VALUES(log(2)));
        assert_diff(&d.bottom[0], eps(type), VALUES(0, 0, -1, 0));
        drive_close(&d);
    }
}

static void dice_is_one_ratio_over_the_batch(void **state)
{
    (void)state;
    for
        each_type(type)
        {
            struct drive d;

            drive_open(&d, "dice", type);
            drive_fill(&d, &d.bottom[0], SHAPE(2, 2), VALUES(0.5, 0.25, 1, 0));
            drive_fill(&d, &d.bottom[1], SHAPE(2, 2), VALUES(1, 0, 1, 0));
            assert_runs(&d, 3);
            assert_data(&d.top[0], eps(type), VALUES(5.0 / 53)); /* 1 - 2 1.5 / (1.3125 + 2) */
            assert_diff(&d.bottom[0], eps(type),
                        VALUES(-3 * 928.0 / 2809, 3 * 384.0 / 2809, -3 * 160.0 / 2809, 0));
            drive_param(&d, "smooth", 1);
            assert_runs(&d, 1);
            assert_data(&d.top[0], eps(type), VALUES(5.0 / 69));
            assert_diff(&d.bottom[0], eps(type), VALUES(-1184.0 / 4761, 512.0 / 4761, -160.0 / 4761, 0));
            drive_close(&d);
        }
}

static void dice_keeps_the_digits_of_regions_that_barely_meet_and_barely_differ(void **state)
{
    const double little = 0x1p-40;

    (void)state;
    for
        each_type(type)
        {
            struct drive d;

            drive_open(&d, "dice", type);
            drive_fill(&d, &d.bottom[0], SHAPE(1, 2), VALUES(1, little));
            drive_fill(&d, &d.bottom[1], SHAPE(1, 2), VALUES(0, 1));
            assert_runs(&d, 1); /* 1 - E = 2 little / D, D = 2: E itself is 1 in float */
            assert_near(drive_diff(&d.bottom[0], 0), little, eps(type) * little);
            assert_near(drive_diff(&d.bottom[0], 1), -1, eps(type));

            drive_fill(&d, &d.bottom[0], SHAPE(1, 2), VALUES(1, little));
            drive_fill(&d, &d.bottom[1], SHAPE(1, 2), VALUES(1, 0));
            assert_runs(&d, 1); /* E = little^2 / 2 */
            assert_near(drive_diff(&d.bottom[0], 0), -little * little / 2, eps(type) * little * little);
            assert_near(drive_diff(&d.bottom[0], 1), little, eps(type) * little);
            drive_close(&d);
        }
}

static void dice_of_nothing_is_refused_unless_smooth(void **state)
{
    (void)state;
    for
        each_type(type)
        {
            struct drive d;

            drive_open(&d, "dice", type);
            drive_fill(&d, &d.bottom[0], SHAPE(2, 1), VALUES(0, 0));
            drive_fill(&d, &d.bottom[1], SHAPE(2, 1), VALUES(0, 0));
            assert_int_equal(drive_forward(&d), GCK_EDATA);
            assert_says(d.message, "all 2 probabilities and targets are 0: 0/0, unless smooth is given");
            drive_param(&d, "smooth", 1);
            assert_runs(&d, 1);
            assert_data(&d.top[0], 0, VALUES(0));
            assert_diff(&d.bottom[0], 0, VALUES(0, 0));
            drive_close(&d);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_score_gap_of_800_costs_800),
        cmocka_unit_test(a_floor_caps_the_loss_and_backward_knows_nothing_of_it),
        cmocka_unit_test(a_confident_right_answer_keeps_the_digits_of_its_gradient),
        cmocka_unit_test(normalization_divides_by_what_it_says),
        cmocka_unit_test(the_default_normalization_is_caffes),
        cmocka_unit_test(a_batch_of_nothing_but_ignored_labels_is_0_and_has_gradient_0),
        cmocka_unit_test(classes_run_along_any_axis),
        cmocka_unit_test(hinge_is_flat_at_the_exact_kink),
        cmocka_unit_test(contrastive_draws_together_and_apart),
        cmocka_unit_test(a_nan_among_the_scores_is_a_nan_in_the_loss),
        cmocka_unit_test(a_million_equal_places_cost_in_float_what_one_costs),
        cmocka_unit_test(a_target_is_ignored_by_what_is_left_without_its_fraction),
        cmocka_unit_test(dice_is_one_ratio_over_the_batch),
        cmocka_unit_test(dice_keeps_the_digits_of_regions_that_barely_meet_and_barely_differ),
        cmocka_unit_test(dice_of_nothing_is_refused_unless_smooth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
