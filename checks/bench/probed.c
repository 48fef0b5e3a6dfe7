/* probed.c -- what probing a coupled loss costs and sees: dice, with errors planted in its Backward.
 *
 *     probed [SEEDS]     the mean of so many seeds for each figure (default 20; a tenth of them at a million elements)
 *
 * Forwards of the gradient exam where all is right, where one element has the wrong sign, and where ten are 0; how small an
 * error of one element has to show by the report, in every element and so in the least one; and how many single errors of
 * relative size r are found: those of elements that are not much smaller than the median. Then how often all diffs are called
 * wrong that are off by one factor 1 + r, and a hundredth of them in a row, that are twice what they should be. */
#include "spoiled.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct gck_result result;

/* A right layer called wrong, or an element that nobody planted. */
static unsigned alarms;

static void ask(enum gck_type type)
{
    const struct gck_layer layer = spoiled(type), twin = spoiled(GCK_TYPE_DOUBLE);

    options.differences_only = true;
    memset(&result, 0, sizeof result);
    gck_examine(&layer, type == GCK_TYPE_FLOAT ? &twin : NULL, &options, &result);
}

static bool examine(enum gck_type type)
{
    const struct gck_port_result *const port = &result.port[0];

    ask(type);
    alarms += places == 0 ? result.verdict != GCK_PASS : port->disagree > places;
    alarms += places == 1 && port->disagree > 0 && port->worst.flat != place[0];
    return port->disagree == places;
}

static double rate(enum gck_type type, size_t samples, uint64_t seeds, double r)
{
    unsigned found = 0;

    for (uint64_t seed = 0; seed < seeds; seed++) {
        right(samples, seed);
        plant(1, 1 + r, seed, samples * 21);
        found += examine(type);
    }
    return 100.0 * found / (double)seeds;
}

static void forwards(enum gck_type type, size_t samples, uint64_t seeds)
{
    double clean = 0, one = 0, ten = 0, recall = 0, sees = 0;

    for (uint64_t seed = 0; seed < seeds; seed++) {
        right(samples, seed);
        examine(type);
        clean += (double)result.gradient_forwards;
        sees = fmax(sees, result.port[0].sees);
        right(samples, seed);
        plant(1, -1, seed, samples * 21);
        examine(type);
        one += (double)result.gradient_forwards;
        right(samples, seed);
        plant(10, 0, seed, samples * 21);
        examine(type);
        ten += (double)result.gradient_forwards;
        recall += (double)result.port[0].disagree / 10;
    }
    printf("%-7s %9zu %7.0f %7.0f %7.0f %7.2f %9.1g", type == GCK_TYPE_FLOAT ? "float" : "double", samples * 21,
           clean / (double)seeds, one / (double)seeds, ten / (double)seeds, recall / (double)seeds, sees);
    fflush(stdout);
}

/* All diffs times 1 + r; r = 0: a run of a hundredth of them twice. */
static void many(enum gck_type type, size_t samples, uint64_t seeds, const double *r, size_t sizes)
{
    printf("%-7s %9zu", type == GCK_TYPE_FLOAT ? "float" : "double", samples * 21);
    for (size_t k = 0; k <= sizes; k++) {
        double found = 0, forwards = 0;

        for (uint64_t seed = 0; seed < seeds; seed++) {
            right(samples, seed);
            if (k < sizes) {
                everywhere = 1 + r[k];
            } else {
                times = 2;
                run_length = samples * 21 / 100;
                run_first = gck_below(seed, 6, 0, samples * 21 - run_length);
            }
            ask(type);
            found += result.port[0].disagree > 0;
            forwards += (double)result.gradient_forwards;
        }
        printf(k < sizes ? " %6.0f" : " %7.0f", 100 * found / (double)seeds);
        if (k == sizes)
            printf(" %9.0f", forwards / (double)seeds);
        fflush(stdout);
    }
    printf("\n");
}

int main(int argc, char **argv)
{
    static const size_t samples[] = { 1000, 5000, 48000 };
    static const double size[] = { 1e-2, 1e-3, 1e-4, 1e-5, 1e-6 };
    const uint64_t seeds = argc > 1 ? (uint64_t)atoll(argv[1]) : 20;

    printf("                  forwards: all   one     ten           one error   found of single errors of relative size, %%\n");
    printf("%-7s %9s %7s %7s %7s %7s %9s %6s %6s %6s %6s %6s\n", "type", "elements", "right", "wrong", "wrong", "recall",
           "shows", "1e-2", "1e-3", "1e-4", "1e-5", "1e-6");
    for (enum gck_type type = GCK_TYPE_FLOAT; type <= GCK_TYPE_DOUBLE; type++)
        for (size_t n = 0; n < sizeof samples / sizeof samples[0]; n++) {
            const uint64_t times_each = n < 2 ? seeds : (seeds + 9) / 10;

            forwards(type, samples[n], times_each);
            for (size_t r = 0; r < sizeof size / sizeof size[0]; r++) {
                printf(" %6.0f", rate(type, samples[n], times_each, size[r]));
                fflush(stdout);
            }
            printf("\n");
        }
    printf("\n                  called wrong where all are off by one factor, %%   a hundredth in a row, twice\n");
    printf("%-7s %9s %6s %6s %6s %6s %6s %7s %9s\n", "type", "elements", "1e-2", "1e-3", "1e-4", "1e-5", "1e-6", "found",
           "forwards");
    for (enum gck_type type = GCK_TYPE_FLOAT; type <= GCK_TYPE_DOUBLE; type++)
        for (size_t n = 0; n < sizeof samples / sizeof samples[0]; n++)
            many(type, samples[n], n < 2 ? seeds : (seeds + 9) / 10, size, sizeof size / sizeof size[0]);
    printf("called wrong that were right: %u\n", alarms);
    return alarms > 0;
}
