/* plot_svg.c -- curves as a picture. */
#include "report/plot.h"

#include <math.h>

enum { WIDE = 520, HIGH = 360,                          /* of one plot, pixels */
       LEFT = 64, RIGHT = 20, TOP = 40, BOTTOM = 52 };  /* around what is inside its axes */

static const char *const colour[GCK_MAX_CURVES] = { "#c0392b", "#1f5fa8", "#5b5b5b", "#2e7d32" };
static const char *const dashes[GCK_MAX_CURVES] = { "7 4", "none", "2 3", "10 3 2 3" };

static double at_x(const struct gck_plot *plot, double x)
{
    const double share = (x - plot->x_low) / (plot->x_high - plot->x_low);

    return LEFT + fmin(fmax(share, 0), 1) * (WIDE - LEFT - RIGHT);
}

static double at_y(const struct gck_plot *plot, double y)
{
    const double share = (plot->y_high - y) / (plot->y_high - plot->y_low);

    return TOP + fmin(fmax(share, 0), 1) * (HIGH - TOP - BOTTOM);
}

static void put_text(FILE *file, const char *text)
{
    for (; *text != '\0'; text++)
        if (*text == '<')
            fputs("&lt;", file);
        else if (*text == '>')
            fputs("&gt;", file);
        else if (*text == '&')
            fputs("&amp;", file);
        else
            putc(*text, file);
}

static void put_label(FILE *file, double x, double y, const char *anchor, const char *text)
{
    fprintf(file, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"%s\">", x, y, anchor);
    put_text(file, text);
    fputs("</text>\n", file);
}

/* A line at every second power of ten, with its number. */
static void put_grid(FILE *file, const struct gck_plot *plot)
{
    char text[16];

    for (double x = ceil(plot->x_low / 2) * 2; x <= plot->x_high; x += 2) {
        fprintf(file, "<line x1=\"%.0f\" y1=\"%d\" x2=\"%.0f\" y2=\"%d\" class=\"grid\"/>\n", at_x(plot, x), TOP,
                at_x(plot, x), HIGH - BOTTOM);
        snprintf(text, sizeof text, "1e%d", (int)x);
        if ((int)x % 4 == 0)
            put_label(file, at_x(plot, x), HIGH - BOTTOM + 16, "middle", text);
    }
    for (double y = ceil(plot->y_low / 2) * 2; y <= plot->y_high; y += 2) {
        fprintf(file, "<line x1=\"%d\" y1=\"%.0f\" x2=\"%d\" y2=\"%.0f\" class=\"grid\"/>\n", LEFT, at_y(plot, y),
                WIDE - RIGHT, at_y(plot, y));
        snprintf(text, sizeof text, "1e%d", (int)y);
        put_label(file, LEFT - 6, at_y(plot, y) + 4, "end", text);
    }
}

static void put_curve(FILE *file, const struct gck_plot *plot, unsigned k)
{
    const struct gck_curve *const curve = &plot->curve[k];
    bool open = false;

    for (size_t i = 0; i < curve->points; i++) {
        if (!isfinite(curve->y[i])) {
            fputs(open ? "\"/>\n" : "", file);
            open = false;
            continue;
        }
        if (!open)
            fprintf(file, "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"%s\" stroke-dasharray=\"%s\" points=\"",
                    colour[k], dashes[k]);
        fprintf(file, "%s%.0f,%.0f", open ? " " : "", at_x(plot, curve->x[i]), at_y(plot, curve->y[i]));
        open = true;
    }
    fputs(open ? "\"/>\n" : "", file);
}

static void put_legend(FILE *file, const struct gck_plot *plot)
{
    double y = HIGH - BOTTOM - 12 - 16 * (double)plot->curves; /* below: errors lie above */

    for (unsigned k = 0; k < plot->curves; k++, y += 16) {
        fprintf(file,
                "<line x1=\"%d\" y1=\"%.0f\" x2=\"%d\" y2=\"%.0f\" stroke-width=\"2\" stroke=\"%s\" "
                "stroke-dasharray=\"%s\"/>\n",
                LEFT + 10, y - 4, LEFT + 40, y - 4, colour[k], dashes[k]);
        put_label(file, LEFT + 46, y, "start", plot->curve[k].name);
    }
    if (plot->mark_name == NULL || !isfinite(plot->mark_x) || !isfinite(plot->mark_y))
        return;
    for (unsigned k = 0; k < 2; k++) { /* there and in the legend */
        const double x = k == 0 ? at_x(plot, plot->mark_x) : LEFT + 25;
        const double at = k == 0 ? at_y(plot, plot->mark_y) : y - 4;

        fprintf(file, "<path d=\"M%.0f %.0fl10 10m0 -10l-10 10\" stroke=\"black\" stroke-width=\"2\"/>\n", x - 5, at - 5);
    }
    put_label(file, LEFT + 46, y, "start", plot->mark_name);
}

static void put_plot(FILE *file, const struct gck_plot *plot, size_t index)
{
    fprintf(file, "<g transform=\"translate(%zu 0)\">\n", index * WIDE);
    put_grid(file, plot);
    fprintf(file, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"black\"/>\n", LEFT, TOP,
            WIDE - LEFT - RIGHT, HIGH - TOP - BOTTOM);
    if (plot->title != NULL)
        put_label(file, LEFT, TOP - 22, "start", plot->title);
    put_label(file, LEFT, TOP - 6, "start", plot->y_name);
    put_label(file, (LEFT + WIDE - RIGHT) / 2, HIGH - 14, "middle", plot->x_name);
    for (unsigned k = 0; k < plot->curves; k++)
        put_curve(file, plot, k);
    put_legend(file, plot);
    fputs("</g>\n", file);
}

bool gck_plot_svg(FILE *file, const struct gck_plot *plot, size_t plots)
{
    fprintf(file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %zu %d\" width=\"%zu\" height=\"%d\" "
            "font-family=\"sans-serif\" font-size=\"12\">\n"
            "<style>.grid { stroke: #ddd } text { fill: black }</style>\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
            plots * WIDE, HIGH, plots * WIDE, HIGH);
    for (size_t i = 0; i < plots; i++)
        put_plot(file, &plot[i], i);
    fputs("</svg>\n", file);
    return !ferror(file) && fflush(file) == 0;
}
