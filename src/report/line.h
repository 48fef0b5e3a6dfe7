/* line.h -- one line about one exam in one type; what makes it up. */
#ifndef GCK_REPORT_LINE_H
#define GCK_REPORT_LINE_H

#include "gradcheck/gradcheck.h"

enum { GCK_LINE_SIZE = 4096 };

struct gck_line {
    enum gck_answer answer;
    char text[GCK_LINE_SIZE]; /* "": no line */
};

/* The answer, and the exam's own reason where it has one. True: there is nothing to add. */
bool gck_line_plain(const struct gck_exam *exam, const struct gck_result *result,
                    struct gck_line *line);

/* About the gradient: how many elements agree, disagree, stand at a kink or could not be told. */
void gck_line_gradient(const struct gck_result *result, struct gck_line *line);

/* How the gradient was examined, and why that is as good as moving the batch element by element; "": it was just that. */
const char *gck_line_method(const struct gck_result *result);

#endif
