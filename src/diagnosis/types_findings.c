/* types_findings.c -- a Forward that is right in double and not in float. */
#include "core/text.h"
#include "diagnosis/diagnose.h"
#include "exam/contract.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

static void overflow(struct gck_check *check, const struct gck_types_law *law, const char *name)
{
    struct gck_finding *const finding = gck_finding_add(check->result, 308, check->layer->top[law->top].name);
    char in_float[GCK_NUMBER_TEXT], in_double[GCK_NUMBER_TEXT];

    if (finding == NULL)
        return;
    snprintf(finding->measured, sizeof finding->measured, "with the same data %s is %s in float and %s in double", name,
             gck_number_text(law->in_float, in_float), gck_number_text(law->in_double, in_double));
    if (law->overflows > 1)
        gck_append(finding->measured, sizeof finding->measured, "; so are %zu elements", law->overflows);
    GCK_COPY(finding->excluded, "a result that is too large for a float: the largest is 3.4e+38");
    GCK_COPY(finding->hint, "find exp of more than 88, or a square or product above 3.4e+38; subtract the maximum before exp");
}

static void lost_digits(struct gck_check *check, const struct gck_types_law *law, const char *name)
{
    struct gck_finding *const finding = gck_finding_add(check->result, 308, check->layer->top[law->top].name);
    const double digits = -log10(law->off / fmax(fabs(law->in_double), DBL_MIN));

    if (finding == NULL)
        return;
    finding->severity = GCK_WARN; /* its numbers are poor, its gradient may be right */
    snprintf(finding->measured, sizeof finding->measured,
             "with the same data %s is off by up to %.1g in float, of %.4g in double: of a float's 7 digits %.0f %s left", name,
             law->off, law->in_double, digits > 0 ? floor(digits) : 0, digits >= 1 && digits < 2 ? "is" : "are");
    if (law->lost > 1)
        gck_append(finding->measured, sizeof finding->measured, "; %zu elements are", law->lost);
    snprintf(finding->excluded, sizeof finding->excluded,
             "the data: rounded anew they move it by %.1g at most, in double", law->moves);
    if (law->samples > 0)
        gck_append(finding->measured, sizeof finding->measured, ". That is of the first %zu samples alone: in the mean of %zu it "
                   "is less than their rounding may be", law->samples, check->rig.num);
    GCK_COPY(finding->hint, "find the difference of two large numbers, as mean of squares - square of the mean: take the mean "
                            "away first");
}

void gck_diagnose_types(struct gck_check *check)
{
    const struct gck_types_law *const law = &check->types_law;
    char name[GCK_ELEMENT_NAME];

    if (check->clause[GCK_READS_INSIDE].answer == GCK_WRONG || law->overflows + law->lost == 0)
        return;
    gck_element_name(check->layer->top[law->top].name, &check->rig.top[law->top].shape, law->element, name);
    if (law->overflows > 0)
        overflow(check, law, name);
    else
        lost_digits(check, law, name);
}
