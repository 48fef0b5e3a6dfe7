/* check_probe.c -- probes along directions and the bisection of what they hit, on functions whose derivatives are known. */
#include "check.h"

#include "core/random.h"
#include "numeric/bisect.h"

#include <float.h>

enum { MOST = 20000, SEEDS = 40 };

static double x[MOST], size[MOST], claims[MOST], v[MOST], moved[MOST];
static size_t count;
static double tremble;    /* normal errors of this size are added to every value */
static uint64_t drawn;
static unsigned calls;

/* ---- functions that do not fall apart into their elements, with their gradients ---- */

typedef double function(const double *value, double *gradient);

/* (sum exp)^2 / n + log of a sum of squares */
static double smooth(const double *value, double *gradient)
{
    double exps = 0, squares = 1;

    for (size_t i = 0; i < count; i++) {
        exps += exp(0.5 * value[i]);
        squares += value[i] * value[i];
    }
    for (size_t i = 0; gradient != NULL && i < count; i++)
        gradient[i] = exps / (double)count * exp(0.5 * value[i]) + 2 * value[i] / squares;
    return exps * exps / (double)count + log(squares);
}

/* A kink at 0 in every element; a product of two sums. */
static double kinked(const double *value, double *gradient)
{
    double sizes = 0, squares = 0;

    for (size_t i = 0; i < count; i++) {
        sizes += fabs(value[i]);
        squares += value[i] * value[i];
    }
    for (size_t i = 0; gradient != NULL && i < count; i++)
        gradient[i] = (copysign(squares, value[i]) + 2 * value[i] * sizes) / (double)count;
    return sizes * squares / (double)count;
}

static function *examined;

static double at(void *context, const double *direction, size_t first, size_t last, double t, double *claimed)
{
    long double sum = 0;

    (void)context;
    calls++;
    memcpy(moved, x, count * sizeof *x);
    for (size_t i = first; i < last; i++) {
        moved[i] = x[i] + t * direction[i];
        sum += (long double)claims[i] * (long double)(moved[i] - x[i]);
    }
    *claimed = (double)sum;
    return examined(moved, NULL) + tremble * gck_normal(1, 2, drawn++);
}

/* The point, right claims, and a field whose noise is bounded by what is known of it. */
static struct gck_field prepare(function *f, size_t n, double noise, uint64_t seed)
{
    struct gck_field field = { .at = at, .epsilon = DBL_EPSILON };

    examined = f;
    count = n;
    tremble = noise;
    gck_normal_all(seed, 0, n, x);
    for (size_t i = 0; i < n; i++) {
        if (gck_uniform(seed, 1, i) < 0.3) /* near the kink */
            x[i] = copysign(pow(10, -8 * gck_uniform(seed, 2, i)), x[i]);
        size[i] = fmax(fabs(x[i]), 0.1);
    }
    field.value = f(x, claims);
    field.noise = 4 * noise + (double)n * DBL_EPSILON * fabs(field.value);
    return field;
}

static void directions_have_all_sizes_and_signs(void **state)
{
    size_t negative = 0, small = 0;

    (void)state;
    prepare(smooth, MOST, 0, 1);
    gck_probe_direction(7, 3, size, MOST, v);
    for (size_t i = 0; i < MOST; i++) {
        const double relative = fabs(v[i]) / size[i];

        assert_true(relative >= 0.5 && relative <= 2);
        negative += v[i] < 0;
        small += relative < 1;
    }
    assert_true(100 * negative > 48 * (size_t)MOST && 100 * negative < 52 * (size_t)MOST);
    assert_true(100 * small > 48 * (size_t)MOST && 100 * small < 52 * (size_t)MOST);
}

/* The residual of claims that are off by `error` in element i, against what it has to be: over the bound. */
static double over_bound(const struct gck_field *field, size_t i, double error, double t)
{
    struct gck_probe probe;

    claims[i] += error;
    assert_true(gck_probe_measure(field, v, 0, count, t, &probe));
    claims[i] -= error;
    return fabs(probe.residual + error * v[i]) / probe.bound;
}

