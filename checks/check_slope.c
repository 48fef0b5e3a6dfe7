/* check_slope.c -- the element check against functions whose derivatives are known.
 *
 * A sample is a mean over rows of a loss at a random point, as a layer would compute it; the truth comes from
 * the closed form in long double. Every sample is asked many claims, right and wrong. */
#include "check.h"

#include "core/random.h"
#include "numeric/noise.h"
#include "numeric/slope.h"
#include "numeric/statistics.h"

#include <float.h>
#include <tgmath.h>

enum { ROWS = 8, COLUMNS = 5, ELEMENTS = ROWS * COLUMNS };

/* The left and the right derivative; the same but at a kink. */
struct sides {
    long double left, right;
};

/* ---- losses, each in both types, and the derivative in long double ---- */

struct loss {
    const char *name;
    double (*in_double)(const double *x, const double *t);
    float (*in_float)(const float *x, const float *t);
    struct sides (*truth)(const long double *x, const long double *t, size_t i);
    void (*place)(uint64_t seed, size_t i, double *x, double *t);
    double domain_lo, domain_hi;
    bool kinked, smooth; /* smooth: and well conditioned, so detection may be promised */
};

/* Of a loss that is a mean of terms; the last arguments are the left and the right derivative of one term. */
#define TERMS(name, value, slope_left, slope_right)                                                \
    static double name##_double(const double *px, const double *pt)                                \
    {                                                                                              \
        const double half = 0.5;                                                                   \
        double sum = 0;                                                                            \
        (void)half;                                                                                \
        for (int i = 0; i < ELEMENTS; i++) {                                                       \
            const double x = px[i], t = pt[i];                                                     \
            (void)t;                                                                               \
            sum += value;                                                                          \
        }                                                                                          \
        return sum / ROWS;                                                                         \
    }                                                                                              \
    static float name##_float(const float *px, const float *pt)                                    \
    {                                                                                              \
        const float half = 0.5f;                                                                   \
        float sum = 0;                                                                             \
        (void)half;                                                                                \
        for (int i = 0; i < ELEMENTS; i++) {                                                       \
            const float x = px[i], t = pt[i];                                                      \
            (void)t;                                                                               \
            sum += value;                                                                          \
        }                                                                                          \
        return sum / ROWS;                                                                         \
    }                                                                                              \
    static struct sides name##_truth(const long double *px, const long double *pt, size_t i)       \
    {                                                                                              \
        const long double x = px[i], t = pt[i];                                                    \
        (void)x, (void)t;                                                                          \
        return (struct sides){ (slope_left) / ROWS, (slope_right) / ROWS };                        \
    }
#define SMOOTH(name, value, slope) TERMS(name, value, slope, slope)

SMOOTH(square, (x - t) * (x - t) / 2, x - t)
SMOOTH(exponential, exp(x), expl(x))
SMOOTH(power, x * sqrt(x), 1.5L * sqrtl(x))
SMOOTH(wave, sin(1 / x), -cosl(1 / x) / (x * x))
SMOOTH(reciprocal, 1 / x, -1 / (x * x))
SMOOTH(logarithm, -log(x), -1 / x)
SMOOTH(logistic, (x > 0 ? x : 0) - x * t + log1p(exp(-fabs(x))), 1 / (1 + expl(-x)) - t)
SMOOTH(naive, -log(1 - 1 / (1 + exp(-x))), 1 / (1 + expl(-x)))
SMOOTH(log_cosh, fabs(x - t) + log1p(exp(-2 * fabs(x - t))), tanhl(x - t))
SMOOTH(poisson, exp(x) - t * x, expl(x) - t)
TERMS(absolute, fabs(x - t), x > t ? 1 : -1.0L, x < t ? -1 : 1.0L)
TERMS(hinge, t * x < 1 ? 1 - t * x : 0, t * x < 1 || (t * x == 1 && t > 0) ? -t : 0,
      t * x < 1 || (t * x == 1 && t < 0) ? -t : 0)
SMOOTH(squared_hinge, t * x < 1 ? (1 - t * x) * (1 - t * x) : 0, t * x < 1 ? -2 * t * (1 - t * x) : 0)
SMOOTH(smooth_l1, fabs(x - t) < 1 ? (x - t) * (x - t) / 2 : fabs(x - t) - half,
       fabsl(x - t) < 1 ? x - t : (x > t ? 1 : -1))

/* Cross-entropy of the softmax of each row; t of its first column is the label. */
#define SOFTMAX(type, suffix)                                                                      \
    static type softmax_##suffix(const type *x, const type *t)                                     \
    {                                                                                              \
        type loss = 0;                                                                             \
        for (int row = 0; row < ROWS; row++) {                                                     \
            const type *z = x + row * COLUMNS;                                                     \
            type largest = z[0], sum = 0;                                                          \
            for (int k = 1; k < COLUMNS; k++)                                                      \
                largest = z[k] > largest ? z[k] : largest;                                         \
            for (int k = 0; k < COLUMNS; k++)                                                      \
                sum += exp(z[k] - largest);                                                        \
            loss += largest + log(sum) - z[(int)t[row * COLUMNS]];                                 \
        }                                                                                          \
        return loss / ROWS;                                                                        \
    }
