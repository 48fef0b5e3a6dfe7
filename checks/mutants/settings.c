/* settings.c -- what is asked of a layer and its mutants: shapes, data and parameters. */
#include "compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const everywhere[] = { "", "seed=2", "N=4 C=5", "N=1", "C=2 S=2", "scale=0.01", "scale=1000", "ties" };

static const struct { const char *layer, *words; } own[] = {
    { "contrastive", "legacy_version=1" }, { "contrastive", "margin=0.5" },
    { "contrastive", "dist_epsilon=0.1" }, { "contrastive", "legacy_version=1 ties" },
    { "dice", "smooth=1" }, { "dice", "smooth=1 ties" }, { "dice", "soft" },
    { "hinge", "norm=L2" }, { "hinge", "norm=L2 ties" },
    { "infogain", "axis=2" }, { "infogain", "axis=-1 ignore_label=1" }, { "infogain", "ignore_label=1" },
    { "infogain", "normalization=FULL ignore_label=2" }, { "infogain", "normalization=BATCH_SIZE" },
    { "infogain", "normalization=NONE ignore_label=0" }, { "infogain", "floor=0.2" },
    { "inner_product", "bias_term=0" }, { "inner_product", "num_output=4 K=4" },
    { "multinomial_logistic", "floor=0.2" },
    { "relu", "negative_slope=0.25" }, { "relu", "negative_slope=0.25 ties" },
    { "sigmoid_cross_entropy", "normalization=FULL" }, { "sigmoid_cross_entropy", "normalization=VALID" },
    { "sigmoid_cross_entropy", "normalization=NONE" },
    { "sigmoid_cross_entropy", "normalization=VALID ignore_label=1 ties" },
    { "sigmoid_cross_entropy", "ignore_label=0 ties" },
    { "softmax", "axis=2" }, { "softmax", "axis=-1" }, { "softmax", "axis=0" },
    { "softmax_loss", "axis=2" }, { "softmax_loss", "axis=-1 ignore_label=1" }, { "softmax_loss", "ignore_label=1" },
    { "softmax_loss", "normalization=FULL ignore_label=2" }, { "softmax_loss", "normalization=BATCH_SIZE" },
    { "softmax_loss", "normalization=NONE ignore_label=0" }, { "softmax_loss", "floor=0.2" },
};

static void soften(void *context, const char *port, const struct gck_shape *shape, double *value)
{
    const size_t count = gck_shape_count(shape, 0, shape->axes);

    (void)context;
    for (size_t i = 0; strcmp(port, "target") == 0 && i < count; i++)
        value[i] = fmod(0.11 + 0.37 * (double)i, 1);
}

static void tie(void *context, const char *port, const struct gck_shape *shape, double *value)
{
    const size_t count = gck_shape_count(shape, 0, shape->axes);

    (void)context;
    (void)port;
    for (size_t i = 0; i < count; i++)
        value[i] = nearbyint(4 * value[i]) / 4;
}

void read_words(struct setting *setting, const char *words)
{
    char copy[sizeof setting->words], *state = NULL;
    struct gck_options *const options = &setting->options;

    snprintf(setting->words, sizeof setting->words, "%s", words);
    snprintf(copy, sizeof copy, "%s", words);
    *options = gck_options_default();
    for (char *word = strtok_r(copy, " ", &state); word != NULL; word = strtok_r(NULL, " ", &state)) {
        char *const equals = strchr(word, '=');
        const unsigned g = options->givens;

        if (equals == NULL) {
            options->refill = strcmp(word, "soft") == 0 ? soften : tie;
            continue;
        }
        *equals = '\0';
        if (strcmp(word, "seed") == 0)
            options->seed = strtoull(equals + 1, NULL, 10);
        else if (strcmp(word, "scale") == 0)
            options->scale = strtod(equals + 1, NULL);
        else {
            snprintf(setting->name[g], sizeof setting->name[g], "%s", word);
            snprintf(setting->value[g], sizeof setting->value[g], "%s", equals + 1);
            options->given[g] = (struct gck_given){ strlen(word) == 1 ? GCK_GIVEN_DIM : GCK_GIVEN_PARAM,
                                                    setting->name[g], setting->value[g] };
            options->givens++;
        }
    }
}

unsigned settings_of(const char *layer, struct setting *setting)
{
    unsigned settings = 0;

    for (size_t k = 0; k < sizeof everywhere / sizeof everywhere[0]; k++)
        read_words(&setting[settings++], everywhere[k]);
    for (size_t k = 0; k < sizeof own / sizeof own[0]; k++)
        if (strcmp(own[k].layer, layer) == 0 && settings < MOST_SETTINGS)
            read_words(&setting[settings++], own[k].words);
    return settings;
}
