/* values.c -- what the options' values have to look like. */
#include "cli/values.h"

#include "core/text.h"
#include "layer/setup.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool refuse(const char *option, const char *wanted, const char *value)
{
    gck_complain("%s needs %s, not '%s'", option, wanted, value);
    return false;
}

/* ---- NAME=VALUE ---- */

static const struct gck_given *given(const struct gck_cli *cli, enum gck_given_kind kind,
                                     const char *name)
{
    for (unsigned i = 0; i < cli->ask.givens; i++)
        if (cli->ask.given[i].kind == kind && strcmp(cli->ask.given[i].name, name) == 0)
            return &cli->ask.given[i];
    return NULL;
}

/* Twice the same is harmless, two values are a contradiction. */
static bool add_given(struct gck_cli *cli, const char *option, enum gck_given_kind kind,
                      const char *name, const char *value)
{
    const struct gck_given *const earlier = given(cli, kind, name);

    if (earlier != NULL && strcmp(earlier->value, value) == 0)
        return true;
    if (earlier != NULL)
        gck_complain("%s is given twice for %s, as %s and as %s", option, name, earlier->value,
                     value);
    else if (cli->ask.givens == GCK_MAX_GIVEN)
        gck_complain("more than %d of --num, --dim, --shape, --param, --bottom and TOP=W",
                     GCK_MAX_GIVEN);
    else {
        cli->ask.given[cli->ask.givens++] = (struct gck_given){ kind, name, value };
        return true;
    }
    return false;
}

/* Splits NAME=VALUE; the name's copy waits where the next given one belongs. */
static bool split(struct gck_cli *cli, const char *option, const char *form, const char *text,
                  const char **name, const char **value)
{
    const char *const equals = strchr(text, '=');
    char *const copy = cli->name[cli->ask.givens];

    if (equals == NULL || equals == text || equals[1] == '\0' || equals - text >= GCK_NAME_SIZE)
        return refuse(option, form, text);
    memcpy(copy, text, (size_t)(equals - text));
    copy[equals - text] = '\0';
    *name = copy;
    *value = equals + 1;
    return true;
}

static bool is_size(const char *text)
{
    size_t size;

    return gck_read_size(text, &size) && size > 0;
}

bool gck_take_num(struct gck_cli *cli, const char *value)
{
    if (!is_size(value))
        return refuse("--num", "a whole number from 1 on", value);
    return add_given(cli, "--num", GCK_GIVEN_DIM, "N", value);
}

bool gck_take_dim(struct gck_cli *cli, const char *value)
{
    const char *name, *size;

    if (!split(cli, "--dim", "a symbol and a size, as in C=7", value, &name, &size))
        return false;
    if (strlen(name) != 1 || strchr("NCSK", name[0]) == NULL)
        return refuse("--dim", "one of N (num), C (channels), S (positions), K (outputs)", name);
    if (!is_size(size))
        return refuse("--dim", "a whole number from 1 on", size);
    return add_given(cli, "--dim", GCK_GIVEN_DIM, name, size);
}

bool gck_take_shape(struct gck_cli *cli, const char *value)
{
    struct gck_shape shape;
    const char *name, *dims;

    if (!split(cli, "--shape", "a bottom and its shape, as in score=5x7x3", value, &name, &dims))
        return false;
    if (!gck_shape_read(dims, &shape))
        return refuse("--shape", "at most 8 whole numbers with x between, as in 5x7x3", dims);
    for (unsigned i = 0; i < shape.axes; i++)
        if (shape.dim[i] == 0)
            return refuse("--shape", "dims from 1 on", dims);
    return add_given(cli, "--shape", GCK_GIVEN_SHAPE, name, dims);
}

bool gck_take_param(struct gck_cli *cli, const char *value)
{
    const char *name, *set;

    return split(cli, "--param", "a parameter and its value, as in margin=2.5", value, &name, &set)
           && add_given(cli, "--param", GCK_GIVEN_PARAM, name, set);
}

bool gck_take_bottom(struct gck_cli *cli, const char *value)
{
    const char *name, *file;

    return split(cli, "--bottom", "a bottom and a file, as in score=scores.npy", value, &name,
                 &file)
           && add_given(cli, "--bottom", GCK_GIVEN_BOTTOM, name, file);
}

/* ---- loss weights ---- */

static bool take_top_weight(struct gck_cli *cli, const char *text)
{
    const char *name, *weight;
    double number;

    if (!split(cli, "--loss-weight", "a top and its weight, as in loss=0.3", text, &name, &weight))
        return false;
    if (!gck_read_double(weight, &number))
        return refuse("--loss-weight", "a finite number", weight);
    return add_given(cli, "--loss-weight", GCK_GIVEN_TOP, name, weight);
}

