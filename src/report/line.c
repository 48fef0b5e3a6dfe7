/* line.c -- the line about the gradient, without digits at the noise floor: they differ by machine.
 */
#include "report/line.h"

#include "core/text.h"
#include "report/words.h"

#include <math.h>
#include <string.h>

/* Where there is nothing to say beyond the answer itself; true: the line is complete. */
bool gck_line_plain(const struct gck_exam *exam, const struct gck_result *result,
                    struct gck_line *line)
{
    line->answer = exam->answer;
    line->text[0] = '\0';
    if (exam->answer == GCK_NOT_ASKED) {
        /* after an error the last line says why */
        if (result->verdict != GCK_ERROR)
            gck_append(line->text, GCK_LINE_SIZE, "not asked%s%s", exam->why[0] ? ": " : "",
                       exam->why);
        return true;
    }
    if (exam->answer == GCK_NOT_APPLICABLE)
        gck_append(line->text, GCK_LINE_SIZE, "does not apply%s%s", exam->why[0] ? ": " : "",
                   exam->why);
    else
        gck_append(line->text, GCK_LINE_SIZE, "%s", exam->why);
    return line->text[0] != '\0';
}

struct tally {
    size_t elements, agree, kink, disagree, inconclusive;
    size_t probed, alone; /* elements of ports that were probed; of those, looked at alone */
    unsigned directions;
    bool many;
    double bound, sees;
    const struct gck_port_result
        *only_wrong; /* the port that has all disagreeing elements, or NULL */
    const struct gck_port_result
        *unsure; /* the port with the most that could not be told, or NULL */
};

static struct tally add_up(const struct gck_result *result)
{
    struct tally sum = { 0 };
    unsigned wrong = 0;

    for (unsigned i = 0; i < result->ports; i++) {
        const struct gck_port_result *const port = &result->port[i];

        if (port->directions > 0) {
            sum.probed += port->elements;
            sum.alone += port->elements - port->probed;
            sum.directions = port->directions;
            sum.many = sum.many || port->many;
            sum.sees = port->sees > sum.sees ? port->sees : sum.sees;
        } else {
            sum.elements += port->elements;
            sum.agree += port->agree;
        }
        sum.kink += port->kink;
        sum.disagree += port->disagree;
        sum.inconclusive += port->inconclusive;
        if (port->directions == 0 && port->agree > 0 && port->bound > sum.bound)
            sum.bound = port->bound;
        if (port->disagree > 0 && wrong++ == 0)
            sum.only_wrong = port;
        if (port->inconclusive > (sum.unsure == NULL ? 0 : sum.unsure->inconclusive))
            sum.unsure = port;
    }
    if (wrong != 1 || result->ports < 2)
        sum.only_wrong = NULL;
    return sum;
}

/* Finer bounds are reached on some machines and missed on others; the JSON report has them. */
static double told_bound(const struct gck_result *result, double bound)
{
    const double finest = result->type == GCK_TYPE_FLOAT ? 1e-4 : 1e-6;

    return bound > 0 && bound < finest ? finest : bound;
}

static void tell_agreement(const struct gck_result *result, const struct tally *sum, char *text)
{
    const double told = told_bound(result, sum->bound);
    char bound[GCK_NUMBER_TEXT];

    if (sum->elements > 0)
        gck_append(text, GCK_LINE_SIZE, "%zu of %zu elements agree", sum->agree, sum->elements);
    if (sum->agree > 0)
        gck_append(text, GCK_LINE_SIZE, ", error %s%s", told > 0 ? "< " : "",
                   gck_decade_text(told, bound));
    if (sum->probed > 0)
        gck_append(text, GCK_LINE_SIZE, "%s%zu elements probed in %u directions", sum->elements > 0 ? "; " : "",
                   sum->probed, sum->directions);
    if (sum->sees > 0)
        gck_append(text, GCK_LINE_SIZE, "; one element off by more than %s of its size would show",
                   gck_decade_text(sum->sees, bound));
    if (sum->kink > 0)
        gck_append(text, GCK_LINE_SIZE, "; %zu at a kink, %s", sum->kink,
                   sum->kink == 1 ? "a valid subgradient" : "valid subgradients");
    if (sum->inconclusive > 0)
        gck_append(text, GCK_LINE_SIZE, "; %zu could not be told", sum->inconclusive);
}

