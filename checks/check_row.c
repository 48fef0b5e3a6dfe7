/* check_row.c -- elements judged in a row get what they would get one by one. */
#include "check.h"

#include "numeric/rung.h"
#include "numeric/statistics.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { N = GCK_ROW };

/* E = sum exp(x_i) + 3 |x_i| - log(x_i + 4), in one of the two types; evaluations counted by coordinate. */
struct field {
    bool in_float;
    double tread; /* E goes in stairs of this height; 0: it does not */
    double x[N];
    unsigned asked[N];
};

static double value(const struct field *field)
{
    double sum = 0;

    for (size_t i = 0; i < N; i++)
        if (isfinite(field->x[i]))
            sum += exp(field->x[i]) + 3 * fabs(field->x[i]) - log(field->x[i] + 4);
    sum = field->tread > 0 ? floor(sum / field->tread) * field->tread : sum;
    return field->in_float ? (double)(float)sum : sum;
}

static double at(void *context, size_t index, double x, double *stored)
{
    struct field *const field = context;
    const double old = field->x[index];
    double result;

    field->asked[index]++;
    field->x[index] = *stored = field->in_float ? (double)(float)x : x;
    result = value(field);
    field->x[index] = old;
    return result;
}

static void values(void *context, size_t first, size_t n, double *out, double *in)
{
    for (size_t k = 0; k < n; k++) {
        double stored;

        out[k] = isnan(out[k]) ? (double)NAN : at(context, first + k, out[k], &stored);
        in[k] = isfinite(out[k]) ? at(context, first + k, in[k], &stored) : (double)NAN;
    }
}

/* What comes out of a row. */
struct judged {
    double numeric[N], bound[N];
    float step[N];
    unsigned char verdict[N], kinked[N];
};

static struct gck_row row_of(const struct field *field, const double *claim, const double *allowance, struct judged *judged)
{
    return (struct gck_row){ .n = N, .x = field->x, .claim = claim, .allowance = allowance, .factor = 1,
                             .numeric = judged->numeric, .bound = judged->bound, .step = judged->step,
                             .verdict = judged->verdict, .kinked = judged->kinked };
}

/* Right and wrong claims, kinks, claims that are no number, an x that is none, one at the domain's end. */
static void make(struct field *field, bool in_float, double *claim, double *allowance, struct gck_point *point)
{
    const double noise = in_float ? 1e-5 : 1e-13;
    double scratch[N];

    *field = (struct field){ .in_float = in_float };
    for (size_t i = 0; i < N; i++) {
        double x = ((double)i - 20) / 7;

        x = i == 7 ? 1e-9 : i == 8 ? (double)NAN : i == 9 ? nextafter(-3, 0) : x;
        field->x[i] = in_float ? (double)(float)x : x;
        claim[i] = exp(x) + copysign(3, x) - 1 / (x + 4);
        claim[i] = i % 11 == 3 ? 1.5 * claim[i] : i == 13 ? (double)NAN : i == 20 ? 0.5 : claim[i];
        allowance[i] = 1e-14;
    }
    *point = (struct gck_point){ .value = value(field), .noise = noise, .rms = 2, .domain_lo = -3, .domain_hi = 100 };
    point->typical = gck_median_size(claim, N, scratch);
}

static void row_is_as_its_elements(bool in_float, bool together)
{
    struct field field;
    struct gck_point point;
    struct judged judged;
    struct gck_row row;
    double claim[N], allowance[N];
    unsigned verdicts[4] = { 0 }, asked[N];
    const struct gck_function function = { .at = at, .values = together ? values : NULL, .context = &field,
                                           .epsilon = in_float ? (double)FLT_EPSILON : DBL_EPSILON };

    make(&field, in_float, claim, allowance, &point);
    row = row_of(&field, claim, allowance, &judged);
    gck_slope_judge_row(&function, &point, &row);
    memcpy(asked, field.asked, sizeof asked);
    for (size_t i = 0; i < N; i++) {
        struct gck_slope slope;
        double bound;

        gck_slope_judge(&function, &point, i, field.x[i], claim[i], allowance[i], &slope);
        bound = slope.bound + allowance[i];
        assert_int_equal(judged.verdict[i], slope.verdict);
        assert_memory_equal(&judged.bound[i], &bound, sizeof bound);
        assert_true(judged.step[i] == (float)slope.step);
        assert_true(judged.numeric[i] == slope.numeric || (isnan(judged.numeric[i]) && isnan(slope.numeric)));
        assert_int_equal(judged.kinked[i], !isnan(slope.kink_left));
        assert_int_equal(field.asked[i], 2 * asked[i]);
        assert_int_equal(asked[i], slope.evaluations);
        verdicts[slope.verdict]++;
    }
    assert_int_equal(asked[8], 0);
    for (int v = GCK_AGREE; v <= GCK_CANNOT_TELL; v++) /* or the test says nothing */
        assert_true(verdicts[v] > 0);
}

