/* check_positions.c -- elements of large samples, each judged on its position alone: where the positions are the loss's terms,
 * and nowhere else; found where they are wrong, and never called wrong where they are right. */
#include "check.h"

#include "core/blob.h"
#include "core/random.h"
#include "gallery.h"
#include "gradcheck/gradcheck.h"
#include "layer/position.h"

enum { TRIALS = 4 / CHECK_LESS };

static struct gck_options options;
static struct gck_result result;
static char text[16][48];

static void give(enum gck_given_kind kind, const char *name, const char *value)
{
    snprintf(text[options.givens], sizeof text[0], "%s", value);
    options.given[options.givens] = (struct gck_given){ kind, name, text[options.givens] };
    options.givens++;
}

static void give_dim(const char *name, size_t size)
{
    char value[24];

    snprintf(value, sizeof value, "%zu", size);
    give(GCK_GIVEN_DIM, name, value);
}

static size_t among(uint64_t trial, uint32_t what, size_t least, size_t most)
{
    return least + gck_below(trial, what, 0, most - least + 1);
}

static void ask(uint64_t seed)
{
    options = gck_options_default();
    options.seed = seed;
}

static void examine(const struct gck_layer *layer, const struct gck_layer *twin)
{
    memset(&result, 0, sizeof result);
    assert_int_equal(gck_examine(layer, twin, &options, &result), GCK_OK);
    for (unsigned f = 0; f < result.findings && result.finding[f].severity == GCK_SEVERE; f++)
        print_message("GC%u %s\n  %s\n", result.finding[f].code, result.finding[f].measured, result.again);
}

/* Both types: nothing is called wrong, and all was looked at, position by position. */
static void assert_right(const char *name)
{
    const struct gck_layer *const in_double = gck_layer_find(name, GCK_TYPE_DOUBLE);

    for (unsigned type = 0; type < 2; type++) {
        examine(type == 0 ? in_double : gck_layer_find(name, GCK_TYPE_FLOAT), type == 0 ? NULL : in_double);
        if (result.verdict != GCK_PASS)
            fail_msg("%s, %s: %s", name, type == 0 ? "double" : "float", result.again);
        assert_string_equal(result.method, "sliced");
        assert_string_equal(result.unit, "position");
        for (unsigned p = 0; p < result.ports; p++) {
            assert_int_equal(result.port[p].disagree, 0);
            assert_int_equal(result.port[p].agree + result.port[p].kink + result.port[p].inconclusive,
                             result.port[p].elements);
            assert_true(1000 * result.port[p].inconclusive <= result.port[p].elements);
        }
        for (unsigned p = 0; p < result.exacts; p++) {
            assert_int_equal(result.exact_port[p].elements, result.port[p].elements);
            assert_int_equal(result.exact_port[p].disagree, 0);
        }
    }
}

/* ---- which numbers a position has ---- */

static void positions_share_the_elements_out(void **state)
{
    static const char *const shape[][3] = { { "2x7x30x40", "2x30x40", NULL }, { "3x6x5x4x3", "3x60", NULL },
                                            { "2x30x40x7", "2x30x40", "3" }, { "2x30x7x40", "2x1200", "2" },
                                            { "1x9x50", "1x50", NULL },      { "4x1x50", "4x1x50", NULL } };

    (void)state;
    for (size_t k = 0; k < sizeof shape / sizeof shape[0]; k++) {
        struct gck_positions positions;
        struct gck_setup setup;
        char message[GCK_MESSAGE_SIZE];

        ask(1);
        give(GCK_GIVEN_SHAPE, "score", shape[k][0]);
        give(GCK_GIVEN_SHAPE, "label", shape[k][1]);
        if (shape[k][2] != NULL)
            give(GCK_GIVEN_PARAM, "axis", shape[k][2]);
        assert_int_equal(gck_setup_open(&setup, gck_layer_find("softmax_loss", GCK_TYPE_DOUBLE), &options, message), GCK_OK);
        assert_true(gck_positions_open(&positions, &setup));
        for (unsigned i = 0; i < setup.bottoms; i++) {
            const size_t count = gck_shape_count(&setup.bottom[i].shape, 0, setup.bottom[i].shape.axes);
            const struct gck_lattice *const lattice = &positions.bottom[i];
            size_t seen = 0;

            assert_int_equal(positions.count * lattice->size, count);
            for (size_t e = 0; e < count; e++) {
                size_t number;
                const size_t position = gck_position_of(&positions, lattice, e, &number);
                const struct gck_run run = gck_run_of(&positions, lattice, position);

                assert_true(position < positions.count && number < run.count);
                assert_int_equal(run.first + number * run.stride, e);
                assert_int_equal(position / positions.each, e / (count / setup.dim[0])); /* its own sample's */
                seen++;
            }
            assert_int_equal(seen, count);
        }
        gck_positions_close(&positions);
        gck_setup_close(&setup);
    }
}

