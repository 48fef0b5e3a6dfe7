/* check_slices.c -- elements judged on parts of the batch: each with its factor, found where they are wrong, and never called
 * wrong where they are right. And what serves that: data that are drawn once. */
#include "check.h"

#include "core/blob.h"
#include "core/pages.h"
#include "core/random.h"
#include "gradcheck/gradcheck.h"
#include "layer/drawn.h"
#include "layer/rig.h"

enum { TRIALS = 60 / CHECK_LESS };

static char text[16][32];

static void give(struct gck_options *options, enum gck_given_kind kind, const char *name, size_t value)
{
    snprintf(text[options->givens], sizeof text[0], "%zu", value);
    options->given[options->givens] = (struct gck_given){ kind, name, text[options->givens] };
    options->givens++;
}

static size_t among(uint64_t trial, uint32_t what, size_t least, size_t most)
{
    return least + gck_below(trial, what, 0, most - least + 1);
}

/* softmax_loss whose Backward spoils some diffs, of batches alone or always. */
static struct {
    const struct gck_layer *layer;
    size_t least;           /* samples from which on it does */
    size_t from, to;        /* elements, flat */
    double times, plus;     /* what becomes of them: times and plus / num */
    bool grows;             /* times num / 4000 */
} spoil;

static enum gck_status spoiled(struct gck_io *io)
{
    const enum gck_status status = spoil.layer->backward(io);
    double *const diff = gck_bottom_diff(io, 0);

    if (status == GCK_OK && diff != NULL && gck_num(io, 0) >= spoil.least)
        for (size_t i = spoil.from; i < spoil.to && i < gck_count(io, 0); i++)
            diff[i] = spoil.times * (spoil.grows ? (double)gck_num(io, 0) / 4000 : 1) * diff[i] + spoil.plus / (double)gck_num(io, 0);
    return status;
}

static struct gck_layer spoiled_layer(void)
{
    struct gck_layer layer;

    spoil.layer = gck_layer_find("softmax_loss", GCK_TYPE_DOUBLE);
    layer = *spoil.layer;
    layer.name = "spoiled";
    layer.backward = spoiled;
    return layer;
}

/* Samples of different weight: at each place a label may be ignored, and the rest is averaged. */
static struct gck_options weighted(uint64_t trial)
{
    struct gck_options options = gck_options_default();

    options.seed = trial;
    give(&options, GCK_GIVEN_DIM, "N", among(trial, 1, 16, 60));
    give(&options, GCK_GIVEN_DIM, "C", among(trial, 2, 2, 9));
    give(&options, GCK_GIVEN_DIM, "S", among(trial, 3, 1, 6));
    give(&options, GCK_GIVEN_PARAM, "ignore_label", among(trial, 4, 0, 1));
    return options;
}

static void samples_of_any_weight_are_judged_alone_and_rightly(void **state)
{
    const struct gck_layer *const layer = gck_layer_find("softmax_loss", GCK_TYPE_DOUBLE);
    static struct gck_result result;
    size_t by_sample = 0;

    (void)state;
    for (uint64_t trial = 0; trial < TRIALS; trial++)
        for (unsigned type = 0; type < 2; type++) {
            const struct gck_options options = weighted(trial);

            memset(&result, 0, sizeof result);
            assert_int_equal(gck_examine(type == 0 ? layer : gck_layer_find("softmax_loss", GCK_TYPE_FLOAT),
                                         type == 0 ? NULL : layer, &options, &result),
                             GCK_OK);
            for (unsigned f = 0; f < result.findings; f++)
                print_error("GC%u %s\n  %s\n", result.finding[f].code, result.finding[f].measured, result.again);
            assert_int_equal(result.verdict, GCK_PASS);
            assert_string_equal(result.method, "sliced");
            assert_int_equal(result.port[0].disagree, 0);
            assert_int_equal(result.port[0].agree, result.port[0].elements);
            by_sample += strcmp(result.factor, "by sample") == 0;
        }
    assert_true(by_sample > TRIALS); /* of twice as many: else the labels said nothing */
}

