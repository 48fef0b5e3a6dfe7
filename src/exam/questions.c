/* questions.c -- what the diagnosis may ask of the exams. */
#include "exam/questions.h"

#include "core/blob.h"
#include "core/random.h"
#include "exam/claims.h"
#include "exam/gradient.h"
#include "layer/memory.h"
#include "numeric/statistics.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ASKED = 3,     /* elements that a ratio is taken from */
       MOST_ASKED = 15, /* where fewer have none in common */
       RATIO_TURNS = 4,
       RIGHT_ASKED = 64 };

/* ---- a check beside the check ---- */

/* Is there memory for it? The diagnosis then does without an answer; what was examined already keeps its own. */
static bool fits_beside(const struct gck_check *other)
{
    enum { ARRAYS = 6 }; /* of each element: the point, the claim's four, and one to sort */
    struct gck_sizes sizes;
    char message[GCK_MESSAGE_SIZE];

    return gck_sizes_of(&other->setup, other->layer, &sizes, message) == GCK_OK && !sizes.least
           && gck_memory_fits(other->options,
                              gck_memory_rig(&sizes, other->layer->real_size)
                                  + (other->twin != NULL ? gck_memory_rig(&sizes, sizeof(double)) : 0)
                                  + ARRAYS * sizeof(double) * sizes.asked);
}

static struct gck_check *open_other(const struct gck_check *check, const struct gck_options *options,
                                    const size_t size[GCK_DIMS], double w)
{
    struct gck_check *const other = calloc(1, sizeof *other);

    if (other == NULL)
        return NULL;
    *other = (struct gck_check){ .layer = check->layer, .twin = check->twin, .options = options,
                                 .result = check->result, .weight = w, .epsilon = check->epsilon,
                                 .grain = check->grain };
    if (!gck_setup_change(&other->setup, &check->setup, size)) {
        gck_setup_close(&other->setup);
        free(other);
        return NULL;
    }
    other->setup.options = options;
    if (!fits_beside(other)) {
        gck_setup_close(&other->setup);
        free(other);
        return NULL;
    }
    return other;
}

/* Rigs with the data of that variant, and the claims as Backward makes them there. */
static bool measure(struct gck_check *other, unsigned variant)
{
    char message[GCK_MESSAGE_SIZE];

    if (gck_check_open_rigs(other, variant, message) != GCK_OK || gck_check_first_forward(other, message) != GCK_OK
        || gck_claims_open(other, message) != GCK_OK || gck_claims_pass(other, message) != GCK_OK)
        return false;
    gck_rig_forget_diffs(&other->rig); /* of a large one each array counts, beside the first check's */
    return true;
}

/* The noise of an evaluation there: as large a share of E as here, at least the rounding of its terms. */
static void guess_noise(const struct gck_check *check, struct gck_check *other)
{
    const struct gck_rig *const rig = gck_check_reference(other);
    const double epsilon = gck_layer_epsilon(rig->layer);

    other->reference_noise = fmax(check->reference_noise * fmax(1, fabs(other->loss / check->loss)),
                                  4 * epsilon * gck_rig_objective_size(&other->rig));
    if (!isfinite(other->reference_noise))
        other->reference_noise = 0; /* then it is measured */
}

static void leave(const struct gck_check *check, struct gck_check *other)
{
    if (other == NULL)
        return;
    check->result->forwards += other->rig.forwards + other->reference.forwards + other->slice_forwards;
    check->result->backwards += other->rig.backwards + other->reference.backwards;
    gck_check_close(other);
    free(other);
}

static struct gck_claim *same_port(struct gck_check *other, const struct gck_claim *like)
{
    for (unsigned c = 0; c < other->claims; c++)
        if (other->claim[c].weight == like->weight && other->claim[c].index == like->index)
            return &other->claim[c];
    return NULL;
}

