/* declared.c -- what a layer declares about itself, in words. */
#include "cli/declared.h"

#include "core/text.h"

/* C or C*S, the symbols of one dim. */
static void append_symbols(char *text, unsigned symbols)
{
    static const char *const name[GCK_DIMS] = { "num", "C", "S", "K" };
    bool first = true;

    for (unsigned i = 0; i < GCK_DIMS; i++)
        if (symbols & 1u << i) {
            gck_append(text, GCK_DIMS_TEXT, "%s%s", first ? "" : "*", name[i]);
            first = false;
        }
}

char *gck_dims_text(const struct gck_port *port, char *text)
{
    text[0] = '\0';
    for (unsigned i = 0; i < GCK_MAX_AXES && port->dims[i] != 0; i++) {
        gck_append(text, GCK_DIMS_TEXT, "%s", i == 0 ? "" : " x ");
        append_symbols(text, port->dims[i]);
    }
    if (text[0] == '\0')
        gck_append(text, GCK_DIMS_TEXT, "scalar");
    return text;
}

const char *gck_fill_text(enum gck_fill fill)
{
    static const char *const text[] = {
        [GCK_GAUSSIAN] = "normal",   [GCK_UNIFORM] = "uniform",
        [GCK_POSITIVE] = "positive", [GCK_PROBABILITY_ROWS] = "probabilities",
        [GCK_LABELS] = "labels",     [GCK_BINARY] = "binary",
        [GCK_SIGNS] = "signs",
    };

    return text[fill];
}

char *gck_wish_text(const struct gck_port *port, char *text)
{
    text[0] = '\0';
    switch (port->fill) {
    case GCK_UNIFORM:
        gck_append(text, GCK_DIMS_TEXT, "uniform on [%g, %g)", port->lo, port->hi);
        break;
    case GCK_POSITIVE:
        gck_append(text, GCK_DIMS_TEXT, "positive");
        break;
    case GCK_PROBABILITY_ROWS:
        gck_append(text, GCK_DIMS_TEXT, "positive, sums to 1 over ");
        append_symbols(text, port->range);
        break;
    case GCK_LABELS:
        gck_append(text, GCK_DIMS_TEXT, "labels 0 .. ");
        append_symbols(text, port->range);
        gck_append(text, GCK_DIMS_TEXT, "-1");
        break;
    case GCK_BINARY:
        gck_append(text, GCK_DIMS_TEXT, "0 or 1");
        break;
    case GCK_SIGNS:
        gck_append(text, GCK_DIMS_TEXT, "-1 or 1");
        break;
    case GCK_GAUSSIAN:
        gck_append(text, GCK_DIMS_TEXT, "normal numbers");
        break;
    }
    return text;
}

const char *gck_norm_text(enum gck_norm norm)
{
    static const char *const text[] = {
        [GCK_NORM_NONE] = "nothing is claimed",
        [GCK_NORM_MEAN] = "a mean over num, so every derivative carries 1/num",
        [GCK_NORM_SUM] = "a sum over the batch, so no derivative carries 1/num",
        [GCK_NORM_VALID] = "a mean over what counts, so the factor depends on the data",
        [GCK_NORM_BY_PARAM] =
            ("what the parameter normalization says: FULL divides by all positions, VALID by "
             "those that count, BATCH_SIZE by num, NONE by 1"),
    };

    return text[norm];
}