/* Wrong by a hundred thousandth of the weight in a batch, half of the time right alone: what is differenced is Forward, which knows nothing of it. */
static void one_element_that_is_wrong_in_the_batch_alone_is_found(void **state)
{
    const struct gck_layer layer = spoiled_layer();
    static struct gck_result result;

    (void)state;
    for (uint64_t trial = 0; trial < TRIALS; trial++) {
        struct gck_options options = weighted(trial);
        size_t elements;

        if (trial % 2 == 0)
            options.givens--; /* without the label to be ignored all have the same weight */
        spoil.least = trial % 3 == 0 ? 0 : 2;
        spoil.from = spoil.to = 0;
        memset(&result, 0, sizeof result);
        assert_int_equal(gck_examine(&layer, NULL, &options, &result), GCK_OK);
        assert_int_equal(result.verdict, GCK_PASS);
        elements = result.port[0].elements;
        spoil.from = gck_below(trial, 9, 0, elements);
        spoil.to = spoil.from + 1;
        spoil.times = 1;
        spoil.plus = trial % 5 == 0 ? -1e-5 : 1e-5;
        memset(&result, 0, sizeof result);
        assert_int_equal(gck_examine(&layer, NULL, &options, &result), GCK_OK);
        assert_string_equal(result.method, "sliced");
        assert_int_equal(result.port[0].disagree, 1);
        assert_int_equal(result.port[0].worst.flat, spoil.from);
        assert_int_equal(result.verdict, GCK_FAIL);
    }
}

/* All of one sample by the same factor, in the batch alone: it must not pass for the sample's weight. */
/* However many there are: relatively off by 1e-6, one in a batch of 200,000, at places of every kind. */
static void one_element_of_very_many_is_found_by_a_millionth(void **state)
{
    enum { N = 20000 / CHECK_LESS, C = 10 };
    const struct gck_layer layer = spoiled_layer();
    struct gck_options options = gck_options_default();
    static struct gck_result result;

    (void)state;
    options.differences_only = true;
    give(&options, GCK_GIVEN_DIM, "N", N);
    give(&options, GCK_GIVEN_DIM, "C", C);
    give(&options, GCK_GIVEN_DIM, "S", 1);
    for (uint64_t trial = 0; trial < 4; trial++) {
        spoil.least = 1;
        spoil.from = trial == 0 ? 0 : trial == 1 ? N * C - 1 : gck_below(trial, 11, 0, N * C);
        spoil.to = spoil.from + 1;
        spoil.times = trial % 2 == 0 ? 1 + 1e-6 : 1 - 1e-6;
        spoil.plus = 0;
        memset(&result, 0, sizeof result);
        assert_int_equal(gck_examine(&layer, NULL, &options, &result), GCK_OK);
        assert_string_equal(result.method, "sliced");
        assert_int_equal(result.port[0].elements, N * C);
        assert_int_equal(result.port[0].disagree, 1);
        assert_int_equal(result.port[0].inconclusive, 0);
        assert_int_equal(result.port[0].worst.flat, spoil.from);
    }
    spoil.from = spoil.to = 0;
    memset(&result, 0, sizeof result);
    assert_int_equal(gck_examine(&layer, NULL, &options, &result), GCK_OK);
    assert_int_equal(result.verdict, GCK_PASS);
    assert_int_equal(result.port[0].agree, N * C);
}

/* Of so many samples, all that far off in batches of so many and more: what is found, and by which law. */
static struct gck_result all_off(size_t num, size_t least, double times)
{
    const struct gck_layer layer = spoiled_layer();
    struct gck_options options = gck_options_default();
    static struct gck_result result;

    options.differences_only = true;
    give(&options, GCK_GIVEN_DIM, "N", num);
    give(&options, GCK_GIVEN_DIM, "C", 7);
    give(&options, GCK_GIVEN_DIM, "S", 1);
    spoil.least = least;
    spoil.from = 0;
    spoil.to = SIZE_MAX;
    spoil.times = times;
    spoil.plus = 0;
    memset(&result, 0, sizeof result);
    assert_int_equal(gck_examine(&layer, NULL, &options, &result), GCK_OK);
    assert_int_equal(result.port[0].disagree, num * 7);
    return result;
}

