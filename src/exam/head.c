/* head.c -- the head of a result: what was asked, and the command line that asks it again. */
#include "exam/check.h"

#include "core/text.h"
#include "layer/param.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One word for a shell: within single quotes where it has more than plain letters. */
static void add_word(struct gck_result *result, const char *word)
{
    const bool plain = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%^")
                       == strlen(word);

    if (plain) {
        gck_append(result->again, sizeof result->again, " %s", word);
        return;
    }
    gck_append(result->again, sizeof result->again, " '");
    for (; *word != '\0'; word++)
        if (*word == '\'')
            gck_append(result->again, sizeof result->again, "'\\''");
        else
            gck_append(result->again, sizeof result->again, "%c", *word);
    gck_append(result->again, sizeof result->again, "'");
}

static void add_option(struct gck_result *result, const char *option, const char *name, const char *value)
{
    char word[sizeof result->again] = "";

    gck_append(result->again, sizeof result->again, " --%s", option);
    if (strcmp(option, "num") != 0)
        gck_append(word, sizeof word, "%s=", name);
    gck_append(word, sizeof word, "%s", value);
    add_word(result, word);
}

static void tell_again(struct gck_check *check)
{
    const struct gck_options *const options = check->options;
    const struct gck_options usual = gck_options_default();
    struct gck_result *const result = check->result;
    char number[GCK_NUMBER_TEXT];

    snprintf(result->again, sizeof result->again, "--dtype %s --seed %llu",
             check->layer->type == GCK_TYPE_FLOAT ? "float" : "double",
             (unsigned long long)options->seed);
    if (options->weights != usual.weights
        || memcmp(options->weight, usual.weight, usual.weights * sizeof usual.weight[0]) != 0)
        for (unsigned i = 0; i < options->weights; i++)
            gck_append(result->again, sizeof result->again, "%s%s", i == 0 ? " --loss-weight " : ",",
                       gck_exact_text(options->weight[i], number));
    for (unsigned i = 0; i < options->givens; i++) {
        static const char *const word[] = { "dim", "shape", "param", "bottom", "loss-weight" };
        const struct gck_given *const given = &options->given[i];

        add_option(result,
                   given->kind == GCK_GIVEN_DIM && strcmp(given->name, "N") == 0 ? "num"
                                                                                 : word[given->kind],
                   given->name, given->value);
    }
    if (options->only != NULL) {
        gck_append(result->again, sizeof result->again, " --only");
        add_word(result, options->only);
    }
    if (options->strict)
        gck_append(result->again, sizeof result->again, " --strict");
    if (options->exhaustive)
        gck_append(result->again, sizeof result->again, " --exhaustive");
}

void gck_check_tell_head(struct gck_check *check)
{
    struct gck_result *const result = check->result;
    const struct gck_layer *const layer = check->layer;

    result->seed = check->options->seed;
    for (unsigned i = 0; i < check->setup.bottoms; i++) {
        GCK_COPY(result->bottom[i].name, check->setup.bottom[i].name);
        result->bottom[i].shape = check->setup.bottom[i].shape;
        if (check->setup.bottom[i].from != NULL)
            GCK_COPY(result->bottom[i].from, check->setup.bottom[i].from);
    }
    result->bottoms = check->setup.bottoms;
    for (unsigned i = 0; i < check->setup.params; i++) {
        const struct gck_param *const param = &layer->param[i];
        const double value = check->setup.param[i];

        if ((param->unset && isnan(value)) || (!param->unset && value == param->value)
            || strcmp(param->name, "num_output") == 0)
            continue;
        GCK_COPY(result->param[result->params].name, param->name);
        gck_param_text(param, value, result->param[result->params++].value);
    }
    result->weights = check->options->weights;
    memcpy(result->weight, check->options->weight, sizeof result->weight);
    result->gradient_weight = check->weight;
    tell_again(check);
}
