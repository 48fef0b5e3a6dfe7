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

#include "core/pages.h"
#include "core/random.h"
#include "core/text.h"
#include "exam/along.h"
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
    CLEAR = 5, /* but where of the first ones none is, no more are asked */
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
    struct gck_along along;
    struct gck_gradient *gradient;
    struct gck_claim *claim;
    double precision;  /* what the allowances are multiplied by to be those of the diffs at hand */
    float *reach;      /* the largest |v_i| over bound that was clean, times the claim's typical size */
    double step, own_noise;
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

/* What rounding of the diffs themselves may add to the residual of the direction at hand. */
static double allowance(const struct probed *probed, size_t first, size_t last, bool aligned)
{
    double sum = 0;

    for (size_t i = first; i < last; i++) {
        const double part = probed->precision * probed->claim->allowance[i] * fabs(probed->along.v[i]);

        sum += aligned ? part : part * part;
    }
    return aligned ? sum : 6 * sqrt(sum);
}

static bool measure(const struct probed *probed, size_t first, size_t last, double t, struct gck_probe *probe)
{
    for (int attempt = 0; attempt < 4; attempt++, t /= 8) /* E may end nearby */
        if (gck_probe_measure(&probed->along.field, probed->along.v, first, last, t, probe))
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
        gck_along_mend(&probed->along, i, claim->numeric[i]);
    return claim->verdict[i] == GCK_DISAGREE;
}

static bool leaf(void *context, size_t i)
{
    struct probed *const probed = context;

    probed->leaves++;
    return look_at(probed, i);
}

/* Has the element's diff a mistake that a single difference shows? What is smaller may be noise, and one everywhere would have
 * shown more. */
static bool strikes(const struct probed *probed, size_t i)
{
    const struct gck_along *const along = &probed->along;
    const double size = fabs(gck_along_diff(along, i) * along->v[i]);
    const double residual = gck_probe_glance(&along->field, along->v, i, i + 1, probed->step);

    return !(fabs(residual) <= 2 * along->field.noise / probed->step + 1e-3 * size);
}

/* Is the mistake everywhere? Some elements by chance, and if it is, more of them, for the diagnosis. */
static void sample(struct probed *probed)
{
    const struct gck_check *const check = probed->gradient->check;
    unsigned wrong = 0;

    probed->sampled = true;
    for (unsigned k = 0; k < ASKED && wrong < DENSE && (k < CLEAR || wrong > 0); k++) {
        const size_t i = sampled(check, probed->claim, k);

        if (strikes(probed, i))
            look_at(probed, i);
        else if (probed->claim->analytic[i] != 0) /* a 0 is right whatever factor the others have */
            probed->claim->some_right = true;
        wrong += probed->claim->verdict[i] == GCK_DISAGREE;
    }
    probed->dense = probed->claim->many = wrong >= DENSE;
    for (unsigned k = 0; k < SAMPLED && probed->dense; k++)
        for (size_t i = 0; i < RUN; i++)
            look_at(probed, sampled(check, probed->claim, k) + i);
}

/* ---- the exam of elements first .. last - 1 ---- */

static void widen_reach(struct probed *probed, size_t i, double bound)
{
    const double reach = fabs(probed->along.v[i]) / bound * probed->claim->typical;

    if (reach > (double)probed->reach[i])
        probed->reach[i] = (float)fmin(reach, (double)FLT_MAX);
}

/* Probes direction after direction until one is hit; *allowed is what rounding of the diffs may have to do with it. */
static bool find_hit(struct probed *probed, size_t first, size_t last, struct gck_probe *probe, double *allowed)
{
    for (unsigned k = 0; k < GCK_DIRECTIONS; k++) {
        double bound;

        gck_along_choose(&probed->along, first, last, k == 0);
        *allowed = allowance(probed, first, last, k == 0);
        if (!measure(probed, first, last, probed->step, probe))
            continue;
        bound = probe->bound + *allowed;
        if (fabs(probe->residual) > hit * bound) {
            struct gck_probe again; /* chance doesn't repeat at another step */

            if (!gck_probe_measure(&probed->along.field, probed->along.v, first, last, 0.77 * probe->step, &again))
                return true;
            if (fabs(again.residual) > hit * (again.bound + *allowed))
                return true;
            bound = fmax(bound, fabs(probe->residual) / hit);
        }
        for (size_t i = first; i < last; i++)
            widen_reach(probed, i, bound);
    }
    return false;
}

/* The noise at steps as long as the chosen ones. */
static void measure_noise(struct probed *probed, size_t first, size_t last)
{
    probed->along.field.noise = probed->own_noise;
    probed->along.field.noise = gck_probe_noise(&probed->along.field, probed->along.v, first, last, probed->step);
}

