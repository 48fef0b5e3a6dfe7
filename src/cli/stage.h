/* stage.h -- a layer set up so small that its numbers can be followed by eye. */
#ifndef GCK_CLI_STAGE_H
#define GCK_CLI_STAGE_H

#include "cli/options.h"
#include "layer/rig.h"

struct gck_stage {
    const struct gck_layer *layer;
    struct gck_options ask;
    struct gck_setup setup;
    struct gck_rig rig;
    double weight; /* the first loss weight: the story is told with it */
};

/* 2 samples, 3 channels, 1 position and loss weights 1, 2, 0.3 where the user asks for nothing
 * else, filled. May be closed after every return; is not to be moved while open. */
enum gck_status gck_stage_open(struct gck_stage *stage, const struct gck_cli *cli,
                               const struct gck_layer *layer, char *message);
void gck_stage_close(struct gck_stage *stage);

/* ---- probe.c: what does Backward really read? Found out by changing one array and looking at the
 * diffs. ---- */

/* Does any bottom or weight diff change when this array (data or diff of a blob of the rig, count
 * elements) is changed after Forward? The array is put back and Backward called once more.
 * constant: of labels and the like, which take whole numbers only. */
bool gck_backward_reads(struct gck_rig *rig, void *array, size_t real_size, size_t count,
                        bool constant);

/* Weight diffs to 0, then Backward: what it adds is all that is in them. */
enum gck_status gck_backward_fresh(struct gck_rig *rig);

#endif
