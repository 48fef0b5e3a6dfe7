/* plot_text.c -- curves in a terminal. */
#include "report/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL = 7,    /* "  1e-12" and then the axis */
       DOTS_WIDE = 2, DOTS_HIGH = 4, /* of one character of braille */
       LETTER_EVERY = 12 };

struct chart {
    const struct gck_plot *plot;
    unsigned columns, rows;      /* characters inside the axes */
    unsigned char *dots;         /* of each character: the bits of Unicode's braille */
    char *letter;                /* of each character, or 0 */
};

/* Bits of the braille pattern by column and row of the dot, from U+2800. */
static const unsigned char dot_bit[DOTS_HIGH][DOTS_WIDE] = { { 1, 8 }, { 2, 16 }, { 4, 32 }, { 64, 128 } };

/* Where 0 .. 1 lies among n places. */
static int place(double share, unsigned n)
{
    const double at = floor(fmin(fmax(share, 0), 1) * n);

    return at >= n ? (int)n - 1 : (int)at;
}

static double share_x(const struct gck_plot *plot, double x)
{
    return (x - plot->x_low) / (plot->x_high - plot->x_low);
}

/* From the top. */
static double share_y(const struct gck_plot *plot, double y)
{
    return (plot->y_high - y) / (plot->y_high - plot->y_low);
}

static void set_dot(struct chart *chart, int x, int y)
{
    chart->dots[(unsigned)y / DOTS_HIGH * chart->columns + (unsigned)x / DOTS_WIDE]
        |= dot_bit[y % DOTS_HIGH][x % DOTS_WIDE];
}

static void set_letter(struct chart *chart, double x, double y, char letter)
{
    const unsigned column = (unsigned)place(share_x(chart->plot, x), chart->columns);
    const unsigned row = (unsigned)place(share_y(chart->plot, y), chart->rows);

    chart->letter[row * chart->columns + column] = letter;
}

/* Dots between neighbours, one for each column of dots. */
static void draw_line(struct chart *chart, const struct gck_curve *curve)
{
    const unsigned wide = DOTS_WIDE * chart->columns, high = DOTS_HIGH * chart->rows;

    for (size_t i = 0; i + 1 < curve->points; i++) {
        const int from = place(share_x(chart->plot, curve->x[i]), wide);
        const int to = place(share_x(chart->plot, curve->x[i + 1]), wide);

        if (!isfinite(curve->y[i]) || !isfinite(curve->y[i + 1]))
            continue;
        for (int x = from; x <= to; x++) {
            const double part = to > from ? (double)(x - from) / (to - from) : 0;
            const double y = curve->y[i] + part * (curve->y[i + 1] - curve->y[i]);

            set_dot(chart, x, place(share_y(chart->plot, y), high));
        }
    }
}

/* In braille a letter now and then; else every point is one. Curves start at different places, so that letters of curves that lie on
 * each other stand beside each other. */
static void draw_letters(struct chart *chart, const struct gck_curve *curve, unsigned index, bool braille)
{
    int last = -1;

    for (size_t i = 0; i < curve->points; i++) {
        const int column = place(share_x(chart->plot, curve->x[i]), chart->columns);
        const bool due = !braille || column % LETTER_EVERY == (int)(3 + 4 * index) % LETTER_EVERY;

        if (isfinite(curve->y[i]) && due && column != last) {
            set_letter(chart, curve->x[i], curve->y[i], curve->letter);
            last = column;
        }
    }
}

static void put_cell(FILE *file, const struct chart *chart, size_t cell)
{
    const unsigned char dots = chart->dots[cell];

    if (chart->letter[cell] != 0)
        putc(chart->letter[cell], file);
    else if (dots != 0) /* UTF-8 of U+2800 + dots */
        fprintf(file, "\xe2%c%c", 0xa0 | dots >> 6, 0x80 | (dots & 0x3f));
    else
        putc(' ', file);
}

/* A row is empty from here on: no spaces at a line's end. */
static size_t used_columns(const struct chart *chart, unsigned row)
{
    size_t used = chart->columns;

    while (used > 0 && chart->letter[row * chart->columns + used - 1] == 0
           && chart->dots[row * chart->columns + used - 1] == 0)
        used--;
    return used;
}

static void put_rows(FILE *file, const struct chart *chart)
{
    const struct gck_plot *const plot = chart->plot;
    int told = 9999;

    for (unsigned row = 0; row < chart->rows; row++) {
        const double top = plot->y_high - row * (plot->y_high - plot->y_low) / chart->rows;
        const int decade = (int)floor(top + 1e-9);
        char label[16] = "";

        if (decade != told && decade % 2 == 0)
            snprintf(label, sizeof label, "1e%d", decade);
        told = decade;
        fprintf(file, "%*s |", LABEL, label);
        for (size_t k = 0, used = used_columns(chart, row); k < used; k++)
            put_cell(file, chart, row * chart->columns + k);
        putc('\n', file);
    }
}

static void put_axis(FILE *file, const struct chart *chart)
{
    const struct gck_plot *const plot = chart->plot;
    char numbers[512];
    size_t end = 0;

    memset(numbers, ' ', sizeof numbers);
    fprintf(file, "%*s +", LABEL, "");
    for (unsigned k = 0; k < chart->columns; k++)
        putc('-', file);
    putc('\n', file);
    for (double x = ceil(plot->x_low / 4) * 4; x <= plot->x_high; x += 4) {
        char text[16];
        const size_t at = (size_t)place(share_x(plot, x), chart->columns);
        const size_t length = (size_t)snprintf(text, sizeof text, "1e%d", (int)x);
        const size_t start = at + length > chart->columns ? chart->columns - length : at;

        if (start + length < sizeof numbers && (end == 0 || start > end)) {
            memcpy(numbers + start, text, length);
            end = start + length;
        }
    }
    fprintf(file, "%*s  %.*s\n%*s  %s\n", LABEL, "", (int)end, numbers, LABEL + (int)(chart->columns - strlen(plot->x_name)) / 2,
            "", plot->x_name);
}

void gck_plot_text(FILE *file, const struct gck_plot *plot, unsigned columns, unsigned rows, bool braille)
{
    struct chart chart = { .plot = plot, .rows = rows };

    chart.columns = (columns < 40 ? 40 : columns > 400 ? 400 : columns) - LABEL - 2;
    chart.dots = calloc((size_t)chart.columns * rows, 1);
    chart.letter = calloc((size_t)chart.columns * rows, 1);
    if (chart.dots != NULL && chart.letter != NULL) {
        for (unsigned k = 0; k < plot->curves; k++) {
            if (braille)
                draw_line(&chart, &plot->curve[k]);
            draw_letters(&chart, &plot->curve[k], k, braille);
        }
        if (plot->mark_name != NULL && isfinite(plot->mark_x) && isfinite(plot->mark_y))
            set_letter(&chart, plot->mark_x, plot->mark_y, 'X');
        if (plot->title != NULL)
            fprintf(file, "%s\n", plot->title);
        fprintf(file, "%*s\n", LABEL + (int)strlen(plot->y_name), plot->y_name);
        put_rows(file, &chart);
        put_axis(file, &chart);
    }
    free(chart.dots);
    free(chart.letter);
}
