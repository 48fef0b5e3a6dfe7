/* types.c -- Forward in float and in double at the same point: does float lose more than its rounding?
 *
 * Rounding gets n eps |y|, or n eps where |y| < 1 (a probability of nearly 1 has lost what its logarithm is made of, and
 * nobody minds), and what the true y moves by when its inputs move by float's ulps: an ill-conditioned y is nobody's fault.
 * One unlucky point accuses nobody either: the two have to differ at most of the points around it. Of many samples n is large, and
 * in their mean is little of what each of them loses: the first few are then asked without the others. */
#include "exam/claims.h"

#include "core/blob.h"
#include "core/pages.h"
#include "core/random.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { LOOKED_AT = 64, TREMBLES = 8, FEW = 5 };

struct suspect {
    unsigned top;
    size_t element;
    double first, in_double; /* the twin's value at the point, and where the data tremble now */
    double moves;            /* how far it moved so far */
    double off[TREMBLES + 1], size[TREMBLES + 1];
};

struct comparison {
    struct gck_check *check;
    struct gck_rig *ours, *twins; /* the check's, or of its first samples */
    struct suspect suspect[LOOKED_AT];
    size_t suspects;
    double *scratch;         /* as long as the longest claim there */
};

/* Numbers that one element of the top is made from, at most. */
static double terms(const struct gck_rig *rig, unsigned t)
{
    const struct gck_setup *const setup = rig->setup;
    const bool rows = gck_rig_top_batched(rig, t);
    double n = 0;

    for (unsigned i = 0; i < setup->bottoms; i++)
        n += (double)(rows && setup->bottom[i].batched ? rig->bottom[i].count / rig->num : rig->bottom[i].count);
    for (unsigned i = 0; i < setup->weights; i++)
        n += (double)rig->weight[i].count;
    return n;
}

static double rounding(const struct comparison *comparison, unsigned t, double size)
{
    return 4 * (76 + terms(comparison->ours, t)) * comparison->check->epsilon * fmax(1, fabs(size));
}

static double top_of(const struct gck_rig *rig, unsigned t, size_t i)
{
    return gck_peek(rig->top[t].data, rig->top[t].real_size, i);
}

static bool same_point(const struct gck_blob *a, const struct gck_blob *b)
{
    for (size_t i = 0; i < a->count; i++)
        if (!(gck_peek(a->data, a->real_size, i) == gck_peek(b->data, b->real_size, i)))
            return false;
    return true;
}

static bool same_data(const struct gck_check *check)
{
    bool same = true;

    for (unsigned i = 0; i < check->setup.bottoms; i++)
        same = same && same_point(&check->rig.bottom[i], &check->reference.bottom[i]);
    for (unsigned i = 0; i < check->setup.weights; i++)
        same = same && same_point(&check->rig.weight[i], &check->reference.weight[i]);
    for (unsigned t = 0; t < check->setup.tops; t++)
        same = same && check->rig.top[t].count == check->reference.top[t].count;
    return same;
}

/* A loss may be right by luck at the point and wrong beside it. */
static bool trembles(const struct comparison *comparison, unsigned t, double size)
{
    const struct gck_check *const check = comparison->check;
    const struct gck_blob *const top = &check->rig.top[t];

    return top->count == 1 && comparison->ours == &check->rig
           && check->noise > fabs(gck_peek(top->diff, top->real_size, 0)) * rounding(comparison, t, size);
}

/* Both types at the point: overflow is counted, what is far off becomes a suspect. */
static void compare(struct comparison *comparison)
{
    struct gck_check *const check = comparison->check;
    struct gck_types_law *const law = &check->types_law;

    for (unsigned t = 0; t < check->setup.tops; t++)
        for (size_t i = 0; i < comparison->ours->top[t].count; i++) {
            const double in_float = top_of(comparison->ours, t, i), in_double = top_of(comparison->twins, t, i);

            if (!(fabs(in_double) < (double)FLT_MAX / 2))
                continue; /* float has no such number */
            if (!isfinite(in_float)) {
                if (law->overflows++ == 0) {
                    law->top = t;
                    law->element = i;
                    law->in_float = in_float;
                    law->in_double = in_double;
                }
            } else if ((fabs(in_float - in_double) > rounding(comparison, t, in_double)
                        || trembles(comparison, t, in_double))
                       && comparison->suspects < LOOKED_AT) {
                comparison->suspect[comparison->suspects++] =
                    (struct suspect){ .top = t, .element = i, .first = in_double };
            }
        }
}

static void measure(struct comparison *comparison, unsigned turn)
{
    for (size_t k = 0; k < comparison->suspects; k++) {
        struct suspect *const suspect = &comparison->suspect[k];
        const double in_double = top_of(comparison->twins, suspect->top, suspect->element);

        suspect->off[turn] = fabs(top_of(comparison->ours, suspect->top, suspect->element) - in_double);
        suspect->size[turn] = fabs(in_double);
        suspect->moves = fmax(suspect->moves, fabs(in_double - suspect->first));
    }
}

