/* io.c -- what a layer may ask of the host while it runs: to explain a refusal, to shape a blob. */
#include "core/blob.h"
#include "gradcheck/layer.h"

#include <stdarg.h>
#include <stdio.h>

enum gck_status gck_fail(struct gck_io *io, enum gck_status status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(io->message, GCK_MESSAGE_SIZE, format, arguments);
    va_end(arguments);
    return status;
}

/* A pointer beyond those that the descriptor announces is NULL. */
static enum gck_status not_there(struct gck_io *io)
{
    return gck_fail(io, GCK_ELOAD,
                    "reshape speaks of a blob that there is not: the descriptor announces %u buffers (.buffers), %u tops and %u "
                    "bottoms",
                    io->layer->buffers, io->tops, io->bottoms);
}

enum gck_status gck_reshape(struct gck_io *io, struct gck_blob *blob, const struct gck_shape *shape)
{
    return blob == NULL ? not_there(io) : gck_blob_reshape(blob, shape, io->message);
}

enum gck_status gck_reshape_like(struct gck_io *io, struct gck_blob *blob, const struct gck_blob *like)
{
    return like == NULL ? not_there(io) : gck_reshape(io, blob, &like->shape);
}

enum gck_status gck_reshape_scalar(struct gck_io *io, struct gck_blob *blob)
{
    const struct gck_shape scalar = { .axes = 0 };

    return gck_reshape(io, blob, &scalar);
}
