/* check_grain.c -- a double Forward that computes in float somewhere is known by how its loss trembles, and no other one. */
#include "check.h"

#include "gradcheck/gradcheck.h"

static struct gck_result result;

/* ---- a softplus loss, with a float in its Forward here or there ---- */

enum place { NOWHERE, ITS_SUM, ITS_RESULT, ITS_TERMS, ONE_PART };
static enum place place;
static double times; /* what Backward is multiplied by */
static bool poor_slope;  /* Backward takes expf */
static double extra;     /* what is added to its denominator */

static enum gck_status reshape(struct gck_io *io)
{
    return gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const double *const x = io->bottom[0]->data;
    double sum = 0;
    float poor = 0;

    for (size_t i = 0; i < io->bottom[0]->count; i++) {
        const double term = place == ITS_TERMS ? (double)log1pf(expf((float)x[i]))
                            : place == ONE_PART ? x[i] / 2 + fabs(x[i]) / 2 + (double)log1pf(expf(-fabsf((float)x[i])))
                                                : log1p(exp(x[i]));

        sum += term;
        poor += (float)term;
    }
    sum = place == ITS_SUM ? (double)poor : sum;
    sum /= (double)io->bottom[0]->shape.dim[0];
    ((double *)io->top[0]->data)[0] = place == ITS_RESULT ? (double)(float)sum : sum;
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const double *const x = io->bottom[0]->data;
    const double scale = times * ((double *)io->top[0]->diff)[0] / (double)io->bottom[0]->shape.dim[0];

    for (size_t i = 0; io->propagate_down[0] && i < io->bottom[0]->count; i++)
        ((double *)io->bottom[0]->diff)[i] = scale / (1 + extra + (poor_slope ? (double)expf(-(float)x[i]) : exp(-x[i])));
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "x", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };
static const struct gck_layer softplus = {
    GCK_THIS_ABI,
    .name = "softplus",
    .formula = "E = 1/num sum log(1 + exp x)",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};

static void examine(const struct gck_layer *layer, uint64_t seed, const char *num)
{
    struct gck_options options = gck_options_default();

    options.seed = seed;
    options.differences_only = true;
    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, "N", num };
    memset(&result, 0, sizeof result);
    gck_examine(layer, NULL, &options, &result);
}

static const struct gck_finding *found(unsigned code)
{
    for (unsigned f = 0; f < result.findings; f++)
        if (result.finding[f].code == code)
            return &result.finding[f];
    return NULL;
}

static const char *const nums[] = { "5", "40" }; /* 40: sample by sample */
enum { NUMS = sizeof nums / sizeof nums[0], SEEDS = 12 / CHECK_LESS };

/* Told it is but where chance hides it: treads that are passed at an even pace look smooth. */
static void a_float_in_forward_is_told_and_accuses_no_backward(void **state)
{
    (void)state;
    times = 1;
    for (place = ITS_SUM; place <= ONE_PART; place++)
        for (unsigned n = 0; n < NUMS; n++) {
            unsigned told = 0;

            for (uint64_t seed = 0; seed < SEEDS; seed++) {
                examine(&softplus, seed, nums[n]);
                if (result.verdict == GCK_FAIL)
                    fail_msg("place %d, num %s, seed %d: %zu disagree", (int)place, nums[n], (int)seed,
                             result.port[0].disagree);
                told += found(307) != NULL;
                if (found(307) != NULL)
                    assert_int_not_equal(found(307)->severity, GCK_SEVERE);
            }
            if (2 * told < SEEDS || (place == ITS_RESULT && told < SEEDS)) /* that shows in every digit */
                fail_msg("place %d, num %s: told %u times in %d", (int)place, nums[n], told, SEEDS);
        }
}

static void what_is_wrong_beside_it_is_found(void **state)
{
    (void)state;
    times = 2;
    for (place = ITS_SUM; place <= ONE_PART; place++) {
        examine(&softplus, 3, "5");
        assert_int_equal(result.verdict, GCK_FAIL);
        assert_non_null(found(107));
        assert_non_null(found(307));
    }
}

static void a_double_forward_is_not_called_that_where_something_else_is_wrong(void **state)
{
    (void)state;
    place = NOWHERE;
    times = 1.001;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        examine(&softplus, seed, "5");
        assert_int_equal(result.verdict, GCK_FAIL);
        assert_null(found(307));
    }
}

/* Where there is no exact twin the wrong diffs alone say it: of a float some are too large and some too small. */
static void a_float_in_backward_is_told_from_a_small_number_in_the_wrong_place(void **state)
{
    unsigned wrong = 0, told = 0;

    (void)state;
    place = NOWHERE;
    times = 1;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        poor_slope = true;
        examine(&softplus, seed, "1"); /* few terms: little rounding in E hides what is wrong */
        wrong += result.verdict == GCK_FAIL;
        told += found(307) != NULL && found(314) == NULL;
        poor_slope = false;
        extra = 1e-7;
        examine(&softplus, seed, "1");
        assert_null(found(307));
        extra = 0;
    }
    assert_true(wrong >= SEEDS / 2);
    assert_true(4 * told >= 3 * wrong);
}

/* ---- the layers, each with a Backward that makes the exam look for a float: corners, cancellation and all ---- */

static const struct gck_layer *original;

static enum gck_status wrong_backward(struct gck_io *io)
{
    const enum gck_status status = original->backward(io);

    for (unsigned b = 0; b < io->bottoms; b++)
        for (size_t i = 0; io->propagate_down[b] && i < io->bottom[b]->count; i++)
            ((double *)io->bottom[b]->diff)[i] *= 1.1;
    return status;
}

static void no_layer_of_ours_looks_like_one(void **state)
{
    (void)state;
    for (size_t k = 0; (original = gck_layer_at(k, GCK_TYPE_DOUBLE)) != NULL; k++)
        for (uint64_t seed = 0; seed < SEEDS; seed++)
            for (unsigned n = 0; n < NUMS; n++) {
                struct gck_layer layer = *original;

                layer.backward = wrong_backward;
                examine(&layer, seed, nums[n]);
                if (found(307) != NULL)
                    fail_msg("%s, seed %d: %s", layer.name, (int)seed, found(307)->measured);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_float_in_forward_is_told_and_accuses_no_backward),
        cmocka_unit_test(what_is_wrong_beside_it_is_found),
        cmocka_unit_test(a_float_in_backward_is_told_from_a_small_number_in_the_wrong_place),
        cmocka_unit_test(a_double_forward_is_not_called_that_where_something_else_is_wrong),
        cmocka_unit_test(no_layer_of_ours_looks_like_one),
    };

    return cmocka_run_group_tests_name("grain", tests, NULL, NULL);
}
