/* outcome.h -- the line of a text report that says what became of a layer. */
#ifndef GCK_REPORT_OUTCOME_H
#define GCK_REPORT_OUTCOME_H

#include "gradcheck/gradcheck.h"
#include "report/findings.h"

/* "PASS", "FAIL", "INCONCLUSIVE", ... */
const char *gck_outcome_word(enum gck_verdict verdict);

/* The result that the line is about: an error hides the rest, a fault hides a doubt. */
const struct gck_result *gck_outcome_gravest(const struct gck_result *result, size_t results);

/* "FAIL my_loss   1 finding". more: "more: ..." or "", where to read on, at the right end, above where there is no room. */
void gck_outcome_write(const struct gck_page *page, const struct gck_result *result, size_t results,
                       struct gck_finding_count count, const char *more);

#endif
