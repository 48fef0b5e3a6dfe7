/* check_sweep.c -- the error of differences against their step: the laws of the textbooks, and how curves are drawn. */
#include "check.h"

#include "exam/sweep.h"
#include "report/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct gck_sweep sweep;

static void run(const char *name, enum gck_type type, const char *only)
{
    const struct gck_layer *const layer = gck_layer_find(name, type);
    struct gck_options options = gck_options_default();
    char message[GCK_MESSAGE_SIZE] = "";

    options.only = only;
    assert_int_equal(gck_sweep_run(layer, type == GCK_TYPE_FLOAT ? gck_layer_find(name, GCK_TYPE_DOUBLE) : NULL,
                                   &options, &sweep, message),
                     GCK_OK);
}

/* The step of h = 10^-decade. */
static const struct gck_sweep_step *at(unsigned decade)
{
    return &sweep.step[decade * GCK_SWEEP_PER_DECADE];
}

static double least(bool central)
{
    double value = HUGE_VAL;

    for (unsigned s = 0; s < GCK_SWEEP_STEPS; s++)
        value = fmin(value, central ? sweep.step[s].central : sweep.step[s].one_sided);
    return value;
}

static void truncation_grows_as_h_one_sided_and_as_h_squared_centrally(void **state)
{
    (void)state;
    run("softmax_loss", GCK_TYPE_DOUBLE, NULL);
    assert_true(fabs(at(2)->h - 1e-2) < 1e-12);
    assert_true(fabs(log10(at(2)->one_sided / at(4)->one_sided) - 2) < 0.1);
    assert_true(fabs(log10(at(1)->central / at(3)->central) - 4) < 0.2);
}

static void rounding_grows_as_1_over_h(void **state)
{
    (void)state;
    run("softmax_loss", GCK_TYPE_DOUBLE, NULL);
    assert_true(fabs(log10(at(11)->central / at(8)->central) - 3) < 0.7);
    assert_true(fabs(at(16)->central - 1) < 1e-12); /* x + h is x: a derivative of 0 */
}

static void the_best_step_lies_where_theory_has_it(void **state)
{
    (void)state;
    run("softmax_loss", GCK_TYPE_DOUBLE, NULL);
    assert_true(least(true) < 1e-8 && least(true) > 1e-12);
    assert_true(least(false) < 1e-6 && least(false) > 1e-9);
    run("softmax_loss", GCK_TYPE_FLOAT, NULL);
    assert_true(least(true) < 1e-2 && least(true) > 1e-6);
}

static void the_bound_is_above_the_central_error_at_every_step(void **state)
{
    static const char *const layers[] = { "softmax_loss", "sigmoid", "hinge", "normalize", "contrastive" };

    (void)state;
    for (size_t l = 0; l < sizeof layers / sizeof layers[0]; l++) {
        run(layers[l], GCK_TYPE_DOUBLE, NULL);
        assert_true(sweep.exact);
        assert_int_equal(sweep.inside, sweep.elements);
        for (unsigned s = 0; s < GCK_SWEEP_STEPS; s++)
            assert_true(isnan(sweep.step[s].bound) || sweep.step[s].bound >= 0.5 * sweep.step[s].central);
    }
}

static void one_element_may_be_chosen(void **state)
{
    (void)state;
    run("softmax_loss", GCK_TYPE_DOUBLE, "score[1,2,0]");
    assert_int_equal(sweep.elements, 1);
    assert_int_equal(sweep.flat, (1 * 7 + 2) * 3);
}

static void all_negative(void *context, const char *port, const struct gck_shape *shape, double *value)
{
    size_t count = 1;

    (void)context;
    (void)port;
    for (unsigned a = 0; a < shape->axes; a++)
        count *= shape->dim[a];
    for (size_t i = 0; i < count; i++)
        value[i] = -1;
}

