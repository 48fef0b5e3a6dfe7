/* put_back.h -- passes of a layer that changes what it only may read: each begins with the host's own numbers.
 *
 * Data of bottoms and learnable weights and the tops' diffs are as they were after every pass, and so are the tops' data after
 * Backward. What Forward changed Backward sees as Forward left it, unless the host has written something else there since: so
 * both compute what they compute when they run once over fresh data, and whatever else is wrong can be told apart from that. */
#ifndef GCK_LAYER_PUT_BACK_H
#define GCK_LAYER_PUT_BACK_H

#include "gradcheck/gradcheck.h"

struct gck_rig;

/* The layer's own passes in between. What is remembered belongs to the rig, until gck_put_back_free. Without memory for it
 * the pass is made all the same, and nothing is put back. */
enum gck_status gck_put_back_forward(struct gck_rig *rig);
enum gck_status gck_put_back_backward(struct gck_rig *rig);
/* What Forward changed is forgotten: the next Backward sees the host's own numbers. */
void gck_put_back_forget(struct gck_rig *rig);
void gck_put_back_free(struct gck_rig *rig);

#endif
