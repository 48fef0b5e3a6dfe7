/* power.c -- how small an error is found, and is nothing else? Of the correct layers, with their diffs made wrong.
 *
 *     power [quick]
 *
 * One element: every element of every layer at the usual shape is called off by a relative error r, alone. By double
 * differences with and without the exact twin, by a float layer's twin, and by float differences alone.
 * Elements of Backward: that of the whole batch is wrong in five of them, and all exams are made. (bench/probed
 * does the same to a loss whose samples depend on each other.)
 * A false alarm is an element that is called wrong and is not. */
#include "counted.h"

#include "core/random.h"
#include "core/vector.h"
#include "exam/exact.h"
#include "exam/gradient.h"

#include <math.h>
#include <stdio.h>

enum { ERRORS = 18,
       MODES = 4,
       VERDICTS = 8 };

static const struct error {
    const char *name;
    double times; /* what the analytic derivative is multiplied by */
} error[ERRORS] = {
    { "none", 1 }, { "1e-14", 1 + 1e-14 }, { "1e-13", 1 + 1e-13 }, { "1e-12", 1 + 1e-12 }, { "1e-10", 1 + 1e-10 },
    { "1e-8", 1 + 1e-8 }, { "1e-7", 1 + 1e-7 }, { "1e-6", 1 + 1e-6 }, { "1e-5", 1 + 1e-5 }, { "1e-4", 1 + 1e-4 },
    { "1e-3", 1 + 1e-3 }, { "1e-2", 1 + 1e-2 }, { "1e-1", 1 + 1e-1 }, { "x2", 2 }, { "x3", 3 }, { "sign", -1 },
    { "zero", 0 }, { "x1/2", 0.5 },
};

static const struct mode {
    const char *name;
    enum gck_type type;
    bool twin, exact;
} mode[MODES] = {
    { "double and its exact twin", GCK_TYPE_DOUBLE, false, true },
    { "double", GCK_TYPE_DOUBLE, false, false },
    { "float, differences of the double twin", GCK_TYPE_FLOAT, true, false },
    { "float, float differences", GCK_TYPE_FLOAT, false, false },
};

static size_t verdicts[MODES][ERRORS][VERDICTS], false_alarms;

/* ---- one element ---- */

/* Every derivative is off by the error, and judged anew. */
static void judge_off(struct gck_check *check, unsigned m, unsigned e)
{
    struct gck_gradient gradient;
    char message[GCK_MESSAGE_SIZE];

    if (gck_gradient_open(&gradient, check, message) != GCK_OK)
        return;
    for (unsigned c = 0; c < check->claims; c++)
        for (size_t i = 0; i < check->claim[c].count; i++) {
            check->claim[c].analytic[i] *= error[e].times;
            gck_gradient_judge(&gradient, &check->claim[c], i);
        }
    gck_gradient_close(&gradient);
    check->result->exacts = 0;
    if (mode[m].exact)
        gck_exam_exact(check);
}

/* But for those that are negligible beside the others. */
static void count(const struct gck_check *check, unsigned m, unsigned e, double *const right[])
{
    for (unsigned c = 0; c < check->claims; c++)
        for (size_t i = 0; i < check->claim[c].count; i++) {
            if (e > 0 && !(fabs(right[c][i]) > 1e-3 * check->claim[c].typical))
                continue;
            verdicts[m][e][check->claim[c].verdict[i]]++;
        }
}

