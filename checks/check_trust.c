/* check_trust.c -- the correct layers pass: any shape, seed, scale and parameters, with data near their kinks. A false
 * alarm is the worst fault that this program can have. One test for each layer and type of the registry. */
#include "check.h"

#include "draw.h"

enum { TRIALS = 30 / CHECK_LESS };

struct subject {
    const char *name;
    enum gck_type type;
};

static void run(const struct subject *subject, bool anywhere)
{
    const struct gck_layer *const layer = gck_layer_find(subject->name, subject->type);
    static struct gck_result result;
    static struct draw draw;
    size_t checked = 0;

    for (uint64_t trial = 0; trial < TRIALS; trial++) {
        draw_options(&draw, layer, trial + (anywhere ? 5000 : 0), true, anywhere);
        memset(&result, 0, sizeof result);
        assert_int_equal(gck_examine(layer, gck_layer_find(subject->name, GCK_TYPE_DOUBLE), &draw.options,
                                     &result),
                         GCK_OK);
        for (unsigned f = 0; f < result.findings; f++)
            if (result.finding[f].severity == GCK_SEVERE)
                print_error("trial %d, scale %g: GC%u %s: %s\n  %s\n", (int)trial, draw.options.scale,
                            result.finding[f].code, result.finding[f].port, result.finding[f].measured,
                            result.again);
        assert_int_not_equal(result.verdict, GCK_FAIL);
        assert_int_not_equal(result.verdict, GCK_ERROR);
        for (unsigned p = 0; p < result.ports; p++)
            checked += result.port[p].elements;
    }
    assert_true(checked > TRIALS);
}

static void where_it_wants(void **state)
{
    run(*state, false);
}

static void anywhere(void **state)
{
    run(*state, true);
}

/* Where d^2 is the margin in float and less than that in double, moves of both ports by the same numbers do not cross it. */
static void a_float_that_takes_the_branch_beside_its_own_is_not_called_wrong(void **state)
{
    const struct gck_layer *const layer = gck_layer_find("contrastive", GCK_TYPE_FLOAT);
    static struct gck_result result;
    static struct draw draw;

    (void)state;
    draw_options(&draw, layer, 920011, true, false);
    draw_many(&draw);
    draw.options.differences_only = true;
    assert_int_equal(gck_examine(layer, gck_layer_find("contrastive", GCK_TYPE_DOUBLE), &draw.options, &result), GCK_OK);
    assert_int_equal(result.verdict, GCK_PASS);
    for (unsigned p = 0; p < result.ports; p++) {
        assert_int_equal(result.port[p].disagree, 0);
        assert_true(result.port[p].inconclusive >= 7); /* or the test says nothing */
    }
}

/* Dice's smooth weighs so little beside these samples that twice as many have the same loss in float: and not the same diffs. */
static void a_float_loss_that_nearly_stays_does_not_make_its_diffs_wrong(void **state)
{
    const struct gck_layer *const layer = gck_layer_find("dice", GCK_TYPE_FLOAT);
    static struct gck_result result;
    static struct draw draw;

    (void)state;
    draw_options(&draw, layer, 1000144, true, false);
    draw_many(&draw);
    draw.options.differences_only = true;
    assert_int_equal(gck_examine(layer, gck_layer_find("dice", GCK_TYPE_DOUBLE), &draw.options, &result), GCK_OK);
    assert_string_equal(result.batch.why, "");
    assert_int_equal(result.verdict, GCK_PASS);
}

int main(void)
{
    static struct subject subject[256];
    static struct CMUnitTest test[512];
    static char name[512][96];
    size_t subjects = 0, tests = 0;

    for (size_t l = 0; gck_layer_at(l, GCK_TYPE_DOUBLE) != NULL && subjects < 250; l++)
        for (unsigned t = 0; t < 2; t++)
            subject[subjects++] = (struct subject){ gck_layer_at(l, GCK_TYPE_DOUBLE)->name,
                                                    t == 0 ? GCK_TYPE_DOUBLE : GCK_TYPE_FLOAT };
    for (size_t s = 0; s < subjects; s++)
        for (unsigned where = 0; where < 2; where++) {
            snprintf(name[tests], sizeof name[tests], "%s_in_%s_is_never_called_wrong_%s", subject[s].name,
                     subject[s].type == GCK_TYPE_FLOAT ? "float" : "double",
                     where == 0 ? "where_it_wants_to_be" : "at_any_scale");
            test[tests] = (struct CMUnitTest){ name[tests], where == 0 ? where_it_wants : anywhere, NULL, NULL,
                                               &subject[s] };
            tests++;
        }
    test[tests++] = (struct CMUnitTest)cmocka_unit_test(a_float_that_takes_the_branch_beside_its_own_is_not_called_wrong);
    test[tests++] = (struct CMUnitTest)cmocka_unit_test(a_float_loss_that_nearly_stays_does_not_make_its_diffs_wrong);
    return _cmocka_run_group_tests("trust", test, tests, NULL, NULL);
}
