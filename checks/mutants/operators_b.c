/* operators_b.c -- set B: another variable of the same type, two arguments of a call exchanged, the two sides of ?: exchanged, a
 * condition negated, another constant, + for *, * for + and /, / for *, another function, data for diff, num for count. */
#include "edits.h"

#include <stdio.h>
#include <string.h>

/* The next one of its type, in the order of declaration. */
static void variables_of(size_t t)
{
    const struct variable *const v = variable_at(t), *other = NULL;

    if (v == NULL || v->name == t || in_message(t))
        return;
    for (unsigned k = 1; k < variables && other == NULL; k++) {
        const struct variable *const w = &variable[((size_t)(v - variable) + k) % variables];

        if (strcmp(w->type, v->type) == 0 && t > w->from && t < w->to)
            other = w;
    }
    if (other != NULL)
        note_as("variable", t, end_of(t), begins_statement(t) ? t : t - 1, t + 1, "%.*s", SPAN(other->name, other->name));
}

static void arguments(size_t t)
{
    size_t first = t + 2, at = t + 2, before = 0;

    if (token[t].kind != WORD || !is(t + 1, "(") || statement_word(t) || type_word(t) || is(t, "gck_fail") || in_message(t))
        return;
    for (; at <= partner(t + 1); at = is(at, "(") || is(at, "[") || is(at, "{") ? partner(at) + 1 : at + 1)
        if (is(at, ",") || at == partner(t + 1)) {
            if (before > 0)
                note_as("argument", before, end_of(at - 1), t, partner(t + 1), "%.*s, %.*s", SPAN(first, at - 1),
                        SPAN(before, first - 2));
            before = first;
            first = at + 1;
        }
}

/* condition ? then : otherwise */
static void exchange(size_t t)
{
    size_t colon = t + 1, last;
    int depth = 0;

    if (!is(t, "?"))
        return;
    for (; depth > 0 || !is(colon, ":"); colon = is(colon, "(") || is(colon, "[") ? partner(colon) + 1 : colon + 1) {
        depth += is(colon, "?");
        depth -= is(colon, ":");
    }
    for (last = colon + 1; !is(last, ";") && !is(last, ",") && !is(last, ")");)
        last = is(last, "(") || is(last, "[") ? partner(last) + 1 : last + 1;
    note_as("exchange", t + 1, end_of(last - 1), t - 1, last - 1, "%.*s : %.*s", SPAN(colon + 1, last - 1),
            SPAN(t + 1, colon - 1));
}

static void negate(size_t t)
{
    if (is(t, "if"))
        note_as("negate", t + 1, end_of(partner(t + 1)), t, partner(t + 1), "(!%.*s)", SPAN(t + 1, partner(t + 1)));
}

static void constants(size_t t)
{
    static const char *const other[][2] = { { "0", "1" }, { "1", "2" }, { "2", "1" }, { "4", "2" } };

    if (token[t].kind != NUMBER || in_message(t))
        return;
    if (is(t - 1, "=") && (type_word(t - 3) || is(t - 3, "(")) && !is(t + 1, ","))
        for (size_t k = t; k >= t - 5; k--)
            if (is(k, "for"))
                return; /* where a loop begins is set C's */
    for (size_t k = 0; k < sizeof other / sizeof other[0]; k++)
        if (is(t, other[k][0]))
            note("constant", t, end_of(t), other[k][1], t - 2, t + 1);
}

static void operations(size_t t)
{
    if (!binary(t))
        return;
    if (is(t, "+")) {
        note("operation", t, end_of(t), "*", term_begin(t - 1), term_end(t + 1));
    } else if (is(t, "*")) {
        note("operation", t, end_of(t), "+", factor_begin(t - 1), factor_end(t + 1));
        note("operation", t, end_of(t), "/", factor_begin(t - 1), factor_end(t + 1));
    } else if (is(t, "/")) {
        note("operation", t, end_of(t), "*", factor_begin(t - 1), factor_end(t + 1));
    } else if (is(t, "/=")) {
        note("operation", t, end_of(t), "*=", t - 1, t + 1);
    }
}

static void calls(size_t t)
{
    static const char *const other[][2] = {
        { "exp", "expm1" }, { "log", "log1p" }, { "log1p", "log" }, { "sqrt", "fabs" }, { "fabs", "" },
        { "tanh", "sin" }, { "trunc", "fabs" }, { "gck_num", "gck_count" }, { "gck_count", "gck_num" },
        { "gck_top_diff", "gck_top" }, { "gck_top", "gck_top_diff" }, { "gck_bottom", "gck_bottom_diff" },
        { "gck_bottom_diff", "gck_bottom" }, { "gck_weight", "gck_weight_diff" }, { "gck_weight_diff", "gck_weight" },
        { "gck_buffer", "gck_top" },
    };

    if (!is(t + 1, "(") || in_message(t))
        return;
    for (size_t k = 0; k < sizeof other / sizeof other[0]; k++)
        if (is(t, other[k][0]))
            note("call", t, end_of(t), other[k][1], t, partner(t + 1));
}

void operators_b(size_t name, size_t open, size_t close)
{
    read_variables(name, open, close);
    for (size_t t = open + 1; t < close; t++) {
        variables_of(t);
        arguments(t);
        exchange(t);
        negate(t);
        constants(t);
        operations(t);
        calls(t);
    }
}
