/* explain.h -- the page of a finding: what it means, an example for a pencil, how it looks in code, how it is told.
 *
 * The texts are src/explain/pages/GC101.txt and so on, one for each code of the catalogue, which the Makefile puts into the
 * program. A page is text as it is printed, but for
 *
 *     @run LAYER; ...         runs a built-in layer (example.h)
 *     @let NAME = EXPRESSION  names a number or a row of them (expression.h)
 *     @check EXPRESSION = EXPRESSION   has to be so
 *     @see 104 105            the codes that are told beside it
 *     {EXPRESSION}            the number; the numbers of a row stand in columns of 9
 *     {EXPRESSION:6,12}       with 6 digits (4), and with spaces to 12 letters (0)
 *     {WRITTEN = EXPRESSION}  "WRITTEN = number"; what is written has to give that number
 *
 * So every number is computed when the page is printed, by the layer that it is about. */
#ifndef GCK_EXPLAIN_EXPLAIN_H
#define GCK_EXPLAIN_EXPLAIN_H

#include "diagnosis/codes.h"
#include "gradcheck/status.h"
#include "report/page.h"

/* A page's lines, NULL-ended. */
struct gck_explanation {
    unsigned code;
    const char *const *line;
};

/* All of them, ended by code 0. Made by the Makefile. */
extern const struct gck_explanation gck_explanations[];

/* The lines of a code's page, or NULL. */
const char *const *gck_explanation_of(unsigned code);

/* Writes these lines; *related (may be NULL) becomes what stands behind @see. Anything but GCK_OK as for gck_explain. */
enum gck_status gck_explain_lines(const struct gck_page *page, const char *const *line, const char **related,
                                  char *message);

/* Writes the page. Anything but GCK_OK: a number could not be computed, or is not what is written beside it; message has the
 * first such place, and "?" stands there. */
enum gck_status gck_explain(const struct gck_page *page, const struct gck_code *code, char *message);

#endif
