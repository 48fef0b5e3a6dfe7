/* verb_sweep.c -- gradcheck sweep LAYER: the error of differences against their step size. */
#include "cli/draft.h"
#include "cli/plugin.h"
#include "cli/verbs.h"
#include "core/text.h"
#include "exam/sweep.h"
#include "report/page.h"
#include "report/plot.h"
#include "report/words.h"

#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { TYPES = 2, TOP = 2, FLOOR = -14, FLOOR_FLOAT = -8 }; /* exponents of the charts' ends; one row for each decade */

/* One type's sweep, and the curves that show it: exponents of ten. */
struct told {
    enum gck_type type;
    struct gck_sweep sweep;
    struct gck_plot plot;
    char title[256];
    double x[GCK_SWEEP_STEPS], one_sided[GCK_SWEEP_STEPS], central[GCK_SWEEP_STEPS], bound[GCK_SWEEP_STEPS];
};

static struct told told[TYPES];
static const struct gck_page page = { NULL, false };

/* ---- what is shown ---- */

/* An error of 0 lies on the floor. */
static double exponent(double error)
{
    return isnan(error) ? error : fmax(log10(error), -GCK_SWEEP_DECADES);
}

static void element_text(const struct gck_sweep *sweep, char *text, size_t size)
{
    struct gck_element element = { .flat = sweep->flat };
    size_t rest = sweep->flat;

    if (sweep->flat == SIZE_MAX) {
        snprintf(text, size, "%s, %zu elements", sweep->port, sweep->elements);
        return;
    }
    for (unsigned a = sweep->shape.axes; a-- > 0; rest /= sweep->shape.dim[a])
        element.index[a] = rest % sweep->shape.dim[a];
    gck_index_text(sweep->port, sweep->shape.axes, &element, text, size);
}

static void make_plot(struct told *t, const struct gck_layer *layer)
{
    const struct gck_sweep *const sweep = &t->sweep;
    char element[128];

    for (size_t s = 0; s < GCK_SWEEP_STEPS; s++) { /* ascending */
        const struct gck_sweep_step *const step = &sweep->step[GCK_SWEEP_STEPS - 1 - s];

        t->x[s] = log10(step->h);
        t->one_sided[s] = exponent(step->one_sided);
        t->central[s] = exponent(step->central);
        t->bound[s] = exponent(step->bound);
    }
    element_text(sweep, element, sizeof element);
    snprintf(t->title, sizeof t->title, "%s in %s: %s", layer->name, gck_type_text(t->type), element);
    t->plot = (struct gck_plot){ .title = t->title,
                                 .x_name = "step h",
                                 .y_name = sweep->elements > 1 ? "error / derivative, the median of the elements"
                                                               : "error / derivative",
                                 .x_low = -GCK_SWEEP_DECADES,
                                 .y_low = t->type == GCK_TYPE_FLOAT ? FLOOR_FLOAT : FLOOR,
                                 .y_high = TOP,
                                 .curve = { { "one-sided difference", 'o', t->x, t->one_sided, GCK_SWEEP_STEPS },
                                            { "central difference", 'c', t->x, t->central, GCK_SWEEP_STEPS },
                                            { "bound from two steps", 'b', t->x, t->bound, GCK_SWEEP_STEPS } },
                                 .curves = 3,
                                 .mark_x = log10(sweep->chosen_step),
                                 .mark_y = exponent(sweep->chosen_bound),
                                 .mark_name = "gradcheck's step and bound" };
}

/* ---- the words ---- */

/* The step with the least error; the largest of equals. */
static const struct gck_sweep_step *best(const struct gck_sweep *sweep, bool central)
{
    const struct gck_sweep_step *best = &sweep->step[0];

    for (size_t s = 1; s < GCK_SWEEP_STEPS; s++) {
        const double now = central ? sweep->step[s].central : sweep->step[s].one_sided;
        const double until = central ? best->central : best->one_sided;

        if (!(until <= now) && !isnan(now))
            best = &sweep->step[s];
    }
    return best;
}

static void tell_row(const char *name, double step, double error, const char *law)
{
    char decade[GCK_NUMBER_TEXT], at[GCK_NUMBER_TEXT];

    printf("  %-20s %-8s below %-8s %s\n", name, gck_decade_text(step, at), gck_decade_text(error, decade), law);
}

