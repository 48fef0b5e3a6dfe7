/* program.c -- a host program that has layers of its own and examines them with the installed library. */
#include <gradcheck/gradcheck.h>

#include <stdio.h>
#include <stdlib.h>

static enum gck_status reshape(struct gck_io *io)
{
    return gck_reshape_scalar(io, io->top[0]);
}

static enum gck_status forward(struct gck_io *io)
{
    const size_t count = gck_count(io, 0);
    const real *x = gck_bottom(io, 0);

    gck_top(io, 0)[0] = gck_dot(count, x, x) / (2 * (real)gck_num(io, 0));
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real scale = gck_top_diff(io, 0)[0] / (real)gck_num(io, 0);

    if (gck_bottom_diff(io, 0) != NULL)
        gck_axpby(gck_count(io, 0), scale, gck_bottom(io, 0), 0, gck_bottom_diff(io, 0));
    return GCK_OK;
}

static enum gck_status backward_deaf(struct gck_io *io)
{
    const real scale = 1 / (real)gck_num(io, 0);

    if (gck_bottom_diff(io, 0) != NULL)
        gck_axpby(gck_count(io, 0), scale, gck_bottom(io, 0), 0, gck_bottom_diff(io, 0));
    return GCK_OK;
}

static enum gck_status backward_crashing(struct gck_io *io)
{
    (void)io;
    abort();
}

static const struct gck_port bottoms[] = {
    { .name = "x", .dims = { GCK_N, GCK_C }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

#define SQUARED(called, its_backward)                                                              \
    { GCK_THIS_ABI, .name = called, .formula = "E = 1/(2 num) sum x^2", .loss = true,              \
      .norm = GCK_NORM_MEAN, .bottom = bottoms, .top = tops, .reshape = reshape,                   \
      .forward = forward, .backward = its_backward }

static const struct gck_layer squared = SQUARED("squared", backward);
static const struct gck_layer deaf = SQUARED("deaf", backward_deaf);
static const struct gck_layer crashing = SQUARED("crashing", backward_crashing);

static void tell(const char *where, const struct gck_result *result)
{
    static const char *const verdict[] = { "pass", "fail", "inconclusive", "skipped", "error" };

    printf("%s %s: %s", result->layer, where, verdict[result->verdict]);
    for (unsigned i = 0; i < result->findings; i++)
        printf(" GC%u", result->finding[i].code);
    printf(", exit %d\n", gck_exit_code(result, 1));
    fflush(stdout);
}

int main(void)
{
    const struct gck_options options = gck_options_default();
    static struct gck_result result;

    gck_examine(&squared, NULL, &options, &result);
    tell("here", &result);
    gck_examine(&deaf, NULL, &options, &result);
    tell("here", &result);
    gck_examine_in_worker(&squared, NULL, &options, &result);
    tell("in a worker", &result);
    gck_examine_in_worker(&deaf, NULL, &options, &result);
    tell("in a worker", &result);
    gck_examine_in_worker(&crashing, NULL, &options, &result);
    tell("in a worker", &result);
    return 0;
}
