/* check_prove.c -- mistakes put into layers at their interface: each is found, or it is told why it cannot show. */
#include "check.h"

#include "diagnosis/diagnose.h"
#include "layer/load.h"
#include "prove/prove.h"

enum { MOST = 3 };

static struct gck_result result;

static const struct gck_layer *twin_of(const char *layer, enum gck_type type)
{
    return type == GCK_TYPE_FLOAT ? gck_layer_find(layer, GCK_TYPE_DOUBLE) : NULL;
}

static void prove(const char *layer, enum gck_type type, const struct gck_options *options)
{
    memset(&result, 0, sizeof result);
    assert_int_equal(gck_prove(gck_layer_find(layer, type), twin_of(layer, type), options, &result), GCK_OK);
}

static const struct gck_injected *fault_of(const struct gck_result *from, const char *name)
{
    for (unsigned i = 0; i < from->faults; i++)
        if (strcmp(from->fault[i].name, name) == 0)
            return &from->fault[i];
    fail_msg("no fault %s was injected", name);
    return NULL;
}

static void show(const struct gck_result *from)
{
    print_error("%s, %s, seed %llu: %s\n", from->layer, from->type == GCK_TYPE_FLOAT ? "float" : "double",
                (unsigned long long)from->seed, from->why);
    for (unsigned i = 0; i < from->faults; i++)
        print_error("    %-28s fate %d, exams %u, GC%u, %s\n", from->fault[i].title, (int)from->fault[i].fate,
                    from->fault[i].exams, from->fault[i].codes > 0 ? from->fault[i].code[0] : 0, from->fault[i].why);
}

/* ---- every layer ---- */

/* The exam that each fault has to be found by, at least. */
static unsigned due(enum gck_fault fault)
{
    switch (fault) {
    case GCK_FAULT_ADDED:
    case GCK_FAULT_UNASKED:
    case GCK_FAULT_WEIGHT_SET:
        return GCK_BY_CONTRACT;
    case GCK_FAULT_WEIGHT_IGNORED:
    case GCK_FAULT_WEIGHT_CUT:
        return GCK_BY_LOSS_WEIGHT;
    case GCK_FAULT_NUM:
        return GCK_BY_BATCH;
    default:
        return GCK_BY_GRADIENT;
    }
}

static bool is_void(const struct gck_layer *layer, enum gck_fault fault)
{
    return (fault == GCK_FAULT_NUM && !layer->loss) || (fault == GCK_FAULT_WEIGHT_SET && layer->weight == NULL);
}

static void everything_is_found_in_every_layer(void **state)
{
    static const uint64_t seeds[] = { 1701, 1, 2 };
    const size_t tried = CHECK_LESS > 1 ? 1 : sizeof seeds / sizeof seeds[0];
    const struct gck_layer *layer;
    bool good = true;

    (void)state;
    for (size_t i = 0; (layer = gck_layer_at(i, GCK_TYPE_DOUBLE)) != NULL; i++)
        for (size_t s = 0; s < tried; s++)
            for (int type = GCK_TYPE_FLOAT; type <= GCK_TYPE_DOUBLE; type++) {
                struct gck_options options = gck_options_default();
                bool all;

                options.seed = seeds[s];
                prove(layer->name, (enum gck_type)type, &options);
                all = result.verdict == GCK_PASS && result.faults == GCK_FAULTS && result.proof;
                for (unsigned f = 0; f < result.faults; f++)
                    all = all
                          && (is_void(layer, (enum gck_fault)f)
                                  ? result.fault[f].fate == GCK_VOID
                                  : result.fault[f].fate == GCK_CAUGHT
                                        && (result.fault[f].exams & due((enum gck_fault)f)) != 0);
                if (!all)
                    show(&result);
                good = good && all;
            }
    assert_true(good);
}

/* Those that the diagnosis has a pattern for. */
static void euclidean_is_told_the_name_of_each(void **state)
{
    static const enum gck_fault named[] = {
        GCK_FAULT_ZERO, GCK_FAULT_SIGN, GCK_FAULT_TWICE, GCK_FAULT_PERCENT, GCK_FAULT_SMALL,
        GCK_FAULT_WEIGHT_IGNORED, GCK_FAULT_WEIGHT_CUT, GCK_FAULT_NUM, GCK_FAULT_CHANNELS, GCK_FAULT_ADDED,
        GCK_FAULT_STALE, GCK_FAULT_UNASKED, GCK_FAULT_NAN,
    };
    const struct gck_options options = gck_options_default();

    (void)state;
    for (int type = GCK_TYPE_FLOAT; type <= GCK_TYPE_DOUBLE; type++) {
        prove("euclidean", (enum gck_type)type, &options);
        for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
            if (!result.fault[named[i]].named)
                fail_msg("%s is called GC%u", result.fault[named[i]].title, result.fault[named[i]].code[0]);
    }
}