SOFTMAX(double, double)
SOFTMAX(float, float)

static struct sides softmax_truth(const long double *x, const long double *t, size_t i)
{
    const size_t row = i / COLUMNS, column = i % COLUMNS;
    const long double *z = x + row * COLUMNS;
    long double sum = 0, slope;

    for (size_t k = 0; k < COLUMNS; k++)
        sum += expl(z[k] - z[column]);
    slope = (1 / sum - (column == (size_t)t[row * COLUMNS])) / ROWS;
    return (struct sides){ slope, slope };
}

/* E[x^2] - E[x]^2 around 1000: the cancellation leaves noise alone in float. */
#define VARIANCE(type, suffix)                                                                     \
    static type variance_##suffix(const type *x, const type *t)                                    \
    {                                                                                              \
        type sum = 0, squares = 0;                                                                 \
        (void)t;                                                                                   \
        for (int i = 0; i < ELEMENTS; i++) {                                                       \
            sum += x[i];                                                                           \
            squares += x[i] * x[i];                                                                \
        }                                                                                          \
        sum /= ELEMENTS;                                                                           \
        return squares / ELEMENTS - sum * sum;                                                     \
    }
VARIANCE(double, double)
VARIANCE(float, float)

static struct sides variance_truth(const long double *x, const long double *t, size_t i)
{
    long double sum = 0, slope;

    (void)t;
    for (size_t k = 0; k < ELEMENTS; k++)
        sum += x[k];
    slope = 2 * (x[i] - sum / ELEMENTS) / ELEMENTS;
    return (struct sides){ slope, slope };
}

/* ---- points ---- */

enum { AT = 1, TARGET, CHOICE, DISTANCE };

static double log_uniform(uint64_t seed, uint32_t stream, uint64_t i, double low, double high)
{
    return low * exp(gck_uniform(seed, stream, i) * log(high / low));
}

static void place_normal(uint64_t seed, size_t i, double *x, double *t)
{
    *x = gck_normal(seed, AT, i);
    *t = gck_normal(seed, TARGET, i);
}

static void place_wide(uint64_t seed, size_t i, double *x, double *t)
{
    *x = 8 * gck_normal(seed, AT, i);
    *t = gck_uniform(seed, TARGET, i) < 0.5 ? 0 : 1;
}

static void place_positive(uint64_t seed, size_t i, double *x, double *t)
{
    *x = exp(gck_normal(seed, AT, i));
    *t = 0;
}

static void place_off_zero(uint64_t seed, size_t i, double *x, double *t)
{
    *x = copysign(0.05 + fabs(gck_normal(seed, AT, i)), gck_normal(seed, TARGET, i));
    *t = 0;
}

static void place_small(uint64_t seed, size_t i, double *x, double *t)
{
    *x = log_uniform(seed, AT, i, 1e-15, 1);
    *t = 0;
}

static void place_label(uint64_t seed, size_t i, double *x, double *t)
{
    *x = gck_normal(seed, AT, i);
    *t = (double)gck_below(seed, TARGET, i, COLUMNS);
}

static void place_large(uint64_t seed, size_t i, double *x, double *t)
{
    *x = 1000 + gck_normal(seed, AT, i);
    *t = 0;
}

static void place_unequal(uint64_t seed, size_t i, double *x, double *t)
{
    const double size = i % 2 == 0 ? 1e6 : 1e-6;

    *x = size * gck_normal(seed, AT, i);
    *t = size * gck_normal(seed, TARGET, i);
}

/* How far from the kink: far, at a distance over 8 decades, or in a tenth of the cases exactly at it. */
static double distance(uint64_t seed, size_t i)
{
    const double kind = gck_uniform(seed, CHOICE, i);
    const double side = gck_uniform(seed, TARGET, i) < 0.5 ? -1 : 1;

    if (kind < 0.1)
        return 0;
    return kind < 0.5 ? side * log_uniform(seed, DISTANCE, i, 1e-8, 1) : gck_normal(seed, DISTANCE, i);
}

static void place_at_target(uint64_t seed, size_t i, double *x, double *t)
{
    *t = gck_normal(seed, AT, i);
    *x = *t + distance(seed, i);
}

static void place_at_margin(uint64_t seed, size_t i, double *x, double *t)
{
    *t = gck_uniform(seed, AT, i) < 0.5 ? -1 : 1;
    *x = *t + distance(seed, i);
}

