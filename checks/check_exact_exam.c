/* check_exact_exam.c -- the exact twin's say: what differences can't see, and that it accuses nobody they contradict. */
#include "check.h"

#include "gradcheck/gradcheck.h"
#include "gradcheck/tape.h"

/* A built-in layer whose Backward is off in one element, by this much relatively. */
static const struct gck_layer *original;
static struct gck_layer altered;
static double error;

static bool through_float, all_zero, signs_alone;
static double thirds = 1; /* 3: a third of each diff passes through float, so that the whole is none */

/* Data at which every second score of hinge lies on the margin. */
static void on_the_margin(void *context, const char *port, const struct gck_shape *shape, double *value)
{
    (void)context;
    if (strcmp(port, "score") == 0)
        for (size_t i = 0; i < shape->dim[0] * shape->dim[1]; i += 2)
            value[i] = value[i] < 0 ? -1 : 1;
}

/* The diffs that the loss weight 1 gives, without 1/num. */
static enum gck_status backward_to_signs(struct gck_io *io)
{
    double *const top_diff = io->top[0]->diff, *const diff = io->bottom[0]->diff, weight = top_diff[0];
    enum gck_status status;

    top_diff[0] = 1;
    status = original->backward(io);
    top_diff[0] = weight;
    for (size_t k = 0; io->propagate_down[0] && k < io->bottom[0]->count; k++)
        diff[k] = diff[k] == 0 ? 0 : copysign(1, diff[k]);
    return status;
}

static enum gck_status backward(struct gck_io *io)
{
    const enum gck_status status = signs_alone ? backward_to_signs(io) : original->backward(io);

    if (signs_alone)
        return status;
    if (status == GCK_OK && all_zero) {
        memset(io->bottom[0]->diff, 0, io->bottom[0]->count * sizeof(double));
        return GCK_OK;
    }
    if (status == GCK_OK && io->propagate_down[0] && through_float) {
        double *const diff = io->bottom[0]->diff;

        for (size_t k = 0; k < io->bottom[0]->count; k++)
            diff[k] = (double)(float)(diff[k] / thirds) * thirds;
        return GCK_OK;
    }
    if (status == GCK_OK && io->propagate_down[0]) {
        double *const diff = io->bottom[0]->diff;
        size_t largest = 0;

        for (size_t k = 0; k < io->bottom[0]->count; k++)
            if (fabs(diff[k]) > fabs(diff[largest]))
                largest = k;
        diff[largest] *= 1 + error;
    }
    return status;
}

static void examine(const char *name, double how_far, struct gck_result *result)
{
    struct gck_options options = gck_options_default();

    original = gck_layer_find(name, GCK_TYPE_DOUBLE);
    assert_non_null(original);
    altered = *original;
    altered.backward = backward;
    error = how_far;
    options.exact = gck_layer_find(name, GCK_TYPE_EXACT);
    if (options.exact == NULL)
        skip(); /* built without a C++ compiler */
    memset(result, 0, sizeof *result);
    assert_int_equal(gck_examine(&altered, NULL, &options, result), GCK_OK);
}

static void a_kink_is_no_doubt_about_the_twin(void **state)
{
    static struct gck_result result;
    struct gck_options options = gck_options_default();

    (void)state;
    if (gck_layer_at(0, GCK_TYPE_EXACT) == NULL)
        skip();
    options.refill = on_the_margin;
    assert_int_equal(gck_examine(gck_layer_find("hinge", GCK_TYPE_DOUBLE), NULL, &options, &result), GCK_OK);
    assert_int_equal(result.verdict, GCK_PASS);
    assert_int_equal(result.exact.answer, GCK_FINE);
    assert_true(result.exact_port[0].kink > 0);
    assert_int_equal(result.exact_port[0].unknown, 0);
}

static void a_backward_of_zeros_is_wrong_to_the_twin_too(void **state)
{
    static struct gck_result result;

    (void)state;
    all_zero = true;
    examine("softmax_loss", 0, &result);
    all_zero = false;
    assert_int_equal(result.exact.answer, GCK_WRONG);
    assert_int_equal(result.exact_port[0].disagree, result.exact_port[0].elements);
}

