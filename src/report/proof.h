/* proof.h -- which of the mistakes that were put into a layer the exams have found. */
#ifndef GCK_REPORT_PROOF_H
#define GCK_REPORT_PROOF_H

#include "report/page.h"

#include "gradcheck/gradcheck.h"

/* The table: one line for a mistake where all types say the same, else one for each. Nothing where none was injected. */
void gck_report_proof(const struct gck_page *page, const struct gck_result *result, size_t results, bool verbose);

/* "16 of 16 mistakes found, 14 of them by name; 1 cannot show here", over all types; or why there is none.
 * Appended to text of `size` bytes. */
void gck_proof_sum(const struct gck_result *result, size_t results, char *text, size_t size);

#endif
