/* check_probed.c -- the gradient exam of many elements by directions: what it passes, what it finds, and in how many
 * Forwards. dice, with mistakes planted in its Backward. */
#include "check.h"

#include "exam/claims.h"
#include "exam/tremble.h"
#include "numeric/noise.h"
#include "spoiled.h"

static struct gck_result result;

static void examine_one(const struct gck_layer *layer, const struct gck_layer *twin)
{
    memset(&result, 0, sizeof result);
    assert_int_equal(gck_examine(layer, twin, &options, &result), GCK_OK);
}

static void examine(enum gck_type type)
{
    const struct gck_layer layer = spoiled(type), twin = spoiled(GCK_TYPE_DOUBLE);

    examine_one(&layer, type == GCK_TYPE_FLOAT ? &twin : NULL);
}

static void examine_with_exact_twin(void)
{
    const struct gck_layer layer = spoiled(GCK_TYPE_DOUBLE);

    options.exact = gck_layer_find("dice", GCK_TYPE_EXACT);
    examine_one(&layer, NULL);
}

static void assert_passes(void)
{
    for (unsigned f = 0; f < result.findings; f++)
        print_error("GC%u: %s\n", result.finding[f].code, result.finding[f].measured);
    if (result.verdict != GCK_PASS)
        print_error("seed %d: %s\n", (int)options.seed, result.why);
    assert_int_equal(result.verdict, GCK_PASS);
    assert_string_equal(result.method, "probed");
    assert_int_equal(result.port[0].probed, result.port[0].elements);
    assert_int_equal(result.port[0].directions, 5);
}

/* Exactly the planted elements disagree. */
static void assert_located(void)
{
    assert_int_equal(result.verdict, GCK_FAIL);
    assert_string_equal(result.method, "probed");
    if (result.port[0].disagree != places)
        print_error("seed %d: %zu of %u located\n", (int)options.seed, result.port[0].disagree, places);
    assert_int_equal(result.port[0].disagree, places);
    assert_false(result.port[0].many);
    for (unsigned k = 0; places == 1 && k < places; k++)
        assert_int_equal(result.port[0].worst.flat, place[k]);
}

static bool has(unsigned code)
{
    for (unsigned f = 0; f < result.findings; f++)
        if (result.finding[f].code == code)
            return true;
    return false;
}

/* ---- a million elements ---- */

enum { MILLION = 48000 / CHECK_LESS }; /* samples of 21 */

static void a_million_right_elements_pass_in_110_forwards(void **state)
{
    (void)state;
    for (enum gck_type type = GCK_TYPE_FLOAT; type <= GCK_TYPE_DOUBLE; type++) {
        right(MILLION, 1701);
        options.differences_only = true;
        examine(type);
        assert_passes();
        assert_true(result.gradient_forwards <= 110);
        assert_true(result.port[0].sees > 0 && result.port[0].sees < 1e-2);
    }
}

static void one_gross_error_in_a_million_is_located_in_230_forwards(void **state)
{
    (void)state;
    for (enum gck_type type = GCK_TYPE_FLOAT; type <= GCK_TYPE_DOUBLE; type++) {
        right(MILLION, 1702);
        options.differences_only = true;
        plant(1, -1, 1, (size_t)MILLION * 21);
        examine(type);
        assert_located();
        assert_true(result.gradient_forwards <= 230);
    }
}

/* In two turns, the second when the claims have borrowed the rig's data, which move. */
static void the_noise_is_that_along_all_directions(void **state)
{
    static struct gck_check check;
    const struct gck_layer layer = spoiled(GCK_TYPE_DOUBLE);
    struct gck_rig fresh;
    char message[GCK_MESSAGE_SIZE];

    (void)state;
    right(5000, 3);
    options.differences_only = true;
    memset(&result, 0, sizeof result);
    assert_int_equal(gck_check_run(&check, &layer, NULL, &options, &result, message), GCK_OK);
    assert_int_equal(check.directions, GCK_NOISE_DIRECTIONS);
    gck_rig_weigh(&check.rig, check.weight);
    for (unsigned c = 0; c < check.claims; c++)
        assert_true(gck_claim_own(&check.claim[c]));
    assert_true(check.reference_noise == gck_rig_noise(&check.rig, &check, check.loss));
    assert_int_equal(gck_rig_open(&fresh, &layer, &check.setup, 0, message), GCK_OK);
    assert_int_equal(gck_rig_fill(&fresh, 0, false), GCK_OK);
    for (unsigned i = 0; i < check.setup.bottoms; i++)
        assert_memory_equal(check.rig.bottom[i].data, fresh.bottom[i].data, fresh.bottom[i].count * sizeof(double));
    gck_rig_close(&fresh);
    gck_check_close(&check);
}