static void where_every_derivative_is_0_there_is_no_error_to_show(void **state)
{
    struct gck_options options = gck_options_default();
    char message[GCK_MESSAGE_SIZE] = "";

    (void)state;
    options.refill = all_negative;
    assert_int_equal(gck_sweep_run(gck_layer_find("relu", GCK_TYPE_DOUBLE), NULL, &options, &sweep, message),
                     GCK_EEMPTY);
    assert_non_null(strstr(message, "no element of x"));
}

/* ---- drawing ---- */

static const double x[] = { -4, -3, -2, -1, 0 }, y[] = { -1, -2, -3, -2, -1 };

static char *drawn(const struct gck_plot *plot, unsigned columns, bool braille, bool svg)
{
    char *text = NULL;
    size_t size;
    FILE *const file = open_memstream(&text, &size);

    if (svg)
        assert_true(gck_plot_svg(file, plot, 1));
    else
        gck_plot_text(file, plot, columns, 4, braille);
    fclose(file);
    return text;
}

static struct gck_plot valley(void)
{
    return (struct gck_plot){ .title = "a valley", .x_name = "h", .y_name = "error < 1", .x_low = -4, .x_high = 0,
                              .y_low = -4, .y_high = 0, .curve = { { "one", 'o', x, y, 5 } }, .curves = 1 };
}

static void a_chart_in_letters_has_every_point_in_its_place(void **state)
{
    struct gck_plot plot = valley();
    char *const text = drawn(&plot, 40, false, false);

    (void)state;
    assert_string_equal(text, "a valley\n"
                              "       error < 1\n"
                              "    1e0 |\n"
                              "        |o                             o\n"
                              "   1e-2 |       o               o\n"
                              "        |               o\n"
                              "        +-------------------------------\n"
                              "         1e-4                        1e0\n"
                              "                        h\n");
    free(text);
}

static void a_chart_in_braille_is_a_line_with_its_letter(void **state)
{
    struct gck_plot plot = valley();
    char *const text = drawn(&plot, 40, true, false);

    (void)state;
    assert_non_null(strstr(text, "\xe2\xa0")); /* some pattern of U+2800 */
    assert_non_null(strchr(strstr(text, "|"), 'o'));
    free(text);
}

static void a_gap_breaks_the_line(void **state)
{
    const double gap[] = { -1, -2, (double)NAN, -2, -1 };
    struct gck_plot plot = valley();
    char *text;
    size_t lines = 0;

    (void)state;
    plot.curve[0].y = gap;
    text = drawn(&plot, 0, false, true);
    for (const char *at_line = text; (at_line = strstr(at_line, "<polyline")) != NULL; at_line++)
        lines++;
    assert_int_equal(lines, 2);
    free(text);
}

static void a_picture_escapes_its_words_and_stands_alone(void **state)
{
    struct gck_plot plot = valley();
    char *const text = drawn(&plot, 0, false, true);

    (void)state;
    assert_non_null(strstr(text, "error &lt; 1"));
    assert_null(strstr(text, "error < 1"));
    assert_true(strncmp(text, "<svg xmlns=", 11) == 0);
    assert_string_equal(text + strlen(text) - 7, "</svg>\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(truncation_grows_as_h_one_sided_and_as_h_squared_centrally),
        cmocka_unit_test(rounding_grows_as_1_over_h),
        cmocka_unit_test(the_best_step_lies_where_theory_has_it),
        cmocka_unit_test(the_bound_is_above_the_central_error_at_every_step),
        cmocka_unit_test(one_element_may_be_chosen),
        cmocka_unit_test(where_every_derivative_is_0_there_is_no_error_to_show),
        cmocka_unit_test(a_chart_in_letters_has_every_point_in_its_place),
        cmocka_unit_test(a_chart_in_braille_is_a_line_with_its_letter),
        cmocka_unit_test(a_gap_breaks_the_line),
        cmocka_unit_test(a_picture_escapes_its_words_and_stands_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
