/* probed.h -- the gradient exam where elements are too many to be asked one by one: many at once, along directions.
 *
 * Where samples depend on each other an element costs Forwards of the whole batch, so all of them cost the square of it.
 * Then an aligned direction and four random ones are probed (numeric/probe.h), which shows every error of one element
 * above a size that is computed, `sees`; what shows is located (numeric/bisect.h), and judged alone before it is called
 * wrong. Elements that nobody looked at alone get the verdict GCK_PROBED. */
#ifndef GCK_EXAM_PROBED_H
#define GCK_EXAM_PROBED_H

#include "exam/gradient.h"

enum { GCK_DIRECTIONS = 5 };

/* Would the claim's elements, one by one, take more work than is worth it? By counting, not by the clock: the answer is the
 * same everywhere. False with options->exhaustive, and where one element is asked for. */
bool gck_probed_wanted(const struct gck_gradient *gradient, const struct gck_claim *claim);

/* The rule behind it: are `count` elements too many, where a Forward passes through so many numbers? sliced: it is one of a single
 * sample. */
bool gck_probed_beyond(double forward, double count, bool sliced);

/* Fills verdict, numeric, bound and step of the elements that were looked at alone, the verdict of all, and the claim's
 * `probed`. GCK_OK or GCK_EMEMORY with a sentence. */
enum gck_status gck_probed_run(struct gck_gradient *gradient, struct gck_claim *claim, char *message);

/* Numeric and bound of elements that nobody looked at alone, once nobody else is going to: NaN and infinite. Until then they
 * take no memory. Does nothing to a claim that was not probed. */
void gck_probed_settle(struct gck_claim *claim);

#endif
