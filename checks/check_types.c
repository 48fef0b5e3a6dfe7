/* check_types.c -- Forward in float against the double twin's: what is accused (GC308), and what is not; kinks as notes. */
#include "check.h"

#include "draw.h"
#include "gradcheck/gradcheck.h"
#include "layer/load.h"

static struct gck_result result;

static const struct gck_finding *found(unsigned code)
{
    for (unsigned f = 0; f < result.findings; f++)
        if (result.finding[f].code == code)
            return &result.finding[f];
    return NULL;
}

static void examine_broken(const char *stem, uint64_t seed)
{
    struct gck_plugin plugin;
    struct gck_options options = gck_options_default();
    const char *const build = getenv("GCK_BUILD");
    char path[256], message[GCK_MESSAGE_SIZE];

    memset(&plugin, 0, sizeof plugin);
    options.seed = seed;
    snprintf(path, sizeof path, "%.150s/broken/%.60s.so", build != NULL ? build : "build", stem);
    assert_int_equal(gck_plugin_load(&plugin, path, message), GCK_OK);
    gck_examine(plugin.float_layer[0], plugin.double_layer[0], &options, &result);
}

static void overflow_in_float_has_one_name(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        examine_broken("exp_overflows", seed);
        assert_int_equal(result.verdict, GCK_FAIL);
        assert_int_equal(result.findings, 1);
        assert_int_equal(result.finding[0].code, 308);
        assert_int_equal(result.finding[0].severity, GCK_SEVERE);
        assert_says(result.finding[0].measured, "loss is inf in float and ");
        assert_string_equal(result.finding[0].port, "loss");
    }
}

static void lost_digits_are_a_warning(void **state)
{
    unsigned seen = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        examine_broken("square_cancels", seed);
        assert_int_equal(result.verdict, GCK_PASS);
        if (found(308) == NULL)
            continue; /* by chance the rounding cancels */
        assert_int_equal(found(308)->severity, GCK_WARN);
        assert_says(found(308)->measured, "of a float's 7 digits");
        seen++;
    }
    assert_in_range(seen, 18, 20);
}

/* 1e40 is no float, however it is computed. */
static void a_result_that_is_no_float_is_not_finite(void **state)
{
    struct gck_options options = gck_options_default();

    (void)state;
    options.scale = 1e22;
    gck_examine(gck_layer_find("euclidean", GCK_TYPE_FLOAT), gck_layer_find("euclidean", GCK_TYPE_DOUBLE), &options,
                &result);
    assert_null(found(308));
    assert_non_null(found(302));
    assert_says(found(302)->measured, "the loss of these data is inf");
}

/* E = 1/num sum sin(1e4 x): x rounded to float moves it in the third digit, and no other formula helps. */
static enum gck_status scalar_top(struct gck_io *io)
{
    return gck_reshape_scalar(io, io->top[0]);
}

#define STEEP(type, sine, cosine)                                                                                     \
    static enum gck_status forward_##type(struct gck_io *io)                                                          \
    {                                                                                                                 \
        const type *x = (const type *)io->bottom[0]->data;                                                            \
        type sum = 0;                                                                                                 \
                                                                                                                      \
        for (size_t i = 0; i < io->bottom[0]->count; i++)                                                             \
            sum += sine((type)1e4 * x[i]);                                                                            \
        *(type *)io->top[0]->data = sum / (type)io->bottom[0]->shape.dim[0];                                          \
        return GCK_OK;                                                                                                \
    }                                                                                                                 \
    static enum gck_status backward_##type(struct gck_io *io)                                                         \
    {                                                                                                                 \
        const type *x = (const type *)io->bottom[0]->data;                                                            \
        const type scale = *(const type *)io->top[0]->diff / (type)io->bottom[0]->shape.dim[0];                       \
                                                                                                                      \
        for (size_t i = 0; io->propagate_down[0] && i < io->bottom[0]->count; i++)                                    \
            ((type *)io->bottom[0]->diff)[i] = scale * (type)1e4 * cosine((type)1e4 * x[i]);                          \
        return GCK_OK;                                                                                                \
    }

STEEP(float, sinf, cosf)
STEEP(double, sin, cos)

static const struct gck_port steep_bottom[] = { { .name = "x", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
                                                GCK_END };
static const struct gck_port steep_top[] = { { .name = "loss" }, GCK_END };

static void ill_conditioned_data_are_nobodys_fault(void **state)
{
    struct gck_layer in_float = { GCK_THIS_ABI, .name = "steep", .formula = "E = sin(1e4 x)", .loss = true,
                                  .bottom = steep_bottom, .top = steep_top, .reshape = scalar_top,
                                  .forward = forward_float, .backward = backward_float },
                     in_double = in_float;
    struct gck_options options = gck_options_default();

    (void)state;
    in_float.type = GCK_TYPE_FLOAT;
    in_float.real_size = sizeof(float);
    in_double.type = GCK_TYPE_DOUBLE;
    in_double.real_size = sizeof(double);
    in_double.forward = forward_double;
    in_double.backward = backward_double;
    for (options.seed = 1; options.seed <= 50; options.seed++) {
        gck_examine(&in_float, &in_double, &options, &result);
        assert_null(found(308));
        assert_int_not_equal(result.verdict, GCK_FAIL);
        assert_int_not_equal(result.verdict, GCK_ERROR);
    }
}

static void correct_layers_have_none(void **state)
{
    static struct draw draw;
    const struct gck_layer *layer;

    (void)state;
    for (size_t l = 0; (layer = gck_layer_at(l, GCK_TYPE_DOUBLE)) != NULL; l++)
        for (uint64_t trial = 0; trial < 25; trial++) {
            draw_options(&draw, layer, 800000 + trial, true, false);
            gck_examine(gck_layer_find(layer->name, GCK_TYPE_FLOAT), layer, &draw.options, &result);
            if (found(308) != NULL)
                print_error("%s %s: %s\n", layer->name, result.again, found(308)->measured);
            assert_null(found(308));
        }
}

static void on_the_margin(void *context, const char *port, const struct gck_shape *shape, double *value)
{
    (void)context;
    for (size_t i = 0; strcmp(port, "label") != 0 && i < gck_shape_count(shape, 0, shape->axes); i += 9)
        value[i] = i % 2 == 0 ? 1 : -1;
}

static void a_kink_is_a_note(void **state)
{
    struct gck_options options = gck_options_default();
    const struct gck_layer *const hinge = gck_layer_find("hinge", GCK_TYPE_DOUBLE);

    (void)state;
    gck_examine(hinge, NULL, &options, &result);
    assert_int_equal(result.verdict, GCK_PASS);
    assert_null(found(304));
    options.refill = on_the_margin;
    gck_examine(hinge, NULL, &options, &result);
    assert_int_equal(result.verdict, GCK_PASS);
    assert_non_null(found(304));
    assert_int_equal(found(304)->severity, GCK_NOTE);
    assert_string_equal(found(304)->port, "score");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overflow_in_float_has_one_name),
        cmocka_unit_test(lost_digits_are_a_warning),
        cmocka_unit_test(a_result_that_is_no_float_is_not_finite),
        cmocka_unit_test(ill_conditioned_data_are_nobodys_fault),
        cmocka_unit_test(correct_layers_have_none),
        cmocka_unit_test(a_kink_is_a_note),
    };

    return cmocka_run_group_tests_name("float and double", tests, NULL, NULL);
}
