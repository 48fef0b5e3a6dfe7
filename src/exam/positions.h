/* positions.h -- is the loss a sum over the positions of its samples, so that each may be judged alone?
 *
 * By Forward alone. E_u is the loss of position u as a batch of its own. The loss has to be c times the sum of all E_u, with
 * one c, at the point and wherever some positions have got other data, labels and other constants staying as they are: all of
 * them, halves, every second, those that chance picks, single ones. What couples positions (a softmax along them, a maximum, a
 * norm, a mean that is taken away) breaks that: for each choice of positions both sides are computed apart, the left one by
 * the whole batch, the right one from what positions gave alone. */
#ifndef GCK_EXAM_POSITIONS_H
#define GCK_EXAM_POSITIONS_H

#include "exam/batch.h"

/* Would elements on samples, or on the batch where these are few, cost so much that it is worth to ask? By counting. */
bool gck_positions_worth(const struct gck_batch *batch);
/* And are they cheap enough on positions, which `rig` holds one of? Else they are probed, where they would be. */
bool gck_positions_wanted(const struct gck_batch *batch, const struct gck_rig *rig);

/* Asks, and opens check->positions where the answer is yes: check->by_position. Asked of a batch in double. */
void gck_batch_positions(struct gck_batch *batch);

#endif