/* All data by up to two ulps of a float, the same in both types; times 0: back. */
static bool tremble(struct comparison *comparison, unsigned turn, double times)
{
    struct gck_check *const check = comparison->check;
    double *const scratch = comparison->scratch;

    for (unsigned c = 0; c < check->claims; c++) {
        const struct gck_claim *const claim = &check->claim[c];
        const struct gck_blob *const ours = gck_claim_blob(claim, comparison->ours),
                                    *const twins = gck_claim_blob(claim, comparison->twins);

        gck_uniform_signed(check->options->seed, 0x73E2Bu + 64 * turn + c, ours->count, scratch);
        for (size_t i = 0; i < ours->count; i++)
            scratch[i] *= claim->x[i];
        gck_poke_line(ours->data, ours->real_size, ours->count, claim->x, times * 2 * check->epsilon, scratch);
        gck_peek_all(ours->data, ours->real_size, ours->count, scratch);
        gck_poke_all(twins->data, twins->real_size, ours->count, scratch);
    }
    return times == 0 || (gck_rig_forward(comparison->ours) == GCK_OK && gck_rig_forward(comparison->twins) == GCK_OK);
}

/* Beyond rounding and what the data's own rounding does, at most of the points. Not finite is not told here. */
static bool is_lost(const struct comparison *comparison, const struct suspect *suspect)
{
    const double moves = 2 * (4 + sqrt(terms(comparison->ours, suspect->top))) * suspect->moves;
    unsigned far = 0;

    for (unsigned turn = 0; turn <= TREMBLES; turn++)
        far += suspect->off[turn] > rounding(comparison, suspect->top, suspect->size[turn]) + moves;
    return 2 * far > TREMBLES + 1;
}

static void look_around(struct comparison *comparison)
{
    struct gck_check *const check = comparison->check;
    struct gck_types_law *const law = &check->types_law;
    double worst = 0;

    measure(comparison, 0);
    for (unsigned turn = 1; turn <= TREMBLES; turn++)
        if (tremble(comparison, turn, 1))
            measure(comparison, turn);
    tremble(comparison, 0, 0);
    for (size_t k = 0; k < comparison->suspects; k++) {
        const struct suspect *const suspect = &comparison->suspect[k];
        double off = 0;

        if (!is_lost(comparison, suspect))
            continue;
        law->lost++;
        for (unsigned turn = 0; turn <= TREMBLES; turn++)
            off = fmax(off, suspect->off[turn]);
        if (off / fmax(fabs(suspect->first), DBL_MIN) <= worst)
            continue;
        worst = off / fmax(fabs(suspect->first), DBL_MIN);
        law->top = suspect->top;
        law->element = suspect->element;
        law->in_double = suspect->first;
        law->moves = suspect->moves;
        law->off = off;
    }
}

/* Forward of both rigs, which hold the point or its first samples. */
static void ask(struct comparison *comparison)
{
    struct gck_check *const check = comparison->check;
    size_t longest = 0;

    comparison->suspects = 0;
    gck_rig_weigh(comparison->twins, check->weight);
    if (gck_rig_forward(comparison->ours) != GCK_OK || gck_rig_forward(comparison->twins) != GCK_OK)
        return;
    compare(comparison);
    if (check->types_law.overflows > 0 || comparison->suspects == 0)
        return;
    for (unsigned c = 0; c < check->claims; c++) {
        const size_t count = gck_claim_blob(&check->claim[c], comparison->ours)->count;

        longest = count > longest ? count : longest;
    }
    comparison->scratch = gck_pages_new(longest * sizeof *comparison->scratch);
    if (comparison->scratch != NULL && gck_claims_own(check))
        look_around(comparison);
    gck_claims_settle(check);
    gck_pages_free(comparison->scratch);
}

/* Rows of the first samples come first, and so do the claims' numbers in them. */
static void ask_few(struct comparison *comparison)
{
    static const size_t row[FEW] = { 0, 1, 2, 3, 4 };
    struct gck_check *const check = comparison->check;
    struct gck_rig few[2] = { { .layer = NULL }, { .layer = NULL } };
    char message[GCK_MESSAGE_SIZE];
    bool open = true;

    for (unsigned k = 0; k < 2 && open; k++) {
        struct gck_rig *const whole = k == 0 ? &check->rig : &check->reference;

        open = gck_rig_open(&few[k], whole->layer, &check->setup, FEW, message) == GCK_OK;
        if (open) {
            gck_rig_take(&few[k], whole, row);
            gck_rig_weigh(&few[k], check->weight);
        }
    }
    comparison->ours = &few[0];
    comparison->twins = &few[1];
    if (open)
        ask(comparison);
    check->types_law.samples = check->types_law.overflows + check->types_law.lost > 0 ? FEW : 0;
    for (unsigned k = 0; k < 2; k++) {
        struct gck_rig *const whole = k == 0 ? &check->rig : &check->reference;

        whole->forwards += few[k].forwards;
        gck_rig_close(&few[k]);
    }
}

void gck_exam_types(struct gck_check *check)
{
    struct comparison *comparison;

    if (check->twin == NULL || !same_data(check) || (comparison = calloc(1, sizeof *comparison)) == NULL)
        return;
    gck_check_doing(check, "gradient", "Forward in float and in double");
    comparison->check = check;
    comparison->ours = &check->rig;
    comparison->twins = &check->reference;
    ask(comparison);
    if (check->types_law.overflows + check->types_law.lost == 0 && check->rig.num > FEW)
        ask_few(comparison);
    free(comparison);
}