static void shapes_that_do_not_fit_have_no_positions(void **state)
{
    static const struct {
        const char *layer, *port, *shape;
    } odd[] = { { "softmax_loss", "score", "3x5" },      /* one position each */
                { "hinge", "score", "3x5" },             /* no dim for them */
                { "euclidean", "prediction", "2x120" } };/* beside a target in which they are axes */

    (void)state;
    for (size_t k = 0; k < sizeof odd / sizeof odd[0]; k++) {
        struct gck_positions positions;
        struct gck_setup setup;
        char message[GCK_MESSAGE_SIZE];

        ask(1);
        give(GCK_GIVEN_SHAPE, odd[k].port, odd[k].shape);
        if (strcmp(odd[k].layer, "euclidean") == 0)
            give(GCK_GIVEN_SHAPE, "target", "2x6x20");
        assert_int_equal(gck_setup_open(&setup, gck_layer_find(odd[k].layer, GCK_TYPE_DOUBLE), &options, message), GCK_OK);
        assert_false(gck_positions_open(&positions, &setup));
        gck_positions_close(&positions);
        gck_setup_close(&setup);
    }
}

/* ---- right layers ---- */

static void right_layers_are_judged_position_by_position(void **state)
{
    static const char *const layer[] = { "softmax_loss", "infogain", "euclidean", "sigmoid_cross_entropy",
                                         "softmax",      "sigmoid",  "relu",      "tanh" };

    (void)state;
    for (uint64_t trial = 0; trial < TRIALS; trial++)
        for (size_t l = 0; l < sizeof layer / sizeof layer[0]; l++) {
            ask(100 * trial + l);
            give_dim("N", among(trial, 1, 1, 3));
            give_dim("C", among(trial, 2, 2, 6));
            give_dim("S", among(trial, 3, 1100, 1500));
            assert_right(layer[l]);
        }
}

static void whatever_the_loss_divides_by(void **state)
{
    static const char *const norm[] = { "FULL", "VALID", "BATCH_SIZE", "NONE" };

    (void)state;
    for (unsigned k = 0; k < 4; k++)
        for (unsigned ignored = 0; ignored < 2; ignored++) {
            ask(k);
            give_dim("N", 3);
            give_dim("S", 700);
            give(GCK_GIVEN_PARAM, "normalization", norm[k]);
            if (ignored)
                give(GCK_GIVEN_PARAM, "ignore_label", "2");
            assert_right(k % 2 == 0 ? "softmax_loss" : "infogain");
        }
}

static void wherever_the_classes_stand(void **state)
{
    static const char *const shape[][2] = { { "2x5x20x30", "1" }, { "2x20x30x5", "3" }, { "2x20x5x30", "2" },
                                            { "2x20x30x5", "-1" }, { "1x1x2000x6", "3" } };

    (void)state;
    for (size_t k = 0; k < sizeof shape / sizeof shape[0]; k++) {
        ask(k);
        give(GCK_GIVEN_SHAPE, "score", shape[k][0]);
        give(GCK_GIVEN_PARAM, "axis", shape[k][1]);
        assert_right("softmax_loss");
        if (strcmp(shape[k][1], "-1") != 0)
            give(GCK_GIVEN_PARAM, "normalization", "BATCH_SIZE"); /* the dims before the axis */
        assert_right("softmax_loss");
        options.givens = 2;
        assert_right("softmax");
    }
}

