/* check_layers_cases.c -- the built-in losses say what Caffe said: loss and diffs of recorded cases. */
#include "drive.h"

#include <jansson.h>

static const char *const names[] = { "euclidean", "softmax_loss", "sigmoid_cross_entropy", "hinge",
                                     "multinomial_logistic", "infogain", "contrastive" };
enum { LAYERS = sizeof names / sizeof names[0], CASES = 344 };

static const double tolerance[] = { [GCK_TYPE_FLOAT] = 2e-6, [GCK_TYPE_DOUBLE] = 1e-12 };

/* what was seen, for the summary */
static struct { size_t cases; double loss, diff; } seen[LAYERS][GCK_TYPE_DOUBLE + 1];

static double *numbers(const json_t *array)
{
    double *value = calloc(json_array_size(array) + 1, sizeof *value);

    assert_non_null(value);
    for (size_t i = 0; i < json_array_size(array); i++)
        value[i] = json_number_value(json_array_get(array, i));
    return value;
}

static void fill(struct drive *drive, struct gck_blob *blob, const json_t *recorded)
{
    const json_t *dims = json_object_get(recorded, "shape"), *data = json_object_get(recorded, "data");
    struct gck_shape shape = { .axes = (unsigned)json_array_size(dims) };
    double *value = numbers(data);

    for (unsigned axis = 0; axis < shape.axes; axis++)
        shape.dim[axis] = (size_t)json_integer_value(json_array_get(dims, axis));
    drive_fill(drive, blob, &shape, value, json_array_size(data));
    free(value);
}

static void set_params(struct drive *drive, json_t *params)
{
    const char *name;
    json_t *value;

    json_object_foreach(params, name, value)
    {
        if (json_is_string(value))
            drive_choice(drive, name, json_string_value(value));
        else
            drive_param(drive, name,
                        json_is_boolean(value) ? json_is_true(value) : json_number_value(value));
    }
}

/* Keeps the largest error, relative to scale, in *worst; fails above the limit and for NaN. Absolute
 * differences up to `digits` are forgiven. */
static void compare(const char *id, const char *what, double ours, double theirs, double digits, double scale,
                    double limit, double *worst)
{
    const double error = ours == theirs ? 0 : fabs(ours - theirs) / scale;

    if (error > limit && fabs(ours - theirs) <= digits)
        return;
    if (!(error <= limit))
        fail_msg("%s: %s is %.17g, recorded %.17g, off by %.3g of %.3g", id, what, ours, theirs, error,
                 scale);
    if (error > *worst)
        *worst = error;
}

/* Relative to the largest recorded diff of the same sample. Caffe made some diffs as loss weight * (p - 1) of
 * a p that was rounded to double: where p is close to its target they have no digits below that. */
static void compare_diff(const char *id, const struct gck_blob *blob, const json_t *recorded,
                         double loss_weight, double limit, double *worst)
{
    const double digits = fabs(loss_weight) * 0x1p-53;
    const size_t each = blob->count / blob->shape.dim[0];
    double *value = numbers(recorded);

    assert_int_equal(json_array_size(recorded), blob->count);
    for (size_t n = 0; n < blob->shape.dim[0]; n++) {
        double scale = 0;

        for (size_t i = n * each; i < (n + 1) * each; i++)
            scale = fmax(scale, fabs(value[i]));
        for (size_t i = n * each; i < (n + 1) * each; i++)
            compare(id, "a diff", drive_diff(blob, i), value[i], digits, scale, limit, worst);
    }
    free(value);
}

static void run_case(size_t layer, json_t *recorded)
{
    const char *id = json_string_value(json_object_get(recorded, "id"));
    const bool single = strcmp(json_string_value(json_object_get(recorded, "dtype")), "float") == 0;
    const enum gck_type type = single ? GCK_TYPE_FLOAT : GCK_TYPE_DOUBLE;
    const json_t *bottoms = json_object_get(recorded, "bottom");
    const json_t *diffs = json_object_get(recorded, "bottom_diff");
    const double loss = json_number_value(
        json_array_get(json_object_get(json_array_get(json_object_get(recorded, "top"), 0), "data"), 0));
    const double loss_weight = json_number_value(json_object_get(recorded, "loss_weight"));
    struct drive drive;

    drive_open(&drive, names[layer], type);
    set_params(&drive, json_object_get(recorded, "param"));
    assert_int_equal(json_array_size(bottoms), drive.io.bottoms);
    for (unsigned i = 0; i < drive.io.bottoms; i++) {
        const json_t *bottom = json_array_get(bottoms, i);

        assert_string_equal(json_string_value(json_object_get(bottom, "name")),
                            drive.io.layer->bottom[i].name);
        fill(&drive, &drive.bottom[i], bottom);
        drive.propagate_down[i] = !json_is_null(json_array_get(diffs, i));
    }

    if (drive_forward(&drive) != GCK_OK || drive_backward(&drive, loss_weight) != GCK_OK)
        fail_msg("%s: %s", id, drive.message);

    compare(id, "the loss", drive_data(&drive.top[0], 0), loss, 0, fabs(loss), tolerance[type],
            &seen[layer][type].loss);
    for (unsigned i = 0; i < drive.io.bottoms; i++)
        if (drive.propagate_down[i])
            compare_diff(id, &drive.bottom[i], json_array_get(diffs, i), loss_weight, tolerance[type],
                         &seen[layer][type].diff);
        else
            for (size_t j = 0; j < drive.bottom[i].count; j++)
                assert_true(drive_diff(&drive.bottom[i], j) == drive_junk);
    seen[layer][type].cases++;
    drive_close(&drive);
}

static void the_layer_says_what_caffe_said(void **state)
{
    const size_t layer = *(const size_t *)*state;
    char path[128];
    json_error_t error;

    snprintf(path, sizeof path, "checks/cases/caffe/%s.json", names[layer]);
    json_t *file = json_load_file(path, 0, &error);
    if (file == NULL)
        fail_msg("%s:%d: %s", path, error.line, error.text);
    assert_string_equal(json_string_value(json_object_get(file, "layer")), names[layer]);
    json_t *cases = json_object_get(file, "cases");
    for (size_t i = 0; i < json_array_size(cases); i++)
        run_case(layer, json_array_get(cases, i));
    json_decref(file);

    for (int type = GCK_TYPE_FLOAT; type <= GCK_TYPE_DOUBLE; type++)
        print_message("%-22s %-6s %3zu cases, worst loss %.2g, worst diff %.2g\n", names[layer],
                      type == GCK_TYPE_FLOAT ? "float" : "double", seen[layer][type].cases,
                      seen[layer][type].loss, seen[layer][type].diff);
}

static void no_recorded_case_was_left_out(void **state)
{
    size_t cases = 0;

    (void)state;
    for (size_t layer = 0; layer < LAYERS; layer++)
        cases += seen[layer][GCK_TYPE_FLOAT].cases + seen[layer][GCK_TYPE_DOUBLE].cases;
    assert_int_equal(cases, CASES);
}

int main(void)
{
    static size_t index[LAYERS];
    struct CMUnitTest tests[LAYERS + 1];
    char name[LAYERS][64];

    for (size_t i = 0; i < LAYERS; i++) {
        index[i] = i;
        snprintf(name[i], sizeof name[i], "%s says what Caffe said", names[i]);
        tests[i] = (struct CMUnitTest)cmocka_unit_test_prestate(the_layer_says_what_caffe_said, &index[i]);
        tests[i].name = name[i];
    }
    tests[LAYERS] = (struct CMUnitTest)cmocka_unit_test(no_recorded_case_was_left_out);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
