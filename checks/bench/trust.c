/* trust.c -- can red be trusted, and green? The correct layers at random shapes, seeds, scales and parameters.
 *
 *     trust [ELEMENTS [FIRST [anywhere|many|positions] [exact]]]    at least so many element verdicts (default 1000000), from
 *                       trial FIRST on; anywhere: also at scales that the layers don't want; many: samples; positions: many of
 *                       these in few samples; exact: with the exact twin's say
 *
 * Per layer and type: runs, element verdicts, how they fell, runs that FAILed in any exam (each is a false alarm), the
 * median of bound over error (the error of the difference is taken against the double Backward, exact to some 1e-15), how
 * many gradients off by 1e-5 in one element are called DISAGREE, and forwards for each element. */
#include "draw.h"

#include "diagnosis/diagnose.h"
#include "exam/claims.h"
#include "exam/gradient.h"
#include "numeric/statistics.h"

#include <stdlib.h>

struct tally {
    size_t runs, refused, failed, elements, verdict[GCK_PROBED + 1], tried, found, passed;
    uint64_t forwards;
    double *ratio;
    size_t ratios;
};

static bool anywhere, many, positions, exact;

enum { MOST_RATIOS = 200000,
       ROW = 8 }; /* elements that are judged beside a planted one, as they would be in the exam */

static void count_elements(const struct gck_check *check, struct tally *tally)
{
    for (unsigned c = 0; c < check->claims; c++) {
        const struct gck_claim *const claim = &check->claim[c];

        for (size_t i = 0; i < claim->count; i++) {
            const double error = fabs(claim->numeric[i] - claim->analytic[i]);

            tally->elements++;
            tally->verdict[claim->verdict[i]]++;
            if (claim->verdict[i] == GCK_AGREE && error > 0 && tally->ratios < MOST_RATIOS
                && fabs(claim->analytic[i]) > 1e-3 * claim->typical)
                tally->ratio[tally->ratios++] = claim->bound[i] / error;
        }
    }
}

/* One element of each claim, off by 1e-5. */
static void plant(struct gck_check *check, struct tally *tally, uint64_t trial)
{
    struct gck_gradient gradient;
    char message[GCK_MESSAGE_SIZE];

    if (gck_gradient_open(&gradient, check, message) != GCK_OK)
        return;
    gck_gradient_learn(&gradient);
    for (unsigned c = 0; c < check->claims; c++) {
        struct gck_claim *const claim = &check->claim[c];
        const size_t i = gck_below(trial, 77, c, claim->count);

        if (!(fabs(claim->analytic[i]) > 1e-3 * claim->typical) || claim->typical == 0
            || claim->verdict[i] == GCK_KINK)
            continue;
        claim->analytic[i] *= 1 + 1e-5;
        gck_gradient_judge_row(&gradient, claim, i - i % ROW, claim->count - (i - i % ROW) < ROW ? claim->count % ROW : ROW);
        tally->tried++;
        tally->found += claim->verdict[i] == GCK_DISAGREE;
        tally->passed += claim->verdict[i] == GCK_AGREE;
    }
    gck_gradient_close(&gradient);
}

static void tell_failure(const struct draw *draw, const struct gck_result *result)
{
    printf("FAIL %s %s trial %llu scale %g: gck %s\n", result->layer,
           result->type == GCK_TYPE_FLOAT ? "float" : "double", (unsigned long long)draw->trial,
           draw->options.scale, result->again);
    for (unsigned f = 0; f < result->findings; f++)
        printf("    GC%u %s: %s\n", result->finding[f].code, result->finding[f].port,
               result->finding[f].measured);
    for (unsigned q = 0; q < result->ports; q++)
        printf("    %s: %zu disagree, worst x %.17g analytic %.17g numeric %.17g bound %g step %g\n",
               result->port[q].port, result->port[q].disagree, result->port[q].worst.x,
               result->port[q].worst.analytic, result->port[q].worst.numeric,
               result->port[q].worst.bound, result->port[q].worst.step);
    printf("    contract: %s; weight: %s; batch: %s\n", result->contract.why, result->loss_weight.why,
           result->batch.why);
    for (unsigned p = 0; p < result->exacts; p++)
        printf("    exact %s: %zu disagree, %zu alone, off by %g\n", result->exact_port[p].port,
               result->exact_port[p].disagree, result->exact_port[p].alone, result->exact_port[p].off);
}

static void run(const char *name, enum gck_type type, uint64_t trial, struct tally *tally)
{
    const struct gck_layer *const layer = gck_layer_find(name, type);
    static struct gck_check check;
    static struct gck_result result;
    static struct draw draw;
    char message[GCK_MESSAGE_SIZE];

    draw_options(&draw, layer, trial, true, anywhere);
    if (many)
        draw_many(&draw);
    if (positions)
        draw_positions(&draw);
    draw.options.differences_only = !exact;
    memset(&result, 0, sizeof result);
    snprintf(result.layer, sizeof result.layer, "%s", layer->name);
    result.type = type;
    tally->runs++;
    if (gck_check_run(&check, layer, gck_layer_find(name, GCK_TYPE_DOUBLE), &draw.options, &result,
                      message) == GCK_OK) {
        gck_diagnose(&check);
        tally->forwards += result.forwards;
        count_elements(&check, tally);
        tally->failed += result.verdict == GCK_FAIL;
        if (result.verdict == GCK_FAIL)
            tell_failure(&draw, &result);
        plant(&check, tally, trial);
    } else {
        if (tally->refused++ == 0)
            printf("refused: %s %s: %s (%s)\n", name, type == GCK_TYPE_FLOAT ? "float" : "double", message,
                   result.again);
    }
    gck_check_close(&check);
}