/* Where a position costs as much as a sample nearly, directions are probed as before. */
static void long_positions_are_not_worth_it(void **state)
{
    (void)state;
    ask(1);
    options.differences_only = true;
    give_dim("C", 9000);
    examine(gck_layer_find("euclidean", GCK_TYPE_DOUBLE), NULL);
    assert_string_equal(result.method, "probed");
    assert_string_equal(result.unit, "");
    ask(1);
    examine(gck_layer_find("softmax_loss", GCK_TYPE_DOUBLE), NULL);
    assert_string_equal(result.method, "exhaustive");
    assert_string_equal(result.unit, "");
}

/* ---- losses that couple positions, all of them right ---- */

enum coupling { NONE, MAXIMUM, NORM, NEIGHBOURS, BY_PLACE, ONE_HEAVIER, CENTRED, ALONG, KINDS };

static const char *const kind_name[KINDS] = { "none", "maximum", "norm", "neighbours", "by_place", "one_heavier",
                                              "centred", "along" };
static enum coupling kind;

static enum gck_status reshape(struct gck_io *io)
{
    return gck_reshape_scalar(io, io->top[0]);
}

/* Of one row of `size` numbers of a sample: its loss, and what d holds becomes its gradient. */
static double row_loss(size_t size, const double *x, double *d)
{
    double sum = 0, other = 0;
    size_t most = 0;

    for (size_t p = 0; p < size; p++) {
        const double heavy = kind == BY_PLACE ? 1 + (double)p / (double)size
                             : kind == ONE_HEAVIER && p == size - 1 && size > 1 ? 1.001 : 1;

        most = x[p] > x[most] ? p : most;
        other += kind == ALONG ? exp(x[p]) : x[p] / (double)size;
        sum += 0.5 * heavy * x[p] * x[p];
        d[p] = heavy * x[p];
    }
    switch (kind) {
    case MAXIMUM:
        for (size_t p = 0; p < size; p++)
            d[p] = p == most;
        return x[most];
    case NORM:
        for (size_t p = 0; p < size; p++)
            d[p] = x[p] / sqrt(2 * sum);
        return sqrt(2 * sum);
    case NEIGHBOURS:
        for (size_t p = 0; p + 1 < size; p++) {
            const double step = 0.01 * (x[p + 1] - x[p]);

            sum += 50 * step * step;
            d[p + 1] += step;
            d[p] -= step;
        }
        return sum;
    case CENTRED:
        for (size_t p = 0; p < size; p++)
            d[p] -= other;
        return sum - 0.5 * (double)size * other * other;
    case ALONG:
        for (size_t p = 0; p < size; p++)
            d[p] = exp(x[p]) / other;
        return log(other);
    default:
        return sum;
    }
}

static double each_row(struct gck_io *io, double times, double *diff)
{
    const struct gck_shape *const shape = &io->bottom[0]->shape;
    const size_t size = shape->dim[2], rows = io->bottom[0]->count / size;
    double *const scratch = malloc(size * sizeof *scratch);
    double loss = 0;

    for (size_t r = 0; r < rows; r++) {
        loss += row_loss(size, gck_bottom(io, 0) + r * size, scratch);
        for (size_t p = 0; p < size && diff != NULL; p++)
            diff[r * size + p] = times * scratch[p];
    }
    free(scratch);
    return loss / (double)shape->dim[0];
}

static enum gck_status forward(struct gck_io *io)
{
    gck_top(io, 0)[0] = each_row(io, 0, NULL);
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    each_row(io, gck_top_diff(io, 0)[0] / (double)gck_num(io, 0), gck_bottom_diff(io, 0));
    return GCK_OK;
}

static const struct gck_port bottoms[] = { { .name = "x", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN }, GCK_END };
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

static const struct gck_layer coupled_layer = { GCK_THIS_ABI, .name = "coupled", .formula = "by positions", .loss = true,
                                                .norm = GCK_NORM_MEAN, .bottom = bottoms, .top = tops, .reshape = reshape,
                                                .forward = forward, .backward = backward };