static void place_at_corner(uint64_t seed, size_t i, double *x, double *t)
{
    *t = gck_normal(seed, AT, i);
    *x = *t + copysign(1, gck_uniform(seed, TARGET, i + ELEMENTS) - 0.5) + distance(seed, i);
}

#define IN_BOTH(what)                                                                              \
    .name = #what, .in_double = what##_double, .in_float = what##_float, .truth = what##_truth
static const struct loss losses[] = {
    { IN_BOTH(square), .place = place_normal, .smooth = true },
    { IN_BOTH(exponential), .place = place_normal, .smooth = true },
    { IN_BOTH(power), .place = place_positive, .smooth = true },
    { IN_BOTH(wave), .place = place_off_zero, .smooth = true },
    { IN_BOTH(reciprocal), .place = place_off_zero, .smooth = true },
    { IN_BOTH(logistic), .place = place_wide, .smooth = false },
    { IN_BOTH(log_cosh), .place = place_normal, .smooth = true },
    { IN_BOTH(poisson), .place = place_normal, .smooth = true },
    { IN_BOTH(softmax), .place = place_label, .smooth = true },
    { IN_BOTH(logarithm), .place = place_small, .domain_lo = 0, .domain_hi = HUGE_VAL },
    { IN_BOTH(naive), .place = place_wide },
    { IN_BOTH(variance), .place = place_large },
    { .name = "unequal", .in_double = square_double, .in_float = square_float, .truth = square_truth,
      .place = place_unequal },
    { IN_BOTH(absolute), .place = place_at_target, .kinked = true },
    { IN_BOTH(hinge), .place = place_at_margin, .kinked = true },
    { IN_BOTH(squared_hinge), .place = place_at_margin },
    { IN_BOTH(smooth_l1), .place = place_at_corner },
};
enum { LOSSES = sizeof losses / sizeof losses[0] };

/* ---- a sample: a loss at a point, in one type, at some scales ---- */

struct sample {
    const struct loss *loss;
    bool in_float;
    double stretch, height; /* powers of 2: E = height * loss(x / stretch) */
    uint64_t seed;
    double x[ELEMENTS], t[ELEMENTS];
    struct sides truth[ELEMENTS];
    struct gck_function function;
    struct gck_point point;
};

static double stored(const struct sample *sample, double x)
{
    return sample->in_float ? (double)(float)x : x;
}

static double value(struct sample *sample)
{
    double x[ELEMENTS];
    float narrow_x[ELEMENTS], narrow_t[ELEMENTS];

    for (int i = 0; i < ELEMENTS; i++)
        x[i] = sample->x[i] / sample->stretch;
    if (!sample->in_float)
        return sample->height * sample->loss->in_double(x, sample->t);
    for (int i = 0; i < ELEMENTS; i++) {
        narrow_x[i] = (float)x[i];
        narrow_t[i] = (float)sample->t[i];
    }
    return sample->height * (double)sample->loss->in_float(narrow_x, narrow_t);
}

static double value_at(void *context, size_t index, double x, double *moved_to)
{
    struct sample *sample = context;
    const double old = sample->x[index];
    double result;

    sample->x[index] = *moved_to = stored(sample, x);
    result = value(sample);
    sample->x[index] = old;
    return result;
}

static double value_along(void *context, unsigned direction, double t)
{
    struct sample moved = *(struct sample *)context;

    for (size_t i = 0; i < ELEMENTS; i++) {
        const double part = 2 * gck_uniform(moved.seed, 100 + direction, i) - 1;
        moved.x[i] = stored(&moved, moved.x[i] * (1 + t * (part + copysign(1, part))));
    }
    return value(&moved);
}

/* What a right layer would claim: one of the one-sided derivatives. */
static double right_claim(const struct sample *sample, size_t i)
{
    const struct sides *truth = &sample->truth[i];

    return (double)(i % 2 == 0 ? truth->left : truth->right);
}

static void sample_point(struct sample *sample)
{
    const struct gck_line line = { value_along, sample, sample->function.epsilon };
    double claim[ELEMENTS], scratch[ELEMENTS];

    for (size_t i = 0; i < ELEMENTS; i++)
        claim[i] = right_claim(sample, i);
    sample->point = (struct gck_point){ .value = value(sample),
                                        .rms = gck_rms(sample->x, ELEMENTS),
                                        .typical = gck_median_size(claim, ELEMENTS, scratch),
                                        .domain_lo = sample->loss->domain_lo,
                                        .domain_hi = sample->loss->domain_hi };
    sample->point.noise = gck_noise_measure(&line, sample->point.value, GCK_NOISE_DIRECTIONS);
}

