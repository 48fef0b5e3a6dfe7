/* probe.c -- what does Backward really read? */
#include "cli/stage.h"

#include "core/blob.h"

#include <stdlib.h>
#include <string.h>

enum gck_status gck_backward_fresh(struct gck_rig *rig)
{
    for (unsigned i = 0; i < rig->setup->weights; i++)
        gck_poke_each(rig->weight[i].diff, rig->weight[i].real_size, rig->weight[i].count, 0);
    return gck_rig_backward(rig);
}

static size_t diff_bytes(const struct gck_rig *rig)
{
    size_t bytes = 0;

    for (unsigned i = 0; i < rig->setup->bottoms; i++)
        bytes += rig->bottom[i].count * rig->bottom[i].real_size;
    for (unsigned i = 0; i < rig->setup->weights; i++)
        bytes += rig->weight[i].count * rig->weight[i].real_size;
    return bytes;
}

static void copy_diffs(const struct gck_rig *rig, unsigned char *to)
{
    for (unsigned i = 0; i < rig->setup->bottoms; i++) {
        const size_t bytes = rig->bottom[i].count * rig->bottom[i].real_size;

        memcpy(to, rig->bottom[i].diff, bytes);
        to += bytes;
    }
    for (unsigned i = 0; i < rig->setup->weights; i++) {
        const size_t bytes = rig->weight[i].count * rig->weight[i].real_size;

        memcpy(to, rig->weight[i].diff, bytes);
        to += bytes;
    }
}

/* A label becomes another one; should that one be refused, it was read. */
static void change(void *array, size_t real_size, size_t count, bool constant)
{
    if (constant)
        gck_poke(array, real_size, 0, gck_peek(array, real_size, 0) == 0 ? 1 : 0);
    for (size_t i = 0; !constant && i < count; i++)
        gck_poke(array, real_size, i, gck_peek(array, real_size, i) * 0.75 + 0.125);
}

bool gck_backward_reads(struct gck_rig *rig, void *array, size_t real_size, size_t count,
                        bool constant)
{
    const size_t bytes = diff_bytes(rig);
    unsigned char *const before = malloc(2 * bytes + 1), *const after = before + bytes;
    void *const kept = malloc(count * real_size);
    bool reads = false;

    if (before != NULL && kept != NULL) {
        gck_backward_fresh(rig);
        copy_diffs(rig, before);
        memcpy(kept, array, count * real_size);
        change(array, real_size, count, constant);
        reads = gck_backward_fresh(rig) != GCK_OK; /* a refusal was provoked by something it read */
        copy_diffs(rig, after);
        reads = reads || memcmp(before, after, bytes) != 0;
        memcpy(array, kept, count * real_size);
        gck_backward_fresh(rig);
    }
    free(before);
    free(kept);
    return reads;
}
