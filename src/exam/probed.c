/* probed.c -- the gradient exam where elements are too many to be asked one by one: many at once, along directions.
 *
 * A direction's residual is held to its bound E, to which the analytic diffs' own rounding is added: they may be off by
 * allowance_i each. Along the claims' signs that may add up: sum_i allowance_i |v_i|. A random direction knows nothing of
 * the errors, whatever they are, so their sum exceeds 6 sqrt(sum_i (allowance_i v_i)^2) with probability 2 exp(-18)
 * (Hoeffding). Above 1.5 times that it is a hit.
 *
 * A float layer's diffs are first compared with those of its twin, one by one and within their allowance; then it is the
 * twin's, which carry so much less rounding, that are probed.
 *
 * Conversely a single error e of element i shows wherever |e v_i| > 2.5 times that, in one of the directions: which
 * gives the size above which it cannot hide. An element in which a tenth of its size could is not called probed. */
#include "exam/probed.h"

#include "core/blob.h"
#include "core/random.h"
#include "core/text.h"
#include "exam/claims.h"
#include "numeric/bisect.h"
#include "numeric/statistics.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_LEAVES = 32, /* elements that are located; where there are more, the mistake is no single element's */
    ROUNDS = 12,
    FRUITLESS = 4, /* hits of which nothing is left when elements are looked at alone */
    ASKED = 12,
    DENSE = 3, /* of so many elements by chance so many are wrong: then a sample says more than a search */
    SAMPLED = 25,
    RUN = 8, /* so many runs of so many neighbours */
    LEAST_BLOCK = 1024,
    BLOCKS = 64
};

static const double hit = 1.5, shown = 2.5; /* times the bound */
static const double worth = 0.1;            /* an error of this part of an element's size has to show */
static const double enough = 1e-3;          /* more is not searched for */
static const double first_step = 0x1p-7, longest_step = 0x1p-3;

struct probed {
    struct gck_gradient *gradient;
    struct gck_claim *claim;
    const struct gck_blob *blob;
    struct gck_field field;
    double *mended;    /* count: the analytic diffs, or the twin's; those found wrong are replaced */
    double precision;  /* what the allowances are multiplied by to be those of `mended` */
    double *size;      /* s: the scale of each element's steps */
    double *v;         /* the direction at hand */
    double *reach;     /* the largest |v_i| over bound that was clean */
    double *stored;    /* scratch */
    double step, own_noise;
    uint32_t serial;   /* directions so far */
    unsigned leaves;
    bool sampled, dense;
};

/* ---- along a direction ---- */

/* The first element of the k-th sampled block: by the seed alone. */
static size_t sampled(const struct gck_check *check, const struct gck_claim *claim, unsigned k)
{
    return RUN
           * gck_below(check->options->seed, 0x5A3Cu + 2 * claim->index + claim->weight, k, claim->count / RUN);
}

static double move(void *context, const double *v, size_t first, size_t last, double t, double *claimed)
{
    const struct probed *const probed = context;
    const size_t size = probed->blob->real_size, count = last - first;
    const double *const x = probed->claim->x + first, *const mended = probed->mended + first;
    void *const data = (char *)probed->blob->data + first * size;
    double value = (double)NAN;
    long double sum = 0;

    gck_poke_line(data, size, count, x, t, v + first);
    gck_peek_all(data, size, count, probed->stored);
    for (size_t i = 0; i < count; i++)
        sum += (long double)mended[i] * (long double)(probed->stored[i] - x[i]);
    *claimed = (double)sum;
    if (gck_rig_forward(probed->gradient->rig) == GCK_OK)
        value = gck_rig_objective(probed->gradient->rig);
    gck_poke_all(data, size, count, x);
    return value;
}

