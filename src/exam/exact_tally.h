/* exact_tally.h -- what the exact twin's derivatives show of the analytic ones, element by element, added up. */
#ifndef GCK_EXAM_EXACT_TALLY_H
#define GCK_EXAM_EXACT_TALLY_H

#include "exam/check.h"

/* Of a part of the elements; all 0 at first. */
struct gck_tally {
    struct gck_exact_port port[2 * GCK_MAX_PORTS];   /* of each claim; its name is not filled in */
    struct { size_t others, sure, far; double off; } size[2 * GCK_MAX_PORTS]; /* exact_others and so on, of each claim */
    bool odd;                                        /* some element's derivative is not finite, first that one: */
    unsigned odd_claim;
    size_t odd_element;
    double odd_value;
    uint64_t forwards;
    bool refused, lost;                              /* the twin's */
};

/* Judges element i of claim c, whose `derivative` is exact to within `room`. */
void gck_tally_judge(struct gck_tally *tally, struct gck_check *check, unsigned c, size_t i, double derivative, double room);

/* Evidence of a float on the way. */
void gck_tally_look(struct gck_tally *tally, const struct gck_check *check, unsigned c, size_t i, double exactly);

/* Adds to the claims' evidence and to port[c] of each claim, where it is not NULL, what a part has shown, after the parts before
 * it; `all` keeps the first element that is odd. */
void gck_tally_add(struct gck_tally *all, const struct gck_tally *part, struct gck_check *check,
                   struct gck_exact_port *const port[]);

#endif
