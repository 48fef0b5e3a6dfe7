/* part.h -- single parts of the batch, samples or positions, in the slice of the gradient exam. Private to src/exam.
 *
 * gck_part_look evaluates E of some parts once; the slice then holds whichever of them was taken last. */
#ifndef GCK_EXAM_PART_H
#define GCK_EXAM_PART_H

#include "exam/gradient.h"

/* Opens the slice, and what measures its noise. False where single parts cannot be taken. */
bool gck_part_open(struct gck_gradient *gradient, char *message);

/* The slice's data become those of that part. */
void gck_part_take(struct gck_gradient *gradient, size_t part);

/* How many of n <= GCK_ROW parts, from that one on, have the first one's share; at least 1. */
size_t gck_part_alike(const struct gck_gradient *gradient, size_t part, size_t n);

/* gradient->stand of so many parts, whose shares are equal; their noise is a guess, and 0 where nothing is known. False where
 * the layer refuses one of them. Nothing is done where they have been looked at. */
bool gck_part_look(struct gck_gradient *gradient, size_t part, size_t parts);

/* nu of one of those, measured unless it has been. The slice then holds it. */
double gck_part_noise(struct gck_gradient *gradient, size_t part);

#endif