static void sample_make(struct sample *sample, const struct loss *loss, bool in_float, uint64_t seed)
{
    long double x[ELEMENTS], t[ELEMENTS];

    *sample = (struct sample){ .loss = loss, .in_float = in_float, .seed = seed };
    sample->function = (struct gck_function){ .at = value_at, .context = sample,
                                              .epsilon = in_float ? 0x1p-23 : 0x1p-52 };
    sample->stretch = seed % 2 == 0 ? 1 : ldexp(1.0, (int)gck_below(seed, 11, 0, 41) - 20);
    sample->height = seed % 2 == 0 ? 1 : ldexp(1.0, (int)gck_below(seed, 12, 0, 81) - 40);
    for (size_t i = 0; i < ELEMENTS; i++) {
        loss->place(seed, i, &sample->x[i], &sample->t[i]);
        sample->x[i] = (double)(float)sample->x[i];
        sample->t[i] = (double)(float)sample->t[i];
        x[i] = (long double)sample->x[i];
        t[i] = (long double)sample->t[i];
        sample->x[i] *= sample->stretch;
    }
    for (size_t i = 0; i < ELEMENTS; i++) {
        const long double factor = (long double)(sample->height / sample->stretch);
        const struct sides truth = loss->truth(x, t, i);

        sample->truth[i] = (struct sides){ factor * truth.left, factor * truth.right };
    }
    sample_point(sample);
}

/* ---- claims and what became of them ---- */

enum claim { RIGHT, DOUBLED, NEGATED, ZERO, OFF_20TH, OFF_1E5, OFF_SOMEHOW, CLAIMS };

static double claim_of(const struct sample *sample, size_t i, enum claim kind)
{
    const double right = right_claim(sample, i);

    switch (kind) {
    case DOUBLED: return 2 * right;
    case NEGATED: return -right;
    case ZERO: return 0;
    case OFF_20TH: return 1.05 * right;
    case OFF_1E5: return (1 + 1e-5) * right;
    case OFF_SOMEHOW: return right * (1 + log_uniform(sample->seed, 13, i, 1e-13, 1));
    default: return right;
    }
}

struct tally {
    size_t asked, verdict[4], evaluations;
    size_t missed;     /* the interval doesn't hold the derivative */
    size_t believed;   /* AGREE though the claim is off by more than the bound */
    size_t ratios;
    double ratio[4096]; /* bound over true error, of claims that agree */
};

static bool at_kink(const struct sides *truth)
{
    return truth->left != truth->right;
}

static double distance_to(long double truth, double number)
{
    return (double)fabsl((long double)number - truth);
}

/* Both one-sided derivatives lie in the interval. */
static bool covers(const struct gck_slope *slope, const struct sides *truth)
{
    return distance_to(truth->left, slope->numeric) <= slope->bound &&
           distance_to(truth->right, slope->numeric) <= slope->bound;
}

static void tally_slope(struct tally *tally, const struct gck_slope *slope, const struct sides *truth,
                        double claim, double allowance)
{
    const double error = distance_to(truth->left, slope->numeric);
    const bool judged = slope->verdict == GCK_AGREE || slope->verdict == GCK_DISAGREE;

    tally->asked++;
    tally->verdict[slope->verdict]++;
    tally->evaluations += slope->evaluations;
    tally->missed += judged && !covers(slope, truth);
    tally->believed += slope->verdict == GCK_AGREE &&
                       distance_to(truth->left, claim) > 2 * (slope->bound + allowance);
    if (slope->verdict == GCK_AGREE && !at_kink(truth) && error > 0 &&
        tally->ratios < sizeof tally->ratio / sizeof tally->ratio[0])
        tally->ratio[tally->ratios++] = slope->bound / error;
}

/* Asks one kind of claim about every element that has a derivative worth being wrong about. */
static void ask(struct sample *sample, enum claim kind, struct tally *tally)
{
    for (size_t i = 0; i < ELEMENTS; i++) {
        const double claim = claim_of(sample, i, kind), right = right_claim(sample, i);
        const double allowance = 4 * DBL_EPSILON * fabs(claim);
        struct gck_slope slope;

        if (kind != RIGHT && fabs(right) <= 1e-3 * sample->point.typical)
            continue;
        gck_slope_judge(&sample->function, &sample->point, i, sample->x[i], claim, allowance, &slope);
        tally_slope(tally, &slope, &sample->truth[i], claim, allowance);
    }
}

/* ---- all of them, once ---- */

enum { SAMPLES = 100 / CHECK_LESS };

static struct tally tallies[2][LOSSES][CLAIMS];

static void tally_samples(bool in_float, size_t which)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        const uint64_t seed = ((uint64_t)in_float * SAMPLES + i) * LOSSES + which;
        struct sample sample;

        sample_make(&sample, &losses[which], in_float, seed);
        for (int kind = 0; kind < CLAIMS; kind++)
            ask(&sample, (enum claim)kind, &tallies[in_float][which][kind]);
    }
}

static int tally_all(void **state)
{
    (void)state;
    for (size_t which = 0; which < LOSSES; which++) {
        tally_samples(false, which);
        tally_samples(true, which);
    }
    return 0;
}

