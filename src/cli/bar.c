/* bar.c -- one line on the terminal that tells how far a long run has come, and is gone when it ends. */
#include "cli/bar.h"

#include "core/clock.h"
#include "core/text.h"
#include "report/words.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LINE = 512, CELLS = 20 };

static const double patience = 1, between = 0.1; /* seconds: before the first line, and from one to the next */

static bool is_set(const char *name)
{
    const char *const value = getenv(name);

    return value != NULL && value[0] != '\0';
}

bool gck_bar_open(struct gck_bar *bar, const struct gck_cli *cli, const struct gck_job *job, size_t jobs)
{
    const char *const terminal = getenv("TERM");

    memset(bar, 0, sizeof *bar);
    bar->on = !cli->quiet && isatty(STDERR_FILENO) && !is_set("CI")
              && (terminal == NULL || strcmp(terminal, "dumb") != 0);
    bar->start = gck_now();
    bar->unit = calloc(jobs, sizeof *bar->unit);
    bar->units = bar->unit != NULL ? jobs : 0;
    for (size_t i = 0; i < bar->units; i++)
        bar->unit[i].job = &job[i];
    return bar->unit != NULL;
}

void gck_bar_close(struct gck_bar *bar)
{
    free(bar->unit);
    memset(bar, 0, sizeof *bar);
}

void gck_bar_hear(void *context, const char *doing, size_t done, size_t of)
{
    struct gck_bar_unit *const unit = context;

    if (of > 0 && (unit->of == 0 || done < unit->done)) {
        unit->since = gck_now();
        unit->first = done;
    }
    GCK_COPY(unit->doing, doing);
    unit->done = done;
    unit->of = of;
}

/* ---- the line ---- */

/* Seconds that the unit's count has before it; 0: that can't be told. */
static double left(const struct gck_bar_unit *unit, double time)
{
    const double gone = time - unit->since;

    return unit->of > 0 && unit->done > unit->first && unit->done <= unit->of
               ? gone * (double)(unit->of - unit->done) / (double)(unit->done - unit->first)
               : 0;
}

/* The one that others will wait for: of those that are at work, the one with the most before it. */
static const struct gck_bar_unit *slowest(const struct gck_bar *bar, double time)
{
    const struct gck_bar_unit *chosen = NULL;

    for (size_t i = 0; i < bar->units; i++) {
        const struct gck_bar_unit *const unit = &bar->unit[i];

        if (!unit->job->over && unit->doing[0] != '\0'
            && (chosen == NULL || left(unit, time) > left(chosen, time)))
            chosen = unit;
    }
    return chosen;
}

static void append_left(double seconds, const char *whose, char *text, size_t size)
{
    if (seconds < 90)
        gck_append(text, size, "  %.0f s left%s", seconds, whose);
    else if (seconds < 90 * 60)
        gck_append(text, size, "  %.0f min left%s", seconds / 60, whose);
    else
        gck_append(text, size, "  %.0f h left%s", seconds / 3600, whose);
}

static void append_cells(double share, char *text, size_t size)
{
    char cells[CELLS + 1];

    for (int i = 0; i < CELLS; i++)
        cells[i] = i < (int)(share * CELLS) ? '#' : '.';
    cells[CELLS] = '\0';
    gck_append(text, size, "  [%s]", cells);
}

/* At most columns - 1 letters, so that no terminal begins another line. */
static const char *make_line(const struct gck_bar *bar, double time, size_t columns, char *text, size_t size)
{
    const struct gck_bar_unit *const unit = slowest(bar, time);
    char head[LINE] = "", tail[LINE] = "", cells[LINE] = "";
    size_t over = 0, begun = 0;

    text[0] = '\0';
    for (size_t i = 0; i < bar->units; i++) {
        over += bar->unit[i].job->over;
        begun += bar->unit[i].job->over || bar->unit[i].doing[0] != '\0';
    }
    if (unit == NULL || columns < 2)
        return text;
    if (bar->units > 1)
        gck_append(head, sizeof head, "%zu of %zu  ", over, bar->units);
    gck_append(head, sizeof head, "%s (%s)  %s", unit->job->result->layer,
               gck_type_text(unit->job->result->type), unit->doing);
    if (unit->of > 0) {
        const double share = (double)unit->done / (double)unit->of;

        append_cells(share, cells, sizeof cells);
        gck_append(tail, sizeof tail, "  %.0f %%", 100 * share);
        if (unit->done > unit->first)
            append_left(left(unit, time), begun < bar->units ? " of it" : "", tail, sizeof tail);
    }
    if (strlen(head) + strlen(cells) + strlen(tail) >= columns)
        cells[0] = '\0';
    /* the tail is what people look at */
    if (strlen(head) + strlen(tail) >= columns)
        head[columns > strlen(tail) + 1 ? columns - 1 - strlen(tail) : 0] = '\0';
    gck_append(text, size, "%s%s%s", head, cells, tail);
    if (strlen(text) >= columns)
        text[columns - 1] = '\0';
    return text;
}

/* ---- the terminal ---- */

static size_t terminal_columns(void)
{
    struct winsize window = { 0 };
    size_t columns;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0)
        return window.ws_col;
    return is_set("COLUMNS") && gck_read_size(getenv("COLUMNS"), &columns) && columns > 0 ? columns : 80;
}

/* Over the line that stands there; what was longer is blanked. */
static void write_line(struct gck_bar *bar, const char *text)
{
    char line[2 * LINE] = "";
    const size_t length = strlen(text);

    gck_append(line, sizeof line, "\r%s%*s%s", text, length < bar->length ? (int)(bar->length - length) : 0, "",
               length < bar->length || length == 0 ? "\r" : "");
    if (write(STDERR_FILENO, line, strlen(line)) < 0)
        bar->on = false; /* nobody looks any more */
    bar->length = length;
}

void gck_bar_tick(void *context, bool last)
{
    struct gck_bar *const bar = context;
    const double time = gck_now();
    char text[LINE];

    if (last && bar->drawn > 0) {
        write_line(bar, "");
        bar->drawn = 0;
    }
    if (last || !bar->on || time < bar->start + patience || time < bar->drawn + between)
        return;
    bar->drawn = time;
    write_line(bar, make_line(bar, time, terminal_columns(), text, sizeof text));
}
