/* verb_explain.c -- gradcheck explain LAYER|CODE: what a layer computes; what a finding means. */
#include "cli/declared.h"
#include "cli/plugin.h"
#include "cli/verbs.h"
#include "core/text.h"
#include "diagnosis/codes.h"
#include "explain/explain.h"
#include "learn/course.h"
#include "report/page.h"

#include <string.h>
#include <strings.h>

enum { LINE = 2048, LABELLED = 13 };

static struct gck_page on_stdout(void)
{
    return (struct gck_page){ stdout, false };
}

/* ---- a layer ---- */

/* A second and further entry of a list has no label. */
static void entry(const char *label, size_t index, size_t width, const char *name, const char *text)
{
    const struct gck_page page = on_stdout();
    const size_t column = LABELLED + width + 3;

    printf("  %-*s%-*s   ", LABELLED - 2, index == 0 ? label : "", (int)width, name);
    gck_page_wrap(&page, column, column, text);
    putchar('\n');
}

static size_t widest_port(const struct gck_layer *layer)
{
    const struct gck_port *const list[] = { layer->bottom, layer->top, layer->weight };
    size_t widest = 0;

    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        for (const struct gck_port *port = list[i]; port != NULL && port->name != NULL; port++)
            if (strlen(port->name) > widest)
                widest = strlen(port->name);
    return widest;
}

static void tell_bottoms(const char *label, const struct gck_port *port, size_t width)
{
    for (size_t i = 0; port != NULL && port[i].name != NULL; i++) {
        char text[LINE] = "", words[GCK_DIMS_TEXT];

        gck_append(text, LINE, "%s", gck_dims_text(&port[i], words));
        gck_append(text, LINE, ", %s", gck_wish_text(&port[i], words));
        if (port[i].axis != NULL)
            gck_append(text, LINE, ", C stands at --param %s", port[i].axis);
        gck_append(text, LINE, "%s%s%s%s", port[i].constant ? ", no gradient" : "",
                   port[i].whole ? ", the same for all samples" : "",
                   port[i].optional ? ", may be absent" : "",
                   port[i].repeated ? ", may come several times" : "");
        entry(label, i, width, port[i].name, text);
    }
}

static void tell_tops(const struct gck_layer *layer, size_t width)
{
    for (size_t i = 0; layer->top[i].name != NULL; i++)
        entry("top", i, width, layer->top[i].name,
              layer->loss && i == 0
                  ? "the loss: its loss weight is 1 when nobody says otherwise, and stands "
                    "in its diff"
                  : "no loss: it is weighted with fixed random numbers for the exam");
}

static void param_text(const struct gck_param *param, char *text)
{
    char value[GCK_NAME_SIZE];

    text[0] = '\0';
    if (!param->unset)
        gck_append(text, LINE, "= %s", gck_param_text(param, param->value, value));
    else
        gck_append(text, LINE, "not set");
    if (param->kind == GCK_CHOICE)
        gck_append(text, LINE, " (of %s)", param->choices);
    else if (param->kind == GCK_BOOL)
        gck_append(text, LINE, " (true or false)");
    else if (param->min != 0 || param->max != 0)
        gck_append(text, LINE, " (%s%g to %g)", param->kind == GCK_INTEGER ? "whole, " : "",
                   param->min, param->max);
    else if (param->kind == GCK_INTEGER)
        gck_append(text, LINE, " (whole)");
    if (param->help != NULL)
        gck_append(text, LINE, "; %s", param->help);
}

static void tell_params(const struct gck_param *param)
{
    size_t width = 0;
    char text[LINE];

    for (size_t i = 0; param != NULL && param[i].name != NULL; i++)
        if (strlen(param[i].name) > width)
            width = strlen(param[i].name);
    for (size_t i = 0; param != NULL && param[i].name != NULL; i++) {
        param_text(&param[i], text);
        entry("parameter", i, width, param[i].name, text);
    }
}

static int explain_layer(struct gck_cli *cli, const struct gck_layer *layer)
{
    const struct gck_page page = on_stdout();
    const size_t width = widest_port(layer);

    printf("%s   %s\n\n", layer->name, layer->formula);
    gck_page_labelled(&page, "in Caffe", layer->caffe_type != NULL ? layer->caffe_type : "");
    if (layer->loss)
        gck_page_labelled(&page, "claims", gck_norm_text(layer->norm));
    tell_bottoms("bottom", layer->bottom, width);
    tell_bottoms("weight", layer->weight, width);
    tell_tops(layer, width);
    tell_params(layer->param);
    if (!gck_is_file(cli->word[0])) /* of a file, this process knows the compiled one alone */
        printf("\nexamine it with gradcheck %s, watch it with gradcheck trace %s\n", cli->word[0],
               cli->word[0]);
    return 0;
}

/* ---- a code ---- */

/* The exercise that has this mistake. */
static void tell_practice(const struct gck_page *page, unsigned number)
{
    static struct gck_course course;
    char message[GCK_MESSAGE_SIZE], text[LINE];
    const struct gck_exercise *exercise;

    if (!gck_course_open(&course, message)
        || (exercise = gck_course_for_code(&course, number)) == NULL)
        return;
    snprintf(text, sizeof text, "gradcheck learn goto %s: %s", exercise->id, exercise->title);
    gck_page_labelled(page, "practice", text);
}

static int explain_code(const struct gck_code *code)
{
    const struct gck_page page = on_stdout();
    char message[GCK_MESSAGE_SIZE];

    if (gck_explain(&page, code, message) != GCK_OK)
        return gck_complain("on this page: %s", message);
    tell_practice(&page, code->number);
    return 0;
}

static int list_codes(void)
{
    static const char *const group[] = { "a factor", "the contract", "the values", "what a run can see" };
    const struct gck_page page = on_stdout();
    const struct gck_code *code;
    unsigned hundred = 0;

    for (size_t i = 0; (code = gck_code_at(i)) != NULL; i++) {
        if (code->number / 100 != hundred) {
            hundred = code->number / 100;
            printf("%s%s\n", i > 0 ? "\n" : "", hundred <= 4 ? group[hundred - 1] : "others");
        }
        printf("  GC%u   %s   ", code->number, gck_severity_text(code->severity));
        gck_page_wrap(&page, 17, 17, code->title);
        putchar('\n');
    }
    return 0;
}

/* GC101, gc101 or 101. */
static bool is_code(const char *word, size_t *number)
{
    return gck_read_size(strncasecmp(word, "GC", 2) == 0 ? word + 2 : word, number);
}

static size_t apart(size_t a, size_t b)
{
    return a < b ? b - a : a - b;
}

static int no_such_code(const char *word, size_t number)
{
    const struct gck_code *nearest = gck_code_at(0), *code;

    for (size_t i = 0; (code = gck_code_at(i)) != NULL; i++)
        if (apart(code->number, number) < apart(nearest->number, number))
            nearest = code;
    return gck_complain("there is no finding %s; the nearest is GC%u, %s; gradcheck explain lists all", word,
                        nearest->number, nearest->title);
}

int gck_verb_explain(struct gck_cli *cli)
{
    const struct gck_code *code;
    size_t number;

    if (cli->words == 0)
        return list_codes();
    if (cli->words > 1)
        return gck_complain("explain takes one layer or code, and %s is one too many",
                            cli->word[1]);
    if (!is_code(cli->word[0], &number))
        return gck_with_layers(cli, cli->word[0], explain_layer);
    code = number <= 999 ? gck_code_find((unsigned)number) : NULL;
    return code == NULL ? no_such_code(cli->word[0], number) : explain_code(code);
}