/* The same claim of that check, ready to be judged; NULL where the layer refuses. */
static struct gck_claim *prepare(struct gck_check *other, const struct gck_claim *like,
                                 struct gck_gradient *gradient)
{
    char message[GCK_MESSAGE_SIZE];

    return gck_gradient_open(gradient, other, message) == GCK_OK ? same_port(other, like) : NULL;
}

/* ---- the ratio ---- */

static const double in_common = 1e-3; /* further apart they have no ratio in common */

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x < y) - (x > y);
}

/* The size of the n-th largest analytic value, of the smallest where there are fewer. n <= MOST_ASKED. */
static double cut(const struct gck_claim *claim, size_t n)
{
    double largest[MOST_ASKED]; /* falling */
    size_t have = 0;

    for (size_t i = 0; i < claim->count; i++) {
        const double size = isfinite(claim->analytic[i]) ? fabs(claim->analytic[i]) : 0;
        size_t k = have;

        if (have == n && size <= largest[n - 1])
            continue;
        have += have < n;
        for (k = k < n ? k : n - 1; k > 0 && largest[k - 1] < size; k--)
            largest[k] = largest[k - 1];
        largest[k] = size;
    }
    return have > 0 ? largest[have - 1] : 0;
}

/* The ratio that at least half of the values have, all of a few, and within which part of it they lie. */
static void closest_half(double *value, size_t n, double *ratio, double *residual)
{
    const size_t half = n <= ASKED ? n : n / 2 + 1;
    size_t best = 0;

    qsort(value, n, sizeof *value, by_size);
    for (size_t k = 0; k + half <= n; k++)
        if (value[k] - value[k + half - 1] < value[best] - value[best + half - 1])
            best = k;
    *ratio = value[best + half / 2];
    *residual = (value[best] - value[best + half - 1]) / fmax(fabs(*ratio), DBL_MIN);
}

/* From the first n elements of those that are at least as large as the n-th. Returns how many have one. */
static size_t ratio_of(struct gck_gradient *gradient, struct gck_claim *claim, size_t n, double *ratio, double *residual)
{
    const double least = cut(claim, n);
    double value[MOST_ASKED];
    size_t used = 0;

    for (size_t i = 0; i < claim->count && used < n; i++) {
        if (!(fabs(claim->analytic[i]) >= least))
            continue;
        if (isnan(claim->numeric[i]))
            gck_gradient_judge(gradient, claim, i);
        if (gck_claim_doubt(claim, i) < 1e-2)
            value[used++] = claim->analytic[i] / claim->numeric[i];
    }
    if (used > 0)
        closest_half(value, used, ratio, residual);
    return used;
}

static bool measure_ratio(struct gck_check *other, const struct gck_claim *like, double *ratio, double *residual)
{
    struct gck_gradient gradient;
    struct gck_claim *const claim = prepare(other, like, &gradient);
    size_t used = 0;

    gradient.estimates = true;
    if (claim != NULL) {
        for (size_t i = 0; i < claim->count; i++)
            claim->numeric[i] = (double)NAN;
        for (size_t n = ASKED; n <= MOST_ASKED && (used < ASKED || *residual > in_common); n += 2 * n / 3) {
            used = ratio_of(&gradient, claim, n, ratio, residual);
            if (n >= claim->count)
                break;
        }
    }
    gck_gradient_close(&gradient);
    return used > 0;
}

/* At another size everything may lie outside a margin; other data may not. */
bool gck_check_ratio(const struct gck_check *check, const struct gck_claim *claim, const size_t size[GCK_DIMS], double w,
                     double *ratio, double *residual)
{
    struct gck_options options = *check->options;
    bool measured = false;

    for (unsigned turn = 0; turn < RATIO_TURNS && !measured; turn++, options.seed++) {
        struct gck_check *const other = open_other(check, &options, size, w);

        measured = other != NULL && measure(other, 0);
        if (measured) {
            guess_noise(check, other);
            measured = measure_ratio(other, claim, ratio, residual);
        }
        leave(check, other);
    }
    return measured;
}

