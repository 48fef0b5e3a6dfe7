/* extract.h -- what a learner is shown of a report: the exams and the findings, without what gives the
 * answer away. */
#ifndef GCK_LEARN_EXTRACT_H
#define GCK_LEARN_EXTRACT_H

#include <stdbool.h>
#include <stdio.h>

/* Copies the lines of a report of one layer, but not its header, what a finding advises, how to run it
 * again, and the verdict; lines are cut at 80 columns, and but for colours all is plain ASCII. */
void gck_extract_report(const char *report, FILE *to);

/* Copies text from outside, at most `lines` lines, so that it cannot steer a terminal: control characters
 * and bytes above 126 become '?', tabs spaces; long lines are broken at 80 columns. */
void gck_extract_plain(const char *text, unsigned lines, FILE *to);

/* The letters of a line that stand on the screen: without its colours. */
size_t gck_extract_width(const char *line, size_t length);

#endif
