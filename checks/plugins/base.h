/* base.h -- euclidean, with places where a fixture may misbehave. What is not defined before is as
 * it should be. */
#include "gradcheck/layer.h"

#ifndef NAME
#define NAME "misbehaved"
#endif
#ifndef FORMULA
#define FORMULA "E = 1/(2 num) sum (prediction - target)^2"
#endif
#ifndef ABI
#define ABI GCK_ABI
#endif
#ifndef SIZE
#define SIZE sizeof(struct gck_layer)
#endif
#ifndef TYPE
#define TYPE GCK_TYPE
#endif
#ifndef REAL_SIZE
#define REAL_SIZE sizeof(real)
#endif
#ifndef BOTTOMS
#define BOTTOMS bottoms
#endif
#ifndef TOPS
#define TOPS tops
#endif
#ifndef PARAMS
#define PARAMS NULL
#endif
#ifndef BUFFERS
#define BUFFERS 1
#endif
#ifndef FORWARD
#define FORWARD forward
#endif
#ifndef IN_RESHAPE
#define IN_RESHAPE(io) (void)(io)
#endif
#ifndef IN_FORWARD
#define IN_FORWARD(io) (void)(io)
#endif
#ifndef IN_BACKWARD
#define IN_BACKWARD(io) (void)(io)
#endif

#ifndef DESCRIPTOR
#define DESCRIPTOR GCK_LAYER(misbehaved)
#endif

static inline void crash(void)
{
    volatile uintptr_t nobodys = 64;

    *(volatile int *)nobodys = 1;
}

static enum gck_status reshape(struct gck_io *io)
{
    enum gck_status status;

    IN_RESHAPE(io);
    if (gck_count(io, 0) != gck_count(io, 1) || gck_num(io, 0) != gck_num(io, 1))
        return gck_fail(io, GCK_ESHAPE, "prediction holds %zu numbers, target %zu",
                        gck_count(io, 0), gck_count(io, 1));
    status = gck_reshape_like(io, io->buffer[0], io->bottom[0]);
    return status != GCK_OK ? status : gck_reshape_scalar(io, io->top[0]);
}

static inline enum gck_status forward(struct gck_io *io)
{
    real *difference = gck_buffer(io, 0);
    const size_t count = gck_count(io, 0);

    for (size_t i = 0; i < count; i++)
        difference[i] = gck_bottom(io, 0)[i] - gck_bottom(io, 1)[i];
    gck_top(io, 0)[0] = gck_dot(count, difference, difference) / (2 * (real)gck_num(io, 0));
    IN_FORWARD(io);
    return GCK_OK;
}

static enum gck_status backward(struct gck_io *io)
{
    const real scale = gck_top_diff(io, 0)[0] / (real)gck_num(io, 0);

    for (unsigned i = 0; i < 2; i++)
        if (gck_bottom_diff(io, i) != NULL)
            gck_axpby(gck_count(io, i), i == 0 ? scale : -scale, gck_buffer(io, 0), 0,
                      gck_bottom_diff(io, i));
    IN_BACKWARD(io);
    return GCK_OK;
}

#ifndef OWN_PORTS
static const struct gck_port bottoms[] = {
    { .name = "prediction", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    { .name = "target", .dims = { GCK_N, GCK_C, GCK_S }, .fill = GCK_GAUSSIAN },
    GCK_END,
};
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };
#endif

DESCRIPTOR = {
    .abi = ABI,
    .size = SIZE,
    .type = TYPE,
    .real_size = REAL_SIZE,
    .name = NAME,
    .caffe_type = "EuclideanLoss",
    .formula = FORMULA,
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = BOTTOMS,
    .top = TOPS,
    .buffers = BUFFERS,
    .param = PARAMS,
    .reshape = reshape,
    .forward = FORWARD,
    .backward = backward,
};