static void hold(function *f, double noise, double wanted)
{
    static const size_t sizes[] = { 30, 1000, MOST };
    double worst = 0;

    for (unsigned s = 0; s < 3; s++)
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            const struct gck_field field = prepare(f, sizes[s], noise, seed);
            struct gck_probe searched;

            gck_probe_direction(seed, 100, size, count, v);
            assert_true(gck_probe_search(&field, v, 0, count, 0x1p-3, &searched));
            for (uint32_t k = 0; k < 3; k++) {
                const size_t i = gck_below(seed, 9, k, count);

                gck_probe_direction(seed, k, size, count, v);
                if (f == smooth)
                    worst = fmax(worst, over_bound(&field, i, k * claims[i], 0x1p-7));
                worst = fmax(worst, over_bound(&field, i, k * claims[i], searched.step));
            }
        }
    if (worst > wanted)
        print_error("worst residual over bound: %g\n", worst);
    assert_true(worst <= wanted);
    assert_true(worst > 1e-3); /* a bound that says something */
}

static void a_residual_lies_within_its_bound(void **state)
{
    (void)state;
    hold(smooth, 0, 1);
    hold(smooth, 1e-9, 1);
}

/* Opposite kinks may hide each other from the three rungs, so the bound is no proof there. But the search ends at steps at
 * which few are crossed, and a hit takes 1.5 times the bound. */
static void kinks_on_the_way_make_no_hit(void **state)
{
    (void)state;
    hold(kinked, 0, 1.5);
}

/* With a hundredth of the noise known. The smallest bound of all steps, over that of the search's; *most: its calls. */
static double missed(function *f, double noise, uint64_t seed, unsigned *most)
{
    struct gck_field field = prepare(f, MOST, noise, seed);
    struct gck_probe searched, probe;
    double smallest = HUGE_VAL;

    gck_normal_all(seed, 0, count, x); /* few elements so near to the kink that every step crosses it */
    for (size_t i = 0; i < count; i++)
        size[i] = fmax(fabs(x[i]), 0.1);
    field.value = f(x, claims);
    field.noise /= 100;
    gck_probe_direction(seed, 100, size, count, v);
    calls = 0;
    assert_true(gck_probe_search(&field, v, 0, count, 0x1p-3, &searched));
    *most = calls > *most ? calls : *most;
    for (int i = 0; i < 22; i++) {
        assert_true(gck_probe_measure(&field, v, 0, count, ldexp(0x1p-3, -i), &probe));
        smallest = fmin(smallest, probe.bound);
    }
    return smallest / searched.bound;
}

static void a_search_ends_soon_where_e_is_smooth_and_goes_on_among_kinks(void **state)
{
    unsigned most = 0, ignored = 0;

    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        assert_true(missed(smooth, 1e-9, seed, &most) > 0.01); /* luck has many tries, a search one */
        assert_true(missed(kinked, 0, seed, &ignored) > 0.9);
    }
    assert_true(most <= 22); /* two a step */
}

static void noise_at_the_working_scale_is_what_was_added(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct gck_field field = prepare(smooth, 1000, 1e-9, seed);
        double nu;

        gck_probe_direction(seed, 0, size, count, v);
        field.noise = 0;
        calls = 0;
        nu = gck_probe_noise(&field, v, 0, count, 0x1p-7);
        assert_int_equal(calls, 16);
        assert_true(nu > 4e-9 * 0.2 && nu < 4e-9 * 4);
    }
}

/* ---- bisection ---- */

static size_t planted[64];
static unsigned plants, finds, strangers;

/* Looks at the element alone: here the truth is known. */
static bool look(void *context, size_t element)
{
    const double *const right = context;

    if (claims[element] == right[element]) {
        strangers++;
        return false;
    }
    claims[element] = right[element];
    finds++;
    return true;
}

static void plant(unsigned many, double relative, uint64_t seed)
{
    plants = many;
    for (unsigned k = 0; k < many; k++) {
        planted[k] = gck_below(seed, 77, k, count);
        claims[planted[k]] *= 1 + relative;
    }
}