static void what_couples_positions_is_not_taken_apart(void **state)
{
    (void)state;
    for (uint64_t trial = 0; trial < TRIALS; trial++)
        for (kind = NONE; kind < KINDS; kind++) {
            ask(trial);
            options.exhaustive = trial % 2 == 0; /* else probed */
            give_dim("N", options.exhaustive ? 1 : 2);
            give_dim("C", 2);
            give_dim("S", options.exhaustive ? among(trial, 6, 2100, 2200) : among(trial, 6, 8000, 9000));
            examine(&coupled_layer, NULL);
            if ((strcmp(result.unit, "position") == 0) != (kind == NONE) || result.port[0].disagree > 0
                || result.verdict != GCK_PASS)
                fail_msg("%s: verdict %d, %s %s, %zu disagree: %s", kind_name[kind], (int)result.verdict, result.method,
                         result.unit, result.port[0].disagree, result.again);
        }
}

/* Layers that nobody had in mind, with weights, too; a maximum of neighbours and statistics of a batch among them. */
static void so_it_is_with_strangers(void **state)
{
    static const struct {
        const char *stem;
        bool apart;
    } stranger[] = { { "focal", true }, { "prelu", true }, { "batch_norm", false }, { "max_pool", false } };
    const char *const build = getenv("GCK_BUILD");

    (void)state;
    for (size_t k = 0; k < sizeof stranger / sizeof stranger[0]; k++) {
        static struct gck_plugin plugin[4];
        char path[256], message[GCK_MESSAGE_SIZE];

        snprintf(path, sizeof path, "%s/strangers/%s.so", build != NULL ? build : "build", stranger[k].stem);
        assert_int_equal(gck_plugin_load(&plugin[k], path, message), GCK_OK);
        for (unsigned type = 0; type < 2; type++) {
            const struct gck_layer *const in_double = plugin[k].double_layer[0];

            ask(k);
            options.exact = type == 0 ? plugin[k].exact_layer[0] : NULL;
            give_dim("N", 2);
            give_dim("C", 3);
            give_dim("S", 1000);
            examine(type == 0 ? in_double : plugin[k].float_layer[0], type == 0 ? NULL : in_double);
            if ((strcmp(result.unit, "position") == 0) != stranger[k].apart || result.exact.answer == GCK_WRONG
                || result.verdict != GCK_PASS)
                fail_msg("%s: verdict %d, %s %s", stranger[k].stem, (int)result.verdict, result.method, result.unit);
        }
    }
}

/* ---- wrong layers ---- */

static struct {
    const struct gck_layer *layer;
    size_t element, elements; /* that are spoiled */
    double times;
} spoil;

static enum gck_status spoiled(struct gck_io *io)
{
    const enum gck_status status = spoil.layer->backward(io);
    double *const diff = gck_bottom_diff(io, 0);

    for (size_t i = spoil.element; i < spoil.element + spoil.elements && status == GCK_OK && diff != NULL; i++)
        if (i < gck_count(io, 0) && gck_count(io, 0) > 1000)
            diff[i] *= spoil.times;
    return status;
}

/* However many there are: relatively off by 1e-6, one of 100,000 at places of every kind. */
static void one_element_of_very_many_is_found_by_a_millionth(void **state)
{
    enum { N = 2, C = 10, S = 5000 / CHECK_LESS, COUNT = N * C * S };
    struct gck_layer layer;

    (void)state;
    spoil.layer = gck_layer_find("softmax_loss", GCK_TYPE_DOUBLE);
    layer = *spoil.layer;
    layer.name = "spoiled";
    layer.backward = spoiled;
    ask(5);
    options.differences_only = true;
    give_dim("N", N);
    give_dim("C", C);
    give_dim("S", S);
    for (uint64_t trial = 0; trial < 4; trial++) {
        spoil.elements = trial < 3;
        spoil.element = trial == 0 ? 0 : trial == 1 ? COUNT - 1 : gck_below(trial, 11, 0, COUNT);
        spoil.times = trial % 2 == 0 ? 1 + 1e-6 : 1 - 1e-6;
        examine(&layer, NULL);
        assert_string_equal(result.unit, "position");
        assert_int_equal(result.port[0].elements, COUNT);
        assert_int_equal(result.port[0].disagree, spoil.elements);
        assert_int_equal(result.port[0].inconclusive, 0);
        assert_int_equal(result.verdict, trial < 3 ? GCK_FAIL : GCK_PASS);
        if (trial < 3)
            assert_int_equal(result.port[0].worst.flat, spoil.element);
    }
}

