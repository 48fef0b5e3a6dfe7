/* term.c -- a sum with one term too many or too few: a constant, or a multiple of a bottom's data. */
#include "diagnosis/pattern.h"

#include "core/blob.h"
#include "core/text.h"
#include "diagnosis/factor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The elements that show a - g = factor value (value NULL: 1), factor from the one that tells it best; 0: it is not so. */
static size_t shows(const struct gck_view *view, const double *value, double *factor)
{
    double best = HUGE_VAL;
    size_t found = 0;

    *factor = 0;
    for (size_t i = 0; i < view->count; i++) {
        const double by = value != NULL ? value[i] : 1, doubt = view->room[i] / fabs(by);

        if (view->state[i] == GCK_OFF && by != 0 && doubt < best) {
            best = doubt;
            *factor = (view->a[i] - view->g[i]) / by;
        }
    }
    if (*factor == 0 || !isfinite(*factor))
        return 0;
    for (size_t i = 0; i < view->count; i++) {
        const double term = *factor * (value != NULL ? value[i] : 1);
        const double room = view->room[i] + best * fabs(term / *factor) + 1e-6 * fabs(term);

        if (view->state[i] == GCK_UNTOLD)
            continue;
        if (!(fabs(view->a[i] - view->g[i] - term) <= room))
            return 0;
        found += room < 0.1 * fabs(term); /* with more room anything would fit */
    }
    return found;
}

enum { SHARE_TEXT = GCK_NUMBER_TEXT + 32 };

/* ", and 0.275 = loss_weight/num", or "" */
static const char *share(const struct gck_view *view, const char *number, double extra, char text[SHARE_TEXT])
{
    const struct gck_check *const check = view->check;
    const double times = fabs(extra * (double)check->rig.num / check->weight);

    text[0] = '\0';
    if (check->setup.dim[0] > 1 && (gck_near(times, 1) || gck_near(times, 2) || gck_near(times, 0.5)))
        snprintf(text, SHARE_TEXT, ", and %s = %sloss_weight/num%s", number, gck_near(times, 2) ? "2 " : "",
                 gck_near(times, 0.5) ? "/2" : "");
    return text;
}

static void tell(const struct gck_view *view, const char *what, double factor, size_t found, struct gck_fit *fit)
{
    const double extra = factor * view->told;
    char number[GCK_NUMBER_TEXT], law[SHARE_TEXT];

    fit->code = 399;
    gck_number_text(fabs(extra), number);
    snprintf(fit->what, sizeof fit->what, "a term too %s: %s%s%s", extra > 0 ? "many" : "few", number, what[0] != '\0' ? " x " : "",
             what);
    snprintf(fit->measured, sizeof fit->measured,
             "analytic = numeric %c %s%s%s in all %zu elements that can tell it%s: that term is missing, or one too many, or has "
             "the wrong sign or factor",
             extra > 0 ? '+' : '-', number, what[0] != '\0' ? " x the data of " : "", what, found,
             share(view, number, extra, law));
    GCK_COPY(fit->excluded, "a factor (what differs is a sum)");
    fit->hint = what[0] != '\0' ? "look for what this bottom adds to the derivative"
                                : "look for a constant that was lost, or kept, when the loss was differentiated";
}

bool gck_pattern_term(const struct gck_view *view, struct gck_fit *fit)
{
    enum { LEAST = 4 };
    const struct gck_rig *const rig = &view->check->rig;
    double factor;
    size_t found = shows(view, NULL, &factor);

    if (found >= LEAST) {
        tell(view, "", factor, found, fit);
        return true;
    }
    for (unsigned b = 0; b < rig->setup->bottoms; b++) {
        const struct gck_blob *const blob = &rig->bottom[b];
        double *const value = blob->count == view->count ? malloc(blob->count * sizeof *value) : NULL;

        if (value == NULL)
            continue;
        gck_peek_all(blob->data, blob->real_size, blob->count, value);
        found = shows(view, value, &factor);
        free(value);
        if (found >= LEAST) {
            tell(view, rig->setup->bottom[b].name, factor, found, fit);
            return true;
        }
    }
    return false;
}
