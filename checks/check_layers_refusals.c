/* check_layers_refusals.c -- what the built-in layers refuse: with the status that fits, and a sentence that
 * has the numbers in it. */
#include "drive.h"

/* Forward is refused, and the sentence holds the words. Closes the drive. */
static void assert_refused(struct drive *d, enum gck_status status, const char *words)
{
    assert_int_equal(drive_forward(d), status);
    assert_says(d->message, words);
    drive_close(d);
}

static void a_bad_label_is_refused_with_its_value_and_place(void **state)
{
    static const struct { const char *layer, *bad; double label; bool ignore; } cases[] = {
        { "softmax_loss", "label 3 at position 1 is not in 0 .. 2", 3, false },
        { "softmax_loss", "label -1 at position 1 is not in 0 .. 2", -1, false },
        { "softmax_loss", "label -1 at position 1 is not in 0 .. 2", -1, true },
        { "softmax_loss", "label 0.5 at position 1 is not a whole number", 0.5, false },
        { "softmax_loss", "label nan at position 1 is not in 0 .. 2", (double)NAN, true },
        { "infogain", "label 3 at position 1 is not in 0 .. 2", 3, false },
        { "infogain", "label 1e+30 at position 1", 1e30, false },
        { "hinge", "label 3 at position 1 is not in 0 .. 2", 3, false },
        { "hinge", "label 1.5 at position 1 is not a whole number", 1.5, false },
        { "multinomial_logistic", "label 3 at position 1 is not in 0 .. 2", 3, false },
        { "multinomial_logistic", "label inf at position 1 is not in 0 .. 2", (double)INFINITY, false },
    };

    (void)state;
    for each_type(type)
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            struct drive d;

            drive_open(&d, cases[i].layer, type);
            if (cases[i].ignore)
                drive_param(&d, "ignore_label", 255);
            drive_fill(&d, &d.bottom[0], SHAPE(2, 3), VALUES(.1, .2, .7, .3, .3, .4));
            drive_fill(&d, &d.bottom[1], SHAPE(2), VALUES(2, cases[i].label));
            drive_fill(&d, &d.bottom[2], SHAPE(3, 3), VALUES(1, 2, 3, 4, 5, 6, 7, 8, 9));
            assert_refused(&d, GCK_EDATA, cases[i].bad);
        }
}

static void backward_refuses_a_label_that_went_bad_after_forward(void **state)
{
    static const char *const layers[] = { "softmax_loss", "infogain", "hinge", "multinomial_logistic" };

    (void)state;
    for each_type(type)
        for (unsigned i = 0; i < 4; i++) {
            struct drive d;

            drive_open(&d, layers[i], type);
            drive_fill(&d, &d.bottom[0], SHAPE(1, 3), VALUES(.1, .2, .7));
            drive_fill(&d, &d.bottom[1], SHAPE(1), VALUES(2));
            drive_fill(&d, &d.bottom[2], SHAPE(3, 3), VALUES(1, 2, 3, 4, 5, 6, 7, 8, 9));
            assert_int_equal(drive_forward(&d), GCK_OK);
            gck_poke(d.bottom[1].data, d.bottom[1].real_size, 0, 3);
            assert_int_equal(drive_backward(&d, 1), GCK_EDATA);
            assert_says(d.message, "label 3 at position 0 is not in 0 .. 2");
            drive_close(&d);
        }
}

static void a_pair_is_similar_or_not_and_nothing_between(void **state)
{
    (void)state;
    for each_type(type) {
        struct drive d;

        drive_open(&d, "contrastive", type);
        drive_fill(&d, &d.bottom[0], SHAPE(1, 2), VALUES(1, 2));
        drive_fill(&d, &d.bottom[1], SHAPE(1, 2), VALUES(3, 4));
        drive_fill(&d, &d.bottom[2], SHAPE(1), VALUES(0.5));
        assert_refused(&d, GCK_EDATA, "label 0.5 at position 0 is not a whole number");
    }
}