/* The step at which most is seen. */
static void choose_step(struct probed *probed, size_t first, size_t last)
{
    struct gck_probe probe;

    gck_along_choose(&probed->along, first, last, false);
    probed->along.field.noise = probed->own_noise;
    if (gck_probe_search(&probed->along.field, probed->along.v, first, last, longest_step, &probe))
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
        bisect = (struct gck_bisect){ .field = &probed->along.field, .v = probed->along.v, .first = first, .last = last,
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
    const double typical = probed->claim->typical, size = fmax(fabs(probed->claim->analytic[i]), typical);

    return size > 0 && probed->reach[i] > 0 ? (shown / (double)probed->reach[i] * typical + apart) / size : HUGE_VAL;
}

/* Of many elements every so many-th counts. */
static double median_seen(const struct probed *probed, size_t first, size_t last)
{
    enum { MOST = 1 << 12 };
    const size_t stride = (last - first) / MOST + 1;
    double seen[MOST];
    size_t used = 0;

    for (size_t i = first; i < last; i += stride)
        seen[used++] = seen_in(probed, i, 0);
    return gck_median(seen, used);
}

/* Kinks on the way widen the bound, the fewer of them the fewer elements move: then part after part sees more. The steps
 * of one part serve for the next, unless that is worse off. */
static void examine_parts(struct probed *probed)
{
    const size_t count = probed->claim->count;
    const size_t block = count / BLOCKS > LEAST_BLOCK ? count / BLOCKS : LEAST_BLOCK;
    struct gck_probe whole, part;

    gck_along_choose(&probed->along, 0, count, false);
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

static bool all_finite(const double *value, size_t count)
{
    size_t i = 0;

    while (i < count && isfinite(value[i]))
        i++;
    return i == count;
}

/* The twin's diffs in place of the layer's own. What the two differ in by more than rounding is looked at. */
static void take_twin(struct probed *probed)
{
    struct gck_check *const check = probed->gradient->check;
    struct gck_claim *const claim = probed->claim;
    const struct gck_blob *const blob = probed->along.blob;
    unsigned apart = 0;

    if (check->twin == NULL || blob->real_size != sizeof(double) || gck_pass(probed->gradient->rig, 0) != GCK_OK
        || !all_finite(blob->diff, blob->count))
        return;
    gck_claim_read(claim, probed->gradient->rig, probed->along.twin);
    gck_rig_forget_diffs(probed->gradient->rig);
    probed->precision = DBL_EPSILON / check->epsilon;
    for (size_t i = 0; i < claim->count && !probed->dense && apart < MOST_LEAVES; i++) {
        if (claim->verdict[i] != GCK_PROBED
            || fabs(claim->analytic[i] - probed->along.twin[i]) <= 2 * claim->allowance[i])
            continue;
        apart++;
        look_at(probed, i);
        claim->many = apart == MOST_LEAVES;
    }
}

/* The numbers come last, for all: up to then they take no memory. */
void gck_probed_settle(struct gck_claim *claim)
{
    for (size_t i = 0; claim->directions > 0 && i < claim->count; i++)
        if (claim->verdict[i] == GCK_PROBED)
            claim->numeric[i] = isfinite(claim->bound[i]) ? claim->analytic[i] : (double)NAN;
}

/* The claim's verdicts, where nobody looked at an element alone. Where no direction was hit any more, each is right to within what
 * would have shown. */
static void conclude(struct probed *probed)
{
    struct gck_claim *const claim = probed->claim;

    claim->sees = 0;
    for (size_t i = 0; i < claim->count; i++) {
        const double seen = seen_in(probed, i, probed->precision < 1 ? 2 * claim->allowance[i] : 0);

        if (claim->verdict[i] != GCK_PROBED && isfinite(claim->analytic[i]))
            continue;
        if (claim->verdict[i] != GCK_PROBED)
            claim->numeric[i] = (double)NAN;
        claim->bound[i] = HUGE_VAL;
        if (claim->verdict[i] != GCK_PROBED || claim->typical == 0)
            continue;
        if (seen <= worth) {
            claim->sees = fmax(claim->sees, seen);
            if (!claim->many && !claim->unexplained)
                claim->bound[i] = seen * fmax(fabs(claim->analytic[i]), claim->typical);
        } else if (!claim->many && !claim->unexplained) {
            claim->verdict[i] = GCK_CANNOT_TELL;
            claim->numeric[i] = (double)NAN;
        }
    }
}

static void probe_claim(struct probed *probed)
{
    struct gck_claim *const claim = probed->claim;

    take_twin(probed);
    choose_step(probed, 0, claim->count);
    examine(probed, 0, claim->count);
    if (!claim->many && !claim->unexplained && median_seen(probed, 0, claim->count) > enough)
        examine_parts(probed);
    gck_along_close(&probed->along);
    gck_claims_settle(probed->gradient->check); /* the point as it was: the claim needs no copy of its own any more */
    conclude(probed);
}

enum gck_status gck_probed_run(struct gck_gradient *gradient, struct gck_claim *claim, char *message)
{
    struct probed probed = { .gradient = gradient, .claim = claim, .precision = 1, .step = first_step,
                             .own_noise = gradient->noise };
    enum gck_status status = GCK_OK;

    probed.reach = gck_pages_new(claim->count * sizeof *probed.reach);
    if (gck_along_open(&probed.along, gradient, claim) && probed.reach != NULL) {
        claim->directions = GCK_DIRECTIONS;
        claim->many = claim->unexplained = claim->some_right = false;
        for (size_t i = 0; i < claim->count; i++)
            claim->verdict[i] = isfinite(claim->analytic[i]) ? GCK_PROBED : GCK_DISAGREE;
        probe_claim(&probed);
    } else {
        status = gck_say(message, GCK_EMEMORY, "no memory to probe %zu derivatives of %s", claim->count, claim->port);
    }
    gck_along_close(&probed.along);
    gck_pages_free(probed.reach);
    return status;
}
