/* verdict.h -- the answers: about a layer, about one exam, about one element. Results, never errors. */
#ifndef GRADCHECK_VERDICT_H
#define GRADCHECK_VERDICT_H

enum gck_verdict { GCK_PASS, GCK_FAIL, GCK_INCONCLUSIVE, GCK_SKIPPED, GCK_ERROR };

enum gck_answer {
    GCK_NOT_ASKED,     /* the exam ended before, or was narrowed to something else */
    GCK_FINE,
    GCK_WRONG,
    GCK_UNSURE,
    GCK_NOT_APPLICABLE /* the question makes no sense for this layer, or it refuses; with the reason */
};

enum gck_severity { GCK_NOTE, GCK_WARN, GCK_SEVERE };

enum gck_element_verdict {
    GCK_AGREE,      /* the analytic derivative lies in the interval, and the interval is narrow */
    GCK_DISAGREE,   /* it lies outside */
    GCK_KINK,       /* at a kink, and it is a subgradient: accepted */
    GCK_CANNOT_TELL, /* the interval is too wide to say */
    GCK_PROBED       /* not looked at alone: directions in which it was moved with others were right */
};

#endif