/* Gives the bottoms these shapes, filled with zeros. */
static void shaped(struct drive *d, const char *layer, enum gck_type type, const struct gck_shape *first,
                   const struct gck_shape *second, const struct gck_shape *third)
{
    const struct gck_shape *const shape[] = { first, second, third };

    drive_open(d, layer, type);
    for (unsigned i = 0; i < 3 && shape[i] != NULL; i++) {
        assert_int_equal(gck_blob_reshape(&d->bottom[i], shape[i], d->message), GCK_OK);
        gck_poke_each(d->bottom[i].data, d->bottom[i].real_size, d->bottom[i].count, 0);
    }
}

static void shapes_that_do_not_fit_are_refused_with_both_numbers(void **state)
{
    (void)state;
    for each_type(type) {
        struct drive d;

        shaped(&d, "euclidean", type, SHAPE(4, 3), SHAPE(4, 2), NULL);
        assert_refused(&d, GCK_ESHAPE, "prediction holds 12 numbers, target 8");
        shaped(&d, "softmax_loss", type, SHAPE(4, 3), SHAPE(5), NULL);
        assert_refused(&d, GCK_ESHAPE, "score holds 4 samples, label 5");
        shaped(&d, "softmax_loss", type, SHAPE(4, 3, 2), SHAPE(4), NULL);
        assert_refused(&d, GCK_ESHAPE, "room for 8 labels beside axis 1, label holds 4");
        shaped(&d, "infogain", type, SHAPE(4, 3), SHAPE(4, 2), SHAPE(3, 3));
        assert_refused(&d, GCK_ESHAPE, "room for 4 labels beside axis 1, label holds 8");
        shaped(&d, "infogain", type, SHAPE(4, 3), SHAPE(4), SHAPE(3, 4));
        assert_refused(&d, GCK_ESHAPE, "score has 3 classes, matrix 12 numbers, not 3 x 3");
        shaped(&d, "sigmoid_cross_entropy", type, SHAPE(4, 3), SHAPE(4, 4), NULL);
        assert_refused(&d, GCK_ESHAPE, "score holds 12 numbers, target 16");
        shaped(&d, "sigmoid_cross_entropy", type, SHAPE(4, 3), SHAPE(3, 4), NULL);
        assert_refused(&d, GCK_ESHAPE, "score holds 4 samples, target 3");
        shaped(&d, "hinge", type, SHAPE(2, 3), SHAPE(2, 5), NULL);
        assert_refused(&d, GCK_ESHAPE, "score holds 2 samples, label 10 numbers");
        shaped(&d, "hinge", type, SHAPE(2, 3), SHAPE(3), NULL);
        assert_refused(&d, GCK_ESHAPE, "score holds 2 samples, label 3");
        shaped(&d, "multinomial_logistic", type, SHAPE(2, 3), SHAPE(1), NULL);
        assert_refused(&d, GCK_ESHAPE, "probability holds 2 samples, label 1");
        shaped(&d, "contrastive", type, SHAPE(2, 3), SHAPE(2, 4), SHAPE(2));
        assert_refused(&d, GCK_ESHAPE, "a holds 6 numbers, b 8");
        shaped(&d, "contrastive", type, SHAPE(3, 2), SHAPE(2, 3), SHAPE(3));
        assert_refused(&d, GCK_ESHAPE, "a holds 3 samples, b 2");
        shaped(&d, "contrastive", type, SHAPE(3, 2), SHAPE(3, 2), SHAPE(2));
        assert_refused(&d, GCK_ESHAPE, "a and b hold 3 pairs, similar 2 samples");
        shaped(&d, "contrastive", type, SHAPE(3, 2), SHAPE(3, 2), SHAPE(1, 3));
        assert_refused(&d, GCK_ESHAPE, "a and b hold 3 pairs, similar 1 samples");
        shaped(&d, "contrastive", type, SHAPE(3, 2), SHAPE(3, 2), SHAPE(3, 2));
        assert_refused(&d, GCK_ESHAPE, "a and b hold 3 pairs, similar 6 numbers");
    }
}