static void a_row_gets_what_its_elements_get_alone(void **state)
{
    (void)state;
    for (int type = 0; type < 2; type++)
        for (int together = 0; together < 2; together++)
            row_is_as_its_elements(type == 1, together == 1 && type == 0); /* float rounds what is stored */
}

/* Rows of every length, whose ends fall within vectors: the same numbers, and nothing is written behind them. */
static void a_row_may_end_anywhere(void **state)
{
    struct field field;
    struct gck_point point;
    struct judged whole, part;
    double claim[N], allowance[N];
    const struct gck_function function = { .at = at, .values = values, .context = &field, .epsilon = DBL_EPSILON };
    struct gck_row row;

    (void)state;
    make(&field, false, claim, allowance, &point);
    row = row_of(&field, claim, allowance, &whole);
    gck_slope_judge_row(&function, &point, &row);
    row = row_of(&field, claim, allowance, &part);
    for (row.n = 1; row.n < N; row.n++) {
        const size_t n = row.n;

        memset(&part, 0x5A, sizeof part);
        gck_slope_judge_row(&function, &point, &row);
        assert_memory_equal(part.numeric, whole.numeric, n * sizeof whole.numeric[0]);
        assert_memory_equal(part.bound, whole.bound, n * sizeof whole.bound[0]);
        assert_memory_equal(part.step, whole.step, n * sizeof whole.step[0]);
        assert_memory_equal(part.verdict, whole.verdict, n);
        assert_memory_equal(part.kinked, whole.kinked, n);
        for (size_t k = n * sizeof(double); k < sizeof part.numeric; k++) {
            assert_int_equal(((const unsigned char *)part.numeric)[k], 0x5A);
            assert_int_equal(((const unsigned char *)part.bound)[k], 0x5A);
        }
        for (size_t k = n * sizeof(float); k < sizeof part.step; k++)
            assert_int_equal(((const unsigned char *)part.step)[k], 0x5A);
        for (size_t k = n; k < N; k++)
            assert_true(part.verdict[k] == 0x5A && part.kinked[k] == 0x5A);
    }
}

/* What is claimed of 8 times the function is judged as an eighth of it is, and its numbers are 8 times as large. */
static void a_row_may_be_of_a_part(void **state)
{
    struct field field;
    struct gck_point point;
    struct judged one, eight;
    double claim[N], allowance[N];
    const struct gck_function function = { .at = at, .values = values, .context = &field, .epsilon = DBL_EPSILON };
    struct gck_row row;

    (void)state;
    make(&field, false, claim, allowance, &point);
    row = row_of(&field, claim, allowance, &one);
    gck_slope_judge_row(&function, &point, &row);
    for (size_t i = 0; i < N; i++) {
        claim[i] *= 8;
        allowance[i] *= 8;
    }
    row = row_of(&field, claim, allowance, &eight);
    row.factor = 8;
    gck_slope_judge_row(&function, &point, &row);
    assert_memory_equal(eight.verdict, one.verdict, sizeof one.verdict);
    for (size_t i = 0; i < N; i++) {
        assert_true(eight.numeric[i] == 8 * one.numeric[i] || isnan(one.numeric[i]));
        assert_true(eight.bound[i] == 8 * one.bound[i]);
        assert_true(eight.step[i] == one.step[i]);
    }
    row.doubt = 1e-2; /* then nobody's error of half of it shows */
    claim[0] *= 1.005;
    gck_slope_judge_row(&function, &point, &row);
    assert_int_not_equal(eight.verdict[0], GCK_DISAGREE);
    row.doubt = 0;
    gck_slope_judge_row(&function, &point, &row);
    assert_int_equal(eight.verdict[0], GCK_DISAGREE);
}

/* ---- many that are wrong ---- */

static struct judged judge_after(size_t *wrong, double height, struct field *field)
{
    double claim[N], allowance[N];
    const struct gck_function function = { .at = at, .values = values, .context = field, .epsilon = DBL_EPSILON };
    struct gck_point point;
    struct judged judged;
    struct gck_row row;

    make(field, false, claim, allowance, &point);
    claim[40] *= 1 + 1e-7; /* wrong, and not plainly: above what two steps tell, below 16 times as much */
    if (height > 0) {
        field->tread = height;
        point.value = value(field);
    }
    row = row_of(field, claim, allowance, &judged);
    row.wrong = wrong;
    gck_slope_judge_row(&function, &point, &row);
    return judged;
}