/* One weight of the list, up to the next comma or the end. */
static bool take_one_weight(struct gck_cli *cli, const char *list, const char *from, size_t length)
{
    char text[64];

    snprintf(text, sizeof text, "%.*s", (int)(length < sizeof text ? length : sizeof text - 1),
             from);
    if (cli->ask.weights == GCK_MAX_WEIGHTS) {
        gck_complain("--loss-weight takes at most %d weights", GCK_MAX_WEIGHTS);
        return false;
    }
    if (length >= sizeof text || !gck_read_double(text, &cli->ask.weight[cli->ask.weights]))
        return refuse("--loss-weight", "finite numbers with commas between, as in 1,2,0.3", list);
    cli->ask.weights++;
    return true;
}

bool gck_take_loss_weight(struct gck_cli *cli, const char *value)
{
    if (strchr(value, '=') != NULL)
        return take_top_weight(cli, value);
    if (cli->weights_text != NULL && strcmp(cli->weights_text, value) != 0) {
        gck_complain("--loss-weight is given twice, as %s and as %s; one list takes all: "
                     "--loss-weight %s,%s",
                     cli->weights_text, value, cli->weights_text, value);
        return false;
    }
    cli->weights_text = value;
    cli->ask.weights = 0;
    for (const char *from = value;; from++) {
        const size_t length = strcspn(from, ",");

        if (!take_one_weight(cli, value, from, length))
            return false;
        from += length;
        if (*from == '\0')
            return true;
    }
}

/* ---- the rest ---- */

bool gck_take_seed(struct gck_cli *cli, const char *value)
{
    size_t seed;

    /* a seed is written into JSON, whose whole numbers end here */
    if (!gck_read_size(value, &seed) || seed > INT64_MAX)
        return refuse("--seed", "a whole number from 0 to 9223372036854775807", value);
    cli->ask.seed = seed;
    return true;
}

bool gck_take_dtype(struct gck_cli *cli, const char *value)
{
    const bool both = strcmp(value, "both") == 0;

    cli->type[GCK_TYPE_FLOAT] = both || strcmp(value, "float") == 0;
    cli->type[GCK_TYPE_DOUBLE] = both || strcmp(value, "double") == 0;
    cli->type_given = !both;
    return cli->type[GCK_TYPE_FLOAT] || cli->type[GCK_TYPE_DOUBLE]
           || refuse("--dtype", "float, double or both", value);
}

bool gck_take_only(struct gck_cli *cli, const char *value)
{
    if (value[0] == '\0' || value[0] == '[')
        return refuse("--only", "a bottom or one element of it, as in 'score[4,0,2]'", value);
    cli->ask.only = value;
    return true;
}

bool gck_take_jobs(struct gck_cli *cli, const char *value)
{
    size_t jobs;

    if (!gck_read_size(value, &jobs) || jobs < 1 || jobs > 1024)
        return refuse("--jobs", "a whole number from 1 to 1024", value);
    cli->jobs = (unsigned)jobs;
    return true;
}

bool gck_take_width(struct gck_cli *cli, const char *value)
{
    size_t width;

    if (!gck_read_size(value, &width) || width < 40 || width > 400)
        return refuse("--width", "columns from 40 to 400", value);
    cli->width = (unsigned)width;
    return true;
}

bool gck_take_timeout(struct gck_cli *cli, const char *value)
{
    if (!gck_read_double(value, &cli->ask.seconds) || cli->ask.seconds < 0)
        return refuse("--timeout", "seconds, or 0 for no limit", value);
    return true;
}

bool gck_take_memory(struct gck_cli *cli, const char *value)
{
    if (!gck_read_size(value, &cli->ask.megabytes) || cli->ask.megabytes > SIZE_MAX >> 20)
        return refuse("--memory", "megabytes, or 0 for no limit", value);
    return true;
}

bool gck_take_report(struct gck_cli *cli, const char *value)
{
    static const char *const formats[] = { "text", "json", NULL };
    const size_t length = strcspn(value, ":");
    const char *const path = value[length] == ':' ? value + length + 1 : "-";
    char near[GCK_MESSAGE_SIZE], name[64];
    unsigned format = 0;

    while (formats[format] != NULL
           && (strlen(formats[format]) != length || strncmp(formats[format], value, length) != 0))
        format++;
    snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1),
             value);
    if (formats[format] == NULL)
        gck_complain("there is no report format '%s'%s", name,
                     gck_nearest(name, formats, near, sizeof near));
    else if (path[0] == '\0')
        gck_complain("--report %s needs a file's name after the colon", value);
    else if (cli->sinks == GCK_MAX_SINKS)
        gck_complain("more than %d reports", GCK_MAX_SINKS);
    else {
        cli->sink[cli->sinks].format = (enum gck_format)format;
        cli->sink[cli->sinks++].path = strcmp(path, "-") == 0 ? NULL : path;
        return true;
    }
    return false;
}

bool gck_take_colour(struct gck_cli *cli, const char *value)
{
    if (strcmp(value, "auto") == 0)
        cli->colour = GCK_COLOUR_AUTO;
    else if (strcmp(value, "always") == 0)
        cli->colour = GCK_COLOUR_ALWAYS;
    else if (strcmp(value, "never") == 0)
        cli->colour = GCK_COLOUR_NEVER;
    else
        return refuse("--color", "auto, always or never", value);
    return true;
}
