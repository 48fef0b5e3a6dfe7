/* plot.h -- curves over powers of ten, for a terminal or as a picture; they know nothing of what they show. */
#ifndef GCK_REPORT_PLOT_H
#define GCK_REPORT_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { GCK_MAX_CURVES = 4 };

/* Points (10^x, 10^y), x ascending. A point whose y is not finite breaks the line. */
struct gck_curve {
    const char *name; /* "central difference" */
    char letter;      /* what marks it where there is no colour: 'c' */
    const double *x, *y;
    size_t points;
};

struct gck_plot {
    const char *title;                  /* a line above; may be NULL */
    const char *x_name, *y_name;
    double x_low, x_high, y_low, y_high; /* exponents of ten: whole numbers; what lies outside is cut at the edge */
    struct gck_curve curve[GCK_MAX_CURVES];
    unsigned curves;
    double mark_x, mark_y;              /* a cross there, called mark_name; NULL: none */
    const char *mark_name;
};

/* `columns` wide (40 at least), `rows` of chart between title and axis. braille: with the dots of Unicode's braille, else in
 * plain letters. Either way each curve carries its letter. */
void gck_plot_text(FILE *file, const struct gck_plot *plot, unsigned columns, unsigned rows, bool braille);

/* An SVG document of its own with these plots side by side; words are text, curves differ in dashes as well as in colour. False
 * where writing failed. */
bool gck_plot_svg(FILE *file, const struct gck_plot *plot, size_t plots);

#endif
