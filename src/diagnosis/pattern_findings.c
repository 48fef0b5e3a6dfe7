/* pattern_findings.c -- a pattern that was found becomes a finding; where there is none, numbers. */
#include "core/text.h"
#include "diagnosis/diagnose.h"
#include "diagnosis/pattern.h"
#include "exam/gradient.h"
#include "numeric/statistics.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ranked {
    size_t i;
    double off;
};

static int by_off(const void *a, const void *b)
{
    const struct ranked *const x = a, *const y = b;

    return x->off != y->off ? (x->off < y->off) - (x->off > y->off) : (x->i > y->i) - (x->i < y->i);
}

void gck_finding_worst(const struct gck_claim *claim, struct gck_finding *finding, unsigned most)
{
    struct ranked *const ranked = malloc(claim->count * sizeof *ranked);
    size_t used = 0;

    for (size_t i = 0; ranked != NULL && i < claim->count; i++)
        if (claim->verdict[i] == GCK_DISAGREE) {
            const double off = fabs(claim->analytic[i] - claim->numeric[i]);

            ranked[used].i = i;
            ranked[used++].off = isfinite(off) ? off : DBL_MAX;
        }
    if (ranked != NULL)
        qsort(ranked, used, sizeof *ranked, by_off);
    for (size_t k = 0; k < used && k < most && k < GCK_WORST; k++)
        gck_element_of(claim, ranked[k].i, &finding->worst[finding->worsts++]);
    free(ranked);
}

/* The same pattern in another port: they are told together. */
static bool merged(struct gck_result *result, const struct gck_fit *fit, const char *port)
{
    for (unsigned i = 0; i < result->findings && !fit->alone; i++) {
        struct gck_finding *const finding = &result->finding[i];

        if (finding->code != fit->code || strcmp(finding->what, fit->what) != 0)
            continue;
        gck_append(finding->port, sizeof finding->port, ", %s", port);
        return true;
    }
    return false;
}

/* A pattern is told apart from a factor that stands beside it by its size alone: that suggests. */
void gck_factor_suggest(struct gck_check *check, const struct gck_claim *claim, double factor)
{
    char law[GCK_NAME_SIZE], number[GCK_NUMBER_TEXT];
    const unsigned code = gck_factor_guess(check, factor, law);
    struct gck_finding *finding;

    if (code == 0 || gck_finding_has(check->result, code)
        || (finding = gck_finding_add(check->result, code, claim->port)) == NULL)
        return;
    finding->has_ratio = true;
    finding->ratio = factor;
    finding->doubtful = true;
    GCK_COPY(finding->law, law);
    snprintf(finding->measured, sizeof finding->measured,
             "besides that the diffs of %s are %s times too large, which suggests %s", claim->port,
             gck_number_text(factor, number), law);
}

static void tell(struct gck_check *check, const struct gck_view *view, const struct gck_fit *fit, const char *others)
{
    struct gck_finding *finding;

    if (merged(check->result, fit, view->claim->port)
        || (finding = gck_finding_add(check->result, fit->code, view->claim->port)) == NULL)
        return;
    finding->doubtful = fit->weak || others[0] != '\0';
    GCK_COPY(finding->what, fit->what);
    GCK_COPY(finding->measured, fit->measured);
    GCK_COPY(finding->excluded, fit->excluded);
    GCK_COPY(finding->hint, fit->hint != NULL ? fit->hint : "");
    if (others[0] != '\0')
        gck_append(finding->measured, sizeof finding->measured, "; at this shape it cannot be told apart from: %s", others);
    else if (fit->weak)
        gck_append(finding->measured, sizeof finding->measured,
                   "; here that suggests the name and no more: try more samples, or other data");
    if (fit->code == 301 || fit->code == 314 || fit->code == 399) /* elsewhere the pattern says it */
        gck_finding_worst(view->claim, finding, 1);
    if (fit->factor != 1)
        gck_factor_suggest(check, view->claim, fit->factor);
}

/* May a pattern of this code be told beside another one? Not those that a few elements make fit. */
static bool beside(unsigned code)
{
    return code == 303 || code == 309 || code == 311 || code == 312 || code == 313;
}

/* Looks for a pattern and tells it, after `first` where there is one. True where all is explained. */
static bool look(struct gck_check *check, const struct gck_claim *claim, const struct gck_told *told,
                 const struct gck_fit *first)
{
    struct gck_view view;
    struct gck_fit fit;
    char others[GCK_WHY_SIZE];
    bool explained = false;

    if (gck_view_open(&view, check, claim, told)) {
        explained = view.off == 0;
        if (!explained && gck_pattern_find(&view, &fit, others)
            && (first == NULL || (beside(fit.code) && !fit.weak && others[0] == '\0'))) {
            if (first != NULL)
                tell(check, &view, first, "");
            tell(check, &view, &fit, others);
            explained = true;
        }
    }
    gck_view_close(&view);
    return explained;
}

bool gck_pattern_findings(struct gck_check *check, const struct gck_claim *claim, double told)
{
    const struct gck_told factor = { .factor = told };

    return look(check, claim, &factor, NULL);
}

bool gck_pattern_pairs(struct gck_check *check, const struct gck_claim *claim, double told)
{
    struct gck_told both = { .factor = told };
    unsigned char *const missing = malloc(claim->count);
    struct gck_view view;
    struct gck_fit part, label = { .code = 309, .factor = 1, .what = "the label's 1 is missing" };
    bool explained = false;

    if (missing != NULL && gck_view_open(&view, check, claim, &both)) {
        both.label = gck_label_share(&view);
        if (both.label != 0) {
            char number[GCK_NUMBER_TEXT];

            snprintf(label.measured, sizeof label.measured,
                     "with %s added to each label's element what is left has a pattern of its own, told below: as if p stood "
                     "there and not p - 1",
                     gck_number_text(both.label * told, number));
            explained = look(check, claim, &both, &label);
        }
        both.label = 0;
        both.missing = missing;
        if (!explained && claim->unwritten == NULL && gck_pattern_part_among(&view, &part, missing)) {
            explained = look(check, claim, &both, &part);
            part.weak = true; /* what is left may be the cause of this, too */
            if (!explained)
                tell(check, &view, &part, "");
        }
    }
    gck_view_close(&view);
    free(missing);
    return explained;
}
