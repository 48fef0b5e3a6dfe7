/* words.h -- small pieces of wording that all reports share. */
#ifndef GCK_REPORT_WORDS_H
#define GCK_REPORT_WORDS_H

#include "gradcheck/gradcheck.h"

/* What stands on a command line: a plug-in's file as it was given, a built-in layer's name. */
const char *gck_subject(const struct gck_result *result);

/* What people call it: the layer's name, and the file where that doesn't say the same, as in
 * "hinge (./x.so)". Into text of `size` bytes. Returns text. */
char *gck_called(const struct gck_result *result, char *text, size_t size);

/* "gradcheck ./my loss.c --seed 3", quoted for a shell, into text of `size` bytes. Returns text. */
char *gck_again_text(const struct gck_result *result, char *text, size_t size);

/* Appends the word, in single quotes where a shell would read something into it. */
void gck_append_quoted(char *text, size_t size, const char *word);

/* "score[4,0,2]", or "loss" for a scalar, into text of `size` bytes: the index has `axes` axes.
 * Returns text. */
char *gck_index_text(const char *port, unsigned axes, const struct gck_element *element, char *text,
                     size_t size);

/* How many axes the port of that name has; 0 where there is none. */
unsigned gck_port_axes(const struct gck_result *result, const char *port);

/* "float", "double", "exact" */
const char *gck_type_text(enum gck_type type);

/* "pass", "fail", "inconclusive", "skipped", "error" */
const char *gck_verdict_text(enum gck_verdict verdict);

#endif
