/* beside.h -- float diffs that stand an ulp beside a branch. Private to src/exam. */
#ifndef GCK_EXAM_BESIDE_H
#define GCK_EXAM_BESIDE_H

#include "exam/check.h"

/* Where a float layer has a double twin, and few elements disagree: those of which the twin's Backward is right at the point, and
 * the layer's own right at inputs that differ by an ulp or two, stand beside a branch that rounding decides. Nobody can tell of them
 * whether they are right: GCK_CANNOT_TELL. Changes nothing where a pass is refused. */
void gck_beside_look(struct gck_check *check);

#endif