static void want(bool holds, bool in_float, size_t which, const char *what, double number)
{
    if (!holds)
        fail_msg("%s in %s: %s (%g)", losses[which].name, in_float ? "float" : "double", what, number);
}

static double share(const struct tally *tally, enum gck_element_verdict verdict)
{
    return (double)tally->verdict[verdict] / (double)tally->asked;
}

#define FOR_EACH_LOSS(in_float, which)                                                             \
    for (int in_float = 0; in_float < 2; in_float++)                                               \
        for (size_t which = 0; which < LOSSES; which++)

static void a_right_claim_is_never_called_wrong(void **state)
{
    (void)state;
    FOR_EACH_LOSS(in_float, which) {
        const struct tally *tally = &tallies[in_float][which][RIGHT];

        want(tally->asked == SAMPLES * ELEMENTS, in_float, which, "asked", (double)tally->asked);
        want(tally->verdict[GCK_DISAGREE] == 0, in_float, which, "called wrong",
             (double)tally->verdict[GCK_DISAGREE]);
    }
}

static void the_interval_of_a_right_claim_holds_the_derivative(void **state)
{
    (void)state;
    FOR_EACH_LOSS(in_float, which)
        want(tallies[in_float][which][RIGHT].missed == 0, in_float, which, "missed",
             (double)tallies[in_float][which][RIGHT].missed);
}

/* Of wrong claims too, but in a staircase (naive) whose noise nobody can know beforehand. */
static void the_interval_of_a_wrong_claim_holds_the_derivative(void **state)
{
    (void)state;
    FOR_EACH_LOSS(in_float, which) {
        const bool stairs = strcmp(losses[which].name, "naive") == 0;

        for (int kind = RIGHT + 1; kind < CLAIMS; kind++) {
            const struct tally *tally = &tallies[in_float][which][kind];
            const double allowed = (stairs ? 3e-3 : 3e-4) * (double)tally->asked;

            want((double)tally->missed <= allowed, in_float, which, "missed", (double)tally->missed);
            want((double)tally->believed <= allowed, in_float, which, "believed",
                 (double)tally->believed);
        }
    }
}

static void gross_mistakes_are_found(void **state)
{
    static const enum claim gross[] = { DOUBLED, NEGATED, ZERO };

    (void)state;
    FOR_EACH_LOSS(in_float, which)
        for (size_t k = 0; losses[which].smooth && k < sizeof gross / sizeof gross[0]; k++) {
            const double found = share(&tallies[in_float][which][gross[k]], GCK_DISAGREE);

            want(found >= 0.99, in_float, which, "gross mistakes found", found);
        }
}

static void gross_mistakes_beside_kinks_are_found_in_double(void **state)
{
    (void)state;
    for (size_t which = 0; which < LOSSES; which++) {
        const double found = share(&tallies[0][which][DOUBLED], GCK_DISAGREE);
        const double tiny = share(&tallies[0][which][OFF_1E5], GCK_DISAGREE);

        if (!losses[which].kinked)
            continue;
        want(found >= 0.99, false, which, "gross mistakes found", found);
        want(tiny >= 0.85, false, which, "off by 1e-5 found", tiny);
    }
}

static void small_mistakes_are_found_in_double(void **state)
{
    (void)state;
    for (size_t which = 0; which < LOSSES; which++) {
        const double twentieth = share(&tallies[0][which][OFF_20TH], GCK_DISAGREE);
        const double tiny = share(&tallies[0][which][OFF_1E5], GCK_DISAGREE);

        if (!losses[which].smooth)
            continue;
        want(twentieth >= 0.99, false, which, "off by 5 % found", twentieth);
        want(tiny >= 0.9, false, which, "off by 1e-5 found", tiny);
    }
}

static void small_mistakes_are_found_in_float(void **state)
{
    (void)state;
    for (size_t which = 0; which < LOSSES; which++) {
        const double found = share(&tallies[1][which][OFF_20TH], GCK_DISAGREE);

        if (losses[which].smooth)
            want(found >= 0.85, true, which, "off by 5 % found", found);
    }
}

static void smooth_losses_are_decided(void **state)
{
    (void)state;
    FOR_EACH_LOSS(in_float, which) {
        const double agree = share(&tallies[in_float][which][RIGHT], GCK_AGREE);

        if (losses[which].smooth)
            want(agree >= (in_float ? 0.99 : 0.9999), in_float, which, "agree", agree);
    }
}

static void a_right_claim_costs_little(void **state)
{
    double sum = 0;
    unsigned smooth = 0;

    (void)state;
    for (size_t which = 0; which < LOSSES; which++) {
        const struct tally *tally = &tallies[0][which][RIGHT];
        const double cost = (double)tally->evaluations / (double)tally->asked;

        if (!losses[which].smooth)
            continue;
        want(cost <= 3, false, which, "evaluations of an element", cost);
        sum += cost;
        smooth++;
    }
    assert_true(sum <= 2.2 * smooth);
}

