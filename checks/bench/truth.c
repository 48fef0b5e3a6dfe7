/* truth.c -- the differences held to the exact twin: does the interval hold the derivative, and how wide is it?
 *
 *     truth [ELEMENTS [FIRST]]   at least so many elements (default 1000000), from trial FIRST on
 *
 * Random shapes, seeds, scales, parameters and distances from kinks. Per layer, and for differences of the double layer, at
 * double and at float points, and of the float layer: elements judged (agree or disagree; at a kink there is no derivative),
 * those whose derivative lies outside numeric +- bound, and the median of the bound over the true error. */
#include "draw.h"

#include "exam/check.h"
#include "exam/exact.h"
#include "numeric/statistics.h"

#include <float.h>
#include <stdlib.h>

enum { MODES = 3, MOST_RATIOS = 100000 };

static const struct {
    const char *name;
    enum gck_type type;
    bool twin;
} mode[MODES] = { { "double", GCK_TYPE_DOUBLE, false },
                  { "float, double differences", GCK_TYPE_FLOAT, true },
                  { "float, float differences", GCK_TYPE_FLOAT, false } };

struct tally {
    size_t elements, judged, missed, ratios;
    double *ratio, worst; /* error over bound, where missed */
};

static void count(const struct gck_check *check, struct tally *tally, uint64_t trial)
{
    for (unsigned c = 0; c < check->claims; c++) {
        const struct gck_claim *const claim = &check->claim[c];

        for (size_t i = 0; i < claim->count; i++) {
            const double bound = claim->bound[i]; /* as results show it: with the rounding that the claim may carry */
            const double error = fabs(claim->numeric[i] - claim->exact[i]);
            const double own = 64 * DBL_EPSILON * (fabs(claim->exact[i]) + claim->typical); /* the twin's rounding */

            tally->elements++;
            if (claim->verdict[i] != GCK_AGREE && claim->verdict[i] != GCK_DISAGREE)
                continue;
            tally->judged++;
            if (!(error <= bound + own)) {
                if (tally->missed++ == 0)
                    printf("missed: %s %s trial %llu scale %g %s[%zu] of %zu: exact %.17g numeric %.17g bound %g x %.17g "
                           "verdict %d\n",
                           check->layer->name, check->twin != NULL ? "twin" : "own", (unsigned long long)trial,
                           check->options->scale, claim->port, i, claim->count, claim->exact[i], claim->numeric[i],
                           bound, claim->x[i], claim->verdict[i]);
                tally->worst = fmax(tally->worst, error / bound);
            }
            if (error > own && tally->ratios < MOST_RATIOS)
                tally->ratio[tally->ratios++] = bound / error;
        }
    }
}

static void run(const char *name, unsigned m, uint64_t trial, struct tally *tally)
{
    static struct gck_check check;
    static struct gck_result result;
    static struct draw draw;
    char message[GCK_MESSAGE_SIZE];

    draw_options(&draw, gck_layer_find(name, mode[m].type), trial, true, false);
    draw.options.differences_only = true;
    memset(&result, 0, sizeof result);
    if (gck_check_run(&check, gck_layer_find(name, mode[m].type),
                      mode[m].twin ? gck_layer_find(name, GCK_TYPE_DOUBLE) : NULL, &draw.options, &result, message)
            == GCK_OK
        && gck_exact_collect(&check))
        count(&check, tally, trial);
    gck_check_close(&check);
}

int main(int argc, char **argv)
{
    const size_t wanted = argc > 1 ? (size_t)atof(argv[1]) : 1000000;
    static struct tally tally[64][MODES];
    size_t layers = 0, elements = 0, missed = 0, judged = 0;

    while (gck_layer_at(layers, GCK_TYPE_EXACT) != NULL && layers < 64)
        layers++;
    if (layers == 0) {
        printf("no layer has an exact twin in this build\n");
        return 1;
    }
    for (size_t l = 0; l < layers; l++)
        for (unsigned m = 0; m < MODES; m++)
            tally[l][m].ratio = malloc(MOST_RATIOS * sizeof(double));
    for (uint64_t trial = argc > 2 ? (uint64_t)atoll(argv[2]) : 0; elements < wanted; trial++)
        for (size_t l = 0; l < layers; l++)
            for (unsigned m = 0; m < MODES; m++) {
                const size_t before = tally[l][m].elements;

                run(gck_layer_at(l, GCK_TYPE_EXACT)->name, m, trial, &tally[l][m]);
                elements += tally[l][m].elements - before;
            }
    for (unsigned m = 0; m < MODES; m++) {
        size_t all = 0, out = 0;

        printf("\n%-26s %9s %9s %7s %12s %12s\n", mode[m].name, "elements", "judged", "missed", "bound/error",
               "worst miss");
        for (size_t l = 0; l < layers; l++) {
            struct tally *const k = &tally[l][m];

            printf("%-26s %9zu %9zu %7zu %12.1f %12.2f\n", gck_layer_at(l, GCK_TYPE_EXACT)->name, k->elements,
                   k->judged, k->missed, gck_median(k->ratio, k->ratios), k->worst);
            all += k->judged;
            out += k->missed;
            free(k->ratio);
        }
        printf("coverage %.5f %% of %zu\n", 100 - 100.0 * (double)out / (double)all, all);
        judged += all;
        missed += out;
    }
    return (double)missed > 1e-5 * (double)judged;
}