/* The exact twin takes position after position, too, of bottoms and of what all add to. */
static void the_exact_twin_finds_what_is_far_smaller(void **state)
{
    struct gck_layer layer;

    (void)state;
    spoil.layer = gck_layer_find("softmax_loss", GCK_TYPE_DOUBLE);
    layer = *spoil.layer;
    layer.backward = spoiled;
    for (uint64_t trial = 0; trial < 4; trial++) {
        spoil.element = gck_below(trial, 12, 0, 2 * 4 * 1200);
        spoil.elements = trial < 3;
        spoil.times = 1 + 1e-11;
        ask(trial);
        options.exact = gck_layer_find("softmax_loss", GCK_TYPE_EXACT);
        if (options.exact == NULL)
            skip(); /* built without a C++ compiler */
        give_dim("N", 2);
        give_dim("C", 4);
        give_dim("S", 1200);
        examine(&layer, NULL);
        assert_int_equal(result.exact_port[0].elements, 2 * 4 * 1200);
        assert_int_equal(result.exact_port[0].disagree, spoil.elements);
        assert_int_equal(result.exact_port[0].agree, 2 * 4 * 1200 - spoil.elements);
        assert_true(result.exact_forwards >= 2 * 1200 && result.exact_forwards <= 2 * 1200 + 2 * spoil.elements);
        if (spoil.elements > 0)
            assert_int_equal(result.exact_port[0].worst, spoil.element);
    }
}

/* --only looks at an element in the same way. */
static void an_element_alone_is_found_as_well(void **state)
{
    struct gck_layer layer;

    (void)state;
    spoil.layer = gck_layer_find("softmax_loss", GCK_TYPE_DOUBLE);
    layer = *spoil.layer;
    layer.backward = spoiled;
    spoil.element = (1 * 4 + 2) * 3000 + 1234;
    spoil.elements = 1;
    spoil.times = 1 + 1e-6;
    for (unsigned wrong = 0; wrong < 2; wrong++) {
        ask(6);
        options.exact = gck_layer_find("softmax_loss", GCK_TYPE_EXACT);
        options.only = wrong ? "score[1,2,1234]" : "score[1,2,1233]";
        give_dim("N", 2);
        give_dim("C", 4);
        give_dim("S", 3000);
        examine(&layer, NULL);
        assert_int_equal(result.port[0].elements, 1);
        assert_int_equal(result.port[0].disagree, wrong);
        if (options.exact != NULL) {
            assert_int_equal(result.exact_port[0].elements, 1);
            assert_int_equal(result.exact_port[0].disagree, wrong);
        }
        assert_string_equal(result.unit, "position");
    }
}

static void mistakes_have_the_same_names_there(void **state)
{
    static const char *const stem[] = { "absolute", "every_second", "factor_two", "half_missing", "last_sample_missing",
                                        "no_label", "num_is_count", "num_lost_forward", "num_missing", "num_missing_softmax",
                                        "one_element", "reversed", "sign_second", "stale_first", "swapped", "transposed",
                                        "weight_and_num", "weight_ignored", "wrong_label", "zero" };
    static struct exhibit exhibit[MAX_LAYERS];
    const char *const build = getenv("GCK_BUILD");
    const size_t exhibits = gallery_read(exhibit, build != NULL ? build : "build", NULL);
    size_t asked = 0, by_position = 0;

    (void)state;
    for (size_t i = 0; i < exhibits; i++)
        for (size_t k = 0; k < sizeof stem / sizeof stem[0]; k++) {
            if (strcmp(exhibit[i].stem, stem[k]) != 0)
                continue;
            ask(1701);
            give_dim("N", 3);
            give_dim("C", 7);
            give_dim("S", 300);
            memset(&result, 0, sizeof result);
            examine_exhibit(&exhibit[i], GCK_TYPE_DOUBLE, &options, &result);
            if (strstr(result.why, "has no dim") != NULL)
                continue;
            if (!as_planned(&exhibit[i], &result))
                fail_msg("%s is called GC%u: %s", stem[k], result.findings > 0 ? result.finding[0].code : 0, result.why);
            asked++;
            by_position += strcmp(result.unit, "position") == 0;
        }
    assert_true(asked >= 14);
    assert_true(by_position >= asked - 1);
}