/* |x_i|, or a tenth of the blob's scale where that is more, and no farther than the domain reaches. */
static void choose_sizes(struct probed *probed)
{
    const struct gck_setup *const setup = &probed->gradient->check->setup;
    const struct gck_claim *const claim = probed->claim;
    const struct gck_port *const port = claim->weight ? setup->weight[claim->index].port
                                                      : setup->bottom[claim->index].port;
    const double rms = gck_rms(claim->x, claim->count);

    for (size_t i = 0; i < claim->count; i++) {
        const double x = claim->x[i];
        double size = fmax(fabs(x), 0.1 * rms);

        if (size == 0)
            size = 1;
        if (port->domain_lo != 0 || port->domain_hi != 0)
            size = fmin(size, fmin(x - port->domain_lo, port->domain_hi - x));
        probed->size[i] = isfinite(size) && size > 0 ? size : 0;
    }
}

/* aligned: an error that all elements share adds up. */
static void choose_direction(struct probed *probed, size_t first, size_t last, bool aligned)
{
    const uint32_t stream = 0x0B0E0000u + 4096 * (2 * probed->claim->index + probed->claim->weight) + probed->serial++;

    if (!aligned)
        gck_probe_direction(probed->gradient->check->options->seed, stream, probed->size + first, last - first,
                            probed->v + first);
    for (size_t i = first; aligned && i < last; i++)
        probed->v[i] = copysign(probed->size[i], probed->mended[i]);
}

/* What rounding of the diffs themselves may add to the residual of the direction at hand. */
static double allowance(const struct probed *probed, size_t first, size_t last, bool aligned)
{
    double sum = 0;

    for (size_t i = first; i < last; i++) {
        const double part = probed->precision * probed->claim->allowance[i] * fabs(probed->v[i]);

        sum += aligned ? part : part * part;
    }
    return aligned ? sum : 6 * sqrt(sum);
}

static bool measure(const struct probed *probed, size_t first, size_t last, double t, struct gck_probe *probe)
{
    for (int attempt = 0; attempt < 4; attempt++, t /= 8) /* E may end nearby */
        if (gck_probe_measure(&probed->field, probed->v, first, last, t, probe))
            return true;
    return false;
}

/* ---- elements alone ---- */

static bool look_at(struct probed *probed, size_t i)
{
    struct gck_claim *const claim = probed->claim;

    if (claim->verdict[i] != GCK_PROBED)
        return false;
    gck_gradient_judge(probed->gradient, claim, i);
    if (claim->verdict[i] != GCK_AGREE && isfinite(claim->numeric[i]))
        probed->mended[i] = claim->numeric[i];
    return claim->verdict[i] == GCK_DISAGREE;
}

static bool leaf(void *context, size_t i)
{
    struct probed *const probed = context;

    probed->leaves++;
    return look_at(probed, i);
}

/* Is the mistake everywhere? Some elements by chance, and if it is, more of them, for the diagnosis. */
static void sample(struct probed *probed)
{
    const struct gck_check *const check = probed->gradient->check;
    unsigned wrong = 0;

    probed->sampled = true;
    for (unsigned k = 0; k < ASKED; k++) {
        const size_t i = sampled(check, probed->claim, k);

        look_at(probed, i);
        wrong += probed->claim->verdict[i] == GCK_DISAGREE;
    }
    probed->dense = probed->claim->many = wrong >= DENSE;
    for (unsigned k = 0; k < SAMPLED && probed->dense; k++)
        for (size_t i = 0; i < RUN; i++)
            look_at(probed, sampled(check, probed->claim, k) + i);
}

/* ---- the exam of elements first .. last - 1 ---- */

/* Probes direction after direction until one is hit; *allowed is what rounding of the diffs may have to do with it. */
static bool find_hit(struct probed *probed, size_t first, size_t last, struct gck_probe *probe, double *allowed)
{
    for (unsigned k = 0; k < GCK_DIRECTIONS; k++) {
        double bound;

        choose_direction(probed, first, last, k == 0);
        *allowed = allowance(probed, first, last, k == 0);
        if (!measure(probed, first, last, probed->step, probe))
            continue;
        bound = probe->bound + *allowed;
        if (fabs(probe->residual) > hit * bound) {
            struct gck_probe again; /* chance doesn't repeat at another step */

            if (!gck_probe_measure(&probed->field, probed->v, first, last, 0.77 * probe->step, &again))
                return true;
            if (fabs(again.residual) > hit * (again.bound + *allowed))
                return true;
            bound = fmax(bound, fabs(probe->residual) / hit);
        }
        for (size_t i = first; i < last; i++)
            probed->reach[i] = fmax(probed->reach[i], fabs(probed->v[i]) / bound);
    }
    return false;
}

