/* snapshot.h -- all blobs of a rig, remembered, so that one can see what a call changed. */
#ifndef GCK_EXAM_SNAPSHOT_H
#define GCK_EXAM_SNAPSHOT_H

#include "layer/rig.h"

enum gck_blobs { GCK_BOTTOMS, GCK_TOPS, GCK_WEIGHTS, GCK_BLOB_KINDS };

struct gck_snapshot {
    const void *data[GCK_BLOB_KINDS][GCK_MAX_PORTS], *diff[GCK_BLOB_KINDS][GCK_MAX_PORTS];
    void *own_data[GCK_BLOB_KINDS][GCK_MAX_PORTS], *own_diff[GCK_BLOB_KINDS][GCK_MAX_PORTS]; /* NULL: somebody else's, or none */
};

/* Remembers the data or the diffs of all blobs of a kind, in an all-zero struct or over what was remembered of a rig of these
 * shapes. An array that holds the same bits as that of `like` (NULL, or one that lives longer and is not taken anew meanwhile) is
 * borrowed there, and others are copied. False without memory; free it after every return. */
bool gck_snapshot_take(struct gck_snapshot *snapshot, const struct gck_rig *rig, enum gck_blobs kind, bool diff,
                       const struct gck_snapshot *like);
bool gck_snapshot_take_all(struct gck_snapshot *snapshot, const struct gck_rig *rig, const struct gck_snapshot *like);
void gck_snapshot_free(struct gck_snapshot *snapshot);

/* Puts all bottoms, tops and weights back as they were; writes nothing where they are so. */
void gck_snapshot_restore(const struct gck_snapshot *snapshot, struct gck_rig *rig);

/* Has the rig's blob the same bits now? Else *first is the first element that differs. */
bool gck_snapshot_same(const struct gck_snapshot *snapshot, const struct gck_rig *rig,
                       enum gck_blobs kind, unsigned index, bool diff, size_t *first);

/* The data of bottoms and weights alone: put back; are they the same in every bit? False also where none were taken. */
void gck_snapshot_restore_inputs(const struct gck_snapshot *snapshot, struct gck_rig *rig);
bool gck_snapshot_same_inputs(const struct gck_snapshot *snapshot, const struct gck_rig *rig);

unsigned gck_blobs_count(const struct gck_rig *rig, enum gck_blobs kind);
struct gck_blob *gck_blobs_at(struct gck_rig *rig, enum gck_blobs kind, unsigned index);
const char *gck_blobs_name(const struct gck_rig *rig, enum gck_blobs kind, unsigned index);

#endif