/* All layers of one type together. */
static void tell_total(struct tally tally[][2], size_t layers, unsigned t)
{
    struct tally all = { 0 };
    double *const ratio = malloc(layers * MOST_RATIOS * sizeof *ratio);

    for (size_t l = 0; l < layers; l++) {
        const struct tally *const k = &tally[l][t];

        all.elements += k->elements;
        all.tried += k->tried;
        all.found += k->found;
        all.forwards += k->forwards;
        for (unsigned v = 0; v < 4; v++)
            all.verdict[v] += k->verdict[v];
        for (size_t i = 0; ratio != NULL && i < k->ratios; i++)
            ratio[all.ratios++] = k->ratio[i];
        free(k->ratio);
    }
    printf("%-6s %zu elements: agree %.3f %%, kink %.3f %%, inconclusive %.3f %%, disagree %zu; median bound over "
           "error %.1f; off by 1e-5 found %.2f %% of %zu; %.2f forwards an element\n",
           t == 0 ? "double" : "float", all.elements, 100.0 * (double)all.verdict[GCK_AGREE] / (double)all.elements,
           100.0 * (double)all.verdict[GCK_KINK] / (double)all.elements,
           100.0 * (double)all.verdict[GCK_CANNOT_TELL] / (double)all.elements, all.verdict[GCK_DISAGREE],
           gck_median(ratio, all.ratios), 100.0 * (double)all.found / (double)all.tried, all.tried,
           (double)all.forwards / (double)all.elements);
    free(ratio);
}

int main(int argc, char **argv)
{
    const size_t wanted = argc > 1 ? (size_t)atof(argv[1]) : 1000000;
    const uint64_t first = argc > 2 ? (uint64_t)atoll(argv[2]) : 0;
    static struct tally tally[64][2];
    size_t elements = 0, layers = 0, failed = 0;

    many = argc > 3 && strcmp(argv[3], "many") == 0;
    positions = argc > 3 && strcmp(argv[3], "positions") == 0;
    anywhere = argc > 3 && strcmp(argv[3], "anywhere") == 0;
    exact = argc > 3 && strcmp(argv[argc - 1], "exact") == 0;
    while (gck_layer_at(layers, GCK_TYPE_DOUBLE) != NULL && layers < 64)
        layers++;
    for (size_t l = 0; l < layers; l++)
        for (unsigned t = 0; t < 2; t++)
            tally[l][t].ratio = malloc(MOST_RATIOS * sizeof(double));
    for (uint64_t trial = first; elements < wanted; trial++)
        for (size_t l = 0; l < layers; l++)
            for (unsigned t = 0; t < 2; t++) {
                const size_t before = tally[l][t].elements;

                run(gck_layer_at(l, GCK_TYPE_DOUBLE)->name, t == 0 ? GCK_TYPE_DOUBLE : GCK_TYPE_FLOAT,
                    trial, &tally[l][t]);
                elements += tally[l][t].elements - before;
            }
    printf("%-22s %-6s %6s %7s %9s %7s %7s %7s %8s %5s %9s %7s %8s\n", "layer", "type", "runs", "refused",
           "elements", "agree%", "kink%", "incon%", "disagree", "FAIL", "bound/err", "1e-5%", "fwd/elem");
    for (size_t l = 0; l < layers; l++)
        for (unsigned t = 0; t < 2; t++) {
            struct tally *const k = &tally[l][t];
            const double share = 100.0 / (double)(k->elements > 0 ? k->elements : 1);

            printf("%-22s %-6s %6zu %7zu %9zu %7.3f %7.3f %7.3f %8zu %5zu %9.1f %7.2f %8.2f\n",
                   gck_layer_at(l, GCK_TYPE_DOUBLE)->name, t == 0 ? "double" : "float", k->runs, k->refused,
                   k->elements, share * (double)k->verdict[GCK_AGREE], share * (double)k->verdict[GCK_KINK],
                   share * (double)k->verdict[GCK_CANNOT_TELL], k->verdict[GCK_DISAGREE], k->failed,
                   gck_median(k->ratio, k->ratios),
                   100.0 * (double)k->found / (double)(k->tried > 0 ? k->tried : 1),
                   (double)k->forwards / (double)(k->elements > 0 ? k->elements : 1));
            failed += k->failed;
        }
    for (unsigned t = 0; t < 2; t++)
        tell_total(tally, layers, t);
    printf("%zu element verdicts, %zu runs FAILed\n", elements, failed);
    return failed != 0;
}
