/* operators_c.c -- set C: loops that begin late, end early, go in steps of two or end after one turn; neighbouring statements
 * exchanged, one executed twice; float or whole numbers in between; a guard gone; element 0 for all; = for += and back;
 * another comparison; values bent a little. */
#include "edits.h"

#include <stdio.h>
#include <string.h>

static void loops(size_t t)
{
    if (!is(t, "for"))
        return;
    const size_t close = partner(t + 1), body = close + 1, body_close = statement_close(body);
    size_t semicolon[2] = { 0, 0 }, found = 0;

    for (size_t k = t + 2; k < close && found < 2; k = is(k, "(") || is(k, "[") ? partner(k) + 1 : k + 1)
        if (is(k, ";"))
            semicolon[found++] = k;
    if (found < 2)
        return;
    note("start", semicolon[0], end_of(semicolon[0]), " + 1;", t, close);
    note("short", semicolon[1], end_of(semicolon[1]), " - 1;", t, close);
    if (is(close - 1, "++"))
        note("stride", close - 1, end_of(close - 1), " += 2", t, close);
    if (is(body, "{"))
        note("break", body_close, end_of(body_close), "break; }", t, close);
    else
        note_as("break", body, end_of(body_close), t, body_close, "{ %.*s break; }", SPAN(body, body_close));
}

static bool changes_something(size_t t, size_t close)
{
    for (size_t k = t; k < close; k++)
        if (is(k, "+=") || is(k, "-=") || is(k, "/=") || is(k, "*=") || is(k, "++") || is(k, "gck_gemm"))
            return true;
    return false;
}

static void orders(size_t t, size_t end)
{
    const size_t close = statement_close(t), next = close + 1;

    if (is(t, "{") || type_word(t) || is(t, "return") || is(t, "else") || is(t, "}") || is(t, ";"))
        return;
    if (!is(t, "if") && !is(t, "for") && changes_something(t, close))
        note_as("twice", t, end_of(close), t, close, "{ %.*s %.*s }", SPAN(t, close), SPAN(t, close));
    if (next >= end || is(next, "}") || is(next, "else") || type_word(next)
        || (is(t - 1, ")") && !is(t - 2, ")") && is(partner(t - 1) - 1, "for")) || is(t - 1, "else"))
        return;
    if (is(t - 1, ")")) /* the body of an if or a for */
        return;
    note_as("order", t, end_of(statement_close(next)), t, statement_close(next), "%.*s %.*s",
            SPAN(next, statement_close(next)), SPAN(t, close));
}

/* Is what stands before the = a real number? */
static bool real_before(size_t t)
{
    const size_t left = factor_begin(t - 1);
    const struct variable *v = variable_at(left);

    for (unsigned k = 0; v == NULL && k < variables; k++)
        if (variable[k].name == t - 1)
            v = &variable[k];
    if (is(left, "gck_top"))
        return true;
    return v != NULL && (strcmp(v->type, "real") == 0 || (strcmp(v->type, "real*") == 0 && is(t - 1, "]")));
}

static void values(size_t t)
{
    static unsigned turn;
    size_t last = t + 1;

    if (!(is(t, "=") || is(t, "+=") || is(t, "-=")) || !real_before(t))
        return;
    while (!is(last, ";") && !is(last, ","))
        last = is(last, "(") || is(last, "[") ? partner(last) + 1 : last + 1;
    last--;
    if (last > t + 1 || token[last].kind == WORD)
        note_as("float", t + 1, end_of(last), t - 1, last + 1, "(real)(float)(%.*s)", SPAN(t + 1, last));
    for (size_t k = t + 1; k <= last; k++)
        if (is(k, "/"))
            note_as("whole", factor_begin(k - 1), end_of(factor_end(k + 1)), t - 1, last + 1, "(real)(long)(%.*s)",
                    SPAN(factor_begin(k - 1), factor_end(k + 1)));
    switch (turn++ % 4) {
    case 0:
        note_as("bend", t + 1, end_of(last), t - 1, last + 1, "(real)1.01 * (%.*s)", SPAN(t + 1, last));
        break;
    case 1:
        note_as("bend", t + 1, end_of(last), t - 1, last + 1, "(real)0.5 * (%.*s)", SPAN(t + 1, last));
        break;
    case 2:
        note_as("bend", t + 1, end_of(last), t - 1, last + 1, "(real)0.001 + (%.*s)", SPAN(t + 1, last));
        break;
    case 3:
        note_as("bend", t + 1, end_of(last), t - 1, last + 1, "(%.*s) * (%.*s)", SPAN(t + 1, last), SPAN(t + 1, last));
        break;
    }
    if (is(t, "="))
        for (unsigned k = 0; k < variables; k++)
            if (variable[k].name == t - 1)
                return; /* a declaration: there is nothing to add to */
    note("assign", t, end_of(t), is(t, "=") ? "+=" : "=", factor_begin(t - 1), last + 1);
}

static void guards(size_t t)
{
    if (is(t, "if"))
        note("guard", t + 1, end_of(partner(t + 1)), "(1)", t, partner(t + 1));
}

static void firsts(size_t t)
{
    if (is(t, "]") && !(is(t - 1, "0") && is(t - 2, "[")))
        note("first", partner(t), end_of(t), "[0]", factor_begin(t), t);
}

static void logic(size_t t)
{
    static const char *const other[][2] = { { "==", "!=" }, { "!=", "==" }, { "&&", "||" }, { "<", ">" }, { ">", "<" },
                                            { ">=", "<" }, { "<=", ">" } };

    for (size_t k = 0; k < sizeof other / sizeof other[0]; k++)
        if (is(t, other[k][0]) && t > 0)
            note("logic", t, end_of(t), other[k][1], t - 1, t + 1);
}

void operators_c(size_t name, size_t open, size_t close)
{
    read_variables(name, open, close);
    for (size_t t = open + 1; t < close; t++) {
        loops(t);
        if (begins_statement(t))
            orders(t, close);
        values(t);
        guards(t);
        firsts(t);
        logic(t);
    }
}
