/* blocks.h -- the gradient exam's elements in blocks: where there is much to do, each in a process of its own.
 *
 * How the elements are cut depends on the shapes alone, and a block that is judged in a process begins with the layer as it
 * stood when the exam began. So options->jobs, which says how many of them run at once, changes nothing in the result, whatever
 * the layer keeps between its calls. A layer that crashes loses the block that it crashed in. */
#ifndef GCK_EXAM_BLOCKS_H
#define GCK_EXAM_BLOCKS_H

#include "exam/gradient.h"

/* Is the gradient of this claim asked for? */
bool gck_blocks_examined(const struct gck_check *check, unsigned claim);

/* Judges every element that is examined and not probed (probed.h), and tells how far it is. Fills check->lost where blocks were lost: their elements
 * are GCK_NOT_JUDGED then. GCK_OK, or GCK_EMEMORY with a sentence. */
enum gck_status gck_blocks_judge(struct gck_gradient *gradient, char *message);

#endif