/* The noise at steps as long as the chosen ones. */
static void measure_noise(struct probed *probed, size_t first, size_t last)
{
    probed->field.noise = probed->own_noise;
    probed->field.noise = gck_probe_noise(&probed->field, probed->v, first, last, probed->step);
}

/* The step at which most is seen. */
static void choose_step(struct probed *probed, size_t first, size_t last)
{
    struct gck_probe probe;

    choose_direction(probed, first, last, false);
    probed->field.noise = probed->own_noise;
    if (gck_probe_search(&probed->field, probed->v, first, last, longest_step, &probe))
        probed->step = probe.step;
    measure_noise(probed, first, last);
}

static void examine(struct probed *probed, size_t first, size_t last)
{
    struct gck_claim *const claim = probed->claim;
    struct gck_probe probe;
    unsigned fruitless = 0;
    double allowed;

    for (unsigned round = 0; round < ROUNDS && probed->leaves < MOST_LEAVES; round++) {
        struct gck_bisect bisect;

        for (size_t i = first; i < last; i++)
            probed->reach[i] = 0;
        if (!find_hit(probed, first, last, &probe, &allowed))
            return;
        if (!probed->sampled)
            sample(probed);
        if (probed->dense)
            return;
        bisect = (struct gck_bisect){ .field = &probed->field, .v = probed->v, .first = first, .last = last,
                                      .probe = probe, .allowance = allowed, .leaf = leaf, .context = probed,
                                      .most = MOST_LEAVES - probed->leaves };
        if (gck_bisect(&bisect) > 0)
            continue;
        probed->step /= 16; /* kinks on the way? With shorter steps there are fewer */
        measure_noise(probed, first, last);
        fruitless++;
        if (fruitless == FRUITLESS) {
            claim->unexplained = true;
            return;
        }
    }
    claim->unexplained = claim->unexplained || probed->leaves < MOST_LEAVES;
    claim->many = probed->leaves >= MOST_LEAVES;
}

/* The size above which an error of element i would have shown, relative to the larger of itself and the port's
 * median gradient. apart: what the layer's own diff may be off its twin's. */
static double seen_in(const struct probed *probed, size_t i, double apart)
{
    const double size = fmax(fabs(probed->claim->analytic[i]), probed->claim->typical);

    return size > 0 && probed->reach[i] > 0 ? (shown / probed->reach[i] + apart) / size : HUGE_VAL;
}

static double median_seen(const struct probed *probed, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++)
        probed->stored[i - first] = seen_in(probed, i, 0);
    return gck_median(probed->stored, last - first);
}

/* Kinks on the way widen the bound, the fewer of them the fewer elements move: then part after part sees more. The steps
 * of one part serve for the next, unless that is worse off. */
static void examine_parts(struct probed *probed)
{
    const size_t count = probed->claim->count;
    const size_t block = count / BLOCKS > LEAST_BLOCK ? count / BLOCKS : LEAST_BLOCK;
    struct gck_probe whole, part;

    choose_direction(probed, 0, count, false);
    if (!measure(probed, 0, count, probed->step, &whole))
        return;
    choose_step(probed, 0, block);
    if (!measure(probed, 0, block, probed->step, &part) || part.bound > 0.25 * whole.bound)
        return;
    for (size_t first = 0; first < count && probed->leaves < MOST_LEAVES; first += block) {
        const size_t last = first + block < count ? first + block : count;

        examine(probed, first, last);
        if (median_seen(probed, first, last) > enough && probed->leaves < MOST_LEAVES) {
            choose_step(probed, first, last);
            examine(probed, first, last);
        }
    }
}