static void every_layer_agrees_with_its_own_source(void **state)
{
    static struct gck_result result;
    const struct gck_layer *layer;

    (void)state;
    for (size_t l = 0; (layer = gck_layer_at(l, GCK_TYPE_EXACT)) != NULL; l++) {
        size_t elements = 0, sharp = 0;

        examine(layer->name, 0, &result);
        assert_int_equal(result.verdict, GCK_PASS);
        assert_int_equal(result.exact.answer, GCK_FINE);
        for (unsigned p = 0; p < result.exacts; p++) {
            assert_int_equal(result.exact_port[p].agree + result.exact_port[p].kink,
                             result.exact_port[p].elements);
            elements += result.exact_port[p].elements;
            sharp += result.exact_port[p].sharp;
        }
        assert_true(elements > 0);
        assert_true((double)sharp >= 0.99 * (double)elements);
    }
}

static void one_element_off_by_1e_12_is_found_in_every_layer(void **state)
{
    static struct gck_result result;
    const struct gck_layer *layer;

    (void)state;
    for (size_t l = 0; (layer = gck_layer_at(l, GCK_TYPE_EXACT)) != NULL; l++) {
        size_t disagree = 0;

        examine(layer->name, 1e-12, &result);
        for (unsigned p = 0; p < result.exacts; p++)
            disagree += result.exact_port[p].disagree;
        if (result.verdict != GCK_FAIL)
            print_error("%s\n", layer->name);
        assert_int_equal(result.verdict, GCK_FAIL);
        assert_int_equal(disagree, 1);
        assert_int_equal(result.findings, 1);
        assert_int_equal(result.finding[0].code, 314);
    }
}

static void what_differences_see_too_keeps_its_name(void **state)
{
    static struct gck_result result;

    (void)state;
    examine("euclidean", 0.05, &result);
    assert_int_equal(result.verdict, GCK_FAIL);
    assert_int_equal(result.finding[0].code, 314);
    assert_int_equal(result.exact.answer, GCK_WRONG);
    assert_int_equal(result.exact_port[0].alone, 0);
}

static void a_float_on_the_way_is_told_where_the_result_is_none(void **state)
{
    static struct gck_result result;

    (void)state;
    thirds = 3;
    through_float = true;
    examine("softmax_loss", 0, &result);
    through_float = false;
    thirds = 1;
    assert_int_equal(result.findings, 1);
    assert_int_equal(result.finding[0].code, 307);
    assert_says(result.finding[0].measured, "the rounding of a float on the way");
    assert_int_equal(result.verdict, GCK_PASS);
}

static void a_double_layer_that_computes_in_float_is_told_so(void **state)
{
    static struct gck_result result;
    const char *const name[] = { "euclidean", "softmax_loss", "sigmoid_cross_entropy", "contrastive", "tanh" };

    (void)state;
    for (size_t k = 0; k < sizeof name / sizeof name[0]; k++) {
        bool told = false;

        through_float = true;
        examine(name[k], 0, &result);
        through_float = false;
        for (unsigned f = 0; f < result.findings; f++)
            told = told || result.finding[f].code == 307;
        assert_true(told);
        assert_int_equal(result.findings, 1);
        examine(name[k], 0, &result);
        for (unsigned f = 0; f < result.findings; f++)
            assert_int_not_equal(result.finding[f].code, 307);
    }
}

/* hinge without the loss weight and without 1/num: its diffs are whole numbers, which are float numbers, too. */
static void whole_numbers_are_not_taken_for_floats(void **state)
{
    static struct gck_result result;

    (void)state;
    signs_alone = true;
    examine("hinge", 0, &result);
    signs_alone = false;
    assert_int_equal(result.verdict, GCK_FAIL);
    assert_int_equal(result.findings, 2);
    assert_int_equal(result.finding[0].code, 101);
    assert_int_equal(result.finding[1].code, 103);
}

/* The loss passes through float, whose stairs hide some elements from differences; and by the same cast the twin has lost every
 * derivative. So nothing can be told of them, and nothing is said to be flat. */
static const struct gck_layer *exact_original;

static enum gck_status forward_in_float(struct gck_io *io)
{
    const enum gck_status status = original->forward(io);
    double *const loss = io->top[0]->data;

    *loss = (double)(float)*loss;
    return status;
}

static enum gck_status forward_without_derivative(struct gck_io *io)
{
    const enum gck_status status = exact_original->forward(io);
    struct gck_number *const loss = io->top[0]->data;

    loss->value = (double)(float)loss->value;
    loss->place = 0;
    return status;
}

