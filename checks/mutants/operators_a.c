/* operators_a.c -- set A: drop a factor or a divisor, flip a sign, shift an index by one, swap the operands of - and /, < for <=
 * and > for >= and back, delete a statement. */
#include "edits.h"

#include <stdio.h>

static size_t statement_end(size_t t)
{
    while (!is(t, ";"))
        t++;
    return t;
}

static void signs(size_t t)
{
    const bool twice = is(t, "+=") || is(t, "-=");

    if (twice)
        note("sign", t, end_of(t), is(t, "+=") ? "-=" : "+=", factor_begin(t - 1), statement_end(t));
    else if ((is(t, "+") || is(t, "-")) && binary(t))
        note("sign", t, end_of(t), is(t, "+") ? "-" : "+", term_begin(t - 1), term_end(t + 1));
    else if (is(t, "-"))
        note("sign", t, end_of(t), "", t, factor_end(t));
}

static void factors(size_t t)
{
    if (!(is(t, "*") || is(t, "/")) || !binary(t))
        return;
    const size_t left = factor_begin(t - 1), right = factor_end(t + 1);

    note("drop", t, end_of(right), "", left, right);
    if (is(t, "*") && !(is(left - 1, "/") && binary(left - 1)))
        note("drop", left, token[t + 1].at, "", left, right);
}

static void indices(size_t t)
{
    if (!is(t, "]"))
        return;
    const size_t from = factor_begin(t);

    note("index", t, end_of(t), " + 1]", from, t);
    if (!is(t - 1, "0") || !is(t - 2, "["))
        note("index", t, end_of(t), " - 1]", from, t);
}

static void operands(size_t t)
{
    const bool minus = is(t, "-");

    if (!(minus || is(t, "/")) || !binary(t))
        return;
    const size_t left = minus ? term_begin(t - 1) : factor_begin(t - 1),
                 right = minus ? term_end(t + 1) : factor_end(t + 1);

    note_as("swap", left, end_of(right), left, right, "%.*s %c %.*s", SPAN(t + 1, right), minus ? '-' : '/', SPAN(left, t - 1));
}

static void comparisons(size_t t)
{
    static const char *const other[][2] = { { "<", "<=" }, { "<=", "<" }, { ">", ">=" }, { ">=", ">" } };

    for (size_t k = 0; k < 4; k++)
        if (is(t, other[k][0])) {
            note("compare", t, end_of(t), other[k][1], term_begin(t - 1), term_end(t + 1));
            return;
        }
}

/* A statement that begins with t, unless it declares something or is the function's last return: without one of
 * those the mutant has no meaning. */
static void statement(size_t t, size_t body_end)
{
    size_t end = t;

    if (type_word(t) || (statement_word(t) && !is(t, "return")) || is(t, "{") || is(t, "}") || is(t, ";"))
        return;
    while (end < body_end && !is(end, ";"))
        end = is(end, "(") || is(end, "[") || is(end, "{") ? partner(end) + 1 : end + 1;
    if (is(t, "return") && end + 1 == body_end)
        return;
    note("delete", t, token[end].at, "", t, end);
}

void operators_a(size_t name, size_t open, size_t close)
{
    (void)name;
    for (size_t t = open + 1; t < close; t++) {
        if (begins_statement(t))
            statement(t, close);
        signs(t);
        factors(t);
        indices(t);
        operands(t);
        comparisons(t);
    }
}