static void after_many_wrong_ones_the_plain_ones_take_four_evaluations(void **state)
{
    static struct field field[3];
    size_t few = 0, many = GCK_ENOUGH;
    const struct judged each = judge_after(NULL, 0, &field[0]), first = judge_after(&few, 0, &field[1]),
                        later = judge_after(&many, 0, &field[2]);
    unsigned wrong = 0, plain = 0;

    (void)state;
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(first.verdict[i], each.verdict[i]);
        assert_int_equal(later.verdict[i], each.verdict[i]);
        assert_int_equal(field[1].asked[i], field[0].asked[i]);
        assert_true(field[2].asked[i] <= field[0].asked[i]);
        wrong += each.verdict[i] == GCK_DISAGREE;
        if (field[2].asked[i] == field[0].asked[i])
            continue;
        plain++;
        assert_int_equal(each.verdict[i], GCK_DISAGREE);
        assert_int_equal(field[2].asked[i], 4);
        assert_true(fabs(later.numeric[i] - each.numeric[i]) <= later.bound[i] + each.bound[i]);
    }
    assert_int_equal(few, wrong);
    assert_int_equal(many, GCK_ENOUGH + wrong - plain); /* those that took all looks */
    assert_int_equal(plain, 6); /* all that make() spoils */
    assert_int_equal(each.verdict[40], GCK_DISAGREE);
    assert_int_equal(field[2].asked[40], field[0].asked[40]);
}

/* Treads as wide as the steps: what two of these tell is no derivative. */
static void stairs_are_not_plain(void **state)
{
    static struct field field[2];
    size_t many = GCK_ENOUGH;
    const struct judged each = judge_after(NULL, 1e-3, &field[0]), later = judge_after(&many, 1e-3, &field[1]);

    (void)state;
    for (size_t i = 0; i < N; i++)
        assert_true(later.verdict[i] == each.verdict[i] || each.verdict[i] == GCK_DISAGREE);
}

/* ---- a noise that is a guess ---- */

static const double tread = 0x1p-36;
static unsigned measured;

static double own_noise(void *context, size_t index)
{
    (void)context;
    (void)index;
    measured++;
    return tread;
}

/* Right claims, but the 5th where it is off by `off`. */
static struct judged judge_guessed(double guess, double off)
{
    struct field field = { .tread = tread };
    const struct gck_function function = { .at = at, .noise = own_noise, .context = &field, .epsilon = DBL_EPSILON };
    double claim[N], allowance[N];
    struct gck_point point;
    struct judged judged;
    struct gck_row row = row_of(&field, claim, allowance, &judged);
    struct gck_stand stand;

    for (size_t i = 0; i < N; i++) {
        field.x[i] = 0.5 + (double)i / 40;
        claim[i] = (exp(field.x[i]) + 3 - 1 / (field.x[i] + 4)) * (i == 5 ? 1 + off : 1);
        allowance[i] = 1e-14;
    }
    stand = (struct gck_stand){ .value = value(&field), .noise = guess, .guessed = true };
    point = (struct gck_point){ .rms = 1.5, .typical = 6 };
    row.stand = &stand;
    row.each = N;
    measured = 0;
    gck_slope_judge_row(&function, &point, &row);
    return judged;
}

static void a_guess_of_the_noise_does_where_a_row_agrees(void **state)
{
    const struct judged judged = judge_guessed(2 * tread, 0);

    (void)state;
    assert_int_equal(measured, 0);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(judged.verdict[i], GCK_AGREE);
}

static void what_does_not_agree_is_judged_by_the_noise_itself(void **state)
{
    static const double guess[] = { 0x1p-60, 0x1p-35 }, off[] = { 0, 1e-4 };

    (void)state;
    for (unsigned g = 0; g < 2; g++)
        for (unsigned o = 0; o < 2; o++) {
            const struct judged judged = judge_guessed(guess[g], off[o]);

            assert_int_equal(measured, g == 0 || o == 1 ? 1 : 0);
            for (size_t i = 0; i < N; i++)
                assert_int_equal(judged.verdict[i], i == 5 && o == 1 ? GCK_DISAGREE : GCK_AGREE);
        }
}

/* ---- rows of several points ---- */

/* Fields of few elements each, one after the other. */
struct fields {
    struct field field[N];
    double noise[N]; /* of one evaluation, once it is measured */
    size_t each;
    unsigned measured[N];
};

static double at_one(void *context, size_t index, double x, double *stored)
{
    struct fields *const fields = context;

    return at(&fields->field[index / fields->each], index % fields->each, x, stored);
}

static void values_of_all(void *context, size_t first, size_t n, double *out, double *in)
{
    struct fields *const fields = context;

    for (size_t k = 0; k < n; k++)
        values(&fields->field[(first + k) / fields->each], (first + k) % fields->each, 1, out + k, in + k);
}