static void a_derivative_that_a_cast_lost_accuses_nobody(void **state)
{
    struct gck_options options = gck_options_default();
    static struct gck_result result;
    static struct gck_layer twin;

    (void)state;
    original = gck_layer_find("euclidean", GCK_TYPE_DOUBLE);
    exact_original = gck_layer_find("euclidean", GCK_TYPE_EXACT);
    if (exact_original == NULL)
        skip();
    altered = *original;
    altered.forward = forward_in_float;
    twin = *exact_original;
    twin.forward = forward_without_derivative;
    options.exact = &twin;
    memset(&result, 0, sizeof result);
    assert_int_equal(gck_examine(&altered, NULL, &options, &result), GCK_OK);
    assert_int_equal(result.verdict, GCK_INCONCLUSIVE);
    assert_int_equal(result.exact.answer, GCK_UNSURE);
    assert_true(result.exact_port[0].unknown > 0);
    assert_true(result.port[0].agree > 0);
    for (unsigned f = 0; f < result.findings; f++)
        assert_int_not_equal(result.finding[f].severity, GCK_SEVERE);
    assert_says(result.exact.why, "a cast of a real");
}

/* The twin of another layer: differences contradict it everywhere, so nobody is accused. */
static void a_twin_that_differences_contradict_accuses_nobody(void **state)
{
    struct gck_options options = gck_options_default();
    static struct gck_result result;

    (void)state;
    options.exact = gck_layer_find("sigmoid", GCK_TYPE_EXACT);
    if (options.exact == NULL)
        skip();
    memset(&result, 0, sizeof result);
    assert_int_equal(gck_examine(gck_layer_find("tanh", GCK_TYPE_DOUBLE), NULL, &options, &result), GCK_OK);
    assert_int_equal(result.verdict, GCK_PASS);
    assert_int_equal(result.exact.answer, GCK_UNSURE);
    assert_says(result.exact.why, "tell different things");
}

static enum gck_status forward_to_nan(struct gck_io *io)
{
    const enum gck_status status = original->forward(io);

    *(double *)io->top[0]->data = (double)NAN;
    return status;
}

/* The twin's loss comes through a slope that is infinite, as that of sqrt at 0. */
static enum gck_status forward_steeply(struct gck_io *io)
{
    const enum gck_status status = gck_layer_find("euclidean", GCK_TYPE_EXACT)->forward(io);
    struct gck_number *const loss = io->top[0]->data;

    if (gck_tape.next >= gck_tape.full)
        gck_tape_grow();
    *gck_tape.next++ = (struct gck_edge){ HUGE_VAL, (uint32_t)loss->place, ++gck_tape.places };
    loss->place = gck_tape.places;
    return status;
}

static void what_came_first_is_told(void **state)
{
    static struct gck_result result;
    static struct gck_layer steep;
    struct gck_options options = gck_options_default();

    (void)state;
    original = gck_layer_find("euclidean", GCK_TYPE_DOUBLE);
    options.exact = gck_layer_find("euclidean", GCK_TYPE_EXACT);
    if (options.exact == NULL)
        skip();
    altered = *original;
    altered.forward = forward_to_nan;
    memset(&result, 0, sizeof result);
    gck_examine(&altered, NULL, &options, &result);
    assert_int_equal(result.verdict, GCK_FAIL);
    assert_int_equal(result.exact.answer, GCK_NOT_APPLICABLE);
    assert_says(result.exact.why, "the loss itself is nan: the value came first");

    steep = *options.exact;
    steep.forward = forward_steeply;
    options.exact = &steep;
    memset(&result, 0, sizeof result);
    assert_int_equal(gck_examine(original, NULL, &options, &result), GCK_OK);
    assert_int_equal(result.verdict, GCK_PASS);
    assert_int_equal(result.exact.answer, GCK_UNSURE);
    assert_says(result.exact.why, "by prediction[0] is ");
    assert_says(result.exact.why, "inf, the first of 210 that cannot be told");
    assert_says(result.exact.why, "so the derivative came first");
}

/* One Forward for every sample of a batch that is its samples' sum, one for all elements of another. */
static void the_twin_costs_one_forward_for_all_elements(void **state)
{
    static struct gck_result result;

    (void)state;
    examine("euclidean", 0, &result);
    assert_int_equal(result.exact_forwards, 5);
    assert_int_equal(result.exact_port[0].elements + result.exact_port[1].elements, 210);
    examine("inner_product", 0, &result);
    assert_int_equal(result.exact_forwards, 1);
    assert_int_equal(result.exacts, 3);
}