static void the_bound_is_within_100_true_errors(void **state)
{
    (void)state;
    FOR_EACH_LOSS(in_float, which) {
        struct tally *tally = &tallies[in_float][which][RIGHT];
        const double ratio = gck_median(tally->ratio, tally->ratios);

        if (losses[which].smooth)
            want(ratio <= 100, in_float, which, "median of bound over error", ratio);
    }
}

/* ---- functions of one number ---- */

struct single {
    double (*f)(double);
    double noise; /* 0: a few ulps of the value */
    double typical, lo, hi;
};

static double single_at(void *context, size_t index, double x, double *moved_to)
{
    const struct single *single = context;

    assert_int_equal(index, 0);
    *moved_to = x;
    return single->f(x);
}

static struct gck_slope judge(struct single single, double x, double claim)
{
    const double value = single.f(x), floor = 4 * 0.3 * DBL_EPSILON * fabs(value);
    const struct gck_function function = { .at = single_at, .context = &single, .epsilon = DBL_EPSILON };
    const struct gck_point point = { .value = value,
                                     .noise = fmax(single.noise, floor),
                                     .rms = fabs(x),
                                     .typical = single.typical,
                                     .domain_lo = single.lo,
                                     .domain_hi = single.hi };
    struct gck_slope slope;

    gck_slope_judge(&function, &point, 0, x, claim, 0, &slope);
    return slope;
}

static double size_of(double x) { return fabs(x); }
static double leaky(double x) { return x < 1 ? 0.25 * (x - 1) : x - 1; }
static double above_one(double x) { return x > 1 ? x - 1 : 0; }
static double squared(double x) { return x * x; }
static double seven(double x) { return x == x ? 7 : x; }
static double nothing(double x) { return 0 * x; }
static double stairs(double x) { return floor(x * 0x1p20) * 0x1p-20; }
static double saturating(double x) { return -log(1 - 1 / (1 + exp(-x))); }
static double refusing(double x) { return x == 1 ? 1 : (double)NAN; }
static double broken(double x) { return x - x + (double)NAN; }
static unsigned excursions;
static double log_of(double x)
{
    excursions += !(x > 0 && x < 1);
    return log(x) + log(1 - x);
}
static double curve(double x) { return exp(x); }

#define assert_verdict(slope, wanted) assert_int_equal((slope).verdict, wanted)

static void at_a_kink_every_subgradient_is_accepted(void **state)
{
    (void)state;
    for (double claim = -1; claim <= 1; claim += 0.125) {
        const struct gck_slope slope = judge((struct single){ .f = size_of, .typical = 1 }, 0, claim);

        assert_verdict(slope, GCK_KINK);
        assert_near(slope.kink_left, -1, 1e-9);
        assert_near(slope.kink_right, 1, 1e-9);
        assert_near(slope.jump, 2, 1e-9);
    }
    assert_verdict(judge((struct single){ .f = leaky, .typical = 1 }, 1, 0.25), GCK_KINK);
    assert_verdict(judge((struct single){ .f = leaky, .typical = 1 }, 1, 0.5), GCK_KINK);
    assert_verdict(judge((struct single){ .f = leaky, .typical = 1 }, 1, 1), GCK_KINK);
    assert_verdict(judge((struct single){ .f = above_one, .typical = 1 }, 1, 0), GCK_KINK);
    assert_verdict(judge((struct single){ .f = above_one, .typical = 1 }, 1, 1), GCK_KINK);
}

static void what_is_no_subgradient_is_wrong_even_at_a_kink(void **state)
{
    static const double outside[] = { -2, -1.01, 1.01, 2, 1e9 };

    (void)state;
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++)
        assert_verdict(judge((struct single){ .f = size_of, .typical = 1 }, 0, outside[i]), GCK_DISAGREE);
    assert_verdict(judge((struct single){ .f = leaky, .typical = 1 }, 1, 0.24), GCK_DISAGREE);
    assert_verdict(judge((struct single){ .f = leaky, .typical = 1 }, 1, 1.01), GCK_DISAGREE);
    assert_verdict(judge((struct single){ .f = above_one, .typical = 1 }, 1, -0.01), GCK_DISAGREE);
    assert_verdict(judge((struct single){ .f = above_one, .typical = 1 }, 1, 1.01), GCK_DISAGREE);
}

static void beside_a_kink_the_wrong_side_is_wrong(void **state)
{
    (void)state;
    for (double distance = 1; distance > 1e-9; distance /= 7) {
        const struct single single = { .f = leaky, .typical = 1 };

        assert_verdict(judge(single, 1 + distance, 1), GCK_AGREE);
        assert_verdict(judge(single, 1 - distance, 0.25), GCK_AGREE);
        assert_verdict(judge(single, 1 + distance, 0.25), GCK_DISAGREE);
        assert_verdict(judge(single, 1 - distance, 1), GCK_DISAGREE);
        assert_verdict(judge(single, 1 - distance, 0.6), GCK_DISAGREE);
    }
}

