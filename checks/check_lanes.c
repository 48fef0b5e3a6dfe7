/* check_lanes.c -- the first look tells the same in every bit with a machine's wide vectors and without them.
 *
 * glance.c once more, for any machine of its kind; the library's own takes AVX2 where the machine has it. */
#include "check.h"

#include "core/random.h"

#define GCK_WIDE
#define gck_limits_of plain_limits_of
#define gck_glance_at plain_glance_at
#define gck_glance_again plain_glance_again
#define gck_glance_keep plain_glance_keep
#define gck_glance_rung plain_glance_rung
#define gck_glance_evaluations plain_glance_evaluations
#include "../src/numeric/glance.c"
#undef gck_glance_at
#undef gck_glance_keep
void gck_glance_at(struct gck_glance *glance, const struct gck_function *function, const struct gck_point *point,
                   const struct gck_row *row);
void gck_glance_keep(const struct gck_glance *glance, const struct gck_row *row, size_t first, size_t end);

enum { N = GCK_ROW, ROWS = 2000 };

static double somewhere(uint32_t *drawn, int decades)
{
    const double size = pow(10, decades * gck_uniform(7, 0x1A9E5u, *drawn) - decades / 2.0);

    *drawn += 2;
    return gck_uniform(7, 0x1A9E5u, *drawn - 1) < 0.5 ? -size : size;
}

struct curve {
    const double *x, *slope, *bend;
    double value;
};

static void values(void *context, size_t first, size_t n, double *out, double *in)
{
    const struct curve *const curve = context;

    for (size_t k = 0; k < n; k++) {
        double *const at[2] = { &out[k], &in[k] };

        for (int side = 0; side < 2; side++) {
            const double moved = *at[side] - curve->x[first + k];

            *at[side] = curve->value + curve->slope[first + k] * moved + curve->bend[first + k] * moved * moved;
        }
    }
}

struct kept {
    double numeric[N], bound[N];
    float step[N];
    unsigned char verdict[N], kinked[N];
};

static void both_tell_the_same_in_every_bit(void **state)
{
    uint32_t random = 0;
    unsigned agree = 0, doubt = 0;

    (void)state;
    for (int r = 0; r < ROWS; r++) {
        static struct gck_glance wide, plain;
        struct kept kept[2] = { { .numeric = { 0 } } };
        double x[N], claim[N], allowance[N], bend[N];
        struct curve curve = { .x = x, .slope = claim, .bend = bend, .value = somewhere(&random, 8) };
        const struct gck_function function = { .values = values, .context = &curve, .epsilon = DBL_EPSILON };
        const struct gck_point point = { .value = curve.value, .noise = 4e-16 * fabs(curve.value), .rms = 1,
                                         .typical = r % 3 == 0 ? 0 : fabs(somewhere(&random, 4)),
                                         .domain_lo = r % 5 == 0 ? -2 : 0, .domain_hi = r % 5 == 0 ? 2 : 0 };
        struct gck_row row = { .n = N - (size_t)r % 9, .x = x, .claim = claim, .allowance = allowance, .factor = 1.0 / 3,
                               .doubt = 1e-15 };

        for (size_t k = 0; k < N; k++) {
            x[k] = k % 17 == 3 ? 0 : somewhere(&random, 12);
            claim[k] = k % 13 == 5 ? 0 : somewhere(&random, 12);
            bend[k] = k % 4 == 1 ? somewhere(&random, 6) : 0;
            allowance[k] = 1e-15 * fabs(claim[k]);
        }
        for (int w = 0; w < 2; w++) {
            row.numeric = kept[w].numeric;
            row.bound = kept[w].bound;
            row.step = kept[w].step;
            row.verdict = kept[w].verdict;
            row.kinked = kept[w].kinked;
            (w == 0 ? gck_glance_at : plain_glance_at)(w == 0 ? &wide : &plain, &function, &point, &row);
            (w == 0 ? gck_glance_keep : plain_glance_keep)(w == 0 ? &wide : &plain, &row, 0, row.n);
        }
        assert_int_equal(wide.doubts, plain.doubts);
        assert_memory_equal(wide.doubt, plain.doubt, wide.doubts);
        for (size_t k = 0; k < row.n; k++) { /* NaNs may differ in what nobody reads */
            assert_true(kept[0].numeric[k] == kept[1].numeric[k] || (isnan(kept[0].numeric[k]) && isnan(kept[1].numeric[k])));
            assert_true(kept[0].bound[k] == kept[1].bound[k] || (isnan(kept[0].bound[k]) && isnan(kept[1].bound[k])));
            assert_true(kept[0].step[k] == kept[1].step[k]);
            assert_true(wide.allowance[k] == plain.allowance[k] && wide.claim[k] == plain.claim[k]);
            assert_true(wide.out[k] == plain.out[k] && wide.in[k] == plain.in[k]);
            assert_true(wide.rung.bend[k] == plain.rung.bend[k] || isnan(plain.rung.bend[k]));
            assert_true(wide.rung.noise[k] == plain.rung.noise[k] || isnan(plain.rung.noise[k]));
        }
        doubt += wide.doubts;
        agree += (unsigned)row.n - wide.doubts;
    }
    assert_true(agree > 1000 && doubt > 1000); /* or the test says nothing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_tell_the_same_in_every_bit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
