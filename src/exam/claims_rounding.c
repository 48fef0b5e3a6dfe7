/* claims_rounding.c -- how much rounding the analytic derivatives may carry: what it does to them is measured. */
#include "exam/claims.h"

#include "core/blob.h"
#include "core/pages.h"
#include "core/random.h"
#include "core/text.h"
#include "numeric/arrays.h"
#include "numeric/statistics.h"

#include <fenv.h>
#include <float.h>
#include <math.h>

void gck_claims_put_back(struct gck_check *check)
{
    for (unsigned c = 0; c < check->claims; c++) {
        const struct gck_blob *const blob = gck_claim_blob(&check->claim[c], &check->rig);

        gck_poke_all(blob->data, blob->real_size, blob->count, check->claim[c].x);
    }
}

enum { PIECE = 1 << 10 };

static size_t longest(const struct gck_check *check)
{
    size_t count = 0;

    for (unsigned c = 0; c < check->claims; c++)
        count = check->claim[c].count > count ? check->claim[c].count : count;
    return count;
}

/* What each turn begins at, and each claim where they are apart: one number further on, or as many as there are turns. */
static size_t shift(unsigned turn, unsigned claim, bool apart)
{
    return turn + (apart ? GCK_JITTERS * claim : 0);
}

double *gck_claims_draw(const struct gck_check *check)
{
    const size_t all = longest(check);
    const size_t drawn = (all < GCK_DRAWN ? all : GCK_DRAWN) + shift(GCK_JITTERS, check->claims, true);
    double *const draw = gck_pages_new(drawn * sizeof *draw);

    if (draw != NULL)
        gck_uniform_signed(check->options->seed, 0x7177E4u, drawn, draw);
    return draw;
}

/* Of the numbers there are no more than GCK_DRAWN and then the same again. Each turn goes the other way than the last: a sum over
 * neighbours moves to both sides, so a branch that is an ulp away is found on whichever it lies. */
void gck_claims_jitter(struct gck_check *check, unsigned turn, bool apart, const double *draw)
{
    const double reach = (turn % 2 == 0 ? 2 : -2) * check->epsilon;
    double moved[PIECE];

    for (unsigned c = 0; c < check->claims; c++) {
        const struct gck_claim *const claim = &check->claim[c];
        const struct gck_blob *const blob = gck_claim_blob(claim, &check->rig);

        for (size_t first = 0; first < claim->count; first += PIECE) {
            const size_t count = claim->count - first < PIECE ? claim->count - first : PIECE;
            void *const data = (char *)blob->data + first * blob->real_size;
            double *const to = blob->real_size == sizeof(double) ? data : moved;

            gck_array_jitter(to, claim->x + first, draw + first % GCK_DRAWN + shift(turn, c, apart), reach, count);
            if (to == moved)
                gck_poke_all(data, blob->real_size, count, moved);
        }
    }
}

/* The size of the numbers that Backward computes with: of its results, and of the top diffs they are made from. Those of a mean are
 * divided by num, so of many samples it is their share in a batch of `few`: what is told there is told in any. Of a sum what is left
 * is still far above its rounding. */
static double largest(const struct gck_check *check, const struct gck_claim *claim)
{
    const double few = 5, least = 1e-5, share = fmin(1, fmax(few / (double)check->rig.num, least));
    const double part = check->layer->loss && check->layer->type == GCK_TYPE_DOUBLE ? share : 1;
    double size = gck_array_largest(claim->analytic, claim->count);

    for (unsigned t = 0; t < check->setup.tops; t++)
        for (size_t i = 0; i < check->rig.top[t].count; i++) {
            const double one = part * fabs(gck_peek(check->rig.top[t].diff, check->rig.top[t].real_size, i));

            size = one > size ? one : size;
        }
    return size;
}

/* The diffs of another pass: an allowance is at least `times` the distance to them, unless that is more than most[c]. */
static void widen(struct gck_check *check, double times, const double *most)
{
    double diff[PIECE];

    for (unsigned c = 0; c < check->claims; c++) {
        struct gck_claim *const claim = &check->claim[c];
        const struct gck_blob *const blob = gck_claim_blob(claim, &check->rig);

        if (blob->real_size == sizeof(double)) {
            gck_array_widen(claim->allowance, blob->diff, claim->analytic, claim->count, times, most[c]);
            continue;
        }
        for (size_t first = 0; first < claim->count; first += PIECE) {
            const size_t count = claim->count - first < PIECE ? claim->count - first : PIECE;

            gck_peek_all((char *)blob->diff + first * blob->real_size, blob->real_size, count, diff);
            gck_array_widen(claim->allowance + first, diff, claim->analytic + first, count, times, most[c]);
        }
    }
}

