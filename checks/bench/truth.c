/* truth.c -- the differences held to the exact twin: does the interval hold the derivative, and how wide is it?
 *
 *     truth [ELEMENTS [FIRST [many]]]   at least so many elements (default 1000000), from trial FIRST on; many: samples
 *
 * Random shapes, seeds, scales, parameters and distances from kinks. Per layer, and for differences of the double layer, at
 * double and at float points, and of the float layer: elements judged (agree or disagree; at a kink there is no derivative),
 * those whose derivative lies outside numeric +- bound, and the median of the bound over the true error. */
#include "truth.h"

#include "numeric/statistics.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
    const size_t wanted = argc > 1 ? (size_t)atof(argv[1]) : 1000000;
    const bool many = argc > 3 && strcmp(argv[3], "many") == 0;
    static struct truth tally[64][MODES];
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

                truth_run(gck_layer_at(l, GCK_TYPE_EXACT)->name, m, trial, many,
                          &tally[l][m]);
                elements += tally[l][m].elements - before;
            }
    for (unsigned m = 0; m < MODES; m++) {
        size_t all = 0, out = 0;

        printf("\n%-26s %9s %9s %7s %12s %12s\n", truth_mode[m].name, "elements", "judged", "missed", "bound/error",
               "worst miss");
        for (size_t l = 0; l < layers; l++) {
            struct truth *const k = &tally[l][m];

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
