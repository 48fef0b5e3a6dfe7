/* truth.c -- is what the tool said of a mutant true? Asked of numbers alone: the correct layer's diffs, and the mutant's own
 * Forward by differences; at the point that the tool examined, and at two that it did not see.
 *
 * Every name is held to its own statement. Several may be true of one mutant: a sign is a factor of -1; a part of the batch that
 * is 0 is also a group with the factor 0; a 1/num that Forward lost makes Backward's 1/num one too many, but that is 103, for the
 * pass that lost it. A name is true when it is true of every port that it names. */
#include "sight.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct question {
    const struct gck_layer *original, *mutant;
    const struct gck_options *options;
    const struct claimed *claimed;
    unsigned claims;
};

/* Float in a double layer: all as it should be, but for the digits that float has not. */
static bool float_like(const struct sight *s)
{
    bool differs = !s->forward_same;

    for (unsigned k = 0; k < s->ports; k++)
        for (size_t i = 0; i < s->port[k].count; i++) {
            const double apart = fabs(s->port[k].a[i] - s->port[k].o[i]);

            differs = differs || apart > 0;
            if (!(apart <= 1e-5 * s->port[k].scale))
                return false;
        }
    return differs;
}

static bool observed(unsigned code)
{
    return (code >= 203 && code <= 215) || code == 208 || code == 302;
}

static void ask(struct question *q, enum truth *truth)
{
    static struct sight here, there[2];
    static struct gck_options elsewhere[2];
    static struct laws laws;
    bool open[2];

    for (unsigned k = 0; k < q->claims; k++)
        truth[k] = observed(q->claimed[k].code) ? OBSERVED : FALSE_NAME;
    if (!sight_open(&here, q->original, q->mutant, q->options, NULL, 1.375))
        return;
    laws_measure(&laws, q->original, q->mutant, q->options, &here);
    for (unsigned t = 0; t < 2; t++) {
        elsewhere[t] = *q->options;
        elsewhere[t].seed += 1000 * (t + 1);
        open[t] = sight_open(&there[t], q->original, q->mutant, &elsewhere[t], NULL, 1.375);
    }
    for (unsigned k = 0; k < q->claims; k++) {
        const struct claimed *const claimed = &q->claimed[k];

        if (observed(claimed->code))
            continue;
        if (law_code(claimed->code)) {
            truth[k] = law_holds(&laws, &here, claimed) ? TRUE_NAME : FALSE_NAME; /* other sizes are other data */
            continue;
        }
        if (!(claimed->code == 307 ? float_like(&here) : pattern_holds(&here, claimed)))
            continue;
        truth[k] = TRUE_NAME;
        for (unsigned t = 0; t < 2; t++)
            if (claimed->code != 307 && open[t] && !pattern_holds(&there[t], claimed))
                truth[k] = TRUE_HERE;
    }
}

struct answers {
    enum truth truth[MOST_CLAIMED];
};

static void ask_work(void *context, void *answer)
{
    ask(context, ((struct answers *)answer)->truth);
}

void truths(const struct gck_layer *original, const struct gck_layer *mutant, const struct setting *setting,
            const struct claimed *claimed, unsigned claims, enum truth *truth)
{
    struct question q = { original, mutant, &setting->options, claimed, claims };
    struct answers answers;

    memset(&answers, 0, sizeof answers);
    if (!in_child(ask_work, &q, &answers, sizeof answers))
        for (unsigned k = 0; k < claims; k++)
            answers.truth[k] = observed(claimed[k].code) ? OBSERVED : FALSE_NAME;
    for (unsigned k = 0; k < claims; k++)
        truth[k] = answers.truth[k];
}
