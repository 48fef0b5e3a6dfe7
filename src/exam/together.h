/* together.h -- exams that do not depend on each other, side by side in forked children where there is much to do.
 *
 * Each child begins with the layer as it stands, and what it finds is taken over as if the exams had been made one after the
 * other. Where that would not be the same they have to be: where the contract is broken, since then the other exams put back what
 * the layer changes, and where a child does not come back, so that a crash is told where it happens. Which of the two it
 * is does not depend on options->jobs, so neither does the result. */
#ifndef GCK_EXAM_TOGETHER_H
#define GCK_EXAM_TOGETHER_H

#include "exam/check.h"

/* Numbers that a Forward passes through, from which on a child is worth its while. */
enum { GCK_TOGETHER_LARGE = 1 << 18 };

/* The contract, the noise, gck_claims_measure, and the laws: of the loss weight, the batch, and the types. False: nothing has been
 * done, the caller makes these exams in this process. */
bool gck_together_run(struct gck_check *check);

#endif
