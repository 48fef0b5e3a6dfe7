/* check_coupled.c -- losses whose samples depend on each other: known as such at any size, and never called wrong for it. */
#include "check.h"

#include "core/random.h"
#include "gradcheck/gradcheck.h"

enum { TRIALS = 40 / CHECK_LESS };

static struct gck_result result;
static char text[3][GCK_NAME_SIZE];

/* dice at a random shape: num from 2 to 400, up to 96000 elements. */
static void draw_shape(struct gck_options *options, uint64_t trial)
{
    static const char *const name[3] = { "N", "C", "S" };
    const double most[3] = { 400, 30, 8 };

    *options = gck_options_default();
    options->seed = 1 + trial;
    options->only = "probability[0,0,0]"; /* it is the batch exam that is looked at */
    for (uint32_t s = 0; s < 3; s++) {
        const double size = pow(most[s], gck_uniform(trial, s, 0));

        snprintf(text[s], sizeof text[s], "%.0f", fmax(size, s == 0 ? 2 : 1));
        options->given[options->givens++] = (struct gck_given){ GCK_GIVEN_DIM, name[s], text[s] };
    }
}

static void examine(enum gck_type type, bool twin, uint64_t trial)
{
    struct gck_options options;

    draw_shape(&options, trial);
    memset(&result, 0, sizeof result);
    gck_examine(gck_layer_find("dice", type), twin ? gck_layer_find("dice", GCK_TYPE_DOUBLE) : NULL, &options,
                &result);
    if (result.verdict == GCK_FAIL || result.verdict == GCK_ERROR)
        print_error("%s x %s x %s, seed %d: %s%s\n", text[0], text[1], text[2], (int)options.seed, result.batch.why,
                    result.why);
    assert_int_not_equal(result.verdict, GCK_FAIL);
    assert_int_not_equal(result.verdict, GCK_ERROR);
}

static void the_double_layer_is_known_to_be_coupled(void **state)
{
    (void)state;
    for (uint64_t trial = 0; trial < TRIALS; trial++) {
        examine(GCK_TYPE_DOUBLE, false, trial);
        assert_true(result.coupled);
    }
}

/* In float the other samples' part in the loss is below its rounding from some 50 samples on. */
static void the_float_layer_is_known_by_its_twin(void **state)
{
    (void)state;
    for (uint64_t trial = 0; trial < TRIALS; trial++) {
        examine(GCK_TYPE_FLOAT, true, trial);
        assert_true(result.coupled);
    }
}

static void a_float_layer_alone_is_not_called_wrong_for_what_its_rounding_hides(void **state)
{
    (void)state;
    for (uint64_t trial = 0; trial < TRIALS; trial++)
        examine(GCK_TYPE_FLOAT, false, trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_double_layer_is_known_to_be_coupled),
        cmocka_unit_test(the_float_layer_is_known_by_its_twin),
        cmocka_unit_test(a_float_layer_alone_is_not_called_wrong_for_what_its_rounding_hides),
    };

    return cmocka_run_group_tests_name("coupled", tests, NULL, NULL);
}
