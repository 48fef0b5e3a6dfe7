/* put_back.c -- passes of a layer that changes what it only may read. */
#include "layer/put_back.h"

#include "core/pages.h"
#include "layer/rig.h"

#include <stdlib.h>
#include <string.h>

enum { BOTTOMS, WEIGHTS, TOP_DIFFS, TOP_DATA, KINDS };

/* One array: before Forward, as Forward left it, before Backward. */
struct kept {
    char *before, *left, *between;
    size_t bytes;
    bool changed; /* by Forward */
};

struct gck_kept {
    struct kept array[KINDS][GCK_MAX_PORTS];
};

static unsigned arrays(const struct gck_rig *rig, unsigned kind)
{
    return kind == BOTTOMS ? rig->setup->bottoms : kind == WEIGHTS ? rig->setup->weights : rig->setup->tops;
}

/* The array itself; its size in bytes into the other two. */
static char *array_at(const struct gck_rig *rig, unsigned kind, unsigned i, size_t *bytes, size_t *real_size)
{
    const struct gck_blob *const blob = kind == BOTTOMS   ? &rig->bottom[i]
                                        : kind == WEIGHTS ? &rig->weight[i]
                                                          : &rig->top[i];

    *bytes = blob->count * blob->real_size;
    *real_size = blob->real_size;
    return kind == TOP_DIFFS ? blob->diff : blob->data;
}

void gck_put_back_free(struct gck_rig *rig)
{
    for (unsigned kind = 0; kind < KINDS && rig->kept != NULL; kind++)
        for (unsigned i = 0; i < GCK_MAX_PORTS; i++)
            gck_pages_free(rig->kept->array[kind][i].before);
    free(rig->kept);
    rig->kept = NULL;
}

void gck_put_back_forget(struct gck_rig *rig)
{
    for (unsigned kind = 0; kind < KINDS && rig->kept != NULL; kind++)
        for (unsigned i = 0; i < GCK_MAX_PORTS; i++)
            rig->kept->array[kind][i].changed = false;
}

/* Room for all arrays at their present sizes. */
static bool make_room(struct gck_rig *rig)
{
    if (rig->kept == NULL)
        rig->kept = calloc(1, sizeof *rig->kept);
    for (unsigned kind = 0; kind < KINDS && rig->kept != NULL; kind++)
        for (unsigned i = 0; i < arrays(rig, kind); i++) {
            struct kept *const kept = &rig->kept->array[kind][i];
            size_t bytes, real_size;

            array_at(rig, kind, i, &bytes, &real_size);
            if (bytes == kept->bytes)
                continue;
            gck_pages_free(kept->before);
            *kept = (struct kept){ .before = gck_pages_new(3 * bytes) };
            if (kept->before == NULL)
                return false;
            kept->bytes = bytes;
            kept->left = kept->before + bytes;
            kept->between = kept->left + bytes;
        }
    return rig->kept != NULL;
}

enum gck_status gck_put_back_forward(struct gck_rig *rig)
{
    const bool room = make_room(rig);
    enum gck_status status;

    for (unsigned kind = 0; kind < TOP_DATA && room; kind++)
        for (unsigned i = 0; i < arrays(rig, kind); i++) {
            size_t bytes, real_size;
            const char *const array = array_at(rig, kind, i, &bytes, &real_size);

            memcpy(rig->kept->array[kind][i].before, array, bytes);
        }
    status = rig->layer->forward(&rig->io);
    for (unsigned kind = 0; kind < TOP_DATA && room; kind++)
        for (unsigned i = 0; i < arrays(rig, kind); i++) {
            struct kept *const kept = &rig->kept->array[kind][i];
            size_t bytes, real_size;
            char *const array = array_at(rig, kind, i, &bytes, &real_size);

            kept->changed = memcmp(array, kept->before, bytes) != 0;
            if (kept->changed) {
                memcpy(kept->left, array, bytes);
                memcpy(array, kept->before, bytes);
            }
        }
    return status;
}

enum gck_status gck_put_back_backward(struct gck_rig *rig)
{
    const bool room = make_room(rig);
    enum gck_status status;

    for (unsigned kind = 0; kind < KINDS && room; kind++)
        for (unsigned i = 0; i < arrays(rig, kind); i++) {
            const struct kept *const kept = &rig->kept->array[kind][i];
            size_t bytes, real_size;
            char *const array = array_at(rig, kind, i, &bytes, &real_size);

            memcpy(kept->between, array, bytes);
            for (size_t at = 0; at < bytes && kept->changed; at += real_size)
                if (memcmp(kept->left + at, kept->before + at, real_size) != 0
                    && memcmp(array + at, kept->before + at, real_size) == 0)
                    memcpy(array + at, kept->left + at, real_size);
        }
    status = rig->layer->backward(&rig->io);
    for (unsigned kind = 0; kind < KINDS && room; kind++)
        for (unsigned i = 0; i < arrays(rig, kind); i++) {
            size_t bytes, real_size;
            char *const array = array_at(rig, kind, i, &bytes, &real_size);

            memcpy(array, rig->kept->array[kind][i].between, bytes);
        }
    return status;
}
