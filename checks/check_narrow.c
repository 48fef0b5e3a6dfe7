/* check_narrow.c -- a run that could not have seen some mistakes says so; a usual one has nothing to say. */
#include "check.h"

#include "gradcheck/gradcheck.h"
#include "layer/load.h"

enum { MOST = 3 };

static struct gck_result result;

static const struct gck_finding *about_run(const struct gck_result *from)
{
    for (unsigned i = 0; i < from->findings; i++)
        if (from->finding[i].code / 100 == 4)
            return &from->finding[i];
    return NULL;
}

static void examine(const char *layer, enum gck_type type, const struct gck_options *options)
{
    const struct gck_layer *const twin = type == GCK_TYPE_FLOAT ? gck_layer_find(layer, GCK_TYPE_DOUBLE) : NULL;

    memset(&result, 0, sizeof result);
    gck_examine(gck_layer_find(layer, type), twin, options, &result);
}

static void usual_runs_have_nothing_to_say(void **state)
{
    const struct gck_layer *layer;

    (void)state;
    for (size_t i = 0; (layer = gck_layer_at(i, GCK_TYPE_DOUBLE)) != NULL; i++)
        for (uint64_t seed = 1; seed <= 5; seed++)
            for (int type = GCK_TYPE_FLOAT; type <= GCK_TYPE_DOUBLE; type++) {
                struct gck_options options = gck_options_default();
                const struct gck_finding *finding;

                options.seed = seed;
                examine(layer->name, (enum gck_type)type, &options);
                finding = about_run(&result);
                if (finding != NULL)
                    fail_msg("%s, seed %llu: GC%u %s", layer->name, (unsigned long long)seed, finding->code,
                             finding->measured);
                assert_int_equal(result.verdict, GCK_PASS);
            }
}

/* ---- what the user narrows ---- */

struct narrow {
    const char *name, *layer;
    struct gck_given given[MOST];
    double weight[2];
    unsigned weights; /* 0: the usual ones */
    const char *only;
    unsigned code;    /* 0: no note is due */
    const char *words;
};

static const struct narrow narrows[] = {
    { .name = "loss weight 1 alone", .layer = "euclidean", .weight = { 1 }, .weights = 1, .code = 402,
      .words = "cut to a whole number" },
    { .name = "loss weights 0 and 1", .layer = "hinge", .weight = { 0, 1 }, .weights = 2, .code = 402,
      .words = "2, 4, -1 and 0" },
    { .name = "loss weight 0.3 alone is enough", .layer = "euclidean", .weight = { 0.3 }, .weights = 1 },
    { .name = "weight 1 for a top that is no loss", .layer = "relu", .weight = { 1 }, .weights = 1 },
    { .name = "num 1", .layer = "euclidean", .given = { { GCK_GIVEN_DIM, "N", "1" } }, .code = 403,
      .words = "num = 1: a sample's numbers" },
    { .name = "C 1", .layer = "sigmoid_cross_entropy", .given = { { GCK_GIVEN_DIM, "C", "1" } }, .code = 403,
      .words = "C = 1: a factor C" },
    { .name = "S 1", .layer = "euclidean", .given = { { GCK_GIVEN_DIM, "S", "1" } }, .code = 403,
      .words = "S = 1: a factor S" },
    { .name = "C and S alike", .layer = "softmax_loss", .given = { { GCK_GIVEN_DIM, "S", "7" } }, .code = 403,
      .words = "C = S = 7" },
    { .name = "C and K alike", .layer = "inner_product", .given = { { GCK_GIVEN_DIM, "K", "7" } }, .code = 403,
      .words = "C = K = 7" },
    { .name = "num and C alike, but the 1/num exam tries other nums", .layer = "euclidean",
      .given = { { GCK_GIVEN_DIM, "N", "7" } } },
    { .name = "two of three axes, as many data are", .layer = "euclidean",
      .given = { { GCK_GIVEN_SHAPE, "prediction", "5x7" }, { GCK_GIVEN_SHAPE, "target", "5x7" } } },
    { .name = "one port of two", .layer = "euclidean", .only = "target", .code = 406, .words = "105 of 210 elements" },
    { .name = "one element", .layer = "hinge", .only = "score[4,0]", .code = 406, .words = "1 of 35 elements was" },
    { .name = "the only port there is", .layer = "hinge", .only = "score" },
    { .name = "every top without weight", .layer = "euclidean", .given = { { GCK_GIVEN_TOP, "loss", "0" } },
      .code = 401, .words = "every top the weight 0" },
};

