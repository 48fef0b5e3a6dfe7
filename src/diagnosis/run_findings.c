/* run_findings.c -- what a run could not have seen, since its data, shapes, weights or elements are too few; and the kinks that
 * it met.
 *
 * None of these says that the layer is wrong. A run with the usual shapes and data has none of them. */
#include "diagnosis/diagnose.h"

#include "core/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_wrong(const struct gck_result *result)
{
    bool wrong = result->contract.answer == GCK_WRONG || result->loss_weight.answer == GCK_WRONG
                 || result->batch.answer == GCK_WRONG || result->gradient.answer == GCK_WRONG;

    for (unsigned i = 0; i < result->findings; i++)
        wrong = wrong || result->finding[i].severity == GCK_SEVERE;
    return wrong;
}

static void say(struct gck_check *check, unsigned code, const char *sentence)
{
    struct gck_finding *const finding = gck_finding_add(check->result, code, "");

    if (finding != NULL)
        GCK_COPY(finding->measured, sentence);
}

/* ---- every gradient is zero ---- */

static bool moves(const struct gck_check *check)
{
    for (unsigned c = 0; c < check->claims; c++)
        if (check->claim[c].typical > 0 || check->claim[c].non_finite)
            return true;
    return false;
}

static bool tops_weighed(const struct gck_check *check)
{
    for (unsigned t = 0; t < check->setup.tops; t++)
        if (check->setup.top_weight[t] != 0)
            return true;
    return false;
}

static void nothing_moves(struct gck_check *check)
{
    const struct gck_result *const result = check->result;

    if (moves(check) || gck_finding_has(result, 301) || gck_finding_has(result, 112))
        return;
    if (!tops_weighed(check))
        say(check, 401, "--loss-weight gives every top the weight 0, so every diff is 0");
    else if (result->gradient.answer != GCK_FINE)
        say(check, 401, "every diff is 0 with these data, and whether the loss moves cannot be told");
    else if (gck_check_moves_elsewhere(check))
        say(check, 405,
            "with these data every diff is 0 and the loss does not move; with generated data of the same shape it does");
    else
        say(check, 401, "every diff is 0 and the loss does not move, with these data and with generated ones");
}

/* ---- the loss weights ---- */

/* The loss-weight exam tries 2, 4, -1 and 0 times the weight by itself: what is left is what only fractions show. */
static void weight_one(struct gck_check *check)
{
    const struct gck_options *const options = check->options;

    for (unsigned i = 0; i < options->weights; i++)
        if (options->weight[i] != 1 && options->weight[i] != 0)
            return;
    for (unsigned t = 0; t < check->setup.tops; t++)
        if (check->setup.top_weight[t] != rint(check->setup.top_weight[t]))
            return;
    if (is_wrong(check->result) || !check->layer->loss)
        return; /* the diff of another top is full of fractions */
    say(check, 402,
        check->result->loss_weight.answer == GCK_FINE
            ? "the gradient was compared with differences at loss weight 1 alone. Beside it the loss-weight exam tried "
              "2, 4, -1 and 0 only: a weight that is cut to a whole number would not show"
            : "the gradient was compared with differences at loss weight 1 alone, and no other weight was tried");
}

/* ---- the shapes ---- */

enum { N, C };
static const char *const symbol[GCK_DIMS] = { "num", "C", "S", "K" };

static bool dim_given(const struct gck_check *check, unsigned s)
{
    for (unsigned i = 0; i < check->options->givens; i++)
        if (check->options->given[i].kind == GCK_GIVEN_DIM
            && strcmp(check->options->given[i].name, symbol[s]) == 0)
            return true;
    return false;
}

/* Was the loss seen at other nums? Then num was told apart from every other dim. */
static bool num_varied(const struct gck_check *check)
{
    return check->result->batch.answer == GCK_FINE && !isnan(check->batch_law.forward_doubled);
}

static void add_ones(const struct gck_check *check, char *text)
{
    if (check->setup.dim[N] == 1)
        gck_append(text, GCK_WHY_SIZE, "num = 1: a sample's numbers in place of another's cannot show%s",
                   num_varied(check) ? "" : ", nor a missing 1/num");
    for (unsigned s = C; s < GCK_DIMS; s++)
        if (check->setup.dim[s] == 1 && (s == C || dim_given(check, s))) /* many data have no S at all */
            gck_append(text, GCK_WHY_SIZE, "%s%s = 1: a factor %s cannot show", text[0] != '\0' ? "; " : "", symbol[s],
                       symbol[s]);
}

static void add_pairs(const struct gck_check *check, char *text)
{
    for (unsigned s = num_varied(check) ? C : N; s < GCK_DIMS; s++)
        for (unsigned t = s + 1; t < GCK_DIMS; t++)
            if (check->setup.dim[s] > 1 && check->setup.dim[s] == check->setup.dim[t])
                gck_append(text, GCK_WHY_SIZE, "%s%s = %s = %zu: one in place of the other cannot show",
                           text[0] != '\0' ? "; " : "", symbol[s], symbol[t], check->setup.dim[s]);
}

static void poor_shape(struct gck_check *check)
{
    char text[GCK_WHY_SIZE] = "";

    add_ones(check, text);
    add_pairs(check, text);
    if (text[0] != '\0')
        say(check, 403, text);
}

/* ---- --only ---- */

static void few_elements(struct gck_check *check)
{
    size_t all = 0, examined = 0;
    char text[GCK_WHY_SIZE];

    for (unsigned c = 0; c < check->claims; c++)
        all += check->claim[c].count;
    for (unsigned p = 0; p < check->result->ports; p++)
        examined += check->result->port[p].elements;
    if (check->options->only == NULL || examined == all || is_wrong(check->result))
        return;
    snprintf(text, sizeof text,
             "%zu of %zu elements %s compared with a numeric derivative; of the others only the contract, the loss weight "
             "and 1/num were examined",
             examined, all, examined == 1 ? "was" : "were");
    say(check, 406, text);
}

/* ---- kinks ---- */

/* A layer that does wrong things, as one whose Forward never repeats, may look like that everywhere. */
static void at_kinks(struct gck_check *check)
{
    const struct gck_result *const result = check->result;

    if (is_wrong(result))
        return;
    for (unsigned p = 0; p < result->ports; p++) {
        const struct gck_port_result *const port = &result->port[p];
        struct gck_finding *const finding = port->kink > 0 ? gck_finding_add(check->result, 304, port->port) : NULL;

        if (finding != NULL)
            snprintf(finding->measured, sizeof finding->measured,
                     "at %zu of %zu elements of %s the loss has a corner, and the diff lies between the slopes on its two sides",
                     port->kink, port->elements, port->port);
    }
}

void gck_diagnose_run(struct gck_check *check)
{
    nothing_moves(check);
    weight_one(check);
    poor_shape(check);
    few_elements(check);
    at_kinks(check);
}