/* ---- fewer, over seeds ---- */

enum { SAMPLES = 1000, COUNT = SAMPLES * 21, SEEDS = 20 / CHECK_LESS };

static void there_is_no_false_alarm(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++)
        for (enum gck_type type = GCK_TYPE_FLOAT; type <= GCK_TYPE_DOUBLE; type++) {
            right(SAMPLES, seed);
            options.differences_only = true;
            examine(type);
            assert_passes();
            assert_true(result.gradient_forwards <= 130);
        }
}

static void one_error_above_what_is_claimed_is_located(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        double sees;

        right(SAMPLES, seed);
        options.differences_only = true;
        examine(GCK_TYPE_DOUBLE);
        sees = result.port[0].sees;
        assert_true(sees > 0 && sees < 1e-4);
        plant(1, 1 + 1e-2, seed, COUNT); /* of its own, not of the median that `sees` is relative to */
        examine(GCK_TYPE_DOUBLE);
        assert_located();
        assert_true(result.gradient_forwards <= 350);
        assert_int_equal(result.findings, 1);
        assert_true(has(314));
    }
}

static void ten_errors_are_located(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        right(SAMPLES, seed);
        options.differences_only = true;
        plant(10, 0, seed, COUNT);
        examine(GCK_TYPE_DOUBLE);
        assert_located();
    }
}

/* All others were seen to be right, by the directions or by the twin: a factor of every diff it is not. */
static void a_factor_that_some_elements_share_is_none_of_all(void **state)
{
    static const unsigned many[] = { 1, 10, 60 };

    (void)state;
    for (size_t k = 0; k < sizeof many / sizeof many[0]; k++)
        for (int differences_only = 0; differences_only <= 1; differences_only++) {
            right(SAMPLES, 3);
            options.differences_only = differences_only != 0;
            plant(many[k], 1.5, 3, COUNT);
            if (differences_only)
                examine(GCK_TYPE_DOUBLE);
            else
                examine_with_exact_twin();
            assert_int_equal(result.verdict, GCK_FAIL);
            assert_int_equal(result.findings, 1);
            assert_true(has(399));
            assert_says(result.finding[0].measured, many[k] == 1 ? "disagrees; it is 1.5 x numeric"
                                                                 : "disagree; each of them is 1.5 x numeric");
        }
}

static void a_mistake_of_float_alone_is_located(void **state)
{
    const struct gck_layer layer = spoiled(GCK_TYPE_FLOAT);

    (void)state;
    for (uint64_t seed = 0; seed < 5 / CHECK_LESS; seed++) {
        right(SAMPLES, seed);
        plant(1, 1.05, seed, COUNT);
        examine_one(&layer, gck_layer_find("dice", GCK_TYPE_DOUBLE));
        assert_located();
    }
}

static void what_is_wrong_everywhere_is_named(void **state)
{
    (void)state;
    for (enum gck_type type = GCK_TYPE_FLOAT; type <= GCK_TYPE_DOUBLE; type++) {
        right(SAMPLES, 3);
        everywhere = 2;
        examine(type);
        assert_int_equal(result.verdict, GCK_FAIL);
        assert_true(has(107));
        assert_true(result.port[0].many);
        assert_true(result.port[0].disagree > 100);

        right(SAMPLES, 3);
        everywhere = -1;
        examine(type);
        assert_true(has(106));

        right(SAMPLES, 3);
        weight_ignored = true;
        examine(type);
        assert_true(has(101));
        assert_int_equal(result.findings, 1);
    }
}

static void a_diff_that_is_no_number_is_named(void **state)
{
    (void)state;
    right(SAMPLES, 3);
    plant(1, (double)NAN, 3, COUNT);
    examine(GCK_TYPE_DOUBLE);
    assert_int_equal(result.verdict, GCK_FAIL);
    assert_true(has(302));
}

/* ---- by choice ---- */

static void exhaustive_asks_every_element_and_strict_wants_it(void **state)
{
    (void)state;
    right(SAMPLES, 3);
    options.differences_only = options.exhaustive = true;
    examine(GCK_TYPE_DOUBLE);
    assert_int_equal(result.verdict, GCK_PASS);
    assert_string_equal(result.method, "exhaustive");
    assert_int_equal(result.port[0].agree, COUNT);
    assert_says(result.again, "--exhaustive");

    right(SAMPLES, 3);
    options.differences_only = options.strict = true;
    examine(GCK_TYPE_DOUBLE);
    assert_int_equal(result.verdict, GCK_INCONCLUSIVE);
    assert_says(result.why, "--exhaustive gives it");
}