/* Finds what was planted, round after round, in at most so many evaluations. */
static void locate(function *f, size_t n, unsigned many, double relative, unsigned rounds, unsigned most)
{
    static double right[MOST];
    unsigned worst = 0, looked = 0;

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        const struct gck_field field = prepare(f, n, 0, seed);
        struct gck_bisect bisect = { .field = &field, .v = v, .last = n, .leaf = look, .context = right, .most = 64 };
        double step = 0x1p-7;

        memcpy(right, claims, n * sizeof *right);
        gck_probe_direction(seed, 100, size, n, v);
        if (f == kinked && gck_probe_search(&field, v, 0, n, 0x1p-3, &bisect.probe))
            step = bisect.probe.step;
        plant(many, relative, seed);
        finds = strangers = calls = 0;
        for (uint32_t round = 0; round < rounds; round++) {
            gck_probe_direction(seed, round, size, n, v);
            assert_true(gck_probe_measure(&field, v, 0, n, step, &bisect.probe));
            if (fabs(bisect.probe.residual) > 1.5 * bisect.probe.bound)
                gck_bisect(&bisect);
        }
        for (size_t i = 0; i < n; i++)
            if (claims[i] != right[i])
                fail_msg("seed %d: element %zu of %zu was not found", (int)seed, i, n);
        assert_true(finds <= plants); /* fewer where one was chosen twice */
        looked += strangers;
        worst = calls > worst ? calls : worst;
    }
    if (worst > most || looked > SEEDS / 4)
        print_error("%u evaluations for %u of %zu, %u right ones were looked at\n", worst, many, n, looked);
    assert_true(worst <= most);
    assert_true(looked <= SEEDS / 4);
}

static void one_gross_error_is_located(void **state)
{
    (void)state;
    locate(smooth, 30, 1, 1, 1, 6 + 6 * 5);
    locate(smooth, 1000, 1, 1, 1, 6 + 6 * 10);
    locate(smooth, MOST, 1, -2, 1, 6 + 6 * 15);
}

static void small_errors_take_longer(void **state)
{
    (void)state;
    locate(smooth, 1000, 1, 1e-3, 1, 6 + 6 * 10);
}

static void ten_errors_are_located(void **state)
{
    (void)state;
    locate(smooth, 1000, 10, 1, 4, 4 * 6 + 200);
}

static void among_kinks_as_well(void **state)
{
    (void)state;
    locate(kinked, 1000, 1, 1000, 1, 2 * 26 + 6 + 6 * 10); /* a search for the step first */
}

static bool count_it(void *context, size_t element)
{
    (void)element;
    ++*(unsigned *)context;
    return false;
}

static void a_search_gives_up_after_so_many_leaves(void **state)
{
    struct gck_field field;
    struct gck_bisect bisect = { .field = &field, .v = v, .leaf = count_it, .most = 7 };
    unsigned leaves = 0;

    (void)state;
    field = prepare(smooth, 1000, 0, 5);
    for (size_t i = 0; i < count; i++)
        claims[i] *= 2;
    for (size_t i = 0; i < count; i++)
        v[i] = copysign(size[i], claims[i]);
    bisect.last = count;
    bisect.context = &leaves;
    assert_true(gck_probe_measure(&field, v, 0, count, 0x1p-7, &bisect.probe));
    assert_int_equal(gck_bisect(&bisect), 0);
    assert_int_equal(leaves, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(directions_have_all_sizes_and_signs),
        cmocka_unit_test(a_residual_lies_within_its_bound),
        cmocka_unit_test(kinks_on_the_way_make_no_hit),
        cmocka_unit_test(a_search_ends_soon_where_e_is_smooth_and_goes_on_among_kinks),
        cmocka_unit_test(noise_at_the_working_scale_is_what_was_added),
        cmocka_unit_test(one_gross_error_is_located),
        cmocka_unit_test(small_errors_take_longer),
        cmocka_unit_test(ten_errors_are_located),
        cmocka_unit_test(among_kinks_as_well),
        cmocka_unit_test(a_search_gives_up_after_so_many_leaves),
    };

    return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
