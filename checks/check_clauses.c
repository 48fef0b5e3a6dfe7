/* check_clauses.c -- the contract clause by clause: one honest layer, and one misdeed at a time; then layers that are
 * unusual and right, of which nothing may be said. */
#include "check.h"

#include "exam/check.h"
#include "exam/clauses.h"
#include "gradcheck/gradcheck.h"

/* ---- the honest layer: r_n = weight . x_n - label_n, E = 1/(2 num) sum r_n^2, and its misdeeds ---- */

/* One for each clause, in their order; HONEST behind them. More than one where a clause has several ways. */
enum misdeed {
    CLEARS_TOP_DATA = GCK_CLAUSES,
    SETS_TOP_DIFF,
    WRITES_BEFORE_BUFFER,
    UNWRITTEN_BUFFER,
    ACCEPTS_FRACTIONS,
    HONEST
};

static unsigned misdeed;

static bool does(unsigned which)
{
    return misdeed == which;
}

static enum gck_status reshape(struct gck_io *io)
{
    const struct gck_shape *const x = &io->bottom[0]->shape;
    const struct gck_shape residuals = { .axes = 1, .dim = { gck_num(io, 0) } };
    enum gck_status status = GCK_OK;

    if (!does(GCK_REFUSES_SHAPES) && (x->axes != 2 || io->bottom[1]->count != x->dim[0]))
        return gck_fail(io, GCK_ESHAPE, "x and label do not fit");
    if (!does(GCK_NO_OLD_SHAPE) || io->buffer[0]->shape.axes == 0)
        status = gck_reshape(io, io->buffer[0], &residuals);
    if (does(GCK_NO_OLD_SHAPE)) /* room is taken, and only the count is an old one */
        status = status == GCK_OK ? gck_reshape_like(io, io->buffer[1], io->bottom[0]) : status;
    else if (status == GCK_OK)
        status = gck_reshape(io, io->buffer[1], &residuals);
    return status == GCK_OK ? gck_reshape_scalar(io, io->top[0]) : status;
}

static enum gck_status read_label(struct gck_io *io, size_t n, size_t classes, double *label)
{
    size_t truth = 0;
    enum gck_status status = GCK_OK;

    *label = gck_bottom(io, 1)[n];
    if (!does(GCK_REFUSES_LABELS)
        && !(does(ACCEPTS_FRACTIONS) && *label >= 0 && *label < (double)classes))
        status = gck_label(io, 1, n, classes, &truth);
    return status;
}

static enum gck_status forward(struct gck_io *io)
{
    static double calls;
    const size_t num = gck_num(io, 0), channels = io->bottom[0]->shape.dim[1];
    const size_t counted = does(GCK_NO_OLD_SHAPE) ? io->buffer[0]->shape.dim[0] : num;
    double *const residual = gck_buffer(io, does(GCK_NO_OLD_SHAPE) ? 1 : 0);
    double *const diff = (double *)io->bottom[0]->diff;
    double sum = does(GCK_FORWARD_REPEATS) ? ++calls : 0;

    if (does(GCK_FORWARD_KEEPS_DATA))
        ((double *)io->bottom[0]->data)[0] = 0.5;
    if (does(GCK_FORWARD_KEEPS_WEIGHTS))
        ((double *)io->weight[0]->data)[0] = 0.5;
    if (does(GCK_FORWARD_KEEPS_DIFFS))
        diff[0] = 0.5;
    if (does(SETS_TOP_DIFF))
        ((double *)io->top[0]->diff)[0] = 1;
    for (size_t n = 0; n < num; n++) {
        double label;
        const enum gck_status status = read_label(io, n, channels, &label);
        double *const old = gck_buffer(io, 1);

        if (status != GCK_OK)
            return status;
        if (does(GCK_NO_OLD_DATA))
            old[n] = residual[n];
        residual[n] = gck_dot(channels, gck_weight(io, 0), gck_bottom(io, 0) + n * channels) - label;
        sum += residual[n] * residual[n];
        if (does(GCK_NO_SCRATCH))
            diff[n] = residual[n];
    }
    if (does(GCK_READS_INSIDE))
        sum += gck_bottom(io, 0)[num * channels];
    if (does(WRITES_BEFORE_BUFFER))
        gck_buffer(io, 0)[-1] = 3;
    gck_top(io, 0)[0] = sum / (2 * (double)counted);
    return GCK_OK;
}