static double noise_of_one(void *context, size_t index)
{
    struct fields *const fields = context;

    fields->measured[index / fields->each]++;
    return fields->noise[index / fields->each];
}

/* Every third point is a staircase, in every second what is known of its noise is a guess, in every fourth one that is far too
 * small; right and wrong claims, kinks and an x that is no number are spread over them. */
static struct fields make_fields(size_t each, double *x, double *claim, double *allowance, struct gck_stand *stand)
{
    static struct field whole;
    struct fields fields = { .each = each };
    struct gck_point point;

    make(&whole, false, claim, allowance, &point);
    memcpy(x, whole.x, sizeof whole.x);
    for (size_t p = 0; p < N / each; p++) {
        struct field *const field = &fields.field[p];

        field->tread = p % 3 == 2 ? tread : 0;
        for (size_t i = 0; i < N; i++)
            field->x[i] = i < each ? whole.x[p * each + i] : (double)NAN;
        fields.noise[p] = p % 3 == 2 ? 1.1 * tread : 1e-13;
        stand[p] = (struct gck_stand){ .value = value(field), .guessed = p % 2 == 1,
                                       .noise = fields.noise[p] * (p % 4 == 3 ? 0x1p-30 : p % 4 == 1 ? 2 : 1) };
    }
    return fields;
}

static void points_get_in_one_row_what_they_get_in_rows_of_their_own(void **state)
{
    static const size_t lengths[] = { 1, 2, 3, 5, 7, 10, 16, 21, 31, 32, 64 };
    unsigned measured_in_all = 0, verdicts[4] = { 0 };

    (void)state;
    for (unsigned l = 0; l < sizeof lengths / sizeof lengths[0]; l++)
        for (int together = 0; together < 2; together++) {
            static struct judged one, all;
            static struct gck_stand stand[N];
            static struct fields once, again;
            double x[N + GCK_LANES] = { 0 }, claim[N + GCK_LANES] = { 0 }, allowance[N + GCK_LANES] = { 0 };
            const size_t each = lengths[l], points = N / each;
            const struct gck_function function = { .at = at_one, .values = together ? values_of_all : NULL,
                                                   .noise = noise_of_one, .context = &again, .epsilon = DBL_EPSILON };
            const struct gck_point point = { .rms = 2, .domain_lo = -3, .domain_hi = 100, .typical = 4 };
            struct gck_row row;

            once = again = make_fields(each, x, claim, allowance, stand);
            row = row_of(&again.field[0], claim, allowance, &all);
            row.x = x;
            row.stand = stand;
            row.each = each;
            row.n = points * each;
            gck_slope_judge_row(&function, &point, &row);
            for (size_t p = 0; p < points; p++) {
                struct gck_function alone = function;

                alone.context = &once;
                row = row_of(&once.field[0], claim + p * each, allowance + p * each, &one);
                row.x = x + p * each;
                row.stand = &stand[p];
                row.each = row.n = each;
                row.first = p * each;
                gck_slope_judge_row(&alone, &point, &row);
                assert_memory_equal(one.verdict, all.verdict + p * each, each);
                assert_memory_equal(one.kinked, all.kinked + p * each, each);
                assert_memory_equal(one.bound, all.bound + p * each, each * sizeof one.bound[0]);
                assert_memory_equal(one.step, all.step + p * each, each * sizeof one.step[0]);
                for (size_t i = 0; i < each; i++)
                    assert_true(one.numeric[i] == all.numeric[p * each + i] || isnan(one.numeric[i]));
                assert_memory_equal(once.field[p].asked, again.field[p].asked, sizeof once.field[p].asked);
                assert_int_equal(once.measured[p], again.measured[p]);
                measured_in_all += again.measured[p];
            }
            for (size_t i = 0; i < points * each; i++)
                verdicts[all.verdict[i]]++;
        }
    assert_true(measured_in_all > 10); /* or the test says nothing */
    for (int v = GCK_AGREE; v <= GCK_CANNOT_TELL; v++)
        assert_true(verdicts[v] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_gets_what_its_elements_get_alone),
        cmocka_unit_test(a_row_may_end_anywhere),
        cmocka_unit_test(a_row_may_be_of_a_part),
        cmocka_unit_test(after_many_wrong_ones_the_plain_ones_take_four_evaluations),
        cmocka_unit_test(stairs_are_not_plain),
        cmocka_unit_test(a_guess_of_the_noise_does_where_a_row_agrees),
        cmocka_unit_test(what_does_not_agree_is_judged_by_the_noise_itself),
        cmocka_unit_test(points_get_in_one_row_what_they_get_in_rows_of_their_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