/* ---- many processes ---- */

static bool in_blocks;

static void hear(void *context, const char *doing, size_t done, size_t of)
{
    (void)context;
    assert_true(done <= of);
    in_blocks = in_blocks || strcmp(doing, "gradient: every element") == 0;
}

static void the_same_is_found_with_any_number_of_jobs(void **state)
{
    static const unsigned jobs[] = { 1, 3, 0 };
    static struct gck_result first;

    (void)state;
    for (unsigned type = 0; type < 2; type++)
        for (unsigned k = 0; k < 3; k++) {
            const struct gck_layer *const twin = gck_layer_find("softmax_loss", GCK_TYPE_DOUBLE);

            ask(7);
            options.jobs = jobs[k];
            options.progress = hear;
            give_dim("N", 2);
            give_dim("C", 30);
            give_dim("S", 2000);
            in_blocks = false;
            examine(type == 0 ? twin : gck_layer_find("softmax_loss", GCK_TYPE_FLOAT), type == 0 ? NULL : twin);
            assert_int_equal(in_blocks, jobs[k] > 0);
            assert_int_equal(result.verdict, GCK_PASS);
            assert_string_equal(result.unit, "position");
            result.seconds = 0;
            if (k > 0)
                assert_memory_equal(&first, &result, sizeof first);
            first = result;
        }
}

/* Of a layer that crashes at one number of one position, where it is moved. */
static double bait;

static enum gck_status crashing(struct gck_io *io)
{
    const double *const x = gck_bottom(io, 0);

    for (size_t i = 0; i < gck_count(io, 0) && gck_count(io, 0) < 100; i++)
        if (fabs(x[i] - bait) < 0.1 && x[i] != bait)
            abort();
    return spoil.layer->forward(io);
}

static void set_bait(void *context, const char *port, const struct gck_shape *shape, double *value)
{
    (void)context;
    if (strcmp(port, "score") == 0 && shape->dim[0] == 2)
        value[(1 * 30 + 4) * 2000 + 17] = bait;
}

static void a_crash_in_one_block_leaves_the_others(void **state)
{
    struct gck_layer layer;

    (void)state;
    spoil.layer = gck_layer_find("softmax_loss", GCK_TYPE_DOUBLE);
    layer = *spoil.layer;
    layer.forward = crashing;
    bait = 77;
    ask(7);
    options.jobs = 2;
    options.refill = set_bait;
    give_dim("N", 2);
    give_dim("C", 30);
    give_dim("S", 2000);
    memset(&result, 0, sizeof result);
    gck_examine(&layer, NULL, &options, &result);
    assert_int_equal(result.verdict, GCK_ERROR);
    assert_int_equal(result.status, GCK_ECRASH);
    assert_says(result.why, "position ");
    assert_says(result.why, " of sample 1 were not checked: the layer crashed (SIGABRT");
    assert_says(result.why, " of 120000 elements in all");
    assert_true(result.port[0].elements > 60000 && result.port[0].elements < 120000);
    assert_int_equal(result.port[0].agree, result.port[0].elements);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_share_the_elements_out),
        cmocka_unit_test(shapes_that_do_not_fit_have_no_positions),
        cmocka_unit_test(right_layers_are_judged_position_by_position),
        cmocka_unit_test(whatever_the_loss_divides_by),
        cmocka_unit_test(wherever_the_classes_stand),
        cmocka_unit_test(long_positions_are_not_worth_it),
        cmocka_unit_test(what_couples_positions_is_not_taken_apart),
        cmocka_unit_test(so_it_is_with_strangers),
        cmocka_unit_test(one_element_of_very_many_is_found_by_a_millionth),
        cmocka_unit_test(the_exact_twin_finds_what_is_far_smaller),
        cmocka_unit_test(an_element_alone_is_found_as_well),
        cmocka_unit_test(mistakes_have_the_same_names_there),
        cmocka_unit_test(the_same_is_found_with_any_number_of_jobs),
        cmocka_unit_test(a_crash_in_one_block_leaves_the_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
