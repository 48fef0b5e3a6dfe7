/* cost.c -- what an exam costs: forwards for each element at the usual shapes (all, and those of the gradient exam with
 * the calibration of its noise), and how much of the exam's CPU time is
 * the layer's own at about a thousand elements (the time of as many bare Forwards and Backwards over the exam's). */
#include "layer/rig.h"

#include "core/vector.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static double cpu_seconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static size_t elements(const struct gck_result *result)
{
    size_t count = 0;

    for (unsigned p = 0; p < result->ports; p++)
        count += result->port[p].elements;
    return count;
}

/* As many Forwards and Backwards as the exam took, and nothing else. */
static double bare(const struct gck_layer *layer, const struct gck_options *options,
                   const struct gck_result *result)
{
    struct gck_setup setup;
    static struct gck_rig rig;
    char message[GCK_MESSAGE_SIZE];
    double start = 0, seconds = 0;

    if (gck_setup_open(&setup, layer, options, message) == GCK_OK
        && gck_rig_open(&rig, layer, &setup, 0, message) == GCK_OK
        && gck_rig_fill(&rig, 0, false) == GCK_OK) {
        gck_rig_weigh(&rig, 1.375);
        start = cpu_seconds();
        for (uint64_t i = 0; i < result->forwards; i++)
            rig.layer->forward(&rig.io);
        for (uint64_t i = 0; i < result->backwards; i++)
            rig.layer->backward(&rig.io);
        seconds = cpu_seconds() - start;
    }
    gck_rig_close(&rig);
    gck_setup_close(&setup);
    return seconds;
}

static void examine(const struct gck_layer *layer, bool large, struct gck_result *result,
                    struct gck_options *options, double *seconds)
{
    double start;

    *options = gck_options_default();
    if (large) { /* 10 x 20 x 5, or 10 x 100 */
        const char *size[] = { "10", "100", "5", "10" };
        const char *const name[] = { "N", "C", "S", "K" };

        for (unsigned d = 0; d < GCK_DIMS; d++) {
            bool used = false;

            for (const struct gck_port *p = layer->bottom; p->name != NULL; p++)
                for (unsigned a = 0; a < GCK_MAX_AXES; a++)
                    used = used || (p->dims[a] & 1u << d) != 0;
            for (const struct gck_port *p = layer->weight; p != NULL && p->name != NULL; p++)
                for (unsigned a = 0; a < GCK_MAX_AXES; a++)
                    used = used || (p->dims[a] & 1u << d) != 0;
            if (used && d == 2)
                options->given[1].value = "20";
            if (used)
                options->given[options->givens++] = (struct gck_given){ GCK_GIVEN_DIM, name[d], size[d] };
        }
    }
    memset(result, 0, sizeof *result);
    start = cpu_seconds();
    gck_examine(layer, NULL, options, result);
    *seconds = cpu_seconds() - start;
}

int main(void)
{
    static struct gck_result result;
    struct gck_options options;
    const struct gck_layer *layer;
    double seconds;

    gck_vector_single_thread();
    printf("%-22s | %8s %8s %8s %8s | %8s %8s %9s %9s %8s\n", "double", "elements", "forwards", "each",
           "gradient", "elements", "forwards", "exam ms", "layer ms", "share %");
    for (size_t l = 0; (layer = gck_layer_at(l, GCK_TYPE_DOUBLE)) != NULL; l++) {
        double own = 0, all = 0;

        examine(layer, false, &result, &options, &seconds);
        printf("%-22s | %8zu %8llu %8.2f %8.2f |", layer->name, elements(&result),
               (unsigned long long)result.forwards, (double)result.forwards / (double)elements(&result),
               (double)result.gradient_forwards / (double)elements(&result));
        for (unsigned round = 0; round < 5; round++) {
            examine(layer, true, &result, &options, &seconds);
            all += seconds;
            own += bare(layer, &options, &result);
        }
        printf(" %8zu %8llu %9.3f %9.3f %8.1f\n", elements(&result), (unsigned long long)result.forwards,
               200 * all, 200 * own, 100 * own / all);
    }
    return 0;
}
