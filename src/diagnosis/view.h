/* view.h -- what a pattern of wrong derivatives may look at: one port's elements, and how they lie.
 *
 * The analytic derivatives stand here without what is told already (a loss weight that is ignored, a common factor), and each
 * element is RIGHT, WRONG or not to be told after that. Element i belongs to sample i / row, to class i / inner % classes and to
 * the label at i / (classes * inner) * inner + i % inner. */
#ifndef GCK_DIAGNOSIS_VIEW_H
#define GCK_DIAGNOSIS_VIEW_H

#include "exam/questions.h"

enum gck_state { GCK_UNTOLD, GCK_RIGHT, GCK_OFF };

/* What is told already, and taken out of what a pattern sees. */
struct gck_told {
    double factor;              /* of all diffs; 1 */
    const unsigned char *missing; /* NULL, or for each element: is it in a part that is missing? */
    double label;               /* what the label's elements have too much, after the factor; 0 */
};

struct gck_view {
    const struct gck_check *check;
    const struct gck_claim *claim;
    size_t count;
    const double *x;         /* the point */
    double *a, *g, *room;    /* analytic and numeric derivative without what is told; how far apart they may be */
    unsigned char *state;    /* enum gck_state */
    double told;             /* the factor that was taken out of a */
    size_t off, right;       /* elements that are wrong; that are right and not 0 */
    double size;             /* the largest |g| that can be told */
    double scale;            /* the largest |g| or |a| */
    size_t num, row;         /* samples (1 where there is no batch axis), elements of one */
    size_t classes, inner;   /* 0, 1: no class axis */
    unsigned labels;         /* the bottom that holds the labels; GCK_MAX_PORTS: none */
    double *label;           /* its values, or NULL */
    size_t places;           /* how many there are */
    const char *sort_name;   /* a bottom with one of two values for each sample, or NULL */
    double *sort;            /* its values: num */
    double *upstream, *top;  /* diff and data of the top that has as many elements; NULL: there is none */
};

/* What the claim shows without what is told. False without memory; close it after every return. */
bool gck_view_open(struct gck_view *view, const struct gck_check *check, const struct gck_claim *claim,
                   const struct gck_told *told);
void gck_view_close(struct gck_view *view);

/* Is g big and sure enough for a ratio? */
bool gck_view_weighs(const struct gck_view *view, size_t i);
/* Does E stand still with this element, as far as that can be told? */
bool gck_view_flat(const struct gck_view *view, size_t i);
/* Does nothing of the port move E, of all that can be told? */
bool gck_view_still(const struct gck_view *view);
/* Is p what a should be, by the room of element i and of element j that p was made from? */
bool gck_view_near(const struct gck_view *view, size_t i, double p, double room);

/* Where the elements lie. */
static inline size_t gck_view_sample(const struct gck_view *view, size_t i)
{
    return i / view->row;
}
static inline size_t gck_view_class(const struct gck_view *view, size_t i)
{
    return view->classes > 0 ? i / view->inner % view->classes : 0;
}
static inline size_t gck_view_place(const struct gck_view *view, size_t i)
{
    return view->classes > 0 ? i / (view->classes * view->inner) * view->inner + i % view->inner : 0;
}
/* Is it its label's element? */
bool gck_view_labelled(const struct gck_view *view, size_t i);

#endif