/* A jump that is small beside the other elements' slopes is a kink all the same. */
static void a_small_kink_is_a_kink(void **state)
{
    (void)state;
    assert_verdict(judge((struct single){ .f = size_of, .typical = 1e4 }, 0, 0.5), GCK_KINK);
}

static void the_slopes_on_both_sides_of_a_near_kink_are_told(void **state)
{
    (void)state;
    for (double distance = 1e-9; distance < 3e-6; distance *= 3) {
        const struct gck_slope slope =
            judge((struct single){ .f = leaky, .typical = 1 }, 1 + distance, 0.25);

        assert_verdict(slope, GCK_DISAGREE);
        assert_near(slope.numeric, 1, slope.bound);
        if (distance > 1e-7)
            continue;
        assert_near(slope.kink_left, 0.25, 1e-6);
        assert_near(slope.kink_right, 1, 1e-6);
        assert_near(slope.jump, 0.75, 1e-6);
    }
}

static void where_noise_drowns_the_slope_it_cannot_tell(void **state)
{
    const struct gck_slope slope = judge((struct single){ .f = curve, .typical = 1, .noise = 1 }, 0, 1);

    (void)state;
    assert_verdict(slope, GCK_CANNOT_TELL);
    assert_true(slope.bound > 1);
    assert_verdict(judge((struct single){ .f = curve, .typical = 1, .noise = 1 }, 0, 2),
                   GCK_CANNOT_TELL);
}

static void on_a_plateau_only_zero_is_right(void **state)
{
    struct gck_slope slope;

    (void)state;
    slope = judge((struct single){ .f = seven, .typical = 1 }, 2, 0);
    assert_verdict(slope, GCK_AGREE);
    slope = judge((struct single){ .f = seven, .typical = 1 }, 2, 1);
    assert_verdict(slope, GCK_DISAGREE);
    assert_true(slope.flat);
    assert_near(slope.numeric, 0, 0);
    assert_verdict(judge((struct single){ .f = nothing }, 2, 0), GCK_AGREE);
    assert_verdict(judge((struct single){ .f = nothing, .typical = 1 }, 2, -1), GCK_DISAGREE);
    slope = judge((struct single){ .f = above_one, .typical = 1 }, 0.7, 1);
    assert_verdict(slope, GCK_DISAGREE);
    assert_false(slope.flat);
    assert_verdict(judge((struct single){ .f = above_one, .typical = 1 }, 0.7, 0), GCK_AGREE);
}

static void a_staircase_cannot_tell_what_its_treads_hide(void **state)
{
    (void)state;
    for (double x = 0.01; x < 3; x += 0.137) {
        const struct single single = { .f = stairs, .typical = 1 };

        assert_int_not_equal(judge(single, x, 1).verdict, GCK_DISAGREE);
        assert_int_not_equal(judge(single, x, 0).verdict, GCK_AGREE);
    }
}

static void saturation_cannot_tell(void **state)
{
    (void)state;
    for (double x = -60; x < 36.7; x += 0.37) {
        const struct gck_slope slope =
            judge((struct single){ .f = saturating, .typical = 0.5, .noise = 0x1p-52 }, x, 1 / (1 + exp(-x)));

        assert_int_not_equal(slope.verdict, GCK_DISAGREE);
    }
    /* without a hint of noise, since E is 0 */
    for (double x = -60; x < -36.8; x += 0.37) {
        const double right = 1 / (1 + exp(-x));

        assert_int_not_equal(judge((struct single){ .f = saturating, .typical = right }, x, right).verdict,
                             GCK_DISAGREE);
    }
    assert_verdict(judge((struct single){ .f = saturating, .typical = 1 }, 38, 1), GCK_CANNOT_TELL);
}

static void where_no_neighbour_is_finite_it_cannot_tell(void **state)
{
    const struct gck_slope slope = judge((struct single){ .f = refusing, .typical = 1 }, 1, 1);

    (void)state;
    assert_verdict(slope, GCK_CANNOT_TELL);
    assert_true(isnan(slope.numeric));
    assert_true(isinf(slope.bound));
    assert_verdict(judge((struct single){ .f = broken, .typical = 1 }, 1, 1), GCK_CANNOT_TELL);
    assert_verdict(judge((struct single){ .f = broken, .typical = 1 }, 1, (double)NAN), GCK_CANNOT_TELL);
}

