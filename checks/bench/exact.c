/* exact.c -- what exact derivatives cost: the time of one Forward of the exact twin, which yields GCK_LANES elements'
 * derivatives, over that of one Forward in double; and so for each element. Built with -DGCK_LANES_3 it tells of 3. */
#include "layer/rig.h"

#include "core/blob.h"
#include "core/vector.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

static double seconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* The shortest of many rounds of about a millisecond: others disturb, and never help. */
static double forward_time(struct gck_rig *rig)
{
    double best = INFINITY, start = seconds();
    size_t calls = 1;

    while (gck_rig_forward(rig) == GCK_OK && seconds() - start < 1e-3)
        calls++;
    for (unsigned round = 0; round < 100; round++) {
        start = seconds();
        for (size_t i = 0; i < calls; i++)
            gck_rig_forward(rig);
        best = fmin(best, (seconds() - start) / (double)calls);
    }
    return best;
}

static double measure(const char *name, enum gck_type type, const char *n, const char *c)
{
    const struct gck_layer *const layer = gck_layer_find(name, type);
    struct gck_options options = gck_options_default();
    static struct gck_rig rig;
    struct gck_setup setup;
    char message[GCK_MESSAGE_SIZE];
    double time = NAN;

    if (layer == NULL)
        return NAN;
    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, "N", n };
    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, "C", c };
    if (layer->bottom[0].dims[2] != 0)
        options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, "S", "1" };
    if (gck_setup_open(&setup, layer, &options, message) != GCK_OK
        || gck_rig_open(&rig, layer, &setup, 0, message) != GCK_OK
        || gck_rig_fill(&rig, 0, false) != GCK_OK) {
        printf("%s: %s\n", name, message);
    } else {
        for (unsigned lane = 0; lane < GCK_LANES; lane++)
            gck_poke_lane(rig.bottom[0].data, rig.bottom[0].real_size, lane, lane, 1);
        time = forward_time(&rig);
    }
    gck_rig_close(&rig);
    gck_setup_close(&setup);
    return time;
}

int main(void)
{
    static const char *const name[] = { "euclidean", "softmax_loss", "sigmoid_cross_entropy", "hinge",
                                        "normalize" };
    static const char *const shape[][2] = { { "1", "10" }, { "1000", "10" }, { "1", "1000" },
                                            { "8", "10" } };

    gck_vector_single_thread();
    printf("%d lanes%31s %12s %12s %10s\n", GCK_LANES, "double us", "exact us", "exact/double", "for each");
    for (size_t l = 0; l < sizeof name / sizeof name[0]; l++)
        for (size_t s = 0; s < sizeof shape / sizeof shape[0]; s++) {
            const double usual = measure(name[l], GCK_TYPE_DOUBLE, shape[s][0], shape[s][1]);
            const double exact = measure(name[l], GCK_TYPE_EXACT, shape[s][0], shape[s][1]);

            printf("%-22s %4sx%-4s %8.2f %12.2f %12.2f %10.2f\n", name[l], shape[s][0], shape[s][1],
                   1e6 * usual, 1e6 * exact, exact / usual, exact / usual / GCK_LANES);
        }
    return 0;
}