/* ---- the wrapping itself ---- */

/* Without a fault the wrapped layer's examination is that of the layer, number by number. */
static void wrapping_changes_nothing(void **state)
{
    static struct gck_result bare, wrapped;
    const struct gck_layer *layer;

    (void)state;
    for (size_t i = 0; (layer = gck_layer_at(i, GCK_TYPE_DOUBLE)) != NULL; i++)
        for (int type = GCK_TYPE_FLOAT; type <= GCK_TYPE_DOUBLE; type++) {
            struct gck_options options = gck_options_default();
            const struct gck_layer *const own = gck_layer_find(layer->name, (enum gck_type)type);
            const struct gck_layout places = { .channels_bottom = -1 };
            struct gck_faulty faulty;

            options.exact = gck_layer_find(layer->name, GCK_TYPE_EXACT);
            gck_faulty_open(&faulty, own, GCK_FAULT_NONE, &places);
            gck_examine(own, twin_of(layer->name, (enum gck_type)type), &options, &bare);
            gck_examine(&faulty.layer, twin_of(layer->name, (enum gck_type)type), &options, &wrapped);
            gck_faulty_close(&faulty);
            assert_int_equal(bare.verdict, GCK_PASS);
            assert_int_equal(wrapped.verdict, GCK_PASS);
            assert_int_equal(wrapped.forwards, bare.forwards);
            assert_int_equal(wrapped.backwards, bare.backwards);
            assert_int_equal(wrapped.ports, bare.ports);
            for (unsigned p = 0; p < bare.ports; p++) {
                assert_int_equal(wrapped.port[p].agree, bare.port[p].agree);
                assert_near(wrapped.port[p].bound, bare.port[p].bound, 0);
                assert_near(wrapped.port[p].seen, bare.port[p].seen, 0);
            }
        }
}

/* ---- what cannot show ---- */

struct narrow {
    const char *name, *layer;
    struct gck_given given[MOST];
    bool weight_one;
    const char *only, *fault;
    enum gck_fate fate;
    unsigned code;
};

static const struct narrow narrows[] = {
    { .name = "one sample: their order", .layer = "euclidean", .given = { { GCK_GIVEN_DIM, "N", "1" } },
      .fault = "reversed", .fate = GCK_HIDDEN, .code = 403 },
    { .name = "one sample: 1/num is seen with two", .layer = "euclidean", .given = { { GCK_GIVEN_DIM, "N", "1" } },
      .fault = "no 1/num", .fate = GCK_CAUGHT },
    { .name = "one class: 1/C", .layer = "euclidean", .given = { { GCK_GIVEN_DIM, "C", "1" } }, .fault = "1/C",
      .fate = GCK_HIDDEN, .code = 403 },
    { .name = "weight 1 alone: cut to an integer", .layer = "hinge", .weight_one = true, .fault = "weight cut",
      .fate = GCK_HIDDEN, .code = 402 },
    { .name = "weight 1 alone: its multiples are tried all the same", .layer = "hinge", .weight_one = true,
      .fault = "weight ignored", .fate = GCK_CAUGHT },
    { .name = "weight 1 alone: other tops have fractions", .layer = "tanh", .weight_one = true, .fault = "weight cut",
      .fate = GCK_CAUGHT },
    { .name = "one element of one sample: another exam sees the last one", .layer = "euclidean",
      .only = "prediction[0,0,0]", .fault = "last sample", .fate = GCK_CAUGHT },
    { .name = "the last sample is ignored: in another order it is not the last", .layer = "softmax_loss",
      .given = { { GCK_GIVEN_PARAM, "ignore_label", "0" } }, .fault = "last sample", .fate = GCK_CAUGHT },
    { .name = "no weight at all: every value", .layer = "euclidean", .given = { { GCK_GIVEN_TOP, "loss", "0" } },
      .fault = "sign", .fate = GCK_HIDDEN, .code = 401 },
    { .name = "no weight at all: 1/num", .layer = "euclidean", .given = { { GCK_GIVEN_TOP, "loss", "0" } },
      .fault = "no 1/num", .fate = GCK_HIDDEN, .code = 401 },
    { .name = "no weight at all: the contract stands", .layer = "euclidean",
      .given = { { GCK_GIVEN_TOP, "loss", "0" } }, .fault = "unasked", .fate = GCK_CAUGHT },
};