/* Is there a batch that can be made smaller? */
static bool many_samples(const struct gck_result *result)
{
    for (unsigned p = 0; p < result->ports; p++)
        if (result->port[p].shape.axes > 0 && result->port[p].shape.dim[0] > 2)
            return true;
    return false;
}

/* The least certain element, and what would help. */
static void tell_doubt(const struct gck_result *result, const struct tally *sum, char *text)
{
    const struct gck_element *worst;
    char name[128], bound[GCK_NUMBER_TEXT];

    if (sum->unsure == NULL)
        return;
    worst = &sum->unsure->worst;
    if (sum->unsure->directions > 0)
        gck_append(text, GCK_LINE_SIZE, "\nin those of %s an error of a tenth of their size could hide behind rounding",
                   sum->unsure->port);
    else if (worst->verdict == GCK_CANNOT_TELL && isfinite(worst->bound))
        gck_append(
            text, GCK_LINE_SIZE, "\n%s is known to within %s only",
            gck_index_text(sum->unsure->port, sum->unsure->shape.axes, worst, name, sizeof name),
            gck_decade_text(worst->bound, bound));
    gck_append(text, GCK_LINE_SIZE, "\nsharper: %sother data (--seed, --bottom)",
               many_samples(result) ? "fewer samples (--num 2), so that each element moves the loss more, or " : "");
    if (result->type == GCK_TYPE_FLOAT && !result->by_twin)
        gck_append(text, GCK_LINE_SIZE, "; a double version of the layer");
}

void gck_line_gradient(const struct gck_result *result, struct gck_line *line)
{
    const struct tally sum = add_up(result);
    const enum gck_answer answer = result->gradient.answer;

    if (sum.elements + sum.probed == 0 || answer == GCK_NOT_ASKED || answer == GCK_NOT_APPLICABLE) {
        gck_line_plain(&result->gradient, result, line);
        return;
    }
    line->answer = answer;
    line->text[0] = '\0';
    if (sum.disagree > 0) {
        const bool some = sum.alone < sum.probed;

        gck_append(line->text, GCK_LINE_SIZE, "%zu of %zu elements %sdisagree", sum.disagree,
                   sum.elements + sum.alone, some ? "looked at alone " : "");
        if (some)
            gck_append(line->text, GCK_LINE_SIZE, ", %zu were probed in %u directions%s", sum.probed, sum.directions,
                       sum.many ? "; more of them are wrong" : "");
        if (sum.only_wrong != NULL)
            gck_append(line->text, GCK_LINE_SIZE, ", all in %s", sum.only_wrong->port);
    } else
        tell_agreement(result, &sum, line->text);
    if (answer != GCK_FINE && result->gradient.why[0] != '\0')
        gck_append(line->text, GCK_LINE_SIZE, "\n%s", result->gradient.why);
    if (answer == GCK_UNSURE)
        tell_doubt(result, &sum, line->text);
}

const char *gck_line_method(const struct gck_result *result)
{
    if (strcmp(result->method, "probed") == 0)
        return "all elements at once, along one direction that follows the signs of the diffs and four random ones: the "
               "loss has to move as the diffs together say. What does not fit is located by halves and looked at alone. An "
               "error of one element shows where it is larger than the rounding of the loss, which gives the size above: "
               "relative to that diff, or to the port's median diff where that is larger. --exhaustive looks at each "
               "element alone";
    if (strcmp(result->method, "sliced") != 0)
        return "";
    if (strcmp(result->unit, "position") == 0)
        return "every diff of the batch was compared with a difference of the loss of its own position of its own sample, "
               "times one factor. This is as good as moving the whole batch, since its loss was found to be that factor "
               "times the sum of the positions' losses, with these data and with others in any of the positions; and "
               "sharper, since one position's loss has less rounding";
    return strcmp(result->factor, "by sample") == 0
               ? "every diff of the batch was compared with a difference of its own sample's loss, times that sample's "
                 "factor. This is as good as moving the whole batch, since its loss was found to be the sum of the samples' "
                 "losses, each times a factor of its own; and sharper, since one sample's loss has less rounding"
               : "every diff of the batch was compared with a difference of its own sample's loss, times one factor. This "
                 "is as good as moving the whole batch, since its loss was found to be that factor times the sum of the "
                 "samples' losses; and sharper, since one sample's loss has less rounding";
}