/* ---- right elsewhere? ---- */

/* No element disagrees, as far as RIGHT_ASKED of them tell, and most agree: near a corner or a jump not much is known. */
static bool right(struct gck_check *other, const struct gck_claim *like)
{
    struct gck_gradient gradient;
    struct gck_claim *const claim = prepare(other, like, &gradient);
    size_t agree = 0, disagree = 0, asked = 0;

    for (size_t i = 0; claim != NULL && i < claim->count && disagree == 0; i += claim->count / RIGHT_ASKED + 1) {
        gck_gradient_judge(&gradient, claim, i);
        agree += claim->verdict[i] == GCK_AGREE;
        disagree += claim->verdict[i] == GCK_DISAGREE;
        asked++;
    }
    gck_gradient_close(&gradient);
    return agree > 0 && disagree == 0 && 8 * (asked - agree) <= asked;
}

bool gck_check_ratio_at(const struct gck_check *check, const struct gck_claim *claim, unsigned variant, double *ratio,
                        double *residual)
{
    static const size_t same[GCK_DIMS] = { 0 };
    struct gck_check *const other = open_other(check, check->options, same, check->weight);
    bool measured = other != NULL && measure(other, variant);

    if (measured) {
        guess_noise(check, other);
        measured = measure_ratio(other, claim, ratio, residual);
    }
    leave(check, other);
    return measured;
}

bool gck_check_right_at(const struct gck_check *check, const struct gck_claim *claim, unsigned variant)
{
    static const size_t same[GCK_DIMS] = { 0 };
    struct gck_check *const other = open_other(check, check->options, same, check->weight);
    char message[GCK_MESSAGE_SIZE];
    bool fits = other != NULL && measure(other, variant);

    if (fits) { /* how the layer keeps its contract is known */
        memcpy(other->clause, check->clause, sizeof other->clause);
        fits = gck_claims_measure(other, message) == GCK_OK && right(other, claim);
    }
    leave(check, other);
    return fits;
}

bool gck_check_zero_at(const struct gck_check *check, const struct gck_claim *claim, unsigned variant,
                       const unsigned char *among)
{
    static const size_t same[GCK_DIMS] = { 0 };
    struct gck_check *const other = open_other(check, check->options, same, check->weight);
    const struct gck_claim *const mine = other != NULL && measure(other, variant) ? same_port(other, claim) : NULL;
    bool zero = true;

    for (size_t i = 0; mine != NULL && mine->count == claim->count && i < claim->count; i++)
        zero = zero && (!among[i] || mine->analytic[i] == 0);
    leave(check, other);
    return zero;
}

/* The check's own point, with other labels in it. */
static void relabel(struct gck_check *other, unsigned bottom, const double *label)
{
    struct gck_rig *const rig[2] = { &other->rig, &other->reference };

    for (unsigned r = 0; r < (other->twin != NULL ? 2u : 1u); r++) {
        const struct gck_blob *const blob = &rig[r]->bottom[bottom];

        gck_poke_all(blob->data, blob->real_size, blob->count, label);
    }
}

/* The first element that disagreed at the point: a cheap look, before all are looked at. */
static bool first_wrong_is_right(struct gck_check *other, const struct gck_claim *claim)
{
    struct gck_gradient gradient;
    struct gck_claim *const mine = prepare(other, claim, &gradient);
    bool fits = mine != NULL;

    gradient.estimates = true;
    for (size_t i = 0; fits && i < claim->count; i++)
        if (claim->verdict[i] == GCK_DISAGREE) {
            gck_gradient_judge(&gradient, mine, i);
            fits = mine->verdict[i] != GCK_DISAGREE;
            break;
        }
    gck_gradient_close(&gradient);
    return fits;
}

