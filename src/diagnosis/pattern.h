/* pattern.h -- what a wrong gradient looks like: the patterns, one function each, tried in the order of one table.
 *
 * A pattern is claimed only where it explains every wrong element within the computed bounds and contradicts no right one. The
 * special ones are tried together: where two of different codes explain everything equally well, the first is named and the
 * other told with it, and the finding is doubtful. The general ones are tried where no special one fits. */
#ifndef GCK_DIAGNOSIS_PATTERN_H
#define GCK_DIAGNOSIS_PATTERN_H

#include "diagnosis/view.h"

struct gck_fit {
    unsigned code;
    double factor;               /* what the pattern still leaves open: a = factor x what it says; 1 */
    bool weak;                   /* it explains all, but so few elements that chance could, too */
    bool alone;                  /* its numbers are this port's own: it is not told together with another's */
    char what[GCK_NAME_SIZE];    /* in a few words: "the last sample is missing"; ports that share it are told together */
    char measured[GCK_WHY_SIZE]; /* in numbers */
    char excluded[GCK_WHY_SIZE];
    const char *hint;            /* what to try, where that is more than the code's own; NULL */
};

typedef bool gck_pattern(const struct gck_view *view, struct gck_fit *fit);

/* kinks.c */
gck_pattern gck_pattern_kink;        /* 305: outside the slopes on both sides */
gck_pattern gck_pattern_branch;      /* 305: another margin, the other branch */
/* places.c */
gck_pattern gck_pattern_swapped;     /* 108 */
gck_pattern gck_pattern_places;      /* 303: shifted, transposed, reversed */
/* parts.c */
gck_pattern gck_pattern_part;        /* 313: the last sample, every second element, ... are 0 */
/* The same where other elements are wrong as well; which ones are in the part into missing (view->count). */
bool gck_pattern_part_among(const struct gck_view *view, struct gck_fit *fit, unsigned char *missing);
gck_pattern gck_pattern_zero;        /* 301: 0, here and there */
/* classes.c */
gck_pattern gck_pattern_no_label;    /* 309: p, not p - 1{label} */
/* What each label's element would have too much if that were so and all else only stood in wrong places; 0: no labels. */
double gck_label_share(const struct gck_view *view);
gck_pattern gck_pattern_moved_label; /* 309: the 1 was taken from another class */
gck_pattern gck_pattern_other_label; /* 309: right for other labels, which the layer is asked */
/* inner.c */
gck_pattern gck_pattern_data;        /* 312 */
gck_pattern gck_pattern_inner;       /* 311: x, p (1 - p), the sign, ... too many or missing */
gck_pattern gck_pattern_passed_on;   /* 311: the top's diff, sample by sample */
/* masks.c */
gck_pattern gck_pattern_flat;        /* 306, 310: a gradient where the loss stands still */
gck_pattern gck_pattern_ignored;     /* 310: samples that count have none */
/* groups.c */
gck_pattern gck_pattern_group;       /* 114: one group, one factor */
gck_pattern gck_pattern_groups;      /* 114, 314: each group a factor of its own */
/* small.c */
gck_pattern gck_pattern_rounded;     /* 314 */
gck_pattern gck_pattern_offset;      /* 314 */
gck_pattern gck_pattern_small;       /* 314 */
/* term.c */
gck_pattern gck_pattern_term;        /* 399: a - g is a constant, or a multiple of a bottom's data */

/* The fit for this view. False: no pattern. others: as which else the same numbers could be read, "" or a list. */
bool gck_pattern_find(const struct gck_view *view, struct gck_fit *fit, char others[GCK_WHY_SIZE]);

#endif