static void is_warned_of(void **state)
{
    const struct narrow *const narrow = *state;
    struct gck_options options = gck_options_default();
    const struct gck_finding *finding;

    for (unsigned i = 0; i < MOST && narrow->given[i].name != NULL; i++)
        options.given[options.givens++] = narrow->given[i];
    if (narrow->weights > 0) {
        memcpy(options.weight, narrow->weight, sizeof narrow->weight);
        options.weights = narrow->weights;
    }
    options.only = narrow->only;
    for (int type = GCK_TYPE_FLOAT; type <= GCK_TYPE_DOUBLE; type++) {
        examine(narrow->layer, (enum gck_type)type, &options);
        assert_int_equal(result.verdict, GCK_PASS); /* never a fault */
        assert_int_equal(gck_exit_code(&result, 1), 0);
        finding = about_run(&result);
        assert_int_equal(finding != NULL ? finding->code : 0, narrow->code);
        if (finding != NULL)
            assert_says(finding->measured, narrow->words);
    }
}

/* ---- data where nothing moves ---- */

struct still {
    const char *name, *layer;
    struct gck_given given;
    void (*refill)(void *context, const char *port, const struct gck_shape *shape, double *value);
};

/* Class 0 is right, and every score is far beyond the margin. */
static void beyond_margin(void *context, const char *port, const struct gck_shape *shape, double *value)
{
    const size_t count = gck_shape_count(shape, 0, shape->axes), row = count / shape->dim[0];

    (void)context;
    for (size_t i = 0; i < count; i++)
        value[i] = strcmp(port, "label") == 0 ? 0 : i % row == 0 ? 3 + value[i] / 10 : -3 + value[i] / 10;
}

static void all_class_0(void *context, const char *port, const struct gck_shape *shape, double *value)
{
    (void)context;
    for (size_t i = 0; strcmp(port, "label") == 0 && i < gck_shape_count(shape, 0, shape->axes); i++)
        value[i] = 0;
}

static void all_negative(void *context, const char *port, const struct gck_shape *shape, double *value)
{
    (void)context, (void)port;
    for (size_t i = 0; i < gck_shape_count(shape, 0, shape->axes); i++)
        value[i] = -0.1 - fabs(value[i]);
}

static void all_dissimilar(void *context, const char *port, const struct gck_shape *shape, double *value)
{
    (void)context;
    for (size_t i = 0; strcmp(port, "similar") == 0 && i < gck_shape_count(shape, 0, shape->axes); i++)
        value[i] = 0;
}

static const struct still stills[] = {
    { "hinge: every score beyond the margin", "hinge", { GCK_GIVEN_DIM, "N", "5" }, beyond_margin },
    { "softmax_loss: every label ignored", "softmax_loss", { GCK_GIVEN_PARAM, "ignore_label", "0" }, all_class_0 },
    { "relu: every x negative", "relu", { GCK_GIVEN_DIM, "N", "5" }, all_negative },
    { "contrastive: every pair beyond the margin", "contrastive", { GCK_GIVEN_PARAM, "margin", "0.01" },
      all_dissimilar },
};

static void has_no_active_sample(void **state)
{
    const struct still *const still = *state;
    struct gck_options options = gck_options_default();

    options.given[options.givens++] = still->given;
    options.refill = still->refill;
    for (int type = GCK_TYPE_FLOAT; type <= GCK_TYPE_DOUBLE; type++) {
        const struct gck_finding *finding;

        examine(still->layer, (enum gck_type)type, &options);
        finding = about_run(&result);
        assert_non_null(finding);
        assert_int_equal(finding->code, 405);
        assert_int_equal(finding->severity, GCK_WARN);
        assert_int_equal(result.verdict, GCK_PASS);
    }
}

/* Who has been told what is wrong needs no word about what could not have been seen. */
static void a_layer_that_is_found_out_has_no_such_note(void **state)
{
    static struct gck_plugin plugin;
    struct gck_options options = gck_options_default();
    char message[GCK_MESSAGE_SIZE], path[512];
    const char *const build = getenv("GCK_BUILD");

    (void)state;
    snprintf(path, sizeof path, "%s/broken/weight_ignored.so", build != NULL ? build : "build");
    assert_int_equal(gck_plugin_load(&plugin, path, message), GCK_OK);
    options.weight[0] = 1;
    options.weights = 1;
    memset(&result, 0, sizeof result);
    gck_examine(plugin.double_layer[0], NULL, &options, &result);
    assert_int_equal(result.verdict, GCK_FAIL);
    assert_null(about_run(&result));
}

int main(void)
{
    enum { NARROWS = sizeof narrows / sizeof narrows[0], STILLS = sizeof stills / sizeof stills[0] };
    struct CMUnitTest test[NARROWS + STILLS + 2] = {
        cmocka_unit_test(usual_runs_have_nothing_to_say),
        cmocka_unit_test(a_layer_that_is_found_out_has_no_such_note),
    };

    for (size_t i = 0; i < NARROWS; i++)
        test[2 + i] = (struct CMUnitTest){ narrows[i].name, is_warned_of, NULL, NULL, (void *)&narrows[i] };
    for (size_t i = 0; i < STILLS; i++)
        test[2 + NARROWS + i] = (struct CMUnitTest){ stills[i].name, has_no_active_sample, NULL, NULL,
                                                     (void *)&stills[i] };
    return _cmocka_run_group_tests("narrow runs", test, sizeof test / sizeof test[0], NULL, NULL);
}
