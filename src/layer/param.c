/* param.c -- a layer's parameters: what the user wrote, judged and turned into numbers. */
#include "layer/param.h"

#include "core/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

int gck_param_index(const struct gck_layer *layer, const char *name)
{
    for (int i = 0; layer->param != NULL && layer->param[i].name != NULL; i++)
        if (strcmp(layer->param[i].name, name) == 0)
            return i;
    return -1;
}

static bool read_choice(const char *choices, const char *text, double *value)
{
    const size_t length = strlen(text);

    for (unsigned index = 0; *choices != '\0'; index++) {
        const size_t word = strcspn(choices, " ");

        if (word == length && strncmp(choices, text, word) == 0) {
            *value = index;
            return true;
        }
        choices += word + (choices[word] == ' ');
    }
    return false;
}

enum gck_status gck_param_parse(const struct gck_param *param, const char *text, double *value,
                                char *message)
{
    if (param->kind == GCK_CHOICE) {
        if (read_choice(param->choices, text, value))
            return GCK_OK;
        return gck_say(message, GCK_EPARAM, "%s is one of %s, not %s", param->name, param->choices, text);
    }
    if (param->kind == GCK_BOOL) {
        if (read_choice("false true", text, value) || read_choice("0 1", text, value))
            return GCK_OK;
        return gck_say(message, GCK_EPARAM, "%s is true or false, not %s", param->name, text);
    }
    if (!gck_read_double(text, value))
        return gck_say(message, GCK_EPARAM, "%s is a number, not %s", param->name, text);
    if (param->kind == GCK_INTEGER && *value != floor(*value))
        return gck_say(message, GCK_EPARAM, "%s is a whole number, not %s", param->name, text);
    if ((param->min != 0 || param->max != 0) && !(*value >= param->min && *value <= param->max))
        return gck_say(message, GCK_EPARAM, "%s lies in %g .. %g, %s does not", param->name, param->min,
                       param->max, text);
    return GCK_OK;
}

char *gck_param_text(const struct gck_param *param, double value, char *text)
{
    if (isnan(value)) {
        snprintf(text, GCK_NAME_SIZE, "unset");
    } else if (param->kind == GCK_BOOL) {
        snprintf(text, GCK_NAME_SIZE, "%s", value != 0 ? "true" : "false");
    } else if (param->kind == GCK_CHOICE) {
        const char *word = param->choices;

        for (double index = 0; index < value && strchr(word, ' ') != NULL; index++)
            word = strchr(word, ' ') + 1;
        snprintf(text, GCK_NAME_SIZE, "%.*s", (int)strcspn(word, " "), word);
    } else {
        gck_exact_text(value, text);
    }
    return text;
}

enum gck_status gck_param_read(struct gck_setup *setup, char *message)
{
    const struct gck_layer *const layer = setup->layer;
    const char *name[GCK_MAX_PARAMS + 1] = { NULL };

    for (; layer->param != NULL && layer->param[setup->params].name != NULL; setup->params++) {
        const struct gck_param *const param = &layer->param[setup->params];

        setup->param[setup->params] = param->unset ? (double)NAN : param->value;
        name[setup->params] = param->name;
    }
    for (unsigned i = 0; i < setup->options->givens; i++) {
        const struct gck_given *const given = &setup->options->given[i];
        const int index = given->kind == GCK_GIVEN_PARAM ? gck_param_index(layer, given->name) : 0;
        char near[GCK_MESSAGE_SIZE];
        enum gck_status status;

        if (given->kind != GCK_GIVEN_PARAM)
            continue;
        if (index < 0)
            return gck_say(message, GCK_ENAME, "%s has no parameter %s%s", layer->name, given->name,
                           setup->params == 0 ? ", nor any other"
                                              : gck_nearest(given->name, name, near, sizeof near));
        status = gck_param_parse(&layer->param[index], given->value, &setup->param[index], message);
        if (status != GCK_OK)
            return status;
    }
    return GCK_OK;
}

void gck_param_tie(struct gck_setup *setup)
{
    const int index = gck_param_index(setup->layer, "num_output");

    if (index >= 0 && setup->dim[3] != 0)
        setup->param[index] = (double)setup->dim[3];
}