static void one_layer(const char *name, unsigned m, uint64_t seed)
{
    static struct gck_check check;
    static struct gck_result result;
    struct gck_options options = gck_options_default();
    double *right[2 * GCK_MAX_PORTS] = { NULL };
    char message[GCK_MESSAGE_SIZE];
    bool ready;

    options.seed = seed;
    options.differences_only = !mode[m].exact;
    memset(&result, 0, sizeof result);
    ready = gck_check_run(&check, gck_layer_find(name, mode[m].type),
                          mode[m].twin ? gck_layer_find(name, GCK_TYPE_DOUBLE) : NULL, &options, &result, message)
            == GCK_OK;
    for (unsigned c = 0; c < check.claims && ready; c++) {
        right[c] = malloc(check.claim[c].count * sizeof *right[c]);
        ready = right[c] != NULL;
        if (ready)
            memcpy(right[c], check.claim[c].analytic, check.claim[c].count * sizeof *right[c]);
    }
    for (unsigned e = 0; e < ERRORS && ready; e++) {
        judge_off(&check, m, e);
        count(&check, m, e, right);
        for (unsigned c = 0; c < check.claims; c++)
            memcpy(check.claim[c].analytic, right[c], check.claim[c].count * sizeof *right[c]);
    }
    for (unsigned c = 0; c < 2 * GCK_MAX_PORTS; c++)
        free(right[c]);
    gck_check_close(&check);
}

static void tell_verdicts(const char *what, enum gck_element_verdict verdict)
{
    printf("\n%s\n%-38s %9s", what, "", "elements");
    for (unsigned e = 0; e < ERRORS; e++)
        printf(" %6s", error[e].name);
    printf("\n");
    for (unsigned m = 0; m < MODES; m++) {
        size_t elements = 0;

        for (unsigned v = 0; v < VERDICTS; v++)
            elements += verdicts[m][0][v];
        printf("%-38s %9zu", mode[m].name, elements);
        for (unsigned e = 0; e < ERRORS; e++) {
            size_t all = 0;

            for (unsigned v = 0; v < VERDICTS; v++)
                all += verdicts[m][e][v];
            printf(" %6.2f", 100.0 * (double)verdicts[m][e][verdict] / (double)(all > 0 ? all : 1));
        }
        printf("\n");
    }
}

static void one_element(unsigned seeds)
{
    const struct gck_layer *layer;

    for (size_t l = 0; (layer = gck_layer_at(l, GCK_TYPE_DOUBLE)) != NULL; l++)
        for (unsigned m = 0; m < MODES; m++)
            for (unsigned s = 0; s < seeds; s++)
                one_layer(layer->name, m, 1 + s);
    printf("one element off by r, every layer at the usual shape, %u seeds", seeds);
    tell_verdicts("called wrong, %", GCK_DISAGREE);
    tell_verdicts("called right, %", GCK_AGREE);
    tell_verdicts("could not be told, %", GCK_CANNOT_TELL);
    for (unsigned m = 0; m < MODES; m++)
        false_alarms += verdicts[m][0][GCK_DISAGREE];
}

/* ---- elements of a Backward ---- */

struct batch {
    const char *layer, *n, *c;
    unsigned wrong; /* so many elements at once */
};

/* A trial: all exams of the layer, of whose batches Backward is off in some elements that are not negligible. */
struct trial {
    size_t found, others, unknown; /* of the wrong ones; called wrong that are right; that could not be told */
    uint64_t forwards;             /* of the gradient exam */
    char method[GCK_NAME_SIZE];
};

static void attempt(const struct batch *batch, double r, uint64_t seed, struct trial *trial)
{
    static struct gck_check check;
    static struct gck_result result;
    struct gck_options options = gck_options_default();
    const struct gck_layer *const layer = counted_layer(batch->layer, GCK_TYPE_DOUBLE);
    char message[GCK_MESSAGE_SIZE];

    memset(trial, 0, sizeof *trial);
    memset(&result, 0, sizeof result);
    options.seed = seed;
    options.differences_only = true;
    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, "N", batch->n };
    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, "C", batch->c };
    if (layer->bottom[0].dims[2] != 0)
        options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, "S", "1" };
    spoil.num = (size_t)atoll(batch->n);
    spoil.elements = batch->wrong;
    for (unsigned i = 0; i < spoil.elements; i++) { /* one in each part of the batch */
        const size_t piece = spoil.num * (size_t)atoll(batch->c) / spoil.elements;

        spoil.element[i] = i * piece + gck_below(seed, 0xBAD, i, piece);
        spoil.times[i] = 1 + r;
    }
    if (gck_check_run(&check, layer, NULL, &options, &result, message) != GCK_OK) {
        snprintf(trial->method, sizeof trial->method, "refused");
    } else {
        snprintf(trial->method, sizeof trial->method, "%s", result.method);
        trial->forwards = result.gradient_forwards;
        for (unsigned p = 0; p < result.ports; p++) {
            trial->others += result.port[p].disagree;
            trial->unknown += result.port[p].inconclusive;
        }
        for (unsigned i = 0; i < spoil.elements; i++)
            trial->found += check.claim[0].verdict[spoil.element[i]] == GCK_DISAGREE;
        trial->others -= trial->found;
    }
    spoil.elements = 0;
    gck_check_close(&check);
}

