/* snapshot.c -- all blobs of a rig, remembered, so that one can see what a call changed. */
#include "exam/snapshot.h"

#include "core/blob.h"
#include "core/pages.h"

#include <string.h>

unsigned gck_blobs_count(const struct gck_rig *rig, enum gck_blobs kind)
{
    return kind == GCK_BOTTOMS ? rig->setup->bottoms
           : kind == GCK_TOPS  ? rig->setup->tops
                               : rig->setup->weights;
}

struct gck_blob *gck_blobs_at(struct gck_rig *rig, enum gck_blobs kind, unsigned index)
{
    return kind == GCK_BOTTOMS ? &rig->bottom[index]
           : kind == GCK_TOPS  ? &rig->top[index]
                               : &rig->weight[index];
}

const char *gck_blobs_name(const struct gck_rig *rig, enum gck_blobs kind, unsigned index)
{
    return kind == GCK_BOTTOMS ? rig->setup->bottom[index].name
           : kind == GCK_TOPS  ? rig->layer->top[index].name
                               : rig->setup->weight[index].name;
}

static const struct gck_blob *blob(const struct gck_rig *rig, enum gck_blobs kind, unsigned index)
{
    return gck_blobs_at((struct gck_rig *)rig, kind, index);
}

/* The memory of what was copied before is used again. */
static bool keep(const void **kept, void **own, const void *array, size_t bytes, const void *like)
{
    if (like != NULL && memcmp(array, like, bytes) == 0) {
        *kept = like;
        return true;
    }
    if (*own == NULL)
        *own = gck_pages_new(bytes);
    if (*own != NULL)
        memcpy(*own, array, bytes);
    *kept = *own;
    return *own != NULL;
}

bool gck_snapshot_take(struct gck_snapshot *snapshot, const struct gck_rig *rig, enum gck_blobs kind, bool diff,
                       const struct gck_snapshot *like)
{
    bool complete = true;

    for (unsigned i = 0; i < gck_blobs_count(rig, kind); i++) {
        const struct gck_blob *const from = blob(rig, kind, i);
        const void *const same = like == NULL ? NULL : diff ? like->diff[kind][i] : like->data[kind][i];

        complete = keep(diff ? &snapshot->diff[kind][i] : &snapshot->data[kind][i],
                        diff ? &snapshot->own_diff[kind][i] : &snapshot->own_data[kind][i], diff ? from->diff : from->data,
                        from->count * from->real_size, same)
                   && complete;
    }
    return complete;
}

bool gck_snapshot_take_all(struct gck_snapshot *snapshot, const struct gck_rig *rig, const struct gck_snapshot *like)
{
    bool complete = true;

    for (unsigned kind = 0; kind < GCK_BLOB_KINDS; kind++) {
        complete = gck_snapshot_take(snapshot, rig, kind, false, like) && complete;
        complete = gck_snapshot_take(snapshot, rig, kind, true, like) && complete;
    }
    return complete;
}

void gck_snapshot_free(struct gck_snapshot *snapshot)
{
    for (unsigned kind = 0; kind < GCK_BLOB_KINDS; kind++)
        for (unsigned i = 0; i < GCK_MAX_PORTS; i++) {
            gck_pages_free(snapshot->own_data[kind][i]);
            gck_pages_free(snapshot->own_diff[kind][i]);
        }
    memset(snapshot, 0, sizeof *snapshot);
}

/* In a forked child what is written where the same stands would come into a page of its own. */
static void put_back(void *to, const void *from, size_t bytes)
{
    if (from != NULL && memcmp(to, from, bytes) != 0)
        memcpy(to, from, bytes);
}

void gck_snapshot_restore(const struct gck_snapshot *snapshot, struct gck_rig *rig)
{
    for (unsigned kind = 0; kind < GCK_BLOB_KINDS; kind++)
        for (unsigned i = 0; i < gck_blobs_count(rig, kind); i++) {
            struct gck_blob *const to = gck_blobs_at(rig, kind, i);

            put_back(to->data, snapshot->data[kind][i], to->count * to->real_size);
            put_back(to->diff, snapshot->diff[kind][i], to->count * to->real_size);
        }
}

bool gck_snapshot_same(const struct gck_snapshot *snapshot, const struct gck_rig *rig,
                       enum gck_blobs kind, unsigned index, bool diff, size_t *first)
{
    const struct gck_blob *const now = blob(rig, kind, index);
    const void *const was = diff ? snapshot->diff[kind][index] : snapshot->data[kind][index];

    return was == NULL /* there was no memory to remember it: gck_pages_lacked */
           || gck_same_bits(was, diff ? now->diff : now->data, now->real_size, now->count, first);
}

void gck_snapshot_restore_inputs(const struct gck_snapshot *snapshot, struct gck_rig *rig)
{
    for (unsigned kind = 0; kind < GCK_BLOB_KINDS; kind++)
        for (unsigned i = 0; kind != GCK_TOPS && i < gck_blobs_count(rig, kind); i++) {
            struct gck_blob *const to = gck_blobs_at(rig, kind, i);

            put_back(to->data, snapshot->data[kind][i], to->count * to->real_size);
        }
}

bool gck_snapshot_same_inputs(const struct gck_snapshot *snapshot, const struct gck_rig *rig)
{
    size_t first;

    for (unsigned kind = 0; kind < GCK_BLOB_KINDS; kind++)
        for (unsigned i = 0; kind != GCK_TOPS && i < gck_blobs_count(rig, kind); i++)
            if (snapshot->data[kind][i] == NULL || !gck_snapshot_same(snapshot, rig, kind, i, false, &first))
                return false;
    return true;
}