static void one_element_alone_has_its_derivative(void **state)
{
    const char *const only[][2] = { { "euclidean", "target[3,2,1]" }, { "inner_product", "weight[2,6]" } };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        static struct gck_result result;
        struct gck_options options = gck_options_default();

        options.exact = gck_layer_find(only[i][0], GCK_TYPE_EXACT);
        options.only = only[i][1];
        if (options.exact == NULL)
            skip();
        memset(&result, 0, sizeof result);
        assert_int_equal(gck_examine(gck_layer_find(only[i][0], GCK_TYPE_DOUBLE), NULL, &options, &result), GCK_OK);
        assert_int_equal(result.verdict, GCK_PASS);
        assert_int_equal(result.exacts, 1);
        assert_int_equal(result.exact_port[0].elements, 1);
        assert_int_equal(result.exact_port[0].agree, 1);
        assert_int_equal(result.exact_forwards, 1);
    }
}

/* ---- of many elements ---- */

static size_t spoiled_weight = SIZE_MAX;

static enum gck_status weight_backward(struct gck_io *io)
{
    const enum gck_status status = original->backward(io);

    if (spoiled_weight != SIZE_MAX)
        ((double *)io->weight[0]->diff)[spoiled_weight] *= 1 + error;
    return status;
}

static void examine_many(const char *name, const char *num, double how_far, struct gck_result *result)
{
    struct gck_options options = gck_options_default();

    original = gck_layer_find(name, GCK_TYPE_DOUBLE);
    altered = *original;
    altered.backward = original->weight == NULL ? backward : weight_backward;
    error = how_far;
    options.exact = gck_layer_find(name, GCK_TYPE_EXACT);
    if (options.exact == NULL)
        skip();
    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, "N", num };
    memset(result, 0, sizeof *result);
    assert_int_equal(gck_examine(&altered, NULL, &options, result), GCK_OK);
}

/* 105000 elements of dice write a million edges: more than the tape may hold beside so small blobs. */
static void a_long_tape_is_written_in_parts(void **state)
{
    static struct gck_result result;

    (void)state;
    examine_many("dice", "5000", 0, &result);
    assert_int_equal(result.exact.answer, GCK_FINE);
    assert_int_equal(result.exact_port[0].agree, 105000);
    assert_true(result.exact_forwards >= 3 && result.exact_forwards < 12); /* one to see it, and at least two parts */
    examine_many("dice", "5000", 1e-9, &result);
    assert_int_equal(result.exact.answer, GCK_WRONG);
    assert_int_equal(result.exact_port[0].disagree, 1);
    assert_int_equal(result.exact_port[0].agree, 104999);
}

/* Every sample adds to a weight's derivative: they are gone through one by one, and none needs the tape of all. */
static void what_all_samples_share_is_added_up(void **state)
{
    static struct gck_result result;

    (void)state;
    spoiled_weight = SIZE_MAX;
    for (unsigned turn = 0; turn < 2; turn++) {
        examine_many("inner_product", "300", turn == 0 ? 0 : 1e-11, &result);
        assert_true(result.exact_forwards >= 300);
        assert_int_equal(result.exact.answer, turn == 0 ? GCK_FINE : GCK_WRONG);
        for (unsigned p = 0; p < result.exacts; p++)
            assert_int_equal(result.exact_port[p].disagree, turn == 1 && strcmp(result.exact_port[p].port, "weight") == 0);
        spoiled_weight = 9;
    }
    spoiled_weight = SIZE_MAX;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kink_is_no_doubt_about_the_twin),
        cmocka_unit_test(a_backward_of_zeros_is_wrong_to_the_twin_too),
        cmocka_unit_test(every_layer_agrees_with_its_own_source),
        cmocka_unit_test(one_element_off_by_1e_12_is_found_in_every_layer),
        cmocka_unit_test(what_differences_see_too_keeps_its_name),
        cmocka_unit_test(a_float_on_the_way_is_told_where_the_result_is_none),
        cmocka_unit_test(a_double_layer_that_computes_in_float_is_told_so),
        cmocka_unit_test(whole_numbers_are_not_taken_for_floats),
        cmocka_unit_test(a_derivative_that_a_cast_lost_accuses_nobody),
        cmocka_unit_test(a_twin_that_differences_contradict_accuses_nobody),
        cmocka_unit_test(what_came_first_is_told),
        cmocka_unit_test(the_twin_costs_one_forward_for_all_elements),
        cmocka_unit_test(one_element_alone_has_its_derivative),
        cmocka_unit_test(a_long_tape_is_written_in_parts),
        cmocka_unit_test(what_all_samples_share_is_added_up),
    };

    return cmocka_run_group_tests_name("exact exam", tests, NULL, NULL);
}
