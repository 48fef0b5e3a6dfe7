/* example.h -- the numbers of a page: names with values, and built-in layers run on a few numbers to get them. */
#ifndef GCK_EXPLAIN_EXAMPLE_H
#define GCK_EXPLAIN_EXAMPLE_H

#include "gradcheck/status.h"

#include <stdbool.h>
#include <stddef.h>

enum { GCK_EXAMPLE_NUMBERS = 32, GCK_EXAMPLE_NAMES = 96 };

/* One number or a row of them. */
struct gck_row {
    size_t count;
    double value[GCK_EXAMPLE_NUMBERS];
};

struct gck_example {
    unsigned names;
    struct {
        char name[48];
        struct gck_row row;
    } known[GCK_EXAMPLE_NAMES];
};

/* What the name stands for, or NULL. */
const struct gck_row *gck_example_find(const struct gck_example *example, const char *name);
/* Gives a name a value, a new one where it has one. False where there is no room. */
bool gck_example_set(struct gck_example *example, const char *name, const struct gck_row *row);

/* Runs a built-in layer in double, Forward and Backward, as a line of a page says:
 *
 *     "euclidean; prediction 2x1 = 1 3; target 2x1 = 0 1; weight = 0.5; param margin = 2; top y = 1 2"
 *
 * Ports have a shape and values; weight is the loss weight (1); `top` sets a top's diffs by hand. Afterwards num, w, E, the ports' names (data), the tops'
 * names (data) and d.PORT (diffs) stand in the example; with a label before the layer, "b: euclidean; ...", as b.num, b.E,
 * b.d.PORT ... Anything but GCK_OK: a sentence in message. */
enum gck_status gck_example_run(struct gck_example *example, const char *line, char *message);

#endif