/* What Backward takes for r_n; the first samples' diffs are where NO_SCRATCH keeps them. */
static double residual_of(const struct gck_io *io, size_t n, const double *kept)
{
    return does(GCK_NO_OLD_DATA) || does(UNWRITTEN_BUFFER) ? gck_buffer(io, 1)[n]
           : does(GCK_NO_SCRATCH)                          ? kept[n]
           : does(GCK_NO_OLD_SHAPE)                        ? gck_buffer(io, 1)[n]
                                                           : gck_buffer(io, 0)[n];
}

static enum gck_status backward(struct gck_io *io)
{
    const size_t num = gck_num(io, 0), channels = io->bottom[0]->shape.dim[1];
    const double scale = gck_top_diff(io, 0)[0]
                         / (double)(does(GCK_NO_OLD_SHAPE) ? io->buffer[0]->shape.dim[0] : num);
    const double *const weight = gck_weight(io, 0);
    double *const diff = gck_bottom_diff(io, 0), *const weight_diff = gck_weight_diff(io, 0);
    double kept[64];

    memcpy(kept, io->bottom[0]->diff, (num < 64 ? num : 64) * sizeof *kept);
    for (size_t c = 0; does(GCK_WEIGHTS_ADDED) && c < channels; c++)
        weight_diff[c] = 0;
    for (size_t n = 0; n < num; n++) {
        const double r = scale * residual_of(io, n, kept);

        for (size_t c = 0; c < channels; c++) {
            const size_t i = n * channels + c;

            weight_diff[c] += r * gck_bottom(io, 0)[i];
            if (diff == NULL || (does(GCK_BACKWARD_WRITES) && i + 1 == num * channels))
                continue;
            diff[i] = (does(GCK_BACKWARD_SETS) ? diff[i] : 0) + r * weight[c];
        }
    }
    if (does(GCK_BACKWARD_REPEATS))
        gck_buffer(io, 0)[0] *= 0.5;
    if (does(GCK_BACKWARD_ASKED))
        ((double *)io->bottom[1]->diff)[0] = 0;
    if (does(GCK_BACKWARD_KEEPS_DATA))
        ((double *)io->bottom[1]->data)[0] = 0;
    if (does(CLEARS_TOP_DATA))
        gck_top(io, 0)[0] = 0;
    if (does(GCK_BACKWARD_KEEPS_TOP_DIFF))
        ((double *)io->top[0]->diff)[0] *= 0.5;
    if (does(GCK_STAYS_INSIDE) && diff != NULL)
        diff[num * channels] = 0;
    return GCK_OK;
}