/* A large layer that is wrong everywhere takes little more than one that is right: not some 50 Forwards for every element. */
static void where_all_is_wrong_few_forwards_are_taken(void **state)
{
    static const double times[] = { 2, 0 };
    static const unsigned code[] = { 107, 301 };

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        const struct gck_result result = all_off(4000, 1, times[i]);

        assert_string_equal(result.method, "sliced");
        assert_int_equal(result.finding[0].code, code[i]);
        assert_true(result.forwards < 9 * 4000 * 7);
    }
}

/* And the law is learnt from few samples only where it leads to what all of them show. */
static void a_law_of_many_samples_alone_is_theirs(void **state)
{
    struct gck_result result;

    (void)state;
    spoil.grows = true; /* and few are right */
    result = all_off(4000, 3000, 2);
    spoil.grows = false;
    assert_int_not_equal(result.finding[0].code, 107);
    assert_non_null(strstr(result.finding[0].measured, "doubling num multiplies it by 2"));
}

static void a_sample_of_the_wrong_weight_is_no_weight(void **state)
{
    const struct gck_layer layer = spoiled_layer();
    static struct gck_result result;
    size_t found = 0;

    (void)state;
    for (uint64_t trial = 0; trial < TRIALS / 3; trial++) {
        struct gck_options options = weighted(trial);
        const size_t num = among(trial, 1, 16, 60), row = among(trial, 2, 2, 9) * among(trial, 3, 1, 6);
        const size_t sample = gck_below(trial, 10, 0, num);

        spoil.least = 2;
        spoil.from = sample * row;
        spoil.to = spoil.from + row;
        spoil.times = 1.01;
        spoil.plus = 0;
        memset(&result, 0, sizeof result);
        assert_int_equal(gck_examine(&layer, NULL, &options, &result), GCK_OK);
        /* else all its labels are ignored, and no factor makes a difference */
        found += result.port[0].disagree > 0;
    }
    assert_true(4 * found > 3 * (TRIALS / 3));
}

/* Diffs that follow the first sample's data, or the place in the batch: what some samples of a large batch are asked for. */
static enum gck_status follows(struct gck_io *io)
{
    const enum gck_status status = spoil.layer->backward(io);
    const size_t num = gck_num(io, 0), row = gck_count(io, 0) / num;
    double *const diff = gck_bottom_diff(io, 0);

    for (size_t i = row; status == GCK_OK && diff != NULL && i < gck_count(io, 0); i++)
        diff[i] *= spoil.least == 0 ? 1 + 1e-3 * gck_bottom(io, 0)[0] : 1 + 1e-3 * (double)(i / row) / (double)num;
    return status;
}

static void of_a_large_batch_too_samples_do_not_depend_on_each_other(void **state)
{
    struct gck_layer layer = spoiled_layer();
    struct gck_options options = gck_options_default();
    static struct gck_result result;

    (void)state;
    layer.backward = follows;
    options.differences_only = true;
    give(&options, GCK_GIVEN_DIM, "N", 20000 / CHECK_LESS);
    give(&options, GCK_GIVEN_DIM, "C", 3);
    give(&options, GCK_GIVEN_DIM, "S", 1);
    for (unsigned place = 0; place < 2; place++) {
        spoil.least = place;
        memset(&result, 0, sizeof result);
        assert_int_equal(gck_examine(&layer, NULL, &options, &result), GCK_OK);
        assert_int_equal(result.batch.answer, GCK_WRONG);
        assert_non_null(strstr(result.batch.why, "with the samples in reverse order"));
        assert_int_equal(result.verdict, GCK_FAIL);
    }
    layer.backward = spoil.layer->backward;
    memset(&result, 0, sizeof result);
    assert_int_equal(gck_examine(&layer, NULL, &options, &result), GCK_OK);
    assert_int_equal(result.batch.answer, GCK_FINE);
    assert_string_equal(result.factor, "1/num");
}