bool gck_check_right_with(const struct gck_check *check, const struct gck_claim *claim, unsigned bottom,
                          const double *label, double scale)
{
    static const size_t same[GCK_DIMS] = { 0 };
    struct gck_check *const other = open_other(check, check->options, same, check->weight);
    char message[GCK_MESSAGE_SIZE];
    bool fits = false;

    if (other != NULL && gck_check_open_rigs(other, 0, message) == GCK_OK) {
        struct gck_claim *mine = NULL;

        relabel(other, bottom, label);
        if (gck_check_first_forward(other, message) == GCK_OK && gck_claims_open(other, message) == GCK_OK) {
            /* every claim has its point: the noise walks along all of them */
            for (unsigned c = 0; c < other->claims; c++)
                memcpy(other->claim[c].x, check->claim[c].x, check->claim[c].count * sizeof(double));
            mine = same_port(other, claim);
        }
        for (size_t i = 0; mine != NULL && i < claim->count; i++) {
            mine->analytic[i] = claim->analytic[i] / scale;
            mine->allowance[i] = claim->allowance[i] / fabs(scale) + 1e-7 * fabs(mine->analytic[i]);
        }
        if (mine != NULL) {
            mine->typical = claim->typical / fabs(scale);
            guess_noise(check, other);
            fits = first_wrong_is_right(other, claim) && right(other, claim);
        }
    }
    leave(check, other);
    return fits;
}

/* ---- far away ---- */

static void move(const struct gck_claim *claim, struct gck_rig *rig, const size_t *element, size_t elements,
                 const double *to)
{
    const struct gck_blob *const blob = gck_claim_blob(claim, rig);

    for (size_t k = 0; k < elements; k++)
        gck_poke(blob->data, blob->real_size, element[k], to[k]);
}

bool gck_check_reach(const struct gck_check *check, const struct gck_claim *claim, const size_t *element,
                     size_t elements, struct gck_reach *reach)
{
    static const double far[] = { 1, -1, 4, -4, 16, -16 };
    enum { LINES = sizeof far / sizeof far[0], PLACES = 4 };
    static const size_t same[GCK_DIMS] = { 0 };
    struct gck_check *const other = open_other(check, check->options, same, check->weight);
    struct gck_rig *const rig = other != NULL ? gck_check_reference(other) : NULL;
    double *const to = malloc(elements * sizeof *to);
    const double scale = gck_rms(claim->x, claim->count);
    char message[GCK_MESSAGE_SIZE];
    double largest = 0, start = 0, room = 0;
    bool asked = other != NULL && to != NULL && elements > 0
                 && gck_check_open_rigs(other, 0, message) == GCK_OK;

    *reach = (struct gck_reach){ 0, 0 };
    for (size_t k = 0; k < elements; k++)
        largest = fmax(largest, fabs(claim->analytic[element[k]]));
    if (asked) {
        gck_rig_weigh(rig, check->weight);
        asked = gck_rig_forward(rig) == GCK_OK;
    }
    if (asked) {
        const double epsilon = gck_layer_epsilon(rig->layer);

        start = gck_rig_objective(rig);
        room = 4 * check->reference_noise + 64 * epsilon * gck_rig_objective_size(rig);
        asked = room < 0.1 * largest * scale; /* else what the diffs promise would not show */
    }
    for (unsigned turn = 0; asked && turn < LINES + PLACES; turn++) {
        for (size_t k = 0; k < elements; k++)
            to[k] = turn < LINES ? claim->x[element[k]] + far[turn] * scale * claim->analytic[element[k]] / largest
                                 : claim->x[gck_below(turn, 0x9EAC4u, k, claim->count)];
        move(claim, rig, element, elements, to);
        if (gck_rig_forward(rig) == GCK_OK && fabs(gck_rig_objective(rig) - start) > room) {
            reach->lowest = fmin(reach->lowest, gck_rig_objective(rig) - start);
            reach->highest = fmax(reach->highest, gck_rig_objective(rig) - start);
        }
    }
    leave(check, other);
    free(to);
    return asked;
}