/* The twin's diffs in place of the layer's own. What the two differ in by more than rounding is looked at. */
static void take_twin(struct probed *probed)
{
    struct gck_check *const check = probed->gradient->check;
    struct gck_claim *const claim = probed->claim;
    unsigned apart = 0;

    if (check->twin == NULL || gck_pass(probed->gradient->rig, 0) != GCK_OK)
        return;
    gck_claim_read(claim, probed->gradient->rig, probed->stored);
    for (size_t i = 0; i < claim->count; i++)
        if (!isfinite(probed->stored[i]))
            return;
    probed->precision = DBL_EPSILON / check->epsilon;
    for (size_t i = 0; i < claim->count && !probed->dense; i++) {
        const bool same = fabs(claim->analytic[i] - probed->stored[i]) <= 2 * claim->allowance[i];

        probed->mended[i] = probed->stored[i];
        if (same || claim->verdict[i] != GCK_PROBED || apart == MOST_LEAVES)
            continue;
        apart++;
        look_at(probed, i);
        claim->many = apart == MOST_LEAVES;
    }
}

/* The claim's verdicts, where nobody looked at an element alone. */
static void conclude(struct probed *probed)
{
    struct gck_claim *const claim = probed->claim;

    claim->sees = 0;
    for (size_t i = 0; i < claim->count; i++) {
        const double seen = seen_in(probed, i, probed->precision < 1 ? 2 * claim->allowance[i] : 0);

        if (claim->verdict[i] != GCK_PROBED || claim->typical == 0)
            continue;
        if (seen <= worth)
            claim->sees = fmax(claim->sees, seen);
        else if (!claim->many && !claim->unexplained)
            claim->verdict[i] = GCK_CANNOT_TELL;
    }
}

static void probe_claim(struct probed *probed)
{
    struct gck_claim *const claim = probed->claim;

    take_twin(probed);
    choose_sizes(probed);
    choose_step(probed, 0, claim->count);
    examine(probed, 0, claim->count);
    if (!claim->many && !claim->unexplained && median_seen(probed, 0, claim->count) > enough)
        examine_parts(probed);
    conclude(probed);
}

enum gck_status gck_probed_run(struct gck_gradient *gradient, struct gck_claim *claim, char *message)
{
    struct probed probed = { .gradient = gradient, .claim = claim, .blob = gck_claim_blob(claim, gradient->rig),
                             .precision = 1, .step = first_step };

    probed.mended = calloc(5 * claim->count, sizeof(double));
    if (probed.mended == NULL || !gck_claim_own(claim)) {
        free(probed.mended);
        return gck_say(message, GCK_EMEMORY, "no memory to probe %zu derivatives of %s", claim->count, claim->port);
    }
    probed.size = probed.mended + claim->count;
    probed.v = probed.size + claim->count;
    probed.reach = probed.v + claim->count;
    probed.stored = probed.reach + claim->count;
    probed.field = (struct gck_field){
        .at = move,
        .context = &probed,
        .epsilon = gradient->rig->layer->type == GCK_TYPE_FLOAT ? (double)FLT_EPSILON : DBL_EPSILON,
        .value = gradient->value,
        .noise = gradient->noise,
    };
    probed.own_noise = gradient->noise;
    claim->directions = GCK_DIRECTIONS;
    for (size_t i = 0; i < claim->count; i++) {
        const bool finite = isfinite(claim->analytic[i]);

        probed.mended[i] = finite ? claim->analytic[i] : 0;
        claim->verdict[i] = finite ? GCK_PROBED : GCK_DISAGREE;
        claim->numeric[i] = (double)NAN;
        claim->bound[i] = HUGE_VAL;
        claim->step[i] = 0;
    }
    probe_claim(&probed);
    free(probed.mended);
    return GCK_OK;
}
