/* types.c -- Forward in float and in double at the same point: does float lose more than its rounding?
 *
 * Rounding gets n eps |y|, or n eps where |y| < 1 (a probability of nearly 1 has lost what its logarithm is made of, and
 * nobody minds), and what the true y moves by when its inputs move by float's ulps: an ill-conditioned y is nobody's fault.
 * One unlucky point accuses nobody either: the two have to differ at most of the points around it. */
#include "exam/check.h"

#include "core/blob.h"
#include "core/random.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { LOOKED_AT = 64, TREMBLES = 8 };

struct suspect {
    unsigned top;
    size_t element;
    double first, in_double; /* the twin's value at the point, and where the data tremble now */
    double moves;            /* how far it moved so far */
    double off[TREMBLES + 1], size[TREMBLES + 1];
};

struct comparison {
    struct gck_check *check;
    struct suspect suspect[LOOKED_AT];
    size_t suspects;
    double *scratch;         /* as long as the longest claim */
};

/* Numbers that one element of the top is made from, at most. */
static double terms(const struct gck_check *check, unsigned t)
{
    const struct gck_rig *const rig = &check->rig;
    const bool rows = gck_rig_top_batched(rig, t);
    double n = 0;

    for (unsigned i = 0; i < check->setup.bottoms; i++)
        n += (double)(rows && check->setup.bottom[i].batched ? rig->bottom[i].count / rig->num : rig->bottom[i].count);
    for (unsigned i = 0; i < check->setup.weights; i++)
        n += (double)rig->weight[i].count;
    return n;
}

static double rounding(const struct gck_check *check, unsigned t, double size)
{
    return 4 * (76 + terms(check, t)) * check->epsilon * fmax(1, fabs(size));
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
static bool trembles(const struct gck_check *check, unsigned t, double size)
{
    const struct gck_blob *const top = &check->rig.top[t];

    return top->count == 1
           && check->noise > fabs(gck_peek(top->diff, top->real_size, 0)) * rounding(check, t, size);
}

/* Both types at the point: overflow is counted, what is far off becomes a suspect. */
static void compare(struct comparison *comparison)
{
    struct gck_check *const check = comparison->check;
    struct gck_types_law *const law = &check->types_law;

    for (unsigned t = 0; t < check->setup.tops; t++)
        for (size_t i = 0; i < check->rig.top[t].count; i++) {
            const double in_float = top_of(&check->rig, t, i), in_double = top_of(&check->reference, t, i);

            if (!(fabs(in_double) < (double)FLT_MAX / 2))
                continue; /* float has no such number */
            if (!isfinite(in_float)) {
                if (law->overflows++ == 0) {
                    law->top = t;
                    law->element = i;
                    law->in_float = in_float;
                    law->in_double = in_double;
                }
            } else if ((fabs(in_float - in_double) > rounding(check, t, in_double) || trembles(check, t, in_double))
                       && comparison->suspects < LOOKED_AT) {
                comparison->suspect[comparison->suspects++] =
                    (struct suspect){ .top = t, .element = i, .first = in_double };
            }
        }
}

static void measure(struct comparison *comparison, unsigned turn)
{
    const struct gck_check *const check = comparison->check;

    for (size_t k = 0; k < comparison->suspects; k++) {
        struct suspect *const suspect = &comparison->suspect[k];
        const double in_double = top_of(&check->reference, suspect->top, suspect->element);

        suspect->off[turn] = fabs(top_of(&check->rig, suspect->top, suspect->element) - in_double);
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
        const struct gck_blob *const ours = gck_claim_blob(claim, &check->rig),
                                    *const twins = gck_claim_blob(claim, &check->reference);

        gck_uniform_signed(check->options->seed, 0x73E2Bu + 64 * turn + c, claim->count, scratch);
        for (size_t i = 0; i < claim->count; i++)
            scratch[i] *= claim->x[i];
        gck_poke_line(ours->data, ours->real_size, claim->count, claim->x, times * 2 * check->epsilon, scratch);
        gck_peek_all(ours->data, ours->real_size, claim->count, scratch);
        gck_poke_all(twins->data, twins->real_size, claim->count, scratch);
    }
    return times == 0 || (gck_rig_forward(&check->rig) == GCK_OK && gck_rig_forward(&check->reference) == GCK_OK);
}

/* Beyond rounding and what the data's own rounding does, at most of the points. Not finite is not told here. */
static bool is_lost(const struct gck_check *check, const struct suspect *suspect)
{
    const double moves = 2 * (4 + sqrt(terms(check, suspect->top))) * suspect->moves;
    unsigned far = 0;

    for (unsigned turn = 0; turn <= TREMBLES; turn++)
        far += suspect->off[turn] > rounding(check, suspect->top, suspect->size[turn]) + moves;
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

        if (!is_lost(check, suspect))
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

void gck_exam_types(struct gck_check *check)
{
    struct comparison *comparison;
    size_t longest = 0;

    if (check->twin == NULL || !same_data(check))
        return;
    gck_check_doing(check, "gradient", "Forward in float and in double");
    gck_rig_weigh(&check->reference, check->weight);
    if (gck_rig_forward(&check->rig) != GCK_OK || gck_rig_forward(&check->reference) != GCK_OK)
        return;
    for (unsigned c = 0; c < check->claims; c++)
        longest = check->claim[c].count > longest ? check->claim[c].count : longest;
    comparison = calloc(1, sizeof *comparison);
    if (comparison == NULL)
        return;
    comparison->check = check;
    compare(comparison);
    if (check->types_law.overflows == 0 && comparison->suspects > 0
        && (comparison->scratch = malloc(longest * sizeof *comparison->scratch)) != NULL)
        look_around(comparison);
    free(comparison->scratch);
    free(comparison);
}
