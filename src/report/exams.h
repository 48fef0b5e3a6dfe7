/* exams.h -- the lines of a text report about the exams: contract, loss weight, 1/num, gradient. */
#ifndef GCK_REPORT_EXAMS_H
#define GCK_REPORT_EXAMS_H

#include "gradcheck/gradcheck.h"
#include "report/page.h"

/* results: of one layer, its types one after another. What they share is written once. */
void gck_report_exams(const struct gck_page *page, const struct gck_result *result, size_t results,
                      bool verbose);

#endif
