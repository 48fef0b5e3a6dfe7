/* weight_findings.c -- what Backward makes of the loss weight, by its codes. */
#include "core/text.h"
#include "diagnosis/diagnose.h"
#include "diagnosis/factor.h"

#include <math.h>
#include <stdio.h>

/* Ignored: if the numbers show a constant in its place, that constant is named. */
static void ignored(struct gck_check *check, struct gck_finding *finding)
{
    const double w = check->weight;
    char a[GCK_NUMBER_TEXT], b[GCK_NUMBER_TEXT];

    if (!check->layer->loss && check->rig.top[0].count > 1) {
        snprintf(finding->measured, sizeof finding->measured,
                 "%s is no loss: top.diff has a number for each of its %zu elements. Doubling them all leaves every diff as it is",
                 check->layer->top[0].name, check->rig.top[0].count);
        snprintf(finding->meaning, sizeof finding->meaning,
                 "Layers above get dE/d%s from the rest of the net and put it into top.diff, a number for each element: dE/dx = "
                 "sum_j top.diff[j] d%s_j/dx. Without it every diff is that of a sum of the elements, whatever stands above.",
                 check->layer->top[0].name, check->layer->top[0].name);
        GCK_COPY(finding->hint, "multiply by top.diff[j] of the element j that it belongs to: gck_top_diff(io, 0)[j]");
        return;
    }
    for (unsigned c = 0; c < check->claims; c++) {
        struct gck_factor factor;

        gck_factor_of(&check->claim[c], &factor);
        if (!factor.constant)
            continue;
        finding->has_ratio = true;
        finding->ratio = factor.ratio;
        GCK_COPY(finding->law, "w^-1");
        if (gck_near(factor.ratio * w, 1))
            snprintf(finding->measured, sizeof finding->measured,
                     "analytic = %s x numeric in every element, and %s = 1/%s = 1/loss_weight; doubling the "
                     "weight leaves the diffs as they are",
                     gck_number_text(factor.ratio, a), a, gck_number_text(w, b));
        else
            snprintf(finding->measured, sizeof finding->measured,
                     "doubling the weight leaves the diffs as they are; analytic = %s x numeric at loss weight "
                     "%s, as if the weight were always %.4g",
                     gck_number_text(factor.ratio, a), gck_number_text(w, b), factor.ratio * w);
        if (!gck_near(fabs(factor.ratio * w), 1))
            gck_append(finding->measured, sizeof finding->measured,
                       "; or a factor %.4g stands beside it (GC107), which looks the same", fabs(factor.ratio * w));
        snprintf(finding->excluded, sizeof finding->excluded,
                 "a constant factor %s (that would not follow the weight)", a);
        return;
    }
    snprintf(finding->measured, sizeof finding->measured, "doubling the weight leaves every diff as it is");
}

/* In double, multiples of the weight but for what rounding to float does. */
static bool rounds(const struct gck_check *check)
{
    const struct gck_weight_law *const law = &check->weight_law;
    const double float_rounding = 0x1p-22;

    return check->layer->type == GCK_TYPE_DOUBLE && law->at_zero == 0 && law->rough <= float_rounding
           && fabs(law->doubled - 2) <= 2 * float_rounding && fabs(law->fourfold - 4) <= 4 * float_rounding
           && fabs(law->negated + 1) <= float_rounding;
}

void gck_diagnose_weight(struct gck_check *check)
{
    const struct gck_weight_law *const law = &check->weight_law;
    struct gck_result *const result = check->result;
    struct gck_finding *finding = NULL;

    if (law->only_first && !(law->measured && law->same) && result->gradient.answer == GCK_WRONG
        && (finding = gck_finding_add(result, 208, "")) != NULL)
        snprintf(finding->measured, sizeof finding->measured,
                 "no diff changes when all of top.diff but its first element does, and the derivatives are wrong");
    if (result->loss_weight.answer != GCK_WRONG)
        return;
    if (law->overwritten) { /* at the examined weight alone that need not show */
        if (!gck_finding_has(result, 207) && (finding = gck_finding_add(result, 207, "")) != NULL)
            snprintf(finding->measured, sizeof finding->measured,
                     "at other loss weights than %.6g, top.diff holds another number after the passes than was put there",
                     check->weight);
        return;
    }
    if (law->in_forward && (finding = gck_finding_add(result, 110, "")) != NULL)
        snprintf(finding->measured, sizeof finding->measured,
                 "top.data is another number when only top.diff changes");
    if (law->linear || !law->measured)
        return;
    if (gck_finding_has(result, 307) && gck_near(law->doubled, 2) && gck_near(law->fourfold, 4) && gck_near(law->negated, -1)
        && law->at_zero == 0)
        return; /* rounding to float differs with the weight */
    if (rounds(check)) {
        finding = gck_finding_add(result, 307, "");
        if (finding == NULL)
            return;
        finding->doubtful = true;
        GCK_COPY(finding->measured,
                 "the diffs follow the loss weight to about 7 digits and no more: as where a factor passes through float");
        return;
    }
    if (law->same) {
        finding = gck_finding_add(result, 101, "");
        if (finding != NULL)
            ignored(check, finding);
        return;
    }
    if (law->uniform && gck_near(law->doubled, 4) && gck_near(law->fourfold, 16)) {
        finding = gck_finding_add(result, 102, "");
        if (finding != NULL) {
            finding->has_ratio = true;
            finding->ratio = check->weight;
            GCK_COPY(finding->law, "w^+1");
            snprintf(finding->measured, sizeof finding->measured,
                     "twice the weight gives 4 times the diffs, 4 times the weight 16 times");
            GCK_COPY(finding->excluded, "a constant factor 2 (that would not follow the weight)");
        }
        return;
    }
    finding = gck_finding_add(result, 111, "");
    if (finding == NULL)
        return;
    if (law->uniform && gck_near(law->doubled, 0.5))
        GCK_COPY(finding->measured, "twice the weight gives half the diffs: it is divided by");
    else if (law->uniform && gck_near(law->doubled, 2) && gck_near(law->negated, 1))
        GCK_COPY(finding->measured, "the weight -w gives the same diffs as w: its absolute value is used");
    else if (gck_near(law->step_ratio, 2) && law->at_zero > 0)
        GCK_COPY(finding->measured,
                 "equal steps of the weight move the diffs equally, but the weight 0 leaves something: the weight "
                 "is added where it should multiply, or a term lacks it");
    else
        GCK_COPY(finding->measured, result->loss_weight.why);
}