static void a_scalar_has_no_batch_axis_and_is_refused(void **state)
{
    static const char *const layers[] = { "euclidean", "sigmoid_cross_entropy", "hinge", "contrastive", "dice",
                                          "multinomial_logistic", "inner_product", "normalize" };
    const struct gck_shape scalar = { .axes = 0 };

    (void)state;
    for each_type(type)
        for (unsigned i = 0; i < sizeof layers / sizeof layers[0]; i++) {
            struct drive d;

            shaped(&d, layers[i], type, &scalar, &scalar, &scalar);
            assert_refused(&d, GCK_ESHAPE, "batch axis");
        }
}

static void an_axis_that_the_bottom_lacks_is_refused(void **state)
{
    static const char *const layers[] = { "softmax", "softmax_loss", "infogain" };
    static const struct { int axis; const char *words; } cases[] = {
        { 2, "score has 2 axes, and axis is 2" },
        { -3, "score has 2 axes, and axis is -3" },
    };

    (void)state;
    for each_type(type)
        for (unsigned i = 0; i < 3; i++) {
            struct drive d;

            for (unsigned j = 0; j < 2; j++) {
                shaped(&d, layers[i], type, SHAPE(4, 3), SHAPE(4), SHAPE(3, 3));
                drive_param(&d, "axis", cases[j].axis);
                assert_refused(&d, GCK_EPARAM, cases[j].words);
            }
            shaped(&d, layers[i], type, SHAPE(4), SHAPE(4), SHAPE(3, 3));
            assert_refused(&d, GCK_EPARAM, "score has 1 axes, and axis is 1");
        }
}

/* input (2, 3), weight (2, 3), bias (2) */
static void open_inner_product(struct drive *d, enum gck_type type)
{
    drive_open(d, "inner_product", type);
    drive_fill(d, &d->bottom[0], SHAPE(2, 3), VALUES(1, 2, 3, 4, 5, 6));
    drive_fill(d, &d->weight[0], SHAPE(2, 3), VALUES(1, 0, -1, 2, 1, 0));
    drive_fill(d, &d->weight[1], SHAPE(2), VALUES(10, 20));
}

static void inner_product_refuses_weights_that_do_not_fit(void **state)
{
    (void)state;
    for each_type(type) {
        struct drive d;

        open_inner_product(&d, type);
        drive_param(&d, "num_output", 3);
        assert_refused(&d, GCK_EPARAM, "num_output is 3, and weight has rows for 2 outputs");
        open_inner_product(&d, type);
        drive_fill(&d, &d.weight[0], SHAPE(3, 2), VALUES(1, 2, 3, 4, 5, 6));
        assert_refused(&d, GCK_ESHAPE, "input holds 3 numbers a sample; weight is 3x2, not outputs x 3");
        open_inner_product(&d, type);
        drive_fill(&d, &d.weight[1], SHAPE(3), VALUES(1, 2, 3));
        assert_refused(&d, GCK_ESHAPE, "bias holds 3 numbers, weight has rows for 2 outputs");
    }
}

static void normalize_refuses_a_sample_without_a_direction(void **state)
{
    (void)state;
    for each_type(type) {
        struct drive d;

        drive_open(&d, "normalize", type);
        drive_fill(&d, &d.bottom[0], SHAPE(2, 2), VALUES(3, 4, 0, 0));
        assert_refused(&d, GCK_EDATA, "sample 1 of x has no direction: all its 2 numbers are 0");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_label_is_refused_with_its_value_and_place),
        cmocka_unit_test(backward_refuses_a_label_that_went_bad_after_forward),
        cmocka_unit_test(a_pair_is_similar_or_not_and_nothing_between),
        cmocka_unit_test(shapes_that_do_not_fit_are_refused_with_both_numbers),
        cmocka_unit_test(a_scalar_has_no_batch_axis_and_is_refused),
        cmocka_unit_test(an_axis_that_the_bottom_lacks_is_refused),
        cmocka_unit_test(inner_product_refuses_weights_that_do_not_fit),
        cmocka_unit_test(normalize_refuses_a_sample_without_a_direction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
