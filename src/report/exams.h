/* exams.h -- the lines of a text report about the exams: contract, loss weight, 1/num, gradient. */
#ifndef GCK_REPORT_EXAMS_H
#define GCK_REPORT_EXAMS_H

#include "gradcheck/gradcheck.h"
#include "report/page.h"

enum gck_exams_detail {
    GCK_EXAMS_BRIEF, /* the gradient if it is not well; the others in one line */
    GCK_EXAMS_WRONG, /* a line for each that is not well; the others in one */
    GCK_EXAMS,       /* a line for each */
    GCK_EXAMS_ALL    /* every clause, and the elements */
};

/* results: of one layer, its types one after another. What they share is written once. */
void gck_report_exams(const struct gck_page *page, const struct gck_result *result, size_t results,
                      enum gck_exams_detail detail);

#endif