/* Powers of ten alone: finer digits of an error that is rounding differ from machine to machine. */
static void tell_words(const struct told *t)
{
    const struct gck_sweep *const sweep = &t->sweep;
    const struct gck_sweep_step *const one = best(sweep, false), *const two = best(sweep, true);
    char decade[GCK_NUMBER_TEXT];

    printf("\n  %-20s %-8s %-14s %s\n", "", "best h", "error there", "where E is curved");
    tell_row("o one-sided", one->h, one->one_sided, "grows as h");
    tell_row("c central", two->h, two->central, "grows as h^2");
    tell_row("X gradcheck", sweep->chosen_step, sweep->chosen_bound,
             t->type == GCK_TYPE_FLOAT ? "(its step and bound, in double: the twin)" : "(its step and bound)");
    printf("\n  ");
    gck_page_wrap(&(struct gck_page){ stdout, page.colour }, 2, 2,
                  "Towards smaller h every error grows as 1/h: E is rounded, and the difference of two roundings is "
                  "divided by h.");
    if (sweep->exact)
        printf("\n  The truth is the exact twin's: the chain rule along the layer's own source.\n");
    else
        printf("\n  Without an exact twin the truth is known to within %s.\n", gck_decade_text(sweep->doubt, decade));
    printf("  The true error is below gradcheck's bound in %zu of %zu elements.\n", sweep->inside, sweep->elements);
}

/* ---- the command ---- */

static unsigned columns(const struct gck_cli *cli)
{
    struct winsize size;

    if (cli->width != 0)
        return cli->width;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        return size.ws_col < 120 ? size.ws_col : 120;
    return GCK_PAGE_WIDTH;
}

static bool braille(const struct gck_cli *cli)
{
    setlocale(LC_CTYPE, "");
    return !cli->ascii && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static int write_svg(const struct gck_cli *cli, size_t plots)
{
    struct gck_plot plot[TYPES];
    struct gck_draft draft;
    int code = gck_draft_open(&draft, cli->svg);

    if (code != 0)
        return code;
    for (size_t i = 0; i < plots; i++)
        plot[i] = told[i].plot;
    if (gck_plot_svg(draft.file, plot, plots) && gck_draft_close(&draft, true))
        return 0;
    code = gck_draft_complain(cli->svg);
    gck_draft_close(&draft, false);
    return code;
}

static int tell(struct gck_cli *cli, const struct gck_layer *layer)
{
    static const enum gck_type types[TYPES] = { GCK_TYPE_DOUBLE, GCK_TYPE_FLOAT };
    const bool dots = braille(cli);
    char message[GCK_MESSAGE_SIZE];
    size_t plots = 0;

    cli->ask.exact = cli->family[GCK_TYPE_EXACT];
    for (unsigned i = 0; i < TYPES; i++) {
        const struct gck_layer *const one = cli->family[types[i]];
        struct told *const t = &told[plots];

        if (one == NULL || !cli->type[types[i]])
            continue;
        t->type = types[i];
        if (gck_sweep_run(one, types[i] == GCK_TYPE_FLOAT ? cli->family[GCK_TYPE_DOUBLE] : NULL, &cli->ask,
                          &t->sweep, message)
            != GCK_OK)
            return gck_complain("%s", message);
        make_plot(t, layer);
        printf("%s", plots > 0 ? "\n" : "");
        gck_plot_text(stdout, &t->plot, columns(cli), (unsigned)(t->plot.y_high - t->plot.y_low), dots);
        tell_words(t);
        plots++;
    }
    return cli->svg != NULL ? write_svg(cli, plots) : 0;
}

int gck_verb_sweep(struct gck_cli *cli)
{
    if (cli->words != 1)
        return gck_complain(cli->words == 0 ? "sweep which layer? gradcheck list shows them"
                                            : "sweep takes one layer, and %s is one too many",
                            cli->words == 0 ? "" : cli->word[1]);
    if (cli->svg != NULL) { /* told before the work is done */
        struct gck_draft draft;

        if (gck_draft_open(&draft, cli->svg) != 0)
            return 2;
        gck_draft_close(&draft, false);
    }
    return gck_with_layers(cli, cli->word[0], tell);
}
