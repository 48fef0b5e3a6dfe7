/* exact.c -- what exact derivatives cost: the time of Forward of the exact twin and of reading its tape, which yields the
 * derivatives by all elements, over that of one Forward in double; and so for each element. bench/table has
 * what its exam costs beside the others. */
#include "core/blob.h"
#include "core/tape.h"
#include "core/vector.h"
#include "layer/rig.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

static double seconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* The inputs whose derivatives are wanted get their places. */
static size_t place(struct gck_rig *rig)
{
    size_t inputs = 0;

    for (unsigned i = 0; i < rig->setup->bottoms; i++)
        if (rig->propagate_down[i]) {
            gck_poke_places(rig->bottom[i].data, rig->bottom[i].real_size, rig->bottom[i].count, 1 + inputs);
            inputs += rig->bottom[i].count;
        }
    for (unsigned i = 0; i < rig->setup->weights; i++) {
        gck_poke_places(rig->weight[i].data, rig->weight[i].real_size, rig->weight[i].count, 1 + inputs);
        inputs += rig->weight[i].count;
    }
    return inputs;
}

static void once(struct gck_rig *rig)
{
    double *adjoint;

    if (rig->layer->type != GCK_TYPE_EXACT) {
        gck_rig_forward(rig);
        return;
    }
    gck_tape_start(place(rig));
    gck_rig_forward(rig);
    adjoint = gck_tape_adjoints();
    for (unsigned t = 0; t < rig->setup->tops && adjoint != NULL; t++)
        for (size_t i = 0; i < rig->top[t].count; i++)
            adjoint[gck_peek_place(rig->top[t].data, rig->top[t].real_size, i)] += 1;
    if (adjoint != NULL)
        gck_tape_sweep();
}

/* The shortest of many rounds of about a millisecond: others disturb, and never help. */
static double time_of(struct gck_rig *rig)
{
    double best = (double)INFINITY, start = seconds();
    size_t calls = 0;

    do {
        once(rig);
        calls++;
    } while (seconds() - start < 1e-3);
    for (unsigned round = 0; round < 100; round++) {
        start = seconds();
        for (size_t i = 0; i < calls; i++)
            once(rig);
        best = fmin(best, (seconds() - start) / (double)calls);
    }
    return best;
}

static double measure(const char *name, enum gck_type type, const char *n, const char *c, size_t *inputs)
{
    const struct gck_layer *const layer = gck_layer_find(name, type);
    struct gck_options options = gck_options_default();
    static struct gck_rig rig;
    struct gck_setup setup;
    char message[GCK_MESSAGE_SIZE];
    double time = (double)NAN;

    if (layer == NULL)
        return (double)NAN;
    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, "N", n };
    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, "C", c };
    if (layer->bottom[0].dims[2] != 0)
        options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, "S", "1" };
    if (gck_setup_open(&setup, layer, &options, message) != GCK_OK
        || gck_rig_open(&rig, layer, &setup, 0, message) != GCK_OK
        || gck_rig_fill(&rig, 0, false) != GCK_OK) {
        printf("%s: %s\n", name, message);
    } else {
        *inputs = place(&rig);
        time = time_of(&rig);
    }
    gck_rig_close(&rig);
    gck_setup_close(&setup);
    return time;
}

int main(void)
{
    static const char *const name[] = { "euclidean", "softmax_loss", "sigmoid_cross_entropy", "hinge",
                                        "normalize", "contrastive", "inner_product" };
    static const char *const shape[][2] = { { "1", "10" }, { "8", "10" }, { "1000", "10" }, { "1", "1000" } };

    gck_vector_single_thread();
    printf("%39s %10s %12s %12s %10s\n", "elements", "double us", "exact us", "exact/double", "for each");
    for (size_t l = 0; l < sizeof name / sizeof name[0]; l++)
        for (size_t s = 0; s < sizeof shape / sizeof shape[0]; s++) {
            size_t inputs = 0;
            const double usual = measure(name[l], GCK_TYPE_DOUBLE, shape[s][0], shape[s][1], &inputs);
            const double exact = measure(name[l], GCK_TYPE_EXACT, shape[s][0], shape[s][1], &inputs);

            printf("%-22s %4sx%-4s %7zu %9.3f %12.3f %12.2f %10.4f\n", name[l], shape[s][0], shape[s][1], inputs,
                   1e6 * usual, 1e6 * exact, exact / usual, exact / usual / (double)inputs);
        }
    gck_tape_free();
    return 0;
}