static void last_is_class_0(void *context, const char *port, const struct gck_shape *shape, double *value)
{
    const size_t count = gck_shape_count(shape, 0, shape->axes);

    (void)context;
    for (size_t i = 0; strcmp(port, "label") == 0 && i < count; i++)
        value[i] = i >= count - count / shape->dim[0] ? 0 : 1;
}

static void shows_or_says_why_not(void **state)
{
    const struct narrow *const narrow = *state;
    struct gck_options options = gck_options_default();
    const struct gck_injected *fault;

    for (unsigned i = 0; i < MOST && narrow->given[i].name != NULL; i++)
        options.given[options.givens++] = narrow->given[i];
    if (narrow->weight_one) {
        options.weight[0] = 1;
        options.weights = 1;
    }
    options.only = narrow->only;
    if (strcmp(narrow->layer, "softmax_loss") == 0)
        options.refill = last_is_class_0;
    for (int type = GCK_TYPE_FLOAT; type <= GCK_TYPE_DOUBLE; type++) {
        prove(narrow->layer, (enum gck_type)type, &options);
        fault = fault_of(&result, narrow->fault);
        if (fault->fate != narrow->fate || fault->why_code != narrow->code)
            show(&result);
        assert_int_equal(fault->fate, narrow->fate);
        assert_int_equal(fault->why_code, narrow->code);
        for (unsigned i = 0; i < result.faults; i++)
            assert_int_not_equal(result.fault[i].fate, GCK_MISSED);
    }
}

/* A mistake of 1e-4 in float, where differences are all there is: below the bound, and that is said. */
static void what_the_bound_hides_is_no_miss(void **state)
{
    const struct gck_options options = gck_options_default();
    const struct gck_injected *fault;

    (void)state;
    memset(&result, 0, sizeof result);
    assert_int_equal(gck_prove(gck_layer_find("euclidean", GCK_TYPE_FLOAT), NULL, &options, &result), GCK_OK);
    fault = fault_of(&result, "small factor");
    assert_int_equal(fault->fate, GCK_HIDDEN);
    assert_int_equal(fault->why_code, 0);
    assert_says(fault->why, "too small a change");
    assert_int_equal(fault_of(&result, "sign")->fate, GCK_CAUGHT);
    assert_int_equal(result.verdict, GCK_PASS);
}

static void where_nothing_moves_nothing_is_proved(void **state)
{
    struct gck_options options = gck_options_default();

    (void)state;
    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_TOP, "loss", "0" };
    prove("euclidean", GCK_TYPE_DOUBLE, &options);
    assert_int_equal(result.verdict, GCK_INCONCLUSIVE);
    assert_int_equal(gck_exit_code(&result, 1), 4);
    assert_says(result.why, "wrong values cannot show");
}

/* ---- what has to be found and is not ---- */

/* A fault that touches nothing: its one element lies outside every blob. */
static void a_fault_that_does_nothing_is_missed(void **state)
{
    static const enum gck_fault idle[] = { GCK_FAULT_ELEMENT, GCK_FAULT_NAN };
    const struct gck_options options = gck_options_default();
    static struct gck_result scratch;
    static struct gck_check check;
    struct gck_layout places;
    char message[GCK_MESSAGE_SIZE];

    (void)state;
    memset(&result, 0, sizeof result);
    assert_int_equal(gck_examine_open(&check, gck_layer_find("euclidean", GCK_TYPE_DOUBLE), NULL, &options, &result),
                     GCK_OK);
    gck_layout_find(&places, &check);
    places.one_element = SIZE_MAX;
    for (size_t i = 0; i < sizeof idle / sizeof idle[0]; i++) {
        assert_int_equal(gck_inject(&check, idle[i], &places, &scratch, message), GCK_OK);
        assert_int_equal(result.fault[i].fate, GCK_MISSED);
        assert_says(result.fault[i].why, "has to change a diff");
    }
    gck_check_close(&check);
}

/* Without the exact twin and with bounds that say less than they reach, what is changed by more than them has to be seen: here
 * the judge is told better bounds than the exam will reach. */
static void a_change_beyond_the_bound_that_no_exam_sees_is_missed(void **state)
{
    const struct gck_options options = gck_options_default();
    static struct gck_result scratch;
    static struct gck_check check;
    struct gck_layout places;
    char message[GCK_MESSAGE_SIZE];

    (void)state;
    memset(&result, 0, sizeof result);
    assert_int_equal(gck_examine_open(&check, gck_layer_find("euclidean", GCK_TYPE_FLOAT), NULL, &options, &result),
                     GCK_OK);
    for (unsigned c = 0; c < check.claims; c++)
        for (size_t i = 0; i < check.claim[c].count; i++)
            check.claim[c].bound[i] *= 1e-4;
    gck_layout_find(&places, &check);
    assert_int_equal(gck_inject(&check, GCK_FAULT_SMALL, &places, &scratch, message), GCK_OK);
    assert_int_equal(result.fault[0].fate, GCK_MISSED);
    assert_says(result.fault[0].why, "more than twice its bound");
    gck_check_close(&check);
}