static void a_claim_that_is_no_number_is_wrong(void **state)
{
    const double claims[] = { (double)NAN, HUGE_VAL, -HUGE_VAL, DBL_MAX };

    (void)state;
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        const struct gck_slope slope = judge((struct single){ .f = curve, .typical = 1 }, 1, claims[i]);

        assert_verdict(slope, GCK_DISAGREE);
        assert_near(slope.numeric, exp(1.0), 1e-6);
        assert_near(slope.numeric, exp(1.0), slope.bound);
    }
}

static void underflow_is_no_mistake(void **state)
{
    static const double x[] = { 1e-200, 1e-170, 1e-160, 1e-155, 1e-150, 1e-100, 1e100, 1e150 };

    (void)state;
    for (size_t i = 0; i < sizeof x / sizeof x[0]; i++) {
        const struct single single = { .f = squared, .typical = 2 * x[i] };

        assert_int_not_equal(judge(single, x[i], 2 * x[i]).verdict, GCK_DISAGREE);
    }
    for (double at = -745.5; at < -690; at += 0.3)
        assert_int_not_equal(judge((struct single){ .f = curve, .typical = exp(at) }, at, exp(at)).verdict,
                             GCK_DISAGREE);
    for (double at = 1; at > 0; at /= 8)
        assert_int_not_equal(judge((struct single){ .f = size_of, .typical = 1 }, at, 1).verdict,
                             GCK_DISAGREE);
}

static void steps_stay_in_the_domain(void **state)
{
    (void)state;
    excursions = 0;
    for (double room = 0.5; room > 1e-14; room /= 3) {
        const struct single single = { .f = log_of, .typical = 1 / room, .lo = 0, .hi = 1 };
        const double high = 1 - room, right = 1 / room - 1 / (1 - room);
        const double right_high = 1 / high - 1 / (1 - high);

        assert_int_not_equal(judge(single, room, right).verdict, GCK_DISAGREE);
        assert_int_not_equal(judge(single, high, right_high).verdict, GCK_DISAGREE);
        if (room > 1e-9 && room < 0.4)
            assert_verdict(judge(single, high, 1.01 * right_high), GCK_DISAGREE);
    }
    assert_verdict(judge((struct single){ .f = log_of, .typical = 1, .lo = 0, .hi = 1 }, 1 - 0x1p-53, 1),
                   GCK_CANNOT_TELL);
    assert_int_equal(excursions, 0);
}

static void at_a_minimum_zero_agrees(void **state)
{
    (void)state;
    assert_verdict(judge((struct single){ .f = squared }, 0, 0), GCK_AGREE);
    assert_verdict(judge((struct single){ .f = squared, .typical = 1 }, 0, 0), GCK_AGREE);
    assert_verdict(judge((struct single){ .f = squared, .typical = 1 }, 0, 0.1), GCK_DISAGREE);
}

static void a_smooth_function_costs_two_evaluations(void **state)
{
    (void)state;
    for (double x = -3; x < 3; x += 0.0625)
        assert_int_equal(judge((struct single){ .f = curve, .typical = exp(x) }, x, exp(x)).evaluations, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_right_claim_is_never_called_wrong),
        cmocka_unit_test(the_interval_of_a_right_claim_holds_the_derivative),
        cmocka_unit_test(the_interval_of_a_wrong_claim_holds_the_derivative),
        cmocka_unit_test(gross_mistakes_are_found),
        cmocka_unit_test(gross_mistakes_beside_kinks_are_found_in_double),
        cmocka_unit_test(small_mistakes_are_found_in_double),
        cmocka_unit_test(small_mistakes_are_found_in_float),
        cmocka_unit_test(smooth_losses_are_decided),
        cmocka_unit_test(a_right_claim_costs_little),
        cmocka_unit_test(the_bound_is_within_100_true_errors),
        cmocka_unit_test(at_a_kink_every_subgradient_is_accepted),
        cmocka_unit_test(what_is_no_subgradient_is_wrong_even_at_a_kink),
        cmocka_unit_test(beside_a_kink_the_wrong_side_is_wrong),
        cmocka_unit_test(a_small_kink_is_a_kink),
        cmocka_unit_test(the_slopes_on_both_sides_of_a_near_kink_are_told),
        cmocka_unit_test(where_noise_drowns_the_slope_it_cannot_tell),
        cmocka_unit_test(on_a_plateau_only_zero_is_right),
        cmocka_unit_test(a_staircase_cannot_tell_what_its_treads_hide),
        cmocka_unit_test(saturation_cannot_tell),
        cmocka_unit_test(where_no_neighbour_is_finite_it_cannot_tell),
        cmocka_unit_test(a_claim_that_is_no_number_is_wrong),
        cmocka_unit_test(underflow_is_no_mistake),
        cmocka_unit_test(steps_stay_in_the_domain),
        cmocka_unit_test(at_a_minimum_zero_agrees),
        cmocka_unit_test(a_smooth_function_costs_two_evaluations),
    };

    return cmocka_run_group_tests(tests, tally_all, NULL);
}