/* By 0 is a Backward that is right: whatever is called wrong is a false alarm. */
enum { SIZES = 8 };
static const double wrong_by[SIZES] = { 0, 1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6 };

static void one_batch(const struct batch *batch, unsigned trials)
{
    uint64_t forwards[SIZES] = { 0 };
    size_t found[SIZES] = { 0 }, others = 0, unknown = 0;
    struct trial trial = { 0 };

    for (unsigned k = 0; k < SIZES; k++)
        for (unsigned t = 0; t < trials; t++) {
            attempt(batch, wrong_by[k], 1 + t, &trial);
            found[k] += trial.found;
            others += trial.others;
            unknown += trial.unknown;
            forwards[k] += trial.forwards;
        }
    others += found[0];
    printf("%-22s %7sx%-3s %-10s %5u |", batch->layer, batch->n, batch->c, trial.method, batch->wrong);
    for (unsigned k = 1; k < SIZES; k++)
        printf(" %6.1f", 100.0 * (double)found[k] / (double)(batch->wrong * trials));
    printf(" |");
    for (unsigned k = 0; k < SIZES; k++)
        printf(" %7llu", (unsigned long long)(forwards[k] / trials));
    printf(" | %zu, %zu\n", others, unknown);
    fflush(stdout);
    false_alarms += others;
}

static void batches(const char *what, const struct batch *batch, unsigned trials)
{
    printf("\n%s: %u trials each\n", what, trials);
    printf("%-22s %11s %-10s %5s | %-48s | %-63s | %s\n", "", "", "", "", "found, %", "Forwards of the gradient exam",
           "false alarms, not told");
    printf("%-22s %11s %-10s %5s |", "layer", "shape", "method", "wrong");
    for (unsigned k = 1; k < SIZES; k++)
        printf(" %6.0e", wrong_by[k]);
    printf(" | %7s", "right");
    for (unsigned k = 1; k < SIZES; k++)
        printf(" %7.0e", wrong_by[k]);
    printf(" |\n");
    for (; batch->layer != NULL; batch++)
        one_batch(batch, trials);
}

static const struct batch sliced[] = {
    { "euclidean", "10000", "10", 5 },
    { "softmax_loss", "10000", "10", 5 },
    { "sigmoid_cross_entropy", "10000", "10", 5 },
    { "hinge", "10000", "10", 5 },
    { NULL, NULL, NULL, 0 },
};
static const struct batch sliced_million[] = {
    { "euclidean", "100000", "10", 5 },
    { "softmax_loss", "100000", "10", 5 },
    { "sigmoid_cross_entropy", "100000", "10", 5 },
    { "hinge", "100000", "10", 5 },
    { NULL, NULL, NULL, 0 },
};
int main(int argc, char **argv)
{
    const bool quick = argc > 1 && strcmp(argv[1], "quick") == 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    gck_vector_single_thread();
    one_element(quick ? 3 : 20);
    batches("elements of Backward wrong by r of themselves, each element judged on its sample", sliced, quick ? 1 : 4);
    if (!quick)
        batches("the same, of a million elements and more", sliced_million, 1);
    printf("%zu false alarms\n", false_alarms);
    return false_alarms != 0;
}