static const struct gck_port bottoms[] = {
    { .name = "x", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    { .name = "label", .dims = { GCK_N }, .fill = GCK_LABELS, .range = GCK_C, .constant = true },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };
static const struct gck_port weights[] = {
    { .name = "weight", .dims = { GCK_C }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_layer honest = {
    GCK_THIS_ABI,
    .name = "honest",
    .formula = "E = 1/(2 num) sum (weight . x - label)^2",
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .weight = weights,
    .buffers = 2,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};

static struct gck_result result;

static void examine(const struct gck_layer *layer, uint64_t seed)
{
    struct gck_options options = gck_options_default();

    options.seed = seed;
    memset(&result, 0, sizeof result);
    gck_examine(layer, NULL, &options, &result);
}

static void an_honest_layer_keeps_every_clause(void **state)
{
    (void)state;
    misdeed = HONEST;
    examine(&honest, 1701);
    assert_int_equal(result.verdict, GCK_PASS);
    assert_int_equal(result.clauses, GCK_CLAUSES);
    for (unsigned c = 0; c < result.clauses; c++)
        if (result.clause[c].answer != GCK_FINE)
            fail_msg("%s: %d %s", result.clause[c].name, (int)result.clause[c].answer, result.clause[c].why);
}

static const struct {
    unsigned misdeed;
    enum gck_clause_id clause;
    unsigned code;
} deed[] = {
    { GCK_FORWARD_REPEATS, GCK_FORWARD_REPEATS, 204 },
    { GCK_FORWARD_KEEPS_DATA, GCK_FORWARD_KEEPS_DATA, 206 },
    { GCK_FORWARD_KEEPS_WEIGHTS, GCK_FORWARD_KEEPS_WEIGHTS, 215 },
    { GCK_FORWARD_KEEPS_DIFFS, GCK_FORWARD_KEEPS_DIFFS, 214 },
    { SETS_TOP_DIFF, GCK_FORWARD_KEEPS_DIFFS, 207 },
    { GCK_BACKWARD_REPEATS, GCK_BACKWARD_REPEATS, 205 },
    { GCK_BACKWARD_SETS, GCK_BACKWARD_SETS, 201 },
    { GCK_BACKWARD_WRITES, GCK_BACKWARD_WRITES, 202 },
    { GCK_BACKWARD_ASKED, GCK_BACKWARD_ASKED, 203 },
    { GCK_BACKWARD_KEEPS_DATA, GCK_BACKWARD_KEEPS_DATA, 206 },
    { CLEARS_TOP_DATA, GCK_BACKWARD_KEEPS_DATA, 206 },
    { GCK_BACKWARD_KEEPS_TOP_DIFF, GCK_BACKWARD_KEEPS_TOP_DIFF, 207 },
    { GCK_NO_SCRATCH, GCK_NO_SCRATCH, 214 },
    { GCK_WEIGHTS_ADDED, GCK_WEIGHTS_ADDED, 213 },
    { GCK_NO_OLD_DATA, GCK_NO_OLD_DATA, 209 },
    { UNWRITTEN_BUFFER, GCK_NO_OLD_DATA, 209 },
    { GCK_NO_OLD_SHAPE, GCK_NO_OLD_SHAPE, 209 },
    { GCK_STAYS_INSIDE, GCK_STAYS_INSIDE, 210 },
    { WRITES_BEFORE_BUFFER, GCK_STAYS_INSIDE, 210 },
    { GCK_READS_INSIDE, GCK_READS_INSIDE, 210 },
    { GCK_REFUSES_LABELS, GCK_REFUSES_LABELS, 211 },
    { ACCEPTS_FRACTIONS, GCK_REFUSES_LABELS, 211 },
    { GCK_REFUSES_SHAPES, GCK_REFUSES_SHAPES, 211 },
};
enum { DEEDS = sizeof deed / sizeof deed[0] };

static void breaks_its_clause(void **state)
{
    const size_t d = *(const size_t *)*state;

    misdeed = deed[d].misdeed;
    examine(&honest, 1701);
    misdeed = HONEST;
    assert_int_equal(result.verdict, GCK_FAIL);
    if (result.clause[deed[d].clause].answer != GCK_WRONG)
        fail_msg("\"%s\" holds", gck_clause_sentence(deed[d].clause));
    assert_true(result.clause[deed[d].clause].why[0] != '\0');
    for (unsigned f = 0; f < result.findings; f++)
        if (result.finding[f].code != deed[d].code && result.finding[f].severity == GCK_SEVERE)
            print_error("GC%u: %s\n", result.finding[f].code, result.finding[f].measured);
    assert_int_equal(result.findings, 1);
    assert_int_equal(result.finding[0].code, deed[d].code);
}

/* ---- unusual and right: E(x) of one bottom, by its value and its gradient ---- */

typedef double function(const struct gck_io *io, const double *x, size_t num, size_t each, double *gradient);

static function *loss_of;

static enum gck_status scalar_top(struct gck_io *io)
{
    return gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status evaluate(struct gck_io *io)
{
    gck_top(io, 0)[0] = loss_of(io, gck_bottom(io, 0), gck_num(io, 0), gck_count(io, 0) / gck_num(io, 0), NULL);
    return GCK_OK;
}

static enum gck_status differentiate(struct gck_io *io)
{
    double *const diff = gck_bottom_diff(io, 0);

    if (diff == NULL)
        return GCK_OK;
    loss_of(io, gck_bottom(io, 0), gck_num(io, 0), gck_count(io, 0) / gck_num(io, 0), diff);
    for (size_t i = 0; i < gck_count(io, 0); i++)
        diff[i] *= gck_top_diff(io, 0)[0];
    return GCK_OK;
}

/* The spread of all numbers: every sample depends on every other one. */
static double spread(const struct gck_io *io, const double *x, size_t num, size_t each, double *gradient)
{
    const double n = (double)(num * each);
    double mean = 0, sum = 0;

    (void)io;
    for (size_t i = 0; i < num * each; i++)
        mean += x[i] / n;
    for (size_t i = 0; i < num * each; i++) {
        sum += (x[i] - mean) * (x[i] - mean) / n;
        if (gradient != NULL)
            gradient[i] = 2 * (x[i] - mean) / n;
    }
    return sum;
}

/* One minus the overlap with a pattern, over the whole batch: a quotient of sums. */
static double overlap(const struct gck_io *io, const double *x, size_t num, size_t each, double *gradient)
{
    double common = 0, total = 1;

    (void)io;
    for (size_t i = 0; i < num * each; i++) {
        common += i % each % 2 == 0 ? x[i] : 0;
        total += x[i] * x[i];
    }
    for (size_t i = 0; gradient != NULL && i < num * each; i++)
        gradient[i] = -(i % each % 2 == 0 ? 1 : 0) / total + common * 2 * x[i] / (total * total);
    return 1 - common / total;
}

/* A weighted mean in which the later samples count more. */
static double ramp(const struct gck_io *io, const double *x, size_t num, size_t each, double *gradient)
{
    double sum = 0;

    (void)io;
    for (size_t i = 0; i < num * each; i++) {
        const double weight = (double)(i / each + 1) / (double)num;

        sum += weight * exp(x[i]);
        if (gradient != NULL)
            gradient[i] = weight * exp(x[i]);
    }
    return sum;
}

/* Linear: the gradient is the same everywhere. */
static double linear(const struct gck_io *io, const double *x, size_t num, size_t each, double *gradient)
{
    double sum = 0;

    (void)io;
    for (size_t i = 0; i < num * each; i++) {
        sum += (double)(i % each + 1) * x[i] / (double)num;
        if (gradient != NULL)
            gradient[i] = (double)(i % each + 1) / (double)num;
    }
    return sum;
}

/* The largest number of the batch: all other gradients are 0. */
static double largest(const struct gck_io *io, const double *x, size_t num, size_t each, double *gradient)
{
    size_t at = 0;

    (void)io;
    for (size_t i = 0; i < num * each; i++) {
        at = x[i] > x[at] ? i : at;
        if (gradient != NULL)
            gradient[i] = 0;
    }
    if (gradient != NULL)
        gradient[at] = 1;
    return x[at];
}

/* Only positive numbers count, and the mean is over those: each batch has a divisor of its own. */
static double positive(const struct gck_io *io, const double *x, size_t num, size_t each, double *gradient)
{
    double sum = 0;
    size_t valid = 0;

    (void)io;
    for (size_t i = 0; i < num * each; i++)
        if (x[i] > 0) {
            sum += x[i] * x[i];
            valid++;
        }
    for (size_t i = 0; gradient != NULL && i < num * each; i++)
        gradient[i] = x[i] > 0 ? 2 * x[i] / (double)valid : 0;
    return valid > 0 ? sum / (double)valid : 0;
}

/* Some numbers are dropped by chance, which io->seed decides. */
static double dropped(const struct gck_io *io, const double *x, size_t num, size_t each, double *gradient)
{
    uint64_t state = io->seed | 1;
    double sum = 0;

    for (size_t i = 0; i < num * each; i++) {
        bool kept;

        state = state * 6364136223846793005u + 1442695040888963407u;
        kept = state >> 63 != 0;
        sum += kept ? x[i] * x[i] : 0;
        if (gradient != NULL)
            gradient[i] = kept ? 2 * x[i] : 0;
    }
    return sum;
}

/* A small term beside a large constant: most digits of the loss say nothing. */
static double lifted(const struct gck_io *io, const double *x, size_t num, size_t each, double *gradient)
{
    double sum = 0;

    (void)io;
    for (size_t i = 0; i < num * each; i++) {
        sum += sin(x[i]) / (double)num;
        if (gradient != NULL)
            gradient[i] = cos(x[i]) / (double)num;
    }
    return 1e6 + sum;
}

/* A steep wall next to flat ground. */
static double wall(const struct gck_io *io, const double *x, size_t num, size_t each, double *gradient)
{
    double sum = 0;

    (void)io;
    for (size_t i = 0; i < num * each; i++) {
        const double t = tanh(40 * x[i]);

        sum += t / (double)num;
        if (gradient != NULL)
            gradient[i] = 40 * (1 - t) * (1 + t) / (double)num;
    }
    return sum;
}

/* Cubes: the gradient is 0 at 0 and no kink is near. */
static double cubes(const struct gck_io *io, const double *x, size_t num, size_t each, double *gradient)
{
    double sum = 0;

    (void)io;
    for (size_t i = 0; i < num * each; i++) {
        sum += x[i] * x[i] * x[i];
        if (gradient != NULL)
            gradient[i] = 3 * x[i] * x[i];
    }
    return sum;
}

/* Absolute values: a kink at 0. */
static double absolute(const struct gck_io *io, const double *x, size_t num, size_t each, double *gradient)
{
    double sum = 0;

    (void)io;
    for (size_t i = 0; i < num * each; i++) {
        sum += fabs(x[i]) / (double)num;
        if (gradient != NULL)
            gradient[i] = (x[i] > 0 ? 1 : x[i] < 0 ? -1 : 0) / (double)num;
    }
    return sum;
}

/* Half the mean of squares. */
static double squares(const struct gck_io *io, const double *x, size_t num, size_t each, double *gradient)
{
    double sum = 0;

    (void)io;
    for (size_t i = 0; i < num * each; i++) {
        sum += x[i] * x[i] / (2 * (double)num);
        if (gradient != NULL)
            gradient[i] = x[i] / (double)num;
    }
    return sum;
}

/* The same, and every diff has a share of every sample, whatever their order: only that another sample moves it can tell. */
static double mixed(const struct gck_io *io, const double *x, size_t num, size_t each, double *gradient)
{
    const double loss = squares(io, x, num, each, gradient);
    double mean = 0;

    for (size_t i = 0; i < num * each; i++)
        mean += x[i] / (double)(num * each);
    for (size_t i = 0; gradient != NULL && i < num * each; i++)
        gradient[i] += mean / (double)num;
    return loss;
}

static double nothing(const struct gck_io *io, const double *x, size_t num, size_t each, double *gradient)
{
    (void)io;
    (void)x;
    for (size_t i = 0; gradient != NULL && i < num * each; i++)
        gradient[i] = 0;
    return 1;
}

static const struct gck_port gaussian[] = {
    { .name = "x", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port no_batch[] = {
    { .name = "x", .dims = { GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_layer unary = {
    GCK_THIS_ABI,
    .name = "unary",
    .formula = "E(x)",
    .loss = true,
    .bottom = gaussian,
    .top = tops,
    .reshape = scalar_top,
    .forward = evaluate,
    .backward = differentiate,
};

static void is_right(function *f, const struct gck_port *bottom, enum gck_norm norm)
{
    struct gck_layer layer = unary;

    loss_of = f;
    layer.bottom = bottom;
    layer.norm = norm;
    for (uint64_t seed = 0; seed < 20; seed++) {
        examine(&layer, seed);
        for (unsigned k = 0; k < result.findings; k++)
            if (result.finding[k].severity == GCK_SEVERE)
                print_error("seed %d: GC%u: %s\n", (int)seed, result.finding[k].code,
                            result.finding[k].measured);
        assert_int_not_equal(result.verdict, GCK_FAIL);
        assert_int_not_equal(result.verdict, GCK_ERROR);
    }
}

static void a_spread_over_the_batch_is_right(void **state)
{
    (void)state;
    is_right(spread, gaussian, GCK_NORM_MEAN);
    assert_true(result.coupled);
    is_right(spread, no_batch, GCK_NORM_NONE);
}

static void a_quotient_of_sums_is_right(void **state)
{
    (void)state;
    is_right(overlap, gaussian, GCK_NORM_NONE);
    assert_true(result.coupled);
}

static void samples_that_count_differently_are_right(void **state)
{
    (void)state;
    is_right(ramp, gaussian, GCK_NORM_NONE);
    assert_false(result.coupled);
}

static void a_linear_loss_is_right(void **state)
{
    (void)state;
    is_right(linear, gaussian, GCK_NORM_MEAN);
    is_right(linear, no_batch, GCK_NORM_NONE);
}

static void a_maximum_is_right(void **state)
{
    (void)state;
    is_right(largest, gaussian, GCK_NORM_NONE);
}

static void a_mean_over_what_counts_is_right(void **state)
{
    (void)state;
    is_right(positive, gaussian, GCK_NORM_VALID);
}

static void chance_from_the_seed_is_right(void **state)
{
    (void)state;
    is_right(dropped, gaussian, GCK_NORM_NONE);
}

static void a_large_constant_is_right(void **state)
{
    (void)state;
    is_right(lifted, gaussian, GCK_NORM_NONE);
}

static void a_wall_is_right(void **state)
{
    (void)state;
    is_right(wall, gaussian, GCK_NORM_MEAN);
}

static void sums_are_right(void **state)
{
    (void)state;
    is_right(cubes, gaussian, GCK_NORM_SUM);
    is_right(absolute, gaussian, GCK_NORM_MEAN);
}

static void a_loss_that_never_moves_is_warned_of(void **state)
{
    (void)state;
    is_right(nothing, gaussian, GCK_NORM_NONE);
    assert_int_equal(result.findings, 1);
    assert_int_equal(result.finding[0].code, 401);
    assert_int_equal(result.finding[0].severity, GCK_WARN);
}

/* Of many samples some are asked for all; what they show is then told of the whole batch. */
static void samples_that_move_each_other_are_told_whatever_their_number(void **state)
{
    static const char *const num[] = { "5", "3000", "20000" };

    (void)state;
    for (size_t k = 0; k < 3; k++)
        for (unsigned wrong = 0; wrong < 2; wrong++) {
            struct gck_options options = gck_options_default();
            struct gck_layer layer = unary;
            static struct gck_check check;
            char message[GCK_MESSAGE_SIZE];

            options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, "N", num[k] };
            layer.bottom = gaussian;
            layer.norm = GCK_NORM_MEAN;
            loss_of = wrong ? mixed : squares;
            memset(&result, 0, sizeof result);
            assert_int_equal(gck_check_run(&check, &layer, NULL, &options, &result, message), GCK_OK);
            assert_int_equal(result.gradient.answer, wrong ? GCK_WRONG : GCK_FINE);
            assert_true(check.batch_law.symmetric && check.batch_law.permutes); /* both */
            assert_int_equal(check.batch_law.local, !wrong);
            gck_check_close(&check);
        }
}

int main(void)
{
    static size_t index[DEEDS];
    static char name[DEEDS][96];
    struct CMUnitTest test[DEEDS + 16];
    const struct CMUnitTest fixed[] = {
        cmocka_unit_test(an_honest_layer_keeps_every_clause),
        cmocka_unit_test(a_spread_over_the_batch_is_right),
        cmocka_unit_test(a_quotient_of_sums_is_right),
        cmocka_unit_test(samples_that_count_differently_are_right),
        cmocka_unit_test(a_linear_loss_is_right),
        cmocka_unit_test(a_maximum_is_right),
        cmocka_unit_test(a_mean_over_what_counts_is_right),
        cmocka_unit_test(chance_from_the_seed_is_right),
        cmocka_unit_test(a_large_constant_is_right),
        cmocka_unit_test(a_wall_is_right),
        cmocka_unit_test(sums_are_right),
        cmocka_unit_test(a_loss_that_never_moves_is_warned_of),
        cmocka_unit_test(samples_that_move_each_other_are_told_whatever_their_number),
    };
    const size_t others = sizeof fixed / sizeof fixed[0];

    memcpy(test, fixed, sizeof fixed);
    for (size_t d = 0; d < DEEDS; d++) {
        index[d] = d;
        snprintf(name[d], sizeof name[d], "misdeed %u breaks \"%s\"", deed[d].misdeed,
                 gck_clause_sentence(deed[d].clause));
        test[others + d] = (struct CMUnitTest){ name[d], breaks_its_clause, NULL, NULL, &index[d] };
    }
    return _cmocka_run_group_tests("clauses", test, others + DEEDS, NULL, NULL);
}