static void a_layer_that_is_wrong_already_proves_nothing(void **state)
{
    static struct gck_plugin plugin;
    const struct gck_options options = gck_options_default();
    char message[GCK_MESSAGE_SIZE], path[512];
    const char *const build = getenv("GCK_BUILD");

    (void)state;
    snprintf(path, sizeof path, "%s/broken/weight_ignored.so", build != NULL ? build : "build");
    assert_int_equal(gck_plugin_load(&plugin, path, message), GCK_OK);
    memset(&result, 0, sizeof result);
    assert_int_equal(gck_prove(plugin.double_layer[0], NULL, &options, &result), GCK_OK);
    assert_int_equal(result.verdict, GCK_FAIL);
    assert_int_equal(result.faults, 0);
    assert_int_equal(result.finding[0].code, 101);
    assert_says(result.why, "wrong already");
    assert_int_equal(gck_exit_code(&result, 1), 1);
}

/* ---- telling it ---- */

static char *told(bool json, size_t results, const struct gck_result *from)
{
    static char text[1 << 16];
    FILE *const file = tmpfile();
    size_t length;

    assert_non_null(file);
    if (json)
        assert_true(gck_report_json(file, from, results, 1701, 0));
    else
        gck_report_text(file, from, results, false, false);
    rewind(file);
    length = fread(text, 1, sizeof text - 1, file);
    text[length] = '\0';
    fclose(file);
    return text;
}

static void a_miss_in_one_type_is_told_and_fails(void **state)
{
    static struct gck_result both[2];
    const struct gck_options options = gck_options_default();
    struct gck_injected *sign;

    (void)state;
    for (int type = GCK_TYPE_DOUBLE; type >= GCK_TYPE_FLOAT; type--) {
        prove("euclidean", (enum gck_type)type, &options);
        both[type == GCK_TYPE_FLOAT] = result;
    }
    sign = &both[1].fault[GCK_FAULT_SIGN];
    sign->fate = GCK_MISSED;
    sign->exams = sign->codes = 0;
    snprintf(sign->why, sizeof sign->why, "it was looked away");
    both[1].verdict = GCK_FAIL;
    snprintf(both[1].why, sizeof both[1].why, "1 of 16 mistakes that had to be found were missed");
    assert_says(told(false, 2, both), "MISSED float: it was looked away");
    assert_says(told(false, 2, both), "every sign turned           found  double: gradient");
    assert_says(told(false, 2, both), "FAIL euclidean   15 of 16 mistakes found");
    assert_int_equal(gck_exit_code(both, 2), 1);
    assert_says(told(true, 2, both), "\"verdict\": \"missed\"");
    assert_says(told(true, 2, both), "\"why\": \"it was looked away\"");
}

static void no_line_is_longer_than_the_page(void **state)
{
    const struct gck_options options = gck_options_default();

    (void)state;
    prove("inner_product", GCK_TYPE_DOUBLE, &options);
    for (const char *line = told(false, 1, &result); *line != '\0'; line += strcspn(line, "\n") + 1)
        if (strcspn(line, "\n") > 80)
            fail_msg("%.*s", (int)strcspn(line, "\n"), line);
}

int main(void)
{
    enum { NARROWS = sizeof narrows / sizeof narrows[0], FIXED = 10 };
    struct CMUnitTest test[NARROWS + FIXED] = {
        cmocka_unit_test(everything_is_found_in_every_layer),
        cmocka_unit_test(euclidean_is_told_the_name_of_each),
        cmocka_unit_test(wrapping_changes_nothing),
        cmocka_unit_test(what_the_bound_hides_is_no_miss),
        cmocka_unit_test(where_nothing_moves_nothing_is_proved),
        cmocka_unit_test(a_fault_that_does_nothing_is_missed),
        cmocka_unit_test(a_change_beyond_the_bound_that_no_exam_sees_is_missed),
        cmocka_unit_test(a_layer_that_is_wrong_already_proves_nothing),
        cmocka_unit_test(a_miss_in_one_type_is_told_and_fails),
        cmocka_unit_test(no_line_is_longer_than_the_page),
    };

    for (size_t i = 0; i < NARROWS; i++)
        test[FIXED + i] = (struct CMUnitTest){ narrows[i].name, shows_or_says_why_not, NULL, NULL,
                                               (void *)&narrows[i] };
    return _cmocka_run_group_tests("prove", test, sizeof test / sizeof test[0], NULL, NULL);
}