/* From the spreads that allowance[] holds: max(spread, pooled share of |a|) + 4 eps (|a| + A). */
static void allow(struct gck_check *check, struct gck_claim *claim, double *scratch)
{
    /* what underflow loses; where every diff is 0 nothing did */
    const double tiny = claim->typical == 0 ? 0
                                            : (check->epsilon > 1e-10 ? (double)FLT_MIN : DBL_MIN)
                                                  * fmax(1, fabs(check->weight));
    const double pooled = gck_median_share(claim->allowance, claim->analytic, claim->count, scratch);

    gck_array_allow(claim->allowance, claim->analytic, claim->count, pooled, 4 * check->epsilon, claim->typical, tiny);
}

/* All claims are jittered with the same numbers: what is subtracted from each other keeps its digits. */
static enum gck_status jitter_all(struct gck_check *check, unsigned first, unsigned last, char *message)
{
    double *const draw = gck_claims_draw(check);
    double most[2 * GCK_MAX_PORTS];

    for (unsigned c = 0; c < check->claims; c++)
        most[c] = HUGE_VAL;
    if (draw == NULL)
        return gck_say(message, GCK_EMEMORY, "no memory for %zu derivatives", longest(check));
    gck_claims_afresh(check, &check->rig);
    for (unsigned turn = first; turn < last; turn++) {
        gck_claims_jitter(check, turn, false, draw);
        if (gck_pass(&check->rig, 0) == GCK_OK) /* refused an ulp away: nothing to learn there */
            widen(check, 4, most);
    }
    gck_claims_put_back(check);
    gck_pages_free(draw);
    return GCK_OK;
}

/* Forward and Backward, each rounded its way; `again`: Backward alone, since Forward ran like this for the turn before. */
static bool pass_rounded(struct gck_rig *rig, int forward, int backward, bool again)
{
    bool passed = true;

    gck_paint(rig, 0);
    if (!again) {
        fesetround(forward);
        passed = gck_rig_forward(rig) == GCK_OK;
    }
    fesetround(backward);
    passed = passed && gck_rig_backward(rig) == GCK_OK;
    fesetround(FE_TONEAREST);
    return passed;
}

static void round_all(struct gck_check *check, unsigned first, unsigned last)
{
    /* of Forward, of Backward: apart, since errors of one kind can cancel between the two */
    static const int mode[GCK_ROUNDINGS][2] = { { FE_TONEAREST, FE_UPWARD }, { FE_TONEAREST, FE_DOWNWARD },
                                                { FE_UPWARD, FE_TONEAREST }, { FE_UPWARD, FE_DOWNWARD },
                                                { FE_DOWNWARD, FE_TONEAREST }, { FE_DOWNWARD, FE_UPWARD } };
    /* where the contract was not asked yet, what is measured here counts only if it turns out to be kept */
    const bool repeats = !check->setup.put_back && check->clause[GCK_BACKWARD_REPEATS].answer != GCK_WRONG;
    double most[2 * GCK_MAX_PORTS];
    bool passed = false;

    for (unsigned c = 0; c < check->claims; c++) /* more is nearbyint, or a branch: no rounding */
        most[c] = sqrt(check->epsilon) * largest(check, &check->claim[c]);
    for (unsigned m = first; m < last; m++) {
        passed = pass_rounded(&check->rig, mode[m][0], mode[m][1], passed && repeats && mode[m][0] == mode[m - 1][0]);
        if (passed)
            widen(check, 2, most);
    }
}

enum gck_status gck_claims_turn(struct gck_check *check, unsigned first, unsigned turns, char *message)
{
    const unsigned last = first + turns;
    enum gck_status status = GCK_OK;

    if (first < GCK_JITTERS)
        status = jitter_all(check, first, last < GCK_JITTERS ? last : GCK_JITTERS, message);
    if (status == GCK_OK && last > GCK_JITTERS)
        round_all(check, first > GCK_JITTERS ? first - GCK_JITTERS : 0, last - GCK_JITTERS);
    return status;
}

enum gck_status gck_claims_allow(struct gck_check *check, double *scratch, char *message)
{
    double *const own = scratch == NULL ? gck_pages_new(longest(check) * sizeof *own) : NULL;

    if (scratch == NULL && own == NULL)
        return gck_say(message, GCK_EMEMORY, "no memory for %zu derivatives", longest(check));
    for (unsigned c = 0; c < check->claims; c++)
        allow(check, &check->claim[c], scratch != NULL ? scratch : own);
    gck_pages_free(own);
    return GCK_OK;
}

enum gck_status gck_claims_measure(struct gck_check *check, char *message)
{
    enum gck_status status = gck_claims_pass(check, message);

    if (status == GCK_OK)
        status = gck_claims_turn(check, 0, GCK_TURNS, message);
    return status == GCK_OK ? gck_claims_allow(check, NULL, message) : status;
}