static void few_elements_and_single_ones_are_asked_alone(void **state)
{
    (void)state;
    right(100, 3);
    examine(GCK_TYPE_DOUBLE);
    assert_string_equal(result.method, "exhaustive");
    right(SAMPLES, 3);
    options.only = "probability[7,1,2]";
    examine(GCK_TYPE_DOUBLE);
    assert_string_equal(result.method, "exhaustive");
    assert_int_equal(result.port[0].agree, 1);
}

static void the_exact_twin_looks_at_each_alone_which_is_what_strict_wants(void **state)
{
    (void)state;
    if (gck_layer_find("dice", GCK_TYPE_EXACT) == NULL)
        skip();
    right(SAMPLES, 3);
    options.strict = true;
    examine_one(gck_layer_find("dice", GCK_TYPE_DOUBLE), NULL);
    assert_passes();
    assert_int_equal(result.exact.answer, GCK_FINE);
    assert_int_equal(result.exact_port[0].agree, COUNT);
}

/* ---- a coupled loss with a kink in every element ---- */

/* sum |x| times sum x^2, over n^2 */
static void sums(const struct gck_io *io, double *sizes, double *squares)
{
    const double *const x = io->bottom[0]->data;

    *sizes = *squares = 0;
    for (size_t i = 0; i < io->bottom[0]->count; i++) {
        *sizes += fabs(x[i]);
        *squares += x[i] * x[i];
    }
}

static enum gck_status kinked_reshape(struct gck_io *io)
{
    return gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status kinked_forward(struct gck_io *io)
{
    const double n = (double)io->bottom[0]->count;
    double sizes, squares;

    sums(io, &sizes, &squares);
    ((double *)io->top[0]->data)[0] = sizes * squares / n / n;
    return GCK_OK;
}

static enum gck_status kinked_backward(struct gck_io *io)
{
    const double *const x = io->bottom[0]->data, w = ((double *)io->top[0]->diff)[0];
    const double n = (double)io->bottom[0]->count;
    double sizes, squares;

    sums(io, &sizes, &squares);
    for (size_t i = 0; io->propagate_down[0] && i < io->bottom[0]->count; i++)
        ((double *)io->bottom[0]->diff)[i] = w * (copysign(squares, x[i]) + 2 * x[i] * sizes) / n / n;
    for (unsigned k = 0; io->propagate_down[0] && k < places; k++)
        if (place[k] < io->bottom[0]->count)
            ((double *)io->bottom[0]->diff)[place[k]] *= times;
    return GCK_OK;
}

static const struct gck_port gaussian[] = {
    { .name = "x", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port loss[] = { { .name = "loss" }, GCK_END };
static const struct gck_layer kinked = {
    GCK_THIS_ABI,
    .name = "kinked",
    .formula = "E = sum |x| sum x^2 / n^2",
    .loss = true,
    .bottom = gaussian,
    .top = loss,
    .reshape = kinked_reshape,
    .forward = kinked_forward,
    .backward = kinked_backward,
};

static void kinks_are_no_mistakes_and_hide_no_gross_one(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 8 / CHECK_LESS; seed++) {
        right(2 * SAMPLES, seed);
        examine_one(&kinked, NULL);
        assert_passes();
        plant(1, -1, seed, 2 * COUNT);
        examine_one(&kinked, NULL);
        assert_located();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_right_elements_pass_in_110_forwards),
        cmocka_unit_test(one_gross_error_in_a_million_is_located_in_230_forwards),
        cmocka_unit_test(the_noise_is_that_along_all_directions),
        cmocka_unit_test(there_is_no_false_alarm),
        cmocka_unit_test(one_error_above_what_is_claimed_is_located),
        cmocka_unit_test(ten_errors_are_located),
        cmocka_unit_test(a_factor_that_some_elements_share_is_none_of_all),
        cmocka_unit_test(a_mistake_of_float_alone_is_located),
        cmocka_unit_test(what_is_wrong_everywhere_is_named),
        cmocka_unit_test(a_diff_that_is_no_number_is_named),
        cmocka_unit_test(exhaustive_asks_every_element_and_strict_wants_it),
        cmocka_unit_test(few_elements_and_single_ones_are_asked_alone),
        cmocka_unit_test(the_exact_twin_looks_at_each_alone_which_is_what_strict_wants),
        cmocka_unit_test(kinks_are_no_mistakes_and_hide_no_gross_one),
    };

    return cmocka_run_group_tests_name("probed", tests, NULL, NULL);
}
