/* grain.h -- does a double Forward compute in float somewhere?
 *
 * Then E is a staircase whose treads are some 6e-8 of the data wide: smooth to whoever moves an element by less, rough to
 * whoever moves it by more, and rough by the same amount however much more it is. Nothing else that a Forward usually has looks
 * like that: a double's own rounding, by cancellation as well, is there at the smallest steps, a corner's part grows with the
 * steps, and what is smooth vanishes in high differences. */
#ifndef GCK_EXAM_GRAIN_H
#define GCK_EXAM_GRAIN_H

#include "exam/check.h"

/* Does anything disagree, or are more than some known less well than a double layer's usually are? */
bool gck_grain_suspected(const struct gck_check *check);

/* Of what is differenced, the layer or its twin: sets check->grain, and raises the noise of the batch to it. True where there is
 * a grain. 16 Forwards where nothing is rough; else up to 320. */
bool gck_grain_look(struct gck_check *check);

#endif
