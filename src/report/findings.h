/* findings.h -- the blocks of a text report that explain what is wrong. */
#ifndef GCK_REPORT_FINDINGS_H
#define GCK_REPORT_FINDINGS_H

#include "gradcheck/gradcheck.h"
#include "report/page.h"

/* How many there are of each severity, those that several types share counted once. */
struct gck_finding_count {
    unsigned fail, warn, note;
};

/* results: of one layer, its types one after another. */
struct gck_finding_count gck_report_findings(const struct gck_page *page,
                                             const struct gck_result *result, size_t results, bool verbose);

/* Is there one that makes a layer wrong? */
bool gck_findings_severe(const struct gck_result *result, size_t results);

#endif