static void a_port_that_is_whole_is_not_cut(void **state)
{
    struct gck_options options = gck_options_default();
    static struct gck_result result;

    (void)state;
    give(&options, GCK_GIVEN_DIM, "N", 40);
    assert_int_equal(gck_examine(gck_layer_find("infogain", GCK_TYPE_DOUBLE), NULL, &options, &result), GCK_OK);
    assert_int_equal(result.verdict, GCK_PASS);
    assert_string_equal(result.method, "sliced");
}

/* Whatever was asked for before, the same numbers come. */
static void data_that_are_kept_are_those_that_are_drawn(void **state)
{
    static const size_t num[] = { 5, 7, 4, 1, 9, 5 };

    (void)state;
    for (size_t l = 0; gck_layer_at(l, GCK_TYPE_DOUBLE) != NULL; l++) {
        const struct gck_layer *const layer = gck_layer_at(l, GCK_TYPE_DOUBLE);
        const struct gck_options options = gck_options_default();
        struct gck_setup setup;
        static struct gck_rig rig, fresh;
        char message[GCK_MESSAGE_SIZE];

        assert_int_equal(gck_setup_open(&setup, layer, &options, message), GCK_OK);
        assert_int_equal(gck_rig_open(&rig, layer, &setup, 0, message), GCK_OK);
        for (unsigned turn = 0; turn < 12; turn++) {
            struct gck_setup own;

            assert_int_equal(gck_rig_renumber(&rig, num[turn % 6], message), GCK_OK);
            assert_int_equal(gck_rig_fill(&rig, turn % 4, turn % 2 == 1), GCK_OK);
            assert_int_equal(gck_setup_open(&own, layer, &options, message), GCK_OK);
            gck_drawn_free(own.drawn); /* nothing is kept here */
            own.drawn = NULL;
            assert_int_equal(gck_rig_open(&fresh, layer, &own, num[turn % 6], message), GCK_OK);
            assert_int_equal(gck_rig_fill(&fresh, turn % 4, turn % 2 == 1), GCK_OK);
            for (unsigned i = 0; i < setup.bottoms; i++)
                assert_memory_equal(rig.bottom[i].data, fresh.bottom[i].data, rig.bottom[i].count * sizeof(double));
            for (unsigned i = 0; i < setup.weights; i++)
                assert_memory_equal(rig.weight[i].data, fresh.weight[i].data, rig.weight[i].count * sizeof(double));
            gck_rig_close(&fresh);
            gck_setup_close(&own);
        }
        gck_rig_close(&rig);
        gck_setup_close(&setup);
    }
}

static void large_and_small_arrays_are_zero_and_aligned(void **state)
{
    static const size_t bytes[] = { 1, 63, 4096, (1 << 20) - 1, 1 << 20, (1 << 22) + 5 };

    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        unsigned char *const memory = gck_pages_new(bytes[i]);

        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % 64, 0);
        for (size_t k = 0; k < bytes[i]; k++)
            assert_int_equal(memory[k], 0);
        memset(memory, 1, bytes[i]);
        gck_pages_free(memory);
    }
    gck_pages_free(NULL);
    assert_null(gck_pages_new(SIZE_MAX - 5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_of_any_weight_are_judged_alone_and_rightly),
        cmocka_unit_test(one_element_that_is_wrong_in_the_batch_alone_is_found),
        cmocka_unit_test(one_element_of_very_many_is_found_by_a_millionth),
        cmocka_unit_test(where_all_is_wrong_few_forwards_are_taken),
        cmocka_unit_test(a_law_of_many_samples_alone_is_theirs),
        cmocka_unit_test(a_sample_of_the_wrong_weight_is_no_weight),
        cmocka_unit_test(of_a_large_batch_too_samples_do_not_depend_on_each_other),
        cmocka_unit_test(a_port_that_is_whole_is_not_cut),
        cmocka_unit_test(data_that_are_kept_are_those_that_are_drawn),
        cmocka_unit_test(large_and_small_arrays_are_zero_and_aligned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
