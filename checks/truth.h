/* truth.h -- differences held to the exact twin: does the interval hold the derivative, and how wide is it? Shared by the
 * check and the benchmark of that name. */
#ifndef GCK_TRUTH_H
#define GCK_TRUTH_H

#include "draw.h"

#include "exam/check.h"
#include "exam/exact.h"

#include <float.h>

enum { MODES = 3, MOST_RATIOS = 100000 };

static const struct truth_mode {
    const char *name;
    enum gck_type type;
    bool twin;
} truth_mode[MODES] = { { "double", GCK_TYPE_DOUBLE, false },
                  { "float, double differences", GCK_TYPE_FLOAT, true },
                  { "float, float differences", GCK_TYPE_FLOAT, false } };

struct truth {
    size_t elements, judged, missed, ratios;
    double *ratio, worst; /* error over bound, where missed */
};

static inline void truth_count(const struct gck_check *check, struct truth *tally, uint64_t trial)
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

/* One layer, in one mode, at one random setup; many: of many samples. */
static inline void truth_run(const char *name, unsigned m, uint64_t trial, bool many, struct truth *tally)
{
    static struct gck_check check;
    static struct gck_result result;
    static struct draw draw;
    char message[GCK_MESSAGE_SIZE];

    draw_options(&draw, gck_layer_find(name, truth_mode[m].type), trial, true, false);
    if (many)
        draw_many(&draw);
    draw.options.differences_only = true;
    memset(&result, 0, sizeof result);
    if (gck_check_run(&check, gck_layer_find(name, truth_mode[m].type),
                      truth_mode[m].twin ? gck_layer_find(name, GCK_TYPE_DOUBLE) : NULL, &draw.options, &result, message)
            == GCK_OK
        && gck_exact_collect(&check))
        truth_count(&check, tally, trial);
    gck_check_close(&check);
}

#endif
