/* compare.c -- a mutant beside the layer that it was made from. */
#include "compare.h"

#include "core/blob.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- one run ---- */

bool run_open(struct run *run, const struct gck_layer *layer, const struct gck_options *options)
{
    char message[GCK_MESSAGE_SIZE];

    memset(run, 0, sizeof *run);
    return gck_setup_open(&run->setup, layer, options, message) == GCK_OK
           && gck_rig_open(&run->rig, layer, &run->setup, 0, message) == GCK_OK;
}

void run_close(struct run *run)
{
    gck_rig_close(&run->rig);
    gck_setup_close(&run->setup);
}

void preset(struct gck_blob *blob, unsigned blobs, double value)
{
    for (unsigned b = 0; b < blobs; b++)
        gck_poke_each(blob[b].diff, blob[b].real_size, blob[b].count, value);
}

void run_once(struct run *run, unsigned variant, double weight, int asked)
{
    struct gck_rig *const rig = &run->rig;

    for (unsigned b = 0; b < run->setup.bottoms; b++)
        rig->propagate_down[b] = asked < 0 ? !run->setup.bottom[b].port->constant : (int)b == asked;
    gck_rig_fill(rig, variant, false);
    for (unsigned b = 0; b < rig->buffers; b++)
        gck_poke_each(rig->buffer[b].data, rig->buffer[b].real_size, rig->buffer[b].count, 0.75);
    for (unsigned t = 0; t < run->setup.tops; t++)
        gck_poke_each(rig->top[t].data, rig->top[t].real_size, rig->top[t].count, 0.625);
    preset(rig->bottom, run->setup.bottoms, 3.25);
    preset(rig->weight, run->setup.weights, 0.5);
    gck_rig_weigh(rig, weight);
    run->forward = gck_rig_forward(rig);
    run->backward = run->forward == GCK_OK ? gck_rig_backward(rig) : GCK_OK;
}

bool in_child(void (*work)(void *context, void *answer), void *context, void *answer, size_t size)
{
    int ends[2], status = 0;
    pid_t child;
    ssize_t got = 0;

    if (pipe(ends) != 0)
        return false;
    fflush(NULL);
    child = fork();
    if (child == 0) {
        alarm(20);
        if (freopen("/dev/null", "w", stderr) == NULL) /* what malloc says of a mutant that writes astray */
            _exit(1);
        work(context, answer);
        _exit(write(ends[1], answer, size) == (ssize_t)size ? 0 : 1);
    }
    close(ends[1]);
    got = child > 0 ? read(ends[0], answer, size) : -1;
    close(ends[0]);
    if (child > 0)
        waitpid(child, &status, 0);
    return got == (ssize_t)size && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- the comparison ---- */

static enum difference worse(enum difference a, enum difference b)
{
    return (a == IN_FORWARD && b == IN_BACKWARD) || (a == IN_BACKWARD && b == IN_FORWARD) ? IN_BOTH : a > b ? a : b;
}

static enum difference values_differ(const struct gck_blob *a, const struct gck_blob *b, bool diff,
                                     enum difference where)
{
    const double *const x = diff ? a->diff : a->data, *const y = diff ? b->diff : b->data;
    double largest = 0, apart = 0;

    if (a->count != b->count)
        return where;
    if (memcmp(x, y, a->count * sizeof *x) == 0)
        return SAME_BITS;
    for (size_t i = 0; i < a->count; i++) {
        if (isnan(x[i]) != isnan(y[i]))
            return where;
        if (!isnan(x[i]) && !(x[i] == y[i])) {
            largest = fmax(largest, fabs(x[i]));
            apart = fmax(apart, fabs(x[i] - y[i]));
        }
    }
    return apart <= 1e-11 * largest ? BY_ROUNDING : where;
}

static enum difference differ(const struct run *a, const struct run *b)
{
    enum difference found = SAME_BITS;

    if (a->forward != b->forward)
        return IN_FORWARD;
    for (unsigned t = 0; t < a->setup.tops && a->forward == GCK_OK; t++)
        found = worse(found, values_differ(&a->rig.top[t], &b->rig.top[t], false, IN_FORWARD));
    if (a->backward != b->backward)
        found = worse(found, IN_BACKWARD);
    for (unsigned i = 0; i < a->setup.bottoms; i++) {
        found = worse(found, values_differ(&a->rig.bottom[i], &b->rig.bottom[i], true, IN_BACKWARD));
        found = worse(found, values_differ(&a->rig.bottom[i], &b->rig.bottom[i], false, IN_BACKWARD));
    }
    for (unsigned i = 0; i < a->setup.weights; i++)
        found = worse(found, values_differ(&a->rig.weight[i], &b->rig.weight[i], true, IN_BACKWARD));
    return found;
}

static enum difference compare_here(const struct gck_layer *original, const struct gck_layer *mutant,
                                    const struct setting *setting)
{
    static struct run a, b;
    enum difference found = SAME_BITS;
    const bool opened = run_open(&a, original, &setting->options);

    if (run_open(&b, mutant, &setting->options) != opened)
        found = IN_FORWARD;
    for (unsigned variant = 0; opened && variant < 3; variant++)
        for (int asked = -1; asked < (variant == 0 ? (int)a.setup.bottoms : 0); asked++)
            if (asked < 0 || !a.setup.bottom[asked].port->constant) {
                run_once(&a, variant, 1.375, asked);
                run_once(&b, variant, 1.375, asked);
                found = worse(found, differ(&a, &b));
            }
    run_close(&a);
    run_close(&b);
    return found;
}

static void compare_work(void *context, void *answer)
{
    const struct pair *const pair = context;

    *(enum difference *)answer = compare_here(pair->original, pair->mutant, pair->setting);
}

enum difference compare(const struct gck_layer *original, const struct gck_layer *mutant, const struct setting *setting)
{
    struct pair pair = { original, mutant, setting };
    enum difference found = BY_CRASH;

    return in_child(compare_work, &pair, &found, sizeof found) ? found : BY_CRASH;
}
