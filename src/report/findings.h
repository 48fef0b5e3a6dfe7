/* findings.h -- the blocks of a text report that explain what is wrong. */
#ifndef GCK_REPORT_FINDINGS_H
#define GCK_REPORT_FINDINGS_H

#include "gradcheck/gradcheck.h"
#include "report/page.h"

/* How much of them is told, from all there is to what fits on a screen where there are several. Where, what was measured,
 * what was ruled out and what to try are told always. */
enum gck_telling {
    GCK_TELL_ALL,       /* --verbose */
    GCK_TELL_EACH,      /* each finding whole, as if it were alone */
    GCK_TELL_ONCE,      /* what several have in common once, and where beside the title */
    GCK_TELL_SENTENCES, /* and the first sentence of what it means */
    GCK_TELL_LEAST      /* and not what it means, nor a map where words tell the place; one element at most */
};

/* How many there are of each severity, those that several types share counted once. */
struct gck_finding_count {
    unsigned fail, warn, note;
};

/* results: of one layer, its types one after another. */
struct gck_finding_count gck_report_findings(const struct gck_page *page,
                                             const struct gck_result *result, size_t results, enum gck_telling telling);

/* "more: gradcheck explain GC101, GC103" into text of `size` bytes: the pages of all that are told. */
char *gck_findings_more(const struct gck_result *result, size_t results, char *text, size_t size);

/* Is there one that makes a layer wrong? */
bool gck_findings_severe(const struct gck_result *result, size_t results);

#endif
